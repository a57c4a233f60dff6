/* SPDX-License-Identifier: MIT
 *
 * Weights of random ranges and filters against a count that looks at every sample and walks every stack. */
import assert from "node:assert/strict";
import test from "node:test";

import { Store, lowerBound, subtreeEnds } from "../../assets/js/store.js";
import { packagesIn } from "../../assets/js/packages.js";
import { EVERYONE } from "../../assets/js/who.js";
import { randomProfile, seeded } from "./random.js";

const wanted = [
    { event: 0 }, { event: 1, showIdle: true }, { event: null, showIdle: false }, { event: 0, who: { ...EVERYONE, cpu: 1 }, showIdle: true },
    { event: 0, who: { ...EVERYONE, thread: "java" } }, { event: null, who: { ...EVERYONE, pid: 1, tid: 2 }, showIdle: true }, { event: 0, who: { ...EVERYONE, pid: 7, thread: "java" } },
    { event: 0, leftOut: Uint8Array.from({ length: 40 }, (_, i) => i % 3 === 0) }, { event: null, showIdle: true, leftOut: Uint8Array.from({ length: 40 }, (_, i) => i % 2) },
];

/* A point lies in a range or not; a span without length like a point; else by the steps they share. */
const steps = (s, range) => Math.min(s.time + s.duration, range.to) - Math.max(s.time, range.from);
const overlaps = (s, range) => (s.duration > 0 ? steps(s, range) > 0 : s.time >= range.from && s.time < range.to);
const weightOf = (s, range, ns) => (s.duration === undefined ? s.weight : Math.max(0, steps(s, range)) * ns);

function passes(s, head, stacks, range, { event, who = EVERYONE, showIdle = false, leftOut = null }) {
    const [e, cpu] = head.lanes[s.lane], [pid, tid, thread] = head.threads[s.thread], is = { ...EVERYONE, cpu, pid, tid, thread };
    return overlaps(s, range) && (event === null || e === event) && Object.keys(is).every((key) => who[key] === null || who[key] === is[key]) &&
        (showIdle || stacks.idle[s.node] === 0) && !leftOut?.[s.node];
}

function slowWeigh({ head, stacks, plain }, range, filter) {
    const self = new Float64Array(stacks.nNodes), total = new Float64Array(stacks.nNodes);
    let samples = 0;
    for (const s of plain) {
        if (!passes(s, head, stacks, range, filter)) continue;
        samples++;
        const weight = weightOf(s, range, head.step_ns);
        self[s.node] += weight;
        for (let i = s.node; ; i = stacks.parent[i]) {
            total[i] += weight;
            if (i === 0) break;
        }
    }
    return { self, total, samples, weight: total[0] };
}

test("weigh, countIn and threadsIn agree with a slow count", () => {
    for (let seed = 1; seed <= 40; seed++) {
        const p = randomProfile(seed, { weights: seed % 2 === 0, spans: seed % 3 === 0 ? 80 : 0 }), store = new Store(p.head, p.stacks, p.samples), random = seeded(seed);
        for (const w of wanted) {
            const from = random(5200), to = from + random(3000), range = random(6) === 0 ? store.whole() : { from, to };
            const slow = slowWeigh(p, range, w), fast = store.weigh(range, store.filter(w)), what = `seed ${seed} ${JSON.stringify([w, range])}`;
            assert.deepEqual({ ...fast, self: Float64Array.from(fast.self), total: Float64Array.from(fast.total) }, slow, what);
            assert.deepEqual(store.countIn(range, store.filter(w)), { samples: slow.samples, weight: slow.weight }, what);
            const { perLane } = store.weightsOf(range, store.filter(w));
            for (let lane = 0; lane < p.head.lanes.length; lane++)
                assert.equal(perLane[lane], p.plain.filter((s) => s.lane === lane && passes(s, p.head, p.stacks, range, w)).reduce((n, s) => n + weightOf(s, range, p.head.step_ns), 0), what);
            const { perThread, byName } = store.threadsIn(range, store.filter(w));
            for (let id = 0; id < p.head.threads.length; id++)
                assert.equal(perThread[id], p.plain.filter((s) => s.thread === id && passes(s, p.head, p.stacks, range, w)).reduce((n, s) => n + weightOf(s, range, p.head.step_ns), 0), what);
            assert.equal(byName.reduce((n, row) => n + row.weight, 0), slow.weight, what);
            assert.ok(byName.every((row, i) => i === 0 || byName[i - 1].weight >= row.weight), what);
        }
    }
});

test("weigh: what another range left in a large trie is cleared, whatever little the next one touches", () => {
    for (let seed = 1; seed <= 12; seed++) {
        const p = randomProfile(seed, { nodes: 1500 + 257 * seed, n: 400, weights: seed % 3 === 0, spans: seed % 4 === 0 ? 60 : 0 }), store = new Store(p.head, p.stacks, p.samples), random = seeded(seed);
        for (let i = 0; i < 12; i++) {
            const from = random(5000), range = i % 4 === 0 ? store.whole() : { from, to: from + 1 + random(i % 2 ? 20 : 2000) }, w = { event: i % 3 ? 0 : null, showIdle: i % 2 === 0 };
            const slow = slowWeigh(p, range, w), fast = store.weigh(range, store.filter(w));
            assert.deepEqual({ ...fast, self: Float64Array.from(fast.self), total: Float64Array.from(fast.total) }, slow, `seed ${seed} ${JSON.stringify([w, range])}`);
        }
    }
});

test("packages: self by leaf, total once a stack", () => {
    for (let seed = 1; seed <= 40; seed++) {
        const p = randomProfile(seed, { nodes: 80, weights: seed % 2 === 0 }), { stacks } = p, store = new Store(p.head, stacks, p.samples);
        const weights = store.weigh({ from: 1000, to: 4000 }, store.filter({ event: 0 })), { self } = slowWeigh(p, { from: 1000, to: 4000 }, { event: 0 });
        const slow = stacks.packages.map((name, id) => ({ id, name, self: 0, total: 0 }));
        for (let node = 1; node < stacks.nNodes; node++) {
            const on = new Set();
            for (let i = node; i; i = stacks.parent[i]) on.add(stacks.frames.package[stacks.frame[i]]);
            slow[stacks.frames.package[stacks.frame[node]]].self += self[node];
            for (const id of on) slow[id].total += self[node];
        }
        const fast = packagesIn(stacks, store.end, weights);
        assert.deepEqual([...fast].sort((a, b) => a.id - b.id), slow.filter((r) => r.total), `seed ${seed}`);
        assert.ok(fast.every((r, i) => i === 0 || fast[i - 1].self >= r.self));
    }
});

test("neighbours share nothing and make the whole", () => {
    const p = randomProfile(7), store = new Store(p.head, p.stacks, p.samples), f = store.filter({ event: 0, showIdle: true });
    const whole = store.weigh(store.whole(), f).weight;
    for (const cut of [0, 1, 100, 2500, 4999, 5000])
        assert.equal(store.countIn({ from: 0, to: cut }, f).weight + store.countIn({ from: cut, to: 5000 }, f).weight, whole, `cut ${cut}`);
});

test("slots live side by side, a slot is written anew", () => {
    const p = randomProfile(3), store = new Store(p.head, p.stacks, p.samples), f = store.filter({ event: 0 });
    const a = store.weigh({ from: 0, to: 2500 }, f, "a"), before = a.total[0], b = store.weigh(store.whole(), f, "b");
    assert.notEqual(a.total, b.total);
    assert.equal(a.total[0], before);
    assert.equal(store.weigh({ from: 0, to: 0 }, f, "a").total, a.total);
    assert.equal(a.total[0], 0);
});

test("ends of subtrees", () => {
    const { stacks } = randomProfile(5), end = subtreeEnds(stacks);
    const isBelow = (i, top) => i === top || (i > top && isBelow(stacks.parent[i], top));
    for (let i = 0; i < stacks.nNodes; i++)
        for (let j = 0; j < stacks.nNodes; j++) assert.equal(j >= i && j < end[i], isBelow(j, i), `${j} below ${i}`);
});

test("lower bound: ties, ends, nothing", () => {
    const time = Uint32Array.of(3, 3, 5, 5, 5, 9);
    for (const [t, at] of [[0, 0], [3, 0], [4, 2], [5, 2], [6, 5], [9, 5], [10, 6]]) assert.equal(lowerBound(time, 0, 6, t), at, `${t}`);
    assert.equal(lowerBound(time, 2, 2, 0), 2);
});
