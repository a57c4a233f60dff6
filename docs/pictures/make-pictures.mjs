/* SPDX-License-Identifier: MIT
 *
 * Makes the pictures of the README and of docs/ from the real demo report: `make pictures`. Chromium at 1440 × 900 unless a row
 * says otherwise.
 * Usage: node docs/pictures/make-pictures.mjs REPORT.html [FOLDER [NAME…]], names: only these */
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { probe } from '../../tests/browser/page/probe.js';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(join(here, '../../tests/browser/package.json'));
const { default: puppeteer } = await import(pathToFileURL(require.resolve('puppeteer-core')).href);

/* [name, address, {scheme, width, height, part: of the page, menu: a frame whose menu is open,
 * click: what is clicked, metrics: of the report with them}] */
const BURST = 't=44.3..48.9', GRAPH = { part: '.graph-section' }, MAP = { part: '.map-section' };
const PICTURES = [
    ['report-light', `#${BURST}`],
    ['report-dark', `#${BURST}`, { scheme: 'dark' }],
    ['view-inverted', '#v=inverted', GRAPH],
    ['view-middle', '#v=middle&m=digest_bytes&t=5..15', GRAPH],
    ['view-time', '#v=time&t=44.3..44.5', GRAPH],
    ['view-table', '#v=table', GRAPH],
    ['view-tree', '#v=tree', { ...GRAPH, scheme: 'dark' }],
    ['view-search', '#q=digest&t=10..20'],
    ['view-transforms', '#x=hide:price_order;fold:sign_receipt&tiny=0.1', { ...GRAPH, height: 1150, menu: 'answer_request' }],
    ['time-part', '#period=0.1&rows=20&w=40..55&t=44.3..44.9', MAP],
    ['time-rows', `#lay=rows&rows=40&curve=sqrt&${BURST}`, MAP],
    ['time-metrics', `#${BURST}`, { ...MAP, metrics: true }],
    ['time-threads', '#by=thread&t=44..49'],
    ['time-curve', `#lay=hilbert&rows=64&pal=cividis&${BURST}`, { ...MAP, scheme: 'dark' }],
    ['time-stretches', '#s=9..14,43.5..49.5,59..64&lay=stretches', MAP],
    ['time-marks', `#norm=row&${BURST}&mk=~20..23~looked%20at%20first|~59..64~quiet%20again`],
    ['compare-rest', `#${BURST}&cmp=rest`],
    ['compare-pinned', '#t=45..49&cmp=pin&pin=orders@10..40&v=icicle', { scheme: 'dark' }],
    ['compare-narrow', `#${BURST}&cmp=rest`, { width: 400, height: 1700 }],
    ['export-menu', `#${BURST}`, { click: '#fp-export' }],
    ['view-narrow', '#v=icicle&q=digest', { width: 400, height: 1400 }],
];

const [report, folder = here, ...only] = process.argv.slice(2);
const program = process.env.FLAMEPRESS || 'build/flamepress', scratch = mkdtempSync(join(tmpdir(), 'flamepress-pictures-'));

/* The same recording with two metrics that are counted from it: how many CPUs were busy, and how many threads ran in each second. */
function withMetrics() {
    const seconds = [];
    for (const line of execFileSync(program, ['inspect', '--samples', report], { encoding: 'utf8', maxBuffer: 1 << 28 }).split('\n').filter(Boolean)) {
        const [ns, , , thread] = line.split('\t'), second = seconds[Math.floor(ns / 1e9)] ||= { n: 0, threads: new Set() };
        second.n++;
        second.threads.add(thread);
    }
    writeFileSync(join(scratch, 'seconds.csv'), 'second,busy,threads\n' + Array.from(seconds, (s, k) => `${k},${s ? (s.n / 199).toFixed(2) : 0},${s ? s.threads.size : 0}\n`).join(''));
    writeFileSync(join(scratch, 'metrics.yaml'), `profiles: [{id: orders, source: ${JSON.stringify(resolve(report))}}]
metrics: [{title: busy, source: seconds.csv, value: busy, unit: CPUs}, {title: threads that ran, source: seconds.csv, value: threads}]\n`);
    execFileSync(program, ['build', '-q', join(scratch, 'metrics.yaml'), '-o', join(scratch, 'metrics.html')]);
    return join(scratch, 'metrics.html');
}

const browser = await puppeteer.launch({ executablePath: ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync),
    args: ['--no-sandbox', '--font-render-hinting=none'] });
for (const [name, address, { scheme = 'light', width = 1440, height = 900, part = '', menu = '', click = '', metrics = false } = {}] of PICTURES) {
    if (only.length && !only.includes(name)) continue;
    const page = await browser.newPage();
    await page.setViewport({ width, height });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
    await page.goto(pathToFileURL(metrics ? withMetrics() : report).href + address);
    await page.waitForFunction(() => window.flamepress && window.flamepress.ready);
    await page.evaluate(async () => { await window.flamepress.ready; });
    await page.evaluate(probe);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    if (menu) {
        const at = await page.evaluate((label) => window.flamepress.boxes().find((b) => b.label === label), menu);
        await page.mouse.click(at.x + Math.min(30, at.width / 2), at.y + at.height / 2, { button: 'right' });
    }
    if (click) await page.click(click);
    await page.waitForFunction(() => window.flamepress.compareDone());
    const path = join(folder, `${name}.png`), box = part && (await (await page.$(part)).boundingBox());
    await page.screenshot(box ? { path, clip: box } : { path });
    await page.close();
}
await browser.close();
rmSync(scratch, { recursive: true });
