/* SPDX-License-Identifier: MIT
 *
 * Makes the pictures of the README from the real demo report: `make pictures`. Chromium at 1440 × 900, light and
 * dark, with the burst of the quickstart selected.
 * Usage: node docs/pictures/make-pictures.mjs REPORT.html [FOLDER] */
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(join(here, '../../tests/browser/package.json'));
const { default: puppeteer } = await import(pathToFileURL(require.resolve('puppeteer-core')).href);

const [report, folder = here] = process.argv.slice(2);
const browser = await puppeteer.launch({ executablePath: ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync),
    args: ['--no-sandbox', '--font-render-hinting=none'] });
for (const scheme of ['light', 'dark']) {
    const page = await browser.newPage();
    await page.setViewport({ width: 1440, height: 900 });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
    await page.goto(pathToFileURL(report).href + '#t=44.3..48.9');
    await page.waitForFunction(() => window.flamepress && window.flamepress.ready);
    await page.evaluate(async () => { await window.flamepress.ready; });
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await page.screenshot({ path: join(folder, `report-${scheme}.png`) });
    await page.close();
}
await browser.close();
