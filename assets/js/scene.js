/* SPDX-License-Identifier: MIT
 *
 * State and data in, everything that is worked out from them. A scene is what one rendering shows; its members are
 * worked out when they are asked for, and kept as long as what they were made from stays the same, also from one scene
 * to the next. A view that needs something new gets a member here. */
import { binCells, cellsFromCounts, scaleTop } from './cells.js';
import { createComparer } from './compare_scene.js';
import { fitGrid } from './grid.js';
import { functionsOf, sortedRows } from './functions.js';
import { calleesTrie, flameOf, heaviestFunction, invertedOf, matchedSelf, middleOf, notFound } from './graphs.js';
import { packagesIn } from './packages.js';
import { remember } from './remember.js';
import { packageColours } from './palette.js';
import { compileSearch, hitsAbove, matchFrames } from './search.js';
import { makeTransformer, mapWeights } from './transforms.js';
import { unitOf } from './units.js';
import { choicesOf, isEveryone } from './who.js';

/* Views that show both sides of a comparison; the others show what is selected. */
const BOTH_SIDES = ['flame', 'icicle', 'table'];

/** Returns sceneOf(state, panel, look, stores): panel {counts, store} of the state's profile, look {dark, colors}, stores of all profiles. */
export function createScenes(head) {
    const gridOf = remember((p, periodNs, rows) => Object.freeze(fitGrid(p, periodNs, rows)));
    const transform = makeTransformer(), compareOf = createComparer(head);
    const filterOf = remember((store, event, who, showIdle, leftOut) => store.filter({ event, who, showIdle, leftOut }));
    /* Counts are of everyone: for one thread the map waits for the samples. */
    const cellsOf = remember((p, store, counts, event, who, showIdle, grid, filter) => {
        if (store) return binCells(store.samples, filter, grid);
        return cellsFromCounts(counts && isEveryone(who) ? counts.events[event].levels : [], { ...grid, stepNs: p.step_ns, showIdle });
    });
    const topOf = remember(scaleTop);
    const choiceWeights = remember((store, event, showIdle) => store.weightsOf(store.whole(), store.filter({ event, showIdle })));
    const choicesFor = remember((p, weights, who) => choicesOf(p, weights, who));
    const wholeOf = remember((store, filter) => store.weigh(store.whole(), filter, 'whole'));
    const wholeRange = remember((p) => ({ from: 0, to: Math.max(1, p.n_steps) }));
    const weightsOf = remember((store, filter, range) => ({ ...store.weigh(range, filter, 'range') }));
    const threadsOf = remember((store, filter, range) => store.threadsIn(range, filter).byName);
    const packagesOf = remember((store, weights) => packagesIn(store.stacks, store.end, weights));
    const coloursOf = remember(packageColours);
    const kindsOf = remember((frames) => new Set(frames.kind));
    const ofView = remember((view, weights) => ({ ...mapWeights(view, weights) }));
    const flameGraph = remember(flameOf), inverted = remember((view, weights, zoom, up, tree) => invertedOf(view, weights, zoom, up, { tree }));
    const heaviest = remember(heaviestFunction), callees = remember(calleesTrie), middle = remember(middleOf), functions = remember((view, weights, other) => functionsOf(view, weights, other));
    const rowsOf = remember((rows, stacks, by, up, least, hit, scale) => sortedRows(rows, stacks, { by, up, scale, keep: (r) => rows.total[r] >= least && (!hit || hit[rows.frame[r]] === 1) }));
    const searchOf = remember((query, caseSensitive) => compileSearch(query, { caseSensitive }));
    const hitsOf = remember((frames, stacks, search) => (search.regex ? matchFrames(search.regex, stacks) : null));
    const hitNodesOf = remember(hitsAbove);
    const targetOf = remember((d) => ({ self: d.targetSelf, total: d.target })), baseOf = remember((d) => ({ self: d.baseSelf, total: d.base }));
    const plainHitsOf = remember((stacks, search) => hitsAbove(stacks, matchFrames(search.regex, stacks)));
    const litOf = remember((store, filter, view, hitNodes, grid) => binCells(store.samples, { ...filter, skip: notFound(view, hitNodes, filter.skip) }, grid));
    const matchedOf = remember((view, weights, hitNodes) => matchedSelf(view.stacks, weights.self, hitNodes));
    const marksOf = remember((p) => (p.marks || []).map((m) => ({ from: m.from_ns / p.step_ns, to: m.to_ns / p.step_ns, label: m.label }))
        .sort((a, b) => a.from - b.from));

    return (state, panel, look, stores) => {
        const p = head.profiles[state.profile], { store, counts } = panel;
        const scene = {
            ...look, head, state, p, store, counts, unit: unitOf(p, state.event),
            /** The selection, or the whole profile. In steps, half-open; store.js' partsOf(). */
            range: state.range || wholeRange(p),
            get grid() { return gridOf(p, state.periodNs, state.rows); },
            get cells() { return cellsOf(p, store, counts, state.event, state.who, state.showIdle, scene.grid, store && scene.filter); },
            /** Which weight has the strongest colour. */
            get top() { return topOf(scene.cells, state.scale); },
            get marks() { return marksOf(p); },
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
            get threads() { return threadsOf(store, scene.filter, scene.range); },
            get packages() { return packagesOf(store, scene.weights); },
            get packageColours() { return coloursOf(store.stacks); },
            get kinds() { return kindsOf(scene.view.stacks.frames); },
            get plainWeights() { return ofView(scene.plainView, scene.weights); },
            get viewWeights() { return scene.difference ? scene.difference.diff : scene.plainWeights; },
            /** What the view of stacks shows, graphs.js: one graph, or both sides of the middle. */
            get graph() {
                if (state.view === 'inverted' || (state.view === 'tree' && state.treeCallers)) return inverted(scene.view, scene.viewWeights, state.zoom, state.up, state.view === 'tree');
                return flameGraph(scene.view, scene.viewWeights, state.up ? 0 : state.zoom);
            },
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
            /** Per frame of the view whether the search finds it, or null; and per node whether it does on the way there. */
            get hit() { return hitsOf(scene.view.stacks.frames, scene.view.stacks, scene.search); },
            get hitNodes() { return scene.hit && hitNodesOf(scene.view.stacks, scene.hit); },
            /** Weight of stacks that the search finds something in, in the range; and per cell. */
            get matched() { return scene.hit && matchedOf(scene.view, scene.viewWeights, scene.hitNodes); },
            get lit() { return scene.hit && litOf(store, scene.filter, scene.plainView, scene.plainHits, scene.grid); },
            get plainHits() { const { plainView } = scene; return scene.view === plainView ? scene.hitNodes : plainHitsOf(plainView.stacks, scene.search); },
        };
        return scene;
    };
}
