#include "tests/bench/bench_ace/cases.h"

#include "lib/base/memory.h"
#include "lib/structure/crystal.h"
#include "tests/bench/bench_ace/timing.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Cutoff 4.9 A keeps 26 neighbours (shells at 2.74, 3.17, 4.48 A) when atoms are rattled. */
#define TUNGSTEN                                                                                   \
    .species_count = 1, .species = {74}, .pair_degree = 12, .cutoff = 4.9, .inner = 1.8,           \
    .nearest = 2.74
#define ALLOY                                                                                      \
    .species_count = 2, .species = {73, 74}, .pair_degree = 12, .cutoff = 4.9, .inner = 1.8,       \
    .nearest = 2.74

/* Degrees and weights of l that give the sizes issues and publications speak of. */
const bench_case bench_cases[] = {
    {"order 3", {TUNGSTEN, .order = 3, .degree = {0, 11, 8}, .l_weight = 1.1}, false},
    {"order 3", {TUNGSTEN, .order = 3, .degree = {0, 12, 11}, .l_weight = 0.9}, true},
    {"order 3", {TUNGSTEN, .order = 3, .degree = {0, 14, 12.5}, .l_weight = 0.8}, false},
    {"order 4", {TUNGSTEN, .order = 4, .degree = {0, 15, 13, 12}, .l_weight = 0.9}, true},
    {"order 5", {TUNGSTEN, .order = 5, .degree = {0, 12, 11, 10, 9.5}, .l_weight = 1.0}, false},
    {"Ta-W, order 3", {ALLOY, .order = 3, .degree = {0, 9, 8}, .l_weight = 1.0}, false},
    {"Ta-W, order 4", {ALLOY, .order = 4, .degree = {0, 9, 7, 6}, .l_weight = 1.0}, false},
};
const size_t bench_case_count = sizeof bench_cases / sizeof *bench_cases;

void bench_check(int status, const ff_error *err)
{
    char text[1024];
    if (status == FF_OK)
        return;
    (void)fprintf(stderr, "bench_ace: %s\n", ff_error_describe(err, text, sizeof text));
    exit(ff_exit_code(status));
}

void bench_setup_init(bench_setup *setup, const bench_case *c)
{
    ff_error err = {0};
    double start = bench_thread_time();
    *setup = (bench_setup){.c = c};
    bench_check(ff_ace_basis_new(&setup->basis, &c->options, &err), &err);
    setup->seconds = bench_thread_time() - start;
    ff_ace_model *model = &setup->model;
    ff_ace_model_init(model);
    model->basis = *ff_ace_basis_options(setup->basis);
    model->count = ff_ace_basis_size(setup->basis);
    model->coefficients = ff_new_array(model->count, sizeof *model->coefficients, &err);
    bench_check(model->coefficients ? FF_OK : FF_E_NOMEM, &err);
    for (size_t k = 0; k < model->count; k++)
        model->coefficients[k] = 1.0 / (double)(k + 1);
    bench_check(ff_ace_potential_new(&setup->potential, model, &err), &err);
}

void bench_setup_clear(bench_setup *setup)
{
    ff_potential_free(setup->potential);
    ff_ace_model_clear(&setup->model);
    ff_ace_basis_free(setup->basis);
}

void bench_make_frame(ff_frame *frame, const bench_case *c, size_t atoms, unsigned long seed)
{
    ff_error err = {0};
    int cells = (int)lround(cbrt((double)atoms / 2));
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    bench_check(rng ? FF_OK : FF_E_NOMEM, &err);
    gsl_rng_set(rng, seed + 1);
    bench_check(ff_crystal_supercell(frame, ff_crystal_find("bcc"), 74, 3.1652,
                                     (const int[3]){cells, cells, cells}, &err),
                &err);
    for (size_t i = 0; i < 3 * frame->atoms; i++)
        frame->positions[i] += gsl_ran_gaussian(rng, 0.05);
    for (size_t i = 0; i < frame->atoms; i++)
        frame->species[i] = c->options.species[gsl_rng_uniform_int(rng, c->options.species_count)];
    bench_check(ff_frame_add_label(frame, FF_LABEL_FORCES, &err), &err);
    frame->labels = FF_LABEL_ENERGY | FF_LABEL_FORCES | FF_LABEL_VIRIAL;
    gsl_rng_free(rng);
}
