/* SPDX-License-Identifier: MIT
 *
 * Rows that are threads, processes, CPUs, hosts or events instead of offsets: the busiest first, what does not fit in one
 * row at the end. Each row is what the filter of its `who` lets through (who.js), so that a cell is the total of the flame
 * graph of its column under that filter. */
import { EVERYONE, groupsOf, nameOf } from "./who.js";

/** @typedef {{text: string, who: object|null, event: number, weight: number}} WhoRow who: what to filter by, null for the rest */
/** @typedef {{kind: string, rows: WhoRow[], rest: number, ofThread: Uint32Array|null, ofLane: Uint32Array|null}} WhoRows the row of each thread, or of each lane */

/* As many as fit beside their names without growing the map. */
export const WHO_ROWS = 20;

const known = (id) => (id >= 0 ? id : null);
const hostOf = (head, t) => head.hosts?.[t[3]] ?? null;

/* By what a thread, or a lane, is filtered, null: not known; and what a row of those is called. A thread is told by all that is known of it, a process by
 * its pid; both by their host, too. */
const KINDS = {
    thread: [(head, t) => ({ host: hostOf(head, t), pid: known(t[0]), thread: t[2], tid: known(t[1]) }), (who, t) => nameOf(t) + (who.tid === null ? "" : ` ${who.tid}`)],
    process: [(head, t) => (t[0] < 0 ? null : { host: hostOf(head, t), pid: t[0] }), (who, t) => `${nameOf(t)} ${who.pid}`],
    host: [(head, t) => (head.hosts ? { host: hostOf(head, t) } : null), (who) => who.host || "[no name]"],
    cpu: [(head, [, cpu]) => (cpu < 0 ? null : { cpu }), (who) => `CPU ${who.cpu}`],
    event: [(head, [event]) => ({ event }), (who, lane, head) => head.events[who.event].name],
};
const isOfLane = (kind) => kind === "cpu" || kind === "event";

/** What rows can be, beside offsets: kinds with at least two of them. */
export function whoKinds(head) {
    return Object.keys(KINDS).filter((kind) => new Set((isOfLane(kind) ? head.lanes : head.threads).map((item) => JSON.stringify(KINDS[kind][0](head, item))).filter((who) => who !== "null")).size > 1);
}

/**
 * @param {any} head one profile of the head
 * @param {string} kind one of whoKinds
 * @param {{perThread: Float64Array, perLane: Float64Array}} weights of what is looked at, under the filter
 * @param {number} most rows, the one of the rest included
 * @returns {WhoRows}
 */
export function whoRows(head, kind, weights, most) {
    const ofLane = isOfLane(kind), list = ofLane ? head.lanes : head.threads, [whoOf, textOf] = KINDS[kind], rowOfId = new Uint32Array(list.length);
    const groups = groupsOf(list, ofLane ? weights.perLane : weights.perThread, (item) => JSON.stringify(whoOf(head, item)));
    const busy = groups.filter((g) => g.weight > 0).sort((a, b) => b.weight - a.weight);
    const shown = busy.length > most ? busy.slice(0, most - 1) : busy, rest = busy.slice(shown.length);
    const rows = shown.map(({ item, weight }) => {
        const who = whoOf(head, item);
        return { text: who ? textOf(who, item, head) : "[not known]", who: who && kind !== "event" ? { ...EVERYONE, ...who } : null, event: who?.event ?? -1, weight };
    });
    if (rest.length) rows.push({ text: `${rest.length} more`, who: null, event: -1, weight: rest.reduce((sum, g) => sum + g.weight, 0) });
    rowOfId.fill(Math.max(0, rows.length - 1)); /* those of the rest, and those that have nothing */
    for (const [row, g] of shown.entries()) for (const id of g.ids) rowOfId[id] = row;
    return { kind, rows, rest: rest.length, ofThread: ofLane ? null : rowOfId, ofLane: ofLane ? rowOfId : null };
}
