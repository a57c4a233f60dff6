/* SPDX-License-Identifier: MIT
 *
 * Student's t for whole degrees of freedom, as src/compare/student.c has it: the incomplete beta function by its hypergeometric series
 * (Abramowitz and Stegun 26.5.4), all of whose terms are positive. */

/* The share of the beta distribution of a and b below x, but for the factor 1 / B(a, b). */
function series(a, b, x) {
    let sum = 1;
    for (let k = 0, term = 1; term > 1e-16 * sum; k++) sum += term *= x * (a + b + k) / (a + 1 + k);
    return sum * x ** a * (1 - x) ** b / a;
}

/** Probability of |t| or more by chance alone. */
export function studentP(t, df) {
    const a = df / 2, x = df / (df + t * t), odd = df % 2;
    let beta = odd ? Math.PI : 2; /* B(1/2, 1/2) or B(1, 1/2), and on to B(a, 1/2) */
    for (let k = odd ? 0.5 : 1; k < a; k++) beta *= k / (k + 0.5);
    return x < (a + 1) / (a + 2.5) ? series(a, 0.5, x) / beta : 1 - series(0.5, a, 1 - x) / beta;
}

/** The |t| that chance alone reaches with probability p. */
export function studentT(p, df) {
    let low = 0, high = 1;
    while (studentP(high, df) > p && high < 1e12) high *= 2;
    for (let i = 0; i < 100; i++) {
        const middle = (low + high) / 2;
        if (studentP(middle, df) > p) low = middle;
        else high = middle;
    }
    return high;
}
