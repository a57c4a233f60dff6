/* SPDX-License-Identifier: MIT
 *
 * The page's decoder: columns of docs/pack-format.md in, typed arrays out. It follows src/pack/stacks.c and
 * src/pack/columns.c step by step and checks every id, so that what comes out can be indexed with blindly. Pure: no
 * document, no clock; it may run in a worker. */
import { Reader, readSection } from './bytes.js';
import { decodeTrie } from './trie.js';

/** Columns of a section, in their order; escapes of stacks are four byte planes. */
const STACKS = ['name shared', 'name rest', 'module shared', 'module rest', 'frame name', 'frame module', 'frame kind',
    'trie', 'idle', 'package shared', 'package rest', 'frame package'];
const SAMPLES = ['run', 'tick', 'time', 'time escape', 'thread', 'thread escape', 'stack', 'stack escape 0',
    'stack escape 1', 'stack escape 2', 'stack escape 3', 'weight new', 'weight', 'span start', 'span duration', 'span stack', 'span thread',
    'span lane'];

const CHUNK = 131072;
const LIST = 250;
const TIME_ESCAPE = 255;
const KINDS = 5;
const MAX_NAMES = 2 ** 29;
const NONE = 0xffffffff;

/** Readers of the columns of one section, by name. */
function readers(columns, names, section) {
    return Object.fromEntries(names.map((name, i) => [name, new Reader(columns[i], `section '${section}', column '${name}'`)]));
}

function expectSize(r, n) {
    if (r.bytes.length !== n) r.fail(`${r.bytes.length} bytes, expected ${n}`);
}

/* ---- counts */

/**
 * @param {Uint8Array[]} columns @param {any} head one profile of the head
 * @returns {{events: {levels: {bucketNs: number, busy: Float64Array, idle: Float64Array|null}[]}[]}}
 */
function decodeCounts(columns, head, section = 'counts') {
    if (!head.levels.length) return { events: head.events.map(() => ({ levels: [] })) };
    const events = head.events.map((event, e) => {
        const busy = readCounts(columns[2 * e], head.levels[0][1], `section '${section}', column '${2 * e}'`);
        const idle = columns[2 * e + 1].length
            ? readCounts(columns[2 * e + 1], head.levels[0][1], `section '${section}', column '${2 * e + 1}'`) : null;
        const levels = [{ bucketNs: head.levels[0][0], busy, idle }];
        for (let k = 1; k < head.levels.length; k++) {
            const [bucketNs, n] = head.levels[k];
            const below = levels[k - 1];
            const factor = bucketNs / below.bucketNs;
            if (!Number.isInteger(factor) || n < Math.ceil(below.busy.length / factor))
                throw new Error(`head, 'levels': level ${k} has ${n} buckets of ${bucketNs} ns, which does not nest`);
            levels.push({ bucketNs, busy: sumUp(below.busy, n, factor), idle: below.idle && sumUp(below.idle, n, factor) });
        }
        return { levels };
    });
    return { events };
}

function readCounts(column, n, name) {
    const r = new Reader(column, name);
    if (n > column.length) r.fail(`${column.length} bytes, expected at least ${n}`);
    const out = new Float64Array(n);
    for (let i = 0; i < n; i++) out[i] = r.varint();
    r.done();
    return out;
}

function sumUp(below, n, factor) {
    const out = new Float64Array(n);
    for (let i = 0; i < below.length; i++) out[Math.floor(i / factor)] += below[i];
    return out;
}

/* ---- stacks */

/** Front-coded strings: all of them as bytes first, so that the usual, ASCII, list is decoded in one go. */
function readNames(shared, rest, n) {
    if (n > shared.bytes.length) shared.fail(`${shared.bytes.length} bytes, expected at least ${n}`);
    const end = new Float64Array(n + 1);
    const same = new Uint32Array(n);
    const bytes = rest.bytes;
    let at = 0;
    for (let i = 0; i < n; i++) {
        same[i] = shared.below(i ? end[i] - end[i - 1] + 1 : 1, 'a shared length');
        const stop = bytes.indexOf(0, at);
        if (stop < 0) rest.fail('a name without an end');
        end[i + 1] = end[i] + same[i] + stop - at;
        if (end[i + 1] > MAX_NAMES) rest.fail(`names of more than ${MAX_NAMES} bytes`);
        at = stop + 1;
    }
    rest.at = at;
    shared.done();
    rest.done();
    const all = new Uint8Array(end[n]);
    for (let i = 0, from = 0; i < n; i++) {
        if (same[i]) all.copyWithin(end[i], end[i - 1], end[i - 1] + same[i]);
        const length = end[i + 1] - end[i] - same[i];
        all.set(bytes.subarray(from, from + length), end[i] + same[i]);
        from += length + 1;
    }
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const text = decoder.decode(all);
    const names = new Array(n);
    const ascii = text.length === all.length;
    for (let i = 0; i < n; i++)
        names[i] = ascii ? text.slice(end[i], end[i + 1]) : decoder.decode(all.subarray(end[i], end[i + 1]));
    return names;
}

function readFrames(c, n, nNames, nModules) {
    const kindColumn = c['frame kind'];
    expectSize(kindColumn, n);
    const name = new Uint32Array(n), module = new Uint32Array(n), kind = new Uint8Array(n), last = new Uint8Array(nModules);
    for (let i = 0, at = 0; i < n; i++) {
        at += c['frame name'].varint();
        if (at >= nNames) c['frame name'].fail(`a name is ${at}, expected less than ${nNames}`);
        name[i] = at;
        const m = module[i] = c['frame module'].below(nModules, 'a module');
        const k = kindColumn.byte();
        if (k > KINDS) kindColumn.fail(`a kind is ${k}, expected at most ${KINDS}`);
        kind[i] = last[m] = k ? k - 1 : last[m];
    }
    c['frame name'].done();
    c['frame module'].done();
    return { n, name, module, kind };
}

/** Of each frame; most are that of the last frame of the same module. */
function readPackages(column, { n, module }, nPackages, nModules) {
    if (n > column.bytes.length) column.fail(`${column.bytes.length} bytes, expected at least ${n}`);
    const out = new Uint32Array(n), last = new Uint32Array(nModules);
    for (let i = 0; i < n; i++) {
        const v = column.below(nPackages + 1, 'a package');
        out[i] = last[module[i]] = v ? v - 1 : last[module[i]];
    }
    column.done();
    return out;
}

/** The next of a list of gaps, or Infinity after the last. */
const nextGap = (r) => (r.more ? r.varint() : Infinity);

/** Numbers the stacks; idle marks are gaps among them. */
function readIdle(column, ends) {
    const nNodes = ends.length, idle = new Uint8Array(nNodes), nodeOfStack = new Uint32Array(nNodes);
    let nStacks = 0, toIdle = nextGap(column);
    for (let node = 1; node < nNodes; node++) {
        if (!ends[node]) continue;
        nodeOfStack[nStacks++] = node;
        if (toIdle--) continue;
        idle[node] = 1;
        toIdle = nextGap(column);
    }
    if (toIdle !== Infinity) column.fail('an idle stack past the last one');
    return { idle, nodeOfStack: nodeOfStack.slice(0, nStacks) };
}

/**
 * Node 0 is the root (parent 0, frame 0xffffffff); preorder, siblings in the order of their names, so in the order of
 * their frames. nodeOfStack is what decodeSamples needs.
 * @param {Uint8Array[]} columns @param {any} head one profile of the head
 * @returns {{nNodes: number, parent: Uint32Array, frame: Uint32Array, idle: Uint8Array, depth: Uint16Array,
 *   nodeOfStack: Uint32Array, frames: {n: number, name: Uint32Array, module: Uint32Array, kind: Uint8Array, package: Uint32Array},
 *   names: string[], modules: string[], packages: string[]}}
 */
export function decodeStacks(columns, head, section = 'stacks', progress = undefined) {
    const c = readers(columns, STACKS, section);
    const names = readNames(c['name shared'], c['name rest'], head.n_names);
    const modules = readNames(c['module shared'], c['module rest'], head.n_modules);
    if (head.n_frames > c['frame kind'].bytes.length) expectSize(c['frame kind'], head.n_frames);
    const frames = readFrames(c, head.n_frames, names.length, modules.length);
    const packages = readNames(c['package shared'], c['package rest'], head.n_packages);
    frames.package = readPackages(c['frame package'], frames, packages.length, modules.length);
    const nNodes = head.n_nodes;
    const { parent, frame, depth, ends } = decodeTrie(c.trie, nNodes, frames, progress);
    const { idle, nodeOfStack } = readIdle(c.idle, ends);
    return { nNodes, parent, frame, idle, depth, nodeOfStack, frames, names, modules, packages };
}

/* ---- samples */

/** Stable radix sort of order[0, n) by key[first + order[i]], 11 bits at a time. Nothing to do for one lane's times. */
function orderBy(key, first, order, spare, n) {
    let least = NONE, most = 0, before = 0, sorted = true;
    for (let i = 0; i < n; i++) {
        const v = key[first + order[i]];
        if (v < before) sorted = false;
        if (v < least) least = v;
        if (v > most) most = v;
        before = v;
    }
    if (sorted) return;
    const begin = new Uint32Array(2049);
    for (let shift = 0; n && shift < 32 && (most - least) >>> shift; shift += 11) {
        begin.fill(0);
        for (let i = 0; i < n; i++) begin[((key[first + i] - least) >>> shift & 2047) + 1]++;
        for (let d = 0; d < 2048; d++) begin[d + 1] += begin[d];
        for (let i = 0; i < n; i++) spare[begin[(key[first + order[i]] - least) >>> shift & 2047]++] = order[i];
        order.set(spare.subarray(0, n));
    }
}

/** Move-to-front lists of at most LIST ids, newest first; one for each key, made when first used. */
class Lists {
    constructor(n) {
        this.values = new Array(n);
        this.n = new Uint8Array(n);
    }

    front(key) {
        return this.n[key] ? this.values[key][0] : 0;
    }

    /** The value at a rank, put in front; undefined when the list is shorter. */
    hit(key, rank) {
        if (rank >= this.n[key]) return undefined;
        const list = this.values[key];
        const v = list[rank];
        if (rank > 8) list.copyWithin(1, 0, rank);
        else for (let i = rank; i > 0; i--) list[i] = list[i - 1];
        list[0] = v;
        return v;
    }

    add(key, v) {
        let list = this.values[key];
        const n = this.n[key];
        if (!list) {
            list = this.values[key] = new Uint32Array(16);
        } else if (n === list.length && n < LIST) {
            list = new Uint32Array(Math.min(LIST, n * 4));
            list.set(this.values[key]);
            this.values[key] = list;
        }
        list.copyWithin(1, 0, Math.min(n, list.length - 1));
        list[0] = v;
        if (n < LIST) this.n[key] = n + 1;
    }
}

/** Runs of all chunks: run i is samples [from, to) of one lane inside one chunk. */
function readRuns(r, nPoints, nLanes) {
    const from = [], to = [], lane = [];
    for (let first = 0; first < nPoints; first += CHUNK) {
        const end = Math.min(first + CHUNK, nPoints);
        for (let at = first, next = 0; at < end;) {
            const l = next + r.varint();
            if (l >= nLanes) r.fail(`a lane is ${l}, expected less than ${nLanes}`);
            const n = r.varint();
            if (n === 0 || n > end - at) r.fail(`a run of ${n}, expected 1 to ${end - at}`);
            from.push(at);
            to.push(at += n);
            lane.push(l);
            next = l + 1;
        }
    }
    r.done();
    return { n: from.length, from: Uint32Array.from(from), to: Uint32Array.from(to), lane: Uint16Array.from(lane) };
}

/** Times ascend in a lane, from chunk to chunk, too. */
function readTimes(c, head, runs, n) {
    const time = new Uint32Array(n);
    const nLanes = head.lanes.length;
    if (!head.has_time) {
        for (const name of ['tick', 'time', 'time escape']) expectSize(c[name], 0);
        return time;
    }
    expectSize(c.time, n);
    const tick = new Float64Array(nLanes), last = new Float64Array(nLanes);
    for (let l = 0; l < nLanes; l++) tick[l] = c.tick.varint();
    const bytes = c.time.bytes, escape = c['time escape'], nSteps = head.n_steps;
    for (let k = 0; k < runs.n; k++) {
        const l = runs.lane[k], step = tick[l], to = runs.to[k];
        let t = last[l];
        for (let i = runs.from[k]; i < to; i++) {
            const b = bytes[i];
            const d = b === TIME_ESCAPE ? escape.zigzag() : b & 1 ? -(b + 1) / 2 : b / 2;
            if (!(step + d >= 0 && t + step + d < nSteps)) {
                c.time.at = i;
                c.time.fail(`time ${t + step + d} after ${t}, expected that much or more, and less than ${nSteps}`);
            }
            time[i] = t += step + d;
        }
        last[l] = t;
    }
    c.tick.done();
    escape.done();
    return time;
}

function readThreads(c, head, runs, n) {
    expectSize(c.thread, n);
    const thread = new Uint32Array(n);
    const bytes = c.thread.bytes, escape = c['thread escape'], lists = new Lists(head.lanes.length);
    for (let k = 0; k < runs.n; k++) {
        const l = runs.lane[k];
        for (let i = runs.from[k]; i < runs.to[k]; i++) {
            const rank = bytes[i];
            let t;
            if (rank === LIST) {
                t = escape.below(head.threads.length, 'a thread');
                lists.add(l, t);
            } else {
                t = lists.hit(l, rank);
                if (t === undefined) {
                    c.thread.at = i;
                    c.thread.fail(`rank ${rank} in a list of ${lists.n[l]}`);
                }
            }
            thread[i] = t;
        }
    }
    escape.done();
    return thread;
}

/** The four planes of the escapes, as numbers. */
function readEscapes(c, n) {
    const out = new Uint32Array(n);
    for (let plane = 0; plane < 4; plane++) {
        const r = c[`stack escape ${plane}`];
        if (!r.bytes.length) continue;
        expectSize(r, n);
        for (let i = 0; i < n; i++) out[i] += r.bytes[i] * 2 ** (8 * plane);
    }
    return out;
}

function readNodes(c, n, time, thread, nThreads, nodeOfStack, progress) {
    expectSize(c.stack, n);
    const node = new Uint32Array(n);
    const bytes = c.stack.bytes, nStacks = nodeOfStack.length, lists = new Lists(nThreads);
    let nEscapes = 0, escaped = 0;
    for (let i = 0; i < n; i++) if (bytes[i] === LIST) nEscapes++;
    const escape = readEscapes(c, nEscapes);
    const order = new Uint32Array(Math.min(n, CHUNK)), spare = new Uint32Array(order.length);
    for (let first = 0; first < n; first += CHUNK) {
        const size = Math.min(CHUNK, n - first);
        for (let i = 0; i < size; i++) order[i] = i;
        orderBy(time, first, order, spare, size);
        orderBy(thread, first, order, spare, size);
        for (let i = 0; i < size; i++) {
            const at = first + order[i], t = thread[at], rank = bytes[first + i];
            let s;
            if (rank === LIST) {
                const v = escape[escaped++];
                s = lists.front(t) + (v & 1 ? -(v + 1) / 2 : v / 2);
                if (!(s >= 0 && s < nStacks)) {
                    c.stack.at = first + i;
                    c.stack.fail(`a stack is ${s}, expected 0 to ${nStacks - 1}`);
                }
                lists.add(t, s);
            } else {
                s = lists.hit(t, rank);
                if (s === undefined) {
                    c.stack.at = first + i;
                    c.stack.fail(`rank ${rank} in a list of ${lists.n[t]}`);
                }
            }
            node[at] = nodeOfStack[s];
        }
        progress((first + size) / n);
    }
    return node;
}

function readWeights(c, head, runs, n) {
    if (head.weight === 'samples') return null;
    expectSize(c['weight new'], Math.ceil(n / 8));
    const bits = c['weight new'].bytes, values = c.weight;
    const weight = new Float64Array(n), last = new Float64Array(head.lanes.length).fill(1);
    for (let k = 0; k < runs.n; k++) {
        const l = runs.lane[k];
        for (let i = runs.from[k]; i < runs.to[k]; i++) {
            if (bits[i >> 3] >> (i & 7) & 1) last[l] = values.varint();
            weight[i] = last[l];
        }
    }
    values.done();
    return weight;
}

/**
 * Spans in the order of start, times in steps; `longest` is the longest duration, `ns` what a step is.
 * @typedef {{n: number, start: Uint32Array, duration: Uint32Array, node: Uint32Array, thread: Uint32Array, lane: Uint16Array,
 *   longest: number, ns: number}} Spans
 */

function readSpans(c, head, nodeOfStack) {
    const n = head.n_spans;
    if (!n) return null;
    const [start, duration, stack, thread, lane] = SAMPLES.slice(-5).map((name) => c[name]);
    const s = { n, start: new Uint32Array(n), duration: new Uint32Array(n), node: new Uint32Array(n), thread: new Uint32Array(n),
        lane: new Uint16Array(n), longest: 0, ns: head.step_ns };
    for (let i = 0, at = 0; i < n; i++) {
        at += start.varint();
        const steps = duration.varint();
        if (at >= head.n_steps) start.fail(`a span begins at ${at}, expected less than ${head.n_steps}`);
        if (at + steps > head.n_steps) duration.fail(`a span ends at ${at + steps}, expected at most ${head.n_steps}`);
        s.start[i] = at;
        s.duration[i] = steps;
        s.node[i] = nodeOfStack[stack.below(nodeOfStack.length, 'a stack')];
        s.thread[i] = thread.below(head.threads.length, 'a thread');
        s.lane[i] = lane.below(head.lanes.length, 'a lane');
        if (steps > s.longest) s.longest = steps;
    }
    for (const r of [start, duration, stack, thread, lane]) r.done();
    return s;
}

/**
 * Samples stand in (chunk, lane, time) order; run i is samples [from, to) of one lane inside one chunk, times ascending.
 * @param {Uint8Array[]} columns @param {any} head one profile of the head @param {{nodeOfStack: Uint32Array}} stacks
 * @returns {{n: number, time: Uint32Array, node: Uint32Array, thread: Uint32Array, weight: Float64Array|null,
 *   runs: {n: number, from: Uint32Array, to: Uint32Array, lane: Uint16Array}, spans: Spans|null}}
 */
export function decodeSamples(columns, head, stacks, section = 'samples', progress = () => {}) {
    const c = readers(columns, SAMPLES, section);
    const n = head.n_points;
    expectSize(c.stack, n);
    const runs = readRuns(c.run, n, head.lanes.length);
    const time = readTimes(c, head, runs, n);
    const thread = readThreads(c, head, runs, n);
    const node = readNodes(c, n, time, thread, head.threads.length, stacks.nodeOfStack, progress);
    const weight = readWeights(c, head, runs, n);
    return { n, time, node, thread, weight, runs, spans: readSpans(c, head, stacks.nodeOfStack) };
}

/* ---- whole sections: text in */

/** @param {string|Uint8Array} text @param {any} head one profile of the head @param {number} k its number */
export async function readCountsSection(text, head, k) {
    const n = head.levels.length ? 2 * head.events.length : 0;
    return decodeCounts(await readSection(text, `${k}.counts`, n), head, `${k}.counts`);
}

/** @param {(share: number) => void} [progress] told now and then how much is done */
export async function readStacksSection(text, head, k, progress) {
    return decodeStacks(await readSection(text, `${k}.stacks`, STACKS.length), head, `${k}.stacks`, progress);
}

/** @param {{nodeOfStack: Uint32Array}} stacks what readStacksSection gave */
export async function readSamplesSection(text, head, k, stacks, progress) {
    return decodeSamples(await readSection(text, `${k}.samples`, SAMPLES.length), head, stacks, `${k}.samples`, progress);
}
