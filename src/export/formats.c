/* SPDX-License-Identifier: MIT
 *
 * The table of formats. */
#include "export/formats.h"

const char export_formats[] = "folded, nflxprofile, pprof, speedscope, svg, json";

static const struct export_format formats[] = {
    {"folded", folded_write, false, false, false},         {"nflxprofile", nflxprofile_write, true, true, false},
    {"pprof", pprof_write, false, false, true},            {"speedscope", speedscope_write, false, false, false},
    {"svg", flame_svg_write, false, false, false},         {"json", tree_json_write, false, false, false},
};
static const struct export_format heatmap = {"svg", heat_svg_write, true, false, false};

const struct export_format *export_format(struct str name, bool is_heatmap)
{
    if (is_heatmap)
        return str_eq(name, str_of(heatmap.name)) ? &heatmap : NULL;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (str_eq(name, str_of(formats[i].name)))
            return &formats[i];
    return NULL;
}
