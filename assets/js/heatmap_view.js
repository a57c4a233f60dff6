/* SPDX-License-Identifier: MIT
 *
 * The heatmap on the page: canvases, pointer, touch and keyboard. It is told what to show by update() and answers
 * through the callbacks with steps; it keeps no state of its own but the pointer's and the cursor's. */
import { cellOf, cellRange, rangeOfCells } from './grid.js';
import { el, onNextFrame, sizeCanvas } from './dom.js';
import { formatInstant } from './numbers.js';
import { handlePoints, heatGeometry, paintCells, paintCursor, paintFrame, paintHandles, paintHint, paintLegend, paintMarks, paintOffsetAxis, paintSelection, paintSums, paintTimeAxis, rangeRects } from './paint_heatmap.js';
import { cssOf, heatIndex, heatTable, litTables } from './palette.js';
import { countTicks, timeTicks } from './ticks.js';

const GUTTER = 58, HOLD_MS = 350, GRAB = 14;

/** callbacks: onSelect(from, to, {done}) in steps; onHover(cell or -1, byKey). */
export function createHeatmapView(callbacks) {
    const gutter = el('canvas', { 'aria-hidden': 'true' });
    const canvas = el('canvas', { id: 'fp-heatmap', tabindex: '0', role: 'application', 'aria-roledescription': 'heatmap',
        'aria-describedby': 'fp-selection' });
    const scroller = el('div', { class: 'map-scroll' }, canvas);
    const legendCanvas = el('canvas', { 'aria-hidden': 'true' });
    const legendText = el('div', { class: 'legend-text' });
    const legend = el('div', { id: 'fp-legend', role: 'img' }, legendCanvas, legendText);
    const root = el('div', { class: 'map' }, gutter, scroller, legend);

    const picture = document.createElement('canvas');
    let model = null, geometry = null, ratio = 1, ramp = [], stale = true;
    let hover = -1, cursor = -1, keyed = false, hint = null;
    let anchor = -1;        // the first cell of a range that waits for its second click
    let drag = null;        // {kind: 'range' | 'from' | 'to' | 'touch', cell, moved}

    const paint = onNextFrame(() => paintNow());

    function size() {
        const narrow = window.matchMedia('(max-width: 720px)').matches;
        const available = Math.max(120, root.clientWidth - GUTTER - (narrow ? 0 : 84));
        const columns = model.grid.columns;
        const width = Math.min(16000 / Math.max(1, window.devicePixelRatio || 1), Math.max(available, columns * (narrow ? 6 : 1)));
        const plotHeight = narrow ? 220 : Math.max(200, Math.min(300, Math.round(window.innerHeight * 0.27)));
        geometry = heatGeometry(Math.floor(width), plotHeight, columns);
        canvas.style.setProperty('touch-action', width > available ? 'auto' : 'pan-y');
        scroller.style.setProperty('overflow-x', width > available ? 'auto' : 'hidden');
        stale = true;
    }

    function cellRect(cell) {
        const { plot } = geometry, { columns, rows } = model.grid, c = Math.floor(cell / rows), j = cell % rows;
        return { x: plot.x + c * plot.w / columns, y: plot.y + plot.h * (1 - (j + 1) / rows), w: plot.w / columns, h: plot.h / rows };
    }

    /** Where the wall clock is known, ticks stand at its round times, which need not be those of the origin. */
    function timeLabels() {
        const { grid, stepNs, clock } = model, span = grid.columns * grid.periodSteps * stepNs, { w } = geometry.plot;
        const plain = timeTicks(span, w, clock === null ? 72 : 84);
        if (clock === null || plain.length < 2) return plain;
        const step = plain[1].ns, late = Number(BigInt(clock) % BigInt(step)), labels = [];
        for (let ns = late ? step - late : 0; ns < span; ns += step)
            labels.push({ ns, px: ns / span * w, text: formatInstant(clock, BigInt(ns)).split(' ')[3] });
        return labels;
    }

    function paintPicture() {
        ({ ratio } = sizeCanvas(picture, geometry.width, geometry.height));
        const ctx = picture.getContext('2d'), { colors } = model;
        ramp = Array.from(heatTable(model.palette, model.dark ? 'dark' : 'light'), cssOf);
        ctx.fillStyle = colors.paper;
        ctx.fillRect(0, 0, geometry.width, geometry.height);
        const theme = model.dark ? 'dark' : 'light', ramps = model.lit ? litTables(model.palette, theme).map((table) => Array.from(table, cssOf)) : [ramp];
        paintCells(ctx, geometry, model.grid, model.cells.cell, model.top.top, ramps, ratio, colors.paper, model.lit);
        paintFrame(ctx, geometry, colors);
        paintSums(ctx, geometry, model.cells.columnSum, colors);
        paintTimeAxis(ctx, geometry, timeLabels(), colors);
        const { grid } = model, scale = geometry.plot.w / (grid.columns * grid.periodSteps);
        paintMarks(ctx, geometry, model.marks.map((m) => ({ x: m.from * scale, w: (m.to - m.from) * scale, label: m.label })), colors);
        const left = sizeCanvas(gutter, GUTTER, geometry.height).ctx;
        left.fillStyle = colors.paper;
        left.fillRect(0, 0, GUTTER, geometry.height);
        paintOffsetAxis(left, geometry, GUTTER - 7, timeTicks(grid.periodSteps * model.stepNs, geometry.plot.h, 42, { even: true }), colors);
        stale = false;
    }

    const rectsOf = (ranges) => ranges.flatMap(({ from, to }) => rangeRects(geometry, model.grid, from, to));

    function paintNow() {
        if (!model) return;
        if (stale) paintPicture();
        const { ctx } = sizeCanvas(canvas, geometry.width, geometry.height), { colors, grid } = model;
        ctx.setTransform(1, 0, 0, 1, 0, 0);
        ctx.drawImage(picture, 0, 0);
        ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
        if (model.selection) {
            const { parts } = model.selection, rects = rectsOf(parts || [model.selection]);
            paintSelection(ctx, geometry, rects, colors, ratio);
            if (!parts) paintHandles(ctx, handlePoints(geometry, rects), colors);
        }
        if (hint) paintHint(ctx, geometry, rectsOf(hint), colors);
        if (hover >= 0 && !drag) paintCursor(ctx, cellRect(hover), colors, false);
        if (cursor >= 0 && keyed && document.activeElement === canvas) paintCursor(ctx, cellRect(cursor), colors, true);
        paintLegendNow();
    }

    function paintLegendNow() {
        const { top, colors } = model, h = geometry.plot.h;
        const narrow = window.matchMedia('(max-width: 720px)').matches;
        const shown = keyed && cursor >= 0 ? cursor : hover;
        const at = shown < 0 ? -1 : (heatIndex(model.cells.cell[shown], top.top) + 0.5) / 256;
        if (narrow) {
            // Lying: the same painter, turned by a quarter.
            const { ctx } = sizeCanvas(legendCanvas, 160, 20);
            ctx.clearRect(0, 0, 160, 20);
            ctx.rotate(Math.PI / 2);
            ctx.translate(0, -160);
            paintLegend(ctx, { x: 8, y: 0, w: 12, h: 160 }, ramp, at < 0 ? -1 : at, colors);
        } else {
            const { ctx } = sizeCanvas(legendCanvas, 24, h);
            ctx.clearRect(0, 0, 24, h);
            paintLegend(ctx, { x: 10, y: 0, w: 12, h }, ramp, at, colors);
            legend.style.setProperty('padding-top', geometry.plot.y + 'px');
            legendText.style.setProperty('height', h + 'px');
        }
    }

    function cellAt(event, clamp) {
        const box = canvas.getBoundingClientRect(), { plot } = geometry, { columns, rows } = model.grid;
        let x = event.clientX - box.left, y = event.clientY - box.top;
        if (clamp) { x = Math.max(0, Math.min(plot.w - 1e-6, x)); y = Math.max(plot.y, Math.min(plot.y + plot.h - 1e-6, y)); }
        if (x < 0 || x >= plot.w) return { cell: -1, where: 'out' };
        const column = Math.floor(x / plot.w * columns);
        if (y >= plot.y + plot.h) return { cell: column * rows, where: 'label' };
        if (y < plot.y) return { cell: column * rows, where: y < geometry.top ? 'marks' : 'label' };
        return { cell: column * rows + Math.min(rows - 1, Math.floor((1 - (y - plot.y) / plot.h) * rows)), where: 'cell' };
    }

    // Cells are handled as one index, column * rows + row: its order is the column scan order of a selection.
    const place = (cell) => ({ column: Math.floor(cell / model.grid.rows), row: cell % model.grid.rows });
    function indexOf(step) {
        const { column, row } = cellOf(step, model.grid);
        return Math.min(model.grid.columns * model.grid.rows - 1, column * model.grid.rows + row);
    }

    /** From the first to the last of two cells, in column scan order, whichever comes first. */
    function select(a, b, done) {
        const { from, to } = rangeOfCells(place(a), place(b), model.grid);
        callbacks.onSelect(from, to, { done });
    }

    function selectColumns(a, b, done) {
        const { rows } = model.grid, lo = Math.min(a, b), hi = Math.max(a, b);
        select(Math.floor(lo / rows) * rows, Math.floor(hi / rows) * rows + rows - 1, done);
    }

    function setHover(cell, byKey) {
        if (cell !== hover) { hover = byKey ? -1 : cell; paint(); }
        callbacks.onHover(cell, byKey);
    }

    function nearHandle(event) {
        if (!model.selection || model.selection.parts) return null;
        const box = canvas.getBoundingClientRect(), reach = event.pointerType === 'touch' ? 24 : GRAB / 2 + 2;
        const points = handlePoints(geometry, rangeRects(geometry, model.grid, model.selection.from, model.selection.to));
        const far = points.map((p) => Math.hypot(event.clientX - box.left - p.x, event.clientY - box.top - p.y));
        const nearest = far[0] <= far[1] ? 0 : 1;
        return far[nearest] <= reach ? ['from', 'to'][nearest] : null;
    }

    canvas.addEventListener('pointerdown', (event) => {
        if (!model || event.button !== 0) return;
        keyed = false;
        const { cell, where } = cellAt(event), handle = nearHandle(event);
        const touch = event.pointerType === 'touch';
        if (handle && (!touch || anchor < 0)) {
            const other = handle === 'from' ? indexOf(model.selection.to - 1) : indexOf(model.selection.from);
            drag = { kind: handle, cell: other, moved: false, id: event.pointerId, start: cell };
        } else if (cell < 0 || where === 'marks') return;
        else {
            drag = { kind: where === 'label' ? 'column' : 'range', cell, moved: false, id: event.pointerId, shift: event.shiftKey,
                x: event.clientX, y: event.clientY, waits: touch && canvas.style.getPropertyValue('touch-action') === 'auto' };
            if (drag.waits) drag.timer = setTimeout(() => { if (drag) { drag.waits = false; navigator.vibrate?.(10); } }, HOLD_MS);
        }
        if (!drag.waits) canvas.setPointerCapture?.(event.pointerId);
    });
    canvas.addEventListener('touchmove', (event) => {
        if (drag && !drag.waits && event.cancelable) event.preventDefault();
    }, { passive: false });
    canvas.addEventListener('pointermove', (event) => {
        if (!model) return;
        if (!drag) {
            const { cell, where } = cellAt(event);
            canvas.style.setProperty('cursor', nearHandle(event) ? 'grab' : where === 'out' || where === 'marks' ? 'default' : where === 'label' ? 'pointer' : 'crosshair');
            keyed = false;
            setHover(where === 'cell' ? cell : -1);
            return;
        }
        if (event.pointerId !== drag.id || drag.waits) return;
        const { cell } = cellAt(event, true);
        if (drag.kind === 'range' || drag.kind === 'column') {
            if (!drag.moved && (cell === drag.cell || Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 4)) return;
            drag.moved = true;
            anchor = -1;
            (drag.kind === 'column' ? selectColumns : select)(drag.cell, cell, false);
        } else if (cell !== drag.start || drag.moved) {
            drag.moved = true;
            select(drag.cell, cell, false);
        }
        callbacks.onHover(cell, false);
    });
    canvas.addEventListener('pointerup', (event) => {
        if (!drag || event.pointerId !== drag.id) return;
        const { kind, cell, moved, shift } = drag;
        endDrag();
        if (moved) { callbacks.onSelect(model.selection.from, model.selection.to, { done: true }); return; }
        if (kind === 'from' || kind === 'to') { click(cellAt(event, true).cell, event.shiftKey); return; }
        if (kind === 'column') {
            anchor = -1;
            if (shift && model.selection) extend(cell, cell + model.grid.rows - 1); else selectColumns(cell, cell, true);
        } else click(cell, shift);
    });
    canvas.addEventListener('pointercancel', () => endDrag());
    canvas.addEventListener('pointerleave', () => { if (!drag) setHover(-1); });
    function endDrag() {
        if (drag?.timer) clearTimeout(drag.timer);
        drag = null;
        paint();
    }

    function click(cell, shift) {
        cursor = cell;
        if (shift && model.selection) { anchor = -1; extend(cell, cell); return; }
        if (anchor >= 0) {
            const a = anchor;
            anchor = -1;
            select(a, cell, true);
        } else {
            anchor = cell;
            select(cell, cell, true);
        }
        callbacks.onHover(cell, false);
    }

    /** Stretches the selection so that it takes in the cells low..high. */
    function extend(low, high) {
        select(Math.min(indexOf(model.selection.from), low), Math.max(indexOf(model.selection.to - 1), high), true);
    }

    canvas.addEventListener('keydown', (event) => {
        if (!model || event.ctrlKey || event.metaKey || event.altKey) return;
        const { rows, columns } = model.grid, n = rows * columns;
        if (cursor < 0) cursor = Math.min(n - 1, model.selection ? indexOf(model.selection.from) : 0);
        const before = cursor;
        const moves = { ArrowUp: 1, ArrowDown: -1, ArrowRight: rows, ArrowLeft: -rows, PageUp: rows * 10, PageDown: -rows * 10 };
        const started = keyed;
        if (event.key in moves) {
            const next = cursor + moves[event.key];
            if (started || !model.selection || event.shiftKey) cursor = next >= 0 && next < n ? next : cursor;
            keyed = true;
            if (event.shiftKey) {
                if (anchor < 0 || !started) anchor = before;
                select(anchor, cursor, true);
            }
        } else if (event.key === 'Home' || event.key === 'End') {
            keyed = true;
            cursor = event.key === 'Home' ? 0 : n - 1;
        } else if (event.key === 'Enter' || event.key === ' ') {
            keyed = true;
            click(cursor, event.shiftKey);
        } else if ((event.key === 'n' || event.key === 'N') && model.lit) {
            // The next cell that a search finds something in.
            const by = event.key === 'n' ? 1 : n - 1;
            keyed = true;
            for (let k = 0, at = cursor; k < n; k++) { at = (at + by) % n; if (model.lit[at] > 0) { cursor = at; break; } }
        } else if (event.key === 'c') {
            keyed = true;
            anchor = -1;
            selectColumns(cursor, cursor, true);
        } else return;
        event.preventDefault();
        event.stopPropagation();
        reveal(cursor);
        callbacks.onHover(cursor, true);
        paint();
    });
    canvas.addEventListener('focus', () => paint());
    canvas.addEventListener('blur', () => { keyed = false; callbacks.onHover(-1, true); paint(); });
    scroller.addEventListener('scroll', () => callbacks.onHover(-1, false));

    function reveal(cell) {
        const r = cellRect(cell);
        if (r.x < scroller.scrollLeft) scroller.scrollLeft = r.x - 20;
        else if (r.x + r.w > scroller.scrollLeft + scroller.clientWidth) scroller.scrollLeft = r.x + r.w + 20 - scroller.clientWidth;
    }

    function legendLines() {
        const { top, unit, full } = model;
        const lines = countTicks(top.top, geometry.plot.h, 60).map((t) => [t.count / (top.top || 1), unit.format(t.count) + (top.clipped && t.count === top.top ? '+' : '')]);
        legendText.replaceChildren(...lines.map(([at, text]) => {
            const line = el('span', { class: 'tick' }, text);
            line.style.setProperty('--at', String(at));
            return line;
        }));
        const said = [`${unit.name} per cell, 0 to ${unit.format(top.top)}`];
        if (top.clipped) said.push(`robust: ${top.clipped} of the cells clipped, the fullest holds ${unit.format(model.cells.max)}`);
        if (full) said.push(full);
        legend.setAttribute('aria-label', said.join('; '));
    }

    return {
        root, canvas,
        /** model: {grid, cells, lit (per cell what a search finds of it, or null), top, selection, marks, palette, dark, colors, unit, stepNs, clock, full, label} in steps */
        update(next) {
            const again = !model || next.grid !== model.grid || next.cells !== model.cells || next.palette !== model.palette
                || next.colors !== model.colors || next.top !== model.top || next.marks !== model.marks || next.lit !== model.lit;
            const regrid = !model || next.grid !== model.grid;
            model = next;
            if (regrid) { hint = null; cursor = -1; anchor = -1; hover = -1; size(); }
            if (again) { stale = true; legendLines(); canvas.setAttribute('aria-label', model.label); }
            paintNow();
        },
        resize() { if (model) { size(); paintNow(); } },
        /** Forgets a first click; true if there was one. */
        drop() { const had = anchor >= 0 || drag; anchor = -1; endDrag(); return Boolean(had); },
        waiting() { return anchor >= 0; },
        /** ranges: where a finding is that the reader points at; null: none. */
        hint(ranges) { hint = ranges; paintNow(); },
        reveal(step) { if (geometry) reveal(indexOf(step)); },
        /** For the test hook: a cell's rectangle in the window. */
        cellRect(column, row) {
            const box = canvas.getBoundingClientRect(), r = cellRect(column * model.grid.rows + row);
            return { x: box.left + r.x, y: box.top + r.y, width: r.w, height: r.h };
        },
        columnLabelRect(column) {
            const box = canvas.getBoundingClientRect(), r = cellRect(column * model.grid.rows);
            return { x: box.left + r.x, y: box.top + geometry.labels.y, width: r.w, height: geometry.labels.h };
        },
        /** As it stands, without the cursor, for an export. */
        picture() {
            hover = -1;
            paintNow();
            const { width, height } = geometry;
            return { width: GUTTER + width, height, paint: (ctx) => { ctx.drawImage(gutter, 0, 0, GUTTER, height); ctx.drawImage(canvas, GUTTER, 0, width, height); } };
        },
        stepsOf(cell) { return cellRange(place(cell), model.grid); },
    };
}
