/* SPDX-License-Identifier: MIT
 *
 * How soon an index page opens, in both browsers: the table painted, since navigation, median of five; search and scrolling.
 * Usage: index.mjs INDEX.html */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer-core';

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const kinds = { chrome: ['/usr/bin/chromium', ['--no-sandbox']], firefox: ['/usr/bin/firefox-esr', []] };
for (const [kind, [executablePath, args]] of Object.entries(kinds)) {
    if (!existsSync(executablePath)) continue;
    const browser = await puppeteer.launch({ browser: kind, executablePath, args, headless: true });
    const opened = [], searched = [];
    let rows = 0;
    for (let i = 0; i < 5; i++) {
        const page = await browser.newPage();
        await page.setViewport({ width: 1440, height: 900 });
        await page.goto(pathToFileURL(resolve(process.argv[2])).href);
        await page.waitForFunction(() => window.flamepress && window.flamepress.timings, { timeout: 60000 });
        opened.push(await page.evaluate(() => window.flamepress.timings.start));
        await page.evaluate(() => window.flamepress.ready);
        rows = await page.evaluate(() => window.flamepress.rows().length);
        searched.push(await page.evaluate(async () => {
            const began = performance.now(), find = document.getElementById('fp-find');
            find.value = 'Cart';
            find.dispatchEvent(new Event('input'));
            await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
            await window.flamepress.painted();
            return performance.now() - began;
        }));
        await page.close();
    }
    console.log(`${kind}: ${rows} rows painted after ${Math.round(median(opened))} ms (${opened.map(Math.round).join(', ')}); a function found in all reports after ${Math.round(median(searched))} ms`);
    await browser.close();
}
