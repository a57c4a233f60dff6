/* The smallest user of the installed library: one profile in, one report out, and what it holds. */
#include <flamepress.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    const char *text;
    size_t n;
    fp_session *s = fp_open();
    if (argc != 3 || !s)
        return FP_USAGE;
    fp_status status = fp_add_input(s, argv[1]);
    if (status == FP_OK)
        status = fp_build(s, argv[2]);
    fputs(fp_messages(s), stderr);
    fp_close(s);
    if (status != FP_OK)
        return (int)status;
    s = fp_open();
    status = fp_inspect(s, argv[2], FP_SAMPLES, 0, 0, &text, &n);
    if (status == FP_OK)
        fwrite(text, 1, n, stdout);
    fp_close(s);
    return (int)status;
}
