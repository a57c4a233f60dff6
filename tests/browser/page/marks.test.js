/* SPDX-License-Identifier: MIT
 *
 * Marks of the reader: added, changed and removed by mouse, keys and touch; kept in the address; and in a saved copy, which is
 * the same file but for its marks and its summary. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { FLAMEPRESS, build, hash, inBrowsers, readFileSync, sampleProfile, selection, settle, text, withReport, write } from './harness.js';

const report = build(write('marks.yaml', `title: Marks <of> "all" & sorts
notes: "See [the burst](#t=5.2..5.8)."
profiles: [{source: ${write('marks.perf.txt', sampleProfile()).split('/').pop()}, marks: [{at: 1s..2s, label: spec's, note: "a *note*"}]}]
`));

async function fill(page, { label, range, note }) {
    for (const [id, v] of [['#fp-mark-label', label], ['#fp-mark-range', range], ['#fp-mark-note', note]])
        if (v !== undefined) { await page.$eval(id, (f) => { f.value = ''; }); await page.type(id, v); }
}

const marks = (page) => page.$$eval('#fp-own-marks li', (list) => list.map((li) => li.textContent.replace(/ (edit|remove)/g, '').replace(/\s+/g, ' ').trim()));

/** The file that "Save a copy" gives to the browser. */
async function savedCopy(page) {
    await page.evaluate(() => {
        window.saved = null;
        const make = URL.createObjectURL;
        URL.createObjectURL = (blob) => { window.saved = blob.text(); return make.call(URL, blob); };
        HTMLAnchorElement.prototype.click = function () { window.savedName = this.download; };
    });
    await page.click('#fp-save-copy');
    return { text: await page.evaluate(() => window.saved), name: await page.evaluate(() => window.savedName) };
}

inBrowsers('a mark is added, selects its range, is changed and removed', async (kind) => {
    await withReport(kind, report, { hash: '#t=3..4' }, async (page) => {
        await page.click('#fp-mark');
        await settle(page);
        assert.equal(await page.evaluate(() => document.activeElement.id), 'fp-mark-label');
        assert.equal(await page.$eval('#fp-mark-range', (f) => f.value), '3..4');
        await page.click('#fp-mark-keep');
        assert.match(await text(page, '#fp-mark-error'), /needs a label/);
        await fill(page, { label: '<b>GC</b> pause', note: 'old ~ generation | 50 %' });
        await page.click('#fp-mark-keep');
        await settle(page);
        assert.deepEqual(await marks(page), ['<b>GC</b> pause at 3 s, 1 s longold ~ generation | 50 %']);
        const link = await hash(page);
        assert.match(link, /mk=/);
        await page.keyboard.press('w');
        await settle(page);
        await page.click('#fp-own-marks a');
        await settle(page);
        assert.deepEqual([(await selection(page)).from, (await selection(page)).to], [3e9, 4e9]);
        // By keys alone: the map, m, the form, Enter.
        await page.focus('#fp-heatmap');
        await page.keyboard.press('m');
        await settle(page);
        await page.keyboard.type('by key');
        await page.keyboard.press('Enter');
        await settle(page);
        assert.equal((await marks(page)).length, 2);
        await page.click('#fp-own-marks li:first-child .link');
        await fill(page, { label: 'changed', range: '5.2..99' });
        await page.click('#fp-mark-keep');
        await settle(page);
        assert.ok((await marks(page)).some((m) => /^changed at 5\.2 s/.test(m)), JSON.stringify(await marks(page)));
        await page.$$eval('#fp-own-marks .link:last-of-type', (buttons) => buttons.forEach((b) => b.click()));
        await page.$$eval('#fp-own-marks .link:last-of-type', (buttons) => buttons.forEach((b) => b.click()));
        await settle(page);
        assert.deepEqual(await marks(page), []);
        assert.doesNotMatch(await hash(page), /mk=/);
        await page.evaluate((h) => { location.hash = h; }, link);
        await page.waitForFunction(() => document.querySelectorAll('#fp-own-marks li').length === 1);
    });
});

inBrowsers('taps add and remove a mark on a narrow screen', async (kind) => {
    if (kind === 'webkit') return; // its driver taps with a mouse
    await withReport(kind, report, { hash: '#t=3..4', width: 400, height: 800 }, async (page) => {
        const tap = async (selector) => {
            const at = await page.$eval(selector, (e) => { e.scrollIntoView({ block: 'center' }); const r = e.getBoundingClientRect(); return { x: r.x + r.width / 2, y: r.y + r.height / 2, h: r.height }; });
            assert.ok(at.h >= 39, `${selector}: ${at.h} px`);
            await page.touchscreen.tap(at.x, at.y);
            await settle(page);
        };
        await tap('#fp-mark');
        await page.keyboard.type('tapped');
        await tap('#fp-mark-keep');
        assert.match((await marks(page))[0], /^tapped/);
        await tap('#fp-own-marks .link:last-of-type');
        assert.deepEqual(await marks(page), []);
    });
});

/* A file in pieces: what a copy may change, and the rest. */
function pieces(html) {
    const summary = /<main id="fp-summary">.*?<\/main>/s, own = /<script type="application\/json" data-fp="marks">.*?<\/script>/s;
    assert.match(html, summary);
    assert.match(html, own);
    return { rest: html.replace(summary, 'SUMMARY').replace(own, 'MARKS'), summary: summary.exec(html)[0], marks: own.exec(html)[0] };
}

inBrowsers('a copy is the same file but for marks and summary; twice saved, the same bytes; and it opens', async (kind) => {
    let copy = '';
    await withReport(kind, report, { hash: `#t=3..4&mk=${encodeURIComponent('~3..4~GC </script><!-- & "old"~a note')}` }, async (page) => {
        const saved = await savedCopy(page), before = pieces(readFileSync(report, 'utf8')), after = pieces(saved.text);
        assert.match(saved.name, /^marks-marked\.html$/);
        // Quotes need no escape in a title, and a browser writes none.
        assert.equal(after.rest, before.rest.replace('&quot;all&quot;', '"all"'));
        assert.match(after.summary, /Marks of a reader.*GC &lt;\/script&gt;.*a note/s);
        assert.ok(!after.marks.slice(8, -9).includes('<'), 'no tag inside of the marks');
        assert.match(after.summary, /the burst/);
        assert.match(after.summary, /a <em>note<\/em>/, 'notes that the page had taken are there');
        const policy = after.rest.match(/Content-Security-Policy" content="([^"]*)"/)[1], loader = after.rest.match(/<script>(.*?)<\/script>/s)[1];
        assert.ok(policy.includes(createHash('sha256').update(loader).digest('base64')), 'the policy allows the loader');
        copy = write(`copy-${kind}.html`, saved.text);
        assert.match(execFileSync(FLAMEPRESS, ['inspect', copy], { encoding: 'utf8' }), /^marks\n  1 s to 2 s  spec's\n  3 s to 4 s  GC <\/script><!-- & "old" \(of a reader\)$/m);
    });
    await withReport(kind, copy, {}, async (page) => {
        assert.deepEqual(await marks(page), ['GC </script><!-- & "old" at 3 s, 1 s longa note']);
        assert.equal(await hash(page), '', 'they are of the file now');
        const again = await savedCopy(page);
        assert.equal(again.text, readFileSync(copy, 'utf8'));
        assert.match(again.name, /^copy-[a-z]+-marked\.html$/);
        await page.click('#fp-own-marks .link:last-of-type');
        await settle(page);
        assert.match(await hash(page), /mk=-/);
    });
    await withReport(kind, copy, { scripts: false }, async (page) => {
        assert.match(await text(page, '#fp-summary'), /Marks of a reader\s*GC/);
    });
});
