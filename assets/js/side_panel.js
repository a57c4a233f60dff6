/* SPDX-License-Identifier: MIT
 *
 * The side panel: notes (moved here from the static summary), marks, the threads of the range, and what is to be known
 * about the data. */
import { createFindingsPanel } from './findings_panel.js';
import { afterNextFrame, el } from './dom.js';
import { createMarksPart } from './marks_part.js';
import { formatCount, formatShare, formatTime } from './numbers.js';
import { packageCss } from './palette.js';
import { escapeRegex } from './search.js';

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

/* One line of a table of shares: a bar under a name that may be a button. */
function shareRow({ name, more, note, title, share, swatch, onclick, buttonTitle, pressed }) {
    const bar = el('span', { class: 'bar' }, el('i', {})), text = [swatch || null, el('bdi', { class: 'name' }, name), note ? el('span', { class: 'quiet' }, note) : null];
    bar.firstChild.style.setProperty('width', share.width);
    const label = more ? el('span', { class: 'who' }, ...text) : el('button', { type: 'button', class: 'who', title: buttonTitle, onclick, 'aria-pressed': pressed ? 'true' : null }, ...text);
    return el('div', { class: 'thread', title }, label, el('span', { class: 'share' }, share.text), bar);
}

const shareOf = (part, whole) => ({ width: (whole ? part / whole * 100 : 0) + '%', text: formatShare(part, whole) });

/** app: see app.js. */
export function createSidePanel(app) {
    const own = createMarksPart(app);
    const notes = el('div', { id: 'fp-notes', class: 'notes' }), marks = el('ul', { id: 'fp-marks', class: 'plain' });
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
        const link = event.target.closest?.('a[href^="#"]');
        if (!link || !/[#&]t=/.test(link.getAttribute('href'))) return;
        event.preventDefault();
        const own = link.closest('[data-fp-notes]')?.getAttribute('data-fp-notes');
        app.follow(link.getAttribute('href'), /^\d+$/.test(own || '') ? Number(own) : -1);
    });

    function showMark({ from_ns, to_ns }) {
        const step = app.scene().p.step_ns, from = Math.ceil(from_ns / step);
        app.select({ from, to: Math.max(from + 1, Math.ceil(to_ns / step)) });
    }

    function showThreads({ threads: rows, weights: { weight: whole }, unit, state }) {
        const chosen = state.who.thread;
        parts.threads.hidden = rows.length === 0;
        const shown = rows.slice(0, ROWS_SHOWN), rest = rows.slice(ROWS_SHOWN);
        if (rest.length) shown.push({ name: `${formatCount(rest.length)} more`, threads: 0, weight: rest.reduce((a, r) => a + r.weight, 0), more: true });
        threads.replaceChildren(...shown.map((r) => shareRow({
            name: r.name || '[no name]', more: r.more || !r.name, note: r.threads > 1 ? ` (${formatCount(r.threads)})` : '', title: `${unit.format(r.weight)} ${unit.name}`, share: shareOf(r.weight, whole),
            pressed: r.name === chosen, buttonTitle: r.name === chosen ? 'show all threads' : 'show only this thread', onclick: () => app.chooseWho('thread', r.name === chosen ? null : r.name) })));
    }

    function showPackages({ packages: rows, weights: { weight: whole }, unit, state, dark, packageColours }) {
        parts.packages.hidden = !rows.some((r) => r.name);
        if (parts.packages.hidden) return;
        const shown = rows.slice(0, ROWS_SHOWN), n = rows.length - shown.length;
        if (n) shown.push({ name: `${formatCount(n)} more`, self: rows.slice(ROWS_SHOWN).reduce((a, r) => a + r.self, 0), more: true });
        packages.replaceChildren(...shown.map((r) => {
            const swatch = state.byPackage && !r.more ? el('i', { class: 'swatch' }) : null;
            swatch?.style.setProperty('background', packageCss(dark ? 'dark' : 'light', packageColours[r.id]));
            return shareRow({ name: r.name || '[none known]', more: r.more || !r.name, swatch, share: shareOf(r.self, whole), buttonTitle: 'search for this package',
                title: `self ${unit.format(r.self)} ${unit.name}` + (r.more ? '' : `, total ${unit.format(r.total)} ${unit.name} (${formatShare(r.total, whole)})`),
                onclick: () => app.apply({ query: `^${escapeRegex(r.name)}$` }, 'replace') });
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
                const at = `${formatTime(m.from_ns)}, ${formatTime(m.to_ns - m.from_ns)} long`;
                const link = el('a', { href: '#', 'data-fp-mark-link': true, onclick: (e) => { e.preventDefault(); showMark(m); } }, el('bdi', {}, m.label || 'mark'));
                return el('li', {}, link, el('span', { class: 'quiet' }, ' at ' + at), markNotes.get(`${k}.${i}`) || (m.note ? el('p', { dir: 'auto' }, m.note) : null));
            }));
            const rows = [...(head.meta || []), ...(p.facts || []), ['source', p.source], ['format', p.format],
                ['time step', p.has_time ? formatTime(p.step_ns) + (p.step_coarsened ? ', coarser than asked for' : '') : ''],
                ['made by', head.generator]].filter(([, v]) => v);
            about.replaceChildren(
                el('ul', { class: 'plain tally' }, ...tallyPhrases(p.tally).map((t) => el('li', {}, t))),
                el('dl', { class: 'facts' }, ...rows.flatMap(([k2, v]) => [el('dt', { dir: 'auto' }, String(k2)), el('dd', { dir: 'auto' }, String(v))])));
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
