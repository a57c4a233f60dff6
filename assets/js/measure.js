/* SPDX-License-Identifier: MIT
 *
 * One side of a comparison: the weight of each function and package, and how it waves in time. What src/compare/measure.c
 * does: blocks of one second, projected on the slowest cosines of the recording. The projection is linear, so here each
 * cosine is one pass over the samples and one sweep of the trie, which lets a page rest between them.
 *
 * A side may be several ranges: all but the selection. Their times follow each other without the gap. */
import { lowerBound } from "./store.js";
import { isUnresolved } from "./things.js";

const FEWEST_BLOCKS = 32, MOST_BLOCKS = 65536, FEWEST_WAVES = 4, MOST_WAVES = 24;

/**
 * @typedef {object} Side
 * @property {string} id @property {any} p one profile of the head
 * @property {import("./store.js").Store} store
 * @property {{from: number, to: number}[]} pieces ascending, in steps
 * @property {import("./store.js").Filter} filter
 */

/** Length in steps, and how it is cut into blocks. */
function cut(p, pieces) {
    const length = pieces.reduce((sum, r) => sum + r.to - r.from, 0);
    if (!p.has_time || length <= 0) return { length: 0, steps: 1, n: 0 };
    let steps = Math.floor(1e9 / p.step_ns);
    if (Math.floor(length / (steps || 1)) < FEWEST_BLOCKS) steps = Math.floor(length / FEWEST_BLOCKS);
    steps = Math.max(steps, Math.floor(length / MOST_BLOCKS) + 1);
    return { length, steps, n: Math.ceil(length / steps) };
}

/* 0.4 n^(2/3), in whole numbers. */
function wavesOf(n) {
    let waves = FEWEST_WAVES;
    if (n < 2 * FEWEST_WAVES) return 0;
    while (waves < MOST_WAVES && 125 * (waves + 1) ** 3 <= 8 * n * n) waves++;
    return waves;
}

/* Samples of the pieces: node and block of each; spans: node, begin and end in steps of the joined time. */
function collect({ store, filter }, pieces, blocks) {
    const { samples } = store, { time, node, thread, weight, runs, spans } = samples, { lanes, skip, threads } = filter;
    const out = { n: 0, node: [], block: [], weight: [], spanNode: [], begin: [], end: [], ns: spans ? spans.ns : 0 };
    const takes = (at, id) => !(skip && skip[at]) && !(threads && !threads[id]);
    let before = 0;
    for (const { from, to } of pieces) {
        for (let r = 0; r < runs.n; r++) {
            if (!lanes[runs.lane[r]]) continue;
            const lo = lowerBound(time, runs.from[r], runs.to[r], from), hi = lowerBound(time, lo, runs.to[r], to);
            for (let i = lo; i < hi; i++) {
                if (!takes(node[i], thread[i])) continue;
                out.node.push(node[i]);
                out.block.push(Math.floor((time[i] - from + before) / blocks.steps));
                out.weight.push(weight ? weight[i] : 1);
            }
        }
        for (let i = spans ? lowerBound(spans.start, 0, spans.n, from - spans.longest) : 0; spans && i < spans.n && spans.start[i] < to; i++) {
            const begin = Math.max(spans.start[i], from), end = Math.min(spans.start[i] + spans.duration[i], to);
            if (end <= begin || !lanes[spans.lane[i]] || !takes(spans.node[i], spans.thread[i])) continue;
            out.spanNode.push(spans.node[i]);
            out.begin.push(begin - from + before);
            out.end.push(end - from + before);
        }
        before += to - from;
    }
    return out;
}

/** Adds each node's weight to what its frame is, and to all above it, once. place: by thing, or null for itself. */
function addUp({ nNodes, frame }, end, of, place, self, below, own, all) {
    const covered = new Uint32Array(own.length);
    for (let i = 1; i < nNodes; i++) {
        const thing = of[frame[i]];
        if (thing < 0) continue;
        const at = place ? place[thing] : thing;
        if (at < 0) continue;
        own[at] += self[i];
        if (i < covered[at]) continue;
        all[at] += below[i];
        covered[at] = end[i];
    }
}

function sweep(below, parent) {
    for (let i = below.length - 1; i > 0; i--) below[parent[i]] += below[i];
}

/**
 * Weights. Call `wave(j)` for each of the nWaves afterwards, with what is worth it.
 * @param {Side} side @param {{function: Int32Array, package: Int32Array}} of @param {[number, number]} nThings functions, packages
 */
export function measure(side, of, nThings) {
    const { p, store } = side, { stacks, end } = store, pieces = side.pieces.map((r) => ({ from: r.from, to: Math.min(r.to, p.n_steps || 1) })).filter((r) => r.to > r.from);
    const blocks = cut(p, pieces), found = collect(side, pieces, blocks), kinds = [of.function, of.package];
    const self = new Float64Array(stacks.nNodes);
    let squares = 0, unresolved = 0;
    found.node.forEach((at, i) => { self[at] += found.weight[i]; squares += found.weight[i] ** 2; });
    found.spanNode.forEach((at, i) => { const w = (found.end[i] - found.begin[i]) * found.ns; self[at] += w; squares += w * w; });
    const below = self.slice();
    sweep(below, stacks.parent);
    for (let i = 1; i < stacks.nNodes; i++) if (self[i] && isUnresolved(stacks.names[stacks.frames.name[stacks.frame[i]]])) unresolved += self[i];
    const weight = below[0], m = {
        nBlocks: blocks.n, nWaves: wavesOf(blocks.n), samples: found.node.length + found.spanNode.length, weight, unresolved,
        seconds: p.has_time ? blocks.length * p.step_ns / 1e9 : 0,
        independent: p.weight === "count" && !p.n_spans ? weight : squares > 0 ? weight * weight / squares : 0,
        self: nThings.map((n) => new Float64Array(n)), total: nThings.map((n) => new Float64Array(n)),
        selfWave: [], totalWave: [], weightWave: [], timeWave: [], below,
    };
    kinds.forEach((kind, k) => addUp(stacks, end, kind, null, self, below, m.self[k], m.total[k]));
    /** The j-th cosine. place: by kind, by thing the place among the kept, or -1. */
    m.wave = (j, place, nKept) => {
        const cosine = new Float64Array(blocks.n), upTo = new Float64Array(blocks.n + 1), node = new Float64Array(stacks.nNodes);
        let time = 0;
        for (let b = 0; b < blocks.n; b++) {
            cosine[b] = Math.cos(Math.PI * (j + 1) * (b + 0.5) / blocks.n);
            upTo[b + 1] = upTo[b] + cosine[b] * blocks.steps;
            time += (Math.min((b + 1) * blocks.steps, blocks.length) - b * blocks.steps) * p.step_ns / 1e9 * cosine[b];
        }
        for (let i = 0; i < found.node.length; i++) node[found.node[i]] += found.weight[i] * cosine[found.block[i]];
        const integral = (at) => { const b = Math.min(Math.floor(at / blocks.steps), blocks.n - 1); return upTo[b] + (at - b * blocks.steps) * cosine[b]; };
        for (let i = 0; i < found.spanNode.length; i++) node[found.spanNode[i]] += (integral(found.end[i]) - integral(found.begin[i])) * found.ns;
        const sums = node.slice(), own = new Float64Array(nKept), all = new Float64Array(nKept);
        sweep(sums, stacks.parent);
        kinds.forEach((kind, k) => addUp(stacks, end, kind, place[k], node, sums, own, all));
        m.selfWave.push(own);
        m.totalWave.push(all);
        m.weightWave.push(sums[0]);
        m.timeWave.push(time);
    };
    return m;
}
