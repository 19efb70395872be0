#ifndef FF_TESTS_BENCH_TIMING_H
#define FF_TESTS_BENCH_TIMING_H

/* Clocks and medians of benchmarks. */

#include <time.h>

/* Processor time of the calling thread, which other programs on the machine do not lengthen (their
 * use of shared caches does). Seconds. */
double bench_thread_time(void);

/* Elapsed time, for work on several threads. Seconds. */
double bench_wall_time(void);

/* Repeated measurements of one thing. */
enum { BENCH_RUNS = 5 };
typedef struct bench_times {
    int count;
    double time[BENCH_RUNS];
} bench_times;

void bench_add(bench_times *times, double time);

/* 0 when there are none. */
double bench_median(const bench_times *times);
double bench_least(const bench_times *times);

#endif
