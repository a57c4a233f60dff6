/* SPDX-License-Identifier: MIT
 *
 * A menu of actions, at a button or at the pointer: arrows, Home, End, the first letter, Enter; Esc and a click elsewhere
 * close it and give the focus back. One is open at a time. */
import { el } from './dom.js';

let close = () => false;

export const closeMenu = () => close();

/**
 * @param {{x: number, y: number, title: string, items: ({text: string, note?: string, checked?: boolean, run: () => void}|null)[]}} menu
 *        null: a line between; checked: one that is on or off
 */
export function openMenu({ x, y, title, items }) {
    close();
    const back = document.activeElement, buttons = [];
    const rows = items.map((item) => {
        if (!item) return el('div', { role: 'separator' });
        const b = el('button', { role: item.checked === undefined ? 'menuitem' : 'menuitemcheckbox', 'aria-checked': item.checked === undefined ? null : String(item.checked), tabindex: '-1',
            onclick: () => { close(); item.run(); } }, el('span', {}, item.text), item.note ? el('span', { class: 'quiet' }, item.note) : null);
        buttons.push(b);
        return b;
    });
    const root = el('div', { id: 'fp-menu', class: 'menu', role: 'menu', 'aria-label': title.slice(0, 300) }, el('div', { class: 'menu-title', role: 'presentation' }, el('bdi', {}, title.slice(0, 300))), ...rows);
    document.querySelector('[role=main]').append(root); /* inside a landmark */
    const outside = (event) => { if (!root.contains(event.target)) close(); };
    close = () => {
        if (!root.isConnected) return false;
        const inside = root.contains(document.activeElement) || document.activeElement === document.body;
        root.remove();
        document.removeEventListener('pointerdown', outside, true);
        if (inside) back?.focus?.();
        close = () => false;
        return true;
    };
    document.addEventListener('pointerdown', outside, true);
    root.addEventListener('contextmenu', (event) => event.preventDefault());
    listenInMenu(root, () => buttons, close);
    root.style.left = `${Math.max(4, Math.min(x, window.innerWidth - root.offsetWidth - 4))}px`;
    root.style.top = `${Math.max(4, Math.min(y, window.innerHeight - root.offsetHeight - 4))}px`;
    buttons[0].focus();
}

/** The keys of a menu that is open. buttonsOf(): those that can be chosen. */
export function listenInMenu(root, buttonsOf, leave) {
    root.addEventListener('keydown', (event) => {
        const { key } = event, buttons = buttonsOf(), at = buttons.indexOf(document.activeElement), n = buttons.length;
        const letter = key.length === 1 && key !== ' ' && !event.ctrlKey && !event.metaKey ? key.toLowerCase() : '';
        const found = letter && [...buttons.slice(at + 1), ...buttons].find((b) => b.textContent.toLowerCase().startsWith(letter));
        const next = { ArrowDown: buttons[(at + 1) % n], ArrowUp: buttons[(at + n - 1) % n], Home: buttons[0], End: buttons[n - 1] }[key] || found;
        event.stopPropagation();
        if (next) next.focus();
        else if (key === 'Escape' || key === 'Tab') leave();
        else return;
        if (key !== 'Tab') event.preventDefault();
    });
}
