/* SPDX-License-Identifier: MIT
 *
 * The part of the page about time: the tools above the heatmap, the heatmap, and the facts of the selection. */
import { button, el, tell } from './dom.js';
import { createHeatmapView } from './heatmap_view.js';
import { createMapTools } from './map_tools.js';
import { formatCount, formatSeconds, formatShare, formatSteps, formatTime, nsOfSteps, parseRange } from './numbers.js';
import { formatValue } from './series.js';
import { shown } from './shown.js';
import { MOST_STRETCHES } from './state.js';
import { instant, recordsOf, roundSpan, unitOf, words } from './units.js';
import { EVERYONE, WHO_KEYS, WHO_LABELS } from './who.js';

/** app: see app.js. pick: the root of the pick part, which stands in the map's tools while there is a map. */
export function createMapPart(app, pick) {
    const tools = createMapTools(app, pick);
    const heatmap = createHeatmapView({
        onSelect: (from, to, done) => app.apply({ range: { from, to } }, done ? 'push' : 'none'),
        onHover: (cell, byKey, whole) => { hovered = { cell, whole }; sayCell(byKey); },
        onZoom: tools.zoom, onPan: tools.pan, onLook: tools.look, onRow: chooseRow, onKey: (key) => (key === 'a' ? addStretch() : app.mark()),
    });
    let hovered = { cell: -1, whole: false };

    const field = (id, label) => el('input', { id, type: 'text', 'aria-label': label, autocomplete: 'off', spellcheck: 'false', onchange: typed,
        onkeydown: (e) => { if (e.key === 'Enter') typed(); } });
    const from = field('fp-from', 'From'), to = field('fp-to', 'To');
    const rangeError = el('span', { id: 'fp-range-error', class: 'field-error', role: 'alert', hidden: true });
    const selection = el('output', { id: 'fp-selection', class: 'num' }), cellFacts = el('output', { id: 'fp-cell', class: 'num quiet' });
    const toWhole = button('fp-whole', 'Whole profile', whole);
    const mark = button('fp-mark', 'Mark', () => app.mark(), { title: 'a label and a note for this range: m on the map' });
    const beside = button('fp-beside', 'Set beside', addStretch, { title: 'collect stretches to see them side by side: a on the map' });
    const rangeTools = el('div', { class: 'tools range' }, el('span', { class: 'pair' }, el('label', { for: 'fp-from' }, 'from'), from,
        el('label', { for: 'fp-to' }, 'to'), to, rangeError), toWhole, mark, beside, selection);
    const stretches = el('div', { class: 'tools stretches', id: 'fp-stretches', role: 'group', 'aria-label': 'Stretches to compare', hidden: true });

    const scaleNote = el('p', { class: 'scale-note quiet', id: 'fp-scale-note' }), foot = el('div', { class: 'map-foot' }, scaleNote, cellFacts);
    const section = el('section', { class: 'map-section', 'aria-label': 'Heatmap' }, tools.root, rangeTools, stretches, heatmap.root, foot);
    const flat = el('p', { class: 'flat', id: 'fp-flat', hidden: true });

    // ---- rows that are threads, CPUs, …

    const isChosen = (row) => { const { state } = app.scene(); return row.event >= 0 ? row.event === state.event : Boolean(row.who) && WHO_KEYS.every((key) => row.who[key] === null || row.who[key] === state.who[key]); };

    function chooseRow(row, pressed) {
        const { state } = app.scene(), known = Object.fromEntries(Object.entries(row.who || {}).filter(([, v]) => v !== null));
        app.apply(row.event >= 0 ? { event: row.event, zoom: 0 } : { who: pressed ? EVERYONE : { ...state.who, ...known } }, 'push');
    }

    // ---- stretches

    function addStretch() {
        const { state } = app.scene(), { range } = state;
        const more = (range?.parts || [range]).filter((r) => r && !state.stretches.some((s) => s.from === r.from && s.to === r.to));
        if (!more.length) return;
        app.apply({ stretches: [...state.stretches, ...more].slice(0, MOST_STRETCHES) }, 'replace');
        app.say(`${app.scene().state.stretches.length} stretches collected`);
    }

    function renderStretches({ p, state, layout }) {
        stretches.hidden = !state.stretches.length;
        if (stretches.list === state.stretches && stretches.layout === layout) return;
        Object.assign(stretches, { list: state.stretches, layout });
        const name = (s) => `${formatSteps(s.from, p.step_ns)}, ${formatSteps(s.to - s.from, p.step_ns)} long`, on = layout === 'stretches';
        const change = (list) => app.apply({ stretches: list, layout: list.length ? state.layout : 'up' }, 'replace');
        stretches.replaceChildren(el('span', { class: 'quiet' }, 'side by side'), ...state.stretches.map((s) => el('span', { class: 'piece' },
            el('button', { title: 'select it', onclick: () => app.apply({ range: s }, 'push') }, name(s)),
            el('button', { 'aria-label': `Leave out ${name(s)}`, title: 'leave it out', onclick: () => change(state.stretches.filter((x) => x !== s)) }, '×'))),
        button('fp-side', on ? 'Back to the map' : 'Show side by side', () => app.apply({ layout: on ? 'up' : 'stretches' }, 'push')), button('fp-side-clear', 'Clear', () => change([])));
    }

    function whole() {
        heatmap.drop();
        if (app.scene().state.range) app.apply({ range: null }, 'push'); else app.render();
    }

    function showRange(range, p) {
        from.value = `${formatSeconds(range.from, p.step_ns)} s`;
        to.value = `${formatSeconds(range.to, p.step_ns)} s`;
    }

    /** Where a part is looked at: the part that a range lies in. */
    function show(range) {
        const { periodGrid: g, lattice } = app.scene(), column = Math.floor(range.from / g.periodSteps);
        if (lattice.timeIsAcross && (column < g.first || column >= g.first + g.columns)) tools.look(column);
        heatmap.reveal(range.from);
    }

    function typed() {
        const { p } = app.scene(), { range, error, snapped } = parseRange(`${from.value.trim()}..${to.value.trim()}`, p);
        tell(rangeError, error, from, to);
        if (!range) return;
        heatmap.drop();
        const isWhole = range.from === 0 && range.to === p.n_steps;
        app.apply({ range: isWhole ? null : range }, 'push');
        showRange(range, p);
        if (snapped) app.say(`snapped to ${from.value} to ${to.value}`);
        if (!isWhole) show(range);
    }

    /** How many samples mean that all CPUs were busy in a cell; '': nobody knows. */
    function fullCell({ p, state, grid, norm }, seconds) {
        const full = !grid.who && norm === 'none' && p.weight === 'samples' && !p.events[state.event]?.n_spans ? p.cpus * p.rate_hz * seconds : 0;
        return full >= 0.5 ? `about ${formatCount(full)} = ${p.cpus === 1 ? 'the CPU' : p.cpus === 2 ? 'both CPUs' : `all ${p.cpus} CPUs`} busy` : '';
    }

    const said = (parts) => parts.filter(Boolean).join(' · ');

    function renderMap(scene) {
        const { p, state, grid, cells, tops, unit, norm, lattice, metrics } = scene, columnNs = grid.periodSteps * p.step_ns, cellNs = columnNs / (grid.who ? 1 : grid.rows), full = fullCell(scene, cellNs / 1e9);
        const note = scaleNote.textContent = scaleNote.title = said([
            grid.columns < grid.all && lattice.timeIsAcross && `${formatTime(roundSpan(grid.columns * columnNs))} of ${formatTime(roundSpan(p.n_steps * p.step_ns))} shown`,
            grid.side && 'along a Hilbert curve, from below left to below right', `${unit.name || 'time'} per cell of ${formatTime(Math.round(cellNs.toPrecision(4)))}`, norm === 'none' ? full : `colours compare the cells of each ${norm}`,
            tops.clipped && `robust: ${tops.clipped} of ${formatCount(grid.columns * grid.rows)} cells above ${unit.format(tops.top)} share its colour, the most is ${unit.format(tops.most ?? cells.max)}`,
            grid.who?.rest && norm === 'none' && tops.tops && `${grid.who.rows.at(-1).text}: the colour of their mean`,
            !cells.exact && 'approximate until the samples are decoded']);
        const what = grid.who ? `a row for each of ${grid.rows} ${grid.who.kind}s` : grid.stretches ? `${grid.columns} stretches side by side, ${grid.rows} rows` : grid.side ? `${formatCount(grid.columns)} cells along a Hilbert curve` : `${grid.rows} rows`;
        heatmap.update({ grid, lattice, layout: scene.layout, cells, levels: scene.levels, tops, curve: state.curve, norm, lit: scene.store && scene.lit ? scene.lit.cell : null,
            selection: state.range, marks: scene.marks, metrics, stat: state.stat, overview: scene.overview, palette: state.palette, dark: scene.dark, colors: scene.colors, unit, stepNs: p.step_ns,
            clock: p.clock_epoch_ns ?? null, note, isChosen, chosen: grid.who?.kind === 'event' ? state.event : state.who,
            label: `Heatmap of ${p.title || p.id}: ${grid.side ? '' : `${formatCount(grid.columns)} columns of ${formatTime(columnNs)}, `}${what}, fullest cell ${words(unit, cells.max)}`
                + metrics.map((m) => `; above it ${m.title}`).join('') });
    }

    /** The facts of the selection, next to the map. */
    function renderFacts(scene) {
        const { p, state: { range: chosen, who, event }, range, unit, store } = scene, records = recordsOf(p, event), steps = (range.parts || [range]).reduce((sum, r) => sum + r.to - r.from, 0);
        if (p.has_time && document.activeElement !== from && document.activeElement !== to) showRange(range, p);
        toWhole.disabled = !chosen;
        const { samples, weight } = store ? scene.weights : {}, only = WHO_KEYS.filter((key) => who[key] !== null).map((key) => `${WHO_LABELS[key]} ${who[key]}`).join(', ');
        const length = chosen ? (range.parts ? `${range.parts.length} ranges, ` : '') + formatSteps(steps, p.step_ns) : `whole profile, ${formatTime(roundSpan(range.to * p.step_ns))}`;
        selection.textContent = selection.title = said([heatmap.waiting() && 'click the end', p.has_time && length, ...(store ? [words(records, samples), (p.weight !== 'samples' || records.name === 'spans') && words(unit, weight),
            chosen && `${formatShare(weight, scene.wholeWeight)} of the whole`, only && `only ${only}`] : ['counting…']), p.has_time && p.clock_epoch_ns && chosen && instant(p.clock_epoch_ns, nsOfSteps(range.from, p.step_ns)).replaceAll(' ', '\xa0')]);
    }

    /** What stands under the pointer or the cursor: where, how much, and what the metrics say there. */
    function sayCell(byKey) {
        const scene = app.scene(), { p, state, grid, cells, store, metrics } = scene, { cell, whole: ofColumn } = hovered, { rows, who } = grid, clock = p.clock_epoch_ns;
        if (!p.has_time) return;
        if (cell < 0 || cell >= cells.cell.length) { cellFacts.textContent = ''; app.tooltip.hide(); return; }
        const column = Math.floor(cell / rows), row = ofColumn ? null : who?.rows[cell % rows], { from: start } = heatmap.columnRange(column), { from: at } = ofColumn ? { from: start } : heatmap.stepsOf(cell);
        const within = who || ofColumn || grid.side ? '' : ` + ${formatSteps(at - start, p.step_ns)}`, count = ofColumn ? cells.columnSum[column] : cells.cell[cell], unit = row?.event >= 0 ? unitOf(p, row.event) : scene.unit;
        const text = said([row?.text, formatSteps(start, p.step_ns) + within, clock && instant(clock, nsOfSteps(at, p.step_ns)),
            !(ofColumn && who?.kind === 'event') && words(unit, count) + (cells.exact ? '' : ' (about)'),
            !ofColumn && store && scene.lit && `${unit.format(scene.lit.cell[cell])} matched`,
            ...metrics.map((m) => m.stats.count[column] && `${m.title} ${formatValue(m.stats[state.stat][column])} ${state.stat === 'count' ? 'numbers' : m.unit}`.trim())]);
        cellFacts.textContent = shown(text);
        if (byKey) app.say(text);
    }

    return {
        roots: [flat, section], whole, show,
        drop: heatmap.drop, picture: heatmap.picture, hint: heatmap.hint, resize: heatmap.resize,
        showProfile(scene) {
            const { p } = scene;
            section.hidden = !p.has_time;
            if (!p.has_time) flat.before(pick);
            tell(flat, p.has_time ? '' : 'This profile has no times (its source only counts stacks), so there is no heatmap: the graph shows all of it.');
            tools.showProfile(scene);
        },
        render(scene) {
            const { p, state } = scene;
            tools.render(scene);
            mark.disabled = !state.range;
            beside.disabled = !state.range || state.stretches.length >= MOST_STRETCHES;
            renderStretches(scene);
            if (p.has_time && (scene.counts || scene.store)) renderMap(scene);
        },
        /** After the graph, which weighs the range. */
        renderFacts,
        /** What stands where: heatmap_view.js. */
        map: heatmap.map,
    };
}
