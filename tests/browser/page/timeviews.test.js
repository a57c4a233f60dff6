/* SPDX-License-Identifier: MIT
 *
 * Views of time: every way to look at when things ran, by mouse, keyboard and touch. What a cell says is held against the
 * reference decoder's samples, counted with plain loops, and against the flame graph of its range and filter. */
import assert from 'node:assert/strict';
import { cellAt, coloursOf, countSamples, hash, inBrowsers, samplesOf, selection, settle, state, text, value, withReport, write, build, sampleProfile } from './harness.js';

const csv = () => 'ts,p99,queue\n' + Array.from({ length: 80 }, (_, i) => `${i / 10},${20 + (i > 52 && i < 58 ? 60 : i % 7)},${i % 5}\n`).join('');
write('views.csv', csv());
write('views.perf.txt', sampleProfile());
const report = build(write('views.yaml', `title: Views
profiles: [{source: views.perf.txt, marks: [{at: 5.2s..5.8s, label: burst}]}]
metrics: [{title: p99 latency, source: views.csv, value: p99, unit: ms}, {source: views.csv, value: queue}]
`));

const grid = (page) => page.evaluate(() => window.flamepress.grid());
const hook = (page, name, ...args) => page.evaluate((n, a) => window.flamepress[n](...a), name, args);
const middleOf = ({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 });

async function openView(page) {
    if (!await page.$eval('#fp-view', (d) => d.open)) await page.click('#fp-view summary');
    await settle(page);
}

async function pick(page, selector, v) {
    await page.select(selector, v);
    await settle(page);
}

/** Every cell is what the samples say. `also`: of the samples of its row. */
async function expectCells(page, cells, also = () => true) {
    const { stepNs } = await grid(page);
    let some = 0;
    for (const [column, row] of cells) {
        const c = await hook(page, 'cell', column, row);
        assert.equal(c.count, countSamples(report, c.from * stepNs, c.to * stepNs, also), `cell ${column}, ${row}`);
        some += c.count;
    }
    assert.ok(some > 0, 'the cells that are looked at are not all empty');
}

inBrowsers('a period is picked, typed, refused with a reason', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        await pick(page, '#fp-period', '100000000');
        assert.deepEqual([(await grid(page)).columns, (await grid(page)).periodSteps], [80, 1000]);
        await expectCells(page, Array.from({ length: 50 }, (_, row) => [53, row]));
        await pick(page, '#fp-period', 'type');
        const type = async (what) => {
            await page.click('#fp-period-typed', { count: 3 });
            await page.type('#fp-period-typed', what);
            await page.keyboard.press('Enter');
            await settle(page);
        };
        await type('soon');
        assert.match(await text(page, '#fp-period-error'), /write it as 1 ms/);
        await type('10 us');
        assert.match(await text(page, '#fp-period-error'), /time step is 100 µs/);
        await type('16.67 ms');
        assert.deepEqual(await hash(page).then((h) => h.match(/period=([^&]*)/)[1]), '0.0167');
        assert.equal(await value(page, '#fp-period'), '16700000');
        assert.equal((await grid(page)).columns, Math.ceil((samplesOf(report).at(-1).time + 1e5) / 16.7e6));
        await expectCells(page, Array.from({ length: 50 }, (_, k) => [315 + k, k % 7]));
    });
});

inBrowsers('auto is the width of the stripes, and says how much repeats with it', async (kind) => {
    const striped = build(write('striped.perf.txt', Array.from({ length: 6000 }, (_, i) => i / 200).filter((t) => t % 1.3 < 0.4).map((t) => `app 9/9 [000] ${(1000 + t).toFixed(6)}: 1 cpu-clock: \n\t401000 work (/srv/app)\n\n`).join('')));
    await withReport(kind, striped, {}, async (page) => {
        const said = await text(page, '#fp-auto'), [, percent] = /^auto 1\.3 s, (\d+) %$/.exec(said) || assert.fail(said);
        assert.ok(percent >= 50 && percent <= 100, said);
        assert.match(await page.$eval('#fp-auto', (b) => b.title), new RegExp(`${percent} % of the load repeats with this period: strong`));
        await page.click('#fp-auto');
        await settle(page);
        assert.equal((await grid(page)).periodSteps, 13000);
        assert.equal(await page.$eval('#fp-auto', (b) => b.getAttribute('aria-pressed')), 'true');
    });
});

inBrowsers('columns of an hour, a minute, a millisecond', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        for (const [hashed, steps, columns] of [['3600', 36000000, 1], ['60', 600000, 1], ['0.001', 10, Math.ceil((samplesOf(report).at(-1).time + 1e5) / 1e6)]]) {
            await page.evaluate((h) => { location.hash = `#period=${h}&rows=10`; }, hashed);
            await settle(page);
            const g = await grid(page);
            assert.deepEqual([g.periodSteps, g.rows, g.columns], [steps, 10, columns]);
        }
    });
});

inBrowsers('a part is looked at: buttons, keys, wheel, the strip of the whole', async (kind) => {
    await withReport(kind, report, { hash: '#period=0.1&rows=20' }, async (page) => {
        const part = async () => { const g = await grid(page); return [g.first, g.columns, g.all]; };
        assert.deepEqual(await part(), [0, 80, 80]);
        await page.click('#fp-zoom-in');
        await settle(page);
        assert.deepEqual(await part(), [20, 40, 80]);
        assert.match(await hash(page), /w=2\.\.6/);
        await expectCells(page, [[33, 3], [34, 19], [0, 0], [12, 5]]);
        await page.focus('#fp-heatmap');
        await page.keyboard.press('+');
        await settle(page);
        assert.equal((await part())[1], 20);
        await page.keyboard.press('0');
        await settle(page);
        assert.deepEqual(await part(), [0, 80, 80]);
        const at = await cellAt(page, 53, 10);
        await page.mouse.move(at.x, at.y);
        await page.keyboard.down('Control');
        await page.mouse.wheel({ deltaY: -400 });
        await page.keyboard.up('Control');
        await page.waitForFunction(() => window.flamepress.grid().columns < 80);
        await settle(page);
        const [first, columns] = await part();
        assert.ok(first < 53 && first + columns > 53, 'what is under the pointer stays');
        const under = await hook(page, 'cellRect', 53 - first, 10); // the part begins with a whole column
        assert.ok(Math.abs(under.x + under.width / 2 - at.x) <= under.width, 'and stays under it');
        const strip = await hook(page, 'overviewRect');
        await page.mouse.move(strip.x + strip.width * 0.95, strip.y + 5);
        await page.mouse.down();
        await page.mouse.move(strip.x + strip.width * 0.99, strip.y + 5);
        await page.mouse.up();
        await settle(page);
        assert.equal((await part())[0], 80 - columns, 'dragged to the end');
        await page.click('#fp-fit');
        await settle(page);
        assert.deepEqual(await part(), [0, 80, 80]);
        assert.doesNotMatch(await hash(page), /w=/);
    });
});

inBrowsers('two fingers look closer', async (kind) => {
    if (kind !== 'chrome') return; // the others cannot be told of two fingers
    await withReport(kind, report, { hash: '#period=0.1&rows=20' }, async (page) => {
        const { x, y } = await cellAt(page, 40, 10), client = await page.createCDPSession();
        const touch = (type, ...points) => client.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([dx, id]) => ({ x: x + dx, y, id })) });
        await touch('touchStart', [-40, 0], [40, 1]);
        for (const d of [60, 90, 130, 180]) await touch('touchMove', [-d, 0], [d, 1]);
        await touch('touchEnd');
        await settle(page);
        assert.ok((await grid(page)).columns <= 40, `${(await grid(page)).columns} columns`);
        assert.equal((await state(page)).range, null, 'nothing is selected by it');
    });
});

inBrowsers('rows are threads, busiest first; a name filters; cells are the graph of their column and thread', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        await pick(page, '#fp-by', 'thread');
        const rows = await hook(page, 'rows'), of = (comm, tid) => samplesOf(report).filter((s) => s.stack[0] === comm).length;
        assert.equal(rows.reduce((sum, r) => sum + r.weight, 0), samplesOf(report).length);
        for (let i = 1; i < rows.length; i++) assert.ok(rows[i - 1].weight >= rows[i].weight);
        assert.equal(rows.filter((r) => /^server/.test(r.text)).reduce((sum, r) => sum + r.weight, 0), of('server'));
        const burst = rows.findIndex((r) => /^burst/.test(r.text)), cell = await hook(page, 'cell', 5, burst);
        assert.ok(cell.count > 0 && (await hook(page, 'cell', 2, burst)).count === 0);
        assert.deepEqual([cell.from, cell.to], [50000, 60000]);
        const { x, y } = await cellAt(page, 5, burst);
        await page.mouse.click(x, y);
        await page.keyboard.press('Escape');
        await settle(page);
        assert.deepEqual([(await selection(page)).from, (await selection(page)).to], [5e9, 6e9], 'a cell selects its time');
        await page.click(`#fp-who-rows .who-row:nth-child(${burst + 1})`);
        await settle(page);
        assert.equal((await selection(page)).samples, cell.count, 'the graph of that time and thread');
        assert.match(await text(page, '#fp-selection'), /only .*burst/);
        assert.equal(await page.$eval('#fp-who-rows .who-row', (b) => b.getAttribute('aria-pressed')), 'true');
        assert.match(await hash(page), /by=thread/);
        await page.click('#fp-who-rows .who-row');
        await settle(page);
        assert.equal((await hook(page, 'rows')).length, rows.length, 'all again');
        await pick(page, '#fp-by', 'cpu');
        assert.deepEqual((await hook(page, 'rows')).map((r) => r.text).sort(), ['CPU 0', 'CPU 1']);
    });
});

inBrowsers('what has no row of its own makes no row pale; events and CPUs are rows, too', async (kind) => {
    const busy = Array.from({ length: 2000 }, (_, i) => `${i % 4 ? `t${i % 60} 9/${100 + i % 60}` : 'busy 9/99'} [000] ${(1000 + i / 200).toFixed(6)}: 1 ${i % 5 ? 'cycles' : 'faults'}: \n\t401000 work (/srv/app)\n\n`).join('');
    await withReport(kind, build(write('rest.perf.txt', busy)), { hash: '#by=thread' }, async (page) => {
        const rows = await hook(page, 'rows'), at = async (row) => {
            const { x, y } = await cellAt(page, 4, row);
            return page.$eval('#fp-heatmap', (c, px, py) => { const b = c.getBoundingClientRect(), s = c.width / b.width, [r, g, bl] = c.getContext('2d').getImageData((px - b.left) * s, (py - b.top) * s, 1, 1).data; return 0.2126 * r + 0.7152 * g + 0.0722 * bl; }, x, y);
        };
        assert.deepEqual([rows[0].text, rows.at(-1).text, rows.length], ['busy 99', '18 more', 20]);
        const [dark, one, rest] = [await at(0), await at(1), await at(19)];
        assert.ok(dark < 60 && one > dark + 80 && Math.abs(rest - one) < 40, `the busy one ${dark}, another ${one}, the rest ${rest}`);
        assert.match(await text(page, '#fp-scale-note'), /18 more: the colour of their mean/);
        await pick(page, '#fp-by', 'event');
        const events = await hook(page, 'rows');
        assert.deepEqual(events.map((r) => [r.text, r.weight]), [['cycles', 1600], ['faults', 400]]);
        assert.deepEqual(await page.$$eval('#fp-event option', (l) => l.map((o) => o.textContent).sort()), ['cycles (1,600)', 'faults (400)']);
        await page.click('#fp-who-rows .who-row:last-child');
        await settle(page);
        assert.equal((await selection(page)).samples, 400, 'the graph of that event');
        assert.match(await hash(page), /e=faults/);
    });
});

inBrowsers('layouts: 0 on top, rows, the curve; a click selects what is clicked in each', async (kind) => {
    await withReport(kind, report, { hash: '#rows=20' }, async (page) => {
        const { stepNs } = await grid(page);
        await openView(page);
        for (const layout of ['down', 'rows', 'hilbert', 'up']) {
            await pick(page, '#fp-layout', layout);
            const g = await grid(page), n = g.columns * g.rows, cells = [0, 1, Math.floor(n * 0.4), Math.floor(n * 0.68), n - 1].map((i) => [Math.floor(i / g.rows), i % g.rows]);
            await expectCells(page, cells.concat([[Math.floor(n * 0.66 / g.rows), 0]]));
            const [a, b] = [cells[2], cells[3]], first = await hook(page, 'cell', ...a), last = await hook(page, 'cell', ...b);
            await page.keyboard.press('Escape');
            for (const [column, row] of [a, b]) { const at = await cellAt(page, column, row); await page.mouse.click(at.x, at.y); await settle(page); }
            const s = await selection(page);
            assert.deepEqual([s.from, s.to], [first.from * stepNs, last.to * stepNs], layout);
            assert.equal(s.samples, countSamples(report, s.from, s.to));
            await page.keyboard.press('w');
            await openView(page);
        }
        const down = await hook(page, 'cellRect', 0, 0);
        await pick(page, '#fp-layout', 'down');
        assert.ok((await hook(page, 'cellRect', 0, 0)).y < down.y, '0 is on top');
    });
});

inBrowsers('what a curve is stands whole under a narrow map', async (kind) => {
    await withReport(kind, report, { hash: '#lay=hilbert', width: 400, height: 800 }, async (page) => {
        const note = await page.$eval('#fp-scale-note', (n) => ({ text: n.textContent, cut: n.scrollWidth > n.clientWidth || n.scrollHeight > n.clientHeight, right: n.getBoundingClientRect().right }));
        assert.match(note.text, /^along a Hilbert curve, from below left to below right · samples per cell of/);
        assert.ok(!note.cut && note.right <= 400, JSON.stringify(note));
    });
});

inBrowsers('arrows walk in every layout', async (kind) => {
    await withReport(kind, report, { hash: '#rows=20&lay=rows' }, async (page) => {
        await page.focus('#fp-heatmap');
        for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
        await settle(page);
        const c = await hook(page, 'cell', 1, 2), s = await selection(page);
        assert.deepEqual([s.from, s.to], [c.from * 1e5, c.to * 1e5]);
    });
});

inBrowsers('stretches stand side by side from a common start', async (kind) => {
    await withReport(kind, report, { hash: '#rows=10' }, async (page) => {
        for (const [from, to] of [['1', '2.5'], ['5', '6']]) {
            await page.$eval('#fp-from', (f, v) => { f.value = v; }, from);
            await page.$eval('#fp-to', (f, v) => { f.value = v; f.dispatchEvent(new Event('change')); }, to);
            await settle(page);
            await page.click('#fp-beside');
            await settle(page);
        }
        await page.click('#fp-side');
        await settle(page);
        const g = await grid(page);
        assert.deepEqual([g.columns, g.rows, g.periodSteps], [2, 10, 15000]);
        assert.deepEqual(await hook(page, 'cell', 1, 0).then(({ from, to }) => [from, to]), [50000, 51500]);
        assert.deepEqual(await hook(page, 'cell', 1, 6).then(({ from, to }) => [from, to]), [59000, 60000], 'cut where the stretch ends');
        await expectCells(page, [[0, 0], [0, 9], [1, 1], [1, 2], [1, 6]]);
        const at = await cellAt(page, 1, 2);
        await page.mouse.click(at.x, at.y);
        await settle(page);
        assert.equal((await selection(page)).samples, (await hook(page, 'cell', 1, 2)).count);
        const link = await hash(page);
        assert.match(link, /lay=stretches/);
        assert.match(link, /s=1\.\.2\.5,5\.\.6/);
        await page.click('.piece button:last-child');
        await settle(page);
        assert.equal((await grid(page)).columns, 1);
        await page.click('#fp-side-clear');
        await settle(page);
        assert.equal((await grid(page)).columns, 8, 'the map again');
    });
});

inBrowsers('colours: per row, per column, on three curves, with a legend that says so', async (kind) => {
    await withReport(kind, report, { hash: '#rows=5' }, async (page) => {
        const seen = new Set([JSON.stringify(await coloursOf(page, '#fp-heatmap'))]), press = async (group, v) => { await page.click(`${group} [data-value=${v}]`); await settle(page); };
        await openView(page);
        for (const [group, v] of [['#fp-curve', 'sqrt'], ['#fp-curve', 'log'], ['#fp-norm', 'row'], ['#fp-norm', 'column']]) {
            await press(group, v);
            seen.add(JSON.stringify(await coloursOf(page, '#fp-heatmap')));
        }
        assert.equal(seen.size, 5, 'each paints otherwise');
        assert.match(await page.$eval('#fp-legend', (l) => l.getAttribute('aria-label')), /fullest cell of each column/);
        assert.match(await text(page, '#fp-scale-note'), /each column/);
        assert.match(await hash(page), /curve=log&norm=column/);
        await pick(page, '#fp-palette', 'cividis');
        assert.equal(seen.has(JSON.stringify(await coloursOf(page, '#fp-heatmap'))), false);
    });
});

inBrowsers('metrics stand above the map, and say their numbers at the cross-hair', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        const [p99, queue] = await hook(page, 'metrics'), rows = csv().split('\n').slice(1, -1).map((l) => l.split(',').map(Number));
        for (let c = 0; c < 8; c++) {
            const mine = rows.filter(([t]) => Math.floor(t) === c).map(([, v]) => v);
            assert.deepEqual([p99.stats.max[c], p99.stats.min[c], p99.stats.last[c], p99.stats.count[c]], [Math.max(...mine), Math.min(...mine), mine.at(-1), mine.length]);
            assert.ok(Math.abs(p99.stats.avg[c] - mine.reduce((a, b) => a + b) / mine.length) < 1e-9);
        }
        assert.equal(queue.title, 'queue');
        assert.deepEqual(await page.$eval('.main', (m) => m.scrollHeight - m.clientHeight), 0, 'and the graph still ends on the screen');
        const box = await hook(page, 'metricsRect');
        assert.ok(box.height > 30);
        const at = await cellAt(page, 5, 10);
        await page.mouse.move(at.x, at.y);
        await settle(page);
        assert.match(await text(page, '#fp-cell'), /p99 latency 80 ms · queue 4/);
        await page.mouse.move(at.x, box.y + 20);
        await settle(page);
        assert.match(await text(page, '#fp-cell'), /^5 s · \d+ samples · p99 latency 80 ms/, 'also from above');
        await openView(page);
        await pick(page, '#fp-metric', '1');
        assert.deepEqual((await hook(page, 'metrics')).map((m) => m.title), ['queue']);
        assert.match(await hash(page), /mt=2/);
        await pick(page, '#fp-metric', '-1');
        await page.click('#fp-stat [data-value=avg]');
        await page.click('#fp-view summary');
        await page.mouse.move(at.x, at.y);
        await settle(page);
        assert.match(await text(page, '#fp-cell'), new RegExp(`p99 latency ${Number(p99.stats.avg[5].toPrecision(4))} ms`));
    });
});

inBrowsers('a tap on a name filters, a tap and a tap on rows select', async (kind) => {
    if (kind === 'webkit') return; // its driver taps with a mouse
    await withReport(kind, report, { hash: '#by=cpu', width: 400, height: 800 }, async (page) => {
        const box = await page.$eval('#fp-who-rows .who-row', (b) => { b.scrollIntoView({ block: 'center' }); const r = b.getBoundingClientRect(); return { x: r.x, y: r.y, width: r.width, height: r.height }; });
        assert.ok(box.height >= 40, `${box.height} px are enough for a finger`);
        await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
        await settle(page);
        assert.match(await text(page, '#fp-selection'), /only CPU/);
        for (const column of [2, 4]) {
            const at = await cellAt(page, column, 0);
            await page.touchscreen.tap(at.x, at.y);
            await settle(page);
        }
        assert.deepEqual([(await selection(page)).from, (await selection(page)).to], [2e9, 5e9]);
    });
});
