/* SPDX-License-Identifier: MIT
 *
 * WebKitGTK through its WebDriver, plain: no library speaks it from Debian's packages. A page has the few methods of
 * puppeteer's that the tests use, so that the same test runs in a third engine. What WebDriver does not tell (console,
 * requests) stays unseen here; chromium and firefox watch for it. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';

const DRIVER = '/usr/bin/WebKitWebDriver';
const BROWSERS = ['4.1', '6.0', '4.0'].map((v) => `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/webkit2gtk-${v}/MiniBrowser`);
const XVFB = '/usr/bin/Xvfb';
const KEYS = { Escape: '\uE00C', Enter: '\uE007', Tab: '\uE004', ArrowLeft: '\uE012', ArrowUp: '\uE013', ArrowRight: '\uE014', ArrowDown: '\uE015',
    Home: '\uE011', End: '\uE010', PageUp: '\uE00E', PageDown: '\uE00F', Shift: '\uE008', Control: '\uE009', Backspace: '\uE003', Delete: '\uE017' };

/** What is missing for it, or ''. */
export function webkitMissing() {
    return [DRIVER, XVFB].find((path) => !existsSync(path)) || (BROWSERS.some(existsSync) ? '' : BROWSERS[0]);
}

const freePort = () => new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => done(port)); });
});

/** A display number comes from Xvfb itself, so that two runs do not meet. */
function startDisplay() {
    return new Promise((done, fail) => {
        const child = spawn(XVFB, ['-displayfd', '3', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
        let text = '';
        child.stdio[3].on('data', (part) => { text += part; if (text.includes('\n')) done({ child, display: `:${text.trim()}` }); });
        child.on('exit', (code) => fail(new Error(`Xvfb ended with ${code}`)));
    });
}

export async function launchWebkit() {
    const { child: screen, display } = await startDisplay(), port = await freePort();
    const driver = spawn(DRIVER, [`--port=${port}`, '--host=127.0.0.1'], {
        env: { ...process.env, DISPLAY: display, GDK_BACKEND: 'x11', LIBGL_ALWAYS_SOFTWARE: '1', WEBKIT_DISABLE_COMPOSITING_MODE: '1', WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', NO_AT_BRIDGE: '1' },
        stdio: 'ignore' });
    async function call(method, path, body) {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body), headers: body && { 'content-type': 'application/json' } });
        const { value } = await answer.json();
        if (!answer.ok) throw new Error(`WebKitWebDriver ${method} ${path}: ${value?.error}: ${value?.message}`);
        return value;
    }
    for (let tries = 0; ; tries++) {
        try { await call('GET', '/status'); break; } catch (e) { if (tries > 100) throw e; await pause(50); }
    }
    const { sessionId } = await call('POST', '/session', { capabilities: { alwaysMatch: {
        'webkitgtk:browserOptions': { binary: BROWSERS.find(existsSync), args: ['--automation'] } } } });
    const send = (method, path, body) => call(method, `/session/${sessionId}${path}`, body);
    await send('POST', '/timeouts', { script: 20000, pageLoad: 20000 });
    return {
        newPage: async () => pageOf(send),
        async close() {
            await send('DELETE', '').catch(() => {});
            driver.kill();
            screen.kill();
        },
    };
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/* One window, one page after the other: WebDriver steers the window that is in front. */
function pageOf(send) {
    const pointer = { x: 0, y: 0 };
    const act = (...steps) => send('POST', '/actions', { actions: [{ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions: steps }] });
    const move = (x, y) => { pointer.x = x; pointer.y = y; return { type: 'pointerMove', duration: 0, x: Math.round(x), y: Math.round(y), origin: 'viewport' }; };
    const down = { type: 'pointerDown', button: 0 }, up = { type: 'pointerUp', button: 0 };
    const keys = (...steps) => send('POST', '/actions', { actions: [{ type: 'key', id: 'keys', actions: steps.map(([type, key]) => ({ type, value: KEYS[key] || key })) }] });
    /* Called with what fn answers, also when that is a promise. */
    const RUN = `const done = arguments[arguments.length - 1], args = JSON.parse(arguments[0]);
        Promise.resolve().then(() => FN.apply(null, args)).then((v) => done({ value: v === undefined ? null : v }), (e) => done({ error: e && e.message + " " + e.stack }));`;
    const page = {
        problems: [],
        async evaluate(fn, ...args) {
            const answer = await send('POST', '/execute/async', { script: RUN.replace('FN', () => `(${fn})`), args: [JSON.stringify(args)] });
            if (answer.error) throw new Error(`in the page: ${answer.error}`);
            return answer.value;
        },
        $eval: (selector, fn, ...args) => page.evaluate(`(s, ...args) => (${fn})(document.querySelector(s), ...args)`, selector, ...args),
        $$eval: (selector, fn, ...args) => page.evaluate(`(s, ...args) => (${fn})([...document.querySelectorAll(s)], ...args)`, selector, ...args),
        $: (selector) => page.evaluate((s) => Boolean(document.querySelector(s)) || null, selector),
        title: () => send('GET', '/title'),
        async waitForFunction(fn, { timeout = 20000 } = {}, ...args) {
            for (const until = Date.now() + timeout; ; await pause(50)) {
                if (await page.evaluate(fn, ...args).catch(() => false)) return;
                if (Date.now() > until) throw new Error(`waited ${timeout} ms for ${fn}`);
            }
        },
        goto: (url) => send('POST', '/url', { url: 'about:blank' }).then(() => send('POST', '/url', { url })),
        reload: () => send('POST', '/refresh', {}),
        /* The driver's own Back skips steps that were made without a hand on the mouse. */
        goBack: () => page.evaluate(() => { setTimeout(() => history.back()); }).then(() => pause(100)),
        /* The window's frame is larger than the page in it. */
        async setViewport({ width, height }) {
            for (let tries = 0; tries < 3; tries++) {
                const inner = await page.evaluate(() => [innerWidth, innerHeight]), outer = await send('GET', '/window/rect');
                if (inner[0] === width && inner[1] === height) return;
                await send('POST', '/window/rect', { width: outer.width + width - inner[0], height: outer.height + height - inner[1] });
                await pause(100);
            }
        },
        mouse: {
            click: (x, y) => act(move(x, y), down, up),
            move: (x, y) => act(move(x, y)),
            down: () => act(move(pointer.x, pointer.y), down),
            up: () => act(up),
        },
        keyboard: {
            press: (key) => keys(['keyDown', key], ['keyUp', key]),
            down: (key) => keys(['keyDown', key]),
            up: (key) => keys(['keyUp', key]),
            type: (text) => keys(...[...text].flatMap((c) => [['keyDown', c], ['keyUp', c]])),
        },
        async click(selector, { count = 1 } = {}, n = 0) {
            const { x, y } = await page.evaluate((s, i) => {
                const e = document.querySelectorAll(s)[i];
                e.scrollIntoView({ block: 'nearest' });
                const r = e.getBoundingClientRect();
                return { x: r.x + r.width / 2, y: r.y + r.height / 2 };
            }, selector, n);
            await page.mouse.click(x, y);
            if (count > 1) await page.evaluate((s, i) => document.querySelectorAll(s)[i].select(), selector, n);
        },
        async $$(selector) {
            const n = await page.$$eval(selector, (all) => all.length);
            return Array.from({ length: n }, (_, i) => ({ click: () => page.click(selector, {}, i) }));
        },
        focus: (selector) => page.$eval(selector, (e) => e.focus()),
        async type(selector, text) { await page.focus(selector); await page.keyboard.type(text); },
        async screenshot({ path } = {}) {
            const png = Buffer.from(await send('GET', '/screenshot'), 'base64');
            if (path) (await import('node:fs')).writeFileSync(path, png);
            return png;
        },
        close: () => send('POST', '/url', { url: 'about:blank' }),
    };
    return page;
}
