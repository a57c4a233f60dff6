/* SPDX-License-Identifier: MIT
 *
 * Real profiles (FLAMEPRESS_SHARED, a folder with profiles/MANIFEST.tsv) counted twice: by the program, and by short loops
 * here that know each format and nothing of the program. Samples, weights, frames and the time from first to last are
 * compared as far as a format tells them. Text of perf is counted in tests/unit/ingest_test.c, against the manifest. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";

const TOP = new URL("../../", import.meta.url).pathname;
const FLAMEPRESS = process.env.FLAMEPRESS || "build/flamepress";
const FOLDER = join(process.env.FLAMEPRESS_SHARED || join(TOP, "../shared"), "profiles"), MANIFEST = join(FOLDER, "MANIFEST.tsv");

/* What must be refused, and with which words; what is odd about the others is in their counts. */
const REFUSED = {
    "pprof__gobench.cpu": "a CPU profile of gperftools in its old form",
    "speedscope__out-of-order-events.json": "is not the last one opened",
    "recorded__bpftrace-offcpu-sum-hist.txt.gz": "none by stack",
    "perf_data_converter__perf.data.piped.corrupted.zero_size_sample-3.2": "perf cannot read it",
};

const sum = (list) => list.reduce((a, b) => a + b, 0);
const largest = (list) => list.reduce((a, b) => Math.max(a, b), -Infinity);
const span = (times) => largest(times) + largest(times.map((t) => -t));

/** Events by name; each adds up what add() is given. */
class Counts {
    constructor() {
        this.events = {};
    }
    add(event, weight, frames, ns) {
        const e = this.events[event] ||= { n: 0, weight: 0, frames: 0, times: [] };
        e.n++;
        e.weight += weight;
        e.frames += frames;
        if (ns !== undefined) e.times.push(ns);
    }
}

/* ---- JSON */

function countV8(counts, profile) {
    const byId = new Map(), walk = (node, parent) => {
        byId.set(node.id, { root: (node.callFrame || node).functionName === "(root)", parent });
        for (const child of node.children || []) if (typeof child === "object") walk(child, node.id);
    };
    if (profile.head) walk(profile.head);
    for (const node of profile.nodes || []) walk(node, node.parent);
    for (const node of profile.nodes || []) for (const child of node.children || []) if (byId.has(child)) byId.get(child).parent = node.id;
    let now = profile.startTime || 0;
    profile.samples.forEach((id, i) => {
        let frames = 0;
        for (let at = byId.get(id); at; at = byId.get(at.parent)) frames += !at.root;
        now = profile.timestamps ? profile.timestamps[i] : now + profile.timeDeltas[i];
        counts.add("samples", 1, frames, now * 1000);
    });
}

/* Profiles of V8 in chunks: their nodes and samples, put together again. */
function countChunks(counts, events) {
    const profiles = new Map();
    for (const e of events) {
        if (e.name === "CpuProfile") countV8(counts, e.args.data.cpuProfile);
        if (e.name !== "Profile" && e.name !== "ProfileChunk") continue;
        const key = `${e.pid} ${e.id}`, data = e.args.data;
        const p = profiles.get(key) || profiles.set(key, { nodes: [], samples: [], timeDeltas: [] }).get(key);
        if (data.startTime !== undefined) p.startTime = data.startTime;
        p.nodes.push(...data.cpuProfile?.nodes || []);
        p.samples.push(...data.cpuProfile?.samples || []);
        p.timeDeltas.push(...data.timeDeltas || data.cpuProfile?.timeDeltas || []);
    }
    for (const p of profiles.values()) countV8(counts, p);
}

const V8_EVENTS = ["Profile", "ProfileChunk", "CpuProfile"];
const endOf = (e) => Number(e.ts) + (e.ph === "X" ? Number(e.dur ?? e.tdur ?? 0) : 0);
const ordered = (events, phases) => events.map((e, i) => [e, i]).filter(([e]) => phases.includes(e.ph)).sort((a, b) => a[0].ts - b[0].ts || a[1] - b[1]).map(([e]) => e);

const isInstant = (e) => "iIRn".includes(e.ph) && !(V8_EVENTS.includes(e.name) && e.args);

/* What takes no time: instants, and slices and work that end as they begin. */
function countInstants(counts, events, n_timeless) {
    const n = events.filter(isInstant).length + n_timeless;
    if (n) counts.events.instants = { n };
}

/* The time that a thread is in any slice: what all of its slices ran themselves, together. */
function countSlices(counts, events, last) {
    const threads = new Map();
    for (const e of ordered(events, "XBE")) {
        const key = `${e.pid} ${e.tid}`, t = threads.get(key) || threads.set(key, { open: [], slices: [] }).get(key);
        if (e.ph === "X") t.slices.push([Number(e.ts), endOf(e)]);
        if (e.ph === "B") t.open.push(Number(e.ts));
        if (e.ph === "E" && t.open.length) t.slices.push([t.open.pop(), Number(e.ts)]);
    }
    let us = 0, n_timeless = 0;
    for (const t of threads.values()) {
        let end = -Infinity;
        for (const begin of t.open) t.slices.push([begin, last]);
        n_timeless += t.slices.filter(([from, to]) => to <= from).length;
        for (const [from, to] of t.slices.sort((a, b) => a[0] - b[0])) {
            us += Math.max(0, to - Math.max(from, end));
            end = Math.max(end, to);
        }
    }
    if (us) counts.events.slices = { weight: us * 1000 };
    return n_timeless;
}

/* An end belongs to the last beginning of its id, of the same name where there is one; what does not end runs to the end. */
function countAsync(counts, events, last) {
    const rows = new Map();
    let us = 0, n = 0, n_timeless = 0;
    const add = (from, to) => [us, n, n_timeless] = [us + to - from, n + (to > from), n_timeless + (to <= from)];
    for (const e of ordered(events, "bSeF")) {
        const key = JSON.stringify([e.cat, e.id, e.id2, e.scope, e.id2?.local ? e.pid : 0]), open = rows.get(key) || rows.set(key, []).get(key);
        const at = e.ph === "b" || e.ph === "S" ? -1 : open.findLastIndex((b) => !e.name || b.name === e.name);
        if (e.ph === "b" || e.ph === "S") open.push(e);
        else if (at >= 0) add(open.splice(at, 1)[0].ts, e.ts);
    }
    for (const e of [...rows.values()].flat()) add(e.ts, last);
    if (n) counts.events.async = { weight: us * 1000 };
    return n_timeless;
}

function countTrace(counts, trace) {
    const events = Array.isArray(trace) ? trace : trace.traceEvents, frames = trace.stackFrames || {};
    countChunks(counts, events);
    const last = largest(events.filter((e) => "XBEbeSF".includes(e.ph) || isInstant(e)).map(endOf));
    countInstants(counts, events, countSlices(counts, events, last) + countAsync(counts, events, last));
    for (const s of trace.samples || []) {
        let depth = 0;
        for (let at = s.sf; at !== undefined && at !== null; at = frames[at].parent) depth++;
        counts.add(s.name || "samples", 1, depth, s.ts * 1000);
    }
}

function countSpeedscope(counts, file) {
    const units = { seconds: 1e9, milliseconds: 1e6, microseconds: 1e3, nanoseconds: 1 };
    for (const p of file.profiles) {
        const unit = units[p.unit], event = unit ? "time" : p.unit === "bytes" ? "bytes" : "samples";
        if (p.type === "sampled") p.samples.forEach((stack, i) => p.weights[i] && counts.add(event, p.weights[i] * (unit || 1), stack.length));
        let depth = 0, at = p.startValue;
        for (const e of p.type === "evented" ? p.events : []) {
            if (depth && e.at > at) counts.add(event, (e.at - at) * (unit || 1), depth);
            depth += e.type === "O" ? 1 : -1;
            at = e.at;
        }
    }
}

/* Tables are columns in processed profiles, rows with a schema in those that Firefox writes. */
function column(table, name) {
    return table.schema ? table.data.map((row) => row[table.schema[name]] ?? null) : table[name];
}

function countFirefox(counts, file) {
    const profile = file.profile || file;
    for (const t of profile.threads) {
        const shared = profile.shared || {}, of = (name) => t[name] || shared[name], strings = t.stringArray || t.stringTable || shared.stringArray;
        const prefix = column(of("stackTable"), "prefix"), frame = column(of("stackTable"), "frame"), func = of("funcTable") && column(of("frameTable"), "func"), location = column(of("frameTable"), "location");
        const isRoot = (f) => strings[func ? column(of("funcTable"), "name")[func[f]] : location[f]] === "(root)", rootFrames = frame.map(isRoot);
        const isDelta = t.samples.timeDeltas !== undefined, weights = column(t.samples, "weight");
        let now = 0;
        column(t.samples, "stack")?.forEach((stack, i) => {
            let frames = 0;
            for (let at = stack; at !== null && at !== undefined; at = prefix[at]) frames += !rootFrames[at];
            now = isDelta ? now + t.samples.timeDeltas[i] : column(t.samples, "time")[i];
            counts.add("samples", weights?.[i] ?? 1, frames, now * 1e6);
        });
    }
    for (const process of profile.processes || []) countFirefox(counts, process);
}

/* ---- protobuf */

/** [field, value] of a message: varints as BigInt, doubles as numbers, the rest as bytes. */
function fields(bytes) {
    const out = [], view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    const varint = () => {
        let v = 0n;
        for (let shift = 0n; ; shift += 7n) {
            const byte = bytes[at++];
            v |= BigInt(byte & 127) << shift;
            if (byte < 128) return v;
        }
    };
    while (at < bytes.length) {
        const tag = Number(varint()), wire = tag & 7;
        if (wire === 0) out.push([tag >> 3, varint()]);
        if (wire === 1) out.push([tag >> 3, view.getFloat64((at += 8) - 8, true)]);
        if (wire === 5) at += 4;
        if (wire !== 2) continue;
        const n = Number(varint());
        out.push([tag >> 3, bytes.subarray(at, at += n)]);
    }
    return out;
}

const all = (message, field) => message.filter(([f]) => f === field).map(([, v]) => v);
const varints = (bytes) => fields(Buffer.concat([...bytes].reduce((parts, b, i) => (i === 0 || bytes[i - 1] < 128 ? parts.push(Buffer.from([8]), Buffer.from([b])) : parts.push(Buffer.from([b])), parts), []))).map(([, v]) => v);
const numbers = (message, field) => all(message, field).flatMap((v) => typeof v === "bigint" ? [v] : varints(v));

function countPprof(counts, bytes) {
    const profile = fields(bytes), strings = all(profile, 6).map(String), lines = new Map(all(profile, 4).map((b) => {
        const location = fields(b);
        return [numbers(location, 1)[0], Math.max(1, all(location, 4).length)];
    }));
    const types = all(profile, 1).map((b) => [1, 2].map((f) => strings[Number(numbers(fields(b), f)[0] ?? 0)]).join("/"));
    const preferred = strings[Number(numbers(profile, 14)[0] ?? 0)], at = types.findIndex((t) => t.split("/")[0] === preferred), chosen = at < 0 ? types.length - 1 : at;
    for (const b of all(profile, 2)) {
        const s = fields(b);
        counts.add(types[chosen], Number(BigInt.asIntN(64, numbers(s, 2)[chosen])), sum(numbers(s, 1).map((id) => lines.get(id))));
    }
}

function countNflxprofile(counts, bytes) {
    const profile = fields(bytes), params = Object.fromEntries(all(profile, 8).map((b) => fields(b).map(([, v]) => String(v))));
    const nodes = new Map(all(profile, 5).map((b) => [numbers(fields(b), 1)[0] ?? 0n, fields(all(fields(b), 2)[0])]));
    for (const [id, node] of nodes) if (!params.has_parent) for (const child of numbers(node, 3)) nodes.get(child).parent = id;
    const packed = Buffer.concat(all(profile, 4)), view = new DataView(packed.buffer, packed.byteOffset, packed.length);
    let now = all(profile, 1)[0];
    numbers(profile, 3).forEach((id, i) => {
        let frames = -1; // the root is the thread
        now += view.getFloat64(i * 8, true);
        if (params.has_node_stack) frames += 1 + all(nodes.get(id), 10).length;
        else for (let at = id; at !== undefined && nodes.has(at); at = params.has_parent ? numbers(nodes.get(at), 5)[0] || undefined : nodes.get(at).parent) frames++;
        counts.add("samples", 1, frames, now * 1e9);
    });
}

/* Records of type 9 are samples, those of type 81 a piece of a zstd stream of records. */
function countPerfData(counts, bytes) {
    const piped = bytes.readBigUInt64LE(8) === 16n, from = piped ? 16 : Number(bytes.readBigUInt64LE(40)), packed = [];
    const walk = (data) => {
        for (let at = 0; at + 8 <= data.length;) {
            const type = data.readUInt32LE(at), size = data.readUInt16LE(at + 6);
            if (type === 9) counts.add("", 1, 0);
            if (type === 81) packed.push(data.subarray(at + 8, at + size));
            assert.ok(size >= 8, `a record of ${size} bytes at ${at}`);
            at += size;
        }
    };
    walk(bytes.subarray(from, piped ? bytes.length : from + Number(bytes.readBigUInt64LE(48))));
    if (packed.length) walk(spawnSync("zstd", ["-dc"], { input: Buffer.concat(packed), maxBuffer: 1 << 28 }).stdout);
}

/* ---- text */

function countFolded(counts, text) {
    for (const line of text.split(/\r?\n/)) {
        const found = /^(.+) (\d+(?:\.\d+)?)$/.exec(line);
        if (!found) continue;
        const names = found[1].split(/;(?! )/);
        counts.add("samples", Math.round(Number(found[2])), names.length - (/_\[[kij]\]$/.test(names[0]) ? 0 : 1));
    }
}

/* "P1;T0:2;file:function:line;… 500", and before version 3 "Thread 7f;function (file);L34;… 500 [idle memory]". */
function countAustin(counts, text) {
    for (const line of text.split("\n")) {
        const found = /^(P\d+;T[^;]*|(?:P\d+;)?Thread [0-9a-f:]+)(;.*?)? (\d+)(?: -?\d+)*$/.exec(line);
        if (found) counts.add("microseconds", Number(found[3]), (found[2] || "").split(";").filter((part) => part && !(line.includes("Thread ") && /^L\d+$/.test(part))).length);
    }
}

function countDtrace(counts, text) {
    let frames = 0, timed = false;
    for (const line of text.split("\n").map((l) => l.trim())) {
        const header = /^.* \d+ (\d+): profile-/.exec(line);
        if (header) {
            timed = true;
            counts.add("samples", 1, 0);
        } else if (/^\d+$/.test(line) && !timed) {
            counts.add("samples", Number(line), frames);
            frames = 0;
        } else if (/^[^ ]*`|^0x[0-9a-f]+/.test(line)) {
            if (timed) counts.events.samples.frames++;
            else frames++;
        }
    }
}

function countBpftrace(counts, text) {
    let frames = 0;
    for (const line of text.split("\n")) {
        const end = /\]: (\d+)$/.exec(line);
        if (end) counts.add("samples", Number(end[1]), frames);
        if (end || line.startsWith("@")) frames = 0;
        else if (/^\s+\S/.test(line)) frames++;
    }
}

function countBpftraceJson(counts, text) {
    for (const line of text.split("\n").filter(Boolean).map((l) => JSON.parse(l)))
        if (line.type === "map")
            for (const [key, n] of Object.entries(line.data["@"])) counts.add("samples", n, key.split("\n").filter((l) => /^\s+\S/.test(l)).length);
}

/* A line that is not indented and neither a comment nor of bpftrace's own is a sample; for texts without times. */
function countPerf(counts, text) {
    for (const line of text.split("\n")) {
        if (/^\S/.test(line) && line[0] !== "#" && !line.startsWith("Attaching ")) counts.add("cpu-clock", 1, 0);
        else if (/^\s+[0-9a-f]+ /.test(line)) counts.events["cpu-clock"].frames++;
    }
}

/* A trace may stop after an event. */
function parseJson(text) {
    try {
        return JSON.parse(text);
    } catch {
        return JSON.parse(text.trim().replace(/,$/, "") + "]");
    }
}

const COUNTERS = [
    [/^cpuprofile/, (counts, bytes) => countV8(counts, parseJson(String(bytes)))],
    [/^trace/, (counts, bytes) => countTrace(counts, parseJson(String(bytes)))],
    [/^speedscope/, (counts, bytes) => countSpeedscope(counts, parseJson(String(bytes)))],
    [/^firefox/, (counts, bytes) => countFirefox(counts, parseJson(String(bytes)))],
    [/^pprof/, countPprof],
    [/^nflxprofile/, countNflxprofile],
    [/^perf\.data/, countPerfData],
    [/^collapsed/, (counts, bytes) => countFolded(counts, String(bytes))],
    [/^austin/, (counts, bytes) => countAustin(counts, String(bytes))],
    [/^dtrace/, (counts, bytes) => countDtrace(counts, String(bytes))],
    [/^bpftrace json/, (counts, bytes) => countBpftraceJson(counts, String(bytes))],
    [/^bpftrace/, (counts, bytes) => (String(bytes).includes(" cpu-clock:") ? countPerf : countBpftrace)(counts, String(bytes))],
    [/^perf-script\(no time\)/, (counts, bytes) => countPerf(counts, String(bytes))],
];

/* ---- the program */

function pressed(path) {
    const head = JSON.parse(execFileSync(FLAMEPRESS, ["inspect", "--json", path], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 })).profiles[0], counts = new Counts();
    const samples = execFileSync(FLAMEPRESS, ["inspect", "--samples", path], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 30 });
    for (const line of samples.split("\n").filter(Boolean)) {
        const [ns, event, , , weight, stack] = line.split("\t");
        counts.add(event, Number(weight), stack.split(";").length - 1, Number(ns));
    }
    return { head, events: counts.events };
}

function compare(name, path, format) {
    const counts = new Counts(), bytes = readFileSync(path), { head, events } = pressed(path);
    const text = bytes[0] === 0xff && bytes[1] === 0xfe ? Buffer.from(bytes.toString("utf16le", 2)) : bytes;
    COUNTERS.find(([mark]) => mark.test(format))[1](counts, bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : text);
    if (counts.events[""]) { // of all events together
        assert.equal(sum(Object.values(events).map((e) => e.n)), counts.events[""].n, "samples");
        return;
    }
    assert.deepEqual(Object.keys(events).sort(), Object.keys(counts.events).sort(), "events");
    for (const [event, want] of Object.entries(counts.events)) {
        const got = events[event], near = (a, b, by, what) => assert.ok(Math.abs(a - b) <= by, `${what} of ${event}: ${a}, counted here ${b}`);
        if (want.n !== undefined) assert.equal(got.n, want.n, `samples of ${event}`);
        if (want.frames !== undefined) assert.equal(got.frames, want.frames, `frames of ${event}`);
        const is_time = want.n === undefined || event === "time";
        if (want.weight !== undefined) near(got.weight, want.weight, is_time ? got.n * head.step_ns : 0, "weight");
        if (want.times?.length) near(span(got.times), span(want.times), 2 * head.step_ns, "time");
    }
}

if (!existsSync(MANIFEST) || !existsSync(FLAMEPRESS)) {
    test("real profiles", { skip: `SKIP: no folder of real profiles (set FLAMEPRESS_SHARED) or no ${FLAMEPRESS}` }, () => {});
} else {
    for (const row of readFileSync(MANIFEST, "utf8").split("\n").slice(1).filter(Boolean)) {
        const columns = row.split("\t"), name = columns[0], format = columns[6], path = join(FOLDER, name);
        if (REFUSED[name])
            test(`${name} is refused`, () => {
                const run = spawnSync(FLAMEPRESS, ["inspect", path], { encoding: "utf8" });
                assert.equal(run.status, 1);
                assert.ok(run.stderr.includes(REFUSED[name]), run.stderr);
            });
        else if (!/^perf-script(?!\(no time\))/.test(format))
            test(`${name} is counted`, () => compare(name, path, format));
    }
}
