/* SPDX-License-Identifier: MIT
 *
 * Student's t and the derivatives of log gamma against printed tables. */
#include "support.h"

#include <math.h>

#include "compare/student.h"

static void check(const char *what, double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        fail_msg("%s: came %.9g, expected %.9g", what, got, want);
}

static void test_t_as_in_tables(void **state)
{
    (void)state;
    static const struct {
        double df, p, t;
    } rows[] = {{1, 0.05, 12.706}, {2, 0.05, 4.303},    {8, 0.05, 2.306}, {8, 0.001, 5.041},
                {30, 0.01, 2.750}, {120, 0.001, 3.373}, {5, 0.5, 0.727},  {1e6, 0.05, 1.960}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        check("t", student_t(rows[i].p, rows[i].df), rows[i].t, 0.0006);
        check("p", student_p(rows[i].t, rows[i].df), rows[i].p, rows[i].p * 2e-3);
    }
    check("p(0)", student_p(0, 7), 1, 1e-12);
    check("far out", student_p(20, 24) * 1e16, 1.41, 0.5);
    assert_true(student_p(200, 24) > 0 && student_p(200, 24) < 1e-35);
}

static void test_gamma(void **state)
{
    (void)state;
    check("digamma(1)", student_digamma(1), -0.5772156649, 1e-9);
    check("digamma(0.5)", student_digamma(0.5), -1.9635100260, 1e-9);
    check("trigamma(1)", student_trigamma(1), 1.6449340668, 1e-9);
    check("trigamma(0.5)", student_trigamma(0.5), 4.9348022005, 1e-9);
    for (double x = 0.01; x < 1000; x *= 3)
        check("inverse", student_trigamma_inverse(student_trigamma(x)) / x, 1, 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_t_as_in_tables), cmocka_unit_test(test_gamma)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
