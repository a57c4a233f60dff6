/* SPDX-License-Identifier: MIT
 *
 * Never a blank page: scripts on, scripts off, inside sandboxed frames, and with the script blocked by a stricter policy. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, DEMO, FLAMEPRESS, inBrowsers, openReport, readFileSync, sampleProfile, untilReady, withReport, write } from './harness.js';

const profile = write('fallback.perf.txt', sampleProfile());
const report = build(write('fallback.yaml', `title: Spikes at checkout
notes: "Look at [the burst](#t=5.2..5.8)."
meta: {host: web-1}
profiles: [{source: fallback.perf.txt, title: Before the deploy}, {source: fallback.perf.txt, id: after, title: After it}]
`));

/** The summary as a reader sees it: words, a map, a table. `frame` is a page or one of its frames. */
async function expectSummary(frame) {
    const seen = await frame.evaluate(() => {
        const visible = (e) => { const r = e.getBoundingClientRect(); return r.width > 0 && r.height > 0 && getComputedStyle(e).visibility === 'visible'; };
        return {
            text: document.body.innerText,
            map: [...document.querySelectorAll('svg')].filter(visible).map((e) => e.getBoundingClientRect().width),
            painted: [...document.querySelectorAll('svg path')].filter(visible).map((e) => getComputedStyle(e).stroke),
            rows: [...document.querySelectorAll('table tr')].filter(visible).length,
            canvases: [...document.querySelectorAll('canvas')].filter(visible).length,
        };
    });
    for (const words of [/Spikes at checkout/, /Before the deploy/, /web-1/, /Look at the burst/, /\bspin\b/]) assert.match(seen.text, words);
    assert.ok(seen.map.some((w) => w > 100), `a map that can be seen: ${seen.map}`);
    assert.ok(new Set(seen.painted).size > 1, `in more than one colour: ${seen.painted}`);
    assert.ok(seen.rows > 3, 'a table of the hottest functions');
    assert.equal(seen.canvases, 0);
}

async function expectPage(frame) {
    const seen = await frame.evaluate(() => {
        const visible = (e) => { const r = e.getBoundingClientRect(); return r.width > 100 && r.height > 100; };
        return { heatmap: visible(document.querySelector('#fp-heatmap')), flame: visible(document.querySelector('#fp-flame')),
            summary: [...document.querySelectorAll('table')].some(visible), text: document.body.innerText };
    });
    assert.ok(seen.heatmap && seen.flame);
    assert.ok(!seen.summary, 'the summary gives way to the page');
    for (const words of [/Spikes at checkout/, /Before the deploy/, /After it/, /web-1/]) assert.match(seen.text, words);
}

inBrowsers('scripts on: the page', async (kind) => {
    await withReport(kind, report, {}, expectPage);
}, 'webkit');

inBrowsers('scripts off: the summary', async (kind) => {
    await withReport(kind, report, { scripts: false }, expectSummary);
});

inBrowsers('scripts off: the demo reports', async (kind) => {
    for (const name of ['quickstart.html', 'gallery.html']) {
        const page = await openReport(kind, join(DEMO, name), { scripts: false });
        const text = await page.evaluate(() => document.body.innerText);
        assert.ok(text.length > 1000, `${name}: ${text.length} characters`);
        assert.ok(!/undefined|NaN|\bnull\b|\{\{/.test(text));
        await page.close();
    }
});

async function inFrame(kind, sandbox, fn) {
    const outer = write(`frame-${kind}-${sandbox || 'none'}.html`,
        `<!DOCTYPE html><title>outer</title><iframe sandbox="${sandbox}" width="1300" height="800" src="fallback.html"></iframe>`);
    const page = await openReport(kind, outer, { wait: false });
    await page.waitForFunction(() => window.frames.length === 1);
    const frame = page.frames().find((f) => f !== page.mainFrame());
    await frame.waitForFunction(() => document.readyState === 'complete');
    await fn(frame, page);
    return page;
}

inBrowsers('a sandboxed frame that allows scripts: the page, its address included', async (kind) => {
    const page = await inFrame(kind, 'allow-scripts', async (frame, page) => {
        await untilReady(frame);
        await expectPage(frame);
        const { x, y } = await frame.evaluate(() => window.flamepress.cellRect(2, 10));
        const outer = await page.$eval('iframe', (e) => e.getBoundingClientRect().toJSON());
        await page.mouse.click(outer.x + 2 + x + 2, outer.y + 2 + y + 2);
        await new Promise((done) => setTimeout(done, 200));
        const s = await frame.evaluate(() => window.flamepress.selection());
        assert.equal(Math.floor(s.from / 1e9), 2);
    });
    assert.deepEqual(page.problems, []);
    await page.close();
});

inBrowsers('a sandboxed frame without scripts: the summary', async (kind) => {
    const page = await inFrame(kind, '', expectSummary);
    await page.close();
});

inBrowsers('a stricter policy blocks the script: the summary', async (kind) => {
    const html = readFileSync(report, 'utf8');
    const strict = html.replace('<head>', '<head><meta http-equiv="Content-Security-Policy" content="script-src \'none\'">');
    assert.notEqual(strict, html);
    const page = await openReport(kind, write(`strict-${kind}.html`, strict), { wait: false });
    await expectSummary(page);
    await page.close();
}, 'webkit');

inBrowsers('a policy that blocks styles, too: still words and tables', async (kind) => {
    const html = readFileSync(report, 'utf8');
    const strict = html.replace('<head>', '<head><meta http-equiv="Content-Security-Policy" content="default-src \'none\'">');
    const page = await openReport(kind, write(`strictest-${kind}.html`, strict), { wait: false });
    await expectSummary(page);
    await page.close();
});

/** A report whose page script is not the one that the policy names. */
function withOtherScript(name) {
    const html = readFileSync(report, 'utf8'), block = /(data-page="script">)([^<]*)/, folder = mkdtempSync(join(tmpdir(), 'flamepress-other-'));
    for (const from of ['templates/page.html', ...['summary.css', 'page.css', 'loader.js'].map((name) => join(dirname(FLAMEPRESS), 'gen', name))]) copyFileSync(from, join(folder, basename(from)));
    writeFileSync(join(folder, 'page.js'), 'document.title = "owned"');
    const other = readFileSync(build(write('other.perf.txt', sampleProfile()), '--assets', folder), 'utf8').match(block)[2];
    rmSync(folder, { recursive: true });
    const changed = html.replace(block, (_, tag) => tag + other);
    assert.notEqual(changed, html);
    return write(name, changed);
}

inBrowsers('a script that the policy does not name: it does not run, the summary says so', async (kind) => {
    const page = await openReport(kind, withOtherScript(`other-${kind}.html`), { wait: false });
    await page.waitForFunction(() => document.querySelector('#fp-error'), { timeout: 10000 });
    await expectSummary(page);
    assert.match(await page.$eval('#fp-error', (e) => e.textContent), /cannot be shown interactively: its script was blocked/);
    assert.doesNotMatch(await page.title(), /owned/);
    await page.close();
});

inBrowsers('a page cut in its script, or a browser that cannot inflate: the summary says so', async (kind) => {
    const html = readFileSync(report, 'utf8');
    const cut = html.replace(/(data-page="script">.{400})[^<]*/, '$1');
    assert.notEqual(cut, html);
    const page = await openReport(kind, write(`cut-${kind}.html`, cut), { wait: false });
    await page.waitForFunction(() => document.querySelector('#fp-error'), { timeout: 10000 });
    assert.match(await page.$eval('#fp-error', (e) => e.textContent), /its script cannot be read/);
    await expectSummary(page);
    await page.evaluateOnNewDocument(() => { delete window.DecompressionStream; });
    await page.goto(pathToFileURL(report).href);
    await page.waitForFunction(() => document.querySelector('#fp-error'), { timeout: 10000 });
    assert.match(await page.$eval('#fp-error', (e) => e.textContent), /no DecompressionStream/);
    await expectSummary(page);
    await page.close();
});

inBrowsers('damaged data: the reason is on the page', async (kind) => {
    const html = readFileSync(report, 'utf8');
    const damaged = html.replace(/(data-fp="0\.stacks">.{40})....../s, '$1AAAAAA');
    assert.notEqual(damaged, html);
    const page = await openReport(kind, write(`damaged-${kind}.html`, damaged), { wait: false });
    await page.waitForFunction(() => (document.querySelector('#fp-error')?.textContent || '').length > 10, { timeout: 10000 });
    assert.match(await page.evaluate(() => document.body.innerText), /Spikes at checkout/);
    await page.close();
}, 'webkit');
