/* SPDX-License-Identifier: MIT
 *
 * How time is cut into cells. Column k of a map covers steps [(first + k) * period, (first + k + 1) * period); row j of a
 * column begins ceil(j * period / rows) steps into it. All in whole steps, so every sample is in exactly one cell, and
 * a cell's range is the range whose flame graph has the same total. src/analyse/window.h has the same edges. Columns can
 * also be stretches of time that begin where the reader likes, and rows can be threads, CPUs, … (who_rows.js); then
 * a cell is a whole column of one of them. */

/** @typedef {import("./store.js").Range} Range */

/**
 * @typedef {object} Grid
 * @property {number} periodSteps
 * @property {number} rows
 * @property {number} nSteps of the profile
 * @property {number} [first] the first column that is looked at, 0
 * @property {number} [columns] how many from there on; all of them
 * @property {Range[]} [stretches] the columns, instead of those of a period; none is longer than periodSteps
 * @property {import("./who_rows.js").WhoRows} [who] what the rows are, instead of offsets
 */

/* More cells than this are no picture any more: a screen has fewer pixels. 16 MB of counts. */
export const MAX_CELLS = 1 << 21;
/* Rows a reader can ask for. off * rows stays far below 2^53, which rowOf needs. */
export const MAX_ROWS = 1000;
/* Columns looked at in one go; of a profile that has more, a part is. */
const MAX_COLUMNS = 20000;
/* What `fit all` lets a map have: two columns a pixel of a usual screen. */
const FIT_COLUMNS = 2400;
/* Zooming in ends here: what is finer needs a shorter period. */
const LEAST_COLUMNS = 5;
/* Cells of a map along a Hilbert curve: 64 or 128 each way are squares that a pointer can meet. */
const HILBERT_SIDES = [8, 16, 32, 64, 128];

/**
 * Edge j of the rows of a column: ceil(j * periodSteps / rows), j = 0 … rows.
 * @returns {Float64Array} of rows + 1 edges (doubles: the last may be 2^32)
 */
export function rowEdges(periodSteps, rows) {
    const edges = new Float64Array(rows + 1);
    for (let j = 0; j <= rows; j++) edges[j] = rowEdge(j, periodSteps, rows);
    return edges;
}

export function rowEdge(j, periodSteps, rows) {
    const product = j * periodSteps;
    return (product - (product % rows)) / rows + (product % rows === 0 ? 0 : 1);
}

/** The row that holds a step `offset` (0 … periodSteps - 1) of a column. Exact: no rounding of quotients. */
export function rowOf(offset, periodSteps, rows) {
    const product = offset * rows;
    return (product - (product % periodSteps)) / periodSteps;
}

/** At least one column, so that an empty profile still has a map. */
export function columnsOf({ periodSteps, nSteps, columns }) {
    return columns ?? Math.max(1, Math.ceil(nSteps / periodSteps));
}

/** A whole column. @returns {Range} */
export function columnRange(column, { periodSteps, first = 0, stretches }) {
    if (stretches) return stretches[column];
    const from = (first + column) * periodSteps;
    return { from, to: from + periodSteps };
}

/** All that the columns show, of a grid without stretches. @returns {Range} */
export function windowOf(grid) {
    return { from: columnRange(0, grid).from, to: columnRange(columnsOf(grid) - 1, grid).to };
}

/** Where a step lies; a column below 0 or from columnsOf on: outside. @returns {{column: number, row: number}} */
export function cellOf(step, { periodSteps, rows, first = 0, stretches, who }) {
    if (stretches) {
        const column = stretches.findIndex((s) => step >= s.from && step < s.to);
        return { column, row: column < 0 ? 0 : rowOf(step - stretches[column].from, periodSteps, rows) };
    }
    const offset = step % periodSteps;
    return { column: (step - offset) / periodSteps - first, row: who ? 0 : rowOf(offset, periodSteps, rows) };
}

/** Steps of one cell; empty where a stretch is shorter than the longest. @returns {Range} */
export function cellRange({ column, row }, grid) {
    const { from, to } = columnRange(column, grid), { periodSteps, rows } = grid;
    if (grid.who) return { from, to };
    return { from: Math.min(to, from + rowEdge(row, periodSteps, rows)), to: Math.min(to, from + rowEdge(row + 1, periodSteps, rows)) };
}

/* ---- what a profile allows */

/** Whole steps a row has at least: never finer than the step or the source's own times. */
const finestOf = (head) => Math.max(1, Math.ceil(head.source_step_ns / head.step_ns));

/**
 * Periods a reader can pick: nice ones that cut the profile into a readable number of columns, the report's own, and the
 * one that lines up best. A multiple of the step each; any other can be typed.
 * @param {any} head one profile of the head
 * @returns {{ns: number, steps: number, columns: number}[]} ascending
 */
export function offeredPeriods(head) {
    const steps = new Set([fitGrid(head, head.heatmap.period_ns, 1).periodSteps]);
    for (const ns of [1e6, 1e7, 50e9 / 3e3, 1e8, 1e9, 1e10, 6e10, 3e11, 6e11, 3.6e12, 8.64e13]) {
        const s = Math.round(ns / head.step_ns), columns = Math.ceil(head.n_steps / s);
        if (s >= 1 && Math.abs(s * head.step_ns - ns) < ns / 100 && maxRows(head, s) >= 10 && columns >= 2 && columns <= MAX_COLUMNS) steps.add(s);
    }
    if (head.stripes) steps.add(fitGrid(head, head.stripes.period_ns, 1).periodSteps);
    return [...steps].sort((a, b) => a - b).map((s) => ({
        ns: s * head.step_ns, steps: s, columns: columnsOf({ periodSteps: s, nSteps: head.n_steps }),
    }));
}

/** Most rows a period can have. */
export function maxRows(head, periodSteps) {
    return Math.max(1, Math.min(Math.floor(periodSteps / finestOf(head)), MAX_ROWS));
}

const positive = (v, otherwise) => (Number.isFinite(v) && v > 0 ? v : otherwise);

/**
 * The grid nearest to what was asked for: period up to whole steps, rows between 1 and maxRows, the columns of `view` as
 * far as there can be so many. What is no positive number falls back to the report's own.
 * @param {Range|null} [view] null: all
 * @returns {Grid & {first: number, columns: number, all: number}} all: how many columns there are
 */
export function fitGrid(head, periodNs, rows, view = null) {
    const nSteps = head.n_steps, ns = positive(periodNs, positive(head.heatmap.period_ns, 1e9));
    const periodSteps = Math.min(Math.max(1, Math.ceil(ns / head.step_ns)), 2 ** 32);
    const wanted = Math.floor(positive(rows, positive(head.heatmap.rows, 50)));
    const fitted = Math.max(1, Math.min(wanted, maxRows(head, periodSteps)));
    return { periodSteps, rows: fitted, nSteps, ...columnsIn(view, periodSteps, fitted, nSteps) };
}

function columnsIn(view, periodSteps, rows, nSteps) {
    const all = columnsOf({ periodSteps, nSteps }), most = Math.min(MAX_COLUMNS, Math.floor(MAX_CELLS / rows));
    const first = view ? Math.max(0, Math.min(all - 1, Math.floor(view.from / periodSteps))) : 0;
    const last = view ? Math.min(all, Math.max(first + 1, Math.ceil(view.to / periodSteps))) : all;
    return { first, columns: Math.min(last - first, most), all };
}

/** One row for each of `who`. @returns {Grid} */
export function whoGrid(grid, who) {
    const rows = Math.max(1, who.rows.length);
    return { ...grid, rows, ...columnsIn(windowOf(grid), grid.periodSteps, rows, grid.nSteps), who };
}

/** A column for each stretch, cut as the longest. @returns {Grid} */
export function stretchGrid(head, stretches, rows) {
    const periodSteps = Math.max(1, ...stretches.map((s) => s.to - s.from));
    const most = Math.min(Math.floor(periodSteps / finestOf(head)), MAX_ROWS, Math.floor(MAX_CELLS / stretches.length));
    return { periodSteps, rows: Math.max(1, Math.min(rows, most)), nSteps: head.n_steps, columns: stretches.length, stretches };
}

/** Cells along a Hilbert curve: the whole profile in as many parts as a square has, a power of four. @returns {Grid & {side: number}} */
export function hilbertGrid(head, rows) {
    const fits = HILBERT_SIDES.filter((n) => n * n * finestOf(head) <= head.n_steps || n === HILBERT_SIDES[0]);
    const side = fits.reduce((best, n) => (Math.abs(n - rows) < Math.abs(best - rows) ? n : best));
    const periodSteps = Math.max(finestOf(head), Math.ceil(head.n_steps / (side * side)));
    return { periodSteps, rows: 1, nSteps: head.n_steps, first: 0, columns: columnsOf({ periodSteps, nSteps: head.n_steps }), side };
}

/* ---- looking at a part */

/** A period with which the whole profile can be looked at: the one given if it will do. */
export function fitPeriod(head, periodNs) {
    if (head.n_steps * head.step_ns / periodNs <= FIT_COLUMNS) return periodNs;
    const will = offeredPeriods(head).filter((p) => p.ns > periodNs && p.columns <= FIT_COLUMNS);
    return will.length ? will[0].ns : Math.ceil(head.n_steps / FIT_COLUMNS) * head.step_ns;
}

/**
 * `factor` times as many columns around a step, which stays where it is. Null: all.
 * @param {Grid & {all: number}} grid @returns {Range|null}
 */
export function zoomed(grid, factor, about) {
    const { periodSteps, columns, first, all } = grid, wanted = factor < 1 ? Math.floor(columns * factor) : Math.ceil(columns * factor);
    const n = Math.min(Math.max(wanted, Math.min(columns, LEAST_COLUMNS)), MAX_COLUMNS);
    if (n >= all) return null;
    const at = Math.max(0, Math.min(1, (about / periodSteps - first) / columns));
    return placed(grid, Math.round(first + at * (columns - n)), n);
}

/** As many columns, `by` of them later. @returns {Range|null} */
export function panned(grid, by) {
    return grid.columns >= grid.all ? null : placed(grid, grid.first + by, grid.columns);
}

function placed({ periodSteps, all }, first, n) {
    const from = Math.max(0, Math.min(all - n, first));
    return { from: from * periodSteps, to: (from + n) * periodSteps };
}
