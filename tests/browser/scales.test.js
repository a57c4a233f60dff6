/* SPDX-License-Identifier: MIT
 *
 * Levels of cells: empty is 0 and only that, more is never lighter, the top is the strongest; per row and per column. */
import assert from "node:assert/strict";
import test from "node:test";

import { CURVES, NORMS, levelOf, levelsOf, topAt, topsOf } from "../../assets/js/scales.js";
import { seeded } from "./random.js";

function cellsOf(columns, rows, fill) {
    const cell = Float64Array.from({ length: columns * rows }, (_, i) => fill(Math.floor(i / rows), i % rows));
    return { columns, rows, cell, max: Math.max(...cell) };
}

test("levels rise with counts, from 1 to 255, on every curve", () => {
    for (const curve of Object.keys(CURVES))
        for (const top of [1, 2, 3, 50, 1e6]) {
            let before = 0;
            assert.equal(levelOf(0, top, curve), 0);
            for (let i = 0; i <= 300; i++) {
                const count = top * (i + 1) / 301, level = levelOf(count, top, curve);
                assert.ok(Number.isInteger(level) && level >= 1 && level <= 255 && level >= before, `${curve} ${top} ${count}: ${level} after ${before}`);
                before = level;
            }
            assert.equal(levelOf(top, top, curve), 255);
            assert.equal(levelOf(top * 7, top, curve), 255);
        }
    assert.ok(levelOf(10, 1000, "log") > levelOf(10, 1000, "sqrt") && levelOf(10, 1000, "sqrt") > levelOf(10, 1000, "linear"));
});

test("the strongest of each row or column is the strongest colour there", () => {
    const random = seeded(3), cells = cellsOf(30, 9, (column, row) => (row === 4 ? 0 : random(4) * 10 ** row * (1 + column)));
    for (const norm of NORMS)
        for (const curve of Object.keys(CURVES)) {
            const tops = topsOf(cells, { scale: "full", norm }), levels = levelsOf(cells, tops, { curve, norm });
            for (let i = 0; i < levels.length; i++) {
                const row = i % 9, column = Math.floor(i / 9);
                const group = cells.cell.filter((_, k) => (norm === "none" ? true : norm === "row" ? k % 9 === row : Math.floor(k / 9) === column));
                assert.equal(topAt(tops, i, 9, norm), Math.max(...group), norm);
                assert.equal(levels[i] === 255, cells.cell[i] > 0 && cells.cell[i] === Math.max(...group), `${norm} ${curve} ${i}`);
                assert.equal(levels[i] === 0, cells.cell[i] === 0);
            }
        }
});

test("a row of the rest beside empty ones, or alone, is coloured by itself", () => {
    const how = { scale: "full", norm: "none", curve: "linear" };
    for (const cells of [cellsOf(2, 3, (column, row) => (row === 2 ? 5 - 4 * column : 0)), cellsOf(4, 1, (column) => [5, 3, 0, 9][column])]) {
        const tops = topsOf(cells, { ...how, rest: 3 }), levels = levelsOf(cells, tops, how);
        assert.deepEqual([tops.top, tops.tops], [cells.max, null]);
        for (let i = 0; i < levels.length; i++) assert.equal(levels[i], levelOf(cells.cell[i], cells.max, "linear"), `cell ${i}`);
    }
});

test("without groups the top is that of the scale", () => {
    const cells = cellsOf(100, 10, (column, row) => (column === 7 && row === 7 ? 5000 : 1 + ((column + row) % 10)));
    assert.deepEqual(topsOf(cells, { scale: "robust", norm: "none" }), { top: 10, clipped: 1, tops: null });
    assert.equal(topsOf(cells, { scale: "full", norm: "none" }).top, 5000);
});

test("a row of the rest has the colour of the mean of what it stands for, and leaves the others theirs", () => {
    const cells = cellsOf(40, 4, (column, row) => (row === 3 ? 480 * (column % 5) : row === 0 ? 10 : row)), how = { scale: "full", norm: "none", curve: "linear" };
    const tops = topsOf(cells, { ...how, rest: 480 }), levels = levelsOf(cells, tops, how);
    assert.deepEqual([tops.top, tops.most, topAt(tops, 0, 4, "none"), topAt(tops, 3, 4, "none")], [10, 10, 10, 4800]);
    for (let i = 0; i < levels.length; i++) assert.equal(levels[i], levelOf(i % 4 === 3 ? cells.cell[i] / 480 : cells.cell[i], 10, "linear"), `cell ${i}`);
    assert.ok(levels.filter((l) => l === 255).length === 40, "the busy row alone is one dark line");
    assert.equal(topsOf(cells, { ...how, rest: 0 }).top, 1920);
});

test("edges of a scale", () => {
    for (const [count, top, index] of [[0, 10, 0], [-1, 10, 0], [NaN, 10, 0], [10, 10, 255], [11, 10, 255], [1, 1, 255], [1e-9, 10, 1], [5, 10, 128], [Infinity, 10, 255], [1, 0, 255]])
        assert.equal(levelOf(count, top, "linear"), index, `${count} of ${top}`);
});
