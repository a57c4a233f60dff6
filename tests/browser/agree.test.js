/* SPDX-License-Identifier: MIT
 *
 * The whole way of the data, twice: perf text through the program into a report; then the page's decoder, cells and
 * weights on one side, and on the other the samples as `flamepress inspect --samples` prints them, counted with plain
 * loops. Every cell, the flame graph of its range, and the precomputed counts must agree. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { binCells, cellsFromCounts } from "../../assets/js/cells.js";
import { cellRange, fitGrid, maxRows, offeredPeriods } from "../../assets/js/grid.js";
import { readCountsSection, readSamplesSection, readStacksSection } from "../../assets/js/decode.js";
import { ancestorsOf, frameName } from "../../assets/js/layout.js";
import { Store } from "../../assets/js/store.js";
import { seeded } from "./random.js";

const FLAMEPRESS = process.env.FLAMEPRESS || "build/flamepress";
const QUICKSTART = new URL("../../examples/quickstart/orders.perf.txt.gz", import.meta.url).pathname;
const skip = existsSync(FLAMEPRESS) ? false : `SKIP: ${FLAMEPRESS} is not built`;
const folder = mkdtempSync(join(tmpdir(), "flamepress-agree-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/* Two events, four CPUs, an idle task, names with ';' and '(', many equal times. */
function perfText(seed) {
    const random = seeded(seed), lines = [];
    const stacks = [["read", "work(int)", "main"], ["a;b", "main"], ["operator()", "work(int)", "main"], ["main"], ["mwait_idle_with_hints.constprop.0", "cpuidle_idle_call", "do_idle"]];
    for (let us = 5000300; us < 12000000; us += random(3) === 0 ? 0 : random(9000)) {
        const cpu = random(4), stack = stacks[random(5)], idle = stack[2] === "do_idle";
        const [comm, tid] = idle ? ["swapper", 0] : [["my app", 71], ["my app", 72], ["cat", 90]][random(3)];
        lines.push(`${comm} ${tid}/${tid} [00${cpu}] 77${(us / 1e6).toFixed(6)}: ${1 + random(9)} ${random(4) ? "cpu-clock" : "faults"}: `);
        for (const name of stack) lines.push(`\tffff ${name}+0x1 (${idle ? "[kernel.kallsyms]" : "/bin/app"})`);
        lines.push("");
    }
    return lines.join("\n") + "\n";
}

async function open(source) {
    const report = join(folder, "report.html");
    execFileSync(FLAMEPRESS, ["build", source, "-o", report], { stdio: ["ignore", "pipe", "pipe"] });
    const html = readFileSync(report, "utf8"), block = (name) => new RegExp(`<script type="[a-z/]*" data-fp="${name}">(.*?)</script>`, "s").exec(html)[1];
    const head = JSON.parse(block("head")).profiles[0], stacks = await readStacksSection(block("0.stacks"), head, 0);
    const samples = await readSamplesSection(block("0.samples"), head, 0, stacks), counts = await readCountsSection(block("0.counts"), head, 0);
    const plain = execFileSync(FLAMEPRESS, ["inspect", "--samples", report], { encoding: "utf8", maxBuffer: 1 << 28 }).split("\n").filter(Boolean).map((line) => {
        const [ns, event, , , weight, stack] = line.split("\t");
        return { ns: Number(ns), event, weight: Number(weight), stack };
    });
    return { head, store: new Store(head, stacks, samples), counts, plain };
}

/* A node as the last field of inspect's lines. */
function pathOf(stacks, node) {
    const escape = (s) => s.replace(/[\x00-\x1f\x7f;\\]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
    return ancestorsOf(stacks, node).slice(1).map((i) => escape(frameName(stacks, i))).join(";");
}

async function agree(source, made = true) {
    const { head, store, counts, plain } = await open(source), { stacks, samples } = store;
    const nodeOf = new Map(Array.from({ length: stacks.nNodes }, (_, i) => [pathOf(stacks, i), i]));
    const perNode = plain.map((s) => ({ ...s, step: s.ns / head.step_ns, node: nodeOf.get(s.stack) }));
    assert.ok(perNode.every((s) => s.node !== undefined && Number.isInteger(s.step)), "every stack of inspect is in the page's trie");
    let cellsSeen = 0;
    for (const [event, { name }] of head.events.entries())
        for (const showIdle of [false, true])
            for (const { ns } of offeredPeriods(head).slice(0, 3))
                for (const rows of [10, 49, 50].filter((n) => n <= maxRows(head, fitGrid(head, ns, 1).periodSteps))) {
                    const grid = fitGrid(head, ns, rows), filter = store.filter({ event, showIdle }), cells = binCells(samples, filter, grid);
                    const mine = perNode.filter((s) => s.event === name && (showIdle || stacks.idle[s.node] === 0));
                    const slow = new Float64Array(cells.cell.length), what = `${name} ${ns} ns ${rows} rows idle ${showIdle}`;
                    for (const s of mine) {
                        const column = Math.floor(s.step / grid.periodSteps);
                        let row = 0;
                        while (cellRange({ column, row }, grid).to <= s.step) row++;
                        slow[column * rows + row] += s.weight;
                    }
                    assert.deepEqual(cells.cell, slow, what);
                    const first = cellsFromCounts(counts.events[event].levels, { ...grid, stepNs: head.step_ns, showIdle });
                    if (first.exact) assert.deepEqual(first.cell, slow, `counts: ${what}`);
                    for (let i = 0; i < slow.length; i += 1 + (slow.length >> 7)) {
                        const range = cellRange({ column: Math.floor(i / rows), row: i % rows }, grid), w = store.weigh(range, filter);
                        assert.equal(w.weight, slow[i], what);
                        const self = new Float64Array(stacks.nNodes);
                        for (const s of mine) if (s.step >= range.from && s.step < range.to) self[s.node] += s.weight;
                        assert.deepEqual(Float64Array.from(w.self), self, `flame graph of a cell: ${what}`);
                        cellsSeen++;
                    }
                }
    if (made) assert.ok(head.events.length === 2 && head.events.some((e) => e.n_idle > 0), "two events, some idle");
    assert.ok(cellsSeen > 50, `${cellsSeen} cells compared`);
    for (const [event, e] of head.events.entries()) {
        const sum = (showIdle) => store.weigh(store.whole(), store.filter({ event, showIdle })).weight;
        assert.deepEqual([sum(true), sum(false)], [Number(e.weight), Number(e.weight) - Number(e.idle_weight)], e.name);
    }
}

test("page and program agree on made-up perf text", { skip }, async () => {
    for (const seed of [1, 2]) {
        const source = join(folder, `made${seed}.perf.txt`);
        writeFileSync(source, perfText(seed));
        await agree(source);
    }
});

test("page and program agree by period, too", { skip }, async () => {
    const source = join(folder, "weights.yaml");
    writeFileSync(join(folder, "w.perf.txt"), perfText(3));
    writeFileSync(source, "profiles:\n  - source: w.perf.txt\n    weight: period\n");
    await agree(source);
});

test("page and program agree on the quickstart's recording", { skip: skip || (existsSync(QUICKSTART) ? false : "SKIP: no quickstart recording") }, () => agree(QUICKSTART, false));
