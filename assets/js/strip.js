/* SPDX-License-Identifier: MIT
 *
 * Names without what makes one function look like many from run to run: offsets, addresses, clones, hashes and numbers
 * of generated code. What name_strip of src/names/strip.c does with STRIP_OFFSETS | STRIP_ADDRESSES | STRIP_HASHES,
 * which tests/browser/strip.test.js holds it to. */

const WORD = "\\w$\\x80-\\uffff", NO_WORD = `(?![${WORD}])`;
const IN_BRACKETS = /^(.+)\[\+(?:0x)?[0-9a-fA-F]+\]$/s, HEX_OFFSET = /^(.+)\+0x[0-9a-fA-F]+$/s, OFFSET = new RegExp(`^(.*[${WORD}])\\+\\d+$`, "s");
const HASHES = new RegExp(`::h[0-9a-fA-F]{16}${NO_WORD}|(?<=^bpf_prog_)[0-9a-fA-F]{16}_(?=[^])|(?<!^bpf_prog_)(?:[/.+]0x[0-9a-fA-F]{8,}|(?<=CGLIB)\\$\\$[0-9a-fA-F]{6,8}${NO_WORD}`
    + "|(?<=\\$\\$Lambda\\$|GeneratedMethodAccessor|GeneratedConstructorAccessor|GeneratedSerializationConstructorAccessor|\\$Proxy)\\d+)", "g");
const CLONES = [".isra", ".part", ".constprop", ".lto_priv", ".cold", ".llvm", ".local", ".localalias", ".clone"];

function cutOffset(s) {
    const m = s.endsWith("]") ? IN_BRACKETS.exec(s) : HEX_OFFSET.exec(s) || OFFSET.exec(s);
    return m ? m[1] : s;
}

function isAddress(s) {
    const m = /^(?:\[(.*)\]|(.*))$/s.exec(s), inner = m[1] ?? m[2];
    return /^0x[0-9a-fA-F]+$|^[0-9a-fA-F]{16}$/.test(inner);
}

function cutClones(s) {
    for (;;) {
        const bracket = s.endsWith("]") && s.includes(" [clone "), open = bracket ? s.slice(0, -1) : s, numbered = /^(.+)\.\d+$/s.exec(open), at = numbered ? numbered[1] : open;
        const known = numbered || bracket || at.endsWith(".cold") || at.endsWith(".localalias");
        const clone = known && CLONES.find((c) => at.endsWith(c) && at.length > c.length && !at.slice(0, -c.length).includes("/") && (!bracket || at.slice(0, -c.length).endsWith(" [clone ")));
        if (!clone) return s;
        s = at.slice(0, -clone.length - (bracket ? 8 : 0));
        if (!s) return s;
    }
}

function cutHashes(s) {
    const done = s.replace(HASHES, ""), at = done.indexOf("$$Lambda$"); /* it lost its number */
    return at >= 0 && !new RegExp(`^[${WORD}]`).test(done.slice(at + 9)) ? done.slice(0, at + 8) + done.slice(at + 9) : done;
}

export function stripName(name) {
    if (name.startsWith("RegExp:")) return name;
    const s = cutOffset(name);
    return isAddress(s) ? "[unknown]" : cutHashes(cutClones(s)) || "[unknown]";
}
