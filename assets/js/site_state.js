/* SPDX-License-Identifier: MIT
 *
 * What an index shows, in the address: a link opens the same view, filters and search. Pure. */

export const VIEWS = ['reports', 'trends', 'calendar', 'groups'];

export function defaultState() {
    return { view: 'reports', find: '', from: '', to: '', filters: {}, sort: 'date', up: false, series: 0, of: 'functions', total: false, names: [], group: '' };
}

/** Only what differs from the default. */
export function formatHash(s) {
    const d = defaultState(), p = new URLSearchParams();
    if (s.view !== d.view) p.set('v', s.view);
    if (s.find) p.set('f', s.find);
    if (s.from) p.set('from', s.from);
    if (s.to) p.set('to', s.to);
    for (const [id, text] of Object.entries(s.filters)) if (text.trim()) p.set(`c.${id}`, text);
    if (s.sort !== d.sort || s.up !== d.up) p.set('sort', (s.up ? '' : '-') + s.sort);
    if (s.series) p.set('s', String(s.series));
    if (s.of !== d.of) p.set('of', s.of);
    if (s.total) p.set('total', '1');
    for (const name of s.names) p.append('n', name);
    if (s.group) p.set('g', s.group);
    const text = p.toString();
    return text ? '#' + text : '';
}

/** Anything may stand in an address; what makes no sense is left out. */
export function parseHash(hash) {
    const s = defaultState(), p = new URLSearchParams(hash.replace(/^#/, '').slice(0, 20000));
    const day = (text) => (/^\d{4}-\d\d-\d\d$/.test(text || '') ? text : '');
    if (VIEWS.includes(p.get('v'))) s.view = p.get('v');
    s.find = p.get('f') || '';
    s.from = day(p.get('from'));
    s.to = day(p.get('to'));
    const filters = new Map();
    for (const [key, value] of p) if (key.startsWith('c.')) filters.set(key.slice(2), value);
    s.filters = Object.assign(Object.create(null), Object.fromEntries(filters));
    const sort = /^(-?)(.+)$/.exec(p.get('sort') || '');
    if (sort) { s.up = !sort[1]; s.sort = sort[2]; }
    s.series = Math.max(0, Math.min(1e6, Math.floor(Number(p.get('s')) || 0)));
    if (p.get('of') === 'packages') s.of = 'packages';
    s.total = p.get('total') === '1';
    s.names = p.getAll('n').slice(0, 12);
    s.group = p.get('g') || '';
    return s;
}
