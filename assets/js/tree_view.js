/* SPDX-License-Identifier: MIT
 *
 * A graph as a tree that opens and closes, heaviest first. */
import { el, swatch } from './dom.js';
import { childrenOf } from './graphs.js';
import { frameName } from './layout.js';
import { formatShare } from './numbers.js';
import { createVirtualRows } from './virtual_rows.js';

/* At first the path is open as long as one child has this part of it. */
const MAIN_SHARE = 0.5, MOST_OPEN = 2000;

/** callbacks: onEnter(node), onMenu(node, x, y), onActive(node), onKey(node, event). */
export function createTreeView(callbacks) {
    let model = null, lines = [], open = new Set();
    const rows = createVirtualRows({ id: 'fp-tree', role: 'tree', label: 'Call tree', rowRole: 'treeitem', fill,
        onEnter: (i) => callbacks.onEnter(lines[i].node), onMenu: (i, x, y) => callbacks.onMenu(lines[i].node, x, y), onActive: (i) => callbacks.onActive(lines[i].node), onKey });
    rows.root.addEventListener('click', (event) => {
        const row = event.target.closest('.twist') && event.target.closest('[data-row]');
        if (row) toggle(Number(row.dataset.row));
    });

    const kids = (node) => childrenOf(model.graph, node, model.least);
    const level = (node) => model.graph.stacks.depth[node] - model.graph.stacks.depth[model.graph.zoom] + 1;

    /** What is open, from the zoomed frame down. */
    function list() {
        lines = [];
        const wait = [{ node: model.graph.zoom, at: 1, of: 1 }];
        while (wait.length) {
            const line = wait.pop(), children = kids(line.node);
            lines.push({ ...line, leaf: children.length === 0 });
            if (open.has(line.node)) for (let k = children.length; k > 0; k--) wait.push({ node: children[k - 1], at: k, of: children.length });
        }
    }

    function openMain(node) {
        for (let at = node, n = 0; n < MOST_OPEN; n++) {
            open.add(at);
            const [first] = kids(at);
            if (first === undefined || model.graph.total[first] < model.graph.total[at] * MAIN_SHARE) return;
            at = first;
        }
    }

    function fill(row, i) {
        const { node, at, of, leaf } = lines[i], { graph, unit, colourOf } = model, { self, total } = graph, isOpen = open.has(node);
        const attributes = { 'aria-level': level(node), 'aria-posinset': at, 'aria-setsize': of };
        for (const key in attributes) row.setAttribute(key, attributes[key]);
        if (leaf) row.removeAttribute('aria-expanded'); else row.setAttribute('aria-expanded', String(isOpen));
        const name = el('span', { class: 'cell name' }, el('span', { class: 'twist', 'aria-hidden': 'true' }, leaf ? '' : isOpen ? '▾' : '▸'), swatch(colourOf(node)),
            el('bdi', { class: model.hit && model.hit(node) ? 'found' : null }, frameName(graph.stacks, node).slice(0, 500)), el('span', { class: 'more', 'aria-hidden': 'true' }, '⋯'));
        name.style.paddingLeft = `${Math.min(60, level(node) - 1) * 12}px`;
        row.replaceChildren(el('span', { class: 'cell num total' }, el('span', {}, unit.format(total[node])), el('span', { class: 'quiet' }, formatShare(total[node], total[0]))),
            el('span', { class: 'cell num self' }, self[node] ? unit.format(self[node]) : ''), name);
    }

    function redraw() { list(); rows.show(lines.length); }

    function toggle(i) {
        const { node, leaf } = lines[i];
        if (leaf) return;
        if (!open.delete(node)) open.add(node);
        redraw();
        rows.activate(i);
    }

    function onKey(i, event) {
        const { node, leaf } = lines[i];
        if (event.key === 'ArrowRight') { if (!leaf && !open.has(node)) toggle(i); else if (!leaf) rows.activate(i + 1); } else if (event.key === 'ArrowLeft') {
            if (open.has(node)) toggle(i);
            else { const up = lines.findIndex((l) => l.node === model.graph.stacks.parent[node]); if (up >= 0) rows.activate(up); }
        } else if (event.key === '*') { openMain(node); redraw(); rows.activate(i); } else if (event.key === ' ') toggle(i);
        else return callbacks.onKey(node, event);
        return true;
    }

    return {
        root: rows.root,
        /** model: {graph, least, unit, colourOf(node), hit(node) or null, label} */
        update(next) {
            const same = model && model.graph.stacks === next.graph.stacks && model.graph.zoom === next.graph.zoom;
            model = next;
            if (!same) { open = new Set(); openMain(model.graph.zoom); rows.reset(); }
            rows.root.setAttribute('aria-label', model.label);
            redraw();
        },
        /** Opens the way to a node and makes it the active row. */
        reveal(node) {
            for (let i = node; i !== model.graph.zoom && i !== 0; ) { i = model.graph.stacks.parent[i]; open.add(i); }
            redraw();
            rows.activate(lines.findIndex((l) => l.node === node));
        },
        /** Found nodes, heaviest first. */
        matches: () => (model.hit ? Array.from({ length: model.graph.stacks.nNodes }, (_, i) => i).filter((i) => i && model.graph.total[i] > 0 && model.hit(i)).sort((a, b) => model.graph.total[b] - model.graph.total[a] || a - b).slice(0, 10000) : []),
        resize: rows.resize,
    };
}
