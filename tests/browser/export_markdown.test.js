/* SPDX-License-Identifier: MIT
 *
 * Markdown for tickets: whatever a name is, it stays one cell of text. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { codeSpan, hottest, plainText, table } from "../../assets/js/export_markdown.js";

test("names are code, on one line, in one cell", () => {
    for (const [name, want] of [["main", "`main`"], ["a`b", "``a`b``"], ["`x``", "``` `x`` ```"], ["a|b", "`a\\|b`"], ["a\nb", "`a\ufffdb`"], ["", "`[no name]`"], [" x", "`  x `"],
        ["x".repeat(200), `\`${"x".repeat(120)}\u2026\``]]) assert.equal(codeSpan(name), want);
});

test("titles are text", () => {
    assert.equal(plainText("**x** [a](b) <i>|\n"), "\\*\\*x\\*\\* \\[a\\]\\(b\\) \\<i\\>\\| ");
    assert.equal(table(["a", "b"], [["1", "2"]]), "| a | b |\n| :-- | --: |\n| 1 | 2 |");
});

test("recursion counts once, by name, threads are none", () => {
    /* t > f > g > f, and t > f of another module */
    const frames = { kind: [4, 0, 0, 0], name: [0, 1, 2, 1] }, stacks = { nNodes: 6, frame: [0, 0, 1, 2, 1, 3], frames, names: ["t", "f", "g"] };
    const end = [6, 6, 5, 5, 5, 6], weights = { self: [0, 0, 1, 2, 4, 8], total: [15, 15, 7, 6, 4, 8] };
    assert.deepEqual(hottest({ stacks, end }, weights, 5).map((r) => [r.name, r.self, r.total]), [["f", 13, 15], ["g", 2, 6]]);
});
