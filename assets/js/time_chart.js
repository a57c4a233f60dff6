/* SPDX-License-Identifier: MIT
 *
 * Stacks in the order of time: one track per thread, busiest first, in each the calls as boxes from where a frame is first
 * seen to where it is gone. A sample stands for the time until the thread's next one, but not for much more than the time
 * between samples: then the thread did not run. The result is a layout like that of a flame graph (layout.js), its x in
 * steps, so that painting and hitting stay the same; its rows go down, track under track. */

import { grown } from "./regroup.js";

/**
 * @typedef {import("./layout.js").Layout & {from: number, tracks: {thread: number, row: number, weight: number}[], hidden: number,
 *           samples: number}} Chart
 *   x0 and x1 in steps after `from`; the first box of a track is the track itself, node 0; hidden: threads that have no track
 */

const MOST_TRACKS = 24;
/* More are no chart any more: each would be far below a pixel. */
export const MOST_SAMPLES = 50000;
/* A gap of this many intervals is still one call: timers jitter. */
const GAP = 1.5;
const MAX_DEPTH = 8194;

/** Boxes in any order of rows; those of a row come from the left. Grown by doubling. */
function boxList() {
    let n = 0, rows = 0;
    const b = { row: new Uint32Array(4096), node: new Uint32Array(4096), x0: new Float64Array(4096), x1: new Float64Array(4096) };
    return {
        get rows() { return rows; },
        add(row, node, x0, x1) {
            if (n === b.row.length) for (const key of Object.keys(b)) b[key] = grown(b[key]);
            b.row[n] = row;
            b.node[n] = node;
            b.x0[n] = x0;
            b.x1[n++] = x1;
            if (row >= rows) rows = row + 1;
        },
        byRow() {
            const rowStart = new Uint32Array(rows + 1), node = new Uint32Array(n), x0 = new Float64Array(n), x1 = new Float64Array(n);
            for (let i = 0; i < n; i++) rowStart[b.row[i] + 1]++;
            for (let d = 0; d < rows; d++) rowStart[d + 1] += rowStart[d];
            const next = rowStart.slice();
            for (let i = 0; i < n; i++) {
                const at = next[b.row[i]]++;
                node[at] = b.node[i];
                x0[at] = b.x0[i];
                x1[at] = b.x1[i];
            }
            return { n, node, x0, x1, rowStart, depths: rows };
        },
    };
}

/**
 * @param {import("./store.js").Store} store
 * @param {import("./store.js").Range} range
 * @param {import("./store.js").Filter} filter
 * @param {{stacks: import("./store.js").Stacks, map: Uint32Array|null}} view
 * @param {{widthPx: number}} size
 * @returns {Chart|null} null: more than MOST_SAMPLES
 */
export function chartOf(store, range, filter, { stacks, map }, { widthPx }) {
    const found = segmentsByThread(store, range, filter);
    if (found === null) return null;
    const order = [...found.byThread.keys()].sort((a, b) => found.byThread.get(b).weight - found.byThread.get(a).weight || a - b);
    const boxes = boxList(), tracks = [], width = range.to - range.from, narrowest = width / Math.max(1, widthPx) / 2;
    for (const thread of order.slice(0, MOST_TRACKS)) {
        const { list, weight } = found.byThread.get(thread), row = boxes.rows;
        boxes.add(row, 0, 0, width);
        stackBoxes(settle(list, store.head, range), stacks, map, range.from, boxes, row + 1, narrowest);
        tracks.push({ thread, row, weight });
    }
    return { ...boxes.byRow(), width, zoom: 0, zoomDepth: 0, from: range.from, tracks, hidden: order.length - tracks.length, samples: found.n };
}

/** Per thread what was seen of it: {time, end (-1: unknown), node}, not yet in order. */
function segmentsByThread(store, range, filter) {
    const { time, node, thread, weight } = store.samples, byThread = new Map();
    let n = 0;
    const add = (id, seen, w) => {
        let own = byThread.get(id);
        if (!own) byThread.set(id, own = { list: [], weight: 0 });
        own.list.push(seen);
        own.weight += w;
        n++;
    };
    store.eachSample(range, filter, (i) => {
        if (n <= MOST_SAMPLES) add(thread[i], { time: time[i], end: -1, node: node[i] }, weight === null ? 1 : weight[i]);
    });
    store.eachSpan(range, filter, (at, id, ns, lane, start, end) => {
        if (n <= MOST_SAMPLES) add(id, { time: Math.max(start, range.from), end: Math.min(end, range.to), node: at }, ns);
    });
    return n > MOST_SAMPLES ? null : { byThread, n };
}

/** In order of time, none over the next one. */
function settle(list, head, range) {
    list.sort((a, b) => a.time - b.time);
    const interval = Math.max(1, intervalOf(list, head));
    list.forEach((seen, i) => {
        const next = i + 1 < list.length ? list[i + 1].time : range.to;
        const end = seen.end >= 0 ? seen.end : next - seen.time <= interval * GAP ? next : seen.time + interval;
        seen.end = Math.min(end, next, range.to);
    });
    return list;
}

/** Steps between samples of a thread that runs: from the rate, else the median of what is seen. */
function intervalOf(list, head) {
    if (head.rate_hz) return 1e9 / head.rate_hz / head.step_ns;
    const gaps = list.slice(1).map((seen, i) => seen.time - list[i].time).filter((gap) => gap > 0).sort((a, b) => a - b);
    return gaps.length ? gaps[gaps.length >> 1] : 1;
}

/** Boxes of a track, in rows below `top`. */
function stackBoxes(list, { parent, depth }, map, from, boxes, top, narrowest) {
    const open = new Uint32Array(MAX_DEPTH), since = new Float64Array(MAX_DEPTH), path = new Uint32Array(MAX_DEPTH), reached = new Float64Array(MAX_DEPTH).fill(-Infinity);
    let level = 0, until = -1;
    const close = (to) => {
        while (level > to) {
            const x0 = since[--level] - from, x1 = until - from;
            // Of boxes under half a pixel that stand in the same half pixel, the first is enough.
            if (x1 - x0 < narrowest && x1 - reached[level] < narrowest) continue;
            boxes.add(top + level, open[level], x0, x1);
            reached[level] = x1;
        }
    };
    for (const seen of list) {
        const node = map ? map[seen.node] : seen.node, deep = depth[node];
        for (let i = node, d = deep; d > 0; i = parent[i]) path[--d] = i;
        let same = 0;
        if (seen.time === until) while (same < deep && same < level && open[same] === path[same]) same++;
        close(same);
        for (; level < deep; level++) {
            open[level] = path[level];
            since[level] = seen.time;
        }
        until = seen.end;
    }
    close(0);
}
