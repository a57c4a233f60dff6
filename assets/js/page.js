/* SPDX-License-Identifier: MIT
 *
 * The page's entry. It hides the static summary and shows the application in its place; if anything goes wrong, the
 * summary comes back, with a message of what went wrong above it. Never a blank page.
 *
 * For tests and for the console, read-only: window.flamepress = {
 *   ready             promise of true: stacks and samples of the profile shown are decoded and painted
 *   scene()           what is shown, and all that is worked out of it (scene.js): the state (state.js), the map's grid, cells, weights, graph, …
 *   map               where it stands on the map's canvas: geometry, cellRect(cell), stepsOf(cell) (heatmap_view.js)
 *   flame, callers    where frames are drawn: drawn(), indexOf(node), rectOf(index), in the window (flame_view.js); graph() they are of
 *   compare           result(), busy() (compare_part.js)
 *   timings           {start, map, stacks, graph, select}: ms since navigation; select: the last range, ms of work
 * } */
import { startApp } from './app.js';
import { serveDecoding } from './decoding.js';
import { keepSummary } from './save_copy.js';

function startPage() {
    const summary = document.getElementById('fp-summary');
    const root = document.createElement('div');
    root.id = 'fp-app';

    const fail = (error) => giveUp(root, summary, error);
    try {
        const kept = keepSummary(summary);
        summary.hidden = true;
        document.documentElement.classList.add('fp-on');
        document.body.prepend(root);
        window.flamepress = startApp(root, kept, fail);
        window.flamepress.ready.catch(fail);
    } catch (error) {
        fail(error);
    }
}

function giveUp(root, summary, error) {
    const box = document.getElementById('fp-error') || document.createElement('div');
    box.id = 'fp-error';
    box.setAttribute('role', 'alert');
    const said = error && error.message ? error.message : String(error);
    box.textContent = `This report cannot be shown interactively: ${said}. Below is its summary.`;
    document.documentElement.classList.remove('fp-on');
    // What was moved into the side panel goes back to the summary.
    if (summary) {
        for (const n of root.querySelectorAll('[data-fp-notes]')) { n.hidden = false; summary.append(n); }
        summary.hidden = false;
        summary.before(box);
    } else document.body.prepend(box);
    root.remove();
}

// The same script is a worker's source: there it has no document, and decodes.
if (typeof document === 'undefined') serveDecoding();
else startPage();
