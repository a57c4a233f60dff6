/* SPDX-License-Identifier: MIT
 *
 * The shell of a page: all that is neither data nor summary. How large it is, and that its pressed script and style are what was
 * built, under the hashes that the policy names. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { unpressed } from '../../assets/js/unpress.js';

const FLAMEPRESS = process.env.FLAMEPRESS || 'build/flamepress';
const AIM = 90_000, MOST = 87_000;

const folder = mkdtempSync(join(tmpdir(), 'flamepress-shell-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));
const report = join(folder, 'tiny.html');
execFileSync(FLAMEPRESS, ['build', '-q', 'tests/golden/tiny.perf.txt', '-o', report]);
const html = readFileSync(report, 'utf8');

const pressed = (name) => unpressed(html.match(`<script type="text/plain" data-page="${name}">([^<]*)</script>`)[1]);

/* As the Makefile looks for it. */
const isShortened = spawnSync('node', ['-e', 'require("terser")'], { env: { ...process.env, NODE_PATH: ['/usr/share/nodejs', process.env.NODE_PATH].filter(Boolean).join(':') } }).status === 0;

test('the shell is small', { skip: isShortened ? false : 'built without node-terser, which makes it 6,000 bytes smaller' }, (t) => {
    const shell = html.replace(/<title>.*<\/title>/s, '').replace(/<main id="fp-summary">.*?<\/main>/s, '').replace(/<script type="[a-z/]*" data-fp=.*?<\/script>/gs, '');
    assert.match(shell, /<script type="text\/plain" data-page="script">/);
    const bytes = Buffer.byteLength(shell);
    t.diagnostic(`the shell has ${bytes} bytes; the aim is ${AIM}, the limit ${MOST}`);
    assert.ok(bytes <= MOST, `${bytes} bytes`);
    assert.ok(bytes > pressed('script').length / 5, `${bytes} bytes cannot hold the script`);
});

test('what is pressed is what was built, and the policy allows it and the loader alone', () => {
    const policy = html.match(/Content-Security-Policy" content="([^"]*)"/)[1];
    const listed = (directive) => policy.match(`${directive} ([^;]*)`)[1].split(' ');
    const hash = (bytes) => `'sha256-${createHash('sha256').update(bytes).digest('base64')}'`;
    const plain = (tag) => html.match(new RegExp(`<${tag}>(.*?)</${tag}>`, 's'))[1];
    for (const [name, file] of [['script', 'page.js'], ['style', 'page.css']]) assert.ok(readFileSync(join(dirname(FLAMEPRESS), 'gen', file)).equals(pressed(name)), file);
    assert.deepEqual(listed('script-src'), [hash(plain('script')), hash(pressed('script'))]);
    assert.deepEqual(listed('style-src'), [hash(plain('style')), hash(pressed('style'))]);
});
