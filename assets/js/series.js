/* SPDX-License-Identifier: MIT
 *
 * Numbers over time beside the samples (docs/pack-format.md, "Section K.series"): decoded, and summed up per column. */
import { Reader, readSection } from "./bytes.js";
import { columnsOf } from "./grid.js";
import { lowerBound } from "./store.js";

/** What a column can show of its numbers. */
export const STATS = ["max", "avg", "min", "last", "count"];

/* So many are drawn together; of a trace with more counters one is picked. */
export const TOGETHER = 5;

/** @typedef {{time: Uint32Array, value: Float64Array}} Series in the order of the head's `series` */

/** @param {string|Uint8Array} text @param {any} head one profile of the head @param {number} k its number @returns {Promise<Series[]>} */
export async function readSeriesSection(text, head, k) {
    const [times, values] = await readSection(text, `${k}.series`, 2), time = new Reader(times, `section '${k}.series', column 'time'`);
    const view = new DataView(values.buffer, values.byteOffset, values.length);
    let at = 0;
    const out = head.series.map(({ n }) => {
        const one = { time: new Uint32Array(n), value: new Float64Array(n) };
        if (values.length < at + 8 * n) throw new Error(`section '${k}.series', column 'value': ${values.length} bytes, expected more`);
        for (let i = 0, step = 0; i < n; i++, at += 8) {
            step += time.below(head.n_steps, "a time");
            if (step >= head.n_steps) time.fail("a time after the end of the profile");
            one.time[i] = step;
            one.value[i] = view.getFloat64(at, true);
        }
        return one;
    });
    time.done();
    if (at !== values.length) throw new Error(`section '${k}.series', column 'value': ${values.length} bytes, expected ${at}`);
    return out;
}

/**
 * One number per column of a period's grid; NaN where a column has none (count: 0).
 * @param {Series} series @param {import("./grid.js").Grid} grid
 * @returns {Record<string, Float64Array>} by the names of STATS
 */
export function binSeries({ time, value }, grid) {
    const { periodSteps, first = 0 } = grid, columns = columnsOf(grid), begin = first * periodSteps;
    const out = Object.fromEntries(STATS.map((stat) => [stat, new Float64Array(columns).fill(stat === "count" ? 0 : NaN)])), sum = new Float64Array(columns);
    const end = lowerBound(time, 0, time.length, begin + columns * periodSteps);
    for (let i = lowerBound(time, 0, time.length, begin); i < end; i++) {
        const k = Math.floor((time[i] - begin) / periodSteps), v = value[i];
        if (out.count[k]++ === 0 || v > out.max[k]) out.max[k] = v;
        if (out.count[k] === 1 || v < out.min[k]) out.min[k] = v;
        out.last[k] = v;
        sum[k] += v;
    }
    for (let k = 0; k < columns; k++) if (out.count[k] > 0) out.avg[k] = sum[k] / out.count[k];
    return out;
}

/** Four digits at most, large numbers with separators: "12.5", "0.0031", "31,204". */
export function formatValue(v) {
    if (!Number.isFinite(v)) return "–";
    const size = Math.abs(v);
    if (size !== 0 && (size >= 1e15 || size < 1e-4)) return v.toExponential(2);
    const [whole, part] = String(size >= 1000 ? Math.round(v) : Number(v.toPrecision(4))).split(".");
    return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? `.${part}` : "");
}

/** The same for an axis: "22.0 M", "310 k". */
export function formatShort(v) {
    const [unit, name] = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]].find(([u]) => Math.abs(v) >= u && Math.abs(v) >= 1e4) || [1, ""];
    return name ? `${formatValue(Number((v / unit).toPrecision(3)))} ${name}` : formatValue(v);
}
