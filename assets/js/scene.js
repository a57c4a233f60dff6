/* SPDX-License-Identifier: MIT
 *
 * State and data in, everything that is worked out from them. A scene is what one rendering shows; its members are
 * worked out when they are asked for, and kept as long as what they were made from stays the same, also from one scene
 * to the next. A view that needs something new gets a member here. */
import { binCells, cellsFromCounts } from './cells.js';
import { createComparer } from './compare_scene.js';
import { functionsOf, sortedRows } from './functions.js';
import { calleesTrie, flameOf, heaviestFunction, invertedOf, matchedWeight, middleOf, notFound } from './graphs.js';
import { fitGrid, hilbertGrid, stretchGrid, whoGrid } from './grid.js';
import { latticeOf } from './lattice.js';
import { packagesIn } from './packages.js';
import { packageColours } from './palette.js';
import { remember } from './remember.js';
import { levelsOf, topsOf } from './scales.js';
import { compileSearch, matchFrames } from './search.js';
import { binSeries, TOGETHER } from './series.js';
import { makeTransformer, mapWeights, outermost } from './transforms.js';
import { unitOf } from './units.js';
import { choicesOf, isEveryone } from './who.js';
import { WHO_ROWS, whoRows } from './who_rows.js';

/* Columns of the strip that shows where in the profile the map is. */
const OVERVIEW = 600;

/* Views that show both sides of a comparison; the others show what is selected. */
const BOTH_SIDES = ['flame', 'icicle', 'inverted', 'table'];

/** Returns sceneOf(state, panel, look, stores): panel {counts, store} of the state's profile, look {dark, colors}, stores of all profiles. */
export function createScenes(head) {
    const offsetGrid = remember((p, periodNs, rows, part) => Object.freeze(fitGrid(p, periodNs, rows, part)));
    const curveGrid = remember(hilbertGrid), besideGrid = remember(stretchGrid), namedGrid = remember(whoGrid), laid = remember(latticeOf);
    const whoOf = remember(whoRows), nobody = remember((p) => ({ perThread: new Float64Array(p.threads.length), perLane: new Float64Array(p.lanes.length) }));
    const transform = makeTransformer(), compareOf = createComparer(head);
    const makeFilter = (store, event, who, showIdle, leftOut) => store.filter({ event, who, showIdle, leftOut });
    const filterOf = remember(makeFilter), everyEvent = remember(makeFilter);
    /* Counts are of everyone: for one thread the map waits for the samples. */
    const countCells = (p, store, counts, event, who, showIdle, grid, filter) => {
        /* As a search does it: code that once left nothing out would have to be compiled again. */
        if (store) return binCells(store.samples, { ...filter, skip: filter.skip || store.nothing }, grid);
        return cellsFromCounts(counts && isEveryone(who) ? counts.events[event].levels : [], { ...grid, stepNs: p.step_ns, showIdle });
    };
    const cellsOf = remember(countCells);
    const wholeMap = remember((p) => ({ periodSteps: Math.max(1, Math.ceil(p.n_steps / OVERVIEW)), rows: 1, nSteps: p.n_steps })), overviewOf = remember(countCells);
    const topsFor = remember((cells, scale, norm, rest) => topsOf(cells, { scale, norm, rest })), levelsFor = remember((cells, tops, curve, norm) => levelsOf(cells, tops, { curve, norm }));
    const weightsByWho = remember((store, filter) => store.weightsOf(store.whole(), filter));
    const noMetrics = [], metricsOf = remember((p, series, grid, only) => p.series.flatMap(({ title, unit }, k) => (only < 0 ? k < TOGETHER : k === only) ? [{ title, unit, stats: binSeries(series[k], grid) }] : []));
    const choiceWeights = remember((store, event, showIdle) => store.weightsOf(store.whole(), store.filter({ event, showIdle })));
    const choicesFor = remember((p, weights, who) => choicesOf(p, weights, who));
    const wholeOf = remember((store, filter) => store.weigh(store.whole(), filter, 'whole'));
    const sumOf = remember((store, filter) => store.countIn(store.whole(), filter).weight);
    const wholeRange = remember((p) => ({ from: 0, to: Math.max(1, p.n_steps) }));
    const weightsOf = remember((store, filter, range) => ({ ...store.weigh(range, filter, 'range') }));
    const threadsOf = remember((store, filter, range) => store.threadsIn(range, filter).byName);
    const packagesOf = remember((store, weights) => packagesIn(store.stacks, store.end, weights));
    const coloursOf = remember(packageColours);
    const kindsOf = remember((frames) => new Set(frames.kind));
    const ofView = remember((view, weights) => ({ ...mapWeights(view, weights) }));
    const flameGraph = remember(flameOf), inverted = remember((view, weights, zoom, up, tree, base, target) => invertedOf(view, weights, zoom, up, { tree, samples: target === undefined ? null : { base, target } }));
    const heaviest = remember(heaviestFunction), callees = remember(calleesTrie), middle = remember(middleOf), functions = remember((view, weights, other) => functionsOf(view, weights, other));
    const rowsOf = remember((rows, stacks, by, up, least, hit, scale) => sortedRows(rows, stacks, { by, up, scale, keep: (r) => rows.total[r] >= least && (!hit || hit[rows.frame[r]] === 1) }));
    const searchOf = remember((query, caseSensitive) => compileSearch(query, { caseSensitive }));
    const hitsOf = remember((frames, stacks, search) => (search.regex ? matchFrames(search.regex, stacks) : null));
    const hitNodesOf = remember(outermost), plainHitsOf = remember((view, search) => outermost(view, matchFrames(search.regex, view.stacks)));
    const targetOf = remember((d) => ({ self: d.self, total: d.target })), baseOf = remember((d) => ({ self: d.baseSelf, total: d.base }));
    const drawnOf = remember((difference, compared) => ({ ...difference, ...compared }));
    const litOf = remember((store, filter, view, hitNodes, grid) => binCells(store.samples, { ...filter, skip: notFound(view, hitNodes, filter.skip) }, grid));
    const matchedOf = remember(matchedWeight);
    /* Those of the spec, and those of the reader. */
    const marksOf = remember((p, k, own) => [...(p.marks || []).map((m) => ({ from: m.from_ns / p.step_ns, to: m.to_ns / p.step_ns, label: m.label, own: false })),
        ...own.filter((m) => m.profile === k).map((m) => ({ ...m, own: true }))].sort((a, b) => a.from - b.from));

    return (state, panel, look, stores) => {
        const p = head.profiles[state.profile], { store, counts } = panel;
        if (state.view !== 'middle') for (const f of [callees, middle]) f.forget(); /* a trie of its own */
        const scene = {
            ...look, head, state, p, store, counts, unit: unitOf(p, state.event),
            /** The selection, or the whole profile. In steps, half-open; store.js' partsOf(). */
            range: state.range || wholeRange(p),
            /** How time and rows are cut, as state.layout and state.by say; grid.js. */
            get grid() {
                const plain = offsetGrid(p, state.periodNs, state.rows, state.part);
                if (scene.layout === 'stretches') return besideGrid(p, state.stretches, state.rows);
                if (state.by !== 'offset') return namedGrid(plain, scene.who);
                return scene.layout === 'hilbert' ? curveGrid(p, state.rows) : plain;
            },
            /** The grid of the period alone, which every view but stretches and the curve looks at a part of. */
            get periodGrid() { return offsetGrid(p, state.periodNs, state.rows, state.part); },
            get layout() { return state.layout === 'stretches' && !state.stretches.length ? 'up' : state.layout; },
            get lattice() { return laid(scene.grid, scene.layout); },
            /** Rows that are threads, CPUs, …; without weights before the samples are there. */
            get who() { return whoOf(p, state.by, store ? weightsByWho(store, scene.mapFilter) : nobody(p), state.rows === p.heatmap.rows ? WHO_ROWS : state.rows); },
            /** What the cells count: where rows are events, all of them. */
            get mapFilter() { return state.by === 'event' && scene.layout !== 'stretches' ? everyEvent(store, null, state.who, state.showIdle, scene.plainView.leftOut) : scene.filter; },
            get cells() { return cellsOf(p, store, counts, state.event, state.who, state.showIdle, scene.grid, store && scene.mapFilter); },
            /** Cells of different events are not compared. */
            get norm() { return scene.grid.who?.kind === 'event' ? 'row' : state.norm; },
            get tops() { return topsFor(scene.cells, state.scale, scene.norm, scene.grid.who?.rest); },
            get levels() { return levelsFor(scene.cells, scene.tops, state.curve, scene.norm); },
            /** Sums over the whole profile, where the map shows a part of it. */
            get overview() {
                const { grid, lattice } = scene;
                return !lattice.timeIsAcross || grid.columns >= grid.all ? null : overviewOf(p, store, counts, state.event, state.who, state.showIdle, wholeMap(p), store && scene.filter).columnSum;
            },
            /** Metrics and counters per column of the map. */
            get metrics() { return panel.series?.length && scene.lattice.timeIsAcross ? metricsOf(p, panel.series, scene.grid, state.metric) : noMetrics; },
            get marks() { return marksOf(p, state.profile, state.marks); },
            /** The stacks as the transforms leave them (transforms.js), and their weights; of a comparison that is shown, of both sides. */
            get plainView() { return transform(store, state.transforms); },
            get view() { return scene.difference ? scene.difference.view : scene.plainView; },
            /** What is compared (compare_scene.js) or null; the same when the view shows it. */
            get compare() { return (scene.compared ??= [compareOf(scene, stores)])[0]; },
            get difference() { return scene.compare?.ready && BOTH_SIDES.includes(state.view) ? scene.compare : null; },
            get filter() { return filterOf(store, state.event, state.who, state.showIdle, scene.plainView.leftOut); },
            /** What there is to filter by; without weights before the samples are there. */
            get choices() { return choicesFor(p, store && choiceWeights(store, state.event, state.showIdle), state.who); },
            /** Weights of the range, and of the whole profile, under the same filter. */
            get weights() { return weightsOf(store, scene.filter, scene.range); },
            get wholeWeights() { return wholeOf(store, scene.filter); },
            /** Their sum alone, which needs no trie. */
            get wholeWeight() { return sumOf(store, scene.filter); },
            get threads() { return threadsOf(store, scene.filter, scene.range); },
            get packages() { return packagesOf(store, scene.weights); },
            get packageColours() { return coloursOf(store.stacks); },
            get kinds() { return kindsOf(scene.view.stacks.frames); },
            get plainWeights() { return ofView(scene.plainView, scene.weights); },
            get viewWeights() { return scene.difference ? scene.difference.diff : scene.plainWeights; },
            /** What the view of stacks shows, graphs.js: one graph, or both sides of the middle. */
            get graph() {
                const d = scene.difference;
                if (state.view === 'inverted' || (state.view === 'tree' && state.treeCallers)) return inverted(scene.view, scene.viewWeights, state.zoom, state.up, state.view === 'tree', d?.base.samples, d?.target.samples);
                return flameGraph(scene.view, scene.viewWeights, state.up ? 0 : state.zoom);
            },
            /** What is compared, on the graph; or null. */
            get drawn() { return scene.difference && drawnOf(scene.difference, scene.graph.compared); },
            get middleName() { return state.middle || heaviest(scene.view.stacks, scene.viewWeights.self); },
            get middle() { return middle(scene.view, callees(scene.view, scene.middleName), scene.viewWeights, state.zoom, state.up); },
            get functions() {
                const d = scene.difference?.diff;
                return d ? functions(scene.view, targetOf(d), baseOf(d)) : functions(scene.view, scene.viewWeights, null);
            },
            /** What weights of the base are multiplied by to be held against the target's. */
            get baseScale() { const d = scene.difference?.diff; return d && d.ofBase > 0 ? d.ofTarget / d.ofBase : 1; },
            /** Rows of the table, in its order; with a search those that it finds. */
            get rows() { return rowsOf(scene.functions, scene.view.stacks, state.sort, state.sortUp, state.tiny * scene.weights.weight, scene.hit, scene.baseScale); },
            get search() { return searchOf(state.query, state.caseSensitive); },
            /** Per frame of the view whether the search finds it, or null; and the outermost nodes of such frames. */
            get hit() { return hitsOf(scene.view.stacks.frames, scene.view.stacks, scene.search); },
            get hitNodes() { return scene.hit && hitNodesOf(scene.view, scene.hit); },
            /** Weight of stacks that the search finds something in, in the range; and per cell. */
            get matched() { return scene.hit && matchedOf(scene.viewWeights, scene.hitNodes); },
            get lit() { return scene.hit && litOf(store, scene.mapFilter, scene.plainView, scene.plainHits, scene.grid); },
            get plainHits() { const { plainView } = scene; return scene.view === plainView ? scene.hitNodes : plainHitsOf(plainView, scene.search); },
        };
        return scene;
    };
}
