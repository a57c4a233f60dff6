/* SPDX-License-Identifier: MIT
 *
 * Lines over the nights, as SVG: shares of a few functions, dashed where they changed. */
import { formatDate } from './site_query.js';

const NS = 'http://www.w3.org/2000/svg';
/* Of site.css, for light and dark; what comes after the sixth repeats them, dashed. */
export const COLOURS = ['var(--c0)', 'var(--c1)', 'var(--c2)', 'var(--c3)', 'var(--c4)', 'var(--c5)'];
const HEIGHT = 260, LEFT = 52, RIGHT = 12, TOP = 10, BOTTOM = 26, LABEL = 112;

export function svg(tag, attributes, ...children) {
    const node = document.createElementNS(NS, tag);
    for (const [key, value] of Object.entries(attributes)) if (value !== null && value !== undefined) node.setAttribute(key, String(value));
    node.append(...children.filter((c) => c !== null));
    return node;
}

/** A round number of at least `top`, and a step that cuts it in two to five. */
function roundTop(top) {
    if (!(top > 0)) return { top: 0.01, step: 0.005 };
    const unit = 10 ** Math.floor(Math.log10(top));
    for (const k of [1, 1.5, 2, 3, 4, 5, 6, 8, 10]) if (k * unit >= top * 0.999) return { top: k * unit, step: (k * unit) / ([1, 2, 4, 8].includes(k) ? 4 : k === 10 || k === 5 ? 5 : 3) };
    return { top: 10 * unit, step: 2 * unit };
}

/* A path that leaves gaps where nothing is known. */
function pathOf(values, x, y) {
    let d = '';
    for (let i = 0, on = false; i < values.length; i++) {
        const known = !Number.isNaN(values[i]);
        if (known) d += `${on ? 'L' : 'M'}${x(i).toFixed(1)} ${y(values[i]).toFixed(1)}`;
        on = known;
    }
    return d;
}

const percent = (v) => `${+(v * 100).toPrecision(3)} %`;

/**
 * @param {{width: number, dates: number[], lines: {name: string, shares: Float64Array, colour: string, dashed: boolean}[],
 *   turns: {at: number, title: string}[], onPick: (night: number) => void, onHover: (night: number|null, x: number, y: number) => void}} o
 */
export function drawChart({ width, dates, lines, turns, onPick, onHover }) {
    const n = dates.length, w = Math.max(260, width);
    let most = 0;
    for (const l of lines) for (const v of l.shares) if (v > most) most = v;
    const { top, step } = roundTop(most);
    const span = dates[n - 1] - dates[0];
    const x = (i) => LEFT + (w - LEFT - RIGHT) * (span ? (dates[i] - dates[0]) / span : 0.5);
    const y = (v) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - v / top);
    const root = svg('svg', { width: w, height: HEIGHT, viewBox: `0 0 ${w} ${HEIGHT}`, class: 'chart', role: 'img', 'aria-label': `Shares of ${lines.length} functions over ${n} nights`, tabindex: '0' });
    for (let v = 0; v <= top * 1.001; v += step) {
        root.append(svg('path', { d: `M${LEFT} ${y(v).toFixed(1)}H${w - RIGHT}`, class: 'grid' }), svg('text', { x: LEFT - 6, y: (y(v) + 4).toFixed(1), 'text-anchor': 'end' }, percent(v)));
    }
    for (let i = 0, last = -Infinity; i < n; i++) {
        if (x(i) - last < LABEL || (i && i < n - 1 && x(n - 1) - x(i) < LABEL)) continue;
        last = x(i);
        root.append(svg('text', { x: last.toFixed(1), y: HEIGHT - 8, 'text-anchor': i === 0 ? 'start' : i === n - 1 ? 'end' : 'middle' }, formatDate(dates[i]).slice(0, 10)));
    }
    for (const t of turns) {
        const at = ((x(t.at) + x(t.at - 1)) / 2).toFixed(1);
        root.append(svg('path', { d: `M${at} ${TOP}V${HEIGHT - BOTTOM}`, class: 'turn' }, svg('title', {}, t.title)));
    }
    for (const l of lines) {
        root.append(svg('path', { d: pathOf(l.shares, x, y), class: 'line', stroke: l.colour, 'stroke-dasharray': l.dashed ? '5 3' : null }));
        if (n <= 60) for (let i = 0; i < n; i++) if (!Number.isNaN(l.shares[i])) root.append(svg('circle', { cx: x(i).toFixed(1), cy: y(l.shares[i]).toFixed(1), r: 2.2, fill: l.colour }));
    }
    const cursor = svg('path', { class: 'cursor', d: '' });
    root.append(cursor);
    let night = null;
    function setNight(i, px, py) {
        night = i;
        cursor.setAttribute('d', i === null ? '' : `M${x(i).toFixed(1)} ${TOP}V${HEIGHT - BOTTOM}`);
        onHover(i, px, py);
    }
    const nearest = (clientX) => {
        const at = clientX - root.getBoundingClientRect().left;
        let best = 0;
        for (let i = 1; i < n; i++) if (Math.abs(x(i) - at) < Math.abs(x(best) - at)) best = i;
        return best;
    };
    root.addEventListener('pointermove', (e) => setNight(nearest(e.clientX), e.clientX, e.clientY));
    root.addEventListener('pointerleave', () => setNight(null, 0, 0));
    root.addEventListener('blur', () => setNight(null, 0, 0));
    root.addEventListener('click', (e) => onPick(nearest(e.clientX)));
    root.addEventListener('keydown', (e) => {
        const step2 = { ArrowLeft: -1, ArrowRight: 1 }[e.key], box = root.getBoundingClientRect();
        if (e.key === 'Enter' && night !== null) onPick(night);
        if (!step2) return;
        e.preventDefault();
        const i = Math.max(0, Math.min(n - 1, night === null ? (step2 > 0 ? 0 : n - 1) : night + step2));
        setNight(i, box.left + x(i), box.top + 40);
    });
    return root;
}

/** A line of 140 × 24 pixels with its own scale. */
export function sparkline(shares, colour) {
    const w = 140, h = 24, n = shares.length;
    let low = Infinity, high = 0;
    for (const v of shares) { if (v < low) low = v; if (v > high) high = v; }
    if (high - low < 0.002) { low = Math.max(0, (high + low) / 2 - 0.001); high = low + 0.002; }
    const d = pathOf(shares, (i) => (n > 1 ? (i * (w - 2)) / (n - 1) + 1 : w / 2), (v) => h - 2 - ((h - 4) * (v - low)) / (high - low));
    return svg('svg', { width: w, height: h, 'aria-hidden': 'true' }, svg('path', { d, class: 'line', stroke: colour }));
}
