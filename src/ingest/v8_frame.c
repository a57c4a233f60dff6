/* SPDX-License-Identifier: MIT
 *
 * Names of V8's call frames. */
#include "ingest/v8_frame.h"

#include "base/arena.h"

static struct str basename_of(struct str url)
{
    size_t slash = str_rfind_char(url, '/');
    return slash == SIZE_MAX ? url : str_sub(url, slash + 1, url.n);
}

uint32_t v8_frame(struct json_doc *j, struct builder *b, const struct json_at *call, struct arena *arena)
{
    struct json_at name_at = doc_need(j, call, "functionName", JSON_TEXT), url_at = doc_find(call, "url"),
                   line_at = doc_find(call, "lineNumber");
    struct str name = doc_text(&name_at), url = doc_text(&url_at);
    int64_t line = doc_kind(&line_at) == JSON_INT ? doc_int(&line_at) : -1;
    bool is_meta = str_starts(name, STR("(")) && !url.n;
    if (!name_at.value)
        return 0;
    if (!name.n && url.n && line >= 0 && line < INT64_MAX)
        name = str_fmt(arena, "(anonymous %.*s:%lld)", STR_ARG(basename_of(url)), (long long)line + 1);
    else if (!name.n)
        name = STR("(anonymous)");
    return builder_frame(b, name, url, is_meta ? FRAME_USER : FRAME_JIT);
}

bool v8_is_root(const struct json_at *call)
{
    struct json_at name = doc_find(call, "functionName");
    return str_eq(doc_text(&name), STR("(root)"));
}

struct str v8_thread(const struct source *in)
{
    return in->is_merged ? spec_stem(in->name) : STR("JavaScript");
}
