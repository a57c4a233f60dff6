/* SPDX-License-Identifier: MIT
 *
 * Joint tries against paths counted one by one; what is drawn adds up; colours say what they should. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { DEEP, GONE, carry, classing, diffWeights, jointTrie, packedTree, summed } from "../../assets/js/diff_tree.js";
import { ancestorsOf, frameName } from "../../assets/js/layout.js";
import { subtreeEnds } from "../../assets/js/store.js";
import { seeded } from "./random.js";

/** A trie of paths, siblings in the order of names. */
function trieOf(paths, names) {
    const list = [...new Set(paths.flatMap((p) => p.map((_, i) => p.slice(0, i + 1).join("\0"))))].sort(), at = new Map([["", 0], ...list.map((key, i) => [key, i + 1])]);
    const n = list.length + 1, stacks = { nNodes: n, parent: new Uint32Array(n), frame: new Uint32Array(n), depth: new Uint16Array(n), idle: new Uint8Array(n), names, modules: ["", "/lib/a.so"], packages: [""],
        frames: { n: names.length, name: Uint32Array.from(names.keys()), module: Uint32Array.from(names, (_, i) => i % 2), kind: Uint8Array.from(names, (name) => (name.startsWith("thread") ? 4 : 0)), package: new Uint32Array(names.length) } };
    list.forEach((key, i) => { const path = key.split("\0"); stacks.parent[i + 1] = at.get(path.slice(0, -1).join("\0")); stacks.frame[i + 1] = names.indexOf(path.at(-1)); stacks.depth[i + 1] = path.length; });
    return { stacks, nodeOf: (path) => at.get(path.join("\0")) };
}

const NAMES = [["thread1", "a", "b", "f::h0123456789abcdef", "c"], ["thread1", "thread2", "f::hfedcba9876543210", "a", "d", "c"]];

test("two profiles on one tree", () => {
    for (let seed = 1; seed <= 50; seed++) {
        const random = seeded(seed), sides = NAMES.map((names) => {
            const paths = Array.from({ length: 30 }, () => [names.filter((n) => n.startsWith("thread"))[random(names.filter((n) => n.startsWith("thread")).length)], ...Array.from({ length: random(5) }, () => names[2 + random(names.length - 2)])]);
            const trie = trieOf(paths, names), self = new Float64Array(trie.stacks.nNodes);
            paths.forEach((p) => { self[trie.nodeOf(p)] += 1 + random(9); });
            return { ...trie, self };
        });
        const joint = jointTrie(sides[0].stacks, sides[1].stacks), { stacks, maps } = joint;
        const pathIn = (s, i) => ancestorsOf(s, i).slice(1).map((k) => frameName(s, k).replace(/::h.*/, "")).join(";");
        for (const [k, side] of sides.entries()) {
            const got = new Map(), want = new Map(), carried = carry(side.self, maps[k], stacks.nNodes);
            carried.forEach((w, i) => { if (w) got.set(pathIn(stacks, i), w); });
            side.self.forEach((w, i) => { if (w) { const p = pathIn(side.stacks, i); want.set(p, (want.get(p) || 0) + w); } });
            assert.deepEqual([...got].sort(), [...want].sort());
        }
        for (let i = 1; i < stacks.nNodes; i++) {
            assert.ok(stacks.parent[i] < i && stacks.depth[i] === stacks.depth[stacks.parent[i]] + 1);
            const elder = [...Array(i).keys()].filter((k) => k && stacks.parent[k] === stacks.parent[i]).map((k) => frameName(stacks, k));
            assert.ok(elder.every((name) => name <= frameName(stacks, i)), "siblings by name");
        }
        assert.deepEqual(joint.end, subtreeEnds(stacks));
        assert.equal(new Set(Array.from({ length: stacks.nNodes - 1 }, (_, i) => `${stacks.parent[i + 1]} ${stacks.frame[i + 1]}`)).size, stacks.nNodes - 1, "no node twice");
    }
});

const diffOf = (stacks, base, target, room) => diffWeights({ stacks }, ...[base, target].map((self) => ({ self, total: summed(self, stacks.parent) })), room);

test("what is drawn: the target, and what vanished as wide as it was", () => {
    /* all > a > (x, y), all > b */
    const stacks = { nNodes: 5, parent: Uint32Array.from([0, 0, 1, 1, 0]) }, d = diffOf(stacks, [0, 0, 10, 20, 10], [0, 5, 15, 0, 60]);
    assert.deepEqual([...d.target], [80, 20, 15, 0, 60]);
    assert.deepEqual([...d.base], [40, 30, 10, 20, 10]);
    /* y was half of the base: 40 of the target's 80 */
    assert.deepEqual([...d.total], [120, 60, 15, 40, 60]);
    const classOf = classing(d, { base: 40000, target: 80000 }), classes = [0, 1, 2, 3, 4].map(classOf);
    assert.equal(classes[3], GONE);
    assert.ok(classes[4] > DEEP + 5 && classes[1] < DEEP - 5 && classes[0] === DEEP, classes.join());
    assert.equal(classing(d, { base: 4, target: 8 })(2), DEEP, "few samples are pale");
});

test("random tries: each node is the target's, or as wide as it was, or what is below", () => {
    for (let seed = 1; seed <= 50; seed++) {
        const random = seeded(seed), n = 40, stacks = { nNodes: n, parent: Uint32Array.from({ length: n }, (_, i) => (i ? random(i) : 0)) };
        const side = () => Float64Array.from({ length: n }, () => (random(3) ? 0 : random(9)));
        const base = side(), target = side(), d = diffOf(stacks, base, target, new Float64Array(n + 5).fill(7)), b = summed(base, stacks.parent), t = summed(target, stacks.parent), scale = b[0] ? (t[0] || b[0]) / b[0] : 0;
        const own = Float64Array.from({ length: n }, (_, i) => (t[i] > 0 ? target[i] : base[i] * scale)), want = summed(own, stacks.parent);
        for (let i = 0; i < n; i++) assert.ok(Math.abs(d.total[i] - want[i]) < 1e-9, `${seed} ${i}: ${d.total[i]} ${want[i]}`);
    }
});

test("a side without weight", () => {
    const stacks = { nNodes: 2, parent: Uint32Array.from([0, 0]) };
    assert.deepEqual([...diffOf(stacks, [0, 0], [0, 7]).total], [7, 7]);
    assert.deepEqual([...diffOf(stacks, [0, 7], [0, 0]).total], [7, 7]);
    assert.deepEqual([...diffOf(stacks, [0, 0], [0, 0]).total], [0, 0]);
});

test("the tree of a head", () => {
    const { stacks, end, base, target } = packedTree({ parent: [0, 0, 1, 1], name: [0, 1, 2, 1], names: ["", "t", "f"], base: [1e6, 9e5, 5e5, 1e5], target: [1e6, 1e6, 0, 1e6] });
    assert.deepEqual([[...base], [...target]], [[1e5, 3e5, 5e5, 1e5], [0, 0, 0, 1e6]]);
    assert.deepEqual([1, 2, 3].map((i) => [frameName(stacks, i), stacks.frames.kind[stacks.frame[i]]]), [["t", 4], ["f", 0], ["t", 0]]);
    assert.deepEqual([...end], [4, 4, 3, 4]);
});
