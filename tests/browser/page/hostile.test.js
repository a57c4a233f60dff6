/* SPDX-License-Identifier: MIT
 *
 * Names from a profile are only names: nothing of them becomes an element, a script or a request. */
import assert from 'node:assert/strict';
import { build, frames, inBrowsers, perfText, settle, text, withReport, write } from './harness.js';

const IMG = '<img src=x onerror=document.title="owned">', SCRIPT = '</script><script>document.title="owned"</script>';
const LONG = 'template_'.repeat(220), RTL = '\u202e\u05d0\u05d1\u05d2', TWIN = 'ma\u200fin\u061c';
write('hostile.perf.txt', perfText([0, 1, 2, 3, 4].flatMap((s) => [[s + 0.1, 0, 'a<b>&"\'', `${IMG};${SCRIPT};main`],
    [s + 0.3, 1, '{{title}}', `${LONG};${RTL};${TWIN};__proto__;constructor;main`]])));
const report = build(write('hostile.yaml', `title: '${SCRIPT}'
notes: "${IMG.replaceAll('"', '\\"')} [x](javascript:document.title='owned')"
meta: {'${IMG}': '${SCRIPT}'}
profiles: [{source: hostile.perf.txt, title: '${IMG}', marks: [{at: 0s..1s, label: '${SCRIPT}', note: '${IMG}'}]}]
`));

for (const scripts of [true, false]) {
    inBrowsers(`hostile names stay text, scripts ${scripts ? 'on' : 'off'}`, async (kind) => {
        await withReport(kind, report, { scripts }, async (page) => {
            const seen = await page.evaluate(() => ({ title: document.title, images: document.querySelectorAll('img').length,
                scripts: [...document.scripts].filter((s) => !s.type).length,
                links: [...document.links].map((a) => a.protocol).filter((p) => p === 'javascript:'),
                handlers: [...document.querySelectorAll('*')].filter((e) => [...e.attributes].some((a) => a.name.startsWith('on'))).length }));
            assert.match(seen.title, /<\/script><script>/);
            assert.deepEqual({ ...seen, title: '' }, { title: '', images: 0, scripts: scripts ? 2 : 1, links: [], handlers: 0 }); /* the loader, and the script that it puts in */
        });
    });
}

inBrowsers('what turns text around is seen wherever a name is shown', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        for (const [name, as] of [[RTL, '\ufffd\u05d0\u05d1\u05d2'], [TWIN, 'ma\ufffdin\ufffd']]) {
            const f = (await frames(page)).find((one) => one.path.at(-1) === name);
            await page.mouse.move(f.x + f.width / 2, f.y + f.height / 2);
            await settle(page);
            assert.ok((await text(page, '#fp-readout')).includes(as), `${as}: ${await text(page, '#fp-readout')}`);
            await page.mouse.click(f.x + f.width / 2, f.y + f.height / 2);
            await settle(page);
            assert.ok((await text(page, '#fp-crumbs')).includes(as), `${as}: ${await text(page, '#fp-crumbs')}`);
            await page.keyboard.press('Escape');
            await settle(page);
        }
        for (const view of ['table', 'tree', 'middle', 'flame']) {
            await page.click(`#fp-mode [data-value=${view}]`);
            await settle(page);
            assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll('#fp-app, #fp-app *, #fp-summary, #fp-summary *')]
                .flatMap((e) => [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data).concat(['title', 'aria-label'].map((a) => e.getAttribute(a) || ''))).filter((s) => /\p{Bidi_Control}/u.test(s))), [], view);
        }
        await page.click('#fp-mode [data-value=table]');
        await settle(page);
        assert.ok((await text(page, '#fp-app')).includes('ma\ufffdin\ufffd'));
    });
});

inBrowsers('a name of 2,000 characters leaves its numbers and the buttons beside it in their place', async (kind) => {
    for (const width of [1440, 400])
        await withReport(kind, report, { width }, async (page) => {
            await page.$eval('#fp-flame', (c) => c.scrollIntoView({ block: 'center' }));
            await settle(page);
            const f = (await frames(page)).find((one) => one.path.at(-1) === LONG), high = () => page.evaluate(() => document.documentElement.scrollHeight), before = await high();
            await page.mouse.move(f.x + f.width / 2, f.y + f.height / 2);
            await settle(page);
            const { name, line, colours } = await page.evaluate(() => ({ name: document.querySelector('#fp-readout .name').getBoundingClientRect().toJSON(), line: document.querySelector('#fp-readout').getBoundingClientRect().toJSON(),
                colours: Math.min(...[...document.querySelectorAll('#fp-colours button')].map((b) => b.getBoundingClientRect().width)) }));
            assert.equal(await high(), before, 'nothing moves');
            assert.ok(colours > 30, `Kind and Package are there: ${colours} px`);
            assert.ok(width === 400 ? name.bottom < line.bottom - 15 : name.right < line.right - 100, `the numbers have room: ${JSON.stringify([name, line])}`);
        });
});

inBrowsers('every hostile frame can be hovered, zoomed and searched', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        const drawn = (await frames(page)).filter((f) => f.path.length);
        assert.ok(drawn.length >= 9, `${drawn.length} frames`);
        for (const f of drawn) {
            await page.mouse.move(f.x + f.width / 2, f.y + f.height / 2);
            await settle(page);
            assert.ok((await text(page, '#fp-readout')).length > 0);
        }
        const first = drawn.find((f) => f.path.at(-1) === IMG);
        await page.mouse.click(first.x + first.width / 2, first.y + first.height / 2);
        await settle(page);
        assert.ok((await text(page, '#fp-crumbs')).includes(IMG));
        await page.type('#fp-search', '<img');
        await settle(page);
        assert.ok((await page.title()).includes('script'));
        assert.equal(await page.evaluate(() => document.querySelectorAll('img').length), 0);
    });
}, 'webkit');
