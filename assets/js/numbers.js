/* SPDX-License-Identifier: MIT
 *
 * Numbers as text, one way each: counts, shares, times, instants; and typed times back into nanoseconds. Times are
 * integers (BigInt where nanoseconds since 1970 or digits of a reader are concerned), so nothing is rounded on the
 * way. Wording as the static summary's (src/render/words.c, src/base/timetext.c); no locale, so a report reads the same everywhere. */

const S = 1000000000n;
const UNITS = { ns: 1n, us: 1000n, "\u00b5s": 1000n, "\u03bcs": 1000n, ms: 1000000n, s: S, sec: S, min: 60n * S, m: 60n * S, h: 3600n * S };
/* Steps are u32; ends of columns may pass that by one column. */
const LAST_STEP = 2n ** 33n;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** 31204 → "31,204". Fractions, which only an approximate map has, are rounded. */
export function formatCount(n) {
    if (!Number.isFinite(n)) return "–";
    const digits = String(Math.abs(Math.round(n)));
    if (digits.includes("e")) return String(n);
    return (n <= -0.5 ? "-" : "") + digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Three digits: "12.3 %", "1.23 %", "< 0.01 %", "> 99.9 %": only nothing is 0 % and only all is 100 %. */
export function formatShare(part, whole) {
    if (!(whole > 0) || !(part > 0)) return "0 %";
    const percent = (100 * part) / whole;
    if (percent >= 100) return "100 %";
    if (percent > 99.9) return "> 99.9 %";
    if (percent < 0.01) return "< 0.01 %";
    if (percent >= 10) return `${roundHalfUp(percent, 10, 1)} %`;
    return `${roundHalfUp(percent, 100, 2)} %`;
}

function roundHalfUp(v, scale, digits) {
    return (Math.floor(v * scale + 0.5) / scale).toFixed(digits);
}

/** Steps times nanoseconds per step, exactly. @returns {bigint} */
export function nsOfSteps(steps, stepNs) {
    return BigInt(Math.round(steps)) * BigInt(stepNs);
}

/* value / unit without trailing zeros; value not negative. */
function decimal(value, unit) {
    const whole = value / unit, rest = value % unit;
    if (rest === 0n) return String(whole);
    return `${whole}.${String(rest).padStart(String(unit).length - 1, "0").replace(/0+$/, "")}`;
}

/** Exact time: "34.1 s", "820 ms", "100 µs", "1 min 5 s". @param {number|bigint} ns whole nanoseconds */
export function formatTime(ns) {
    const value = BigInt(typeof ns === "number" ? Math.round(ns) : ns), v = value < 0n ? -value : value;
    const sign = value < 0n ? "-" : "";
    if (v >= 60n * S) {
        const h = v / (3600n * S), m = (v / (60n * S)) % 60n, s = v % (60n * S);
        const parts = [h > 0n && `${h} h`, m > 0n && `${m} min`, s > 0n && `${decimal(s, S)} s`];
        return sign + parts.filter(Boolean).join(" ");
    }
    if (v >= S || v === 0n) return `${sign}${decimal(v, S)} s`;
    if (v >= 1000000n) return `${sign}${decimal(v, 1000000n)} ms`;
    if (v >= 1000n) return `${sign}${decimal(v, 1000n)} \u00b5s`;
    return `${sign}${v} ns`;
}

/** Exact time of a number of steps. */
export function formatSteps(steps, stepNs) {
    return formatTime(nsOfSteps(steps, stepNs));
}

/** Decimal seconds without trailing zeros, "34.1": what links and the typed field hold. */
export function formatSeconds(steps, stepNs) {
    return decimal(nsOfSteps(steps, stepNs), S);
}

/**
 * "19 Nov 2026 11:36:34.1 UTC".
 * @param {string|bigint} epochNs nanoseconds since 1970 UTC (clock_epoch_ns)
 * @param {number|bigint} [offsetNs] added to it
 */
export function formatInstant(epochNs, offsetNs = 0n) {
    const ns = BigInt(epochNs) + BigInt(offsetNs), inSecond = ((ns % S) + S) % S;
    const d = new Date(Number((ns - inSecond) / 1000000n)), two = (n) => String(n).padStart(2, "0");
    if (Number.isNaN(d.getTime())) return "–";
    const clock = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
    const fraction = inSecond === 0n ? "" : decimal(inSecond, S).slice(1);
    return `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()} ${clock}${fraction} UTC`;
}

/**
 * A duration as people write it: "34.1" (in `unit`), "34.1s", "820 ms", "1 min 5 s". Exact; null when it is none,
 * is negative or finer than a nanosecond.
 * @param {string} text
 * @param {string} [unit] of a bare number; "" refuses bare numbers
 * @returns {bigint|null}
 */
export function parseTime(text, unit = "s") {
    const part = /\s*(\d*)(?:\.(\d*))?\s*([a-z\u00b5\u03bc]*)/y;
    let ns = 0n, last = null, end = text.trimEnd();
    if (end.length > 60) return null;
    for (let n = 0; part.lastIndex < end.length; n++) {
        const m = part.exec(end);
        if (!m || m[0] === "" || (!m[1] && !m[2])) return null;
        const per = UNITS[m[3] || (n === 0 ? unit : "")];
        if (per === undefined || (last !== null && per >= last)) return null;
        if (m[3] === "" && part.lastIndex < end.length) return null;
        const scale = 10n ** BigInt((m[2] || "").length), value = BigInt((m[1] || "0") + (m[2] || "")) * per;
        if (value % scale !== 0n) return null;
        ns += value / scale;
        last = per;
    }
    return last === null ? null : ns;
}

/** RFC 3339 ("2026-11-19T11:36:34.1Z", with offset) to nanoseconds since 1970 UTC; null when it is none. */
export function parseInstant(text) {
    const m = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(\.\d{1,9})?\s*(Z|z|UTC|[+-]\d\d:\d\d)$/.exec(text.trim());
    if (!m) return null;
    const zone = /^[+-]/.test(m[5]) ? m[5] : "Z", ms = Date.parse(`${m[1]}T${m[2]}${m[3] || ":00"}${zone}`);
    if (Number.isNaN(ms)) return null;
    return BigInt(ms) * 1000000n + BigInt((m[4] || ".0").slice(1).padEnd(9, "0"));
}

/**
 * "34.1..34.9", "34.1s..34.9s", "34.1–34.9 s", or absolute times on both sides where the clock is known: the typed
 * field and the hash. A unit only at the end holds for both. Edges are rounded up to whole steps; a range that would
 * be empty then becomes one step long.
 * @param {string} text
 * @param {any} head one profile of the head
 * @returns {{range: {from: number, to: number}|null, snapped: boolean, error: string}}
 */
export function parseRange(text, head) {
    const no = (error) => ({ range: null, snapped: false, error });
    const sides = text.split(/\s*(?:\.\.|\u2013|\u2026)\s*/);
    if (sides.length !== 2) return no(`'${text.slice(0, 80)}' is no range (expected from..to, as in 34.1..34.9)`);
    const unit = /[a-z\u00b5\u03bc]+\s*$/.exec(sides[1]), bare = unit && unit[0].trim() in UNITS ? unit[0].trim() : "s";
    const ns = sides.map((side) => parseMoment(side, /^[\d.\s]*$/.test(side) ? bare : "s", head));
    for (const i of [0, 1]) if (ns[i] === null) return no(`'${sides[i].slice(0, 80)}' is no time (expected 34.1, 820ms or 1 min 5 s)`);
    const [a, b] = ns[0] <= ns[1] ? ns : [ns[1], ns[0]], step = BigInt(head.step_ns);
    const up = (v) => (v <= 0n ? 0n : (v + step - 1n) / step), most = BigInt(head.n_steps);
    const from = up(a), end = up(b), to = end > from ? end : from + 1n;
    if (from >= most) return no(`'${text.slice(0, 80)}' begins after the end (${formatSteps(head.n_steps, head.step_ns)})`);
    const cut = to < LAST_STEP ? to : LAST_STEP; /* the end of a last column lies past the last sample: kept */
    return { range: { from: Number(from), to: Number(cut) }, snapped: from * step !== a || cut * step !== b, error: "" };
}

/* Since the origin. "11:36:34.1" is a time of day where the clock is known (the first one after the origin, less a
 * second for reading errors), else hours or minutes since the origin. */
function parseMoment(text, unit, head) {
    const epoch = head.clock_epoch_ns === null || head.clock_epoch_ns === undefined ? null : BigInt(head.clock_epoch_ns);
    const at = epoch === null ? null : parseInstant(text);
    if (at !== null) return at - epoch;
    const m = /^(\d{1,3}):(\d\d)(?::(\d\d))?(\.\d{1,9})?$/.exec(text.trim());
    if (!m) return parseTime(text, unit);
    const hours = epoch !== null || m[3] !== undefined, fields = m.slice(1, 4).filter((f) => f !== undefined).map(BigInt);
    const seconds = fields.reduce((sum, f) => sum * 60n + f, 0n) * (hours && fields.length === 2 ? 60n : 1n);
    const ns = seconds * S + BigInt((m[4] || ".0").slice(1).padEnd(9, "0"));
    if (epoch === null) return ns;
    const day = 86400n * S, offset = ns - (epoch % day);
    return offset < -S ? offset + day : offset;
}
