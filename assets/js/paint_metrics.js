/* SPDX-License-Identifier: MIT
 *
 * Metrics above the map: one line for each, in one box, on two axes. The first unit has its axis on the left, the second on the
 * right; a third shares the right one, scaled by itself, and so has no numbers there. */
import { formatShort } from "./series.js";
import { shown } from "./shown.js";

/* Told apart by colour-blind readers, too (after Okabe and Ito), and from the colours of the map. */
const COLOURS = { light: ["#0072b2", "#b35900", "#00805c", "#a0527c", "#5d6475"], dark: ["#56b4e9", "#e69f00", "#35c79a", "#d98fb8", "#9aa1b1"] };

const metricColour = (k, dark) => COLOURS[dark ? "dark" : "light"][k % COLOURS.light.length];

/** The range of each unit, in the order of first sight. From 0 unless the numbers stay far away from it. */
export function metricAxes(metrics, stat) {
    const axes = new Map();
    for (const { unit, stats } of metrics) {
        const name = stat === "count" ? "" : unit, axis = axes.get(name) || { unit: name, low: Infinity, high: -Infinity };
        for (const v of stats[stat]) {
            if (v < axis.low) axis.low = v;
            if (v > axis.high) axis.high = v;
        }
        axes.set(name, axis);
    }
    for (const axis of axes.values()) {
        if (!(axis.low <= axis.high)) axis.low = axis.high = 0;
        if (axis.low > 0 && axis.low < axis.high * 0.7) axis.low = 0;
        if (axis.high === axis.low) axis.high = axis.low + 1;
    }
    return [...axes.values()];
}

/** metrics: [{title, unit, stats}]; colours from metricColour. */
export function paintMetrics(ctx, box, metrics, stat, dark, colors) {
    const axes = metricAxes(metrics, stat), y = (v, { low, high }) => box.y + 12 + (box.h - 13) * (1 - (v - low) / (high - low));
    ctx.save();
    ctx.beginPath();
    ctx.rect(box.x, box.y, box.w, box.h + 1);
    ctx.clip();
    for (const [k, { unit, stats }] of metrics.entries()) {
        const values = stats[stat], w = box.w / values.length, axis = axes.find((a) => a.unit === (stat === "count" ? "" : unit));
        ctx.strokeStyle = metricColour(k, dark);
        ctx.lineWidth = 1.25;
        ctx.beginPath();
        let drawn = false;
        for (let c = 0; c < values.length; c++) {
            if (!(Math.abs(values[c]) <= Number.MAX_VALUE)) continue;
            const at = y(values[c], axis), x = box.x + c * w;
            if (drawn) ctx.lineTo(x, at); else ctx.moveTo(x, at);
            ctx.lineTo(x + Math.max(w, 1), at);
            drawn = true;
        }
        ctx.stroke();
    }
    ctx.restore();
    paintNames(ctx, box, metrics, stat, dark, colors);
    if (axes[1]) paintAxis(ctx, box, axes[1], box.x + box.w - 3, colors);
}

/* Legible above lines. */
function paintOver(ctx, name, x, y, colour, { paper }) {
    const text = shown(name);
    ctx.strokeStyle = paper;
    ctx.lineWidth = 3;
    ctx.strokeText(text, x, y);
    ctx.fillStyle = colour;
    ctx.fillText(text, x, y);
}

function paintNames(ctx, box, metrics, stat, dark, colors) {
    ctx.font = `11px ${colors.font}`;
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    let x = box.x + 2;
    for (const [k, { title, unit }] of metrics.entries()) {
        const text = `${title.slice(0, 60)} (${stat}${unit && stat !== "count" ? `, ${unit}` : ""})`, wide = ctx.measureText(text).width;
        if (x + wide > box.x + box.w - 60 && k > 0) break;
        paintOver(ctx, text, x, box.y + 6, metricColour(k, dark), colors);
        x += wide + 14;
    }
}

/** The lowest and highest number of an axis. */
export function paintAxis(ctx, box, { low, high, unit }, right, colors) {
    ctx.font = `11px ${colors.font}`;
    ctx.textBaseline = "middle";
    ctx.textAlign = "right";
    for (const [v, y] of [[high, box.y + 12], [low, box.y + box.h - 4]]) {
        const text = `${formatShort(v)} ${unit.length > 3 ? "" : unit}`.trim(); // longer ones stand behind the name
        paintOver(ctx, text, right, y, colors.quiet, colors);
    }
}
