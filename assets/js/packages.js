/* SPDX-License-Identifier: MIT
 *
 * What each package took part in: `self` is the weight of samples whose leaf is of the package, `total` that of samples
 * with any frame of it, counted once however often it is on the stack. */
import { sumsOf } from "./functions.js";

/**
 * @param {import("./store.js").Stacks} stacks
 * @param {Uint32Array} end ends of subtrees (store.end)
 * @param {import("./store.js").Weights} weights
 * @returns {{id: number, name: string, self: number, total: number}[]} heaviest self first; package 0 ("": none known) among them where a leaf is of it
 */
export function packagesIn(stacks, end, weights) {
    const { packages, frames } = stacks, { own, all } = sumsOf(stacks, end, weights, packages.length, (f) => frames.package[f]);
    return packages.map((name, id) => ({ id, name, self: own[id], total: all[id] }))
        .filter((r) => (r.name ? r.total : r.self) > 0).sort((a, b) => b.self - a.self || b.total - a.total || a.id - b.id);
}
