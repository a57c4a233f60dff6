/* SPDX-License-Identifier: MIT
 *
 * The Export menu: every item by mouse, keyboard and touch; files hold what the program exports for the same link; the
 * exported flame graph opens alone, zooms and searches, hostile names and all. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { FLAMEPRESS, build, inBrowsers, openReport, perfText, sampleProfile, settle, text, untilReady, withReport, write } from './harness.js';

const report = build(write('export.perf.txt', sampleProfile()));
const HOSTILE = '</script><script>document.title="owned"</script>';
const hostile = build(write('export-hostile.perf.txt', perfText([0, 1, 2].flatMap((s) => [[s + 0.1, 0, '#a;b`|', `]]>;${HOSTILE};"q" 'p' \\;main`], [s + 0.2, 1, 'plain', 'leaf;main']]))));
const LINK = '#t=5..6.1&th=burst';

/** Opens a report whose downloads and copied text are kept. */
async function opened(kind, file, hash, viewport = null) {
    const page = await openReport(kind, file, { hash });
    if (viewport) { await page.setViewport(viewport); await untilReady(page); }
    await page.evaluate(() => {
        window.kept = [];
        const make = URL.createObjectURL;
        URL.createObjectURL = (blob) => { window.lastBlob = blob; return make.call(URL, blob); };
        HTMLAnchorElement.prototype.click = function () { window.kept.push({ name: this.download, blob: window.lastBlob, href: this.href }); };
        Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText: async (t) => { window.copied = t; } } });
    });
    return page;
}

async function exported(page, id) {
    if (await page.$eval('#fp-export-menu', (m) => m.hidden)) await page.click('#fp-export');
    const before = await page.evaluate(() => window.kept.length);
    await page.click(`#fp-export-${id}`);
    await page.waitForFunction((n) => window.kept.length > n, {}, before);
    const { name, bytes } = await page.evaluate(async () => {
        const { name, blob } = window.kept.at(-1);
        return { name, bytes: Array.from(new Uint8Array(await blob.arrayBuffer())) };
    });
    return { name, bytes: Buffer.from(bytes) };
}

function byProgram(link, format, ...more) {
    return execFileSync(FLAMEPRESS, ['export', '-q', link, '--format', format, '-o', '-', ...more], { maxBuffer: 1 << 28 });
}

const withoutScript = (b) => b.toString().replace(/<script>.*<\/script>/s, '');

for (const [file, hash, stem] of [[report, LINK, 'export.perf-5-6.1s'], [hostile, '', 'export-hostile.perf']]) {
    inBrowsers(`every file holds what the program writes for ${hash || 'the whole of hostile names'}`, async (kind) => {
        const page = await opened(kind, file, hash);
        for (const [id, format, ending] of [['folded', 'folded', 'folded.txt'], ['speedscope', 'speedscope', 'speedscope.json'], ['pprof', 'pprof', 'pb'], ['nflxprofile', 'nflxprofile', 'nflxprofile'], ['json', 'json', 'json']]) {
            const { name, bytes } = await exported(page, id);
            assert.equal(name, `${stem}.${ending}`);
            const want = byProgram(file + hash, format, ...(format === 'pprof' ? ['--event', 'cpu-clock'] : []));
            assert.ok(want.equals(bytes), `${id} differs from the program's (${bytes.length} and ${want.length} bytes)`);
        }
        assert.equal(withoutScript((await exported(page, 'svg')).bytes), withoutScript(byProgram(file + hash, 'svg')));
        assert.equal((await exported(page, 'map-svg')).bytes.toString(), byProgram(file + hash, 'svg', '--view', 'heatmap').toString());
        for (const id of ['png', 'map-png']) {
            const { name, bytes } = await exported(page, id);
            assert.match(name, /-(flame|heatmap)\.png$/);
            assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
            const { width, height, colours } = await page.evaluate(async () => {
                const bitmap = await createImageBitmap(window.kept.at(-1).blob), c = new OffscreenCanvas(bitmap.width, bitmap.height), ctx = c.getContext('2d');
                ctx.drawImage(bitmap, 0, 0);
                const d = new Uint32Array(ctx.getImageData(0, 0, c.width, c.height).data.buffer);
                return { width: c.width, height: c.height, colours: new Set(d).size };
            });
            assert.ok(width > 800 && height > 200 && colours > 8, `${width} × ${height}, ${colours} colours`);
        }
        await page.close();
        assert.deepEqual(page.problems, []);
    });
}

inBrowsers('the menu by keyboard, and Markdown for a ticket', async (kind) => {
    const page = await opened(kind, report, LINK);
    await page.focus('#fp-export');
    await page.keyboard.press('Enter');
    assert.equal(await page.$eval('#fp-export', (b) => b.getAttribute('aria-expanded')), 'true');
    assert.match(await text(page, '#fp-export-what'), /^cpu-clock · 5 s to 6.1 s · \d+ samples · only thread burst$/);
    const active = () => page.evaluate(() => document.activeElement.id);
    assert.equal(await active(), 'fp-export-svg');
    for (const [key, id] of [['ArrowUp', 'print'], ['ArrowDown', 'svg'], ['ArrowDown', 'png'], ['End', 'print'], ['ArrowUp', 'markdown']]) {
        await page.keyboard.press(key);
        assert.equal(await active(), `fp-export-${id}`);
    }
    await page.keyboard.press('Escape');
    assert.equal(await page.$eval('#fp-export-menu', (m) => m.hidden), true);
    assert.equal(await active(), 'fp-export');
    assert.match(await page.evaluate(() => location.hash), /t=5\.\.6\.1/, 'Esc closes the menu and nothing else');
    await page.keyboard.press('Enter');
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => window.copied);
    const lines = (await page.evaluate(() => window.copied)).split('\n');
    assert.match(lines[0], /^\*\*export\.perf\*\*: cpu\\-clock · 5 s to 6\.1 s · \d+ samples · only thread burst · [\d.]+ % of the whole$/);
    assert.deepEqual(lines.slice(1, 5), ['', '| function | self | with callees |', '| :-- | --: | --: |', '| `spin` | 100 % | 100 % |']);
    assert.equal(lines.at(-2), 'Open `export.html#t=5..6.1&th=burst`');
    await page.close();
});

inBrowsers('the link is copied, and it is said whether it was', async (kind) => {
    const page = await opened(kind, report, LINK);
    await page.click('#fp-copy');
    await page.waitForFunction(() => window.copied);
    assert.equal(await page.evaluate(() => window.copied), await page.evaluate(() => location.href));
    assert.deepEqual([await text(page, '#fp-copy'), await text(page, '#fp-live')], ['Copied', 'Copied']);
    await page.evaluate(() => { Object.defineProperty(navigator, 'clipboard', { configurable: true, value: undefined }); document.execCommand = () => false; });
    await page.click('#fp-copy');
    await page.waitForFunction(() => document.querySelector('#fp-live').textContent === 'Copy from the address bar');
    await page.close();
});

inBrowsers('Markdown of hostile names is text in code', async (kind) => {
    const page = await opened(kind, hostile, '');
    await page.click('#fp-export');
    await page.click('#fp-export-markdown');
    await page.waitForFunction(() => window.copied);
    const copied = await page.evaluate(() => window.copied);
    assert.ok(copied.includes('| `]]>` |'), copied);
    assert.equal(copied.split('\n').filter((l) => l.startsWith('| ')).every((l) => l.replace(/`[^`]*`/g, '').split('|').length === 5), true, copied);
    await page.close();
});

inBrowsers('what nflxprofile takes of changed stacks is said', async (kind) => {
    for (const [hash, note] of [['', 'every sample, FlameScope'], ['#x=hide:handle', 'every sample that is left, its stack as recorded']])
        await withReport(kind, report, { hash }, async (page) => {
            await page.click('#fp-export');
            assert.equal(await page.$eval('#fp-export-nflxprofile', (b) => b.lastChild.textContent), note);
        });
});

inBrowsers('a click outside closes the menu; what is not possible says why', async (kind) => {
    const flat = build(write('export-flat.folded', 'app;main;work 10\napp;main 3\n'));
    await withReport(kind, flat, {}, async (page) => {
        await page.click('#fp-export');
        for (const id of ['map-svg', 'map-png', 'nflxprofile']) assert.deepEqual(await page.$eval(`#fp-export-${id}`, (b) => [b.disabled, b.lastChild.textContent]), [true, 'there are no times']);
        await page.click('h1');
        assert.equal(await page.$eval('#fp-export-menu', (m) => m.hidden), true);
    });
});

inBrowsers('the exported flame graph opens alone, zooms and searches', async (kind) => {
    for (const [from, file, hash] of [['program', hostile, ''], ['page', hostile, '']]) {
        let svg;
        if (from === 'program') svg = byProgram(file + hash, 'svg');
        else {
            const page = await opened(kind, file, hash);
            ({ bytes: svg } = await exported(page, 'svg'));
            await page.close();
        }
        const page = await openReport(kind, write(`flame-${kind}-${from}.svg`, svg.toString()), { wait: false });
        await settle(page);
        const shown = () => page.evaluate(() => [...document.querySelectorAll('#frames>g')].filter((g) => g.style.display !== 'none').map((g) => [g.children[0].textContent.split('\n')[0], Number(g.children[1].getAttribute('width'))]));
        const all = await shown();
        assert.ok(all.some(([name]) => name.includes('document.title')) && all.some(([name]) => name === ']]>'), JSON.stringify(all));
        assert.equal(await page.evaluate(() => document.querySelectorAll('script').length), 1);
        const click = (name) => page.evaluate((n) => { const g = [...document.querySelectorAll('#frames>g')].find((f) => f.children[0].textContent.startsWith(n)); g.dispatchEvent(new MouseEvent('click', { bubbles: true })); }, name);
        await click('plain');
        assert.deepEqual(await shown(), [['all', 1180], ['plain', 1180], ['main', 1180], ['leaf', 1180]]);
        const labels = () => page.evaluate(() => [...document.querySelectorAll('svg>text')].filter((t) => t.style.display !== 'none').map((t) => t.textContent));
        assert.ok((await labels()).includes('Reset zoom'));
        await page.keyboard.press('Escape');
        assert.equal((await shown()).length, all.length);
        page.once('dialog', (d) => d.accept('^leaf$|^main$'));
        await page.keyboard.press('/');
        await page.waitForFunction(() => [...document.querySelectorAll('svg>text')].some((t) => t.textContent.includes('matched')));
        assert.ok((await labels()).some((l) => l === '100 % matched, 3 frames'), JSON.stringify(await labels()));
        assert.deepEqual(page.problems, []);
        await page.close();
    }
});

inBrowsers('other layouts of the map, inverted and by package: what is shown', async (kind) => {
    for (const [hash, id, name, pattern] of [['#by=thread', 'map-svg', 'export.perf-heatmap.svg', /<text text-anchor="end"[^>]*>server 100<\/text>/], ['#lay=hilbert', 'map-svg', 'export.perf-heatmap.svg', /Hilbert curve/],
        ['#v=inverted', 'svg', 'export.perf-inverted.svg', /<title>hash\n[^<]*<\/title>[\s\S]*<title>sign\n/], ['#col=package', 'svg', 'export.perf-packages.svg', /<g id="frames">/]]) {
        const page = await opened(kind, report, hash), { name: got, bytes } = await exported(page, id), svg = bytes.toString();
        assert.equal(got, name);
        assert.match(svg, pattern);
        assert.equal(await page.evaluate((text) => new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('parsererror') === null, svg), true, `${hash} is XML`);
        assert.ok(svg.length > 1500, `${hash}: ${svg.length} bytes`);
        await page.close();
        assert.deepEqual(page.problems, []);
    }
});

inBrowsers('on paper: no buttons, the graph as high as it is, both ids of a comparison', async (kind) => {
    await withReport(kind, report, { hash: `${LINK.replace('&th=burst', '')}&cmp=rest` }, async (page) => {
        const high = () => page.$eval('#fp-flame', (c) => c.offsetHeight), before = await high();
        await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
        if (kind === 'chrome') await page.emulateMediaType('print');
        await settle(page);
        assert.ok(await high() < before, `${await high()} of ${before}`);
        if (kind === 'chrome') assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll('#fp-app button, #fp-app select')].filter((e) => e.checkVisibility() && !e.classList.contains('who') && !e.closest('.crumbs, .side, .tabs, .rows-head')).map((e) => e.id || e.className)), []);
        assert.match(await text(page, '#fp-direction'), /^base .* → target /);
        await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
        /* The room left for the graph is told by an observer, some frames later. */
        if (kind === 'firefox') await page.waitForFunction((h) => document.querySelector('#fp-flame').offsetHeight === h, { timeout: 5000 }, before);
    });
});

inBrowsers('on paper: the roots of a deep graph, the rows of a table, what was done to the stacks', async (kind) => {
    const names = Array.from({ length: 90 }, (_, i) => `f${i}`), deep = build(write('export-deep.perf.txt', perfText(names.map((_, i) => [i / 20, 0, 'app', names.slice(i).join(';')]))));
    const onPaper = async (page, hash) => {
        await page.evaluate((h) => { location.hash = h; }, hash);
        await settle(page);
        await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
        if (kind === 'chrome') await page.emulateMediaType('print');
    }, back = async (page) => {
        await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
        if (kind === 'chrome') await page.emulateMediaType('screen');
        await settle(page);
    };
    await withReport(kind, deep, {}, async (page) => {
        for (const [view, first] of [['flame', 'bottom'], ['icicle', 'top']]) {
            await onPaper(page, `#v=${view}&x=hide:f3`);
            const { root, canvas, width } = await page.evaluate(() => { const c = document.querySelector('#fp-flame'), b = c.getBoundingClientRect(); return { root: window.flamepress.boxes()[0], canvas: { top: b.top, bottom: b.bottom, width: b.width }, width: c.width }; });
            assert.ok(Math.abs((first === 'top' ? root.y : root.y + root.height) - canvas[first]) <= 2, `${view}: the root is at the ${first}: ${JSON.stringify([root, canvas])}`);
            assert.ok(canvas.width > 600 && canvas.width <= 700 && width === 2 * canvas.width, 'as wide as paper, twice as fine');
            if (kind === 'chrome') assert.deepEqual(await page.evaluate(() => [document.querySelector('#fp-transforms').checkVisibility(), document.querySelector('.chip button').checkVisibility(), document.querySelector('#fp-colours').checkVisibility()]), [true, false, false]);
            await back(page);
        }
        await onPaper(page, '#v=table');
        const shown = await page.$eval('#fp-table', (e) => [e.offsetHeight, e.querySelectorAll('.rows-space .row').length]);
        assert.ok(shown[0] > 800 && shown[1] >= 33, `${shown}`);
        await back(page);
        assert.ok(await page.$eval('#fp-app', (e) => e.offsetWidth) > 1000);
    });
});

inBrowsers('by touch', async (kind, t) => {
    if (kind === 'firefox') { t.skip('firefox has no touch here'); return; }
    const page = await opened(kind, report, '', { width: 400, height: 800, hasTouch: true, isMobile: true });
    await page.tap('#fp-export');
    const box = await page.$eval('#fp-export-menu', (m) => { const r = m.getBoundingClientRect(); return { left: r.left, right: r.right, least: Math.min(...[...m.querySelectorAll('button')].map((b) => b.offsetHeight)) }; });
    assert.ok(box.left >= 0 && box.right <= 400 && box.least >= 40, JSON.stringify(box));
    await page.tap('#fp-export-folded');
    await page.waitForFunction(() => window.kept.length === 1);
    await page.close();
});

inBrowsers('a real download', async (kind) => {
    const page = await openReport(kind, report, { hash: LINK });
    const told = await page.evaluate(() => new Promise((done) => {
        const click = HTMLAnchorElement.prototype.click;
        HTMLAnchorElement.prototype.click = function () { done([this.isConnected, this.href.slice(0, 5), this.download]); click.call(this); };
        document.getElementById('fp-export').click();
        document.getElementById('fp-export-folded').click();
    }));
    assert.deepEqual(told, [true, 'blob:', 'export.perf-5-6.1s.folded.txt']);
    await settle(page);
    assert.equal(await text(page, '#fp-live'), 'export.perf-5-6.1s.folded.txt is downloaded');
    assert.deepEqual(page.problems.filter((p) => !p.startsWith('request: blob')), []);
    await page.close();
});
