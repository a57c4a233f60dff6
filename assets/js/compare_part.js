/* SPDX-License-Identifier: MIT
 *
 * What the selection is compared with: one control, the direction in words, and the ranked table of what changed. Both
 * sides are drawn at once; how sure the changes are is worked out behind, in slices, when the reader rests. */
import { compareSides, effectOf, isAboutSelf } from './compare.js';
import { button, el, offer, tell } from './dom.js';
import { formatCount, formatSeconds, formatSteps } from './numbers.js';
import { readPin } from './compare_scene.js';
import { escapeRegex } from './search.js';

const SHORT = 4, ROWS_SHOWN = 12, PACKAGES_SHOWN = 5, WAIT_MS = 180, SLICE_MS = 10;
const SURE = { sure: 'chance shows any such change in fewer than one comparison in 1,000', likely: 'chance shows any such change in fewer than one comparison in 100' };

export const percent = (share) => `${(share * 100).toFixed(share < 0.1 ? 2 : 1)} %`;
export function points(change) {
    const pp = change * 100;
    return `${pp < 0 ? '\u2212' : '+'}${Math.abs(pp).toFixed(Math.abs(pp) < 10 ? 2 : 1)} pp`;
}

/** "prod → canary": what a reader must know of both sides. */
export function directionOf({ base, target, event }) {
    const side = (s) => `${s.id} (${formatCount(s.samples)} samples)`;
    return [`base ${side(base)}`, `target ${side(target)}`, event];
}

/** app: see app.js. */
export function createComparePart(app) {
    const { head } = app, comparisons = head.comparisons || [];
    const choice = el('select', { id: 'fp-compare', onchange: () => choose(choice.value) });
    const swap = button('fp-swap', 'Swap', () => app.apply({ swapped: !app.scene().state.swapped }, 'push'), { title: 'the other way round: the target becomes the base (x)' });
    const pin = button('fp-pin', 'Pin', pinIt, { title: 'keeps this range, to compare another one with it (p)' });
    const direction = el('p', { id: 'fp-direction', class: 'num' }), warning = el('p', { id: 'fp-compare-warning', class: 'warning', role: 'status', hidden: true });
    const short = el('p', { id: 'fp-changes-short', class: 'num', hidden: true });
    const root = el('section', { class: 'compare', 'aria-label': 'Comparing' }, el('div', { class: 'tools' }, el('label', { class: 'pair' }, 'compare with', choice), swap, pin, direction), warning, short);
    const table = el('div', { id: 'fp-changes' }), side = el('section', { hidden: true }, el('h2', {}, 'What changed'), table);
    let job = null, done = { key: '', result: null }, tableOf = [];

    /* A comparison of the spec stands beside the map of its target. */
    function choose(compare) {
        const of = compare.startsWith('c:') ? comparisons[compare.slice(2)].target.profile : -1;
        if (of >= 0 && of !== app.scene().state.profile) app.showProfile(of, compare); else app.apply({ compare, swapped: false, zoom: 0, up: 0 }, 'push');
    }

    function pinIt() {
        const { p, state, range } = app.scene();
        app.apply({ pin: `${p.id}@${formatSeconds(range.from, p.step_ns)}..${formatSeconds(range.to, p.step_ns)}`, ...(state.compare === 'pin' ? {} : { compare: 'pin', swapped: false }) }, 'push');
    }

    function options({ state, p }) {
        const list = [['', 'nothing'], ...(p.has_time || state.compare === 'rest' ? [['rest', 'the rest of the profile']] : [])], pinned = state.pin && readPin(state.pin, head);
        if (pinned) {
            const q = head.profiles[pinned.profile];
            list.push(['pin', `pinned: ${head.profiles.length > 1 ? `${q.title || q.id}, ` : ''}${formatSteps(pinned.range.from, q.step_ns)} to ${formatSteps(pinned.range.to, q.step_ns)}`]);
        } else if (state.compare === 'pin') list.push(['pin', 'a pinned range']);
        head.profiles.forEach((q, k) => { if (k !== state.profile) list.push([`p:${q.id}`, `profile ${q.title || q.id}`]); });
        comparisons.forEach((c, k) => list.push([`c:${k}`, `report: ${c.title}`]));
        return list;
    }

    function renderOptions(scene) {
        offer(choice, options(scene).map(([value, text]) => [value, text.length > 80 ? `${text.slice(0, 80)}…` : text]));
        choice.value = scene.state.compare;
    }

    // ---- how sure

    /* The same key, the same result. */
    const keyOf = ({ state, compare: c }) => JSON.stringify([c.base.id, c.target.id, c.event, state.who, state.showIdle, state.swapped, state.compare]);

    function work(scene) {
        const c = scene.compare, key = c && (c.sides || c.result) ? keyOf(scene) : '';
        if (key === done.key || (job && key === job.key)) return;
        if (job) clearTimeout(job.timer);
        job = null;
        if (!key || c.result) { done = { key, result: c ? c.result || null : null }; return; }
        const steps = compareSides(...c.sides, c.event), mine = job = { key, timer: setTimeout(slice, WAIT_MS) };
        done = { key: '', result: null };
        function slice() {
            const until = performance.now() + SLICE_MS;
            for (;;) {
                const { done: isDone, value } = steps.next();
                if (isDone) {
                    job = null;
                    done = { key, result: value };
                    renderTable(app.scene());
                    return;
                }
                if (performance.now() > until) break;
            }
            mine.timer = setTimeout(slice, 0);
        }
    }

    // ---- the table

    const isSure = (x) => x.self.sure !== 'no' || x.total.sure !== 'no';

    function row(x) {
        const isSelf = isAboutSelf(x), e = effectOf(x), change = e.target - e.base, judged = e.high !== undefined;
        const facts = `${isSelf ? 'self' : 'with callees'} ${percent(e.base)} → ${percent(e.target)}`, mark = e.sure === 'no' ? '' : e.sure;
        const title = [x.name.slice(0, 500) + (x.module ? ` (${x.module})` : ''), `${facts}, ${points(change)}${judged ? ` ± ${((e.high - e.low) * 50).toFixed(2)} (95 %)` : ''}`, mark && `${mark}: ${SURE[mark]}`].filter(Boolean).join('\n');
        return el('div', { class: `change ${change < 0 ? 'shrank' : 'grew'}`, title },
            el('button', { class: 'who', onclick: () => app.apply(x.isPackage ? { byPackage: true } : { query: `^${escapeRegex(x.name)}` }, 'replace') }, el('bdi', { class: 'name' }, x.name.slice(0, 300))),
            el('span', { class: 'num change-by' }, points(change)), el('span', { class: 'quiet num' }, facts), el('span', { class: `quiet verdict ${mark}` }, mark || (judged ? 'may be chance' : '')));
    }

    /** What of a result is told. */
    function toldOf({ reasons, changes, differences = [] }) {
        const judged = !reasons.length, sure = changes.filter(isSure);
        return { judged, sure, list: judged ? (sure.length ? sure : changes) : differences };
    }

    /** The lines of a result: a sentence, then rows. */
    function lines(result) {
        const { changes, nTested, load } = result, { judged, sure, list } = toldOf(result), functions = list.filter((x) => !x.isPackage).slice(0, ROWS_SHOWN), packages = list.filter((x) => x.isPackage).slice(0, PACKAGES_SHOWN);
        const verdict = !judged ? (list.length ? 'Shares as they are; how sure cannot be said.' : '') : sure.length ? `${formatCount(sure.length)} of ${formatCount(changes.length)} functions and packages changed by more than chance does.`
            : `Nothing changed by more than chance does (${formatCount(nTested)} shares looked at). The largest differences:`;
        return [load && el('p', { class: 'quiet num', title: 'weight a second, of everything' }, `load ${Number(load.base.toPrecision(4))} → ${Number(load.target.toPrecision(4))} a second, ${load.sure === 'no' ? 'not to be told from noise' : load.sure}`),
            verdict && el('p', { id: 'fp-changes-verdict', class: 'quiet' }, verdict), ...functions.map(row), ...(packages.length ? [el('h3', {}, 'Packages'), ...packages.map(row)] : [])].filter(Boolean);
    }

    /** The first of them beside the graph; the list may be out of sight. */
    function shortly(result) {
        const { judged, sure, list } = toldOf(result), first = list.filter((x) => !x.isPackage).slice(0, SHORT);
        if (!first.length) return [];
        const words = !judged ? 'largest differences: ' : sure.length ? 'changed: ' : 'nothing by more than chance; largest differences: ';
        return [el('span', { class: 'quiet' }, words), ...first.map((x) => { const e = effectOf(x); return el('span', { class: `short ${e.target < e.base ? 'shrank' : 'grew'}` }, el('bdi', {}, x.name.slice(0, 60)), ` ${points(e.target - e.base)}`); }),
            el('button', { class: 'crumb', onclick: () => { side.scrollIntoView({ block: 'nearest' }); table.querySelector('button')?.focus({ preventScroll: true }); } }, 'all')];
    }

    function renderTable({ compare: c }) {
        const { result } = done, shown = [c && !c.problem, result, Boolean(job)].join();
        warn(c, result);
        side.hidden = !c || Boolean(c.problem);
        if (tableOf[0] === result && tableOf[1] === shown) return;
        tableOf = [result, shown];
        table.replaceChildren(...(side.hidden ? [] : result ? lines(result) : [el('p', { class: 'quiet' }, job || c.wants >= 0 ? 'Counting how sure…' : '')]));
        short.replaceChildren(...(!side.hidden && result ? shortly(result) : []));
        short.hidden = !short.childNodes.length;
        if (!side.hidden && result) app.say(table.textContent.slice(0, 200));
        app.refocus();
    }

    const warn = (c, result) => tell(warning, !c ? '' : c.problem || (result?.reasons.length ? `Not judged: ${result.reasons.join('; ')}.` : ''));

    return {
        root, side,
        pin: () => { if (app.scene().state.range) pinIt(); }, swap: () => { if (app.scene().compare) swap.click(); },
        rest: () => { if (app.scene().p.has_time) choose(app.scene().state.compare === 'rest' ? '' : 'rest'); },
        /** The result that is shown, or null. */
        result: () => (app.scene().compare ? done.result : null),
        render(scene) {
            const c = scene.compare;
            renderOptions(scene);
            swap.hidden = !c || !c.ready;
            pin.hidden = !scene.p.has_time;
            pin.disabled = !scene.state.range;
            direction.hidden = !c || !c.base || !c.target || c.base.samples === undefined;
            if (!direction.hidden) direction.replaceChildren(...directionOf(c).flatMap((t, i) => [['', ' → ', ' · '][i], el('bdi', {}, t)]));
            root.classList.toggle('on', Boolean(c));
            work(scene);
            renderTable(scene);
        },
        busy: () => Boolean(job),
    };
}
