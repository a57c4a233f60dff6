import { readFileSync } from 'node:fs';
import { readStacksSection, readSamplesSection } from '../../assets/js/decode.js';
import { Store } from '../../assets/js/store.js';
import { layoutFrames } from '../../assets/js/layout.js';
const html = readFileSync('/tmp/pagepart/r.html', 'utf8');
const block = (n) => { const m = html.match(new RegExp(`<script[^>]*data-fp="?${n.replace('.', '\\.')}"?[^>]*>([^<]*)`)); return m[1]; };
const head = JSON.parse(block('head')), p = head.profiles[0];
const stacks = await readStacksSection(block('0.stacks'), p, 0, () => {});
const samples = await readSamplesSection(block('0.samples'), p, 0, stacks, () => {});
const store = new Store(p, stacks, samples), f = store.filter();
const n = p.n_steps, R = (a, b) => ({ from: Math.floor(n * a), to: Math.floor(n * b) });
const T = (g) => { const t = performance.now(); g(); return (performance.now() - t); };
const seq = [];
const P = process.argv[2] ? 1 : 0;
seq.push(['whole', T(() => store.weigh(store.whole(), f))]);
seq.push(['lay', T(() => layoutFrames(stacks, store.end, store._slots.get('').w.total, { widthPx: 1100 }))]);
for (let k = 0; k < 12; k++) {
    seq.push(['cell', T(() => store.weigh(R(0.5, 0.5002), f))]);
    seq.push(['part', T(() => store.weigh(R(0.4, 0.45), f))]);
    seq.push(['part2', T(() => store.weigh(R(0.2 + k / 100, 0.25 + k / 100), f))]);
    seq.push(['lay', T(() => layoutFrames(stacks, store.end, store._slots.get('').w.total, { widthPx: 1100 }))]);
    if (k % 3 == 2) seq.push(['whole', T(() => store.weigh(store.whole(), f))]);
}
for (const name of ['whole', 'cell', 'part', 'part2', 'lay']) console.log(name.padEnd(6), seq.filter((x) => x[0] === name).map((x) => x[1].toFixed(1)).join(' '));
