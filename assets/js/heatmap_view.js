/* SPDX-License-Identifier: MIT
 *
 * The heatmap on the page: canvases, axes, legend. It is told what to show by update(); what a pointer, a finger or a key does
 * to it is heatmap_input.js. It keeps no state of its own but what those two point at. */
import { cellOf, cellRange, columnRange, windowOf } from './grid.js';
import { el, onNextFrame, sizeCanvas } from './dom.js';
import { listenToMap } from './heatmap_input.js';
import { formatInstant, formatSteps } from './numbers.js';
import { handlePoints, heatGeometry, onPlot, paintCells, paintCrosshair, paintCursor, paintFrame, paintHandles, paintHint, paintMarks, paintOffsetAxis, paintOverview, paintSelection, paintSums,
    paintTimeAxis } from './paint_heatmap.js';
import { metricAxes, paintAxis, paintMetrics } from './paint_metrics.js';
import { heatTable, litTables } from './palette.js';
import { remember } from './remember.js';
import { CURVES, levelOf, topAt } from './scales.js';
import { shown } from './shown.js';
import { countTicks, timeTicks } from './ticks.js';

const GUTTER = 58, WHO_GUTTER = 150, NARROW_WHO_GUTTER = 104, METRICS = 64, WHO_ROW = 15, NARROW_WHO_ROW = 40;

/* What the picture of the cells is made of. */
const SHOWN = ['grid', 'levels', 'tops', 'palette', 'colors', 'marks', 'lit', 'metrics', 'stat', 'overview', 'layout', 'chosen'];

const isNarrow = () => window.matchMedia('(max-width: 720px)').matches;

/** callbacks: onSelect(from, to, done) in steps; onHover(cell or -1, byKey, whether its column is meant); onZoom(factor, step); onPan(columns); onLook(column); onRow(row of who); onKey(a or m). */
export function createHeatmapView(callbacks) {
    const gutter = el('canvas', { 'aria-hidden': 'true' });
    const who = el('div', { class: 'who-rows', id: 'fp-who-rows', role: 'group', 'aria-label': 'Rows of the map, a filter each', hidden: true });
    const canvas = el('canvas', { id: 'fp-heatmap', tabindex: '0', role: 'application', 'aria-roledescription': 'heatmap',
        'aria-describedby': 'fp-selection' });
    const scroller = el('div', { class: 'map-scroll' }, canvas);
    const mark = el('i', {}), heat = el('div', { class: 'ramp' }, mark), legendText = el('div', { class: 'legend-text' }), legend = el('div', { id: 'fp-legend', role: 'img' }, heat, legendText);
    const root = el('div', { class: 'map' }, el('div', { class: 'map-gutter' }, gutter, who), scroller, legend);

    const picture = document.createElement('canvas');
    const rampsOf = remember((name, theme, isLit) => (isLit ? litTables(name, theme) : [heatTable(name, theme)]));
    let geometry = null, ratio = 1, stale = true, hint = null;
    /* What the view shows and where the pointer, the finger and the keyboard are: shared with heatmap_input.js. */
    const map = { canvas, scroller, callbacks, model: null, geometry: null, hover: -1, cursor: -1, keyed: false, crosshair: -1, drag: null, repaint: onNextFrame(() => paintNow()), reveal, cellRect, handles, indexOf, stepsOf };
    const input = listenToMap(map);

    const gutterWidth = () => (map.model.grid.who ? (isNarrow() ? NARROW_WHO_GUTTER : WHO_GUTTER) : GUTTER);

    function size() {
        const { grid, lattice, metrics, overview } = map.model, narrow = isNarrow(), rows = grid.who?.rows.length;
        const available = Math.max(120, root.clientWidth - gutterWidth() - (narrow ? 0 : 84));
        // All fits; on narrow screens columns that a finger can meet may take three screens beside each other.
        const least = lattice.timeIsAcross && !overview && narrow && lattice.w * 6 <= 3 * available ? lattice.w * 6 : 0;
        const usual = narrow ? 220 : Math.max(190, Math.min(300, Math.round(window.innerHeight * 0.27)) - (metrics.length ? METRICS / 2 : 0));
        const tall = rows ? Math.max(3, rows) * (narrow ? NARROW_WHO_ROW : WHO_ROW) : grid.side ? Math.round(usual * 1.35) : usual;
        const wide = grid.side ? Math.min(available, narrow ? available : 2 * tall) : Math.max(available, least);
        map.geometry = geometry = heatGeometry(Math.floor(Math.min(16000 / Math.max(1, window.devicePixelRatio), wide)), tall, lattice,
            { metrics: metrics.length ? METRICS : 0, sums: lattice.timeIsAcross, overview: Boolean(overview) });
        map.scrolls = wide > available;
        canvas.style.touchAction = map.scrolls ? 'pan-x pan-y' : 'pan-y';
        scroller.style.overflowX = map.scrolls ? 'auto' : 'hidden';
        root.style.setProperty('--y', `${geometry.plot.y}px`);
        root.style.setProperty('--h', `${geometry.plot.h}px`);
        stale = true;
    }

    function cellRect(cell) { return onPlot(geometry, { ...map.model.lattice.place(cell), w: 1, h: 1 }); }

    /** Where the wall clock is known, ticks stand at its round times, which need not be those of the origin. */
    function timeLabels(w) {
        const { grid, stepNs, clock } = map.model, seen = windowOf(grid), from = seen.from * stepNs, span = (seen.to - seen.from) * stepNs;
        const plain = timeTicks(span, w, clock === null ? 72 : 84, { from });
        if (clock === null || plain.length < 2) return plain;
        const late = Number(BigInt(clock) % BigInt(plain[1].ns - plain[0].ns));
        return timeTicks(span, w, 84, { from, late }).map((t) => ({ ...t, text: formatInstant(clock, BigInt(t.ns)).split(' ')[3] }));
    }

    /* Times from the start of a column, along `px`. */
    const offsets = (px, labelPx) => timeTicks(map.model.grid.periodSteps * map.model.stepNs, px, labelPx, { even: true });

    /** Labels under the plot and left of it, as the layout has them. */
    function axisLabels() {
        const { grid, layout, stepNs } = map.model, { plot, field } = geometry, along = () => offsets(plot.h, 42).map((t) => (layout === 'down' ? t : { ...t, px: plot.h - t.px }));
        if (grid.side) return [[{ px: 0, text: 'begin: 0 s' }, { px: plot.w, text: `end: ${formatSteps(grid.nSteps, stepNs)}` }], []];
        if (grid.stretches) return [grid.stretches.map((s, k) => ({ px: (k + 0.5) * field.w, text: `${formatSteps(s.from, stepNs)}, ${formatSteps(s.to - s.from, stepNs)} long` })), along()];
        if (layout === 'rows' && !grid.who) return [offsets(plot.w, 72), timeLabels(plot.h).filter(({ px }, i, all) => i === 0 || px - all[i - 1].px >= 12)];
        return [timeLabels(plot.w), grid.who ? [] : along()];
    }

    function paintPicture() {
        ({ ratio } = sizeCanvas(picture, geometry.width, geometry.height));
        const ctx = picture.getContext('2d'), { colors, grid, lattice, cells, levels, lit, marks, metrics, overview, stat, dark } = map.model, [under, beside] = axisLabels(), left = gutterWidth();
        const ramps = rampsOf(map.model.palette, dark ? 'dark' : 'light', lit !== null);
        heat.style.setProperty('--ramp', ramps.at(-1).filter((_, i) => i % 15 === 0).join());
        ctx.fillStyle = colors.paper;
        ctx.fillRect(0, 0, geometry.width, geometry.height);
        // Stretches that are shorter than the longest have no cells at their ends.
        const isCell = grid.stretches ? (cell) => { const r = stepsOf(cell); return r.to > r.from; } : () => true;
        paintCells(ctx, geometry, lattice, levels, { ramps, ratio, paper: colors.paper, isCell, found: lit || cells.cell, all: cells.cell });
        paintFrame(ctx, geometry, colors);
        paintTimeAxis(ctx, geometry, under, colors);
        const margin = sizeCanvas(gutter, left, geometry.height).ctx;
        margin.fillStyle = colors.paper;
        margin.fillRect(0, 0, left, geometry.height);
        paintOffsetAxis(margin, geometry, left - 7, beside, colors);
        if (lattice.timeIsAcross) {
            const seen = windowOf(grid), scale = geometry.plot.w / (seen.to - seen.from);
            paintSums(ctx, geometry.sums, cells.columnSum, colors);
            paintMarks(ctx, geometry, marks.map((m) => ({ x: (m.from - seen.from) * scale, w: (m.to - m.from) * scale, label: m.label, own: m.own })), colors);
            if (overview) paintOverview(ctx, geometry, overview, [seen.from / grid.nSteps, Math.min(1, seen.to / grid.nSteps)], colors);
        }
        if (metrics.length) {
            paintMetrics(ctx, geometry.metrics, metrics, stat, dark, colors);
            paintAxis(margin, geometry.metrics, metricAxes(metrics, stat)[0], left - 7, colors);
        }
        showRows();
        stale = false;
    }

    /** Names of rows are buttons, so that they can be read, focused and pressed. */
    function showRows() {
        const { grid, chosen, unit, isChosen } = map.model, rows = grid.who?.rows;
        who.hidden = !rows;
        if (!rows || (who.rows === rows && who.chosen === chosen)) return;
        Object.assign(who, { rows, chosen });
        who.replaceChildren(...rows.map((row) => {
            const pressed = isChosen(row), can = row.who || row.event >= 0;
            return el(can ? 'button' : 'span', { type: can ? 'button' : null, class: 'who-row', 'aria-pressed': can ? String(pressed) : null,
                title: `${row.text}: ${row.event >= 0 ? 'show only this event' : `${unit.format(row.weight)} ${unit.name}`.trim() + (can ? pressed ? ', show all again' : ', show only this' : '')}`,
                onclick: can ? () => callbacks.onRow(row, pressed) : null }, el('bdi', {}, row.text));
        }));
        if (!rows.length) who.append(el('span', { class: 'who-row' }, 'nothing ran'));
    }

    const rectsOf = (ranges) => ranges.flatMap(({ from, to }) => map.model.lattice.rects(from, to).map((r) => onPlot(geometry, r)));

    /** Of the selection, as far as they are looked at. */
    function handles() {
        const { selection, lattice, grid } = map.model, seen = grid.stretches ? { from: 0, to: Infinity } : windowOf(grid);
        return !selection || selection.parts ? [] : handlePoints(geometry, lattice, selection, { from: seen.from, to: seen.to >= grid.nSteps ? Infinity : seen.to });
    }

    function paintNow() {
        const { model, hover, cursor, drag, crosshair } = map;
        if (!model) return;
        if (stale) paintPicture();
        const { ctx } = sizeCanvas(canvas, geometry.width, geometry.height), { colors, lattice } = model;
        ctx.setTransform(1, 0, 0, 1, 0, 0);
        ctx.drawImage(picture, 0, 0);
        ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
        if (model.selection) {
            paintSelection(ctx, geometry, rectsOf(model.selection.parts || [model.selection]), colors, ratio);
            paintHandles(ctx, handles(), colors);
        }
        if (hint) paintHint(ctx, geometry, rectsOf(hint), colors);
        if (crosshair >= 0 && lattice.timeIsAcross) paintCrosshair(ctx, geometry, crosshair, colors);
        if (hover >= 0 && !drag) paintCursor(ctx, cellRect(hover), colors, false);
        if (cursor >= 0 && map.keyed && document.activeElement === canvas) paintCursor(ctx, cellRect(cursor), colors, true);
        showMark();
    }

    /** The cell that is pointed at, beside the colours. */
    function showMark() {
        const { cells, curve, norm, tops, grid } = map.model, shown = map.keyed && map.cursor >= 0 ? map.cursor : map.hover;
        mark.hidden = shown < 0;
        if (shown >= 0) mark.style.setProperty('--at', (levelOf(cells.cell[shown], topAt(tops, shown, grid.rows, norm), curve) + 0.5) / 256);
    }

    function legendLines() {
        const { tops, unit, note, norm, curve } = map.model, most = tops.top;
        const lines = norm === 'none'
            ? countTicks(most, geometry.plot.h, 60).map((t) => [CURVES[curve](t.count / (most || 1), most), unit.format(t.count) + (tops.clipped && t.count === most ? '+' : '')])
            : [[0, '0'], [CURVES[curve](0.5, most), '50 %'], [1, '100 %']];
        let below = -1;
        legendText.replaceChildren(...lines.filter(([at]) => { const fits = at - below > 0.06 || at === 1; if (fits) below = at; return fits; }).map(([at, text]) => {
            const line = el('span', { class: 'tick' }, text);
            line.style.setProperty('--at', String(at));
            return line;
        }));
        legend.setAttribute('aria-label', `${norm === 'none' ? `0 to ${unit.format(most)}` : `share of the fullest cell of each ${norm}`}; ${note}`);
    }

    /** Steps of a cell. Cells are handled as one index, column * rows + row: its order is the order of time. */
    function stepsOf(cell) {
        const { grid } = map.model, row = cell % grid.rows;
        return cellRange({ column: (cell - row) / grid.rows, row }, grid);
    }

    /** The cell of a step, or the nearest that is looked at. */
    function indexOf(step) {
        const { grid } = map.model, { column, row } = cellOf(step, grid);
        return column < 0 ? 0 : Math.min(grid.columns * grid.rows - 1, column * grid.rows + row);
    }

    function reveal(cell) {
        const r = cellRect(cell);
        if (r.x < scroller.scrollLeft) scroller.scrollLeft = r.x - 20;
        else if (r.x + r.w > scroller.scrollLeft + scroller.clientWidth) scroller.scrollLeft = r.x + r.w + 20 - scroller.clientWidth;
    }

    return {
        root, canvas,
        /**
         * model, times in steps: {grid, lattice, layout, cells, levels, tops, curve, norm, lit (per cell what a search finds of it, or null),
         * selection, marks [{from, to, label, own}], metrics [{title, unit, stats}], stat, overview (sums of the whole, or null), palette, dark, colors,
         * unit, stepNs, clock, note (what colours mean), label; isChosen(row), chosen: of rows of who}
         */
        update(next) {
            const { model } = map, again = !model || SHOWN.some((key) => next[key] !== model[key]);
            const regrid = !model || next.grid !== model.grid || next.lattice !== model.lattice || next.metrics.length !== model.metrics.length;
            map.model = next;
            if (regrid) { hint = null; input.forget(); size(); }
            if (again) { stale = true; legendLines(); canvas.setAttribute('aria-label', next.label); }
            paintNow();
        },
        resize() { if (map.model) { size(); paintNow(); } },
        /** Forgets a first click; true if there was one. */
        drop: input.drop, waiting: input.waiting,
        /** Leads the eye, and a screen that scrolls, to a step. */
        reveal(step) { if (geometry) reveal(indexOf(step)); },
        stepsOf,
        /** ranges: where a finding is that the reader points at; null: none. */
        hint(ranges) { hint = ranges; paintNow(); },
        map,
        /** As it stands, without the cursor, for an export. */
        picture() {
            map.hover = map.crosshair = -1;
            paintNow();
            const { width, height } = geometry, left = gutterWidth();
            return { width: left + width, height, paint: (ctx) => { ctx.drawImage(gutter, 0, 0, left, height); paintRowNames(ctx, left); ctx.drawImage(canvas, left, 0, width, height); } };
        },
        columnRange: (column) => columnRange(column, map.model.grid),
    };

    /* On the page they are buttons, in a picture text. */
    function paintRowNames(ctx, left) {
        const rows = map.model.grid.who?.rows || [], { plot, field } = geometry;
        ctx.font = `11px ${map.model.colors.font}`;
        ctx.fillStyle = map.model.colors.quiet;
        ctx.textAlign = 'right';
        ctx.textBaseline = 'middle';
        for (const [j, row] of rows.entries()) ctx.fillText(shown(row.text), left - 7, plot.y + (j + 0.5) * field.h, left - 10);
    }
}
