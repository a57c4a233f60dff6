/* SPDX-License-Identifier: MIT
 *
 * Drawings that open alone: what src/export/svg.c, flame_svg.c and heat_svg.c write. All lengths are whole thousandths of a
 * pixel, so both round alike. */
import { factsOf, titleOf } from "./export_facts.js";
import { columnsOf as columnsIn } from "./grid.js";
import { formatShare, formatTime } from "./numbers.js";
import { SHADES, flameTable, frameClasses, heatTable } from "./palette.js";
import { unitOf, words } from "./units.js";

const WIDTH = 1200, MARGIN = 10, TOP = 56, ROW = 18, FOOT = 34, WIDE = (WIDTH - 2 * MARGIN) * 1000, LEAST = 100, MOST_FRAMES = 20000, GLYPH = 7225;
const LEVELS = 32, GUTTER = 70, MAP_WIDTH = WIDTH - GUTTER - 2 * MARGIN, MOST_CELL = 16, MAP_HEIGHT = 400, MOST_TICKS = 10;
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** What XML cannot write, and what turns the text around it, becomes U+FFFD. */
const xml = (s) => s.replace(/[\x00-\x1f\x7f\p{Bidi_Control}\ufffe\uffff]|[\ud800-\udfff](?![\udc00-\udfff])/gu, "\ufffd").replace(/[&<>"]/g, (c) => ENTITIES[c]);
const columnsOf = (c) => (c.codePointAt(0) >= 0x1100 ? 2 : 1);

/** At most so many columns, cut with an ellipsis. */
function fit(s, columns) {
    const letters = Array.from(s.slice(0, 2 * columns + 4));
    const within = (room) => { const cut = letters.findIndex((c) => (room -= columnsOf(c)) < 0); return cut < 0 ? letters.length : cut; };
    if (within(columns) === letters.length && s.length <= 2 * columns + 4) return xml(s);
    return columns < 3 ? "" : `${xml(letters.slice(0, within(columns - 1)).join(""))}\u2026`;
}

const label = (anchor, x, y, text) => `<text text-anchor="${anchor}" x="${x}" y="${y}">${text}</text>\n`;
const quietly = (x, y, text) => `<text x="${x}" y="${y}" fill="#55585f">${text}</text>\n`;

function open(title, facts, height) {
    return `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}"`
        + ` font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="12" fill="#14120d">\n<title>${xml(title)}</title>\n`
        + `<rect width="100%" height="100%" fill="#fff"/>\n<text x="10" y="24" font-size="16" font-weight="bold">${fit(title, 90)}</text>\n`
        + quietly(10, 44, fit(facts, 160));
}

/* ---- flame graph */

/**
 * @param {import("./export_facts.js").Taken} taken
 * @param {string} script what goes inside (flame_script.js)
 * @param {{fillOf?: (node: number) => string, wordsOf?: (node: number) => string, facts?: string}} [other] colours and words of
 *        another view than the plain one
 * @returns {string[]}
 */
export function flameSvg(taken, script, { fillOf = fillsOf(taken.stacks), wordsOf = null, facts = factsOf(taken) } = {}) {
    const { p, event, stacks, weights: { total }, icicle } = taken, { nNodes, depth, frame, frames, names } = stacks, unit = unitOf(p, event);
    const say = wordsOf || ((i) => `${words(unit, total[i])} \u00b7 ${formatShare(total[i], total[0])}`);
    let least = total[0] * LEAST / WIDE, deepest = 0;
    const isDrawn = (i) => i === 0 || (total[i] > 0 && total[i] >= least);
    for (; total[0]; least *= 1.5) {
        let n = 0;
        deepest = 0;
        for (let i = 0; i < nNodes; i++) if (isDrawn(i)) { n++; deepest = Math.max(deepest, depth[i]); }
        if (n <= MOST_FRAMES || least > total[0]) break;
    }
    const height = TOP + (deepest + 1) * ROW + FOOT, out = [open(titleOf(taken), facts, height), `<g id="frames">\n`];
    const next = [0], at = (weight) => Math.floor(weight * WIDE / total[0]);
    for (let i = 0, above = -1; total[0] && i < nNodes; i++) {
        const d = depth[i];
        if (above >= 0 && d > above) continue;
        above = -1;
        const begin = next[d];
        next[d] += total[i];
        if (!isDrawn(i)) { above = d; continue; }
        next[d + 1] = begin;
        const x = at(begin), width = at(begin + total[i]) - x, y = icicle ? TOP + d * ROW : height - FOOT - (d + 1) * ROW;
        const name = i === 0 ? "all" : names[frames.name[frame[i]]] || "[no name]";
        out.push(`<g><title>${xml(name)}\n${xml(say(i))}</title><rect x="${(MARGIN * 1000 + x) / 1000}" y="${y}" width="${width / 1000}" height="${ROW - 1}" fill="${fillOf(i)}"/>`
            + `<text x="${(MARGIN * 1000 + 3000 + x) / 1000}" y="${y + 13}">${fit(name, width > 6000 ? Math.floor((width - 6000) / GLYPH) : 0)}</text></g>\n`);
    }
    out.push(`</g>\n<script><![CDATA[${script}]]></script>\n</svg>\n`);
    return out;
}

function fillsOf(stacks) {
    const classes = frameClasses(stacks), table = flameTable("light");
    return (i) => table[i === 0 ? 4 * SHADES : classes[stacks.frame[i]]].fill;
}

/* ---- heatmap */

const heatColours = (palette) => { const table = heatTable(palette, "light"); return Array.from({ length: LEVELS }, (_, i) => table[1 + Math.floor(i * 254 / (LEVELS - 1))]); };

const TICKS = [...[0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((n) => [1, 2, 5].map((k) => k * 10 ** n)), ...[1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21600, 43200].map((s) => s * 1e9)];

function tickStep(length) {
    const isWide = (step) => Math.floor(length / step) < MOST_TICKS;
    let step = TICKS.find(isWide) || 864e11;
    while (!isWide(step)) step *= 2;
    return step;
}

/**
 * Cells as strokes, a path for each level, in a frame: w by h cells on width by height pixels. levelOf(line, place): 0 is not drawn. Runs of one
 * level are one stroke, up a column or along a row.
 */
function mapOf({ left, width, height, w, h }, colours, isUpright, levelOf) {
    const paths = colours.map(() => ""), [lines, places] = isUpright ? [w, h] : [h, w];
    for (let line = 0; line < lines; line++)
        for (let at = 0, n; at < places; at += n) {
            const level = levelOf(line, at);
            for (n = 1; at + n < places && levelOf(line, at + n) === level; n++);
            if (level) paths[level - 1] += isUpright ? `M${line} ${h - at}v-${n}` : `M${at} ${line}h${n}`;
        }
    return `${mapBox({ left, width, height, w, h }, ` shape-rendering="crispEdges"`)}<g fill="none" transform="translate(${isUpright ? ".5 0" : "0 .5"})">\n`
        + paths.map((path, i) => path && `<path stroke="${colours[i]}" d="${path}"/>\n`).join("")
        + `</g></svg>\n<rect x="${left}" y="${TOP}" width="${width}" height="${height}" fill="none" stroke="#888"/>\n`;
}

const mapBox = ({ left, width, height, w, h }, more = "") => `<svg x="${left}" y="${TOP}" width="${width}" height="${height}" viewBox="0 0 ${w} ${h}" preserveAspectRatio="none"${more}>`;
const ofWhole = (taken) => factsOf({ ...taken, range: { from: 0, to: taken.p.n_steps || 1 } });

/* The cells of a range, column by column. */
function rangePath({ from, to }, { periodSteps, rows }) {
    const row = (t) => Math.floor((t % periodSteps) * rows / periodSteps), first = Math.floor(from / periodSteps), last = Math.floor((to - 1) / periodSteps);
    const low = rows - row(from), high = rows - row(to - 1) - 1;
    if (first === last) return `M${first} ${low}h1V${high}h-1z`;
    return `M${first} ${low}h1V0h-1z${last > first + 1 ? `M${first + 1} ${rows}H${last}V0H${first + 1}z` : ""}M${last} ${rows}h1V${high}h-1z`;
}

/**
 * @param {import("./export_facts.js").Taken} taken weights: of the whole profile
 * @param {{cell: ArrayLike<number>, max: number}} cells @param {{periodSteps: number, rows: number}} grid
 * @param {number} top @param {string} palette
 */
export function heatSvg(taken, cells, grid, top, palette) {
    const { p, event, range } = taken, { rows, periodSteps } = grid, columns = columnsIn(grid), colours = heatColours(palette), unit = unitOf(p, event);
    const width = Math.min(columns * MOST_CELL, MAP_WIDTH), height = Math.min(rows * MOST_CELL, MAP_HEIGHT), box = { left: GUTTER, width, height, w: columns, h: rows };
    const levelOf = (count) => (!count ? 0 : count >= top ? LEVELS : 1 + Math.floor(count * (LEVELS - 1) / top));
    const out = [open(titleOf(taken), ofWhole(taken), TOP + height + 56), mapOf(box, colours, true, (k, j) => levelOf(cells.cell[k * rows + j]))];
    const period = periodSteps * p.step_ns, length = columns * period, step = tickStep(length), y = TOP + height + 30;
    for (let t = 0; t <= length; t += step) out.push(label("middle", (GUTTER * 1000 + Math.floor(t * (width * 1000) / length)) / 1000, TOP + height + 16, xml(formatTime(t))));
    [TOP + height, TOP + Math.floor(height / 2) + 4, TOP + 10].forEach((at, half) => out.push(label("end", GUTTER - 5, at, xml(formatTime(Math.floor(period * half / 2))))));
    out.push(...colours.map((c, i) => `<rect x="${GUTTER + i * 6}" y="${y}" width="6" height="12" fill="${c}"/>`));
    const more = cells.max > top ? ` and more (the most is ${words(unit, cells.max)})` : "";
    out.push("\n", quietly(GUTTER + LEVELS * 6 + 10, y + 11, `to ${xml(`${words(unit, top)}${more} in a cell, a column is ${formatTime(period)} in ${rows} rows`)}`));
    const to = Math.min(range.to, p.n_steps);
    if (!(range.from === 0 && range.to >= p.n_steps) && to > range.from)
        out.push(mapBox(box), `<path fill="#1858c8" fill-opacity=".3" d="${rangePath({ from: range.from, to }, grid)}"/></svg>\n`);
    return [...out, "</svg>\n"];
}

/* ---- the map in any other layout, as the page shows it */

const NAMES_WIDTH = 190, LABEL_ROWS = 40;

/**
 * @param {import("./export_facts.js").Taken} taken weights: of the whole profile
 * @param {import("./lattice.js").Lattice} lattice @param {Uint8Array} levels per cell 0 … 255 @param {string} palette
 * @param {{names: string[]|null, words: string}} more names: of the rows; words: what stands under it
 */
export function latticeSvg(taken, lattice, levels, palette, { names, words: under }) {
    const { w, h } = lattice, left = names ? NAMES_WIDTH : GUTTER, width = Math.min(w * MOST_CELL, WIDTH - left - 2 * MARGIN), height = Math.min(h * MOST_CELL, Math.max(MAP_HEIGHT, names ? h * 14 : 0));
    const levelAt = (y, x) => { const cell = lattice.at(x, y); return cell < 0 ? 0 : Math.ceil(levels[cell] * LEVELS / 255); };
    const step = names ? Math.ceil(names.length / LABEL_ROWS) : 1;
    return [open(titleOf(taken), ofWhole(taken), TOP + height + 40), mapOf({ left, width, height, w, h }, heatColours(palette), false, levelAt),
        ...(names || []).map((name, i) => (i % step ? "" : label("end", left - 5, Math.floor((TOP + (i + 0.5) * height / h + 4) * 1000) / 1000, fit(name, 25)))),
        quietly(left, TOP + height + 20, fit(under, 150)), "</svg>\n"];
}
