/* SPDX-License-Identifier: MIT
 *
 * State and data in, everything that is worked out from them. A scene is what one rendering shows; its members are
 * worked out when they are asked for, and kept as long as what they were made from stays the same, also from one scene
 * to the next. A view that needs something new gets a member here. */
import { binCells, cellsFromCounts, scaleTop } from './cells.js';
import { fitGrid } from './grid.js';
import { packagesIn } from './packages.js';
import { packageColours } from './palette.js';
import { compileSearch, matchFrames, matchedWeight } from './search.js';
import { unitOf } from './units.js';
import { choicesOf, isEveryone } from './who.js';

/** f again only when one of the arguments is another. */
function remember(f) {
    let last = null, value;
    return (...args) => {
        if (!last || args.some((a, i) => a !== last[i])) { value = f(...args); last = args; }
        return value;
    };
}

/** Returns sceneOf(state, panel, look): panel {counts, store} of the state's profile, look {dark, colors}. */
export function createScenes(head) {
    const gridOf = remember((p, periodNs, rows) => Object.freeze(fitGrid(p, periodNs, rows)));
    const filterOf = remember((store, event, who, showIdle) => store.filter({ event, who, showIdle }));
    /* Counts are of everyone: for one thread the map waits for the samples. */
    const cellsOf = remember((p, store, counts, event, who, showIdle, grid) => {
        if (store) return binCells(store.samples, filterOf(store, event, who, showIdle), grid);
        return cellsFromCounts(counts && isEveryone(who) ? counts.events[event].levels : [], { ...grid, stepNs: p.step_ns, showIdle });
    });
    const topOf = remember(scaleTop);
    const choiceWeights = remember((store, event, showIdle) => store.weightsOf(store.whole(), store.filter({ event, showIdle })));
    const choicesFor = remember((p, weights, who) => choicesOf(p, weights, who));
    const wholeOf = remember((store, filter) => store.weigh(store.whole(), filter, 'whole'));
    const weightsOf = remember((store, filter, from, to) => ({ ...store.weigh({ from, to }, filter, 'range') }));
    const threadsOf = remember((store, filter, from, to) => store.threadsIn({ from, to }, filter).byName);
    const packagesOf = remember((store, weights) => packagesIn(store.stacks, store.end, weights));
    const coloursOf = remember(packageColours);
    const kindsOf = remember((stacks) => new Set(stacks.frames.kind));
    const searchOf = remember((query, caseSensitive) => compileSearch(query, { caseSensitive }));
    const hitsOf = remember((stacks, search) => (search.regex ? matchFrames(search.regex, stacks) : null));
    const marksOf = remember((p) => (p.marks || []).map((m) => ({ from: m.from_ns / p.step_ns, to: m.to_ns / p.step_ns, label: m.label }))
        .sort((a, b) => a.from - b.from));

    return (state, panel, look) => {
        const p = head.profiles[state.profile], { store, counts } = panel;
        const scene = {
            ...look, head, state, p, store, counts, unit: unitOf(p, state.event),
            /** The selection, or the whole profile. In steps, half-open. */
            range: state.range || { from: 0, to: Math.max(1, p.n_steps) },
            get grid() { return gridOf(p, state.periodNs, state.rows); },
            get cells() { return cellsOf(p, store, counts, state.event, state.who, state.showIdle, scene.grid); },
            /** Which weight has the strongest colour. */
            get top() { return topOf(scene.cells, state.scale); },
            get marks() { return marksOf(p); },
            get filter() { return filterOf(store, state.event, state.who, state.showIdle); },
            /** What there is to filter by; without weights before the samples are there. */
            get choices() { return choicesFor(p, store && choiceWeights(store, state.event, state.showIdle), state.who); },
            /** Weights of the range, and of the whole profile, under the same filter. */
            get weights() { return weightsOf(store, scene.filter, scene.range.from, scene.range.to); },
            get wholeWeights() { return wholeOf(store, scene.filter); },
            get threads() { return threadsOf(store, scene.filter, scene.range.from, scene.range.to); },
            get packages() { return packagesOf(store, scene.weights); },
            get packageColours() { return coloursOf(store.stacks); },
            get kinds() { return kindsOf(store.stacks); },
            /** The frame that fills the graph: a zoomed one that is not in this range gives way to its nearest ancestor that is. */
            get zoom() {
                let { zoom } = state;
                while (zoom && !scene.weights.total[zoom]) zoom = store.stacks.parent[zoom];
                return zoom;
            },
            get search() { return searchOf(state.query, state.caseSensitive); },
            /** Per frame whether the search finds it, or null. */
            get hit() { return hitsOf(store.stacks, scene.search); },
            get matched() { return scene.hit && matchedWeight(store.stacks, scene.weights.total, scene.hit, { root: scene.zoom, end: store.end }); },
        };
        return scene;
    };
}
