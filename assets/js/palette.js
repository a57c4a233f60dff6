/* SPDX-License-Identifier: MIT
 *
 * Colours, worked out once per theme. Heat: 256 entries, entry 0 for an empty cell, then a ramp that is monotone in
 * lightness (mixed in OKLab between a few stops). Flame: hue by kind, eight shades by a hash of the name, so that the
 * same name has the same colour in every report; text that passes AA on every fill. */

/** @typedef {"light"|"dark"} Theme @typedef {"flame"|"cividis"|"grey"} HeatName */

export const HEAT_NAMES = ["flame", "cividis", "grey"];
export const KIND_NAMES = ["user", "kernel", "jit", "inlined", "thread"];
export const SHADES = 8;
const DARK_TEXT = "#14120d", LIGHT_TEXT = "#d6d8de";
const BACKGROUND = { light: "#ffffff", dark: "#121419" };

/* First stop: the empty cell. Flame follows FlameScope (white to dark red), cividis matplotlib's map of that name. */
const CIVIDIS = "#123570 #3b496c #575d6d #707173 #8a8678 #a59c74 #c3b369 #e1cc55 #fee838";
const HEAT = {
    flame: {
        light: "#ffffff #fff0e8 #fee0d2 #fcbba1 #fc9272 #fb6a4a #ef3b2c #cb181d #a50f15 #67000d",
        dark: "#16181e #2b1a20 #56222a #8b2c2c #c4422f #ea6b40 #f9a45f #fcd38b #fff3c8",
    },
    cividis: { light: `#ffffff #fdf7cf ${CIVIDIS.split(" ").reverse().join(" ")} #00224e`, dark: `#0b0e14 #00193f ${CIVIDIS}` },
    grey: { light: "#ffffff #eeeeee #111111", dark: "#121419 #2a2c31 #f6f6f6" },
};

/* OKLCh per kind: lightness, chroma, hue. */
const KINDS = {
    light: [[0.84, 0.125, 83], [0.72, 0.14, 38], [0.78, 0.13, 142], [0.83, 0.08, 200], [0.87, 0.02, 95]],
    dark: [[0.72, 0.11, 83], [0.655, 0.12, 38], [0.69, 0.11, 142], [0.7, 0.07, 200], [0.72, 0.018, 95]],
};

/* ---- colour spaces: "#rrggbb", its components 0 … 1, and OKLab (Björn Ottosson; to six digits, which change no byte of any table) */

const toRgb = (css) => [1, 3, 5].map((i) => parseInt(css.slice(i, i + 2), 16) / 255);

const toLinear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const fromLinear = (c) => (c <= 0.003131 ? c * 12.92 : 1.055 * c ** (1 / 2.4) - 0.055);

function toOklab(css) {
    const [r, g, b] = toRgb(css).map(toLinear);
    const l = Math.cbrt(0.412221 * r + 0.536333 * g + 0.051446 * b);
    const m = Math.cbrt(0.211903 * r + 0.6807 * g + 0.107397 * b);
    const s = Math.cbrt(0.088302 * r + 0.281719 * g + 0.629979 * b);
    return [
        0.210454 * l + 0.793618 * m - 0.004072 * s,
        1.977998 * l - 2.428592 * m + 0.450594 * s,
        0.025904 * l + 0.782772 * m - 0.808676 * s,
    ];
}

function toCss([L, a, b]) {
    const l = (L + 0.396338 * a + 0.215804 * b) ** 3;
    const m = (L - 0.105561 * a - 0.063854 * b) ** 3;
    const s = (L - 0.089484 * a - 1.291486 * b) ** 3;
    const rgb = [
        4.076742 * l - 3.307712 * m + 0.23097 * s,
        -1.268438 * l + 2.609757 * m - 0.341319 * s,
        -0.004196 * l - 0.703419 * m + 1.707615 * s,
    ];
    return rgb.reduce((css, c) => css + Math.round(255 * Math.min(1, Math.max(0, fromLinear(Math.max(0, c))))).toString(16).padStart(2, "0"), "#");
}

/* Lightness, chroma, hue in degrees. */
const fromLch = (L, C, H) => [L, C * Math.cos(H * Math.PI / 180), C * Math.sin(H * Math.PI / 180)];

const mix = (x, y, t) => x.map((v, i) => v + (y[i] - v) * t);

/** Relative luminance of "#rrggbb", as WCAG 2 defines it. */
export function luminance(css) {
    const [r, g, b] = toRgb(css).map(toLinear);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast of two "#rrggbb" (1 … 21); text wants 4.5. */
export function contrast(a, b) {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
}

/* ---- heat */

/**
 * @param {HeatName} name
 * @param {Theme} theme
 * @returns {string[]} 256
 */
export function heatTable(name, theme) {
    const [empty, ...stops] = HEAT[name][theme].split(" ").map(toOklab);
    return Array.from({ length: 256 }, (_, i) => {
        const at = ((i - 1) / 254) * (stops.length - 1), k = Math.min(Math.floor(at), stops.length - 2);
        return toCss(i ? mix(stops[k], stops[k + 1], at - k) : empty);
    });
}

/**
 * Ramps for cells of which a part is found by a search: nothing of them, up to a third, two thirds, more. What is not
 * found loses its colour and most of its strength, in the grey palette, too.
 * @returns {string[][]}
 */
export function litTables(name, theme) {
    const table = heatTable(name, theme), labs = table.map(toOklab), back = toOklab(BACKGROUND[theme]);
    return [...[0.74, 0.34, 0.16].map((fade) => labs.map(([L, a, b]) => {
        const colour = 1 - Math.min(1, fade * 1.3);
        return toCss(mix([L, a * colour, b * colour], back, fade));
    })), table];
}

/* ---- flame */

/** A number for a name that never changes: FNV-1a over its UTF-16 units, mixed once more for its low bits. */
export function hashName(name) {
    let h = 0x811c9dc5;
    for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
    h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
    return (h ^ (h >>> 13)) >>> 0;
}

/**
 * Class of each frame: kind * SHADES + shade. Paint class by class: few changes of fillStyle.
 * @param {{frames: {n: number, name: Uint32Array, kind: Uint8Array}, names: string[]}} stacks
 * @returns {Uint8Array}
 */
export function frameClasses({ frames, names }) {
    const shade = Uint8Array.from(names, (name) => hashName(name) % SHADES), classes = new Uint8Array(frames.n);
    for (let f = 0; f < frames.n; f++) classes[f] = frames.kind[f] * SHADES + shade[frames.name[f]];
    return classes;
}

/** Class of the root, which has no frame. */
export const ROOT_CLASS = 4 * SHADES;

/**
 * Fill and text of each class.
 * @param {Theme} theme
 * @param {{faded?: boolean}} [options] faded: frames that a search does not match
 * @returns {{fill: string, text: string}[]} 5 * SHADES
 */
export function flameTable(theme, { faded = false } = {}) {
    const labs = KINDS[theme].flatMap(([L, C, H]) => Array.from({ length: SHADES }, (_, s) =>
        fromLch(L + 0.07 * (s / (SHADES - 1) - 0.5), C, H + 8 * (((s * 3) % SHADES) / (SHADES - 1) - 0.5))));
    return filled(labs, theme, faded);
}

function filled(labs, theme, faded, [darkText, lightText] = [DARK_TEXT, LIGHT_TEXT]) {
    const back = toOklab(BACKGROUND[theme]);
    return labs.map((lab) => {
        const fill = toCss(faded ? mix(lab, back, 0.72) : lab);
        return { fill, text: contrast(darkText, fill) >= contrast(lightText, fill) ? darkText : lightText };
    });
}

/* ---- packages: 12 hues, light and less light, four tones by name; what has no package is as a thread is */

const HUES = 12, COLOURS = 2 * HUES, TONES = 4;
const PACKAGE_LIGHT = { light: [0.85, 0.76], dark: [0.76, 0.69] };

/* Of what has no package. */
const PLAIN = COLOURS;

/**
 * Colour of each package: the one that its name hashes to, so that it is the same in most reports; where a package that is
 * on more stacks has it already, the next one that is free.
 * @param {import("./store.js").Stacks} stacks
 * @returns {Uint8Array}
 */
export function packageColours({ nNodes, frame, frames, packages }) {
    const nodes = new Uint32Array(packages.length), colours = new Uint8Array(packages.length), taken = new Set();
    for (let i = 1; i < nNodes; i++) nodes[frames.package[frame[i]]]++;
    for (const id of Uint32Array.from(packages.keys()).sort((a, b) => nodes[b] - nodes[a] || a - b)) {
        if (packages[id] === "") {
            colours[id] = PLAIN;
            continue;
        }
        let colour = hashName(packages[id]) % COLOURS;
        while (taken.has(colour) && taken.size < COLOURS) colour = (colour + 5) % COLOURS; /* 5 and 24 share no factor: all are tried */
        taken.add(colour);
        colours[id] = colour;
    }
    return colours;
}

/**
 * Class of each frame when the page colours by package.
 * @param {import("./store.js").Stacks} stacks
 * @param {Uint8Array} colours packageColours
 * @returns {Uint8Array}
 */
export function packageClasses({ frames, names }, colours) {
    const tone = Uint8Array.from(names, (name) => hashName(name) % TONES), classes = new Uint8Array(frames.n);
    for (let f = 0; f < frames.n; f++) {
        const colour = colours[frames.package[f]];
        classes[f] = colour * TONES + (colour === PLAIN ? 0 : tone[frames.name[f]]);
    }
    return classes;
}

/** Class of the root when the page colours by package. */
export const ROOT_PACKAGE_CLASS = PLAIN * TONES;

const packageLab = (theme, colour, tone) => fromLch(PACKAGE_LIGHT[theme][Math.floor(colour / HUES)] + 0.035 * (tone / (TONES - 1) - 0.5), theme === "light" ? 0.1 : 0.09, (colour % HUES) * 360 / HUES + 20);
const kindLab = (theme, kind) => fromLch(...KINDS[theme][kind]);

/** Fill and text of each class of packageClasses. */
export function packageTable(theme, { faded = false } = {}) {
    const labs = Array.from({ length: COLOURS * TONES }, (_, i) => packageLab(theme, Math.floor(i / TONES), i % TONES));
    return filled([...labs, kindLab(theme, 4)], theme, faded);
}

/* ---- differences: blue, white, red as in ColorBrewer's RdBu, which survives colour blindness; a middle near the paper */
const DIFF = { light: ["#3f86c9", "#f1f1ee", "#d9534f"], dark: ["#6fb1ee", "#3c414d", "#f0766f"] };
/* All the way: the fills pass through every lightness. */
const DIFF_TEXTS = ["#000000", "#ffffff"];

/**
 * Fill and text of each class of diff_tree.js: from as much less as can be over as much to as much more, `deep` steps each way; last
 * what has vanished, in the colour of paper.
 */
export function diffTable(theme, deep, { faded = false } = {}) {
    const [less, same, more] = DIFF[theme].map(toOklab);
    const labs = Array.from({ length: 2 * deep + 1 }, (_, i) => mix(same, i < deep ? less : more, Math.abs(i - deep) / deep));
    return filled([...labs, toOklab(BACKGROUND[theme])], theme, faded, DIFF_TEXTS);
}

/** One of packageColours in the legend: "#rrggbb". */
export const packageCss = (theme, colour) => toCss(colour === PLAIN ? kindLab(theme, 4) : packageLab(theme, colour, (TONES - 1) / 2));

/** The colour of a kind in the legend: "#rrggbb". */
export const kindColour = (theme, kind) => toCss(kindLab(theme, kind));
