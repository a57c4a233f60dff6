/* SPDX-License-Identifier: MIT
 *
 * What pointer, fingers, wheel and keys do on the heatmap. Selecting: click and click, drag, handles, whole columns; looking:
 * wheel with Ctrl, pinch, + and -, the strip below. It answers through the map's callbacks with steps. */
import { columnRange, windowOf } from './grid.js';

const HOLD_MS = 350, WHEEL_ZOOM = 0.0025, PINCH_STEP = 1.12, ENDS = ['from', 'to'];
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] };

/** map: see heatmap_view.js. Returns {drop(), waiting(), forget()}. */
export function listenToMap(map) {
    const { canvas, callbacks, stepsOf } = map;
    let anchor = null;      // the steps of the first cell of a range that waits for its second click
    let pinch = null;       // {far, clientX}
    let wheelZoom = 0, wheelPan = 0;

    const rows = () => map.model.grid.rows, columnOf = (cell) => Math.floor(cell / rows());

    function pointOf(event) {
        const box = canvas.getBoundingClientRect();
        return { x: event.clientX - box.left, y: event.clientY - box.top };
    }

    /** What is under a pointer. where: cell, label (of a column), marks, overview or out. */
    function cellAt(event, clamp) {
        const { plot, field, sums, labels, overview, metrics } = map.geometry, { lattice, grid } = map.model;
        let { x, y } = pointOf(event);
        if (clamp) { x = Math.max(0, Math.min(plot.w - 1e-6, x)); y = Math.max(plot.y, Math.min(plot.y + plot.h - 1e-6, y)); }
        const inside = x >= 0 && x < plot.w, i = Math.floor(x / field.w), column = grid.stretches || lattice.timeIsAcross ? i * rows() : -1;
        map.crosshair = inside ? x : -1;
        if (!inside) return { cell: -1, where: 'out' };
        if (overview.h && y >= overview.y) return { cell: -1, where: 'overview' };
        if (y >= plot.y + plot.h) return { cell: column, where: y < labels.y + labels.h ? 'label' : 'out' };
        if (y < plot.y) return { cell: column, where: y < metrics.y ? 'marks' : sums.h ? 'label' : 'out' };
        return { cell: lattice.at(i, Math.floor((y - plot.y) / field.h)), where: 'cell' };
    }

    // ---- selecting

    /** From the first to the last of two ranges in the order of time, whichever comes first; never out of the stretch of a. */
    function select(a, b, done) {
        const own = map.model.grid.stretches?.find((s) => a.from >= s.from && a.to <= s.to) || { from: 0, to: Infinity };
        const from = Math.max(own.from, Math.min(a.from, b.from)), to = Math.min(own.to, Math.max(a.to, b.to));
        if (to > from) callbacks.onSelect(from, to, done);
    }

    function selectColumns(a, b, done) {
        const { grid } = map.model, first = columnRange(columnOf(Math.min(a, b)), grid);
        select(first, grid.stretches ? first : columnRange(columnOf(Math.max(a, b)), grid), done);
    }

    /** Stretches the selection so that it takes in the cells low … high. */
    function extend(low, high) {
        const { from, to } = map.model.selection;
        callbacks.onSelect(Math.min(from, stepsOf(low).from), Math.max(to, stepsOf(high).to), true);
    }

    /** The first click of a range, or its second. */
    function click(cell, shift) {
        if (cell < 0) return;
        map.cursor = cell;
        const waited = anchor, here = stepsOf(cell);
        anchor = null;
        if (shift && map.model.selection) { extend(cell, cell); return; }
        if (!waited) anchor = here;
        select(waited || here, here, true);
        callbacks.onHover(cell, false);
    }

    /** whole: the column of the cell is meant. */
    function setHover(cell, whole = false) {
        map.hover = whole ? -1 : cell;
        map.repaint();
        callbacks.onHover(cell, false, whole);
    }

    /** The end of the selection whose handle is under a pointer. */
    function nearHandle(event) {
        const at = pointOf(event), far = map.handles().map((p) => (p ? Math.hypot(at.x - p.x, at.y - p.y) : Infinity)), nearest = far[0] <= far[1] ? 0 : 1;
        return far[nearest] <= (event.pointerType === 'touch' ? 24 : 9) ? ENDS[nearest] : null;
    }

    // ---- pointer and touch

    canvas.addEventListener('pointerdown', (event) => {
        if (!map.model || event.button !== 0 || pinch) return;
        map.keyed = false;
        const { cell, where } = cellAt(event), end = nearHandle(event), touch = event.pointerType === 'touch', drag = { id: event.pointerId, cell, moved: false };
        if (where === 'overview') Object.assign(drag, { kind: where });
        else if (end && (!touch || !anchor)) Object.assign(drag, { kind: 'end', fixed: map.model.selection[end === 'from' ? 'to' : 'from'] });
        else if (cell < 0 || where === 'marks') return;
        else {
            Object.assign(drag, { kind: where === 'label' ? 'column' : 'range', shift: event.shiftKey, x: event.clientX, y: event.clientY, waits: touch && map.scrolls });
            if (drag.waits) drag.timer = setTimeout(() => { if (map.drag === drag) { drag.waits = false; navigator.vibrate?.(10); } }, HOLD_MS);
        }
        map.drag = drag;
        if (!drag.waits) canvas.setPointerCapture?.(drag.id);
        if (where === 'overview') lookAt(event);
    });
    canvas.addEventListener('pointermove', (event) => {
        const { drag } = map;
        if (!map.model || pinch) return;
        if (drag) { dragTo(event, drag); return; }
        const { cell, where } = cellAt(event);
        canvas.style.cursor = nearHandle(event) || where === 'overview' ? 'grab' : where === 'out' || where === 'marks' || cell < 0 ? 'default' : where === 'label' ? 'pointer' : 'crosshair';
        map.keyed = false;
        setHover(where === 'cell' || where === 'label' ? cell : -1, where === 'label');
    });

    function dragTo(event, drag) {
        if (event.pointerId !== drag.id || drag.waits) return;
        if (drag.kind === 'overview') { lookAt(event); return; }
        const { cell } = cellAt(event, true);
        if (cell < 0) return;
        if (drag.moved || (cell !== drag.cell && !(Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 4))) {
            drag.moved = true;
            if (drag.kind === 'end') {
                const { from, to } = stepsOf(cell);
                callbacks.onSelect(Math.min(from, drag.fixed), from < drag.fixed ? drag.fixed : Math.max(to, drag.fixed + 1), false);
            } else {
                anchor = null;
                if (drag.kind === 'column') selectColumns(drag.cell, cell, false); else select(stepsOf(drag.cell), stepsOf(cell), false);
            }
        } else if (drag.kind !== 'end') return;
        callbacks.onHover(cell, false);
    }

    canvas.addEventListener('pointerup', (event) => {
        const { drag } = map;
        if (!drag || event.pointerId !== drag.id) return;
        const { kind, cell, moved, shift } = drag;
        endDrag();
        if (kind === 'overview') return;
        if (moved) callbacks.onSelect(map.model.selection.from, map.model.selection.to, true);
        else if (kind === 'end') click(cellAt(event, true).cell, event.shiftKey);
        else if (kind === 'range') click(cell, shift);
        else {
            anchor = null;
            if (shift && map.model.selection) extend(cell, cell + rows() - 1); else selectColumns(cell, cell, true);
        }
    });
    canvas.addEventListener('pointercancel', endDrag);
    canvas.addEventListener('pointerleave', () => { if (!map.drag) { map.crosshair = -1; setHover(-1); } });
    map.scroller.addEventListener('scroll', () => callbacks.onHover(-1, false));

    function endDrag() {
        clearTimeout(map.drag?.timer);
        map.drag = null;
        map.repaint();
    }

    // ---- looking at a part

    const zooms = () => map.model && map.model.lattice.timeIsAcross;

    function lookAt(event) {
        const { nSteps, periodSteps } = map.model.grid;
        callbacks.onLook(pointOf(event).x / map.geometry.overview.w * nSteps / periodSteps);
    }

    /** factor times as much around what is under a pointer. */
    function zoomAt(event, factor) {
        const { from, to } = windowOf(map.model.grid), at = pointOf(event).x / map.geometry.plot.w;
        callbacks.onZoom(factor, from + Math.max(0, Math.min(1, at)) * (to - from));
    }

    canvas.addEventListener('wheel', (event) => {
        if (!zooms()) return;
        const lines = event.deltaMode === 1 ? 16 : 1;
        if (event.ctrlKey || event.metaKey) {
            event.preventDefault();
            wheelZoom += event.deltaY * lines * WHEEL_ZOOM;
            if (Math.abs(wheelZoom) < 0.1) return;
            zoomAt(event, 2 ** Math.max(-1, Math.min(1, wheelZoom)));
            wheelZoom = 0;
            return;
        }
        const across = event.shiftKey && !event.deltaX ? event.deltaY : event.deltaX;
        if (!map.model.overview || Math.abs(across) < Math.abs(event.shiftKey ? 0 : event.deltaY)) return;
        event.preventDefault();
        wheelPan += across * lines / map.geometry.field.w;
        callbacks.onPan(Math.trunc(wheelPan));
        wheelPan %= 1;
    }, { passive: false });

    const fingers = ({ touches: [a, b] }) => ({ far: Math.max(20, Math.abs(a.clientX - b.clientX)), clientX: (a.clientX + b.clientX) / 2 });
    canvas.addEventListener('touchstart', (event) => {
        if (event.touches.length !== 2 || !zooms()) return;
        event.preventDefault();
        endDrag();
        anchor = null;
        pinch = fingers(event);
    }, { passive: false });
    canvas.addEventListener('touchmove', (event) => {
        if (pinch && event.touches.length === 2) {
            event.preventDefault();
            const now = fingers(event), factor = pinch.far / now.far, by = Math.round((pinch.clientX - now.clientX) / map.geometry.field.w);
            if (factor > PINCH_STEP || factor < 1 / PINCH_STEP) { zoomAt(now, factor); pinch = now; } else if (by && map.model.overview) { callbacks.onPan(by); pinch.clientX = now.clientX; }
        } else if (map.drag && !map.drag.waits && event.cancelable) event.preventDefault();
    }, { passive: false });
    for (const end of ['touchend', 'touchcancel']) canvas.addEventListener(end, (event) => { if (event.touches.length === 0) pinch = null; });

    // ---- keys

    /** Where an arrow leads: to the next field, and off the end of a column to the column beside it. */
    function moved([dx, dy], nCells) {
        const { lattice, layout, grid } = map.model, { x, y } = lattice.place(map.cursor), at = lattice.at(x + dx, y + dy);
        if (at >= 0) return at;
        if (dx && lattice.timeIsAcross) callbacks.onPan(dx);
        const next = map.cursor + (grid.who || grid.side ? 0 : layout === 'rows' ? dx : layout === 'down' ? dy : -dy);
        return next >= 0 && next < nCells ? next : map.cursor;
    }

    canvas.addEventListener('keydown', (event) => {
        if (!map.model || event.ctrlKey || event.metaKey || event.altKey) return;
        const { key, shiftKey } = event, { selection, lit, grid } = map.model, n = grid.columns * grid.rows;
        const factor = { '+': 0.5, '=': 0.5, '-': 2, 0: Infinity }[key];
        if (factor && zooms()) {
            callbacks.onZoom(factor);
            event.preventDefault();
            return;
        }
        if (map.cursor < 0) map.cursor = Math.min(n - 1, selection ? map.indexOf(selection.from) : 0);
        const before = map.cursor, started = map.keyed, jump = { PageUp: before + 10 * rows(), PageDown: before - 10 * rows(), Home: 0, End: n - 1 }[key];
        map.keyed = true;
        if (ARROWS[key]) {
            if (started || !selection || shiftKey) map.cursor = moved(ARROWS[key], n);
            if (shiftKey) {
                if (!anchor || !started) anchor = stepsOf(before);
                select(anchor, stepsOf(map.cursor), true);
            }
        } else if (jump !== undefined) map.cursor = jump >= 0 && jump < n ? jump : before;
        else if (key === 'Enter' || key === ' ') click(before, shiftKey);
        else if ((key === 'n' || key === 'N') && lit) {
            // The next cell that a search finds something in.
            const by = key === 'n' ? 1 : n - 1;
            for (let k = 0, at = before; k < n; k++) { at = (at + by) % n; if (lit[at] > 0) { map.cursor = at; break; } }
        } else if ((key === 'a' || key === 'm') && selection) callbacks.onKey(key);
        else if (key === 'c') {
            anchor = null;
            selectColumns(before, before, true);
        } else {
            map.keyed = started;
            return;
        }
        event.preventDefault();
        event.stopPropagation();
        map.reveal(map.cursor);
        callbacks.onHover(map.cursor, true);
        map.repaint();
    });
    canvas.addEventListener('focus', map.repaint);
    canvas.addEventListener('blur', () => { map.keyed = false; callbacks.onHover(-1, true); map.repaint(); });

    return {
        drop() { const had = anchor || map.drag; anchor = null; endDrag(); return Boolean(had); },
        waiting: () => Boolean(anchor),
        /** Cells have other numbers now. */
        forget() { map.cursor = map.hover = -1; },
    };
}
