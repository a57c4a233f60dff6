/* SPDX-License-Identifier: MIT
 *
 * The few functions of statistics that the comparison needs: Student's t and the log-gamma's derivatives. */
#ifndef COMPARE_STUDENT_H
#define COMPARE_STUDENT_H

/* Probability of |t| or more by chance alone, with `df` > 0 degrees of freedom. */
double student_p(double t, double df);
/* The |t| that chance alone reaches with probability p. */
double student_t(double p, double df);
/* First and second derivative of log gamma, x > 0; the inverse of the second, y > 0. */
double student_digamma(double x);
double student_trigamma(double x);
double student_trigamma_inverse(double y);

#endif
