/* SPDX-License-Identifier: MIT
 *
 * What a spec redacts is nowhere in the report: not in its markup or head, not in any section after inflating it, not in
 * the names as the page decodes them (sections share prefixes, so a word may be cut in two there). The same words are
 * found in a report that is not redacted, or the test would prove nothing. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { inflateRawSync } from "node:zlib";

import { readStacksSection } from "../../assets/js/decode.js";

const FLAMEPRESS = process.env.FLAMEPRESS || "build/flamepress";
const skip = existsSync(FLAMEPRESS) ? false : `SKIP: ${FLAMEPRESS} is not built`;
const folder = mkdtempSync(join(tmpdir(), "flamepress-redact-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const TEXT = `# hostname : db7.acme.internal
# cmdline : /usr/bin/perf record -p 77 --output /srv/acme/zanzibar.data
#
customer-42 77/78 [001] 5.100000: probe:acme_hook:
\t1234 AcmeBilling::charge (/srv/acme/lib/libacme.so)
\t2345 handler (/home/jane q/app.js:3) (/tmp/perf-77.map)
\t3456 main (/srv/acme/bin/server)

left-out 90/90 [001] 5.200000: probe:acme_hook:
\t9999 Wombat::dropped (/opt/wombat.so)

`;
const RULES = `redact:
  paths: strip
  comm: {"customer-*": customer}
  host: {"*": a host}
  text: {'(?i)acme': example, zanzibar: x}
`;
const SECRETS = ["acme", "zanzibar", "jane", "customer-42", "db7", "/srv", "/home", "wombat", "left-out", "perf record"];

/* All bytes of a section's columns, inflated, by docs/pack-format.md and nothing else. */
function inflated(base64) {
    const bytes = Buffer.from(base64, "base64");
    let at = 8;
    const varint = () => {
        let value = 0, scale = 1, byte;
        do { byte = bytes[at++]; value += (byte & 127) * scale; scale *= 128; } while (byte & 128);
        return value;
    };
    assert.equal(bytes.toString("latin1", 0, 4), "FPZ1");
    const columns = Array.from({ length: varint() }, () => [varint(), varint(), bytes[at++]]);
    return columns.map(([raw, stored, coding]) => {
        const part = bytes.subarray(at, (at += stored)), out = coding === 1 ? inflateRawSync(part) : part;
        assert.equal(out.length, raw);
        return out.toString("latin1");
    }).join("\n");
}

async function everything(rules) {
    const source = join(folder, "acme-zanzibar.perf.txt"), spec = join(folder, "s.yaml"), report = join(folder, "r.html");
    writeFileSync(source, TEXT);
    writeFileSync(spec, `profiles: [{source: acme-zanzibar.perf.txt, filter: {comm: "customer-*"}}]\n${rules}`);
    execFileSync(FLAMEPRESS, ["build", spec, "-o", report]);
    const html = readFileSync(report, "utf8");
    /* Base64 may spell anything: those blocks are looked into, and the shell's are the same in every report. */
    const parts = [html.replace(/<script type="text\/plain" data-(?:fp|page)="[^"]*">.*?<\/script>/gs, "")];
    for (const [, name, block] of html.matchAll(/<script type="text\/plain" data-fp="([^"]*)">(.*?)<\/script>/gs)) {
        parts.push(inflated(block));
        if (!name.endsWith(".stacks")) continue;
        const head = JSON.parse(/data-fp="head">(.*?)<\/script>/s.exec(html)[1]).profiles[0], stacks = await readStacksSection(block, head, 0);
        parts.push(JSON.stringify([stacks.names, stacks.modules, stacks.packages]));
    }
    assert.equal(parts.length, 6); /* page, digest, counts, stacks and its names, samples */
    return parts.join("\n").toLowerCase();
}

test("what is redacted is nowhere in the report", { skip }, async () => {
    const open = await everything(""), shut = await everything(RULES);
    const filtered = ["wombat", "left-out"]; /* gone either way: filters leave nothing behind */
    assert.deepEqual(SECRETS.filter((s) => !open.includes(s)), filtered);
    assert.deepEqual(SECRETS.filter((s) => shut.includes(s)), []);
    for (const kept of ["examplebilling::charge", "handler (app.js:3)", "libexample.so", "a host", "probe:example_hook"]) assert.ok(shut.includes(kept), kept);
});
