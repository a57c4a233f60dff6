/* SPDX-License-Identifier: MIT
 *
 * Metrics: out of a report that the program made they are the numbers of the CSV file; per column they are what a plain
 * loop says. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { cellOf, fitGrid } from "../../assets/js/grid.js";
import { STATS, binSeries, formatShort, formatValue, readSeriesSection } from "../../assets/js/series.js";
import { headOf, seeded } from "./random.js";

const FLAMEPRESS = process.env.FLAMEPRESS || "build/flamepress";
const skip = existsSync(FLAMEPRESS) ? false : `SKIP: ${FLAMEPRESS} is not built`;
const folder = mkdtempSync(join(tmpdir(), "flamepress-series-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("numbers of a CSV file come back as they are", { skip }, async () => {
    const random = seeded(9), rows = Array.from({ length: 300 }, () => [random(40000) / 10000, (random(2000001) - 1000000) / 7]).sort((a, b) => a[0] - b[0]);
    writeFileSync(join(folder, "a.perf.txt"), Array.from({ length: 40 }, (_, i) => `app 7/7 [000] ${(1000 + i / 10).toFixed(6)}: cpu-clock: \n\t401000 work+0x1 (/srv/app)\n\n`).join(""));
    writeFileSync(join(folder, "m.csv"), "t,v,w\n" + rows.map(([t, v]) => `${t},${v},${Math.round(v)}\n`).join(""));
    writeFileSync(join(folder, "r.yaml"), "profiles: [{source: a.perf.txt}]\nmetrics: [{source: m.csv, unit: ms}, {source: m.csv, value: w}]\n");
    execFileSync(FLAMEPRESS, ["build", join(folder, "r.yaml"), "-o", join(folder, "r.html")], { stdio: ["ignore", "pipe", "pipe"] });
    const html = readFileSync(join(folder, "r.html"), "utf8"), block = (name) => new RegExp(`data-fp="${name}">(.*?)</script>`, "s").exec(html)[1];
    const head = JSON.parse(block("head")).profiles[0], [v, w] = await readSeriesSection(block("0.series"), head, 0);
    const kept = rows.filter(([t]) => Math.floor(Math.round(t * 1e9) / head.step_ns) < head.n_steps);
    assert.ok(kept.length > 200 && head.series.every((s) => s.n === kept.length));
    assert.deepEqual([...v.time], kept.map(([t]) => Math.floor(Math.round(t * 1e9) / head.step_ns)));
    assert.deepEqual([...v.value], kept.map(([, x]) => x));
    assert.deepEqual([...w.value].map(String), kept.map(([, x]) => String(Math.round(x) + 0)));
    assert.deepEqual(head.series.map((s) => [s.title, s.unit]), [["v", "ms"], ["w", ""]]);
    await assert.rejects(readSeriesSection(block("0.series"), { ...head, n_steps: 2 }, 0), /a time/);
    await assert.rejects(readSeriesSection(block("0.series"), { ...head, series: [head.series[0]] }, 0), /after the last value|expected/);
});

test("columns show the largest, mean, smallest, last and number of their values", () => {
    for (let seed = 1; seed <= 12; seed++) {
        const random = seeded(seed), head = headOf(), time = Uint32Array.from({ length: 200 }, () => random(5000)).sort(), value = Float64Array.from(time, () => random(1000) - 500);
        const from = random(4000), grid = fitGrid(head, (1 + random(400)) * 1e6, 10, seed % 2 ? null : { from, to: from + 1000 }), got = binSeries({ time, value }, grid);
        for (let k = 0; k < grid.columns; k++) {
            const mine = [...value].filter((_, i) => cellOf(time[i], grid).column === k);
            const want = { max: Math.max(...mine), min: Math.min(...mine), avg: mine.reduce((a, b) => a + b, 0) / mine.length, last: mine[mine.length - 1], count: mine.length };
            for (const stat of STATS) assert.ok(Object.is(got[stat][k], mine.length || stat === "count" ? want[stat] : NaN) || Math.abs(got[stat][k] - want[stat]) < 1e-9, `${stat} of column ${k}: ${got[stat][k]}, expected ${want[stat]}`);
        }
    }
});

test("values are written short", () => {
    const rows = [[0, "0"], [12.5, "12.5"], [0.0031, "0.0031"], [31204.4, "31,204"], [-1234567, "-1,234,567"], [1e-7, "1.00e-7"], [1e20, "1.00e+20"], [0.123456, "0.1235"], [NaN, "–"], [999.96, "1,000"]];
    for (const [v, text] of rows) assert.equal(formatValue(v), text);
    for (const [v, text] of [[22020384, "22 M"], [310400, "310 k"], [9999, "9,999"], [-4337996000, "-4.34 G"], [0.5, "0.5"]]) assert.equal(formatShort(v), text);
});
