#include "lib/base/deviation.h"

#include <math.h>

void ff_deviation_add(ff_deviation *deviation, double difference)
{
    double size = fabs(difference);
    deviation->count++;
    deviation->squares += size * size;
    deviation->absolute += size;
    deviation->max = fmax(deviation->max, size);
}

void ff_deviation_merge(ff_deviation *deviation, const ff_deviation *other)
{
    deviation->count += other->count;
    deviation->squares += other->squares;
    deviation->absolute += other->absolute;
    deviation->max = fmax(deviation->max, other->max);
}

double ff_deviation_rmse(const ff_deviation *deviation)
{
    return deviation->count ? sqrt(deviation->squares / (double)deviation->count) : 0;
}

double ff_deviation_mae(const ff_deviation *deviation)
{
    return deviation->count ? deviation->absolute / (double)deviation->count : 0;
}
