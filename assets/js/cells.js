/* SPDX-License-Identifier: MIT
 *
 * Samples (or precomputed counts) in, heatmap cells out. Column k covers steps [k * period, (k + 1) * period); row j
 * of a column begins ceil(j * period / rows) steps into it. All in whole steps, so every sample is in exactly one
 * cell, and a cell's range is the range whose flame graph has the same total. src/analyse/window.h has the same
 * edges, src/analyse/heatmap.h the same top of the scale. */

/** @typedef {import("./store.js").Range} Range @typedef {import("./store.js").Filter} Filter */

/** How time is cut: whole steps everywhere. @typedef {{periodSteps: number, rows: number, nSteps: number}} Grid */

/**
 * cell[column * rows + row]; `exact` is false only for counts spread over cells that cut their buckets.
 * @typedef {{columns: number, rows: number, periodSteps: number, cell: Float64Array, columnSum: Float64Array,
 *            max: number, maxColumn: number, sum: number, exact: boolean}} Cells
 */

/* More cells than this are no picture any more: a screen has fewer pixels. 16 MB of counts. */
export const MAX_CELLS = 1 << 21;
/* Rows a reader can ask for. off * rows stays far below 2^53, which rowOf needs. */
export const MAX_ROWS = 1000;
const MAX_COLUMNS = 20000;
/* Below this many non-empty cells a percentile says nothing and the maximum is the top. As in heatmap.c. */
const ROBUST_CELLS = 20;

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
export function columnsOf({ periodSteps, nSteps }) {
    return Math.max(1, Math.ceil(nSteps / periodSteps));
}

/** Where a step lies. @returns {{column: number, row: number}} */
export function cellOf(step, { periodSteps, rows }) {
    const offset = step % periodSteps;
    return { column: (step - offset) / periodSteps, row: rowOf(offset, periodSteps, rows) };
}

/** Steps of one cell. @returns {Range} */
export function cellRange({ column, row }, { periodSteps, rows }) {
    const begin = column * periodSteps;
    return { from: begin + rowEdge(row, periodSteps, rows), to: begin + rowEdge(row + 1, periodSteps, rows) };
}

/** From the earlier of two cells to the end of the later, in either order. @returns {Range} */
export function rangeOfCells(a, b, grid) {
    const x = cellRange(a, grid), y = cellRange(b, grid);
    return { from: Math.min(x.from, y.from), to: Math.max(x.to, y.to) };
}

/** A whole column. @returns {Range} */
export function columnRange(column, { periodSteps }) {
    return { from: column * periodSteps, to: (column + 1) * periodSteps };
}

/**
 * Exact cells from the decoded samples.
 * @param {import("./store.js").Samples} samples
 * @param {Filter} filter
 * @param {Grid} grid
 * @returns {Cells}
 */
export function binCells(samples, filter, grid) {
    const { periodSteps, rows } = grid, columns = columnsOf(grid), cell = makeCells(columns, rows);
    const { time, node, thread, weight, runs } = samples, { lanes, skip, threads } = filter;
    for (let r = 0; r < runs.n; r++) {
        if (lanes[runs.lane[r]] === 0) continue;
        let at = 0, end = 0; /* the cell under way, and the first step after it: times ascend in a run */
        for (let i = runs.from[r], to = runs.to[r]; i < to; i++) {
            const t = time[i];
            if (t >= end) {
                const offset = t % periodSteps, begin = t - offset, row = rowOf(offset, periodSteps, rows);
                at = (begin / periodSteps) * rows + row;
                end = begin + rowEdge(row + 1, periodSteps, rows);
            }
            if (skip !== null && skip[node[i]] === 1) continue;
            if (threads !== null && threads[thread[i]] === 0) continue;
            cell[at] += weight === null ? 1 : weight[i];
        }
    }
    if (samples.spans) addSpans(samples.spans, filter, grid, cell, columns);
    return summed(cell, columns, rows, periodSteps, true);
}

/* Spans spread their overlap, in nanoseconds. Columns that a span covers whole are only counted, so that work does not follow
 * the length of spans. */
function addSpans(spans, { lanes, skip, threads }, { periodSteps, rows }, cell, columns) {
    const { start, duration, node, thread, lane, ns } = spans, whole = new Float64Array(columns + 1), edges = rowEdges(periodSteps, rows);
    const addPart = (column, from, to) => {
        for (let row = rowOf(from, periodSteps, rows); row < rows && edges[row] < to; row++)
            cell[column * rows + row] += (Math.min(to, edges[row + 1]) - Math.max(from, edges[row])) * ns;
    };
    for (let i = 0; i < spans.n; i++) {
        if (lanes[lane[i]] === 0 || (skip !== null && skip[node[i]] === 1) || (threads !== null && threads[thread[i]] === 0)) continue;
        const from = start[i], to = from + duration[i], a = Math.floor(from / periodSteps), b = Math.floor(to / periodSteps);
        if (a === b) {
            addPart(a, from - a * periodSteps, to - a * periodSteps);
            continue;
        }
        addPart(a, from - a * periodSteps, periodSteps);
        if (to > b * periodSteps) addPart(b, 0, to - b * periodSteps);
        whole[a + 1]++;
        whole[b]--;
    }
    for (let column = 0, n = 0; column < columns; column++) {
        n += whole[column];
        for (let row = 0; n > 0 && row < rows; row++) cell[column * rows + row] += n * (edges[row + 1] - edges[row]) * ns;
    }
}

/**
 * Cells for the first paint, before samples are decoded, from the bucket counts of one event. Exact when every row
 * edge is a bucket edge; otherwise a bucket is spread over the cells it overlaps, by length, and `exact` says so.
 * @param {{bucketNs: number, busy: Float64Array, idle: Float64Array|null}[]} levels finest first
 * @param {Grid & {stepNs: number, showIdle: boolean}} grid
 * @returns {Cells}
 */
export function cellsFromCounts(levels, grid) {
    const { periodSteps, rows, nSteps, stepNs, showIdle } = grid;
    const columns = columnsOf(grid), cell = makeCells(columns, rows), edges = rowEdges(periodSteps, rows);
    const fits = ({ bucketNs }) => edges.every((e) => (e * stepNs) % bucketNs === 0);
    const exact = levels.filter(fits), level = exact.length > 0 ? exact[exact.length - 1] : levels[0];
    if (!level) return summed(cell, columns, rows, periodSteps, true);
    const bucketSteps = level.bucketNs / stepNs;
    for (let b = 0; b < level.busy.length; b++) {
        const count = level.busy[b] + (showIdle && level.idle !== null ? level.idle[b] : 0);
        if (count === 0) continue;
        const from = b * bucketSteps, to = Math.max(from + 1, Math.min(from + bucketSteps, nSteps));
        let left = count;
        for (let at = from; at < to; ) {
            const where = cellOf(at, grid), index = where.column * rows + where.row;
            if (index >= cell.length) break;
            const end = Math.min(to, where.column * periodSteps + edges[where.row + 1]);
            const part = end === to ? left : (count * (end - at)) / (to - from);
            cell[index] += part;
            left -= part;
            at = end;
        }
    }
    return summed(cell, columns, rows, periodSteps, exact.length > 0);
}

function makeCells(columns, rows) {
    if (!(columns >= 1 && rows >= 1 && columns * rows <= MAX_CELLS))
        throw new RangeError(`a map of ${columns} columns and ${rows} rows, expected at most ${MAX_CELLS} cells`);
    return new Float64Array(columns * rows);
}

function summed(cell, columns, rows, periodSteps, exact) {
    const columnSum = new Float64Array(columns);
    let max = 0, maxColumn = 0, sum = 0;
    for (let k = 0, i = 0; k < columns; k++) {
        let s = 0;
        for (let j = 0; j < rows; j++, i++) {
            s += cell[i];
            if (cell[i] > max) max = cell[i];
        }
        columnSum[k] = s;
        sum += s;
        if (s > maxColumn) maxColumn = s;
    }
    return { columns, rows, periodSteps, cell, columnSum, max, maxColumn, sum, exact };
}

/**
 * The count that gets the strongest colour. "robust": the 99.5th percentile of the non-empty cells, so that one
 * outlier does not wash out the rest; "full": the maximum. The rule of heatmap_top in C.
 * @param {Cells} cells
 * @param {"robust"|"full"} scale
 * @returns {{top: number, clipped: number}} clipped: how many cells are above the top
 */
export function scaleTop({ cell, max }, scale) {
    const some = cell.filter((count) => count > 0);
    if (scale === "full" || some.length < ROBUST_CELLS) return { top: max, clipped: 0 };
    some.sort();
    const at = Math.floor(((some.length - 1) * 995) / 1000), top = some[at];
    let over = some.length - 1;
    while (over > at && some[over] > top) over--;
    return { top, clipped: some.length - 1 - over };
}

/**
 * Periods a reader can choose: nice ones that cut the profile into a readable number of columns, and always the
 * report's own. A multiple of the step each.
 * @param {any} head one profile of the head
 * @returns {{ns: number, steps: number, columns: number}[]} ascending
 */
export function offeredPeriods(head) {
    const own = fitGrid(head, head.heatmap.period_ns, 1).periodSteps;
    const steps = new Set([own]);
    for (const ns of [1e6, 1e7, 1e8, 1e9, 1e10, 6e10, 6e11, 3.6e12, 8.64e13]) {
        const s = ns / head.step_ns, columns = Math.ceil(head.n_steps / s);
        if (Number.isInteger(s) && maxRows(head, s) >= 10 && columns >= 2 && columns <= 2400) steps.add(s);
    }
    return [...steps].sort((a, b) => a - b).map((s) => ({
        ns: s * head.step_ns, steps: s, columns: columnsOf({ periodSteps: s, nSteps: head.n_steps }),
    }));
}

/** Most rows a period can have: a row is never finer than the step or the source's own times. */
export function maxRows(head, periodSteps) {
    const finest = Math.max(1, Math.ceil(head.source_step_ns / head.step_ns));
    const columns = columnsOf({ periodSteps, nSteps: head.n_steps });
    const rows = Math.min(Math.floor(periodSteps / finest), MAX_ROWS, Math.floor(MAX_CELLS / columns));
    return Math.max(1, rows);
}

/** Row counts to offer for a period: FlameScope's, and the report's own, as far as they are allowed. */
export function offeredRows(head, periodSteps) {
    const most = maxRows(head, periodSteps), own = Math.min(head.heatmap.rows, most);
    const rows = new Set([own, ...[10, 25, 49, 50, 99, 100].filter((n) => n <= most)]);
    return [...rows].sort((a, b) => a - b);
}

/**
 * The grid nearest to what was asked for: period up to whole steps and to at most MAX_COLUMNS columns, rows between
 * 1 and maxRows. Anything that is no positive number falls back to the report's own.
 * @returns {Grid & {changed: boolean}}
 */
export function fitGrid(head, periodNs, rows) {
    const nSteps = head.n_steps, positive = (v, otherwise) => (Number.isFinite(v) && v > 0 ? v : otherwise);
    const ns = positive(periodNs, positive(head.heatmap.period_ns, 1e9));
    const finest = Math.max(1, Math.ceil(nSteps / MAX_COLUMNS));
    const periodSteps = Math.min(Math.max(Math.ceil(ns / head.step_ns), finest), 2 ** 32);
    const wanted = Math.floor(positive(rows, positive(head.heatmap.rows, 50)));
    const fitted = Math.max(1, Math.min(wanted, maxRows(head, periodSteps)));
    return { periodSteps, rows: fitted, nSteps, changed: periodSteps * head.step_ns !== periodNs || fitted !== rows };
}
