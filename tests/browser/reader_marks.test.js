/* SPDX-License-Identifier: MIT
 *
 * Marks of the reader: into the address and a saved copy and back, whatever is written in them. */
import assert from "node:assert/strict";
import test from "node:test";

import { MOST_MARKS, makeMark, marksFromJson, marksToJson, parseMarks, printMarks, withMark } from "../../assets/js/reader_marks.js";
import { headOf, seeded } from "./random.js";

const head = { profiles: [headOf({ id: "prod" }), headOf({ id: "can~ary|%", n_steps: 90000 })] };

test("marks come back from the address and from a copy", () => {
    const texts = ["GC", "a~b|c%7e%", "</script>&<b>", "\u202eright to left", "two\nlines", "🔥", "'\"", "  "], random = seeded(4);
    for (let i = 0; i < 200; i++) {
        const from = random(4000), marks = [1, 2, 3].map((k) => makeMark(k % 2, { from, to: from + 1 + random(900) }, texts[random(7)], texts[random(8)])).reduce((all, m) => withMark(all, m), []);
        assert.ok(marks.every((m) => m && m.label));
        assert.deepEqual(parseMarks(printMarks(marks, head), head), marks);
        const json = marksToJson(marks, head);
        assert.ok(!json.includes("<"));
        assert.deepEqual(marksFromJson(json, head), marks);
    }
    assert.equal(printMarks([], head), "-");
    assert.deepEqual(parseMarks("-", head), []);
});

test("what is no mark is refused", () => {
    for (const text of ["", "~", "~1..2", "~1..2~", "x~1..2~label", "~1~label", "~2..1..3~label", "~1..2~a~b~c", "~99..100~late", "~1..2~" + "\u0000"]) assert.equal(parseMarks(text, head), null, text);
    assert.equal(parseMarks(Array(MOST_MARKS + 1).fill("~1..2~x").join("|"), head), null);
    for (const text of ["", "[]", "{}", "null", '{"marks":7}', '{"marks":"~1"}', "{"]) assert.deepEqual(marksFromJson(text, head), [], text);
    assert.equal(makeMark(0, null, "x"), null);
    assert.equal(makeMark(0, { from: 5, to: 5 }, "x"), null);
    assert.equal(makeMark(0, { from: 5, to: 9 }, " \n"), null);
    assert.equal([...makeMark(0, { from: 5, to: 9 }, "🔥".repeat(900)).label].length, 200);
});

test("a mark can take the place of another, and go", () => {
    const a = makeMark(0, { from: 5, to: 9 }, "a"), b = makeMark(0, { from: 1, to: 2 }, "b"), both = withMark(withMark([], a), b);
    assert.deepEqual(both, [b, a]);
    const c = makeMark(0, { from: 0, to: 1 }, "c");
    assert.deepEqual(withMark(both, c, a), [c, b]);
    assert.deepEqual(withMark(both, null, a), [b]);
});
