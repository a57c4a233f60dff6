/* SPDX-License-Identifier: MIT
 *
 * What a reader does to the stacks, from the menu of a frame and of all: by mouse, keys and touch; taken back one by one;
 * the map counts what the graph counts. And the search: lit cells, next and previous, keep only. */
import assert from 'node:assert/strict';
import { build, coloursOf, frames, hash, inBrowsers, perfText, samplesOf, selection, settle, state, text, untilReady, withReport, write } from './harness.js';

const STACKS = ['walk;walk;plan;main', 'hash;sign;handle;main', 'hash;parse;handle;main', 'walk;visit;walk;plan;main', 'handle;main', 'memcpy;write;flush;main'];
const samples = Array.from({ length: 600 }, (_, i) => [i / 100, i % 2, 'server', STACKS[i < 300 ? (i * 7 + (i >> 5)) % 6 : i % 2]]);
const report = build(write('transforms.perf.txt', perfText(samples)));
const all = samplesOf(report), whole = all.length;

/** Weight per path in the flame graph, and what it should be. */
async function expectGraph(page, change, what) {
    const drawn = await frames(page), width = Math.max(...drawn.map((f) => f.width)), kept = all.map((s) => change(s.stack)).filter(Boolean);
    const share = (path) => kept.filter((stack) => path.every((name, i) => stack[i] === name)).length / kept.length;
    for (const f of drawn) assert.ok(Math.abs(f.width / width - share(f.path)) < 0.004, `${what}: ${f.path.join(';')} ${f.width / width} ${share(f.path)}`);
    for (const stack of kept) assert.ok(drawn.some((f) => f.path.join(';') === stack.join(';')), `${what}: ${stack.join(';')} is there`);
    assert.equal((await selection(page)).samples, kept.length, what);
    const cells = await page.evaluate(() => {
        const { columns, rows } = window.flamepress.grid();
        let sum = 0;
        for (let c = 0; c < columns; c++) for (let r = 0; r < rows; r++) sum += window.flamepress.cell(c, r).count;
        return sum;
    });
    assert.equal(cells, kept.length, `${what}: the map`);
}

const at = async (page, path) => {
    const f = (await frames(page)).find((one) => one.path.join(';') === path);
    assert.ok(f, `no frame ${path}`);
    return { x: f.x + Math.min(f.width / 2, 30), y: f.y + f.height / 2 };
};
const items = (page) => page.$$eval('#fp-menu [role^=menuitem] > span:first-child', (list) => list.map((e) => e.textContent));
const chips = (page) => page.$$eval('#fp-transforms .chip', (list) => list.map((e) => e.textContent));
async function choose(page, text_) {
    await page.evaluate((t) => [...document.querySelectorAll('#fp-menu button')].find((b) => b.firstChild.textContent === t).click(), text_);
    await settle(page);
}
async function menuAt(page, path) {
    const p = await at(page, path);
    await page.mouse.click(p.x, p.y, { button: 'right' });
    await settle(page);
    assert.equal(await text(page, '#fp-menu .menu-title'), path.split(';').at(-1));
}
const back = (page) => page.evaluate(() => new Promise((done) => { window.addEventListener('popstate', done, { once: true }); window.history.back(); })).then(() => settle(page));

const hide = (name) => (stack) => stack.filter((n) => n !== name);
const focus = (name) => (stack) => (stack.includes(name) ? stack.slice(stack.indexOf(name)) : null);

inBrowsers('the menu of a frame: hide, focus, leave out, one upon the other, each taken back', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        await menuAt(page, 'server;main;handle');
        assert.ok((await items(page)).length >= 12);
        await choose(page, 'Hide');
        assert.equal(await hash(page), '#x=hide:handle');
        await expectGraph(page, hide('handle'), 'hidden');
        await menuAt(page, 'server;main;plan');
        await choose(page, 'Focus');
        await expectGraph(page, (s) => focus('plan')(hide('handle')(s)), 'focused');
        assert.deepEqual(await chips(page), ['hiddenhandle×', 'focusplan×']);
        await menuAt(page, 'plan;walk;visit');
        await choose(page, 'Leave out stacks with it');
        await expectGraph(page, (s) => (s.includes('visit') ? null : focus('plan')(s)), 'left out');
        await back(page);
        await expectGraph(page, focus('plan'), 'Back');
        await page.click('#fp-transforms .chip:first-child button');
        await settle(page);
        assert.equal(await hash(page), '#x=focus:plan');
        await page.keyboard.press('Escape');
        await settle(page);
        await expectGraph(page, (s) => s, 'Escape takes the last one back');
        assert.equal(await page.$eval('#fp-transforms', (e) => e.hidden), true);
    });
});

inBrowsers('fold, recursion of one and of all, only a path, keep only, copied names', async (kind) => {
    const fold = (name) => (s) => (s.includes(name) ? s.slice(0, s.indexOf(name) + 1) : s), one = (s) => s.filter((n, i) => n !== 'walk' || i === s.indexOf('walk')).filter((n, i, list) => !(n === 'visit' && list.at(-1) === 'visit' && s.at(-1) === 'walk'));
    for (const [x, change] of [['fold:handle', fold('handle')], ['rec', (s) => s.filter((n, i) => n !== s[i - 1])], ['rec:walk', one], ['keep:SIGN|flush', (s) => (s.some((n) => /sign|flush/.test(n)) ? s : null)],
        ['only:walk|hash', (s) => s.filter((n, i) => i === 0 || /walk|hash/.test(n))], ['drop:main', null]])
        await withReport(kind, report, { hash: `#x=${encodeURIComponent(x)}` }, async (page) => {
            if (change) { await expectGraph(page, change, x); return; }
            assert.equal((await selection(page)).samples, 0);
            assert.match(await text(page, '#fp-flame-message'), /Take back what was done/);
        });
    await withReport(kind, report, {}, async (page) => {
        await menuAt(page, 'server;main;handle;sign');
        await choose(page, 'Only this path');
        await expectGraph(page, (s) => (s.join(';').startsWith('server;main;handle;sign') ? s : null), 'path');
        assert.deepEqual(await chips(page), ['only this pathsign×']);
        await menuAt(page, 'server;main;handle;sign;hash');
        await choose(page, 'Search for it');
        assert.equal((await state(page)).query, '^hash$');
    });
});

inBrowsers('the menu by keys: Shift+F10, arrows, letters, Escape; and a letter on a frame', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        await page.focus('#fp-flame');
        for (const key of ['ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp']) await page.keyboard.press(key);
        const name = (await text(page, '#fp-readout')).split(' · ')[0];
        await page.keyboard.down('Shift');
        await page.keyboard.press('F10');
        await page.keyboard.up('Shift');
        await settle(page);
        assert.equal(await text(page, '#fp-menu .menu-title'), name);
        const focused = () => page.evaluate(() => document.activeElement.firstChild?.textContent ?? '');
        assert.equal(await focused(), 'Zoom');
        await page.keyboard.press('ArrowUp');
        assert.equal(await focused(), 'Copy stack');
        await page.keyboard.press('Home');
        await page.keyboard.press('h');
        assert.equal(await focused(), 'Hide');
        await page.keyboard.press('Escape');
        assert.equal(await page.$('#fp-menu'), null);
        assert.equal(await page.evaluate(() => document.activeElement.id), 'fp-flame');
        await page.keyboard.press('m');
        await settle(page);
        await expectGraph(page, hide(name), 'by its letter');
    });
});

inBrowsers('the menu on touch: held', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        const p = await at(page, 'server;main;handle');
        if (kind === 'chrome') {
            await page.setViewport({ width: 1440, height: 900, hasTouch: true });
            await untilReady(page); /* it was opened anew */
        }
        const now = await at(page, 'server;main;handle');
        // Firefox is given the events that a finger would make.
        const send = (type) => page.evaluate((t, x, y) => document.querySelector('#fp-flame').dispatchEvent(new PointerEvent(t, { pointerType: 'touch', clientX: x, clientY: y, bubbles: true, cancelable: true })), type, now.x, now.y);
        if (kind === 'chrome') await page.touchscreen.touchStart(now.x, now.y); else await send('pointerdown');
        await page.waitForSelector('#fp-menu', { timeout: 5000 });
        if (kind === 'chrome') await page.touchscreen.touchEnd(); else { await send('pointerup'); await send('click'); }
        await settle(page);
        assert.equal(await text(page, '#fp-menu .menu-title'), 'handle');
        assert.ok(!/z=/.test(await hash(page)), 'holding is no tap');
        assert.ok(p);
    });
});

inBrowsers('the menu for all frames: recursion, my code, packages, tiny frames', async (kind) => {
    const lib = build(write('mine.perf.txt', samples.map(([t, cpu, comm, stack]) => `${comm} 1/1 [000] ${(1000 + t).toFixed(6)}: 1 cpu-clock: \n` +
        stack.split(';').map((n) => `\t401000 ${n} (${/memcpy|write/.test(n) ? '/usr/lib/libc.so.6' : n === 'flush' ? '[kernel.kallsyms]' : '/srv/app'})\n`).join('') + '\n').join('')));
    await withReport(kind, lib, {}, async (page) => {
        const open = () => page.click('#fp-transform').then(() => settle(page));
        await open();
        await choose(page, 'My code only');
        await expectGraph(page, (s) => s.filter((n) => !/memcpy|write|flush/.test(n)), 'mine');
        await open();
        assert.equal(await page.$eval('#fp-menu [role=menuitemcheckbox]', (b) => b.getAttribute('aria-checked')), 'true');
        await choose(page, 'My code only');
        await open();
        await choose(page, 'Merge by package');
        const merged = await frames(page);
        assert.deepEqual([...new Set(merged.filter((f) => f.path.length === 2).map((f) => f.path[1]))], ['app']);
        assert.ok(merged.some((f) => f.path.join(';') === 'server;app;[kernel];libc.so.6'), merged.map((f) => f.path.join(';')).join('\n'));
        await open();
        await choose(page, 'Take all back');
        assert.equal(await hash(page), '');
        await open();
        await choose(page, 'Hide frames under 5 %');
        const rest = await frames(page), width = Math.max(...rest.map((f) => f.width));
        assert.ok(rest.every((f) => f.width / width >= 0.0499) && rest.length < new Set(STACKS.flatMap((s) => s.split(';'))).size + 12);
        assert.deepEqual(await chips(page), ['frames under 5 % hidden×']);
        await page.keyboard.press('Escape');
        await settle(page);
        assert.equal(await hash(page), '');
    });
});

inBrowsers('a search lights the cells that hold it, steps through its frames, and keeps only them', async (kind) => {
    await withReport(kind, report, { hash: '#t=0..3' }, async (page) => {
        const before = await coloursOf(page, '#fp-heatmap');
        await page.type('#fp-search', 'flush');
        await page.waitForFunction(() => window.flamepress.state().query === 'flush');
        await settle(page);
        assert.notDeepEqual(await coloursOf(page, '#fp-heatmap'), before);
        const cells = await page.evaluate(() => {
            const { columns, rows, stepNs } = window.flamepress.grid(), list = [];
            for (let c = 0; c < columns; c++) for (let r = 0; r < rows; r++) { const { from, to } = window.flamepress.cell(c, r); list.push([from * stepNs, to * stepNs, window.flamepress.lit(c, r)]); }
            return list;
        });
        const has = all.filter((s) => s.stack.includes('flush'));
        for (const [from, to, lit] of cells) assert.equal(lit, has.filter((s) => s.time >= from && s.time < to).length, `${from}`);
        const share = (part, of) => `${(100 * part / of).toFixed(1)}`;
        assert.equal(await text(page, '#fp-matched'), `${share(has.length, 300)} % matched · ${(100 * has.length / whole).toFixed(2).replace(/^(\d\d\.\d)\d$/, '$1')} % of the whole`);
        await page.keyboard.press('Enter');
        await settle(page);
        assert.equal(await text(page, '#fp-match-place'), '1 of 1');
        assert.match(await text(page, '#fp-readout'), /^flush/);
        await page.click('#fp-search', { count: 3 });
        await page.type('#fp-search', 'walk|hash');
        await page.waitForFunction(() => window.flamepress.state().query === 'walk|hash');
        await settle(page);
        const n = (await frames(page)).filter((f) => /walk|hash/.test(f.path.at(-1))).length, seen = [];
        for (let i = 0; i < n; i++) { await page.click('#fp-match-next'); seen.push(await text(page, '#fp-match-place')); }
        assert.deepEqual(seen, Array.from({ length: n }, (_, i) => `${i + 1} of ${n}`));
        await page.click('#fp-match-before');
        assert.equal(await text(page, '#fp-match-place'), `${n - 1} of ${n}`);
        // On the map, n goes to the next cell that holds it.
        await page.focus('#fp-heatmap');
        await page.keyboard.press('Home');
        await page.keyboard.press('n');
        await page.keyboard.press('Enter');
        await settle(page);
        const s = await selection(page);
        assert.ok(all.some((one) => one.time >= s.from && one.time < s.to && /walk|hash/.test(one.stack.join())));
        await page.click('#fp-whole');
        await page.click('#fp-keep');
        await settle(page);
        await expectGraph(page, (stack) => (/walk|hash/.test(stack.join()) ? stack : null), 'kept');
        assert.equal((await state(page)).query, '');
        assert.deepEqual(await chips(page), ['only stacks with/walk|hash/×']);
    });
});

inBrowsers('hostile names in menus, chips, table and tree are names', async (kind) => {
    const bad = '<img src=x onerror=document.title="owned">', evil = build(write('evil.perf.txt', perfText([[0.1, 0, 'a', `${bad};main`], [0.2, 0, 'a', `${'x'.repeat(1900)};main`]])));
    await withReport(kind, evil, {}, async (page) => {
        await menuAt(page, `a;main;${bad}`);
        await choose(page, 'Hide');
        assert.deepEqual(await chips(page), [`hidden${bad.slice(0, 40)}…×`]);
        for (const view of ['table', 'tree', 'time', 'middle']) {
            await page.click(`#fp-mode [data-value="${view}"]`);
            await settle(page);
        }
        await page.click('#fp-transforms .chip button');
        await page.click('#fp-mode [data-value="table"]');
        await settle(page);
        assert.ok((await page.$$eval('#fp-table .name bdi', (list) => list.map((e) => e.textContent))).includes(bad));
        assert.deepEqual(await page.evaluate(() => [document.title === 'owned', document.images.length]), [false, 0]);
    });
});
