/* SPDX-License-Identifier: MIT
 *
 * Many reports for `make bench-site`: nights of eight services on forty hosts, each with 120 functions with names as long as those of
 * Java, shares that wobble and now and then change, a map, findings. Usage: make.mjs PROGRAM REPORTS FOLDER */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';

const [, , program, count, folder] = process.argv, n = Number(count);
const work = mkdtempSync(join(tmpdir(), 'fp-site-'));

let seed = 12345;
const dice = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0, seed / 4294967296);
const pick = (list) => list[Math.floor(dice() * list.length)];

function crcOf(bytes) {
    if (crc32) return crc32(bytes);
    let c = -1;
    for (const b of bytes) { c ^= b; for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1; }
    return ~c >>> 0;
}

function varint(v) {
    const out = [];
    for (; v > 127; v = Math.floor(v / 128)) out.push((v & 127) | 128);
    return [...out, v];
}

/** The section of one column, as docs/pack-format.md has it. */
function section(json) {
    const raw = Buffer.from(json), stored = deflateRawSync(raw, { level: 1 });
    const body = Buffer.concat([Buffer.from([...varint(1), ...varint(raw.length), ...varint(stored.length), 1]), stored]);
    const head = Buffer.alloc(8);
    head.write('FPZ1', 'latin1');
    head.writeUInt32LE(crcOf(body), 4);
    return Buffer.concat([head, body]).toString('base64');
}

/* ---- what there is to measure */

const services = Array.from({ length: 8 }, (_, s) => ({
    group: ['checkout', 'search', 'catalogue', 'basket', 'payment', 'login', 'mail', 'stock'][s],
    functions: Array.from({ length: 120 }, (_, f) => `com.example.${pick(['shop', 'core', 'web', 'data'])}.s${s}.${pick(['Cart', 'Order', 'Session', 'Parser', 'Codec', 'Index'])}${f}.${pick(['total', 'find', 'decode', 'handle', 'apply'])}`),
    usual: Array.from({ length: 120 }, (_, f) => 1 / (f + 3)),
}));
const nights = Math.ceil(n / services.length);

function digest(s, night) {
    const { group, functions, usual } = services[s];
    /* Every sixty nights one function of a service becomes slower for good. */
    const changed = Math.floor(night / 60);
    const w = usual.map((u, f) => u * (0.97 + 0.06 * dice()) + (changed && f === (changed * 7 + s) % 40 ? 0.08 : 0));
    const sum = w.reduce((a, b) => a + b, 0);
    const shares = functions.map((name, f) => [name, Math.round((w[f] / sum) * 1e6), Math.min(1000000, Math.round((w[f] / sum) * 1e6 * (1 + (f % 5))))]).sort((a, b) => b[1] - a[1]);
    const date = new Date(Date.UTC(2023, 0, 1 + night, 3, s)).toISOString();
    return JSON.stringify({
        format: 1, generator: 'flamepress 0.1.0', title: `${group}, ${date.slice(0, 10)}`, is_generated: false,
        meta: [['date', date], ['host', `i-0fce${Math.floor(dice() * 40)}`], ['account', 'shop-prod'], ['region', pick(['eu-west-1', 'us-east-1'])], ['group', group], ['commit', Math.floor(dice() * 2 ** 28).toString(16)]].filter(([k]) => k !== 'region' || s % 2),
        n_profiles: 1,
        profiles: [{ id: 'tonight', title: 'Tonight', event: 'cpu-clock', weight: 'samples', n_samples: 18000 + Math.floor(dice() * 4000), n_lost: 0, seconds: 60, rate_hz: 49, cpus: 8, clock_epoch_ns: null, unresolved: 1000,
            functions: shares, packages: [['shop', 400000, 900000], ['core', 300000, 700000], ['libc.so', 100000, 100000]], findings: [['strong', `poller wakes every ${100 + Math.floor(dice() * 900)} ms`]],
            map: { columns: 60, rows: 10, levels: Array.from({ length: 600 }, () => Math.floor(dice() * dice() * 10)).join('') } }],
        comparisons: dice() < 0.02 ? [{ title: 'c', outcome: 'regression', n_base: 7, profile: 0, reasons: [], alarms: [['function', shares[0][0], 'self', 41300, 69000]] }] : [],
    });
}

/* The whole of each report is what `flamepress` makes of the quickstart's recording, under the id that the digest says. */
writeFileSync(join(work, 'one.yaml'), `profiles: [{id: tonight, source: ${resolve('examples/quickstart/orders.perf.txt.gz')}}]\n`);
execFileSync(program, ['-q', join(work, 'one.yaml'), '-o', join(work, 'one.html')]);
const [front, back] = readFileSync(join(work, 'one.html'), 'latin1').split(/(?<=data-fp="digest">)[^<]*/);
rmSync(work, { recursive: true });
for (let i = 0, night = 0; night < nights; night++) {
    for (let s = 0; s < services.length && i < n; s++, i++) {
        const where = join(folder, services[s].group);
        if (night === 0) mkdirSync(where, { recursive: true });
        writeFileSync(join(where, `${String(night).padStart(5, '0')}.html`), front + section(digest(s, night)) + back, 'latin1');
    }
}
