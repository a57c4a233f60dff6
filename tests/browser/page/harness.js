/* SPDX-License-Identifier: MIT
 *
 * What every page test needs: both browsers, small reports made to order, an independent count of samples, and a page
 * that remembers everything it should not have done. Tests run the built page, from file://, as a reader would. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer-core';
import { probe } from './probe.js';
import { launchWebkit, webkitMissing } from './webkit.js';

export const FLAMEPRESS = process.env.FLAMEPRESS || 'build/flamepress';
export const DEMO = process.env.DEMO || 'build/demo';

/** Per browser: where Debian has it, and what it needs to be told. */
const KINDS = {
    chrome: { paths: ['/usr/bin/chromium', '/usr/bin/google-chrome'], args: ['--no-sandbox', '--font-render-hinting=none'] },
    firefox: { paths: ['/usr/bin/firefox-esr', '/usr/bin/firefox'], args: [] },
};

const folder = mkdtempSync(join(tmpdir(), 'flamepress-page-'));
const open = new Map();

after(async () => {
    for (const browser of open.values()) await browser.close();
    rmSync(folder, { recursive: true, force: true });
});

/**
 * Runs fn(kind, t) as one test in each browser; a browser that is not here skips, in CI it fails. also: "webkit" for tests that run
 * in the third engine, too.
 */
export function inBrowsers(name, fn, also) {
    const missing = new Map(Object.entries(KINDS).map(([kind, { paths }]) => [kind, paths.some(existsSync) ? '' : paths[0]]));
    if (also) missing.set(also, webkitMissing());
    for (const [kind, lacks] of missing) {
        const skip = lacks && !process.env.CI ? `${kind} is not installed` : false;
        test(`${kind}: ${name}`, { skip, timeout: 120000 }, async (t) => {
            if (lacks) throw new Error(`${lacks} is missing`);
            await fn(kind, t);
        });
    }
}

/** @param {{scripts?: boolean, dark?: boolean, touch?: boolean}} options */
async function browserOf(kind, { scripts = true, dark = false } = {}) {
    const key = kind === 'webkit' ? kind : `${kind} ${scripts} ${dark}`;
    if (kind === 'webkit' && !open.has(key)) open.set(key, await launchWebkit());
    if (!open.has(key)) {
        open.set(key, await puppeteer.launch({
            browser: kind, executablePath: KINDS[kind].paths.find(existsSync), args: KINDS[kind].args, headless: true,
            // Chromium is told per page, see openReport.
            extraPrefsFirefox: { 'javascript.enabled': scripts, 'ui.systemUsesDarkTheme': dark ? 1 : 0, 'ui.prefersReducedMotion': 1 },
        }));
    }
    return open.get(key);
}

/**
 * Opens a file in a fresh tab. The page gets `problems`: console errors, uncaught exceptions, refused policy, and requests for
 * anything but the file itself. closeReport checks that there are none.
 */
export async function openReport(kind, file, { hash = '', width = 1440, height = 900, scripts = true, dark = false, wait = scripts } = {}) {
    const browser = await browserOf(kind, { scripts, dark });
    const page = await browser.newPage();
    page.problems = [];
    // WebDriver tells nothing of these. willReadFrequently: a hint about the test's own reading of pixels.
    if (kind !== 'webkit') watch(page);
    await page.setViewport({ width, height });
    if (kind === 'chrome') {
        await page.setJavaScriptEnabled(scripts);
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
    }
    await page.goto(pathToFileURL(file).href + hash);
    if (wait) await untilReady(page);
    return page;
}

function watch(page) {
    page.on('console', (m) => {
        if (['error', 'warn', 'warning', 'assert'].includes(m.type()) && !m.text().includes('willReadFrequently')) page.problems.push(`console: ${m.text()}`);
    });
    page.on('pageerror', (e) => page.problems.push(`exception: ${e.message}`));
    page.on('request', (r) => { if (!/^(file|data|blob|about):/.test(r.url())) page.problems.push(`request: ${r.url()}`); });
}

/** Everything decoded and painted. */
export async function untilReady(page) {
    await page.waitForFunction(() => window.flamepress && window.flamepress.ready, { timeout: 20000 });
    await page.evaluate(async () => { await window.flamepress.ready; });
    await page.evaluate(probe);
    await settle(page);
}

/** Two frames: what was asked for is painted. */
export async function settle(page) {
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

export async function closeReport(page) {
    const problems = page.problems;
    await page.close();
    if (problems.length) throw new Error('the page did what it should not:\n' + problems.join('\n'));
}

/** Opens, runs fn(page), closes and checks. */
export async function withReport(kind, file, options, fn) {
    const page = await openReport(kind, file, options);
    try {
        await fn(page);
    } catch (e) {
        if (page.problems.length) e.message += '\n' + page.problems.join('\n');
        await page.close();
        throw e;
    }
    await closeReport(page);
}

/* ---- reports made to order */

export function write(name, text) {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
}

/** Builds a report from a spec or a profile; returns its path. */
export function build(input, ...options) {
    const out = input.replace(/\.[a-z.]+$/, '') + '.html';
    const run = spawnSync(FLAMEPRESS, ['build', input, ...options, '-o', out], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`flamepress build ${input}: exit ${run.status}\n${run.stderr}`);
    return out;
}

/** perf script text of samples [seconds, cpu, comm, 'leaf;…;root']. */
export function perfText(samples) {
    return samples.map(([at, cpu, comm, stack]) => `${comm} 100/${100 + cpu} [00${cpu}] ${(1000 + at).toFixed(6)}: 20408163 cpu-clock: \n` +
        stack.split(';').map((name, i) => `\t${(0x401000 + i * 16).toString(16)} ${name}+0x1 (/srv/app)\n`).join('') + '\n').join('');
}

/** 8 seconds on two CPUs at 49 Hz, from a seed: enough shape for every test, small enough to count by hand. */
export function sampleProfile() {
    let seed = 7;
    const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648, Math.floor(seed / 65536) % n);
    const stacks = ['parse;handle;main', 'price;handle;main', 'hash;sign;handle;main', 'write;flush;main'];
    const samples = [];
    for (let tick = 0; tick < 8 * 49; tick++) {
        for (let cpu = 0; cpu < 2; cpu++) {
            const at = tick / 49 + cpu * 0.0071 + random(900) / 1e6;
            const burst = at > 5.2 && at < 5.8;
            if (!burst && random(10) < 6) continue;
            samples.push([at, cpu, burst ? 'burst' : 'server', burst ? 'spin;storm;main' : stacks[random(4)]]);
        }
    }
    return perfText(samples.sort((a, b) => a[0] - b[0]));
}

/* ---- what the answer should be, from the reference decoder and a plain loop */

const counted = new Map();

/** Samples of a file as [{time, stack}], in ns since the origin. */
export function samplesOf(file) {
    if (!counted.has(file)) {
        const text = execFileSync(FLAMEPRESS, ['inspect', '--samples', file], { encoding: 'utf8', maxBuffer: 1 << 30 });
        counted.set(file, text.split('\n').filter(Boolean).map((line) => {
            const field = line.split('\t');
            return { time: Number(field[0]), weight: Number(field[4]), stack: field[5].split(';') };
        }));
    }
    return counted.get(file);
}

/** How many samples lie in [from, to), in ns; of those that satisfy `also`. */
export function countSamples(file, from, to, also = () => true) {
    return samplesOf(file).filter((s) => s.time >= from && s.time < to && also(s)).length;
}

/* ---- the page's own account of itself */

export const selection = (page) => page.evaluate(() => window.flamepress.selection());
export const state = (page) => page.evaluate(() => window.flamepress.state());
export const text = (page, selector) => page.$eval(selector, (e) => e.textContent.trim());
export const value = (page, selector) => page.$eval(selector, (e) => e.value);
export const hash = (page) => page.evaluate(() => location.hash);

/** The middle of a cell in page coordinates. */
export async function cellAt(page, column, row) {
    return page.evaluate((c, r) => {
        const box = window.flamepress.cellRect(c, r);
        return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    }, column, row);
}

/** Colours of a canvas and how many pixels have each: nothing painted means one entry. */
export async function coloursOf(page, selector) {
    return page.$eval(selector, (canvas) => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        const seen = new Map();
        for (let i = 0; i < data.length; i += 4) {
            const key = (data[i] << 24 | data[i + 1] << 16 | data[i + 2] << 8 | data[i + 3]) >>> 0;
            seen.set(key, (seen.get(key) || 0) + 1);
        }
        return [...seen.entries()].sort((a, b) => b[1] - a[1]).slice(0, 200);
    });
}

export { readFileSync };

/** A cell's range in ns, from the definition: row edges are ceil(j · period / rows) in whole steps. */
export function cellRange(column, row, rows, periodNs = 1e9, stepNs = 1e5) {
    const edge = (j) => Math.ceil(j * (periodNs / stepNs) / rows) * stepNs;
    return [column * periodNs + edge(row), column * periodNs + edge(row + 1)];
}

/** The frames drawn: where, how wide, and the path of names from the thread's name down. */
export async function frames(page) {
    return page.evaluate(() => window.flamepress.frames().map((node) => {
        const r = window.flamepress.frameRect(node);
        return { x: r.x, y: r.y, width: r.width, height: r.height, path: window.flamepress.path(node) };
    }));
}
