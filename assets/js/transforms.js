/* SPDX-License-Identifier: MIT
 *
 * What a reader does to the stacks before looking at them: a list of transforms, applied one after the other, each to
 * what the one before made. It is part of the state and of its address:
 *
 *     x=focus:handle;hide:memcpy;rec;keep:GC|JIT
 *
 * Functions are named, so that a link can be read; `;` and `%` inside a name are percent-encoded. */

import { END, GIVE_WAY, HEAD, NESTED, NONE, STAY, grown, regroup } from "./regroup.js";
import { compileSearch, matchFrames } from "./search.js";

/** @typedef {{op: string, arg: string}} Transform @typedef {import("./regroup.js").Trie} Trie */

/**
 * The trie to show. `map` and `leftOut` are per node of the first trie: where its weight goes (null: all stay), and 1
 * for ends that do not count (null: all do).
 * @typedef {Trie & {map: Uint32Array|null, leftOut: Uint8Array|null}} View
 */

const MOST = 50;

/* What each does; `step` gives regroup() its marks, `keeps` says which nodes' ends count. Words: of the list above the graph. */
const OPS = {
    focus: { word: "focus", arg: "name", step: focusOn },
    hide: { word: "hidden", arg: "name", step: marking((named) => (i, f) => (named[f] === 1 ? GIVE_WAY : STAY)) },
    fold: { word: "folded", arg: "name", step: marking((named) => (i, f) => (named[f] === 1 ? END : STAY)) },
    rec: { word: "recursion collapsed", arg: "name?", step: collapseRecursion },
    pkg: { word: "by package", arg: "name?", step: merging("package", "packages") },
    mod: { word: "by module", arg: "name?", step: merging("module", "modules") },
    only: { word: "only code of", arg: "regex", step: only },
    mine: { word: "my code only", arg: "", step: onlyMine },
    drop: { word: "without", arg: "name", keeps: (trie, arg) => below(trie, outermost(trie, framesNamed(trie.stacks, arg)), 0) },
    keep: { word: "only stacks with", arg: "regex", keeps: (trie, arg) => keepMatching(trie, arg, false) },
    keepcase: { word: "only stacks with", arg: "regex", keeps: (trie, arg) => keepMatching(trie, arg, true) },
    path: { word: "only this path", arg: "node", keeps: onlyPath },
};

/** Kernel, C library, and the runtimes of languages: what "my code only" hides. Packages and modules as the report names them. */
const LIBRARIES = new RegExp("^(\\[?kernel|kernel\\.kallsyms|vmlinux|\\[?vdso|ld-|ld\\.so|lib[\\w+.-]*\\.so|lib(c|m|dl|rt|pthread|stdc\\+\\+|gcc_s|c\\+\\+|jvm|v8|uv)$|" +
    "(java|javax|jdk|sun|com\\.sun|scala|kotlin|groovy|clojure)(\\.|$)|(std|core|alloc|__gnu_cxx|tokio|runtime|internal|syscall|node)(::|[/.:]|$)|libpython|python[\\d.]*$|encodings|importlib)");

/** @returns {Transform[]|null} null: not understood */
export function parseTransforms(text) {
    const list = [];
    for (const part of text.split(";").filter(Boolean)) {
        const at = part.indexOf(":"), op = at < 0 ? part : part.slice(0, at);
        let arg = at < 0 ? "" : part.slice(at + 1);
        try { arg = decodeURIComponent(arg); } catch { return null; }
        if (!Object.hasOwn(OPS, op)) return null;
        const wants = OPS[op].arg;
        if ((wants === "") !== (arg === "") && !wants.endsWith("?")) return null;
        if (wants === "node" && !/^\d{1,10}$/.test(arg)) return null;
        list.push({ op, arg });
    }
    return list.length > MOST ? null : list;
}

export function printTransforms(list) {
    return list.map(({ op, arg }) => (arg === "" ? op : `${op}:${arg.replace(/[%;]/g, encodeURIComponent)}`)).join(";");
}

/** A list with one more; the same again changes nothing, and neither does a 51st. */
export function withTransform(list, op, arg = "") {
    return list.length >= MOST || list.some((t) => t.op === op && t.arg === arg) ? list : [...list, { op, arg }];
}

/** What the list above the graph says. nameOf(node): of a path. */
export function describeTransform({ op, arg }, nameOf) {
    const name = op === "path" ? nameOf(Number(arg)) : OPS[op].arg === "regex" ? `/${arg}/` : arg;
    return [OPS[op].word, name];
}

/**
 * Applies a list, and remembers each step: one transform more costs one step, one taken back costs none.
 * @returns {(base: Trie, list: Transform[]) => View}
 */
export function makeTransformer() {
    let base = null, done = [];
    return (trie, list) => {
        if (base?.stacks !== trie.stacks) {
            base = { ...trie, map: null, leftOut: null };
            done = [];
        }
        if (list.length === 0) done = []; /* a large trie's steps are worth their memory only while they are used */
        let same = 0;
        while (same < list.length && same < done.length && done[same].op === list[same].op && done[same].arg === list[same].arg) same++;
        if (same < list.length) done.length = same;
        let view = same > 0 ? done[same - 1].view : base;
        for (const { op, arg } of list.slice(same)) {
            view = apply(view, op, arg);
            done.push({ op, arg, view });
        }
        for (const step of done) if (step.view !== view) step.view.slots = null;
        return view;
    };
}

/** @param {View} view @returns {View} */
function apply(view, op, arg) {
    const { step, keeps } = OPS[op];
    if (keeps) return { ...view, leftOut: leaveOut(view, keeps(view, arg, view.map)) };
    const marks = step(view, arg);
    if (!marks) return view;
    const { stacks, end, map } = regroup(marks.stacks ? { ...view, stacks: marks.stacks } : view, marks), whole = view.map ? view.map.slice() : map;
    if (view.map) for (let i = 0; i < whole.length; i++) whole[i] = whole[i] === NONE ? NONE : map[whole[i]];
    return { stacks, end, map: whole, leftOut: marks.roots ? leaveOut({ map: whole, leftOut: view.leftOut }, null) : view.leftOut };
}

/** Per node of the first trie; kept: per node of the view, null: all that it has. */
function leaveOut({ map, leftOut, stacks }, kept) {
    const n = map ? map.length : stacks.nNodes, out = new Uint8Array(n);
    for (let i = 0; i < n; i++) {
        const at = map ? map[i] : i;
        out[i] = at === NONE || (kept !== null && kept[at] === 0) || (leftOut !== null && leftOut[i] === 1) ? 1 : 0;
    }
    return out;
}

/**
 * Weights of the first trie as weights of the view; they hold until the next call with the same slot.
 * @param {View} view @param {import("./store.js").Weights} weights @param {string} [slot]
 */
export function mapWeights(view, weights, slot = "") {
    const { map, stacks: { nNodes, parent } } = view;
    if (map === null) return weights;
    const from = weights.self, slots = view.slots ??= {}, own = slots[slot] ??= { self: new from.constructor(nNodes), total: new from.constructor(nNodes) }, { self, total } = own;
    self.fill(0);
    for (let i = 0; i < from.length; i++) if (from[i] !== 0) self[map[i]] += from[i];
    total.set(self);
    for (let i = nNodes - 1; i > 0; i--) if (total[i] !== 0) total[parent[i]] += total[i];
    return { ...weights, self, total };
}

// ---- the single transforms

/** Per frame, 1: the function of this name. */
export function framesNamed({ frames, names }, name) {
    const id = new Set(names.flatMap((n, i) => (n === name ? [i] : [])));
    return Uint8Array.from(frames.name, (n) => (id.has(n) ? 1 : 0));
}

/** Outermost nodes of frames. named: per frame, 1: one of them. */
export function outermost({ stacks: { nNodes, frame }, end }, named) {
    let found = new Uint32Array(4096), n = 0;
    for (let i = 1; i < nNodes; ) {
        if (named[frame[i]] === 1) {
            if (n === found.length) found = grown(found);
            found[n++] = i;
            i = end[i];
        } else i++;
    }
    return found.slice(0, n);
}

/** Per node: `inside` for some nodes and all below them, 1 - inside for the others. */
export function below({ stacks: { nNodes }, end }, nodes, inside) {
    const out = new Uint8Array(nNodes).fill(1 - inside);
    for (const i of nodes) {
        const to = end[i];
        if (to - i > 64) out.fill(inside, i, to); /* a call costs as much as 64 nodes */
        else for (let k = i; k < to; k++) out[k] = inside;
    }
    return out;
}

function focusOn(trie, name) {
    return { act: new Uint8Array(trie.stacks.nNodes), roots: outermost(trie, framesNamed(trie.stacks, name)) };
}

function actsOf({ nNodes, frame }, actOf) {
    const act = new Uint8Array(nNodes);
    for (let i = 1; i < nNodes; i++) act[i] = actOf(i, frame[i]);
    return { act };
}

function marking(maker) {
    return ({ stacks }, name) => actsOf(stacks, maker(framesNamed(stacks, name)));
}

/** Of every function that calls itself; or of one, whatever stands between its calls. */
function collapseRecursion(trie, name) {
    const { parent, frame } = trie.stacks;
    if (name === "") return actsOf(trie.stacks, (i, f) => (frame[parent[i]] === f ? GIVE_WAY : STAY));
    const named = framesNamed(trie.stacks, name), heads = outermost(trie, named), marks = actsOf(trie.stacks, (i, f) => (named[f] === 1 ? NESTED : STAY));
    for (const i of heads) marks.act[i] = HEAD;
    return marks;
}

/** Frames in a row of one package (or module) become one frame of its name. */
function merging(key, list) {
    return ({ stacks: before }, name) => {
        const stacks = withPackageFrames(before), { parent, frame, nNodes } = stacks, first = stacks.firstOf[list], texts = stacks[list];
        const frames = Uint32Array.from(stacks.frames[key], (id, f) => (stacks.frames.kind[f] === THREAD || (name === "" ? texts[id] === "" : texts[id] !== name) ? f : first + id));
        const renamed = new Uint32Array(nNodes);
        for (let i = 1; i < nNodes; i++) renamed[i] = frames[frame[i]];
        renamed[0] = NONE;
        return { stacks, frame: renamed, ...actsOf(stacks, (i) => (renamed[i] === renamed[parent[i]] && renamed[i] >= stacks.firstOf.packages ? GIVE_WAY : STAY)) };
    };
}

const THREAD = 4;

/** Stacks with a frame for each package and each module behind those of the functions. */
function withPackageFrames(stacks) {
    if (stacks.firstOf) return stacks;
    const { frames, names, packages, modules } = stacks, n = frames.n + packages.length + modules.length;
    const longer = (array, rest) => {
        const all = new array.constructor(n);
        all.set(array);
        rest.forEach((v, i) => { all[frames.n + i] = v; });
        return all;
    };
    const kindOf = (column, id) => frames.kind[column.findIndex((v, f) => v === id && frames.kind[f] !== THREAD)] ?? 0;
    const kinds = [...packages.map((p, id) => kindOf(frames.package, id)), ...modules.map((m, id) => kindOf(frames.module, id))];
    return {
        ...stacks, names: [...names, ...packages, ...modules], firstOf: { packages: frames.n, modules: frames.n + packages.length },
        frames: { n, name: longer(frames.name, kinds.map((_, i) => names.length + i)), kind: longer(frames.kind, kinds),
            module: longer(frames.module, [...packages.map(() => 0), ...modules.keys()]), package: longer(frames.package, [...packages.keys(), ...modules.map(() => 0)]) },
    };
}

/* Frames of threads and processes stay: they are no code. */
function only({ stacks }, text) {
    const shown = matchFrames(compileSearch(text).regex, stacks);
    return actsOf(stacks, (i, f) => (shown[f] === 1 || stacks.frames.kind[f] === THREAD ? STAY : GIVE_WAY));
}

function onlyMine({ stacks }) {
    const { frames, packages, modules } = stacks, foreign = (list) => Uint8Array.from(list, (text) => (LIBRARIES.test(text) ? 1 : 0));
    const byPackage = foreign(packages), byModule = foreign(modules.map((m) => m.replace(/^.*\//s, "")));
    return actsOf(stacks, (i, f) => (frames.kind[f] !== THREAD && (frames.kind[f] === 1 || byPackage[frames.package[f]] === 1 || byModule[frames.module[f]] === 1) ? GIVE_WAY : STAY));
}

function keepMatching(trie, text, caseSensitive) {
    const { regex } = compileSearch(text, { caseSensitive });
    return below(trie, outermost(trie, matchFrames(regex, trie.stacks)), 1);
}

/* The node is one of the first trie. */
function onlyPath(trie, text, map) {
    const node = map ? map[Number(text)] ?? NONE : Number(text);
    return below(trie, node < trie.stacks.nNodes ? [node] : [], 1);
}
