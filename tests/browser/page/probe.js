/* SPDX-License-Identifier: MIT
 *
 * What tests and measurements ask of an open page. The page gives its scene and its views to the console (assets/js/page.js); what
 * only a test wants to know of them is worked out here. */

/** Runs inside of the page, once it is ready; again after a reload. */
export function probe() {
    const fp = window.flamepress, { scene, map, compare } = fp;
    if (fp.grid || !scene) return;
    const inWindow = ({ x, y, w, h }) => {
        const box = map.canvas.getBoundingClientRect();
        return { x: box.left + x, y: box.top + y, width: w, height: h };
    };
    const pathIn = ({ stacks: { parent, names, frames, frame } }, node) => (node === 0 ? [] : [...pathIn({ stacks: { parent, names, frames, frame } }, parent[node]), names[frames.name[frame[node]]] || '[no name]']);
    const graphOf = (view, graph) => ({
        /** The rectangle of a node in the window, or null. */
        frameRect: (node) => { const i = view.indexOf(node); return i < 0 ? null : view.rectOf(i); },
        /** The nodes that are drawn. */
        frames: () => { const { layout, firstRow } = view.drawn(); return layout ? Array.from(layout.node).filter((node, i) => i >= layout.rowStart[firstRow]) : []; },
        /** [{node, x, y, width, height, label}] of what is drawn. */
        boxes: () => { const { layout, label } = view.drawn(); return layout ? Array.from(layout.node, (node, i) => ({ node, ...view.rectOf(i), label: label(node, i, layout) })) : []; },
        /** Names from the thread's down to a node. */
        path: (node) => pathIn(graph(), node),
    });
    Object.assign(fp, {
        /** The state as in the address (state.js), range in steps. */
        state: () => scene().state,
        /** Of what the graph shows: from and to in ns. */
        selection() {
            const { store, range, p, weights, state } = scene();
            return store && { from: range.from * p.step_ns, to: range.to * p.step_ns, samples: weights.samples, weight: weights.weight, whole: !state.range };
        },
        /** How the map is cut: {columns, rows, periodSteps, nSteps, stepNs, …}. */
        grid: () => ({ ...scene().grid, stepNs: scene().p.step_ns }),
        /** {from, to, count} of a cell: steps and count; what the search finds of it, or null. */
        cell(column, row) { const { grid, cells } = scene(), at = column * grid.rows + row; return { ...map.stepsOf(at), count: cells.cell[at] }; },
        lit: (column, row) => { const { grid, lit } = scene(); return lit ? lit.cell[column * grid.rows + row] : null; },
        rows: () => scene().grid.who?.rows.map(({ text, weight }) => ({ text, weight })) ?? null,
        metrics: () => scene().metrics.map(({ title, stats }) => ({ title, stats: Object.fromEntries(Object.entries(stats).map(([k, v]) => [k, [...v]])) })),
        /** In the window: a cell, a column's label, the strip of the whole profile where a part is looked at, the box of the metrics. */
        cellRect: (column, row) => inWindow(map.cellRect(column * scene().grid.rows + row)),
        columnLabelRect: (column) => inWindow({ ...map.cellRect(column * scene().grid.rows), ...map.geometry.labels }),
        overviewRect: () => inWindow(map.geometry.overview), metricsRect: () => inWindow(map.geometry.metrics),
        ...graphOf(fp.flame, () => fp.graph() || scene().view), callers: graphOf(fp.callers, () => scene().middle.callers),
        compareDone: () => !compare.busy(),
        changes: () => compare.result()?.changes.map((x) => ({ name: x.name, sure: x.self.sure, totalSure: x.total.sure, change: x.self.target - x.self.base })) ?? null,
    });
}
