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

#ifdef __cplusplus
}
#endif
#endif
