/* SPDX-License-Identifier: MIT
 *
 * A graph of frames on the page, flame graph or chart in time: one canvas as high as its window, which stands still while
 * the graph scrolls beneath it (a graph 500 deep would be too high a canvas). It is told what to show by update() and
 * answers with nodes. Neighbours are found by where boxes stand, so any layout will do. */
import { el, onNextFrame, onPaper, sizeCanvas, tell } from './dom.js';
import { hitTest, rectOfNode, rowOfRect } from './layout.js';
import { ROW, depthAt, frameY, paintFlame } from './paint_flame.js';
import { paintTimeAxis } from './paint_heatmap.js';
import { shown } from './shown.js';

const HOLD_MS = 500;
const AXIS = 20;

/** callbacks, each with a node, most with the index of its box: onEnter(node, index), onActive(node or -1, event or null, index),
 * onMenu(node, x, y, index), onKey(node, event) -> true when it was used. */
export function createFlameView(id, callbacks) {
    const canvas = el('canvas', { id, tabindex: '0', role: 'application', 'aria-roledescription': 'flame graph', 'aria-describedby': 'fp-readout' });
    const spacer = el('div', { class: 'flame-space' }, canvas);
    const scroller = el('div', { class: 'flame-scroll' }, spacer);
    const message = el('p', { class: 'flame-message', id: `${id}-message`, role: 'status', hidden: true });
    const root = el('div', { class: 'flame' }, scroller, message);

    let model = null, layout = null, width = 0, height = 300, hover = -1, focus = -1, hold = null, held = false;
    let foot = 0; /* how far the graph's foot lies below the window */
    const paint = onNextFrame(() => paintNow());
    /* Paper does not scroll: of what is too high, the roots. */
    const window_ = () => ({ layout, width, height, scroll: onPaper() ? (model.icicle ? 0 : Math.max(0, content() - height)) : scroller.scrollTop, icicle: model.icicle, firstRow: model.firstRow || 0 });
    const nodeOf = (i) => (i < 0 || !layout || i >= layout.n ? -1 : layout.node[i]);
    const indexOf = (node) => (node < 0 || !layout || !model.graph ? -1 : rectOfNode(layout, node, model.graph.stacks.depth[node]));
    const content = (all = layout) => (all.depths - (model.firstRow || 0)) * ROW + (model.axis ? AXIS : 0);

    function relayout(keepScroll) {
        const from = scroller.scrollTop, kept = nodeOf(focus);
        layout = model.layoutOf(width);
        spacer.style.setProperty('height', (onPaper() ? height : Math.max(height, content())) + 'px');
        // A scroll bar comes or goes with the height.
        if (scroller.clientWidth !== width && scroller.clientWidth > 50) {
            width = scroller.clientWidth;
            layout = model.layoutOf(width);
        }
        // A flame graph is read from its foot: what stands there stays there.
        if (model.icicle) scroller.scrollTop = keepScroll ? from : 0;
        else scroller.scrollTop = Math.max(0, content() - height - (keepScroll ? foot : 0));
        hover = -1;
        focus = keepScroll ? indexOf(kept) : -1;
    }

    const style = (node, faded) => (faded ? model.colouring.faded : model.colouring.plain)[model.colouring.classOf(node)];

    function paintNow() {
        if (!model || !layout) return;
        const { ctx } = sizeCanvas(canvas, width, height), { colors, hit, label } = model;
        paintFlame(ctx, { ...window_(), colors, hit, label, style, hover, focus: document.activeElement === canvas || model.pinned ? focus : -1 });
        paintAxis(ctx, width, height);
    }

    /** Times, along the foot. */
    function paintAxis(ctx, w, h) {
        if (!model.axis) return;
        ctx.fillStyle = model.colors.paper;
        ctx.fillRect(0, h - AXIS, w, AXIS);
        paintTimeAxis(ctx, { width: w, labels: { y: h - AXIS } }, model.axis(w), model.colors);
    }

    function indexAt(event) {
        if (!layout || layout.n === 0) return -1;
        const box = canvas.getBoundingClientRect(), x = (event.clientX - box.left) / width * layout.width, depth = depthAt(window_(), event.clientY - box.top);
        return depth < (model.firstRow || 0) ? -1 : hitTest(layout, x, depth);
    }

    function openMenu(i, x, y) {
        focus = i;
        paint();
        callbacks.onMenu(nodeOf(i), x, y, i);
    }

    const letGo = () => { clearTimeout(hold); hold = null; };
    canvas.addEventListener('pointerdown', (event) => {
        letGo();
        held = false;
        if (event.pointerType !== 'touch') return;
        const i = indexAt(event), { clientX: x, clientY: y } = event;
        if (i >= 0) hold = setTimeout(() => { hold = null; held = true; openMenu(i, x, y); }, HOLD_MS);
    });
    for (const type of ['pointerup', 'pointercancel', 'pointerleave']) canvas.addEventListener(type, letGo);
    canvas.addEventListener('pointermove', (event) => {
        const i = indexAt(event);
        if (event.pointerType === 'touch' && i !== hover) letGo();
        canvas.style.setProperty('cursor', i < 0 ? 'default' : 'pointer');
        if (i !== hover) { hover = i; paint(); }
        callbacks.onActive(nodeOf(i), event.pointerType === 'touch' ? null : event, i);
    });
    canvas.addEventListener('pointerleave', () => { hover = -1; paint(); callbacks.onActive(nodeOf(focus), null, focus); });
    canvas.addEventListener('click', (event) => {
        const i = indexAt(event);
        if (i < 0 || held) return;
        focus = i;
        callbacks.onEnter(nodeOf(i), i);
    });
    canvas.addEventListener('contextmenu', (event) => {
        const i = event.button === 2 || event.pointerType === 'touch' ? indexAt(event) : focus;
        event.preventDefault();
        if (i >= 0 && !held && hold === null) openMenu(i, event.clientX, event.clientY);
    });
    scroller.addEventListener('scroll', () => { if (layout) foot = Math.max(0, content() - height - scroller.scrollTop); paint(); });
    canvas.addEventListener('focus', paint);
    canvas.addEventListener('blur', () => { paint(); callbacks.onActive(-1, null, -1); });

    /** The box beside, in the row before (one that holds its beginning) or in the next (its widest). */
    function neighbour(i, key) {
        const { rowStart, x0, x1, depths } = layout, row = rowOfRect(layout, i);
        if (key === 'left' || key === 'right') {
            const at = i + (key === 'left' ? -1 : 1);
            return at >= rowStart[row] && at < rowStart[row + 1] ? at : -1;
        }
        if (key === 'parent') return row <= (model.firstRow || 0) ? -1 : hitTest(layout, (x0[i] + Math.min(x1[i], x0[i] + 1e-9)) / 2, row - 1);
        let best = -1;
        if (row + 1 < depths) for (let k = rowStart[row + 1]; k < rowStart[row + 2]; k++)
            if (x0[k] >= x0[i] && x1[k] <= x1[i] && (best < 0 || x1[k] - x0[k] > x1[best] - x0[best])) best = k;
        return best;
    }

    function show(i) {
        focus = i;
        const y = frameY(window_(), rowOfRect(layout, i));
        if (y < 0) scroller.scrollTop += y;
        else if (y + ROW > height - (model.axis ? AXIS : 0)) scroller.scrollTop += y + ROW + (model.axis ? AXIS : 0) - height;
        callbacks.onActive(nodeOf(i), null, i);
        paintNow();
    }

    const firstBox = () => Math.max(indexOf(layout.zoom), layout.rowStart[Math.min(model.firstRow || 0, layout.depths - 1)]);
    canvas.addEventListener('keydown', (event) => {
        if (!layout || !layout.n || event.ctrlKey || event.metaKey || event.altKey) return;
        const up = model.icicle ? 'parent' : 'child', down = model.icicle ? 'child' : 'parent';
        const moves = { ArrowUp: up, ArrowDown: down, ArrowLeft: 'left', ArrowRight: 'right' };
        if (event.key in moves) {
            const next = focus < 0 ? firstBox() : neighbour(focus, moves[event.key]);
            show(next >= 0 ? next : focus);
        } else if (event.key === 'Home') show(layout.rowStart[model.firstRow || 0]);
        else if (event.key === 'Enter' || event.key === ' ') callbacks.onEnter(focus < 0 ? layout.zoom : nodeOf(focus), focus);
        else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
            if (focus < 0) focus = firstBox();
            const r = rectOf(focus);
            openMenu(focus, r.x + Math.min(24, r.width / 2), r.y + r.height);
        } else if (focus < 0 || !callbacks.onKey(nodeOf(focus), event)) return;
        event.preventDefault();
        event.stopPropagation();
    });

    function rectOf(i) {
        const box = canvas.getBoundingClientRect(), scale = width / layout.width;
        return { x: box.left + layout.x0[i] * scale, y: box.top + frameY(window_(), rowOfRect(layout, i)), width: (layout.x1[i] - layout.x0[i]) * scale, height: ROW - 1 };
    }

    return {
        root, canvas,
        /** model: {graph (null for a chart), layoutOf(widthPx), icicle, firstRow, colouring: {classOf(node), plain, faded}, hit(node) or null, label(node, index, layout), colors,
         * message, title, axis(widthPx): ticks of times or nothing, pinned: the focus shows without the keyboard}; layoutOf null: only the message. */
        update(next) {
            const kept = model && model.graph && next.graph && model.graph.stacks === next.graph.stacks && model.graph.zoom === next.graph.zoom && model.icicle === next.icicle;
            model = next;
            tell(message, next.message || '');
            canvas.setAttribute('aria-label', shown(next.title));
            if (!next.layoutOf) { layout = null; focus = -1; canvas.width = canvas.width; return; }
            relayout(kept);
            paintNow();
        },
        /** The window's height is the page's to give. always: draws again even if it is as large as before. */
        resize(h, always) {
            const w = Math.max(50, Math.floor(scroller.clientWidth)), tall = Math.max(ROW, Math.floor(h));
            if (!always && w === width && tall === height) return;
            width = w;
            height = tall;
            scroller.style.setProperty('height', height + 'px');
            if (model && model.layoutOf) { relayout(true); paintNow(); }
        },
        /** Boxes whose frame is found, widest first; and one of them, brought into view. */
        matches() {
            if (!layout || !model.hit) return [];
            return Array.from(layout.node.keys()).filter((i) => model.hit(layout.node[i])).sort((a, b) => layout.x1[b] - layout.x0[b] - (layout.x1[a] - layout.x0[a]) || a - b);
        },
        showMatch(i) { model.pinned = true; show(i); },
        box: (i) => ({ x0: layout.x0[i], x1: layout.x1[i], label: model.label(layout.node[i], i, layout) }),
        layout: () => layout,
        contentHeight: () => (layout ? content() : 0),
        /** All of the graph at a width, for an export. */
        picture(w) {
            const all = model.layoutOf(w), firstRow = model.firstRow || 0, { icicle, colors, label, hit } = model, h = Math.max(ROW, content(all));
            return { width: w, height: h, paint(ctx) {
                paintFlame(ctx, { layout: all, width: w, height: h, scroll: 0, icicle, firstRow, style, colors, label, hover: -1, focus: -1, hit });
                paintAxis(ctx, w, h);
            } };
        },
        /** What is drawn where. */
        drawn: () => ({ layout, firstRow: model?.firstRow || 0, label: model?.label }), indexOf, rectOf,
    };
}
