/* SPDX-License-Identifier: MIT
 *
 * The report as a file again, with the reader's marks in it. It is put together from what stood in the document before the
 * page began: head, inert blocks, loader, each as it is, so that the hashes of the policy hold. Only the summary and
 * the element of marks are new; what scripts put in (marked data-page=inflated, and the application) is left out. The
 * same marks give the same bytes, also from a copy of a copy. */
import { el } from './dom.js';
import { formatSeconds } from './numbers.js';
import { marksToJson } from './reader_marks.js';

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
    const own = [...doc.head.children].filter((n) => n.dataset.page !== 'inflated').map((n) => n.outerHTML);
    const blocks = [...doc.body.children].filter((n) => n.tagName === 'SCRIPT').map((n) => (n.dataset.fp === 'marks' ? marksBlock(marks, head) : n.outerHTML));
    const lines = ['<!DOCTYPE html>', '<html lang="en">', '<head>', ...own, '</head>', '<body>', summary.outerHTML, ...blocks, '</body>', '</html>'];
    return lines.map((line) => `${line}\n`);
}

const marksBlock = (marks, head) => `<script type="application/json" data-fp="marks">${marksToJson(marks, head)}</script>`;

/* For who opens the copy where scripts are blocked. */
function summaryOf(marks, head) {
    return el('section', { 'data-fp-reader': true }, el('h2', {}, 'Marks of a reader'), el('ul', {}, ...marks.map((m) => {
        const p = head.profiles[m.profile], [from, to] = [m.from, m.to].map((t) => formatSeconds(t, p.step_ns));
        return el('li', {}, `${m.label}: `, el('a', { href: `#p=${encodeURIComponent(p.id)}&t=${from}..${to}` }, `${from} s to ${to} s`), m.note ? el('p', {}, m.note) : null);
    })));
}
