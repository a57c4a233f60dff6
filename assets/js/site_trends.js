/* SPDX-License-Identifier: MIT
 *
 * Trends: what changed, with how sure that is and the pages that show it; shares of the hottest over the nights. */
import { el, segmented } from './dom.js';
import { COLOURS, drawChart, sparkline } from './site_chart.js';
import { formatDate, hottestNames, sharesOf } from './site_query.js';
import { hrefOf } from './site_table.js';

/* A link to a comparison shows it, not one of its profiles (state.js). */
const COMPARED = '#p=after&cmp=c:0';
const MOST_LISTED = 40, DRAWN = 5, MOST_TURNS = 60;

const percent = (v) => (Number.isNaN(v) ? '–' : `${(v * 100).toFixed(2)} %`);
const points = (v) => `${v < 0 ? '−' : '+'}${Math.abs(v * 100).toFixed(2)} pp`;

/** app: {list, shares: () => Promise, state, set(changes), tooltip} */
export function createTrends(app) {
    const { list } = app;
    const changes = el('section', { 'aria-label': 'Changes' }), tools = el('div', { class: 'tools' });
    const chart = el('div', { class: 'chart-box' }), names = el('table', { class: 'names' });
    const root = el('div', { class: 'view trends', role: 'tabpanel', 'aria-label': 'Trends' }, changes, tools, chart, el('div', { class: 'wide' }, names));
    const pick = el('select', { id: 'fp-series', 'aria-label': 'series', onchange: (e) => app.set({ series: Number(e.target.value), names: [] }) },
        ...list.series.map((s, i) => el('option', { value: String(i) }, `${s.label} · ${s.rows.length} ${s.rows.length === 1 ? 'night' : 'nights'}`)));
    const of = segmented('fp-of', 'What', [['functions', 'Functions'], ['packages', 'Packages']], (value) => app.set({ of: value, names: [] }));
    const total = segmented('fp-share', 'Which share', [[false, 'Self', 'its own samples'], [true, 'Total', 'with what it calls']], (value) => app.set({ total: value, names: [] }));
    tools.append(el('h2', {}, 'Shares over the nights'), pick, of.root, total.root);

    const nameOf = (t) => (t.package ? list.packages : list.functions)[t.name];

    function changeRow(t) {
        const rows = list.series[t.series].rows, before = rows[t.at - 1], after = rows[t.at];
        return el('tr', {},
            el('td', { class: 'num' }, formatDate(list.date[after]).slice(0, 10)),
            list.series.length > 1 ? el('td', { dir: 'auto' }, list.series[t.series].label) : null,
            el('td', {}, el('button', { class: 'site-link', dir: 'auto', title: 'show it in the chart below',
                onclick: () => app.set({ series: t.series, of: t.package ? 'packages' : 'functions', total: t.total, names: [nameOf(t)] }) }, nameOf(t)),
            el('span', { class: 'quiet' }, `${t.package ? ' package' : ''}${t.total ? ', total' : ', self'}`)),
            el('td', { class: 'num' }, `${percent(t.before)} → ${percent(t.after)}`),
            el('td', { class: `num ${t.after > t.before ? 'more' : 'less'}`, title: `95 % interval ${points(t.low)} to ${points(t.high)}` }, points(t.after - t.before)),
            el('td', { class: 'num', title: 'chance shows no such change anywhere in the series with this probability' }, t.sure),
            el('td', {}, el('a', { href: hrefOf(list.path[before]) }, 'before'), ' · ', el('a', { href: hrefOf(list.path[after]) }, 'after'),
                t.comparison ? ' · ' : null, t.comparison ? el('a', { href: hrefOf(t.comparison) + COMPARED }, 'comparison') : null));
    }

    function paintChanges() {
        const n = list.changes.length;
        changes.replaceChildren(el('h2', {}, n ? 'What changed' : 'Nothing changed for good'));
        if (!n) {
            changes.append(el('p', { class: 'quiet' }, list.series.some((s) => s.rows.length >= 6)
                ? 'No function or package has had another share for three nights or more than the nights before, beyond what noise does.'
                : 'Six nights of one series are needed to tell.'));
            return;
        }
        changes.append(el('div', { class: 'wide' }, el('table', { class: 'changes' }, el('thead', {}, el('tr', {},
            ...['from', list.series.length > 1 ? 'series' : null, 'what', 'share', 'change', 'sure', 'see'].filter(Boolean).map((t) => el('th', { scope: 'col' }, t)))),
        el('tbody', {}, ...list.changes.slice(0, MOST_TURNS).map(changeRow)))));
        if (n > MOST_TURNS) changes.append(el('p', { class: 'quiet' }, `And ${n - MOST_TURNS} more, in index.json.`));
    }

    async function paintChart() {
        const { state } = app, s = list.series[state.series];
        if (!s) { chart.replaceChildren(el('p', { class: 'quiet' }, 'There is no report with a date yet.')); names.replaceChildren(); return; }
        const shares = await app.shares();
        if (app.state !== state) return; /* something else is asked for by now */
        const table = shares[state.of], known = list[state.of];
        const turns = list.changes.filter((t) => t.series === state.series && t.package === (state.of === 'packages') && t.total === state.total);
        const listed = hottestNames(table, s.rows, state.total, [...turns.map((t) => t.name), ...state.names.map((n) => known.indexOf(n)).filter((k) => k >= 0)], MOST_LISTED);
        const drawn = state.names.length ? state.names.map((n) => known.indexOf(n)).filter((k) => k >= 0) : listed.slice(0, DRAWN);
        const colourOf = (name) => COLOURS[drawn.indexOf(name) % COLOURS.length];
        const lines = drawn.map((name, k) => ({ name: known[name], shares: sharesOf(table, s.rows, name, state.total), colour: colourOf(name), dashed: k >= COLOURS.length }));
        const dates = s.rows.map((i) => list.date[i]);
        chart.replaceChildren(drawChart({
            width: chart.clientWidth, dates, lines,
            turns: turns.filter((t) => drawn.includes(t.name)).map((t) => ({ at: t.at, title: `${known[t.name]}: ${percent(t.before)} → ${percent(t.after)}` })),
            onPick: (i) => { location.href = hrefOf(list.path[s.rows[i]]); },
            onHover: (i, x, y) => {
                if (i === null) { app.tooltip.hide(); return; }
                app.tooltip.show([[`${formatDate(dates[i])} · ${list.statuses[list.status[s.rows[i]]]}`, 'name'], ...lines.map((l) => [`${percent(l.shares[i])}  ${l.name}`]), ['click opens the report', 'quiet']], x, y);
            },
        }));
        names.replaceChildren(el('caption', { class: 'hidden-text' }, 'Hottest over the nights'), el('thead', {}, el('tr', {}, ...['drawn', state.of === 'packages' ? 'package' : 'function', 'nights', 'first', 'last'].map((t, k) => el('th', { scope: 'col', class: k > 2 ? 'num' : null }, k ? t : el('span', { class: 'hidden-text' }, t))))),
            el('tbody', {}, ...listed.map((name) => nameRow(name, table, s, drawn, colourOf(name)))));
    }

    function nameRow(name, table, s, drawn, colour) {
        const { state } = app, known = list[state.of], shares = sharesOf(table, s.rows, name, state.total), on = drawn.includes(name);
        const toggle = () => {
            const now = on ? drawn.filter((k) => k !== name) : [...drawn, name];
            app.set({ names: now.slice(0, 12).map((k) => known[k]) });
        };
        const swatch = el('span', { class: 'swatch' });
        if (on) swatch.style.setProperty('background', colour);
        return el('tr', {}, el('td', {}, el('label', { class: 'pick-name' }, el('input', { type: 'checkbox', checked: on, 'aria-label': known[name], onchange: toggle }), swatch)),
            el('td', { dir: 'auto', class: 'name-cell' }, known[name]), el('td', {}, sparkline(shares, on ? colour : 'var(--faint)')),
            el('td', { class: 'num' }, percent(shares[0])), el('td', { class: 'num' }, percent(shares[shares.length - 1])));
    }

    paintChanges();
    new ResizeObserver(() => { if (!root.hidden && chart.clientWidth && Math.abs(chart.clientWidth - (chart.firstChild?.clientWidth || 0)) > 2) void paintChart(); }).observe(chart);
    return {
        root,
        async show() {
            of.set(app.state.of);
            total.set(app.state.total);
            pick.value = String(app.state.series);
            await paintChart();
        },
    };
}
