/* SPDX-License-Identifier: MIT
 *
 * What stands out, in the page: the list is the one that `inspect --json` gives, a click selects exactly the samples of a finding,
 * pointing shows where it is, and all of it goes by keyboard, too. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { build, coloursOf, countSamples, DEMO, FLAMEPRESS, hash, inBrowsers, perfText, selection, settle, text, untilReady, value, withReport, write } from './harness.js';

const demo = join(DEMO, 'quickstart.html');
const findingsOf = (file) => JSON.parse(execFileSync(FLAMEPRESS, ['inspect', '--json', file], { encoding: 'utf8' })).profiles[0].findings;
const titles = (page, tier) => page.$$eval(`.finding${tier} .title bdi`, (all) => all.filter((e) => e.offsetParent).map((e) => e.textContent));
const titleOf = (page, k) => page.$(`[data-finding="${k}"] .title`);
const click = (page, k, what = '.title') => page.$eval(`[data-finding="${k}"] ${what}`, (e) => e.click());
const all = findingsOf(demo), several = all.findIndex((f) => f.ranges_ns.length > 4);

/* Samples in all ranges of a finding, by the reference decoder. */
const countIn = (ranges) => ranges.reduce((sum, [from, to]) => sum + countSamples(demo, from, to), 0);

inBrowsers('the list is that of inspect --json, findings apart from notes', async (kind) => {
    assert.ok(several >= 0 && all.length > 3);
    await withReport(kind, demo, {}, async (page) => {
        assert.deepEqual(await titles(page, ':not(.note)'), all.filter((f) => f.tier !== 'note').map((f) => f.title));
        assert.deepEqual(await titles(page, '.note'), all.filter((f) => f.tier === 'note').map((f) => f.title));
        const f = all[several], node = `[data-finding="${several}"]`;
        assert.match(await text(page, `${node} .frames`), new RegExp(f.frames[0].name));
        assert.equal(await page.$eval(`${node} details`, (e) => e.open), false);
        await click(page, several, 'summary');
        assert.equal(await page.$eval(`${node} details`, (e) => e.open), true);
        assert.ok((await text(page, `${node} details`)).includes(f.why));
        assert.equal(await page.$$eval(`${node} dd`, (e) => e.length) > 2, true);
    });
}, 'webkit');

inBrowsers('a click selects exactly the samples of all ranges, a link those of one', async (kind) => {
    await withReport(kind, demo, {}, async (page) => {
        const f = all[several];
        await click(page, several);
        await settle(page);
        assert.equal((await selection(page)).samples, countIn(f.ranges_ns));
        assert.match(await hash(page), new RegExp(`[#&]f=${several + 1}(&|$)`));
        assert.match(await hash(page), /[#&]cmp=rest(&|$)/);
        assert.match(await text(page, '#fp-selection'), new RegExp(`${f.ranges_ns.length} ranges`));
        const rest = countSamples(demo, 0, Infinity) - countIn(f.ranges_ns), said = await text(page, '#fp-direction');
        assert.ok(said.includes(`${rest.toLocaleString('en')} samples`), said);
        assert.equal(await page.$$eval('.finding .title[aria-pressed=true]', (e) => e.length), 1);
        const [from, to] = f.ranges_ns[1];
        await page.$$eval(`[data-finding="${several}"] .ranges a`, (links) => links[1].click());
        await settle(page);
        const s = await selection(page);
        assert.deepEqual([s.from, s.to, s.samples], [from, to, countSamples(demo, from, to)]);
        assert.equal(await page.$$eval('.finding .title[aria-pressed=true]', (e) => e.length), 0);
        await page.goBack();
        await settle(page);
        assert.equal((await selection(page)).samples, countIn(f.ranges_ns));
        await page.keyboard.press('Escape');
    });
}, 'webkit');

inBrowsers('an address with a finding opens it; one that is not there says so', async (kind) => {
    await withReport(kind, demo, { hash: `#f=${several + 1}` }, async (page) => {
        assert.equal((await selection(page)).samples, countIn(all[several].ranges_ns));
    });
    await withReport(kind, demo, { hash: '#f=999' }, async (page) => {
        assert.equal((await selection(page)).whole, true);
        assert.match(await text(page, '#fp-notice'), /f=999/);
    });
}, 'webkit');

inBrowsers('pointing at a finding marks it on the map', async (kind) => {
    const blue = async (page) => {
        const ink = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--blue').trim());
        const [r, g, b] = ink.match(/[0-9a-f]{2}/gi).map((x) => parseInt(x, 16)), colour = ((r << 24) | (g << 16) | (b << 8) | 255) >>> 0;
        return (await coloursOf(page, 'canvas.over, .map canvas[tabindex]')).find(([c]) => c === colour)?.[1] || 0;
    };
    await withReport(kind, demo, {}, async (page) => {
        const before = await blue(page);
        await (await titleOf(page, several)).hover();
        await settle(page);
        assert.ok(await blue(page) > before + 100);
        await page.mouse.move(300, 700);
        await settle(page);
        assert.equal(await blue(page), before);
    });
});

inBrowsers('keyboard: Enter selects, focus marks, the name of a function searches', async (kind) => {
    await withReport(kind, demo, {}, async (page) => {
        await (await titleOf(page, 0)).focus();
        await page.keyboard.press('Enter');
        await settle(page);
        const [[from, to]] = all[0].ranges_ns, s = await selection(page);
        assert.deepEqual([s.from, s.to], [from, to]);
        assert.equal(await page.$eval('[data-finding="0"] .title', (e) => e.getAttribute('aria-pressed')), 'true');
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        await settle(page);
        assert.equal(await value(page, '#fp-search'), `^${all[0].frames[0].name}$`);
    });
});

/* A timer in each of fourteen threads, nothing else: more findings than are shown at once. */
const many = perfText(Array.from({ length: 14 * 60 }, (_, i) => [0.05 * (i % 14) + Math.floor(i / 14) * (1 + 0.013 * (i % 14)), i % 2, `tick-${i % 14}`, `work_${i % 14};main`]).sort((a, b) => a[0] - b[0]));

inBrowsers('ten, then more; silence says why; off says nothing', async (kind) => {
    write('many.perf.txt', many);
    const spec = (name, findings) => build(write(`${name}.yaml`, `findings: ${findings}\nprofiles:\n  - source: many.perf.txt\n`));
    await withReport(kind, spec('few', '{limit: 3}'), {}, async (page) => {
        const n = await page.$$eval('.finding:not(.note)', (e) => e.length);
        assert.ok(n > 3, String(n));
        assert.equal((await titles(page, ':not(.note)')).length, 3);
        await page.$$eval('#fp-findings > ul:first-of-type > li > button.text', (e) => e[e.length - 1].click());
        assert.equal((await titles(page, ':not(.note)')).length, n);
        assert.equal(await page.evaluate(() => document.activeElement.closest('.finding')?.dataset.finding), '3');
    });
    await withReport(kind, spec('none', '{off: yes}'), {}, async (page) => {
        assert.equal(await page.$eval('#fp-findings', (e) => e.hidden), true);
    });
    write('dull.perf.txt', perfText(Array.from({ length: 40 }, (_, i) => [(i * i * 7919 % 9973) / 500, 0, 'dull', 'a;main']).sort((a, b) => a[0] - b[0])));
    await withReport(kind, build(write('dull.yaml', 'profiles: [dull.perf.txt]\n')), {}, async (page) => {
        assert.match(await text(page, '#fp-verdict'), /^Nothing stands out/);
    });
});

inBrowsers('a function and its share do not run into each other, on a narrow screen', async (kind) => {
    await withReport(kind, demo, {}, async (page) => {
        await page.setViewport({ width: 400, height: 800 });
        await settle(page);
        const gaps = await page.$$eval('.finding .frames li', (all) => all.filter((li) => li.offsetParent).map((li) => {
            const [name, share] = ['button', '.quiet'].map((part) => li.querySelector(part).getBoundingClientRect());
            return share.left > name.left ? share.left - name.right : null;
        }).filter((gap) => gap !== null));
        assert.ok(gaps.length > 0 && Math.min(...gaps) > 2, String(gaps));
    });
});

inBrowsers('a tap selects a finding, on a narrow screen', async (kind, t) => {
    if (kind === 'firefox') { t.skip('firefox has no touch here'); return; }
    await withReport(kind, demo, {}, async (page) => {
        await page.setViewport({ width: 400, height: 800, hasTouch: true, isMobile: true });
        await untilReady(page);
        const title = `[data-finding="${several}"] .title`;
        await page.$eval(title, (e) => e.scrollIntoView({ block: 'center' }));
        await page.tap(title);
        await settle(page);
        assert.equal((await selection(page)).samples, countIn(all[several].ranges_ns));
        assert.ok(await page.$eval(title, (e) => e.offsetHeight) >= 40, 'high enough for a finger');
    });
});
