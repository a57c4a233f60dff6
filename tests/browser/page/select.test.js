/* SPDX-License-Identifier: MIT
 *
 * Selecting time: every way there is, in both browsers; what is selected is always said in exact times, and the flame graph
 * under it holds exactly the samples that the reference decoder puts there. */
import assert from 'node:assert/strict';
import { build, cellAt, cellRange, coloursOf, countSamples, hash, inBrowsers, samplesOf, sampleProfile, selection, settle, text, value,
    untilReady, withReport, write } from './harness.js';

const report = build(write('select.perf.txt', sampleProfile()));

/** The selection is [first cell's start, last cell's end), and the graph agrees with a plain count. */
async function expectRange(page, from, to) {
    const s = await selection(page);
    assert.deepEqual([s.from, s.to], [from, to]);
    const samples = countSamples(report, from, to);
    assert.equal(s.samples, samples, 'samples of the selection');
    assert.match(await text(page, '#fp-selection'), new RegExp(`\\b${samples}\\b`));
}

async function cells(page, [c0, r0], [c1, r1]) {
    const rows = Number(await value(page, '#fp-rows'));
    return [cellRange(c0, r0, rows)[0], cellRange(c1, r1, rows)[1]];
}

async function clickCell(page, column, row, options) {
    const { x, y } = await cellAt(page, column, row);
    await page.mouse.click(x, y, options);
    await settle(page);
}

inBrowsers('paints heatmap, flame graph and legend', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        for (const canvas of ['#fp-heatmap', '#fp-flame']) {
            const colours = await coloursOf(page, canvas);
            assert.ok(colours.length > 4, `${canvas} has ${colours.length} colours`);
        }
        assert.ok(await page.$('#fp-legend'));
        assert.equal((await selection(page)).samples, samplesOf(report).length, 'at first: everything');
        assert.match(await page.title(), /select/);
    });
}, 'webkit');

inBrowsers('the facts of a selection are there to the end, and move nothing', async (kind) => {
    write('facts.perf.txt', sampleProfile());
    const dated = build(write('facts.yaml', 'clock: {at: 0s, is: 2026-11-19T11:36:00.1234Z}\nprofiles:\n  - {id: facts, source: facts.perf.txt}\n'));
    await withReport(kind, dated, {}, async (page) => {
        const go = async (hash) => { await page.evaluate((to) => { window.location.hash = to; }, hash); await settle(page); };
        for (const filter of ['', '&th=server&cpu=1']) {
            const top = () => page.$eval('#fp-heatmap', (c) => c.getBoundingClientRect().top);
            await go(`#p=facts${filter}`);
            const before = await top();
            await go(`#t=1.2345..6.7891${filter}`);
            assert.match(await text(page, '#fp-selection'), /^5\.5546 s · .* of the whole · .*19\s+Nov\s+2026\s+11:36:01\.357\s+UTC$/);
            assert.ok(await page.$eval('#fp-selection', (e) => e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight + 1), 'nothing is cut');
            assert.equal(await top(), before);
        }
    });
});

inBrowsers('a cell with more samples is darker', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        const rows = Number(await value(page, '#fp-rows'));
        const seen = new Map();
        for (let row = 0; row < rows; row++) {
            const n = countSamples(report, ...cellRange(3, row, rows));
            if (!seen.has(n)) seen.set(n, row);
        }
        const light = [];
        for (const [n, row] of [...seen].sort((a, b) => a[0] - b[0])) {
            const at = await cellAt(page, 3, row);
            light.push([n, await page.$eval('#fp-heatmap', (canvas, x, y) => {
                const box = canvas.getBoundingClientRect(), scale = canvas.width / box.width;
                const [r, g, b] = canvas.getContext('2d').getImageData((x - box.left) * scale, (y - box.top) * scale, 1, 1).data;
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            }, at.x, at.y)]);
        }
        assert.ok(light.length >= 2, 'column 3 has cells of different counts');
        for (let i = 1; i < light.length; i++) assert.ok(light[i][1] < light[i - 1][1], JSON.stringify(light));
    });
});

inBrowsers('a click selects a cell, a second click the range, in either order', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        await clickCell(page, 2, 10);
        await expectRange(page, ...await cells(page, [2, 10], [2, 10]));
        await clickCell(page, 4, 20);
        await expectRange(page, ...await cells(page, [2, 10], [4, 20]));
        await page.keyboard.press('Escape');
        await page.keyboard.press('Escape');
        await clickCell(page, 6, 3);
        await clickCell(page, 1, 30);
        await expectRange(page, ...await cells(page, [1, 30], [6, 3]));
    });
}, 'webkit');

inBrowsers('a drag selects, either way', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        for (const [a, b] of [[[1, 5], [3, 8]], [[6, 40], [2, 2]]]) {
            const from = await cellAt(page, ...a), to = await cellAt(page, ...b);
            await page.mouse.move(from.x, from.y);
            await page.mouse.down();
            await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
            await page.mouse.move(to.x, to.y, { steps: 4 });
            await page.mouse.up();
            await settle(page);
            const [first, last] = a[0] < b[0] ? [a, b] : [b, a];
            await expectRange(page, ...await cells(page, first, last));
            await page.keyboard.press('Escape');
        }
    });
}, 'webkit');

inBrowsers('a click on a column\'s label selects the column, shift-click extends', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        const bottom = await cellAt(page, 3, 0);
        const box = await page.$eval('#fp-heatmap', (c) => c.getBoundingClientRect().toJSON());
        const label = Math.min(bottom.y + 14, box.bottom - 3);
        await page.mouse.click(bottom.x, label);
        await settle(page);
        await expectRange(page, 3e9, 4e9);
        await page.keyboard.down('Shift');
        await clickCell(page, 5, 24);
        await page.keyboard.up('Shift');
        await expectRange(page, 3e9, (await cells(page, [5, 24], [5, 24]))[1]);
    });
}, 'webkit');

inBrowsers('the keyboard selects: arrows, Enter, shift, c, Escape', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        await page.focus('#fp-heatmap');
        await page.keyboard.press('Home');
        for (const key of ['ArrowRight', 'ArrowRight', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'Enter']) await page.keyboard.press(key);
        await settle(page);
        await expectRange(page, ...await cells(page, [2, 3], [2, 3]));
        await page.keyboard.press('Escape');
        await page.focus('#fp-heatmap');
        await page.keyboard.press('c');
        await settle(page);
        await expectRange(page, 2e9, 3e9);
    });
}, 'webkit');

inBrowsers('a finger selects', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        const a = await cellAt(page, 2, 12), b = await cellAt(page, 5, 30);
        await page.touchscreen.tap(a.x, a.y);
        await settle(page);
        await expectRange(page, ...await cells(page, [2, 12], [2, 12]));
        await page.touchscreen.tap(b.x, b.y);
        await settle(page);
        await expectRange(page, ...await cells(page, [2, 12], [5, 30]));
    });
});

inBrowsers('typed times select, snapped to the step', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        for (const [field, typed] of [['#fp-from', '1.25004'], ['#fp-to', '6.75004']]) {
            await page.click(field, { count: 3 });
            await page.type(field, typed);
            await page.keyboard.press('Enter');
        }
        await settle(page);
        // Up to the step of 100 µs, as `inspect --range` does.
        await expectRange(page, 1250100000, 6750100000);
        assert.match(await value(page, '#fp-from'), /^1\.2501\b/);
        assert.match(await value(page, '#fp-to'), /^6\.7501\b/);
        await page.click('#fp-whole');
        await settle(page);
        assert.equal((await selection(page)).samples, samplesOf(report).length);
    });
}, 'webkit');

inBrowsers('neighbouring cells share no sample, and all cells sum to the whole', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        const rows = Number(await value(page, '#fp-rows'));
        let sum = 0;
        for (let row = 0; row < rows; row++) {
            await clickCell(page, 5, row);
            sum += (await selection(page)).samples;
            await page.keyboard.press('Escape');
        }
        assert.equal(sum, countSamples(report, 5e9, 6e9));
    });
}, 'webkit');

inBrowsers('other row counts give other cells of the same samples', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        for (const rows of ['10', '25', '49', '13']) {
            await setRows(page, rows);
            await clickCell(page, 5, 7);
            await expectRange(page, ...cellRange(5, 7, Number(rows)));
            await page.keyboard.press('Escape');
        }
    });
}, 'webkit');

async function setRows(page, rows) {
    await page.click('#fp-rows', { count: 3 });
    await page.type('#fp-rows', rows);
    await page.keyboard.press('Enter');
    await settle(page);
    assert.equal(await value(page, '#fp-rows'), rows);
}

inBrowsers('the address holds the selection, and back undoes it', async (kind) => {
    await withReport(kind, report, {}, async (page) => {
        await clickCell(page, 2, 10);
        const first = await hash(page);
        assert.match(first, /t=2\.\d*\.\.2\.\d*/);
        await clickCell(page, 4, 20);
        const both = await cells(page, [2, 10], [4, 20]);
        await expectRange(page, ...both);
        await page.reload();
        await untilReady(page);
        await expectRange(page, ...both);
        await page.evaluate(() => history.back());
        await page.waitForFunction((h) => location.hash === h, {}, first);
        await settle(page);
        await expectRange(page, ...await cells(page, [2, 10], [2, 10]));
        await page.evaluate(() => history.forward());
        await page.waitForFunction((h) => location.hash !== h, {}, first);
        await settle(page);
        await expectRange(page, ...both);
    });
}, 'webkit');
