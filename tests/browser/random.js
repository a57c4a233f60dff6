/* SPDX-License-Identifier: MIT
 *
 * Seeded random numbers and random decoded profiles for the tests of the page's pure modules. The profiles have the
 * shape docs/pack-format.md promises: trie in preorder, runs by (chunk, lane) with ascending times. */

/** mulberry32. @returns {(n: number) => number} whole numbers in [0, n) */
export function seeded(seed) {
    let a = seed >>> 0;
    return (n) => {
        a = (a + 0x6d2b79f5) >>> 0;
        let t = Math.imul(a ^ (a >>> 15), a | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * n);
    };
}

const N_FRAMES = 12;

/** Siblings have different frames, in ascending order, as in every real trie. */
function properTrie(random, nodes) {
    const root = new Map(), parent = [], depth = [], frame = [];
    for (let n = 1; n < nodes; ) {
        let at = root;
        for (let d = random(9); d >= 0 && n < nodes; d--) {
            const f = random(N_FRAMES);
            if (!at.has(f)) { at.set(f, new Map()); n++; }
            at = at.get(f);
        }
    }
    const add = (children, up, level, own) => {
        const id = parent.push(up) - 1;
        depth.push(level);
        frame.push(own);
        for (const f of [...children.keys()].sort((a, b) => a - b)) add(children.get(f), id, level + 1, f);
    };
    add(root, 0, 0, 0xffffffff);
    return { parent, depth, frame };
}

/** A random decoded profile; `plain` is the same as a list of samples, for oracles. proper: siblings are told apart. */
export function randomProfile(seed, { nodes = 40, n = 300, nSteps = 5000, weights = false, spans: nSpans = 0, proper = false } = {}) {
    const random = seeded(seed), path = [0], made = proper ? properTrie(random, nodes) : { parent: [0], depth: [0] }, { parent, depth } = made;
    while (parent.length < nodes) {
        path.length = 1 + random(path.length);
        parent.push(path[path.length - 1]);
        depth.push(path.length);
        path.push(parent.length - 1);
    }
    const nFrames = N_FRAMES, names = ["main", "operator()", "[unknown]", "a.b", "", "read"], modules = ["", "libc.so", "vmlinux"], packages = ["", "java.util", "libc"];
    const frames = {
        n: nFrames,
        name: Uint32Array.from({ length: nFrames }, () => random(names.length)),
        module: Uint32Array.from({ length: nFrames }, () => random(modules.length)),
        kind: Uint8Array.from({ length: nFrames }, () => random(5)),
        package: Uint32Array.from({ length: nFrames }, () => random(packages.length)),
    };
    const stacks = {
        nNodes: nodes, parent: Uint32Array.from(parent), depth: Uint16Array.from(depth), frames, names, modules, packages,
        frame: Uint32Array.from(parent, (_, i) => (i === 0 ? 0xffffffff : made.frame ? made.frame[i] : random(nFrames))),
        idle: Uint8Array.from(parent, (_, i) => (i > 0 && random(8) === 0 ? 1 : 0)),
    };
    const lanes = [[0, 0], [0, 1], [1, 0]], threads = [[1, 1, "java"], [1, 2, "java"], [7, 7, "cat"]];
    const plain = Array.from({ length: n }, () => ({
        time: random(4) === 0 ? random(nSteps / 100) * 100 : random(nSteps), lane: random(lanes.length),
        node: 1 + random(nodes - 1), thread: random(threads.length), weight: weights ? 1 + random(9) : 1,
    })).sort((a, b) => a.time - b.time);
    const chunks = [plain.slice(0, n >> 1), plain.slice(n >> 1)], runs = { n: 0, from: [], to: [], lane: [] }, order = [];
    for (const chunk of chunks)
        for (let lane = 0; lane < lanes.length; lane++) {
            runs.from.push(order.length);
            order.push(...chunk.filter((s) => s.lane === lane));
            runs.to.push(order.length);
            runs.lane.push(lane);
            runs.n++;
        }
    const column = (Type, key) => Type.from(order, (s) => s[key]);
    const samples = {
        n, time: column(Uint32Array, "time"), node: column(Uint32Array, "node"), thread: column(Uint32Array, "thread"),
        weight: weights ? column(Float64Array, "weight") : null,
        runs: { n: runs.n, from: Uint32Array.from(runs.from), to: Uint32Array.from(runs.to), lane: Uint16Array.from(runs.lane) },
    };
    const head = headOf({ n_steps: nSteps, n_nodes: nodes, lanes, threads });
    const some = Array.from({ length: nSpans }, () => {
        const time = random(nSteps), most = nSteps - time;
        return { time, duration: random(4) === 0 ? random(most + 1) : random(Math.min(most, 50) + 1), lane: random(lanes.length), node: 1 + random(nodes - 1), thread: random(threads.length) };
    }).sort((a, b) => a.time - b.time);
    const spanColumn = (Type, key) => Type.from(some, (s) => s[key]);
    if (nSpans)
        samples.spans = { n: nSpans, start: spanColumn(Uint32Array, "time"), duration: spanColumn(Uint32Array, "duration"), node: spanColumn(Uint32Array, "node"),
            thread: spanColumn(Uint32Array, "thread"), lane: spanColumn(Uint16Array, "lane"), longest: Math.max(...some.map((s) => s.duration)), ns: head.step_ns };
    return { head, stacks, samples, plain: [...plain, ...some] };
}

/** One profile of a head, with what a test does not say filled in. */
export function headOf(some = {}) {
    return {
        id: "prod", title: "Before", has_time: true, step_ns: 1000000, source_step_ns: 1000, n_steps: 5000, n_nodes: 40,
        clock_epoch_ns: null, weight: "samples", idle: "hide",
        heatmap: { period_ns: 1e9, rows: 50, palette: "flame", scale: "robust" },
        main_event: 0,
        events: [{ name: "cpu-clock", weight: "200" }, { name: "sched:sched_switch", weight: "100" }],
        lanes: [[0, 0]], threads: [[1, 1, "java"]], ...some,
    };
}
