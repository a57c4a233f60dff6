/* SPDX-License-Identifier: MIT
 *
 * Student's t, as src/compare/student.c has it: the incomplete beta function by Lentz's continued fraction. */

const TINY = 1e-300, FEW = 1e-14;
/* Lanczos' approximation of log gamma, g = 7, n = 9 (Godfrey's coefficients): good to 1e-15. */
const LANCZOS = [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
    -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7];

export function lgamma(x) {
    let sum = LANCZOS[0];
    for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i] / (x - 1 + i);
    const t = x + 6.5;
    return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

function betaFraction(a, b, x) {
    const safe = (v) => (Math.abs(v) < TINY ? TINY : v);
    let c = 1, d = 1 / safe(1 - (a + b) * x / (a + 1)), f = d;
    for (let m = 1; m <= 300; m++) {
        const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / safe(1 + even * d);
        c = safe(1 + even / c);
        f *= d * c;
        d = 1 / safe(1 + odd * d);
        c = safe(1 + odd / c);
        f *= d * c;
        if (Math.abs(d * c - 1) < FEW) break;
    }
    return f;
}

function betaPart(a, b, x) {
    if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
    const front = Math.exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * Math.log(x) + b * Math.log1p(-x));
    return x < (a + 1) / (a + b + 2) ? front * betaFraction(a, b, x) / a : 1 - front * betaFraction(b, a, 1 - x) / b;
}

/** Probability of |t| or more by chance alone. */
export const studentP = (t, df) => betaPart(df / 2, 0.5, df / (df + t * t));

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
