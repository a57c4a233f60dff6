/* SPDX-License-Identifier: MIT
 *
 * Both sides of a comparison on one tree. Ranges of one profile share its trie; two profiles get a joint one, in which
 * functions are the same when their names are (things.js). A frame is as wide as its share in the target; what is only in
 * the base has vanished, and stands in its place as wide as it was. */
import { functionName } from "./things.js";
import { subtreeEnds } from "./store.js";

const THREAD = 4;

/** Frames of several profiles as one list. */
class JointFrames {
    constructor() {
        this.ids = new Map();
        this.list = { name: [], module: [], kind: [], package: [] };
        this.tables = { names: [], modules: [], packages: [] };
        this._text = { names: new Map(), modules: new Map(), packages: new Map() };
    }

    text(table, s) {
        let id = this._text[table].get(s);
        if (id === undefined) this._text[table].set(s, id = this.tables[table].push(s) - 1);
        return id;
    }

    /** Per frame of the stacks its number here. */
    add(stacks) {
        const { frames } = stacks;
        return Uint32Array.from({ length: frames.n }, (_, f) => {
            const isThread = frames.kind[f] === THREAD, name = isThread ? stacks.names[frames.name[f]] : functionName(stacks, f), key = `${isThread ? "t" : "f"}${name}`;
            let id = this.ids.get(key);
            if (id === undefined) {
                this.ids.set(key, id = this.list.name.push(this.text("names", name)) - 1);
                this.list.module.push(this.text("modules", stacks.modules[frames.module[f]]));
                this.list.package.push(this.text("packages", stacks.packages[frames.package[f]]));
                this.list.kind.push(frames.kind[f]);
            }
            return id;
        });
    }
}

/**
 * @param {import("./store.js").Stacks} a @param {import("./store.js").Stacks} b the first one's modules and kinds are shown
 * @returns {{stacks: import("./store.js").Stacks, end: Uint32Array, maps: [Uint32Array, Uint32Array]}} maps: where each node of a and b went
 */
export function jointTrie(a, b) {
    const joint = new JointFrames();
    joint.text("modules", "");
    joint.text("packages", "");
    const children = new Map(), parent = [0], frame = [0], kids = [[]];
    const rough = [a, b].map((stacks) => {
        const label = joint.add(stacks), map = new Uint32Array(stacks.nNodes);
        for (let i = 1; i < stacks.nNodes; i++) {
            const above = map[stacks.parent[i]], key = above * 2097152 + label[stacks.frame[i]];
            let at = children.get(key);
            if (at === undefined) {
                children.set(key, at = parent.push(above) - 1);
                frame.push(label[stacks.frame[i]]);
                kids.push(null);
                (kids[above] ||= []).push(at);
            }
            map[i] = at;
        }
        return map;
    });
    const { names } = joint.tables, textOf = (node) => names[joint.list.name[frame[node]]];
    const n = parent.length, place = new Uint32Array(n), out = { parent: new Uint32Array(n), frame: new Uint32Array(n), depth: new Uint16Array(n) }, stack = [0];
    for (let at = 0; stack.length; at++) {
        const node = stack.pop();
        place[node] = at;
        if (at) {
            out.parent[at] = place[parent[node]];
            out.frame[at] = frame[node];
            out.depth[at] = out.depth[out.parent[at]] + 1;
        }
        /* The last pushed is the first taken. */
        if (kids[node]) stack.push(...kids[node].sort((x, y) => (textOf(x) < textOf(y) ? 1 : textOf(x) > textOf(y) ? -1 : y - x)));
    }
    const frames = { n: joint.list.name.length, name: Uint32Array.from(joint.list.name), module: Uint32Array.from(joint.list.module), kind: Uint8Array.from(joint.list.kind), package: Uint32Array.from(joint.list.package) };
    const stacks = { nNodes: n, ...out, idle: new Uint8Array(n), frames, ...joint.tables };
    return { stacks, end: subtreeEnds(stacks), maps: rough.map((map) => map.map((at) => place[at])) };
}

/** Weights of a side on the joint trie. */
export function carry(self, map, n) {
    const out = new Float64Array(n);
    for (let i = 0; i < self.length; i++) if (self[i]) out[map[i]] += self[i];
    return out;
}

/**
 * The tree of a comparison out of the head (docs/pack-format.md): shares in millionths, made when the report was built.
 * @returns {{stacks: import("./store.js").Stacks, end: Uint32Array, base: Float64Array, target: Float64Array}} weights of their own
 */
export function packedTree({ parent, name, names, base, target }) {
    const n = parent.length, depth = new Uint16Array(n), own = [base, target].map((total) => Float64Array.from(total));
    for (let i = 1; i < n; i++) {
        depth[i] = depth[parent[i]] + 1;
        own[0][parent[i]] -= base[i];
        own[1][parent[i]] -= target[i];
    }
    const frames = { n: names.length * 2, name: Uint32Array.from({ length: names.length * 2 }, (_, f) => f >> 1), module: new Uint32Array(names.length * 2), package: new Uint32Array(names.length * 2),
        kind: Uint8Array.from({ length: names.length * 2 }, (_, f) => (f & 1 ? THREAD : 0)) };
    const stacks = { nNodes: n, parent: Uint32Array.from(parent), frame: Uint32Array.from(name, (id, i) => id * 2 + (depth[i] === 1 ? 1 : 0)), depth, idle: new Uint8Array(n), frames, names, modules: [""], packages: [""] };
    return { stacks, end: subtreeEnds(stacks), base: own[0], target: own[1] };
}

/** Weights of nodes' own with all below. */
export function summed(self, parent) {
    const total = Float64Array.from(self);
    for (let i = total.length - 1; i > 0; i--) if (total[i] !== 0) total[parent[i]] += total[i];
    return total;
}

/**
 * What is drawn: the target, and in their places what only the base has, in weight of the target.
 * @param {{stacks: import("./store.js").Stacks}} trie @param {{self: ArrayLike<number>, total: ArrayLike<number>}} base @param {{self: ArrayLike<number>, total: ArrayLike<number>}} target
 * @param {Float64Array} [room] filled and returned as `total`, if it is long enough
 * @returns {{self: ArrayLike<number>, total: Float64Array, base: ArrayLike<number>, baseSelf: ArrayLike<number>, target: ArrayLike<number>, ofBase: number, ofTarget: number}}
 *        self: of the target; base, target: with all below
 */
export function diffWeights({ stacks: { nNodes, parent } }, base, target, room = null) {
    const b = base.total, t = target.total, total = room && room.length >= nNodes ? room : new Float64Array(nNodes), scale = b[0] > 0 ? (t[0] || b[0]) / b[0] : 0;
    total.fill(0, 0, nNodes);
    for (let i = nNodes - 1; i >= 0; i--) {
        const mine = t[i], other = b[i];
        if (mine === 0 && other === 0) continue;
        const above = parent[i];
        let gone = total[i]; /* of what is below */
        if (mine !== 0) total[i] = mine + gone;
        else total[i] = gone = other * scale;
        if (gone !== 0 && i !== 0 && t[above] !== 0) total[above] += gone;
    }
    return { self: target.self, total, base: b, get baseSelf() { return base.self; }, target: t, ofBase: b[0], ofTarget: t[0] };
}

/* Classes of a node: 0 … 2 * DEEP, DEEP is white; then what has vanished. */
export const DEEP = 10;
export const GONE = 2 * DEEP + 1;

/**
 * How a node's colour is chosen: what its share grew or shrank by, as a part of the larger one, and paler the nearer it is to
 * what counting alone does (three standard errors are full).
 * @param {{base: ArrayLike<number>, target: ArrayLike<number>, ofBase: number, ofTarget: number}} diff @param {{base: number, target: number}} samples of both sides
 * @returns {(node: number) => number} its class
 */
export function classing({ base, target, ofBase, ofTarget }, samples) {
    const perSample = 1 / Math.max(1, samples.base) + 1 / Math.max(1, samples.target);
    return (i) => {
        if (i === 0 || (!base[i] && !target[i])) return DEEP;
        if (!target[i]) return GONE;
        const b = ofBase > 0 ? base[i] / ofBase : 0, t = target[i] / ofTarget, d = t - b, error = Math.sqrt((b + t) / 2 * perSample);
        const part = d / Math.max(b, t) * Math.min(1, Math.abs(d) / (3 * error));
        return DEEP + Math.round(Math.max(-1, Math.min(1, part)) * DEEP);
    };
}
