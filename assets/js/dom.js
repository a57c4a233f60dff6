/* SPDX-License-Identifier: MIT
 *
 * Building the page's elements: text goes in as text nodes only, so a name is never markup. */

/** el('button', {id: 'x', class: 'seg', onclick: f}, 'text', child…) */
export function el(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) {
        if (value === null || value === undefined || value === false) continue;
        if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
        else node.setAttribute(key, value === true ? '' : value);
    }
    node.append(...children.filter((c) => c !== null && c !== undefined));
    return node;
}

export function button(id, text, onclick, more) {
    return el('button', { type: 'button', class: 'button', id, onclick, ...more }, text);
}

/** A row of buttons of which one is pressed. options: [value, text, title?]. */
export function segmented(label, options, onPick) {
    const buttons = new Map();
    const root = el('div', { class: 'seg', role: 'group', 'aria-label': label });
    for (const [value, text, title] of options) {
        const b = el('button', { type: 'button', 'aria-pressed': 'false', 'data-value': String(value), title, onclick: () => onPick(value) }, text);
        buttons.set(value, b);
        root.append(b);
    }
    return { root, set(value) { for (const [v, b] of buttons) b.setAttribute('aria-pressed', String(v === value)); } };
}

/** Laid out for printing: app.js. */
export const onPaper = () => document.documentElement.classList.contains('fp-print');

/** Makes a canvas w × h CSS pixels at the screen's resolution; returns its context, scaled to CSS pixels. */
export function sizeCanvas(canvas, w, h) {
    const ratio = onPaper() ? 2 : window.devicePixelRatio || 1;
    const pw = Math.max(1, Math.round(w * ratio)), ph = Math.max(1, Math.round(h * ratio));
    if (canvas.width !== pw) canvas.width = pw;
    if (canvas.height !== ph) canvas.height = ph;
    canvas.style.setProperty('width', w + 'px');
    canvas.style.setProperty('height', h + 'px');
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
    const get = (name) => style.getPropertyValue('--' + name).trim();
    return { ink: get('ink'), quiet: get('quiet'), faint: get('faint'), line: get('line'), paper: get('paper'), blue: get('blue'),
        area: get('area'), frameInk: get('frame-ink'), fadedInk: get('faded-ink'), font: get('font') };
}
