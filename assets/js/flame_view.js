/* SPDX-License-Identifier: MIT
 *
 * The flame graph on the page: one canvas as high as its window, which stands still while the graph scrolls beneath it
 * (a graph 500 deep would be too high a canvas). It is told what to show by update() and answers with nodes. */
import { el, onNextFrame, sizeCanvas } from './dom.js';
import { frameName, hitTest, layoutFrames, rectOfNode } from './layout.js';
import { ROW, depthAt, frameY, paintFlame } from './paint_flame.js';
import { ROOT_CLASS, ROOT_PACKAGE_CLASS, flameTable, frameClasses, packageClasses, packageTable } from './palette.js';

/** callbacks: onZoom(node), onHover(node or -1, event or null). */
export function createFlameView(callbacks) {
    const canvas = el('canvas', { id: 'fp-flame', tabindex: '0', role: 'application', 'aria-roledescription': 'flame graph',
        'aria-describedby': 'fp-readout' });
    const spacer = el('div', { class: 'flame-space' }, canvas);
    const scroller = el('div', { class: 'flame-scroll' }, spacer);
    const message = el('p', { class: 'flame-message', id: 'fp-flame-message', role: 'status', hidden: true });
    const root = el('div', { class: 'flame' }, scroller, message);

    let model = null, layout = null, width = 0, height = 300, hover = -1, focus = -1, classes = null, tables = null;
    const paint = onNextFrame(() => paintNow());
    const window_ = () => ({ layout, width, height, scroll: scroller.scrollTop, icicle: model.icicle });

    function indexOf(node) { return node < 0 || !layout ? -1 : rectOfNode(layout, node, model.store.stacks.depth[node]); }

    function style(node, faded) {
        return (faded ? tables.faded : tables.plain)[node === 0 ? (model.byPackage ? ROOT_PACKAGE_CLASS : ROOT_CLASS) : classes[model.store.stacks.frame[node]]];
    }

    function relayout(keepScroll) {
        const { store, weights, zoom } = model, before = layout ? layout.depths : 0, from = scroller.scrollTop;
        layout = layoutFrames(store.stacks, store.end, weights.total, { zoom, widthPx: width });
        const content = layout.depths * ROW;
        spacer.style.setProperty('height', Math.max(height, content) + 'px');
        // A scroll bar comes or goes with the height.
        if (scroller.clientWidth !== width && scroller.clientWidth > 50) {
            width = scroller.clientWidth;
            layout = layoutFrames(store.stacks, store.end, weights.total, { zoom, widthPx: width });
        }
        // A flame graph is read from its foot: what stands there stays there.
        if (model.icicle) scroller.scrollTop = keepScroll ? from : 0;
        else scroller.scrollTop = Math.max(0, keepScroll && before ? from + (layout.depths - before) * ROW : content - height);
        hover = -1;
    }

    function paintNow() {
        if (!model || !model.store || !layout) return;
        const { ctx } = sizeCanvas(canvas, width, height), { hit, store, colors } = model;
        paintFlame(ctx, { ...window_(), style, colors, label, hover: indexOf(hover),
            focus: document.activeElement === canvas ? indexOf(focus) : -1,
            hit: hit ? (node) => node !== 0 && hit[store.stacks.frame[node]] === 1 : null });
    }

    function label(node) {
        return node === 0 ? `all · ${model.unit.format(model.weights.total[0])} ${model.unit.name}` : frameName(model.store.stacks, node);
    }

    function nodeAt(event) {
        if (!layout || layout.n === 0) return -1;
        const box = canvas.getBoundingClientRect(), x = (event.clientX - box.left) / width * layout.width;
        const i = hitTest(layout, x, depthAt(window_(), event.clientY - box.top));
        return i < 0 ? -1 : layout.node[i];
    }

    canvas.addEventListener('pointermove', (event) => {
        const node = nodeAt(event);
        canvas.style.setProperty('cursor', node < 0 ? 'default' : 'pointer');
        if (node !== hover) { hover = node; paint(); }
        callbacks.onHover(node, event.pointerType === 'touch' ? null : event);
    });
    canvas.addEventListener('pointerleave', () => { hover = -1; paint(); callbacks.onHover(focus, null); });
    canvas.addEventListener('click', (event) => {
        const node = nodeAt(event);
        if (node < 0) return;
        focus = node;
        callbacks.onZoom(node);
    });
    scroller.addEventListener('scroll', paint);
    canvas.addEventListener('focus', paint);
    canvas.addEventListener('blur', () => { paint(); callbacks.onHover(-1, null); });

    /** The drawn neighbours of a frame. */
    function neighbour(node, key) {
        const { stacks } = model.store, d = stacks.depth[node], i = indexOf(node);
        const { rowStart, x0, x1, depths } = layout;
        if (key === 'parent') return node === 0 ? -1 : stacks.parent[node];
        if (key === 'left' || key === 'right') {
            const at = i + (key === 'left' ? -1 : 1);
            return at >= rowStart[d] && at < rowStart[d + 1] ? layout.node[at] : -1;
        }
        // The widest child.
        let best = -1;
        if (d + 1 < depths) for (let k = rowStart[d + 1]; k < rowStart[d + 2]; k++)
            if (stacks.parent[layout.node[k]] === node && (best < 0 || x1[k] - x0[k] > x1[best] - x0[best])) best = k;
        return best < 0 ? -1 : layout.node[best];
    }

    canvas.addEventListener('keydown', (event) => {
        if (!layout || !layout.n || event.ctrlKey || event.metaKey || event.altKey) return;
        const up = model.icicle ? 'parent' : 'child', down = model.icicle ? 'child' : 'parent';
        const moves = { ArrowUp: up, ArrowDown: down, ArrowLeft: 'left', ArrowRight: 'right' };
        if (event.key in moves) {
            const next = indexOf(focus) < 0 ? layout.zoom : neighbour(focus, moves[event.key]);
            if (next >= 0) focus = next;
        } else if (event.key === 'Home') focus = 0;
        else if (event.key === 'Enter' || event.key === ' ') callbacks.onZoom(indexOf(focus) < 0 ? 0 : focus);
        else return;
        event.preventDefault();
        event.stopPropagation();
        const y = frameY(window_(), model.store.stacks.depth[focus]);
        if (y < 0) scroller.scrollTop += y;
        else if (y + ROW > height) scroller.scrollTop += y + ROW - height;
        callbacks.onHover(focus, null);
        paintNow();
    });

    return {
        root, canvas,
        /** model: {store, weights, zoom, icicle, byPackage, packageColours, hit, dark, colors, unit, message, label} */
        update(next) {
            const zoomed = !model || model.zoom !== next.zoom || model.icicle !== next.icicle || model.store !== next.store;
            const recoloured = !model || model.byPackage !== next.byPackage;
            if (next.store && (recoloured || model.store !== next.store)) classes = next.byPackage ? packageClasses(next.store.stacks, next.packageColours) : frameClasses(next.store.stacks);
            if (recoloured || model.dark !== next.dark) {
                const theme = next.dark ? 'dark' : 'light', table = next.byPackage ? packageTable : flameTable;
                tables = { plain: table(theme), faded: table(theme, { faded: true }) };
            }
            model = next;
            message.textContent = next.message || '';
            message.hidden = !next.message;
            canvas.setAttribute('aria-label', next.label);
            if (!next.store || !next.weights) { layout = null; canvas.width = canvas.width; return; }
            if (focus >= next.store.stacks.nNodes) focus = -1;
            relayout(!zoomed);
            paintNow();
        },
        /** The window's height is the page's to give. */
        resize(h) {
            width = Math.max(50, Math.floor(scroller.clientWidth));
            height = Math.max(120, Math.floor(h));
            scroller.style.setProperty('height', height + 'px');
            if (model && model.store && model.weights) { relayout(true); paintNow(); }
        },
        repaint: paint,
        /** All of the graph at a width, for an export. */
        picture(w) {
            const { store, weights, zoom, icicle, colors, hit } = model, all = layoutFrames(store.stacks, store.end, weights.total, { zoom, widthPx: w });
            const h = Math.max(1, all.depths) * ROW;
            return { width: w, height: h, paint: (ctx) => paintFlame(ctx, { layout: all, width: w, height: h, scroll: 0, icicle, style, colors, label, hover: -1, focus: -1,
                hit: hit ? (node) => node !== 0 && hit[store.stacks.frame[node]] === 1 : null }) };
        },
        depths() { return layout ? layout.depths : 0; },
        /** For the test hook: a frame's rectangle in the window, or null when it is not drawn. */
        frameRect(node) {
            const i = indexOf(node);
            if (i < 0) return null;
            const box = canvas.getBoundingClientRect(), scale = width / layout.width;
            return { x: box.left + layout.x0[i] * scale, y: box.top + frameY(window_(), model.store.stacks.depth[node]),
                width: (layout.x1[i] - layout.x0[i]) * scale, height: ROW - 1 };
        },
        frames() { return layout ? Array.from(layout.node) : []; },
    };
}
