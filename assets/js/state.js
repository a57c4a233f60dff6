/* SPDX-License-Identifier: MIT
 *
 * The state of the page ↔ the hash of its address:
 *
 *     #p=prod&t=34.1..34.9&f=2&e=cpu-clock&th=java&cpu=3&period=1&rows=50&w=30..40&by=thread&z=812&q=GC&c=1&v=inverted&x=focus:main;rec&cmp=rest&col=package&idle=1
 *         &pal=cividis&scale=full&curve=log&norm=row&lay=hilbert&s=1..2,5..6.5&stat=avg&mt=2&mk=~34.1..34.9~GC~a%20note
 *
 * Reading forgives: what is unknown or wrong is left out and reported. Printing is canonical: fixed order, defaults
 * left out. Times are decimal seconds since the origin, made from whole steps without floating point. */

import { formatSeconds, parseRange, parseTime } from "./numbers.js";
import { SORTS } from "./functions.js";
import { VIEWS } from "./graphs.js";
import { isCompare, readPin } from "./compare_scene.js";
import { HEAT_NAMES } from "./palette.js";
import { LAYOUTS } from "./lattice.js";
import { parseMarks, printMarks } from "./reader_marks.js";
import { CURVES, NORMS } from "./scales.js";
import { STATS } from "./series.js";
import { parseTransforms, printTransforms } from "./transforms.js";
import { EVERYONE, WHO_KEYS, isSomeone } from "./who.js";
import { whoKinds } from "./who_rows.js";

/**
 * @typedef {object} State
 * @property {number} profile index into head.profiles
 * @property {{from: number, to: number, finding?: number, parts?: {from: number, to: number}[]}|null} range in steps; null: nothing selected;
 *           parts: those of a finding, of which from and to are the ends
 * @property {number} event index into the profile's events
 * @property {import("./who.js").Who} who whose samples are shown
 * @property {number} periodNs
 * @property {number} rows
 * @property {number} zoom trie node, 0: not zoomed
 * @property {number} up frames above that node, in a graph of callers (graphs.js)
 * @property {string} query
 * @property {boolean} caseSensitive
 * @property {string} view one of graphs.js' VIEWS
 * @property {string} middle the function between callers and callees; "": the heaviest
 * @property {boolean} treeCallers the tree goes from the leaves up
 * @property {import("./transforms.js").Transform[]} transforms
 * @property {number} tiny frames below this part of the graph are not shown, 0: all are
 * @property {string} sort column of the table
 * @property {boolean} sortUp
 * @property {string} compare what with: "" nothing, "rest", "pin", "p:ID" a profile, "c:K" a comparison of the spec
 * @property {string} pin "ID@from..to", a range that waits to be compared with; "": none
 * @property {boolean} swapped the selection is the base, not the target
 * @property {boolean} byPackage frames are coloured by package, not by kind
 * @property {boolean} showIdle
 * @property {string} palette
 * @property {"robust"|"full"} scale
 * @property {{from: number, to: number}|null} part of the profile that is looked at, in steps; null: all
 * @property {string} by what rows are: offset, or one of whoKinds
 * @property {string} layout one of LAYOUTS, or stretches
 * @property {{from: number, to: number}[]} stretches to look at side by side, in steps
 * @property {string} curve one of CURVES
 * @property {string} norm one of NORMS
 * @property {string} stat one of STATS
 * @property {number} metric the only one to draw, -1: the first few
 * @property {import("./reader_marks.js").ReaderMark[]} marks of the reader, of all profiles
 */

const MAX_HASH = 20000;
export const MOST_STRETCHES = 12;
const MAX_UP = 8194;
/* What "tiny" can be: parts of the graph. */
export const TINY = [0, 0.001, 0.01, 0.05];

/** What a profile shows before anybody chose anything. @returns {State} */
export function defaultState(head, profile = 0) {
    const p = head.profiles[profile], h = p.heatmap;
    return {
        profile, range: null, event: p.main_event, who: EVERYONE, periodNs: h.period_ns, rows: h.rows, zoom: 0, up: 0, query: "", caseSensitive: false,
        view: "flame", middle: "", treeCallers: false, transforms: [], tiny: 0, sort: "self", sortUp: false, compare: "", pin: "", swapped: false, byPackage: false, showIdle: p.idle === "show", palette: HEAT_NAMES.includes(h.palette) ? h.palette : "flame",
        scale: h.scale === "full" ? "full" : "robust",
        part: null, by: "offset", layout: "up", stretches: [], curve: "linear", norm: "none", stat: "max", metric: -1, marks: head.readerMarks ?? [],
    };
}

/** All ranges of a finding of the head as one selection; null when it has none. */
export function rangeOfFinding(p, k) {
    const ranges = p.findings?.[k]?.ranges || [];
    if (!ranges.length) return null;
    const range = { from: ranges[0][0], to: ranges[ranges.length - 1][1] };
    return ranges.length === 1 ? range : { ...range, finding: k, parts: ranges.map(([from, to]) => ({ from, to })) };
}

/* A row of the table below for one field. read: the value that a text says, null for a bad one; print: the text of a value that is not the usual one. */
const one = (key, field, read, print = String) => ({
    key,
    read(text, p, head) {
        const value = read(text, p, head);
        return value === null ? null : { [field]: value };
    },
    print: (s, d, p, head) => (s[field] === d[field] || s[field] === null ? "" : print(s[field], p, head)),
});

/* One of a few names, each for a value. */
const choice = (key, field, names, values = names) => one(key, field, (text) => (names.includes(text) ? values[names.indexOf(text)] : null), (v) => names[values.indexOf(v)]);
const flag = (key, field) => choice(key, field, ["0", "1"], [false, true]);

const whole = (text, least, most) => (/^\d{1,10}$/.test(text) && text >= least && text <= most ? Number(text) : null);
const readRange = (text, p) => parseRange(text, p).range;
const printRange = ({ from, to }, p) => `${formatSeconds(from, p.step_ns)}..${formatSeconds(to, p.step_ns)}`;

/* One row per key, in the order of printing. read: the fields that a text says, null for a bad one; print: "" for what is as it comes. */
const KEYS = [
    one("t", "range", readRange, (range, p) => (range.parts ? "" : printRange(range, p))),
    one("f", "range", (text, p) => (whole(text, 1, 9999) ? rangeOfFinding(p, text - 1) : null), (range) => (range.parts ? String(range.finding + 1) : "")),
    one("e", "event", (text, p) => whole(String(p.events.findIndex((e) => e.name === text)), 0, p.events.length), (event, p) => p.events[event].name),
    ...WHO_KEYS.map((field) => ({
        key: field === "thread" ? "th" : field,
        read(text, p, head, { who }) {
            const value = field === "host" || field === "thread" ? text : whole(text, 0, Infinity);
            return value !== null && isSomeone(p, field, value) ? { who: { ...who, [field]: value } } : null;
        },
        print: ({ who }) => String(who[field] ?? ""),
    })),
    one("period", "periodNs", (text) => { const ns = parseTime(text); return ns > 0n && ns <= 10n ** 18n ? Number(ns) : null; }, (ns) => formatSeconds(ns, 1)),
    one("rows", "rows", (text) => whole(text, 1, 100000)),
    one("w", "part", readRange, printRange),
    one("by", "by", (text, p) => (text === "offset" || whoKinds(p).includes(text) ? text : null)),
    {
        key: "z",
        read(text, p) {
            const [node, above = "0", more] = text.split("."), zoom = whole(node, 0, p.n_nodes - 1), up = whole(above, 0, MAX_UP);
            return zoom === null || up === null || more !== undefined ? null : { zoom, up };
        },
        print: ({ zoom, up }) => (zoom ? `${zoom}${up ? `.${up}` : ""}` : ""),
    },
    one("q", "query", String),
    flag("c", "caseSensitive"),
    choice("v", "view", VIEWS),
    one("m", "middle", String),
    choice("tree", "treeCallers", ["callees", "callers"], [false, true]),
    one("x", "transforms", parseTransforms, printTransforms),
    choice("tiny", "tiny", TINY.map((share) => String(share * 100)), TINY),
    {
        key: "sort",
        read(text) {
            const sort = text.replace(/^-/, "");
            return SORTS.includes(sort) ? { sort, sortUp: sort !== text } : null;
        },
        print: (s, d) => (s.sort !== d.sort || s.sortUp ? `${s.sortUp ? "-" : ""}${s.sort}` : ""),
    },
    one("cmp", "compare", (text, p, head) => (isCompare(text, head) ? text : null)),
    one("pin", "pin", (text, p, head) => readPin(text, head) && text),
    flag("swap", "swapped"),
    choice("col", "byPackage", ["kind", "package"], [false, true]),
    flag("idle", "showIdle"),
    choice("pal", "palette", HEAT_NAMES),
    choice("scale", "scale", ["robust", "full"]),
    choice("curve", "curve", Object.keys(CURVES)),
    choice("norm", "norm", NORMS),
    choice("lay", "layout", [...Object.keys(LAYOUTS), "stretches"]),
    one("s", "stretches", (text, p) => {
        const all = text.split(",", MOST_STRETCHES + 1).map((part) => readRange(part, p));
        return all.includes(null) || all.length > MOST_STRETCHES ? null : all;
    }, (all, p) => all.map((range) => printRange(range, p)).join(",")),
    choice("stat", "stat", STATS),
    one("mt", "metric", (text, p) => { const n = whole(text, 1, p.series?.length ?? 0); return n && n - 1; }, (k) => String(k + 1)),
    one("mk", "marks", (text, p, head) => parseMarks(text, head), (marks, p, head) => {
        const text = printMarks(marks, head);
        return text === printMarks(head.readerMarks ?? [], head) ? "" : text;
    }),
];

/**
 * @param {string} hash with or without "#"
 * @param {any} head
 * @param {State|null} [now] what stays as it is where the hash does not say otherwise and is of the same profile; null: what is usual
 * @param {number} [profile] that is meant when the hash names none
 * @returns {{state: State, problems: string[], anchor: string}} anchor: the hash is the id of a heading in the notes,
 *          not a state; leave it to the browser
 */
export function readState(hash, head, now = null, profile = 0) {
    const text = hash.replace(/^#/, ""), problems = [], usual = { state: defaultState(head), problems, anchor: "" };
    if (!text.includes("=")) return { ...usual, anchor: text };
    if (text.length > MAX_HASH) {
        problems.push(`the link is ${text.length} letters long, expected at most ${MAX_HASH}`);
        return usual;
    }
    const pairs = new Map();
    for (const part of text.split("&").filter(Boolean)) {
        const [, key, value] = /^([^=]*)=?(.*)$/s.exec(part);
        try {
            pairs.set(key, decodeURIComponent(value));
        } catch {
            problems.push(`'${short(part)}' is not percent-encoded rightly`);
        }
    }
    const id = pairs.get("p"), found = pairs.delete("p") ? head.profiles.findIndex((p) => p.id === id) : profile, k = Math.max(0, found);
    if (found < 0) problems.push(`'p=${short(id)}' is no profile of this report`);
    const state = now?.profile === k ? { ...now } : defaultState(head, k);
    for (const { key, read } of KEYS) {
        const value = pairs.get(key), said = pairs.delete(key) && read(value, head.profiles[k], head, state);
        if (said) Object.assign(state, said);
        else if (said === null) problems.push(`'${key}=${short(value)}' is not understood`);
    }
    for (const key of pairs.keys()) problems.push(`'${short(key)}' is not known`);
    return { ...usual, state };
}

/** @param {State} state @returns {string} "" when all is as it comes, else "#…" */
export function printState(state, head) {
    const p = head.profiles[state.profile], usual = defaultState(head, state.profile);
    const parts = [["p", state.profile ? p.id : ""], ...KEYS.map(({ key, print }) => [key, print(state, usual, p, head)])];
    const hash = parts.filter(([, value]) => value).map(([key, value]) => `${key}=${encode(value)}`).join("&");
    return hash && `#${hash}`;
}

/* Kept as they are: what ticket systems and mail programs leave inside a link. A lone surrogate has no encoding. */
function encode(text) {
    return text.replace(/[^A-Za-z0-9_.~:/,@$*+?;-]/gu, (c) => {
        if (/[()'!]/.test(c)) return `%${c.charCodeAt(0).toString(16)}`;
        return encodeURIComponent(/^[\ud800-\udfff]$/.test(c) ? "\ufffd" : c);
    });
}

function short(text) {
    return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
