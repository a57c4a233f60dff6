/* SPDX-License-Identifier: MIT
 *
 * Samples (or precomputed counts) in, cells of a grid (grid.js) out. In whole steps, so that a cell's count is the total
 * of its range's flame graph. src/analyse/heatmap.h has the same top of the scale. */
import { cellOf, columnsOf, MAX_CELLS, rowEdge, rowEdges, rowOf } from "./grid.js";
import { eachRun, lowerBound } from "./store.js";

/** @typedef {import("./store.js").Filter} Filter @typedef {import("./grid.js").Grid} Grid */

/**
 * cell[column * rows + row]; `exact` is false only for counts spread over cells that cut their buckets.
 * @typedef {{columns: number, rows: number, periodSteps: number, cell: Float64Array, columnSum: Float64Array,
 *            max: number, maxColumn: number, sum: number, exact: boolean}} Cells
 */

/* Below this many non-empty cells a percentile says nothing and the maximum is the top. As in heatmap.c. */
const ROBUST_CELLS = 20;
/* Counts below this are counted rather than sorted. */
const COUNTED = 1 << 16;

/**
 * Exact cells from the decoded samples.
 * @param {import("./store.js").Samples} samples
 * @param {Filter} filter
 * @param {Grid} grid
 * @returns {Cells}
 */
export function binCells(samples, filter, grid) {
    const columns = columnsOf(grid), cell = makeCells(columns, grid.rows);
    for (const part of partsOf(grid, columns)) {
        (grid.who ? addWho : addPoints)(samples, filter, grid, part, cell);
        if (samples.spans) (grid.who ? addSpansOfWho : addSpans)(samples.spans, filter, grid, part, cell);
    }
    return summed(cell, columns, grid.rows, grid.periodSteps, true);
}

/* Runs of columns without a gap: all of a period's, or each stretch. `column` is the first one's number. */
function partsOf({ periodSteps, first = 0, stretches }, columns) {
    if (stretches) return stretches.map(({ from, to }, column) => ({ from, to, column, columns: 1 }));
    return [{ from: first * periodSteps, to: (first + columns) * periodSteps, column: 0, columns }];
}

function addPoints(samples, filter, { periodSteps, rows }, part, cell) {
    const { time, node, thread, weight } = samples, { skip, threads } = filter;
    eachRun(samples, part, filter, (lo, hi) => {
        for (let i = lo; i < hi; ) {
            const t = time[i], since = t - part.from, offset = since % periodSteps, row = rowOf(offset, periodSteps, rows);
            const end = t - offset + rowEdge(row + 1, periodSteps, rows); /* of the cell: times ascend in a run */
            let sum = 0;
            for (; i < hi && time[i] < end; i++) {
                if (skip !== null && skip[node[i]] === 1) continue;
                if (threads !== null && threads[thread[i]] === 0) continue;
                sum += weight === null ? 1 : weight[i];
            }
            cell[(part.column + (since - offset) / periodSteps) * rows + row] += sum;
        }
    });
}

function addWho(samples, filter, { periodSteps, rows, who }, part, cell) {
    const { time, node, thread, weight } = samples, { skip, threads } = filter;
    eachRun(samples, part, filter, (lo, hi, lane) => {
        for (let i = lo; i < hi; i++) {
            if (skip !== null && skip[node[i]] === 1) continue;
            if (threads !== null && threads[thread[i]] === 0) continue;
            const since = time[i] - part.from, row = who.ofThread ? who.ofThread[thread[i]] : who.ofLane[lane];
            cell[((since - (since % periodSteps)) / periodSteps) * rows + row] += weight === null ? 1 : weight[i];
        }
    });
}

/* Calls visit(from, to, i) with each wanted span that overlaps the part, cut to it and counted from its beginning. */
function eachSpan({ n, start, duration, node, thread, lane, longest }, { lanes, skip, threads }, part, visit) {
    for (let i = lowerBound(start, 0, n, part.from - longest); i < n && start[i] < part.to; i++) {
        if (lanes[lane[i]] === 0 || (skip !== null && skip[node[i]] === 1) || (threads !== null && threads[thread[i]] === 0)) continue;
        const from = Math.max(0, start[i] - part.from), to = Math.min(start[i] + duration[i], part.to) - part.from;
        if (to > from) visit(from, to, i);
    }
}

/* Spans spread their overlap, in nanoseconds. Columns that a span covers whole are only counted, so that work does not follow
 * the length of spans. */
function addSpans(spans, filter, { periodSteps, rows }, part, cell) {
    const whole = new Float64Array(part.columns + 1), edges = rowEdges(periodSteps, rows), { ns } = spans;
    const addPart = (column, from, to) => {
        for (let row = rowOf(from, periodSteps, rows); row < rows && edges[row] < to; row++)
            cell[(part.column + column) * rows + row] += (Math.min(to, edges[row + 1]) - Math.max(from, edges[row])) * ns;
    };
    eachSpan(spans, filter, part, (from, to) => {
        const a = Math.floor(from / periodSteps), b = Math.floor(to / periodSteps);
        if (a === b) {
            addPart(a, from - a * periodSteps, to - a * periodSteps);
            return;
        }
        addPart(a, from - a * periodSteps, periodSteps);
        if (to > b * periodSteps) addPart(b, 0, to - b * periodSteps);
        whole[a + 1]++;
        whole[b]--;
    });
    for (let column = 0, n = 0; column < part.columns; column++) {
        n += whole[column];
        for (let row = 0; n > 0 && row < rows; row++) cell[(part.column + column) * rows + row] += n * (edges[row + 1] - edges[row]) * ns;
    }
}

function addSpansOfWho(spans, filter, { periodSteps, rows, who }, part, cell) {
    const whole = new Float64Array((part.columns + 1) * rows), { ns } = spans;
    eachSpan(spans, filter, part, (from, to, i) => {
        const row = who.ofThread ? who.ofThread[spans.thread[i]] : who.ofLane[spans.lane[i]], a = Math.floor(from / periodSteps), b = Math.floor(to / periodSteps);
        const add = (column, steps) => { if (steps > 0) cell[column * rows + row] += steps * ns; };
        if (a === b) {
            add(a, to - from);
            return;
        }
        add(a, (a + 1) * periodSteps - from);
        add(b, to - b * periodSteps);
        whole[(a + 1) * rows + row]++;
        whole[b * rows + row]--;
    });
    for (let row = 0; row < rows; row++)
        for (let column = 0, n = 0; column < part.columns; column++) {
            n += whole[column * rows + row];
            cell[column * rows + row] += n * periodSteps * ns;
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
    const { periodSteps, rows, nSteps, stepNs, showIdle, first = 0 } = grid;
    const columns = columnsOf(grid), begin = first * periodSteps, stop = (first + columns) * periodSteps, cell = makeCells(columns, rows), edges = rowEdges(periodSteps, rows);
    const fits = ({ bucketNs }) => edges.every((e) => (e * stepNs) % bucketNs === 0);
    const exact = levels.filter(fits), level = exact.length > 0 ? exact[exact.length - 1] : levels[0];
    if (!level || grid.stretches || grid.who) return summed(cell, columns, rows, periodSteps, !level);
    const bucketSteps = level.bucketNs / stepNs;
    for (let b = 0; b < level.busy.length; b++) {
        const count = level.busy[b] + (showIdle && level.idle !== null ? level.idle[b] : 0);
        if (count === 0) continue;
        const from = b * bucketSteps, to = Math.max(from + 1, Math.min(from + bucketSteps, nSteps));
        if (to <= begin) continue;
        if (from >= stop) break;
        let left = count;
        for (let at = from; at < to; ) {
            const where = cellOf(at, grid), index = where.column * rows + where.row;
            if (index >= cell.length) break;
            const end = Math.min(to, (first + where.column) * periodSteps + edges[where.row + 1]);
            const part = end === to ? left : (count * (end - at)) / (to - from);
            if (index >= 0) cell[index] += part;
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
    const some = nonEmpty(cell, max), n = some.length;
    if (scale === "full" || n < ROBUST_CELLS) return { top: max, clipped: 0 };
    const top = some.at(Math.floor(((n - 1) * 995) / 1000));
    return { top, clipped: some.above(top) };
}

/* Counts that are not 0, in order: small whole numbers by counting them, others by sorting. */
function nonEmpty(cell, max) {
    const seen = max < COUNTED ? new Uint32Array(max + 1) : null;
    let length = 0, whole = seen !== null;
    for (let i = 0; i < cell.length; i++) {
        const v = cell[i];
        if (!(v > 0)) continue;
        length++;
        if (whole && v === Math.floor(v)) seen[v]++; else whole = false;
    }
    if (!whole) {
        const sorted = cell.filter((v) => v > 0).sort();
        return { length, at: (i) => sorted[i], above: (top) => length - lowerBound(sorted, 0, length, top + Number.EPSILON * top) };
    }
    return {
        length,
        at(i) { let v = 0; for (let n = 0; n <= i; ) n += seen[++v]; return v; },
        above(top) { let n = 0; for (let v = top + 1; v <= max; v++) n += seen[v]; return n; },
    };
}
