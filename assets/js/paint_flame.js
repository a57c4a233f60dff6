/* SPDX-License-Identifier: MIT
 *
 * Painter of the flame graph: a layout, a few numbers and one 2D context in CSS pixels. */

import { rowOfRect } from './layout.js';
import { shown } from './shown.js';

export const ROW = 18;
const FONT_SIZE = 12;
const widths = new Map();

/** The name cut so that it fits, or ''. The full name's width is measured once. */
function fitText(ctx, name, room) {
    const text = shown(name.length > 300 ? name.slice(0, 300) : name);
    let wide = widths.get(text);
    if (wide === undefined) {
        if (widths.size > 20000) widths.clear();
        widths.set(text, wide = ctx.measureText(text).width);
    }
    if (wide <= room) return text;
    let n = Math.floor(text.length * room / wide);
    for (; n >= 2; n--) if (ctx.measureText(text.slice(0, n) + '…').width <= room) return text.slice(0, n) + '…';
    return '';
}

/** view: {width, height, scroll, icicle, firstRow, layout, style(node, faded) -> {fill, text, hollow: only an outline}, label(node, index, layout), hit(node) or null, hover, focus,
 * colors}; hover and focus are indexes into the layout or -1; rows before firstRow are not shown. */
export function paintFlame(ctx, view) {
    const { layout, width, height, icicle, colors, hit } = view, scale = width / (layout.width || 1);
    ctx.fillStyle = colors.paper;
    ctx.fillRect(0, 0, width, height);
    ctx.font = `${FONT_SIZE}px ${colors.font}`;
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'left';
    const texts = [], outlined = [], hollow = [];
    for (let d = view.firstRow; d < layout.depths; d++) {
        const y = frameY(view, d);
        if (y + ROW < 0 || y > height) continue;
        for (let i = layout.rowStart[d]; i < layout.rowStart[d + 1]; i++) {
            const x = layout.x0[i] * scale, w = (layout.x1[i] - layout.x0[i]) * scale, node = layout.node[i];
            const isHit = hit ? hit(node) : false, faded = hit ? !isHit : d < layout.zoomDepth;
            const style = view.style(node, faded);
            ctx.fillStyle = style.fill;
            ctx.fillRect(x, y, w > 3 ? w - 1 : Math.max(0.5, w * 0.8), ROW - 1);
            if (style.hollow && w > 1) hollow.push(x, y, w);
            if (isHit && w > 2) outlined.push(x, y, w);
            if (w > 22) texts.push(i, x, y, w, style.text);
        }
    }
    ctx.lineWidth = 1;
    ctx.strokeStyle = colors.faint;
    ctx.setLineDash([3, 2]);
    for (let k = 0; k < hollow.length; k += 3) ctx.strokeRect(hollow[k] + 0.5, hollow[k + 1] + 0.5, Math.max(0, hollow[k + 2] - 2), ROW - 2);
    ctx.setLineDash([]);
    for (let k = 0; k < texts.length; k += 5) {
        const text = fitText(ctx, view.label(layout.node[texts[k]], texts[k], layout), texts[k + 3] - 9);
        if (!text) continue;
        ctx.fillStyle = texts[k + 4];
        ctx.fillText(text, texts[k + 1] + 4, texts[k + 2] + ROW / 2);
    }
    ctx.lineWidth = 1.5;
    ctx.strokeStyle = colors.ink;
    for (let k = 0; k < outlined.length; k += 3)
        ctx.strokeRect(outlined[k] + 0.75, outlined[k + 1] + 0.75, outlined[k + 2] - 2.5, ROW - 2.5);
    paintRing(ctx, view, view.hover, colors.ink, 1);
    paintRing(ctx, view, view.focus, colors.blue, 2);
}

/** Top of a depth's row in the window; a graph lower than the window stands on its foot. */
export function frameY({ layout, height, scroll, icicle, firstRow }, depth) {
    const foot = icicle ? 0 : Math.max(0, height - (layout.depths - firstRow) * ROW);
    return (icicle ? depth - firstRow : layout.depths - 1 - depth) * ROW - scroll + foot;
}

/** The depth at a height in the window. */
export function depthAt(view, y) {
    const row = Math.floor((y - frameY(view, view.icicle ? view.firstRow : view.layout.depths - 1)) / ROW);
    return view.icicle ? row + view.firstRow : view.layout.depths - 1 - row;
}

function paintRing(ctx, view, i, color, line) {
    const { layout, width } = view;
    if (i < 0 || i >= layout.n) return;
    const depth = rowOfRect(layout, i), scale = width / (layout.width || 1);
    if (depth < view.firstRow) return;
    ctx.lineWidth = line;
    ctx.strokeStyle = color;
    ctx.strokeRect(layout.x0[i] * scale + line / 2, frameY(view, depth) + line / 2,
        Math.max(1, (layout.x1[i] - layout.x0[i]) * scale - 1 - line), ROW - 1 - line);
}
