/* SPDX-License-Identifier: MIT
 *
 * The tools above the heatmap: the width of a column, what rows are, how much of the profile is looked at; and, behind one button,
 * what is changed rarely: layout, colours, scales. */
import { button, el, offer, segmented, tell } from './dom.js';
import { fitGrid, fitPeriod, offeredPeriods, panned, zoomed } from './grid.js';
import { LAYOUTS } from './lattice.js';
import { formatTime, parseTime } from './numbers.js';
import { HEAT_NAMES } from './palette.js';
import { TOGETHER } from './series.js';
import { whoKinds } from './who_rows.js';

const TYPE = 'type', KIND_NAMES = { offset: 'offset', thread: 'threads', process: 'processes', cpu: 'CPUs', host: 'hosts', event: 'events' };
/* What can be picked of a state's field, and what it means. */
const SCALES = [['robust', 'robust', 'the top 0.5 % of the cells share the strongest colour'], ['full', 'full', 'the fullest cell has the strongest colour']];
const STEPS = [['linear', 'linear', 'twice the count, twice as far along the colours'], ['sqrt', 'square root', 'small counts are easier to tell apart'], ['log', 'log', 'magnitudes']];
const COMPARED = [['none', 'all cells', 'one scale for the whole map'], ...['row', 'column'].map((n) => [n, `each ${n}`, `the fullest cell of each ${n} has the strongest colour`])];
const NUMBERS = Object.entries({ max: 'the largest', avg: 'the mean', min: 'the smallest', last: 'the last', count: 'how many there are' }).map(([s, what]) => [s, s, `per column: ${what}`]);
const percentOf = (s) => `${Math.max(1, Math.round(s * 100))} %`;

/** app: see app.js. pick: the root of the pick part, which stands among the tools. Returns {root, showProfile, render, zoom(factor, step), pan(columns), look(column)}. */
export function createMapTools(app, pick) {
    const change = (state) => app.apply(state, 'replace');
    const select = (id, label, onPick) => el('select', { id, 'aria-label': label, onchange: (e) => onPick(e.target.value) });
    const changer = (field) => (value) => change({ [field]: value });

    // ---- the width of a column, from the list or typed

    const period = select('fp-period', 'Width of a column', (v) => (v === TYPE ? type() : change({ periodNs: Number(v) })));
    const typedPeriod = el('input', { id: 'fp-period-typed', type: 'text', class: 'short', hidden: true, autocomplete: 'off', spellcheck: 'false', 'aria-label': 'Width of a column, such as 250 ms', placeholder: '250 ms',
        onblur: typed, onkeydown: (e) => { if (e.key === 'Enter') typed(); else if (e.key === 'Escape') { e.stopPropagation(); done(); } } });
    const periodError = el('span', { id: 'fp-period-error', class: 'field-error', role: 'alert', hidden: true });
    const auto = button('fp-auto', '', () => change({ periodNs: app.scene().p.stripes.period_ns, part: null }), { hidden: true });

    function type() {
        typedPeriod.value = formatTime(columnNs(app.scene()));
        period.hidden = true;
        typedPeriod.hidden = false;
        typedPeriod.select();
        typedPeriod.focus();
    }

    function done() {
        if (typedPeriod.hidden) return;
        const had = document.activeElement === typedPeriod;
        typedPeriod.hidden = periodError.hidden = true;
        period.hidden = false;
        if (had) period.focus();
        app.render();
    }

    function typed() {
        if (typedPeriod.hidden) return;
        const { step_ns: step } = app.scene().p, ns = Number(parseTime(typedPeriod.value));
        const wrong = !(ns > 0) ? 'write it as 1 ms, 16.67 ms, 100 ms, 1 s, 5 min or 1 h' : ns < step ? `the time step is ${formatTime(step)}: no column can be shorter` : ns > 864e11 ? 'longer than a day' : '';
        tell(periodError, wrong, typedPeriod);
        if (wrong) return;
        change({ periodNs: Math.ceil(ns / step) * step });
        if (ns % step) app.say(`rounded up to ${formatTime(app.scene().state.periodNs)}, whole time steps`);
        done();
    }

    const columnNs = ({ p, periodGrid }) => periodGrid.periodSteps * p.step_ns;

    // ---- rows

    const by = select('fp-by', 'What rows are', changer('by'));
    const rows = el('input', { id: 'fp-rows', type: 'number', min: '1', max: '1000', 'aria-label': 'Number of rows', inputmode: 'numeric', onchange: () => setRows(Number(rows.value)) });

    function setRows(n) {
        const { p, state, grid } = app.scene(), free = state.by !== 'offset' || grid.side || grid.stretches;
        change({ rows: free ? Math.max(1, Math.min(1000, Math.floor(n) || p.heatmap.rows)) : fitGrid(p, state.periodNs, n).rows });
        rows.value = shownRows(app.scene());
    }

    const shownRows = ({ grid }) => grid.side || (grid.who ? grid.who.rows.length : grid.rows);

    // ---- how much is looked at

    function zoom(factor, about = middle()) {
        const { p, state, periodGrid: grid } = app.scene();
        if (factor === Infinity) change({ part: null, periodNs: grid.columns < grid.all && !state.part ? fitPeriod(p, state.periodNs) : state.periodNs });
        else change({ part: zoomed(grid, factor, about) });
    }

    function pan(columns) {
        const part = columns && panned(app.scene().periodGrid, columns);
        if (part) change({ part });
    }

    /** The part whose middle is a column. */
    function look(column) {
        const { columns, first } = app.scene().periodGrid;
        pan(Math.round(column - columns / 2) - first);
    }

    function middle() {
        const { state: { range }, periodGrid: g } = app.scene();
        return range ? (range.from + range.to) / 2 : (g.first + g.columns / 2) * g.periodSteps;
    }

    const closer = button('fp-zoom-in', '+', () => zoom(0.5), { 'aria-label': 'Look closer', title: 'look closer: + or Ctrl and wheel on the map, two fingers' });
    const wider = button('fp-zoom-out', '−', () => zoom(2), { 'aria-label': 'See more', title: 'see more: - or Ctrl and wheel on the map, two fingers' });
    const all = button('fp-fit', 'Fit all', () => zoom(Infinity), { title: 'the whole profile: 0 on the map' });

    // ---- rarely changed

    const layout = select('fp-layout', 'Layout', changer('layout')), palette = select('fp-palette', 'Colours of the map', changer('palette'));
    offer(palette, HEAT_NAMES.map((n) => [n, n === 'flame' ? n : `${n} (colour-blind safe)`]));
    const scale = segmented('fp-scale', 'Scale', SCALES, changer('scale')), curve = segmented('fp-curve', 'Steps of colour', STEPS, changer('curve'));
    const norm = segmented('fp-norm', 'Compared with', COMPARED, changer('norm')), stat = segmented('fp-stat', 'Numbers of metrics', NUMBERS, changer('stat'));
    const metric = select('fp-metric', 'Which metrics', (v) => change({ metric: Number(v) }));
    const line = (name, node) => el('div', { class: 'view-line' }, el('span', {}, name), node), statLine = line('metrics', el('div', { class: 'pair wrap' }, metric, stat.root));
    const body = el('div', { class: 'popover-body', role: 'group', 'aria-label': 'How the map is drawn', hidden: true }, line('layout', layout), line('colours', palette), line('scale', scale.root), line('steps', curve.root), line('against', norm.root), statLine);
    const view = el('details', { id: 'fp-view', class: 'popover', ontoggle: showBody, onkeydown: closeView }, el('summary', { class: 'button' }, 'View'), body);
    document.addEventListener('pointerdown', (e) => { if (!view.contains(e.target)) view.open = false; });

    /** Beside the button, but inside of the part of the page that scrolls. */
    function showBody() {
        body.hidden = !view.open;
        body.style.left = 0;
        const over = body.getBoundingClientRect().right - root.getBoundingClientRect().right;
        if (view.open && over > 0 && getComputedStyle(body).position === 'absolute') body.style.left = `${-over}px`;
    }

    function closeView(e) {
        if (e.key !== 'Escape' || !view.open) return;
        view.open = false;
        view.firstChild.focus();
        e.stopPropagation();
        e.preventDefault();
    }

    const root = el('div', { class: 'tools' }, el('h2', {}, 'Heatmap'), el('span', { class: 'pair' }, el('label', { for: 'fp-period' }, 'column'), period, typedPeriod, periodError), auto,
        el('span', { class: 'pair' }, el('label', { for: 'fp-by' }, 'rows'), by, rows), el('span', { class: 'pair zoom', role: 'group', 'aria-label': 'How much is looked at' }, wider, closer, all), view);

    return {
        root, zoom, pan, look,
        showProfile({ p }) {
            if (!p.has_time) return;
            const { stripes, series = [] } = p;
            root.append(pick);
            done();
            offer(by, ['offset', ...whoKinds(p)].map((k) => [k, KIND_NAMES[k]]));
            auto.hidden = !stripes;
            if (stripes) { const { period_ns: ns, strength: s } = stripes; auto.textContent = `auto ${formatTime(ns)}, ${percentOf(s)}`; auto.title = `the width that lines the stripes up best: ${percentOf(s)} of the load repeats with this period${s >= 0.5 ? ': strong' : s >= 0.2 ? '' : ': faint'}`; }
            statLine.hidden = !series.length;
            metric.hidden = series.length < 2;
            offer(metric, [[-1, series.length > TOGETHER ? `the first ${TOGETHER}` : 'all'], ...series.map((s, k) => [k, s.title])]);
        },
        render(scene) {
            if (!scene.p.has_time) return;
            const { p, state, grid, periodGrid } = scene, ns = columnNs(scene), apart = Boolean(grid.side || grid.stretches);
            offer(period, [...[...new Set([...offeredPeriods(p).map((o) => o.ns), ns])].sort((a, b) => a - b).map((v) => [v, formatTime(v)]), [TYPE, 'other…']]);
            period.value = ns;
            period.disabled = apart;
            auto.setAttribute('aria-pressed', p.stripes?.period_ns === ns);
            by.value = state.by;
            by.disabled = Boolean(grid.stretches);
            if (document.activeElement !== rows) rows.value = shownRows(scene);
            all.disabled = periodGrid.columns >= periodGrid.all;
            closer.disabled = apart || scene.layout === 'rows';
            wider.disabled = closer.disabled || all.disabled;
            offer(layout, grid.who ? [['up', 'time across']] : Object.entries({ ...LAYOUTS, ...(state.stretches.length ? { stretches: 'stretches side by side' } : {}) }));
            layout.value = grid.who ? 'up' : scene.layout;
            layout.disabled = Boolean(grid.who);
            palette.value = state.palette;
            scale.set(state.scale);
            for (const b of scale.root.children) b.disabled = scene.norm !== 'none';
            curve.set(state.curve);
            norm.set(scene.norm);
            for (const b of norm.root.children) b.disabled = grid.who?.kind === 'event' && b.dataset.value !== 'row';
            stat.set(state.stat);
            metric.value = state.metric;
        },
    };
}
