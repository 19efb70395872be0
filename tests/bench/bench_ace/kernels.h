#ifndef FF_TESTS_BENCH_KERNELS_H
#define FF_TESTS_BENCH_KERNELS_H

/* The kernels of lib/ace one by one, on one site over and over: what they take when all they need
 * is in the caches, and which fraction of the machine's rate they reach.
 *
 * Operations are counted from the formulas: one for each multiplication, addition and subtraction
 * of numbers that are there. What fills up vectors, entries of zero and whatever computes addresses
 * is not counted, so that padding shows as a lower rate. */

#include "tests/bench/bench_ace/cases.h"

/* Prints the table of a case; peak: operations per second. */
void bench_kernels(const bench_setup *setup, double peak);

#endif
