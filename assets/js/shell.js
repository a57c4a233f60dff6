/* SPDX-License-Identifier: MIT
 *
 * The page's fixed elements: header, toolbars, read-out lines. No data but labels; everything that changes is reached
 * through the returned object. */
import { el, segmented } from './dom.js';
import { HEAT_NAMES } from './palette.js';
import { WHO_KEYS, WHO_LABELS } from './who.js';

/** act: what the controls do; see app.js. parts: the views' roots. */
export function buildShell(act, parts) {
    const button = (id, text, onclick, more) => el('button', { type: 'button', class: 'button', id, onclick, ...more }, text);
    const ui = {};
    ui.title = el('h1', { dir: 'auto' });
    ui.facts = el('p', { class: 'facts-line', id: 'fp-facts' });
    ui.tally = el('p', { class: 'tally-line', id: 'fp-tally', hidden: true });
    ui.copy = button('fp-copy', 'Copy link', act.copy);
    ui.tabs = el('nav', { class: 'tabs', role: 'tablist', 'aria-label': 'Profiles', hidden: true });
    const header = el('header', {}, el('div', { class: 'head' }, el('div', { class: 'head-text' }, ui.title, ui.facts),
        el('div', { class: 'head-buttons' }, ui.copy, button('fp-keys-open', '? Keys', act.sheet, { 'aria-haspopup': 'dialog' }))), ui.tally, ui.tabs);

    ui.event = el('select', { id: 'fp-event', 'aria-label': 'Event', onchange: (e) => act.event(Number(e.target.value)) });
    ui.period = el('select', { id: 'fp-period', 'aria-label': 'Seconds per column', onchange: (e) => act.period(Number(e.target.value)) });
    ui.rowsSeg = el('span', { class: 'rows-seg' });
    ui.rows = el('input', { id: 'fp-rows', type: 'number', min: '1', max: '1000', 'aria-label': 'Rows', inputmode: 'numeric', onchange: (e) => act.rows(Number(e.target.value)) });
    ui.palette = el('select', { id: 'fp-palette', 'aria-label': 'Colours of the map', onchange: (e) => act.palette(e.target.value) },
        ...HEAT_NAMES.map((n) => el('option', { value: n }, n)));
    ui.scale = segmented('Scale', [['robust', 'robust', 'the top 0.5 % of the cells share the strongest colour'], ['full', 'full', 'the fullest cell has the strongest colour']], act.scale);
    ui.scale.root.id = 'fp-scale';
    /* One list per thing to filter by: choices are set by showChoices. */
    const lists = Object.fromEntries(WHO_KEYS.map((key) => {
        const select = el('select', { id: `fp-who-${key}`, class: 'who-list', onchange: () => act.choose(key, ui.who.values[key][select.selectedIndex - 1]?.value ?? null) });
        return [key, { select, label: el('label', { class: 'pair', hidden: true }, WHO_LABELS[key], select) }];
    }));
    ui.everyone = button('fp-everyone', 'Clear filter', act.everyone, { hidden: true });
    ui.who = { lists, values: {} };
    ui.idle = el('input', { type: 'checkbox', id: 'fp-idle', onchange: (e) => act.idle(e.target.checked) });
    ui.idleText = el('span', {});
    ui.idleLabel = el('label', { class: 'check', for: 'fp-idle', hidden: true }, ui.idle, ui.idleText);
    const field = (id, label) => el('input', { id, type: 'text', 'aria-label': label, autocomplete: 'off', spellcheck: 'false', onchange: act.typed,
        onkeydown: (e) => { if (e.key === 'Enter') act.typed(); } });
    ui.from = field('fp-from', 'From');
    ui.to = field('fp-to', 'To');
    ui.rangeError = el('span', { id: 'fp-range-error', class: 'field-error', role: 'alert', hidden: true });
    ui.selection = el('output', { id: 'fp-selection', class: 'num' });
    ui.whole = button('fp-whole', 'Whole profile', act.whole);
    ui.cell = el('output', { id: 'fp-cell', class: 'num quiet' });
    ui.flat = el('p', { class: 'flat', id: 'fp-flat', hidden: true });
    ui.mapTools = el('div', { class: 'tools' }, el('h2', {}, 'Heatmap'), el('label', { class: 'pair' }, 'column', ui.period),
        el('span', { class: 'pair' }, 'rows', ui.rowsSeg, ui.rows), el('label', { class: 'pair' }, 'colours', ui.palette),
        el('span', { class: 'pair' }, 'scale', ui.scale.root));
    ui.rangeTools = el('div', { class: 'tools range' }, el('span', { class: 'pair' }, el('label', { for: 'fp-from' }, 'from'), ui.from,
        el('label', { for: 'fp-to' }, 'to'), ui.to, ui.rangeError), ui.selection, ui.whole, ui.cell);
    ui.scaleNote = el('p', { class: 'scale-note quiet', id: 'fp-scale-note' });
    ui.mapSection = el('section', { class: 'map-section', 'aria-label': 'Heatmap' }, ui.mapTools, ui.rangeTools, parts.map, ui.scaleNote);

    ui.mode = segmented('Direction', [[false, 'Flame', 'root at the bottom'], [true, 'Icicle', 'root at the top']], act.icicle);
    ui.mode.root.id = 'fp-mode';
    ui.colours = segmented('Colours of the frames', [[false, 'Kind', 'colours tell user, kernel, JIT and inlined apart'], [true, 'Package', 'colours tell packages apart']], act.byPackage);
    ui.colours.root.id = 'fp-colours';
    ui.crumbs = el('nav', { id: 'fp-crumbs', 'aria-label': 'Zoomed into' });
    ui.resetZoom = button('fp-reset-zoom', 'Reset zoom', () => act.zoom(0), { hidden: true });
    ui.search = el('input', { id: 'fp-search', type: 'search', placeholder: 'Search frames (regex)', 'aria-label': 'Search frames, a regular expression',
        'aria-describedby': 'fp-search-error fp-matched', autocomplete: 'off', spellcheck: 'false', oninput: (e) => act.search(e.target.value) });
    ui.withCase = el('button', { type: 'button', id: 'fp-case', 'aria-pressed': 'false', title: 'match upper and lower case', onclick: act.withCase }, 'Aa');
    ui.matched = el('output', { id: 'fp-matched', class: 'num', hidden: true });
    ui.searchError = el('span', { id: 'fp-search-error', class: 'field-error', role: 'alert', hidden: true });
    ui.graphTools = el('div', { class: 'tools' }, ui.mode.root, ui.colours.root, ui.resetZoom, ui.crumbs,
        el('div', { class: 'search', role: 'search' }, ui.search, ui.matched, ui.withCase, ui.searchError));
    ui.kinds = el('ul', { id: 'fp-kinds', class: 'kinds', 'aria-label': 'Colours of the frames' });
    ui.readout = el('output', { id: 'fp-readout', class: 'num', dir: 'auto' });
    ui.graphSection = el('section', { class: 'graph-section', 'aria-label': 'Flame graph' }, ui.graphTools, parts.flame,
        el('div', { class: 'under' }, ui.kinds, ui.readout));

    ui.notice = el('p', { class: 'notice', role: 'status', id: 'fp-notice', hidden: true });
    ui.live = el('div', { class: 'hidden-text', 'aria-live': 'polite', id: 'fp-live' });
    ui.pick = el('div', { class: 'pick' }, el('label', { class: 'pair' }, 'event', ui.event),
        ...Object.values(lists).map((l) => l.label), ui.everyone, ui.idleLabel);
    ui.main = el('div', { class: 'main', role: 'main' }, ui.notice, ui.pick, ui.flat, ui.mapSection, ui.graphSection);
    ui.root = [header, el('div', { class: 'body' }, ui.main, parts.side), parts.tooltip, parts.sheet, ui.live];
    return ui;
}
