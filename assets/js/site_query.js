/* SPDX-License-Identifier: MIT
 *
 * Which reports are shown, and in what order: columns, filters, search by function name. Pure. */

const two = (n) => String(n).padStart(2, '0');

/** Seconds since 1970 → "2026-11-19 03:00", UTC; "" for none. */
export function formatDate(s) {
    if (s === null) return '';
    const d = new Date(s * 1000);
    return `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
}

/** "2026-11-19" → seconds at its begin; null when it is none. */
export function parseDay(text) {
    if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null;
    const ms = Date.parse(text + 'T00:00:00Z');
    return Number.isNaN(ms) ? null : ms / 1000;
}

export function formatBytes(n) {
    const units = ['B', 'kB', 'MB', 'GB', 'TB'];
    let u = 0;
    for (; n >= 999.5 && u < 4; u++) n /= 1000;
    return `${u && n < 99.95 ? n.toFixed(1) : Math.round(n)} ${units[u]}`;
}

export function formatSeconds(s) {
    if (!s) return '';
    if (s < 99.95) return `${s.toFixed(1)} s`;
    const m = Math.floor(Math.round(s) / 60), h = Math.floor(m / 60);
    return h ? `${h} h ${m % 60} min` : `${m} min ${Math.round(s) % 60} s`;
}

const count = (n) => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',');

/**
 * The columns of the table, those of meta by the key. value(i): for sorting; text(i): shown and filtered.
 * @returns {{id: string, label: string, number: boolean, value: (i: number) => any, text: (i: number) => string}[]}
 */
export function columnsOf(list) {
    const text = (id, label, of) => ({ id, label, number: false, value: of, text: of });
    const number = (id, label, of, format) => ({ id, label, number: true, value: of, text: (i) => format(of(i)) });
    return [
        { id: 'date', label: 'date (UTC)', number: false, value: (i) => list.date[i] ?? -1, text: (i) => formatDate(list.date[i]) },
        { id: 'map', label: 'heatmap', number: false, value: () => 0, text: () => '' },
        text('status', 'status', (i) => list.statuses[list.status[i]]),
        text('title', 'title', (i) => list.titles[i]),
        ...list.meta.map(({ key, values }) => text(`meta.${key}`, key, (i) => values[i])),
        text('event', 'event', (i) => list.event[i]),
        number('seconds', 'duration', (i) => list.seconds[i], formatSeconds),
        number('samples', 'samples', (i) => list.samples[i], count),
        number('bytes', 'size', (i) => list.bytes[i], formatBytes),
    ];
}

/* ">1000", "<= 60", "10..20", or the begin of the number as it is shown. */
function numberTest(text) {
    const range = /^\s*([\d.]+)\s*\.\.\s*([\d.]+)\s*$/.exec(text), bound = /^\s*([<>]=?)\s*([\d.,]+)\s*$/.exec(text);
    if (range) return (v) => v >= Number(range[1]) && v <= Number(range[2]);
    if (!bound) return null;
    const limit = Number(bound[2].replaceAll(',', ''));
    return { '<': (v) => v < limit, '<=': (v) => v <= limit, '>': (v) => v > limit, '>=': (v) => v >= limit }[bound[1]];
}

/** A filter of one column: every word in it must be there, "-word" must not. */
export function columnTest(column, text) {
    const compare = column.number && numberTest(text);
    if (compare) return (i) => compare(column.value(i));
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return (i) => {
        const have = column.text(i).toLowerCase();
        return words.every((w) => (w.length > 1 && w[0] === '-' ? !have.includes(w.slice(1)) : have.includes(w)));
    };
}

/**
 * Each report's share of the functions whose name matches: their own samples together, and the most that one of them has
 * with all it calls. Shares are those of the digest: at least a thousandth, of the 120 hottest.
 * @returns {{self: Uint16Array, total: Uint16Array, name: Int32Array}} name: of the hottest match; -1: no match
 */
export function matchFunctions(table, names, regex, n) {
    const hit = Uint8Array.from(names, (name) => (regex.test(name) ? 1 : 0));
    const self = new Uint16Array(n), total = new Uint16Array(n), name = new Int32Array(n).fill(-1);
    for (let i = 0; i < n; i++) {
        let best = -1;
        for (let k = table.start[i]; k < table.start[i + 1]; k++) {
            if (!hit[table.name[k]]) continue;
            self[i] = Math.min(10000, self[i] + table.self[k]);
            if (table.total[k] > total[i]) total[i] = table.total[k];
            if (best < 0 || table.self[k] > table.self[best]) best = k;
        }
        if (best >= 0) name[i] = table.name[best];
    }
    return { self, total, name };
}

/**
 * @param {any} list
 * @param {ReturnType<typeof columnsOf>} columns
 * @param {{from: string, to: string, filters: Record<string, string>, sort: string, up: boolean}} query
 * @param {ReturnType<typeof matchFunctions>|null} matches
 * @returns {Uint32Array} rows
 */
export function selectRows(list, columns, query, matches) {
    const from = parseDay(query.from), to = parseDay(query.to);
    const tests = columns.filter((c) => (query.filters[c.id] || '').trim()).map((c) => columnTest(c, query.filters[c.id]));
    const rows = [];
    for (let i = 0; i < list.n; i++) {
        const date = list.date[i];
        if (from !== null && !(date !== null && date >= from)) continue;
        if (to !== null && !(date !== null && date < to + 86400)) continue;
        if (matches && matches.name[i] < 0) continue;
        if (tests.every((t) => t(i))) rows.push(i);
    }
    const column = columns.find((c) => c.id === query.sort);
    const value = query.sort === 'match' && matches ? (i) => matches.total[i] : column?.value;
    if (value && !(query.sort === 'date' && !query.up)) rows.sort((a, b) => compare(value(a), value(b)) * (query.up ? 1 : -1) || a - b);
    return Uint32Array.from(rows);
}

function compare(a, b) {
    if (typeof a === 'number') return a - b;
    return a < b ? -1 : a > b ? 1 : 0;
}

/** Shares of one name over the rows of a series, NaN where it is not among the hottest. */
export function sharesOf(table, rows, name, total) {
    return Float64Array.from(rows, (i) => {
        for (let k = table.start[i]; k < table.start[i + 1]; k++) if (table.name[k] === name) return (total ? table.total : table.self)[k] / 10000;
        return NaN;
    });
}

/** The names that matter most in a series: what changed first, then by share of the newest nights. */
export function hottestNames(table, rows, total, changed, most) {
    const sum = new Map();
    for (const i of rows.slice(-30)) {
        for (let k = table.start[i]; k < table.start[i + 1]; k++) {
            const share = (total ? table.total : table.self)[k];
            if (share) sum.set(table.name[k], (sum.get(table.name[k]) || 0) + share);
        }
    }
    const by = [...sum.entries()].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([name]) => name);
    return [...new Set([...changed, ...by])].slice(0, most);
}
