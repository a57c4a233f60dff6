/* SPDX-License-Identifier: MIT */

/** A text as it is shown: control characters, and those that turn the text around them, stand as U+FFFD, so that no name looks like another.
 * As src/render/escape.c does. What is searched, copied and exported is the text itself. */
export const shown = (text) => String(text).replace(/[\0-\b\v-\x1f\x7f-\x9f\p{Bidi_Control}]/gu, '\ufffd');
