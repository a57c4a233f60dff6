/* SPDX-License-Identifier: MIT
 *
 * Names without what makes one function look like many from run to run: offsets, addresses, clones, hashes and numbers
 * of generated code. What name_strip of src/names/strip.c does with STRIP_OFFSETS | STRIP_ADDRESSES | STRIP_HASHES,
 * which tests/browser/strip.test.js holds it to. */

/* At the end of a name: f[+0x1f], f+0x1f, f+31. A letter is also what is not ASCII. */
const OFFSET = /(?<=[^])(\[\+(0x)?[\da-fA-F]+\]|\+0x[\da-fA-F]+)$|(?<=[\w$\x80-\uffff])\+\d+$/;
const ADDRESS = /^(\[(0x[\da-fA-F]+|[\da-fA-F]{16})\]|0x[\da-fA-F]+|[\da-fA-F]{16})$/;
/* The last clone: "f [clone .part.1]", "f.part.1", "f.cold"; what is left of it in one of two groups. */
const CLONE = /^(?:([^/]*) \[clone \.(?:isra|part|constprop|lto_priv|cold|llvm|local|localalias|clone)(?:\.\d+)?\]|([^/]+)\.(?:(?:isra|part|constprop|lto_priv|cold|llvm|local|localalias|clone)\.\d+|cold|localalias))$/;
const HASHES = new RegExp("::h[\\da-fA-F]{16}(?![\\w$\\x80-\\uffff])|(?<=^bpf_prog_)[\\da-fA-F]{16}_(?=[^])|(?<!^bpf_prog_)([/.+]0x[\\da-fA-F]{8,}|(?<=CGLIB)\\$\\$[\\da-fA-F]{6,8}(?![\\w$\\x80-\\uffff])"
    + "|(?<=\\$\\$Lambda\\$|Generated(Method|(Serialization)?Constructor)Accessor|\\$Proxy)\\d+)", "g");
/* One that lost its number keeps no '$' for it. */
const LAMBDA = /\$\$Lambda\$([\w$\x80-\uffff])?/;

export function stripName(name) {
    if (name.startsWith("RegExp:")) return name;
    let s = name.replace(OFFSET, "");
    if (ADDRESS.test(s)) return "[unknown]";
    for (let m; (m = CLONE.exec(s)); ) s = m[1] ?? m[2];
    return s.replace(HASHES, "").replace(LAMBDA, (all, more) => (more ? all : "$$Lambda")) || "[unknown]";
}
