/* SPDX-License-Identifier: MIT
 *
 * A trie in, the trie that a transform makes of it out: frames give way, get other frames, end early or move up, and
 * what then has the same path is one node. The result has the shape of the first (preorder, siblings in the order of
 * their frames), so whatever works on one works on the other. A node of the result stands for a set of nodes; a set of
 * one whose subtree nothing happens to is copied as it is, which is most of a trie for most transforms. */

import { subtreeEnds } from "./store.js";

/** In a map: what ends there is left out. */
export const NONE = 0xffffffff;

/* What happens to a node. */
export const STAY = 0;
export const GIVE_WAY = 1; /* its children and its own weight go to the frame above */
export const END = 2; /* all below it counts as its own */
export const NESTED = 3; /* it is one with the nearest HEAD above it, and leaves the frames between */
export const HEAD = 4;

/**
 * A trie to look at: store.stacks with its ends, or what is made of it.
 * @typedef {{stacks: import("./store.js").Stacks, end: Uint32Array}} Trie
 */

/**
 * @param {Trie} trie
 * @param {{act: Uint8Array, frame?: Uint32Array, roots?: Uint32Array|null}} step per node: what happens to it, its frame afterwards;
 *        roots: nodes that stand under the root instead of the first frames (none below another), what is not below them is left out
 * @returns {Trie & {map: Uint32Array}} map: per node of `trie` the node of the result that its weight goes to, or NONE
 */
export function regroup({ stacks, end }, { act, frame = stacks.frame, roots = null }) {
    const n = stacks.nNodes, { parent, depth } = stacks;
    const map = new Uint32Array(n).fill(NONE), touched = markTouched(stacks, act, frame);
    const nested = roots ? new Uint32Array(0) : Uint32Array.from(placesOf(act, NESTED));
    const outParent = new Uint32Array(n), outFrame = new Uint32Array(n), outDepth = new Uint16Array(n);
    const grouper = makeGrouper(stacks.frames.n);
    /* Sets that wait: group g is members[lo[g] … lo[g + 1]), the last one up to `top`. The first sibling is on top. */
    let members = new Uint32Array(4096), top = 1, found = new Uint32Array(4096), nFound = 0, out = 0;
    const lo = [0], above = [0];

    function add(node) {
        if (nFound === found.length) found = grown(found);
        found[nFound++] = node;
    }
    function addChildren(node, id) {
        for (let c = node + 1, last = end[node]; c < last; ) {
            if (act[c] === GIVE_WAY) map[c++] = id;
            else {
                if (act[c] !== NESTED) add(c);
                c = end[c];
            }
        }
    }
    function expand(node, id) {
        map[node] = id;
        if (act[node] === END) {
            map.fill(id, node, end[node]);
            return;
        }
        addChildren(node, id);
        if (act[node] !== HEAD) return;
        for (let k = firstAfter(nested, node); k < nested.length && nested[k] < end[node]; k++) {
            map[nested[k]] = id;
            addChildren(nested[k], id);
        }
    }
    function copy(node, id) {
        const shift = id - node, down = outDepth[id] - depth[node];
        map[node] = id;
        for (let i = node + 1, last = end[node]; i < last; i++) {
            map[i] = i + shift;
            outParent[out] = parent[i] + shift;
            outFrame[out] = frame[i];
            outDepth[out++] = depth[i] + down;
        }
    }

    while (lo.length > 0) {
        const from = lo.pop(), to = top, up = above.pop(), first = members[from], id = out++;
        outParent[id] = up;
        outFrame[id] = first === 0 ? NONE : frame[first];
        outDepth[id] = id === 0 ? 0 : outDepth[up] + 1;
        top = from;
        if (to - from === 1 && touched[first] === 0 && (id > 0 || roots === null)) {
            copy(first, id);
            continue;
        }
        nFound = 0;
        if (id === 0 && roots !== null) for (const r of roots) add(r);
        else for (let k = from; k < to; k++) expand(members[k], id);
        const groups = grouper.group(found, nFound, frame);
        while (top + nFound > members.length) members = grown(members);
        for (let g = groups.n - 1, at = nFound; g >= 0; at = groups.begin[g--]) {
            lo.push(top);
            above.push(id);
            for (let k = groups.begin[g]; k < at; k++) members[top++] = groups.nodes[k];
        }
    }
    const made = { ...stacks, nNodes: out, parent: outParent.slice(0, out), frame: outFrame.slice(0, out), depth: outDepth.slice(0, out) };
    return { stacks: made, end: subtreeEnds(made), map };
}

/** 1: something happens in the node's subtree. */
function markTouched({ nNodes, parent, frame: before }, act, frame) {
    const touched = new Uint8Array(nNodes);
    for (let i = nNodes - 1; i > 0; i--) {
        if (act[i] !== STAY || frame[i] !== before[i]) touched[i] = 1;
        if (touched[i] === 1) touched[parent[i]] = 1;
    }
    return touched;
}

function* placesOf(bytes, value) {
    for (let i = bytes.indexOf(value); i >= 0; i = bytes.indexOf(value, i + 1)) yield i;
}

function firstAfter(list, v) {
    let a = 0, b = list.length;
    while (a < b) {
        const mid = (a + b) >>> 1;
        if (list[mid] <= v) a = mid + 1;
        else b = mid;
    }
    return a;
}

export function grown(array) {
    const larger = new array.constructor(array.length * 2);
    larger.set(array);
    return larger;
}

/** Ascending, in place; the native sort costs more than it saves on a handful. */
function sortSmall(list, n) {
    if (n > 24) {
        list.subarray(0, n).sort();
        return;
    }
    for (let i = 1; i < n; i++) {
        const v = list[i];
        let j = i;
        for (; j > 0 && list[j - 1] > v; j--) list[j] = list[j - 1];
        list[j] = v;
    }
}

/** Puts nodes of the same frame side by side, frames ascending; the work arrays are made once. */
function makeGrouper(nFrames) {
    const count = new Uint32Array(nFrames), seen = new Uint32Array(nFrames);
    const result = { n: 0, begin: new Uint32Array(1024), nodes: new Uint32Array(1024) };

    function beginAt(g, at) {
        if (g === result.begin.length) result.begin = grown(result.begin);
        result.begin[g] = at;
    }
    /** Group g is nodes[begin[g] … begin[g + 1]), the last one up to n. */
    function group(nodes, n, frame) {
        result.n = 0;
        let ascending = true;
        for (let k = 1; k < n && ascending; k++) ascending = frame[nodes[k - 1]] < frame[nodes[k]];
        if (ascending) {
            for (let k = 0; k < n; k++) beginAt(k, k);
            result.n = n;
            result.nodes = nodes;
            return result;
        }
        let nSeen = 0;
        for (let k = 0; k < n; k++) {
            const f = frame[nodes[k]];
            if (count[f]++ === 0) seen[nSeen++] = f;
        }
        sortSmall(seen, nSeen);
        for (let g = 0, at = 0; g < nSeen; g++) {
            beginAt(g, at);
            const size = count[seen[g]];
            count[seen[g]] = at;
            at += size;
        }
        result.nodes = new Uint32Array(n);
        for (let k = 0; k < n; k++) result.nodes[count[frame[nodes[k]]]++] = nodes[k];
        for (let g = 0; g < nSeen; g++) count[seen[g]] = 0;
        result.n = nSeen;
        return result;
    }
    return { group };
}
