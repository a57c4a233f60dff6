/* SPDX-License-Identifier: MIT
 *
 * The one script that stands in the page as it is. The page's own script and style are pressed in two inert elements (unpress.js);
 * this unpresses them and puts them in. The policy names their hashes, as it names this script's, so nothing else can come in that
 * way. Where that cannot be done, the static summary stays, with a message above it. */
import { unpressed } from './unpress.js';

const summary = document.getElementById('fp-summary');

function stay(why) {
    const box = document.createElement('div');
    box.id = 'fp-error';
    box.setAttribute('role', 'alert');
    box.textContent = `This report cannot be shown interactively: ${why}. Below is its summary.`;
    document.body.prepend(box);
    summary.hidden = false;
}

const textOf = (name) => new TextDecoder().decode(unpressed(document.querySelector(`script[data-page=${name}]`).textContent));

/** Who copies the page leaves out what is marked so: it is made again when the copy is opened. */
function put(tag, text) {
    const node = document.createElement(tag);
    node.dataset.page = 'inflated';
    node.textContent = text;
    document.head.append(node);
}

function load() {
    const texts = ['style', 'script'].map(textOf);
    put('style', texts[0]);
    put('script', texts[1]);
    // A script that a policy of the site blocks, or that this browser cannot read, says nothing by itself.
    if (!document.documentElement.classList.contains('fp-on') && !document.getElementById('fp-error')) stay('its script was blocked or is too new for this browser');
}

// The data is deflated.
if (typeof DecompressionStream === 'undefined') stay('this browser cannot inflate (it has no DecompressionStream; those since 2023 do)');
else try {
    summary.hidden = true;
    load();
} catch (e) {
    stay(`its script cannot be read (${e.message})`);
}
