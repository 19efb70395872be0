#include "tests/bench/bench_ace/kernels.h"

#include "lib/ace/row_workspace.h"
#include "lib/base/memory.h"
#include "tests/bench/bench_ace/timing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One site of a cell and everything its kernels work on. */
typedef struct site {
    const bench_setup *setup;
    ff_frame frame;
    ff_ace_row_workspace *rows;
    ff_ace_workspace *w;
    ff_environment environment;
    const double *coefficients; /* of the many-body functions */
    double *functions, *gradient, *matrix;
} site;

static void site_init(site *s, const bench_setup *setup)
{
    ff_error err = {0};
    *s = (site){.setup = setup};
    size_t columns = ff_ace_basis_size(setup->basis);
    bench_make_frame(&s->frame, setup->c, 54, 0);
    bench_check(ff_ace_row_workspace_new(&s->rows, setup->basis, &err), &err);
    s->w = s->rows->site;
    bench_check(ff_neighbour_list_build(&s->rows->list, &s->frame, setup->c->options.cutoff, &err),
                &err);
    bench_check(ff_ace_row_environment(s->rows, &s->frame, 0, &s->environment, &err), &err);
    bench_check(ff_ace_workspace_load(s->w, &s->environment, false, &err), &err);
    bench_check(ff_ace_site_derivatives(s->w, &err), &err);
    s->coefficients = setup->model.coefficients + setup->basis->first[s->w->site.centre] +
                      ff_ace_pair_columns(setup->basis, s->w->site.centre);
    s->functions = ff_new_array(columns, sizeof(double), &err);
    s->gradient = ff_new_array(3 * s->environment.count, sizeof(double), &err);
    s->matrix = ff_new_array((3 * s->frame.atoms + 6) * columns, sizeof(double), &err);
    bench_check(s->functions && s->gradient && s->matrix ? FF_OK : FF_E_NOMEM, &err);
}

static void site_clear(site *s)
{
    ff_frame_clear(&s->frame);
    ff_ace_row_workspace_free(s->rows);
    free(s->functions);
    free(s->gradient);
    free(s->matrix);
}

/* What the counts are made of. */

static double harmonics(const site *s)
{
    return (double)s->w->site.harmonics;
}

static double one_particle(const site *s)
{
    return (double)s->setup->basis->graph.shape.rows;
}

static double neighbours(const site *s)
{
    return (double)s->environment.count;
}

/* Terms of the couplings of nodes begin..end-1. */
static double terms(const site *s, size_t begin, size_t end)
{
    const ff_ace_graph *graph = &s->setup->basis->graph;
    size_t count = 0;
    for (size_t i = begin; i < end; i++)
        count += graph->node[i].coupling ? graph->node[i].coupling->count : 0;
    return (double)count;
}

static double function_terms(const site *s)
{
    return terms(s, 0, s->setup->basis->graph.function_nodes);
}

/* Products of components in all scalar products. */
static double components(const site *s)
{
    const ff_ace_basis *basis = s->setup->basis;
    int count = 0;
    for (size_t k = 0; k < basis->graph.functions; k++) {
        const ff_ace_product *p = &basis->product[k];
        count += 2 * p->path.rank[ff_coupling_half(p->order) - 1] + 1;
    }
    return count;
}

static double entries(const site *s)
{
    return (double)s->setup->basis->graph.slices.entries;
}

/* Kernels and their operations. */

static void run_load(site *s)
{
    (void)ff_one_particle_load(&s->w->site, &s->environment, false, s->w->values, NULL);
}

/* A function and its slope 30 (polynomial, continuation, fading); a harmonic and its gradient 8 on
 * average; two for each function in A. */
static double load_operations(const site *s)
{
    return neighbours(s) * (30.0 * s->setup->basis->one_particle.functions + 8.0 * harmonics(s) +
                            2.0 * one_particle(s));
}

static void run_forward(site *s)
{
    ff_ace_graph_forward(&s->setup->basis->graph, s->w->values);
}

static double forward_operations(const site *s)
{
    return 3.0 * function_terms(s);
}

static void run_energy(site *s)
{
    (void)ff_ace_graph_energy(&s->setup->basis->graph, s->w->values, s->coefficients, true,
                              s->w->adjoint);
}

static double energy_operations(const site *s)
{
    const ff_ace_graph *graph = &s->setup->basis->graph;
    return 4.0 * components(s) + (double)graph->functions + 6.0 * function_terms(s);
}

static void run_pull_back(site *s)
{
    const ff_lanes slope = {0};
    for (size_t b = 0; b < s->w->site.blocks; b++)
        ff_one_particle_pull_back(&s->w->site, b, s->w->adjoint, slope, s->gradient);
}

static double pull_back_operations(const site *s)
{
    return neighbours(s) * (4.0 * one_particle(s) + 8.0 * harmonics(s) + 21.0);
}

static void run_functions(site *s)
{
    ff_ace_graph_functions(&s->setup->basis->graph, s->w->values, s->functions);
}

static double function_operations(const site *s)
{
    return 2.0 * components(s);
}

static void run_jacobian(site *s)
{
    ff_ace_graph_jacobian(&s->setup->basis->graph, s->w->values, s->w->jacobian);
}

static double jacobian_operations(const site *s)
{
    const ff_ace_graph *graph = &s->setup->basis->graph;
    return 3.0 * terms(s, graph->function_nodes, graph->nodes) + entries(s);
}

static void run_gradients(site *s)
{
    ff_one_particle_gradients(&s->w->site, &s->w->gradients);
}

/* Vectors of a harmonic 17; of a function 9, and 15 for its moments. */
static double gradient_operations(const site *s)
{
    return neighbours(s) * (17.0 * harmonics(s) + 24.0 * (double)s->w->gradients.stride);
}

static void run_products(site *s)
{
    const ff_ace_part all = ff_ace_part_of(s->setup->basis, 0, 1);
    for (size_t pack = 0; pack < 2 * s->w->site.blocks; pack++) {
        if (pack % 2 >= ff_block_packs(&s->w->site.block[pack / 2]))
            continue;
        ff_slice_target target = ff_ace_neighbour_rows(s->rows, 0, pack, s->matrix, -1.0);
        ff_ace_site_add_gradients(s->w, pack, &all, &target);
    }
}

/* Three multiplications and additions an entry; three additions of each function's gradient. */
static double product_operations(const site *s)
{
    return neighbours(s) * (6.0 * entries(s) + 3.0 * (double)s->setup->basis->graph.functions);
}

static void run_moments(site *s)
{
    const ff_ace_part all = ff_ace_part_of(s->setup->basis, 0, 1);
    size_t columns = ff_ace_basis_size(s->setup->basis);
    ff_slice_target target =
        ff_ace_centre_rows(s->rows, 0, s->matrix, s->matrix + 3 * s->frame.atoms * columns, -1.0);
    for (int z = 0; z < s->setup->basis->graph.shape.species_count; z++)
        ff_ace_site_add_moments(s->w, z, &all, &target);
}

static double moment_operations(const site *s)
{
    return 18.0 * entries(s) + 9.0 * (double)s->setup->basis->graph.functions;
}

typedef struct kernel {
    const char *name;
    void (*run)(site *s);
    double (*operations)(const site *s);
} kernel;

static const kernel kernels[] = {
    {"one-particle functions and A", run_load, load_operations},
    {"nodes", run_forward, forward_operations},
    {"energy and dE/dA", run_energy, energy_operations},
    {"gradient from dE/dA", run_pull_back, pull_back_operations},
    {"functions", run_functions, function_operations},
    {"Jacobian", run_jacobian, jacobian_operations},
    {"one-particle gradients", run_gradients, gradient_operations},
    {"products at the neighbours", run_products, product_operations},
    {"products with the moments", run_moments, moment_operations},
};

/* The median time of a call. */
static double time_of(const kernel *k, site *s)
{
    enum { CALLS = 2000 };
    bench_times times = {0};
    for (int run = 0; run < BENCH_RUNS; run++) {
        double start = bench_thread_time();
        for (int i = 0; i < CALLS; i++)
            k->run(s);
        bench_add(&times, (bench_thread_time() - start) / CALLS);
    }
    return bench_median(&times);
}

void bench_kernels(const bench_setup *setup, double peak)
{
    site s;
    site_init(&s, setup);
    printf("\n%s, %zu functions: a site with %zu neighbours\n%-30s %8s %8s %9s %8s\n",
           setup->c->name, ff_ace_basis_site_size(setup->basis), s.environment.count, "kernel",
           "us", "kFLOP", "GFLOP/s", "of peak");
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
        double time = time_of(&kernels[i], &s), count = kernels[i].operations(&s);
        printf("%-30s %8.2f %8.1f %9.2f %7.0f%%\n", kernels[i].name, 1e6 * time, 1e-3 * count,
               1e-9 * count / time, 100 * count / time / peak);
        (void)fflush(stdout);
    }
    site_clear(&s);
}
