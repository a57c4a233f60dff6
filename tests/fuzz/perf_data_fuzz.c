/* SPDX-License-Identifier: MIT
 *
 * The perf.data door with a perf that says anything: what it prints, what it complains of, how it ends. The first byte is
 * that of fuzz_door.h; then for each run of perf a byte for how it ends, its stdout up to 0xfe, its stderr up to 0xfe. */
#include <errno.h>

#include "base/child.h"
#include "fuzz_door.h"
#include "ingest/perf_data.h"

/* Of the recording itself only the first bytes are looked at. */
#define RECORDING_BYTES 64

struct child {
    struct str out, err;
    uint8_t how;
};

static struct str script;
static struct child run;

static struct str part(void)
{
    struct str p;
    (void)str_cut(script, (char)0xfe, &p, &script);
    return p;
}

static struct child *fake_start(const char *const *argv, const char *const *env, int input, struct arena *arena)
{
    (void)argv, (void)env, (void)input, (void)arena;
    if (!script.n) {
        errno = ENOENT;
        return NULL;
    }
    run.how = (uint8_t)script.p[0];
    script = str_sub(script, 1, script.n);
    run.out = part();
    run.err = part();
    return &run;
}

static ssize_t fake_read(struct child *c, void *to, size_t n)
{
    if (!c->out.n && c->how & 0x80) {
        errno = EIO;
        return -1;
    }
    n = c->how & 0x40 && n > 7 ? 7 : n;
    n = n < c->out.n ? n : c->out.n;
    memcpy(to, c->out.p, n);
    c->out = str_sub(c->out, n, c->out.n);
    return (ssize_t)n;
}

static struct child_end fake_finish(struct child *c, struct arena *arena)
{
    (void)arena;
    return (struct child_end){.exit_code = c->how & 3, .signal = c->how & 0x20 ? 11 : 0, .said = c->err};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const struct child_calls fake = {.start = fake_start, .read = fake_read, .finish = fake_finish};
    if (n < 2)
        return 0;
    child_calls = &fake;
    script = (struct str){(const char *)data + 1, n - 1};
    (void)fuzz_door(&door_perf_data, data, n < RECORDING_BYTES ? n : RECORDING_BYTES);
    child_calls = &child_real;
    return 0;
}
