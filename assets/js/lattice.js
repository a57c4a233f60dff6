/* SPDX-License-Identifier: MIT
 *
 * Where the cells of a grid stand: each cell (column * rows + row) has a place on a lattice of w × h equal fields, y from
 * the top. Time can run up or down the columns, along the rows, or along a Hilbert curve, on which neighbours in time
 * are neighbours on the map. All in units of a field; the painters scale. */
import { cellOf, columnRange, columnsOf } from "./grid.js";

/** What there is to pick from, and what it is called. */
export const LAYOUTS = { up: "columns, 0 at the bottom", down: "columns, 0 at the top", rows: "rows", hilbert: "Hilbert curve" };

/**
 * @typedef {{x: number, y: number, w: number, h: number}} Rect
 * @typedef {object} Lattice
 * @property {number} w @property {number} h
 * @property {boolean} timeIsAcross whether a column of fields is a stretch of time, so that sums, marks and metrics can stand above it
 * @property {(cell: number) => number} field of a cell: x + y * w
 * @property {(cell: number) => {x: number, y: number}} place the same in two
 * @property {(x: number, y: number) => number} at the cell of a field, -1: none
 * @property {(from: number, to: number) => Rect[]} rects that cover the steps [from, to), in the order of time; edges may lie inside fields
 * @property {(from: number, to: number) => {x: number, y: number}[]} ends where the first begins and the last ends
 */

/** @param {import("./grid.js").Grid} grid @param {keyof LAYOUTS} layout @returns {Lattice} */
export function latticeOf(grid, layout) {
    const lattice = grid.who ? acrossTime(grid) : grid.side ? hilbert(grid) : scan(grid, grid.stretches && layout !== "down" ? "up" : layout), { w, field } = lattice;
    return { ...lattice, place(cell) { const at = field(cell), x = at % w; return { x, y: (at - x) / w }; } };
}

/* ---- columns of cells */

function scan(grid, layout) {
    const { rows } = grid, columns = columnsOf(grid), down = layout === "down", lying = layout === "rows";
    const [w, h] = lying ? [rows, columns] : [columns, rows];
    /* n columns from c on, offsets lo … hi in rows. */
    const rect = (c, n, lo, hi) => (lying ? { x: lo, y: c, w: hi - lo, h: n } : { x: c, y: down ? lo : rows - hi, w: n, h: hi - lo });
    const point = (c, at) => (lying ? { x: at, y: c + 0.5 } : { x: c + 0.5, y: down ? at : rows - at });
    const parts = (from, to) => partsOf(grid, columns, from, to);
    return {
        w, h, timeIsAcross: !lying && !grid.stretches,
        field(cell) {
            const row = cell % rows, column = (cell - row) / rows;
            return lying ? cell : column + (down ? row : rows - 1 - row) * columns;
        },
        at(x, y) {
            const [column, row] = lying ? [y, x] : [x, down ? y : rows - 1 - y];
            return column >= 0 && column < columns && row >= 0 && row < rows ? column * rows + row : -1;
        },
        rects: (from, to) => parts(from, to).map((p) => rect(...p)),
        ends(from, to) {
            const all = parts(from, to), last = all[all.length - 1];
            return all.length ? [point(all[0][0], all[0][2]), point(last[0] + last[1] - 1, last[3])] : [];
        },
    };
}

/** Where a step of a column is, in rows. Row edges are rounded up to steps; drawn, an edge stands where its row stands. */
function rowAt(offset, { periodSteps, rows }) {
    const at = (offset * rows) / periodSteps, whole = Math.floor(at);
    return Math.ceil((whole * periodSteps) / rows) === offset ? whole : at;
}

/* [column, how many, from row, to row] in the order of time: the rest of the first column, whole ones, the first part of the last. */
function partsOf(grid, columns, from, to) {
    const out = [];
    const one = (column) => {
        const r = columnRange(column, grid), a = Math.max(from, r.from), b = Math.min(to, r.to);
        if (a < b) out.push([column, 1, rowAt(a - r.from, grid), rowAt(b - r.from, grid)]);
    };
    if (grid.stretches) {
        for (let k = 0; k < columns; k++) one(k);
        return out;
    }
    const first = Math.max(0, cellOf(from, grid).column), last = Math.min(columns - 1, cellOf(to - 1, grid).column);
    if (first > last) return out;
    one(first);
    if (last > first) one(last);
    const fills = (p) => p[2] === 0 && p[3] >= grid.rows;
    const whole0 = out.length && fills(out[0]) ? first : first + 1, whole1 = last > first && fills(out[1]) ? last : last - 1;
    if (last === first || whole0 > whole1) return out;
    return [...(whole0 > first ? [out[0]] : []), [whole0, whole1 - whole0 + 1, 0, grid.rows], ...(whole1 < last ? [out[1]] : [])];
}

/* ---- rows of threads, CPUs, …: a selection is all of them for a while */

function acrossTime(grid) {
    const { rows, periodSteps, first = 0 } = grid, x = (step) => Math.max(0, Math.min(columnsOf(grid), step / periodSteps - first));
    return {
        ...scan(grid, "down"),
        rects: (from, to) => (x(to) > x(from) ? [{ x: x(from), y: 0, w: x(to) - x(from), h: rows }] : []),
        ends: (from, to) => (x(to) > x(from) ? [{ x: x(from), y: rows / 2 }, { x: x(to), y: rows / 2 }] : []),
    };
}

/* ---- the curve: d is the number of the cell, the sides a power of two (Warren, Hacker's Delight, 16-1) */

export function hilbertPlace(d, side) {
    let x = 0, y = 0;
    for (let s = 1; s < side; s *= 2, d = Math.floor(d / 4)) {
        const rx = (d >> 1) & 1, ry = (d ^ rx) & 1;
        if (ry === 0) {
            if (rx === 1) [x, y] = [s - 1 - x, s - 1 - y];
            [x, y] = [y, x];
        }
        x += s * rx;
        y += s * ry;
    }
    return { x, y };
}

function hilbert({ side, periodSteps, columns }) {
    const fields = new Uint32Array(columns), cellAt = new Int32Array(side * side).fill(-1);
    for (let d = 0; d < columns; d++) {
        const { x, y } = hilbertPlace(d, side);
        fields[d] = x + (side - 1 - y) * side;
        cellAt[fields[d]] = d;
    }
    const place = (d) => ({ x: fields[d] % side, y: Math.floor(fields[d] / side) }), cells = (from, to) => [Math.floor(from / periodSteps), Math.min(columns, Math.ceil(to / periodSteps))];
    return {
        w: side, h: side, timeIsAcross: false, field: (d) => fields[d],
        at: (x, y) => (x >= 0 && x < side && y >= 0 && y < side ? cellAt[x + y * side] : -1),
        /* A run of 4^k cells that begins at a multiple of 4^k fills a square. */
        rects(from, to) {
            const out = [];
            for (let [d, end] = cells(from, to); d < end; ) {
                let n = 1, edge = 1;
                while (d % (4 * n) === 0 && d + 4 * n <= end) { n *= 4; edge *= 2; }
                const { x, y } = place(d);
                out.push({ x: x - (x % edge), y: y - (y % edge), w: edge, h: edge });
                d += n;
            }
            return out;
        },
        ends(from, to) {
            const [d, end] = cells(from, to);
            return [d, Math.max(d, end - 1)].map((cell) => { const { x, y } = place(cell); return { x: x + 0.5, y: y + 0.5 }; });
        },
    };
}
