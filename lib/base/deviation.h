#ifndef FF_LIB_BASE_DEVIATION_H
#define FF_LIB_BASE_DEVIATION_H

/* Statistics of differences between predictions and observations. */

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_deviation {
    size_t count;
    double squares, absolute; /* sums of d^2 and |d| */
    double max;               /* largest |d| */
} ff_deviation;

/* Adds one difference to a deviation that started as all zero. */
void ff_deviation_add(ff_deviation *deviation, double difference);

/* Adds all differences of another. */
void ff_deviation_merge(ff_deviation *deviation, const ff_deviation *other);

/* Root mean square and mean absolute difference; 0 of none. */
double ff_deviation_rmse(const ff_deviation *deviation);
double ff_deviation_mae(const ff_deviation *deviation);

/* Mean and spread of the observations themselves, for scale. */
typedef struct ff_spread {
    size_t count;
    double mean;
    double squares; /* sum of (x - mean)^2 */
} ff_spread;

/* Adds one number, or all numbers of another (T. F. Chan, G. H. Golub and R. J. LeVeque, Am. Stat.
 * 37, 242 (1983)), to a spread that started as all zero. */
void ff_spread_add(ff_spread *spread, double value);
void ff_spread_merge(ff_spread *spread, const ff_spread *other);

/* Standard deviation, of the whole population; 0 of none. */
double ff_spread_deviation(const ff_spread *spread);

#ifdef __cplusplus
}
#endif
#endif
