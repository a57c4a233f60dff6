/* SPDX-License-Identifier: MIT
 *
 * What of the profile is shown: the event, whose samples, idle time or not. */
import { button, el, offer } from './dom.js';
import { formatCount } from './numbers.js';
import { samplesOf, unitOf } from './units.js';
import { EVERYONE, WHO_KEYS, WHO_LABELS, choose, isEveryone } from './who.js';

/** app: see app.js. */
export function createPickPart(app) {
    const event = el('select', { id: 'fp-event', 'aria-label': 'Event', onchange: () => app.apply({ event: event.selectedIndex, zoom: 0 }, 'push') });
    const eventLabel = el('label', { class: 'pair' }, 'event', event);
    const lists = Object.fromEntries(WHO_KEYS.map((key) => {
        const select = el('select', { id: `fp-who-${key}`, class: 'who-list', onchange: () => chooseWho(key, values[key][select.selectedIndex - 1]?.value ?? null) });
        return [key, { select, label: el('label', { class: 'pair', hidden: true }, WHO_LABELS[key], select) }];
    }));
    const everyone = button('fp-everyone', 'Clear filter', () => app.apply({ who: EVERYONE }, 'push'), { hidden: true });
    const idle = el('input', { type: 'checkbox', id: 'fp-idle', onchange: () => app.apply({ showIdle: idle.checked }, 'replace') });
    const idleText = el('span', {}), idleLabel = el('label', { class: 'check', for: 'fp-idle', hidden: true }, idle, idleText);
    const root = el('div', { class: 'pick' }, eventLabel, ...Object.values(lists).map((l) => l.label), everyone, idleLabel);
    let values = {};

    function chooseWho(key, value) {
        const { p, state } = app.scene();
        app.apply({ who: choose(p, state.who, key, value) }, 'push');
    }

    function showChoices({ choices, unit, store, state }) {
        if (choices === values) return;
        values = choices;
        for (const [key, { select, label }] of Object.entries(lists)) {
            label.hidden = !choices[key].length;
            offer(select, [['', 'all'], ...choices[key].map((c, i) => [i, store ? `${c.text} (${unit.format(c.weight)})` : c.text])]);
            select.selectedIndex = 1 + choices[key].findIndex((c) => c.value === state.who[key]);
        }
    }

    return {
        root, chooseWho,
        showProfile({ p }) {
            offer(event, p.events.map((e, i) => [i, `${e.name} (${(p.weight === 'count' ? unitOf(p, i).format : formatCount)(samplesOf(p, e))})`]));
            eventLabel.hidden = p.events.length < 2;
        },
        render(scene) {
            const { p, state } = scene, e = p.events[state.event], nIdle = Number(e.n_idle);
            event.selectedIndex = state.event;
            everyone.hidden = isEveryone(state.who);
            idleLabel.hidden = !nIdle;
            idle.checked = state.showIdle;
            idleText.textContent = `idle: ${formatCount(nIdle)} ${state.showIdle ? 'shown' : 'hidden'}`;
            showChoices(scene);
        },
    };
}
