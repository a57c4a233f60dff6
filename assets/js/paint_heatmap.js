/* SPDX-License-Identifier: MIT
 *
 * Painters of the heatmap: each takes a 2D context in CSS pixels and numbers, and sees nothing else. The cells are
 * painted once per picture; selection, cursor and marks are painted over a copy of them. */
import { remember } from './remember.js';
import { shown } from './shown.js';

/**
 * Where things stand in the map's canvas, from above: marks, metrics, sums, the plot, labels, the whole profile small.
 * @param {{metrics?: number, sums?: boolean, overview?: boolean}} has
 */
export function heatGeometry(width, plotHeight, lattice, { metrics = 0, sums = true, overview = false } = {}) {
    const top = sums ? 16 : 4, sumsY = top + metrics, plotY = sumsY + (sums ? 30 : 0), labelsY = plotY + plotHeight, stripY = labelsY + 22;
    return { width, height: stripY + (overview ? 22 : 0), top,
        metrics: { x: 0, y: top, w: width, h: Math.max(0, metrics - 8) }, sums: { x: 0, y: sumsY, w: width, h: sums ? 26 : 0 },
        plot: { x: 0, y: plotY, w: width, h: plotHeight }, labels: { y: labelsY, h: 22 }, overview: { x: 0, y: stripY, w: width, h: overview ? 18 : 0 },
        field: { w: width / lattice.w, h: plotHeight / lattice.h } };
}

/** A rectangle of the lattice in the plot. */
export function onPlot({ plot, field }, r) {
    return { x: plot.x + r.x * field.w, y: plot.y + r.y * field.h, w: r.w * field.w, h: r.h * field.h };
}

/* By rank; the others are added when they are met. */
const coloursOf = remember((ramps, paper) => [pixelOf(ramps[ramps.length - 1][0]), pixelOf(paper)]);
let laidOut = null, fields = null;

/** The field of each cell, -1: it has none; worked out once for all pictures of a lattice. */
function fieldsOf(lattice, n, isCell) {
    if (laidOut === lattice) return fields;
    laidOut = lattice;
    fields = new Int32Array(n);
    for (let cell = 0; cell < n; cell++) fields[cell] = isCell(cell) ? lattice.field(cell) : -1;
    return fields;
}

/**
 * What is seen of each field, several in one where they are narrower than a pixel: the strongest of them. As a rank, of which the higher is
 * seen where two share a pixel: 0 an empty cell, 1 no cell, then the colours of the ramps but the first.
 */
function ranksOf(lattice, perX, perY, levels, { ramps, isCell, found, all }) {
    const { w, h } = lattice, W = Math.ceil(w / perX), H = Math.ceil(h / perY), rank = new Uint16Array(W * H), some = new Float64Array(W * H), whole = new Float64Array(W * H);
    const at = fieldsOf(lattice, levels.length, isCell);
    for (let cell = 0; cell < at.length; cell++) {
        let k = at[cell];
        if (k < 0) continue;
        if (perX > 1 || perY > 1) { const x = k % w; k = Math.floor(x / perX) + Math.floor((k - x) / w / perY) * W; }
        some[k] += found[cell];
        whole[k] += all[cell];
        if (rank[k] <= levels[cell]) rank[k] = levels[cell] + 1;
    }
    for (let k = 0; k < rank.length; k++) rank[k] = rank[k] < 2 ? 1 - rank[k] : rank[k] + ramps[0].length * Math.ceil((ramps.length - 1) * some[k] / whole[k]);
    return { W, H, rank };
}

/**
 * All cells, snapped to device pixels; thin gaps where they are large enough to spare them.
 * @param {Uint8Array} levels entry of the ramp for each cell
 * @param {{ramps: string[][], ratio: number, paper: string, isCell: (cell: number) => boolean, found: Float64Array, all: Float64Array}} look
 *        ramps: by how much of a cell is found, from none of it to all, or a single one; the same as long as they say the same
 */
export function paintCells(ctx, geometry, lattice, levels, look) {
    const { plot, field } = geometry, { ramps, ratio } = look, snap = (v) => Math.round(v * ratio);
    const perX = Math.max(1, Math.floor(1 / (field.w * ratio))), perY = Math.max(1, Math.floor(1 / (field.h * ratio)));
    const { W, H, rank } = ranksOf(lattice, perX, perY, levels, look), colours = coloursOf(ramps, look.paper), n = ramps[0].length;
    const gapX = field.w >= 5 ? 1 : 0, gapY = field.h >= 4 ? 1 : 0;
    const left = snap(plot.x), top = snap(plot.y), width = Math.max(1, snap(plot.x + plot.w) - left), height = Math.max(1, snap(plot.y + plot.h) - top);
    const edges = (n, per, size, begin, step) => Int32Array.from({ length: n + 1 }, (_, i) => snap(begin + Math.min(size, i * per) * step) - snap(begin));
    const xs = edges(W, perX, lattice.w, plot.x, field.w), ys = edges(H, perY, lattice.h, plot.y, field.h);
    /* A line of pixels is made once and copied down its fields: a rectangle of the context's costs a microsecond, and there are tens of thousands. */
    const image = ctx.createImageData(width, height), pixels = new Uint32Array(image.data.buffer).fill(colours[0]), line = new Uint16Array(width);
    for (let j = 0; j < H; j++) {
        for (let i = 0; i < W; i++) {
            const r = rank[j * W + i];
            for (let x = xs[i], end = Math.max(x + 1, xs[i + 1] - (r > 1 ? gapX : 0)); x < end; x++) if (line[x] < r) line[x] = r;
        }
        const y = ys[j], stop = Math.max(y + gapY + 1, ys[j + 1]);
        if (j + 1 < H && ys[j + 1] === y) continue; /* the next fields are on the same line */
        for (let at = y; at < stop; at++) {
            if (at > y + gapY) pixels.copyWithin(at * width, (at - 1) * width, at * width);
            else for (let x = 0; x < width; x++) {
                const r = at < y + gapY && line[x] > 1 ? 0 : line[x];
                pixels[at * width + x] = colours[r] ??= pixelOf(ramps[Math.floor((r - 1) / n)][(r - 1) % n]);
            }
        }
        line.fill(0);
    }
    ctx.putImageData(image, left, top);
}

/** "#rgb" or "#rrggbb" as image data has it: red in the lowest byte. */
function pixelOf(css) {
    const [r, g, b] = css.length < 7 ? [...css.slice(1)].map((d) => parseInt(d + d, 16)) : [1, 3, 5].map((at) => parseInt(css.slice(at, at + 2), 16));
    return (r | g << 8 | b << 16 | 0xff000000) >>> 0;
}

/** A thin frame: an empty map is a map, too. */
export function paintFrame(ctx, { plot }, colors) {
    ctx.lineWidth = 1;
    ctx.strokeStyle = colors.line;
    ctx.strokeRect(plot.x + 0.5, plot.y - 0.5, plot.w - 1, plot.h);
}

/** The sum over each column as a quiet area in a box. */
export function paintSums(ctx, box, sums, colors) {
    const w = box.w / sums.length;
    let max = 0;
    for (const v of sums) if (v > max) max = v;
    ctx.fillStyle = colors.area;
    ctx.beginPath();
    ctx.moveTo(box.x, box.y + box.h);
    for (let c = 0; c < sums.length; c++) {
        const y = box.y + box.h - (max ? sums[c] / max * box.h : 0);
        ctx.lineTo(box.x + c * w, y);
        ctx.lineTo(box.x + (c + 1) * w, y);
    }
    ctx.lineTo(box.x + box.w, box.y + box.h);
    ctx.fill();
}

/** The whole profile, and which part of it (0 … 1) is looked at. */
export function paintOverview(ctx, { overview: box }, sums, [a, b], colors) {
    paintSums(ctx, box, sums, colors);
    const x = Math.floor(box.x + a * box.w), w = Math.max(3, Math.ceil((b - a) * box.w));
    ctx.strokeStyle = colors.faint;
    ctx.lineWidth = 1;
    ctx.strokeRect(0.5, box.y + 0.5, box.w - 1, box.h - 1);
    ctx.globalAlpha = 0.18;
    ctx.fillStyle = colors.blue;
    ctx.fillRect(x, box.y, w, box.h);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = colors.blue;
    ctx.lineWidth = 2;
    ctx.strokeRect(Math.max(1, x), box.y + 1, Math.min(w, box.w - x - 1), box.h - 2);
}

/** labels: [{px, text}] under the plot; those that do not fit beside the one before are left out. */
export function paintTimeAxis(ctx, geometry, labels, colors) {
    let free = -Infinity;
    ctx.font = `11px ${colors.font}`;
    ctx.fillStyle = colors.quiet;
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'left';
    for (const { px, text } of labels) {
        const wide = ctx.measureText(text).width, x = Math.max(0, Math.min(geometry.width - wide, px - wide / 2));
        ctx.fillRect(Math.min(geometry.width - 1, Math.round(px)), geometry.labels.y, 1, 4);
        if (x < free) continue;
        ctx.fillText(text, x, geometry.labels.y + 12);
        free = x + wide + 8;
    }
}

/** labels: [{px, text}] left of the plot, px from its top; right-aligned at `right`. */
export function paintOffsetAxis(ctx, geometry, right, labels, colors) {
    const { plot, sums } = geometry;
    ctx.font = `11px ${colors.font}`;
    ctx.fillStyle = colors.quiet;
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'right';
    if (sums.h) ctx.fillText('all', right, sums.y + sums.h / 2 + 4);
    for (const { px, text } of labels) ctx.fillText(text, right, Math.max(7, plot.y + px));
}

/** Dims what is not selected and outlines what is: one outline round touching rectangles. rects: on the plot. */
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

/** The two handles, where the range begins and where it ends; null where that is not to be seen. */
export function handlePoints(geometry, lattice, { from, to }, seen) {
    const { plot, field } = geometry, rects = lattice.rects(from, to), ends = lattice.ends(from, to);
    // A small selection is not hidden by its handles.
    const out = rects.length === 1 && rects[0].h * field.h < 16 ? 6 : 0;
    return ends.map(({ x, y }, i) => {
        const down = Math.sign(ends[0].y - ends[1].y) || 0;
        return (i ? to <= seen.to : from >= seen.from) ? { x: plot.x + x * field.w, y: plot.y + y * field.h + out * (i ? -down : down) } : null;
    });
}

export function paintHandles(ctx, points, colors) {
    ctx.lineWidth = 2;
    for (const p of points) {
        if (!p) continue;
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

/** A hair line through metrics, sums and map, where the pointer is. */
export function paintCrosshair(ctx, { metrics, sums, plot }, x, colors) {
    ctx.fillStyle = colors.faint;
    ctx.fillRect(Math.round(x), metrics.y, 1, sums.y + sums.h - metrics.y);
    ctx.globalAlpha = 0.35;
    ctx.fillRect(Math.round(x), plot.y, 1, plot.h);
    ctx.globalAlpha = 1;
}

/** Brackets above the sums, each with its label where it fits. marks: [{x, w, label, own}] in order of x; own: the reader's. */
export function paintMarks(ctx, geometry, marks, colors) {
    ctx.font = `11px ${colors.font}`;
    ctx.textBaseline = 'alphabetic';
    ctx.lineWidth = 1;
    let free = -Infinity;
    for (const m of marks) {
        const x = Math.max(0, m.x), w = Math.max(Math.min(m.x + m.w, geometry.width) - x, 3), y = geometry.top - 2;
        if (m.x + m.w < 0 || m.x > geometry.width) continue;
        ctx.strokeStyle = ctx.fillStyle = m.own ? colors.blue : colors.quiet;
        ctx.beginPath();
        ctx.moveTo(x + 0.5, y + 4);
        ctx.lineTo(x + 0.5, y);
        ctx.lineTo(x + w - 0.5, y);
        ctx.lineTo(x + w - 0.5, y + 4);
        ctx.stroke();
        const label = shown(m.label.slice(0, 80)), wide = ctx.measureText(label).width;
        const left = Math.max(0, Math.min(geometry.width - wide, x + w / 2 - wide / 2));
        if (!label || left < free || wide > geometry.width) continue;
        ctx.textAlign = 'left';
        ctx.fillText(label, left, y - 3);
        free = left + wide + 8;
    }
}
