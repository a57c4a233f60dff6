/* SPDX-License-Identifier: MIT
 *
 * Decoded columns in, weights per trie node out. A range is two binary searches in every run (times ascend inside
 * a run); a flame graph is the ends of the samples in it, counted per node, and one reverse sweep over what of the trie
 * they touch, because parents come before their children. Buffers are made once: a call allocates nothing per sample. */

import { EVERYONE, threadsOf } from "./who.js";

/**
 * What decode.js gives (docs/pack-format.md, "What a decoder gives").
 * @typedef {{name: Uint32Array, module: Uint32Array, kind: Uint8Array, package: Uint32Array, n: number}} Frames
 * @typedef {{nNodes: number, parent: Uint32Array, frame: Uint32Array, idle: Uint8Array, depth: Uint16Array,
 *            frames: Frames, names: string[], modules: string[], packages: string[]}} Stacks
 * @typedef {{n: number, from: Uint32Array, to: Uint32Array, lane: Uint16Array}} Runs
 * @typedef {{n: number, time: Uint32Array, node: Uint32Array, thread: Uint32Array, weight: Float64Array|null,
 *            runs: Runs, spans?: import("./decode.js").Spans|null}} Samples
 */

/** Half-open, in whole steps since the origin. @typedef {{from: number, to: number}} Range */

/**
 * Which samples count: one byte per lane, 1: counts; one per thread, 1: counts; one per node where stacks end, 1: does
 * not count (idle, or left out by a transform). null lets all through.
 * @typedef {{lanes: Uint8Array, skip: Uint8Array|null, threads: Uint8Array|null}} Filter
 */

/**
 * Per node: `self` is the weight of samples that end there, `total` that of those that pass through; total[0] is the
 * sum of the range. The arrays belong to the store and hold until its next `weigh` into the same slot. Where every
 * sample weighs 1 they count in u32, which no sum of samples can pass: half the memory to clear, copy and sweep.
 * @typedef {{self: Uint32Array|Float64Array, total: Uint32Array|Float64Array, samples: number, weight: number}} Weights
 */

/** First index in [lo, hi) whose time is not below `t`. */
export function lowerBound(time, lo, hi, t) {
    while (lo < hi) {
        const mid = (lo + hi) >>> 1;
        if (time[mid] < t) lo = mid + 1;
        else hi = mid;
    }
    return lo;
}

/**
 * end[i] is the first node after the subtree of i: descendants of i are [i + 1, end[i]).
 * @param {{nNodes: number, parent: Uint32Array}} stacks
 * @returns {Uint32Array}
 */
export function subtreeEnds({ nNodes, parent }) {
    const end = new Uint32Array(nNodes);
    for (let i = nNodes - 1; i >= 0; i--) {
        if (end[i] === 0) end[i] = i + 1;
        const p = parent[i];
        if (end[p] < end[i]) end[p] = end[i];
    }
    return end;
}

/** What either leaves out. @param {Uint8Array|null} a @param {Uint8Array|null} b @returns {Uint8Array|null} */
export function eitherOf(a, b) {
    if (!a || !b) return a || b;
    const out = a.slice();
    for (let i = 0; i < out.length; i++) out[i] |= b[i];
    return out;
}

/* Nodes in a block, as a power of two. Of a short range most blocks have no weight: they are neither swept nor cleared. */
const BLOCK = 8;

/* Samples that are counted by one call. A browser compiles a function for its next call: a loop over all of them would run
 * half-compiled in each of the first selections, when a reader waits for them. So it is with the blocks of the sweep. */
const SLICE = 1024;

/** A selection may be of several parts: those of a finding. @param {Range} range @returns {Range[]} in order, none touches another */
export const partsOf = (range) => range.parts || [range];

/** Calls `visit(lo, hi, lane)` with the samples of the range in each run of a wanted lane. */
export function eachRun({ time, runs }, range, { lanes }, visit) {
    for (let r = 0; r < runs.n; r++) {
        if (lanes[runs.lane[r]] === 0) continue;
        for (const { from, to } of partsOf(range)) {
            const lo = lowerBound(time, runs.from[r], runs.to[r], from), hi = lowerBound(time, lo, runs.to[r], to);
            if (lo < hi) visit(lo, hi, runs.lane[r]);
        }
    }
}

export class Store {
    /**
     * @param {any} head one profile of the head
     * @param {Stacks} stacks
     * @param {Samples} samples
     */
    constructor(head, stacks, samples) {
        this.head = head;
        this.stacks = stacks;
        this.samples = samples;
        /** Ends of subtrees, for layout.js and search.js. */
        this.end = subtreeEnds(stacks);
        const someIdle = stacks.idle.includes(1);
        this._idle = someIdle ? stacks.idle : null;
        /** What leaves out nothing, as a filter's `skip`; null where there is no such array. */
        this.nothing = someIdle ? null : stacks.idle;
        /** @type {Map<string, {w: Weights, touched: Uint8Array}>} touched: see BLOCK */
        this._slots = new Map();
    }

    /** The whole profile. @returns {Range} */
    whole() {
        return { from: 0, to: this.head.n_steps };
    }

    /**
     * @param {{event?: number|null, who?: import("./who.js").Who, showIdle?: boolean, leftOut?: Uint8Array|null}} wanted
     *        event: index into head.events, null for all; leftOut: per node, 1: stacks that end there do not count
     * @returns {Filter}
     */
    filter({ event = 0, who = EVERYONE, showIdle = false, leftOut = null } = {}) {
        const lanes = Uint8Array.from(this.head.lanes, ([e, cpu]) =>
            (event === null || e === event) && (who.cpu === null || cpu === who.cpu) ? 1 : 0);
        return { lanes, skip: eitherOf(showIdle ? null : this._idle, leftOut), threads: threadsOf(this.head, who) };
    }

    /**
     * The flame graph of a range.
     * @param {Range} range
     * @param {Filter} filter
     * @param {string} [slot] weights of different slots live side by side (a comparison needs two)
     * @returns {Weights}
     */
    weigh(range, filter, slot = "") {
        const { w, touched } = this._slot(slot), { self, total } = w;
        for (let from = touched.indexOf(1), to; from >= 0; from = touched.indexOf(1, to)) {
            to = touched.indexOf(0, from); /* the last one is always 0 */
            for (const sums of [self, total]) sums.fill(0, from << BLOCK, to << BLOCK);
        }
        touched.fill(0);
        const simple = this.samples.weight === null && filter.threads === null && !this.samples.spans;
        let samples = simple ? this._countNodes(range, filter, self, touched) : this._addNodes(range, filter, self, touched);
        this.eachSpan(range, filter, (at, thread, ns) => {
            self[at] += ns;
            touched[at >> BLOCK] = 1;
            samples++;
        });
        sweep(self, total, touched, this.stacks.parent, filter.skip);
        w.weight = total[0];
        w.samples = simple ? w.weight : samples;
        return w;
    }

    /**
     * Samples and weight of a range, without the trie: cheap enough for every move of the pointer.
     * @returns {{samples: number, weight: number}}
     */
    countIn(range, filter) {
        let samples = 0, weight = 0;
        const { weight: w } = this.samples;
        if (filter.skip === null && filter.threads === null && w === null) eachRun(this.samples, range, filter, (lo, hi) => { samples += hi - lo; });
        else this.eachSample(range, filter, (i) => {
            samples++;
            if (w !== null) weight += w[i];
        });
        if (w === null) weight = samples;
        this.eachSpan(range, filter, (at, id, ns) => {
            samples++;
            weight += ns;
        });
        return { samples, weight };
    }

    /**
     * Weights of a range by thread of the head and by lane.
     * @returns {{perThread: Float64Array, perLane: Float64Array}}
     */
    weightsOf(range, filter) {
        const perThread = new Float64Array(this.head.threads.length), perLane = new Float64Array(this.head.lanes.length);
        const { thread, weight } = this.samples;
        this.eachSample(range, filter, (i, lane) => {
            const w = weight === null ? 1 : weight[i];
            perThread[thread[i]] += w;
            perLane[lane] += w;
        });
        this.eachSpan(range, filter, (at, id, ns, lane) => {
            perThread[id] += ns;
            perLane[lane] += ns;
        });
        return { perThread, perLane };
    }

    /**
     * Who ran in a range: per thread, and summed by thread name, heaviest first (ties in the order of first thread).
     * @returns {{perThread: Float64Array, byName: {name: string, threads: number, weight: number}[]}}
     */
    threadsIn(range, filter) {
        const { perThread } = this.weightsOf(range, filter);
        const names = new Map();
        for (let id = 0; id < perThread.length; id++) {
            if (perThread[id] === 0) continue;
            const name = this.head.threads[id][2];
            const row = names.get(name) || { name, threads: 0, weight: 0 };
            row.threads++;
            row.weight += perThread[id];
            names.set(name, row);
        }
        return { perThread, byName: [...names.values()].sort((a, b) => b.weight - a.weight) };
    }

    /** Calls `visit(i, lane)` with each wanted sample of the range. */
    eachSample(range, filter, visit) {
        const { node, thread } = this.samples, { skip, threads } = filter;
        eachRun(this.samples, range, filter, (lo, hi, lane) => {
            for (let i = lo; i < hi; i++) if ((skip === null || skip[node[i]] === 0) && (threads === null || threads[thread[i]] === 1)) visit(i, lane);
        });
    }

    /**
     * Calls `visit(node, thread, ns, lane, start, end)` with each wanted span that overlaps the range, and by how much. A span without length
     * belongs to the range it begins in.
     */
    eachSpan(range, filter, visit) {
        if (this.samples.spans) for (const part of partsOf(range)) this._eachSpanIn(part, filter, visit);
    }

    _eachSpanIn({ from, to }, { lanes, skip, threads }, visit) {
        const { spans } = this.samples;
        const { start, duration, node, thread, lane, longest, ns } = spans;
        for (let i = lowerBound(start, 0, spans.n, from - longest); i < spans.n && start[i] < to; i++) {
            const end = start[i] + duration[i], steps = Math.min(end, to) - Math.max(start[i], from);
            if (steps < 0 || (steps === 0 && (duration[i] > 0 || start[i] < from))) continue;
            if (lanes[lane[i]] === 0 || (skip !== null && skip[node[i]] === 1)) continue;
            if (threads !== null && threads[thread[i]] === 0) continue;
            visit(node[i], thread[i], steps * ns, lane[i], start[i], end);
        }
    }

    /* Every sample counts one: those left out are taken out per node in the sweep, which is cheaper than asking each. */
    _countNodes(range, filter, self, touched) {
        const { node } = this.samples;
        eachRun(this.samples, range, filter, (lo, hi) => {
            for (let at = lo; at < hi; at += SLICE) countSlice(node, at, Math.min(hi, at + SLICE), self, touched);
        });
        return 0;
    }

    _addNodes(range, filter, self, touched) {
        const { node, weight } = this.samples;
        let samples = 0;
        this.eachSample(range, filter, (i) => {
            const at = node[i];
            self[at] += weight === null ? 1 : weight[i];
            touched[at >> BLOCK] = 1;
            samples++;
        });
        return samples;
    }

    _slot(name) {
        let slot = this._slots.get(name);
        if (!slot) {
            const n = this.stacks.nNodes;
            const Sums = this.samples.weight === null && !this.samples.spans ? Uint32Array : Float64Array;
            slot = { w: { self: new Sums(n), total: new Sums(n), samples: 0, weight: 0 }, touched: new Uint8Array((n >> BLOCK) + 2) };
            this._slots.set(name, slot);
        }
        return slot;
    }
}

function countSlice(node, lo, hi, self, touched) {
    for (let i = lo; i < hi; i++) {
        const at = node[i];
        self[at]++;
        touched[at >> BLOCK] = 1;
    }
}

/* From the last block to the first: a node's weight goes to its parent, which may be in a block that nothing ends in. */
function sweep(self, total, touched, parent, skip) {
    for (let b = touched.length - 1; b >= 0; b--) if (touched[b] === 1) sweepBlock(b << BLOCK, self, total, touched, parent, skip);
}

function sweepBlock(first, self, total, touched, parent, skip) {
    for (let i = Math.min(self.length, first + (1 << BLOCK)) - 1; i >= first; i--) {
        if (skip !== null && skip[i] === 1) self[i] = 0;
        const t = self[i] + total[i], p = parent[i];
        if (t === 0) continue;
        total[i] = t;
        if (i === 0) continue;
        total[p] += t;
        if (p < first) touched[p >> BLOCK] = 1;
    }
}
