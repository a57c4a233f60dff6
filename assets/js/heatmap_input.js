/* SPDX-License-Identifier: MIT
 *
 * What pointer, fingers, wheel and keys do on the heatmap. Selecting: click and click, drag, handles, whole columns; looking:
 * wheel with Ctrl, pinch, + and -, the strip below. It answers through the map's callbacks with steps. */
import { cellRange, columnRange, windowOf } from './grid.js';

const HOLD_MS = 350, GRAB = 14, WHEEL_ZOOM = 0.0025, PINCH_STEP = 1.12;

/** map: see heatmap_view.js. Returns {drop(), waiting(), forget()}. */
export function listenToMap(map) {
    const { canvas, callbacks } = map;
    let anchor = null;      // the steps of the first cell of a range that waits for its second click
    let pinch = null;       // {far, step}
    let wheelZoom = 0, wheelPan = 0;

    const rows = () => map.model.grid.rows, nCells = () => map.model.grid.columns * rows();
    const stepsOf = (cell) => cellRange({ column: Math.floor(cell / rows()), row: cell % rows() }, map.model.grid);
    const columnOf = (cell) => cell - (cell % rows());

    /** What is under a pointer. where: cell, label (of a column), marks, overview or out. */
    function cellAt(event, clamp) {
        const box = canvas.getBoundingClientRect(), { plot, field, sums, labels, overview, metrics } = map.geometry, { lattice, grid } = map.model;
        let x = event.clientX - box.left, y = event.clientY - box.top;
        if (clamp) { x = Math.max(0, Math.min(plot.w - 1e-6, x)); y = Math.max(plot.y, Math.min(plot.y + plot.h - 1e-6, y)); }
        map.crosshair = x >= 0 && x < plot.w ? x : -1;
        if (x < 0 || x >= plot.w) return { cell: -1, where: 'out' };
        const i = Math.floor(x / field.w), head = grid.stretches || lattice.timeIsAcross ? i * rows() : -1;
        if (overview.h && y >= overview.y) return { cell: -1, where: 'overview' };
        if (y >= plot.y + plot.h) return { cell: head, where: y < labels.y + labels.h ? 'label' : 'out' };
        if (y < plot.y) return { cell: head, where: y < metrics.y ? 'marks' : sums.h ? 'label' : 'out' };
        return { cell: lattice.at(i, Math.floor((y - plot.y) / field.h)), where: 'cell' };
    }

    /** The step under a pointer, in columns that run across. */
    function stepAt(event) {
        const box = canvas.getBoundingClientRect(), seen = windowOf(map.model.grid), at = (event.clientX - box.left) / map.geometry.plot.w;
        return seen.from + Math.max(0, Math.min(1, at)) * (seen.to - seen.from);
    }

    /** From the first to the last of two cells in the order of time, whichever comes first; never out of a stretch. a: steps. */
    function select(a, cell, done) {
        const b = stepsOf(cell), own = map.model.grid.stretches?.find((s) => a.from >= s.from && a.to <= s.to) || { from: 0, to: Infinity };
        const from = Math.max(own.from, Math.min(a.from, b.from)), to = Math.min(own.to, Math.max(a.to, b.to));
        if (to > from) callbacks.onSelect(from, to, { done });
    }

    function selectColumns(a, b, done) {
        const { grid } = map.model, x = columnRange(Math.floor(Math.min(a, b) / rows()), grid), y = columnRange(Math.floor(Math.max(a, b) / rows()), grid);
        if (grid.stretches) callbacks.onSelect(x.from, x.to, { done }); else callbacks.onSelect(x.from, y.to, { done });
    }

    /** Moves one end to a cell; the other, at `fixed`, stays. */
    function moveEnd(fixed, cell) {
        const r = stepsOf(cell);
        if (r.from < fixed) callbacks.onSelect(r.from, fixed, { done: false }); else callbacks.onSelect(fixed, Math.max(r.to, fixed + 1), { done: false });
    }

    /** Stretches the selection so that it takes in the cells low … high. */
    function extend(low, high) {
        const { from, to } = map.model.selection;
        callbacks.onSelect(Math.min(from, stepsOf(low).from), Math.max(to, stepsOf(high).to), { done: true });
    }

    /** whole: the column of the cell is meant. */
    function setHover(cell, whole = false) {
        map.hover = whole ? -1 : cell;
        map.repaint();
        callbacks.onHover(cell, false, whole);
    }

    function nearHandle(event) {
        const box = canvas.getBoundingClientRect(), reach = event.pointerType === 'touch' ? 24 : GRAB / 2 + 2;
        const far = map.handles().map((p) => (p ? Math.hypot(event.clientX - box.left - p.x, event.clientY - box.top - p.y) : Infinity));
        const nearest = far[0] <= far[1] ? 0 : 1;
        return far[nearest] <= reach ? ['from', 'to'][nearest] : null;
    }

    // ---- pointer and touch

    canvas.addEventListener('pointerdown', (event) => {
        if (!map.model || event.button !== 0 || pinch) return;
        map.keyed = false;
        const { cell, where } = cellAt(event), handle = nearHandle(event), touch = event.pointerType === 'touch', id = event.pointerId;
        if (where === 'overview') map.drag = { kind: where, id, moved: false };
        else if (handle && (!touch || !anchor)) map.drag = { kind: handle, fixed: handle === 'from' ? map.model.selection.to : map.model.selection.from, moved: false, id, start: cell };
        else if (cell < 0 || where === 'marks') return;
        else {
            map.drag = { kind: where === 'label' ? 'column' : 'range', cell, moved: false, id, shift: event.shiftKey, x: event.clientX, y: event.clientY, waits: touch && map.scrolls };
            const { drag } = map;
            if (drag.waits) drag.timer = setTimeout(() => { if (map.drag === drag) { drag.waits = false; navigator.vibrate?.(10); } }, HOLD_MS);
        }
        if (!map.drag.waits) canvas.setPointerCapture?.(id);
        if (where === 'overview') lookAt(event);
    });
    canvas.addEventListener('pointermove', (event) => {
        if (!map.model || pinch) return;
        const { drag } = map;
        if (!drag) {
            const { cell, where } = cellAt(event);
            canvas.style.setProperty('cursor', nearHandle(event) || where === 'overview' ? 'grab' : where === 'out' || where === 'marks' || cell < 0 ? 'default' : where === 'label' ? 'pointer' : 'crosshair');
            map.keyed = false;
            setHover(where === 'cell' || where === 'label' ? cell : -1, where === 'label');
            return;
        }
        if (event.pointerId !== drag.id || drag.waits) return;
        if (drag.kind === 'overview') { lookAt(event); return; }
        const { cell } = cellAt(event, true);
        if (cell < 0) return;
        if (drag.kind === 'range' || drag.kind === 'column') {
            if (!drag.moved && (cell === drag.cell || Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 4)) return;
            drag.moved = true;
            anchor = null;
            if (drag.kind === 'column') selectColumns(drag.cell, cell, false); else select(stepsOf(drag.cell), cell, false);
        } else if (cell !== drag.start || drag.moved) {
            drag.moved = true;
            moveEnd(drag.fixed, cell);
        }
        callbacks.onHover(cell, false);
    });
    canvas.addEventListener('pointerup', (event) => {
        const { drag } = map;
        if (!drag || event.pointerId !== drag.id) return;
        const { kind, cell, moved, shift } = drag;
        endDrag();
        if (kind === 'overview') return;
        if (moved) { callbacks.onSelect(map.model.selection.from, map.model.selection.to, { done: true }); return; }
        if (kind === 'from' || kind === 'to') { click(cellAt(event, true).cell, event.shiftKey); return; }
        if (kind === 'column') {
            anchor = null;
            if (shift && map.model.selection) extend(columnOf(cell), columnOf(cell) + rows() - 1); else selectColumns(cell, cell, true);
        } else click(cell, shift);
    });
    canvas.addEventListener('pointercancel', endDrag);
    canvas.addEventListener('pointerleave', () => { if (!map.drag) { map.crosshair = -1; setHover(-1); } });
    map.scroller.addEventListener('scroll', () => callbacks.onHover(-1, false));

    function endDrag() {
        if (map.drag?.timer) clearTimeout(map.drag.timer);
        map.drag = null;
        map.repaint();
    }

    function click(cell, shift) {
        if (cell < 0) return;
        map.cursor = cell;
        if (shift && map.model.selection) { anchor = null; extend(cell, cell); return; }
        if (anchor) {
            const a = anchor;
            anchor = null;
            select(a, cell, true);
        } else {
            anchor = stepsOf(cell);
            select(anchor, cell, true);
        }
        callbacks.onHover(cell, false);
    }

    // ---- looking at a part

    const zooms = () => map.model && map.model.lattice.timeIsAcross;

    function lookAt(event) {
        const { grid } = map.model, box = canvas.getBoundingClientRect(), middle = (event.clientX - box.left) / map.geometry.overview.w * grid.nSteps / grid.periodSteps;
        const by = Math.round(middle - grid.columns / 2) - grid.first;
        if (by) callbacks.onPan(by);
    }

    canvas.addEventListener('wheel', (event) => {
        if (!zooms()) return;
        const lines = event.deltaMode === 1 ? 16 : 1;
        if (event.ctrlKey || event.metaKey) {
            event.preventDefault();
            wheelZoom += event.deltaY * lines * WHEEL_ZOOM;
            if (Math.abs(wheelZoom) < 0.1) return;
            callbacks.onZoom(2 ** Math.max(-1, Math.min(1, wheelZoom)), stepAt(event));
            wheelZoom = 0;
            return;
        }
        const across = event.shiftKey && !event.deltaX ? event.deltaY : event.deltaX;
        if (!map.model.overview || Math.abs(across) < Math.abs(event.shiftKey ? 0 : event.deltaY)) return;
        event.preventDefault();
        wheelPan += across * lines / map.geometry.field.w;
        const by = Math.trunc(wheelPan);
        wheelPan -= by;
        if (by) callbacks.onPan(by);
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
            if (factor > PINCH_STEP || factor < 1 / PINCH_STEP) { callbacks.onZoom(factor, stepAt(now)); pinch = now; } else if (by && map.model.overview) { callbacks.onPan(by); pinch.clientX = now.clientX; }
        } else if (map.drag && !map.drag.waits && event.cancelable) event.preventDefault();
    }, { passive: false });
    for (const end of ['touchend', 'touchcancel']) canvas.addEventListener(end, (event) => { if (event.touches.length === 0) pinch = null; });

    // ---- keys

    /** Where an arrow leads: to the next field, and off the end of a column to the column beside it. */
    function moved(key) {
        const { lattice, layout, grid } = map.model, { x, y } = lattice.place(map.cursor), [dx, dy] = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] }[key];
        const at = lattice.at(x + dx, y + dy);
        if (at >= 0) return at;
        if (dx && lattice.timeIsAcross) callbacks.onPan(dx);
        const alongTime = grid.who || grid.side ? 0 : layout === 'rows' ? dx : layout === 'down' ? dy : -dy, next = map.cursor + alongTime;
        return next >= 0 && next < nCells() ? next : map.cursor;
    }

    canvas.addEventListener('keydown', (event) => {
        if (!map.model || event.ctrlKey || event.metaKey || event.altKey) return;
        const { key } = event, n = nCells();
        if (zooms() && (key === '+' || key === '=' || key === '-' || key === '0')) {
            const about = map.model.selection ? (map.model.selection.from + map.model.selection.to) / 2 : (windowOf(map.model.grid).from + windowOf(map.model.grid).to) / 2;
            callbacks.onZoom(key === '0' ? Infinity : key === '-' ? 2 : 0.5, about);
            event.preventDefault();
            return;
        }
        if (map.cursor < 0) map.cursor = Math.min(n - 1, map.model.selection ? map.indexOf(map.model.selection.from) : 0);
        const before = map.cursor, started = map.keyed;
        map.keyed = true;
        if (/^Arrow/.test(key)) {
            if (started || !map.model.selection || event.shiftKey) map.cursor = moved(key);
            if (event.shiftKey) {
                if (!anchor || !started) anchor = stepsOf(before);
                select(anchor, map.cursor, true);
            }
        } else if (key === 'PageUp' || key === 'PageDown') {
            const next = map.cursor + (key === 'PageUp' ? 10 : -10) * rows();
            if (next >= 0 && next < n) map.cursor = next;
        } else if (key === 'Home' || key === 'End') map.cursor = key === 'Home' ? 0 : n - 1;
        else if (key === 'Enter' || key === ' ') click(map.cursor, event.shiftKey);
        else if ((key === 'n' || key === 'N') && map.model.lit) {
            // The next cell that a search finds something in.
            const by = key === 'n' ? 1 : n - 1;
            for (let k = 0, at = map.cursor; k < n; k++) { at = (at + by) % n; if (map.model.lit[at] > 0) { map.cursor = at; break; } }
        } else if ((key === 'a' || key === 'm') && map.model.selection) callbacks.onKey(key);
        else if (key === 'c') {
            anchor = null;
            selectColumns(map.cursor, map.cursor, true);
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
    canvas.addEventListener('focus', () => map.repaint());
    canvas.addEventListener('blur', () => { map.keyed = false; callbacks.onHover(-1, true); map.repaint(); });

    return {
        drop() { const had = anchor || map.drag; anchor = null; endDrag(); return Boolean(had); },
        waiting: () => Boolean(anchor),
        /** Cells have other numbers now. */
        forget() { map.cursor = map.hover = -1; },
    };
}
