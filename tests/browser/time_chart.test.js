/* SPDX-License-Identifier: MIT
 *
 * Boxes of the chart in time against what each thread did at each step. */
import assert from "node:assert/strict";
import test from "node:test";

import { hitTest } from "../../assets/js/layout.js";
import { Store } from "../../assets/js/store.js";
import { MOST_SAMPLES, chartOf } from "../../assets/js/time_chart.js";
import { randomProfile } from "./random.js";

/** Per thread: the node of each step of the range, -1 where it did not run; and its weight. */
function slowly(p, range, filter, interval) {
    const byThread = new Map();
    for (const s of p.plain) {
        if (!filter.lanes[s.lane] || filter.skip?.[s.node]) continue;
        const span = s.duration !== undefined;
        if (span ? s.time >= range.to || s.time + s.duration <= range.from : s.time < range.from || s.time >= range.to) continue;
        const own = byThread.get(s.thread) || { list: [], weight: 0, steps: new Array(range.to - range.from).fill(-1) };
        byThread.set(s.thread, own);
        own.list.push(s);
        own.weight += span ? 0 : s.weight;
    }
    for (const own of byThread.values())
        own.list.forEach((s, i) => {
            const next = i + 1 < own.list.length ? own.list[i + 1].time : range.to, end = next - s.time <= 1.5 * interval ? next : s.time + interval;
            for (let t = s.time; t < Math.min(end, next); t++) own.steps[t - range.from] = s.node;
        });
    return byThread;
}

test("boxes are the calls of each thread, busiest thread first", () => {
    let checked = 0;
    for (let seed = 1; seed <= 60; seed++) {
        const p = randomProfile(seed, { nodes: 60, n: 70, nSteps: 3000, proper: true });
        // One sample a step and thread: which of two at one instant comes first is nobody's business.
        const taken = new Set();
        for (let i = 0; i < p.samples.n; i++) {
            while (taken.has(`${p.samples.thread[i]} ${p.samples.time[i]}`)) p.samples.thread[i] = (p.samples.thread[i] + 1) % 3;
            taken.add(`${p.samples.thread[i]} ${p.samples.time[i]}`);
            if ([0, 1, 2].every((t) => taken.has(`${t} ${p.samples.time[i]}`))) taken.clear();
        }
        p.plain = Array.from(p.samples.time, (time, i) => ({ time, thread: p.samples.thread[i], node: p.samples.node[i], weight: 1,
            lane: p.samples.runs.lane[p.samples.runs.to.findIndex((to) => i < to)] })).sort((a, b) => a.time - b.time);
        if (new Set(p.plain.map((s) => `${s.thread} ${s.time}`)).size < p.plain.length) continue;
        checked++;
        p.head.rate_hz = 50;
        const store = new Store(p.head, p.stacks, p.samples), range = { from: 200, to: 2500 }, filter = store.filter({ event: null, showIdle: seed % 2 === 0 });
        const chart = chartOf(store, range, filter, { stacks: p.stacks, map: null }, { widthPx: 1e9 }), slow = slowly(p, range, filter, 20);
        assert.deepEqual(chart.tracks.map((t) => t.thread).sort(), [...slow.keys()].sort());
        assert.ok(chart.tracks.every((t, i) => i === 0 || chart.tracks[i - 1].weight >= t.weight));
        chart.tracks.forEach(({ thread, row, weight }, k) => {
            const { steps, weight: all } = slow.get(thread), rows = (chart.tracks[k + 1]?.row ?? chart.depths) - row;
            assert.equal(weight, all);
            for (let level = 1; level < rows; level++) {
                const got = [], expected = [];
                for (let i = chart.rowStart[row + level]; i < chart.rowStart[row + level + 1]; i++) got.push([chart.node[i], chart.x0[i], chart.x1[i]]);
                const at = (t) => { let i = steps[t] ?? -1; if (i < 0 || p.stacks.depth[i] < level) return -1; while (p.stacks.depth[i] > level) i = p.stacks.parent[i]; return i; };
                for (let t = 0; t < steps.length; t++) if (at(t) >= 0) {
                    const last = expected.at(-1);
                    if (last && last[2] === t && last[0] === at(t)) last[2]++;
                    else expected.push([at(t), t, t + 1]);
                }
                assert.deepEqual(got, expected, `seed ${seed} thread ${thread} level ${level}`);
            }
        });
        for (let d = 0; d < chart.depths; d++) for (let i = chart.rowStart[d]; i < chart.rowStart[d + 1]; i++) assert.equal(hitTest(chart, (chart.x0[i] + chart.x1[i]) / 2, d), i);
    }
    assert.ok(checked >= 20, `${checked} profiles`);
});

test("spans are as long as they are, inside the range", () => {
    const p = randomProfile(4, { nodes: 30, n: 0, nSteps: 1000, spans: 1, proper: true }), store = new Store(p.head, p.stacks, p.samples), [span] = p.plain;
    const chart = chartOf(store, { from: 0, to: 1000 }, store.filter({ event: null, showIdle: true }), { stacks: p.stacks, map: null }, { widthPx: 1e9 });
    assert.deepEqual([chart.x0[1], chart.x1[1]], [span.time, span.time + span.duration]);
    const cut = { from: span.time + 1, to: span.time + span.duration };
    const inner = chartOf(store, cut, store.filter({ event: null, showIdle: true }), { stacks: p.stacks, map: null }, { widthPx: 1e9 });
    assert.deepEqual([inner.x0[1], inner.x1[1]], [0, span.duration - 1]);
});

test("boxes far below a pixel are not kept, wide ones all are; too many samples are none", () => {
    const p = randomProfile(8, { nodes: 60, n: 4000, nSteps: 100000, proper: true }), store = new Store(p.head, p.stacks, p.samples), f = store.filter({ event: null, showIdle: true }), view = { stacks: p.stacks, map: null };
    const all = chartOf(store, store.whole(), f, view, { widthPx: 1e9 }), some = chartOf(store, store.whole(), f, view, { widthPx: 200 }), half = 100000 / 400;
    assert.ok(some.n < all.n / 2 && some.n > 10, `${some.n} of ${all.n}`);
    const wide = (c) => Array.from(c.node.keys()).filter((i) => c.x1[i] - c.x0[i] >= half).length;
    assert.equal(wide(some), wide(all));
    const many = randomProfile(1, { n: MOST_SAMPLES + 10 }), big = new Store(many.head, many.stacks, many.samples);
    assert.equal(chartOf(big, big.whole(), big.filter({ event: null, showIdle: true }), { stacks: many.stacks, map: null }, { widthPx: 100 }), null);
});
