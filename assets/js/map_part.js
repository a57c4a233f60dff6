/* SPDX-License-Identifier: MIT
 *
 * The part of the page about time: the tools above the heatmap, the heatmap, and the facts of the selection. */
import { fitGrid, offeredPeriods, offeredRows } from './grid.js';
import { button, el, segmented } from './dom.js';
import { createHeatmapView } from './heatmap_view.js';
import { formatCount, formatSeconds, formatShare, formatSteps, formatTime, nsOfSteps, parseRange } from './numbers.js';
import { HEAT_NAMES } from './palette.js';
import { instant, recordsOf, roundSpan, words } from './units.js';
import { WHO_KEYS, WHO_LABELS } from './who.js';

/** app: see app.js. pick: the root of the pick part, which stands in the map's tools while there is a map. */
export function createMapPart(app, pick) {
    const heatmap = createHeatmapView({
        onSelect: (from, to, { done }) => app.apply({ range: { from, to } }, done ? 'push' : 'none'),
        onHover: (cell, byKey) => { hoverCell = cell; sayCell(byKey); },
    });
    let hoverCell = -1;

    const period = el('select', { id: 'fp-period', 'aria-label': 'Seconds per column', onchange: () => app.apply({ periodNs: Number(period.value) }, 'replace') });
    const periodLabel = el('label', { class: 'pair' }, 'column', period);
    const rowsSeg = el('span', { class: 'rows-seg' });
    const rows = el('input', { id: 'fp-rows', type: 'number', min: '1', max: '1000', 'aria-label': 'Rows', inputmode: 'numeric', onchange: () => setRows(Number(rows.value)) });
    const palette = el('select', { id: 'fp-palette', 'aria-label': 'Colours of the map', onchange: () => app.apply({ palette: palette.value }, 'replace') },
        ...HEAT_NAMES.map((n) => el('option', { value: n }, n)));
    const scale = segmented('Scale', [['robust', 'robust', 'the top 0.5 % of the cells share the strongest colour'], ['full', 'full', 'the fullest cell has the strongest colour']],
        (v) => app.apply({ scale: v }, 'replace'));
    scale.root.id = 'fp-scale';
    const mapTools = el('div', { class: 'tools' }, el('h2', {}, 'Heatmap'), periodLabel,
        el('span', { class: 'pair' }, 'rows', rowsSeg, rows), el('label', { class: 'pair' }, 'colours', palette), el('span', { class: 'pair' }, 'scale', scale.root));

    const field = (id, label) => el('input', { id, type: 'text', 'aria-label': label, autocomplete: 'off', spellcheck: 'false', onchange: typed,
        onkeydown: (e) => { if (e.key === 'Enter') typed(); } });
    const from = field('fp-from', 'From'), to = field('fp-to', 'To');
    const rangeError = el('span', { id: 'fp-range-error', class: 'field-error', role: 'alert', hidden: true });
    const selection = el('output', { id: 'fp-selection', class: 'num' }), cellFacts = el('output', { id: 'fp-cell', class: 'num quiet' });
    const toWhole = button('fp-whole', 'Whole profile', whole);
    const rangeTools = el('div', { class: 'tools range' }, el('span', { class: 'pair' }, el('label', { for: 'fp-from' }, 'from'), from,
        el('label', { for: 'fp-to' }, 'to'), to, rangeError), selection, toWhole, cellFacts);

    const scaleNote = el('p', { class: 'scale-note quiet', id: 'fp-scale-note' });
    const section = el('section', { class: 'map-section', 'aria-label': 'Heatmap' }, mapTools, rangeTools, heatmap.root, scaleNote);
    const flat = el('p', { class: 'flat', id: 'fp-flat', hidden: true });

    function setRows(n) {
        const { p, state } = app.scene();
        app.apply({ rows: fitGrid(p, state.periodNs, n).rows }, 'replace');
        rows.value = String(app.scene().state.rows);
    }

    function whole() {
        heatmap.drop();
        if (app.scene().state.range) app.apply({ range: null }, 'push'); else app.render();
    }

    function showRange(range, p) {
        from.value = `${formatSeconds(range.from, p.step_ns)} s`;
        to.value = `${formatSeconds(range.to, p.step_ns)} s`;
    }

    function typed() {
        const { p } = app.scene(), { range, error, snapped } = parseRange(`${from.value.trim()}..${to.value.trim()}`, p);
        rangeError.textContent = error;
        rangeError.hidden = !error;
        for (const f of [from, to]) f.setAttribute('aria-invalid', String(Boolean(error)));
        if (!range) return;
        heatmap.drop();
        const isWhole = range.from === 0 && range.to === p.n_steps;
        app.apply({ range: isWhole ? null : range }, 'push');
        showRange(range, p);
        if (snapped) app.say(`snapped to ${from.value} to ${to.value}`);
        if (!isWhole) heatmap.reveal(range.from);
    }

    /** How many samples mean that all CPUs were busy in a cell; 0: nobody knows. */
    function fullCell({ p, state }, seconds) {
        return p.cpus && p.rate_hz && p.weight === 'samples' && !p.events[state.event]?.n_spans ? p.cpus * p.rate_hz * seconds : 0;
    }

    function renderMap(scene) {
        const { p, state, grid, cells, top, unit } = scene;
        const seconds = grid.periodSteps * p.step_ns / 1e9 / grid.rows, full = fullCell(scene, seconds);
        const fullText = full >= 0.5 ? `about ${formatCount(full)} = ${p.cpus === 1 ? 'the CPU' : p.cpus === 2 ? 'both CPUs' : `all ${p.cpus} CPUs`} busy` : '';
        const notes = [`${unit.name || 'time'} per cell of ${formatTime(Math.round(seconds * 1e9))}`, fullText,
            top.clipped ? `robust: ${top.clipped} of ${formatCount(grid.columns * grid.rows)} cells above ${unit.format(top.top)} share its colour, the most is ${unit.format(cells.max)}` : '',
            cells.exact ? '' : 'approximate until the samples are decoded'];
        scaleNote.textContent = notes.filter(Boolean).join(' · ');
        heatmap.update({ grid, cells, lit: scene.store && scene.lit ? scene.lit.cell : null, top, selection: state.range, marks: scene.marks, palette: state.palette, dark: scene.dark, colors: scene.colors, unit, stepNs: p.step_ns,
            clock: p.clock_epoch_ns ?? null, full: fullText,
            label: `Heatmap of ${p.title || p.id}: ${formatCount(grid.columns)} columns of ${formatTime(grid.periodSteps * p.step_ns)}, ${grid.rows} rows, fullest cell ${words(unit, cells.max)}` });
    }

    /** The facts of the selection, next to the map. */
    function renderFacts(scene) {
        const { p, state, range, unit, store } = scene, parts = [];
        if (p.has_time && document.activeElement !== from && document.activeElement !== to) showRange(range, p);
        toWhole.disabled = !state.range;
        if (p.has_time) parts.push(range.parts ? `${range.parts.length} ranges, ${formatSteps(range.parts.reduce((sum, r) => sum + r.to - r.from, 0), p.step_ns)}` : state.range ? formatSteps(range.to - range.from, p.step_ns) : `whole profile, ${formatTime(roundSpan(range.to * p.step_ns))}`);
        if (store) {
            const { samples, weight } = scene.weights, records = recordsOf(p, state.event);
            parts.push(words(records, samples));
            if (p.weight !== 'samples' || records.name === 'spans') parts.push(words(unit, weight));
            if (state.range) parts.push(`${formatShare(weight, scene.wholeWeights.weight)} of the whole`);
            const who = WHO_KEYS.filter((key) => state.who[key] !== null).map((key) => `${WHO_LABELS[key]} ${state.who[key]}`);
            if (who.length) parts.push(`only ${who.join(', ')}`);
        } else parts.push('counting…');
        if (p.has_time && p.clock_epoch_ns && state.range) parts.unshift(instant(p.clock_epoch_ns, nsOfSteps(range.from, p.step_ns)));
        selection.textContent = heatmap.waiting() ? `${parts.join(' · ')} · click the end` : parts.join(' · ');
    }

    function sayCell(byKey) {
        const { p, grid, cells, unit, store } = app.scene(), lit = store && app.scene().lit;
        if (!p.has_time) return;
        if (hoverCell < 0) { cellFacts.textContent = ''; app.tooltip.hide(); return; }
        const r = heatmap.stepsOf(hoverCell), column = Math.floor(hoverCell / grid.rows), start = column * grid.periodSteps;
        const text = [`${formatSteps(start, p.step_ns)} + ${formatSteps(r.from - start, p.step_ns)}`,
            p.clock_epoch_ns ? instant(p.clock_epoch_ns, nsOfSteps(r.from, p.step_ns)) : '', words(unit, cells.cell[hoverCell]) + (cells.exact ? '' : ' (about)'), lit ? `${unit.format(lit.cell[hoverCell])} matched` : ''].filter(Boolean).join(' · ');
        cellFacts.textContent = text;
        if (byKey) app.say(text);
    }

    return {
        roots: [flat, section], whole,
        drop: () => heatmap.drop(), picture: () => heatmap.picture(), hint: (ranges) => heatmap.hint(ranges), reveal: (step) => heatmap.reveal(step),
        resize: () => heatmap.resize(),
        showProfile({ p, grid }) {
            section.hidden = !p.has_time;
            flat.hidden = p.has_time;
            if (p.has_time) mapTools.append(pick); else flat.before(pick);
            flat.textContent = p.has_time ? '' : 'This profile has no times (its source only counts stacks), so there is no heatmap: the graph shows all of it.';
            rowsSeg.replaceChildren(segmented('Rows', p.has_time ? offeredRows(p, grid.periodSteps).map((n) => [n, String(n)]) : [], setRows).root);
            const periods = p.has_time ? offeredPeriods(p) : [];
            period.replaceChildren(...periods.map(({ ns }) => el('option', { value: String(ns) }, formatTime(ns))));
            periodLabel.hidden = periods.length < 2;
        },
        render(scene) {
            const { p, state, grid } = scene;
            scale.set(state.scale);
            palette.value = state.palette;
            if (document.activeElement !== rows) rows.value = String(grid.rows);
            for (const b of rowsSeg.querySelectorAll('button')) b.setAttribute('aria-pressed', String(b.dataset.value === String(grid.rows)));
            period.value = String(grid.periodSteps * p.step_ns);
            if (p.has_time && (scene.counts || scene.store)) renderMap(scene);
        },
        /** After the graph, which weighs the range. */
        renderFacts,
        /** For the test hook of page.js. */
        hook: {
            grid: () => ({ ...app.scene().grid, stepNs: app.scene().p.step_ns }),
            cell: (column, row) => {
                const { grid, cells } = app.scene(), at = column * grid.rows + row;
                return { ...heatmap.stepsOf(at), count: cells.cell[at] };
            },
            cellRect: heatmap.cellRect, columnLabelRect: heatmap.columnLabelRect,
        },
    };
}
