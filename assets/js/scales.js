/* SPDX-License-Identifier: MIT
 *
 * Counts in, colours out: which count has the strongest colour (one for all cells, or one for each row or column) and how
 * colours rise to it. Entry 0 of a ramp of 256 is only for empty cells. */
import { scaleTop } from "./cells.js";

/** How colours rise: equal steps of counts, of their roots, or of their magnitudes. From [0, 1] to [0, 1]. */
export const CURVES = {
    linear: (share) => share,
    sqrt: (share) => Math.sqrt(share),
    log: (share, top) => Math.log1p(share * top) / Math.log1p(top),
};

/** What is compared with what: all cells, or those of one row or column. */
export const NORMS = ["none", "row", "column"];

/**
 * @param {import("./cells.js").Cells} cells
 * @param {{scale: "robust"|"full", norm: "none"|"row"|"column", rest: number}} how rest: how many things the last row stands for: it has
 *        the colour of their mean, or it would make all that have a row of their own pale; 0: no such row
 * @returns {{top: number, clipped: number, most?: number, tops: Float64Array|null}} tops: of each row or column, then top is the largest of them; or with a
 *          row of the rest, then most is the fullest of the other cells
 */
export function topsOf(cells, { scale, norm, rest = 0 }) {
    const { cell, rows, columns } = cells, tops = new Float64Array(norm === "column" ? columns : rows);
    if (norm === "none") {
        const own = rest ? cell.filter((_, i) => (i + 1) % rows) : [], most = own.reduce((a, b) => Math.max(a, b), 0);
        if (!most) return { ...scaleTop(cells, scale), tops: null }; // nothing that the rest could make pale
        const found = scaleTop({ cell: own, max: most }, scale);
        tops.fill(found.top)[rows - 1] *= rest;
        return { ...found, most, tops };
    }
    for (let column = 0, i = 0; column < columns; column++)
        for (let row = 0; row < rows; row++, i++) {
            const k = norm === "row" ? row : column;
            if (cell[i] > tops[k]) tops[k] = cell[i];
        }
    return { top: cells.max, clipped: 0, tops };
}

/** Entry of a ramp of 256 for a count: 0 only for an empty cell, 255 from the top on. */
export function levelOf(count, top, curve) {
    if (!(count > 0)) return 0;
    return count >= top ? 255 : 1 + Math.floor(CURVES[curve](count / top, top) * 254);
}

/** The top that holds for a cell. */
export function topAt({ top, tops }, cell, rows, norm) {
    if (!tops) return top;
    return tops[norm === "column" ? Math.floor(cell / rows) : cell % rows];
}

/** Entry of the ramp for each cell. @returns {Uint8Array} */
export function levelsOf(cells, tops, { curve, norm }) {
    const { cell, rows } = cells, levels = new Uint8Array(cell.length), { top } = tops;
    if (!tops.tops && curve === "linear") {
        /* The usual case, for hundreds of thousands of cells. */
        for (let i = 0; i < cell.length; i++) if (cell[i] > 0) levels[i] = cell[i] >= top ? 255 : 1 + Math.floor((cell[i] / top) * 254);
        return levels;
    }
    for (let i = 0; i < cell.length; i++) if (cell[i] > 0) levels[i] = levelOf(cell[i], topAt(tops, i, rows, norm), curve);
    return levels;
}
