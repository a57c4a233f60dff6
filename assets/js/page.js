/* SPDX-License-Identifier: MIT
 *
 * The page's entry: the only module that sees the document. Nothing interactive yet, so the static summary
 * stays visible. */
document.documentElement.dataset.fpScript = 'on';
