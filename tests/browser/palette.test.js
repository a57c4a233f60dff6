/* SPDX-License-Identifier: MIT
 *
 * Colours keep what the page promises: monotone heat, visible single samples, readable text, stable names. */
import assert from "node:assert/strict";
import test from "node:test";

import {
    diffTable, contrast, flameTable, frameClasses, hashName, HEAT_NAMES, heatTable, KIND_NAMES, kindColour, luminance, packageClasses, packageColours, packageCss, packageTable, ROOT_CLASS, ROOT_PACKAGE_CLASS, SHADES,
} from "../../assets/js/palette.js";
import { randomProfile } from "./random.js";

test("WCAG formula on known pairs", () => {
    assert.equal(contrast("#000000", "#ffffff").toFixed(2), "21.00");
    assert.equal(contrast("#777777", "#ffffff").toFixed(2), "4.48");
});

test("heat is monotone in lightness, and one sample is not empty", () => {
    for (const name of HEAT_NAMES)
        for (const theme of ["light", "dark"]) {
            const l = heatTable(name, theme).map(luminance), sign = theme === "light" ? -1 : 1;
            for (let i = 1; i < 256; i++) assert.ok(sign * (l[i] - l[i - 1]) >= 0, `${name} ${theme} entry ${i}: ${l[i - 1]} then ${l[i]}`);
            assert.ok(Math.abs(l[255] - l[0]) > 0.5, `${name} ${theme} spans ${l[0]} to ${l[255]}`);
            assert.notEqual(heatTable(name, theme)[0], heatTable(name, theme)[1]);
        }
});

test("text is readable on every fill, dark on light unless faded", () => {
    for (const theme of ["light", "dark"])
        for (const faded of [false, true]) {
            const table = flameTable(theme, { faded });
            assert.equal(table.length, KIND_NAMES.length * SHADES);
            for (const { fill, text } of table) {
                assert.ok(contrast(fill, text) >= 4.5, `${theme} ${fill} ${text}: ${contrast(fill, text)}`);
                if (!faded) assert.ok(luminance(text) < luminance(fill));
            }
            assert.ok(new Set(table.map((c) => c.fill)).size > 30);
        }
});

test("packages: text is readable, those on most stacks have colours of their own", () => {
    for (const theme of ["light", "dark"])
        for (const faded of [false, true])
            for (const { fill, text } of packageTable(theme, { faded })) assert.ok(contrast(fill, text) >= 4.5, `${theme} ${fill} ${text}: ${contrast(fill, text)}`);
    for (let seed = 1; seed < 10; seed++) {
        const { stacks } = randomProfile(seed, { nodes: 400 }), packages = ["", ...Array.from({ length: 40 }, (_, i) => `p${seed}.${i}`)];
        stacks.packages = packages;
        stacks.frames.package = Uint32Array.from(stacks.frames.package, (_, f) => f * 3 % packages.length);
        const colours = packageColours(stacks), classes = packageClasses(stacks, colours), table = packageTable("light"), used = [...new Set(stacks.frames.package)].filter((id) => id);
        assert.equal(new Set(used.map((id) => packageCss("light", colours[id]))).size, used.length); /* 12 frames: fewer than colours */
        for (let f = 0; f < stacks.frames.n; f++) assert.ok(table[classes[f]].fill, `class ${classes[f]}`);
        assert.equal(packageCss("dark", colours[0]), kindColour("dark", 4));
    }
    assert.ok(packageTable("light")[ROOT_PACKAGE_CLASS].fill);
});

test("the same name has the same shade, kinds stay apart", () => {
    const { stacks } = randomProfile(1), classes = frameClasses(stacks);
    for (let f = 0; f < stacks.frames.n; f++) {
        assert.equal(Math.floor(classes[f] / SHADES), stacks.frames.kind[f]);
        assert.equal(classes[f] % SHADES, hashName(stacks.names[stacks.frames.name[f]]) % SHADES);
    }
    assert.equal(hashName("main"), 3_323_144_413);
    assert.equal(ROOT_CLASS, 4 * SHADES);
    const used = new Set(Array.from({ length: 200 }, (_, i) => hashName(`f${i}`) % SHADES));
    assert.equal(used.size, SHADES);
    assert.equal(new Set(KIND_NAMES.map((_, k) => kindColour("dark", k))).size, KIND_NAMES.length);
});

test("differences: readable, and both sides as far from the middle in lightness", () => {
    for (const theme of ["light", "dark"]) {
        const table = diffTable(theme, 10);
        assert.equal(table.length, 22);
        for (const { fill, text } of table) assert.ok(contrast(fill, text) >= 4.5, `${theme} ${fill} ${text} ${contrast(fill, text)}`);
        assert.equal(new Set(table.map((c) => c.fill)).size, 22);
        const far = [0, 20].map((i) => Math.abs(luminance(table[i].fill) - luminance(table[10].fill)));
        assert.ok(Math.min(...far) > 0.1, `${theme}: ${far}`);
    }
});
