/* SPDX-License-Identifier: MIT
 *
 * The report as a file again, with the reader's marks in it. It is put together from what stood in the document before the
 * page began: head, inert blocks, loader, each as it is, so that the hashes of the policy hold. Only the summary and
 * the element of marks are new; what scripts put in (marked data-page=inflated, and the application) is left out. The
 * same marks give the same bytes, also from a copy of a copy. */
import { el } from './dom.js';
import { formatSeconds } from './numbers.js';
import { marksToJson } from './reader_marks.js';

/* All that a report is made of; what an extension of the browser put in is not. */
const KEPT = ['META', 'TITLE', 'STYLE', 'SCRIPT'];

/** The summary as it came: the page takes parts of it for itself. Called before that. */
export function keepSummary(summary) {
    const kept = summary.cloneNode(true);
    kept.removeAttribute('hidden');
    return kept;
}

/** @returns {string[]} the file, in parts */
export function copyOf(doc, keptSummary, marks, head) {
    const summary = keptSummary.cloneNode(true);
    summary.querySelector('[data-fp-reader]')?.remove();
    if (marks.length) summary.insertBefore(summaryOf(marks, head), summary.lastElementChild);
    const write = (node) => {
        if (node.nodeType === Node.TEXT_NODE) return node.data.trim() ? '' : node.data;
        if (node.id === summary.id) return summary.outerHTML;
        if (!KEPT.includes(node.tagName) || node.dataset.page === 'inflated') return '';
        return node.dataset.fp === 'marks' ? marksBlock(marks, head) : node.outerHTML;
    };
    const parts = ['<!DOCTYPE html>\n<html lang="en">\n<head>', ...[...doc.head.childNodes].map(write), '</head>\n<body>', ...[...doc.body.childNodes].map(write)];
    // The ends of the lines of </body> and </html> were read as text of the body.
    return [...parts.slice(0, -1), parts.at(-1).replace(/\n\n$/, ''), '</body>\n</html>\n'];
}

const marksBlock = (marks, head) => `<script type="application/json" data-fp="marks">${marksToJson(marks, head)}</script>`;

/* For who opens the copy where scripts are blocked. */
function summaryOf(marks, head) {
    return el('section', { 'data-fp-reader': true }, el('h2', {}, 'Marks of a reader'), el('ul', {}, ...marks.map((m) => {
        const p = head.profiles[m.profile], [from, to] = [m.from, m.to].map((t) => formatSeconds(t, p.step_ns));
        return el('li', {}, `${m.label}: `, el('a', { href: `#p=${encodeURIComponent(p.id)}&t=${from}..${to}` }, `${from} s to ${to} s`), m.note ? el('p', {}, m.note) : null);
    })));
}
