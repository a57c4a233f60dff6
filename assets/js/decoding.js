/* SPDX-License-Identifier: MIT
 *
 * Stacks and samples of a profile, decoded beside the page: in a worker made of the page's own script, which then finds no document
 * and serves (page.js). Typed arrays are handed over, not copied. Where no worker can be made, the page decodes itself. */
import { readSamplesSection, readStacksSection } from './decode.js';

/* The text of the script that runs here, for as long as it is run. */
const SOURCE = typeof document === 'undefined' ? '' : document.currentScript?.textContent || '';

/* Nodes and samples that are decoded sooner, some 10 ms, than a worker has begun. */
const FEW = 40000;

/** Worth telling a reader: a percent or more. */
const TOLD = 0.01;

/**
 * @param {any} profile one of the head @param {number} k its number @param {{stacks: string, samples: string}} text of its sections
 * @param {(share: number) => void} progress
 */
async function decode(profile, k, text, progress) {
    const nodes = profile.n_nodes, all = nodes + profile.n_points || 1;
    let told = 0;
    const tell = (share) => { if (share - told >= TOLD) progress(told = share); };
    const stacks = await readStacksSection(text.stacks, profile, k, (share) => tell(share * nodes / all));
    const samples = await readSamplesSection(text.samples, profile, k, stacks, (share) => tell((nodes + share * (all - nodes)) / all));
    return { stacks, samples };
}

/** The buffers under an object, at any depth, each once. */
function buffersOf(value, found = new Set()) {
    if (ArrayBuffer.isView(value)) found.add(value.buffer);
    else if (value && typeof value === 'object' && !(Array.isArray(value) && typeof value[0] !== 'object')) for (const v of Object.values(value)) buffersOf(v, found);
    return found;
}

/** In the worker: decodes what comes, says how far it is, gives it away. */
export function serveDecoding() {
    self.onmessage = async ({ data: { profile, k, text } }) => {
        try {
            const decoded = await decode(profile, k, text, (share) => self.postMessage({ share }));
            self.postMessage({ decoded }, [...buffersOf(decoded)]);
        } catch (error) {
            self.postMessage({ error: error.message });
        }
    };
}

/** A promise of {stacks, samples}; null: no worker here, or it did not begin. */
function decodeBeside(profile, k, text, progress) {
    return new Promise((resolve, reject) => {
        let worker = null, url = '';
        const end = (settle, value) => {
            worker?.terminate();
            if (url) URL.revokeObjectURL(url);
            settle(value);
        };
        try {
            if (!SOURCE) throw new Error('no source');
            url = URL.createObjectURL(new Blob([SOURCE], { type: 'text/javascript' }));
            worker = new Worker(url);
        } catch {
            end(resolve, null);
            return;
        }
        worker.onerror = (event) => { event.preventDefault(); end(resolve, null); };
        worker.onmessage = ({ data }) => {
            if (data.decoded) end(resolve, data.decoded);
            else if (data.error !== undefined) end(reject, new Error(data.error));
            else progress(data.share);
        };
        worker.postMessage({ profile, k, text });
    });
}

export async function decodeProfile(profile, k, text, progress) {
    const few = profile.n_nodes + profile.n_points + profile.n_spans < FEW;
    return (!few && await decodeBeside(profile, k, text, progress)) || decode(profile, k, text, progress);
}
