/* SPDX-License-Identifier: MIT
 *
 * The page's engine of comparison against the program's: `flamepress diff` of two ranges as JSON, over random pairs of
 * random recordings, must have the same rows in the same order with the same numbers. And on its own: the halves of a
 * steady recording show nothing, what was planted is found. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { compareSides } from "../../assets/js/compare.js";
import { readSamplesSection, readStacksSection } from "../../assets/js/decode.js";
import { Store } from "../../assets/js/store.js";
import { studentP, studentT } from "../../assets/js/student.js";
import { seeded } from "./random.js";

const FLAMEPRESS = process.env.FLAMEPRESS || "build/flamepress";
const skip = existsSync(FLAMEPRESS) ? false : `SKIP: ${FLAMEPRESS} is not built`;
const folder = mkdtempSync(join(tmpdir(), "flamepress-compare-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/* Without a rest between the slices of the job. */
function compareNow(base, target, event) {
    const job = compareSides(base, target, event);
    for (;;) { const { done, value } = job.next(); if (done) return value; }
}

const NAMES = ["serve", "parse", "price_order", "hash::h0123456789abcdef", "hash::hfedcba9876543210", "a;b", "Foo$$Lambda$12/0x00007f1122334455.run", "Foo$$Lambda$77.run", "f.isra.0", "f", "read", "[unknown]",
    "0x7f12", "operator()", "memcpy+0x12", "memcpy"];
const MODULES = ["/srv/app-1.2/app", "/lib/libc-2.31.so", "/usr/lib/libc.so.6 (deleted)", "[kernel.kallsyms]", "/lib/libm.so.6"];

/* Bursts, phases, idle time, recursion; `planted` takes a tenth of the time from `from` s on. */
function perfText(seed, { seconds = 60, cpus = 2, hz = 49, planted = Infinity, steady = false, weights = false } = {}) {
    const random = seeded(seed), lines = [];
    for (let tick = 0; tick < seconds * hz; tick++) for (let cpu = 0; cpu < cpus; cpu++) {
        const at = tick / hz + cpu * 0.0071 + random(900) / 1e6, phase = steady ? 0 : Math.floor(at / 7) % 3;
        if (random(10) < (steady ? 3 : phase * 3)) continue;
        const idle = random(12) === 0, depth = 1 + random(5), stack = idle ? ["mwait_idle", "cpuidle_idle_call", "do_idle"] : Array.from({ length: depth }, () => NAMES[(random(NAMES.length) + (steady ? 0 : phase)) % NAMES.length]);
        if (!idle && at >= planted && random(10) === 0) stack.unshift("planted");
        lines.push(`${idle ? "swapper" : ["web", "db"][random(2)]} ${idle ? 0 : 100 + random(3)}/${idle ? 0 : 200 + random(6)} [00${cpu}] ${(500 + at).toFixed(6)}: ${weights ? `${1 + random(1e6)} ` : ""}cpu-clock: `);
        for (const name of stack) lines.push(`\tffff ${name} (${idle ? "[kernel.kallsyms]" : MODULES[random(MODULES.length)]})`);
        lines.push("");
    }
    return `${lines.join("\n")}\n`;
}

async function open(name, text, more = "") {
    const source = join(folder, `${name}.txt`), report = join(folder, `${name}.html`), spec = join(folder, `${name}.yaml`);
    writeFileSync(source, text);
    writeFileSync(spec, `profiles:\n  - {id: x, source: ${name}.txt${more}}\n`);
    execFileSync(FLAMEPRESS, ["build", "-q", spec, "-o", report]);
    const html = readFileSync(report, "utf8"), block = (part) => new RegExp(`<script type="[a-z/]*" data-fp="${part}">(.*?)</script>`, "s").exec(html)[1];
    const p = JSON.parse(block("head")).profiles[0], stacks = await readStacksSection(block("0.stacks"), p, 0);
    return { report, p, store: new Store(p, stacks, await readSamplesSection(block("0.samples"), p, 0, stacks)) };
}

const steps = (p, s) => Math.ceil(Number((s * 1e9 / p.step_ns).toFixed(6)));
const sideOf = ({ p, store }, id, pieces, event = p.main_event) => ({ id, p, store, pieces, filter: store.filter({ event }) });

function near(got, want, what) {
    if (want === null || Math.abs(got - want) <= 1e-8 * Math.max(Math.abs(got), Math.abs(want), 1e-6)) return;
    assert.fail(`${what}: page ${got}, program ${want}`);
}

function sameEffect(got, want, what) {
    for (const key of ["base", "target", "error", "low", "high"]) near(got[key], want[key], `${what}.${key}`);
    near(Math.log(got.p + 1e-300), Math.log(want.p + 1e-300), `${what}.p`);
    assert.equal(got.sure, want.sure, `${what}.sure`);
}

/* Ranges in seconds; null: the whole. */
function agree(base, target, rb, rt) {
    const link = ({ report }, r) => report + (r ? `#t=${r[0]}..${r[1].toFixed(1)}` : ""), ids = [link(base, rb), link(target, rt)];
    const run = spawnSync(FLAMEPRESS, ["diff", ...ids, "--format", "json", "--fail-on", "nothing"], { encoding: "utf8", maxBuffer: 1 << 28 }), want = JSON.parse(run.stdout);
    const pieces = ({ p }, r) => [r ? { from: steps(p, r[0]), to: steps(p, Number(r[1].toFixed(1))) } : { from: 0, to: p.n_steps }];
    const got = compareNow(sideOf(base, ids[0], pieces(base, rb)), sideOf(target, ids[1], pieces(target, rt)), target.p.events[target.p.main_event].name);
    assert.deepEqual(got.reasons, want.reasons);
    assert.deepEqual([got.base.samples, got.target.samples, got.nTested], [want.base[0].n_samples, want.target.n_samples, want.n_tested]);
    const row = (x) => `${x.kind ?? (x.isPackage ? "package" : "function")} ${x.name} in ${x.module ?? ""}`;
    assert.deepEqual(got.changes.map(row), want.changes.map(row));
    want.changes.forEach((x, i) => { sameEffect(got.changes[i].self, x.self, `${x.name}.self`); sameEffect(got.changes[i].total, x.total, `${x.name}.total`); });
    if (want.load) sameEffect(got.load, want.load, "load");
    return got;
}

test("random pairs of ranges and recordings", { skip }, async () => {
    let judged = 0;
    for (let seed = 1; seed <= 6; seed++) {
        const random = seeded(100 + seed), a = await open(`a${seed}`, perfText(seed, { weights: seed === 3 }), seed === 3 ? ", weight: period" : ""), b = await open(`b${seed}`, perfText(50 + seed, { planted: 20, weights: seed === 3 }), seed === 3 ? ", weight: period" : "");
        const some = () => { const from = random(300) / 10; return [from, from + 8 + random(250) / 10]; };
        for (const [x, y, rx, ry] of [[a, b, null, null], [a, a, some(), some()], [a, b, some(), some()], [b, b, [0, 20], [20, 60]], [a, b, null, some()]]) judged += agree(x, y, rx, ry).changes.length > 0;
    }
    assert.ok(judged >= 15, `${judged} of 30 could be judged`);
});

test("spans", { skip }, async () => {
    const trace = (seed) => { const random = seeded(seed); return JSON.stringify({ traceEvents: Array.from({ length: 3000 }, (_, i) => ({ ph: "X", pid: 1, tid: 1 + (i % 4), ts: 1e6 + Math.floor(i / 4) * 40000 + random(9000), dur: 200 + random(30000), name: `f${random(9)}`, cat: "c" })).concat(Array.from({ length: 2 }, (_, i) => ({ ph: "X", pid: 1, tid: 9, ts: 1.2e6 + i * 13e6, dur: 11e6 + random(1e6), name: `long${i}`, cat: "c" }))) }); };
    agree(await open("spans1", trace(1)), await open("spans2", trace(2)), null, [0, 20]);
});

test("what cannot be judged, for the same reasons", { skip }, async () => {
    const a = await open("r1", perfText(1)), b = await open("r2", perfText(2, { cpus: 4, hz: 99 })), flat = await open("r3", "web;serve 900\nweb;parse 30\n");
    agree(a, b, null, null);
    agree(a, a, [0, 5], [10, 50]);
    agree(flat, flat, null, [0, 1]);
    agree(a, a, [0, 0.5], [0.5, 1]);
});

test("the halves of a steady recording show nothing", { skip }, async () => {
    for (let seed = 1; seed <= 5; seed++) {
        const s = await open(`steady${seed}`, perfText(seed + 20, { steady: true, seconds: 80 })), got = agree(s, s, [0, 40], [40, 80]);
        assert.deepEqual(got.changes.filter((x) => x.self.sure !== "no" || x.total.sure !== "no").map((x) => x.name), []);
    }
});

test("what was planted is found, against the rest, too", { skip }, async () => {
    const s = await open("planted", perfText(77, { steady: true, seconds: 120, planted: 60 })), target = { from: steps(s.p, 60), to: s.p.n_steps };
    const got = compareNow(sideOf(s, "rest", [{ from: 0, to: target.from }]), sideOf(s, "selection", [target]), "cpu-clock");
    assert.deepEqual([got.changes[0].name, got.changes[0].self.sure], ["planted", "sure"]);
});

test("the rest is the recording without the selection: its times follow each other", { skip }, async () => {
    const s = await open("gap", perfText(5)), hole = { from: steps(s.p, 20), to: steps(s.p, 30) }, rest = [{ from: 0, to: hole.from }, { from: hole.to, to: s.p.n_steps }];
    /* The same with the samples of the hole taken out and the later ones moved. */
    const { samples } = s.store, at = [...samples.time.keys()].filter((i) => samples.time[i] < hole.from || samples.time[i] >= hole.to), shift = (t) => (t >= hole.to ? t - (hole.to - hole.from) : t);
    const lane = new Uint16Array(samples.n);
    for (let r = 0; r < samples.runs.n; r++) lane.fill(samples.runs.lane[r], samples.runs.from[r], samples.runs.to[r]);
    at.sort((i, j) => lane[i] - lane[j] || samples.time[i] - samples.time[j]);
    const first = [...new Set(at.map((i) => lane[i]))].map((l) => [l, at.findIndex((i) => lane[i] === l)]);
    const joined = { ...samples, n: at.length, time: Uint32Array.from(at, (i) => shift(samples.time[i])), node: Uint32Array.from(at, (i) => samples.node[i]), thread: Uint32Array.from(at, (i) => samples.thread[i]),
        runs: { n: first.length, lane: Uint16Array.from(first, ([l]) => l), from: Uint32Array.from(first, ([, k]) => k), to: Uint32Array.from(first, (_, i) => first[i + 1]?.[1] ?? at.length) } };
    const p = { ...s.p, n_steps: s.p.n_steps - (hole.to - hole.from) }, cut = { p, store: new Store(p, s.store.stacks, joined) };
    const [x, y] = [sideOf(s, "rest", rest), sideOf(cut, "rest", [{ from: 0, to: p.n_steps }])].map((base) => compareNow(base, sideOf(s, "selection", [hole]), "cpu-clock"));
    assert.equal(x.changes.length > 10, true);
    assert.deepEqual(x.changes.map((c) => c.name), y.changes.map((c) => c.name));
    x.changes.forEach((c, i) => { sameEffect(c.self, y.changes[i].self, c.name); sameEffect(c.total, y.changes[i].total, c.name); });
});

test("Student's t as in tables", () => {
    for (const [p, df, t] of [[0.05, 1, 12.706205], [0.05, 10, 2.228139], [0.01, 30, 2.749996], [0.001, 48, 3.505068]]) {
        assert.ok(Math.abs(studentT(p, df) - t) < 1e-5, `${studentT(p, df)}`);
        assert.ok(Math.abs(studentP(t, df) - p) < 1e-6);
    }
});
