/* SPDX-License-Identifier: MIT
 *
 * What stands out: the findings of the head (docs/findings.md) as a list. A click selects all ranges of a finding, a link one of
 * them, both against the rest of the profile; pointing at one shows on the map where it is. */
import { el, factsList, tell } from './dom.js';
import { formatCount, formatSeconds, formatTime } from './numbers.js';
import { rangeOfFinding } from './state.js';

const LINKS_SHOWN = 4, THREADS_SHOWN = 6;

/** Names of values in a report: what they are called, and how they are written. */
const count = (v) => formatCount(Math.round(v)), time = (v) => formatTime(Math.round(v)), cpus = (v) => `${Number(v.toPrecision(2))} CPUs`, plain = (v) => String(Number(v.toPrecision(3)));
const VALUES = { period_ns: ['period', time], phase_ns: ['first at', time], busy_ns: ['work each time', time], sleep_ns: ['sleep', time], cycles: ['cycles', count], samples: ['samples', count],
    alias_hz: ['or in truth', (v) => `${plain(v)} Hz`], times: ['times', count], length_ns: ['length', time], every_ns: ['on average every', time], busy_cpus: ['busy inside', cpus], usual_cpus: ['busy around it', cpus],
    missing_samples: ['samples missing', count], at_ns: ['at', time], before_cpus: ['before', cpus], after_cpus: ['after', cpus], from_cpus: ['from', cpus], to_cpus: ['to', cpus], heavy_cpus: ['busy then', cpus],
    else_cpus: ['busy else', cpus], mean_cpus: ['on average', cpus], peak_cpus: ['at most', cpus], cpus: ['of', cpus], sigma: ['standard deviations', plain], rate_hz: ['rate', (v) => `${plain(v)} Hz`] };

/** [name, text] of each value that has a name; with its 95 % interval. */
function valueRows(values) {
    return values.filter(([key]) => VALUES[key]).map(([key, value, low, high]) => {
        const [name, format] = VALUES[key], [from, to] = [low, high].map((v) => (Number.isFinite(v) ? format(v) : ''));
        return [name, format(value) + (from && to && from !== to ? ` (95 %: ${from} to ${to})` : '')];
    });
}

const percent = (share) => `${share > 0 && share < 0.01 ? '< 1' : Math.round(share * 100)} %`;

/** app: see app.js. */
export function createFindingsPanel(app) {
    const list = el('ul', { class: 'plain findings' }), notes = el('ul', { class: 'plain findings' }), verdict = el('p', { id: 'fp-verdict' });
    const notesTitle = el('h3', {}, 'The recording');
    const root = el('section', { id: 'fp-findings', hidden: true, 'aria-label': 'What stands out' }, el('h2', {}, 'What stands out'), verdict, list, notesTitle, notes);
    let selectors = [];

    function select(range, text) {
        app.hint(null);
        app.select(range, { compare: 'rest', swapped: false });
        app.say(text);
    }

    function rangeLink(p, finding, [from, to]) {
        const at = `${formatSeconds(from, p.step_ns)} s`;
        return el('a', { href: `#p=${encodeURIComponent(p.id)}&t=${formatSeconds(from, p.step_ns)}..${formatSeconds(to, p.step_ns)}`, title: `${at}, ${formatTime((to - from) * p.step_ns)} long`,
            onclick: (e) => { e.preventDefault(); e.stopPropagation(); select({ from, to }, `selected: ${finding.title}, at ${at}`); },
            ...pointing([[from, to]]) }, formatSeconds(from - from % Math.max(1, Math.round(1e7 / p.step_ns)), p.step_ns));
    }

    /* Handlers that show ranges on the map while something is pointed at, or has the focus. */
    function pointing(ranges) {
        const on = (e) => { e.stopPropagation(); app.hint(ranges.map(([from, to]) => ({ from, to }))); }, off = () => app.hint(null);
        return { onmouseover: on, onfocusin: on, onmouseout: off, onfocusout: off };
    }

    function links(p, f) {
        if (f.ranges.length < 2) return null;
        const rest = f.ranges.slice(LINKS_SHOWN), linksTo = (ranges) => ranges.flatMap((r) => [rangeLink(p, f, r), ' ']);
        const box = el('p', { class: 'ranges num' }, 'at ', ...linksTo(f.ranges.slice(0, LINKS_SHOWN)), 's');
        if (rest.length) {
            const more = el('button', { class: 'text', onclick: () => { more.replaceWith(...linksTo(rest), 's'); box.querySelectorAll('a')[LINKS_SHOWN].focus(); } }, `${rest.length} more`);
            box.append(', ', more);
        }
        return box;
    }

    function frameLine(head, [id, inside, outside]) {
        const name = nameOf(head, id);
        return name && el('li', {}, el('button', { class: 'text', title: 'search for this function', onclick: () => app.find(name) }, el('bdi', {}, name)), ' ',
            el('span', { class: 'quiet' }, `${percent(inside)} of its samples, ${percent(outside)} of the others`));
    }

    /* Names come with the stacks. */
    function nameOf({ store }, id) {
        const { frames, names } = store?.stacks || {};
        return frames ? names[frames.name[id]] : '';
    }

    function threadsOf(p, f) {
        const shown = f.threads.slice(0, THREADS_SHOWN).map((id) => { const [, tid, name] = p.threads[id]; return tid >= 0 ? `${name} ${tid}` : name; });
        return shown.length ? [[f.threads.length > 1 ? `${f.threads.length} threads` : 'thread', shown.join(', ') + (f.threads.length > shown.length ? ', …' : '')]] : [];
    }

    function item(scene, f, k) {
        const { p } = scene, range = p.has_time ? rangeOfFinding(p, k) : null, words = [f.tier === 'possible' ? el('span', { class: 'tier' }, 'possible') : null, el('bdi', {}, f.title)];
        const title = range ? el('button', { class: 'text title', title: 'show where and what', 'aria-pressed': 'false', onclick: () => select(range, `selected ${f.ranges.length > 1 ? `all ${f.ranges.length} times: ` : ''}${f.title}`) }, ...words) : el('span', { class: 'title' }, ...words);
        if (range) selectors.push({ title, range });
        const rows = [...valueRows(f.values), ...threadsOf(p, f)];
        return el('li', { class: `finding ${f.tier}`, 'data-finding': String(k), ...(range ? pointing(f.ranges) : {}) }, title, links(p, f),
            f.frames.length && scene.store ? el('ul', { class: 'plain frames' }, ...f.frames.map((x) => frameLine(scene, x))) : null,
            el('details', {}, el('summary', {}, f.tier !== 'note' ? 'How sure is that' : f.kind === 'utilisation' ? 'How it is told' : 'What to do about it'), el('p', {}, f.why),
                rows.length ? factsList(rows) : null));
    }

    /* The first `limit`; the rest when asked for. */
    function fill(box, items, limit) {
        box.replaceChildren(...items);
        if (items.length <= limit) return;
        for (const i of items.slice(limit)) i.hidden = true;
        const more = el('button', { class: 'text', onclick: () => { for (const i of items) i.hidden = false; more.parentElement.remove(); items[limit].querySelector('button, summary').focus(); } }, `${items.length - limit} more`);
        box.append(el('li', {}, more));
    }

    function build(scene) {
        const { p } = scene, all = p.findings || [];
        selectors = [];
        const items = all.map((f, k) => [f, item(scene, f, k)]), of = (note) => items.filter(([f]) => (f.tier === 'note') === note).map(([, node]) => node);
        tell(verdict, p.findings_verdict || '');
        fill(list, of(false), p.findings_limit || 10);
        fill(notes, of(true), p.findings_limit || 10);
        notesTitle.hidden = !notes.children.length;
        root.hidden = !all.length && !p.findings_verdict;
    }

    let built = null;
    return {
        root,
        render(scene) {
            const { p, store, state } = scene;
            if (!built || built.p !== p || built.store !== store) { built = { p, store }; build(scene); }
            for (const { title, range } of selectors) title.setAttribute('aria-pressed', ['from', 'to', 'finding'].every((key) => state.range?.[key] === range[key]));
        },
    };
}
