/* SPDX-License-Identifier: MIT
 *
 * The twin of src/render/pressed.c and predict.c, which say why: printable text -> the bytes of a script or a style. Every number here is
 * found there, and must come out as it does there. The page waits for it, and turn() is called a million times, by an engine that has just
 * begun: so no arrays of contexts and loops over them, which take twice as long, and small functions, which are soon compiled. */
const LEAST = 94 ** 4, EVEN = 32768, FAR = 32, BITS = 22, mul = Math.imul;
const slots = new Uint8Array(1 << BITS), lastLong = new Int32Array(1 << 18), lastShort = new Int32Array(1 << 16), bases = new Int32Array(7), contexts = new Int32Array(4);
const stretch = new Float64Array(256), next = new Uint8Array(512), squash = new Uint16Array(4096), weights = new Float64Array(1280 * 7);
const kind = new Uint8Array(256), inWord = new Uint8Array(256), kids = new Int16Array(512);
/* Doubles: what is left of the number, the range, the pace of learning. As variables, each would be a new object whenever it changes. */
const now = new Float64Array(3);
let text, at, out, place, repeat, length;

function fillTables() {
    const likely = [.5];
    for (let s = 0; s < 256; s++) {
        const p = s < 15 ? likely[s] : 1 / (1 + Math.exp((135 - s) / 15)), odds = (x) => Math.log(x / (1 - x));
        for (let bit = 0; bit < 2; bit++) {
            const then = p + (bit - p) / (Math.min(4, 31 - Math.clz32(s + 1)) + 1.25);
            likely[2 * s + 1 + bit] = then;
            next[256 * bit + s] = s < 7 ? 2 * s + 1 + bit : Math.max(15, Math.min(255, Math.floor(15 * odds(then) + 135.5)));
        }
        stretch[s] = Math.floor(odds(p) * 4096 + .5) / 4096;
    }
    for (let i = 0; i < 4096; i++) squash[i] = Math.floor(65534 / (1 + Math.exp((2048 - i) / 170)) + 1.5);
    for (let i = 0; i < 256; i++) {
        const c = String.fromCharCode(i);
        kind[i] = /[a-z_$]/i.test(c) ? 1 : /\d/.test(c) ? 2 : i;
        inWord[i] = /[\w$-]/.test(c) ? 1 : 0;
    }
}

function digit() {
    const c = text.charCodeAt(at++);
    if (!(c >= 32)) throw new Error('it is cut off');
    now[0] = now[0] * 94 + c - (c > 60 ? 33 : 32);
}

function decide(chance) {
    const cut = Math.floor(now[1] * chance / 65536), bit = now[0] < cut;
    if (bit) now[1] = cut;
    else { now[0] -= cut; now[1] -= cut; }
    for (; now[1] < LEAST; now[1] *= 94) digit();
    return bit ? 1 : 0;
}

function number(bits) {
    let value = 0;
    while (bits--) value = value * 2 + decide(EVEN);
    return value;
}

function readTree() {
    let nodes = 1;
    for (let i = 0; i < 2 * nodes; i++) kids[i] = decide(EVEN) ? nodes++ : ~number(8);
}

function tryRepeat(from) {
    let n = 0;
    while (from && n < FAR && out[from - 1 - n] === out[place - 1 - n]) n++;
    if (n > length) { length = n; repeat = from; }
}

function findRepeat() {
    const c1 = out[place - 1], pair = c1 | out[place - 2] << 8, hash = contexts[3] >>> 14;
    if (length && out[repeat] === c1) { length++; repeat++; } else length = 0;
    if (length < 5) tryRepeat(lastLong[hash]);
    if (length < 2) tryRepeat(lastShort[pair]);
    lastLong[hash] = lastShort[pair] = place;
}

function base(i, context) {
    const x = mul(context + i + 1, 0x9E3779B1);
    bases[i] = mul(x ^ x >>> 15, 0x2F0B4C47) >>> 32 - BITS;
}

function learn(f, s, change, slot, state) {
    weights[f] += change;
    weights[s] += change;
    slots[slot] = next[state];
}

function turn(node, s) {
    const f = 7 * node;
    const a0 = bases[0] ^ node, a1 = bases[1] ^ node, a2 = bases[2] ^ node, a3 = bases[3] ^ node, a4 = bases[4] ^ node, a5 = bases[5] ^ node, a6 = bases[6] ^ node;
    const w0 = slots[a0], w1 = slots[a1], w2 = slots[a2], w3 = slots[a3], w4 = slots[a4], w5 = slots[a5], w6 = slots[a6];
    const s0 = stretch[w0], s1 = stretch[w1], s2 = stretch[w2], s3 = stretch[w3], s4 = stretch[w4], s5 = stretch[w5], s6 = stretch[w6];
    const x = (weights[f] + weights[s]) * s0 + (weights[f + 1] + weights[s + 1]) * s1 + (weights[f + 2] + weights[s + 2]) * s2 + (weights[f + 3] + weights[s + 3]) * s3 +
        (weights[f + 4] + weights[s + 4]) * s4 + (weights[f + 5] + weights[s + 5]) * s5 + (weights[f + 6] + weights[s + 6]) * s6;
    const chance = squash[x < -12 ? 0 : x > 12 ? 4095 : 2048 + (x * 170 | 0)], bit = decide(chance), miss = (65536 * bit - chance) * now[2], then = bit << 8;
    learn(f, s, miss * s0, a0, then | w0);
    learn(f + 1, s + 1, miss * s1, a1, then | w1);
    learn(f + 2, s + 2, miss * s2, a2, then | w2);
    learn(f + 3, s + 3, miss * s3, a3, then | w3);
    learn(f + 4, s + 4, miss * s4, a4, then | w4);
    learn(f + 5, s + 5, miss * s5, a5, then | w5);
    learn(f + 6, s + 6, miss * s6, a6, then | w6);
    return bit;
}

function oneByte() {
    const c1 = out[place - 1], pair = c1 | out[place - 2] << 8, predicted = length ? out[repeat] : 0, lengths = length < 16 ? length : length < FAR ? 12 + (length >> 2) : 20;
    base(0, c1); base(1, pair); base(2, pair | out[place - 3] << 16); base(3, contexts[0]); base(4, contexts[1]); base(5, contexts[2]); base(6, predicted | lengths << 8);
    now[2] = (.001 + .01 / (1 + (place - FAR) / 3000)) / 65536;
    const s = 7 * (256 + 128 * Math.min(length, 7) + (kind[c1] & 127));
    let node = 0;
    do node = kids[2 * node + turn(node, s)]; while (node >= 0);
    return ~node;
}

function takeIn(byte) {
    const k = kind[byte];
    out[place++] = byte;
    contexts[0] = inWord[byte] ? mul(contexts[0] + byte + 1, 0x2F0B4C47) : 0;
    if (k !== 1 || (contexts[1] & 255) !== 1) contexts[2] = mul(contexts[2], 0x2F0B4C47 << 5) + 2 * k + 1;
    contexts[1] = contexts[1] << 8 | k;
    contexts[3] = mul(contexts[3], 0x2F0B4C47 << 6) + byte + 1;
}

/** @returns {Uint8Array} @throws when the text is not whole */
export function unpressed(pressed) {
    if (stretch[1]) for (const a of [slots, lastLong, lastShort, contexts]) a.fill(0);
    else fillTables();
    weights.fill(.1);
    now.set([0, LEAST * 94]);
    text = pressed;
    at = length = 0;
    for (let i = 0; i < 5; i++) digit();
    out = new Uint8Array(FAR + number(24));
    readTree();
    for (place = FAR; place < out.length; findRepeat()) takeIn(oneByte());
    return out.subarray(FAR);
}
