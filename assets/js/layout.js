/* SPDX-License-Identifier: MIT
 *
 * Totals in, rectangles out: flat arrays, grouped by depth and ascending in x, so that a painter can skip what is
 * scrolled away and a hit is one binary search. One walk over the trie in preorder; a frame that would be narrower
 * than half a pixel is skipped together with its whole subtree and never built. Up or down is the painter's business. */

/** @typedef {import("./store.js").Stacks} Stacks */

/**
 * Rectangle i is node[i] over [x0[i], x1[i]) of `width` weight units. Rows: depth d has rectangles
 * [rowStart[d], rowStart[d + 1]), d = 0 … depths - 1; depth is the node's own (0 is the root "all").
 * Rows above `zoomDepth` (d < zoomDepth) are the ancestors of the zoomed node, one rectangle each, full width.
 * @typedef {{n: number, node: Uint32Array, x0: Float64Array, x1: Float64Array, rowStart: Uint32Array, depths: number,
 *            width: number, zoom: number, zoomDepth: number}} Layout
 */

/* Grown by doubling and kept between calls: a layout of a big graph is tens of thousands of rectangles. */
const scratch = { node: new Uint32Array(4096), x0: new Float64Array(4096), depth: new Uint16Array(4096) };

function grow() {
    for (const key of ["node", "x0", "depth"]) {
        const old = scratch[key];
        scratch[key] = new old.constructor(old.length * 2);
        scratch[key].set(old);
    }
}

/**
 * @param {Stacks} stacks
 * @param {Uint32Array} end ends of subtrees (store.end)
 * @param {Uint32Array|Float64Array} total per node
 * @param {{zoom?: number, widthPx: number, minPx?: number}} view minPx: narrowest frame built, half a pixel
 * @returns {Layout} empty (n 0) when nothing of the zoomed node is in the range
 */
export function layoutFrames(stacks, end, total, { zoom = 0, widthPx, minPx = 0.5 }) {
    const root = zoom < stacks.nNodes ? zoom : 0, width = total[root], { depth } = stacks;
    if (!(width > 0)) return emptyLayout(root, depth[root]);
    const narrowest = widthPx > 0 ? (width * minPx) / widthPx : width;
    const above = ancestorsOf(stacks, root).slice(0, -1);
    let n = 0, deepest = depth[root];
    for (const a of above) {
        if (n === scratch.node.length) grow();
        scratch.node[n] = a;
        scratch.x0[n] = 0;
        scratch.depth[n++] = depth[a];
    }
    const next = [];
    next[depth[root]] = 0;
    for (let i = root, last = end[root]; i < last; ) {
        const w = total[i], d = depth[i];
        if (w === 0) {
            i = end[i];
            continue;
        }
        const x = next[d];
        next[d] = x + w;
        if (w < narrowest && i !== root) {
            i = end[i];
            continue;
        }
        if (n === scratch.node.length) grow();
        scratch.node[n] = i;
        scratch.x0[n] = x;
        scratch.depth[n++] = d;
        if (d > deepest) deepest = d;
        next[d + 1] = x;
        i++;
    }
    return byDepth(n, deepest + 1, total, width, root, depth[root]);
}

function byDepth(n, depths, total, width, zoom, zoomDepth) {
    const rowStart = new Uint32Array(depths + 1), fill = new Uint32Array(depths);
    for (let i = 0; i < n; i++) rowStart[scratch.depth[i] + 1]++;
    for (let d = 0; d < depths; d++) {
        rowStart[d + 1] += rowStart[d];
        fill[d] = rowStart[d];
    }
    const node = new Uint32Array(n), x0 = new Float64Array(n), x1 = new Float64Array(n);
    for (let i = 0; i < n; i++) {
        const at = fill[scratch.depth[i]]++, id = scratch.node[i];
        node[at] = id;
        x0[at] = scratch.x0[i];
        x1[at] = scratch.depth[i] < zoomDepth ? width : scratch.x0[i] + total[id];
    }
    return { n, node, x0, x1, rowStart, depths, width, zoom, zoomDepth };
}

function emptyLayout(zoom, zoomDepth) {
    const none = new Float64Array(0);
    return { n: 0, node: new Uint32Array(0), x0: none, x1: none, rowStart: new Uint32Array(1), depths: 0, width: 0, zoom,
        zoomDepth };
}

/**
 * The rectangle under a point.
 * @param {Layout} layout
 * @param {number} x in weight units, 0 … layout.width
 * @param {number} depth
 * @returns {number} index of the rectangle, -1: none
 */
export function hitTest({ rowStart, depths, x0, x1 }, x, depth) {
    if (!(depth >= 0 && depth < depths)) return -1;
    let lo = rowStart[depth], hi = rowStart[depth + 1];
    while (lo < hi) {
        const mid = (lo + hi) >>> 1;
        if (x1[mid] <= x) lo = mid + 1;
        else hi = mid;
    }
    return lo < rowStart[depth + 1] && x0[lo] <= x ? lo : -1;
}

/** The index of a node's rectangle, -1: not built. */
export function rectOfNode({ rowStart, depths, node }, id, depth) {
    if (depth >= depths) return -1;
    let lo = rowStart[depth], hi = rowStart[depth + 1];
    while (lo < hi) {
        const mid = (lo + hi) >>> 1;
        if (node[mid] < id) lo = mid + 1;
        else hi = mid;
    }
    return lo < rowStart[depth + 1] && node[lo] === id ? lo : -1;
}

/** The row of a rectangle. */
export function rowOfRect({ rowStart, depths }, i) {
    let lo = 0, hi = depths;
    while (lo < hi) {
        const mid = (lo + hi) >>> 1;
        if (rowStart[mid + 1] <= i) lo = mid + 1;
        else hi = mid;
    }
    return lo;
}

/** From the root down to the node itself: breadcrumbs. @returns {number[]} */
export function ancestorsOf({ parent }, node) {
    const path = [node];
    for (let i = node; i !== 0; i = parent[i]) path.push(parent[i]);
    return path.reverse();
}

/** "all" for the root; a stack without a name shows as "[no name]". */
export function frameName({ frame, frames, names }, node) {
    if (node === 0) return "all";
    return names[frames.name[frame[node]]] || "[no name]";
}

/** Module of a frame, "" when none is known. */
export function frameModule({ frame, frames, modules }, node) {
    return node === 0 ? "" : modules[frames.module[frame[node]]] || "";
}

/** Package of a frame, "" when none is known. */
export function framePackage({ frame, frames, packages }, node) {
    return node === 0 ? "" : packages[frames.package[frame[node]]];
}

/** Name, module and package of a frame, "" where none is known. */
export function frameParts({ frames, names, modules, packages }, f) {
    return { name: names[frames.name[f]], module: modules[frames.module[f]], package: packages[frames.package[f]] };
}

/** 0 user, 1 kernel, 2 jit, 3 inlined, 4 thread; the root counts as a thread. */
export function frameKind({ frame, frames }, node) {
    return node === 0 ? 4 : frames.kind[frame[node]];
}
