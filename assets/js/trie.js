/* SPDX-License-Identifier: MIT
 *
 * The column "trie" (docs/pack-format.md): range-coded bits in, the nodes of all stacks out. It follows src/pack/trie.c and
 * src/pack/rangecode.c step by step. All numbers stay below 2^31 and all tables are typed arrays: this loop is the longest that a
 * reader waits for. Every id is checked, so what comes out can be indexed with blindly. */
const EVEN = 1 << 30;
const USES = 127;
const LEAST_RANGE = 1 << 23;
const ABOVE = 4;
const SURE = 7;
const NONE = 0xffffffff;
const VALUE_BITS = 30;
const KIND_THREAD = 4;
const MAX_DEPTH = 8194;
const NODES_A_BYTE = 2000;

const PACE = Int32Array.from({ length: USES + 1 }, (_, n) => Math.floor((4096 + Math.floor((2 * n + 3) / 2)) / (2 * n + 3)));

function mix(h) {
    h = Math.imul(h ^ h >>> 15, 0x2c1b3c6d);
    h = Math.imul(h ^ h >>> 12, 0x297a2d39);
    return h ^ h >>> 15;
}

/** Bits under odds. Its state is a typed array: numbers in it stay plain numbers to the engine. */
class RangeReader {
    constructor(bytes) {
        this.bytes = bytes;
        this.s = Int32Array.of(0, 0x7fffffff, 4); /* code, range, at */
        let code = 0;
        for (let i = 0; i < 4; i++) code = code * 256 + (bytes[i] ?? 256);
        this.bad = !(code < 0x7fffffff);
        this.s[0] = this.bad ? 0 : code;
    }

    /** @param {Int32Array} odds @param {number} i @returns {number} 1 or 0 */
    bit(odds, i) {
        const s = this.s, e = odds[i];
        let p = e >>> 9, range = s[1], code = s[0], cut = p >>> 7, yes = 1;
        const uses = e & 511;
        if (cut < 32) cut = 32;
        else if (cut > 32736) cut = 32736;
        const bound = (range >>> 15) * cut;
        if (code < bound) {
            range = bound;
            p += (4194303 - p >>> 3) * PACE[uses] >>> 8;
        } else {
            range -= bound;
            code -= bound;
            p -= (p >>> 3) * PACE[uses] >>> 8;
            yes = 0;
        }
        odds[i] = p << 9 | (uses < USES ? uses + 1 : uses);
        while (range < LEAST_RANGE) {
            range <<= 8;
            code = code << 8 | this.bytes[s[2]++];
        }
        s[0] = code;
        s[1] = range;
        return yes;
    }

    plain() {
        const s = this.s;
        let range = s[1], code = s[0], yes = 1;
        const bound = range >>> 1;
        if (code < bound) range = bound;
        else {
            range -= bound;
            code -= bound;
            yes = 0;
        }
        while (range < LEAST_RANGE) {
            range <<= 8;
            code = code << 8 | this.bytes[s[2]++];
        }
        s[0] = code;
        s[1] = range;
        return yes;
    }
}

class Guesses {
    constructor(bits) {
        this.shift = 32 - bits;
        this.slots = new Int32Array(2 << bits); /* the frame + 1, or 0; which context << 3 | how sure */
    }

    /** @returns {number} where in `slots` */
    at(hash) {
        const slots = this.slots, slot = (hash >>> this.shift) * 2, mark = (hash & 0xfff) << 3;
        if ((slots[slot + 1] & ~SURE) !== mark) {
            slots[slot + 1] = mark;
            slots[slot] = 0;
        }
        return slot;
    }

    learn(slot, frame) {
        const slots = this.slots, m = slots[slot + 1], sure = m & SURE;
        if (slots[slot] === frame + 1) {
            if (sure < SURE) slots[slot + 1] = m + 1;
        } else if (sure > 1) slots[slot + 1] = m & ~SURE | sure >> 1;
        else {
            slots[slot] = frame + 1;
            slots[slot + 1] = m & ~SURE | 1;
        }
    }
}

const evenOdds = (n) => new Int32Array(n).fill(EVEN);

class TrieReader {
    constructor(bytes, nNodes, frames, fail) {
        let bits = 12;
        while (bits < 18 && nNodes >>> bits) bits++;
        this.shift = 32 - bits;
        this.range = new RangeReader(bytes);
        this.fail = fail;
        this.nFrames = frames.n;
        this.kind = frames.kind;
        this.deep = new Guesses(bits);
        this.near = new Guesses(bits);
        this.hit = evenOdds(32);
        this.passed = evenOdds(frames.n);
        this.leaf = evenOdds(frames.n);
        this.more = evenOdds(1 << bits);
        this.values = evenOdds(1 << bits);
        this.lists = new Array(frames.n + 1); /* successors by frame; the last is the root's */
        this.path = new Int32Array(MAX_DEPTH + ABOVE + 2).fill(frames.n); /* frame of the last node at each level, from ABOVE on */
        this.first = new Uint8Array(MAX_DEPTH + 2);
    }

    value(context) {
        const { range, values, shift } = this;
        let n = 0, got = 1;
        while (range.bit(values, mix((context << 6) + n) >>> shift)) if (++n > VALUE_BITS) this.fail('a value is too large');
        for (let i = n; i-- > 0;) {
            const bit = n - i <= 3 ? range.bit(values, mix(((context << 6) + 32 + n << 6) + (got & 63)) >>> shift) : range.plain();
            got = got << 1 | bit;
        }
        return got - 1;
    }

    /** A frame that nothing guessed. */
    place(parent, sibling, elder) {
        const place = this.value(parent + 2), list = this.lists[parent];
        if (place) {
            if (!list || place > list.length) this.fail(`successor ${place}, expected at most ${list ? list.length : 0}`);
            return list[place - 1];
        }
        const v = this.value(sibling);
        const frame = sibling ? elder + 1 + v : (parent < this.nFrames ? parent : 0) + (v & 1 ? -(v + 1) / 2 : v / 2);
        if (!(frame >= 0 && frame < this.nFrames)) this.fail(`a frame is ${frame}, expected 0 to ${this.nFrames - 1}`);
        if (list) list.push(frame);
        else this.lists[parent] = [frame];
        return frame;
    }

    /** The frame of the next node at `level`; `sibling`: 1 when one stands before it. */
    frame(level, sibling) {
        const { path, deep, near, range, hit } = this, at = ABOVE + level, parent = path[at - 1];
        const elder = sibling ? path[at] : this.nFrames + 1, least = sibling ? elder : -1;
        const nearHash = Math.imul(parent + 1, 0x9e3779b1) ^ Math.imul(elder + 1, 0x85ebca77);
        const d = deep.at(mix(nearHash ^ Math.imul(path[at - 2] + 1, 0xc2b2ae3d) ^ Math.imul(path[at - 3] + 1, 0x27d4eb2f) ^ Math.imul(path[at - 4] + 1, 0x165667b1)));
        const guess = deep.slots[d] - 1;
        let frame = -1;
        if (guess > least && range.bit(hit, 8 * sibling + (deep.slots[d + 1] & SURE))) frame = guess;
        else {
            const k = near.at(mix(nearHash)), second = near.slots[k] - 1;
            if (second > least && second !== guess && range.bit(hit, 16 + 8 * sibling + (near.slots[k + 1] & SURE))) frame = second;
            else frame = this.place(parent, sibling, elder);
            near.learn(k, frame);
        }
        deep.learn(d, frame);
        if (frame <= least) this.fail(`frame ${frame} after its sibling ${elder}`);
        const isRoot = this.kind[frame] === KIND_THREAD;
        if (level > 1 ? isRoot && this.kind[parent] !== KIND_THREAD : !isRoot) this.fail(`frame ${frame} of kind ${this.kind[frame]} at level ${level}`);
        path[at] = frame;
        this.first[level] = 1 - sibling;
        return frame;
    }

    hasMore(level) {
        const at = ABOVE + level, path = this.path;
        return this.range.bit(this.more, mix(Math.imul(path[at - 1] * 2 + this.first[level], 0x9e3779b1) ^ Math.imul(path[at], 0x85ebca77)) >>> this.shift);
    }
}

/**
 * Node 0 is the root (parent 0, frame 0xffffffff); preorder.
 * @param {import('./bytes.js').Reader} column @param {number} nNodes @param {{n: number, kind: Uint8Array}} frames
 * @param {(done: number) => void} progress called now and then with the share that is decoded
 * @returns {{parent: Uint32Array, frame: Uint32Array, depth: Uint16Array, ends: Uint8Array}} ends: 1 where a stack ends
 */
export function decodeTrie(column, nNodes, frames, progress = () => {}) {
    const n = nNodes - 1;
    if (n > column.bytes.length * NODES_A_BYTE) column.fail(`${column.bytes.length} bytes for ${n} nodes`);
    const parent = new Uint32Array(nNodes), frame = new Uint32Array(nNodes), depth = new Uint16Array(nNodes), ends = new Uint8Array(nNodes);
    frame[0] = NONE;
    if (!n) {
        column.done();
        return { parent, frame, depth, ends };
    }
    const fail = (what) => {
        column.at = Math.min(t.range.s[2], column.bytes.length);
        column.fail(t.range.bad || t.range.s[2] > column.bytes.length ? 'ends too early' : what);
    };
    const t = new TrieReader(column.bytes, nNodes, frames, fail), path = new Uint32Array(MAX_DEPTH + 2), { range, passed: passedOdds, leaf: leafOdds } = t;
    if (range.bad) fail('');
    for (let from = 1; from < nNodes;) {
        const to = Math.min(nNodes, from + 65536);
        decodeNodes(from, to);
        if (range.s[2] > column.bytes.length) fail('');
        progress((to - 1) / n);
        from = to;
    }
    column.at = range.s[2];
    column.done();
    return { parent, frame, depth, ends };

    function decodeNodes(from, to) {
        let level = from === 1 ? 1 : t.level, sibling = from === 1 ? 0 : t.sibling;
        for (let node = from; node < to; node++) {
            if (level > MAX_DEPTH) fail(`a stack of ${level} levels`);
            const f = t.frame(level, sibling);
            frame[node] = f;
            parent[node] = path[level - 1];
            depth[node] = level;
            path[level] = node;
            if (range.bit(passedOdds, f)) {
                sibling = 0;
                level++;
                continue;
            }
            ends[node] = 1;
            sibling = range.bit(leafOdds, f);
            if (!sibling) level++;
            else if (node < n) while (!t.hasMore(level)) if (--level === 0) fail('goes up past the root');
        }
        t.level = level;
        t.sibling = sibling;
        if (to === nNodes && !sibling) fail('the last node is no leaf');
    }
}
