/* SPDX-License-Identifier: MIT
 *
 * The numbers of the data block: magic, codings, columns and their order. Mirrors docs/pack-format.md and
 * assets/js/decode.js; a change here is a change there. */
#ifndef PACK_FORMAT_H
#define PACK_FORMAT_H

#define PACK_FORMAT 2 /* "format" in the head */
#define PACK_MAGIC "FPZ1"

/* The opening tags, byte for byte: readers look for exactly these. */
#define PACK_HEAD_TAG "<script type=\"application/json\" data-fp=\"head\">"
#define PACK_SECTION_TAG "<script type=\"text/plain\" data-fp=\""
#define PACK_END_TAG "</script>"
/* What a reader marked, in a copy that the page saved; no marks as it comes. */
#define PACK_MARKS_TAG "<script type=\"application/json\" data-fp=\"marks\">"
#define PACK_MARKS PACK_MARKS_TAG "{\"marks\":\"-\"}" PACK_END_TAG "\n"
/* The name of the digest's section, which belongs to no profile. */
#define PACK_DIGEST "digest"

enum pack_coding { CODING_STORED, CODING_DEFLATE };

enum pack_section { SECTION_COUNTS, SECTION_STACKS, SECTION_SAMPLES, SECTION_SERIES, PACK_SECTIONS };

/* Counts have two columns an event (busy, idle) and so no list here. */
enum stacks_column {
    STACKS_NAME_SHARED,
    STACKS_NAME_REST,
    STACKS_MODULE_SHARED,
    STACKS_MODULE_REST,
    STACKS_FRAME_NAME,
    STACKS_FRAME_MODULE,
    STACKS_FRAME_KIND,
    STACKS_TRIE,
    STACKS_IDLE,
    STACKS_PACKAGE_SHARED,
    STACKS_PACKAGE_REST,
    STACKS_FRAME_PACKAGE,
    STACKS_COLUMNS
};

enum samples_column {
    SAMPLES_RUN,
    SAMPLES_TICK,
    SAMPLES_TIME,
    SAMPLES_TIME_ESCAPE,
    SAMPLES_THREAD,
    SAMPLES_THREAD_ESCAPE,
    SAMPLES_STACK,
    SAMPLES_STACK_ESCAPE, /* four byte planes, lowest first */
    SAMPLES_WEIGHT_NEW = SAMPLES_STACK_ESCAPE + 4,
    SAMPLES_WEIGHT,
    SAMPLES_SPAN_START,
    SAMPLES_SPAN_DURATION,
    SAMPLES_SPAN_STACK,
    SAMPLES_SPAN_THREAD,
    SAMPLES_SPAN_LANE,
    SAMPLES_COLUMNS
};

/* Only of a profile that has some. */
enum series_column { SERIES_TIME, SERIES_VALUE, SERIES_COLUMNS };

/* Points in one chunk: what the decoder sorts at a time. Smaller chunks cost more run headers and split the
 * lists of threads; larger ones make slices of work that a page notices. */
#define PACK_CHUNK 131072u

/* Length of a move-to-front list; this rank in the byte column means "not in the list". */
#define PACK_LIST 250u
/* This byte in the time column means "in the escape column". */
#define PACK_TIME_ESCAPE 255u

#endif
