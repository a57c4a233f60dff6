/* SPDX-License-Identifier: MIT
 *
 * What is compared with what: the state's words into two sides, and both on one tree. The state says
 *
 *     compare: "" nothing · "rest" all but the selection · "pin" the pinned range (pin: "ID@34.1..34.9") ·
 *              "p:ID" another profile of the report, whole · "c:K" a comparison of the spec, made when the report was built
 *     swapped: the other way round
 *
 * What is shown is the target, what it is compared with the base; swapped, the base. */
import { eventOf } from './compare.js';
import { carry, classing, diffWeights, jointTrie, packedTree, summed } from './diff_tree.js';
import { formatSteps, parseRange } from './numbers.js';
import { remember } from './remember.js';
import { NONE } from './regroup.js';
import { partsOf } from './store.js';
import { makeTransformer, mapWeights } from './transforms.js';
import { EVERYONE, isSomeone } from './who.js';

/** "prod@34.1..34.9" → {profile, range}; null when it is none of this report. */
export function readPin(text, head) {
    const at = text.lastIndexOf('@'), profile = head.profiles.findIndex((p) => p.id === text.slice(0, at)), range = profile < 0 || at < 0 ? null : parseRange(text.slice(at + 1), head.profiles[profile]).range;
    return range && { profile, range };
}

/** Whether a state can say so. */
export function isCompare(text, head) {
    if (text === 'rest' || text === 'pin') return true;
    if (text.startsWith('p:')) return head.profiles.some((p) => p.id === text.slice(2));
    return /^c:\d{1,4}$/.test(text) && Number(text.slice(2)) < (head.comparisons || []).length;
}

/* Threads and CPUs of another recording go by name; pid and tid are its own. */
function whoIn(p, who) {
    const kept = { ...EVERYONE };
    for (const key of ['host', 'thread', 'cpu']) if (who[key] !== null && isSomeone(p, key, who[key])) kept[key] = who[key];
    return kept;
}

const effectOf = ([base, target, error, low, high, p, sure]) => ({ base, target, error, low, high, p, sure });
/** A comparison of the head as compare.js gives one. */
const packedResult = (c) => ({ reasons: c.reasons, nTested: c.n_tested, load: c.load[0] > 0 ? effectOf(c.load) : null, changes: c.changes.map((x) => ({ name: x.name, module: x.module, isPackage: x.package, self: effectOf(x.self), total: effectOf(x.total) })) });

/** Returns compareOf(scene, stores): null when nothing is compared. stores: per profile its store, or null. */
export function createComparer(head) {
    const transform = makeTransformer(), jointOf = remember((a, b) => jointTrie(a.stacks, b.stacks)), packedOf = remember((c) => packedTree(c.tree));
    const otherFilter = remember((store, event, who, showIdle) => store.filter({ event, who, showIdle })), engineFilter = remember((store, event, who, showIdle) => store.filter({ event, who, showIdle }));
    /* A store's arrays are filled again for the next range: what is kept hangs on the object around them. */
    const otherWeights = remember((store, filter, from, to) => ({ ...store.weigh({ from, to }, filter, 'compared') }));
    const pinned = remember((text) => readPin(text, head)), classOf = remember((diff, base, target) => classing(diff, { base, target }));
    /* Arrays that are filled again for the next range; what is kept hangs on the object around them. */
    const rooms = {}, room = (name, n) => (rooms[name]?.length >= n ? rooms[name] : rooms[name] = new Float64Array(n));
    const sameTrie = remember((view, shown, other, isRest, swapped) => {
        const n = view.stacks.nNodes, part = mapWeights(view, shown, 'shown'), whole = mapWeights(view, other, 'other');
        return drawn(view, isRest ? { get self() { return less('self', whole.self, part.self, n); }, total: less('total', whole.total, part.total, n) } : whole, part, swapped);
    });
    const jointTries = remember((view, maps, shown, other, swapped) => {
        const sides = [other, shown].map(({ self }, k) => onView(view, carry(self, maps[k], view.map ? view.map.length : view.stacks.nNodes)));
        return drawn(view, ...sides, swapped);
    });
    const packedTries = remember((view, trie, swapped) => drawn(view, onView(view, trie.base), onView(view, trie.target), swapped));

    const drawn = (view, other, shown, swapped) => diffWeights(view, ...(swapped ? [shown, other] : [other, shown]), room('drawn', view.stacks.nNodes));

    function less(name, a, b, n) {
        const out = room(name, n);
        for (let i = 0; i < n; i++) out[i] = a[i] - b[i];
        return out;
    }

    /** Weights of a first trie's nodes on the view that transforms made of it; what those leave out goes. */
    function onView({ map, leftOut, stacks: { nNodes, parent } }, self) {
        const out = map === null && !leftOut ? self : new Float64Array(nNodes);
        for (let i = 0; out !== self && i < self.length; i++) {
            const at = map === null ? i : map[i];
            if (self[i] && at !== NONE && !(leftOut && leftOut[i])) out[at] += self[i];
        }
        return { self: out, total: summed(out, parent) };
    }

    function when(p, { from, to, parts }) {
        if (parts) return `, ${parts.length} ranges`;
        return from === 0 && to >= p.n_steps ? '' : `, ${formatSteps(from, p.step_ns)} to ${formatSteps(to, p.step_ns)}`;
    }

    /** The side that is selected, and the one it is held against. */
    function sidesOf(scene, stores) {
        const { state, p, store, range, filter } = scene, whole = Math.max(1, p.n_steps);
        const shown = { p, id: p.id + when(p, range), pieces: partsOf(range), store, filter, weights: scene.weights };
        if (state.compare === 'rest') {
            if (!state.range) return { shown, problem: p.has_time ? 'Select a range on the map: it is compared with the rest.' : 'This profile has no times, so no range of it: compare it with another profile.' };
            const parts = partsOf(range), pieces = [...parts, { from: whole }].map((r, i) => ({ from: i ? parts[i - 1].to : 0, to: r.from })).filter((r) => r.to > r.from);
            if (!pieces.length) return { shown, problem: 'All of the profile is selected, and nothing is the rest. Select a part of it.' };
            return { shown, other: { p, id: `${p.id}, all but ${when(p, range).slice(2)}`, pieces, store, filter, weights: scene.wholeWeights } };
        }
        const pin = state.compare === 'pin' ? pinned(state.pin) : { profile: head.profiles.findIndex((q) => q.id === state.compare.slice(2)), range: null };
        if (!pin) return { shown, problem: 'Nothing is pinned: select a range and press Pin.' };
        const q = head.profiles[pin.profile], part = pin.range || { from: 0, to: Math.max(1, q.n_steps) }, event = eventOf(q, p.events[state.event].name);
        const other = { p: q, id: q.id + when(q, part), pieces: [part], store: stores[pin.profile] };
        if (pin.profile === state.profile && part.from === range.from && part.to === range.to) return { shown, problem: `${other.id} is pinned: select another range, or another profile, to compare with it.` };
        if (event < 0) return { shown, problem: `${q.id} has no event '${p.events[state.event].name}'.` };
        if (!other.store) return { shown, other, wants: pin.profile };
        other.filter = pin.profile === state.profile ? filter : otherFilter(other.store, event, whoIn(q, state.who), state.showIdle);
        other.weights = otherWeights(other.store, other.filter, part.from, part.to);
        return { shown, other };
    }

    function live(scene, stores) {
        const { state, p } = scene, { shown, other = null, problem = '', wants = -1 } = sidesOf(scene, stores), event = p.events[state.event].name;
        const [base, target] = state.swapped ? [shown, other] : [other, shown], isRest = state.compare === 'rest';
        const c = { kind: state.compare, problem, wants, event, base, target, ready: Boolean(other && !problem && wants < 0) };
        if (!c.ready) return c;
        const joint = other.store === shown.store ? null : jointOf(other.store, shown.store), view = joint ? transform(joint, state.transforms) : scene.plainView;
        shown.samples = shown.weights.samples;
        other.samples = other.weights.samples - (isRest ? shown.samples : 0);
        /* The engine looks at stacks as they were recorded, whatever the transforms do. */
        const engine = (side) => ({ id: side.id, p: side.p, store: side.store, pieces: side.pieces, filter: joint && side === other ? other.filter : engineFilter(side.store, state.event, state.who, state.showIdle) });
        c.sides = [engine(base), engine(target)];
        return shownOn(c, view, () => (joint ? jointTries(view, joint.maps, shown.weights, other.weights, state.swapped) : sameTrie(view, shown.weights, other.weights, isRest, state.swapped)));
    }

    function shownOn(c, view, diffNow) {
        return { ...c, view, get diff() { return diffNow(); }, /** diff_tree.js' class of a node. */ get classOf() { return classOf(diffNow(), c.base.samples, c.target.samples); } };
    }

    function packed(scene) {
        const { state } = scene, spec = head.comparisons[Number(state.compare.slice(2))], { swapped } = state;
        const side = (list) => ({ id: list.map((s) => s.id).join(', '), samples: list.reduce((sum, s) => sum + s.n_samples, 0) }), sides = [side(spec.base), side([spec.target])];
        const [base, target] = swapped ? sides.reverse() : sides, result = packedResult(spec);
        const c = { kind: state.compare, problem: '', wants: -1, event: spec.event, base, target, result: swapped ? turned(result) : result, ready: Boolean(spec.tree) };
        if (!spec.tree) {
            c.problem = spec.reasons.length ? 'It cannot be judged, so there is nothing to draw.' : 'The report has many comparisons and carries no tree of this one.';
            return c;
        }
        const trie = packedOf(spec), view = transform(trie, state.transforms);
        return shownOn(c, view, () => packedTries(view, trie, swapped));
    }

    return (scene, stores) => {
        const { state, store } = scene;
        if (!state.compare || !store) return null;
        return state.compare.startsWith('c:') ? packed(scene) : live(scene, stores);
    };
}

/** The same, target -> base. */
function turned(result) {
    const turn = (e) => ({ ...e, base: e.target, target: e.base, low: -e.high, high: -e.low });
    return { ...result, load: result.load && turn(result.load), changes: result.changes.map((x) => { const self = turn(x.self); return { ...x, self, total: x.total === x.self ? self : turn(x.total) }; }) };
}
