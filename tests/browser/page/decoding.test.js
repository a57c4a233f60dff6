/* SPDX-License-Identifier: MIT
 *
 * Stacks and samples are decoded beside the page; where that cannot be, by the page, with the same result. */
import assert from 'node:assert/strict';
import { build, closeReport, inBrowsers, openReport, perfText, readFileSync, sampleProfile, selection, untilReady, withReport, write } from './harness.js';

/* More than is decoded at once: 45,000 samples in 30 seconds. */
const many = Array.from({ length: 45000 }, (_, i) => [i / 1500, i % 2, 'server', `f${i % 7};g${i % 11};main`]);
const report = build(write('decoding.perf.txt', perfText(many))), small = build(write('decoding-small.perf.txt', sampleProfile()));

/** Opens the report with `prepare` run before any script of it; counts the workers it makes. */
async function opened(kind, file, prepare) {
    const page = await openReport(kind, write(`decoding-${kind}-blank.html`, '<!DOCTYPE html><title>blank</title>'), { wait: false });
    await page.evaluateOnNewDocument(prepare);
    await page.goto(`file://${file}`);
    await untilReady(page);
    return page;
}

function countWorkers() {
    const Real = window.Worker;
    window.workersMade = 0;
    window.Worker = class extends Real { constructor(url) { super(url); window.workersMade++; } };
}

inBrowsers('a worker decodes', async (kind) => {
    const page = await opened(kind, report, countWorkers);
    assert.equal(await page.evaluate(() => window.workersMade), 1);
    assert.equal((await selection(page)).samples, many.length);
    await closeReport(page);
    const quick = await opened(kind, small, countWorkers);
    assert.equal(await quick.evaluate(() => window.workersMade), 0, 'what is decoded at once needs none');
    await closeReport(quick);
});

inBrowsers('without workers the page decodes the same', async (kind) => {
    let expected;
    await withReport(kind, report, {}, async (page) => { expected = await selection(page); });
    assert.equal(expected.samples, many.length);
    const without = await opened(kind, report, () => { window.Worker = class { constructor() { throw new Error('no workers here'); } }; });
    assert.deepEqual(await selection(without), expected);
    await closeReport(without);
    // One that is made and then is not allowed to run.
    const html = readFileSync(report, 'utf8'), forbidden = html.replace('worker-src blob:', "worker-src 'none'");
    assert.notEqual(forbidden, html);
    const page = await openReport(kind, write(`decoding-${kind}-forbidden.html`, forbidden));
    assert.deepEqual(await selection(page), expected);
    await page.close();
});
