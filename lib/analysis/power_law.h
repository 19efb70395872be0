#ifndef FF_LIB_ANALYSIS_POWER_LAW_H
#define FF_LIB_ANALYSIS_POWER_LAW_H

/* y = factor x^exponent through measured points, with how well they determine it. */

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_power_law {
    size_t points;   /* used */
    double exponent; /* NaN with fewer than two points */
    double factor;
    double low, high; /* 95 % confidence interval of the exponent; NaN with fewer than three */
} ff_power_law;

/* Least squares of ln y over ln x, every point counting the same; points with x or y not positive
 * and finite are left out. The interval is Student's, from the scatter about the line: it knows
 * nothing of a curve that is smooth but not straight. */
void ff_power_law_fit(ff_power_law *law, const double *x, const double *y, size_t count);

/* The factor to multiply a standard deviation by for a 95 % confidence interval, with so many
 * degrees of freedom; NaN with none. */
double ff_student_95(size_t freedom);

#ifdef __cplusplus
}
#endif
#endif
