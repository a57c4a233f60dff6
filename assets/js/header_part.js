/* SPDX-License-Identifier: MIT
 *
 * The top of the page: title, one line of facts, what is to be doubted, the tabs of the profiles. */
import { button, el } from './dom.js';
import { formatTime } from './numbers.js';
import { tallyPhrases } from './side_panel.js';
import { instant, recordsOf, roundSpan, samplesOf, unitOf, words } from './units.js';

const MOST_DOUBTS = 4;

/** app: see app.js. */
export function createHeaderPart(app) {
    const { head } = app;
    const facts = el('p', { class: 'facts-line', id: 'fp-facts' }), tally = el('p', { class: 'tally-line', id: 'fp-tally', hidden: true });
    const copy = button('fp-copy', 'Copy link', copyLink);
    const tabs = el('nav', { class: 'tabs', role: 'tablist', 'aria-label': 'Profiles', hidden: head.profiles.length < 2 });
    const buttons = el('div', { class: 'head-buttons' }, copy, button('fp-keys-open', '? Keys', () => app.sheet.toggle(true), { 'aria-haspopup': 'dialog' }));
    const root = el('header', {}, el('div', { class: 'head' }, el('div', { class: 'head-text' }, el('h1', { dir: 'auto' }, head.title), facts), buttons), tally, tabs);

    if (head.profiles.length > 1) tabs.append(...head.profiles.map((p, k) => el('button', { role: 'tab', 'data-profile': String(k), 'aria-selected': 'false',
        onclick: () => app.showProfile(k) }, el('bdi', {}, p.title || p.id))));
    tabs.addEventListener('keydown', (event) => {
        const now = app.scene().state.profile, last = head.profiles.length - 1;
        const k = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: last }[event.key];
        if (!(k >= 0 && k <= last)) return;
        event.preventDefault();
        event.stopPropagation();
        app.showProfile(k);
        tabs.children[k].focus();
    });

    function phrases({ p, state }) {
        const find = (key) => (head.meta || []).concat(p.facts || []).find(([k]) => key.test(k))?.[1];
        const e = p.events[state.event], rate = p.rate_hz ? ` ${Number(p.rate_hz.toPrecision(3))} Hz` : '', counted = p.weight === 'count';
        const title = head.profiles.length < 2 && p.title !== head.title ? p.title : '';
        return [title, find(/^host(name)?$/i), find(/^region$/i), e && (rate || e.name !== 'samples') ? e.name + rate : '', p.cpus ? `${p.cpus} CPUs` : '',
            p.clock_epoch_ns ? instant(p.clock_epoch_ns, 0n, 0) : '', p.has_time ? formatTime(roundSpan(p.n_steps * p.step_ns)) : '',
            e ? words(counted ? unitOf(p, state.event) : recordsOf(p, state.event), samplesOf(p, e) - (state.showIdle ? 0 : Number(counted ? e.idle_weight : e.n_idle))) : ''].filter(Boolean);
    }

    async function copyLink() {
        const done = await app.copyText(app.link());
        app.say(copy.textContent = done ? 'Copied' : 'Copy from the address bar');
        setTimeout(() => { copy.textContent = 'Copy link'; }, 1600);
    }

    return {
        root,
        /** Buttons of other parts go here. */
        buttons,
        showProfile({ p }) {
            // What a budget took away goes first: it is about every number of the profile.
            const coarser = p.facts.filter(([key]) => key === 'coarsened').map(([, what]) => `coarsened: ${what}`);
            const doubts = [...coarser, ...tallyPhrases(p.tally).slice(0, MOST_DOUBTS)];
            tally.hidden = doubts.length === 0;
            tally.textContent = doubts.join(' · ');
        },
        render(scene) {
            facts.replaceChildren(...phrases(scene).flatMap((t, i) => [i ? ' · ' : '', el('bdi', {}, t)]));
            for (const tab of tabs.children) {
                const chosen = tab.dataset.profile === String(scene.state.profile), was = tab.getAttribute('aria-selected') === 'true';
                tab.setAttribute('aria-selected', String(chosen));
                tab.tabIndex = chosen ? 0 : -1;
                if (chosen && !was) tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });
            }
        },
    };
}
