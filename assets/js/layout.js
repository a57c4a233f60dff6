/* SPDX-License-Identifier: MIT
 *
 * Totals in, rectangles out: flat arrays, grouped by depth and ascending in x, so that a painter can skip what is
 * scrolled away and a hit is one binary search. One walk over the trie in preorder; a frame that would be narrower
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

/** Boxes in any order of rows; those of a row come from the left. Grown by doubling, and kept until they are cleared. */
export function boxList() {
    let n = 0, rows = 0;
    const b = { row: new Uint32Array(4096), node: new Uint32Array(4096), x0: new Float64Array(4096), x1: new Float64Array(4096) };
    return {
        get rows() { return rows; },
        clear() { n = rows = 0; },
        add(row, node, x0, x1) {
            if (n === b.row.length) for (const key of Object.keys(b)) b[key] = grown(b[key]);
            b.row[n] = row;
            b.node[n] = node;
            b.x0[n] = x0;
            b.x1[n++] = x1;
            if (row >= rows) rows = row + 1;
        },
        byRow() {
            const rowStart = new Uint32Array(rows + 1), node = new Uint32Array(n), x0 = new Float64Array(n), x1 = new Float64Array(n);
            for (let i = 0; i < n; i++) rowStart[b.row[i] + 1]++;
            for (let d = 0; d < rows; d++) rowStart[d + 1] += rowStart[d];
            const next = rowStart.slice();
            for (let i = 0; i < n; i++) {
                const at = next[b.row[i]]++;
                node[at] = b.node[i];
                x0[at] = b.x0[i];
                x1[at] = b.x1[i];
            }
            return { n, node, x0, x1, rowStart, depths: rows };
        },
    };
}

/* Kept between calls: a layout of a big graph is tens of thousands of rectangles. */
const scratch = boxList();

/**
 * @param {Stacks} stacks
 * @param {Uint32Array} end ends of subtrees (store.end)
 * @param {Uint32Array|Float64Array} total per node
 * @param {{zoom?: number, widthPx: number, minPx?: number}} view minPx: narrowest frame built, half a pixel
 * @returns {Layout} empty (n 0) when nothing of the zoomed node is in the range
 */
export function layoutFrames(stacks, end, total, { zoom = 0, widthPx, minPx = 0.5 }) {
    const root = zoom < stacks.nNodes ? zoom : 0, { depth } = stacks, zoomDepth = depth[root], width = total[root] || 0, narrowest = widthPx > 0 ? (width * minPx) / widthPx : width;
    scratch.clear();
    if (width > 0) {
        for (const a of ancestorsOf(stacks, root).slice(0, -1)) scratch.add(depth[a], a, 0, width);
        const next = [];
        next[zoomDepth] = 0;
        for (let i = root, last = end[root]; i < last; ) {
            const w = total[i], d = depth[i];
            if (w > 0) {
                const x = next[d];
                next[d] = x + w;
                if (w >= narrowest || i === root) {
                    scratch.add(d, i, x, x + w);
                    next[d + 1] = x;
                    i++;
                    continue;
                }
            }
            i = end[i];
        }
    }
    return { ...scratch.byRow(), width, zoom: root, zoomDepth };
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
