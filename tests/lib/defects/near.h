#ifndef FF_TESTS_LIB_DEFECTS_NEAR_H
#define FF_TESTS_LIB_DEFECTS_NEAR_H

/* Comparison of doubles (CMocka's assert_float_equal rounds to single precision). */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* |found - expected| <= tolerance, else the test fails at the caller's line. */
#define assert_near(found, expected, tolerance)                                                    \
    check_near((found), (expected), (tolerance), #found, __FILE__, __LINE__)

static inline void check_near(double found, double expected, double tolerance, const char *what,
                              const char *file, int line)
{
    if (fabs(found - expected) <= tolerance)
        return;
    print_error("%s is %.15g, expected %.15g within %g\n", what, found, expected, tolerance);
    _fail(file, line);
}

#endif
