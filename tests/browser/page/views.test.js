/* SPDX-License-Identifier: MIT
 *
 * The views of stacks: what each shows is counted from the samples by a plain loop; by mouse, keys and touch. */
import assert from 'node:assert/strict';
import { build, hash, inBrowsers, perfText, samplesOf, selection, settle, state, text, untilReady, withReport, write } from './harness.js';

/* Recursion, one leaf from several callers, a library between. Two threads that take turns. */
const STACKS = ['walk;walk;walk;plan;main', 'hash;sign;handle;main', 'hash;parse;handle;main', 'walk;visit;walk;plan;main', 'handle;main', 'memcpy;write;flush;main'];
const samples = Array.from({ length: 600 }, (_, i) => [i / 100, i % 2, i % 2 ? 'worker' : 'server', STACKS[(i * 7 + (i >> 5)) % 6]]);
const report = build(write('views.perf.txt', perfText(samples)));
const all = samplesOf(report), whole = all.length;
const count = (also, list = all) => list.filter((s) => also(s.stack)).length;

const boxes = (page, side) => page.evaluate((s) => {
    const fp = s ? window.flamepress.callers : window.flamepress;
    return fp.boxes().map((b) => ({ ...b, path: fp.path(b.node) }));
}, side);
const goTo = async (page, view) => { await page.click(`#fp-mode [data-value="${view}"]`); await settle(page); };
const visible = (page, selector) => page.$eval(selector, (e) => e.getClientRects().length > 0);
const near = (a, b, what) => assert.ok(Math.abs(a - b) < 0.004, `${what}: ${a}, expected ${b}`);

/** Leaf first. */
const endsWith = (path) => (stack) => path.every((name, i) => stack[stack.length - 1 - i] === name);

inBrowsers('inverted: the widths of callers, a zoom that a link keeps', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        await goTo(page, 'inverted');
        assert.match(await hash(page), /v=inverted/);
        const drawn = await boxes(page), width = drawn[0].width;
        assert.ok(drawn.length > 15);
        for (const b of drawn.slice(1)) near(b.width / width, count(endsWith(b.path)) / whole, b.path.join(' < '));
        assert.deepEqual(drawn.filter((b) => b.path.length === 1).map((b) => b.path[0]).sort(), [...new Set(all.map((s) => s.stack.at(-1)))].sort());
        const sign = drawn.find((b) => b.path.join() === 'hash,sign');
        await page.mouse.click(sign.x + sign.width / 2, sign.y + 8);
        await settle(page);
        near((await boxes(page)).find((b) => b.path.join() === 'hash,sign').width / width, 1, 'zoomed');
        assert.match(await text(page, '#fp-crumbs'), /hash.*sign/s);
        const link = await hash(page);
        assert.match(link, /z=\d+\.1/);
        await page.reload();
        await untilReady(page);
        near((await boxes(page)).find((b) => b.path.join() === 'hash,sign').width / width, 1, 'after a reload');
        await page.mouse.move(sign.x + 40, (await boxes(page)).find((b) => b.path.join() === 'hash,sign,handle').y + 8);
        await settle(page);
        assert.match(await text(page, '#fp-readout'), new RegExp(`^handle · total ${count(endsWith(['hash', 'sign', 'handle']))} samples`));
        await page.keyboard.press('Escape');
        await settle(page);
        assert.ok(!/z=/.test(await hash(page)));
    });
});

inBrowsers('middle-out: callers above and callees below, one function after the other', async (kind) => {
    await withReport(kind, report, { hash: '#v=middle&m=walk' }, async (page) => {
        const outer = (stack) => stack.indexOf('walk'), with_ = all.filter((s) => outer(s.stack) >= 0);
        const below = await boxes(page), above = await boxes(page, true), width = below.find((b) => b.path.length === 1).width;
        for (const b of below.slice(1)) near(b.width / width, with_.filter((s) => b.path.every((name, i) => s.stack[outer(s.stack) + i] === name)).length / with_.length, `below ${b.path}`);
        for (const b of above.slice(1)) near(b.width / width, with_.filter((s) => b.path.every((name, i) => s.stack[outer(s.stack) - i] === name)).length / with_.length, `above ${b.path}`);
        assert.ok(below.some((b) => b.path.join() === 'walk,visit,walk') && above.some((b) => b.path.join() === 'walk,plan,main,server'));
        const plan = above.find((b) => b.path.join() === 'walk,plan'), walk = below.find((b) => b.path.join() === 'walk'), visit = below.find((b) => b.path.join() === 'walk,visit');
        assert.ok(plan.y < walk.y && walk.y < visit.y, 'callers above, callees below');
        assert.match(await text(page, '#fp-view-note'), /walk/);
        // Zoom on each side, and back.
        await page.mouse.click(visit.x + 10, visit.y + 8);
        await settle(page);
        near((await boxes(page)).find((b) => b.path.join() === 'walk,visit').width / width, 1, 'zoomed below');
        await page.goBack();
        await settle(page);
        const server = (await boxes(page, true)).find((b) => b.path.join() === 'walk,plan,main,server');
        await page.mouse.click(server.x + 10, server.y + 8);
        await settle(page);
        near((await boxes(page, true)).find((b) => b.path.join() === 'walk,plan,main,server').width / width, 1, 'zoomed above');
        await page.keyboard.press('Escape');
        await settle(page);
        // Another middle, by its key.
        await page.focus('#fp-callers');
        await page.keyboard.press('ArrowUp');
        await page.keyboard.press('ArrowUp');
        await page.keyboard.press('o');
        await settle(page);
        assert.notEqual((await state(page)).middle, 'walk');
        await page.goBack();
        await settle(page);
        assert.equal((await state(page)).middle, 'walk');
    });
    await withReport(kind, report, { hash: '#v=middle&m=absent' }, async (page) => assert.match(await text(page, '#fp-flame-message'), /absent is not in this selection/));
});

inBrowsers('in time: a track per thread, calls as long as they were seen, a click selects one', async (kind) => {
    await withReport(kind, report, { hash: '#v=time&t=1..1.2' }, async (page) => {
        const drawn = await boxes(page), tracks = drawn.filter((b) => b.path.length === 0);
        assert.equal(tracks.length, 2);
        assert.match(tracks[0].label, /^(server 100|worker 101) · 10 samples$/);
        const width = tracks[0].width, first = drawn.filter((b) => b.path.length === 1);
        assert.deepEqual(first.map((b) => b.label).sort(), ['server', 'worker']);
        for (const b of first) assert.ok(b.width / width > 0.94, 'each thread ran all the time');
        const leaf = drawn.filter((b) => b.path.join() === 'server,main,handle,sign,hash');
        assert.equal(leaf.length, samples.filter(([at, , comm, stack]) => at >= 1 && at < 1.2 && comm === 'server' && stack.startsWith('hash;sign')).length, 'each call of its own');
        const one = leaf[0];
        await page.mouse.click(one.x + one.width / 2, one.y + 8);
        await settle(page);
        const s = await selection(page);
        assert.ok(s.from >= 1e9 && s.to <= 1.2e9 && s.to - s.from >= 19e6 && s.to - s.from <= 31e6, JSON.stringify(s));
        await page.goBack();
        await settle(page);
        assert.equal((await selection(page)).from, 1e9);
        // The head of a track is its thread: alone, and with all again.
        const head = async () => (await boxes(page)).find((b) => b.path.length === 0 && b.label.startsWith('worker'));
        for (const samples_ of [10, 20]) {
            const { x, y } = await head();
            await page.mouse.click(x + 300, y + 8);
            await settle(page);
            assert.equal((await selection(page)).samples, samples_);
        }
    });
    const many = build(write('threads.perf.txt', Array.from({ length: 300 }, (_, i) => `t${i % 30} 9/${100 + i % 30} [000] ${(1000 + i / 100).toFixed(6)}: 1 cpu-clock: \n\t401000 work (/srv/app)\n\n`).join('')));
    await withReport(kind, many, { hash: '#v=time' }, async (page) => {
        assert.equal((await boxes(page)).filter((b) => b.path.length === 0).length, 24);
        assert.match(await text(page, '#fp-view-note'), /^the 24 busiest threads; 6 more/);
    });
});

inBrowsers('table: sorted by any column, by mouse and keys', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        await goTo(page, 'table');
        const rows = () => page.$$eval('#fp-table .rows-space .row', (list) => list.map((r) => [r.querySelector('.name bdi').textContent, Number(r.querySelector('.self span').textContent), Number(r.querySelector('.total span').textContent)]));
        const names = [...new Set(all.flatMap((s) => s.stack))];
        const expected = names.map((name) => [name, count((s) => s.at(-1) === name), count((s) => s.includes(name))]);
        const by = (k, sign) => [...expected].sort((a, b) => sign * (a[k] < b[k] ? -1 : a[k] > b[k] ? 1 : 0) || b[2] - a[2]).map((r) => r[k]);
        assert.deepEqual((await rows()).map((r) => r[1]), by(1, -1));
        assert.deepEqual([...(await rows())].sort(), [...expected].sort());
        await page.click('#fp-table [data-sort="total"]');
        await settle(page);
        assert.deepEqual((await rows()).map((r) => r[2]), by(2, -1));
        assert.equal(await page.$eval('#fp-table .total[role=columnheader]', (e) => e.getAttribute('aria-sort')), 'descending');
        await page.click('#fp-table [data-sort="name"]');
        await settle(page);
        assert.deepEqual((await rows()).map((r) => r[0]), by(0, 1));
        assert.match(await hash(page), /sort=-name/);
        await page.focus('#fp-table');
        for (const key of ['End', 'Home', 'ArrowDown', 'ArrowDown', 'ArrowUp']) await page.keyboard.press(key);
        await settle(page);
        const active = await page.$eval('#fp-table', (e) => document.getElementById(e.getAttribute('aria-activedescendant')).querySelector('.name bdi').textContent);
        assert.equal(active, by(0, 1)[1]);
        assert.match(await text(page, '#fp-readout'), new RegExp(`^${active} · self`));
        await page.keyboard.press('Enter');
        await settle(page);
        assert.deepEqual([(await state(page)).view, (await state(page)).middle], ['middle', active]);
        await page.goBack();
        await settle(page);
        assert.ok(await visible(page, '#fp-table'));
    });
});

inBrowsers('a table of many functions has rows only where one looks', async (kind) => {
    const many = build(write('many.perf.txt', perfText(Array.from({ length: 20000 }, (_, i) => [i / 2000, 0, 'app', `function_${i};main`]))));
    await withReport(kind, many, { hash: '#v=table&sort=-name' }, async (page) => {
        const drawn = () => page.$$eval('#fp-table .rows-space .row', (list) => list.map((r) => r.querySelector('.name bdi').textContent));
        assert.equal(await page.$eval('#fp-table', (e) => e.getAttribute('aria-rowcount')), '20003');
        assert.ok((await drawn()).length < 80, `${(await drawn()).length} rows`);
        await page.focus('#fp-table');
        await page.keyboard.press('End');
        await settle(page);
        assert.ok((await drawn()).includes('main') && (await drawn()).length < 80);
        await page.$eval('#fp-table', (e) => { e.scrollTop = e.scrollHeight / 2; });
        await settle(page);
        await settle(page);
        assert.ok((await drawn()).some((n) => /^function_1?[0-9]/.test(n)));
    });
});

inBrowsers('the first press on a row that is scrolled to is of that row: by mouse and by touch', async (kind) => {
    const many = build(write('press.perf.txt', perfText(Array.from({ length: 4000 }, (_, i) => [i / 400, 0, 'app', `function_${i};main`]))));
    for (const touch of [false, true]) {
        if (touch && kind !== 'chrome') continue; // the others tap with a mouse
        await withReport(kind, many, { hash: '#v=table&sort=-name', width: touch ? 400 : 1440 }, async (page) => {
            if (touch) await page.setViewport({ width: 400, height: 800, hasTouch: true });
            await page.$eval('#fp-table', (e) => { e.scrollIntoView({ block: 'center' }); e.scrollTop = 2000; });
            await settle(page);
            await settle(page);
            const { x, y, name } = await page.evaluate(() => {
                const table = document.querySelector('#fp-table').getBoundingClientRect(), middle = (table.top + table.bottom) / 2;
                const row = [...document.querySelectorAll('#fp-table .rows-space .row')].find((r) => r.getBoundingClientRect().top > middle), more = row.querySelector('.more').getBoundingClientRect();
                return { x: more.x + more.width / 2, y: more.y + more.height / 2, name: row.querySelector('bdi').textContent };
            });
            if (touch) await page.touchscreen.tap(x, y); else await page.mouse.click(x, y);
            await settle(page);
            assert.equal(await text(page, '#fp-menu .menu-title'), name);
            assert.ok(await page.$eval('#fp-table', (e) => e.scrollTop) > 1900, 'and nothing scrolls');
        });
    }
});

inBrowsers('tree: opens the main path, by mouse and keys, both ways', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        await goTo(page, 'tree');
        const lines = () => page.$$eval('#fp-tree [role=treeitem]', (list) => list.map((r) => ({ name: r.querySelector('bdi').textContent, total: Number(r.querySelector('.total span').textContent), level: Number(r.getAttribute('aria-level')), open: r.getAttribute('aria-expanded') })));
        const before = await lines();
        assert.deepEqual([before[0].name, before[0].total, before[0].level, before[0].open], ['all', whole, 1, 'true']);
        assert.ok(before.length > 2);
        await page.focus('#fp-tree');
        await page.keyboard.press('Home');
        await page.keyboard.press('ArrowLeft');
        await settle(page);
        assert.equal((await lines()).length, 1);
        for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
        await settle(page);
        const opened = await lines();
        assert.deepEqual(opened.slice(0, 3).map((l) => l.level), [1, 2, 3]);
        assert.equal(opened[1].total, Math.max(count((s) => s[0] === 'server'), count((s) => s[0] === 'worker')));
        if (opened[2].open === 'true') await page.click('#fp-tree [data-row="2"] .twist');
        await settle(page);
        assert.ok(!(await lines()).some((l) => l.level === 4), 'closed by its sign');
        await page.click('#fp-tree [data-row="2"] .twist');
        await settle(page);
        const kids = (await lines()).filter((l) => l.level === 4), thread = opened[1].name;
        assert.deepEqual(kids.map((l) => [l.name, l.total]).sort(), [...new Set(all.map((s) => s.stack[2]))].map((name) => [name, count((s) => s[0] === thread && s[2] === name)]).sort());
        assert.deepEqual(kids.map((l) => l.total), kids.map((l) => l.total).sort((a, b) => b - a), 'heaviest first');
        await page.click('#fp-tree-way [data-value="true"]');
        await settle(page);
        assert.match(await hash(page), /tree=callers/);
        const leaves = (await lines()).filter((l) => l.level === 2);
        assert.deepEqual(leaves.map((l) => [l.name, l.total]).sort(), [...new Set(all.map((s) => s.stack.at(-1)))].map((name) => [name, count((s) => s.at(-1) === name)]).sort());
    });
});

inBrowsers('callers as a tree say what they leave out', async (kind) => {
    const leaves = (n) => Array.from({ length: n }, (_, i) => `app;main;f${i} 1\n`).join('') + 'app;main;often 30000\n';
    for (const [n, said] of [[20000, /^of so many callers those of less than 0\.05 % are left out$/], [200, null]])
        await withReport(kind, build(write(`callers-${n}.folded`, leaves(n))), { hash: '#v=tree&tree=callers' }, async (page) => {
            assert.equal(await page.$eval('#fp-view-note', (e) => e.hidden), !said);
            if (said) assert.match(await text(page, '#fp-view-note'), said);
            assert.ok((await page.$$('#fp-tree [data-row]')).length >= 2);
        });
});

inBrowsers('views by their numbers, flame and icicle by i', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        for (const [key, view] of [['3', 'inverted'], ['4', 'middle'], ['5', 'time'], ['6', 'table'], ['7', 'tree'], ['2', 'icicle'], ['i', 'flame'], ['i', 'icicle'], ['1', 'flame']]) {
            await page.evaluate(() => document.activeElement.blur());
            await page.keyboard.press(key);
            await settle(page);
            assert.equal((await state(page)).view, view, key);
            assert.equal(await page.$eval('#fp-mode [aria-pressed=true]', (b) => b.dataset.value), view);
        }
        await page.evaluate(() => new Promise((done) => { window.addEventListener('popstate', done, { once: true }); window.history.go(-9); }));
        await settle(page);
        assert.equal(await hash(page), '');
    });
});

inBrowsers('an exported picture shows a graph, from the table, too', async (kind) => {
    await withReport(kind, report, { hash: '#v=table' }, async (page) => {
        const size = () => page.evaluate(() => new Promise((done, fail) => {
            const create = URL.createObjectURL;
            URL.createObjectURL = (blob) => { URL.createObjectURL = create; done(blob.size); return create(blob); };
            setTimeout(() => fail(new Error('nothing was made')), 5000);
            document.querySelector('#fp-export').click();
            document.querySelector('#fp-export-png').click();
        }));
        assert.ok(await size() > 5000);
    });
});
