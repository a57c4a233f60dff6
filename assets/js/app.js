/* SPDX-License-Identifier: MIT
 *
 * State in, views out. One state (state.js) says what is shown; every control makes a new one; apply() writes it into
 * the address and render() gives each part of the page the scene (scene.js) of that state. A part builds its own
 * elements, reads the scene and calls the app; parts do not know each other. */
import { el, keepFocus, onNextFrame, onPaper, tell, themeColors } from './dom.js';
import { createComparePart } from './compare_part.js';
import { createExportPart } from './export_part.js';
import { createGraphPart } from './graph_part.js';
import { createHeaderPart } from './header_part.js';
import { createKeySheet, listenKeys } from './keys.js';
import { readCounts, readHead, readSeries, readStore } from './load.js';
import { closeMenu } from './menu.js';
import { createMapPart } from './map_part.js';
import { createPickPart } from './pick_part.js';
import { createScenes } from './scene.js';
import { escapeRegex } from './search.js';
import { shown as plain } from './shown.js';
import { createSidePanel } from './side_panel.js';
import { defaultState, printState, readState } from './state.js';
import { createTooltip } from './tooltip.js';

/** summary: as it came (save_copy.js). Returns what page.js gives to the console. */
export function startApp(root, summary, fail) {
    const head = readHead(), panels = head.profiles.map(() => ({ counts: null, store: null, series: null, asked: {} }));
    const timings = { start: performance.now() }, sceneOf = createScenes(head);
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    let colors = themeColors(), state, scene, shown = null;

    const live = el('div', { class: 'hidden-text', 'aria-live': 'polite', id: 'fp-live' });
    const notice = el('p', { class: 'notice', role: 'status', id: 'fp-notice', hidden: true });

    /* What the parts may use. */
    const app = {
        head, summary, tooltip: createTooltip(), sheet: createKeySheet(),
        /** What is shown now; scene.js. */
        scene: () => scene,
        /** Changes the state. history: push (a step for Back), replace, or none (while something is dragged). */
        apply: (change, history) => setState({ ...state, ...change }, history),
        setState, render, refocus: keepFocus(root),
        showProfile(k, compare = state.compare === 'pin' ? 'pin' : '') {
            if (k === state.profile || !head.profiles[k]) return;
            setState({ ...defaultState(head, k), pin: state.pin, compare, marks: state.marks }, 'push');
        },
        /** To screen readers. */
        say(text) { live.textContent = plain(text); },
        link: () => String(window.location.href).replace(/#.*$/, '') + printState(state, head),
        /** Follows a link of the notes of profile k (NaN: of the report): what it does not say stays as it is. */
        follow: (hash, k) => setState(readState(hash, head, state, k >= 0 ? k : state.profile).state, 'push'),
        /** Searches for a name. */
        find: (name) => app.apply({ query: `^${escapeRegex(name)}$` }, 'replace'),
        copyText,
    };
    const header = createHeaderPart(app), pick = createPickPart(app), map = createMapPart(app, pick.root), graph = createGraphPart(app);
    const exports = createExportPart(app, { flame: graph.flame, map, svgLook: graph.svgLook, changes: () => compare.result() });
    header.buttons.insertBefore(exports.root, header.buttons.lastChild);
    app.chooseWho = pick.chooseWho;
    app.hint = map.hint;
    app.saveCopy = exports.saveCopy;
    /** Selects a range that may not be in the part that is looked at. */
    app.select = (range, more) => { app.apply({ range, ...more }, 'push'); map.show(range); };
    app.mark = () => side.mark();
    const compare = createComparePart(app), side = createSidePanel(app), parts = [header, pick, map, graph, side, compare];
    // A list that was clicked stays where it is; what changed comes below it.
    side.root.firstChild.after(compare.side);
    const main = el('div', { class: 'main', role: 'main' }, notice, ...map.roots, compare.root, graph.root);
    root.replaceChildren(header.root, el('div', { class: 'body' }, main, side.root), app.tooltip.root, app.sheet.root, live);

    // ---- state

    function setState(next, history) {
        const p = head.profiles[next.profile];
        if (next.zoom >= p.n_nodes) next.zoom = 0;
        state = next;
        if (history !== 'none') writeAddress(history);
        render();
    }

    /** A sandboxed frame may have no history: the page then works without an address. */
    function writeAddress(how) {
        const hash = printState(state, head) || '#';
        if (hash === (window.location.hash || '#')) return;
        try {
            if (how === 'push') window.history.pushState(null, '', hash); else window.history.replaceState(null, '', hash);
        } catch {
            try { if (how === 'push') window.location.hash = hash; else window.location.replace(hash); } catch { /* no address, then */ }
        }
    }

    function readAddress() {
        const { state: read, problems, anchor } = readState(window.location.hash, head);
        if (anchor && state) return;
        tell(notice, problems.length ? `Part of the link was not understood: ${problems.join('; ')}` : '');
        map.drop();
        setState(read, 'none');
    }

    // ---- rendering

    function render() {
        const began = performance.now(), k = state.profile;
        scene = sceneOf(state, panels[k], { colors, dark: dark.matches && !onPaper() }, panels.map((panel) => panel.store));
        if (shown !== k) {
            shown = k;
            for (const part of parts) part.showProfile?.(scene);
            if (scene.p.has_time) want(k, 'counts');
            want(k, 'store');
            if (scene.p.series) want(k, 'series');
        }
        if (scene.compare?.wants >= 0) want(scene.compare.wants, 'store');
        for (const part of parts) part.render(scene);
        map.renderFacts(scene);
        app.refocus();
        if (scene.store) timings.select = performance.now() - began;
    }

    /** What a profile has of each kind, read when it is first wanted. */
    const READ = { counts: readCounts, series: readSeries, store: readStore };
    function want(k, what) {
        const { asked } = panels[k];
        asked[what] ??= READ[what](head, k, (share) => { if (shown === k) graph.decoding(share); }).then((value) => {
            panels[k][what] = value;
            if (what === 'store') timings.stacks ??= performance.now();
            if (shown === k ? what !== 'counts' || !panels[k].store : state.compare && what === 'store') render();
            if (what === 'counts') timings.map ??= performance.now();
            if (shown === k && what === 'store') timings.graph ??= performance.now();
        });
        asked[what].catch(fail);
    }

    // ---- actions

    async function copyText(text) {
        try { await navigator.clipboard.writeText(text); return true; } catch { /* no leave: the old way */ }
        const field = el('textarea', { class: 'hidden-text', readonly: true }, text);
        root.append(field);
        field.select();
        let done = false;
        try { done = document.execCommand('copy'); } catch { /* no way at all */ }
        field.remove();
        return done;
    }

    /** Esc: what is open, a first click, zoom, search, transforms, selection: one step each time. */
    function escape(event) {
        if (app.sheet.open()) app.sheet.toggle(false);
        else if (exports.open()) exports.close();
        else if (closeMenu()) { /* that was it */ }
        else if (map.drop()) render();
        else if (state.zoom) app.apply({ zoom: 0, up: 0 }, 'push');
        else if (state.query) graph.clearSearch();
        else if (graph.undo()) { /* the last transform */ }
        else if (state.range) map.whole();
        else { app.tooltip.hide(); return; }
        event.preventDefault();
    }

    listenKeys({ escape, search: graph.focusSearch, whole: map.whole, icicle: () => graph.setView(state.view === 'flame' ? 'icicle' : 'flame'),
        view: graph.setView, match: graph.stepMatch, rest: compare.rest, pin: compare.pin, swap: compare.swap, sheet: () => app.sheet.toggle(!app.sheet.open()), tab: (by) => app.showProfile(state.profile + by) });
    window.addEventListener('popstate', readAddress);
    window.addEventListener('hashchange', () => { if ((printState(state, head) || '') !== window.location.hash) readAddress(); });

    // ---- size, theme, print

    function resize() { map.resize(); graph.resize(main.scrollTop); }
    window.addEventListener('resize', onNextFrame(resize));
    // What stands above the graph comes and goes with the choices, and scroll bars with it.
    const resized = new ResizeObserver(onNextFrame(resize));
    for (const part of [...main.children, graph.flameRoot]) resized.observe(part);
    function retheme() { colors = themeColors(); render(); }
    dark.addEventListener?.('change', retheme);
    for (const type of ['beforeprint', 'afterprint']) window.addEventListener(type, () => { document.documentElement.classList.toggle('fp-print', type === 'beforeprint'); retheme(); resize(); });

    // ---- begin

    readAddress();
    resize();
    const laidOut = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))));
    return {
        ready: Promise.all([panels[shown].asked.counts, panels[shown].asked.store]).then(laidOut),
        scene: () => scene, map: map.map, ...graph.views, compare, timings,
    };
}
