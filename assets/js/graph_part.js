/* SPDX-License-Identifier: MIT
 *
 * The part of the page about stacks: the tools above the flame graph, the graph, and the facts of the frame under the
 * pointer. */
import { button, el, onNextFrame, segmented } from './dom.js';
import { createFlameView } from './flame_view.js';
import { ancestorsOf, frameKind, frameModule, frameName, framePackage } from './layout.js';
import { formatCount, formatShare } from './numbers.js';
import { KIND_NAMES, kindColour, packageCss } from './palette.js';
import { words } from './units.js';
import { isEveryone } from './who.js';

/* Packages named under the graph; all of them stand in the side panel. */
const LEGEND_PACKAGES = 6;
const KIND_WORDS = { user: 'user', kernel: 'kernel', jit: 'JIT', inlined: 'inlined', thread: 'thread' };

/** app: see app.js. */
export function createGraphPart(app) {
    const flame = createFlameView({
        onZoom: (node) => app.apply({ zoom: node === app.scene().state.zoom ? 0 : node }, 'push'),
        onHover: (node, event) => sayFrame(node, event),
    });
    const mode = segmented('Direction', [[false, 'Flame', 'root at the bottom'], [true, 'Icicle', 'root at the top']], (icicle) => app.apply({ icicle }, 'replace'));
    mode.root.id = 'fp-mode';
    const colours = segmented('Colours of the frames', [[false, 'Kind', 'colours tell user, kernel, JIT and inlined apart'], [true, 'Package', 'colours tell packages apart']],
        (byPackage) => app.apply({ byPackage }, 'replace'));
    colours.root.id = 'fp-colours';
    const crumbs = el('nav', { id: 'fp-crumbs', 'aria-label': 'Zoomed into' });
    const resetZoom = button('fp-reset-zoom', 'Reset zoom', () => app.apply({ zoom: 0 }, 'push'), { hidden: true });
    const search = el('input', { id: 'fp-search', type: 'search', placeholder: 'Search frames (regex)', 'aria-label': 'Search frames, a regular expression',
        'aria-describedby': 'fp-search-error fp-matched', autocomplete: 'off', spellcheck: 'false', oninput: () => { searchWaits = true; searchNow(); } });
    const withCase = el('button', { type: 'button', id: 'fp-case', 'aria-pressed': 'false', title: 'match upper and lower case',
        onclick: () => app.apply({ caseSensitive: !app.scene().state.caseSensitive }, 'replace') }, 'Aa');
    const matched = el('output', { id: 'fp-matched', class: 'num', hidden: true });
    const searchError = el('span', { id: 'fp-search-error', class: 'field-error', role: 'alert', hidden: true });
    const tools = el('div', { class: 'tools' }, mode.root, colours.root, resetZoom, crumbs,
        el('div', { class: 'search', role: 'search' }, search, matched, withCase, searchError));
    const kinds = el('ul', { id: 'fp-kinds', class: 'kinds', 'aria-label': 'Colours of the frames' });
    const readout = el('output', { id: 'fp-readout', class: 'num', dir: 'auto' });
    const root = el('section', { class: 'graph-section', 'aria-label': 'Flame graph' }, tools, flame.root, el('div', { class: 'under' }, kinds, readout));

    let searchWaits = false;
    const searchNow = onNextFrame(() => { searchWaits = false; app.apply({ query: search.value }, 'replace'); });

    function messageOf({ state, weights }) {
        if (weights.weight) return '';
        if (!isEveryone(state.who)) return 'Nothing of these threads and CPUs here. Select another cell, or clear the filter.';
        return state.range ? 'Nothing in this selection. Select another cell, or press w for the whole profile.' : 'No samples of this event.';
    }

    function renderGraph(scene) {
        const { store, weights, zoom, state, unit } = scene, { stacks } = store, { total } = weights, { matched: matching } = scene;
        flame.update({ store, weights, zoom, icicle: state.icicle, hit: scene.hit, dark: scene.dark, colors: scene.colors, unit,
            byPackage: state.byPackage, packageColours: scene.packageColours, message: messageOf(scene),
            label: `Flame graph of ${words(unit, total[0])}${zoom ? `, zoomed into ${frameName(stacks, zoom)}` : ''}` });
        const { error } = scene.search;
        searchError.textContent = error;
        searchError.hidden = !error;
        search.setAttribute('aria-invalid', String(Boolean(error)));
        matched.hidden = !matching;
        matched.textContent = matching ? `${formatShare(matching.weight, total[zoom])} matched` : '';
        matched.title = matching ? `${words(unit, matching.weight)} in ${formatCount(matching.nodes)} frames` : '';
        renderCrumbs(stacks, zoom);
        renderLegend(scene);
        sayFrame(-1, null);
    }

    function renderLegend({ state, dark, packages, packageColours, kinds: present, store }) {
        const theme = dark ? 'dark' : 'light';
        colours.root.hidden = store.stacks.packages.length < 2;
        const rows = state.byPackage ? packages.filter((r) => r.name).slice(0, LEGEND_PACKAGES).map((r) => [r.name, packageCss(theme, packageColours[r.id])])
            : KIND_NAMES.map((name, k) => [KIND_WORDS[name], kindColour(theme, k)]).filter((_, k) => present.has(k));
        kinds.replaceChildren(...rows.map(([text, colour]) => {
            const swatch = el('i', { class: 'swatch' });
            swatch.style.setProperty('background', colour);
            return el('li', {}, swatch, el('bdi', {}, text));
        }));
    }

    function renderCrumbs(stacks, zoom) {
        resetZoom.hidden = !zoom;
        const path = zoom ? ancestorsOf(stacks, zoom) : [], parts = [];
        for (const node of path.length > 6 ? [path[0], path[1], -1, ...path.slice(-3)] : path) {
            if (parts.length) parts.push(el('span', { class: 'quiet', 'aria-hidden': 'true' }, '›'));
            if (node < 0) parts.push(el('span', { class: 'quiet' }, '…'));
            else parts.push(el('button', { type: 'button', class: 'crumb', 'data-node': String(node), title: frameName(stacks, node).slice(0, 300), onclick: () => app.apply({ zoom: node }, 'push'),
                'aria-current': node === zoom ? 'true' : null }, el('bdi', {}, frameName(stacks, node).slice(0, 200))));
        }
        crumbs.replaceChildren(...parts);
    }

    function frameFacts(node) {
        const { store: { stacks }, unit, weights: w, wholeWeights } = app.scene();
        const kind = node === 0 ? '' : KIND_WORDS[KIND_NAMES[frameKind(stacks, node)]], module = frameModule(stacks, node), own = framePackage(stacks, node);
        return { name: frameName(stacks, node), total: words(unit, w.total[node]), self: words(unit, w.self[node]), ofRange: formatShare(w.total[node], w.total[0]),
            ofWhole: formatShare(w.total[node], wholeWeights.weight), module, kind, package: own && own !== module ? `package ${own}` : '' };
    }

    function sayFrame(node, event) {
        const { store, state } = app.scene();
        if (node < 0 || !store) { readout.textContent = ''; app.tooltip.hide(); return; }
        const f = frameFacts(node), of = state.range ? [`${f.ofRange} of the selection`, `${f.ofWhole} of the whole`] : [`${f.ofWhole} of the whole`];
        readout.replaceChildren(el('bdi', { class: 'name' }, f.name), [`total ${f.total}`, ...of, `self ${f.self}`, f.kind, f.module, f.package].filter(Boolean).map((t) => ` · ${t}`).join(''));
        if (!event) { app.tooltip.hide(); app.say(readout.textContent); return; }
        app.tooltip.show([[f.name.length > 400 ? f.name.slice(0, 400) + '…' : f.name, 'name'], [[`total ${f.total}`, ...of].join(' · ')], [`self ${f.self}`],
            [[f.kind, f.module, f.package].filter(Boolean).join(' · '), 'quiet']].filter(([t]) => t), event.clientX, event.clientY);
    }

    return {
        root,
        focusSearch() { search.focus(); search.select(); },
        clearSearch() { search.value = ''; app.apply({ query: '' }, 'replace'); },
        resize(mainScroll) {
            const wide = window.matchMedia('(min-width: 1000px)').matches;
            const top = flame.root.getBoundingClientRect().top + window.scrollY + mainScroll, under = flame.root.nextElementSibling.offsetHeight;
            flame.resize(wide ? Math.max(260, window.innerHeight - top - under - 18) : Math.min(520, Math.max(300, window.innerHeight * 0.6)));
        },
        render(scene) {
            const { state } = scene;
            mode.set(state.icicle);
            colours.set(state.byPackage);
            withCase.setAttribute('aria-pressed', String(state.caseSensitive));
            if (!searchWaits) search.value = state.query;
            if (scene.store) renderGraph(scene);
            else flame.update({ store: null, message: 'Decoding the stacks…', label: 'flame graph, not decoded yet', icicle: state.icicle, colors: scene.colors, dark: scene.dark, unit: scene.unit });
        },
        flameRoot: flame.root, flame,
        /** For the test hook of page.js. */
        hook: {
            frameRect: flame.frameRect, frames: flame.frames,
            path: (node) => { const { stacks } = app.scene().store; return ancestorsOf(stacks, node).slice(1).map((n) => frameName(stacks, n)); },
        },
    };
}
