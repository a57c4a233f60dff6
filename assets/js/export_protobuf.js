/* SPDX-License-Identifier: MIT
 *
 * pprof and nflxprofile as bytes: what src/export/protobuf_out.c writes. */

const LIBTYPES = ["user", "kernel", "jit", "inlined", ""], NS = 1000000000n;
const utf8 = new TextEncoder();

/** Growing bytes of one message. */
class Message {
    constructor() {
        this.bytes = new Uint8Array(256);
        this.n = 0;
    }

    room(more) {
        if (this.n + more > this.bytes.length) {
            const old = this.bytes;
            this.bytes = new Uint8Array(Math.max(this.n + more, 2 * old.length));
            this.bytes.set(old.subarray(0, this.n));
        }
    }

    /** v: a whole number up to 2^53, or a BigInt. */
    varint(v) {
        this.room(10);
        if (typeof v === "bigint") for (v = BigInt.asUintN(64, v); v > 127n; v >>= 7n) this.bytes[this.n++] = Number(v & 127n) | 128;
        else for (; v > 127; v = Math.floor(v / 128)) this.bytes[this.n++] = v % 128 | 128;
        this.bytes[this.n++] = Number(v);
    }

    number(field, v) {
        this.varint(field * 8);
        this.varint(v);
    }

    blob(field, bytes) {
        this.varint(field * 8 + 2);
        this.varint(bytes.length);
        this.room(bytes.length);
        this.bytes.set(bytes, this.n);
        this.n += bytes.length;
    }

    text(field, s) { this.blob(field, utf8.encode(s)); }

    fixed(v) {
        this.room(8);
        new DataView(this.bytes.buffer).setFloat64(this.n, v, true);
        this.n += 8;
    }

    double(field, v) {
        this.varint(field * 8 + 1);
        this.fixed(v);
    }

    done() { return this.bytes.subarray(0, this.n); }
}

/** A message inside another; fill writes its fields. */
function inner(out, field, fill) {
    const m = new Message();
    fill(m);
    out.blob(field, m.done());
}

/** @param {import("./export_facts.js").Taken} taken @returns {Uint8Array} */
export function pprofBytes({ p, range, event, stacks, weights: { self, total } }) {
    const { nNodes, parent, frame, frames, names, modules } = stacks, out = new Message(), used = new Uint8Array(frames.n), strings = [""];
    for (let i = 1; i < nNodes; i++) if (total[i]) used[frame[i]] = 1;
    const number = (list, of, from) => {
        const wanted = new Set(), place = new Map();
        for (let f = 0; f < frames.n; f++) if (used[f]) wanted.add(of[f]);
        for (let i = from; i < list.length; i++) if (wanted.has(i)) place.set(i, strings.push(list[i]) - 1);
        return place;
    };
    const name = number(names, frames.name, 0), module = number(modules, frames.module, 1), label = strings.length;
    const e = p.events[event], slash = e.name.indexOf("/"), type = slash < 0 ? e.name : e.name.slice(0, slash);
    strings.push("thread_name", type, e.n_spans ? "nanoseconds" : slash < 0 ? "count" : e.name.slice(slash + 1));
    inner(out, 1, (m) => { m.number(1, label + 1); m.number(2, label + 2); });
    for (let i = 1; i < nNodes; i++) {
        if (!self[i]) continue;
        inner(out, 2, (m) => {
            let at = i;
            for (; parent[at]; at = parent[at]) m.number(1, frame[at] + 1);
            m.number(2, self[i]);
            inner(m, 3, (l) => { l.number(1, label); l.number(2, name.get(frames.name[frame[at]])); });
        });
    }
    for (const [id, place] of module) inner(out, 3, (m) => { m.number(1, id); m.number(5, place); });
    for (let f = 0; f < frames.n; f++) {
        if (!used[f]) continue;
        inner(out, 4, (m) => {
            m.number(1, f + 1);
            if (frames.module[f]) m.number(2, frames.module[f]);
            inner(m, 4, (line) => line.number(1, f + 1));
        });
        inner(out, 5, (m) => { m.number(1, f + 1); m.number(2, name.get(frames.name[f])); });
    }
    for (const s of strings) out.text(6, s);
    if (p.has_time) {
        if (p.clock_epoch_ns) out.number(9, BigInt(p.clock_epoch_ns) + BigInt(range.from) * BigInt(p.step_ns));
        out.number(10, Math.max(0, Math.min(range.to, p.n_steps) - range.from) * p.step_ns);
    }
    return out.done();
}

/* Points of the range that pass the filter, in the order of time, equal times by lane. */
function pointsIn(store, range, filter) {
    const { time } = store.samples, found = [], laneOf = [];
    store.eachSample(range, filter, (i, lane) => { found.push(i); laneOf[i] = lane; });
    found.sort((a, b) => time[a] - time[b] || laneOf[a] - laneOf[b] || a - b);
    return { found, laneOf };
}

/**
 * The samples themselves, with the stacks they were recorded with.
 * @param {import("./export_facts.js").Taken} taken @param {import("./store.js").Store} store @param {import("./store.js").Filter} filter
 * @returns {Uint8Array}
 */
export function nflxprofileBytes({ p, range }, store, filter) {
    const { stacks, samples } = store, { time, node, thread, weight } = samples, { parent, frame, frames, names, modules, nNodes } = stacks;
    const { found, laneOf } = pointsIn(store, range, filter), out = new Message(), hits = new Uint32Array(nNodes), used = new Uint8Array(nNodes);
    const step = BigInt(p.step_ns), start = BigInt(range.from) * step / NS * NS, startS = Number((BigInt(p.origin_ns) + start) / NS);
    const inS = (ns) => ns / 1e9, param = (key) => inner(out, 8, (m) => { m.text(1, key); m.text(2, "true"); });
    out.double(1, startS);
    out.double(2, startS + inS(Math.min(range.to, p.n_steps) * p.step_ns - Number(start)));
    inner(out, 4, (m) => {
        let before = Number(start);
        for (const i of found) {
            const ns = time[i] * p.step_ns;
            m.fixed(inS(ns - before));
            before = ns;
            hits[node[i]]++;
            used[node[i]] = 1;
        }
    });
    const columns = [[3, "", (i) => node[i]], [9, "has_samples_cpu", (i) => p.lanes[laneOf[i]][1]], [10, "has_samples_pid", (i) => p.threads[thread[i]][0]],
        [11, "has_samples_tid", (i) => p.threads[thread[i]][1]], [12, "has_values", (i) => (weight ? weight[i] : 1)]];
    for (const [field, key, of] of columns) {
        if ((field === 12 && p.weight === "samples") || (field > 3 && field < 12 && found.some((i) => of(i) < 0))) continue;
        inner(out, field, (m) => { for (const i of found) m.varint(of(i)); });
        if (key) param(key);
    }
    param("has_parent");
    for (let i = nNodes - 1; i > 0; i--) used[parent[i]] |= used[i];
    for (let i = 1; i < nNodes; i++) {
        if (!used[i]) continue;
        inner(out, 5, (entry) => {
            entry.number(1, i);
            inner(entry, 2, (m) => {
                m.text(1, names[frames.name[frame[i]]]);
                m.number(2, hits[i]);
                m.text(4, LIBTYPES[frames.kind[frame[i]]]);
                if (parent[i]) m.number(5, parent[i]);
                const module = modules[frames.module[frame[i]]];
                if (module) inner(m, 11, (lib) => lib.text(1, module));
            });
        });
    }
    return out.done();
}
