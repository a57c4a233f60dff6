/* SPDX-License-Identifier: MIT
 *
 * The one script that stands in the page as it is. The page's own script and style are deflated, as text of 91 characters, in two inert elements;
 * this inflates them and puts them in. The policy names their hashes, as it names this script's, so nothing else can come in that
 * way. Where that cannot be done, the static summary stays, with a message above it. */
const summary = document.getElementById('fp-summary');

function stay(why) {
    const box = document.createElement('div');
    box.id = 'fp-error';
    box.setAttribute('role', 'alert');
    box.textContent = `This report cannot be shown interactively: ${why}. Below is its summary.`;
    document.body.prepend(box);
    summary.hidden = false;
}

/** src/render/pressed.c: 13 bits in two digits, lowest first; a single digit at the end has 6. */
function fromDense(text) {
    const digit = (i) => { const c = text.charCodeAt(i); return c - (c > 60 ? 36 : 35); };
    const pairs = text.length >> 1, odd = text.length & 1, bytes = new Uint8Array(pairs * 13 + odd * 6 >> 3);
    let hold = 0, held = 0, to = 0;
    const put = (value, bits) => {
        hold |= value << held;
        for (held += bits; held > 7; held -= 8, hold >>>= 8) if (to < bytes.length) bytes[to++] = hold;
    };
    for (let i = 0; i < pairs; i++) put(digit(2 * i) + 91 * digit(2 * i + 1), 13);
    if (odd) put(digit(2 * pairs), 6);
    return bytes;
}

async function textOf(name) {
    const bytes = fromDense(document.querySelector(`script[data-page=${name}]`).textContent);
    const stream = new DecompressionStream('deflate-raw'), writer = stream.writable.getWriter();
    // Not through a Blob: its bytes would come by way of another process, after all that is being parsed.
    writer.write(bytes).catch(() => {}); // the reader fails with the same reason
    writer.close().catch(() => {});
    return new Response(stream.readable).text();
}

/** Who copies the page leaves out what is marked so: it is made again when the copy is opened. */
function put(tag, text) {
    const node = document.createElement(tag);
    node.dataset.page = 'inflated';
    node.textContent = text;
    document.head.append(node);
}

async function load() {
    const [style, script] = await Promise.all([textOf('style'), textOf('script')]);
    put('style', style);
    put('script', script);
    // A script that a policy of the site blocks, or that this browser cannot read, says nothing by itself.
    if (!document.documentElement.classList.contains('fp-on') && !document.getElementById('fp-error')) stay('its script was blocked or is too new for this browser');
}

if (typeof DecompressionStream === 'undefined') stay('this browser cannot inflate (it has no DecompressionStream; those since 2023 do)');
else {
    summary.hidden = true;
    load().catch((e) => stay(`its script cannot be read (${e.message})`));
}
