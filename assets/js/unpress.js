/* SPDX-License-Identifier: MIT
 *
 * The twin of src/render/pressed.c and predict.c, which say why: text of 94 characters -> the bytes of a script or a style. Every number here is
 * found there, and must come out as it does there. It runs before the page can, some million times round the inner loop: so no arrays of
 * contexts and no loops over them, which take twice as long. */
const LEAST = 94 ** 4, EVEN = 32768, FAR = 32;

/** Reads decisions of known chances. What it knows is in an array of doubles, as variables of that size would each be a new object. */
function reader(text) {
    const now = new Float64Array([0, LEAST * 94, 0]); // what is left of the number, the range, where in the text
    const digit = () => {
        const c = text.charCodeAt(now[2]++);
        if (!(c >= 32)) throw new Error('it is cut off');
        return c - (c > 60 ? 33 : 32);
    };
    for (let i = 0; i < 5; i++) now[0] = now[0] * 94 + digit();
    const decide = (chance) => {
        const cut = Math.floor(now[1] * chance / 65536), bit = now[0] < cut;
        if (bit) now[1] = cut;
        else { now[0] -= cut; now[1] -= cut; }
        for (; now[1] < LEAST; now[1] *= 94) now[0] = now[0] * 94 + digit();
        return bit ? 1 : 0;
    };
    return decide;
}

/** @returns {Uint8Array} @throws when the text is not whole */
export function unpressed(text) {
    const decide = reader(text), mul = Math.imul;
    const number = (bits) => { let value = 0; while (bits--) value = value * 2 + decide(EVEN); return value; };
    const end = FAR + number(24), kids = new Int16Array(512);
    let nodes = 0;
    const tree = () => {
        if (!decide(EVEN)) return ~number(8);
        const node = nodes++;
        kids[2 * node] = tree();
        kids[2 * node + 1] = tree();
        return node;
    };
    // Else the loop below would not end.
    if (tree() < 0 || nodes > 255) throw new Error('it is damaged');

    const slots = new Int16Array((1 << 22) + 512), lastLong = new Int32Array(1 << 18), lastShort = new Int32Array(1 << 16);
    const stretch = new Float64Array(4096), squash = new Uint16Array(4096), weights = new Float64Array(1536 * 7).fill(.15);
    const rate = Int32Array.from([0, 1, 2, 3, 4], (i) => 65536 / (i + 1.25)), kind = new Uint8Array(256), inWord = new Uint8Array(256);
    for (let i = 0; i < 4096; i++) {
        stretch[i] = Math.floor(Math.log((i + .5) / (4095.5 - i)) * 4096 + .5) / 4096;
        squash[i] = Math.min(65535, Math.max(1, Math.floor(65536 / (1 + Math.exp((2048 - i) / 170)) + .5)));
    }
    for (let i = 0; i < 256; i++) {
        const c = String.fromCharCode(i);
        kind[i] = /[a-z_$]/i.test(c) ? 1 : /\d/.test(c) ? 2 : i;
        inWord[i] = /[\w$-]/.test(c) ? 1 : 0;
    }

    const out = new Uint8Array(end);
    const base = (context) => {
        const x = mul(context, 0x9E3779B1);
        return mul(x ^ x >>> 15, 0x2F0B4C47) >>> 10;
    };
    const learn = (slot, was, target) => {
        const seen = was & 7;
        slots[slot] = was + (mul(target - was, rate[seen]) >> 16) & -8 | (seen < 4 ? seen + 1 : 4);
    };
    let repeat = 0, length = 0, word = 0, kinds = 0, shape = 0, lastKind = 0, hits = 0;
    const tryRepeat = (at) => {
        let n = 0;
        while (at && n < FAR && out[at - 1 - n] === out[place - 1 - n]) n++;
        if (n > length) { length = n; repeat = at; }
    };
    let place = FAR;
    for (; place < end; place++) {
        const c1 = out[place - 1], c2 = out[place - 2], c3 = out[place - 3];
        if (place > FAR) {
            if (length && out[repeat] === c1) { length++; repeat++; } else length = 0;
            let hash = 0;
            for (let k = 5; k; k--) hash = mul(hash + out[place - k] + 1, 0x2F0B4C47);
            hash >>>= 14;
            if (length < 5) tryRepeat(lastLong[hash]);
            if (length < 2) tryRepeat(lastShort[c1 | c2 << 8]);
            lastLong[hash] = lastShort[c1 | c2 << 8] = place;
        }
        const predicted = length ? out[repeat] : 0, lengths = length < 16 ? length : length < FAR ? 12 + (length >> 2) : 20;
        const b0 = base(c1 + 1), b1 = base((c1 | c2 << 8) + 2), b2 = base((c1 | c2 << 8 | c3 << 16) + 3), b3 = base(word + 4), b4 = base(kinds + 5), b5 = base(shape + 6), b6 = base((predicted | lengths << 8) + 7);
        const pace = (.0015 + .01 / (1 + (place - FAR) / 3000)) / 65536;
        let node = 0, hit = length >= 5, byte;
        for (;;) {
            const key = hit ? 256 + predicted : node;
            const f = 7 * (hit ? 256 + 4 * lengths + hits : node), s = 7 * (512 + (hit ? c1 : 256 + 128 * (length < 3 ? length : 3) + (kind[c1] & 127)));
            const a0 = b0 + key, a1 = b1 + key, a2 = b2 + key, a3 = b3 + key, a4 = b4 + key, a5 = b5 + key, a6 = b6 + key;
            const w0 = slots[a0], w1 = slots[a1], w2 = slots[a2], w3 = slots[a3], w4 = slots[a4], w5 = slots[a5], w6 = slots[a6];
            const s0 = stretch[w0 + 32768 >> 4], s1 = stretch[w1 + 32768 >> 4], s2 = stretch[w2 + 32768 >> 4], s3 = stretch[w3 + 32768 >> 4], s4 = stretch[w4 + 32768 >> 4], s5 = stretch[w5 + 32768 >> 4], s6 = stretch[w6 + 32768 >> 4];
            const x = (weights[f] + weights[s]) * s0 + (weights[f + 1] + weights[s + 1]) * s1 + (weights[f + 2] + weights[s + 2]) * s2 + (weights[f + 3] + weights[s + 3]) * s3 + (weights[f + 4] + weights[s + 4]) * s4 + (weights[f + 5] + weights[s + 5]) * s5 + (weights[f + 6] + weights[s + 6]) * s6;
            const chance = squash[x < -12 ? 0 : x > 12 ? 4095 : 2048 + (x * 170 | 0)], bit = decide(chance);
            const miss = (65536 * bit - chance) * pace, target = bit ? 32767 : -32768;
            let d;
            weights[f] += d = miss * s0; weights[s] += d; learn(a0, w0, target);
            weights[f + 1] += d = miss * s1; weights[s + 1] += d; learn(a1, w1, target);
            weights[f + 2] += d = miss * s2; weights[s + 2] += d; learn(a2, w2, target);
            weights[f + 3] += d = miss * s3; weights[s + 3] += d; learn(a3, w3, target);
            weights[f + 4] += d = miss * s4; weights[s + 4] += d; learn(a4, w4, target);
            weights[f + 5] += d = miss * s5; weights[s + 5] += d; learn(a5, w5, target);
            weights[f + 6] += d = miss * s6; weights[s + 6] += d; learn(a6, w6, target);
            if (hit) {
                hits = hits * 2 + bit & 3;
                hit = false;
                if (bit) { byte = predicted; break; }
            } else if ((node = kids[2 * node + bit]) < 0) { byte = ~node; break; }
        }
        out[place] = byte;
        const k = kind[byte];
        word = inWord[byte] ? mul(word + byte + 1, 0x2F0B4C47) : 0;
        kinds = kinds << 8 | k;
        if (k !== 1 || lastKind !== 1) shape = mul(shape, 0x2F0B4C47 << 5) + 2 * k + 1 | 0;
        lastKind = k;
    }
    return out.subarray(FAR);
}
