/* SPDX-License-Identifier: MIT
 *
 * The part of the page about stacks: the tools above the views, the view that is chosen, and the facts of the frame under
 * the pointer. Every view shows the same samples, as the transforms leave their stacks. */
import { button, el, onPaper, segmented } from './dom.js';
import { directionOf } from './compare_part.js';
import { DEEP } from './diff_tree.js';
import { createFrameColours } from './frame_colours.js';
import { createFrameFacts, differenceFacts } from './frame_facts.js';
import { createFlameView } from './flame_view.js';
import { VIEWS, zoomOf } from './graphs.js';
import { ancestorsOf, frameName, frameParts, layoutFrames, rowOfRect } from './layout.js';
import { formatCount, formatShare } from './numbers.js';
import { diffTable } from './palette.js';
import { remember } from './remember.js';
import { createSearchBox } from './search_box.js';
import { createTableView } from './table_view.js';
import { timeTicks } from './ticks.js';
import { MOST_SAMPLES, chartOf } from './time_chart.js';
import { createTransformBar } from './transform_bar.js';
import { createTreeView } from './tree_view.js';
import { words } from './units.js';
import { isEveryone } from './who.js';

const VIEW_WORDS = { flame: ['Flame', 'callers below, callees above'], icicle: ['Icicle', 'callers above, callees below'], inverted: ['Inverted', 'who called: from the leaf up'],
    middle: ['Middle-out', 'callers above, callees below one function'], time: ['In time', 'stacks in the order of time, a track per thread'], table: ['Table', 'functions, sorted'], tree: ['Tree', 'opens and closes'] };

/* On paper all is as high as it is, up to so much of a page. */
const MOST_ON_PAPER = 900;

/** app: see app.js. */
export function createGraphPart(app) {
    const scene = () => app.scene(), state = () => scene().state;
    /* For views of nodes; the last argument is the box of a layout. */
    const callsOn = (graphOf) => ({
        onEnter: (node, i) => zoomInto(graphOf(), node, i), onMenu: (node, x, y, i) => openNodeMenu(graphOf(), node, x, y, i),
        onActive: (node, event, i) => facts.sayNode(graphOf(), node, event, () => flame.box(i)), onKey: (node, event) => node > 0 && bar.key(frameName((graphOf() || scene().view).stacks, node), event),
    });
    const shownGraph = () => (state().view === 'middle' ? scene().middle.callees : state().view === 'time' ? null : scene().graph);
    const callers = createFlameView('fp-callers', callsOn(() => scene().middle.callers)), flame = createFlameView('fp-flame', callsOn(shownGraph)), tree = createTreeView(callsOn(shownGraph));
    const frameOf = (f) => frameParts(scene().view.stacks, f), facts = createFrameFacts(app), colours = createFrameColours(app);
    const table = createTableView({ onSort: (by) => app.apply({ sort: by, sortUp: state().sort === by ? !state().sortUp : by === 'name' || by === 'package' }, 'replace'),
        onEnter: (f) => bar.middle(frameOf(f).name), onMenu: (f, x, y) => bar.openFrame(frameOf(f), x, y), onActive: facts.sayFunction, onKey: (f, event) => bar.key(frameOf(f).name, event) });

    const bar = createTransformBar(app);
    const search = createSearchBox(app, { keepOnly: () => bar.add(state().caseSensitive ? 'keepcase' : 'keep', state().query, { query: '' }), matches: {
        list() {
            if (state().view === 'table') return Array.from(scene().rows.keys());
            return state().view === 'tree' ? tree.matches() : [...flame.matches().map((i) => [flame, i]), ...(state().view === 'middle' ? callers.matches().map((i) => [callers, i]) : [])];
        },
        show(one) { if (state().view === 'table') table.activate(one); else if (state().view === 'tree') tree.reveal(one); else one[0].showMatch(one[1]); },
    } });
    const mode = segmented('fp-mode', 'View of the stacks', VIEWS.map((v) => [v, ...VIEW_WORDS[v]]), setView);
    const treeWay = segmented('fp-tree-way', 'Direction of the tree', [[false, 'callees', 'from the root down'], [true, 'callers', 'from the leaf up']], (treeCallers) => app.apply({ treeCallers, zoom: 0, up: 0 }, 'replace'));
    const crumbs = el('nav', { id: 'fp-crumbs', 'aria-label': 'Zoomed into' }), note = el('p', { id: 'fp-view-note', class: 'quiet' });
    const resetZoom = button('fp-reset-zoom', 'Reset zoom', () => app.apply({ zoom: 0, up: 0 }, 'push'), { hidden: true });
    const context = el('div', { class: 'tools context' }, bar.list, treeWay.root, note, resetZoom, crumbs, search.found);
    const body = el('div', { class: 'stacks' }, callers.root, flame.root, table.root, tree.root), under = el('div', { class: 'under' }, ...colours.roots, facts.root);
    const root = el('section', { class: 'graph-section', 'aria-label': 'Flame graph' }, el('div', { class: 'tools' }, mode.root, bar.opener, search.field), context, body, under);

    let height = 300, sized = '';

    function setView(view) {
        const before = zoomOf(state()), after = zoomOf({ ...state(), view });
        app.apply({ view, ...(before && after && before !== after ? { zoom: 0, up: 0 } : {}) }, 'push');
    }

    // ---- views

    function messageOf({ state: s, weights, p }) {
        if (s.view === 'time' && !p.has_time) return 'This profile has no times, so there is no chart of them. The other views show all of it.';
        if (weights.weight) return '';
        if (s.transforms.length) return 'No stack of this selection is left. Take back what was done to the stacks (above), or select another cell.';
        if (!isEveryone(s.who)) return 'Nothing of these threads and CPUs here. Select another cell, or clear the filter.';
        return s.range ? 'Nothing in this selection. Select another cell, or all of it again: Whole profile, above.' : 'No samples of this event.';
    }

    /* A search or other colours change nothing in it. */
    const [laidOut, laidAbove] = [1, 2].map(() => remember(({ stacks, end, total, zoom }, widthPx, minPx) => layoutFrames(stacks, end, total, { zoom, widthPx, minPx })));

    /* Of nodes: whether the search finds their frames. */
    const hitIn = ({ hit }, { frame }) => hit && ((node) => node !== 0 && hit[frame[node]] === 1);

    function canvasModel(s, graph, more, laid = laidOut) {
        const { unit, state: { tiny } } = s, look = colours.colouring(s), { stacks, total, zoom } = graph, message = messageOf(s);
        const isDiff = s.difference !== null && graph === s.graph;
        return { graph, message, colors: s.colors, colouring: isDiff ? colours.diffColouring(s) : { ...look, classOf: look.nodeClass(stacks) }, hit: hitIn(s, stacks),
            layoutOf: message ? null : (widthPx) => laid(graph, widthPx, Math.max(0.5, tiny * widthPx)),
            label: (node) => (node === 0 ? (isDiff ? `all of ${s.difference.target.id}` : `all · ${words(unit, total[0])}`) : frameName(stacks, node)),
            title: `${isDiff ? 'Differential flame' : VIEW_WORDS[s.state.view][0]} graph of ${isDiff ? `${s.difference.base.id} to ${s.difference.target.id}` : words(unit, total[0])}${zoom ? `, zoomed into ${frameName(stacks, zoom)}` : ''}`, ...more };
    }

    function showMiddle(s) {
        const { callers: up, callees: down } = s.middle, name = s.middleName, none = messageOf(s) || (s.middle.weight ? '' : `${name.slice(0, 200)} is not in this selection. Choose another function from its menu.`);
        const side = (graph, more, laid) => canvasModel(s, graph, { ...(none ? { layoutOf: null, message: more.icicle ? none : '' } : {}), ...more }, laid);
        callers.update(side(up, { icicle: false, firstRow: 2, title: `Callers of ${name}` }, laidAbove));
        sizeViews();
        flame.update(side(down, { icicle: true, firstRow: 1, title: `${name} and what it calls, ${words(s.unit, s.middle.weight)}` }));
    }

    const threadAt = (layout, i) => layout.tracks.find((t) => t.row === rowOfRect(layout, i));

    function showTime(s) {
        const { view, store, range, filter, unit, p } = s, tooMany = s.weights.samples > MOST_SAMPLES;
        const nameOf = ([, tid, name]) => [name || '[no name]', tid >= 0 ? tid : ''].join(' ').trim();
        const message = messageOf(s) || (tooMany ? `${formatCount(s.weights.samples)} samples are too many for a chart in time. Select a shorter stretch on the map: up to ${formatCount(MOST_SAMPLES)}.` : '');
        flame.update({ ...canvasModel(s, { ...view, ...s.viewWeights, zoom: 0 }), graph: null, icicle: true, message, title: `Stacks in time, ${words(unit, s.weights.weight)}`,
            layoutOf: message ? null : (widthPx) => chartOf(store, range, filter, view, { widthPx }),
            axis: (widthPx) => timeTicks((range.to - range.from) * p.step_ns, widthPx, 84, { from: range.from * p.step_ns }),
            label(node, i, layout) {
                const t = node ? null : threadAt(layout, i);
                return t ? `${nameOf(p.threads[t.thread])} · ${words(unit, t.weight)}` : frameName(view.stacks, node);
            } });
    }

    function showTable(s) {
        const look = colours.colouring(s), { stacks } = s.view;
        table.update({ rows: s.functions, order: s.rows, stacks, weight: s.difference ? s.difference.diff.ofTarget : s.weights.weight, scale: s.baseScale, sort: s.state.sort, sortUp: s.state.sortUp, unit: s.unit,
            colourOf: (f) => look.plain[look.frameClass(f)].fill, label: `${formatCount(s.rows.length)} functions of ${words(s.unit, s.weights.weight)}` });
    }

    function showTree(s) {
        const { graph } = s, look = colours.colouring(s), classOf = look.nodeClass(graph.stacks);
        tree.update({ graph, least: s.state.tiny * graph.total[0], unit: s.unit, colourOf: (node) => look.plain[classOf(node)].fill, hit: hitIn(s, graph.stacks),
            label: `${s.state.treeCallers ? 'Callers' : 'Calls'}, ${words(s.unit, graph.total[0])}` });
    }

    function show(s) {
        const { view } = s.state, message = messageOf(s), rows = (view === 'table' || view === 'tree') && !message;
        callers.root.hidden = view !== 'middle';
        body.classList.toggle('middle', view === 'middle');
        table.root.hidden = view !== 'table' || Boolean(message);
        tree.root.hidden = view !== 'tree' || Boolean(message);
        flame.root.hidden = rows;
        /* To ask for sizes before the frame has the browser lay out the page at once. Else it says itself when they change. */
        const shape = `${view} ${rows} ${onPaper()}`;
        if (shape !== sized) sizeViews();
        sized = shape;
        if (rows) (view === 'table' ? showTable : showTree)(s);
        else if (view === 'middle') showMiddle(s);
        else if (view === 'time') showTime(s);
        else flame.update(canvasModel(s, s.graph, { icicle: view !== 'flame' }));
    }

    /** The middle's callers get less than half, and no more than they are high. */
    function sizeViews(always) {
        const paper = onPaper(), most = paper ? MOST_ON_PAPER : height, middle = !callers.root.hidden, upper = middle ? Math.min(Math.round(most * 0.45), callers.contentHeight()) : 0, lower = most - upper - (middle ? 2 : 0);
        if (middle) callers.resize(upper, always);
        if (!flame.root.hidden) flame.resize(paper ? Math.min(lower, flame.contentHeight()) : lower, always);
        for (const v of [table, tree]) if (!v.root.hidden) v.resize(most);
    }

    function renderContext(s) {
        const { view } = s.state, graph = view === 'time' || view === 'table' ? null : view === 'middle' ? (s.state.up ? s.middle.callers : s.middle.callees) : s.graph;
        renderCrumbs(graph, view === 'middle' ? 1 : 0);
        treeWay.root.hidden = view !== 'tree';
        treeWay.set(s.state.treeCallers);
        const more = view === 'time' && flame.layout()?.hidden, notes = [more && [`the ${formatCount(flame.layout().tracks.length)} busiest threads; ${formatCount(more)} more did less: choose one in the filter above`],
            view === 'middle' && ['callers above, callees below ', el('bdi', { class: 'name', title: s.middleName.slice(0, 300) }, s.middleName.slice(0, 80)), s.state.middle ? '' : ' (the heaviest; choose another from its menu)'],
            view === 'tree' && graph.share > 0 && [`of so many callers those of less than ${formatShare(graph.share, 1)} are left out`],
            s.compare?.ready && !s.difference && ['only what is selected: Flame, Icicle, Inverted and Table show both sides']].filter(Boolean);
        note.hidden = !notes.length;
        note.replaceChildren(...notes.flatMap((n, i) => (i ? [' · ', ...n] : n)));
        context.hidden = [...context.children].every((part) => part.hidden);
    }

    /** first: the node that counts as not zoomed. */
    function renderCrumbs(graph, first) {
        const zoom = graph && graph.zoom > first ? graph.zoom : 0, path = zoom ? ancestorsOf(graph.stacks, zoom).slice(first) : [], parts = [];
        resetZoom.hidden = crumbs.hidden = !zoom;
        for (const node of path.length > 6 ? [path[0], path[1], -1, ...path.slice(-3)] : path) {
            const name = node >= 0 && frameName(graph.stacks, node);
            if (parts.length) parts.push(el('span', { class: 'quiet', 'aria-hidden': 'true' }, '›'));
            if (node < 0) parts.push(el('span', { class: 'quiet' }, '…'));
            else parts.push(el('button', { class: 'crumb', 'data-node': String(node), title: name.slice(0, 300), onclick: () => app.apply(node > first ? graph.addressOf(node) : { zoom: 0, up: 0 }, 'push'),
                'aria-current': node === zoom ? 'true' : null }, el('bdi', {}, name.slice(0, 200))));
        }
        crumbs.replaceChildren(...parts);
    }

    // ---- frames

    function zoomInto(graph, node, i) {
        const top = state().view === 'middle' ? 1 : 0; /* the function itself, or all */
        if (graph) { app.apply(node === graph.zoom || graph.stacks.depth[node] <= top ? { zoom: 0, up: 0 } : graph.addressOf(node), 'push'); return; }
        const layout = flame.layout(), { x0, x1 } = flame.box(i), { p, state: { who } } = scene();
        if (node) { app.apply({ range: { from: Math.floor(layout.from + x0), to: Math.ceil(layout.from + Math.max(x0 + 1, x1)) } }, 'push'); return; }
        const tid = p.threads[threadAt(layout, i).thread][1];
        if (tid >= 0) app.chooseWho('tid', who.tid === tid ? null : tid);
    }

    function openNodeMenu(graph, node, x, y, i) {
        if (node <= 0) return;
        const { stacks } = graph || scene().view, { view } = state();
        const callees = graph && zoomOf(state()) === 'down', names = ancestorsOf(stacks, node).slice(1).map((n) => frameName(stacks, n));
        bar.openFrame({ ...frameParts(stacks, stacks.frame[node]), name: frameName(stacks, node) }, x, y, { path: callees ? graph.addressOf(node).zoom : -1,
            before: [{ text: view === 'time' ? 'Select this stretch of time' : graph.zoom === node ? 'Reset zoom' : 'Zoom', note: 'Enter', run: () => zoomInto(graph, node, i) }],
            after: [{ text: 'Copy stack', note: `${names.length} frames`, run: () => app.copyText(names.join('\n')) }] });
    }

    /** What an exported SVG needs in place of the plain colours and words; null: nothing. */
    function svgLook() {
        const s = scene(), d = s.difference, { drawn } = s, { byPackage, view } = s.state;
        if (d ? view === 'table' : !byPackage && view !== 'inverted') return null;
        const { stacks, self, total } = d || view === 'inverted' ? s.graph : { ...s.plainWeights, stacks: s.plainView.stacks };
        const { plain, nodeClass } = d ? { plain: diffTable('light', DEEP), nodeClass: () => drawn.classOf } : colours.colouring({ dark: false, state: s.state, view: s.view, packageColours: s.packageColours }), classOf = nodeClass(stacks);
        return { name: d ? 'difference' : view === 'inverted' ? view : 'packages', stacks, weights: { self, total, samples: s.weights.samples }, fillOf: (node) => plain[classOf(node)].fill,
            ...(d && { wordsOf: (node) => differenceFacts(drawn, node).join(' · '), facts: directionOf(d).join(' · ') }) };
    }

    /** How much of the stacks and samples is there, while there is nothing to draw. */
    function decoding(share) {
        flame.update({ layoutOf: null, message: `Decoding the stacks…${share > 0 ? ` ${Math.floor(share * 100)} %` : ''}`, title: 'flame graph, not decoded yet' });
    }

    return {
        root, svgLook,
        /** The graph as a picture for an export; in the table and the tree, of what they list. */
        flame: { ...flame, picture(w) { if (flame.root.hidden) flame.update(canvasModel(scene(), scene().graph, { icicle: false })); return flame.picture(w); } },
        focusSearch: search.focus, clearSearch: search.clear, stepMatch: search.step, undo: bar.undo, setView,
        resize(mainScroll) {
            const wide = window.matchMedia('(min-width: 1000px)').matches, top = body.getBoundingClientRect().top + window.scrollY + mainScroll;
            height = wide ? Math.max(200, window.innerHeight - top - under.offsetHeight - 18) : Math.min(520, Math.max(300, window.innerHeight * 0.6));
            sizeViews(true);
        },
        render(s) {
            mode.set(s.state.view);
            bar.render(s);
            search.render(s);
            if (!s.store) {
                decoding(0);
                return;
            }
            show(s);
            renderContext(s);
            colours.render(s);
            facts.clear();
        },
        decoding,
        flameRoot: body,
        views: { flame, callers, graph: shownGraph },
    };
}
