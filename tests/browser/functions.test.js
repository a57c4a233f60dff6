/* SPDX-License-Identifier: MIT
 *
 * The table's rows against every stack looked at by itself, and their orders. */
import assert from "node:assert/strict";
import test from "node:test";

import { SORTS, differenceOf, functionsOf, sortedRows } from "../../assets/js/functions.js";
import { Store } from "../../assets/js/store.js";
import { randomProfile } from "./random.js";

function random(seed) {
    const p = randomProfile(seed, { nodes: 150, n: 600, weights: seed % 2 === 0, proper: true }), store = new Store(p.head, p.stacks, p.samples), f = store.filter({ event: null, showIdle: true });
    return { ...p, store, weights: store.weigh({ from: 0, to: 2000 }, f, "a"), other: store.weigh({ from: 2000, to: 5000 }, f, "b") };
}

test("self by leaf, total once a stack, on both sides", () => {
    for (let seed = 1; seed <= 60; seed++) {
        const { stacks, store, weights, other } = random(seed), slow = (self) => {
            const own = new Float64Array(stacks.frames.n), all = new Float64Array(stacks.frames.n);
            for (let i = 1; i < stacks.nNodes; i++) {
                own[stacks.frame[i]] += self[i];
                const on = new Set();
                for (let j = i; j !== 0; j = stacks.parent[j]) on.add(stacks.frame[j]);
                for (const f of on) all[f] += self[i];
            }
            return { own, all };
        };
        const a = slow(weights.self), b = slow(other.self), rows = functionsOf(store, weights, other);
        assert.deepEqual([...rows.frame], [...a.all.keys()].filter((f) => a.all[f] || b.all[f]));
        for (let r = 0; r < rows.n; r++) {
            const f = rows.frame[r];
            assert.deepEqual([rows.self[r], rows.total[r], rows.otherSelf[r], rows.otherTotal[r]], [a.own[f], a.all[f], b.own[f], b.all[f]], `seed ${seed} frame ${f}`);
        }
        const alone = functionsOf(store, weights);
        assert.deepEqual([...alone.frame], [...a.all.keys()].filter((f) => a.all[f]));
        assert.equal(alone.otherTotal, null);
    }
});

test("sorted by every column, both ways; filtered", () => {
    const { stacks, store, weights, other } = random(3), rows = functionsOf(store, weights, other), name = (r) => stacks.names[stacks.frames.name[rows.frame[r]]];
    const keyOf = { self: (r) => rows.self[r], total: (r) => rows.total[r], diff: (r) => rows.total[r] - rows.otherTotal[r] / 2, name, package: (r) => stacks.packages[stacks.frames.package[rows.frame[r]]] };
    for (const by of SORTS)
        for (const up of [false, true]) {
            const order = sortedRows(rows, stacks, { by, up, scale: 0.5 }), key = keyOf[by];
            assert.equal(new Set(order).size, rows.n);
            for (let i = 1; i < order.length; i++) {
                const [a, b] = [key(order[i - 1]), key(order[i])];
                assert.ok(up ? a <= b : a >= b, `${by} ${up}`);
                if (a === b) assert.ok(rows.total[order[i - 1]] >= rows.total[order[i]], "ties by total");
            }
        }
    const some = sortedRows(rows, stacks, { by: "self", up: false, keep: (r) => name(r) === "main" });
    assert.deepEqual([...some].sort(), [...rows.frame.keys()].filter((r) => name(r) === "main").sort());
    assert.equal(differenceOf(functionsOf(store, weights), 0, 1), 0);
});
