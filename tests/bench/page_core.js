/* SPDX-License-Identifier: MIT
 *
 * How long the page's hot functions take on a made-up profile: node tests/bench/page_core.js [samples] [nodes].
 * Prints medians of 15 runs in milliseconds. */
import { binCells, scaleTop } from "../../assets/js/cells.js";
import { endsOf, growCallers } from "../../assets/js/callers.js";
import { functionsOf, sortedRows } from "../../assets/js/functions.js";
import { layoutFrames } from "../../assets/js/layout.js";
import { matchFrames } from "../../assets/js/search.js";
import { Store } from "../../assets/js/store.js";
import { below, outermost } from "../../assets/js/transforms.js";
import { randomProfile } from "../browser/random.js";

const n = Number(process.argv[2] || 500000), nodes = Number(process.argv[3] || 2300000), nSteps = 1200000;
const p = randomProfile(1, { n, nodes, nSteps }), store = new Store(p.head, p.stacks, p.samples);
const f = store.filter({ event: null }), part = { from: nSteps / 2, to: nSteps / 2 + 10000 }, grid = { periodSteps: 10000, rows: 50, nSteps };

function median(label, run) {
    const ms = Array.from({ length: 15 }, () => {
        const t0 = performance.now();
        run();
        return performance.now() - t0;
    }).sort((a, b) => a - b)[7];
    console.log(`${label.padEnd(28)} ${ms.toFixed(1)} ms`);
}

console.log(`${n} samples, ${nodes} nodes`);
median("weigh, whole", () => store.weigh(store.whole(), f));
median("weigh, 1 s of 120", () => store.weigh(part, f));
median("countIn, 1 s, idle out", () => store.countIn(part, f));
const w = store.weigh(store.whole(), f), cells = binCells(p.samples, f, grid);
median("layout, 1400 px", () => layoutFrames(p.stacks, store.end, w.total, { widthPx: 1400 }));
median("cells, 50 rows", () => binCells(p.samples, f, grid));
median("top of the scale", () => scaleTop(cells, "robust"));
median("search", () => below(store, outermost(store, matchFrames(/read/, p.stacks)), 0));
const grow = () => growCallers(p.stacks, endsOf(w.self), { share: 0.5 / 1400 });
median("inverted, 1400 px", () => { const t = grow(); layoutFrames(t.stacks, t.end, t.total, { widthPx: 1400 }); });
median("table, sorted", () => sortedRows(functionsOf(store, w), p.stacks, { by: "self", up: false }));
