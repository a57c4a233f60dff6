/* SPDX-License-Identifier: MIT
 *
 * What is compared: the functions and packages of several profiles, by name. The same as things_add of
 * src/compare/measure.c: nameless frames are one function a module, versions of a library are one package. */
import { stripName } from "./strip.js";

const THREAD = 4;

export const isUnresolved = (name) => name.startsWith("[unknown") || /^0x[0-9a-fA-F]+$/.test(name);
export const lastPart = (path) => { const at = path.lastIndexOf("/"); return at < 0 || at + 1 === path.length ? path : path.slice(at + 1); };

function withoutVersion(name) {
    const plain = name.replace(/ \(deleted\)$/, ""), so = plain.indexOf(".so");
    if (so < 0 || (so + 3 < plain.length && plain[so + 3] !== ".")) return plain;
    return `${plain.slice(0, so).replace(/(.)-[0-9.]+$|^-[0-9.]+$/s, "$1")}.so`;
}

/** Numbers for names, in the order in which they are first asked for. */
class Numbers {
    constructor() {
        this.names = [];
        this._ids = new Map();
    }

    of(name) {
        let id = this._ids.get(name);
        if (id === undefined) this._ids.set(name, id = this.names.push(name) - 1);
        return id;
    }
}

/* Names of the frames of stacks, once asked for: a reader tries many ranges. */
const known = new WeakMap();

/** Per frame the name it is compared by; "" for threads. */
function functionNames(stacks) {
    let list = known.get(stacks);
    if (!list) known.set(stacks, list = Array.from({ length: stacks.frames.n }, (_, f) => (stacks.frames.kind[f] === THREAD ? "" : functionName(stacks, f))));
    return list;
}

/** The name a frame is compared by. */
export function functionName({ frames, names, modules }, f) {
    const name = stripName(names[frames.name[f]]), module = lastPart(modules[frames.module[f]]);
    return isUnresolved(name) ? `[unknown]${module ? ` in ${module}` : ""}` : name;
}

/**
 * @param {import("./store.js").Stacks[]} all
 * @returns {{functions: string[], packages: string[], of: {function: Int32Array, package: Int32Array}[]}} of: per stacks, the number of each
 *          frame's function and package, -1: none
 */
export function thingsOf(all) {
    const functions = new Numbers(), packages = new Numbers();
    const of = all.map((stacks, k) => {
        if (k && stacks === all[0]) return null;
        const { frames } = stacks, list = functionNames(stacks), mine = { function: new Int32Array(frames.n).fill(-1), package: new Int32Array(frames.n).fill(-1) };
        for (let f = 0; f < frames.n; f++) {
            if (frames.kind[f] === THREAD) continue;
            mine.function[f] = functions.of(list[f]);
            const own = stacks.packages[frames.package[f]];
            if (own) mine.package[f] = packages.of(withoutVersion(own));
        }
        return mine;
    });
    return { functions: functions.names, packages: packages.names, of: of.map((mine) => mine || of[0]) };
}
