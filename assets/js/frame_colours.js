/* SPDX-License-Identifier: MIT
 *
 * Colours of frames on the page: by kind, by package, or by what a comparison says; and the legend that names them. */
import { DEEP } from './diff_tree.js';
import { el, segmented, swatch } from './dom.js';
import { KIND_NAMES, ROOT_CLASS, ROOT_PACKAGE_CLASS, diffTable, flameTable, frameClasses, kindColour, packageClasses, packageCss, packageTable } from './palette.js';
import { remember } from './remember.js';

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
    const both = (make) => ({ plain: make({}), faded: make({ faded: true }) }), themeOf = ({ dark }) => (dark ? 'dark' : 'light');
    const tablesOf = remember((theme, byPackage) => both((how) => (byPackage ? packageTable : flameTable)(theme, how)));
    const diffTablesOf = remember((theme) => both((how) => hollowLast(diffTable(theme, DEEP, how))));
    const classesOf = remember((frames, names, packages) => (packages ? packageClasses({ frames, names }, packages) : frameClasses({ frames, names })));

    /** The fills of classes, and the class of a frame and of a node. */
    function colouring(scene) {
        const { state: { byPackage }, view: { stacks }, packageColours } = scene, classes = classesOf(stacks.frames, stacks.names, byPackage && packageColours), root = byPackage ? ROOT_PACKAGE_CLASS : ROOT_CLASS;
        return { ...tablesOf(themeOf(scene), byPackage), frameClass: (f) => classes[f], nodeClass: ({ frame }) => (node) => (node === 0 ? root : classes[frame[node]]) };
    }

    /** Of a comparison: by what each node grew or shrank. */
    const diffColouring = (scene) => ({ ...diffTablesOf(themeOf(scene)), classOf: scene.drawn.classOf });

    function render(scene) {
        const { state: s, difference, store, packageColours } = scene, theme = themeOf(scene), isDiff = difference && s.view !== 'table';
        choice.set(s.byPackage);
        choice.root.hidden = store.stacks.packages.length < 2 || isDiff;
        const rows = isDiff ? diffLegend(diffTablesOf(theme).plain) : s.byPackage ? scene.packages.filter((r) => r.name).slice(0, LEGEND_PACKAGES).map((r) => [r.name, packageCss(theme, packageColours[r.id])])
            : KIND_NAMES.map((name, k) => [KIND_WORDS[name], kindColour(theme, k)]).filter((_, k) => scene.kinds.has(k));
        kinds.replaceChildren(...rows.map(([text, colour]) => el('li', {}, swatch(colour), el('bdi', {}, text))));
    }

    const diffLegend = (t) => [['less than in the base', t[0].fill], ['as much', t[DEEP].fill], ['more', t[2 * DEEP].fill], ['only in the base', '']];

    return { roots: [choice.root, kinds], colouring, diffColouring, render };
}
