/* SPDX-License-Identifier: MIT
 *
 * Rows of a table or tree of any length: only those in the window are elements. One row is the active one; it is where
 * the keys go, and it is told to screen readers by aria-activedescendant. */
import { el, onNextFrame, onPaper } from './dom.js';

const BEYOND = 6;

/**
 * @param {{id: string, role: string, label: string, rowRole: string, head?: HTMLElement|null, fill: (row: HTMLElement, i: number) => void,
 *          onEnter: (i: number, event: Event) => void, onMenu: (i: number, x: number, y: number) => void, onActive: (i: number) => void,
 *          onKey: (i: number, event: KeyboardEvent) => boolean}} how fill: writes row i anew
 */
export function createVirtualRows({ id, role, label, rowRole, head = null, fill, onEnter, onMenu, onActive, onKey }) {
    const space = el('div', { class: 'rows-space', role: head ? 'rowgroup' : 'presentation' });
    const root = el('div', { id, class: 'rows', role, 'aria-label': label, tabindex: '0' }, head, space);
    let n = 0, active = -1, drawn = new Map(), rowHeight = 24;
    const draw = onNextFrame(drawNow);

    /* The head stays above the rows that scroll beneath it. */
    const room = () => root.clientHeight - (head ? head.offsetHeight : 0);
    const measured = () => (window.matchMedia('(max-width: 720px)').matches ? 40 : 24);

    function drawNow() {
        const top = root.scrollTop, from = Math.max(0, Math.floor(top / rowHeight) - BEYOND), to = Math.min(n, Math.ceil((top + room()) / rowHeight) + BEYOND);
        const next = new Map();
        for (let i = from; i < to; i++) {
            const row = drawn.get(i) || el('div', { class: 'row', role: rowRole, id: `${id}-${i}`, 'data-row': String(i) });
            if (!drawn.has(i)) { row.style.setProperty('top', i * rowHeight + 'px'); fill(row, i); }
            row.classList.toggle('active', i === active);
            if (rowRole === 'row') row.setAttribute('aria-rowindex', String(i + (head ? 2 : 1)));
            row.setAttribute('aria-selected', String(i === active));
            next.set(i, row);
        }
        // A row that is pressed stays where it is: the press would not become a click.
        if (next.size !== drawn.size || !next.size || [...next.keys()].some((i) => !drawn.has(i))) space.replaceChildren(...next.values());
        drawn = next;
        if (next.has(active)) root.setAttribute('aria-activedescendant', `${id}-${active}`); else root.removeAttribute('aria-activedescendant');
    }

    function activate(i, tell = true) {
        if (!n) return;
        active = Math.max(0, Math.min(n - 1, i));
        const y = active * rowHeight;
        if (y < root.scrollTop) root.scrollTop = y;
        else if (y + rowHeight > root.scrollTop + room()) root.scrollTop = y + rowHeight - room();
        drawNow();
        if (tell) onActive(active);
    }

    const rowAt = (event) => Number(event.target.closest?.('[data-row]')?.dataset.row ?? -1);
    root.addEventListener('scroll', draw);
    root.addEventListener('click', (event) => { const i = rowAt(event); if (i >= 0) { activate(i); if (event.target.closest('.more')) menuOf(i); } });
    root.addEventListener('dblclick', (event) => { const i = rowAt(event); if (i >= 0) onEnter(i, event); });
    root.addEventListener('contextmenu', (event) => {
        const byPointer = event.button === 2 || event.pointerType === 'touch', i = byPointer ? rowAt(event) : active;
        if (i < 0) return;
        event.preventDefault();
        activate(i);
        if (byPointer) onMenu(i, event.clientX, event.clientY); else menuOf(i);
    });
    function menuOf(i) {
        const box = (drawn.get(i)?.querySelector('.more') || drawn.get(i) || root).getBoundingClientRect();
        onMenu(i, box.left, box.bottom);
    }
    root.addEventListener('keydown', (event) => {
        if (event.target !== root || event.ctrlKey || event.metaKey || event.altKey) return;
        const page = Math.max(1, Math.floor(room() / rowHeight) - 1);
        const to = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: n - 1 }[event.key];
        if (to !== undefined) activate(active < 0 ? 0 : to);
        else if (event.key === 'Enter') { if (active >= 0) onEnter(active, event); } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) { activate(active); menuOf(active); } else if (active < 0 || !onKey(active, event)) return;
        event.preventDefault();
        event.stopPropagation();
    });
    root.addEventListener('focus', () => { if (active < 0) activate(Math.ceil(root.scrollTop / rowHeight)); });

    return {
        root,
        /** Shows n rows, each written anew. */
        show(count) {
            n = count;
            rowHeight = measured();
            active = Math.min(active, n - 1);
            space.style.setProperty('height', n * rowHeight + 'px');
            space.style.setProperty('--row', rowHeight + 'px');
            drawn = new Map();
            root.setAttribute(role === 'tree' ? 'data-rows' : 'aria-rowcount', String(n + (head ? 1 : 0)));
            drawNow();
        },
        activate, active: () => active,
        reset() { active = -1; root.scrollTop = 0; },
        resize(h) {
            const paper = onPaper();
            root.style.setProperty('height', (paper ? Math.min(h, space.offsetHeight + (head ? head.offsetHeight : 0)) : h) + 'px');
            (paper ? drawNow : draw)(); /* no frame comes before the paper */
        },
    };
}
