/* SPDX-License-Identifier: MIT
 *
 * Inverted tries against each stack turned round by itself. */
import assert from "node:assert/strict";
import test from "node:test";

import { callsOf, endsOf, growCallers, pathUp } from "../../assets/js/callers.js";
import { GONE, diffWeights } from "../../assets/js/diff_tree.js";
import { invertedOf } from "../../assets/js/graphs.js";
import { Store } from "../../assets/js/store.js";
import { framesNamed, outermost } from "../../assets/js/transforms.js";
import { randomProfile, seeded } from "./random.js";

/** Totals and selfs per path of frames, leaf first; entries: [node, weight]. */
function slowCallers({ parent, frame }, entries) {
    const total = new Map([["", 0]]), self = new Map(), add = (map, key, w) => map.set(key, (map.get(key) || 0) + w);
    for (const [node, weight] of entries) {
        let key = "";
        add(total, "", weight);
        for (let i = node; i !== 0; i = parent[i]) add(total, key += `;${frame[i]}`, weight);
        add(self, key, weight);
    }
    return { total, self };
}

function pathsOf({ stacks: { nNodes, parent, frame } }) {
    const keys = [""];
    for (let i = 1; i < nNodes; i++) keys.push(`${keys[parent[i]]};${frame[i]}`);
    return keys;
}

function checkShape({ stacks: { nNodes, parent, frame, depth }, end, total }, what) {
    const last = new Map();
    for (let i = 1; i < nNodes; i++) {
        assert.ok(parent[i] < i && end[parent[i]] >= end[i] && end[i] > i && depth[i] === depth[parent[i]] + 1, `${what}: node ${i}`);
        const before = last.get(parent[i]);
        assert.ok(before === undefined || total[before] > total[i] || (total[before] === total[i] && frame[before] < frame[i]), `${what}: siblings of ${i}, heaviest first`);
        last.set(parent[i], i);
    }
}

function random(seed) {
    const p = randomProfile(seed, { nodes: 40 + seeded(seed)(200), n: 500, weights: seed % 2 === 0, proper: true }), store = new Store(p.head, p.stacks, p.samples);
    return { ...p, store, ...store.weigh({ from: 500, to: 4500 }, store.filter({ event: null, showIdle: true })) };
}

test("inverted, whole", () => {
    for (let seed = 1; seed <= 200; seed++) {
        const { stacks, self } = random(seed), ends = endsOf(self), tree = growCallers(stacks, ends), slow = slowCallers(stacks, [...ends.node].map((i) => [i, self[i]]));
        const keys = pathsOf(tree), what = `seed ${seed}`;
        checkShape(tree, what);
        assert.deepEqual(new Map(keys.map((key, i) => [key, tree.total[i]])), new Map([...slow.total].sort(([a], [b]) => keys.indexOf(a) - keys.indexOf(b))), what);
        keys.forEach((key, i) => assert.equal(tree.self[i], slow.self.get(key) || 0, `${what} self of ${key}`));
        keys.forEach((key, i) => { if (i) assert.ok(`;${pathUp(stacks, tree.from[i]).join(";")};`.startsWith(`${key};`), `${what}: ${key} is on the way up from its entry`); });
    }
});

test("both sides of a comparison: each as if it were inverted alone, what is gone stays as wide as it was", () => {
    for (let seed = 1; seed <= 60; seed += 2) {
        const { store, stacks } = random(seed), all = store.filter({ event: null, showIdle: true }), side = (from, to, slot) => store.weigh({ from, to }, all, slot);
        const base = side(500, 3500, "base"), target = side(3000, 4500, "target"), weights = diffWeights(store, base, target), what = `seed ${seed}`;
        const tree = invertedOf({ ...store, map: null }, weights, 0, 0, { samples: { base: base.samples, target: target.samples } }), keys = pathsOf(tree), { diff, classOf } = tree.compared;
        const [b, t] = [base, target].map(({ self }) => slowCallers(stacks, [...endsOf(self).node].map((i) => [i, self[i]])).total), scale = target.weight / base.weight;
        assert.deepEqual(new Set(keys), new Set([...b.keys(), ...t.keys()]), what);
        keys.forEach((key, i) => {
            assert.equal(diff.target[i], t.get(key) || 0, `${what}: target of ${key}`);
            assert.ok(Math.abs(diff.base[i] - (b.get(key) || 0)) < 1e-6, `${what}: base of ${key}`);
            if (!t.get(key)) assert.ok(Math.abs(tree.total[i] - b.get(key) * scale) < 1e-6 && classOf(i) === GONE, `${what}: ${key} is gone`);
            else if (!b.get(key)) assert.equal(diff.base[i], 0, `${what}: ${key} is new`);
        });
        assert.deepEqual([diff.ofBase, diff.ofTarget].map(Math.round), [base.weight, target.weight]);
    }
});

test("what is narrow is not built, the rest is as it was", () => {
    for (let seed = 1; seed <= 60; seed++) {
        const { stacks, self } = random(seed), ends = endsOf(self), all = growCallers(stacks, ends), share = 0.02 + seeded(seed)(100) / 1000;
        const wide = (i) => i === 0 || all.total[i] >= all.total[0] * share, some = growCallers(stacks, ends, { share }), keys = pathsOf(all);
        assert.deepEqual(pathsOf(some).map((key, i) => [key, some.total[i]]), keys.map((key, i) => [key, all.total[i]]).filter((_, i) => wide(i)), `seed ${seed}`);
    }
});

test("zoomed: the way there, and all below it", () => {
    for (let seed = 1; seed <= 120; seed++) {
        const { stacks, self } = random(seed), ends = endsOf(self), all = growCallers(stacks, ends), keys = pathsOf(all), at = seeded(seed)(all.stacks.nNodes);
        const path = keys[at].split(";").slice(1).map(Number), some = growCallers(stacks, ends, { path }), got = pathsOf(some);
        const expected = keys.filter((key) => keys[at].startsWith(`${key};`) || key === keys[at] || key.startsWith(`${keys[at]};`));
        assert.deepEqual(got, expected, `seed ${seed}`);
        assert.equal(got[some.zoom], keys[at]);
        got.forEach((key, i) => assert.equal(some.total[i], all.total[keys.indexOf(key)]));
        const beyond = growCallers(stacks, ends, { path: [...path, 999999 % stacks.frames.n, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] });
        assert.ok(keys[at] === "" || pathsOf(beyond)[beyond.zoom].startsWith(keys[at]), "as far as there is something");
    }
});

test("callers of a function, its outermost calls with all below them", () => {
    for (let seed = 1; seed <= 60; seed++) {
        const { stacks, store, total } = random(seed), nodes = outermost(store, framesNamed(stacks, "main")), calls = callsOf(nodes, total);
        const tree = growCallers(stacks, calls), slow = slowCallers(stacks, [...calls.node].map((i) => [i, total[i]]));
        assert.deepEqual(new Map(pathsOf(tree).map((key, i) => [key, tree.total[i]])), new Map([...slow.total].sort(([a], [b]) => pathsOf(tree).indexOf(a) - pathsOf(tree).indexOf(b))), `seed ${seed}`);
        for (const i of nodes) for (let j = stacks.parent[i]; j !== 0; j = stacks.parent[j]) assert.notEqual(stacks.names[stacks.frames.name[stacks.frame[j]]], "main");
    }
});

test("nothing", () => {
    const { stacks } = random(1), tree = growCallers(stacks, endsOf(new Float64Array(stacks.nNodes)), { share: 0.01, path: [3] });
    assert.deepEqual([tree.stacks.nNodes, tree.total[0], tree.zoom], [1, 0, 0]);
});
