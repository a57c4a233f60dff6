/* SPDX-License-Identifier: MIT
 *
 * What a reader can do to the stacks: the menu of a frame, the menu for all of them, and the list of what has been done,
 * each with a button that takes it back. */
import { button, el } from './dom.js';
import { frameName } from './layout.js';
import { openMenu } from './menu.js';
import { escapeRegex } from './search.js';
import { describeTransform, withTransform } from './transforms.js';

const exactly = (name) => `^${escapeRegex(name)}$`;
const short = (name) => (name.length > 40 ? `${name.slice(0, 40)}…` : name);

/* Keys on a frame, as in the Firefox Profiler as far as it has the same. */
const KEYS = { f: 'focus', m: 'hide', c: 'fold', r: 'rec', d: 'drop' };

/** app: see app.js. */
export function createTransformBar(app) {
    const list = el('ul', { id: 'fp-transforms', class: 'chips', 'aria-label': 'What was done to the stacks' });
    const opener = button('fp-transform', 'Transform ▾', () => openAll(), { 'aria-haspopup': 'menu', title: 'merge, collapse or hide frames' });
    const state = () => app.scene().state;

    function add(op, arg, more = {}) {
        const transforms = withTransform(state().transforms, op, arg);
        app.apply({ transforms, ...more }, 'push');
        app.say(transforms === state().transforms ? `${describe(transforms.at(-1)).join(' ')}: done` : '');
    }

    const act = (text, note, ...how) => ({ text, note, run: () => add(...how) });

    const describe = (t) => describeTransform(t, (node) => (app.scene().store ? frameName(app.scene().store.stacks, Math.min(node, app.scene().p.n_nodes - 1)) : String(node)));

    function openAll() {
        const box = opener.getBoundingClientRect(), s = state(), has = (op) => s.transforms.some((t) => t.op === op && t.arg === '');
        const all = (op, text, note) => ({ text, note, checked: has(op), run: () => (has(op) ? app.apply({ transforms: s.transforms.filter((t) => t.op !== op || t.arg !== '') }, 'push') : add(op, '')) });
        const tiny = (share, text) => ({ text, checked: s.tiny === share, run: () => app.apply({ tiny: s.tiny === share ? 0 : share }, 'push') });
        openMenu({ x: box.left, y: box.bottom + 2, title: 'All frames', items: [
            all('mine', 'My code only', 'hides kernel, C library and runtimes'), all('rec', 'Collapse recursion', 'a function that calls itself is one frame'),
            all('pkg', 'Merge by package'), all('mod', 'Merge by module'),
            ...(s.query ? [act(`Only frames that match /${short(s.query)}/`, 'hides the others', 'only', s.query, { query: '' })] : []), null,
            tiny(0.001, 'Hide frames under 0.1 %'), tiny(0.01, 'Hide frames under 1 %'), tiny(0.05, 'Hide frames under 5 %'),
            ...(s.transforms.length ? [null, { text: 'Take all back', run: () => app.apply({ transforms: [], tiny: 0 }, 'push') }] : [])] });
    }

    /** frame: {name, package, module, kind}; more: items of the view before and after; path: node of the first trie, or -1. */
    function openFrame({ name, package: own, module }, x, y, { before = [], after = [], path = -1 } = {}) {
        openMenu({ x, y, title: name || '[no name]', items: [...before,
            { text: 'Show callers and callees', note: 'middle-out', run: () => middle(name) }, null,
            act('Focus', 'stacks begin here · f', 'focus', name), path > 0 && act('Only this path', 'leaves out all others', 'path', String(path)),
            act('Hide', 'its time goes to its caller · m', 'hide', name), act('Fold', 'what it calls counts as its own · c', 'fold', name), act('Collapse its recursion', 'r', 'rec', name),
            act('Leave out stacks with it', 'd', 'drop', name), act('Keep only stacks with it', '', 'keepcase', exactly(name)),
            own && act(`Merge package ${short(own)}`, 'into one frame', 'pkg', own), own && act(`Only code of ${short(own)}`, '', 'only', exactly(own)),
            module && module !== own && act(`Merge module ${short(module)}`, 'into one frame', 'mod', module), null,
            { text: 'Search for it', run: () => app.apply({ query: exactly(name), caseSensitive: true }, 'push') },
            { text: 'Copy name', run: () => app.copyText(name) }, ...after].filter((item) => item || item === null) });
    }

    function middle(name) { app.apply({ view: 'middle', middle: name, zoom: 0, up: 0 }, 'push'); }

    return {
        opener, list, openFrame, add, middle,
        /** A key on a frame; true when it is one. */
        key(name, event) {
            const op = KEYS[event.key];
            if (op) add(op, name); else if (event.key === 'o') middle(name); else return false;
            return true;
        },
        /** Takes the last one back. */
        undo() {
            const { transforms, tiny } = state();
            if (!transforms.length && !tiny) return false;
            app.apply(transforms.length ? { transforms: transforms.slice(0, -1) } : { tiny: 0 }, 'push');
            return true;
        },
        render({ state: { transforms, tiny } }) {
            const chip = (what, name, run) => el('li', { class: 'chip' }, el('span', { class: 'quiet' }, what), name ? el('bdi', { title: name.slice(0, 300) }, short(name)) : null,
                el('button', { 'aria-label': `take back: ${what} ${name.slice(0, 100)}`, title: 'take this back', onclick: run }, '×'));
            list.hidden = !transforms.length && !tiny;
            list.replaceChildren(...transforms.map((t, i) => chip(...describe(t), () => app.apply({ transforms: transforms.filter((_, k) => k !== i) }, 'push'))),
                ...(tiny ? [chip(`frames under ${tiny * 100} % hidden`, '', () => app.apply({ tiny: 0 }, 'push'))] : []));
        },
    };
}
