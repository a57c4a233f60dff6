/* SPDX-License-Identifier: MIT
 *
 * The flame graph: its frames are as wide as a plain count says, zoom and search do what they say. */
import assert from 'node:assert/strict';
import { build, countSamples, frames, hash, inBrowsers, sampleProfile, samplesOf, selection, settle, state, text, withReport,
    untilReady, write } from './harness.js';

const report = build(write('flame.perf.txt', sampleProfile()));
const whole = samplesOf(report).length;
const under = (...path) => samplesOf(report).filter((s) => path.every((name, i) => s.stack[i] === name)).length;

inBrowsers('frames are as wide as their share', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        const drawn = await frames(page);
        const root = drawn.find((f) => f.path.length === 0);
        assert.ok(root.width > 600, 'the root spans the graph');
        let checked = 0;
        for (const f of drawn.filter((f) => f.path.length)) {
            const share = under(...f.path) / whole;
            assert.ok(Math.abs(f.width / root.width - share) < 2 / root.width, `${f.path.join(';')}: ${f.width} of ${root.width}, ${share}`);
            checked++;
        }
        assert.ok(checked >= 10, `only ${checked} frames drawn`);
    });
}, 'webkit');

inBrowsers('a range holds its own frames only', async (kind) => {
    await withReport(kind, report, { hash: '#t=5.25..5.75' }, async (page) => {
        const s = await selection(page);
        assert.deepEqual([s.from, s.to, s.samples], [5250000000, 5750000000, countSamples(report, 5.25e9, 5.75e9)]);
        const drawn = await frames(page);
        assert.ok(drawn.some((f) => f.path.at(-1) === 'spin'));
        assert.ok(!drawn.some((f) => f.path.at(-1) === 'price'));
    });
}, 'webkit');

async function clickFrame(page, ...path) {
    const f = (await frames(page)).find((f) => f.path.join(';') === path.join(';'));
    assert.ok(f, `no frame ${path.join(';')}`);
    await page.mouse.click(f.x + f.width / 2, f.y + f.height / 2);
    await settle(page);
}

inBrowsers('a click zooms, breadcrumbs and reset lead back', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        const root = (await frames(page)).find((f) => f.path.length === 0).width;
        await clickFrame(page, 'server', 'main', 'handle');
        const zoomed = (await frames(page)).find((f) => f.path.at(-1) === 'handle' && f.path.length === 3);
        assert.ok(Math.abs(zoomed.width - root) < 2, 'the zoomed frame is as wide as the graph');
        assert.match(await text(page, '#fp-crumbs'), /server.*main.*handle/s);
        assert.match(await hash(page), /z=/);
        const crumbs = await page.$$('#fp-crumbs button, #fp-crumbs a');
        await crumbs.at(-2).click();
        await settle(page);
        assert.ok(Math.abs((await frames(page)).find((f) => f.path.join(';') === 'server;main').width - root) < 2, 'crumb');
        await page.click('#fp-reset-zoom');
        await settle(page);
        assert.ok(!/z=/.test(await hash(page)));
        await clickFrame(page, 'burst');
        await page.keyboard.press('Escape');
        await settle(page);
        assert.ok(!/z=/.test(await hash(page)), 'Escape resets the zoom');
    });
}, 'webkit');

inBrowsers('a zoom survives a reload', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        await clickFrame(page, 'server', 'main', 'handle');
        const before = await frames(page);
        await page.reload();
        await untilReady(page);
        assert.deepEqual(await frames(page), before);
    });
}, 'webkit');

inBrowsers('the frame under the pointer is explained', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        const f = (await frames(page)).find((f) => f.path.join(';') === 'server;main;handle;sign');
        await page.mouse.move(f.x + f.width / 2, f.y + f.height / 2);
        await settle(page);
        const n = under('server', 'main', 'handle', 'sign');
        for (const where of ['#fp-readout', '#fp-tooltip']) {
            const said = await text(page, where);
            assert.match(said, /sign/, where);
            assert.match(said, new RegExp(`\\b${n}\\b`), `${where}: ${said}`);
        }
    });
}, 'webkit');

async function search(page, pattern) {
    await page.click('#fp-search', { count: 3 });
    await page.keyboard.press('Backspace');
    if (pattern) await page.type('#fp-search', pattern);
    await page.waitForFunction((q) => window.flamepress.state().query === q, { timeout: 5000 }, pattern);
    await settle(page);
}

inBrowsers('search says what share matches, and what is wrong with a pattern', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        await search(page, '^(price|sign)$');
        const matched = samplesOf(report).filter((s) => s.stack.slice(1).some((name) => /^(price|sign)$/.test(name))).length;
        const said = await text(page, '#fp-matched');
        const percent = Number(/([\d.]+)\s*%/.exec(said)?.[1]);
        assert.ok(Math.abs(percent - 100 * matched / whole) < 0.1, `${said}, expected ${100 * matched / whole} %`);
        assert.match(await hash(page), /q=/);
        await search(page, 'pri(ce');
        assert.ok((await text(page, '#fp-search-error')).length > 5, 'the error is said');
        assert.equal(await page.$eval('#fp-search', (e) => e.getAttribute('aria-invalid')), 'true');
        await search(page, '^PRICE$');
        assert.match(await text(page, '#fp-matched'), /^[1-9]/, 'case does not matter');
        await page.click('#fp-case');
        await settle(page);
        assert.match(await text(page, '#fp-matched'), /^0 %/, 'until it is asked for');
        assert.match(await hash(page), /c=1/);
        await page.click('#fp-case');
        // As in speedscope: Ctrl+F is for what is drawn.
        await page.focus('#fp-flame');
        for (const down of ['Control', 'f']) await page.keyboard.down(down);
        for (const up of ['f', 'Control']) await page.keyboard.up(up);
        assert.equal(await page.evaluate(() => document.activeElement.id), 'fp-search');
        await search(page, '');
        assert.equal(await text(page, '#fp-search-error'), '');
        assert.equal((await state(page)).query, '');
    });
}, 'webkit');
