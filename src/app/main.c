/* SPDX-License-Identifier: MIT
 *
 * The program: options, one session of the library, messages to stderr, an exit code. Nothing is decided here
 * that a user of the library could not decide. */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "app/options.h"
#include "base/os.h"
#include "base/timetext.h"

static void on_signal(int sig)
{
    os_remove_pending();
    signal(sig, SIG_DFL);
    raise(sig);
}

/* Full disks and closed pipes become errors that are said; an interrupt leaves no temporary file. */
static void set_signals(void)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    signal(SIGHUP, on_signal);
}

static void show_progress(void *ctx, const char *path, uint64_t done, uint64_t total)
{
    int *width = ctx;
    int n = total ? fprintf(stderr, "\r%s: %.0f %%", path, 100.0 * (double)done / (double)total)
                  : fprintf(stderr, "\r%s: %.0f MB", path, (double)done / 1e6);
    fprintf(stderr, "%*s", *width > n ? *width - n : 0, "");
    *width = n;
}

static int print_to_stdout(const char *text, size_t n)
{
    if (os_write_all(STDOUT_FILENO, (struct str){text, n}))
        return FP_OK;
    fprintf(stderr, "flamepress: error: cannot write to standard output: %s\n", strerror(errno));
    return FP_SYSTEM;
}

static bool parse_time(const char *option, const char *value, int64_t *ns)
{
    if (!value || time_parse(str_of(value), NS_PER_S, ns))
        return true;
    fprintf(stderr, "flamepress: error: --%s: '%s' is no time (write it as 34.1s or 820ms)\n", option, value);
    return false;
}

static bool parse_range(const struct options *o, int64_t *from_ns, int64_t *to_ns)
{
    *from_ns = 0, *to_ns = o->from ? INT64_MAX : 0;
    if (!parse_time("from", o->from, from_ns) || !parse_time("to", o->to, to_ns))
        return false;
    if (*to_ns > *from_ns || (!o->from && !o->to))
        return true;
    fprintf(stderr, "flamepress: error: the range is empty (--from must be before --to)\n");
    return false;
}

static bool is_one_of(const char *option, const char *value, const char *a, const char *b)
{
    if (!value || strcmp(value, a) == 0 || strcmp(value, b) == 0)
        return true;
    fprintf(stderr, "flamepress: error: --%s: '%s' is neither %s nor %s\n", option, value, a, b);
    return false;
}

static int export(fp_session *s, const struct options *o)
{
    fp_export_options how = {.format = o->format, .output = o->output, .event = o->event, .idle = o->idle};
    how.heatmap = o->view && strcmp(o->view, "heatmap") == 0;
    if (!is_one_of("view", o->view, "flame", "heatmap") || !is_one_of("idle", o->idle, "show", "hide") ||
        !parse_range(o, &how.from_ns, &how.to_ns))
        return FP_USAGE;
    return (int)fp_export(s, o->inputs[0], &how);
}

static int inspect(fp_session *s, const struct options *o)
{
    int64_t from_ns, to_ns;
    if (!parse_range(o, &from_ns, &to_ns))
        return FP_USAGE;
    const char *text;
    size_t n;
    fp_format format = o->json ? FP_JSON : o->samples ? FP_SAMPLES : FP_TEXT;
    fp_status status = fp_inspect(s, o->inputs[0], format, from_ns, to_ns, &text, &n);
    return status == FP_OK ? print_to_stdout(text, n) : (int)status;
}

static int site(fp_session *s, const struct options *o)
{
    fp_site_options how = {.title = o->title, .url = o->url, .by = o->by, .keep = o->keep, .max = o->max,
                           .comparisons = o->comparisons, .prune = o->prune};
    const char *text;
    size_t n;
    fp_status status = fp_site(s, o->inputs[0], &how, &text, &n);
    return status == FP_OK && !o->quiet ? print_to_stdout(text, n) : (int)status;
}

static int run(fp_session *s, const struct options *o)
{
    if (o->command == COMMAND_INSPECT)
        return inspect(s, o);
    if (o->command == COMMAND_EXPORT)
        return export(s, o);
    if (o->command == COMMAND_SITE)
        return site(s, o);
    for (int i = 0; i < o->n_inputs; i++)
        (void)fp_add_input(s, o->inputs[i]);
    if (o->command == COMMAND_CHECK)
        return (int)fp_check(s);
    if (o->command == COMMAND_DIFF)
        return (int)fp_diff(s, &(fp_diff_options){o->fail_on, o->format, o->output, o->event});
    if (strcmp(o->output ? o->output : fp_output(s), "-") == 0 && os_is_terminal(STDOUT_FILENO)) {
        fprintf(stderr, "flamepress: error: a report is not for a terminal (give -o FILE, or redirect)\n");
        return FP_USAGE;
    }
    return (int)fp_build(s, o->output);
}

/* False when the option makes no sense (said). */
static bool set_threads(fp_session *s, const char *value)
{
    uint64_t n = 0;
    if (value && (!str_u64(str_of(value), &n) || !n || n > 1000)) {
        fprintf(stderr, "flamepress: error: --threads: '%s' is no number of threads (1 to 1000)\n", value);
        return false;
    }
    fp_use_threads(s, (unsigned)n);
    return true;
}

static bool warned(fp_session *s)
{
    for (size_t i = 0; i < fp_diagnostic_count(s); i++)
        if (fp_diagnostic_at(s, i).severity == FP_WARNING)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    struct options o;
    if (!options_parse(argc, argv, &o))
        return FP_USAGE;
    if (o.help)
        options_help(stdout);
    else if (o.man)
        options_man(stdout);
    else if (o.version)
        printf("flamepress %s\n", fp_version());
    if (o.help || o.man || o.version)
        return fflush(stdout) == 0 && !ferror(stdout) ? FP_OK : FP_SYSTEM;

    os_keep_memory();
    fp_session *s = fp_open();
    if (!s) {
        fputs("flamepress: error: out of memory\n", stderr);
        return FP_SYSTEM;
    }
    set_signals();
    int width = 0;
    if (!o.quiet && os_is_terminal(STDERR_FILENO))
        fp_on_progress(s, show_progress, &width);
    fp_use_assets(s, o.assets);
    int status = set_threads(s, o.threads) ? run(s, &o) : FP_USAGE;
    if (width)
        fprintf(stderr, "\r%*s\r", width, "");
    if ((status != FP_OK && status < FP_REGRESSION) || !o.quiet)
        fputs(fp_messages(s), stderr);
    if (status == FP_OK && o.strict && warned(s))
        status = FP_BAD_INPUT;
    fp_close(s);
    return status;
}
