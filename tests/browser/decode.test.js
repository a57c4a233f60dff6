/* SPDX-License-Identifier: MIT
 *
 * The page's decoder against the reference decoder: every pack that the unit test pack_test left behind, sample by
 * sample, in the text form of src/analyse/dump.h; then damage, which must be refused with a sentence. */
import test from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32, fromBase64, inflate, readSection, Reader } from '../../assets/js/bytes.js';
import { readCountsSection, readSamplesSection, readStacksSection } from '../../assets/js/decode.js';

const build = process.env.FLAMEPRESS ? dirname(process.env.FLAMEPRESS) : new URL('../../build', import.meta.url).pathname;
const folder = join(build, 'tests/unit/pack_test.packs');
const packs = existsSync(folder) ? readdirSync(folder).filter((f) => f.endsWith('.html')).sort() : [];

function elements(html) {
    const head = JSON.parse(/<script type="application\/json" data-fp="head">(.*?)<\/script>/s.exec(html)[1]);
    const text = {};
    for (const [, name, content] of html.matchAll(/<script type="text\/plain" data-fp="([^"]*)">(.*?)<\/script>/gs)) text[name] = content;
    return { head, text };
}

const escape = (s) => s.replace(/[\x00-\x1f\x7f;\\]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
const id = (v) => (v < 0 ? '-' : String(v));

/** Points by time, equal times by lane, then as they stand. */
function inOrder(samples) {
    const lane = new Uint16Array(samples.n);
    const { runs } = samples;
    for (let k = 0; k < runs.n; k++) lane.fill(runs.lane[k], runs.from[k], runs.to[k]);
    const order = Array.from({ length: samples.n }, (_, i) => i);
    order.sort((a, b) => samples.time[a] - samples.time[b] || lane[a] - lane[b] || a - b);
    return { order, lane };
}

function* dump(head, stacks, samples) {
    const { order, lane } = inOrder(samples);
    const path = new Array(stacks.nNodes);
    path[0] = '';
    const stackOf = (node) => {
        if (path[node] === undefined) {
            const name = escape(stacks.names[stacks.frames.name[stacks.frame[node]]]);
            const up = stacks.parent[node];
            path[node] = up ? `${stackOf(up)};${name}` : name;
        }
        return path[node];
    };
    for (let node = 1; node < stacks.nNodes; node++) stackOf(node); /* parents first: no deep recursion */
    const line = (time, laneOf, thread, weight, node) => {
        const [event, cpu] = head.lanes[laneOf];
        const [pid, tid] = head.threads[thread];
        return [time * head.step_ns, escape(head.events[event].name), id(cpu), `${id(pid)}/${id(tid)}`, weight, stackOf(node)].join('\t');
    };
    for (const i of order) yield line(samples.time[i], lane[i], samples.thread[i], samples.weight ? samples.weight[i] : 1, samples.node[i]);
    const { spans } = samples;
    for (let i = 0; i < (spans?.n ?? 0); i++) yield line(spans.start[i], spans.lane[i], spans.thread[i], spans.duration[i] * head.step_ns, spans.node[i]);
}

async function decode(html) {
    const { head, text } = elements(html);
    const profile = head.profiles[0];
    const counts = await readCountsSection(text['0.counts'], profile, 0);
    const stacks = await readStacksSection(text['0.stacks'], profile, 0);
    const samples = await readSamplesSection(text['0.samples'], profile, 0, stacks);
    return { profile, counts, stacks, samples };
}

function sameLines(lines, expected, pack) {
    let at = 0, n = 0;
    for (const line of lines) {
        n++;
        const end = expected.indexOf('\n', at);
        if (line !== expected.slice(at, end)) assert.equal(line, expected.slice(at, end), `${pack}, sample ${n}`);
        at = end + 1;
    }
    assert.equal(at, expected.length, `${pack}: ${n} samples, expected more`);
}

/** Base counts must be what the samples say, bucket by bucket. */
function sameCounts({ profile, counts, stacks, samples }, pack) {
    const { lane } = inOrder(samples);
    if (!profile.has_time) return;
    counts.events.forEach(({ levels }, e) => {
        for (const { bucketNs, busy, idle } of levels) {
            const expected = [new Float64Array(busy.length), new Float64Array(busy.length)];
            for (let i = 0; i < samples.n; i++)
                if (profile.lanes[lane[i]][0] === e)
                    expected[stacks.idle[samples.node[i]]][Math.floor(samples.time[i] * profile.step_ns / bucketNs)] +=
                        samples.weight ? samples.weight[i] : 1;
            const { spans } = samples, steps = bucketNs / profile.step_ns;
            for (let i = 0; i < (spans?.n ?? 0); i++) {
                if (profile.lanes[spans.lane[i]][0] !== e) continue;
                for (let at = spans.start[i]; at < spans.start[i] + spans.duration[i]; at++)
                    expected[stacks.idle[spans.node[i]]][Math.floor(at / steps)] += profile.step_ns;
            }
            assert.deepEqual(busy, expected[0], `${pack}: busy counts of event ${e}, ${bucketNs} ns`);
            if (idle) assert.deepEqual(idle, expected[1], `${pack}: idle counts of event ${e}, ${bucketNs} ns`);
            else assert.ok(expected[1].every((v) => v === 0), `${pack}: idle counts of event ${e} are missing`);
        }
    });
}

test('agrees with the reference decoder on every pack', { skip: packs.length ? false : `SKIP: no packs in ${folder} (make unit)` }, async () => {
    for (const pack of packs) {
        const html = readFileSync(join(folder, pack), 'utf8');
        const decoded = await decode(html);
        sameLines(dump(decoded.profile, decoded.stacks, decoded.samples), readFileSync(join(folder, pack.replace('.html', '.samples')), 'utf8'), pack);
        sameCounts(decoded, pack);
    }
});

test('a damaged section is refused, never misread', { skip: packs.length ? false : 'SKIP: no packs' }, async () => {
    const { head, text } = elements(readFileSync(join(folder, 'plain-1.html'), 'utf8'));
    const profile = head.profiles[0];
    const good = fromBase64(text['0.stacks']);
    for (const at of [0, 3, 5, 8, 20, good.length >> 1, good.length - 1]) {
        const bad = good.slice();
        bad[at] ^= 4;
        await assert.rejects(readStacksSection(bad, profile, 0), /section '0.stacks'.*expected/, `byte ${at}`);
    }
    for (const n of [0, 7, 8, 30, good.length - 1])
        await assert.rejects(readStacksSection(good.slice(0, n), profile, 0), /section '0.stacks'/, `cut at ${n}`);
});

test('with the right checksum, wrong values are refused or decode within bounds', { skip: packs.length ? false : 'SKIP: no packs' }, async () => {
    const { head, text } = elements(readFileSync(join(folder, 'events-1.html'), 'utf8'));
    const profile = head.profiles[0];
    const stacks = await readStacksSection(text['0.stacks'], profile, 0);
    let refused = 0;
    const columns = await readSection(text['0.samples'], '0.samples', 13);
    const { decodeSamples } = await import('../../assets/js/decode.js');
    for (let seed = 1; seed <= 400; seed++) {
        const c = columns.map((b) => b.slice());
        const which = c[seed * 7 % 13];
        if (!which.length) continue;
        which[seed * 2654435761 % which.length] = seed * 40503 & 255;
        try {
            const s = decodeSamples(c, profile, stacks);
            assert.ok(s.node.every((v) => v > 0 && v < stacks.nNodes) && s.thread.every((v) => v < profile.threads.length)
                && s.time.every((v) => v < profile.n_steps), `seed ${seed}`);
        } catch (e) {
            assert.match(e.message, /section 'samples', column '.*', byte \d+: /, `seed ${seed}`);
            refused++;
        }
    }
    assert.ok(refused > 50, `${refused} of 400 refused`);
});

test('with the right checksum, a wrong trie is refused or decodes within bounds', { skip: packs.length ? false : 'SKIP: no packs' }, async () => {
    const { head, text } = elements(readFileSync(join(folder, 'events-1.html'), 'utf8'));
    const profile = head.profiles[0], columns = await readSection(text['0.stacks'], '0.stacks', 12), TRIE = 7;
    const { decodeStacks } = await import('../../assets/js/decode.js');
    let refused = 0;
    for (let seed = 1; seed <= 300; seed++) {
        const c = columns.map((b) => b.slice());
        c[TRIE][seed * 2654435761 % c[TRIE].length] ^= 1 << seed % 8;
        if (seed % 3 === 0) c[TRIE] = c[TRIE].slice(0, seed * 40503 % c[TRIE].length);
        try {
            const s = decodeStacks(c, profile);
            assert.ok(s.parent.every((up, i) => up < Math.max(i, 1)) && s.frame.subarray(1).every((f) => f < s.frames.n), `seed ${seed}`);
        } catch (e) {
            assert.match(e.message, /section 'stacks', column '(trie|idle)'/, `seed ${seed}: ${e.stack}`);
            refused++;
        }
    }
    assert.ok(refused > 200, `${refused} of 300 refused`);
});

test('a head that asks for more than is there is refused', { skip: packs.length ? false : 'SKIP: no packs' }, async () => {
    const { head, text } = elements(readFileSync(join(folder, 'plain-1.html'), 'utf8'));
    const profile = head.profiles[0];
    for (const key of ['n_nodes', 'n_frames', 'n_names', 'n_modules', 'n_packages'])
        for (const v of [profile[key] + 1, 100000000, profile[key] - 1])
            await assert.rejects(readStacksSection(text['0.stacks'], { ...profile, [key]: v }, 0), /section '0.stacks'/, `${key} ${v}`);
    const stacks = await readStacksSection(text['0.stacks'], profile, 0);
    for (const n of [profile.n_points + 1, 100000000, profile.n_points - 1])
        await assert.rejects(readSamplesSection(text['0.samples'], { ...profile, n_points: n }, 0, stacks), /section '0.samples'/, `n_points ${n}`);
});

test('base64 without the built-in gives the same bytes', () => {
    const builtIn = Uint8Array.fromBase64;
    try {
        if (builtIn) Uint8Array.fromBase64 = undefined;
        for (let n = 0; n < 70; n++) {
            const bytes = Uint8Array.from({ length: n }, (_, i) => i * 37 + n & 255);
            assert.deepEqual(fromBase64(`\n${Buffer.from(bytes).toString('base64')} `), bytes);
        }
        for (const wrong of ['A', 'AA*A', 'A€AA']) assert.throws(() => fromBase64(wrong), /not correctly encoded|invalid|Invalid/);
    } finally {
        if (builtIn) Uint8Array.fromBase64 = builtIn;
    }
});

test('varints, up to 2^53', () => {
    const read = (...bytes) => new Reader(Uint8Array.from(bytes), 'x').varint();
    assert.equal(read(0), 0);
    assert.equal(read(0xff, 1), 255);
    assert.equal(read(0xff, 0xff, 0xff, 0xff, 0x0f), 0xffffffff);
    assert.equal(read(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f), Number.MAX_SAFE_INTEGER);
    assert.throws(() => read(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f), /x, byte 8: a number above 2\^53/);
    assert.throws(() => read(0x80), /ends after 1 bytes/);
    const signed = new Reader(Uint8Array.of(0, 1, 2, 3), 'x');
    assert.deepEqual([signed.zigzag(), signed.zigzag(), signed.zigzag(), signed.zigzag()], [0, -1, 1, -2]);
});

test('inflates to exactly the size it names', async () => {
    const empty = Uint8Array.of(3, 0), abc = Uint8Array.of(0x4b, 0x4c, 0x4a, 6, 0);
    assert.equal((await inflate(empty, 0)).length, 0);
    assert.deepEqual(await inflate(abc, 3), Uint8Array.of(97, 98, 99));
    await assert.rejects(inflate(abc, 2), /more than the 2 bytes/);
    await assert.rejects(inflate(abc, 4), /3 bytes, expected 4/);
    await assert.rejects(inflate(abc.slice(0, 3), 3));
});

test('crc32', () => assert.equal(crc32(new TextEncoder().encode('123456789')), 0xcbf43926));
