/* SPDX-License-Identifier: MIT
 *
 * The tooltip: a few lines of text near the pointer, inside the window, never under the pointer. */
import { el } from './dom.js';

export function createTooltip() {
    const root = el('div', { id: 'fp-tooltip', 'aria-hidden': 'true', hidden: true });
    return {
        root,
        /** lines: [text, class?]; the first is the name. */
        show(lines, x, y) {
            root.replaceChildren(...lines.map(([text, kind]) => el('div', { class: kind, dir: 'auto' }, text)));
            root.hidden = false;
            const w = root.offsetWidth, h = root.offsetHeight;
            const left = x + 14 + w > window.innerWidth - 4 ? x - 14 - w : x + 14;
            const top = y + 18 + h > window.innerHeight - 4 ? y - 12 - h : y + 18;
            root.style.setProperty('left', Math.max(4, left) + 'px');
            root.style.setProperty('top', Math.max(4, top) + 'px');
        },
        hide() { root.hidden = true; },
    };
}
