/* SPDX-License-Identifier: MIT
 *
 * Searches: matches per frame, share without double count, and patterns that are none. */
import assert from "node:assert/strict";
import test from "node:test";

import { compileSearch, escapeRegex, matchFrames, matchedWeight } from "../../assets/js/search.js";
import { Store } from "../../assets/js/store.js";
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

test("each stack counts once", () => {
    for (let seed = 1; seed <= 40; seed++) {
        const p = randomProfile(seed, { weights: seed % 2 === 1 }), store = new Store(p.head, p.stacks, p.samples);
        const { self, total } = store.weigh(store.whole(), store.filter({ event: 0, showIdle: true })), matched = matchFrames(/a|libc/, p.stacks);
        for (const root of [0, 3, 17]) {
            let weight = 0, nodes = 0;
            for (let i = root; i < store.end[root]; i++) {
                let hit = false;
                for (let j = i; j !== 0; j = p.stacks.parent[j]) hit = hit || matched[p.stacks.frame[j]] === 1;
                if (hit) weight += self[i];
                if (i !== 0 && total[i] > 0 && matched[p.stacks.frame[i]] === 1) nodes++;
            }
            assert.deepEqual(matchedWeight(p.stacks, total, matched, { root, end: store.end }), { weight, nodes }, `seed ${seed} root ${root}`);
        }
        assert.equal(matchedWeight(p.stacks, total, matchFrames(null, p.stacks)).weight, 0);
    }
});
