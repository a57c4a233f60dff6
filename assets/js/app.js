/* SPDX-License-Identifier: MIT
 *
 * State in, views out. One state (state.js) says what is shown; every control makes a new one; apply() writes it into
 * the address and render() tells each view what changed. What is costly (cells, weights, matches) is kept as long as
 * what it was made from stays. */
import { binCells, cellsFromCounts, columnsOf, fitGrid, offeredPeriods, offeredRows, scaleTop } from './cells.js';
import { el, onNextFrame, segmented, themeColors } from './dom.js';
import { createFlameView } from './flame_view.js';
import { createHeatmapView } from './heatmap_view.js';
import { createKeySheet, listenKeys } from './keys.js';
import { ancestorsOf, frameKind, frameModule, frameName, framePackage } from './layout.js';
import { readCounts, readHead, readStore } from './load.js';
import { formatCount, formatInstant, formatSeconds, formatShare, formatSteps, formatTime, nsOfSteps, parseRange } from './numbers.js';
import { packagesIn } from './packages.js';
import { KIND_NAMES, kindColour, packageColours, packageCss } from './palette.js';
import { compileSearch, escapeRegex, matchFrames, matchedWeight } from './search.js';
import { buildShell } from './shell.js';
import { createSidePanel, tallyPhrases } from './side_panel.js';
import { defaultState, printState, readState } from './state.js';
import { createTooltip } from './tooltip.js';
import { EVERYONE, WHO_KEYS, WHO_LABELS, choicesOf, choose } from './who.js';

/* Packages named under the graph; all of them stand in the side panel. */
const LEGEND_PACKAGES = 6;
const KIND_WORDS = { user: 'user', kernel: 'kernel', jit: 'JIT', inlined: 'inlined', thread: 'thread' };

/** f again only when one of the arguments is another. */
function remember(f) {
    let last = null, value;
    return (...args) => {
        if (!last || args.some((a, i) => a !== last[i])) { value = f(...args); last = args; }
        return value;
    };
}

/** How an event's weights are written. */
function unitOf(profile, event) {
    if (profile.events[event]?.n_spans) return { name: '', format: (v) => formatTime(Math.round(v)) };
    if (profile.weight === 'samples') return { name: 'samples', format: formatCount };
    const full = profile.events[event].name, name = profile.weight === 'count' ? full.replace(/^.*\/(?=.)/s, '') : full;
    const ns = { nanoseconds: 1, microseconds: 1e3, milliseconds: 1e6 }[name];
    if (profile.weight === 'count') return ns ? { name: '', format: (v) => formatTime(Math.round(v * ns)) } : { name, format: formatCount };
    if (/clock/.test(name)) return { name: '', format: (v) => formatTime(Math.round(v / 1e4) * 1e4) };
    return { name, format: formatCount };
}

/** Where records stand for many samples each, what they add up to. */
const samplesOf = (profile, e) => Number(profile.weight === 'count' ? e.weight : e.n_samples);

/** An instant as exact as a reader needs: milliseconds at most, or whole seconds. */
function instant(epoch, ns, digits = 3) {
    return formatInstant(epoch, ns).replace(/\.\d+/, (f) => (digits ? f.slice(0, digits + 1) : ''));
}

const words = (unit, v) => `${unit.format(v)} ${v === 1 && unit.name === 'samples' ? 'sample' : unit.name}`.trim();

/** Returns the test hook of page.js. */
export function startApp(root, fail) {
    const head = readHead(), panels = head.profiles.map(() => ({ counts: null, store: null, counting: null, wanted: null }));
    const timings = { start: performance.now() };
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    let colors = themeColors(), printing = false, state, matching = null, lastSelect = null, hoverCell = -1, shown = null;

    const heatmap = createHeatmapView({
        onSelect: (from, to, { done }) => apply({ range: { from, to } }, done ? 'push' : 'none'),
        onHover: (cell, byKey) => { hoverCell = cell; sayCell(byKey); },
    });
    const flame = createFlameView({
        onZoom: (node) => apply({ zoom: node === state.zoom ? 0 : node }, 'push'),
        onHover: (node, event) => sayFrame(node, event),
    });
    const tooltip = createTooltip(), sheet = createKeySheet();
    const side = createSidePanel({
        onLink: (hash, k) => setState(readState(mergeLink(hash, k), head).state, 'push'),
        onMark: (m) => {
            const step = profileOf().step_ns;
            apply({ range: { from: Math.ceil(m.from_ns / step), to: Math.max(Math.ceil(m.from_ns / step) + 1, Math.ceil(m.to_ns / step)) } }, 'push');
        },
        onThread: (name) => chooseWho('thread', name),
        onPackage: (name) => apply({ query: `^${escapeRegex(name)}$` }, 'replace'),
    });
    const ui = buildShell({
        copy: copyLink, sheet: () => sheet.toggle(true), whole: () => whole(),
        event: (event) => apply({ event, zoom: 0 }, 'push'), period: (periodNs) => apply({ periodNs }, 'replace'),
        rows: (rows) => { apply({ rows: fitGrid(profileOf(), state.periodNs, rows).rows }, 'replace'); ui.rows.value = String(state.rows); },
        palette: (palette) => apply({ palette }, 'replace'), scale: (scale) => apply({ scale }, 'replace'),
        idle: (showIdle) => apply({ showIdle }, 'replace'), typed, zoom: (zoom) => apply({ zoom }, 'push'),
        icicle: (icicle) => apply({ icicle }, 'replace'), byPackage: (byPackage) => apply({ byPackage }, 'replace'), choose: chooseWho, everyone: () => apply({ who: EVERYONE }, 'push'), search: (query) => searchSoon(query),
        withCase: () => apply({ caseSensitive: !state.caseSensitive }, 'replace'),
    }, { map: heatmap.root, flame: flame.root, side: side.root, tooltip: tooltip.root, sheet: sheet.root });
    root.replaceChildren(...ui.root);

    // ---- state

    const profileOf = () => head.profiles[state.profile];
    /* A link in the notes of profile k (-1: of the report): what it does not say stays as it is. */
    function mergeLink(hash, k) {
        const keyOf = (part) => part.split('=')[0], parts = hash.replace(/^#/, '').split('&').filter(Boolean);
        if (!parts.some((part) => keyOf(part) === 'p')) parts.push(`p=${encodeURIComponent(head.profiles[k >= 0 ? k : state.profile].id)}`);
        const same = readState(`#${parts.join('&')}`, head).state.profile === state.profile;
        const now = same ? printState(state, head).replace(/^#/, '').split('&').filter(Boolean) : [];
        return `#${[...new Map([...now, ...parts].map((part) => [keyOf(part), part])).values()].join('&')}`;
    }

    function chooseWho(key, value) { apply({ who: choose(profileOf(), state.who, key, value) }, 'push'); }

    const wholeOf = (p) => ({ from: 0, to: Math.max(1, p.n_steps) });

    function apply(change, history) { setState({ ...state, ...change }, history); }

    function setState(next, history) {
        const p = head.profiles[next.profile];
        if (next.zoom >= p.n_nodes) next.zoom = 0;
        state = next;
        if (history !== 'none') writeAddress(history);
        render();
    }

    /** A sandboxed frame may have no history: the page then works without an address. */
    function writeAddress(how) {
        const hash = printState(state, head) || '#';
        if (hash === (window.location.hash || '#')) return;
        try {
            if (how === 'push') window.history.pushState(null, '', hash); else window.history.replaceState(null, '', hash);
        } catch {
            try { if (how === 'push') window.location.hash = hash; else window.location.replace(hash); } catch { /* no address, then */ }
        }
    }

    function readAddress() {
        const { state: read, problems, anchor } = readState(window.location.hash, head);
        if (anchor && state) return;
        notice(problems.length ? `Part of the link was not understood: ${problems.join('; ')}` : '');
        heatmap.drop();
        setState(read, 'none');
    }

    function notice(text) { ui.notice.textContent = text; ui.notice.hidden = !text; }

    // ---- what is made from the state

    const gridOf = remember((p, periodNs, rows) => {
        const { periodSteps, rows: fitted, nSteps } = fitGrid(p, periodNs, rows), grid = { periodSteps, rows: fitted, nSteps };
        return Object.freeze({ ...grid, columns: columnsOf(grid) });
    });
    const filterOf = remember((store, event, who, showIdle) => store.filter({ event, who, showIdle }));
    /* Counts are of everyone: for one thread the map waits for the samples. */
    const cellsOf = remember((p, store, counts, event, who, showIdle, grid) => {
        if (store) return binCells(store.samples, filterOf(store, event, who, showIdle), grid);
        return cellsFromCounts(counts && isEveryone(who) ? counts.events[event].levels : [], { ...grid, stepNs: p.step_ns, showIdle });
    });
    const choicesFor = remember((p, store, event, who, showIdle) => choicesOf(p, choiceWeights(store, event, showIdle), who));
    const choiceWeights = remember((store, event, showIdle) => store.weightsOf(store.whole(), store.filter({ event, showIdle })));
    const kindsOf = remember((stacks) => new Set(stacks.frames.kind));
    const coloursOf = remember(packageColours);
    const packagesOf = remember((store, weights) => packagesIn(store.stacks, store.end, weights));
    const topOf = remember((cells, scale) => scaleTop(cells, scale));
    const wholeWeights = remember((store, filter) => store.weigh(store.whole(), filter, 'whole'));
    const rangeWeights = remember((store, filter, from, to) => ({ ...store.weigh({ from, to }, filter, 'range') }));
    const threadsOf = remember((store, filter, from, to) => store.threadsIn({ from, to }, filter).byName);
    const isEveryone = (who) => WHO_KEYS.every((key) => who[key] === null);
    const filterNow = (store) => filterOf(store, state.event, state.who, state.showIdle);
    const cellsNow = (p, panel, grid) => cellsOf(p, panel.store, panel.counts, state.event, state.who, state.showIdle, grid);
    const searchOf = remember((query, caseSensitive) => compileSearch(query, { caseSensitive }));
    const hitsOf = remember((stacks, search) => (search.regex ? matchFrames(search.regex, stacks) : null));
    const marksOf = remember((p) => (p.marks || []).map((m) => ({ from: m.from_ns / p.step_ns, to: m.to_ns / p.step_ns, label: m.label }))
        .sort((a, b) => a.from - b.from));

    // ---- rendering

    function render() {
        const began = performance.now(), p = profileOf(), panel = panels[state.profile];
        if (shown !== state.profile) showProfile();
        const unit = unitOf(p, state.event), range = state.range || wholeOf(p);
        controls(p);
        if (p.has_time && (panel.counts || panel.store)) renderMap(p, panel, unit);
        if (panel.store) renderGraph(p, panel, unit, range);
        else { matching = null; flame.update({ store: null, message: 'Decoding the stacks…', label: 'flame graph, not decoded yet', icicle: state.icicle, colors, dark: isDark(), unit }); }
        facts(p, panel, unit, range);
        if (panel.store) timings.select = performance.now() - began;
    }

    const isDark = () => dark.matches && !printing;

    function renderMap(p, panel, unit) {
        const grid = gridOf(p, state.periodNs, state.rows);
        const cells = cellsNow(p, panel, grid), top = topOf(cells, state.scale);
        const seconds = grid.periodSteps * p.step_ns / 1e9 / grid.rows, full = p.cpus && p.rate_hz && p.weight === 'samples' && !p.events[state.event]?.n_spans ? p.cpus * p.rate_hz * seconds : 0;
        const fullText = full >= 0.5 ? `about ${formatCount(full)} = ${p.cpus === 1 ? 'the CPU' : p.cpus === 2 ? 'both CPUs' : `all ${p.cpus} CPUs`} busy` : '';
        const notes = [`${unit.name || 'time'} per cell of ${formatTime(Math.round(seconds * 1e9))}`, fullText,
            top.clipped ? `robust: ${top.clipped} of ${formatCount(grid.columns * grid.rows)} cells above ${unit.format(top.top)} share its colour, the most is ${unit.format(cells.max)}` : '',
            cells.exact ? '' : 'approximate until the samples are decoded'];
        ui.scaleNote.textContent = notes.filter(Boolean).join(' · ');
        heatmap.update({ grid, cells, top, selection: state.range, marks: marksOf(p), palette: state.palette, dark: isDark(), colors, unit, stepNs: p.step_ns,
            clock: p.clock_epoch_ns ?? null, full: fullText,
            label: `Heatmap of ${p.title || p.id}: ${formatCount(grid.columns)} columns of ${formatTime(grid.periodSteps * p.step_ns)}, ${grid.rows} rows, fullest cell ${words(unit, cells.max)}` });
    }

    function renderGraph(p, panel, unit, range) {
        const { store } = panel, filter = filterNow(store);
        const weights = rangeWeights(store, filter, range.from, range.to), { total } = weights, { stacks } = store;
        // A zoomed frame that is not in this range gives way to its nearest ancestor that is.
        let zoom = state.zoom;
        while (zoom && !total[zoom]) zoom = stacks.parent[zoom];
        const search = searchOf(state.query, state.caseSensitive), hit = hitsOf(stacks, search);
        matching = hit ? matchedWeight(stacks, total, hit, { root: zoom, end: store.end }) : null;
        lastSelect = { from: range.from, to: range.to, samples: weights.samples, weight: weights.weight, whole: !state.range };
        flame.update({ store, weights, zoom, icicle: state.icicle, hit, dark: isDark(), colors, unit,
            byPackage: state.byPackage, packageColours: coloursOf(stacks), message: weights.weight ? '' : !isEveryone(state.who) ? 'Nothing of these threads and CPUs here. Select another cell, or clear the filter.' : state.range ? 'Nothing in this selection. Select another cell, or press w for the whole profile.' : 'No samples of this event.',
            label: `Flame graph of ${words(unit, total[0])}${zoom ? `, zoomed into ${frameName(stacks, zoom)}` : ''}` });
        ui.searchError.textContent = search.error;
        ui.searchError.hidden = !search.error;
        ui.search.setAttribute('aria-invalid', String(Boolean(search.error)));
        ui.matched.hidden = !matching;
        ui.matched.textContent = matching ? `${formatShare(matching.weight, total[zoom])} matched` : '';
        ui.matched.title = matching ? `${words(unit, matching.weight)} in ${formatCount(matching.nodes)} frames` : '';
        crumbs(stacks, zoom);
        side.showThreads(threadsOf(store, filter, range.from, range.to), weights.weight, unit, state.who.thread);
        const theme = isDark() ? 'dark' : 'light', packages = packagesOf(store, weights), colourOf = (r) => packageCss(theme, coloursOf(stacks)[r.id]);
        side.showPackages(packages, weights.weight, unit, state.byPackage ? colourOf : null);
        ui.colours.root.hidden = stacks.packages.length < 2;
        legend(state.byPackage ? packages.filter((r) => r.name).slice(0, LEGEND_PACKAGES).map((r) => [r.name, colourOf(r)])
            : KIND_NAMES.map((name, k) => [KIND_WORDS[name], kindColour(theme, k)]).filter((_, k) => kindsOf(stacks).has(k)));
        showChoices(choicesFor(p, store, state.event, state.who, state.showIdle), unit);
        sayFrame(-1, null);
    }

    function crumbs(stacks, zoom) {
        ui.resetZoom.hidden = !zoom;
        const path = zoom ? ancestorsOf(stacks, zoom) : [], parts = [];
        for (const node of path.length > 6 ? [path[0], path[1], -1, ...path.slice(-3)] : path) {
            if (parts.length) parts.push(el('span', { class: 'quiet', 'aria-hidden': 'true' }, '›'));
            if (node < 0) parts.push(el('span', { class: 'quiet' }, '…'));
            else parts.push(el('button', { type: 'button', class: 'crumb', 'data-node': String(node), title: frameName(stacks, node).slice(0, 300), onclick: () => apply({ zoom: node }, 'push'),
                'aria-current': node === zoom ? 'true' : null }, el('bdi', {}, frameName(stacks, node).slice(0, 200))));
        }
        ui.crumbs.replaceChildren(...parts);
    }

    /** The facts of the selection, next to the map. */
    function facts(p, panel, unit, range) {
        const active = document.activeElement;
        if (p.has_time) {
            if (active !== ui.from) ui.from.value = `${formatSeconds(range.from, p.step_ns)} s`;
            if (active !== ui.to) ui.to.value = `${formatSeconds(range.to, p.step_ns)} s`;
        }
        ui.whole.disabled = !state.range;
        const parts = [];
        if (p.has_time) parts.push(state.range ? formatSteps(range.to - range.from, p.step_ns) : `whole profile, ${formatTime(roundSpan(range.to * p.step_ns))}`);
        if (panel.store) {
            const { samples, weight } = lastSelect, all = wholeWeights(panel.store, filterNow(panel.store)).weight;
            parts.push(words({ name: p.events[state.event]?.n_spans ? 'spans' : 'samples', format: formatCount }, samples));
            if (p.weight !== 'samples' || p.events[state.event]?.n_spans) parts.push(words(unit, weight));
            if (state.range) parts.push(`${formatShare(weight, all)} of the whole`);
            const who = WHO_KEYS.filter((key) => state.who[key] !== null).map((key) => `${WHO_LABELS[key]} ${state.who[key]}`);
            if (who.length) parts.push(`only ${who.join(', ')}`);
        } else parts.push('counting…');
        if (p.has_time && p.clock_epoch_ns && state.range) parts.unshift(instant(p.clock_epoch_ns, nsOfSteps(range.from, p.step_ns)));
        ui.selection.textContent = heatmap.waiting() ? `${parts.join(' · ')} · click the end` : parts.join(' · ');
    }

    /** Spans longer than a minute in whole tenths: 41.9 s, not 41.9123 s. */
    function roundSpan(ns) { return ns < 1e9 ? ns : Math.round(ns / 1e8) * 1e8; }

    function controls(p) {
        const grid = gridOf(p, state.periodNs, state.rows);
        ui.mode.set(state.icicle);
        ui.colours.set(state.byPackage);
        ui.everyone.hidden = isEveryone(state.who);
        ui.scale.set(state.scale);
        ui.palette.value = state.palette;
        if (document.activeElement !== ui.rows) ui.rows.value = String(grid.rows);
        for (const b of ui.rowsSeg.querySelectorAll('button')) b.setAttribute('aria-pressed', String(b.dataset.value === String(grid.rows)));
        ui.period.value = String(grid.periodSteps * p.step_ns);
        ui.event.value = String(state.event);
        ui.withCase.setAttribute('aria-pressed', String(state.caseSensitive));
        if (document.activeElement !== ui.search || ui.search.value !== state.query) if (!searchWaits) ui.search.value = state.query;
        const e = p.events[state.event];
        ui.idleLabel.hidden = !Number(e.n_idle);
        ui.idle.checked = state.showIdle;
        ui.idleText.textContent = `idle: ${formatCount(Number(e.n_idle))} ${state.showIdle ? 'shown' : 'hidden'}`;
        ui.facts.replaceChildren(...factsLine(p).flatMap((t, i) => [i ? ' · ' : '', el('bdi', {}, t)]));
        for (const tab of ui.tabs.children) {
            const chosen = tab.dataset.profile === String(state.profile), was = tab.getAttribute('aria-selected') === 'true';
            tab.setAttribute('aria-selected', String(chosen));
            tab.tabIndex = chosen ? 0 : -1;
            if (chosen && !was) tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });
        }
    }

    function factsLine(p) {
        const find = (key) => (head.meta || []).concat(p.facts || []).find(([k]) => key.test(k))?.[1];
        const e = p.events[state.event], rate = p.rate_hz ? ` ${Number(p.rate_hz.toPrecision(3))} Hz` : '';
        const title = head.profiles.length < 2 && p.title !== head.title ? p.title : '';
        return [title, find(/^host(name)?$/i), find(/^region$/i), e && (rate || e.name !== 'samples') ? e.name + rate : '', p.cpus ? `${p.cpus} CPUs` : '',
            p.clock_epoch_ns ? instant(p.clock_epoch_ns, 0n, 0) : '', p.has_time ? formatTime(roundSpan(p.n_steps * p.step_ns)) : '',
            e ? words(p.weight === 'count' ? unitOf(p, state.event) : { name: e.n_spans ? 'spans' : 'samples', format: formatCount }, samplesOf(p, e) - (state.showIdle ? 0 : p.weight === 'count' ? Number(e.idle_weight) : Number(e.n_idle))) : ''].filter(Boolean);
    }

    function showProfile() {
        const p = profileOf();
        shown = state.profile;
        side.showProfile(state.profile, head, p);
        ui.mapSection.hidden = !p.has_time;
        ui.flat.hidden = p.has_time;
        if (p.has_time) ui.mapTools.append(ui.pick); else ui.flat.before(ui.pick);
        showChoices(choicesOf(p, null, state.who), null);
        ui.flat.textContent = p.has_time ? '' : 'This profile has no times (its source only counts stacks), so there is no heatmap: the graph shows all of it.';
        ui.event.replaceChildren(...p.events.map((e, i) => el('option', { value: String(i) }, `${e.name} (${p.weight === 'count' ? unitOf(p, i).format(samplesOf(p, e)) : formatCount(samplesOf(p, e))})`)));
        ui.event.parentElement.hidden = p.events.length < 2;
        const rows = segmented('Rows', p.has_time ? offeredRows(p, gridOf(p, state.periodNs, state.rows).periodSteps).map((n) => [n, String(n)]) : [], (n) => apply({ rows: n }, 'replace'));
        ui.rowsSeg.replaceChildren(rows.root);
        const periods = p.has_time ? offeredPeriods(p) : [];
        ui.period.replaceChildren(...periods.map(({ ns }) => el('option', { value: String(ns) }, formatTime(ns))));
        ui.period.parentElement.hidden = periods.length < 2;
        const doubts = tallyPhrases(p.tally).slice(0, 4);
        ui.tally.hidden = doubts.length === 0;
        ui.tally.textContent = doubts.join(' · ');
        if (p.has_time) wantCounts(shown);
        wantStore(shown);
    }

    function wantCounts(k) {
        panels[k].counting ??= readCounts(head, k).then((counts) => {
            panels[k].counts = counts;
            if (shown === k && !panels[k].store) render();
            timings.map ??= performance.now();
        });
        panels[k].counting.catch(fail);
    }

    function wantStore(k) {
        panels[k].wanted ??= readStore(head, k).then((store) => {
            panels[k].store = store;
            timings.stacks ??= performance.now();
            if (shown === k) { render(); timings.graph ??= performance.now(); }
        });
        panels[k].wanted.catch(fail);
        return panels[k].wanted;
    }

    /** rows: [text, colour]. */
    function legend(rows) {
        ui.kinds.replaceChildren(...rows.map(([text, colour]) => {
            const swatch = el('i', { class: 'swatch' });
            swatch.style.setProperty('background', colour);
            return el('li', {}, swatch, el('bdi', {}, text));
        }));
    }

    /** What there is to filter by. unit: null before the samples are counted. */
    function showChoices(lists, unit) {
        if (lists === ui.who.values) return;
        ui.who.values = lists;
        for (const [key, { select, label }] of Object.entries(ui.who.lists)) {
            label.hidden = !lists[key].length;
            select.replaceChildren(el('option', {}, 'all'), ...lists[key].map((c) => el('option', {}, unit ? `${c.text} (${unit.format(c.weight)})` : c.text)));
            select.selectedIndex = 1 + lists[key].findIndex((c) => c.value === state.who[key]);
        }
    }

    // ---- read-outs

    function sayCell(byKey) {
        const p = profileOf();
        if (!p.has_time) return;
        const grid = gridOf(p, state.periodNs, state.rows), cells = cellsNow(p, panels[state.profile], grid);
        if (hoverCell < 0) { ui.cell.textContent = ''; tooltip.hide(); return; }
        const r = heatmap.stepsOf(hoverCell), unit = unitOf(p, state.event), column = Math.floor(hoverCell / grid.rows);
        const text = [`${formatSteps(column * grid.periodSteps, p.step_ns)} + ${formatSteps(r.from - column * grid.periodSteps, p.step_ns)}`,
            p.clock_epoch_ns ? instant(p.clock_epoch_ns, nsOfSteps(r.from, p.step_ns)) : '', words(unit, cells.cell[hoverCell]) + (cells.exact ? '' : ' (about)')].filter(Boolean).join(' · ');
        ui.cell.textContent = text;
        if (byKey) ui.live.textContent = text;
    }

    function frameFacts(node) {
        const p = profileOf(), { store } = panels[state.profile], { stacks } = store, unit = unitOf(p, state.event);
        const filter = filterNow(store), range = state.range || wholeOf(p);
        const w = rangeWeights(store, filter, range.from, range.to), all = wholeWeights(store, filter).weight;
        const kind = node === 0 ? '' : KIND_WORDS[KIND_NAMES[frameKind(stacks, node)]], module = frameModule(stacks, node), own = framePackage(stacks, node);
        return { name: frameName(stacks, node), total: words(unit, w.total[node]), self: words(unit, w.self[node]), ofRange: formatShare(w.total[node], w.total[0]),
            ofWhole: formatShare(w.total[node], all), module, kind, package: own && own !== module ? `package ${own}` : '' };
    }

    function sayFrame(node, event) {
        const { store } = panels[state.profile];
        if (node < 0 || !store) { ui.readout.textContent = ''; tooltip.hide(); return; }
        const f = frameFacts(node), of = state.range ? [`${f.ofRange} of the selection`, `${f.ofWhole} of the whole`] : [`${f.ofWhole} of the whole`];
        ui.readout.replaceChildren(el('bdi', { class: 'name' }, f.name), [`total ${f.total}`, ...of, `self ${f.self}`, f.kind, f.module, f.package].filter(Boolean).map((t) => ` · ${t}`).join(''));
        if (!event) { tooltip.hide(); ui.live.textContent = ui.readout.textContent; return; }
        tooltip.show([[f.name.length > 400 ? f.name.slice(0, 400) + '…' : f.name, 'name'], [[`total ${f.total}`, ...of].join(' · ')], [`self ${f.self}`],
            [[f.kind, f.module, f.package].filter(Boolean).join(' · '), 'quiet']].filter(([t]) => t), event.clientX, event.clientY);
    }

    // ---- actions

    function whole() { heatmap.drop(); if (state.range) apply({ range: null }, 'push'); else render(); }

    function typed() {
        const p = profileOf(), tidy = (v) => v.trim();
        const { range, error, snapped } = parseRange(`${tidy(ui.from.value)}..${tidy(ui.to.value)}`, p);
        ui.rangeError.textContent = error;
        ui.rangeError.hidden = !error;
        for (const f of [ui.from, ui.to]) f.setAttribute('aria-invalid', String(Boolean(error)));
        if (!range) return;
        heatmap.drop();
        const isWhole = range.from === 0 && range.to === p.n_steps;
        apply({ range: isWhole ? null : range }, 'push');
        ui.from.value = `${formatSeconds(range.from, p.step_ns)} s`;
        ui.to.value = `${formatSeconds(range.to, p.step_ns)} s`;
        if (snapped) ui.live.textContent = `snapped to ${ui.from.value} to ${ui.to.value}`;
        if (!isWhole) heatmap.reveal(range.from);
    }

    let searchWaits = false, pendingQuery = '';
    const searchNow = onNextFrame(() => { searchWaits = false; apply({ query: pendingQuery }, 'replace'); });
    function searchSoon(query) { pendingQuery = query; searchWaits = true; searchNow(); }

    async function copyLink() {
        const url = String(window.location.href).replace(/#.*$/, '') + printState(state, head);
        let done = false;
        try { await navigator.clipboard.writeText(url); done = true; } catch {
            const field = el('textarea', { class: 'hidden-text', readonly: true }, url);
            root.append(field);
            field.select();
            try { done = document.execCommand('copy'); } catch { done = false; }
            field.remove();
        }
        ui.copy.textContent = done ? 'Copied' : 'Copy from the address bar';
        setTimeout(() => { ui.copy.textContent = 'Copy link'; }, 1600);
    }

    /** Esc: what is open, a first click, zoom, search, selection: one step each time. */
    function escape(event) {
        if (sheet.open()) sheet.toggle(false);
        else if (heatmap.drop()) render();
        else if (state.zoom) apply({ zoom: 0 }, 'push');
        else if (state.query) { ui.search.value = ''; apply({ query: '' }, 'replace'); }
        else if (state.range) whole();
        else { tooltip.hide(); return; }
        event.preventDefault();
    }

    listenKeys({ escape, search: () => { ui.search.focus(); ui.search.select(); }, whole, icicle: () => apply({ icicle: !state.icicle }, 'replace'), sheet: () => sheet.toggle(!sheet.open()),
        tab: (by) => { const k = state.profile + by; if (head.profiles[k]) setState(defaultState(head, k), 'push'); } });
    window.addEventListener('popstate', readAddress);
    window.addEventListener('hashchange', () => { if ((printState(state, head) || '') !== window.location.hash) readAddress(); });

    // ---- size, theme, print

    function resize() {
        heatmap.resize();
        const wide = window.matchMedia('(min-width: 1000px)').matches;
        const top = flame.root.getBoundingClientRect().top + window.scrollY + ui.main.scrollTop, under = flame.root.nextElementSibling.offsetHeight;
        flame.resize(wide ? Math.max(260, window.innerHeight - top - under - 18) : Math.min(520, Math.max(300, window.innerHeight * 0.6)));
    }
    window.addEventListener('resize', onNextFrame(resize));
    // What stands above the graph comes and goes with the choices, and scroll bars with it.
    const resized = new ResizeObserver(onNextFrame(resize));
    for (const part of [...ui.main.children, flame.root]) resized.observe(part);
    function retheme() { colors = themeColors(); render(); }
    dark.addEventListener?.('change', retheme);
    window.addEventListener('beforeprint', () => { printing = true; document.documentElement.classList.add('fp-print'); retheme(); });
    window.addEventListener('afterprint', () => { printing = false; document.documentElement.classList.remove('fp-print'); retheme(); });

    // ---- begin

    ui.title.textContent = head.title;
    if (head.profiles.length > 1) {
        ui.tabs.hidden = false;
        ui.tabs.addEventListener('keydown', (event) => {
            const step = { ArrowRight: 1, ArrowLeft: -1, Home: -state.profile, End: head.profiles.length - 1 - state.profile }[event.key];
            const k = state.profile + (step ?? NaN);
            if (!(k >= 0 && k < head.profiles.length)) return;
            event.preventDefault();
            event.stopPropagation();
            setState(defaultState(head, k), 'push');
            ui.tabs.children[k].focus();
        });
        ui.tabs.append(...head.profiles.map((p, k) => el('button', { type: 'button', role: 'tab', 'data-profile': String(k), 'aria-selected': 'false',
            onclick: () => { if (k !== state.profile) setState(defaultState(head, k), 'push'); } }, el('bdi', {}, p.title || p.id))));
    }
    readAddress();
    resize();
    const laidOut = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))));

    return {
        ready: Promise.all([panels[shown].counting, panels[shown].wanted]).then(laidOut),
        state: () => ({ ...state, range: state.range && { ...state.range } }),
        selection: () => lastSelect && { ...lastSelect, from: lastSelect.from * profileOf().step_ns, to: lastSelect.to * profileOf().step_ns },
        grid: () => ({ ...gridOf(profileOf(), state.periodNs, state.rows), stepNs: profileOf().step_ns }),
        cell: (column, row) => {
            const grid = gridOf(profileOf(), state.periodNs, state.rows), at = column * grid.rows + row, panel = panels[state.profile];
            return { ...heatmap.stepsOf(at), count: cellsNow(profileOf(), panel, grid).cell[at] };
        },
        cellRect: heatmap.cellRect, columnLabelRect: heatmap.columnLabelRect, frameRect: flame.frameRect,
        frames: flame.frames,
        path: (node) => ancestorsOf(panels[state.profile].store.stacks, node).slice(1).map((n) => frameName(panels[state.profile].store.stacks, n)),
        timings,
    };
}
