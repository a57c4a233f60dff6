/* SPDX-License-Identifier: MIT
 *
 * The rows of the table: per function what it did itself, and what all stacks through it weigh, each counted once
 * however often the function is on it. A row is a frame: functions of one name in two modules are two. */

/**
 * Row i is frame[i]. The second pair is of the other side of a comparison, null when there is none.
 * @typedef {{n: number, frame: Uint32Array, self: Float64Array, total: Float64Array,
 *            otherSelf: Float64Array|null, otherTotal: Float64Array|null}} Functions
 */

/** Sums by frame. */
function sumsOf({ stacks: { nNodes, frame, frames }, end }, { self, total }) {
    const own = new Float64Array(frames.n), all = new Float64Array(frames.n), covered = new Uint32Array(frames.n);
    for (let i = 1; i < nNodes; ) {
        const w = total[i];
        if (w === 0) {
            i = end[i];
            continue;
        }
        const f = frame[i];
        own[f] += self[i];
        if (i >= covered[f]) {
            all[f] += w;
            covered[f] = end[i];
        }
        i++;
    }
    return { own, all };
}

/**
 * @param {import("./regroup.js").Trie} trie
 * @param {{self: any, total: any}} weights
 * @param {{self: any, total: any}|null} [other] on the same trie
 * @returns {Functions} rows in the order of frames
 */
export function functionsOf(trie, weights, other = null) {
    const a = sumsOf(trie, weights), b = other && sumsOf(trie, other);
    const frame = Uint32Array.from(a.all.keys()).filter((f) => a.all[f] > 0 || (b !== null && b.all[f] > 0));
    const pick = (sums) => Float64Array.from(frame, (f) => sums[f]);
    return { n: frame.length, frame, self: pick(a.own), total: pick(a.all), otherSelf: b && pick(b.own), otherTotal: b && pick(b.all) };
}

/** Columns to sort by; names and packages ascend first, numbers descend. */
export const SORTS = ["self", "total", "diff", "name", "package"];

/**
 * @param {Functions} rows
 * @param {import("./store.js").Stacks} stacks
 * @param {{by: string, up: boolean, scale?: number, keep?: (row: number) => boolean}} how scale: of the other side's weights, so that
 *        shares are compared; keep: which rows
 * @returns {Uint32Array} rows; ties by total, then in the order of frames
 */
export function sortedRows(rows, { frames, names, packages }, { by, up, scale = 1, keep = () => true }) {
    const order = Uint32Array.from(rows.frame.keys()).filter(keep), { self, total, frame } = rows;
    const text = { name: (r) => names[frames.name[frame[r]]], package: (r) => packages[frames.package[frame[r]]] }[by];
    const value = by === "diff" ? (r) => differenceOf(rows, r, scale) : (r) => rows[by][r];
    const compare = text ? (a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0) : (a, b) => value(a) - value(b);
    const sign = up ? 1 : -1;
    return order.sort((a, b) => sign * compare(a, b) || total[b] - total[a] || self[b] - self[a] || a - b);
}

/** What a function's total grew by against the other side, in weight of this side. */
export const differenceOf = ({ total, otherTotal }, row, scale) => (otherTotal === null ? 0 : total[row] - otherTotal[row] * scale);
