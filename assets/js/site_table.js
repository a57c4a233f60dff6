/* SPDX-License-Identifier: MIT
 *
 * The table of reports: only the rows in sight are there, so ten thousand are as quick as ten. The browser's own table,
 * links and inputs, so that the keyboard and readers of the screen know what they have. */
import { el, sizeCanvas } from './dom.js';
import { formatBytes } from './site_query.js';

const ROW = 36;
const MAP = { width: 120, height: 26 };

const hundredths = (v) => `${(v / 100).toFixed(v < 1000 ? 2 : 1)} %`;

/** A link to a report: each part of its path encoded, so that none is a scheme. */
export function hrefOf(path) {
    return path.split('/').map(encodeURIComponent).join('/');
}

function paintMap(canvas, maps, i, ramp) {
    const { ctx } = sizeCanvas(canvas, MAP.width, MAP.height);
    const columns = maps.columns[i], rows = maps.rows[i];
    if (!columns || !rows) return;
    const w = MAP.width / columns, h = MAP.height / rows;
    ctx.fillStyle = ramp[0];
    ctx.fillRect(0, 0, MAP.width, MAP.height);
    for (let x = 0, k = maps.start[i]; x < columns; x++) {
        for (let y = 0; y < rows; y++, k++) {
            if (!maps.level[k]) continue;
            ctx.fillStyle = ramp[maps.level[k]];
            ctx.fillRect(x * w, MAP.height - (y + 1) * h, w + 0.3, h + 0.3);
        }
    }
}

/* From the texts themselves, of the first rows. */
function widthOf(column, rows) {
    const fixed = { date: 158, map: MAP.width + 20, status: 330, seconds: 96, samples: 100, bytes: 84 }[column.id];
    if (fixed) return fixed;
    let most = column.label.length + 2;
    for (const i of rows.slice(0, 200)) most = Math.max(most, column.text(i).length);
    return Math.max(84, Math.min(280, most * 7.6 + 28));
}

/**
 * @param {{list: any, columns: any[], ramp: () => string[], maps: () => any, onSort: (id: string) => void, onFilter: (id: string, text: string) => void,
 *   names: string[]}} app
 */
export function createTable(app) {
    const head = el('tr', {}), filters = el('tr', { class: 'filters' }), body = el('tbody', {});
    const cols = el('colgroup', {});
    const table = el('table', { id: 'fp-table' }, cols, el('thead', {}, head, filters), body);
    const root = el('div', { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': 'Reports' }, table);
    let shown = [], rows = new Uint32Array(0), matches = null, first = -1, last = -1;

    const matchColumn = { id: 'match', label: 'found', number: false, value: (i) => matches.total[i],
        text: (i) => `${hundredths(matches.total[i])} ${app.names[matches.name[i]]}` };

    function cell(column, i) {
        const { list } = app;
        if (column.id === 'date') {
            return el('td', {}, el('a', { href: hrefOf(list.path[i]), title: list.path[i] }, column.text(i) || list.path[i]),
                list.leaving[i] ? el('span', { class: 'quiet', title: 'older than what is kept: --prune removes it' }, ' ⌛') : null);
        }
        if (column.id === 'map') {
            const canvas = el('canvas', { 'aria-hidden': 'true' });
            const maps = app.maps();
            if (maps) paintMap(canvas, maps, i, app.ramp());
            return el('td', { class: 'map-cell', title: list.findings[i].join('\n') }, canvas);
        }
        if (column.id === 'status') {
            return el('td', { title: list.why[i] }, el('span', { class: `status s${list.status[i]}` }, column.text(i)),
                list.why[i] ? el('span', { class: 'why', dir: 'auto' }, list.why[i]) : null);
        }
        if (column.id === 'match') {
            return el('td', { title: `${hundredths(matches.self[i])} of the samples are in what was found, ${hundredths(matches.total[i])} have one of it` },
                el('b', { class: 'num' }, hundredths(matches.total[i])), ' ', el('span', { class: 'quiet', dir: 'auto' }, app.names[matches.name[i]]));
        }
        if (column.id === 'bytes') return el('td', { class: 'num' }, formatBytes(list.bytes[i]));
        const text = column.text(i);
        return el('td', { class: column.number ? 'num' : null, title: text.length > 20 ? text : null, dir: column.number ? null : 'auto' }, text);
    }

    const spacer = (height) => {
        const td = el('td', { colspan: String(shown.length) });
        td.style.setProperty('height', height + 'px');
        td.style.setProperty('padding', '0');
        return el('tr', { class: 'spacer', 'aria-hidden': 'true' }, td);
    };

    function paint(force) {
        const from = Math.max(0, Math.floor(root.scrollTop / ROW) - 10), to = Math.min(rows.length, from + Math.ceil(root.clientHeight / ROW) + 30);
        if (!force && from >= first && to <= last && !(from > first + 10)) return;
        const focused = document.activeElement?.closest?.('#fp-table tbody tr')?.dataset.row;
        first = from;
        last = to;
        const made = [];
        for (let k = from; k < to; k++) {
            made.push(el('tr', { 'data-row': String(rows[k]), 'aria-rowindex': String(k + 2) }, ...shown.map((c) => cell(c, rows[k]))));
        }
        body.replaceChildren(spacer(from * ROW), ...made, spacer((rows.length - to) * ROW));
        if (focused) body.querySelector(`tr[data-row="${focused}"] a`)?.focus({ preventScroll: true });
    }

    function paintHead(query) {
        cols.replaceChildren(...shown.map((c) => el('col', { width: String(Math.round(c.id === 'match' ? 280 : widthOf(c, rows))) })));
        head.replaceChildren(...shown.map((c) => el('th', { scope: 'col', class: c.number ? 'num' : null, 'aria-sort': query.sort === c.id ? (query.up ? 'ascending' : 'descending') : null },
            c.id === 'map' ? c.label : el('button', { 'data-sort': c.id, onclick: () => app.onSort(c.id) }, c.label,
                el('span', { 'aria-hidden': 'true', class: 'arrow' }, query.sort === c.id ? (query.up ? ' ▲' : ' ▼') : '')))));
    }

    /* The filter fields stay what they are while one types in them. */
    function paintFilters(query) {
        const ids = shown.map((c) => c.id).join('\n');
        if (filters.dataset.ids !== ids) {
            filters.dataset.ids = ids;
            filters.replaceChildren(...shown.map((c) => el('td', {}, ['date', 'map', 'match'].includes(c.id) ? null
                : el('input', { type: 'search', 'data-filter': c.id, 'aria-label': `filter by ${c.label}`, placeholder: c.number ? '> 0' : 'filter', spellcheck: 'false',
                    oninput: (e) => app.onFilter(c.id, e.target.value) }))));
        }
        for (const input of filters.querySelectorAll('input')) {
            const text = query.filters[input.dataset.filter] || '';
            if (input.value !== text) input.value = text;
        }
    }

    root.addEventListener('scroll', () => paint(false), { passive: true });
    new ResizeObserver(() => paint(true)).observe(root);
    body.addEventListener('keydown', (event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], row = event.target.closest('tr');
        if (!step || !row) return;
        event.preventDefault();
        const at = rows.indexOf(Number(row.dataset.row)) + step;
        if (at < 0 || at >= rows.length) return;
        const top = at * ROW, header = table.tHead.offsetHeight;
        if (top < root.scrollTop) root.scrollTop = top;
        if (top + ROW + header > root.scrollTop + root.clientHeight) root.scrollTop = top + ROW + header - root.clientHeight;
        paint(false);
        body.querySelector(`tr[data-row="${rows[at]}"] a`)?.focus({ preventScroll: true });
    });

    return {
        root,
        show(newRows, newMatches, columns, query) {
            rows = newRows;
            matches = newMatches;
            shown = newMatches ? [...columns.slice(0, 3), matchColumn, ...columns.slice(3)] : columns;
            table.setAttribute('aria-rowcount', String(rows.length + 1));
            table.style.setProperty('width', shown.reduce((sum, c) => sum + (c.id === 'match' ? 280 : widthOf(c, rows)), 0) + 'px');
            paintHead(query);
            paintFilters(query);
            paint(true);
        },
        repaint: () => paint(true),
        toTop() { root.scrollTop = 0; },
        focusFirst() { body.querySelector('a')?.focus(); },
    };
}
