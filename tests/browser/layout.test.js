/* SPDX-License-Identifier: MIT
 *
 * Properties of a layout on random tries: children lie side by side inside their parent, what is left out is narrow,
 * and a hit finds what is drawn. */
import assert from "node:assert/strict";
import test from "node:test";

import { ancestorsOf, frameKind, frameName, hitTest, layoutFrames, rectOfNode } from "../../assets/js/layout.js";
import { Store } from "../../assets/js/store.js";
import { randomProfile, seeded } from "./random.js";

function random(seed, options) {
    const p = randomProfile(seed, options), store = new Store(p.head, p.stacks, p.samples);
    return { ...p, store, ...store.weigh(store.whole(), store.filter({ event: 0, showIdle: true })) };
}

test("frames partition their parents, in preorder, from the left", () => {
    for (let seed = 1; seed <= 30; seed++) {
        const { stacks, store, total } = random(seed, { nodes: 200, n: 900 }), pick = seeded(seed);
        for (const zoom of [0, 1 + pick(199), 1 + pick(199)]) {
            const l = layoutFrames(stacks, store.end, total, { zoom, widthPx: 1e9 }), at = new Map();
            if (total[zoom] === 0) {
                assert.equal(l.n, 0);
                continue;
            }
            for (let d = 0; d < l.depths; d++)
                for (let i = l.rowStart[d]; i < l.rowStart[d + 1]; i++) {
                    assert.equal(stacks.depth[l.node[i]], d);
                    at.set(l.node[i], i);
                    if (i > l.rowStart[d]) assert.ok(l.x0[i] >= l.x1[i - 1] && l.node[i] > l.node[i - 1], `row ${d} ascends`);
                }
            const path = ancestorsOf(stacks, zoom);
            const expected = Array.from(total.keys()).filter((i) => total[i] > 0 && i >= zoom && i < store.end[zoom]).concat(path.slice(0, -1));
            assert.deepEqual([...at.keys()].sort((a, b) => a - b), expected.sort((a, b) => a - b), `seed ${seed} zoom ${zoom}`);
            for (const [node, i] of at) {
                if (stacks.depth[node] < l.zoomDepth) assert.deepEqual([l.x0[i], l.x1[i]], [0, l.width]);
                else assert.equal(l.x1[i] - l.x0[i], total[node]);
                if (stacks.depth[node] <= l.zoomDepth) continue;
                const up = at.get(stacks.parent[node]), before = expected.filter((s) => s < node && stacks.parent[s] === stacks.parent[node] && stacks.depth[s] > l.zoomDepth);
                assert.equal(l.x0[i], l.x0[up] + before.reduce((n, s) => n + total[s], 0), "siblings without gaps");
                assert.ok(l.x1[i] <= l.x1[up]);
            }
        }
    }
});

test("frames under half a pixel are never built, the others stay where they are", () => {
    const { stacks, store, total } = random(4, { nodes: 400, n: 2000 });
    const all = layoutFrames(stacks, store.end, total, { widthPx: 1e9 }), some = layoutFrames(stacks, store.end, total, { widthPx: 40 });
    const narrow = (all.width * 0.5) / 40;
    assert.ok(some.n < all.n && some.n > 0);
    for (let i = 0; i < all.n; i++) {
        const d = stacks.depth[all.node[i]], at = rectOfNode(some, all.node[i], d);
        assert.equal(at >= 0, all.x1[i] - all.x0[i] >= narrow);
        if (at >= 0) assert.deepEqual([some.x0[at], some.x1[at]], [all.x0[i], all.x1[i]]);
    }
});

test("a hit is the rectangle that holds the point", () => {
    const { stacks, store, total } = random(9, { nodes: 120, n: 600 }), l = layoutFrames(stacks, store.end, total, { widthPx: 1e9 });
    for (let depth = -1; depth <= l.depths; depth++)
        for (let x = -1; x <= l.width + 1; x += 0.5) {
            let slow = -1;
            for (let i = 0; i < l.n; i++) if (stacks.depth[l.node[i]] === depth && l.x0[i] <= x && x < l.x1[i]) slow = i;
            assert.equal(hitTest(l, x, depth), slow, `x ${x} depth ${depth}`);
        }
    for (const bad of [NaN, Infinity, undefined]) assert.equal(hitTest(l, 0, bad), -1);
    assert.equal(hitTest(l, NaN, 0), -1);
});

test("nothing in the range, a zoom that is no node, no width", () => {
    const { stacks, store, total } = random(2);
    assert.equal(layoutFrames(stacks, store.end, new Float64Array(stacks.nNodes), { widthPx: 100 }).n, 0);
    assert.equal(layoutFrames(stacks, store.end, total, { zoom: 1e9, widthPx: 100 }).zoom, 0);
    for (const widthPx of [0, NaN, -5]) assert.ok(layoutFrames(stacks, store.end, total, { widthPx }).n >= 1);
});

test("names", () => {
    const { stacks } = random(2), unnamed = { ...stacks, names: stacks.names.map(() => "") };
    assert.equal(frameName(stacks, 0), "all");
    assert.equal(frameKind(stacks, 0), 4);
    assert.equal(frameName(unnamed, 3), "[no name]");
    assert.equal(frameName(stacks, 3), stacks.names[stacks.frames.name[stacks.frame[3]]] || "[no name]");
});
