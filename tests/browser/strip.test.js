/* SPDX-License-Identifier: MIT
 *
 * Names as the page compares them against names as the program does: both strip the same random names alike. The
 * program shows them in a report whose spec strips offsets, addresses and hashes. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { stripName } from "../../assets/js/strip.js";
import { seeded } from "./random.js";

const FLAMEPRESS = process.env.FLAMEPRESS || "build/flamepress";
const skip = existsSync(FLAMEPRESS) ? false : `SKIP: ${FLAMEPRESS} is not built`;
const folder = mkdtempSync(join(tmpdir(), "flamepress-strip-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const PARTS = ["f", "foo", "::h0123456789abcdef", "::h0123", "+0x1f", "+12", "[+0x1f]", "[+zz]", "0x7f12", "0123456789abcdef", ".isra.0", ".cold", ".llvm.123", " [clone .part.1]", " [clone ", "]", ".clone", "$$Lambda$", "12", "/0x00007f1122334455",
    ".0x1b1368b0", "GeneratedMethodAccessor", "$Proxy", "CGLIB$$abcdef0", "bpf_prog_", "_x", ".constprop.0.cold", "\u00e9", "+", "$", "RegExp:", "/", "h", "_", ".localalias", "é+5", ".part.3"];

test("random names are stripped alike", { skip }, () => {
    const random = seeded(4), names = new Set();
    while (names.size < 4000) names.add(Array.from({ length: 1 + random(5) }, () => PARTS[random(PARTS.length)]).join(""));
    const list = [...names].filter((n) => n.trim() === n && n);
    writeFileSync(join(folder, "n.json"), JSON.stringify({ $schema: "https://www.speedscope.app/file-format-schema.json", shared: { frames: list.map((name) => ({ name, file: "/srv/app" })) },
        profiles: [{ type: "sampled", name: "t", unit: "none", startValue: 0, endValue: list.length, samples: list.map((_, i) => [i]), weights: list.map((_, i) => i + 1) }] }));
    writeFileSync(join(folder, "n.yaml"), "profiles:\n  - source: n.json\n    stacks: {names: raw, demangle: no, strip: [offsets, addresses, hashes]}\n");
    execFileSync(FLAMEPRESS, ["build", "-q", join(folder, "n.yaml"), "-o", join(folder, "n.html")]);
    const sums = (rows) => { const m = new Map(); for (const [name, w] of rows) m.set(name, (m.get(name) || 0) + w); return new Map([...m].sort(([a], [b]) => (a < b ? -1 : 1))); };
    const got = sums(list.map((name, i) => [stripName(name), i + 1]));
    const want = sums(execFileSync(FLAMEPRESS, ["export", "-q", join(folder, "n.html"), "--format", "folded", "-o", "-"], { encoding: "utf8", maxBuffer: 1 << 26 }).split("\n").filter(Boolean)
        .map((line) => [line.replace(/^t;/, "").replace(/ \d+$/, ""), Number(/\d+$/.exec(line)[0])]));
    const wrong = [...new Set([...got.keys(), ...want.keys()])].filter((name) => got.get(name) !== want.get(name));
    assert.deepEqual(wrong, []);
    assert.ok(list.filter((name) => stripName(name) !== name).length > 1000, "many names lose something");
});
