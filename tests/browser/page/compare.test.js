/* SPDX-License-Identifier: MIT
 *
 * Comparing on the page: with the rest, a pinned range, another profile, an earlier report; by mouse, keyboard and link.
 * What it says changed is what `flamepress diff` says of the same ranges. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { FLAMEPRESS, build, frames, hash, inBrowsers, openReport, perfText, samplesOf, settle, text, untilReady, withReport, write } from './harness.js';

/** `planted` gets a fifth of the time from `from` s on, `old` is gone from there; hz samples a second on each of cpus. */
function recording(seed, { seconds = 60, from = Infinity, cpus = 2, hz = 49 } = {}) {
    const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648, Math.floor(seed / 65536) % n), samples = [], stacks = ['parse;handle;main', 'price;handle;main', 'hash;sign;handle;main', 'write;flush;main'];
    for (let tick = 0; tick < seconds * hz; tick++) for (let cpu = 0; cpu < cpus; cpu++) {
        const at = tick / hz + cpu * 0.0071 + random(900) / 1e6, late = at >= from;
        if (random(10) < 4) continue;
        samples.push([at, cpu, 'server', random(5) === 0 ? (late ? 'planted;handle;main' : 'old;flush;main') : stacks[random(4)]]);
    }
    return perfText(samples.sort((a, b) => a[0] - b[0]));
}

const one = build(write('compare.perf.txt', recording(3, { from: 30 }))), steady = build(write('compare-steady.perf.txt', recording(9)));
write('night.perf.txt', recording(5));
write('day.perf.txt', recording(6, { from: 0 }));
write('fast.perf.txt', recording(7, { hz: 199, cpus: 4 }));
build(write('earlier.yaml', 'profiles:\n  - {id: night, source: night.perf.txt}\n'));
const several = build(write('several.yaml', `title: Nights
profiles:
  - {id: day, title: By day, source: day.perf.txt}
  - {id: night, title: By night, source: night.perf.txt}
  - {id: fast, title: Fast sampler, source: fast.perf.txt}
compare:
  - {base: earlier.html, target: day, title: Since the last release}
`));

const changes = (page) => page.evaluate(() => window.flamepress.changes());
async function judged(page) {
    await page.waitForFunction(() => window.flamepress.compareDone() && document.getElementById('fp-changes-verdict'), { timeout: 20000 });
    await settle(page);
}

function byProgram(base, target) {
    const run = spawnSync(FLAMEPRESS, ['diff', base, target, '--format', 'json', '--fail-on', 'nothing'], { encoding: 'utf8', maxBuffer: 1 << 28 });
    return JSON.parse(run.stdout).changes.map((x) => ({ name: x.name, sure: x.self.sure, totalSure: x.total.sure, change: x.self.target - x.self.base }));
}

function same(got, want) {
    assert.deepEqual(got.map(({ name, sure, totalSure }) => [name, sure, totalSure]), want.map(({ name, sure, totalSure }) => [name, sure, totalSure]));
    got.forEach((x, i) => assert.ok(Math.abs(x.change - want[i].change) < 1e-9, `${x.name} ${x.change} ${want[i].change}`));
}

/** The middle of a frame's box and its facts. */
async function hoverOver(page, name) {
    const f = (await frames(page)).filter((x) => x.path.at(-1) === name).sort((a, b) => b.width - a.width)[0];
    assert.ok(f, `no frame ${name}`);
    await page.mouse.move(2, 2);
    await page.mouse.move(f.x + f.width / 2, f.y + f.height / 2);
    await settle(page);
    return text(page, '#fp-readout');
}

inBrowsers('against the rest: colours, what vanished, facts, swap, back', async (kind) => {
    await withReport(kind, one, { hash: '#t=30..60' }, async (page) => {
        await page.select('#fp-compare', 'rest');
        await judged(page);
        assert.match(await hash(page), /cmp=rest/);
        assert.match(await text(page, '#fp-direction'), /^base compare\.perf, all but 30 s to 1 min \([\d,]+ samples\) → target compare\.perf, 30 s to 1 min \([\d,]+ samples\) · cpu-clock$/);
        assert.match(await hoverOver(page, 'planted'), /planted · 0\.00 % of base .* · (1|2)\d\.\d % of target .* · \+\d\d\.\d pp, new/);
        assert.match(await hoverOver(page, 'old'), /old · \d\d\.\d % of base .* · 0\.00 % of target .* · −\d\d\.\d pp, gone/);
        const rows = await changes(page);
        assert.deepEqual(rows.filter((x) => x.sure === 'sure').slice(0, 2).map((x) => x.name).sort(), ['old', 'planted']);
        assert.match(await text(page, '#fp-changes'), /planted/);
        assert.match(await text(page, '#fp-changes-short'), /^changed: (planted \+\d\d\.\d pp|old −\d\d\.\d pp)/);
        assert.match(await text(page, '#fp-kinds'), /less than in the base.*as much.*more.*only in the base/s);
        await page.click('#fp-swap');
        await judged(page);
        assert.match(await hash(page), /cmp=rest&swap=1/);
        assert.match(await text(page, '#fp-direction'), /^base compare\.perf, 30 s to 1 min/);
        assert.match(await hoverOver(page, 'planted'), /gone/);
        await page.goBack();
        await judged(page);
        assert.match(await text(page, '#fp-direction'), /^base compare\.perf, all but/);
        await page.click('#fp-changes .change button');
        await settle(page);
        assert.match(await page.$eval('#fp-search', (e) => e.value), /^\^(planted|old)$/);
    });
});

inBrowsers('a pinned range, by keyboard; the same as diff', async (kind) => {
    await withReport(kind, one, { hash: '#t=0..30' }, async (page) => {
        await page.keyboard.press('p');
        await settle(page);
        assert.match(await hash(page), /cmp=pin&pin=compare\.perf@0\.\.30/);
        assert.match(await text(page, '#fp-compare-warning'), /is pinned: select another range/);
        await page.evaluate(() => { location.hash = location.hash.replace('t=0..30', 't=30..60'); });
        await judged(page);
        same(await changes(page), byProgram(`${one}#t=0..30`, `${one}#t=30..60`));
        await page.keyboard.press('x');
        await judged(page);
        same(await changes(page), byProgram(`${one}#t=30..60`, `${one}#t=0..30`));
        await page.keyboard.press('b');
        await judged(page);
        assert.match(await hash(page), /cmp=rest/);
        await page.keyboard.press('b');
        await settle(page);
        assert.equal(await page.$eval('#fp-compare', (e) => e.value), '');
        assert.doesNotMatch(await text(page, '#fp-kinds'), /base/);
    });
});

inBrowsers('the halves of a steady recording show nothing', async (kind) => {
    await withReport(kind, steady, { hash: '#t=30..60&cmp=rest' }, async (page) => {
        await judged(page);
        assert.match(await text(page, '#fp-changes-verdict'), /^Nothing changed by more than chance does/);
        assert.deepEqual((await changes(page)).filter((x) => x.sure !== 'no' || x.totalSure !== 'no'), []);
    });
});

inBrowsers('profile against profile, and an earlier report', async (kind) => {
    await withReport(kind, several, {}, async (page) => {
        await page.select('#fp-compare', 'p:night');
        await judged(page);
        assert.match(await text(page, '#fp-direction'), /^base night \([\d,]+ samples\) → target day/);
        same(await changes(page), byProgram(`${several}#p=night`, `${several}#p=day`));
        assert.match(await hoverOver(page, 'planted'), /new$|new ·/);
        assert.match(await hoverOver(page, 'old'), /gone/);
        const options = await page.$$eval('#fp-compare option', (list) => list.map((o) => o.textContent));
        assert.deepEqual(options, ['nothing', 'the rest of the profile', 'profile By night', 'profile Fast sampler', 'report: Since the last release']);
        // One of the spec is shown beside the map of its target, and one step of Back undoes both.
        await page.evaluate(() => { location.hash = '#p=night'; });
        await settle(page);
        await page.select('#fp-compare', 'c:0');
        await judged(page);
        assert.equal(await hash(page), '#cmp=c:0', 'the first profile is its target');
        await page.goBack();
        await settle(page);
        assert.equal(await hash(page), '#p=night');
        await page.evaluate(() => { location.hash = '#'; });
        await settle(page);
        await page.select('#fp-compare', 'c:0');
        await judged(page);
        assert.match(await text(page, '#fp-direction'), /^base earlier\.html \([\d,]+ samples\) → target day/);
        assert.match(await hoverOver(page, 'old'), /gone/);
        assert.equal((await changes(page))[0].sure, 'sure');
        await page.click('#fp-swap');
        await settle(page);
        assert.match(await hoverOver(page, 'planted'), /gone/);
        await page.select('#fp-compare', 'p:fast');
        await page.waitForFunction(() => document.getElementById('fp-compare-warning').textContent.startsWith('Not judged'));
        assert.match(await text(page, '#fp-compare-warning'), /rate: fast has 19\d Hz, day has 49 Hz/);
        assert.match(await text(page, '#fp-changes-verdict'), /how sure cannot be said/);
    });
});

inBrowsers('a link opens the comparison; the table has the difference; what is not there is said', async (kind) => {
    await withReport(kind, several, { hash: '#p=day&cmp=p:night&v=table' }, async (page) => {
        await judged(page);
        assert.match(await page.$eval('#fp-table', (t) => t.textContent), /Difference/);
        assert.match(await page.$eval('#fp-table', (t) => t.textContent), /\+(1|2)\d\.\d %.*planted/s);
    });
    await withReport(kind, one, { hash: '#cmp=p:nobody&pin=x@1..2' }, async (page) => {
        assert.match(await text(page, '#fp-notice'), /'cmp=p:nobody' is not understood; 'pin=x@1\.\.2' is not understood/);
    });
    await withReport(kind, one, { hash: '#cmp=rest' }, async (page) => {
        assert.match(await text(page, '#fp-compare-warning'), /Select a range on the map/);
        await page.evaluate(() => { location.hash = '#t=0..60&cmp=rest'; });
        await settle(page);
        assert.match(await text(page, '#fp-compare-warning'), /nothing is the rest/, 'a range that is all of it');
        assert.equal(await page.$eval('#fp-direction', (e) => e.hidden), true);
    });
});

inBrowsers('stacks without times are compared with a profile only, and no way leads nowhere', async (kind) => {
    write('flat-a.folded', 'app;main;work 10\napp;main 3\napp;main;other;deep 7\n');
    write('flat-b.folded', 'app;main;work 14\napp;main;new 3\n');
    const flat = build(write('flat.yaml', 'profiles: [{id: a, source: flat-a.folded}, {id: b, source: flat-b.folded}]\n'));
    await withReport(kind, flat, {}, async (page) => {
        assert.deepEqual(await page.$$eval('#fp-compare option', (l) => l.map((o) => o.value)), ['', 'p:b']);
        for (const key of ['b', 'p']) await page.keyboard.press(key);
        await settle(page);
        assert.equal(await hash(page), '', 'keys that have no meaning here do nothing');
        await page.select('#fp-compare', 'p:b');
        await page.waitForFunction(() => document.getElementById('fp-compare-warning').textContent.startsWith('Not judged'));
        assert.match(await text(page, '#fp-direction'), /^base b .* → target a /);
        assert.deepEqual(await page.$$eval('#fp-changes .change bdi', (l) => l.map((e) => e.textContent)), ['deep', 'work', 'new', 'main'], 'what differs, and only that');
        for (const [address, said] of [['#cmp=rest', /compare it with another profile/], ['#v=time', /The other views show all of it/]]) {
            await page.evaluate((h) => { location.hash = h; }, address);
            await settle(page);
            assert.match(await text(page, address === '#v=time' ? '#fp-flame-message' : '#fp-compare-warning'), said);
        }
    });
});

inBrowsers('what cannot be compared says why: another event, another weight', async (kind) => {
    write('cycles.perf.txt', recording(5).replaceAll('cpu-clock', 'cycles'));
    const spec = build(write('events.yaml', 'profiles: [{id: clock, source: night.perf.txt}, {id: cycles, source: cycles.perf.txt}, {id: periods, source: cycles.perf.txt, weight: period}]\n'));
    await withReport(kind, spec, { hash: '#cmp=p:cycles' }, async (page) => {
        assert.match(await text(page, '#fp-compare-warning'), /cycles has no event 'cpu-clock'/);
        await page.evaluate(() => { location.hash = '#p=cycles&cmp=p:periods'; });
        await page.waitForFunction(() => document.getElementById('fp-compare-warning').textContent.startsWith('Not judged'));
        assert.match(await text(page, '#fp-compare-warning'), /weight: periods counts period, cycles counts samples/);
        assert.match(await text(page, '#fp-direction'), /^base periods \([\d,]+ samples\) → target cycles/);
    });
});

inBrowsers('a difference goes out as a picture and as Markdown', async (kind) => {
    const page = await openReport(kind, one, { hash: '#t=30..60&cmp=rest' });
    await judged(page);
    await page.evaluate(() => {
        const make = URL.createObjectURL;
        URL.createObjectURL = (blob) => { window.kept = blob; return make.call(URL, blob); };
        HTMLAnchorElement.prototype.click = function () { window.named = this.download; };
        Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText: async (t) => { window.copied = t; } } });
        document.getElementById('fp-export').click();
        document.getElementById('fp-export-svg').click();
        document.getElementById('fp-export').click();
        document.getElementById('fp-export-markdown').click();
    });
    await page.waitForFunction(() => window.copied && window.kept);
    const [name, svg, copied] = await page.evaluate(async () => [window.named, await window.kept.text(), window.copied]);
    assert.equal(name, 'compare.perf-30-60s-difference.svg');
    assert.match(svg, /base compare\.perf, all but 30 s to 1 min/);
    assert.match(svg, /<title>planted\n0\.00 % of base[^<]*new<\/title>/);
    assert.match(copied, /Compared: base `compare\.perf, all but 30 s to 1 min` → target `compare\.perf, 30 s to 1 min`/);
    assert.match(copied, /\| `planted` \| self \| 0\.00 % \| \d+\.\d % \| \+\d+\.\d\d pp ± \d\.\d\d \| sure \|/);
    await page.close();
    assert.deepEqual(page.problems, []);
});

inBrowsers('by touch', async (kind, t) => {
    if (kind === 'firefox') { t.skip('firefox has no touch here'); return; }
    const page = await openReport(kind, one, { hash: '#t=30..60' });
    await page.setViewport({ width: 400, height: 800, hasTouch: true, isMobile: true });
    await untilReady(page);
    await page.tap('#fp-pin');
    await settle(page);
    assert.match(await hash(page), /cmp=pin&pin=compare\.perf@30\.\.60/);
    await page.select('#fp-compare', 'rest');
    await judged(page);
    await page.tap('#fp-swap');
    await judged(page);
    assert.match(await text(page, '#fp-direction'), /^base compare\.perf, 30 s to 1 min/);
    await page.close();
});

inBrowsers('on a narrow screen nothing is wider than it', async (kind) => {
    const page = await openReport(kind, one, { hash: '#t=30..60&cmp=rest', width: 400, height: 800 });
    await untilReady(page);
    await judged(page);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= 400), true);
    assert.equal(await page.evaluate(() => Math.min(...['fp-compare', 'fp-swap', 'fp-pin'].map((id) => document.getElementById(id).offsetHeight)) >= 40), true);
    await page.close();
});

inBrowsers('a view that shows one side only says so', async (kind) => {
    await withReport(kind, one, { hash: '#t=30..60&cmp=rest' }, async (page) => {
        for (const [key, said] of [['1', false], ['3', false], ['4', true], ['5', true], ['7', true], ['6', false], ['2', false]]) {
            await page.evaluate(() => document.activeElement.blur());
            await page.keyboard.press(key);
            await settle(page);
            assert.equal(await page.$eval('#fp-view-note', (e) => !e.hidden && e.textContent.includes('only what is selected: Flame, Icicle, Inverted and Table show both sides')), said, key);
        }
    });
});

inBrowsers('inverted, both sides: what ran itself more or less, and who called it', async (kind) => {
    await withReport(kind, one, { hash: '#t=30..60&cmp=rest&v=inverted' }, async (page) => {
        const all = samplesOf(one), sides = [all.filter((s) => s.time < 30e9), all.filter((s) => s.time >= 30e9)];
        await judged(page); /* until then, the page below still moves */
        const share = (side, leaf) => side.filter((s) => s.stack.at(-1) === leaf).length / side.length, said = (v) => `${(v * 100).toFixed(v < 0.1 ? 2 : 1)} %`;
        for (const [leaf, how] of [['parse', 'times'], ['planted', 'new'], ['old', 'gone']]) {
            const box = (await page.evaluate(() => window.flamepress.boxes())).find((b) => b.label === leaf);
            await page.mouse.move(box.x + box.width / 2, box.y + 5);
            await settle(page);
            const readout = await text(page, '#fp-readout'), [b, t] = sides.map((side) => share(side, leaf));
            assert.ok(readout.startsWith(leaf) && readout.includes(`${said(b)} of base`) && readout.includes(`${said(t)} of target`) && readout.includes(how), readout);
        }
        assert.deepEqual(await page.$$eval('#fp-kinds li', (list) => list.length), 4, 'the legend of a comparison');
    });
});
