/* SPDX-License-Identifier: MIT
 *
 * Folded stacks, speedscope's file and the call tree as text: what src/export/folded_out.c, speedscope_out.c and tree_json.c
 * write. Each returns the pieces of a document, for a Blob. */
import { titleOf } from "./export_facts.js";
import { nsOfSteps } from "./numbers.js";
import { KIND_NAMES } from "./palette.js";

const hex = (c, n) => c.charCodeAt(0).toString(16).padStart(n, "0");

const foldedName = (name, first) => (first ? name.replace(/^#/, "\\x23") : name).replace(/;/g, ":").replace(/[\x00-\x1f\x7f]/g, (c) => `\\x${hex(c, 2)}`);

/** @param {import("./export_facts.js").Taken} taken @returns {string[]} */
export function foldedText({ stacks, weights: { self, total } }) {
    const { nNodes, parent, frame, frames, names } = stacks, path = new Map([[0, ""]]), lines = [];
    for (let i = 1; i < nNodes; i++) {
        if (!total[i]) continue;
        const above = path.get(parent[i]), here = (above ? `${above};` : "") + foldedName(names[frames.name[frame[i]]], parent[i] === 0);
        path.set(i, here);
        if (self[i]) lines.push(`${here} ${self[i]}\n`);
    }
    return lines;
}

/** As the program writes strings. */
function quoted(text) {
    return `"${text.replace(/["\\]/g, "\\$&").replace(/[\x00-\x1f<\x7f\u2028\u2029]/g, (c) => `\\u${hex(c, 4)}`)}"`;
}

/* Nodes with weight, and their frames numbered as they come. */
function numberFrames({ stacks: { nNodes, parent, frame }, weights: { total } }, from) {
    const place = new Map();
    for (let i = 1; i < nNodes; i++) if (total[i] && (from === 0 || parent[i] !== 0) && !place.has(frame[i])) place.set(frame[i], place.size);
    return place;
}

/** @param {import("./export_facts.js").Taken} taken @returns {string[]} */
export function speedscopeText(taken) {
    const { head, p, event, stacks, weights: { self, total } } = taken, { nNodes, parent, frame, frames, names, modules } = stacks;
    const place = numberFrames(taken, 1), e = p.events[event], unit = e.n_spans ? "nanoseconds" : e.name === "bytes" ? "bytes" : "none";
    const list = [...place.keys()].map((f) => `{"name":${quoted(names[frames.name[f]])}${modules[frames.module[f]] ? `,"file":${quoted(modules[frames.module[f]])}` : ""}}`);
    const out = [`{"$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":[`, list.join(), `]},"profiles":[`];
    for (let i = 1, end, n = 0; i < nNodes; i = end) {
        const samples = [], sums = [], path = new Map([[i, ""]]);
        for (end = i + 1; end < nNodes && parent[end] !== 0; end++) if (total[end]) path.set(end, `${path.get(parent[end])}${parent[end] === i ? "" : ","}${place.get(frame[end])}`);
        if (!total[i]) continue;
        for (let k = i; k < end; k++) if (self[k]) { samples.push(`[${path.get(k)}]`); sums.push(self[k]); }
        out.push(`${n++ ? "," : ""}{"type":"sampled","name":${quoted(names[frames.name[frame[i]]])},"unit":"${unit}","startValue":0,"endValue":${total[i]},"samples":[`,
            samples.join(), `],"weights":[${sums.join()}]}`);
    }
    out.push(`],"name":${quoted(titleOf(taken))},"activeProfileIndex":0,"exporter":${quoted(head.generator)}}\n`);
    return out;
}

/** @param {import("./export_facts.js").Taken} taken @returns {string[]} */
export function treeText(taken) {
    const { head, p, range, event, stacks, weights, who } = taken, { nNodes, parent, frame, frames, names, modules, packages } = stacks, { self, total } = weights;
    const place = numberFrames(taken, 0), number = new Map(), parents = [], ids = [], selfs = [], e = p.events[event];
    for (let i = 0; i < nNodes; i++) {
        if (i && !total[i]) continue;
        number.set(i, number.size);
        parents.push(i ? number.get(parent[i]) : -1);
        ids.push(i ? place.get(frame[i]) : -1);
        selfs.push(self[i]);
    }
    const facts = [["title", quoted(titleOf(taken))], ["event", quoted(e.name)], ["weight", quoted(e.n_spans ? "time" : p.weight)],
        ["n_samples", weights.samples], ["total", total[0]]];
    if (p.has_time) facts.push(["from_ns", nsOfSteps(range.from, p.step_ns)], ["to_ns", nsOfSteps(range.to, p.step_ns)]);
    if (p.clock_epoch_ns) facts.push(["began", quoted(exactInstant(p.clock_epoch_ns))]);
    if (who) facts.push(["only", quoted(who)]);
    facts.push(["exporter", quoted(head.generator)]);
    const list = [...place.keys()].map((f) => `{"name":${quoted(names[frames.name[f]])},"kind":"${KIND_NAMES[frames.kind[f]]}","module":${quoted(modules[frames.module[f]])},"package":${quoted(packages[frames.package[f]])}}`);
    return ["{", facts.map(([key, value]) => `"${key}":${value}`).join(), `,"frames":[`, list.join(), `],"parent":[`, parents.join(), `],"frame":[`, ids.join(),
        `],"self":[`, selfs.join(), "]}\n"];
}

/* To the nanosecond. */
function exactInstant(epoch) {
    const ns = BigInt(epoch), rest = ((ns % 1000000000n) + 1000000000n) % 1000000000n, whole = new Date(Number((ns - rest) / 1000000n)).toISOString().slice(0, 19);
    return `${whole}${rest ? `.${String(rest).padStart(9, "0").replace(/0+$/, "")}` : ""}Z`;
}
