/* SPDX-License-Identifier: MIT
 *
 * Ticks never overlap, start at 0 and stay on the axis; labels of known axes. */
import assert from "node:assert/strict";
import test from "node:test";

import { countTicks, timeTicks } from "../../assets/js/ticks.js";
import { seeded } from "./random.js";

test("known axes", () => {
    const texts = (...args) => timeTicks(...args).map((t) => t.text).join(" · ");
    assert.equal(texts(120e9, 1000, 90), "0 s · 15 s · 30 s · 45 s · 60 s · 75 s · 90 s · 105 s");
    assert.equal(texts(1e9, 256, 60, { even: true }), "0 ms · 250 ms · 500 ms · 750 ms");
    assert.equal(texts(4 * 3600e9, 500, 100), "0 h · 1 h · 2 h · 3 h");
    assert.equal(texts(2e9, 400, 90), "0.0 s · 0.5 s · 1.0 s · 1.5 s".replace("0.0 s", "0 s"));
    assert.equal(texts(1800e9, 400, 90), "0 min · 10 min · 20 min");
    assert.deepEqual(timeTicks(0, 100, 10), []);
    assert.deepEqual(timeTicks(NaN, 100, 10), []);
    assert.deepEqual(timeTicks(1e9, NaN, 10), []);
});

test("never overlap, never repeat a label", () => {
    const random = seeded(3);
    for (let i = 0; i < 3000; i++) {
        const span = (1 + random(1e9)) * 10 ** random(10), px = 1 + random(3000), label = 20 + random(100), ticks = timeTicks(span, px, label, { even: i % 2 === 0 });
        assert.equal(ticks[0].ns, 0);
        for (let k = 1; k < ticks.length; k++) {
            assert.ok(ticks[k].px - ticks[k - 1].px >= label - 1e-6, `${span} ns on ${px} px: ${ticks[k - 1].px}, ${ticks[k].px}`);
            assert.ok(ticks[k].ns < span && ticks[k].text !== ticks[k - 1].text);
        }
    }
});

test("legend: 0, the top, room between", () => {
    const random = seeded(4);
    for (let i = 0; i < 2000; i++) {
        const top = 1 + random(10 ** (1 + random(9))), px = 30 + random(300), label = 10 + random(30), ticks = countTicks(top, px, label);
        assert.deepEqual([ticks[0].count, ticks[ticks.length - 1].count], [0, top]);
        for (let k = 1; k < ticks.length - 1; k++) assert.ok(((ticks[k + 1].count - ticks[k].count) / top) * px >= label - 1e-6 || ticks.length === 2);
        assert.ok(ticks.every((t) => Number.isInteger(t.count)), `${ticks.map((t) => t.count)}`);
    }
    assert.deepEqual(countTicks(0, 100, 10), [{ count: 0, text: "0" }]);
});
