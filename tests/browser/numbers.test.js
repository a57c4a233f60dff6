/* SPDX-License-Identifier: MIT
 *
 * Numbers as text and typed times back: tables, round trips, and texts that are no time. */
import assert from "node:assert/strict";
import test from "node:test";

import { formatCount, formatInstant, formatSeconds, formatShare, formatSteps, formatTime, parseInstant, parseRange, parseTime } from "../../assets/js/numbers.js";
import { headOf, seeded } from "./random.js";

test("counts", () => {
    for (const [n, text] of [[0, "0"], [999, "999"], [1000, "1,000"], [31204, "31,204"], [1234567, "1,234,567"], [2.4, "2"], [-5000, "-5,000"], [-0.2, "0"],
        [NaN, "–"], [Infinity, "–"]]) assert.equal(formatCount(n), text);
});

test("shares: only all is 100 %, only nothing 0 %", () => {
    for (const [part, whole, text] of [[1, 2, "50.0 %"], [123, 1000, "12.3 %"], [123, 10000, "1.23 %"], [1, 1e6, "< 0.01 %"], [1, 10000, "0.01 %"], [999999, 1e6, "> 99.9 %"], [999, 1000, "99.9 %"],
        [7, 7, "100 %"], [0, 7, "0 %"], [1, 0, "0 %"], [NaN, 1, "0 %"], [3, 2, "100 %"], [5, 5e9, "< 0.01 %"]]) assert.equal(formatShare(part, whole), text, `${part} of ${whole}`);
});

test("times, exact", () => {
    for (const [ns, text] of [[34100000000, "34.1 s"], [820e6, "820 ms"], [65e9, "1 min 5 s"], [0, "0 s"], [100000, "100 µs"], [1, "1 ns"], [3600e9, "1 h"], [3661.5e9, "1 h 1 min 1.5 s"],
        [60e9, "1 min"], [-1500000000, "-1.5 s"], [1500, "1.5 µs"], [20.5e6, "20.5 ms"], [2n ** 61n, "640511 h 56 min 49.213693952 s"]]) assert.equal(formatTime(ns), text);
    assert.equal(formatSteps(341, 1e8), "34.1 s");
    assert.equal(formatSeconds(4294967295, 100000), "429496.7295");
    assert.equal(formatSeconds(4294967295, 999999937), "4294967024.417060415");
});

test("seconds round trip for any step", () => {
    const random = seeded(1);
    for (let i = 0; i < 2000; i++) {
        const steps = random(4294967295), step = [1, 100, 1000, 100000, 1e6, 3333][random(6)];
        assert.equal(parseTime(formatSeconds(steps, step)), BigInt(steps) * BigInt(step));
        assert.equal(parseTime(formatTime(BigInt(steps) * BigInt(step))), BigInt(steps) * BigInt(step));
    }
});

test("typed times", () => {
    for (const [text, ns] of [["34.1", 34100000000n], ["34.1s", 34100000000n], [" 820 ms ", 820000000n], ["1 min 5 s", 65000000000n], ["1h", 3600000000000n], ["100us", 100000n], ["100 µs", 100000n],
        [".5", 500000000n], ["5.", 5000000000n]]) assert.equal(parseTime(text), ns, text);
    for (const text of ["", " ", ".", "x", "-1", "NaN", "1e999", "1e9", "Infinity", "5 s 1 min", "1 2", "5 s 5", "0.0000000001", "1 s 1 s", "9".repeat(100), "1 toString", "constructor", "34,1"])
        assert.equal(parseTime(text), null, `'${text}'`);
    assert.equal(parseTime("12", ""), null);
});

test("instants", () => {
    assert.equal(parseInstant("1970-01-01T00:00:01Z"), 1000000000n);
    assert.equal(parseInstant("2026-11-19T12:36:00.5+01:00"), parseInstant("2026-11-19T11:36:00.5Z"));
    for (const text of ["2026-11-19", "2026-13-01T00:00:00Z", "2026-11-19T11:36:00", "", "x"]) assert.equal(parseInstant(text), null, text);
    const epoch = String(parseInstant("2026-11-19T11:36:00Z"));
    assert.equal(formatInstant(epoch), "19 Nov 2026 11:36:00 UTC");
    assert.equal(formatInstant(epoch, 34100000001n), "19 Nov 2026 11:36:34.100000001 UTC");
    assert.equal(formatInstant("-1"), "31 Dec 1969 23:59:59.999999999 UTC");
});

test("ranges: either order, a unit for both, snapped to steps", () => {
    const head = headOf({ n_steps: 50000 }), clock = headOf({ n_steps: 50000, clock_epoch_ns: String(parseInstant("2026-11-19T11:36:00Z")) });
    const range = { from: 34100, to: 34900 };
    for (const text of ["34.1..34.9", "34.9..34.1", "34.1s..34.9s", "34.1..34.9 s", "34100..34900ms", "34.1–34.9", " 34.1 … 34.9 ", "0:34.1..0:34.9"])
        assert.deepEqual(parseRange(text, head), { range, snapped: false, error: "" }, text);
    for (const text of ["11:36:34.1..11:36:34.9", "2026-11-19T11:36:34.1Z..2026-11-19T11:36:34.9Z"]) assert.deepEqual(parseRange(text, clock).range, range, text);
    assert.deepEqual(parseRange("0.00001..0.0011", head), { range: { from: 1, to: 2 }, snapped: true, error: "" });
    assert.deepEqual(parseRange("5..5", head), { range: { from: 5000, to: 5001 }, snapped: true, error: "" });
    for (const text of ["", "5", "5..", "..5", "a..b", "1..2..3", "60..70", "NaN..1", "1e999..2", "-5..-1"]) {
        const { range: none, error } = parseRange(text, head);
        assert.equal(none, null, text);
        assert.notEqual(error, "", text);
    }
    assert.ok(Number.isSafeInteger(parseRange("0..99999999999999999", head).range.to));
});
