/* SPDX-License-Identifier: MIT
 *
 * Axis ticks at times people count in. The distance is the smallest nice one whose labels have room; one that divides
 * the span is preferred, so that the rows of a column end on a tick. All labels of an axis share one unit. */

import { formatCount, formatTime } from "./numbers.js";

const SECOND = 1e9, MINUTE = 6e10, HOUR = 3.6e12, DAY = 8.64e13;
const NICE = [
    ...[1, 1e3, 1e6].flatMap((unit) => [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500].map((n) => n * unit)),
    ...[SECOND, MINUTE].flatMap((unit) => [1, 2, 5, 10, 15, 20, 30].map((n) => n * unit)),
    ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
];

/**
 * @param {number} spanNs length of the axis
 * @param {number} px its length on the screen
 * @param {number} labelPx room one label needs, its margin included
 * @param {{even?: boolean}} [options] even: prefer distances that divide the span (rows of a column)
 * @param {{even?: boolean, from?: number, late?: number}} [how] even: a distance that divides the span; from: where the axis begins; late:
 *        how much after a round time its 0 is (for clocks)
 * @returns {{ns: number, px: number, text: string}[]} ascending from `from` on; px from there
 */
export function timeTicks(spanNs, px, labelPx, { even = false, from = 0, late = 0 } = {}) {
    if (!(spanNs > 0) || !(px > 0)) return [];
    const least = (spanNs * Math.max(1, labelPx)) / px, enough = niceFrom(least);
    const divides = even ? enough.find((d) => d <= spanNs && d <= 4 * least && spanNs % d === 0) : undefined;
    const distance = divides || enough[0], begin = Math.ceil((from + late) / distance) * distance - late;
    const count = Math.min(Math.max(0, Math.ceil((from + spanNs - begin) / distance)), 1000), text = labeller(begin + (count - 1) * distance, distance), ticks = [];
    for (let i = 0; i < count; i++) {
        const ns = begin + i * distance;
        ticks.push({ ns, px: ((ns - from) * px) / spanNs, text: text(ns) });
    }
    return ticks;
}

/* Nice distances from `least` up; days by 1, 2, 5 for as long as it takes. */
function niceFrom(least) {
    const enough = NICE.filter((d) => d >= least);
    for (let days = DAY; enough.length < 8; days *= 10)
        for (const n of [1, 2, 5]) if (n * days >= least) enough.push(n * days);
    return enough;
}

/* One unit for the whole axis, by its largest label. */
function labeller(largest, distance) {
    if (largest > 120 * SECOND) {
        if (distance % DAY === 0) return (ns) => `${ns / DAY} d`;
        if (distance % HOUR === 0) return (ns) => `${ns / HOUR} h`;
        if (distance % MINUTE === 0 && largest <= 2 * HOUR) return (ns) => `${ns / MINUTE} min`;
        return (ns) => (ns === 0 ? "0 s" : formatTime(ns));
    }
    const [unit, name] = [[SECOND, "s"], [1e6, "ms"], [1e3, "\u00b5s"]].find(([u]) => largest >= u) || [largest ? 1 : SECOND, largest ? "ns" : "s"];
    let digits = 0;
    while (digits < 9 && (distance * 10 ** digits) % unit !== 0) digits++;
    return (ns) => (ns === 0 ? `0 ${name}` : `${(ns / unit).toFixed(digits)} ${name}`);
}

/**
 * Ticks of a legend of counts: 0, some whole nice counts, and always the top.
 * @returns {{count: number, text: string}[]}
 */
export function countTicks(top, px, labelPx) {
    if (!(top > 0)) return [{ count: 0, text: "0" }];
    const room = Math.max(1, Math.floor(px / Math.max(1, labelPx)));
    let distance = 1;
    for (let i = 0; top / distance > room; i++) distance *= i % 3 === 1 ? 2.5 : 2;
    const ticks = [];
    for (let c = 0; c < top; c += distance) ticks.push({ count: c, text: formatCount(c) });
    const last = ticks[ticks.length - 1];
    if (ticks.length > 1 && ((top - last.count) / top) * px < labelPx && last.count !== 0) ticks.pop();
    ticks.push({ count: top, text: formatCount(top) });
    return ticks;
}
