/* SPDX-License-Identifier: MIT
 *
 * The table of functions: sorted by a click on a column, one row per function. */
import { el, swatch } from './dom.js';
import { differenceOf } from './functions.js';
import { formatShare } from './numbers.js';
import { createVirtualRows } from './virtual_rows.js';

const COLUMNS = [['self', 'Self', 'weight of samples that end in the function'], ['total', 'Total', 'weight of all samples with the function, each counted once'],
    ['diff', 'Difference', 'what its share grew by against the other side'], ['name', 'Function', 'name'], ['package', 'Package', 'package or module']];

/** callbacks: onSort(by), onEnter(frame), onMenu(frame, x, y), onActive(frame), onKey(frame, event). */
export function createTableView(callbacks) {
    const heads = COLUMNS.map(([by, text, title]) => el('div', { role: 'columnheader', class: `cell ${by}` }, el('button', { 'data-sort': by, title, onclick: () => callbacks.onSort(by) }, text)));
    const head = el('div', { role: 'rowgroup', class: 'rows-head' }, el('div', { role: 'row', class: 'row', 'aria-rowindex': '1' }, ...heads));
    let model = null;
    const frameAt = (i) => model.rows.frame[model.order[i]];
    const rows = createVirtualRows({ id: 'fp-table', role: 'grid', label: 'Functions', rowRole: 'row', head, fill,
        onEnter: (i) => callbacks.onEnter(frameAt(i)), onMenu: (i, x, y) => callbacks.onMenu(frameAt(i), x, y), onActive: (i) => callbacks.onActive(frameAt(i)),
        onKey: (i, event) => callbacks.onKey(frameAt(i), event) });

    function fill(row, i) {
        const r = model.order[i], f = frameAt(i), { frames, names, packages, modules } = model.stacks, diff = differenceOf(model.rows, r, model.scale);
        const name = names[frames.name[f]].slice(0, 500), cell = (kind, ...more) => el('div', { role: 'gridcell', class: `cell ${kind}`, title: kind === 'name' ? name : null }, ...more);
        row.replaceChildren(...['self', 'total'].map((by) => { const v = model.rows[by][r]; return cell(`num ${by}`, el('span', {}, model.unit.format(v)), el('span', { class: 'quiet' }, formatShare(v, model.weight))); }),
            ...(model.rows.otherTotal ? [cell('num diff', `${diff < 0 ? '−' : '+'}${formatShare(Math.abs(diff), model.weight)}`)] : []),
            cell('name', swatch(model.colourOf(f)), el('bdi', {}, name || '[no name]'), el('span', { class: 'more', 'aria-hidden': 'true' }, '⋯')),
            cell('package', el('bdi', {}, packages[frames.package[f]] || modules[frames.module[f]])));
    }

    return {
        root: rows.root,
        /** model: {rows (functions.js), order, stacks, weight: of the range, scale, sort, sortUp, unit, colourOf(frame), label} */
        update(next) {
            const same = model && model.rows === next.rows && model.order === next.order;
            model = next;
            heads[2].hidden = !model.rows.otherTotal;
            rows.root.classList.toggle('with-diff', Boolean(model.rows.otherTotal));
            heads.forEach((h, k) => h.setAttribute('aria-sort', COLUMNS[k][0] !== model.sort ? 'none' : model.sortUp ? 'ascending' : 'descending'));
            rows.root.setAttribute('aria-label', model.label);
            if (!same) rows.reset();
            rows.show(model.order.length);
        },
        activate: rows.activate, active: rows.active, resize: rows.resize,
    };
}
