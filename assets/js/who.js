/* SPDX-License-Identifier: MIT
 *
 * Whose samples are shown: one host, process, thread name, thread or CPU of a profile, or all of them. Values are what
 * stands in the link; null: all. */

/** @typedef {{host: string|null, pid: number|null, thread: string|null, tid: number|null, cpu: number|null}} Who */

/* More than these are no list to choose from; what is chosen is in it all the same. */
const MOST_CHOICES = 300;

/* From the whole to its part: a list holds what is in those chosen before it. */
export const WHO_KEYS = ["host", "pid", "thread", "tid", "cpu"];
export const WHO_LABELS = { host: "host", pid: "process", thread: "thread", tid: "tid", cpu: "CPU" };
export const EVERYONE = Object.freeze({ host: null, pid: null, thread: null, tid: null, cpu: null });

export const isEveryone = (who) => WHO_KEYS.every((key) => who[key] === null);

const hostOf = (head, thread) => (head.hosts ? head.hosts[thread[3]] ?? "" : "");
const ofThread = { host: hostOf, pid: (head, t) => t[0], thread: (head, t) => t[2], tid: (head, t) => t[1] };

/** Whether a thread of the head passes by the first keys, all of them if `n` is not said. */
function passes(head, thread, who, n = WHO_KEYS.length) {
    return WHO_KEYS.slice(0, n).every((key) => key === "cpu" || who[key] === null || ofThread[key](head, thread) === who[key]);
}

/** Per thread of the head 1 or 0; null when none of them is left out. @returns {Uint8Array|null} */
export function threadsOf(head, who) {
    if (Object.keys(ofThread).every((key) => who[key] === null)) return null;
    return Uint8Array.from(head.threads, (t) => (passes(head, t, who) ? 1 : 0));
}

/** Whether any sample of the profile could be of a value. */
export function isSomeone(head, key, value) {
    if (key === "cpu") return head.lanes.some(([, cpu]) => cpu === value);
    return head.threads.some((t) => ofThread[key](head, t) === value);
}

/** A choice more: what contradicts it (a thread of another process) gives way. @returns {Who} */
export function choose(head, who, key, value) {
    const next = { ...who, [key]: value };
    for (const other of Object.keys(ofThread).reverse()) {
        if (head.threads.some((t) => passes(head, t, next))) break;
        if (other !== key) next[other] = null;
    }
    return next;
}

/**
 * What there is to choose from, heaviest first; a list with fewer than two values is empty unless one is chosen.
 * @param {any} head one profile of the head
 * @param {{perThread: Float64Array, perLane: Float64Array}|null} weights of the whole profile (store.weightsOf); null: not known yet
 * @param {Who} who
 * @returns {Record<string, {value: any, text: string, weight: number}[]>}
 */
export function choicesOf(head, weights, who) {
    const lists = {}, perThread = weights?.perThread ?? new Float64Array(head.threads.length), perLane = weights?.perLane ?? new Float64Array(head.lanes.length);
    for (const [place, key] of Object.keys(ofThread).entries()) {
        const found = new Map();
        head.threads.forEach((t, id) => {
            const value = ofThread[key](head, t);
            if (value === -1 || value === "" || !passes(head, t, who, place)) return;
            const row = found.get(value) || { value, text: String(value), weight: 0, most: -1 };
            row.weight += perThread[id];
            /* A process goes by the name of its first thread, or of its busiest. */
            const rank = t[0] === t[1] ? Infinity : perThread[id];
            if (key !== "thread" && key !== "host" && rank > row.most) {
                row.most = rank;
                row.text = `${t[2] || "[no name]"} ${value}`;
            }
            found.set(value, row);
        });
        lists[key] = [...found.values()];
    }
    const cpus = new Map();
    head.lanes.forEach(([, cpu], lane) => {
        if (cpu >= 0) cpus.set(cpu, (cpus.get(cpu) || 0) + perLane[lane]);
    });
    lists.cpu = [...cpus].map(([cpu, weight]) => ({ value: cpu, text: String(cpu), weight })).sort((a, b) => a.value - b.value);
    for (const key of WHO_KEYS) {
        if (key !== "cpu") lists[key].sort((a, b) => b.weight - a.weight);
        const all = lists[key], chosen = all.findIndex((c) => c.value === who[key]);
        if (all.length < 2 && who[key] === null) lists[key] = [];
        else if (all.length > MOST_CHOICES) lists[key] = [...all.slice(0, MOST_CHOICES), ...(chosen >= MOST_CHOICES ? [all[chosen]] : [])];
    }
    /* Threads one by one only within a name or a process: there are thousands of them. */
    if (who.thread === null && who.pid === null && who.tid === null) lists.tid = [];
    return lists;
}
