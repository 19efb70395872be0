#ifndef FF_TESTS_BENCH_CASES_H
#define FF_TESTS_BENCH_CASES_H

/* What is timed: bases of several sizes on rattled bcc tungsten with 26 neighbours. */

#include "lib/ace/basis.h"

typedef struct bench_case {
    const char *name;
    ff_ace_options options;
    bool kernels; /* whether the kernels are timed one by one */
} bench_case;

extern const bench_case bench_cases[];
extern const size_t bench_case_count;

/* Everything a case needs, made once; the model has coefficients 1/k. */
typedef struct bench_setup {
    const bench_case *c;
    double seconds; /* to make the basis */
    ff_ace_basis *basis;
    ff_ace_model model;
    ff_potential *potential;
} bench_setup;

/* Stops the program when anything fails, saying why. */
void bench_setup_init(bench_setup *setup, const bench_case *c);
void bench_setup_clear(bench_setup *setup);

/* A cell of about that many atoms, rattled by 0.05 A, species at random, labelled with energy,
 * forces and virial; seed 0, 1, .. gives different ones. */
void bench_make_frame(ff_frame *frame, const bench_case *c, size_t atoms, unsigned long seed);

/* Stops the program with the error's message unless status is FF_OK. */
void bench_check(int status, const ff_error *err);

#endif
