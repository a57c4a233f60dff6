/* SPDX-License-Identifier: MIT
 *
 * The data of an index page (docs/site.md, "The page's data"): the list at once, maps and shares of thousands of
 * reports each when somebody first wants them. Row i is the same report everywhere; 0 is the newest. */
import { Reader, readSection } from './bytes.js';

function sectionText(name) {
    const node = document.querySelector(`script[data-fp="site.${name}"]`);
    if (!node) throw new Error(`the data block 'site.${name}' is missing (the file may be cut short)`);
    return node.textContent;
}

/** @returns {Promise<any>} the list, with n */
export async function readList() {
    const [json] = await readSection(sectionText('list'), 'site.list', 1);
    const list = JSON.parse(new TextDecoder().decode(json));
    if (list.format !== 1) throw new Error(`an index of format ${list.format}, expected 1`);
    return { ...list, n: list.path.length };
}

/** @returns {Promise<{columns: Uint8Array, rows: Uint8Array, start: Uint32Array, level: Uint8Array}>} */
export async function readMaps(n, section = sectionText('maps')) {
    const [sizes, level] = await readSection(section, 'site.maps', 2);
    const r = new Reader(sizes, 'sizes of the maps');
    const maps = { columns: new Uint8Array(n), rows: new Uint8Array(n), start: new Uint32Array(n + 1), level };
    for (let i = 0; i < n; i++) {
        maps.columns[i] = r.below(256, 'columns');
        maps.rows[i] = r.below(256, 'rows');
        maps.start[i + 1] = maps.start[i] + maps.columns[i] * maps.rows[i];
    }
    r.done();
    if (maps.start[n] !== level.length) throw new Error(`maps of ${level.length} cells, expected ${maps.start[n]}`);
    return maps;
}

/* Of row i: [start[i], start[i + 1]) in name, self and total, by self. */
function readTable(columns, n, nNames, what) {
    const [counts, names, selfs, totals] = columns.map((c, k) => new Reader(c, `${what}, column ${k}`));
    const start = new Uint32Array(n + 1);
    for (let i = 0; i < n; i++) start[i + 1] = start[i] + counts.below(1000, 'how many');
    const m = start[n], name = new Uint32Array(m), self = new Uint16Array(m), total = new Uint16Array(m);
    for (let k = 0; k < m; k++) {
        name[k] = names.below(nNames, 'a name');
        self[k] = selfs.below(10001, 'a share');
        total[k] = totals.below(10001, 'a share');
    }
    for (const r of [counts, names, selfs, totals]) r.done();
    return { start, name, self, total };
}

/** Shares in hundredths of a percent. */
export async function readShares(list, section = sectionText('shares')) {
    const columns = await readSection(section, 'site.shares', 8);
    return {
        functions: readTable(columns.slice(0, 4), list.n, list.functions.length, 'functions'),
        packages: readTable(columns.slice(4, 8), list.n, list.packages.length, 'packages'),
    };
}
