/* SPDX-License-Identifier: MIT
 *
 * Round trips of random states through the address, canonical printing, and addresses nobody should write. */
import assert from "node:assert/strict";
import test from "node:test";

import { SORTS } from "../../assets/js/functions.js";
import { VIEWS } from "../../assets/js/graphs.js";
import { HEAT_NAMES } from "../../assets/js/palette.js";
import { TINY, defaultState, printState, readState } from "../../assets/js/state.js";
import { EVERYONE } from "../../assets/js/who.js";
import { headOf, seeded } from "./random.js";

const threads = [[1, 1, "java"], [7, 7, "cat"]], lanes = [[0, 0], [0, 1], [1, -1]];
const head = { profiles: [headOf({ threads, lanes }), headOf({ threads, lanes, id: "canary & co", step_ns: 100000, n_steps: 50000000, n_nodes: 9000, idle: "show" })] };

test("random states come back as they were, and print the same again", () => {
    const random = seeded(5), queries = ["", "GC", "operator(", "a|b", "a&b=c#d", "100%", "a+b c", "é ü 日本 🔥", "\\[x\\]", "'\"<>`", "!important"];
    for (let i = 0; i < 2000; i++) {
        const profile = random(2), p = head.profiles[profile], from = random(p.n_steps - 1);
        const zoom = random(p.n_nodes), state = {
            ...defaultState(head, profile), range: random(2) ? { from, to: from + 1 + random(p.n_steps) } : null, event: random(2), periodNs: p.step_ns * (1 + random(100000)), rows: 1 + random(1000),
            zoom, up: zoom ? random(4) : 0, query: queries[random(queries.length)], caseSensitive: !random(2), view: VIEWS[random(VIEWS.length)], showIdle: !random(2),
            who: { ...EVERYONE, thread: [null, "java"][random(2)], pid: [null, 1, 7][random(3)], cpu: [null, 0, 1][random(3)] }, compare: ["", "rest", "pin", `p:${head.profiles[random(head.profiles.length)].id}`][random(4)],
            pin: random(2) ? `${head.profiles[random(head.profiles.length)].id}@0.5..1` : "", swapped: !random(2), byPackage: !random(2),
            middle: queries[random(queries.length)], treeCallers: !random(2), tiny: TINY[random(TINY.length)], sort: SORTS[random(SORTS.length)], sortUp: !random(2),
            transforms: Array.from({ length: random(4) }, () => [{ op: "hide", arg: `f;${random(9)}% ~g` }, { op: "rec", arg: "" }, { op: "keep", arg: queries[1 + random(9)] }][random(3)]),
            palette: HEAT_NAMES[random(3)], scale: ["robust", "full"][random(2)],
        };
        const hash = printState(state, head), back = readState(hash, head);
        assert.deepEqual(back, { state, problems: [], anchor: "" }, hash);
        assert.equal(printState(back.state, head), hash);
        assert.match(hash, /^(#[A-Za-z0-9_.~:\/,@$*+?;%&=-]+)?$/);
    }
});

test("the ranges of a finding are told by its number", () => {
    const p = headOf({ threads, lanes, findings: [{ ranges: [] }, { ranges: [[3410, 3490]] }, { ranges: [[100, 120], [1100, 1120], [2100, 2120]] }] }), own = { profiles: [p] };
    assert.deepEqual(readState("#f=2", own).state.range, { from: 3410, to: 3490 });
    assert.equal(printState(readState("#f=2", own).state, own), "#t=3.41..3.49");
    const { state } = readState("#f=3&q=GC", own);
    assert.deepEqual(state.range, { from: 100, to: 2120, finding: 2, parts: [{ from: 100, to: 120 }, { from: 1100, to: 1120 }, { from: 2100, to: 2120 }] });
    assert.equal(printState(state, own), "#f=3&q=GC");
    for (const bad of ["#f=0", "#f=1", "#f=4", "#f=-1", "#f=x", "#f=1e1"]) assert.equal(readState(bad, own).problems.length, 1, bad);
    assert.equal(readState("#f=1", head).problems.length, 1);
});

test("defaults are left out", () => {
    assert.equal(printState(defaultState(head), head), "");
    assert.equal(printState(defaultState(head, 1), head), "#p=canary%20%26%20co");
    assert.equal(printState({ ...defaultState(head), range: { from: 3410, to: 3490 }, query: "GC", view: "icicle" }, head), "#t=3.41..3.49&q=GC&v=icicle");
    assert.deepEqual(readState("#rows=50&idle=0&period=1s", head).state, defaultState(head));
});

test("what is wrong is left out and told", () => {
    for (const [hash, problems] of [["#t=5..x", 1], ["#t=NaN..1e999&rows=-1", 2], ["#rows=1e9", 1], ["#rows=999999999999", 1], ["#z=40", 1], ["#z=-1", 1], ["#p=nobody", 1], ["#e=none", 1],
        ["#q=%E0%A4", 1], ["#pal=constructor&v=toString&c=2", 3], ["#period=0", 1], ["#period=1e999", 1], ["#new=1", 1], ["#cpu=-1&pid=2&th=dog&tid=x&host=db", 5], ["#col=red", 1], ["#z=3.x&v=sandwich&x=nope:a&tiny=2&sort=size&tree=1", 6], ["#z=3.4.5", 1], ["#__proto__=1", 1], ["#a=1&b", 2], ["#=", 1], ["#" + "q=".repeat(20000), 1]]) {
        const read = readState(hash, head);
        assert.equal(read.problems.length, problems, `${hash.slice(0, 60)}: ${read.problems}`);
        assert.deepEqual(read.state, defaultState(head), hash.slice(0, 60));
    }
    assert.equal(readState("#t=5..x&q=GC", head).state.query, "GC");
});

test("a heading of the notes is no state", () => {
    assert.deepEqual(readState("#root-cause", head), { state: defaultState(head), problems: [], anchor: "root-cause" });
    assert.equal(readState("", head).anchor, "");
});

test("a link of the notes selects its range", () => {
    assert.deepEqual(readState("#t=3.41s..3.49s", head).state.range, { from: 3410, to: 3490 });
});

test("a lone surrogate does not break the address", () => {
    assert.equal(readState(printState({ ...defaultState(head), query: "a\ud800b" }, head), head).state.query, "a\ufffdb");
});

test("what a link of the notes does not say stays as it is, within its profile", () => {
    const findings = [{ ranges: [[100, 120], [1100, 1120]] }], own = { profiles: [headOf({ threads, lanes, findings }), headOf({ threads, lanes, id: "b" })] };
    const now = readState("#f=1&q=GC&pal=grey", own).state, { state } = readState("#t=3..4", own, now, 0);
    assert.deepEqual(state, { ...now, range: { from: 3000, to: 4000 } });
    assert.equal(printState(readState("#t=3..4&q=", own, now, 1).state, own), "#p=b&t=3..4");
    assert.equal(printState(readState("#p=b&e=x", own, now, 0).state, own), "#p=b");
    assert.equal(now.range.finding, 0, "the state before is another");
});
