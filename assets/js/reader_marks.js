/* SPDX-License-Identifier: MIT
 *
 * Marks that the reader adds: range, label, plain-text note. In the address they are one value, in a saved copy JSON in an
 * element of its own; both ways come back only as far as they fit the report. */
import { formatSeconds, parseRange } from "./numbers.js";

/** @typedef {{profile: number, from: number, to: number, label: string, note: string}} ReaderMark range in steps of its profile */

export const MOST_MARKS = 100;
const MOST_LABEL = 200, MOST_NOTE = 2000;

/* Fields are parted by '~', marks by '|'; both, and '%', are percent-encoded inside of a field. */
const shut = (text) => text.replace(/[%~|]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
const open = (text) => text.replace(/%(25|7e|7c)/gi, decodeURIComponent);
const clean = (text, most) => [...String(text).replace(/[\0-\x08\x0b-\x1f\x7f]/g, " ")].slice(0, most).join("").trim();

/** The mark as it is kept, or null when it is none. @returns {ReaderMark|null} */
export function makeMark(profile, range, label, note = "") {
    const text = clean(label, MOST_LABEL).replace(/\n/g, " ");
    return range && range.to > range.from && text ? { profile, from: range.from, to: range.to, label: text, note: clean(note, MOST_NOTE) } : null;
}

/** In the order of profile and time. */
export function withMark(marks, mark, instead = null) {
    const others = marks.filter((m) => m !== instead);
    return mark ? [...others, mark].sort((a, b) => a.profile - b.profile || a.from - b.from || a.to - b.to).slice(0, MOST_MARKS) : others;
}

/** @param {ReaderMark[]} marks @returns {string} "-" for none */
export function printMarks(marks, head) {
    if (!marks.length) return "-";
    return marks.map((m) => {
        const p = head.profiles[m.profile], time = (steps) => formatSeconds(steps, p.step_ns);
        const fields = [m.profile ? p.id : "", `${time(m.from)}..${time(m.to)}`, m.label, ...(m.note ? [m.note] : [])];
        return fields.map(shut).join("~");
    }).join("|");
}

/** @returns {ReaderMark[]|null} null when some of it is not understood */
export function parseMarks(text, head) {
    if (text === "-") return [];
    const marks = text.split("|", MOST_MARKS + 1).map((one) => {
        const [id, range, label, note, more] = one.split("~").map(open);
        const k = id === "" ? 0 : head.profiles.findIndex((p) => p.id === id);
        return more !== undefined || label === undefined || k < 0 ? null : makeMark(k, parseRange(range, head.profiles[k]).range, label, note);
    });
    return marks.length > MOST_MARKS || marks.includes(null) ? null : marks.reduce((all, m) => withMark(all, m), []);
}

/** What a saved copy holds. @returns {string} JSON in which no '<' stands */
export function marksToJson(marks, head) {
    return JSON.stringify({ marks: printMarks(marks, head) }).replace(/</g, "\\u003c");
}

/** @returns {ReaderMark[]} none where the element holds something else */
export function marksFromJson(text, head) {
    try {
        return parseMarks(JSON.parse(text).marks ?? "-", head) ?? [];
    } catch {
        return [];
    }
}
