/* SPDX-License-Identifier: MIT */

/** f again only when one of the arguments is another. */
export function remember(f) {
    let last = null, value;
    return (...args) => {
        if (!last || args.some((a, i) => a !== last[i])) { value = f(...args); last = args; }
        return value;
    };
}
