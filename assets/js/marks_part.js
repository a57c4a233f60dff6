/* SPDX-License-Identifier: MIT
 *
 * Marks of the reader in the side panel: a list, and a form for a new one or for one that is changed. They live in the
 * address; "Save a copy" puts them into a file. */
import { button, el, link, tell } from './dom.js';
import { formatSeconds, formatSteps, parseRange } from './numbers.js';
import { MOST_MARKS, makeMark, withMark } from './reader_marks.js';

/** app: see app.js. Returns {root, any(), render(scene), open()}. */
export function createMarksPart(app) {
    const list = el('ul', { class: 'plain', id: 'fp-own-marks' });
    const field = (label, node) => el('label', { class: 'field' }, el('span', {}, label), node), text = (id, more) => el('input', { id, type: 'text', autocomplete: 'off', ...more });
    const label = text('fp-mark-label', { maxlength: '200', placeholder: 'GC pause' }), range = text('fp-mark-range', { spellcheck: 'false' }), note = el('textarea', { id: 'fp-mark-note', rows: '2', maxlength: '2000' });
    const error = el('p', { class: 'mark-error', role: 'alert', id: 'fp-mark-error', hidden: true });
    const form = el('form', { id: 'fp-mark-form', class: 'mark-form', hidden: true, 'aria-label': 'Mark', onsubmit: (e) => { e.preventDefault(); keep(); }, onkeydown: escape }, field('Label', label), field('Range', range), field('Note', note), error,
        el('div', { class: 'form-buttons' }, el('button', { type: 'submit', class: 'button', id: 'fp-mark-keep' }, 'Keep'), button('fp-mark-cancel', 'Cancel', close)));
    const save = button('fp-save-copy', 'Save a copy', () => app.saveCopy(), { title: 'a new file of this report with your marks in it' });
    const root = el('div', { class: 'own-marks' }, list, form, save);
    let changed = null;

    function escape(e) {
        if (e.key !== 'Escape') return;
        e.preventDefault();
        e.stopPropagation();
        close();
    }

    function open(mark = null) {
        const { p, range: now } = app.scene(), shown = mark || now;
        changed = mark;
        range.value = `${formatSeconds(shown.from, p.step_ns)}..${formatSeconds(Math.min(shown.to, Math.max(1, p.n_steps)), p.step_ns)}`;
        label.value = mark?.label ?? '';
        note.value = mark?.note ?? '';
        form.hidden = false;
        error.hidden = true;
        app.render();
        label.focus();
        form.scrollIntoView({ block: 'nearest' });
    }

    function close() {
        form.hidden = true;
        changed = null;
        app.render();
        document.getElementById('fp-mark')?.focus();
    }

    function keep() {
        const { p, state } = app.scene(), read = parseRange(range.value, p), mark = makeMark(state.profile, read.range, label.value, note.value);
        const wrong = read.error || (mark ? '' : 'a mark needs a label') || (!changed && state.marks.length >= MOST_MARKS ? `no more than ${MOST_MARKS} marks fit into an address` : '');
        tell(error, wrong);
        if (wrong) { (read.error ? range : label).focus(); return; }
        app.apply({ marks: withMark(state.marks, mark, changed) }, 'replace');
        app.say(changed ? 'mark changed' : 'mark added');
        close();
    }

    function row(mark, p) {
        const act = (name, word, run) => el('button', { class: 'link', 'aria-label': `${word} mark ${mark.label}`, onclick: run }, name);
        return el('li', {}, link(mark.label, () => app.select({ from: mark.from, to: mark.to }), { 'data-own-mark': true }), el('span', { class: 'quiet' }, ` at ${formatSteps(mark.from, p.step_ns)}, ${formatSteps(mark.to - mark.from, p.step_ns)} long `),
            act('edit', 'Edit', () => open(mark)), ' ', act('remove', 'Remove', () => { app.apply({ marks: withMark(app.scene().state.marks, null, mark) }, 'replace'); app.say('mark removed'); }), mark.note ? el('p', { dir: 'auto' }, mark.note) : null);
    }

    return {
        root, open,
        any: () => !form.hidden || app.scene().state.marks.some((m) => m.profile === app.scene().state.profile),
        render({ state, p }) {
            save.hidden = !state.marks.length;
            if (list.marks === state.marks && list.profile === state.profile) return;
            Object.assign(list, { marks: state.marks, profile: state.profile });
            list.replaceChildren(...state.marks.filter((m) => m.profile === state.profile).map((m) => row(m, p)));
        },
        /** Another profile: what is being written belongs to the one before. */
        showProfile() { form.hidden = true; changed = null; },
    };
}
