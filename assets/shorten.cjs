/* SPDX-License-Identifier: MIT
 *
 * Build helper: a script bundled by esbuild (as a module that imports nothing) → the same as short as it gets once it is pressed.
 * Usage: node shorten.cjs FROM TO
 *
 * terser writes it; the names are ours, since they are a fifth of what is pressed. Those inside a function are a, b, c … in the order in which
 * they come, so that functions that do alike look alike. Those that the whole script shares are a capital letter and another character in
 * the order in which they are declared: never what a function has of its own, and neighbours look alike. */
const { readFileSync, writeFileSync } = require('fs');
const { minify } = require('terser');

const SMALL = 'abcdefghijklmnopqrstuvwxyz', CAPITAL = SMALL.toUpperCase(), SECOND = `${SMALL}0123456789${CAPITAL}`;

/* a … z, ab, bb … zb, ac …: no two are the same, and none begins with a capital letter. */
const inside = {
    get: (n) => { let name = SMALL[n % 26]; while ((n = Math.floor(n / 26))) name += SMALL[n % 26]; return name; },
    consider() {}, reset() {}, sort() {},
};

function shared(n) {
    if (n >= CAPITAL.length * SECOND.length) throw new Error('more names than two letters have room for');
    return CAPITAL[Math.floor(n / SECOND.length)] + SECOND[n % SECOND.length];
}

async function shorten(script) {
    const write = (names) => minify(script, {
        compress: { ecma: 2020, passes: 2, inline: 1, toplevel: true }, mangle: { toplevel: true, nth_identifier: inside },
        format: { ascii_only: true, wrap_func_args: false }, nameCache: names,
    });
    /* Once to learn what is shared, once to write it. */
    const found = {};
    await write(found);
    const props = Object.fromEntries(Object.keys(found.vars.props).map((key, n) => [key, shared(n)]));
    return `(()=>{${(await write({ vars: { props } })).code}})();\n`;
}

const [from, to] = process.argv.slice(2);
shorten(readFileSync(from, 'utf8')).then((text) => writeFileSync(to, text));
