/* SPDX-License-Identifier: MIT
 *
 * The writers of the page against the program: for the same link of the same report both give the same bytes, in every
 * format. The script inside a flame graph differs by how it was minified: it is run by tests/browser/page/export.test.js. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { binCells, scaleTop } from "../../assets/js/cells.js";
import { readSamplesSection, readStacksSection } from "../../assets/js/decode.js";
import { takenOf } from "../../assets/js/export_facts.js";
import { fitGrid } from "../../assets/js/grid.js";
import { nflxprofileBytes, pprofBytes } from "../../assets/js/export_protobuf.js";
import { flameSvg, heatSvg } from "../../assets/js/export_svg.js";
import { foldedText, speedscopeText, treeText } from "../../assets/js/export_text.js";
import { readState } from "../../assets/js/state.js";
import { Store } from "../../assets/js/store.js";
import { seeded } from "./random.js";

const FLAMEPRESS = process.env.FLAMEPRESS || "build/flamepress";
const QUICKSTART = new URL("../../examples/quickstart/orders.perf.txt.gz", import.meta.url).pathname;
const skip = existsSync(FLAMEPRESS) ? false : `SKIP: ${FLAMEPRESS} is not built`;
const folder = mkdtempSync(join(tmpdir(), "flamepress-export-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const HOSTILE = ["</script><script>alert(1)</script>", "a;b \\ \"c\" 'd' &amp;", "]]>", "\u202ertl\u202c", "#x", "\u6f22\u5b57\u306e\u540d\u524d\ud83d\udd25", "\ufffe\u2028", "x".repeat(3000), "operator()(int, char const*)", " lead"];

/* Two events, idle, equal times, names of every sort. */
function perfText(seed, { weights = false } = {}) {
    const random = seeded(seed), lines = [], names = [...HOSTILE, "main", "read", "work(int)"];
    for (let us = 5000300; us < 16000000; us += random(3) === 0 ? 0 : random(20000)) {
        const cpu = random(4), idle = random(6) === 0, stack = idle ? ["mwait_idle", "cpuidle_idle_call", "do_idle"] : Array.from({ length: 1 + random(6) }, () => names[random(names.length)]);
        const [comm, tid] = idle ? ["swapper", 0] : [["my app", 71], ["my app", 72], [HOSTILE[random(3)], 90]][random(3)];
        lines.push(`${comm} ${tid}/${tid} [00${cpu}] 77${(us / 1e6).toFixed(6)}: ${weights ? `${1 + random(90000)} ` : ""}${random(4) ? "cpu-clock" : "faults"}: `);
        for (const name of stack) lines.push(`\tffff ${name}+0x1 (${idle ? "[kernel.kallsyms]" : random(2) ? "/bin/app" : "/lib/\"><x>.so"})`);
        lines.push("");
    }
    return `${lines.join("\n")}\n`;
}

async function open(report) {
    const html = readFileSync(report, "utf8"), block = (name) => new RegExp(`<script type="[a-z/]*" data-fp="${name}">(.*?)</script>`, "s").exec(html)[1];
    const head = JSON.parse(block("head")), p = head.profiles[0], stacks = await readStacksSection(block("0.stacks"), p, 0);
    return { report, head, store: new Store(p, stacks, await readSamplesSection(block("0.samples"), p, 0, stacks)) };
}

const joined = (parts) => Buffer.from(parts.join(""));
const withoutScript = (bytes) => Buffer.from(bytes.toString("latin1").replace(/<script>.*<\/script>/s, ""), "latin1");

/** What the page writes for a link. */
function written({ head, store }, hash) {
    const { state, problems } = readState(hash, head), p = head.profiles[0], filter = store.filter(state), range = state.range || { from: 0, to: Math.max(1, p.n_steps) };
    assert.deepEqual(problems, []);
    const taken = takenOf({ head, p, state, range, stacks: store.stacks, weights: store.weigh(range, filter) }), made = {
        folded: joined(foldedText(taken)), speedscope: joined(speedscopeText(taken)), json: joined(treeText(taken)), pprof: Buffer.from(pprofBytes(taken)),
        svg: joined(flameSvg(taken, "")),
    };
    if (!p.events[state.event].n_spans && p.has_time) made.nflxprofile = Buffer.from(nflxprofileBytes(taken, store, filter));
    if (!p.has_time) return made;
    const grid = fitGrid(p, state.periodNs, state.rows), cells = binCells(store.samples, filter, grid);
    const all = { ...taken, weights: store.weigh(store.whole(), filter, "all") };
    made.heatmap = joined(heatSvg(all, cells, grid, scaleTop(cells, state.scale).top, state.palette));
    return made;
}

function agree(opened, hash) {
    const made = written(opened, hash), { main_event, events } = opened.head.profiles[0], event = /[#&]e=/.test(hash) ? [] : ["--event", events[main_event].name];
    for (const [format, bytes] of Object.entries(made)) {
        const out = join(folder, `out.${format}`), how = format === "heatmap" ? ["--view", "heatmap", "--format", "svg"] : ["--format", format];
        execFileSync(FLAMEPRESS, ["export", "-q", opened.report + hash, ...how, ...event, "-o", out]);
        let want = readFileSync(out), got = bytes;
        if (format === "svg") [want, got] = [want, got].map(withoutScript);
        if (want.equals(got)) continue;
        let at = 0;
        while (want[at] === got[at]) at++;
        const near = (b) => JSON.stringify(b.subarray(Math.max(0, at - 60), at + 60).toString());
        assert.fail(`${format} of '${hash}' differs at byte ${at} of ${want.length} (${got.length}):\n program ${near(want)}\n page    ${near(got)}`);
    }
}

async function build(name, text, options = []) {
    const source = join(folder, `${name}.txt`), report = join(folder, `${name}.html`);
    writeFileSync(source, text);
    execFileSync(FLAMEPRESS, ["build", source, "-o", report, ...options], { stdio: ["ignore", "pipe", "pipe"] });
    return open(report);
}

test("the quickstart, whole and in ranges, by thread and CPU", { skip }, async () => {
    const report = join(folder, "orders.html");
    execFileSync(FLAMEPRESS, ["build", QUICKSTART, "-o", report]);
    const opened = await open(report);
    for (const hash of ["", "#t=10..20", "#t=44.3..48.9&th=request", "#cpu=1&t=9.6..9.61", "#v=icicle&period=10&rows=25&pal=cividis", "#pal=grey&scale=full&period=60", "#t=74.9..75.3"]) agree(opened, hash);
});

test("hostile names, two events, idle, equal times", { skip }, async () => {
    for (let seed = 1; seed <= 4; seed++) {
        const opened = await build(`hostile${seed}`, perfText(seed));
        for (const hash of ["", "#idle=1", "#e=faults", "#t=2..7.5&idle=1", "#t=0.3..0.4", "#th=my%20app&tid=72", `#th=${encodeURIComponent(HOSTILE[1])}`]) agree(opened, hash);
    }
});

test("spans, periods and profiles without times", { skip }, async () => {
    const spec = (name, source, more) => { writeFileSync(join(folder, source), perfText(9, { weights: true })); writeFileSync(join(folder, name), `profiles:\n  - {source: ${source}, ${more}}\n`); };
    spec("period.yaml", "period.txt", "weight: period");
    execFileSync(FLAMEPRESS, ["build", "-q", join(folder, "period.yaml"), "-o", join(folder, "period.html")]);
    for (const hash of ["", "#t=1..3", "#e=faults"]) agree(await open(join(folder, "period.html")), hash);
    const flat = await build("flat", "java;main;a b 7\njava;main 3\nc;d 900000000000\n");
    agree(flat, "");
    const trace = { traceEvents: Array.from({ length: 400 }, (_, i) => ({ ph: "X", pid: 1, tid: 1 + (i % 3), ts: 1e6 + i * 700, dur: 200 + (i * 37) % 900, name: `f${i % 7}`, cat: "c" })) };
    const spans = await build("trace", JSON.stringify(trace));
    for (const hash of ["", "#t=0.01..0.1"]) agree(spans, hash);
});
