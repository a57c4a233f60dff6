/* SPDX-License-Identifier: MIT
 *
 * What is said of the frame under the pointer or the cursor: in the line under the graph, in the tooltip, to screen readers. */
import { percent, points } from './compare_part.js';
import { el } from './dom.js';
import { KIND_WORDS } from './frame_colours.js';
import { zoomOf } from './graphs.js';
import { frameKind, frameName, frameParts } from './layout.js';
import { formatShare, formatSteps, formatTime } from './numbers.js';
import { KIND_NAMES } from './palette.js';
import { words } from './units.js';

/** What a comparison says of a node. */
export function differenceFacts({ diff, base, target }, node) {
    const b = diff.ofBase > 0 ? diff.base[node] / diff.ofBase : 0, t = diff.ofTarget > 0 ? diff.target[node] / diff.ofTarget : 0;
    return [`${percent(b)} of base ${base.id}`, `${percent(t)} of target ${target.id}`, t > 0 ? points(t - b) + (b > 0 && node ? `, ${Number((t / b).toPrecision(3))} times` : b > 0 || !node ? '' : ', new') : `${points(t - b)}, gone`];
}

/** app: see app.js. root: the line. */
export function createFrameFacts(app) {
    const readout = el('output', { id: 'fp-readout', class: 'num', dir: 'auto' });
    const scene = () => app.scene();

    function say(name, facts, quiet, event) {
        readout.replaceChildren(el('bdi', { class: 'name' }, name), [...facts, ...quiet].filter(Boolean).map((t) => ` · ${t}`).join(''));
        if (!event) { app.tooltip.hide(); app.say(readout.textContent); return; }
        const lines = facts.length > 2 ? [facts.slice(0, -1).join(' · '), facts.at(-1)] : [facts.join(' · ')];
        app.tooltip.show([[name.length > 400 ? name.slice(0, 400) + '…' : name, 'name'], ...lines.map((t) => [t]), [quiet.filter(Boolean).join(' · '), 'quiet']].filter(([t]) => t), event.clientX, event.clientY);
    }

    const shares = (weight) => (scene().state.range ? [`${formatShare(weight, scene().weights.weight)} of the selection`, `${formatShare(weight, scene().wholeWeight)} of the whole`]
        : [`${formatShare(weight, scene().wholeWeight)} of the whole`]);
    const originOf = (stacks, f) => { const { module, package: own } = frameParts(stacks, f); return [module, own && own !== module ? `package ${own}` : '']; };
    const nodeOrigin = (stacks, node) => (node === 0 ? [] : [KIND_WORDS[KIND_NAMES[frameKind(stacks, node)]], ...originOf(stacks, stacks.frame[node])]);

    /** graph: of the node; null: boxOf() {x0, x1, label} of a chart in time is it. */
    function sayNode(graph, node, event, boxOf) {
        const s = scene();
        if (node < 0 || !s.store) { readout.textContent = ''; app.tooltip.hide(); return; }
        if (!graph) { sayBox(s, node, event, boxOf()); return; }
        if (s.difference && graph === s.graph) { say(frameName(graph.stacks, node), differenceFacts(s.drawn, node), nodeOrigin(graph.stacks, node), event); return; }
        const { stacks, total, self } = graph, isCallers = zoomOf(s.state) === 'up' || (s.state.view === 'middle' && graph === s.middle.callers);
        say(frameName(stacks, node), [`total ${words(s.unit, total[node])}`, ...shares(total[node]), ...(isCallers ? [] : [`self ${words(s.unit, self[node])}`])], nodeOrigin(stacks, node), event);
    }

    function sayBox({ view: { stacks }, p, range }, node, event, { x0, x1, label }) {
        say(label, node ? [formatTime(Math.round((x1 - x0) * p.step_ns)), `at ${formatSteps(Math.round(range.from + x0), p.step_ns)}`] : [], node ? nodeOrigin(stacks, node) : [], event);
    }

    function sayFunction(f) {
        const { functions, unit, view } = scene(), r = functions.frame.indexOf(f), { name } = frameParts(view.stacks, f);
        say(name || '[no name]', [`self ${words(unit, functions.self[r])}`, `total ${words(unit, functions.total[r])}`, ...shares(functions.total[r])], originOf(view.stacks, f), null);
    }

    return { root: readout, sayNode, sayFunction, clear() { readout.textContent = ''; app.tooltip.hide(); } };
}
