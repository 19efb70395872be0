#ifndef FF_TESTS_BENCH_LIMITS_H
#define FF_TESTS_BENCH_LIMITS_H

/* What one core of this machine can do at most, measured. */

#include <stddef.h>

/* Floating-point operations per second of fused multiplications and additions that depend on
 * nothing but registers, with the vector instructions that FF_VECTORISE chooses; a fused
 * multiplication and addition counts two. The best of several short runs: what the machine does
 * when nobody else is using it. */
double bench_peak_rate(void);

/* Bytes per second, read and written both counted, of copying and of a triad (a = b + s c) over
 * arrays of `bytes` each: those that fit a cache measure the cache. The best of several runs;
 * negative when there is no memory for them. */
double bench_copy_rate(size_t bytes);
double bench_triad_rate(size_t bytes);

#endif
