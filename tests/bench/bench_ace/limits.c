#include "tests/bench/bench_ace/limits.h"

#include "lib/base/vectorise.h"
#include "tests/bench/bench_ace/timing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Enough chains for the latency of the instruction on any machine of today (4 cycles, two a cycle),
 * and as many as have registers. */
enum { CHAINS = 12, ROUNDS = 200000 };

/* The project compiles without fusing, so that all processors give the same bits; the limit is
 * with. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("fp-contract=fast")
#endif

/* x = x a + b, over and over. */
FF_VECTORISE
static double multiply_and_add(const double *start)
{
    ff_pack x[CHAINS], a, b;
    memcpy(&a, start, sizeof a);
    memcpy(&b, start + FF_PACK, sizeof b);
    for (int c = 0; c < CHAINS; c++)
        x[c] = (double)(c + 1) * a;
    for (int i = 0; i < ROUNDS; i++)
#pragma GCC unroll 12
        for (int c = 0; c < CHAINS; c++)
            x[c] = x[c] * a + b;
    double sum = 0;
    for (int c = 0; c < CHAINS; c++)
        for (int q = 0; q < FF_PACK; q++)
            sum += x[c][q];
    return sum;
}

double bench_peak_rate(void)
{
    /* The fixed point of x = x a + b with a < 1: numbers stay ordinary. */
    double start[2 * FF_PACK], best = 0;
    for (int q = 0; q < FF_PACK; q++) {
        start[q] = 0.5;
        start[FF_PACK + q] = 1;
    }
    for (int run = 0; run < 20; run++) {
        double begin = bench_thread_time(), sum = multiply_and_add(start);
        double rate = 2.0 * CHAINS * FF_PACK * ROUNDS / (bench_thread_time() - begin);
        if (isfinite(sum) && rate > best) /* the sum is used, so that it is made */
            best = rate;
    }
    return best;
}

FF_VECTORISE
static void triad(double *restrict a, const double *restrict b, const double *restrict c,
                  size_t count, double scale)
{
    for (size_t i = 0; i < count; i++)
        a[i] = b[i] + scale * c[i];
}

static double stream(size_t bytes, int arrays)
{
    enum { REPEATS = 8, RUNS = 10 };
    size_t count = bytes / sizeof(double);
    double *memory = malloc(3 * count * sizeof *memory), best = -1;
    if (!memory)
        return -1;
    for (size_t i = 0; i < 3 * count; i++)
        memory[i] = (double)i;
    for (int run = 0; run < RUNS; run++) {
        double begin = bench_thread_time();
        for (int i = 0; i < REPEATS; i++)
            if (arrays == 2)
                memcpy(memory, memory + (i % 2 + 1) * (ptrdiff_t)count, count * sizeof *memory);
            else
                triad(memory, memory + count, memory + 2 * count, count, 0.5 * i);
        double rate = (double)(REPEATS * arrays) * (double)(count * sizeof *memory) /
                      (bench_thread_time() - begin);
        best = rate > best ? rate : best;
    }
    free(memory);
    return best;
}

double bench_copy_rate(size_t bytes)
{
    return stream(bytes, 2);
}

double bench_triad_rate(size_t bytes)
{
    return stream(bytes, 3);
}
