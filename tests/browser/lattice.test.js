/* SPDX-License-Identifier: MIT
 *
 * Places of cells: each field holds one cell, rectangles of a range cover the cells of the range and nothing else, and the
 * curve is one along which each step goes to a neighbour. */
import assert from "node:assert/strict";
import test from "node:test";

import { cellRange, columnsOf, fitGrid, hilbertGrid, stretchGrid, whoGrid } from "../../assets/js/grid.js";
import { LAYOUTS, hilbertPlace, latticeOf } from "../../assets/js/lattice.js";
import { headOf, seeded } from "./random.js";

const head = headOf({ n_steps: 5000 });
const grids = () => [
    ...["up", "down", "rows"].flatMap((layout) => [[fitGrid(head, 1e9, 50), layout], [fitGrid(head, 3.37e8, 7, { from: 900, to: 3000 }), layout]]),
    [hilbertGrid(head, 50), "hilbert"], [hilbertGrid(headOf({ n_steps: 100 }), 16), "hilbert"],
    [stretchGrid(head, [{ from: 100, to: 400 }, { from: 50, to: 850 }, { from: 4000, to: 4001 }], 20), "up"],
    [whoGrid(fitGrid(head, 1e9, 50, { from: 1000, to: 5000 }), { kind: "cpu", rows: [{}, {}, {}] }), "up"],
];

test("each field holds one cell and each cell has its field", () => {
    for (const [grid, layout] of grids()) {
        const lattice = latticeOf(grid, layout), cells = columnsOf(grid) * grid.rows, seen = new Set();
        for (let cell = 0; cell < cells; cell++) {
            const { x, y } = lattice.place(cell);
            assert.ok(Number.isInteger(x) && Number.isInteger(y) && x >= 0 && x < lattice.w && y >= 0 && y < lattice.h, `${layout} ${cell}: ${x},${y}`);
            assert.equal(lattice.at(x, y), cell);
            seen.add(y * lattice.w + x);
        }
        assert.equal(seen.size, cells);
        for (const [x, y] of [[-1, 0], [0, -1], [lattice.w, 0], [0, lattice.h]]) assert.equal(lattice.at(x, y), -1);
    }
    assert.equal(latticeOf(grids()[0][0], "up").place(0).y, 49, "0 at the bottom");
    assert.equal(latticeOf(grids()[0][0], "down").place(0).y, 0, "0 at the top");
    assert.deepEqual(latticeOf(grids()[0][0], "rows").place(50), { x: 0, y: 1 }, "the second second is the second row");
    assert.deepEqual(Object.keys(LAYOUTS), ["up", "down", "rows", "hilbert"]);
});

test("the rectangles of a range of cells cover those cells, once each", () => {
    for (const [grid, layout] of grids()) {
        const lattice = latticeOf(grid, layout), cells = columnsOf(grid) * grid.rows, random = seeded(5);
        const rangeOf = (cell) => cellRange({ column: Math.floor(cell / grid.rows), row: cell % grid.rows }, grid);
        for (let i = 0; i < 40; i++) {
            const a = rangeOf(random(cells)), b = rangeOf(random(cells)), from = Math.min(a.from, b.from), to = Math.max(a.to, b.to);
            if (from === to) continue;
            const rects = lattice.rects(from, to);
            const inside = (x, y) => rects.filter((r) => x + 0.5 > r.x - 1e-9 && x + 0.5 < r.x + r.w + 1e-9 && y + 0.5 > r.y - 1e-9 && y + 0.5 < r.y + r.h + 1e-9).length;
            for (let cell = 0; cell < cells; cell += 1 + random(1 + (cells >> 6))) {
                const r = rangeOf(cell), { x, y } = lattice.place(cell);
                if (r.to - r.from < Math.floor(grid.periodSteps / grid.rows)) continue; /* the end of a short stretch */
                /* Stretches cut a range anywhere: a cell then is covered in part. */
                if (r.from >= from && r.to <= to) assert.equal(inside(x, y), 1, `${layout}: cell ${cell} of ${from}..${to} in ${JSON.stringify(rects)}`);
                else if (r.to <= from || r.from >= to) assert.equal(inside(x, y), 0, `${layout}: cell ${cell} is not of ${from}..${to}`);
            }
            assert.equal(lattice.ends(from, to).length, 2);
        }
        assert.deepEqual(latticeOf(fitGrid(head, 1e9, 50, { from: 0, to: 1000 }), "up").rects(3000, 4000), [], "outside of what is looked at");
    }
});

test("a range of whole columns is one rectangle", () => {
    const lattice = latticeOf(fitGrid(head, 1e9, 50), "up");
    assert.deepEqual(lattice.rects(1000, 4000), [{ x: 1, y: 0, w: 3, h: 50 }]);
    assert.deepEqual(lattice.rects(1000, 2000), [{ x: 1, y: 0, w: 1, h: 50 }]);
    assert.deepEqual(lattice.rects(1020, 2500), [{ x: 1, y: 0, w: 1, h: 49 }, { x: 2, y: 25, w: 1, h: 25 }]);
    assert.deepEqual(lattice.ends(1020, 2500), [{ x: 1.5, y: 49 }, { x: 2.5, y: 25 }]);
    assert.deepEqual(latticeOf(fitGrid(head, 1e9, 50), "rows").rects(1000, 4000), [{ x: 0, y: 1, w: 50, h: 3 }]);
});

test("the curve fills its square, and each step goes to a neighbour", () => {
    for (const side of [1, 2, 4, 8, 32, 128]) {
        const seen = new Set();
        let before = null;
        for (let d = 0; d < side * side; d++) {
            const { x, y } = hilbertPlace(d, side);
            assert.ok(x >= 0 && x < side && y >= 0 && y < side);
            seen.add(x * side + y);
            if (before) assert.equal(Math.abs(x - before.x) + Math.abs(y - before.y), 1, `step ${d} of ${side}`);
            before = { x, y };
        }
        assert.equal(seen.size, side * side);
    }
});

test("a curve is never finer than the times, and a range of it few squares", () => {
    for (const [n, rows, source] of [[5000, 50, 1000], [100, 128, 1000], [1, 50, 1000], [0, 50, 1000], [4294967280, 128, 1000], [5000, 128, 5e6]]) {
        const p = headOf({ n_steps: n, source_step_ns: source }), grid = hilbertGrid(p, rows);
        assert.ok(grid.periodSteps * p.step_ns >= source && grid.columns <= grid.side ** 2 && grid.columns * grid.periodSteps >= n, JSON.stringify(grid));
    }
    const lattice = latticeOf(hilbertGrid(head, 64), "hilbert");
    assert.ok(lattice.rects(1, 4999).length < 40);
});
