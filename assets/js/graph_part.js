/* SPDX-License-Identifier: MIT
 *
 * The part of the page about stacks: the tools above the views, the view that is chosen, and the facts of the frame under
 * the pointer. Every view shows the same samples, as the transforms leave their stacks. */
import { button, el, segmented } from './dom.js';
import { directionOf, percent, points } from './compare_part.js';
import { DEEP } from './diff_tree.js';
import { createFlameView } from './flame_view.js';
import { VIEWS, zoomOf } from './graphs.js';
import { ancestorsOf, frameKind, frameModule, frameName, framePackage, layoutFrames } from './layout.js';
import { formatCount, formatShare, formatSteps, formatTime } from './numbers.js';
import { KIND_NAMES, ROOT_CLASS, diffTable, ROOT_PACKAGE_CLASS, flameTable, frameClasses, kindColour, packageClasses, packageCss, packageTable } from './palette.js';
import { createSearchBox } from './search_box.js';
import { createTableView } from './table_view.js';
import { MOST_SAMPLES, chartOf } from './time_chart.js';
import { createTransformBar } from './transform_bar.js';
import { createTreeView } from './tree_view.js';
import { words } from './units.js';
import { isEveryone } from './who.js';

/* Packages named under the graph; all of them stand in the side panel. */
const LEGEND_PACKAGES = 6;
const KIND_WORDS = { user: 'user', kernel: 'kernel', jit: 'JIT', inlined: 'inlined', thread: 'thread' };
const VIEW_WORDS = { flame: ['Flame', 'callers below, callees above'], icicle: ['Icicle', 'callers above, callees below'], inverted: ['Inverted', 'who called: from the leaf up'],
    middle: ['Middle-out', 'callers above, callees below one function'], time: ['In time', 'stacks in the order of time, a track per thread'], table: ['Table', 'functions, sorted'], tree: ['Tree', 'opens and closes'] };

/** What has vanished is only an outline. */
const hollowLast = (table) => table.map((style, i) => (i === table.length - 1 ? { ...style, hollow: true } : style));

/** app: see app.js. */
export function createGraphPart(app) {
    const scene = () => app.scene(), state = () => scene().state;
    const canvasCalls = (graphOf) => ({
        onZoom: (node, i) => zoomInto(graphOf(), node, i), onHover: (node, event, i) => sayNode(graphOf(), node, event, i),
        onMenu: (node, i, x, y) => openNodeMenu(graphOf(), node, i, x, y), onKey: (node, i, event) => node > 0 && bar.key(frameName((graphOf() || scene().view).stacks, node), event),
    });
    const shownGraph = () => (state().view === 'middle' ? scene().middle.callees : state().view === 'time' ? null : scene().graph);
    const callers = createFlameView('fp-callers', canvasCalls(() => scene().middle.callers)), flame = createFlameView('fp-flame', canvasCalls(shownGraph));
    const frameOf = (f) => { const { frames, names, modules, packages } = scene().view.stacks; return { name: names[frames.name[f]], module: modules[frames.module[f]], package: packages[frames.package[f]] }; };
    const table = createTableView({ onSort: (by) => app.apply({ sort: by, sortUp: state().sort === by ? !state().sortUp : by === 'name' || by === 'package' }, 'replace'),
        onEnter: (f) => bar.middle(frameOf(f).name), onMenu: (f, x, y) => bar.openFrame(frameOf(f), x, y), onActive: sayFunction, onKey: (f, event) => bar.key(frameOf(f).name, event) });
    const tree = createTreeView({ onEnter: (node) => zoomInto(scene().graph, node), onMenu: (node, x, y) => openNodeMenu(scene().graph, node, -1, x, y),
        onActive: (node) => sayNode(scene().graph, node, null), onKey: (node, event) => node > 0 && bar.key(frameName(scene().graph.stacks, node), event) });

    const bar = createTransformBar(app);
    const search = createSearchBox(app, { keepOnly: () => bar.add(state().caseSensitive ? 'keepcase' : 'keep', state().query, { query: '' }), matches: {
        list() {
            if (state().view === 'table') return Array.from(scene().rows.keys());
            return state().view === 'tree' ? tree.matches() : [...flame.matches().map((i) => [flame, i]), ...(state().view === 'middle' ? callers.matches().map((i) => [callers, i]) : [])];
        },
        show(one) { if (state().view === 'table') table.activate(one); else if (state().view === 'tree') tree.reveal(one); else one[0].showMatch(one[1]); },
    } });
    const mode = segmented('View of the stacks', VIEWS.map((v) => [v, ...VIEW_WORDS[v]]), setView);
    mode.root.id = 'fp-mode';
    const colours = segmented('Colours of the frames', [[false, 'Kind', 'colours tell user, kernel, JIT and inlined apart'], [true, 'Package', 'colours tell packages apart']],
        (byPackage) => app.apply({ byPackage }, 'replace'));
    colours.root.id = 'fp-colours';
    const treeWay = segmented('Direction of the tree', [[false, 'callees', 'from the root down'], [true, 'callers', 'from the leaf up']], (treeCallers) => app.apply({ treeCallers, zoom: 0, up: 0 }, 'replace'));
    treeWay.root.id = 'fp-tree-way';
    const crumbs = el('nav', { id: 'fp-crumbs', 'aria-label': 'Zoomed into' }), middleNote = el('p', { id: 'fp-middle', class: 'quiet' });
    const resetZoom = button('fp-reset-zoom', 'Reset zoom', () => app.apply({ zoom: 0, up: 0 }, 'push'), { hidden: true });
    const context = el('div', { class: 'tools context' }, bar.list, treeWay.root, middleNote, resetZoom, crumbs, search.found);
    const kinds = el('ul', { id: 'fp-kinds', class: 'kinds', 'aria-label': 'Colours of the frames' });
    const readout = el('output', { id: 'fp-readout', class: 'num', dir: 'auto' });
    const body = el('div', { class: 'stacks' }, callers.root, flame.root, table.root, tree.root), under = el('div', { class: 'under' }, colours.root, kinds, readout);
    const root = el('section', { class: 'graph-section', 'aria-label': 'Flame graph' }, el('div', { class: 'tools' }, mode.root, bar.opener, search.field), context, body, under);

    let height = 300, classes = null, classesOf = [], tables = null, tablesOf = '', diffTables = null, diffTablesOf = '';

    function setView(view) {
        const before = zoomOf(state()), after = zoomOf({ ...state(), view });
        app.apply({ view, ...(before && after && before !== after ? { zoom: 0, up: 0 } : {}) }, 'push');
    }

    // ---- colours

    /** Of a comparison: by what each node grew or shrank. */
    function diffColouring({ dark, difference }) {
        const key = `diff ${dark}`, name = dark ? 'dark' : 'light', { classes: of } = difference;
        if (diffTablesOf !== key) { diffTables = { plain: hollowLast(diffTable(name, DEEP)), faded: hollowLast(diffTable(name, DEEP, { faded: true })) }; diffTablesOf = key; }
        return { ...diffTables, classOf: (node) => (node === 0 ? DEEP : of[node]) };
    }

    /** Class of a frame, and the fills of the classes. */
    function colouring({ dark, state: { byPackage }, view: { stacks }, packageColours }) {
        const theme = `${dark ? 'dark' : 'light'} ${byPackage}`;
        if (tablesOf !== theme) {
            const make = byPackage ? packageTable : flameTable, name = dark ? 'dark' : 'light';
            tables = { plain: make(name), faded: make(name, { faded: true }) };
            tablesOf = theme;
        }
        if (classesOf[0] !== stacks.frames || classesOf[1] !== byPackage) {
            classes = byPackage ? packageClasses(stacks, packageColours) : frameClasses(stacks);
            classesOf = [stacks.frames, byPackage];
        }
        const root = byPackage ? ROOT_PACKAGE_CLASS : ROOT_CLASS, of = classes;
        return { ...tables, frameClass: (f) => of[f], nodeClass: ({ frame }) => (node) => (node === 0 ? root : of[frame[node]]) };
    }

    // ---- views

    function messageOf({ state: s, weights, p }) {
        if (s.view === 'time' && !p.has_time) return 'This profile has no times.';
        if (weights.weight) return '';
        if (s.transforms.length) return 'No stack of this selection is left. Take back what was done to the stacks (above), or select another cell.';
        if (!isEveryone(s.who)) return 'Nothing of these threads and CPUs here. Select another cell, or clear the filter.';
        return s.range ? 'Nothing in this selection. Select another cell, or press w for the whole profile.' : 'No samples of this event.';
    }

    function canvasModel(s, graph, more) {
        const { hit, unit, state: { tiny } } = s, look = colouring(s), { stacks, end, total, zoom } = graph, message = messageOf(s);
        const isDiff = s.difference !== null && graph === s.graph;
        return { graph, message, colors: s.colors, colouring: isDiff ? diffColouring(s) : { ...look, classOf: look.nodeClass(stacks) }, hit: hit && ((node) => node !== 0 && hit[stacks.frame[node]] === 1),
            layoutOf: message ? null : (widthPx) => layoutFrames(stacks, end, total, { zoom, widthPx, minPx: Math.max(0.5, tiny * widthPx) }),
            label: (node) => (node === 0 ? (isDiff ? `all of ${s.difference.target.id}` : `all · ${words(unit, total[0])}`) : frameName(stacks, node)),
            title: `${isDiff ? 'Differential flame' : VIEW_WORDS[s.state.view][0]} graph of ${isDiff ? `${s.difference.base.id} to ${s.difference.target.id}` : words(unit, total[0])}${zoom ? `, zoomed into ${frameName(stacks, zoom)}` : ''}`, ...more };
    }

    function showMiddle(s) {
        const { callers: up, callees: down } = s.middle, name = s.middleName, none = messageOf(s) || (s.middle.weight ? '' : `${name.slice(0, 200)} is not in this selection. Choose another function from its menu.`);
        const side = (graph, more) => canvasModel(s, { ...graph, zoom: graph.zoom || Math.min(1, graph.stacks.nNodes - 1) }, { ...(none ? { layoutOf: null, message: more.icicle ? none : '' } : {}), ...more });
        callers.update(side(up, { icicle: false, firstRow: 2, title: `Callers of ${name}` }));
        sizeViews();
        flame.update(side(down, { icicle: true, firstRow: 1, title: `${name} and what it calls, ${words(s.unit, s.middle.weight)}` }));
    }

    function showTime(s) {
        const { view, store, range, filter, unit, p } = s, trackAt = (i) => chart.tracks.find((t) => t.row === flame.box(i).row), nameOf = ({ thread }) => `${p.threads[thread][2] || '[no name]'} ${p.threads[thread][1] >= 0 ? p.threads[thread][1] : ''}`;
        let chart = null;
        const counted = s.weights.samples > MOST_SAMPLES, message = messageOf(s) || (counted
            ? `${formatCount(s.weights.samples)} samples are too many for a chart in time. Select a shorter stretch on the map: up to ${formatCount(MOST_SAMPLES)}.` : '');
        flame.update({ ...canvasModel(s, { ...view, ...s.viewWeights, zoom: 0 }), graph: null, icicle: true, message, title: `Stacks in time, ${words(unit, s.weights.weight)}`,
            layoutOf: message ? null : (widthPx) => (chart = chartOf(store, range, filter, view, { widthPx })),
            label: (node, i) => { if (node) return frameName(view.stacks, node); const t = trackAt(i); return t ? `${nameOf(t)} · ${words(unit, t.weight)}` : ''; } });
    }

    function showTable(s) {
        const look = colouring(s), { stacks } = s.view;
        table.update({ rows: s.functions, order: s.rows, stacks, weight: s.difference ? s.difference.diff.ofTarget : s.weights.weight, scale: s.baseScale, sort: s.state.sort, sortUp: s.state.sortUp, unit: s.unit,
            colourOf: (f) => look.plain[look.frameClass(f)].fill, label: `${formatCount(s.rows.length)} functions of ${words(s.unit, s.weights.weight)}` });
    }

    function showTree(s) {
        const { graph, hit } = s, look = colouring(s), classOf = look.nodeClass(graph.stacks);
        tree.update({ graph, least: s.state.tiny * graph.total[0], unit: s.unit, colourOf: (node) => look.plain[classOf(node)].fill, hit: hit && ((node) => node !== 0 && hit[graph.stacks.frame[node]] === 1),
            label: `${s.state.treeCallers ? 'Callers' : 'Calls'}, ${words(s.unit, graph.total[0])}` });
    }

    function show(s) {
        const { view } = s.state, message = messageOf(s), rows = (view === 'table' || view === 'tree') && !message;
        callers.root.hidden = view !== 'middle';
        body.classList.toggle('middle', view === 'middle');
        table.root.hidden = view !== 'table' || Boolean(message);
        tree.root.hidden = view !== 'tree' || Boolean(message);
        flame.root.hidden = rows;
        sizeViews();
        if (rows) (view === 'table' ? showTable : showTree)(s);
        else if (view === 'middle') showMiddle(s);
        else if (view === 'time') showTime(s);
        else flame.update(canvasModel(s, s.graph, { icicle: view !== 'flame' }));
    }

    /** The middle's callers get less than half, and no more than they are high. */
    function sizeViews() {
        const middle = !callers.root.hidden, upper = middle ? Math.min(Math.round(height * 0.45), Math.max(60, callers.contentHeight())) : 0;
        if (middle) callers.resize(upper);
        if (!flame.root.hidden) flame.resize(height - upper - (middle ? 2 : 0));
        for (const v of [table, tree]) if (!v.root.hidden) v.resize(height);
    }

    function renderContext(s) {
        const { view } = s.state, graph = view === 'time' || view === 'table' ? null : view === 'middle' ? (s.state.up ? s.middle.callers : s.middle.callees) : s.graph;
        renderCrumbs(graph, view === 'middle' ? 1 : 0);
        treeWay.root.hidden = view !== 'tree';
        treeWay.set(s.state.treeCallers);
        middleNote.hidden = view !== 'middle';
        middleNote.replaceChildren('callers above, callees below ', el('bdi', { class: 'name', title: s.middleName.slice(0, 300) }, s.middleName.slice(0, 80)), s.state.middle ? '' : ' (the heaviest; choose another from its menu)');
        context.hidden = [...context.children].every((part) => part.hidden);
    }

    function renderLegend({ state: s, difference, dark, packages, packageColours, kinds: present, store }) {
        const theme = dark ? 'dark' : 'light';
        colours.root.hidden = store.stacks.packages.length < 2 || (difference && s.view !== 'table');
        const rows = difference && s.view !== 'table' ? diffLegend(theme) : s.byPackage ? packages.filter((r) => r.name).slice(0, LEGEND_PACKAGES).map((r) => [r.name, packageCss(theme, packageColours[r.id])])
            : KIND_NAMES.map((name, k) => [KIND_WORDS[name], kindColour(theme, k)]).filter((_, k) => present.has(k));
        kinds.replaceChildren(...rows.map(([text, colour]) => {
            const swatch = el('i', { class: 'swatch' });
            if (colour) swatch.style.setProperty('background', colour); else swatch.classList.add('hollow');
            return el('li', {}, swatch, el('bdi', {}, text));
        }));
    }

    const diffLegend = (theme) => { const t = diffTable(theme, DEEP); return [['less than in the base', t[0].fill], ['as much', t[DEEP].fill], ['more', t[2 * DEEP].fill], ['only in the base', '']]; };

    /** first: the node that counts as not zoomed. */
    function renderCrumbs(graph, first) {
        const zoom = graph && graph.zoom > first ? graph.zoom : 0, path = zoom ? ancestorsOf(graph.stacks, zoom).slice(first) : [], parts = [];
        resetZoom.hidden = crumbs.hidden = !zoom;
        for (const node of path.length > 6 ? [path[0], path[1], -1, ...path.slice(-3)] : path) {
            const name = node >= 0 && frameName(graph.stacks, node);
            if (parts.length) parts.push(el('span', { class: 'quiet', 'aria-hidden': 'true' }, '›'));
            if (node < 0) parts.push(el('span', { class: 'quiet' }, '…'));
            else parts.push(el('button', { type: 'button', class: 'crumb', 'data-node': String(node), title: name.slice(0, 300), onclick: () => app.apply(node > first ? graph.addressOf(node) : { zoom: 0, up: 0 }, 'push'),
                'aria-current': node === zoom ? 'true' : null }, el('bdi', {}, name.slice(0, 200))));
        }
        crumbs.replaceChildren(...parts);
    }

    // ---- frames

    function zoomInto(graph, node, i) {
        if (graph) { app.apply(node === graph.zoom ? { zoom: 0, up: 0 } : graph.addressOf(node), 'push'); return; }
        const { from } = flame.layout(), { x0, x1 } = flame.box(i), range = { from: from + x0, to: from + Math.max(x0 + 1, x1) };
        if (node) app.apply({ range: { from: Math.floor(range.from), to: Math.ceil(range.to) } }, 'push');
    }

    function openNodeMenu(graph, node, i, x, y) {
        if (node <= 0) return;
        const { stacks } = graph || scene().view, { view } = state(), frame = { name: frameName(stacks, node), module: frameModule(stacks, node), package: framePackage(stacks, node) };
        const callees = graph && zoomOf(state()) === 'down', names = ancestorsOf(stacks, node).slice(1).map((n) => frameName(stacks, n));
        bar.openFrame(frame, x, y, { path: callees ? graph.addressOf(node).zoom : -1,
            before: [{ text: view === 'time' ? 'Select this stretch of time' : graph.zoom === node ? 'Reset zoom' : 'Zoom', note: 'Enter', run: () => zoomInto(graph, node, i) }],
            after: [{ text: 'Copy stack', note: `${names.length} frames`, run: () => app.copyText(names.join('\n')) }] });
    }

    function say(name, facts, quiet, event) {
        readout.replaceChildren(el('bdi', { class: 'name' }, name), [...facts, ...quiet].filter(Boolean).map((t) => ` · ${t}`).join(''));
        if (!event) { app.tooltip.hide(); app.say(readout.textContent); return; }
        const lines = facts.length > 2 ? [facts.slice(0, -1).join(' · '), facts.at(-1)] : [facts.join(' · ')];
        app.tooltip.show([[name.length > 400 ? name.slice(0, 400) + '…' : name, 'name'], ...lines.map((t) => [t]), [quiet.filter(Boolean).join(' · '), 'quiet']].filter(([t]) => t), event.clientX, event.clientY);
    }

    const shares = (weight) => (state().range ? [`${formatShare(weight, scene().weights.weight)} of the selection`, `${formatShare(weight, scene().wholeWeights.weight)} of the whole`]
        : [`${formatShare(weight, scene().wholeWeights.weight)} of the whole`]);
    const originOf = (stacks, node) => { const module = frameModule(stacks, node), own = framePackage(stacks, node); return [node === 0 ? '' : KIND_WORDS[KIND_NAMES[frameKind(stacks, node)]], module, own && own !== module ? `package ${own}` : '']; };

    function sayNode(graph, node, event, i = -1) {
        const s = scene();
        if (node < 0 || !s.store) { readout.textContent = ''; app.tooltip.hide(); return; }
        if (!graph) { sayBox(s, node, event, i); return; }
        if (s.difference && graph === s.graph) { say(frameName(graph.stacks, node), differenceFacts(s.difference, node), originOf(graph.stacks, node), event); return; }
        const { stacks, total, self } = graph, isCallers = zoomOf(s.state) === 'up' || (s.state.view === 'middle' && graph === s.middle.callers);
        say(frameName(stacks, node), [`total ${words(s.unit, total[node])}`, ...shares(total[node]), ...(isCallers ? [] : [`self ${words(s.unit, self[node])}`])], originOf(stacks, node), event);
    }

    function differenceFacts({ diff, base, target }, node) {
        const b = diff.ofBase > 0 ? diff.base[node] / diff.ofBase : 0, t = diff.ofTarget > 0 ? diff.target[node] / diff.ofTarget : 0;
        return [`${percent(b)} of base ${base.id}`, `${percent(t)} of target ${target.id}`, t > 0 ? points(t - b) + (b > 0 && node ? `, ${Number((t / b).toPrecision(3))} times` : b > 0 || !node ? '' : ', new') : `${points(t - b)}, gone`];
    }

    function sayBox({ view, p, range }, node, event, i) {
        const { x0, x1 } = flame.box(i), name = node ? frameName(view.stacks, node) : flame.hook.boxes()[i].label;
        say(name, node ? [formatTime(Math.round((x1 - x0) * p.step_ns)), `at ${formatSteps(Math.round(range.from + x0), p.step_ns)}`] : [], node ? originOf(view.stacks, node) : [], event);
    }

    function sayFunction(f) {
        const { functions, unit } = scene(), r = functions.frame.indexOf(f), { name, module, package: own } = frameOf(f);
        say(name || '[no name]', [`self ${words(unit, functions.self[r])}`, `total ${words(unit, functions.total[r])}`, ...shares(functions.total[r])], [module, own && own !== module ? `package ${own}` : ''], null);
    }

    /** What an exported SVG needs in place of the plain colours and words; null: nothing. */
    function svgLook() {
        const s = scene(), d = s.difference;
        if (!d || s.state.view === 'table') return null;
        const table = diffTable('light', DEEP), { classes: of } = d, fillOf = (node) => (node ? table[of[node]].fill : table[DEEP].fill);
        return { stacks: s.graph.stacks, weights: { self: s.graph.self, total: s.graph.total }, fillOf, wordsOf: (node) => differenceFacts(d, node).join(' · '), facts: directionOf(d).join(' · ') };
    }

    return {
        root, flame, svgLook,
        focusSearch: search.focus, clearSearch: search.clear, stepMatch: search.step, undo: bar.undo, setView,
        resize(mainScroll) {
            const wide = window.matchMedia('(min-width: 1000px)').matches, top = body.getBoundingClientRect().top + window.scrollY + mainScroll;
            height = wide ? Math.max(260, window.innerHeight - top - under.offsetHeight - 18) : Math.min(520, Math.max(300, window.innerHeight * 0.6));
            sizeViews();
        },
        render(s) {
            mode.set(s.state.view);
            colours.set(s.state.byPackage);
            bar.render(s);
            search.render(s);
            if (!s.store) {
                flame.update({ layoutOf: null, message: 'Decoding the stacks…', title: 'flame graph, not decoded yet' });
                return;
            }
            renderContext(s);
            show(s);
            renderLegend(s);
            readout.textContent = '';
            app.tooltip.hide();
        },
        flameRoot: body,
        /** For the test hook of page.js. */
        hook: {
            frameRect: flame.hook.frameRect, frames: flame.hook.frames, boxes: flame.hook.boxes,
            path: (node) => { const { stacks } = shownGraph() || scene().view; return ancestorsOf(stacks, node).slice(1).map((n) => frameName(stacks, n)); },
            callers: { ...callers.hook, path: (node) => { const { stacks } = scene().middle.callers; return ancestorsOf(stacks, node).slice(1).map((n) => frameName(stacks, n)); } },
            lit: (column, row) => { const { grid, lit } = scene(); return lit ? lit.cell[column * grid.rows + row] : null; },
        },
    };
}
