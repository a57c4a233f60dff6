/* SPDX-License-Identifier: MIT
 *
 * The index page's entry: shows the application in place of the static summary, or, if anything goes wrong, the summary
 * with a message above it. For tests: window.flamepress = {ready, state(), rows(), timings}. */
import { startSite } from './site_app.js';

const summary = document.getElementById('fp-summary');
const root = document.createElement('div');
root.id = 'fp-app';

function fail(error) {
    const box = document.getElementById('fp-error') || document.createElement('div');
    box.id = 'fp-error';
    box.setAttribute('role', 'alert');
    box.textContent = `This index cannot be shown interactively: ${error && error.message ? error.message : error}. Below is its summary.`;
    document.documentElement.classList.remove('fp-on');
    root.remove();
    if (summary) {
        summary.hidden = false;
        summary.before(box);
    } else document.body.prepend(box);
}

async function start() {
    const app = await startSite(root, fail);
    window.flamepress.state = () => app.state;
    window.flamepress.rows = () => [...app.rows];
    window.flamepress.painted = () => app.painted;
    window.flamepress.timings = { start: app.firstPaint };
    await app.ready;
    window.flamepress.timings.maps = performance.now();
    return true;
}

if (summary) summary.hidden = true;
document.documentElement.classList.add('fp-on');
document.body.prepend(root);
window.flamepress = {};
window.flamepress.ready = start();
window.flamepress.ready.catch(fail);
