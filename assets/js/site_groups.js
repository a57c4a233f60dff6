/* SPDX-License-Identifier: MIT
 *
 * Two more ways to see many reports: as days of a calendar, and by what they have in common. Both lead back into the table. */
import { el } from './dom.js';
import { formatBytes, formatDate } from './site_query.js';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const MOST_MONTHS = 36, MOST_GROUPS = 500;
/* By index of list.statuses: the gravest of a day colours it. */
const GRAVITY = [0, 4, 1, 2, 3];

const plural = (n, what) => `${n} ${what}${n === 1 ? '' : 's'}`;

/** "2 reports: 1 ok, 1 regression" */
function tally(list, rows) {
    const n = list.statuses.map(() => 0);
    for (const i of rows) n[list.status[i]]++;
    return `${plural(rows.length, 'report')}: ${n.map((k, s) => (k ? `${k} ${list.statuses[s]}` : '')).filter(Boolean).join(', ')}`;
}

function gravest(list, rows) {
    return rows.reduce((worst, i) => (GRAVITY[list.status[i]] > GRAVITY[worst] ? list.status[i] : worst), list.status[rows[0]]);
}

/** Rows by day, "2026-11-19" → [row…]. */
function daysOf(list) {
    const days = new Map();
    for (let i = 0; i < list.n; i++) {
        if (list.date[i] === null) continue;
        const day = formatDate(list.date[i]).slice(0, 10);
        if (!days.has(day)) days.set(day, []);
        days.get(day).push(i);
    }
    return days;
}

export function createCalendar(app) {
    const { list } = app, root = el('div', { class: 'view', role: 'tabpanel', 'aria-label': 'Calendar' });
    const turned = new Set(list.changes.map((t) => formatDate(list.date[list.series[t.series].rows[t.at]]).slice(0, 10)));
    let made = false;

    function month(year, m, days) {
        const first = (new Date(Date.UTC(year, m, 1)).getUTCDay() + 6) % 7, n = new Date(Date.UTC(year, m + 1, 0)).getUTCDate(), cells = [];
        for (let k = 0; k < first; k++) cells.push(el('span', {}));
        for (let d = 1; d <= n; d++) {
            const day = `${year}-${String(m + 1).padStart(2, '0')}-${String(d).padStart(2, '0')}`, rows = days.get(day);
            cells.push(rows ? el('button', { class: `day s${gravest(list, rows)}${turned.has(day) ? ' turned' : ''}`, 'data-day': day,
                title: `${day}: ${tally(list, rows)}${turned.has(day) ? '; shares changed' : ''}`, 'aria-label': `${day}: ${tally(list, rows)}${turned.has(day) ? '; shares changed' : ''}`,
                onclick: () => app.set({ view: 'reports', from: day, to: day }) }, String(d), rows.length > 1 ? el('small', {}, `×${rows.length}`) : null)
                : el('span', { class: 'day none' }, String(d)));
        }
        return el('section', { class: 'month' }, el('h2', {}, `${MONTHS[m]} ${year}`), el('div', { class: 'week', 'aria-hidden': 'true' }, ...['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'].map((d) => el('span', {}, d))), el('div', { class: 'days' }, ...cells));
    }

    return {
        root,
        show() {
            if (made) return;
            made = true;
            const days = daysOf(list), months = [...new Set([...days.keys()].map((d) => d.slice(0, 7)))].sort().reverse();
            const undated = list.date.filter((d) => d === null).length;
            root.replaceChildren(...[el('ul', { class: 'legend' }, ...list.statuses.map((s, k) => el('li', {}, el('span', { class: `day s${k}` }), s)), el('li', {}, el('span', { class: 'day s0 turned' }), 'shares changed')),
                el('div', { class: 'months' }, ...months.slice(0, MOST_MONTHS).map((m) => month(Number(m.slice(0, 4)), Number(m.slice(5)) - 1, days))),
                months.length > MOST_MONTHS ? el('p', { class: 'quiet' }, `And ${plural(months.length - MOST_MONTHS, 'earlier month')}: in the table.`) : null,
                undated ? el('p', { class: 'quiet' }, `${plural(undated, 'report')} without a date: in the table.`) : null].filter(Boolean));
        },
    };
}

export function createGroups(app) {
    const { list } = app, keys = [...list.meta.map((m) => m.key), 'event', 'status'];
    const pick = el('select', { 'aria-label': 'group by', id: 'fp-group', onchange: (e) => app.set({ group: e.target.value }) }, ...keys.map((k) => el('option', { value: k }, k)));
    const body = el('div', { class: 'wide' });
    const root = el('div', { class: 'view', role: 'tabpanel', 'aria-label': 'Groups' }, el('div', { class: 'tools' }, el('h2', {}, 'Grouped by'), pick), body);
    const valueOf = (key) => {
        const meta = list.meta.find((m) => m.key === key);
        return meta ? (i) => meta.values[i] : key === 'event' ? (i) => list.event[i] : (i) => list.statuses[list.status[i]];
    };
    const columnOf = (key) => (list.meta.some((m) => m.key === key) ? `meta.${key}` : key);

    async function show() {
        const { state } = app, key = keys.includes(state.group) ? state.group : keys.includes('group') ? 'group' : keys[0];
        pick.value = key;
        const of = valueOf(key), groups = new Map();
        for (let i = 0; i < list.n; i++) {
            if (!groups.has(of(i))) groups.set(of(i), []);
            groups.get(of(i)).push(i);
        }
        const shares = await app.shares();
        if (app.state !== state) return;
        const hottest = (i) => {
            const { start, name, self } = shares.functions;
            return start[i] < start[i + 1] && self[start[i]] ? `${list.functions[name[start[i]]]} ${(self[start[i]] / 100).toFixed(1)} %` : '';
        };
        const rows = [...groups.entries()].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
        body.replaceChildren(el('table', { class: 'groups' }, el('thead', {}, el('tr', {}, ...[key, 'reports', 'newest', 'last twenty', 'samples', 'size', 'hottest of the newest'].map((t, k) => el('th', { scope: 'col', class: [1, 4, 5].includes(k) ? 'num' : null }, t)))),
            el('tbody', {}, ...rows.slice(0, MOST_GROUPS).map(([value, at]) => el('tr', {},
                el('td', { dir: 'auto' }, el('button', { class: 'site-link', onclick: () => app.set({ view: 'reports', filters: { [columnOf(key)]: value } }) }, value || '(none)')),
                el('td', { class: 'num' }, String(at.length)), el('td', {}, formatDate(list.date[at[0]])),
                el('td', { title: tally(list, at) }, el('span', { class: 'beads', role: 'img', 'aria-label': tally(list, at) }, ...at.slice(0, 20).reverse().map((i) => el('i', { class: `s${list.status[i]}` })))),
                el('td', { class: 'num' }, String(at.reduce((sum, i) => sum + list.samples[i], 0)).replace(/\B(?=(\d{3})+$)/g, ',')),
                el('td', { class: 'num' }, formatBytes(at.reduce((sum, i) => sum + list.bytes[i], 0))), el('td', { class: 'name-cell', dir: 'auto' }, hottest(at[0])))))));
        if (rows.length > MOST_GROUPS) body.append(el('p', { class: 'quiet' }, `And ${rows.length - MOST_GROUPS} more values.`));
    }
    return { root, show };
}
