/* SPDX-License-Identifier: MIT
 *
 * The index page's pure modules: columns, filters, order, search by function against plain loops; state and address. */
import assert from "node:assert/strict";
import test from "node:test";

import { columnsOf, columnTest, formatBytes, formatDate, formatSeconds, hottestNames, matchFunctions, parseDay, selectRows, sharesOf } from "../../assets/js/site_query.js";
import { defaultState, formatHash, parseHash } from "../../assets/js/site_state.js";

function dice(seed) {
    let s = seed >>> 0;
    return (n) => (s = (Math.imul(s, 1664525) + 1013904223) >>> 0, Math.floor((s / 4294967296) * n));
}

function randomList(n, seed) {
    const d = dice(seed), pick = (list) => Array.from({ length: n }, () => list[d(list.length)]);
    const date = Array.from({ length: n }, (_, i) => (i > n - 3 ? null : 1800000000 - i * 43200 - d(20000)));
    return { n, path: Array.from({ length: n }, (_, i) => `r${i}.html`), titles: pick(["Checkout", "Search", "checkout canary"]), date, statuses: ["ok", "regression", "too little data", "not comparable", "failed"],
        status: pick([0, 0, 0, 1, 2, 4]), why: pick([""]), event: pick(["cpu-clock", "cycles"]), samples: Array.from({ length: n }, () => d(50000)), seconds: pick([0, 12.5, 60]), bytes: pick([100, 99999, 5e6]),
        leaving: pick([0]), meta: [{ key: "host", values: pick(["web1", "web2", ""]) }, { key: "__proto__", values: pick(["a", "b"]) }], findings: pick([[]]), functions: ["main", "Cart::total", "Cart::add", "malloc"], packages: ["a"] };
}

function randomShares(n, nNames, seed) {
    const d = dice(seed), start = new Uint32Array(n + 1), name = [], self = [], total = [];
    for (let i = 0; i < n; i++) {
        const names = [...Array(nNames).keys()].filter(() => d(3));
        for (const k of names) { name.push(k); self.push(d(3000)); total.push(self.at(-1) + d(5000)); }
        start[i + 1] = name.length;
    }
    return { start, name: Uint32Array.from(name), self: Uint16Array.from(self), total: Uint16Array.from(total) };
}

test("numbers and days as text", () => {
    assert.equal(formatDate(1795174141), "2026-11-20 11:29");
    assert.equal(formatDate(null), "");
    assert.equal(formatDate(parseDay("2026-02-28")), "2026-02-28 00:00");
    for (const bad of ["", "2026-13-01", "2026-1-1", "x"]) assert.equal(parseDay(bad), null, bad);
    assert.deepEqual([0, 999, 1000, 123456, 99949999, 5e9].map(formatBytes), ["0 B", "999 B", "1.0 kB", "123 kB", "99.9 MB", "5.0 GB"]);
    assert.deepEqual([0, 59.99, 99.9, 100, 3599.6, 7260].map(formatSeconds), ["", "60.0 s", "99.9 s", "1 min 40 s", "1 h 0 min", "2 h 1 min"]);
});

test("rows are those that every filter lets through, in the order asked for", () => {
    const list = randomList(300, 5), columns = columnsOf(list);
    const query = { ...defaultState(), filters: { "meta.host": "web1", status: "-ok", title: "CHECK" }, from: "2026-10-01", to: "2027-01-10", sort: "samples", up: true };
    const from = parseDay(query.from), to = parseDay(query.to) + 86400;
    const want = [];
    for (let i = 0; i < list.n; i++) {
        if (list.meta[0].values[i] === "web1" && list.status[i] !== 0 && list.titles[i].toLowerCase().includes("check") && list.date[i] !== null && list.date[i] >= from && list.date[i] < to) want.push(i);
    }
    want.sort((a, b) => list.samples[a] - list.samples[b] || a - b);
    assert.ok(want.length > 5);
    assert.deepEqual([...selectRows(list, columns, query, null)], want);
    const whole = selectRows(list, columns, defaultState(), null);
    assert.deepEqual([...whole], [...Array(list.n).keys()]);
    const oldest = selectRows(list, columns, { ...defaultState(), up: true }, null);
    const dates = [...oldest].map((i) => list.date[i] ?? -1);
    assert.deepEqual(dates, [...dates].sort((a, b) => a - b));
});

test("number filters", () => {
    const list = randomList(100, 9), column = columnsOf(list).find((c) => c.id === "samples");
    for (const [text, is] of [["> 20,000", (v) => v > 20000], ["<=100", (v) => v <= 100], ["1000..30000", (v) => v >= 1000 && v <= 30000], [">=0", () => true]]) {
        const pass = columnTest(column, text);
        for (let i = 0; i < list.n; i++) assert.equal(pass(i), is(list.samples[i]), text);
    }
    assert.ok([...Array(list.n).keys()].some(columnTest(column, "1"))); /* what is no comparison is looked for in the text */
});

test("search by function over all reports", () => {
    const n = 80, list = randomList(n, 3), table = randomShares(n, 4, 8), found = matchFunctions(table, list.functions, /cart/i, n);
    for (let i = 0; i < n; i++) {
        let self = 0, total = 0;
        for (let k = table.start[i]; k < table.start[i + 1]; k++) {
            if (![1, 2].includes(table.name[k])) continue;
            self += table.self[k];
            total = Math.max(total, table.total[k]);
        }
        assert.equal(found.self[i], Math.min(10000, self));
        assert.equal(found.total[i], total);
        assert.equal(found.name[i] >= 0, [...table.name.subarray(table.start[i], table.start[i + 1])].some((k) => k === 1 || k === 2));
    }
    const rows = selectRows(list, columnsOf(list), { ...defaultState(), sort: "match" }, found);
    const totals = [...rows].map((i) => found.total[i]);
    assert.deepEqual(totals, [...totals].sort((a, b) => b - a));
    assert.ok(rows.length < n);
});

test("shares of a series, and who is listed", () => {
    const table = randomShares(50, 4, 2), rows = [49, 30, 10, 2];
    const got = sharesOf(table, rows, 2, true);
    rows.forEach((i, k) => {
        let want = NaN;
        for (let j = table.start[i]; j < table.start[i + 1]; j++) if (table.name[j] === 2) want = table.total[j] / 10000;
        assert.equal(got[k], want);
    });
    assert.equal(hottestNames(table, rows, false, [3], 2)[0], 3);
    assert.equal(new Set(hottestNames(table, rows, true, [3, 1], 10)).size, hottestNames(table, rows, true, [3, 1], 10).length);
});

test("an address gives the state back, and any address gives a state", () => {
    assert.equal(formatHash(defaultState()), "");
    const state = { ...defaultState(), view: "trends", find: "a&b=#%", from: "2026-01-02", to: "2026-02-03", filters: { "meta.host": "web 1+", "meta.__proto__": "x" }, sort: "meta.host", up: true, series: 3, of: "packages", total: true,
        names: ["operator<<", "main"], group: "host" };
    const back = parseHash(formatHash(state));
    assert.deepEqual({ ...back, filters: { ...back.filters } }, state);
    for (const bad of ["#v=x&s=-4&from=1&sort=", "#%E0%A4%A", "#c.=1&&&", "#sort=-", "x".repeat(50000)]) {
        const s = parseHash(bad);
        assert.equal(s.view, "reports");
        assert.ok(s.series >= 0 && s.from === "");
    }
});
