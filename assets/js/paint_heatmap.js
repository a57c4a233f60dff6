/* SPDX-License-Identifier: MIT
 *
 * Painters of the heatmap: each takes a 2D context in CSS pixels and numbers, and sees nothing else. The cells are
 * painted once per picture; selection, cursor and marks are painted over a copy of them. */

import { heatIndex } from './palette.js';

/** Where things stand in the map's canvas. plot: {x, y, w, h}; sums stand above it, labels below. */
export function heatGeometry(width, plotHeight, columns) {
    const sums = 30, labels = 22, top = 16;
    return { width, height: top + sums + plotHeight + labels, columns, top,
        plot: { x: 0, y: top + sums, w: width, h: plotHeight }, sums: { y: top, h: sums - 4 }, labels: { y: top + sums + plotHeight, h: labels } };
}

/** All cells, snapped to device pixels; thin gaps where cells are large enough to spare them. ramps: [all], or by how much of a
 * cell is in `lit`, from none of it to all of it. */
export function paintCells(ctx, geometry, grid, cells, top, ramps, ratio, paper, lit = null) {
    const { plot } = geometry, { columns, rows } = grid, n = ramps[0].length;
    ctx.fillStyle = paper;
    ctx.fillRect(plot.x, plot.y, plot.w, plot.h);
    ctx.fillStyle = ramps[ramps.length - 1][0];
    ctx.fillRect(plot.x, plot.y, plot.w, plot.h);
    const snap = (v) => Math.round(v * ratio) / ratio;
    const w = plot.w / columns, h = plot.h / rows, gapX = w >= 5 ? 1 / ratio : 0, gapY = h >= 4 ? 1 / ratio : 0;
    const ys = Array.from({ length: rows + 1 }, (_, j) => snap(plot.y + plot.h - j * h));
    const perPixel = Math.max(1, Math.floor(1 / (w * ratio)));
    const byLevel = Array.from({ length: n * ramps.length }, () => []);
    for (let c = 0; c < columns; c += perPixel) for (let j = 0; j < rows; j++) {
        let v = 0, all = 0, found = 0;
        for (let k = c; k < Math.min(columns, c + perPixel); k++) {
            v = Math.max(v, cells[k * rows + j]);
            if (lit) { all += cells[k * rows + j]; found += lit[k * rows + j]; }
        }
        if (v > 0) byLevel[n * (lit ? Math.ceil((ramps.length - 1) * found / all) : 0) + heatIndex(v, top)].push(c, j);
    }
    for (let level = 1; level < byLevel.length; level++) {
        ctx.fillStyle = ramps[Math.floor(level / n)][level % n];
        const list = byLevel[level];
        for (let i = 0; i < list.length; i += 2) {
            const x0 = snap(plot.x + list[i] * w), x1 = snap(plot.x + Math.min(columns, list[i] + perPixel) * w), j = list[i + 1];
            ctx.fillRect(x0, ys[j + 1], Math.max(1 / ratio, x1 - x0 - gapX), Math.max(1 / ratio, ys[j] - ys[j + 1] - gapY));
        }
    }
}

/** A thin frame: an empty map is a map, too. */
export function paintFrame(ctx, { plot }, colors) {
    ctx.lineWidth = 1;
    ctx.strokeStyle = colors.line;
    ctx.strokeRect(plot.x + 0.5, plot.y - 0.5, plot.w - 1, plot.h);
}

/** The sum over each column as a quiet area. */
export function paintSums(ctx, geometry, sums, colors) {
    const { sums: box, plot } = geometry, w = plot.w / sums.length;
    let max = 0;
    for (const v of sums) if (v > max) max = v;
    ctx.fillStyle = colors.area;
    ctx.beginPath();
    ctx.moveTo(plot.x, box.y + box.h);
    for (let c = 0; c < sums.length; c++) {
        const y = box.y + box.h - (max ? sums[c] / max * box.h : 0);
        ctx.lineTo(plot.x + c * w, y);
        ctx.lineTo(plot.x + (c + 1) * w, y);
    }
    ctx.lineTo(plot.x + plot.w, box.y + box.h);
    ctx.fill();
}

/** labels: [{px, text}] under the plot. */
export function paintTimeAxis(ctx, geometry, labels, colors) {
    ctx.font = `11px ${colors.font}`;
    ctx.fillStyle = colors.quiet;
    ctx.textBaseline = 'middle';
    for (const { px, text } of labels) {
        const half = ctx.measureText(text).width / 2;
        ctx.textAlign = px - half < 0 ? 'left' : px + half > geometry.width ? 'right' : 'center';
        ctx.fillText(text, px - half < 0 ? 0 : Math.min(px, geometry.width), geometry.labels.y + 12);
        ctx.fillRect(Math.min(geometry.width - 1, Math.round(px)), geometry.labels.y, 1, 4);
    }
}

/** labels: [{px, text}] left of the plot, px from its foot; right-aligned at `right`. */
export function paintOffsetAxis(ctx, geometry, right, labels, colors) {
    const { plot, sums } = geometry;
    ctx.font = `11px ${colors.font}`;
    ctx.fillStyle = colors.quiet;
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'right';
    ctx.fillText('all', right, sums.y + sums.h / 2 + 4);
    for (const { px, text } of labels) ctx.fillText(text, right, plot.y + plot.h - px);
}

/** Rectangles, in column scan order, of the steps [from, to): the rest of the first column, whole columns, the first
 * part of the last column. */
export function rangeRects(geometry, grid, from, to) {
    const { plot } = geometry, w = plot.w / grid.columns;
    const c0 = Math.floor(from / grid.periodSteps), c1 = Math.floor((to - 1) / grid.periodSteps);
    // Row edges are rounded up to steps; drawn, an edge stands where its row stands.
    const row = (step, c) => {
        const at = (step - c * grid.periodSteps) * grid.rows / grid.periodSteps, whole = Math.floor(at);
        return Math.ceil(whole * grid.periodSteps / grid.rows) === step - c * grid.periodSteps ? whole : at;
    };
    const rect = (c, n, lo, hi) => ({ x: plot.x + c * w, w: n * w, y: plot.y + plot.h * (1 - hi / grid.rows), h: plot.h * (hi - lo) / grid.rows });
    if (c0 === c1) return [rect(c0, 1, row(from, c0), row(to, c1))];
    const out = [], first = row(from, c0), last = row(to, c1);
    const whole0 = first === 0 ? c0 : c0 + 1, whole1 = last >= grid.rows ? c1 + 1 : c1;
    if (first !== 0) out.push(rect(c0, 1, first, grid.rows));
    if (whole1 > whole0) out.push(rect(whole0, whole1 - whole0, 0, grid.rows));
    if (last < grid.rows) out.push(rect(c1, 1, 0, last));
    return out;
}

/** Dims what is not selected and outlines what is: one outline round touching rectangles. */
export function paintSelection(ctx, geometry, rects, colors, ratio) {
    const { plot } = geometry;
    ctx.save();
    ctx.globalAlpha = 0.25;
    ctx.fillStyle = colors.paper;
    ctx.beginPath();
    ctx.rect(plot.x, plot.y, plot.w, plot.h);
    for (const r of rects) ctx.rect(r.x, r.y, r.w, r.h);
    ctx.fill('evenodd');
    ctx.restore();
    ctx.save();
    ctx.strokeStyle = colors.blue;
    ctx.lineWidth = 2;
    // Each rectangle is stroked outside all of them: shared edges vanish.
    ctx.beginPath();
    ctx.rect(-4, -4, geometry.width + 8, geometry.height + 8);
    for (const r of rects) ctx.rect(r.x, r.y, r.w, r.h);
    ctx.clip('evenodd');
    ctx.beginPath();
    const half = 1 / ratio;
    for (const r of rects) ctx.rect(r.x - half, r.y - half, r.w + 2 * half, r.h + 2 * half);
    ctx.stroke();
    ctx.restore();
}

/** The two handles: where the range begins and where it ends. */
export function handlePoints(geometry, rects) {
    const a = rects[0], b = rects[rects.length - 1], half = geometry.plot.w / geometry.columns / 2;
    // A small selection is not hidden by its handles.
    const out = rects.length === 1 && a.h < 16 ? 6 : 0;
    return [{ x: a.x + half, y: a.y + a.h + out }, { x: b.x + b.w - half, y: b.y - out }];
}

export function paintHandles(ctx, points, colors) {
    ctx.lineWidth = 2;
    for (const p of points) {
        ctx.beginPath();
        ctx.arc(p.x, p.y, 5, 0, 2 * Math.PI);
        ctx.fillStyle = colors.blue;
        ctx.strokeStyle = colors.paper;
        ctx.fill();
        ctx.stroke();
    }
}

/** Where a finding is that the reader points at: outlined, however small, and a tick above each. */
export function paintHint(ctx, geometry, rects, colors) {
    const { plot, top } = geometry;
    ctx.save();
    ctx.beginPath();
    ctx.rect(plot.x, 0, plot.w, plot.y + plot.h);
    ctx.clip();
    ctx.strokeStyle = ctx.fillStyle = colors.blue;
    ctx.lineWidth = 2;
    for (const r of rects) {
        const w = Math.max(r.w, 3), h = Math.max(r.h, 3), x = r.x + (r.w - w) / 2;
        ctx.strokeRect(x - 1, r.y + (r.h - h) / 2 - 1, w + 2, h + 2);
        ctx.fillRect(x, top - 3, w, 3);
    }
    ctx.restore();
}

/** One cell outlined: the pointer's thin, the keyboard's strong. */
export function paintCursor(ctx, rect, colors, strong) {
    ctx.lineWidth = strong ? 2 : 1;
    ctx.strokeStyle = strong ? colors.blue : colors.ink;
    const w = Math.max(rect.w, 4), h = Math.max(rect.h, 4);
    ctx.strokeRect(rect.x + (rect.w - w) / 2 - 0.5, rect.y + (rect.h - h) / 2 - 0.5, w + 1, h + 1);
}

/** Brackets above the sums, each with its label where it fits. marks: [{x, w, label}] in order of x. */
export function paintMarks(ctx, geometry, marks, colors) {
    ctx.font = `11px ${colors.font}`;
    ctx.textBaseline = 'alphabetic';
    ctx.lineWidth = 1;
    let free = -Infinity;
    for (const m of marks) {
        const w = Math.max(m.w, 3), y = geometry.top - 2;
        ctx.strokeStyle = colors.quiet;
        ctx.beginPath();
        ctx.moveTo(m.x + 0.5, y + 4);
        ctx.lineTo(m.x + 0.5, y);
        ctx.lineTo(m.x + w - 0.5, y);
        ctx.lineTo(m.x + w - 0.5, y + 4);
        ctx.stroke();
        const label = m.label.slice(0, 80), wide = ctx.measureText(label).width;
        const left = Math.max(0, Math.min(geometry.width - wide, m.x + w / 2 - wide / 2));
        if (!label || left < free || wide > geometry.width) continue;
        ctx.fillStyle = colors.quiet;
        ctx.textAlign = 'left';
        ctx.fillText(label, left, y - 3);
        free = left + wide + 8;
    }
}

/** The legend's ramp, empty at the bottom, with a mark at `at` (0..1) or none at -1. */
export function paintLegend(ctx, box, ramp, at, colors) {
    const n = ramp.length;
    for (let i = 0; i < n; i++) {
        ctx.fillStyle = ramp[i];
        const y0 = Math.round(box.y + box.h * (1 - (i + 1) / n)), y1 = Math.round(box.y + box.h * (1 - i / n));
        ctx.fillRect(box.x, y0, box.w, y1 - y0);
    }
    ctx.lineWidth = 1;
    ctx.strokeStyle = colors.line;
    ctx.strokeRect(box.x + 0.5, box.y + 0.5, box.w - 1, box.h - 1);
    if (at < 0) return;
    const y = box.y + box.h * (1 - at);
    ctx.fillStyle = colors.blue;
    ctx.beginPath();
    ctx.moveTo(box.x - 1, y);
    ctx.lineTo(box.x - 7, y - 4);
    ctx.lineTo(box.x - 7, y + 4);
    ctx.fill();
}
