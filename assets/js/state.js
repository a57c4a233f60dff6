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
import { EVERYONE, isSomeone } from "./who.js";
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

/* One row per key, in the order of printing. read: throws nothing, returns false for a bad value. */
const KEYS = [
    { ...range("t", "range"), print: (s, d, p) => (s.range && !s.range.parts ? printRange(s.range, p) : "") },
    {
        key: "f",
        read(text, state, p) {
            const range = /^\d{1,4}$/.test(text) ? rangeOfFinding(p, Number(text) - 1) : null;
            if (range) state.range = range;
            return range !== null;
        },
        print: (s) => (s.range && s.range.parts ? String(s.range.finding + 1) : ""),
    },
    {
        key: "e",
        read(text, state, p) {
            const at = p.events.findIndex((e) => e.name === text);
            if (at >= 0) state.event = at;
            return at >= 0;
        },
        print: (s, d, p) => (s.event !== d.event ? p.events[s.event].name : ""),
    },
    someone("host", "host", String),
    someone("pid", "pid", wholeNumber),
    someone("th", "thread", String),
    someone("tid", "tid", wholeNumber),
    someone("cpu", "cpu", wholeNumber),
    {
        key: "period",
        read(text, state) {
            const ns = parseTime(text);
            if (ns === null || ns === 0n || ns > 10n ** 18n) return false;
            state.periodNs = Number(ns);
            return true;
        },
        print: (s, d) => (s.periodNs !== d.periodNs ? formatSeconds(s.periodNs, 1) : ""),
    },
    {
        key: "rows",
        read: (text, state) => readInt(text, 1, 100000, (n) => (state.rows = n)),
        print: (s, d) => (s.rows !== d.rows ? String(s.rows) : ""),
    },
    range("w", "part"),
    {
        key: "by",
        read(text, state, p) {
            const known = text === "offset" || whoKinds(p).includes(text);
            if (known) state.by = text;
            return known;
        },
        print: (s, d) => (s.by !== d.by ? s.by : ""),
    },
    {
        key: "z",
        read(text, state, p) {
            const [node, up = "0", more] = text.split(".");
            return more === undefined && readInt(up, 0, MAX_UP, () => {}) && readInt(node, 0, p.n_nodes - 1, (n) => {
                state.zoom = n;
                state.up = Number(up);
            });
        },
        print: (s) => (s.zoom !== 0 ? `${s.zoom}${s.up ? `.${s.up}` : ""}` : ""),
    },
    {
        key: "q",
        read(text, state) {
            state.query = text;
            return true;
        },
        print: (s) => s.query,
    },
    flag("c", "caseSensitive"),
    choice("v", "view", Object.fromEntries(VIEWS.map((v) => [v, v]))),
    {
        key: "m",
        read(text, state) {
            state.middle = text;
            return true;
        },
        print: (s) => s.middle,
    },
    choice("tree", "treeCallers", { callees: false, callers: true }),
    {
        key: "x",
        read(text, state) {
            const list = parseTransforms(text);
            if (list) state.transforms = list;
            return list !== null;
        },
        print: (s) => printTransforms(s.transforms),
    },
    choice("tiny", "tiny", Object.fromEntries(TINY.map((share) => [String(share * 100), share]))),
    {
        key: "sort",
        read(text, state) {
            const by = text.replace(/^-/, "");
            if (!SORTS.includes(by)) return false;
            state.sort = by;
            state.sortUp = by !== text;
            return true;
        },
        print: (s, d) => (s.sort !== d.sort || s.sortUp ? `${s.sortUp ? "-" : ""}${s.sort}` : ""),
    },
    {
        key: "cmp",
        read(text, state, p, head) {
            const known = isCompare(text, head);
            if (known) state.compare = text;
            return known;
        },
        print: (s) => s.compare,
    },
    {
        key: "pin",
        read(text, state, p, head) {
            const known = readPin(text, head) !== null;
            if (known) state.pin = text;
            return known;
        },
        print: (s) => s.pin,
    },
    flag("swap", "swapped"),
    choice("col", "byPackage", { kind: false, package: true }),
    flag("idle", "showIdle"),
    choice("pal", "palette", same(HEAT_NAMES)),
    choice("scale", "scale", { robust: "robust", full: "full" }),
    choice("curve", "curve", same(Object.keys(CURVES))),
    choice("norm", "norm", same(NORMS)),
    choice("lay", "layout", same([...Object.keys(LAYOUTS), "stretches"])),
    {
        key: "s",
        read(text, state, p) {
            const all = text.split(",", MOST_STRETCHES + 1).map((part) => parseRange(part, p).range);
            if (all.includes(null) || all.length > MOST_STRETCHES) return false;
            state.stretches = all;
            return true;
        },
        print: (s, d, p) => s.stretches.map((r) => printRange(r, p)).join(","),
    },
    choice("stat", "stat", same(STATS)),
    {
        key: "mt",
        read: (text, state, p) => readInt(text, 1, p.series?.length ?? 0, (n) => (state.metric = n - 1)),
        print: (s) => (s.metric >= 0 ? String(s.metric + 1) : ""),
    },
    {
        key: "mk",
        read(text, state, p, head) {
            const marks = parseMarks(text, head);
            if (marks) state.marks = marks;
            return marks !== null;
        },
        print: (s, d, p, head) => (s.marks !== d.marks && printMarks(s.marks, head) !== printMarks(d.marks, head) ? printMarks(s.marks, head) : ""),
    },
];

function same(names) {
    return Object.fromEntries(names.map((n) => [n, n]));
}

const printRange = ({ from, to }, p) => `${formatSeconds(from, p.step_ns)}..${formatSeconds(to, p.step_ns)}`;

/* A range of steps, or null. */
function range(key, field) {
    return {
        key,
        read(text, state, p) {
            const { range: read } = parseRange(text, p);
            if (read) state[field] = read;
            return read !== null;
        },
        print: (s, d, p) => (s[field] ? printRange(s[field], p) : ""),
    };
}

function wholeNumber(text) {
    return /^\d{1,10}$/.test(text) ? Number(text) : null;
}

function someone(key, field, valueOf) {
    return {
        key,
        read(text, state, p) {
            const value = valueOf(text), known = value !== null && isSomeone(p, field, value);
            if (known) state.who = { ...state.who, [field]: value };
            return known;
        },
        print: ({ who }) => (who[field] === null ? "" : String(who[field])),
    };
}

function flag(key, field) {
    return choice(key, field, { 0: false, 1: true });
}

function choice(key, field, values) {
    return {
        key,
        read(text, state) {
            const known = Object.hasOwn(values, text);
            if (known) state[field] = values[text];
            return known;
        },
        print: (s, d) => (s[field] !== d[field] ? Object.keys(values).find((name) => values[name] === s[field]) : ""),
    };
}

function readInt(text, least, most, set) {
    const n = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
    if (!(n >= least && n <= most)) return false;
    set(n);
    return true;
}

/**
 * @param {string} hash with or without "#"
 * @param {any} head
 * @returns {{state: State, problems: string[], anchor: string}} anchor: the hash is the id of a heading in the notes,
 *          not a state; leave it to the browser
 */
export function readState(hash, head) {
    const text = hash.replace(/^#/, ""), problems = [];
    if (text === "" || !text.includes("=")) return { state: defaultState(head), problems, anchor: text };
    if (text.length > MAX_HASH)
        return { state: defaultState(head), problems: [`the link is ${text.length} letters long, expected at most ${MAX_HASH}`], anchor: "" };
    const pairs = new Map();
    for (const part of text.split("&")) {
        const at = part.indexOf("="), key = at < 0 ? part : part.slice(0, at);
        if (part === "") continue;
        const value = decode(at < 0 ? "" : part.slice(at + 1));
        if (value === null) problems.push(`'${short(part)}' is not percent-encoded rightly`);
        else pairs.set(key, value);
    }
    const state = defaultState(head, findProfile(pairs, head, problems)), p = head.profiles[state.profile];
    pairs.delete("p");
    for (const { key, read } of KEYS) {
        if (pairs.has(key) && !read(pairs.get(key), state, p, head)) problems.push(`'${key}=${short(pairs.get(key))}' is not understood`);
        pairs.delete(key);
    }
    for (const key of pairs.keys()) problems.push(`'${short(key)}' is not known`);
    return { state, problems, anchor: "" };
}

function findProfile(pairs, head, problems) {
    if (!pairs.has("p")) return 0;
    const at = head.profiles.findIndex((p) => p.id === pairs.get("p"));
    if (at < 0) problems.push(`'p=${short(pairs.get("p"))}' is no profile of this report`);
    return Math.max(0, at);
}

/** @param {State} state @returns {string} "" when all is as it comes, else "#…" */
export function printState(state, head) {
    const p = head.profiles[state.profile], usual = defaultState(head, state.profile), parts = [];
    if (state.profile !== 0) parts.push(`p=${encode(p.id)}`);
    for (const { key, print } of KEYS) {
        const value = print(state, usual, p, head);
        if (value) parts.push(`${key}=${encode(value)}`);
    }
    return parts.length > 0 ? `#${parts.join("&")}` : "";
}

/* Kept as they are: what ticket systems and mail programs leave inside a link. A lone surrogate has no encoding. */
function encode(text) {
    return text.replace(/[^A-Za-z0-9_.~:/,@$*+?;-]/gu, (c) => {
        if (/[()'!]/.test(c)) return `%${c.charCodeAt(0).toString(16)}`;
        return encodeURIComponent(/^[\ud800-\udfff]$/.test(c) ? "\ufffd" : c);
    });
}

function decode(text) {
    try {
        return decodeURIComponent(text);
    } catch {
        return null;
    }
}

function short(text) {
    return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
