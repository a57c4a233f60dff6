/* SPDX-License-Identifier: MIT
 *
 * The index over a folder, driven as a reader would: table, search, trends with their comparisons, calendar, groups; without
 * scripts; with names that try to be markup. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, closeReport, FLAMEPRESS, inBrowsers, openReport, perfText, settle, text, withReport, write } from './harness.js';

const IMG = '<img src=x onerror=document.title="owned">', SCRIPT = ']]></script><script>document.title="owned"</script>';

function dice(seed) {
    let s = seed >>> 0;
    return () => (s = (Math.imul(s, 1664525) + 1013904223) >>> 0, s / 4294967296);
}

/* 22 s on two CPUs at 49 Hz; `slow` of the samples more in Cart::total. */
function night(seed, slow, leaf = 'malloc') {
    const d = dice(seed), samples = [];
    for (let t = 0; t < 22 * 49; t++) {
        for (let cpu = 0; cpu < 2; cpu++) {
            const x = d();
            const own = d() < slow || x < 0.1 ? 'Cart::total' : x < 0.5 ? 'json::parse' : x < 0.8 ? 'db::read' : leaf;
            samples.push([t / 49 + cpu * 0.003, cpu, 'shop', `${own};serve;main`]);
        }
    }
    return perfText(samples);
}

function site(folder, ...options) {
    const run = spawnSync(FLAMEPRESS, ['site', folder, ...options], { encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
    return join(folder, 'index.html');
}

const root = dirname(write('marker', '')), folder = join(root, 'nights');
mkdirSync(folder, { recursive: true });
for (let i = 1; i <= 14; i++) {
    const day = String(i).padStart(2, '0');
    write('n.perf.txt', night(i * 77, i >= 9 ? 0.12 : 0));
    const report = build(write(`n${day}.yaml`, `title: Night ${day}\nmeta: {date: 2026-11-${day}T03:00:00Z, host: web${i % 3}, group: ${i === 14 ? 'canary' : 'checkout'}}\nprofiles: [{source: n.perf.txt}]\n`));
    writeFileSync(join(folder, `2026-11-${day}.html`), readFileSync(report));
}
writeFileSync(join(folder, 'minutes.html'), '<p>hello');
const index = site(folder, '--title', 'Nights');

const rows = (page) => page.evaluate(() => window.flamepress.rows());
const type = async (page, selector, words) => {
    await page.click(selector);
    await page.keyboard.type(words);
    await page.evaluate(() => window.flamepress.painted());
    await settle(page);
};
const done = async (page) => { await settle(page); await page.evaluate(() => window.flamepress.painted()); await settle(page); };

inBrowsers('an index without scripts has the reports, what changed, and links that lead somewhere', async (kind) => {
    await withReport(kind, index, { scripts: false }, async (page) => {
        const seen = await page.evaluate(() => ({
            text: document.getElementById('fp-summary').innerText, rows: document.querySelectorAll('#fp-summary table tr').length - 1,
            maps: document.querySelectorAll('#fp-summary table svg path').length, links: [...document.querySelectorAll('#fp-summary a')].map((a) => a.href),
        }));
        assert.equal(seen.rows, 14);
        assert.match(seen.text, /14 reports, 14 ok/);
        assert.match(seen.text, /2026-11-09, checkout \(cpu-clock\): Cart::total, self: \d\d?\.\d\d % -> \d\d\.\d\d %/);
        assert.match(seen.text, /minutes\.html: is no flamepress report/);
        assert.ok(seen.maps >= 14, `${seen.maps} paths`);
        assert.ok(seen.links.some((l) => l.includes('/compare/2026-11-09-')));
        for (const link of seen.links) assert.ok(existsSync(fileURLToPath(link)), link);
    });
});

inBrowsers('the table sorts, filters by column and day, and keeps all of it in the address', async (kind) => {
    await withReport(kind, index, {}, async (page) => {
        assert.deepEqual(await rows(page), [...Array(14).keys()]);
        assert.equal(await text(page, '#fp-table tbody a'), '2026-11-14 03:00');
        await page.click('[data-sort="meta.host"]');
        await done(page);
        assert.equal(await page.$eval('#fp-table [data-sort="meta.host"]', (e) => e.closest('th').getAttribute('aria-sort')), 'ascending');
        const hosts = await page.$$eval('#fp-table tbody tr[data-row]', (list) => list.map((tr) => tr.cells[4].textContent));
        assert.deepEqual(hosts, [...hosts].sort());
        await type(page, '[data-filter="meta.host"]', 'web1');
        assert.deepEqual((await rows(page)).length, 5);
        await page.$eval('#fp-from', (e) => { e.value = '2026-11-05'; e.dispatchEvent(new Event('change')); });
        await done(page);
        assert.equal(await text(page, '#fp-count'), '3 of 14 reports');
        const hash = await page.evaluate(() => location.hash);
        const again = await openReport(kind, index, { hash });
        assert.deepEqual(await rows(again), await rows(page));
        assert.equal(await again.$eval('[data-filter="meta.host"]', (e) => e.value), 'web1');
        await closeReport(again);
        await page.click('#fp-clear');
        await done(page);
        assert.equal((await rows(page)).length, 14);
        assert.equal(await page.evaluate(() => location.hash), '');
        await page.goBack();
        await done(page);
        assert.equal((await rows(page)).length, 3);
    });
});

inBrowsers('a function is searched in all reports, with its share in each', async (kind) => {
    await withReport(kind, index, {}, async (page) => {
        await page.keyboard.press('/');
        await done(page);
        assert.equal(await page.evaluate(() => document.activeElement.id), 'fp-find');
        await page.keyboard.type('cart::');
        await done(page);
        assert.equal((await rows(page)).length, 14);
        const shares = await page.$$eval('#fp-table tbody tr[data-row]', (list) => list.map((tr) => tr.cells[3].textContent));
        assert.match(shares[0], /^2\d\.\d % Cart::total$/);
        assert.match(shares[13], /^(9\.\d\d|1[01]\.\d) % Cart::total$/);
        await page.keyboard.type('nothing');
        await done(page);
        assert.equal(await text(page, '#fp-count'), '0 of 14 reports');
        await page.keyboard.press('Escape');
        await done(page);
        assert.equal((await rows(page)).length, 14);
    });
});

inBrowsers('keys alone reach views and reports', async (kind) => {
    await withReport(kind, index, {}, async (page) => {
        await page.focus('#fp-tab-reports');
        await page.keyboard.press('ArrowRight');
        await done(page);
        assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-selected') + document.activeElement.id), 'truefp-tab-trends');
        await page.keyboard.press('ArrowLeft');
        await done(page);
        await page.evaluate(() => document.activeElement.blur());
        for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown');
        await settle(page);
        assert.equal(await page.evaluate(() => document.activeElement.textContent), '2026-11-12 03:00');
        await page.keyboard.press('Enter');
        await page.waitForFunction(() => location.pathname.endsWith('/2026-11-12.html'));
    });
});

inBrowsers('a change leads to both reports and to a comparison that shows it', async (kind) => {
    await withReport(kind, index, { hash: '#v=trends' }, async (page) => {
        const changes = await page.$$eval('.changes tbody tr', (list) => list.map((tr) => ({ text: tr.textContent, links: [...tr.querySelectorAll('a')].map((a) => a.href) })));
        const cart = changes.find((c) => c.text.includes('Cart::total, self'));
        assert.match(cart.text, /^2026-11-09/);
        assert.equal(cart.links.length, 3);
        for (const link of cart.links) assert.ok(existsSync(fileURLToPath(link)), link);
        assert.equal((await page.$$('.chart .line')).length, 4);
        assert.ok((await page.$$('.chart .turn')).length >= 1);
        await page.click('.names tbody tr:nth-child(2) input');
        await done(page);
        assert.equal((await page.$$('.chart .line')).length, 3);
        const box = await (await page.$('.chart')).boundingBox();
        await page.mouse.move(box.x + box.width - 20, box.y + 60);
        await settle(page);
        assert.match(await text(page, '#fp-tooltip'), /^2026-11-13 03:00 · ok/);
        const compared = await openReport(kind, fileURLToPath(cart.links[2]), { hash: new URL(cart.links[2]).hash });
        assert.match(await text(compared, 'h1'), /checkout: 2026-11-09 against the 7 before/);
        assert.match(await compared.evaluate(() => document.body.innerText), /what changed[^]*Cart::total\s+\+1\d\.\d\d? pp[^]*sure/i);
        await closeReport(compared);
    });
});

inBrowsers('calendar and groups lead into the table', async (kind) => {
    await withReport(kind, index, { hash: '#v=calendar' }, async (page) => {
        assert.equal((await page.$$('button.day')).length, 14);
        assert.ok(await page.$('button.day.turned[data-day="2026-11-09"]'));
        await page.click('[data-day="2026-11-03"]');
        await done(page);
        assert.equal(await text(page, '#fp-count'), '1 of 14 reports');
        await page.click('#fp-clear');
        await page.click('#fp-tab-groups');
        await done(page);
        await page.select('#fp-group', 'group');
        await done(page);
        const groups = await page.$$eval('.groups tbody tr', (list) => list.map((tr) => `${tr.cells[0].textContent} ${tr.cells[1].textContent}`));
        assert.deepEqual(groups, ['checkout 13', 'canary 1']);
        await page.click('.groups tbody tr:nth-child(2) button');
        await done(page);
        assert.equal(await text(page, '#fp-count'), '1 of 14 reports');
    });
});

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

for (const dark of [false, true]) for (const width of [1440, 400])
    inBrowsers(`axe finds nothing in an index, ${dark ? 'dark' : 'light'}, ${width} wide`, async (kind) => {
        await withReport(kind, index, { dark, width }, async (page) => {
            await page.evaluate(axe);
            const check = () => page.evaluate(async () => (await window.axe.run(document, { resultTypes: ['violations'] })).violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary.split('\n').slice(1).join(' ')}`)));
            for (const view of ['reports', 'trends', 'calendar', 'groups']) {
                await page.click(`#fp-tab-${view}`);
                await done(page);
                assert.deepEqual(await check(), [], view);
            }
            await page.evaluate(() => { document.documentElement.classList.remove('fp-on'); document.querySelector('#fp-app').remove(); document.querySelector('#fp-summary').hidden = false; });
            assert.deepEqual(await check(), [], 'static');
        });
    });

/* ---- hostile */

const odd = join(root, 'odd');
mkdirSync(join(odd, 'a b#c%d'), { recursive: true });
write('odd.perf.txt', night(5, 0, IMG));
const names = ['javascript:alert(1).html', '"onmouseover="x.html', "it's <b>.html", 'a b#c%d/e?f&g.html', 'ünï.html'];
for (const [i, name] of names.entries()) {
    const report = build(write('odd.yaml', `title: '${SCRIPT}'\nmeta: {date: '2026-11-0${i + 1}', host: '${IMG}', '${SCRIPT}': '${IMG}', __proto__: '${SCRIPT}'}\nprofiles: [{source: odd.perf.txt}]\n`));
    writeFileSync(join(odd, name), readFileSync(report));
}
writeFileSync(join(odd, '<script>x.html'), IMG);
const oddIndex = site(odd, '--title', SCRIPT);

for (const scripts of [true, false]) {
    inBrowsers(`hostile titles, meta and file names stay text in an index, scripts ${scripts ? 'on' : 'off'}`, async (kind) => {
        await withReport(kind, oddIndex, { scripts }, async (page) => {
            if (scripts) await settle(page);
            const seen = await page.evaluate(() => ({ title: document.title, images: document.querySelectorAll('img, b b, script[src]').length,
                handlers: [...document.querySelectorAll('*')].filter((e) => [...e.attributes].some((a) => a.name.startsWith('on'))).length, text: document.body.textContent,
                links: [...document.querySelectorAll('tbody a, #fp-summary table a')].map((a) => a.href) }));
            assert.equal(seen.title, SCRIPT);
            assert.equal(seen.images + seen.handlers, 0);
            assert.ok(seen.text.includes(IMG) && seen.text.includes('<script>x.html'));
            assert.ok(seen.links.length >= names.length);
            for (const link of seen.links) assert.ok(link.startsWith('file://') && existsSync(fileURLToPath(link)), link);
        });
    });
}

inBrowsers('hostile text is text in the feed, which is well-formed and has one id an entry', async (kind) => {
    await withReport(kind, oddIndex, {}, async (page) => {
        for (const file of [join(odd, 'feed.xml'), join(folder, 'feed.xml')]) {
            const seen = await page.evaluate((xml) => {
                const doc = new DOMParser().parseFromString(xml, 'application/xml');
                const all = (name) => [...doc.getElementsByTagNameNS('http://www.w3.org/2005/Atom', name)];
                return { wrong: doc.getElementsByTagName('parsererror').length, titles: all('title').map((e) => e.textContent), ids: all('id').map((e) => e.textContent), entries: all('entry').length,
                    elements: [...new Set([...doc.getElementsByTagName('*')].map((e) => e.localName))].sort() };
            }, readFileSync(file, 'utf8'));
            assert.equal(seen.wrong, 0);
            assert.deepEqual(seen.elements, ['author', 'entry', 'feed', 'generator', 'id', 'link', 'name', 'summary', 'title', 'updated']);
            assert.equal(new Set(seen.ids).size, seen.entries + 1);
            if (file.startsWith(odd)) assert.equal(seen.titles.filter((t) => t === SCRIPT).length, names.length + 1);
        }
    });
});

inBrowsers('an index is dark in the dark, and narrow on a phone', async (kind) => {
    await withReport(kind, index, { dark: true, width: 400, height: 800 }, async (page) => {
        const seen = await page.evaluate(() => ({ paper: getComputedStyle(document.documentElement).backgroundColor, wide: document.documentElement.scrollWidth }));
        assert.equal(seen.paper, 'rgb(18, 20, 25)');
        assert.ok(seen.wide <= 400, `${seen.wide} px wide`);
        for (const view of ['trends', 'calendar', 'groups']) {
            await page.click(`#fp-tab-${view}`);
            await done(page);
            assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 400, view);
        }
    });
});
