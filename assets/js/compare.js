/* SPDX-License-Identifier: MIT
 *
 * What changed from one side to the other, and how surely: the engine of `diff` and `compare:` (src/compare, docs/diff.md)
 * again, for ranges that a reader chooses in the page. The page's policy forbids WebAssembly, so it is written twice;
 * tests/browser/compare.test.js holds both to the same numbers. One base only: a pool of nights is no reader's selection.
 *
 * compareSides gives a job, which is done in slices so that the page stays awake. */
import { measure } from "./measure.js";
import { studentP, studentT } from "./student.js";
import { lastPart, thingsOf } from "./things.js";

const LEAST_SHARE = 0.002, LIKELY = 0.01, SURE = 0.001, MOST_COMPARED = 4096;
const SAME_RATE = 0.05, SAME_UNRESOLVED = 0.05, LEAST_SECONDS = 10, LEAST_SAMPLES = 500;

/** @typedef {import("./measure.js").Side} Side */
/** @typedef {{base: number, target: number, error: number, low: number, high: number, p: number, sure: "sure"|"likely"|"no"}} Effect */
/** @typedef {{name: string, module: string, isPackage: boolean, self: Effect, total: Effect}} Change */

const digits = (v, n = 3) => String(Number(v.toPrecision(n)));
const weightWord = (p, event) => (p.events[event].n_spans ? "time" : p.weight);

/** Event of a side by name; -1: it has none. */
export const eventOf = (p, name) => p.events.findIndex((e) => e.name === name);

/** Why two sides cannot be judged against each other, in the words of src/compare/alike.c; empty: they can. */
function reasonsAgainst(sides, measured, event) {
    const out = [], [base, target] = sides, [mb, mt] = measured;
    sides.forEach((s, k) => {
        const m = measured[k];
        if (m.samples < LEAST_SAMPLES) out.push(`too little data: ${s.id} has ${m.samples} samples (${LEAST_SAMPLES} are needed)`);
        if (!s.p.has_time) out.push(`too little data: ${s.id} has no times, so its noise cannot be told (give 3 bases or more)`);
        else if (m.seconds < LEAST_SECONDS || !m.nWaves) out.push(`too little data: ${s.id} is ${digits(m.seconds)} s long (${LEAST_SECONDS} s are needed)`);
    });
    const wb = weightWord(base.p, event[0]), wt = weightWord(target.p, event[1]), rb = base.p.rate_hz, rt = target.p.rate_hz, part = (m) => (m.weight > 0 ? m.unresolved / m.weight : 0);
    if (wb !== wt) out.push(`weight: ${base.id} counts ${wb}, ${target.id} counts ${wt}`);
    if (rb > 0 && rt > 0 && (rb > rt * (1 + SAME_RATE) || rt > rb * (1 + SAME_RATE))) out.push(`rate: ${base.id} has ${digits(rb, 4)} Hz, ${target.id} has ${digits(rt, 4)} Hz`);
    if (base.p.cpus && target.p.cpus && base.p.cpus !== target.p.cpus) out.push(`CPUs: ${base.id} has ${base.p.cpus}, ${target.id} has ${target.p.cpus}`);
    if (Math.abs(part(mb) - part(mt)) > SAME_UNRESOLVED) out.push(`unresolved symbols: ${digits(part(mb) * 100)} % of ${base.id}, ${digits(part(mt) * 100)} % of ${target.id}`);
    return out;
}

const shareOf = (m, weight) => (m.weight > 0 ? weight / m.weight : 0);
const chance = (share) => (share < 1 ? share * (1 - share) : 0);

/** What is worth a look: the place of each thing among the kept, by kind. */
function keep(measured) {
    const places = [];
    let n = 0;
    for (const kind of [0, 1]) {
        const [b, t] = measured.map((m) => m.total[kind]), place = new Int32Array(b.length).fill(-1), list = [];
        for (let i = 0; i < b.length; i++) {
            const share = Math.max(shareOf(measured[0], b[i]), shareOf(measured[1], t[i]));
            if (share >= LEAST_SHARE) list.push([share, i]);
        }
        list.sort((x, y) => y[0] - x[0] || x[1] - y[1]);
        for (const [, i] of list.slice(0, MOST_COMPARED)) place[i] = n++;
        places.push(place);
    }
    return { places, n };
}

/* Variance of part / whole by its waves. */
function noiseOfRatio(part, partWave, whole, wholeWave) {
    const share = whole > 0 ? part / whole : 0, n = wholeWave.length;
    let sum = 0;
    for (let j = 0; j < n; j++) sum += (partWave(j) - share * wholeWave[j]) ** 2;
    return n && whole > 0 ? 2 * sum / n / (whole * whole) : 0;
}

/* One quantity on both sides, and the variance of its difference: noise_within and noise_of of src/compare/noise.c for one base. */
function seriesOf(measured, weights, waves) {
    const share = measured.map((m, k) => shareOf(m, weights[k]));
    let seen = 0, expected = 0, df = 0;
    measured.forEach((m, k) => {
        seen += m.nWaves * noiseOfRatio(weights[k], waves[k], m.weight, m.weightWave) * m.independent;
        expected += m.nWaves * chance(share[k]);
        df += m.nWaves;
    });
    const design = expected > 0 && seen > expected ? seen / expected : 1, all = chance((share[0] + share[1]) / 2);
    const variance = measured.reduce((sum, m, k) => sum + design * Math.max(chance(share[k]), all) / Math.max(1, m.independent), 0);
    return { share, variance, df };
}

/* Of all rows of a comparison: they have the same degrees of freedom. */
let margins = { df: 0, t: 0 };

function judge(base, target, variance, df) {
    if (df > 0 && margins.df !== df) margins = { df, t: studentT(0.05, df) };
    const margin = df > 0 ? margins.t * Math.sqrt(variance) : 0, difference = target - base, error = Math.sqrt(variance);
    const effect = { base, target, error, low: difference - margin, high: difference + margin, p: 1, sure: "no" };
    return [effect, variance > 0 && df > 0 ? studentP(difference / error, df) : 1];
}

const verdict = (p) => (p < SURE ? "sure" : p < LIKELY ? "likely" : "no");

/* Holm. tested: [effect, p, order]. */
function correct(tested) {
    let before = 0;
    tested.sort((a, b) => a[1] - b[1] || a[2] - b[2]).forEach(([effect, p], i) => {
        before = Math.max(before, p * (tested.length - i));
        effect.p = Math.min(1, before);
        effect.sure = verdict(effect.p);
    });
}

function judgeLoad(measured, nTested) {
    if (measured.some((m) => m.seconds <= 0)) return null;
    const [b, t] = measured.map((m) => m.weight / m.seconds), waves = measured.reduce((sum, m) => sum + m.nWaves, 0);
    const variance = measured.reduce((sum, m) => sum + noiseOfRatio(m.weight, (j) => m.weightWave[j], m.seconds, m.timeWave), 0);
    const [load, p] = judge(b, t, variance, waves);
    load.p = Math.min(1, p * (nTested + 1));
    load.sure = verdict(load.p);
    return load;
}

const RANK = { sure: 2, likely: 1, no: 0 }, sizeOf = (e) => Math.abs(e.target - e.base);

/** What a row is about: its own weight, unless only what it calls is surely another. */
export const isAboutSelf = (x) => RANK[x.self.sure] >= RANK[x.total.sure];
export const effectOf = (x) => (isAboutSelf(x) ? x.self : x.total);

function byRank(x, y) {
    const sx = isAboutSelf(x), sy = isAboutSelf(y), ex = effectOf(x), ey = effectOf(y);
    return x.isPackage - y.isPackage || RANK[ey.sure] - RANK[ex.sure] || sy - sx || sizeOf(ey) - sizeOf(ex) || sizeOf(y.total) - sizeOf(x.total) || (x.name < y.name ? -1 : x.name > y.name ? 1 : 0);
}

/* Where a function is mostly found: in the target, if it is there. */
function modulesOf(sides, measured, things) {
    const best = sides.map(({ store: { stacks } }, k) => {
        const byFrame = new Float64Array(stacks.frames.n), found = new Map();
        for (let i = 1; i < stacks.nNodes; i++) byFrame[stacks.frame[i]] += measured[k].below[i];
        things.of[k].function.forEach((thing, f) => { if (thing >= 0 && (!found.has(thing) || byFrame[f] > byFrame[found.get(thing)])) found.set(thing, f); });
        return found;
    });
    return (thing) => {
        for (const k of [1, 0]) {
            if (!(measured[k].total[0][thing] > 0)) continue;
            const { stacks } = sides[k].store;
            return lastPart(stacks.modules[stacks.frames.module[best[k].get(thing)]]);
        }
        return "";
    };
}

/* Calls visit with a row for each thing that is kept, its kind, its number, and its place. */
function eachKept({ places }, things, visit) {
    for (const kind of [0, 1]) places[kind].forEach((place, thing) => { if (place >= 0) visit({ name: (kind ? things.packages : things.functions)[thing], module: "", isPackage: kind === 1 }, kind, thing, place); });
}

function judgeAll(sides, measured, things, kept) {
    const changes = [], tested = [], moduleOf = modulesOf(sides, measured, things);
    eachKept(kept, things, (row, kind, thing, place) => {
        [["self", "selfWave"], ["total", "totalWave"]].forEach(([key, wave], k) => {
            const { share: [base, target], variance, df } = seriesOf(measured, measured.map((m) => m[key][kind][thing]), measured.map((m) => (j) => m[wave][j][place]));
            /* A leaf's total is its self and no question of its own. */
            if (k && base === row.self.base && target === row.self.target) { row.total = row.self; return; }
            const [effect, p] = judge(base, target, variance, df);
            row[key] = effect;
            if (base >= LEAST_SHARE || target >= LEAST_SHARE) tested.push([effect, p, place * 2 + k]);
        });
        if (!kind) row.module = moduleOf(thing);
        changes.push(row);
    });
    correct(tested);
    return { changes: changes.sort(byRank), nTested: tested.length, load: judgeLoad(measured, tested.length) };
}

/* What differs where nothing can be judged: shares as they are, the largest first. */
function differencesOf(measured, things, kept) {
    const rows = [];
    eachKept(kept, things, (row, kind, thing) => {
        for (const key of ["self", "total"]) { const [base, target] = measured.map((m) => shareOf(m, m[key][kind][thing])); row[key] = { base, target, sure: "no" }; }
        if (sizeOf(row.self)) rows.push(row);
    });
    return rows.sort(byRank);
}

/**
 * @param {Side} base @param {Side} target @param {string} event by name
 * Yields where it can rest.
 * @returns {{reasons: string[], changes: Change[], nTested: number, load: Effect|null, differences?: Change[], base: {samples: number, seconds: number}, target: {samples: number, seconds: number}}}
 */
export function* compareSides(base, target, event) {
    const sides = [base, target], events = sides.map((s) => eventOf(s.p, event)), things = thingsOf(sides.map((s) => s.store.stacks));
    const measured = [], nThings = [things.functions.length, things.packages.length], none = { changes: [], nTested: 0, load: null };
    for (const [k, side] of sides.entries()) measured.push(yield* measure(side, things.of[k], nThings));
    const said = measured.map(({ samples, seconds }) => ({ samples, seconds })), facts = { base: said[0], target: said[1], reasons: reasonsAgainst(sides, measured, events) };
    const kept = keep(measured);
    if (facts.reasons.length) return { ...facts, ...none, differences: differencesOf(measured, things, kept) };
    for (const m of measured) yield* m.waves(kept.places, kept.n);
    return { ...facts, ...judgeAll(sides, measured, things, kept) };
}
