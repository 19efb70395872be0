/* Times of the ACE kernels on one thread, in microseconds of processor time per atom: energy and
 * forces of a model through the calculator, and all rows of a design matrix, on rattled bcc
 * tungsten with 26 neighbours within 5.0 A. Medians of several runs.
 *
 * Usage: bench_ace [ATOMS...]   (multiples of conventional cells of 2; default 54 2000) */

#include "lib/ace/features.h"
#include "lib/base/memory.h"
#include "lib/base/parallel.h"
#include "lib/structure/crystal.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { RUNS = 5 };

typedef struct bench_case {
    const char *name;
    ff_ace_options options;
} bench_case;

/* Cutoff 4.9 A keeps 26 neighbours (shells at 2.74, 3.17, 4.48 A) when atoms are rattled. */
static const bench_case cases[] = {
    {"order 3, small",
     {.species_count = 1,
      .species = {74},
      .order = 3,
      .degree = {0, 10, 8},
      .l_weight = 1.0,
      .pair_degree = 12,
      .cutoff = 4.9,
      .inner = 1.8,
      .nearest = 2.74}},
    {"order 3, medium",
     {.species_count = 1,
      .species = {74},
      .order = 3,
      .degree = {0, 14, 10.5},
      .l_weight = 1.0,
      .pair_degree = 14,
      .cutoff = 4.9,
      .inner = 1.8,
      .nearest = 2.74}},
    {"order 3, large",
     {.species_count = 1,
      .species = {74},
      .order = 3,
      .degree = {0, 16, 13},
      .l_weight = 1.0,
      .pair_degree = 16,
      .cutoff = 4.9,
      .inner = 1.8,
      .nearest = 2.74}},
    {"order 4",
     {.species_count = 1,
      .species = {74},
      .order = 4,
      .degree = {0, 15, 12, 11.6},
      .l_weight = 1.0,
      .pair_degree = 15,
      .cutoff = 4.9,
      .inner = 1.8,
      .nearest = 2.74}},
    {"order 5",
     {.species_count = 1,
      .species = {74},
      .order = 5,
      .degree = {0, 12, 11, 10, 9.5},
      .l_weight = 1.0,
      .pair_degree = 12,
      .cutoff = 4.9,
      .inner = 1.8,
      .nearest = 2.74}},
    {"two species",
     {.species_count = 2,
      .species = {73, 74},
      .order = 3,
      .degree = {0, 9, 8},
      .l_weight = 1.0,
      .pair_degree = 10,
      .cutoff = 4.9,
      .inner = 1.8,
      .nearest = 2.74}},
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void check(int status, const ff_error *err)
{
    if (status == FF_OK)
        return;
    fprintf(stderr, "bench_ace: %s\n", err->message);
    exit(ff_exit_code(status));
}

static void make_frame(ff_frame *frame, const ff_ace_options *options, size_t atoms)
{
    ff_error err = {0};
    int cells = (int)lround(cbrt((double)atoms / 2));
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    check(ff_crystal_supercell(frame, ff_crystal_find("bcc"), 74, 3.1652,
                               (const int[3]){cells, cells, cells}, &err),
          &err);
    for (size_t i = 0; i < 3 * frame->atoms; i++)
        frame->positions[i] += gsl_ran_gaussian(rng, 0.05);
    for (size_t i = 0; i < frame->atoms; i++)
        frame->species[i] = options->species[gsl_rng_uniform_int(rng, options->species_count)];
    check(ff_frame_add_label(frame, FF_LABEL_FORCES, &err), &err);
    frame->labels = FF_LABEL_ENERGY | FF_LABEL_FORCES | FF_LABEL_VIRIAL;
    gsl_rng_free(rng);
}

/* Enough repetitions of small frames for the clock. */
static size_t repetitions(size_t atoms)
{
    return atoms < 1000 ? 1000 / atoms : 1;
}

static double time_evaluation(const ff_ace_model *model, const ff_frame *frame)
{
    ff_error err = {0};
    ff_potential *potential = NULL;
    ff_calculator *calculator = NULL;
    ff_evaluation_result result;
    double times[RUNS];
    check(ff_ace_potential_new(&potential, model, &err), &err);
    check(ff_calculator_new(&calculator, potential, 0.3, &err), &err);
    size_t repeat = repetitions(frame->atoms);
    for (int run = -1; run < RUNS; run++) { /* the first is not counted */
        double start = now();
        for (size_t i = 0; i < repeat; i++)
            check(ff_calculator_evaluate(calculator, frame, FF_WANT_FORCES | FF_WANT_VIRIAL,
                                         &result, &err),
                  &err);
        times[run < 0 ? 0 : run] = (now() - start) / (double)(repeat * frame->atoms);
    }
    ff_calculator_free(calculator);
    ff_potential_free(potential);
    qsort(times, RUNS, sizeof *times, compare);
    return 1e6 * times[RUNS / 2];
}

static double time_rows(const ff_ace_basis *basis, const ff_frame *frame)
{
    ff_error err = {0};
    ff_ace_row_workspace *workspace = NULL;
    double times[RUNS], one_body[FF_MAX_SPECIES + 1] = {0};
    check(ff_ace_row_workspace_new(&workspace, basis, &err), &err);
    size_t repeat = repetitions(frame->atoms);
    for (int run = -1; run < RUNS; run++) {
        double start = now();
        for (size_t i = 0; i < repeat; i++) {
            ff_design_block block;
            check(ff_ace_frame_rows(&block, basis, frame, 0, ~0u, one_body, workspace, &err), &err);
            ff_design_block_clear(&block);
        }
        times[run < 0 ? 0 : run] = (now() - start) / (double)(repeat * frame->atoms);
    }
    ff_ace_row_workspace_free(workspace);
    qsort(times, RUNS, sizeof *times, compare);
    return 1e6 * times[RUNS / 2];
}

static void run_case(const bench_case *c, size_t atoms)
{
    ff_error err = {0};
    ff_ace_basis *basis = NULL;
    ff_ace_model model;
    ff_frame frame;
    double start = now();
    check(ff_ace_basis_new(&basis, &c->options, &err), &err);
    double setup = now() - start;
    ff_ace_model_init(&model);
    model.basis = c->options;
    model.count = ff_ace_basis_size(basis);
    model.coefficients = ff_new_array(model.count, sizeof *model.coefficients, &err);
    for (size_t k = 0; k < model.count; k++)
        model.coefficients[k] = 1.0 / (double)(k + 1);
    make_frame(&frame, &c->options, atoms);
    printf("%-18s %9zu %7zu %10.1f %15.2f %15.2f\n", c->name, ff_ace_basis_site_size(basis),
           frame.atoms, 1e3 * setup, time_evaluation(&model, &frame), time_rows(basis, &frame));
    fflush(stdout);
    ff_frame_clear(&frame);
    ff_ace_model_clear(&model);
    ff_ace_basis_free(basis);
}

int main(int argc, char **argv)
{
    static const size_t usual[] = {54, 2000};
    ff_set_threads(1);
    printf("%-18s %9s %7s %10s %15s %15s\n", "basis", "functions", "atoms", "setup (ms)",
           "E+F (us/atom)", "rows (us/atom)");
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (size_t i = 0; i < (argc > 1 ? (size_t)argc - 1 : 2); i++)
            run_case(&cases[c], argc > 1 ? (size_t)strtoul(argv[i + 1], NULL, 10) : usual[i]);
    return 0;
}
