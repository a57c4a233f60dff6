/* SPDX-License-Identifier: MIT */

/** f again only when one of the arguments is another; forget() lets go of what is large. */
export function remember(f) {
    let last = null, value;
    const call = (...args) => {
        if (!last || args.some((a, i) => a !== last[i])) { value = f(...args); last = args; }
        return value;
    };
    return Object.assign(call, { forget() { last = null; value = undefined; } });
}
