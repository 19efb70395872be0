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

void ff_spread_add(ff_spread *spread, double value)
{
    const ff_spread one = {1, value, 0};
    ff_spread_merge(spread, &one);
}

void ff_spread_merge(ff_spread *spread, const ff_spread *other)
{
    size_t count = spread->count + other->count;
    if (other->count == 0)
        return;
    double share = (double)other->count / (double)count, apart = other->mean - spread->mean;
    spread->squares += other->squares + apart * apart * share * (double)spread->count;
    spread->mean += share * apart;
    spread->count = count;
}

double ff_spread_deviation(const ff_spread *spread)
{
    return spread->count ? sqrt(spread->squares / (double)spread->count) : 0;
}
