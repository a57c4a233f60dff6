/* SPDX-License-Identifier: MIT
 *
 * The Export menu: what is shown, as a file or as text. Files are made when they are asked for and given to the browser
 * as blobs; nothing leaves the page. */
import { binCells, scaleTop } from './cells.js';
import { button, el } from './dom.js';
import { factsOf, takenOf, titleOf } from './export_facts.js';
import { changesMarkdown, hottest, markdownOf } from './export_markdown.js';
import { nflxprofileBytes, pprofBytes } from './export_protobuf.js';
import { flameSvg, heatSvg, latticeSvg } from './export_svg.js';
import { foldedText, speedscopeText, treeText } from './export_text.js';
import { flameScript } from './flame_script.js';
import { fitGrid } from './grid.js';
import { LAYOUTS } from './lattice.js';
import { listenInMenu } from './menu.js';
import { formatSeconds, formatShare, formatTime } from './numbers.js';
import { copyOf } from './save_copy.js';

const MARKDOWN_ROWS = 10, PICTURE_WIDTH = 1440, HEAD = 52, MARGIN = 16, MOST_PIXELS = 16000;
/* The function's own text; the arguments are those of the program's copy. */
const SCRIPT = `(${flameScript})(document.documentElement)`.replace(/]]>/g, ']] >');

/** app: see app.js. views: {flame, map} with picture(), svgLook() of a difference, changes(): of a comparison. */
export function createExportPart(app, views) {
    const opener = button('fp-export', 'Export', () => toggle(menu.hidden), { 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'aria-controls': 'fp-export-menu' });
    const what = el('p', { class: 'quiet', id: 'fp-export-what' });
    const item = (id, text, note, run, needs = () => '') => {
        const node = el('button', { role: 'menuitem', tabindex: '-1', id: `fp-export-${id}`, onclick: () => choose(node, run) }, el('span', {}, text), el('span', { class: 'quiet' }));
        return { node, note, needs };
    };
    const timed = () => (app.scene().p.has_time ? '' : 'there are no times'), spans = () => (app.scene().p.events[app.scene().state.event].n_spans ? 'spans have no place in it' : '');
    const groups = [
        ['Pictures', [item('svg', 'Flame graph, SVG', 'zoom and search inside', saveFlame),
            item('png', 'Flame graph, PNG', 'as shown', () => savePicture('flame', views.flame.picture(PICTURE_WIDTH - 2 * MARGIN))),
            item('map-svg', 'Heatmap, SVG', 'every cell', saveMap, timed), item('map-png', 'Heatmap, PNG', 'as shown', () => savePicture('heatmap', views.map.picture()), timed)]],
        ['The stacks shown', [item('folded', 'Folded stacks', 'flamegraph.pl, inferno', () => save('folded.txt', 'text/plain', foldedText(taken()))),
            item('speedscope', 'speedscope', 'speedscope.app', () => save('speedscope.json', 'application/json', speedscopeText(taken()))),
            item('pprof', 'pprof', 'go tool pprof', () => save('pb', 'application/octet-stream', [pprofBytes(taken())])),
            item('nflxprofile', 'nflxprofile', () => (app.scene().state.transforms.length ? 'every sample that is left, its stack as recorded' : 'every sample, FlameScope'), () => { const { store, filter } = app.scene(); save('nflxprofile', 'application/octet-stream', [nflxprofileBytes(taken(), store, filter)]); }, () => timed() || spans()),
            item('json', 'Call tree, JSON', 'for programs', () => save('json', 'application/json', treeText(taken())))]],
        ['This report', [item('copy', 'Save a copy', 'a file with your marks', saveCopy)]],
        ['Text and paper', [item('markdown', 'Copy as Markdown', 'for a ticket', copyMarkdown), item('print', 'Print', 'or save as PDF', () => window.print())]],
    ];
    const items = groups.flatMap(([, list]) => list);
    const menu = el('div', { id: 'fp-export-menu', role: 'menu', 'aria-label': 'Export', hidden: true }, what,
        ...groups.map(([title, list]) => el('div', { role: 'group', 'aria-label': title }, el('h2', { role: 'presentation' }, title), ...list.map((i) => i.node))));
    const root = el('div', { class: 'export' }, opener, menu);

    // ---- the menu

    function toggle(on) {
        if (on === !menu.hidden) return;
        menu.hidden = !on;
        opener.setAttribute('aria-expanded', String(on));
        if (!on) return;
        const { store } = app.scene();
        what.textContent = store ? factsOf(taken()) : 'Decoding the samples…';
        for (const { node, note, needs } of items) {
            const why = store ? needs() : 'not yet';
            node.disabled = Boolean(why);
            node.lastChild.textContent = why || (note.call ? note() : note);
        }
        focusable()[0]?.focus();
    }

    function leave() { toggle(false); opener.focus(); }

    const focusable = () => items.map((i) => i.node).filter((n) => !n.disabled);

    listenInMenu(menu, focusable, leave);
    document.addEventListener('pointerdown', (event) => { if (!root.contains(event.target)) toggle(false); });

    function choose(node, run) {
        try { run(); } catch (error) { app.say(`Export failed: ${error.message}`); node.lastChild.textContent = `failed: ${error.message}`; return; }
        leave();
    }

    // ---- what is shown, as files

    const taken = () => takenOf({ ...withShown(app.scene()) });

    function fileName(kind, ending) {
        const { p, state } = app.scene(), safe = p.id.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60) || 'profile';
        const range = state.range ? `-${formatSeconds(state.range.from, p.step_ns)}-${formatSeconds(state.range.to, p.step_ns)}s` : '';
        return `${safe}${range}${kind ? `-${kind}` : ''}.${ending}`;
    }

    function download(name, blob) {
        const url = URL.createObjectURL(blob), link = el('a', { href: url, download: name, hidden: true });
        root.append(link);
        link.click();
        link.remove();
        setTimeout(() => URL.revokeObjectURL(url), 60000);
        app.say(`${name} is downloaded`);
    }

    function saveFlame() {
        const look = views.svgLook(), t = taken();
        save('svg', 'image/svg+xml', flameSvg(look ? { ...t, stacks: look.stacks, weights: look.weights } : t, SCRIPT, look || {}), look ? look.name : '');
    }

    const save = (ending, type, parts, kind = '') => download(fileName(kind, ending), new Blob(parts, { type }));

    /** Names of the rows, and what the layout is. */
    function latticeWords({ grid, lattice, layout, norm, p, state }) {
        const names = grid.who ? Array.from({ length: lattice.h }, (_, y) => grid.who.rows[lattice.at(0, y) % grid.rows]?.text ?? '') : null;
        return { names, words: [layout === 'stretches' ? 'stretches side by side' : `${LAYOUTS[layout]}, ${formatTime(grid.periodSteps * p.step_ns)} each`, grid.who ? `a row per ${state.by}` : '',
            state.part ? `${formatTime(state.part.from * p.step_ns)} to ${formatTime(state.part.to * p.step_ns)}` : '', state.curve === 'linear' ? '' : `${state.curve} scale`, norm === 'none' ? '' : `per ${norm}`].filter(Boolean).join(' \u00b7 ') };
    }

    function saveMap() {
        const scene = app.scene(), { p, state, norm, layout } = scene, all = { ...taken(), weights: scene.wholeWeights };
        let parts;
        if (!scene.grid.who && layout === 'up' && !state.part && state.curve === 'linear' && norm === 'none') {
            const grid = fitGrid(p, state.periodNs, state.rows), cells = binCells(scene.store.samples, scene.filter, grid);
            parts = heatSvg(all, cells, grid, scaleTop(cells, state.scale).top, state.palette);
        } else parts = latticeSvg(all, scene.lattice, scene.levels, state.palette, latticeWords(scene));
        save('svg', 'image/svg+xml', parts, 'heatmap');
    }

    /* The file again: what stands in it is not worked out by what is shown now. */
    function saveCopy() {
        const { head, state } = app.scene(), name = decodeURIComponent(window.location.pathname.split('/').pop()).replace(/(-marked)?(\.x?html?)?$/i, '') || 'report';
        download(`${name}-marked.html`, new Blob(copyOf(document, app.summary, state.marks, head), { type: 'text/html' }));
    }

    /** picture: {width, height, paint(ctx)}. Title and facts are painted above it. */
    function savePicture(kind, { width, height, paint }) {
        const { colors } = app.scene(), full = { w: width + 2 * MARGIN, h: height + HEAD + MARGIN }, canvas = document.createElement('canvas');
        const ratio = Math.min(2, MOST_PIXELS / full.w, MOST_PIXELS / full.h), ctx = canvas.getContext('2d');
        canvas.width = Math.round(full.w * ratio);
        canvas.height = Math.round(full.h * ratio);
        ctx.scale(ratio, ratio);
        ctx.fillStyle = colors.paper;
        ctx.fillRect(0, 0, full.w, full.h);
        ctx.textBaseline = 'alphabetic';
        ctx.fillStyle = colors.ink;
        ctx.font = `600 16px ${colors.font}`;
        ctx.fillText(titleOf(taken()), MARGIN, 24, width);
        ctx.fillStyle = colors.quiet;
        ctx.font = `12px ${colors.font}`;
        ctx.fillText((kind === 'flame' && views.svgLook()?.facts) || factsOf(taken()), MARGIN, 42, width);
        ctx.translate(MARGIN, HEAD);
        ctx.beginPath();
        ctx.rect(0, 0, width, height);
        ctx.clip();
        paint(ctx);
        canvas.toBlob((blob) => (blob ? download(fileName(kind, 'png'), blob) : app.say('Export failed: the picture is too large')), 'image/png');
    }

    // ---- text

    async function copyMarkdown() {
        const scene = app.scene(), t = taken(), part = scene.state.range ? `${formatShare(scene.weights.weight, scene.wholeWeight)} of the whole` : '';
        const done = await app.copyText(markdownOf(t, hottest(treeOf(scene), t.weights, MARKDOWN_ROWS), { url: app.link(), part, extra: changesMarkdown(scene.compare, views.changes()) }));
        app.say(opener.textContent = done ? 'Copied' : 'Copying is not allowed here');
        setTimeout(() => { opener.textContent = 'Export'; }, 1600);
    }

    return { root, saveCopy, open: () => !menu.hidden, close: leave, render() {} };
}

/* The stacks as they are shown: as the transforms leave them. */
const treeOf = (scene) => scene.plainView;
const withShown = (scene) => ({ ...pick(scene), stacks: treeOf(scene).stacks, weights: scene.plainWeights });
const pick = ({ head, p, state, range }) => ({ head, p, state, range });
