/* SPDX-License-Identifier: MIT
 *
 * How a profile's weights and instants are written. */
import { formatCount, formatInstant, formatTime } from './numbers.js';

const COUNTED_TIMES = { nanoseconds: 1, microseconds: 1e3, milliseconds: 1e6 };

/** How an event's weights are written: {name, format}; the name is empty where format says the unit. */
export function unitOf(profile, event) {
    if (profile.events[event]?.n_spans) return { name: '', format: (v) => formatTime(Math.round(v)) };
    if (profile.weight === 'samples') return { name: 'samples', format: formatCount };
    const full = profile.events[event].name, name = profile.weight === 'count' ? full.replace(/^.*\/(?=.)/s, '') : full;
    const ns = COUNTED_TIMES[name];
    if (profile.weight === 'count') return ns ? { name: '', format: (v) => formatTime(Math.round(v * ns)) } : { name, format: formatCount };
    if (/clock/.test(name)) return { name: '', format: (v) => formatTime(Math.round(v / 1e4) * 1e4) };
    return { name, format: formatCount };
}

/** A weight with its unit. */
export const words = (unit, v) => `${unit.format(v)} ${v === 1 && unit.name === 'samples' ? 'sample' : unit.name}`.trim();

/** What is counted: samples, or spans. */
export const recordsOf = (profile, event) => ({ name: profile.events[event]?.n_spans ? 'spans' : 'samples', format: formatCount });

/** Where records stand for many samples each, what they add up to. */
export const samplesOf = (profile, e) => Number(profile.weight === 'count' ? e.weight : e.n_samples);

/** An instant as exact as a reader needs: milliseconds at most, or whole seconds. */
export function instant(epoch, ns, digits = 3) {
    return formatInstant(epoch, ns).replace(/\.\d+/, (f) => (digits ? f.slice(0, digits + 1) : ''));
}

/** Spans longer than a second in whole tenths: 41.9 s, not 41.9123 s. */
export const roundSpan = (ns) => (ns < 1e9 ? ns : Math.round(ns / 1e8) * 1e8);
