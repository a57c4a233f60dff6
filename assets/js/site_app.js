/* SPDX-License-Identifier: MIT
 *
 * The index as an application: one state, one way to change it, four views of the same list. */
import { el, onNextFrame, tell } from './dom.js';
import { heatTable } from './palette.js';
import { compileSearch } from './search.js';
import { readList, readMaps, readShares } from './site_data.js';
import { createCalendar, createGroups } from './site_groups.js';
import { columnsOf, formatDate, matchFunctions, selectRows } from './site_query.js';
import { defaultState, formatHash, parseHash, VIEWS } from './site_state.js';
import { createTable } from './site_table.js';
import { createTrends } from './site_trends.js';
import { createTooltip } from './tooltip.js';

const TITLES = { reports: 'Reports', trends: 'Trends', calendar: 'Calendar', groups: 'Groups' };
const LEVELS = 9;

const dark = matchMedia('(prefers-color-scheme: dark)');

function rampNow() {
    const table = heatTable('flame', dark.matches ? 'dark' : 'light');
    return Array.from({ length: LEVELS + 1 }, (_, k) => table[Math.round((k * 255) / LEVELS)]);
}

/** Both only once. */
function lazily(make) {
    let promise = null;
    return () => (promise ||= make());
}

export async function startSite(root, fail) {
    const list = await readList();
    const columns = columnsOf(list), shares = lazily(() => readShares(list)), mapsOf = lazily(() => readMaps(list.n));
    let maps = null, ramp = rampNow(), matches = null, searched = '';
    const app = { list, shares, names: list.functions, state: parseHash(location.hash), set, tooltip: createTooltip(), maps: () => maps, ramp: () => ramp };

    const table = createTable({ ...app, columns, onSort: (id) => set({ sort: id, up: app.state.sort === id ? !app.state.up : !['date', 'match', 'samples', 'bytes', 'seconds'].includes(id) }),
        onFilter: (id, text) => set({ filters: { ...app.state.filters, [id]: text } }, true) });
    const find = el('input', { type: 'search', id: 'fp-find', placeholder: 'function name, in all reports  ( / )', 'aria-label': 'search for a function in all reports', spellcheck: 'false',
        oninput: (e) => set({ find: e.target.value }, true) });
    const from = el('input', { type: 'date', id: 'fp-from', 'aria-label': 'from day', onchange: (e) => set({ from: e.target.value }) });
    const to = el('input', { type: 'date', id: 'fp-to', 'aria-label': 'to day', onchange: (e) => set({ to: e.target.value }) });
    const said = el('span', { id: 'fp-count', role: 'status' }), error = el('span', { class: 'field-error', role: 'alert', hidden: true });
    const clear = el('button', { class: 'button', id: 'fp-clear', onclick: () => set({ ...defaultState(), view: 'reports' }) }, 'Clear');
    const reports = el('div', { class: 'view reports', role: 'tabpanel', 'aria-label': 'Reports' },
        el('div', { class: 'tools' }, el('span', { class: 'pair find' }, find, error), el('span', { class: 'pair' }, 'from', from), el('span', { class: 'pair' }, 'to', to), said, clear), table.root, others());
    const views = { reports: { root: reports, show: showReports }, trends: createTrends(app), calendar: createCalendar(app), groups: createGroups(app) };
    const tabs = VIEWS.map((v) => el('button', { role: 'tab', id: `fp-tab-${v}`, onclick: () => set({ view: v }) }, TITLES[v]));

    function others() {
        if (!list.other.length) return null;
        return el('details', { class: 'others', open: list.other.some(([, broken]) => broken) }, el('summary', {}, `${list.other.length} other ${list.other.length === 1 ? 'file' : 'files'} in the folder`),
            el('ul', {}, ...list.other.slice(0, 200).map(([path, broken, why]) => el('li', {}, el('span', { dir: 'auto' }, path), broken ? el('b', { class: 'broken' }, ' broken: ') : ': ', el('span', { dir: 'auto' }, why)))));
    }

    function factsLine() {
        const n = list.statuses.map((word, k) => [word, list.status.filter((s) => s === k).length]).filter(([, k]) => k);
        const newest = list.date.find((d) => d !== null);
        return [`${list.n} ${list.n === 1 ? 'report' : 'reports'}`, ...n.map(([word, k]) => `${k} ${word}${word === 'regression' && k > 1 ? 's' : ''}`), newest === undefined ? null : `newest ${formatDate(newest)} UTC`].filter(Boolean).join(' · ');
    }

    async function findMatches(text) {
        const search = compileSearch(text.trim());
        tell(error, search.error);
        return search.regex ? matchFunctions((await shares()).functions, list.functions, search.regex, list.n) : null;
    }

    async function showReports() {
        const { state } = app;
        if (state.find.trim() !== searched || !matches) {
            const found = state.find.trim() ? await findMatches(state.find) : null;
            if (app.state !== state) return;
            matches = found;
            searched = state.find.trim();
            if (!searched) error.hidden = true;
        }
        const rows = selectRows(list, columns, state, matches);
        table.show(rows, matches, columns, state);
        said.textContent = rows.length === list.n ? `${list.n} ${list.n === 1 ? 'report' : 'reports'}` : `${rows.length} of ${list.n} reports`;
        clear.disabled = !(state.find || state.from || state.to || Object.values(state.filters).some((t) => t.trim()));
        app.rows = rows;
    }

    const paint = onNextFrame(() => { app.painted = show().catch(fail); });

    async function show() {
        const { state } = app;
        for (const input of [[find, state.find], [from, state.from], [to, state.to]]) if (input[0].value !== input[1]) input[0].value = input[1];
        VIEWS.forEach((v, k) => {
            tabs[k].setAttribute('aria-selected', String(v === state.view));
            tabs[k].tabIndex = v === state.view ? 0 : -1;
            views[v].root.hidden = v !== state.view;
        });
        await views[state.view].show();
    }

    /** `typed`: while somebody types, the last entry of the history changes instead of a new one for each letter. */
    function set(changes, typed = false) {
        const view = app.state.view;
        app.state = { ...app.state, ...changes };
        const hash = formatHash(app.state);
        history[typed ? 'replaceState' : 'pushState'](null, '', hash || location.pathname + location.search);
        if (changes.sort || changes.find !== undefined || changes.filters) table.toTop();
        if (app.state.view !== view) window.scrollTo(0, 0);
        paint();
    }

    window.addEventListener('popstate', () => { app.state = parseHash(location.hash); paint(); });
    dark.addEventListener('change', () => { ramp = rampNow(); table.repaint(); });
    document.addEventListener('keydown', (e) => {
        if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
        if (e.key === 'Escape' && e.target === find && find.value) { set({ find: '' }); return; }
        if (/^(INPUT|SELECT)$/.test(e.target.tagName)) return;
        if (e.key === '/') { e.preventDefault(); set({ view: 'reports' }); requestAnimationFrame(() => find.focus()); }
        if (e.key === 'ArrowDown' && e.target === document.body && app.state.view === 'reports') { e.preventDefault(); table.focusFirst(); }
    });
    const tabList = el('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Views' }, ...tabs);
    tabList.addEventListener('keydown', (e) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
        if (!step) return;
        e.preventDefault();
        const k = (VIEWS.indexOf(app.state.view) + step + VIEWS.length) % VIEWS.length;
        set({ view: VIEWS[k] });
        tabs[k].focus();
    });
    root.append(el('header', {}, el('div', { class: 'head' }, el('div', { class: 'head-text' }, el('h1', { dir: 'auto' }, list.title), el('span', { class: 'facts-line' }, factsLine())),
        el('div', { class: 'head-buttons' }, el('a', { href: 'feed.xml' }, 'Feed'), el('a', { href: 'index.json' }, 'JSON'))), tabList),
    el('main', {}, ...VIEWS.map((v) => views[v].root)), app.tooltip.root);
    await show();
    app.firstPaint = performance.now();
    const later = mapsOf().then((m) => { maps = m; table.repaint(); });
    app.ready = later.then(() => true);
    return app;
}
