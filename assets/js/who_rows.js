/* SPDX-License-Identifier: MIT
 *
 * Rows that are threads, processes, CPUs, hosts or events instead of offsets: the busiest first, what does not fit in one
 * row at the end. Each row is what the filter of its `who` lets through (who.js), so that a cell is the total of the flame
 * graph of its column under that filter. */
import { EVERYONE } from "./who.js";

/** @typedef {{text: string, who: object|null, event: number, weight: number, n: number}} WhoRow who: what to filter by, null for the rest */
/** @typedef {{kind: string, rows: WhoRow[], ofThread: Uint32Array|null, ofLane: Uint32Array|null}} WhoRows the row of each thread, or of each lane */

/* As many as fit beside their names without growing the map. */
export const WHO_ROWS = 20;

const known = (id) => (id >= 0 ? id : null);
const hostOf = (head, t) => (head.hosts ? head.hosts[t[3]] ?? null : null);

/* A thread is told by all that is known of it, a process by its pid; both by their host, too. */
const OF_THREAD = {
    thread: (head, t) => ({ host: hostOf(head, t), pid: known(t[0]), thread: t[2], tid: known(t[1]) }),
    process: (head, t) => (t[0] < 0 ? null : { host: hostOf(head, t), pid: t[0] }),
    host: (head, t) => (head.hosts ? { host: hostOf(head, t) } : null),
};
const OF_LANE = {
    cpu: ([, cpu]) => (cpu < 0 ? null : { cpu }),
    event: ([event]) => ({ event }),
};

/** What rows can be, beside offsets: kinds with at least two of them. */
export function whoKinds(head) {
    const several = (list) => new Set(list.filter(Boolean).map((w) => JSON.stringify(w))).size > 1;
    return [...Object.keys(OF_THREAD).filter((k) => several(head.threads.map((t) => OF_THREAD[k](head, t)))),
        ...Object.keys(OF_LANE).filter((k) => several(head.lanes.map((l) => OF_LANE[k](l))))];
}

function textOf(kind, who, head, thread) {
    if (kind === "thread") return `${thread[2] || "[no name]"}${who.tid === null ? "" : ` ${who.tid}`}`;
    if (kind === "process") return `${thread[2] || "[no name]"} ${who.pid}`;
    if (kind === "host") return who.host || "[no name]";
    return kind === "cpu" ? `CPU ${who.cpu}` : head.events[who.event].name;
}

/**
 * @param {any} head one profile of the head
 * @param {string} kind one of whoKinds
 * @param {{perThread: Float64Array, perLane: Float64Array}} weights of what is looked at, under the filter
 * @param {number} most rows, the one of the rest included
 * @returns {WhoRows}
 */
export function whoRows(head, kind, weights, most) {
    const ofThread = kind in OF_THREAD, list = ofThread ? head.threads : head.lanes, weight = ofThread ? weights.perThread : weights.perLane;
    const found = new Map(), rowOfId = new Uint32Array(list.length), groups = [];
    for (const [id, item] of list.entries()) {
        const who = ofThread ? OF_THREAD[kind](head, item) : OF_LANE[kind](item), key = JSON.stringify(who);
        let group = found.get(key);
        if (!group) {
            group = { who, weight: 0, n: 1, ids: [], item, best: -1 };
            found.set(key, group);
            groups.push(group);
        }
        group.ids.push(id);
        group.weight += weight[id];
        /* A process goes by the name of its first thread, or of its busiest. */
        const rank = ofThread && item[0] === item[1] ? Infinity : weight[id];
        if (rank > group.best) [group.best, group.item] = [rank, item];
    }
    const busy = groups.filter((g) => g.weight > 0).sort((a, b) => b.weight - a.weight);
    const shown = busy.length > most ? busy.slice(0, most - 1) : busy, rest = busy.slice(shown.length);
    const rows = shown.map((g) => ({ text: g.who ? textOf(kind, g.who, head, g.item) : "[not known]", who: g.who && kind !== "event" ? { ...EVERYONE, ...g.who } : null,
        event: g.who?.event ?? -1, weight: g.weight, n: 1 }));
    if (rest.length) rows.push({ text: `${rest.length} more`, who: null, event: -1, weight: rest.reduce((sum, g) => sum + g.weight, 0), n: rest.length });
    const last = Math.max(0, rows.length - 1);
    for (const g of groups) for (const id of g.ids) rowOfId[id] = last; /* those of the rest, and those that have nothing */
    for (const [row, g] of shown.entries()) for (const id of g.ids) rowOfId[id] = row;
    return { kind, rows, ofThread: ofThread ? rowOfId : null, ofLane: ofThread ? null : rowOfId };
}
