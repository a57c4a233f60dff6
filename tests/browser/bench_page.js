/* SPDX-License-Identifier: MIT
 *
 * How long a reader waits, in both browsers: node tests/browser/bench_page.js REPORT.html. Medians of seven fresh tabs, in
 * milliseconds since navigation: the heatmap painted, the first flame graph; and from a click to the painted graph of the whole
 * range, the frame that shows it included. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer-core';

const KINDS = {
    chrome: ['/usr/bin/chromium', ['--no-sandbox', '--disable-gpu']],
    firefox: ['/usr/bin/firefox-esr', []],
};
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];

for (const [browser, [executablePath, args]] of Object.entries(KINDS)) {
    if (!existsSync(executablePath)) { console.log(`SKIP: ${executablePath} is not here`); continue; }
    const running = await puppeteer.launch({ browser, executablePath, args, headless: true });
    const map = [], graph = [], work = [], click = [];
    for (let i = 0; i < 7; i++) {
        const page = await running.newPage();
        await page.setViewport({ width: 1440, height: 900 });
        await page.goto(pathToFileURL(process.argv[2]).href + '#t=0..1');
        await page.waitForFunction(() => window.flamepress);
        await page.evaluate(async () => { await window.flamepress.ready; });
        const t = await page.evaluate(() => new Promise((done) => {
            const began = performance.now();
            document.querySelector('#fp-whole').click();
            requestAnimationFrame(() => requestAnimationFrame(() => done({ ...window.flamepress.timings, click: performance.now() - began })));
        }));
        map.push(t.map); graph.push(t.graph); work.push(t.select); click.push(t.click);
        await page.close();
    }
    await running.close();
    for (const [label, list] of [['heatmap painted', map], ['first flame graph', graph], ['whole range, work', work], ['whole range, click to paint', click]])
        console.log(`${`${browser}: ${label}`.padEnd(38)} ${median(list).toFixed(0).padStart(6)} ms`);
}
