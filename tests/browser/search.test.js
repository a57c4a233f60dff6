/* SPDX-License-Identifier: MIT
 *
 * Searches: matches per frame, share without double count, and patterns that are none. */
import assert from "node:assert/strict";
import test from "node:test";

import { matchedWeight, notFound } from "../../assets/js/graphs.js";
import { compileSearch, escapeRegex, matchFrames } from "../../assets/js/search.js";
import { Store } from "../../assets/js/store.js";
import { below, makeTransformer, mapWeights, outermost } from "../../assets/js/transforms.js";
import { randomProfile } from "./random.js";

test("a broken pattern is told and searched for as it stands", () => {
    for (const [text, open] of [["operator(", "("], ["[unknown", "["], ["a)", ")"], ["a\\(b(", "("]]) {
        const s = compileSearch(text);
        assert.ok(s.plain, text);
        assert.ok(s.error.startsWith(`'${open}' has no partner`), s.error);
        assert.ok(s.regex.test(`x${text}y`), text);
    }
    for (const text of ["*a", "a**", "(?<n", "\\", "a{2,1}"]) {
        const s = compileSearch(text);
        assert.ok(s.plain && s.error !== "" && s.regex.test(text), `${text}: ${s.error}`);
    }
    assert.deepEqual(compileSearch(""), { regex: null, plain: false, error: "" });
    assert.equal(compileSearch("(".repeat(5000)).regex, null);
    assert.match("a-b/c.d*e", new RegExp(`^${escapeRegex("a-b/c.d*e")}$`));
});

test("case", () => {
    assert.ok(compileSearch("gc").regex.test("GC"));
    assert.ok(!compileSearch("gc", { caseSensitive: true }).regex.test("GC"));
});

test("a frame matches by name, module or package; unknown ones by neither", () => {
    const { stacks } = randomProfile(1);
    for (const text of ["read|libc", "java.util", "^$", ".*", "vmlinux", "\\[", "zzz"]) {
        const { regex } = compileSearch(text), got = matchFrames(regex, stacks), { frames, names, modules, packages } = stacks;
        for (let f = 0; f < frames.n; f++) {
            const texts = [names[frames.name[f]], modules[frames.module[f]], packages[frames.package[f]]];
            assert.equal(got[f], texts.some((t) => t !== "" && new RegExp(text, "i").test(t)) ? 1 : 0, `${text} on ${texts}`);
        }
    }
});

test("stacks with a match: in a trie and in what transforms made of it, weights and ends", () => {
    for (let seed = 1; seed <= 40; seed++) {
        const p = randomProfile(seed, { nodes: 90, weights: seed % 2 === 1, proper: true }), store = new Store(p.head, p.stacks, p.samples);
        for (const list of [[], [{ op: "hide", arg: "main" }], [{ op: "focus", arg: "read" }, { op: "rec", arg: "" }]]) {
            const view = makeTransformer()(store, list), w = mapWeights(view, store.weigh(store.whole(), store.filter({ event: 0, showIdle: true, leftOut: view.leftOut })));
            const outer = outermost(view, matchFrames(/a|libc/, view.stacks)), hits = below(view, outer, 1), away = notFound(view, outer, view.leftOut);
            let weight = 0;
            const slow = (i) => i !== 0 && (matchFrames(/a|libc/, view.stacks)[view.stacks.frame[i]] === 1 || slow(view.stacks.parent[i]));
            for (let i = 0; i < view.stacks.nNodes; i++) {
                assert.equal(hits[i] === 1, slow(i), `seed ${seed} node ${i}`);
                if (slow(i)) weight += w.self[i];
            }
            assert.equal(matchedWeight(w, outer), weight);
            const found = store.weigh(store.whole(), store.filter({ event: 0, showIdle: true, leftOut: away }), "found");
            assert.equal(found.weight, weight, `seed ${seed}: the samples that are left are those that match`);
        }
    }
});
