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
    const rows = packages.map((name, id) => ({ id, name, self: 0, total: 0 }));
    const covered = new Uint32Array(packages.length); /* nodes before it lie below a frame of the package that is counted */
    for (let i = 1; i < nNodes; ) {
        const w = total[i];
        if (w === 0) {
            i = end[i];
            continue;
        }
        const id = frames.package[frame[i]];
        rows[id].self += self[i];
        if (i >= covered[id]) {
            rows[id].total += w;
            covered[id] = end[i];
        }
        i++;
    }
    return rows.filter((r) => r.total > 0).sort((a, b) => b.self - a.self || b.total - a.total || a.id - b.id);
}
