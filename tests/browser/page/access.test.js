/* SPDX-License-Identifier: MIT
 *
 * For everyone: axe-core finds nothing in any state of the page, light and dark, wide and narrow; every control has a name;
 * what the keyboard can reach shows its focus. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, DEMO, inBrowsers, readFileSync, sampleProfile, settle, withReport, write } from './harness.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
write('access.perf.txt', sampleProfile());
const report = build(write('access.yaml', `title: Spikes at checkout
notes: "Look at [the burst](#t=5.2..5.8)."
profiles: [{source: access.perf.txt, title: Before, marks: [{at: 3s..4s, label: Collector, note: "**Old** generation"}]}, {source: access.perf.txt, id: after, title: After}]
`));

/** What axe has to say of the page as it stands. */
async function violations(page) {
    await page.evaluate(axe);
    return page.evaluate(async () => {
        const { violations: found } = await window.axe.run(document, { resultTypes: ['violations'] });
        return found.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary.split('\n').slice(1).join(' ')}`));
    });
}

const STATES = { whole: '', range: '#t=5.2..5.8', search: '#q=handle', zoomed: '#z=3', icicle: '#v=icicle', nothing: '#t=0..0.0001&th=burst', packages: '#col=package',
    inverted: '#v=inverted&q=hash', middle: '#v=middle&m=handle', time: '#v=time&t=1..1.5', table: '#v=table', tree: '#v=tree&q=sign', transformed: '#x=hide:handle;rec;keep:main&tiny=1', none: '#x=drop:main',
    rest: '#t=3..6&cmp=rest', pinned: '#t=0..3&cmp=pin&pin=after@4..8&v=table', compared: '#cmp=p:after&swap=1' };

for (const dark of [false, true]) for (const width of [1440, 400])
    inBrowsers(`axe finds nothing, ${dark ? 'dark' : 'light'}, ${width} wide`, async (kind) => {
        await withReport(kind, report, { dark, width }, async (page) => {
            for (const [name, hash] of Object.entries(STATES)) {
                await page.evaluate((h) => { location.hash = h; }, hash || '#');
                await settle(page);
                assert.deepEqual(await violations(page), [], name);
            }
            await page.evaluate(() => { location.hash = ''; });
            await settle(page);
            await page.click('#fp-transform');
            await settle(page);
            assert.deepEqual(await violations(page), [], 'a menu');
            await page.keyboard.press('Escape');
            await page.click('#fp-export');
            await settle(page);
            assert.deepEqual(await violations(page), [], 'the Export menu');
            await page.keyboard.press('Escape');
            await page.keyboard.press('?');
            await settle(page);
            assert.deepEqual(await violations(page), [], 'the sheet of keys');
        });
    });

inBrowsers('axe finds nothing in the demo reports and in the static summary', async (kind) => {
    for (const name of ['quickstart.html', 'gallery.html'])
        await withReport(kind, join(DEMO, name), {}, async (page) => {
            assert.deepEqual(await violations(page), [], name);
            await page.evaluate(() => { document.documentElement.classList.remove('fp-on'); document.querySelector('#fp-app').remove(); document.querySelector('#fp-summary').hidden = false; });
            assert.deepEqual(await violations(page), [], `${name}, static`);
        });
});

/** Walks the page with Tab once round; calls each(element facts). */
async function tabThrough(page) {
    const seen = [];
    for (let i = 0; i < 150; i++) {
        await page.keyboard.press('Tab');
        const at = await page.evaluate(() => {
            const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
            if (e === document.body || e === document.documentElement) return null;
            e.dataset.tabbed = String(Number(e.dataset.tabbed || 0) + 1);
            return { name: e.id || e.textContent.slice(0, 30) || e.tagName, outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1, w: box.width, h: box.height, again: e.dataset.tabbed === '2' };
        });
        if (at === null || at.again) { if (seen.length > 5) break; continue; }
        seen.push(at);
    }
    return seen;
}

inBrowsers('Tab reaches every control, and shows where it is', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        const seen = await tabThrough(page);
        assert.deepEqual(seen.filter((s) => !s.outline).map((s) => s.name), [], 'without a focus ring');
        const missed = await page.evaluate(() => [...document.querySelectorAll('#fp-app :is(button, select, input, a[href], [tabindex="0"])')]
            .filter((e) => !e.dataset.tabbed && !e.disabled && e.tabIndex >= 0 && e.offsetParent).map((e) => e.id || e.textContent.slice(0, 30)));
        assert.deepEqual(missed, [], 'not reached');
    });
});

inBrowsers('what is pressed by a key and goes, or is written anew, leaves the focus in its place', async (kind) => {
    const hash = '#t=5.2..5.8&by=thread&x=hide:handle;rec&s=1..2,3..4&mk=~1..2~one|~3..4~two&q=main';
    /* [what is pressed, where the focus is then: in that part of the page] */
    const PRESSED = [['#fp-who-rows .who-row', '#fp-who-rows'], ['#fp-who-rows .who-row', '#fp-who-rows'], ['#fp-threads button', '#fp-threads'], ['#fp-packages button', '#fp-packages'], ['#fp-own-marks .link:last-of-type', '#fp-own-marks'],
        ['#fp-transforms .chip:last-child button', '#fp-transforms'], ['#fp-transforms .chip button', '.context'], ['#fp-stretches .piece button:last-child', '#fp-stretches'], ['#fp-side', '#fp-stretches'], ['#fp-keep', '.context'],
        ['#fp-whole', '.range, .map-section'], ['#fp-swap', '.compare']];
    await withReport(kind, report, { hash }, async (page) => {
        for (const [selector, place] of PRESSED) {
            if (selector === '#fp-swap') { await page.evaluate(() => { location.hash = '#t=3..6&cmp=rest'; }); await settle(page); }
            await page.focus(selector);
            await page.keyboard.press('Enter');
            await settle(page);
            await page.evaluate(() => new Promise((done) => setTimeout(done, 50)));
            const at = await page.evaluate((p) => { const e = document.activeElement; return { inside: Boolean(e.closest(p)), what: `${e.tagName} ${e.id} ${e.className} ${e.textContent.slice(0, 30)}` }; }, place);
            assert.ok(at.inside, `${selector}: ${at.what}`);
        }
        // A finger or a mouse that lets go elsewhere is not called back.
        await page.focus('#fp-swap');
        await page.mouse.click(2, 500);
        await page.keyboard.press('w');
        await settle(page);
        assert.equal(await page.evaluate(() => document.activeElement.tagName), 'BODY');
    });
});

inBrowsers('on a narrow screen nothing is cut off, and a finger can meet every control', async (kind) => {
    await withReport(kind, report, { width: 400, height: 800 }, async (page) => {
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 400), 'the page does not scroll sideways');
        const small = await page.evaluate(() => [...document.querySelectorAll('#fp-app :is(button, select, input:not([type=checkbox]))')]
            .filter((e) => e.offsetParent && e.getBoundingClientRect().height < 40).map((e) => `${e.id || e.textContent.slice(0, 30)}: ${e.getBoundingClientRect().height}`));
        assert.deepEqual(small, [], 'lower than 40 px');
    });
});

inBrowsers('nothing moves where less motion is asked for', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        const moving = await page.evaluate(() => [...document.querySelectorAll('#fp-app, #fp-app *')].filter((e) => {
            const s = getComputedStyle(e);
            return parseFloat(s.transitionDuration) > 0 || s.animationName !== 'none' || s.scrollBehavior === 'smooth';
        }).map((e) => e.id || e.className || e.tagName));
        assert.deepEqual(moving, []);
    });
});
