/* SPDX-License-Identifier: MIT
 *
 * Cells against a slow count of every cell's range, edges against BigInt, and views nobody should ask for. */
import assert from "node:assert/strict";
import test from "node:test";

import { binCells, cellsFromCounts, scaleTop } from "../../assets/js/cells.js";
import { MAX_CELLS, MAX_ROWS, cellOf, cellRange, columnRange, columnsOf, fitGrid, fitPeriod, hilbertGrid, maxRows, offeredPeriods, panned, rowEdges, rowOf, stretchGrid, whoGrid, windowOf,
    zoomed } from "../../assets/js/grid.js";
import { Store } from "../../assets/js/store.js";
import { WHO_ROWS, whoKinds, whoRows } from "../../assets/js/who_rows.js";
import { headOf, randomProfile, seeded } from "./random.js";

test("row edges are exact, also where doubles are tight", () => {
    for (const [period, rows] of [[1000, 50], [1000, 49], [7, 3], [10000, 99], [4294967295, 1000], [4294967291, 997], [3, 3], [1, 1]]) {
        const edges = rowEdges(period, rows);
        for (let j = 0; j <= rows; j++) {
            const exact = (BigInt(j) * BigInt(period) + BigInt(rows) - 1n) / BigInt(rows);
            assert.equal(BigInt(edges[j]), exact, `edge ${j} of ${period}/${rows}`);
            if (j === rows) continue;
            assert.equal(rowOf(edges[j], period, rows), j, `row at edge ${j} of ${period}/${rows}`);
            assert.equal(rowOf(edges[j + 1] - 1, period, rows), j, `row before edge ${j + 1} of ${period}/${rows}`);
        }
    }
});

test("every cell is the weight of its range, and all make the whole", () => {
    for (let seed = 1; seed <= 25; seed++) {
        const p = randomProfile(seed, { weights: seed % 3 === 0, spans: seed % 4 === 0 ? 60 : 0 }), store = new Store(p.head, p.stacks, p.samples), random = seeded(seed);
        const f = store.filter({ event: [0, 1, null][seed % 3], showIdle: seed % 2 === 0, threads: seed % 5 === 0 ? [0, 1] : null });
        const periodSteps = 1 + random(1500), rows = 1 + random(Math.min(periodSteps, 60)), grid = { periodSteps, rows, nSteps: 5000 };
        const cells = binCells(p.samples, f, grid);
        for (let column = 0; column < cells.columns; column++) {
            for (let row = 0; row < rows; row++) {
                const r = cellRange({ column, row }, grid), got = cells.cell[column * rows + row];
                const part = (s) => (s.duration === undefined ? (s.time >= r.from && s.time < r.to ? s.weight : 0)
                    : Math.max(0, Math.min(s.time + s.duration, r.to) - Math.max(s.time, r.from)) * p.head.step_ns);
                const slow = p.plain.filter((s) => f.lanes[s.lane] && !(f.skip && f.skip[s.node]) &&
                    (f.threads === null || f.threads[s.thread])).reduce((n, s) => n + part(s), 0);
                assert.equal(got, slow, `seed ${seed} cell ${column},${row}`);
                assert.equal(got, store.weigh(r, f).weight, `seed ${seed} cell ${column},${row} against its flame graph`);
            }
            assert.equal(cells.columnSum[column], store.countIn(columnRange(column, grid), f).weight);
        }
        assert.equal(cells.sum, store.weigh(store.whole(), f).weight);
        assert.equal(cells.max, Math.max(...cells.cell));
    }
});

test("a step lies in the range of its cell, cells follow each other without gap", () => {
    const grid = { periodSteps: 97, rows: 13, nSteps: 1000 };
    for (let step = 0; step < 1000; step++) {
        const r = cellRange(cellOf(step, grid), grid);
        assert.ok(r.from <= step && step < r.to, `step ${step} in ${r.from}..${r.to}`);
    }
});

test("counts give the same cells when edges meet, and the same sum when they do not", () => {
    const p = randomProfile(11, { n: 2000 }), store = new Store(p.head, p.stacks, p.samples);
    const level = (steps) => {
        const sums = (showIdle) => binCells(p.samples, store.filter({ event: 0, showIdle }), { periodSteps: steps, rows: 1, nSteps: 5000 }).cell;
        const busy = sums(false);
        return { bucketNs: steps * 1e6, busy, idle: sums(true).map((v, i) => v - busy[i]) };
    };
    const levels = [level(20), level(1000)];
    for (const showIdle of [false, true])
        for (const [periodSteps, rows, exact] of [[1000, 50, true], [1000, 25, true], [1000, 1, true], [1000, 49, false], [700, 35, true], [333, 7, false]]) {
            const grid = { periodSteps, rows, nSteps: 5000 }, fast = cellsFromCounts(levels, { ...grid, stepNs: 1e6, showIdle });
            const slow = binCells(p.samples, store.filter({ event: 0, showIdle }), grid);
            assert.equal(fast.exact, exact, `${periodSteps}/${rows}`);
            if (exact) assert.deepEqual(fast.cell, slow.cell, `${periodSteps}/${rows}`);
            assert.ok(Math.abs(fast.sum - slow.sum) < 1e-6, `${periodSteps}/${rows}: ${fast.sum} for ${slow.sum}`);
        }
});

test("the top of the scale: robust from 20 cells on, the outlier clipped", () => {
    const cells = (counts) => ({ cell: Float64Array.from(counts), max: Math.max(0, ...counts) });
    assert.deepEqual(scaleTop(cells([]), "robust"), { top: 0, clipped: 0 });
    assert.deepEqual(scaleTop(cells([0, 5, 90]), "robust"), { top: 90, clipped: 0 });
    const many = [...Array.from({ length: 999 }, (_, i) => 1 + (i % 10)), 5000, 0, 0];
    assert.deepEqual(scaleTop(cells(many), "robust"), { top: 10, clipped: 1 });
    assert.deepEqual(scaleTop(cells(many), "full"), { top: 5000, clipped: 0 });
});

test("offered periods and rows are whole steps and never finer than the times", () => {
    for (const head of [headOf(), headOf({ n_steps: 0 }), headOf({ n_steps: 1 }), headOf({ n_steps: 864000000, step_ns: 100000 }), headOf({ source_step_ns: 1e7, step_ns: 1e7, n_steps: 700 }),
        headOf({ n_steps: 4294967280, step_ns: 1 })])
        for (const { ns, steps, columns } of offeredPeriods(head)) {
            assert.equal(ns, steps * head.step_ns);
            assert.equal(columns, columnsOf({ periodSteps: steps, nSteps: head.n_steps }));
            for (const rows of [1, 10, 50, 1000].map((n) => fitGrid(head, ns, n).rows)) {
                assert.ok(rows >= 1 && rows <= maxRows(head, steps));
                assert.ok(rows === 1 || (ns / rows >= head.step_ns && ns / rows >= head.source_step_ns), `${rows} rows in ${ns} ns`);
            }
        }
});

test("hostile grids are fitted", () => {
    const bad = [NaN, Infinity, -1, 0, 1e308, 1e-300, 4294967296, undefined];
    for (const head of [headOf(), headOf({ n_steps: 4294967280 }), headOf({ n_steps: 0 })])
        for (const period of bad)
            for (const rows of bad) {
                const g = fitGrid(head, period, rows), what = `${period} ${rows} ${JSON.stringify(g)}`;
                assert.ok(Number.isInteger(g.periodSteps) && g.periodSteps >= 1, what);
                assert.ok(Number.isInteger(g.rows) && g.rows >= 1 && g.rows <= MAX_ROWS && g.rows <= g.periodSteps, what);
                assert.ok(columnsOf(g) * g.rows <= MAX_CELLS, what);
            }
    assert.deepEqual(fitGrid(headOf(), 1e9, 25), { periodSteps: 1000, rows: 25, nSteps: 5000, first: 0, columns: 5, all: 5 });
    assert.throws(() => binCells(randomProfile(1).samples, { lanes: new Uint8Array(3), skip: null, threads: null },
        { periodSteps: 1, rows: 1e9, nSteps: 5000 }), /expected at most/);
});

/* What a cell should hold: samples of the filter in its range, by its definition. */
function slowCell(p, f, r, also = () => true) {
    const part = (s) => (s.duration === undefined ? (s.time >= r.from && s.time < r.to ? s.weight : 0)
        : Math.max(0, Math.min(s.time + s.duration, r.to) - Math.max(s.time, r.from)) * p.head.step_ns);
    return p.plain.filter((s) => f.lanes[s.lane] && !f.skip?.[s.node] && (f.threads === null || f.threads[s.thread]) && also(s)).reduce((n, s) => n + part(s), 0);
}

test("a part of the columns, stretches and the curve: every cell is the weight of its range", () => {
    for (let seed = 1; seed <= 24; seed++) {
        const p = randomProfile(seed, { weights: seed % 3 === 0, spans: seed % 4 === 0 ? 60 : 0 }), store = new Store(p.head, p.stacks, p.samples), random = seeded(seed);
        const f = store.filter({ event: 0, showIdle: true }), period = (1 + random(600)) * 1e6, from = random(5000);
        const stretches = Array.from({ length: 1 + random(4) }, () => { const at = random(4900); return { from: at, to: at + 1 + random(700) }; });
        for (const grid of [fitGrid(p.head, period, 1 + random(40), { from, to: from + 1 + random(3000) }), stretchGrid(p.head, stretches, 1 + random(40)), hilbertGrid(p.head, [8, 16, 50, 200][seed % 4])]) {
            const cells = binCells(p.samples, f, grid);
            assert.equal(cells.columns, columnsOf(grid));
            for (let i = 0; i < cells.cell.length; i++) {
                const at = { column: Math.floor(i / grid.rows), row: i % grid.rows }, r = cellRange(at, grid);
                assert.equal(cells.cell[i], slowCell(p, f, r), `seed ${seed} cell ${i} of ${JSON.stringify(grid)}`);
                if (r.to > r.from && !grid.stretches) assert.deepEqual(cellOf(r.from, grid), at);
            }
            for (let k = 0; k < cells.columns; k++) assert.equal(cells.columnSum[k], store.countIn(columnRange(k, grid), f).weight);
        }
    }
});

test("rows of threads, processes, CPUs and events: every cell is the graph of its column under the row's filter", () => {
    for (let seed = 1; seed <= 16; seed++) {
        const p = randomProfile(seed, { n: 400, weights: seed % 3 === 0, spans: seed % 4 === 0 ? 60 : 0 }), store = new Store(p.head, p.stacks, p.samples), random = seeded(seed);
        assert.deepEqual(whoKinds(p.head), ["thread", "process", "cpu", "event"]);
        for (const kind of whoKinds(p.head))
            for (const most of [1, 2, WHO_ROWS]) {
                const f = store.filter({ event: kind === "event" ? null : 0, showIdle: seed % 2 === 0 }), weights = store.weightsOf(store.whole(), f), who = whoRows(p.head, kind, weights, most);
                const grid = whoGrid(fitGrid(p.head, (50 + random(900)) * 1e6, 50, seed % 2 ? null : { from: 500, to: 3000 }), who), cells = binCells(p.samples, f, grid);
                assert.ok(who.rows.length <= most && who.rows.length >= 1);
                for (let row = 1; row < who.rows.length - 1; row++) assert.ok(who.rows[row - 1].weight >= who.rows[row].weight, "busiest first");
                let sum = 0;
                for (let column = 0; column < grid.columns; column++)
                    for (const [row, r] of who.rows.entries()) {
                        const got = cells.cell[column * grid.rows + row], range = cellRange({ column, row }, grid);
                        sum += got;
                        if (r.who) assert.equal(got, store.weigh(range, store.filter({ event: 0, showIdle: seed % 2 === 0, who: r.who })).weight, `${kind} ${r.text}`);
                        if (r.event >= 0) assert.equal(got, store.weigh(range, store.filter({ event: r.event, showIdle: seed % 2 === 0 })).weight, `${kind} ${r.text}`);
                    }
                assert.equal(sum, store.weigh(windowOf(grid), f).weight, "all rows make the whole");
                if (who.rows.length > 1 || most > 1) continue;
                assert.equal(/^\d+ more$/.test(who.rows[0].text) ? who.rows[0].who : null, null, "the rest is nobody's filter");
            }
    }
});

test("counts give the cells of a part, too", () => {
    const p = randomProfile(3, { n: 900 }), store = new Store(p.head, p.stacks, p.samples), f = store.filter({ event: 0, showIdle: true });
    const busy = binCells(p.samples, f, { periodSteps: 20, rows: 1, nSteps: 5000 }).cell, levels = [{ bucketNs: 20e6, busy, idle: null }];
    for (const [period, rows, view, exact] of [[1e9, 50, { from: 1000, to: 3000 }, true], [3e8, 15, { from: 900, to: 901 }, true], [3.33e8, 7, { from: 500, to: 4000 }, false]]) {
        const grid = fitGrid(p.head, period, rows, view), fast = cellsFromCounts(levels, { ...grid, stepNs: 1e6, showIdle: true }), slow = binCells(p.samples, f, grid);
        assert.equal(fast.exact, exact);
        if (exact) assert.deepEqual(fast.cell, slow.cell);
        else assert.ok(Math.abs(fast.sum - slow.sum) <= 0.02 * slow.sum + 5, `${fast.sum} for ${slow.sum}`);
    }
    const who = whoRows(p.head, "thread", { perThread: new Float64Array(3), perLane: new Float64Array(3) }, 5);
    for (const grid of [stretchGrid(p.head, [{ from: 1, to: 9 }], 3), whoGrid(fitGrid(p.head, 1e9, 50), who)]) {
        const empty = cellsFromCounts(levels, { ...grid, stepNs: 1e6, showIdle: true });
        assert.deepEqual([empty.sum, empty.exact], [0, false], "nothing to say before the samples are there");
    }
});

test("zooming keeps what is under the pointer, panning stays inside, all comes back as null", () => {
    const head = headOf({ n_steps: 120000 }), whole = fitGrid(head, 1e9, 50);
    assert.deepEqual([whole.columns, whole.all], [120, 120]);
    assert.equal(panned(whole, 5), null);
    const half = zoomed(whole, 0.5, 90000), grid = fitGrid(head, 1e9, 50, half);
    assert.deepEqual(half, { from: 45000, to: 105000 });
    assert.ok(Math.abs((90000 / 1000 - grid.first) / grid.columns - 0.75) < 0.02);
    assert.equal(zoomed(grid, 4, 0), null);
    assert.deepEqual(panned(grid, 1000), { from: 60000, to: 120000 });
    assert.deepEqual(panned(grid, -1000), { from: 0, to: 60000 });
    let g = grid;
    for (let i = 0; i < 20; i++) g = fitGrid(head, 1e9, 50, zoomed(g, 0.5, 90000));
    assert.ok(g.columns >= 5 && columnRange(0, g).from <= 90000 && windowOf(g).to > 90000, JSON.stringify(g));
    const day = headOf({ n_steps: 864000000, step_ns: 100000 }), fine = fitGrid(day, 1e6, 5);
    assert.ok(fine.columns <= 20000 && fine.all === 86400000, "a day at 1 ms: a part of it");
    assert.equal(fitPeriod(day, 1e6), 6e10);
    assert.equal(fitPeriod(head, 1e9), 1e9);
    assert.ok(offeredPeriods(headOf({ n_steps: 1200000, step_ns: 100000 })).some((x) => Math.abs(x.ns - 16.67e6) < 1e5), "60 frames a second");
    assert.ok(offeredPeriods({ ...head, stripes: { period_ns: 1020000000, strength: 0.4 } }).some((x) => x.ns === 1020000000));
});

test("the top of counts is that of sorting them", () => {
    for (let seed = 1; seed <= 60; seed++) {
        const random = seeded(seed), n = 1 + random(400), big = seed % 3 === 0 ? 1e7 : 60, part = seed % 4 === 0 ? 0.25 : 0;
        const cell = Float64Array.from({ length: n }, () => (random(3) ? random(big) + part : 0)), max = Math.max(0, ...cell), some = [...cell].filter((v) => v > 0).sort((a, b) => a - b);
        const top = some.length < 20 ? max : some[Math.floor((some.length - 1) * 995 / 1000)];
        assert.deepEqual(scaleTop({ cell, max }, "robust"), { top, clipped: some.length < 20 ? 0 : some.filter((v) => v > top).length }, `seed ${seed}`);
    }
});

test("rows of hosts, of threads of one name on two hosts, and what is not known", () => {
    const head = headOf({ hosts: ["web1", "db1"], threads: [[1, 1, "java", 0], [1, 1, "java", 1], [2, 3, "", 1]], lanes: [[0, 0], [0, -1]] });
    assert.deepEqual(whoKinds(head), ["thread", "process", "cpu", "host"].filter((k) => k !== "cpu"));
    const weights = { perThread: Float64Array.of(5, 9, 2), perLane: Float64Array.of(10, 6) };
    const hosts = whoRows(head, "host", weights, WHO_ROWS), threads = whoRows(head, "thread", weights, WHO_ROWS), cpus = whoRows(head, "cpu", weights, WHO_ROWS);
    assert.deepEqual(hosts.rows.map((r) => [r.text, r.weight, r.who.host]), [["db1", 11, "db1"], ["web1", 5, "web1"]]);
    assert.deepEqual(threads.rows.map((r) => [r.text, r.who.host, r.who.tid]), [["java 1", "db1", 1], ["java 1", "web1", 1], ["[no name] 3", "db1", 3]]);
    assert.deepEqual(cpus.rows.map((r) => [r.text, r.who?.cpu ?? null]), [["CPU 0", 0], ["[not known]", null]]);
    assert.deepEqual([...hosts.ofThread], [1, 0, 0]);
});
