/* SPDX-License-Identifier: MIT
 *
 * A search text in, matching frames and stacks out. The text is a regular expression; one that does not compile
 * is reported, and searched for as it stands, so that `operator(` finds something at once. Every name, every
 * module and every package is tested once, not every frame. */

/**
 * @typedef {{regex: RegExp|null, plain: boolean, error: string}} Search
 *   regex null: nothing is searched for; plain: the text is taken letter by letter because of `error`
 */

/* A longer pattern is a mistake, and engines are slow to refuse it. */
const MAX_PATTERN = 1000;

/**
 * @param {string} text
 * @param {{caseSensitive?: boolean}} [options]
 * @returns {Search}
 */
export function compileSearch(text, { caseSensitive = false } = {}) {
    if (text === "") return { regex: null, plain: false, error: "" };
    const flags = caseSensitive ? "" : "i";
    if (text.length > MAX_PATTERN)
        return { regex: null, plain: false, error: `${text.length} letters, expected at most ${MAX_PATTERN}` };
    try {
        return { regex: new RegExp(text, flags), plain: false, error: "" };
    } catch (e) {
        return { regex: new RegExp(escapeRegex(text), flags), plain: true, error: explain(text, e) };
    }
}

/** The text as a pattern that matches it letter by letter. */
export function escapeRegex(text) {
    return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/* Engines word the same mistake differently; the common ones get one wording and the way out. */
function explain(text, e) {
    const open = unclosed(text);
    if (open !== "") return `'${open}' has no partner (write '\\${open}' for the letter); searched as plain text`;
    const reason = String(e.message).replace(/^Invalid regular expression:\s*(\/.*\/[a-z]*:\s*)?/s, "").slice(0, 120);
    return `${lowerFirst(reason)}; searched as plain text`;
}

function lowerFirst(s) {
    return s.slice(0, 1).toLowerCase() + s.slice(1);
}

/** The first bracket without a partner, "" when all have one. */
function unclosed(text) {
    const open = [];
    let inClass = false;
    for (let i = 0; i < text.length; i++) {
        const c = text[i];
        if (c === "\\") i++;
        else if (inClass) inClass = c !== "]";
        else if (c === "[") inClass = true;
        else if (c === "(") open.push(c);
        else if (c === ")" && open.pop() === undefined) return c;
    }
    return inClass ? "[" : open.length > 0 ? "(" : "";
}

/**
 * Which frames match, by function name, by module or by package.
 * @param {RegExp|null} regex
 * @param {Pick<import("./store.js").Stacks, "frames"|"names"|"modules"|"packages">} stacks
 * @returns {Uint8Array} per frame: 0 no, 1 yes
 */
export function matchFrames(regex, { frames: { n, name, module, package: own }, names, modules, packages }) {
    const matched = new Uint8Array(n);
    if (regex === null) return matched;
    const byName = testAll(regex, names), byModule = testAll(regex, modules), byPackage = testAll(regex, packages);
    for (let f = 0; f < n; f++) matched[f] = byName[name[f]] | byModule[module[f]] | byPackage[own[f]];
    return matched;
}

/* The empty string is "none known", not a name: `.*` or `^$` do not match it. */
function testAll(regex, texts) {
    const hit = new Uint8Array(texts.length);
    for (let i = 0; i < texts.length; i++) hit[i] = texts[i] !== "" && regex.test(texts[i]) ? 1 : 0;
    return hit;
}
