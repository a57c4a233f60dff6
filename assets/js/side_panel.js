/* SPDX-License-Identifier: MIT
 *
 * The side panel: notes (moved here from the static summary), marks, the threads of the range, and what is to be known
 * about the data. */
import { createFindingsPanel } from './findings_panel.js';
import { afterNextFrame, el, factsList, link, swatch } from './dom.js';
import { createMarksPart } from './marks_part.js';
import { formatCount, formatShare, formatTime } from './numbers.js';
import { packageCss } from './palette.js';

const ROWS_SHOWN = 12;

/** What the tally's counts mean, in the order of their weight to a reader. */
const TALLY = [['n_lost', 'lost by the recorder'], ['n_incomplete', 'waits without their beginning or end, left out'], ['truncated', 'The source ends in the middle'], ['n_unreadable', 'unreadable lines'],
    ['n_cut_stacks', 'stacks cut: too deep'], ['n_cut_names', 'names cut: too long'], ['n_no_stack', 'without a stack'],
    ['n_out_of_order', 'out of order, sorted'], ['n_filtered', 'left out by the filter'], ['n_other_event', 'of other events left out'],
    ['n_idle_dropped', 'idle, left out']];

/** One phrase per count that is not 0. */
export function tallyPhrases(tally) {
    return TALLY.filter(([key]) => Number(tally?.[key])).map(([key, text]) => {
        if (key === 'truncated') return text;
        const at = key === 'n_unreadable' && tally.first_unreadable_line ? ` (first: line ${tally.first_unreadable_line})` : '';
        return `${formatCount(Number(tally[key]))} ${text}${at}`;
    });
}

/**
 * A table of shares: a bar under a name that may be a button; what does not fit is one line. rows: heaviest first, by `key`.
 * look(row): {nameless, title, and, for a row with a name, action, onclick; note, square, pressed}.
 */
function shareRows(rows, key, whole, look) {
    const rest = rows.slice(ROWS_SHOWN), list = rows.slice(0, ROWS_SHOWN);
    if (rest.length) list.push({ name: `${formatCount(rest.length)} more`, [key]: rest.reduce((sum, r) => sum + r[key], 0), more: true });
    return list.map((r) => {
        const { nameless, title, action, onclick, note, square, pressed } = look(r), bar = el('i', {}), text = [square, el('bdi', { class: 'name' }, r.name || nameless), note && el('span', { class: 'quiet' }, note)];
        bar.style.width = `${whole ? r[key] / whole * 100 : 0}%`;
        const label = r.more || !r.name ? el('span', { class: 'who' }, ...text) : el('button', { class: 'who', title: action, onclick, 'aria-pressed': pressed ? 'true' : null }, ...text);
        return el('div', { class: 'thread', title }, label, el('span', { class: 'share' }, formatShare(r[key], whole)), el('span', { class: 'bar' }, bar));
    });
}

/** app: see app.js. */
export function createSidePanel(app) {
    const own = createMarksPart(app);
    const notes = el('div', { id: 'fp-notes', class: 'notes', tabindex: '0' }), marks = el('ul', { id: 'fp-marks', class: 'plain' });
    const threads = el('div', { id: 'fp-threads' }), packages = el('div', { id: 'fp-packages' }), about = el('div', { id: 'fp-about' });
    const section = (title, body) => el('section', { hidden: true }, el('h2', {}, title), body);
    const findings = createFindingsPanel(app);
    const parts = { notes: section('Notes', notes), marks: section('Marks', el('div', {}, marks, own.root)), threads: section('Threads in the range', threads),
        packages: section('Packages in the range', packages),
        about: section('About the data', about) };
    const root = el('aside', { class: 'side', 'aria-label': 'What stands out, notes, threads, packages and data' }, findings.root, ...Object.values(parts));
    const moved = [...document.querySelectorAll('[data-fp-notes]')];
    notes.append(...moved);
    const markNotes = new Map([...document.querySelectorAll('[data-fp-mark]')].map((n) => [n.dataset.fpMark, n]));
    for (const n of markNotes.values()) n.remove();
    root.addEventListener('click', (event) => {
        const hash = event.target.closest?.('a[href^="#"]')?.getAttribute('href');
        if (!/[#&]t=/.test(hash)) return;
        event.preventDefault();
        app.follow(hash, Number(event.target.closest('[data-fp-notes]')?.dataset.fpNotes));
    });

    function showMark({ from_ns, to_ns }) {
        const step = app.scene().p.step_ns, from = Math.ceil(from_ns / step);
        app.select({ from, to: Math.max(from + 1, Math.ceil(to_ns / step)) });
    }

    function showThreads({ threads: rows, weights, unit, state }) {
        parts.threads.hidden = !rows.length;
        threads.replaceChildren(...shareRows(rows, 'weight', weights.weight, ({ name, threads: n, weight }) => {
            const pressed = name === state.who.thread;
            return { nameless: '[no name]', title: `${unit.format(weight)} ${unit.name}`, action: pressed ? 'show all threads' : 'show only this thread', onclick: () => app.chooseWho('thread', pressed ? null : name), note: n > 1 ? ` (${formatCount(n)})` : null, pressed };
        }));
    }

    function showPackages({ packages: rows, weights: { weight: whole }, unit, state, dark, packageColours }) {
        parts.packages.hidden = !rows.some((r) => r.name);
        if (parts.packages.hidden) return;
        packages.replaceChildren(...shareRows(rows, 'self', whole, ({ id, name, self, total, more }) => {
            return { nameless: '[none known]', square: state.byPackage && !more ? swatch(packageCss(dark ? 'dark' : 'light', packageColours[id])) : null, action: 'search for this package', onclick: () => app.find(name),
                title: `self ${unit.format(self)} ${unit.name}` + (more ? '' : `, total ${unit.format(total)} ${unit.name} (${formatShare(total, whole)})`) };
        }));
    }

    const showWhoAndWhat = afterNextFrame(() => {
        const scene = app.scene();
        if (!scene.store) return;
        showThreads(scene);
        showPackages(scene);
        app.refocus();
    });

    return {
        root,
        showProfile({ state: { profile: k }, head, p }) {
            for (const n of moved) n.hidden = n.dataset.fpNotes !== 'report' && n.dataset.fpNotes !== String(k);
            parts.notes.hidden = moved.every((n) => n.hidden);
            own.showProfile();
            marks.replaceChildren(...(p.marks || []).map((m, i) => {
                const at = ` at ${formatTime(m.from_ns)}, ${formatTime(m.to_ns - m.from_ns)} long`;
                return el('li', {}, link(m.label || 'mark', () => showMark(m), { 'data-fp-mark-link': true }), el('span', { class: 'quiet' }, at), markNotes.get(`${k}.${i}`) || (m.note ? el('p', { dir: 'auto' }, m.note) : null));
            }));
            const rows = [...(head.meta || []), ...(p.facts || []), ['source', p.source], ['format', p.format],
                ['time step', p.has_time ? formatTime(p.step_ns) + (p.step_coarsened ? ', coarser than asked for' : '') : ''],
                ['made by', head.generator]].filter(([, v]) => v);
            about.replaceChildren(
                el('ul', { class: 'plain tally' }, ...tallyPhrases(p.tally).map((t) => el('li', {}, t))),
                factsList(rows));
            parts.about.hidden = false;
        },
        /** Opens the form for a mark of the selection. */
        mark: () => own.open(),
        render(scene) {
            findings.render(scene);
            own.render(scene);
            parts.marks.hidden = !scene.p.marks?.length && !own.any();
            if (scene.store) showWhoAndWhat();
        },
    };
}
