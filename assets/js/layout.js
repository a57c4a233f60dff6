/* SPDX-License-Identifier: MIT
 *
 * Totals in, rectangles out: flat arrays, grouped by depth and ascending in x, so that a painter can skip what is
 * scrolled away and a hit is one binary search. Row after row, each from the one before; a frame that would be narrower
 * than half a pixel is skipped together with its whole subtree and never built. Up or down is the painter's business. */

import { grown } from "./regroup.js";
import { lowerBound } from "./store.js";

/** @typedef {import("./store.js").Stacks} Stacks */

/**
 * Rectangle i is node[i] over [x0[i], x1[i]) of `width` weight units. Rows: depth d has rectangles
 * [rowStart[d], rowStart[d + 1]), d = 0 … depths - 1; depth is the node's own (0 is the root "all").
 * Rows above `zoomDepth` (d < zoomDepth) are the ancestors of the zoomed node, one rectangle each, full width.
 * @typedef {{n: number, node: Uint32Array, x0: Float64Array, x1: Float64Array, rowStart: Uint32Array, depths: number,
 *            width: number, zoom: number, zoomDepth: number}} Layout
 */

/* Rectangles in the making. Grown by doubling and kept: a layout of a big graph is tens of thousands of them. */
const made = { n: 0, node: new Uint32Array(4096), x0: new Float64Array(4096), x1: new Float64Array(4096) };

function add(node, x0, x1) {
    if (made.n === made.node.length) for (const key of ["node", "x0", "x1"]) made[key] = grown(made[key]);
    made.node[made.n] = node;
    made.x0[made.n] = x0;
    made.x1[made.n++] = x1;
}

/* Of rectangle `at`, those of its node's children that are wide enough. A call for each, so that it soon runs compiled (store.js: SLICE). */
function addChildren(at, end, total, narrowest) {
    const node = made.node[at], last = end[node];
    for (let c = node + 1, x = made.x0[at]; c < last; c = end[c]) {
        const w = total[c];
        if (w === 0) continue;
        if (w >= narrowest) add(c, x, x + w);
        x += w;
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
    const root = zoom < stacks.nNodes ? zoom : 0, zoomDepth = stacks.depth[root], width = total[root] || 0, narrowest = widthPx > 0 ? (width * minPx) / widthPx : width, rowStart = [0];
    made.n = 0;
    if (width > 0) {
        for (const a of ancestorsOf(stacks, root)) {
            add(a, 0, width);
            rowStart.push(made.n);
        }
        for (let at = zoomDepth; at < made.n; ) {
            const row = made.n;
            while (at < row) addChildren(at++, end, total, narrowest);
            if (made.n > row) rowStart.push(made.n);
        }
    }
    const { n } = made, cut = (list) => list.slice(0, n);
    return { n, node: cut(made.node), x0: cut(made.x0), x1: cut(made.x1), rowStart: Uint32Array.from(rowStart), depths: rowStart.length - 1, width, zoom: root, zoomDepth };
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
    const end = rowStart[depth + 1];
    let i = lowerBound(x1, rowStart[depth], end, x);
    while (i < end && x1[i] === x) i++;
    return i < end && x0[i] <= x ? i : -1;
}

/** The index of a node's rectangle, -1: not built. */
export function rectOfNode({ rowStart, depths, node }, id, depth) {
    if (depth >= depths) return -1;
    const i = lowerBound(node, rowStart[depth], rowStart[depth + 1], id);
    return i < rowStart[depth + 1] && node[i] === id ? i : -1;
}

/** The row of a rectangle. */
export const rowOfRect = ({ rowStart, depths }, i) => lowerBound(rowStart, 1, depths, i + 1) - 1;

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

/** Name, module and package of a frame, "" where none is known. */
export function frameParts({ frames, names, modules, packages }, f) {
    return { name: names[frames.name[f]], module: modules[frames.module[f]], package: packages[frames.package[f]] };
}

/** 0 user, 1 kernel, 2 jit, 3 inlined, 4 thread; the root counts as a thread. */
export function frameKind({ frame, frames }, node) {
    return node === 0 ? 4 : frames.kind[frame[node]];
}
