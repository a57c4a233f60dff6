/* SPDX-License-Identifier: MIT
 *
 * A report that was made coarser to stay within its budget says so, with scripts and without. */
import assert from 'node:assert/strict';
import { build, inBrowsers, perfText, selection, withReport, write } from './harness.js';

inBrowsers('what a budget took away is said under the title', async (kind) => {
    let seed = 1;
    const random = (n) => (seed = seed * 16807 % 2147483647) % n;
    const wide = Array.from({ length: 8000 }, (_, i) => [i / 400, 0, 'app', `${Array.from({ length: 30 }, () => `f${random(499)}`).join(';')};main`]);
    write('budget.perf.txt', perfText(wide));
    const coarse = build(write('budget.yaml', 'budget: 400KB\nprofiles: [{source: budget.perf.txt}]\n'));
    await withReport(kind, coarse, {}, async (page) => {
        assert.match(await page.$eval('#fp-tally', (e) => (e.getBoundingClientRect().height > 0 ? e.textContent : '')), /^coarsened: times are kept in steps of 20 ms; stacks that fewer than \d+ samples share/);
        assert.equal((await selection(page)).samples, wide.length);
    });
    await withReport(kind, coarse, { scripts: false }, async (page) => {
        assert.match(await page.evaluate(() => document.body.innerText), /Coarsened to stay within a budget of 0\.40 MB/);
    });
});
