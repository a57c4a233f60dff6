/* SPDX-License-Identifier: MIT
 *
 * Profiles that are not perf's: counts instead of samples, times as units, profiles without times, idle that the source names
 * itself. What the page says equals what the files say. */
import assert from 'node:assert/strict';
import { build, inBrowsers, selection, settle, text, withReport, write } from './harness.js';

const flat = build(write('flat.folded', 'java;main;read 300000\njava;main 100000\nsh;exec 11\n'));
const timed = build(write('timed.folded', Array.from({ length: 200 }, (_, i) => `${(5 + i / 50).toFixed(2)} java;main;${i % 2 ? 'read' : 'write'} ${i + 1}`).join('\n') + '\n'));
write('waits.folded', '5.5 java;main;futex 1500\n6.25 java;main;read 2500\n');
const waits = build(write('waits.yaml', 'profiles: [{source: waits.folded, unit: microseconds}]\n'));
const node = (id, name, children) => ({ id, callFrame: { functionName: name, url: name.startsWith('(') ? '' : 'file:///app.js', lineNumber: 1 }, children });
const script = build(write('script.cpuprofile', JSON.stringify({
    nodes: [node(1, '(root)', [2, 3]), node(2, 'work', []), node(3, '(idle)', [])], startTime: 7000000,
    samples: Array.from({ length: 100 }, (_, i) => (i % 4 ? 3 : 2)), timeDeltas: Array(100).fill(20000) })));

const spans = build(write('spans.json', JSON.stringify({ $schema: 'https://www.speedscope.app/file-format-schema.json',
    shared: { frames: [{ name: 'main' }, { name: 'read' }] },
    profiles: [{ type: 'evented', name: 'one', unit: 'seconds', startValue: 0, events: [['O', 0, 0], ['O', 1, 0.5], ['C', 1, 1.25], ['O', 1, 2], ['C', 1, 4], ['C', 0, 4]]
        .map(([type, frame, at]) => ({ type, frame, at })) }] })));

inBrowsers('counts without times: a flame graph, and words that say so', async (kind) => {
    await withReport(kind, flat, {}, async (page) => {
        assert.match(await text(page, '.facts-line'), /400,011 samples/);
        assert.match(await page.evaluate(() => document.body.innerText), /no heatmap/);
        assert.equal(await page.evaluate(() => document.querySelector('#fp-heatmap')?.offsetParent ?? null), null);
        assert.equal((await selection(page)).weight, 400011);
    });
});

inBrowsers('counts with times: a range adds them up', async (kind) => {
    await withReport(kind, timed, { hash: '#t=1..2' }, async (page) => {
        await settle(page);
        // Samples 50 to 99 of 200, each as heavy as its number.
        assert.equal((await selection(page)).weight, Array.from({ length: 50 }, (_, i) => 51 + i).reduce((a, b) => a + b));
        assert.match(await text(page, '.facts-line'), /20,100 samples/);
    });
});

inBrowsers('microseconds are shown as times', async (kind) => {
    await withReport(kind, waits, {}, async (page) => {
        assert.match(await text(page, '.facts-line'), /microseconds.*\b4 ms$/);
    });
});

inBrowsers('spans: a range shows how long each function was in it', async (kind) => {
    await withReport(kind, spans, { hash: '#t=1..2.5' }, async (page) => {
        await settle(page);
        const s = await selection(page);
        assert.equal(s.weight, 1.5e9);
        assert.equal(s.samples, 3);
        assert.match(await page.evaluate(() => document.body.innerText), /3 spans · 1\.5 s/);
    });
}, 'webkit');

inBrowsers('idle that the source names is hidden until asked for', async (kind) => {
    await withReport(kind, script, {}, async (page) => {
        assert.equal((await selection(page)).samples, 25);
        await page.click('#fp-idle');
        await settle(page);
        assert.equal((await selection(page)).samples, 100);
    });
});
