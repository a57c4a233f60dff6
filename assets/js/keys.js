/* SPDX-License-Identifier: MIT
 *
 * The keys that work anywhere on the page, and the sheet that lists all of them. */
import { el } from './dom.js';
import { VIEWS } from './graphs.js';

const SHEET = [
    ['On the map', [['arrows', 'move the cursor'], ['Shift + arrows', 'extend the selection'], ['Enter', 'set the start, then the end'],
        ['+, −, 0', 'look closer, see more, all of it'], ['a', 'set the selection beside others'], ['m', 'mark the selection'], ['c', 'select the whole column'], ['Home, End', 'first, last cell'], ['Page Up, Page Down', 'ten columns on, back']]],
    ['With the pointer', [['click, click', 'start and end of a range, in either order'], ['drag', 'a range'], ['click below or above a column', 'the whole column'],
        ['Shift + click', 'extend the selection'], ['drag a handle', 'move one end'], ['Ctrl + wheel, two fingers', 'look closer, see more'], ['Shift + wheel, the strip below', 'move through time'], ['on touch', 'tap, tap; hold, then drag']]],
    ['In the graph', [['arrows', 'parent, child, sibling'], ['Enter', 'zoom; in time: select'], ['Home', 'to the root'], ['menu key, Shift + F10', 'what can be done with the frame; on touch: hold'],
        ['f, m, c, r, d', 'focus, hide, fold, collapse recursion, leave out'], ['o', 'callers and callees'], ['←, →, *', 'in the tree: close, open, open the main path']]],
    ['Anywhere', [['/, Ctrl + F', 'search'], ['w', 'whole profile'], ['i', 'flame or icicle'], ['1 … 7', 'flame, icicle, inverted, middle-out, in time, table, tree'], ['n, N', 'next, previous match'], ['b, p, x', 'compare with the rest; pin; swap'], ['[ , ]', 'profile before, after'],
        ['Esc', 'one step back: zoom, search, transform, selection'], ['?', 'this sheet']]],
];

export function createKeySheet() {
    const close = el('button', { class: 'button', id: 'fp-keys-close', onclick: () => toggle(false) }, 'Close');
    const root = el('div', { id: 'fp-keys', role: 'dialog', 'aria-modal': 'true', 'aria-label': 'Keys', hidden: true },
        el('div', { class: 'sheet' }, el('div', { class: 'sheet-head' }, el('h2', {}, 'Keys'), close),
            el('div', { class: 'sheet-body' }, ...SHEET.map(([title, rows]) => el('section', {}, el('h3', {}, title),
                el('dl', {}, ...rows.flatMap(([key, what]) => [el('dt', {}, key), el('dd', {}, what)])))))));
    root.addEventListener('click', (event) => { if (event.target === root) toggle(false); });
    root.addEventListener('keydown', (event) => { if (event.key === 'Tab') { event.preventDefault(); close.focus(); } });
    let back = null;
    function toggle(on) {
        if (root.hidden !== on) return;
        root.hidden = !on;
        if (on) { back = document.activeElement; close.focus(); } else back?.focus?.();
    }
    return { root, toggle, open: () => !root.hidden };
}

/** actions: {escape, search, whole, icicle, rest, pin, swap, view(name), match(±1), tab(±1), sheet}. Keys typed into a field are the field's. */
export function listenKeys(actions) {
    document.addEventListener('keydown', (event) => {
        if (event.defaultPrevented) return;
        // What is drawn the browser cannot find; pressed again, the key is its own.
        if (/^f$/i.test(event.key) && event.ctrlKey !== event.metaKey && event.target.id !== 'fp-search') { event.preventDefault(); actions.search(); }
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === 'Escape') { actions.escape(event); return; }
        if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
        const run = { '/': actions.search, w: actions.whole, i: actions.icicle, b: actions.rest, p: actions.pin, x: actions.swap, '?': actions.sheet, n: () => actions.match(1), N: () => actions.match(-1), '[': () => actions.tab(-1), ']': () => actions.tab(1) }[event.key] || (VIEWS[event.key - 1] && (() => actions.view(VIEWS[event.key - 1])));
        if (!run) return;
        event.preventDefault();
        run();
    });
}
