#ifndef FF_TESTS_LIB_DEFECTS_STROH_CUT_H
#define FF_TESTS_LIB_DEFECTS_STROH_CUT_H

#include "lib/defects/stroh.h"

#include <math.h>

/* ff_stroh_displacement with the angle from -pi to pi: the cut is the half plane y = 0, x < 0. */
static inline void stroh_displacement_cut(double u[3], const ff_stroh *field, double x, double y)
{
    ff_stroh_displacement(u, field, x, y, atan2(y, x));
}

#endif
