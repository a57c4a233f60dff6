/* SPDX-License-Identifier: MIT
 *
 * Whom a reader can choose: lists with weights, and choices that contradict each other. */
import assert from "node:assert/strict";
import test from "node:test";

import { EVERYONE, choicesOf, choose, isSomeone, threadsOf } from "../../assets/js/who.js";
import { headOf } from "./random.js";

const head = headOf({
    hosts: ["web1", "db1"], lanes: [[0, 0], [0, 1], [0, -1], [1, 1]],
    threads: [[1, 1, "java", 0], [1, 2, "GC", 0], [1, 3, "GC", 0], [7, 7, "cat", 0], [1, 9, "pg", 1], [-1, -1, "", 1]],
});
const weights = { perThread: Float64Array.of(1, 20, 30, 4, 5, 6), perLane: Float64Array.of(10, 20, 30, 5) };
const said = (lists) => Object.fromEntries(Object.entries(lists).map(([key, list]) => [key, list.map((c) => `${c.text}: ${c.weight}`)]));

test("lists, heaviest first; a process goes by its first thread", () => {
    assert.deepEqual(said(choicesOf(head, weights, EVERYONE)), {
        host: ["web1: 55", "db1: 11"], pid: ["java 1: 56", "cat 7: 4"], thread: ["GC: 50", "pg: 5", "cat: 4", "java: 1"], tid: [], cpu: ["0: 10", "1: 25"] });
    assert.deepEqual(said(choicesOf(head, weights, { ...EVERYONE, host: "db1" })), {
        host: ["web1: 55", "db1: 11"], pid: [], thread: [], tid: [], cpu: ["0: 10", "1: 25"] });
    assert.deepEqual(said(choicesOf(head, weights, { ...EVERYONE, host: "web1", thread: "GC" })), {
        host: ["web1: 55", "db1: 11"], pid: ["java 1: 51", "cat 7: 4"], thread: ["GC: 50", "cat: 4", "java: 1"], tid: ["GC 3: 30", "GC 2: 20"], cpu: ["0: 10", "1: 25"] });
    assert.deepEqual(said(choicesOf(headOf(), null, EVERYONE)), { host: [], pid: [], thread: [], tid: [], cpu: [] });
    assert.equal(said(choicesOf(head, null, EVERYONE)).pid.length, 2);
});

test("a list is cut at its lightest, but for what is chosen", () => {
    const threads = Array.from({ length: 2000 }, (_, i) => [i, i, `t${i}`]), many = headOf({ threads });
    const lists = choicesOf(many, { perThread: Float64Array.from(threads, (_, i) => i), perLane: Float64Array.of(1) }, { ...EVERYONE, thread: "t5" });
    assert.equal(lists.thread.length, 301);
    assert.deepEqual([lists.thread[0].text, lists.thread[300].text], ["t1999", "t5"]);
});

test("a choice that contradicts another wins", () => {
    const gc = choose(head, EVERYONE, "thread", "GC");
    assert.deepEqual([...threadsOf(head, gc)], [0, 1, 1, 0, 0, 0]);
    assert.deepEqual(choose(head, gc, "pid", 7), { ...EVERYONE, pid: 7 });
    assert.deepEqual(choose(head, { ...gc, tid: 2 }, "host", "db1"), { ...EVERYONE, host: "db1" });
    assert.deepEqual(choose(head, { ...gc, tid: 2, cpu: 1 }, "thread", "cat"), { ...EVERYONE, thread: "cat", cpu: 1 });
    assert.deepEqual(choose(head, gc, "thread", null), EVERYONE);
    assert.equal(threadsOf(head, { ...EVERYONE, cpu: 1 }), null);
});

test("who is there", () => {
    for (const [key, value, is] of [["thread", "GC", true], ["thread", "gc", false], ["pid", 7, true], ["pid", 2, false], ["tid", 9, true], ["cpu", 1, true], ["cpu", 2, false], ["host", "db1", true], ["host", "", false]])
        assert.equal(isSomeone(head, key, value), is, `${key} ${value}`);
});
