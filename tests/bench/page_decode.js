/* SPDX-License-Identifier: MIT
 *
 * What the page's decoder takes, in CPU milliseconds, compiling itself included (the first time) and not: node tests/bench/page_decode.js
 * REPORT.html. CPU, since wall time says little on a machine that others use. */
import { readFileSync } from "node:fs";
import { readSamplesSection, readStacksSection } from "../../assets/js/decode.js";

const html = readFileSync(process.argv[2], "utf8");
const block = (name) => html.match(new RegExp(`data-fp="${name}">(.*?)</script>`, "s"))[1];
const profile = JSON.parse(block("head")).profiles[0], text = { stacks: block("0.stacks"), samples: block("0.samples") };

async function cpu(run) {
    const before = process.cpuUsage(), value = await run(), { user, system } = process.cpuUsage(before);
    return { value, ms: (user + system) / 1000 };
}

for (const time of ["first", "second", "third"]) {
    const stacks = await cpu(() => readStacksSection(text.stacks, profile, 0));
    const samples = await cpu(() => readSamplesSection(text.samples, profile, 0, stacks.value));
    console.log(`${time.padEnd(8)} ${profile.n_nodes} nodes ${stacks.ms.toFixed(0)} ms, ${profile.n_points} samples ${samples.ms.toFixed(0)} ms`);
}
