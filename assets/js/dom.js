/* SPDX-License-Identifier: MIT
 *
 * Building the page's elements: text goes in as text nodes only, so a name is never markup. */

import { shown } from './shown.js';

/* Attributes that are read. */
const TOLD = ['title', 'aria-label'];

/** el('button', {id: 'x', class: 'seg', onclick: f}, 'text', child…) */
export function el(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    if (tag === 'button') node.type = tag;
    for (const [key, value] of Object.entries(attributes)) {
        if (value === null || value === undefined || value === false) continue;
        if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
        else node.setAttribute(key, value === true ? '' : TOLD.includes(key) ? shown(value) : value);
    }
    node.append(...children.filter((c) => c !== null && c !== undefined).map((c) => (typeof c === 'string' ? shown(c) : c)));
    return node;
}

export function button(id, text, onclick, more) {
    return el('button', { class: 'button', id, onclick, ...more }, text);
}

/** Facts as a list: [name, what]. */
export const factsList = (rows) => el('dl', { class: 'facts' }, ...rows.flatMap(([name, what]) => [el('dt', { dir: 'auto' }, name), el('dd', { dir: 'auto' }, what)]));

/** A link that does something on this page; where it leads is for who copies it. */
export const link = (text, run, more) => el('a', { href: '#', ...more, onclick: (event) => { event.preventDefault(); run(); } }, el('bdi', {}, text));

/** What is wrong with the text of fields, or another line that comes and goes: hidden when there is nothing to say. */
export function tell(node, text, ...fields) {
    node.textContent = shown(text);
    node.hidden = !text;
    for (const field of fields) field.setAttribute('aria-invalid', Boolean(text));
}

/** Options of a select: [value, text]; made anew only when they are others. */
export function offer(select, options) {
    const key = JSON.stringify(options);
    if (select.key === key) return;
    select.key = key;
    select.replaceChildren(...options.map(([value, text]) => el('option', { value }, text)));
}

/** A small square of a colour; without one an outline. */
export function swatch(colour) {
    const node = el('i', { class: colour ? 'swatch' : 'swatch hollow' });
    node.style.background = colour;
    return node;
}

/** A row of buttons of which one is pressed. options: [value, text, title?]. */
export function segmented(id, label, options, onPick) {
    const root = el('div', { class: 'seg', role: 'group', id, 'aria-label': label }, ...options.map(([value, text, title]) => el('button', { 'data-value': String(value), title, onclick: () => onPick(value) }, text)));
    return { root, set(value) { for (const b of root.children) b.setAttribute('aria-pressed', b.dataset.value === String(value)); } };
}

/** Laid out for printing: app.js. */
export const onPaper = () => document.documentElement.classList.contains('fp-print');

/** Makes a canvas w × h CSS pixels at the screen's resolution; returns its context, scaled to CSS pixels. */
export function sizeCanvas(canvas, w, h) {
    const ratio = onPaper() ? 2 : window.devicePixelRatio;
    const pw = Math.max(1, Math.round(w * ratio)), ph = Math.max(1, Math.round(h * ratio));
    if (canvas.width !== pw) canvas.width = pw;
    if (canvas.height !== ph) canvas.height = ph;
    canvas.style.width = w + 'px';
    canvas.style.height = h + 'px';
    const ctx = canvas.getContext('2d');
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    return { ctx, ratio };
}

/** Runs f once in the next frame, however often it is asked for. */
export function onNextFrame(f) {
    let asked = false;
    return () => {
        if (asked) return;
        asked = true;
        requestAnimationFrame(() => { asked = false; f(); });
    };
}

/** Runs f once when the next frame is out, however often it is asked for: for what a reader need not wait for. */
export function afterNextFrame(f) {
    return onNextFrame(() => setTimeout(f));
}

/** The theme's colours, for the painters. */
export function themeColors() {
    const style = getComputedStyle(document.documentElement);
    return Object.fromEntries(['ink', 'quiet', 'faint', 'line', 'paper', 'blue', 'area', 'font'].map((name) => [name, style.getPropertyValue('--' + name).trim()]));
}

/**
 * Lists are written anew, and buttons go when they have done their work: the focus, which would fall to the top of the page, goes to what stands
 * in their place. Returns what is called after such a change.
 */
export function keepFocus(root) {
    const here = (e) => !e.disabled && e.getClientRects().length > 0, all = (part) => [...part.querySelectorAll('button, select, input, summary, a[href], [tabindex="0"]')].filter(here);
    let was = null, part = null, at = 0;
    document.addEventListener('pointerdown', () => { was = null; }, true);
    root.addEventListener('focusin', ({ target }) => {
        was = target;
        part = target.parentElement.closest('[id], .tools');
        at = all(part).indexOf(target);
    });
    return () => {
        if (!was || here(was) || ![was, document.body].includes(document.activeElement)) return;
        const own = all(part), next = own[Math.min(at, own.length - 1)] || all(root).find((e) => part.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING);
        was = null;
        next?.focus({ preventScroll: true });
    };
}
