/* SPDX-License-Identifier: MIT
 *
 * Every ceiling in one place, each with its reason. A limit that is hit is a diagnostic that names the limit,
 * never an abort. Sizes are bytes unless the name says otherwise. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/* Text kept whole in memory: specs and notes are written by hand. */
#define LIMIT_SPEC_BYTES (4u << 20)
#define LIMIT_NOTES_BYTES (4u << 20)
/* Deeper YAML than this is an attack, not a spec. */
#define LIMIT_YAML_DEPTH 64
/* Nodes of a spec after aliases are expanded: stops "billion laughs". */
#define LIMIT_YAML_NODES 200000
/* Keys of one map: each new one is compared with all before it. */
#define LIMIT_YAML_KEYS 10000
#define LIMIT_PROFILES 1000
#define LIMIT_MARKS 10000
/* Metrics of a spec, a CSV file, and the points of all series of a profile: a page draws a pixel column of them at once. */
#define LIMIT_METRICS 100
#define LIMIT_CSV_BYTES (256u << 20)
#define LIMIT_CSV_COLUMNS 4096
#define LIMIT_SERIES 1000
#define LIMIT_SERIES_POINTS (1u << 22)
/* Files merged into one profile: each is compared by name with those before it. */
#define LIMIT_SOURCES 10000

/* A regular expression: its text; the steps it may take on one name (an honest one takes a few hundred); memory
 * for going back. */
#define LIMIT_PATTERN_BYTES 4096
#define LIMIT_PATTERN_STEPS 100000u
#define LIMIT_PATTERN_HEAP_KB 1024u

/* What a program we run says on stderr, as far as it is kept for the message; and the comments in front of the
 * first sample that perf prints (with many CPUs and --header 100 KB are seen). */
#define LIMIT_CHILD_STDERR (16u << 10)
#define LIMIT_PERF_HEADER (2u << 20)

/* The read buffer of a text door: 2 to 4 MB measured best. */
#define LIMIT_READ_BUFFER (2u << 20)
/* Threads that read one text: each has a buffer and a memory of lines. What merges is one thread, which eight keep busy. */
#define LIMIT_READERS 16u
/* One line, and one sample with its stack, must fit; perf prints at most 127 frames by default. */
#define LIMIT_LINE_BYTES (1u << 20)
#define LIMIT_STACK_DEPTH 8192
/* Frame lines remembered while reading text; past this the memory of them starts anew. Real profiles stay below
 * 4 MB (1.26 GB of text with 211,000 distinct stacks: 15,000 lines, 1.8 MB, and 1 MB of their last stacks). */
#define LIMIT_FRAME_MEMO_BYTES (16u << 20)
/* Bytes a packed file may give: 64 GiB, and at most this many times its own size once past the first MB.
 * Deflate cannot exceed 1032:1, real perf text stays below 60:1, repeated samples below 400:1. Zstandard can
 * reach 32768:1; perf text with a long window comes to 101:1, the more the more it repeats. */
#define LIMIT_INFLATED_BYTES (64ull << 30)
#define LIMIT_INFLATE_RATIO 1000u
#define LIMIT_ZST_RATIO 10000u

/* A JSON document that is parsed whole: its tree takes some 20 times its size. */
#define LIMIT_JSON_BYTES (256u << 20)
#define LIMIT_JSON_DEPTH 4096
/* Rows of asynchronous work of a trace. */
#define LIMIT_TRACE_KEYS (1u << 24)
/* One event of a trace: a profile of V8 that is not cut into chunks is the largest. */
#define LIMIT_JSON_PIECE (64u << 20)

/* A protobuf document is kept whole; a message of it is unpacked alone, at up to 40 times its size. No table of
 * a profile (names, functions, locations) was seen with more than a million entries. */
#define LIMIT_PROTO_BYTES (256u << 20)
#define LIMIT_PROTO_MESSAGE (4u << 20)
#define LIMIT_PROTO_ITEMS (1u << 24)

/* Ids are u32 and one value is kept for "none". */
#define LIMIT_SAMPLES 0xfffffff0u
#define LIMIT_NODES 0x7ffffff0u
#define LIMIT_FRAMES 0x7ffffff0u
#define LIMIT_THREADS 0x00ffffffu
/* A lane is an (event, CPU) pair; a lane number is a u16. */
#define LIMIT_LANES 0xfff0u
#define LIMIT_EVENTS 256u
/* Bytes of all distinct names of a profile. */
#define LIMIT_NAME_BYTES (1u << 30)
/* One name: longer ones (expanded templates) are cut here, and counted. */
#define LIMIT_ONE_NAME 8192

/* A mangled name that is tried: real ones of C++ reach 2 KB, those of Rust and D some hundred bytes. */
#define LIMIT_MANGLED 4096
#define LIMIT_MANGLED_SHORT 1024

/* Comparisons of a spec, and the changes of each that its report carries: readers look at the first dozens. */
#define LIMIT_COMPARISONS 100
#define LIMIT_CHANGES_SHOWN 100u
/* Nodes of a differential flame graph: at 25 bytes each they stand in the head of a report, of
 * all comparisons together for as long as there is room. */
#define LIMIT_DIFF_NODES 5001u
#define LIMIT_DIFF_NODES_ALL 20000u
/* Functions (and packages) that a comparison looks at closely, those with most weight: each takes 400 bytes a
 * recording. Few profiles have more that reach a five-hundredth of it. */
#define LIMIT_COMPARED 4096u

/* Base buckets of the precomputed counts: more than this, and the grain is made coarser. */
#define LIMIT_BASE_BUCKETS 8000000u
/* Times of a source, either way from its zero: 73 years, so that sums and differences fit an int64. Wall
 * clock times since 1970 fit. */
#define LIMIT_TIME_NS (1ll << 61)
/* Time steps of a profile fit a u32; a longer profile gets a coarser step, and the report says so. */
#define LIMIT_STEPS 0xfffffff0u

/* Sums of weights must stay exact in a double: the page computes with doubles. */
#define LIMIT_WEIGHT_SUM (1ull << 53)

/* A finished report. Browsers stop being able to hold more as one string. */
#define LIMIT_REPORT_BYTES (1ull << 29)
/* One column of the data block, inflated: above it a browser's typed arrays begin to fail. */
#define LIMIT_COLUMN_BYTES (1u << 30)
/* Points, spans and trie nodes of a profile inside a report: ten times what a page was measured to draw, and few
 * enough that a small hostile file cannot ask for more than some GB. */
#define LIMIT_PACKED_ITEMS (1u << 27)
/* The head of a report, and the values in it: JSON is parsed whole, at up to 300 bytes a value. */
#define LIMIT_HEAD_BYTES (32u << 20)
#define LIMIT_HEAD_VALUES 4000000u
#define LIMIT_HEAD_DEPTH 16
/* The digest of a report, as JSON: 120 functions with names as long as they may be. */
#define LIMIT_DIGEST_BYTES (2u << 20)
/* The static summary of one report: mail previews cut long messages. */
#define LIMIT_SUMMARY_BYTES (30u << 10)

#define LIMIT_DIAGNOSTICS_PER_FILE 20

#endif
