/* SPDX-License-Identifier: MIT
 *
 * What each package took part in: `self` is the weight of samples whose leaf is of the package, `total` that of samples
 * with any frame of it, counted once however often it is on the stack. */

/**
 * @param {import("./store.js").Stacks} stacks
 * @param {Uint32Array} end ends of subtrees (store.end)
 * @param {import("./store.js").Weights} weights
 * @returns {{id: number, name: string, self: number, total: number}[]} heaviest self first; package 0 ("": none known) among them
 */
export function packagesIn({ nNodes, frame, frames, packages }, end, { self, total }) {
    const ofSelf = new Float64Array(packages.length), ofTotal = new Float64Array(packages.length), own = frames.package;
    const covered = new Uint32Array(packages.length); /* nodes before it lie below a frame of the package that is counted */
    for (let i = 1; i < nNodes; ) {
        const w = total[i];
        if (w === 0) {
            i = end[i];
            continue;
        }
        const id = own[frame[i]];
        ofSelf[id] += self[i];
        if (i >= covered[id]) {
            ofTotal[id] += w;
            covered[id] = end[i];
        }
        i++;
    }
    return packages.map((name, id) => ({ id, name, self: ofSelf[id], total: ofTotal[id] }))
        .filter((r) => r.total > 0).sort((a, b) => b.self - a.self || b.total - a.total || a.id - b.id);
}
