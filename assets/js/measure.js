/* SPDX-License-Identifier: MIT
 *
 * One side of a comparison: the weight of each function and package, and how it waves in time. What src/compare/measure.c
 * does: blocks of one second, projected on the slowest cosines of the recording. For each stack the things on it that are
 * worth a look are listed once; a block is then a few sums of its samples, and the page can rest between blocks.
 *
 * A side may be several ranges: all but the selection. Their times follow each other without the gap. */
import { sumsOf } from "./functions.js";
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

/* Parts of a span that covers more blocks than this are not added one by one. */
const LONG_SPAN = 8;
/* Blocks between two rests. */
const BLOCKS_A_SLICE = 64, NODES_A_SLICE = 1 << 18;

/* Calls visit(node, begin, end, weight) with each sample of the pieces (end: begin) and what of each span is in them, in the joined time. */
function eachSample({ store, filter }, pieces, visit) {
    const { time, node, weight } = store.samples;
    let late = 0;
    for (const piece of pieces) {
        const { from, to } = piece;
        late -= from;
        store.eachSample(piece, filter, (i) => visit(node[i], time[i] + late, time[i] + late, weight ? weight[i] : 1));
        store.eachSpan(piece, filter, (at, id, ns, lane, start, end) => { if (ns > 0) visit(at, Math.max(start, from) + late, Math.min(end, to) + late, ns); });
        late += to;
    }
}

/** Node and weight of each sample, block by block: those of block b are [first[b], first[b + 1]). Long spans stand apart. */
function byBlock(side, pieces, blocks) {
    const { weight, spans } = side.store.samples, first = new Uint32Array(blocks.n + 2), ns = spans?.ns ?? 0, long = [], blockOf = (at) => Math.floor(at / blocks.steps);
    const eachPart = (visit, visitLong) => eachSample(side, pieces, (at, begin, end, w) => {
        const from = blockOf(begin), last = Math.max(from, blockOf(end - 1));
        if (last - from > LONG_SPAN) visitLong({ at, begin, end });
        else for (let b = from; b <= last; b++) visit(b, at, from === last ? w : (Math.min(end, (b + 1) * blocks.steps) - Math.max(begin, b * blocks.steps)) * ns);
    });
    eachPart((b) => first[b + 2]++, (span) => long.push(span));
    for (let b = 2; b < first.length; b++) first[b] += first[b - 1];
    const n = first[blocks.n + 1], nodes = new Uint32Array(n), weights = weight || ns ? new Float64Array(n) : null;
    eachPart((b, at, w) => {
        const k = first[b + 1]++;
        nodes[k] = at;
        if (weights) weights[k] = w;
    }, () => {});
    return { first, nodes, weights, long, ns };
}

/**
 * The kept things of each stack that has weight (yields where it can rest): of node i list[first[i]] … list[first[i + 1] - 1], those of its leaf first, `own` many.
 * @param {[Int32Array, Int32Array]} placeOf by kind, by frame
 */
function* listKept({ nNodes, parent, frame }, self, placeOf, nKept) {
    const first = new Uint32Array(nNodes + 1), own = new Uint8Array(nNodes), seen = new Uint32Array(nKept);
    let list = new Uint32Array(1 << 16), n = 0;
    for (let i = 0; i < nNodes; i++) {
        first[i] = n;
        if (i % NODES_A_SLICE === 0) yield;
        if (self[i] === 0) continue;
        if (n + 2 * nKept > list.length) { const more = new Uint32Array(Math.max(2 * list.length, n + 4 * nKept)); more.set(list); list = more; }
        for (let at = i; at !== 0; at = parent[at]) for (const of of placeOf) {
            const place = of[frame[at]];
            if (place < 0 || seen[place] === i) continue;
            seen[place] = i;
            list[n++] = place;
            if (at === i) own[i]++;
        }
    }
    first[nNodes] = n;
    return { first, list, own };
}

/**
 * Weights; yields where it can rest. `waves` of what it returns, with what is worth it, adds how they wave.
 * @param {Side} side @param {{function: Int32Array, package: Int32Array}} of @param {[number, number]} nThings functions, packages
 */
export function* measure(side, of, nThings) {
    const { p, store } = side, { stacks, end } = store, pieces = side.pieces.map((r) => ({ from: r.from, to: Math.min(r.to, p.n_steps || 1) })).filter((r) => r.to > r.from);
    const blocks = cut(p, pieces), self = new Float64Array(stacks.nNodes);
    let squares = 0, unresolved = 0, n = 0;
    eachSample(side, pieces, (at, begin, until, w) => { self[at] += w; squares += w * w; n++; });
    yield;
    const below = self.slice();
    for (let i = below.length - 1; i > 0; i--) if (below[i] !== 0) below[stacks.parent[i]] += below[i];
    const nameless = Uint8Array.from(stacks.names, (name) => (isUnresolved(name) ? 1 : 0));
    for (let i = 1; i < stacks.nNodes; i++) if (self[i] !== 0 && nameless[stacks.frames.name[stacks.frame[i]]]) unresolved += self[i];
    yield;
    const kinds = [of.function, of.package], sums = kinds.map((kind, k) => sumsOf(stacks, end, { self, total: below }, nThings[k], (f) => kind[f])), weight = below[0];
    const m = {
        nBlocks: blocks.n, nWaves: wavesOf(blocks.n), samples: n, weight, unresolved, below,
        seconds: p.has_time ? blocks.length * p.step_ns / 1e9 : 0,
        independent: p.weight === "count" && !p.n_spans ? weight : squares > 0 ? weight * weight / squares : 0,
        self: sums.map((s) => s.own), total: sums.map((s) => s.all), selfWave: [], totalWave: [], weightWave: [], timeWave: [],
    };
    m.waves = (places, nKept) => waves(m, side, pieces, blocks, () => listKept(stacks, self, kinds.map((kind, k) => kind.map((thing) => (thing < 0 ? -1 : places[k][thing]))), nKept), nKept);
    return m;
}

/** Fills the waves of m; yields where it can rest. */
function* waves(m, side, pieces, blocks, keptNow, nKept) {
    const cosines = Array.from({ length: m.nWaves }, (_, j) => Float64Array.from({ length: blocks.n }, (__, b) => Math.cos(Math.PI * (j + 1) * (b + 0.5) / blocks.n)));
    const kept = yield* keptNow();
    yield;
    const { first, nodes, weights, long, ns } = byBlock(side, pieces, blocks), { first: from, list, own } = kept;
    const self = new Float64Array(nKept), total = new Float64Array(nKept), touched = new Uint32Array(nKept), sums = () => cosines.map(() => new Float64Array(nKept));
    Object.assign(m, { selfWave: sums(), totalWave: sums(), weightWave: cosines.map(() => 0), timeWave: cosines.map(() => 0) });
    yield;
    for (let b = 0; b < blocks.n; b++) {
        let nTouched = 0, whole = 0;
        for (let k = first[b]; k < first[b + 1]; k++) {
            const at = nodes[k], w = weights ? weights[k] : 1;
            whole += w;
            for (let i = from[at], ownEnd = i + own[at]; i < from[at + 1]; i++) {
                const place = list[i];
                if (total[place] === 0) touched[nTouched++] = place;
                total[place] += w;
                if (i < ownEnd) self[place] += w;
            }
        }
        const length = (Math.min((b + 1) * blocks.steps, blocks.length) - b * blocks.steps) * side.p.step_ns / 1e9;
        for (let j = 0; j < m.nWaves; j++) {
            const c = cosines[j][b], own_ = m.selfWave[j], all = m.totalWave[j];
            m.weightWave[j] += whole * c;
            m.timeWave[j] += length * c;
            for (let i = 0; i < nTouched; i++) { const place = touched[i]; own_[place] += self[place] * c; all[place] += total[place] * c; }
        }
        for (let i = 0; i < nTouched; i++) self[touched[i]] = total[touched[i]] = 0;
        if (b % BLOCKS_A_SLICE === 0) yield;
    }
    if (long.length) addLong(m, blocks, kept, cosines, long, ns);
}

/* A span that lasts: its share of each block through the running sum of the cosine. */
function addLong(m, blocks, { first, list, own }, cosines, long, ns) {
    cosines.forEach((cosine, j) => {
        const upTo = new Float64Array(blocks.n + 1);
        for (let b = 0; b < blocks.n; b++) upTo[b + 1] = upTo[b] + cosine[b] * blocks.steps;
        const integral = (at) => { const b = Math.min(Math.floor(at / blocks.steps), blocks.n - 1); return upTo[b] + (at - b * blocks.steps) * cosine[b]; };
        for (const { at, begin, end } of long) {
            const w = (integral(end) - integral(begin)) * ns;
            m.weightWave[j] += w;
            for (let i = first[at]; i < first[at + 1]; i++) {
                m.totalWave[j][list[i]] += w;
                if (i < first[at] + own[at]) m.selfWave[j][list[i]] += w;
            }
        }
    });
}
