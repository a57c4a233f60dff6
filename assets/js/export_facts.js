/* SPDX-License-Identifier: MIT
 *
 * What is exported, and what an export says of itself. The writers (export_text.js, export_protobuf.js, export_svg.js)
 * take this and write what the program writes for the same link, byte for byte: src/export/taken.h. */
import { formatCount, formatTime, nsOfSteps } from "./numbers.js";
import { unitOf, words } from "./units.js";
import { WHO_KEYS, WHO_LABELS } from "./who.js";

/**
 * @typedef {object} Taken
 * @property {any} head @property {any} p one profile of the head
 * @property {{from: number, to: number}} range in steps
 * @property {number} event
 * @property {import("./store.js").Stacks} stacks the tree that is shown
 * @property {{self: ArrayLike<number>, total: ArrayLike<number>, samples: number}} weights of its nodes
 * @property {string} who filters in words, "" for none
 * @property {boolean} icicle
 */

/** @returns {Taken} */
export function takenOf({ head, p, state, range, stacks, weights }) {
    const who = WHO_KEYS.filter((key) => state.who[key] !== null).map((key) => `${WHO_LABELS[key]} ${state.who[key]}`).join(", ");
    return { head, p, range, event: state.event, stacks, weights, who, icicle: state.view === "icicle" };
}

export function titleOf({ head, p }) {
    return head.profiles.length > 1 && head.title ? `${head.title} \u00b7 ${p.title}` : p.title;
}

/* "2026-11-20T22:10:56.547Z" */
function instantOf(p, steps) {
    const ms = (BigInt(p.clock_epoch_ns) + nsOfSteps(steps, p.step_ns)) / 1000000n;
    return new Date(Number(ms)).toISOString().replace(/\.?0*Z$/, "Z");
}

/** One line: event, when, how much, who. */
export function factsOf({ p, range, event, weights, who }) {
    const spans = p.events[event].n_spans > 0, end = p.n_steps || 1, n = weights.samples, time = (steps) => formatTime(nsOfSteps(steps, p.step_ns));
    const parts = [p.events[event].name];
    if (range.parts) parts.push(`${range.parts.length} stretches of ${time(range.from)} to ${time(range.to)}`);
    else if (p.has_time) parts.push(range.from === 0 && range.to >= end ? `all of ${time(end)}` : `${time(range.from)} to ${time(range.to)}`);
    if (p.has_time && p.clock_epoch_ns) parts.push(instantOf(p, range.from));
    parts.push(`${formatCount(n)} ${spans ? "span" : "sample"}${n === 1 ? "" : "s"}`);
    if (spans || p.weight !== "samples") parts.push(words(unitOf(p, event), weights.total[0]));
    if (who) parts.push(`only ${who}`);
    return parts.join(" \u00b7 ");
}
