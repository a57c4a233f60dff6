/* SPDX-License-Identifier: MIT
 *
 * Who called: a trie from the leaf up. Entries stand on nodes of a trie, each with its weight; all that stand on frames of
 * one function are one node, and step up to their parents, which are its children. What is narrower than a share of the
 * whole is not built, and nothing below it is looked at: that is what makes the whole of a large profile a matter of
 * milliseconds. Two entries of one node never meet further up: they came there through the same frames, so they would be
 * the same node of the first trie. The result has the shape of any other trie, in preorder, but for the order of siblings: the
 * heaviest comes first, because of thousands of leaves only a few are wide enough to read. */

import { NONE, grown } from "./regroup.js";
import { subtreeEnds } from "./store.js";

/**
 * @typedef {import("./regroup.js").Trie & {self: Float64Array, total: Float64Array, target: Float64Array, from: Uint32Array, zoom: number}} Callers
 *   total: of all entries of a node, also those whose callers are not built; target: without those of the base; self: of stacks that begin there;
 *   from: per node one of the nodes that its entries began on; zoom: the last node of the path
 */

/** Ends of stacks: what an inverted graph begins with. @returns {{node: Uint32Array, weight: Float64Array}} */
export function endsOf(self) {
    let node = new Uint32Array(4096), n = 0;
    for (let i = 0; i < self.length; i++)
        if (self[i] !== 0) {
            if (n === node.length) node = grown(node);
            node[n++] = i;
        }
    return entriesOf(node.slice(0, n), self);
}

/* Set in the node of an entry that is of the base of a comparison. */
const BASE = 2 ** 31;

/** Ends of both sides. scale: what weights of the base are multiplied by. */
export function endsOfBoth(target, base, scale) {
    const a = endsOf(target), b = endsOf(base), n = a.node.length, node = new Uint32Array(n + b.node.length), weight = new Float64Array(node.length);
    node.set(a.node);
    weight.set(a.weight);
    for (let k = n; k < node.length; k++) {
        node[k] = b.node[k - n] + BASE;
        weight[k] = b.weight[k - n] * scale;
    }
    return { node, weight };
}

/* A loop: from() with a function takes as long as all of the rest. */
function entriesOf(node, weights) {
    const weight = new Float64Array(node.length);
    for (let k = 0; k < node.length; k++) weight[k] = weights[node[k]];
    return { node, weight };
}

/** Some nodes with all below them: what the callers of a function begin with. */
export function callsOf(nodes, total) {
    return entriesOf(nodes.filter((i) => total[i] > 0), total);
}

/** Frames from a node up, at most n: the path to a node of a callers' trie. */
export function pathUp({ parent, frame }, node, n = Infinity) {
    const path = [];
    for (let i = node; i !== 0 && path.length < n; i = parent[i]) path.push(frame[i]);
    return path;
}

/**
 * @param {import("./store.js").Stacks} stacks
 * @param {{node: Uint32Array, weight: Float64Array}} entries
 * @param {{share?: number, path?: number[]}} [view] share: nodes of less than this part of the zoomed one are not built; path: frames
 *        from the leaf up to the zoomed one, beside which nothing is built; it ends early where nothing has it
 * @returns {Callers}
 */
export function growCallers(stacks, { node, weight }, { share = 0, path = [] } = {}) {
    const { parent, frame } = stacks, at = node.slice(), w = weight.slice(), from = node.slice();
    const moved = { at: new Uint32Array(at.length), w: new Float64Array(at.length), from: new Uint32Array(at.length) };
    const n = stacks.frames.n, sum = new Float64Array(n), count = new Uint32Array(n), begin = new Uint32Array(n), seen = new Uint32Array(Math.min(n, at.length) + 1);
    const tree = growableTrie(), wait = { lo: [0], hi: [at.length], up: [0], frame: [NONE] };
    const ofTarget = (k) => (from[k] < BASE ? w[k] : 0);
    let least = 0, zoom = 0, length = path.length;
    for (let k = 0; k < at.length; k++) at[k] %= BASE;

    /* A single entry goes straight up. */
    function climb(k, id) {
        let p = at[k];
        for (; p !== 0; p = parent[p]) id = tree.add(id, frame[p], w[k], from[k], ofTarget(k));
        tree.self[id] += ofTarget(k);
    }

    function gatherFrames(lo, hi, id) {
        let nSeen = 0;
        for (let k = lo; k < hi; k++) {
            if (at[k] === 0) {
                tree.self[id] += ofTarget(k);
                continue;
            }
            const f = frame[at[k]];
            if (count[f]++ === 0) seen[nSeen++] = f;
            sum[f] += w[k];
        }
        return nSeen;
    }

    /* Entries of wanted frames side by side, from `lo` on; groups that wait, the heaviest on top. */
    function divide(lo, hi, id, nSeen, only) {
        const first = wait.lo.length;
        if (nSeen === 1 && only < 0 && count[seen[0]] === hi - lo) {
            /* All go on together, which is how most of a path looks. */
            const f = seen[0];
            if (sum[f] >= least) wait.lo.push(lo), wait.hi.push(hi), wait.up.push(id), wait.frame.push(f);
            sum[f] = count[f] = 0;
            return;
        }
        const wanted = [];
        for (let s = 0; s < nSeen; s++) {
            const f = seen[s];
            begin[f] = NONE;
            if (only >= 0 ? f === only : sum[f] >= least) wanted.push(f);
        }
        wanted.sort((a, b) => sum[a] - sum[b] || b - a);
        for (const f of wanted) {
            begin[f] = 0;
            wait.lo.push(0);
            wait.hi.push(0);
            wait.up.push(id);
            wait.frame.push(f);
        }
        let place = 0;
        for (let g = wait.lo.length - 1; g >= first; g--) {
            const f = wait.frame[g];
            wait.lo[g] = begin[f] = place;
            place += count[f];
        }
        for (let s = 0; s < nSeen; s++) {
            sum[seen[s]] = 0;
            count[seen[s]] = begin[seen[s]]; /* from here on: the next free place */
        }
        for (let k = lo; k < hi; k++) {
            const p = at[k], f = frame[p];
            if (p === 0 || begin[f] === NONE) continue;
            const to = count[f]++;
            moved.at[to] = p;
            moved.w[to] = w[k];
            moved.from[to] = from[k];
        }
        for (const [into, out] of [[at, moved.at], [w, moved.w], [from, moved.from]]) into.set(out.subarray(0, place), lo);
        for (let g = first; g < wait.lo.length; g++) {
            wait.hi[g] = lo + count[wait.frame[g]];
            wait.lo[g] += lo;
        }
        for (let s = 0; s < nSeen; s++) count[seen[s]] = 0;
    }

    while (wait.lo.length > 0) {
        const lo = wait.lo.pop(), hi = wait.hi.pop(), up = wait.up.pop(), f = wait.frame.pop();
        let total = 0, target = 0;
        for (let k = lo; k < hi; k++) {
            total += w[k];
            target += ofTarget(k);
        }
        const id = tree.add(up, f, total, lo < hi ? from[lo] : 0, target), level = tree.depth[id];
        if (id > 0) for (let k = lo; k < hi; k++) at[k] = parent[at[k]];
        if (hi - lo === 1 && level > length) {
            climb(lo, id);
            continue;
        }
        const nSeen = gatherFrames(lo, hi, id);
        if (level < length && count[path[level]] === 0) length = level;
        if (level === length) {
            zoom = id;
            least = total * share;
        }
        divide(lo, hi, id, nSeen, level < length ? path[level] : -1);
    }
    return { ...tree.done(stacks), zoom };
}

/** A trie that nodes are added to in preorder. */
function growableTrie() {
    const t = { parent: new Uint32Array(1024), frame: new Uint32Array(1024), depth: new Uint16Array(1024), total: new Float64Array(1024), target: new Float64Array(1024), self: new Float64Array(1024),
        from: new Uint32Array(1024) };
    let n = 0;
    return {
        get depth() { return t.depth; },
        get self() { return t.self; },
        add(up, frame, total, from, target) {
            if (n === t.parent.length) for (const key of Object.keys(t)) t[key] = grown(t[key]);
            t.parent[n] = up;
            t.frame[n] = frame;
            t.depth[n] = n === 0 ? 0 : t.depth[up] + 1;
            t.total[n] = total;
            t.target[n] = target;
            t.from[n] = from % BASE;
            return n++;
        },
        done(stacks) {
            const cut = Object.fromEntries(Object.entries(t).map(([key, array]) => [key, array.subarray(0, n)]));
            const made = { ...stacks, nNodes: n, parent: cut.parent, frame: cut.frame, depth: cut.depth };
            return { stacks: made, end: subtreeEnds(made), self: cut.self, total: cut.total, target: cut.target, from: cut.from };
        },
    };
}
