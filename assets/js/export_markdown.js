/* SPDX-License-Identifier: MIT
 *
 * What is shown as Markdown for a ticket: a sentence and a table. Names stand in code spans, whatever is in them. */
import { factsOf, titleOf } from "./export_facts.js";
import { formatShare } from "./numbers.js";

const MOST_NAME = 120;

/** A code span whose fence is longer than any run of backticks in it; one line, no cell's end. */
export function codeSpan(text) {
    const plain = text.replace(/[\x00-\x1f\x7f\u2028\u2029\p{Bidi_Control}]/gu, "\ufffd"), cut = plain.length > MOST_NAME ? `${plain.slice(0, MOST_NAME)}\u2026` : plain;
    const fence = "`".repeat(1 + Math.max(0, ...(cut.match(/`+/g) || []).map((run) => run.length))), pad = /^[` ]|[` ]$/.test(cut) ? " " : "";
    return `${fence}${pad}${cut.replace(/\|/g, "\\|") || "[no name]"}${pad}${fence}`;
}

/** Text outside of code: nothing of it is markup. */
export const plainText = (text) => text.replace(/[\x00-\x1f\x7f]/g, " ").replace(/[\\`*_{}[\]<>()#+!|~&-]/g, "\\$&");

/** Rows: lists of cells that are Markdown already; the first column is text. */
export function table(titles, rows) {
    return [titles, titles.map((_, i) => (i ? "--:" : ":--")), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** A page on a disk is of no use to others: only its name and the fragment are said. */
function linkText(url) {
    return /^https?:/.test(url) ? `[Open the report at this selection](<${url}>)` : `Open ${codeSpan(decodeURIComponent(url.replace(/^.*\//, "")))}`;
}

/**
 * @param {import("./export_facts.js").Taken} taken
 * @param {{name: string, self: number, total: number}[]} functions hottest first
 * @param {{url: string, part: string, extra?: string}} more part: the share of the whole, in words; extra: more paragraphs
 */
export function markdownOf(taken, functions, { url, part, extra = "" }) {
    const { total } = taken.weights, rows = functions.map((f) => [codeSpan(f.name), formatShare(f.self, total[0]), formatShare(f.total, total[0])]);
    return `**${plainText(titleOf(taken))}**: ${plainText([factsOf(taken), part].filter(Boolean).join(" \u00b7 "))}\n\n`
        + `${rows.length ? `${table(["function", "self", "with callees"], rows)}\n\n` : ""}${extra}${linkText(url)}\n`;
}

const share = (v) => `${(v * 100).toFixed(v < 0.1 ? 2 : 1)} %`;
const signed = (v) => `${v < 0 ? "\u2212" : "+"}${(Math.abs(v) * 100).toFixed(2)} pp`;

/**
 * What changed, as a table; "" when nothing is compared.
 * @param {any} compare compare_scene.js @param {{reasons: string[], changes: import("./compare.js").Change[]}|null} result
 */
export function changesMarkdown(compare, result) {
    if (!compare || !compare.ready || !result) return "";
    const direction = `Compared: base ${codeSpan(compare.base.id)} \u2192 target ${codeSpan(compare.target.id)}`;
    if (result.reasons.length) return `${direction}; not judged: ${plainText(result.reasons.join("; "))}\n\n`;
    const told = result.changes.filter((x) => x.self.sure !== "no" || x.total.sure !== "no").slice(0, 10);
    if (!told.length) return `${direction}; nothing changed by more than chance does.\n\n`;
    const rows = told.map((x) => {
        const isSelf = x.self.sure !== "no", e = isSelf ? x.self : x.total;
        return [`${x.isPackage ? "package " : ""}${codeSpan(x.name)}`, isSelf ? "self" : "with callees", share(e.base), share(e.target), `${signed(e.target - e.base)} \u00b1 ${((e.high - e.low) * 50).toFixed(2)}`, e.sure];
    });
    return `${direction}\n\n${table(["what", "share", "base", "target", "change \u00b1 95 %", "sure"], rows)}\n\n`;
}

/**
 * The functions with most weight of their own, by name; threads are none.
 * @param {{stacks: import("./store.js").Stacks, end: Uint32Array}} tree @param {{self: ArrayLike<number>, total: ArrayLike<number>}} weights
 */
export function hottest({ stacks: { nNodes, frame, frames, names }, end }, { self, total }, n) {
    const rows = new Map();
    for (let i = 1; i < nNodes; i++) {
        if (!total[i] || frames.kind[frame[i]] === 4) continue;
        const id = frames.name[frame[i]];
        let row = rows.get(id);
        if (!row) rows.set(id, row = { name: names[id], self: 0, total: 0, covered: 0 });
        row.self += self[i];
        if (i >= row.covered) { row.total += total[i]; row.covered = end[i]; }
    }
    return [...rows.values()].filter((r) => r.self > 0).sort((a, b) => b.self - a.self || b.total - a.total).slice(0, n);
}
