/* SPDX-License-Identifier: MIT
 *
 * Text to bytes, bytes to columns: the container of docs/pack-format.md. In: the base64 of one section; out: its
 * columns, inflated, with sizes and checksum checked. No document here: this may run in a worker. */

/** Deflate cannot exceed 1032:1; a column above this is refused before anything is allocated. */
const MAX_COLUMN = 2 ** 30;

/** @param {string} text base64, maybe with white space around it @returns {Uint8Array} */
export function fromBase64(text) {
    const digits = text.trim();
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(digits);
    const letters = atob(digits), bytes = new Uint8Array(letters.length); /* browsers until 2025 */
    for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
    return bytes;
}

/** @param {Uint8Array} bytes raw deflate @param {number} rawBytes what it must give, exactly @returns {Promise<Uint8Array>} */
export async function inflate(bytes, rawBytes) {
    const out = new Uint8Array(rawBytes);
    const stream = new DecompressionStream('deflate-raw');
    const writer = stream.writable.getWriter();
    const written = writer.write(bytes).then(() => writer.close());
    written.catch(() => {}); /* the reader fails with the same reason */
    const reader = stream.readable.getReader();
    let at = 0;
    for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        if (value.length > rawBytes - at) {
            await reader.cancel();
            throw new Error(`inflates to more than the ${rawBytes} bytes it names`);
        }
        out.set(value, at);
        at += value.length;
    }
    if (at !== rawBytes) throw new Error(`inflates to ${at} bytes, expected ${rawBytes}`);
    return out;
}

let crcTable = null;

/** @param {Uint8Array} bytes @param {number} from @returns {number} unsigned */
export function crc32(bytes, from = 0) {
    if (!crcTable) {
        crcTable = new Int32Array(256);
        for (let n = 0; n < 256; n++) {
            let c = n;
            for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
            crcTable[n] = c;
        }
    }
    const table = crcTable;
    let c = -1;
    for (let i = from; i < bytes.length; i++) c = table[(c ^ bytes[i]) & 255] ^ (c >>> 8);
    return ~c >>> 0;
}

/** Reads varints and bytes; throws, saying where, past the end. */
export class Reader {
    /** @param {Uint8Array} bytes @param {string} name for messages */
    constructor(bytes, name) {
        this.bytes = bytes;
        this.name = name;
        this.at = 0;
    }

    /** @param {string} what @returns {never} */
    fail(what) {
        throw new Error(`${this.name}, byte ${this.at}: ${what}`);
    }

    byte() {
        if (this.at >= this.bytes.length) this.fail(`ends after ${this.bytes.length} bytes, expected more`);
        return this.bytes[this.at++];
    }

    /** Up to 2^53; above that it throws, since a number could not hold it. */
    varint() {
        let b = this.byte();
        if (b < 128) return b;
        let v = b & 127;
        let scale = 128;
        do {
            b = this.byte();
            v += (b & 127) * scale;
            scale *= 128;
            if (v > Number.MAX_SAFE_INTEGER || scale > 2 ** 70) this.fail('a number above 2^53');
        } while (b >= 128);
        return v;
    }

    /** A varint that must be below `end`. */
    below(end, what) {
        const v = this.varint();
        if (v >= end) this.fail(`${what} is ${v}, expected less than ${end}`);
        return v;
    }

    zigzag() {
        const v = this.varint();
        return v % 2 ? -(v + 1) / 2 : v / 2;
    }

    get more() {
        return this.at < this.bytes.length;
    }

    done() {
        if (this.more) this.fail(`${this.bytes.length - this.at} bytes after the last value, expected none`);
    }
}

/**
 * The columns of a section.
 * @param {string|Uint8Array} section base64, or the bytes
 * @param {string} name for messages: "0.stacks"
 * @param {number} nColumns how many are needed; more are those of a later version, and not read
 * @returns {Promise<Uint8Array[]>}
 */
export async function readSection(section, name, nColumns) {
    const label = `section '${name}'`;
    const bytes = typeof section === 'string' ? fromBase64(section) : section;
    const r = new Reader(bytes, label);
    const magic = String.fromCharCode(...bytes.subarray(0, 4));
    if (magic !== 'FPZ1') r.fail(`begins with '${magic}', expected 'FPZ1'`);
    if (bytes.length < 8) r.fail(`${bytes.length} bytes, expected at least 8`);
    const said = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(4, true);
    const crc = crc32(bytes, 8);
    if (said !== crc) r.fail(`checksum ${said}, expected ${crc}: the file was damaged or edited`);
    r.at = 8;
    const n = r.below(bytes.length, 'the number of columns');
    if (n < nColumns) r.fail(`${n} columns, expected ${nColumns}`);
    const table = [];
    for (let i = 0; i < n; i++) {
        const raw = r.below(MAX_COLUMN + 1, 'the size of a column');
        const stored = r.below(bytes.length + 1, 'the stored size of a column');
        const coding = r.byte();
        if (coding > 1) r.fail(`coding ${coding} of column ${i}, expected 0 or 1`);
        if (coding ? raw > stored * 1032 + 64 : raw !== stored) r.fail(`sizes ${raw} and ${stored} of column ${i} do not agree`);
        table.push({ raw, stored, coding });
    }
    const columns = [];
    let at = r.at;
    for (const [i, { raw, stored, coding }] of table.entries()) {
        if (stored > bytes.length - at) r.fail(`column ${i} has ${stored} bytes, but ${bytes.length - at} are left`);
        const part = bytes.subarray(at, at + stored);
        at += stored;
        if (i < nColumns) columns.push(coding ? inflate(part, raw) : part);
    }
    r.at = at;
    r.done();
    return Promise.all(columns).catch((e) => {
        throw new Error(`${label}: ${e.message}`);
    });
}
