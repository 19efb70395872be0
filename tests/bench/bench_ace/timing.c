#include "tests/bench/bench_ace/timing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static double now(clockid_t clock)
{
    struct timespec t;
    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double bench_thread_time(void)
{
    return now(CLOCK_THREAD_CPUTIME_ID);
}

double bench_wall_time(void)
{
    return now(CLOCK_MONOTONIC);
}

void bench_add(bench_times *times, double time)
{
    assert(times->count < BENCH_RUNS);
    times->time[times->count++] = time;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const bench_times *times, int index)
{
    double sorted[BENCH_RUNS];
    if (times->count == 0)
        return 0;
    memcpy(sorted, times->time, sizeof sorted);
    qsort(sorted, (size_t)times->count, sizeof *sorted, compare);
    return sorted[index];
}

double bench_median(const bench_times *times)
{
    return quantile(times, times->count / 2);
}

double bench_least(const bench_times *times)
{
    return quantile(times, 0);
}
