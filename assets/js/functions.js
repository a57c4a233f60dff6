/* SPDX-License-Identifier: MIT
 *
 * The rows of the table: per function what it did itself, and what all stacks through it weigh, each counted once
 * however often the function is on it. A row is a frame: functions of one name in two modules are two. */

/**
 * Row i is frame[i]. The second pair is of the other side of a comparison, null when there is none.
 * @typedef {{n: number, frame: Uint32Array, self: Float64Array, total: Float64Array,
 *            otherSelf: Float64Array|null, otherTotal: Float64Array|null}} Functions
 */

/**
 * Sums of a trie by what its frames are: `own` of stacks that end there, `all` of stacks it is on, counted once.
 * @param {number} n things @param {(frame: number) => number} thingOf below 0: none
 */
export function sumsOf({ nNodes, frame }, end, { self, total }, n, thingOf) {
    const own = new Float64Array(n), all = new Float64Array(n), covered = new Uint32Array(n); /* nodes before it lie below a frame of the thing that is counted */
    for (let i = 1; i < nNodes; ) {
        if (total[i] === 0) {
            i = end[i];
            continue;
        }
        const thing = thingOf(frame[i]);
        if (thing >= 0) own[thing] += self[i];
        if (thing >= 0 && i >= covered[thing]) {
            all[thing] += total[i];
            covered[thing] = end[i];
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
    const sums = (of) => sumsOf(trie.stacks, trie.end, of, trie.stacks.frames.n, (f) => f), a = sums(weights), b = other && sums(other);
    const frame = Uint32Array.from(a.all.keys()).filter((f) => a.all[f] > 0 || (b !== null && b.all[f] > 0));
    const pick = (all) => Float64Array.from(frame, (f) => all[f]);
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
