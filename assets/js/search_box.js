/* SPDX-License-Identifier: MIT
 *
 * The search: the field, what share it finds, the step from one match to the next, and keep-only. */
import { el, onNextFrame, tell } from './dom.js';
import { formatShare } from './numbers.js';
import { words } from './units.js';

/** app: see app.js. matches: {list() -> what can be shown, show(one)} of the view that is open. keepOnly(). */
export function createSearchBox(app, { matches, keepOnly }) {
    const input = el('input', { id: 'fp-search', type: 'search', placeholder: 'Search frames (regex)', 'aria-label': 'Search frames, a regular expression',
        'aria-describedby': 'fp-search-error fp-matched', autocomplete: 'off', spellcheck: 'false', oninput: () => { waits = true; searchNow(); } });
    const withCase = el('button', { id: 'fp-case', 'aria-pressed': 'false', title: 'match upper and lower case',
        onclick: () => app.apply({ caseSensitive: !app.scene().state.caseSensitive }, 'replace') }, 'Aa');
    const error = el('span', { id: 'fp-search-error', class: 'field-error', role: 'alert', hidden: true });
    const field = el('div', { class: 'search', role: 'search' }, input, withCase, error);

    const matched = el('output', { id: 'fp-matched', class: 'num' }), place = el('output', { id: 'fp-match-place', class: 'num quiet' });
    const small = (id, text, title, run) => el('button', { class: 'button small', id, title, 'aria-label': title, onclick: run }, text);
    const found = el('div', { class: 'found-row', hidden: true }, matched, small('fp-match-before', '‹', 'previous match (N)', () => step(-1)), place, small('fp-match-next', '›', 'next match (n)', () => step(1)),
        small('fp-keep', 'Keep only', 'leave out all stacks without a match', () => keepOnly()));

    let waits = false, at = -1, list = null;
    const searchNow = onNextFrame(() => { waits = false; app.apply({ query: input.value }, 'replace'); });
    input.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter' || !app.scene().hit) return;
        event.preventDefault();
        step(event.shiftKey ? -1 : 1);
    });

    function step(by) {
        if (!app.scene().store || !app.scene().hit) return;
        list ??= matches.list();
        if (!list.length) { place.textContent = 'none here'; return; }
        at = at < 0 ? (by > 0 ? 0 : list.length - 1) : (at + by + list.length) % list.length;
        matches.show(list[at]);
        place.textContent = `${at + 1} of ${list.length}`;
        app.say(place.textContent);
    }

    return {
        field, found, step,
        focus() { input.focus(); input.select(); },
        clear() { input.value = ''; app.apply({ query: '' }, 'replace'); },
        render(scene) {
            const { state, unit } = scene, { error: wrong } = scene.search;
            withCase.setAttribute('aria-pressed', String(state.caseSensitive));
            if (!waits) input.value = state.query;
            tell(error, wrong, input);
            found.hidden = !scene.store || !scene.hit;
            at = -1;
            list = null;
            place.textContent = '';
            if (found.hidden) { matched.textContent = ''; return; }
            const part = scene.matched, all = scene.weights.weight;
            matched.textContent = `${formatShare(part, all)} matched` + (state.range ? ` · ${formatShare(scene.p.has_time ? scene.lit.sum : part, scene.wholeWeight)} of the whole` : '');
            matched.title = `${words(unit, part)} on stacks with a match`;
        },
    };
}
