/* SPDX-License-Identifier: MIT
 *
 * Whose samples are shown: by process, thread, CPU and host; and whose code: packages as colours and as a table. The numbers are counted
 * from the text that the report was made of. */
import assert from 'node:assert/strict';
import { build, coloursOf, hash, inBrowsers, selection, settle, state, text, withReport, write } from './harness.js';

/* [seconds, comm, pid, tid, cpu, 'leaf;…;root', dso]; every 20 ms for four seconds. */
const samples = Array.from({ length: 200 }, (_, i) => [[5 + i / 50, 'java', 100, 100, 0, 'java.util.HashMap::get;com.acme.Cart::price', '/tmp/perf-100.map'],
    [5 + i / 50 + 0.003, 'GC', 100, 101 + i % 2, 1, 'sweep;mark', '/opt/jvm.so'], [5 + i / 50 + 0.007, 'cat', 200, 200, i % 2, 'vfs_read;do_syscall_64', '[kernel.kallsyms]']]
    .filter((_, k) => k === 0 || (k === 1 && i % 3) || (k === 2 && i < 60))).flat();
const perf = samples.map(([at, comm, pid, tid, cpu, stack, dso]) => `${comm} ${pid}/${tid} [00${cpu}] ${at.toFixed(6)}: 1 cpu-clock: \n` +
    stack.split(';').map((name) => `\t401000 ${name} (${dso})\n`).join('') + '\n').join('');
const report = build(write('filter.perf.txt', perf));
const count = (also) => samples.filter(([at, comm, pid, tid, cpu]) => also({ at, comm, pid, tid, cpu })).length;

async function pick(page, key, begin) {
    const label = await page.$eval(`#fp-who-${key}`, (select, b) => [...select.options].map((o) => o.text).find((t) => t === b || t.startsWith(`${b} (`)), begin);
    assert.ok(label, `${begin} in ${key}`);
    await page.evaluate((k, l) => {
        const select = document.querySelector(`#fp-who-${k}`);
        select.selectedIndex = [...select.options].findIndex((o) => o.text === l);
        select.dispatchEvent(new Event('change', { bubbles: true }));
    }, key, label);
    await settle(page);
    return label;
}

async function expectCount(page, also, what) {
    assert.equal((await selection(page)).samples, count(also), what);
    const cells = await page.evaluate(() => {
        const { columns, rows } = window.flamepress.grid();
        let sum = 0;
        for (let c = 0; c < columns; c++) for (let r = 0; r < rows; r++) sum += window.flamepress.cell(c, r).count;
        return sum;
    });
    assert.equal(cells, count(also), `${what}: the map`);
}

inBrowsers('process, thread, CPU: lists with counts, map and graph of the one that is chosen', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        assert.equal(await pick(page, 'pid', 'java 100'), `java 100 (${count((s) => s.pid === 100)})`);
        await expectCount(page, (s) => s.pid === 100, 'process');
        assert.equal(await pick(page, 'thread', 'GC'), `GC (${count((s) => s.comm === 'GC')})`);
        await pick(page, 'tid', 'GC 102');
        await expectCount(page, (s) => s.tid === 102, 'one thread');
        assert.equal(await hash(page), '#pid=100&th=GC&tid=102');
        assert.match(await text(page, '#fp-selection'), /only process 100, thread GC, tid 102/);
        await pick(page, 'pid', 'cat 200');
        await expectCount(page, (s) => s.pid === 200, 'the thread of another process gives way');
        await pick(page, 'cpu', '1');
        await expectCount(page, (s) => s.pid === 200 && s.cpu === 1, 'and a CPU');
        await page.goBack();
        await settle(page);
        await expectCount(page, (s) => s.pid === 200, 'back');
        await page.click('#fp-everyone');
        await settle(page);
        await expectCount(page, () => true, 'cleared');
        assert.equal(await page.$eval('#fp-everyone', (e) => e.offsetParent), null);
    });
}, 'webkit');

inBrowsers('a filter comes with the link, holds for a range, and says when nothing is left', async (kind) => {
    await withReport(kind, report, { hash: '#t=2..3&th=java&cpu=0' }, async (page) => {
        await settle(page);
        const one = await selection(page);
        assert.equal(one.samples, count((s) => s.comm === 'java' && s.at >= 7 && s.at < 8));
        assert.match(await text(page, '#fp-selection'), /25\.0 % of the whole/); /* of the thread's whole */
        await pick(page, 'thread', 'cat');
        assert.equal((await selection(page)).samples, 0);
        assert.match(await text(page, '#fp-flame-message'), /clear the filter/i);
    });
    await withReport(kind, report, { hash: '#th=dog' }, async (page) => {
        assert.match(await text(page, '#fp-notice'), /th=dog/);
        assert.equal((await selection(page)).samples, count(() => true));
    });
}, 'webkit');

inBrowsers('a thread in the panel: a click shows it alone, another all', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        const click = () => page.evaluate(() => [...document.querySelectorAll('#fp-threads button')].find((b) => b.textContent.startsWith('GC')).click()).then(() => settle(page));
        await click();
        await expectCount(page, (s) => s.comm === 'GC', 'alone');
        await click();
        await expectCount(page, () => true, 'all');
    });
});

inBrowsers('packages: a table with shares, colours, a search', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        const rows = await page.$$eval('#fp-packages .thread', (all) => all.map((r) => [r.querySelector('.name').textContent, r.querySelector('.share').textContent, r.title]));
        const java = count((s) => s.comm === 'java'), all = count(() => true);
        assert.equal(rows[0][0], 'java.util');
        assert.ok(!rows.some(([name]) => name === '[none known]'), 'threads are no code');
        assert.equal(rows[0][1], `${(100 * java / all).toFixed(1)} %`);
        const acme = rows.find(([name]) => name === 'com.acme');
        assert.match(acme[2], new RegExp(`^self 0 samples, total ${java} samples`));
        const before = await coloursOf(page, '#fp-flame');
        await page.click('#fp-colours button[data-value="true"]');
        await settle(page);
        assert.match(await hash(page), /col=package/);
        assert.notDeepEqual(await coloursOf(page, '#fp-flame'), before);
        const legend = await page.$$eval('#fp-kinds li', (all) => all.map((li) => [li.textContent, li.querySelector('i').style.background]));
        assert.deepEqual(legend.map(([name]) => name).slice(0, 3), rows.slice(0, 3).map(([name]) => name));
        assert.equal(new Set(legend.map(([, colour]) => colour)).size, legend.length);
        await page.evaluate(() => document.querySelector('#fp-packages button').click());
        await settle(page);
        assert.equal((await state(page)).query, '^java\\.util$');
        assert.match(await text(page, '#fp-matched'), new RegExp(`^${(100 * java / all).toFixed(1)} %`));
    });
}, 'webkit');

inBrowsers('roots of processes and threads above the functions, and several hosts', async (kind) => {
    write('web.perf.txt', `# hostname : web1\n#\n${perf}`);
    write('db.perf.txt', `# hostname : db1\n#\n${perf.replace(/^java /gm, 'sql ')}`);
    const spec = build(write('hosts.yaml', 'profiles: [{source: [web.perf.txt, db.perf.txt], align: clock, stacks: {root: [host, process, thread]}}]\n'));
    await withReport(kind, spec, {}, async (page) => {
        assert.equal((await selection(page)).samples, 2 * samples.length);
        const paths = await page.evaluate(() => window.flamepress.frames().map((node) => window.flamepress.path(node).join(';')));
        assert.ok(paths.some((p) => /^web1;[^;]*100[^;]*;[^;]*GC[^;]*;mark;sweep$/.test(p)), paths.slice(0, 20).join('\n'));
        await pick(page, 'host', 'db1');
        await expectCount(page, () => true, 'one host of two');
        await pick(page, 'thread', 'sql');
        await expectCount(page, (s) => s.comm === 'java', 'a thread of that host');
    });
});
