/* SPDX-License-Identifier: MIT
 *
 * Notes and marks beside the map: Markdown as text, links that select a range of their own profile or of another. */
import assert from 'node:assert/strict';
import { build, inBrowsers, readFileSync, sampleProfile, selection, settle, withReport, write } from './harness.js';

write('notes.perf.txt', sampleProfile());
const report = build(write('notes.yaml', `title: Notes
notes: "Here: [burst](#t=5.2..5.8). There: [later](#p=after&t=6..7&q=parse)."
profiles:
  - {source: notes.perf.txt, id: before}
  - source: notes.perf.txt
    id: after
    notes: "Inside [it](#t=1s..2.5s)."
    marks: [{at: 3s..4s, label: Collector, note: "**Old** \`generation\`"}]
`));

const link = (page, text) => page.evaluate((t) => [...document.querySelectorAll('aside a')].find((a) => a.textContent === t && a.offsetParent).click(), text);

async function expectPlace(page, profile, from, to) {
    await settle(page);
    const s = await selection(page);
    assert.deepEqual([s.from, s.to], [from * 1e9, to * 1e9]);
    assert.equal(await page.$eval('[role=tab][aria-selected=true]', (e) => e.textContent), profile);
}

inBrowsers('links in notes select, and keep what they do not say', async (kind) => {
    await withReport(kind, report, { hash: '#q=burst' }, async (page) => {
        await link(page, 'burst');
        await expectPlace(page, 'before', 5.2, 5.8);
        assert.equal(await page.$eval('#fp-search', (e) => e.value), 'burst');
        await link(page, 'later');
        await expectPlace(page, 'after', 6, 7);
        assert.equal(await page.$eval('#fp-search', (e) => e.value), 'parse');
        await link(page, 'it');
        await expectPlace(page, 'after', 1, 2.5);
        await link(page, 'Collector');
        await expectPlace(page, 'after', 3, 4);
        const note = await page.$eval('#fp-marks', (e) => e.innerHTML);
        assert.match(note, /<strong>Old<\/strong>/);
        assert.match(note, /<code>generation<\/code>/);
        await page.goBack();
        await expectPlace(page, 'after', 1, 2.5);
    });
}, 'webkit');

inBrowsers('an address that makes no sense says so and shows the whole', async (kind) => {
    for (const hash of ['#t=%E0%A4%A', '#t=9..', '#p=nobody&t=1..2', '#&&==&', '#t=1e400..2e400&z=-1&r=0', `#q=${'('.repeat(500)}`]) {
        await withReport(kind, report, { hash }, async (page) => {
            await settle(page);
            assert.ok((await selection(page)).samples > 0, hash);
        });
    }
}, 'webkit');

inBrowsers('many profiles keep their titles, and arrows walk them', async (kind) => {
    const many = build(write('many.yaml', `title: Many
profiles:
${Array.from({ length: 20 }, (_, i) => `  - {source: notes.perf.txt, id: p${i}, title: "Profile number ${i} of twenty"}`).join('\n')}
`));
    assert.ok(readFileSync(many).length > 0);
    await withReport(kind, many, { hash: '#p=p19' }, async (page) => {
        const tabs = await page.$$eval('[role=tab]', (all) => all.map((e) => ({ cut: e.scrollWidth > e.clientWidth, right: e.getBoundingClientRect().right })));
        assert.equal(tabs.length, 20);
        assert.ok(tabs.every((t) => !t.cut), 'no title is cut');
        assert.ok(tabs[19].right <= 1440, 'the chosen tab is in view');
        await page.focus('[role=tab][aria-selected=true]');
        for (const [key, id] of [['ArrowRight', 19], ['ArrowLeft', 18], ['Home', 0], ['ArrowRight', 1], ['End', 19]]) {
            await page.keyboard.press(key);
            await settle(page);
            const now = await page.evaluate(() => [document.activeElement.dataset.profile, document.querySelector('[role=tab][aria-selected=true]').dataset.profile]);
            assert.deepEqual(now, [String(id), String(id)], key);
        }
    });
});
