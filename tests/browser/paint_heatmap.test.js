/* SPDX-License-Identifier: MIT
 *
 * The picture of the cells against one that is filled rectangle by rectangle, weakest colours first. */
import assert from "node:assert/strict";
import test from "node:test";

import { heatGeometry, paintCells } from "../../assets/js/paint_heatmap.js";
import { seeded } from "./random.js";

const LEVELS = 9, RAMPS = Array.from({ length: 4 }, (_, k) => Array.from({ length: LEVELS }, (__, i) => `#${(k * 64).toString(16).padStart(2, "0")}${(i * 20).toString(16).padStart(2, "0")}7f`));
const numberOf = (css) => (parseInt(css.slice(5, 7), 16) << 16 | parseInt(css.slice(3, 5), 16) << 8 | parseInt(css.slice(1, 3), 16) | 0xff000000) >>> 0;

function picture() {
    const made = {};
    return { made, createImageData: (width, height) => ({ width, height, data: new Uint8ClampedArray(4 * width * height) }), putImageData(image, x, y) { Object.assign(made, { x, y, width: image.width, height: image.height, pixels: new Uint32Array(image.data.buffer) }); } };
}

function slow({ plot, field }, { w, h, field: fieldOf }, levels, { ramps, ratio, paper, isCell, found, all }) {
    const snap = (v) => Math.round(v * ratio), perX = Math.max(1, Math.floor(1 / (field.w * ratio))), perY = Math.max(1, Math.floor(1 / (field.h * ratio))), W = Math.ceil(w / perX), H = Math.ceil(h / perY);
    const left = snap(plot.x), top = snap(plot.y), width = Math.max(1, snap(plot.x + plot.w) - left), height = Math.max(1, snap(plot.y + plot.h) - top), pixels = new Uint32Array(width * height).fill(numberOf(ramps.at(-1)[0]));
    const groups = Array.from({ length: W * H }, () => []);
    levels.forEach((level, cell) => { if (isCell(cell)) { const at = fieldOf(cell), x = at % w, y = (at - x) / w; groups[Math.floor(x / perX) + Math.floor(y / perY) * W].push(cell); } });
    const x = (i) => snap(plot.x + Math.min(w, i * perX) * field.w) - left, y = (j) => snap(plot.y + Math.min(h, j * perY) * field.h) - top, sum = (list, of) => list.reduce((s, cell) => s + of[cell], 0);
    const fields = groups.map((cells, at) => {
        const level = Math.max(0, ...cells.map((cell) => levels[cell])), k = level ? Math.ceil((ramps.length - 1) * sum(cells, found) / sum(cells, all)) : 0;
        return { at, order: cells.length ? k * LEVELS + level : 0.5, colour: cells.length ? ramps[k][level] : paper, gaps: cells.length > 0, shown: !cells.length || level > 0 };
    });
    for (const { at, colour, gaps } of fields.filter((f) => f.shown).sort((a, b) => a.order - b.order)) {
        const i = at % W, j = (at - i) / W, gx = gaps && field.w >= 5 ? 1 : 0, gy = gaps && field.h >= 4 ? 1 : 0;
        for (let b = y(j) + gy; b < Math.min(height, Math.max(y(j) + gy + 1, y(j + 1))); b++) for (let a = x(i); a < Math.min(width, Math.max(x(i) + 1, x(i + 1) - gx)); a++) pixels[b * width + a] = numberOf(colour);
    }
    return { x: left, y: top, width, height, pixels };
}

test("every pixel is that of the strongest field on it", () => {
    for (let seed = 1; seed <= 150; seed++) {
        const random = seeded(seed), w = 1 + random(seed % 3 ? 60 : 700), h = 1 + random(seed % 5 ? 30 : 300), lattice = { w, h, field: (cell) => (w * h % 7 ? (cell * 7 + 3) % (w * h) : w * h - 1 - cell) };
        const geometry = heatGeometry(40 + random(200), 10 + random(120), lattice), ratio = [1, 1.25, 2, 3][random(4)], lit = seed % 2 === 0;
        /* Where a cell shares a pixel with none, the gap above it is the cell's. */
        const shared = geometry.field.w * ratio < 1, n = shared ? w * h : w * h - random(Math.min(w * h, 6)), away = new Set(Array.from({ length: shared || seed % 4 > 1 ? 0 : 5 }, () => random(n)));
        const levels = Uint8Array.from({ length: n }, () => random(3) && random(LEVELS)), all = Float64Array.from(levels, (level) => level * 3), found = lit ? all.map((v) => random(v + 1)) : all;
        const look = { ramps: lit ? RAMPS : [RAMPS[3]], ratio, paper: "#fff", isCell: (cell) => !away.has(cell), found, all }, ctx = picture();
        paintCells(ctx, geometry, lattice, levels, look);
        assert.deepEqual(ctx.made, slow(geometry, lattice, levels, { ...look, paper: "#ffffff" }), `seed ${seed}`);
    }
});
