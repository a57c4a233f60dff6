/* SPDX-License-Identifier: MIT
 *
 * The data blocks of the page (docs/pack-format.md): the head and the counts at once, stacks and samples when the
 * whole document is there, one profile at a time and each only when it is wanted. */
import { readCountsSection } from './decode.js';
import { decodeProfile } from './decoding.js';
import { marksFromJson } from './reader_marks.js';
import { readSeriesSection } from './series.js';
import { Store } from './store.js';

function blockText(name) {
    const node = document.querySelector(`script[data-fp="${name}"]`);
    if (!node) throw new Error(`the data block '${name}' is missing (the file may be cut short)`);
    return node.textContent;
}

/** The head, checked as far as a reader needs it. */
export function readHead() {
    const head = JSON.parse(blockText('head'));
    if (head.format !== 2) throw new Error(`data of format ${head.format}, expected 2`);
    if (!head.profiles?.length) throw new Error('a report without profiles');
    // What a reader marked, of a copy that was saved.
    head.readerMarks = marksFromJson(document.querySelector('script[data-fp=marks]')?.textContent, head);
    return head;
}

/** Counts of a profile: they stand before the script, so nothing is waited for but inflating. */
export async function readCounts(head, k) {
    return readCountsSection(blockText(`${k}.counts`), head.profiles[k], k);
}

function documentComplete() {
    if (document.readyState !== 'loading') return Promise.resolve();
    return new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }));
}

/** @param {(share: number) => void} progress told now and then how much is decoded @returns {Promise<Store>} */
export async function readStore(head, k, progress) {
    await documentComplete();
    const profile = head.profiles[k];
    const { stacks, samples } = await decodeProfile(profile, k, { stacks: blockText(`${k}.stacks`), samples: blockText(`${k}.samples`) }, progress);
    return new Store(profile, stacks, samples);
}

/** Metrics and counters of a profile that has some. @returns {Promise<import('./series.js').Series[]>} */
export async function readSeries(head, k) {
    await documentComplete();
    return readSeriesSection(blockText(`${k}.series`), head.profiles[k], k);
}
