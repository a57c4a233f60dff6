/* SPDX-License-Identifier: MIT
 *
 * What the program presses, the page's own reader makes whole again: whatever the bytes are. tests/unit/pressed_test.c reads the same texts with
 * a reader in C. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { unpressed } from '../../assets/js/unpress.js';

const BUILD = dirname(process.env.FLAMEPRESS || 'build/flamepress');
const folder = mkdtempSync(join(tmpdir(), 'flamepress-unpress-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

/** As assets/embed.c writes it into a C source when the program is built. */
function pressed(bytes) {
    const file = join(folder, 'bytes');
    writeFileSync(file, bytes);
    const source = execFileSync(join(BUILD, 'embed'), [`pressed:it=${file}`], { encoding: 'latin1', maxBuffer: 1 << 28 });
    const literals = source.match(/it_pressed\[\] =\n([^]*?)\n {4};/)[1];
    return literals.split('\n').map((line) => line.slice(1, -1)).join('').replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(parseInt(code, 8)));
}

function noise(n, values) {
    let x = 7;
    return Uint8Array.from({ length: n }, () => ((x = Math.imul(x, 1664525) + 1013904223 | 0) >>> 16) % values);
}

const many = 'tests/browser/unpress.test.js assets/js/unpress.js docs/design.md README.md src/render/predict.c'.split(' ');
const texts = {
    nothing: '', 'one byte': 'a', 'two zeros': '\0\0', 'every byte there is': Uint8Array.from({ length: 256 }, (_, i) => i), 'a long repeat': 'ab'.repeat(150000),
    'a repeat of noise': Buffer.concat(Array(9).fill(noise(5000, 256))), 'noise of all bytes': noise(50000, 256), 'noise of three': noise(50000, 3),
    'what is not ASCII': 'größe = "火焰图 🔥"; '.repeat(40) + '\u{10ffff}\u2028\r\n</script>', ...Object.fromEntries(many.map((file) => [file, readFileSync(file)])),
};

for (const [name, text] of Object.entries(texts)) test(`there and back: ${name}`, () => {
    const bytes = Buffer.from(text), digits = pressed(bytes);
    assert.match(digits, /^[ -;=-~]+$/);
    assert.ok(bytes.equals(unpressed(digits)));
});

test('a text that is cut anywhere is refused', () => {
    const digits = pressed('function f(e,t){return e.f(t)}'.repeat(20));
    for (let n = 0; n < digits.length; n++) assert.throws(() => unpressed(digits.slice(0, n)), /cut off/);
});

test('any text comes to an end', () => {
    for (let seed = 1; seed < 20; seed++) {
        const text = String.fromCharCode(...noise(40 + seed, 94).map((d, i) => (i < 3 ? 32 + seed % 2 : 32 + (d + seed) % 94)));
        try { unpressed(text); } catch (e) { assert.match(e.message, /cut off/); }
    }
});
