/* SPDX-License-Identifier: MIT
 *
 * What the views of stacks draw: a trie with weights, the node that fills the picture, and how each of its nodes is named
 * in an address, whatever the trie was made of. A node of a flame graph is named by the node of the first trie that it
 * stands for; one of an inverted graph by an end and how many frames it lies above it. */

import { callsOf, endsOf, endsOfBoth, growCallers, pathUp } from "./callers.js";
import { classing, diffWeights } from "./diff_tree.js";
import { NONE, regroup } from "./regroup.js";
import { eitherOf } from "./store.js";
import { below, framesNamed, outermost } from "./transforms.js";

/**
 * @typedef {import("./regroup.js").Trie & {self: any, total: any, zoom: number, addressOf: (node: number) => {zoom: number, up: number}}} Graph
 */

/* Callers below this part of what is drawn would be narrower than half a pixel on the widest screens. */
const CALLERS_SHARE = 0.5 / 2500;
/* A tree of callers is complete up to so many ends, and as fine as a twentieth of a per cent beyond. */
const TREE_ENDS = 20000, TREE_SHARE = 0.0005;

export const VIEWS = ["flame", "icicle", "inverted", "middle", "time", "table", "tree"];

/** Views whose zoom means the same share it: a zoom goes along between them. */
export const zoomOf = ({ view, treeCallers }) => (view === "inverted" || (view === "tree" && treeCallers) ? "up" : view === "middle" ? "middle" : view === "time" || view === "table" ? "" : "down");

/** Node of the view that a node of the first trie went to; 0 when it is left out. */
function nodeIn({ map, stacks }, node) {
    const at = map === null ? node : (map[node] ?? NONE);
    return at < stacks.nNodes ? at : 0;
}

/** The first node of the first trie that went to a node. */
const cameFrom = (map, node) => (map === null ? node : Math.max(0, map.indexOf(node)));

/** Callees from the root. weights: of the view. @returns {Graph} */
export function flameOf(view, weights, zoom) {
    const { stacks, end, map } = view;
    let at = nodeIn(view, zoom);
    while (at && !(weights.total[at] > 0)) at = stacks.parent[at];
    return { stacks, end, self: weights.self, total: weights.total, zoom: at, addressOf: (node) => ({ zoom: cameFrom(map, node), up: 0 }) };
}

/**
 * Callers from the ends of stacks. tree: small ones, too, as a tree wants them; samples: of both sides, where the weights are of a comparison.
 * @returns {Graph & {share: number}} share: less than this part of the whole is left out
 */
export function invertedOf(view, weights, zoom, up, { tree = false, samples = null } = {}) {
    const { ofBase, ofTarget } = weights, scale = samples && ofBase > 0 ? (ofTarget || ofBase) / ofBase : 1;
    const ends = samples ? endsOfBoth(weights.self, weights.baseSelf, scale) : endsOf(weights.self), at = nodeIn(view, zoom);
    const share = tree ? (ends.node.length > TREE_ENDS ? TREE_SHARE : 0) : CALLERS_SHARE;
    const graph = { ...upwards(view, ends, { share, path: at ? pathUp(view.stacks, at, up + 1) : [] }), share };
    if (!samples) return graph;
    const diff = diffWeights(graph, { total: graph.total.map((w, i) => (w - graph.target[i]) / scale) }, { self: graph.self, total: graph.target });
    return { ...graph, total: diff.total, compared: { diff, classOf: classing(diff, samples) } };
}

function upwards(view, entries, how) {
    const grown = growCallers(view.stacks, entries, how);
    return { ...grown, addressOf: (node) => (node === 0 ? { zoom: 0, up: 0 } : { zoom: cameFrom(view.map, grown.from[node]), up: grown.stacks.depth[node] - 1 }) };
}

/** The trie of all below a function's outermost calls: what map and shape depend on, not on weights. */
export function calleesTrie(view, name) {
    const calls = outermost(view, framesNamed(view.stacks, name));
    return { calls, ...regroup(view, { act: new Uint8Array(view.stacks.nNodes), roots: calls }) };
}

/**
 * Both sides of a function. Node 1 of each graph is the function itself; in an address `up` above 0 is on the side of the callers.
 * Frames of one name in several modules are several nodes; they are shown side by side.
 * @returns {{callers: Graph, callees: Graph, weight: number}}
 */
export function middleOf(view, trie, weights, zoom, up) {
    const { self: from } = weights, n = trie.stacks.nNodes, self = new from.constructor(n), { parent } = trie.stacks;
    for (let i = 0; i < from.length; i++) if (from[i] !== 0 && trie.map[i] !== NONE) self[trie.map[i]] += from[i];
    const total = self.slice();
    for (let i = n - 1; i > 0; i--) if (total[i] !== 0) total[parent[i]] += total[i];
    const below = nodeIn(view, zoom);
    let at = up === 0 && below ? trie.map[below] : 0;
    if (at === NONE) at = 0;
    while (at && !(total[at] > 0)) at = parent[at];
    const callees = { stacks: trie.stacks, end: trie.end, self, total, zoom: at, addressOf: (node) => ({ zoom: node === 0 ? 0 : cameFrom(view.map, trie.map.indexOf(node)), up: 0 }) };
    const path = up > 0 && below ? pathUp(view.stacks, below, up + 1) : [];
    return { callers: upwards(view, callsOf(trie.calls, weights.total), { share: CALLERS_SHARE, path }), callees, weight: total[0] };
}

/** The function to begin with when none is chosen: the one with the most weight of its own. */
export function heaviestFunction({ frame, frames, names, nNodes }, self) {
    const own = new Float64Array(names.length);
    for (let i = 1; i < nNodes; i++) if (self[i] !== 0 && frames.kind[frame[i]] !== 4) own[frames.name[frame[i]]] += self[i];
    let best = -1;
    for (let i = 0; i < own.length; i++) if (own[i] > 0 && (best < 0 || own[i] > own[best])) best = i;
    return best < 0 ? "" : names[best];
}

/** Children with weight, heaviest first. */
export function childrenOf({ stacks: { frame }, end, total }, node, least = 0) {
    const list = [];
    for (let c = node + 1; c < end[node]; c = end[c]) if (total[c] > 0 && total[c] >= least) list.push(c);
    return list.sort((a, b) => total[b] - total[a] || frame[a] - frame[b]);
}

/**
 * Weight of all stacks with a match, each once.
 * @param {Uint32Array} hits outermost nodes with a match
 */
export function matchedWeight({ total, target = total }, hits) {
    let weight = 0;
    for (const i of hits) weight += target[i];
    return weight;
}

/** Per node of the first trie: 1 where stacks end that do not count, by a filter or because a search finds nothing in them. */
export function notFound(view, hits, skip) {
    const { map } = view, without = below(view, hits, 0);
    return eitherOf(map === null ? without : Uint8Array.from(map, (at) => (at === NONE ? 1 : without[at])), skip);
}
