/* SPDX-License-Identifier: MIT
 *
 * The tools above the heatmap: the width of a column, what rows are, how much of the profile is looked at; and, behind one button,
 * what is changed rarely: layout, colours, scales. */
import { button, el, segmented } from './dom.js';
import { fitGrid, fitPeriod, offeredPeriods, panned, zoomed } from './grid.js';
import { LAYOUTS } from './lattice.js';
import { formatTime, parseTime } from './numbers.js';
import { HEAT_NAMES } from './palette.js';
import { NORMS } from './scales.js';
import { STATS, TOGETHER } from './series.js';
import { whoKinds } from './who_rows.js';

const TYPE = 'type', NORM_NAMES = { none: 'all cells', row: 'each row', column: 'each column' }, KIND_NAMES = { offset: 'offset', thread: 'threads', process: 'processes', cpu: 'CPUs', host: 'hosts', event: 'events' };
const PALETTE_NAMES = { cividis: 'cividis (colour-blind safe)', grey: 'grey (colour-blind safe)' };
const percentOf = (s) => `${Math.max(1, Math.round(s * 100))} %`;

/** app: see app.js. pick: the root of the pick part, which stands among the tools. Returns {root, showProfile, render, zoom(factor, step), pan(columns)}. */
export function createMapTools(app, pick) {
    const change = (state) => app.apply(state, 'replace');
    const select = (id, label, onPick, more) => { const node = el('select', { id, 'aria-label': label, onchange: () => onPick(node.value), ...more }); return node; };

    // ---- the width of a column, from the list or typed

    const period = select('fp-period', 'Width of a column', (v) => (v === TYPE ? type() : change({ periodNs: Number(v) })));
    const typedPeriod = el('input', { id: 'fp-period-typed', type: 'text', class: 'short', hidden: true, autocomplete: 'off', spellcheck: 'false', 'aria-label': 'Width of a column, such as 250 ms', placeholder: '250 ms',
        onchange: typed, onblur: typed, onkeydown: (e) => { if (e.key === 'Enter') typed(); else if (e.key === 'Escape') { e.stopPropagation(); done(); } } });
    const periodError = el('span', { id: 'fp-period-error', class: 'field-error', role: 'alert', hidden: true });
    const auto = button('fp-auto', '', () => change({ periodNs: app.scene().p.stripes.period_ns, part: null }), { hidden: true, 'aria-pressed': 'false' });

    function type() {
        const { p, periodGrid } = app.scene();
        typedPeriod.value = formatTime(periodGrid.periodSteps * p.step_ns);
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
        const { p } = app.scene(), ns = parseTime(typedPeriod.value);
        const wrong = ns === null || ns <= 0n ? 'write it as 1 ms, 16.67 ms, 100 ms, 1 s, 5 min or 1 h' : ns < BigInt(p.step_ns) ? `the time step is ${formatTime(p.step_ns)}: no column can be shorter`
            : ns > 3600000000000n * 24n ? 'longer than a day' : '';
        periodError.textContent = wrong;
        periodError.hidden = !wrong;
        typedPeriod.setAttribute('aria-invalid', String(Boolean(wrong)));
        if (wrong) return;
        change({ periodNs: Math.ceil(Number(ns) / p.step_ns) * p.step_ns });
        if (ns % BigInt(p.step_ns)) app.say(`rounded up to ${formatTime(app.scene().state.periodNs)}, whole time steps`);
        done();
    }

    // ---- rows

    const by = select('fp-by', 'What rows are', (v) => change({ by: v }));
    const rows = el('input', { id: 'fp-rows', type: 'number', min: '1', max: '1000', 'aria-label': 'Number of rows', inputmode: 'numeric', onchange: () => setRows(Number(rows.value)) });

    function setRows(n) {
        const { p, state, grid } = app.scene(), free = state.by !== 'offset' || grid.side || grid.stretches;
        change({ rows: free ? Math.max(1, Math.min(1000, Math.floor(n) || p.heatmap.rows)) : fitGrid(p, state.periodNs, n).rows });
        rows.value = String(shownRows(app.scene()));
    }

    const shownRows = ({ grid }) => grid.side || (grid.who ? grid.who.rows.length : grid.rows);

    // ---- how much is looked at

    function zoom(factor, about) {
        const { p, state, periodGrid: grid } = app.scene();
        if (factor === Infinity) change({ part: null, periodNs: grid.columns < grid.all && !state.part ? fitPeriod(p, state.periodNs) : state.periodNs });
        else change({ part: zoomed(grid, factor, about) });
    }

    function pan(columns) {
        const { periodGrid: grid } = app.scene(), part = panned(grid, columns);
        if (part) change({ part });
    }

    const middle = () => { const { state, periodGrid: g } = app.scene(); return state.range ? (state.range.from + state.range.to) / 2 : (g.first + g.columns / 2) * g.periodSteps; };
    const closer = button('fp-zoom-in', '+', () => zoom(0.5, middle()), { 'aria-label': 'Look closer', title: 'look closer: + or Ctrl and wheel on the map, two fingers' });
    const wider = button('fp-zoom-out', '−', () => zoom(2, middle()), { 'aria-label': 'See more', title: 'see more: - or Ctrl and wheel on the map, two fingers' });
    const all = button('fp-fit', 'Fit all', () => zoom(Infinity), { title: 'the whole profile: 0 on the map' });

    // ---- rarely changed

    const layout = select('fp-layout', 'Layout', (v) => change({ layout: v }));
    const palette = select('fp-palette', 'Colours of the map', (v) => change({ palette: v }));
    palette.append(...HEAT_NAMES.map((n) => el('option', { value: n }, PALETTE_NAMES[n] || n)));
    const scale = segmented('Scale', [['robust', 'robust', 'the top 0.5 % of the cells share the strongest colour'], ['full', 'full', 'the fullest cell has the strongest colour']], (v) => change({ scale: v }));
    scale.root.id = 'fp-scale';
    const curve = segmented('Steps of colour', [['linear', 'linear', 'twice the count, twice as far along the colours'], ['sqrt', 'square root', 'small counts are easier to tell apart'], ['log', 'log', 'magnitudes']], (v) => change({ curve: v }));
    curve.root.id = 'fp-curve';
    const norm = segmented('Compared with', NORMS.map((n) => [n, NORM_NAMES[n], n === 'none' ? 'one scale for the whole map' : `the fullest cell of ${NORM_NAMES[n]} has the strongest colour`]), (v) => change({ norm: v }));
    norm.root.id = 'fp-norm';
    const stat = segmented('Numbers of metrics', STATS.map((s) => [s, s, `per column: ${{ max: 'the largest', avg: 'the mean', min: 'the smallest', last: 'the last', count: 'how many there are' }[s]}`]), (v) => change({ stat: v }));
    stat.root.id = 'fp-stat';
    const line = (name, ...nodes) => el('div', { class: 'view-line' }, el('span', {}, name), ...nodes), metric = select('fp-metric', 'Which metrics', (v) => change({ metric: Number(v) })), statLine = line('metrics', el('div', { class: 'pair wrap' }, metric, stat.root));
    const body = el('div', { class: 'popover-body', role: 'group', 'aria-label': 'How the map is drawn', hidden: true }, line('layout', layout), line('colours', palette), line('scale', scale.root), line('steps', curve.root), line('against', norm.root), statLine);
    const view = el('details', { id: 'fp-view', class: 'popover', ontoggle: showBody }, el('summary', { class: 'button' }, 'View'), body);
    /** Beside the button, but inside of the part of the page that scrolls. */
    function showBody() {
        body.hidden = !view.open;
        body.style.setProperty('left', '0');
        const over = body.getBoundingClientRect().right - root.getBoundingClientRect().right;
        if (view.open && over > 0 && getComputedStyle(body).position === 'absolute') body.style.setProperty('left', `${-over}px`);
    }
    view.addEventListener('keydown', (e) => {
        if (e.key !== 'Escape' || !view.open) return;
        view.open = false;
        view.firstChild.focus();
        e.stopPropagation();
        e.preventDefault();
    });
    document.addEventListener('pointerdown', (e) => { if (!view.contains(e.target)) view.open = false; });

    const periodLabel = el('span', { class: 'pair' }, el('label', { for: 'fp-period' }, 'column'), period, typedPeriod, periodError);
    const root = el('div', { class: 'tools' }, el('h2', {}, 'Heatmap'), periodLabel, auto, el('span', { class: 'pair' }, el('label', { for: 'fp-by' }, 'rows'), by, rows),
        el('span', { class: 'pair zoom', role: 'group', 'aria-label': 'How much is looked at' }, wider, closer, all), view);

    return {
        root, zoom, pan,
        showProfile({ p }) {
            if (!p.has_time) return;
            root.append(pick);
            done();
            by.replaceChildren(...['offset', ...whoKinds(p)].map((k) => el('option', { value: k }, KIND_NAMES[k])));
            auto.hidden = !p.stripes;
            if (p.stripes) { const { period_ns: ns, strength: s } = p.stripes; auto.textContent = `auto ${formatTime(ns)}, ${percentOf(s)}`; auto.title = `the width that lines the stripes up best: ${percentOf(s)} of the load repeats with this period${s >= 0.5 ? ': strong' : s >= 0.2 ? '' : ': faint'}`; }
            statLine.hidden = !p.series?.length;
            metric.replaceChildren(el('option', { value: '-1' }, p.series?.length > TOGETHER ? `the first ${TOGETHER}` : 'all'), ...(p.series || []).map((s, k) => el('option', { value: String(k) }, s.title)));
            metric.hidden = !(p.series?.length > 1);
        },
        render({ p, state, grid, periodGrid, layout: shown, norm: shownNorm }) {
            if (!p.has_time) return;
            const ns = periodGrid.periodSteps * p.step_ns, offered = offeredPeriods(p).map((o) => o.ns), list = offered.includes(ns) ? offered : [...offered, ns].sort((a, b) => a - b), key = list.join();
            if (period.key !== key) {
                period.key = key;
                period.replaceChildren(...list.map((v) => el('option', { value: String(v) }, formatTime(v))), el('option', { value: TYPE }, 'other…'));
            }
            period.value = String(ns);
            period.disabled = Boolean(grid.side || grid.stretches);
            auto.setAttribute('aria-pressed', String(p.stripes?.period_ns === ns));
            by.value = state.by;
            by.disabled = Boolean(grid.stretches);
            if (document.activeElement !== rows) rows.value = String(shownRows({ grid }));
            for (const b of [closer, wider]) b.disabled = Boolean(grid.side || grid.stretches || shown === 'rows');
            wider.disabled ||= periodGrid.columns >= periodGrid.all;
            all.disabled = periodGrid.columns >= periodGrid.all;
            const names = Object.entries(LAYOUTS).concat(state.stretches.length ? [['stretches', 'stretches side by side']] : []), names2 = grid.who ? [['up', 'time across']] : names;
            if (layout.key !== names2.length) { layout.key = names2.length; layout.replaceChildren(...names2.map(([v, text]) => el('option', { value: v }, text))); }
            layout.value = grid.who ? 'up' : shown;
            layout.disabled = Boolean(grid.who);
            palette.value = state.palette;
            scale.set(state.scale);
            for (const b of scale.root.children) b.disabled = shownNorm !== 'none';
            curve.set(state.curve);
            norm.set(shownNorm);
            for (const b of norm.root.children) b.disabled = grid.who?.kind === 'event' && b.dataset.value !== 'row';
            stat.set(state.stat);
            metric.value = String(state.metric);
        },
    };
}
