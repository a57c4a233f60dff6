/* SPDX-License-Identifier: MIT
 *
 * Stacks and samples are decoded beside the page; where that cannot be, by the page, with the same result. */
import assert from 'node:assert/strict';
import { build, closeReport, inBrowsers, openReport, readFileSync, sampleProfile, selection, untilReady, withReport, write } from './harness.js';

const report = build(write('decoding.perf.txt', sampleProfile()));

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
    await closeReport(page);
});

inBrowsers('without workers the page decodes the same', async (kind) => {
    let expected;
    await withReport(kind, report, {}, async (page) => { expected = await selection(page); });
    assert.ok(expected.samples > 300);
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
