/* SPDX-License-Identifier: MIT
 *
 * What a reader of a report waits for, in headless chromium: node tests/browser/bench_reader.js REPORT.html [RUNS]. Medians of five fresh tabs, one
 * `MEASURE VALUE UNIT` a line:
 *
 *   map, decoded, graph      ms from navigation to the painted map, to all samples decoded, to the painted flame graph
 *   cell-, part-, whole-work ms that the page works on a selection: of one cell, of 5 % of the time, of everything; on a search of everything
 *   cell-, part-, whole-shown   the same until the frame that shows it is made, so with the wait for it, up to 17 ms
 *   first-work               ms of work on 5 % of the time in a tab that was left alone for a second and has shown no selection yet
 *   heap                     MB of the page's own heap and array buffers, after a collection */
import { pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer-core';
import { probe } from './page/probe.js';

const [file, runs = '5'] = process.argv.slice(2);
const browser = await puppeteer.launch({ browser: 'chrome', executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'], headless: true, protocolTimeout: 600000 });
const lists = new Map();
const put = (name, value) => lists.set(name, [...(lists.get(name) || []), value]);

/** In the page, before its scripts: when frames came out after the map and after the graph. */
function watch() {
    const seen = window.benchSeen = {};
    const look = () => {
        const t = window.flamepress?.timings;
        for (const name of ['map', 'graph']) if (t?.[name] !== undefined && seen[name] === undefined) seen[name] = performance.now();
        if (seen.graph === undefined) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}

/** In the page: {work, shown} of one action. */
async function act(what) {
    const { nSteps, stepNs } = window.flamepress.grid(), seconds = (steps) => `${steps * stepNs / 1e9}`;
    const go = (hash) => {
        history.replaceState(null, '', hash);
        window.dispatchEvent(new PopStateEvent('popstate'));
    };
    const actions = {
        cell: () => { const c = window.benchCell; go(`#t=${seconds(c.from)}..${seconds(c.to)}`); },
        part: () => go(`#t=${seconds(Math.floor(nSteps * 0.4))}..${seconds(Math.floor(nSteps * 0.45))}`),
        whole: () => document.querySelector('#fp-whole').click(),
        search: () => { const field = document.querySelector('#fp-search'); field.value = 'e'; field.dispatchEvent(new InputEvent('input', { bubbles: true })); },
    };
    const cells = window.flamepress.grid();
    if (!window.benchCell) for (let col = Math.floor(cells.columns / 2), row = 0; row < cells.rows; row++) {
        const c = window.flamepress.cell(col, row);
        if (c.count > 0) { window.benchCell = c; break; }
    }
    /* Right after a frame: before what the page leaves for after it (the side panel). */
    const frame = () => new Promise((done) => requestAnimationFrame(() => { scheduler.postTask(done, { priority: 'user-blocking' }); }));
    await frame();
    const began = performance.now();
    actions[what]();
    let work = performance.now() - began;
    await frame();
    if (what === 'search') { await frame(); work = window.flamepress.timings.select; }
    return { work, shown: performance.now() - began };
}

/** A fresh tab in which the graph is painted. */
async function open() {
    const page = await browser.newPage();
    page.setDefaultTimeout(600000);
    await page.setViewport({ width: 1440, height: 900 });
    await page.evaluateOnNewDocument(watch);
    await page.goto(pathToFileURL(file).href, { timeout: 600000 });
    await page.waitForFunction(() => window.flamepress && window.benchSeen.graph !== undefined, { timeout: 600000 });
    await page.evaluate(probe);
    return page;
}

for (let i = 0; i < Number(runs); i++) {
    const page = await open();
    const { seen, timings } = await page.evaluate(() => ({ seen: window.benchSeen, timings: window.flamepress.timings }));
    put('map', seen.map);
    put('decoded', timings.stacks);
    put('graph', seen.graph);
    for (const what of ['cell', 'part', 'whole', 'search']) {
        const { work, shown } = await page.evaluate(act, what);
        put(`${what}-work`, work);
        put(`${what}-shown`, shown);
    }
    const client = await page.createCDPSession();
    await client.send('HeapProfiler.collectGarbage');
    const heap = await client.send('Runtime.getHeapUsage');
    put('heap', (heap.usedSize + (heap.backingStorageSize || 0)) / 1e6);
    await page.close();

    const rested = await open();
    await new Promise((done) => setTimeout(done, 1000));
    put('first-work', (await rested.evaluate(act, 'part')).work);
    await rested.close();
}
await browser.close();
for (const [name, list] of lists) console.log(name, list.sort((a, b) => a - b)[list.length >> 1].toFixed(1), name === 'heap' ? 'MB' : 'ms');
