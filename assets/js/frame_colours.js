/* SPDX-License-Identifier: MIT
 *
 * Colours of frames on the page: by kind, by package, or by what a comparison says; and the legend that names them. */
import { DEEP } from './diff_tree.js';
import { el, segmented } from './dom.js';
import { KIND_NAMES, ROOT_CLASS, ROOT_PACKAGE_CLASS, diffTable, flameTable, frameClasses, kindColour, packageClasses, packageCss, packageTable } from './palette.js';

/* Packages named under the graph; all of them stand in the side panel. */
const LEGEND_PACKAGES = 6;
export const KIND_WORDS = { user: 'user', kernel: 'kernel', jit: 'JIT', inlined: 'inlined', thread: 'thread' };
/** What has vanished is only an outline. */
const hollowLast = (table) => table.map((style, i) => (i === table.length - 1 ? { ...style, hollow: true } : style));

/** app: see app.js. root: the choice and the legend. */
export function createFrameColours(app) {
    const choice = segmented('fp-colours', 'Colours of the frames', [[false, 'Kind', 'colours tell user, kernel, JIT and inlined apart'], [true, 'Package', 'colours tell packages apart']],
        (byPackage) => app.apply({ byPackage }, 'replace'));
    const kinds = el('ul', { id: 'fp-kinds', class: 'kinds', 'aria-label': 'Colours of the frames' });
    let classes = null, classesOf = [], tables = null, tablesOf = '', diffTables = null, diffTablesOf = '';

    /** Of a comparison: by what each node grew or shrank. */
    function diffColouring({ dark, difference }) {
        const key = `diff ${dark}`, name = dark ? 'dark' : 'light', { classOf } = difference;
        if (diffTablesOf !== key) { diffTables = { plain: hollowLast(diffTable(name, DEEP)), faded: hollowLast(diffTable(name, DEEP, { faded: true })) }; diffTablesOf = key; }
        return { ...diffTables, classOf };
    }

    /** Class of a frame, and the fills of the classes. */
    function colouring({ dark, state: { byPackage }, view: { stacks }, packageColours }) {
        const theme = `${dark ? 'dark' : 'light'} ${byPackage}`;
        if (tablesOf !== theme) {
            const make = byPackage ? packageTable : flameTable, name = dark ? 'dark' : 'light';
            tables = { plain: make(name), faded: make(name, { faded: true }) };
            tablesOf = theme;
        }
        if (classesOf[0] !== stacks.frames || classesOf[1] !== byPackage) {
            classes = byPackage ? packageClasses(stacks, packageColours) : frameClasses(stacks);
            classesOf = [stacks.frames, byPackage];
        }
        const root = byPackage ? ROOT_PACKAGE_CLASS : ROOT_CLASS, of = classes;
        return { ...tables, frameClass: (f) => of[f], nodeClass: ({ frame }) => (node) => (node === 0 ? root : of[frame[node]]) };
    }

    function render(scene) {
        const { state: s, difference, dark, store } = scene;
        const theme = dark ? 'dark' : 'light';
        choice.set(s.byPackage);
        choice.root.hidden = store.stacks.packages.length < 2 || (difference && s.view !== 'table');
        const rows = difference && s.view !== 'table' ? diffLegend(theme) : s.byPackage ? scene.packages.filter((r) => r.name).slice(0, LEGEND_PACKAGES).map((r) => [r.name, packageCss(theme, scene.packageColours[r.id])])
            : KIND_NAMES.map((name, k) => [KIND_WORDS[name], kindColour(theme, k)]).filter((_, k) => scene.kinds.has(k));
        kinds.replaceChildren(...rows.map(([text, colour]) => {
            const swatch = el('i', { class: 'swatch' });
            if (colour) swatch.style.setProperty('background', colour); else swatch.classList.add('hollow');
            return el('li', {}, swatch, el('bdi', {}, text));
        }));
    }

    const diffLegend = (theme) => { const t = diffTable(theme, DEEP); return [['less than in the base', t[0].fill], ['as much', t[DEEP].fill], ['more', t[2 * DEEP].fill], ['only in the base', '']]; };

    return { roots: [choice.root, kinds], colouring, diffColouring, render };
}
