/* SPDX-License-Identifier: MIT
 *
 * Transforms of random tries against the same done to each stack by itself, as a list of frames. */
import assert from "node:assert/strict";
import test from "node:test";

import { describeTransform, makeTransformer, mapWeights, parseTransforms, printTransforms, withTransform } from "../../assets/js/transforms.js";
import { Store } from "../../assets/js/store.js";
import { randomProfile, seeded } from "./random.js";

const frameOf = ({ frames, names, modules, packages }, f) => ({ name: names[frames.name[f]], module: modules[frames.module[f]], package: packages[frames.package[f]], kind: frames.kind[f], id: f });

/** Each stack with weight as [frames, weight], root first. */
function stacksOf(stacks, self) {
    const list = [];
    for (let i = 0; i < stacks.nNodes; i++) {
        if (self[i] === 0) continue;
        const path = [];
        for (let j = i; j !== 0; j = stacks.parent[j]) path.unshift({ ...frameOf(stacks, stacks.frame[j]), node: j });
        list.push([path, self[i]]);
    }
    return list;
}

/* A frame of a package is of the kind that the first function of it is of. */
const kindIn = (stacks, key, name) => Array.from({ length: stacks.frames.n }, (_, f) => frameOf(stacks, f)).find((f) => f[key] === name && f.kind !== 4)?.kind ?? 0;
const merged = (key) => (path, arg, stacks) => path.map((f) => (f.kind === 4 || f[key] === "" || (arg && f[key] !== arg) ? f
    : { module: "", package: "", name: f[key], [key]: f[key], kind: kindIn(stacks, key, f[key]), of: key, id: `${key} ${f[key]}` })).filter((f, i, all) => i === 0 || !f.of || all[i - 1].id !== f.id);
const matches = (arg, flags) => (f) => [f.name, f.module, f.package].some((t) => t !== "" && new RegExp(arg, flags).test(t));
const SLOW = {
    focus: (path, arg) => { const at = path.findIndex((f) => f.name === arg); return at < 0 ? null : path.slice(at); },
    hide: (path, arg) => path.filter((f) => f.name !== arg),
    fold: (path, arg) => { const at = path.findIndex((f) => f.name === arg); return at < 0 ? path : path.slice(0, at + 1); },
    rec(path, arg) {
        if (arg === "") return path.filter((f, i) => i === 0 || path[i - 1].id !== f.id);
        const first = path.findIndex((f) => f.name === arg), last = path.findLastIndex((f) => f.name === arg);
        return path.filter((f, i) => i <= first || i > last);
    },
    pkg: merged("package"), mod: merged("module"),
    only: (path, arg) => path.filter((f) => f.kind === 4 || matches(arg, "i")(f)),
    mine: (path) => path.filter((f) => f.kind === 4 || !(f.kind === 1 || /^(java\.util|libc)$/.test(f.package) || /^(libc\.so|vmlinux)$/.test(f.module))),
    drop: (path, arg) => (path.some((f) => f.name === arg) ? null : path),
    keep: (path, arg) => (path.some(matches(arg, "i")) ? path : null),
    keepcase: (path, arg) => (path.some(matches(arg, "")) ? path : null),
};

const folded = (list) => {
    const sums = new Map();
    for (const [path, weight] of list) {
        const key = path.map((f) => f.id).join(";");
        sums.set(key, (sums.get(key) || 0) + weight);
    }
    return [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
};

function randomTransform(random) {
    const op = Object.keys(SLOW)[random(Object.keys(SLOW).length)], names = ["main", "operator()", "[unknown]", "a.b", "read", "absent"];
    const arg = { pkg: ["", "java.util", "libc"], mod: ["", "libc.so", "vmlinux"], only: ["main|libc", "java", "zzz"], keep: ["READ|vmlinux", "a.b"], keepcase: ["READ|vmlinux", "a.b"], mine: [""], rec: ["", ...names] }[op] || names;
    return { op, arg: arg[random(arg.length)] };
}

const pseudo = (stacks, f) => (stacks.firstOf && f >= stacks.firstOf.packages ? (f >= stacks.firstOf.modules ? `module ${stacks.names[stacks.frames.name[f]]}` : `package ${stacks.names[stacks.frames.name[f]]}`) : f);

test("one, two and three transforms of random tries", () => {
    for (let seed = 1; seed <= 400; seed++) {
        const random = seeded(seed), p = randomProfile(seed, { nodes: 60 + random(100), n: 400, weights: seed % 2 === 0, proper: true }), store = new Store(p.head, p.stacks, p.samples);
        const list = Array.from({ length: 1 + random(3) }, () => randomTransform(random)), what = `seed ${seed} ${printTransforms(list)}`;
        const view = makeTransformer()(store, list), w = mapWeights(view, store.weigh(store.whole(), store.filter({ event: 0, showIdle: true, leftOut: view.leftOut }), "a"));
        let slow = stacksOf(p.stacks, store.weigh(store.whole(), store.filter({ event: 0, showIdle: true }), "b").self);
        for (const { op, arg } of list) slow = slow.map(([path, weight]) => [SLOW[op](path, arg, p.stacks), weight]).filter(([path]) => path !== null);
        const { stacks, end } = view;
        assert.deepEqual(folded(stacksOf(stacks, w.self).map(([path, weight]) => [path.map((f) => ({ id: pseudo(stacks, f.id) })), weight])), folded(slow), what);
        assert.equal(w.total[0], slow.reduce((n, [, weight]) => n + weight, 0), what);
        checkShape(stacks, end, what);
    }
});

/** Preorder, siblings apart and in the order of their frames. */
function checkShape({ nNodes, parent, frame, depth }, end, what) {
    const last = new Map();
    for (let i = 1; i < nNodes; i++) {
        assert.ok(parent[i] < i && end[parent[i]] >= end[i] && end[i] > i && depth[i] === depth[parent[i]] + 1, `${what}: node ${i}`);
        assert.ok(!last.has(parent[i]) || last.get(parent[i]) < frame[i], `${what}: siblings of ${i}`);
        last.set(parent[i], frame[i]);
    }
}

test("only a path, of the first trie whatever came before", () => {
    for (let seed = 1; seed <= 40; seed++) {
        const p = randomProfile(seed, { nodes: 80, proper: true }), store = new Store(p.head, p.stacks, p.samples), node = 1 + seeded(seed)(79), all = store.filter({ showIdle: true });
        const own = store.weigh(store.whole(), all, "a").total[node], view = makeTransformer()(store, [{ op: "path", arg: String(node) }]);
        assert.equal(store.weigh(store.whole(), store.filter({ showIdle: true, leftOut: view.leftOut }), "b").weight, own, `seed ${seed}`);
        const after = makeTransformer()(store, [{ op: "hide", arg: "main" }, { op: "path", arg: String(node) }]);
        const left = store.weigh(store.whole(), store.filter({ showIdle: true, leftOut: after.leftOut }), "c");
        assert.ok(left.weight >= own, `seed ${seed}: what is one with the node is kept`);
    }
});

test("taken back and done again, without looking at the first trie", () => {
    const p = randomProfile(5, { nodes: 120, proper: true }), store = new Store(p.head, p.stacks, p.samples), transform = makeTransformer();
    const a = { op: "rec", arg: "" }, b = { op: "hide", arg: "main" }, both = transform(store, [a, b]);
    assert.equal(transform(store, [a, b]), both);
    const one = transform(store, [a]);
    assert.equal(transform(store, [a, b]), both, "remembered");
    assert.notEqual(transform(store, [b]), one);
    assert.equal(transform(store, []).map, null);
});

test("as text and back, and what is none", () => {
    const list = [{ op: "focus", arg: "a;b%;~A::operator:" }, { op: "rec", arg: "" }, { op: "keep", arg: "x|y;" }, { op: "path", arg: "12" }];
    assert.deepEqual(parseTransforms(printTransforms(list)), list);
    assert.equal(printTransforms([{ op: "hide", arg: "std::f" }, { op: "pkg", arg: "" }]), "hide:std::f;pkg");
    for (const bad of ["nope:x", "hide", "mine:x", "path:x", "path", "hide:%zz", "constructor:x", Array(60).fill("rec").join(";")]) assert.equal(parseTransforms(bad), null, bad);
    assert.deepEqual(parseTransforms(""), []);
    assert.equal(withTransform(list, "rec"), list);
    assert.equal(withTransform(list, "hide", "f").length, 5);
    assert.deepEqual(describeTransform({ op: "path", arg: "12" }, (node) => `n${node}`), ["only this path", "n12"]);
    assert.deepEqual(describeTransform({ op: "keep", arg: "<b>" }, null), ["only stacks with", "/<b>/"]);
});
