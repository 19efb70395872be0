#ifndef FF_TESTS_NEAR_H
#define FF_TESTS_NEAR_H

/* Doubles held against each other (CMocka's own comparison rounds to float). Include after
 * cmocka.h. A tolerance of 0 asks for equality; NaN is near nothing. */

#include <math.h>

#define assert_near(found, expected, tolerance)                                                    \
    do {                                                                                           \
        double found_ = (found), expected_ = (expected);                                           \
        if (!(fabs(found_ - expected_) <= (tolerance)))                                            \
            fail_msg("found %.17g, expected %.17g", found_, expected_);                            \
    } while (0)

#endif
