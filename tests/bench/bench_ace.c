/* Times of the ACE engine in microseconds per atom, on rattled bcc tungsten with 26 neighbours
 * within 4.9 A, and what the machine allows: see the heads of the tables.
 *
 * One thread: processor time; medians of five, the least in brackets where it matters. What is
 * compared is measured in turns, so that a machine that is busy or hot for a while does not favour
 * one of them. LAMMPS, where it has pair style pace (bench_ace/lammps.h), evaluates the same
 * potential on the same cell. Single kernels: bench_ace/kernels.h.
 *
 * Usage: bench_ace [ATOMS...]   (sizes of cells; default 54 2000 16000) */

#include "lib/ace/features.h"
#include "lib/base/memory.h"
#include "lib/base/parallel.h"
#include "tests/bench/bench_ace/cases.h"
#include "tests/bench/bench_ace/kernels.h"
#include "tests/bench/bench_ace/lammps.h"
#include "tests/bench/bench_ace/limits.h"
#include "tests/bench/bench_ace/timing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double one_body[FF_MAX_SPECIES + 1] = {0};

/* Enough repetitions of small frames for the clock. */
static size_t repetitions(size_t atoms)
{
    return atoms < 1000 ? 1000 / atoms : 1;
}

/* Times of one basis on one cell, s per atom. */
typedef struct measurement {
    bench_times energy, product, rows, lammps;
} measurement;

/* What they are measured with. */
typedef struct subject {
    const bench_setup *setup;
    ff_frame frame;
    ff_calculator *calculator;
    ff_ace_row_workspace *rows;
    double *direction, *product; /* [atoms][3] */
} subject;

static void subject_init(subject *s, const bench_setup *setup, size_t atoms)
{
    ff_error err = {0};
    *s = (subject){.setup = setup};
    bench_make_frame(&s->frame, setup->c, atoms, 0);
    bench_check(ff_calculator_new(&s->calculator, setup->potential, 0.3, &err), &err);
    bench_check(ff_ace_row_workspace_new(&s->rows, setup->basis, &err), &err);
    s->direction = ff_new_array(3 * s->frame.atoms, sizeof(double), &err);
    s->product = ff_new_array(3 * s->frame.atoms, sizeof(double), &err);
    bench_check(s->direction && s->product ? FF_OK : FF_E_NOMEM, &err);
    for (size_t i = 0; i < 3 * s->frame.atoms; i++)
        s->direction[i] = (double)(i % 7) - 3.0;
}

static void subject_clear(subject *s)
{
    ff_frame_clear(&s->frame);
    ff_calculator_free(s->calculator);
    ff_ace_row_workspace_free(s->rows);
    free(s->direction);
    free(s->product);
}

/* Returns the energy in eV. */
static double energy_of(subject *s)
{
    ff_error err = {0};
    ff_evaluation_result result;
    bench_check(ff_calculator_evaluate(s->calculator, &s->frame, FF_WANT_FORCES | FF_WANT_VIRIAL,
                                       &result, &err),
                &err);
    return result.energy;
}

static void evaluate(subject *s)
{
    (void)energy_of(s);
}

static void multiply(subject *s)
{
    ff_error err = {0};
    bench_check(
        ff_calculator_hessian_product(s->calculator, &s->frame, s->direction, s->product, &err),
        &err);
}

static void make_rows(subject *s)
{
    ff_error err = {0};
    ff_design_block block;
    bench_check(
        ff_ace_frame_rows(&block, s->setup->basis, &s->frame, 0, ~0u, one_body, s->rows, &err),
        &err);
    ff_design_block_clear(&block);
}

/* Seconds per atom of processor time. */
static double time_of(void (*work)(subject *s), subject *s)
{
    size_t repeat = repetitions(s->frame.atoms);
    double start = bench_thread_time();
    for (size_t i = 0; i < repeat; i++)
        work(s);
    return (bench_thread_time() - start) / (double)(repeat * s->frame.atoms);
}

/* LAMMPS's time for the same; it must have found the same energy, to a ten-thousandth of an eV for
 * each atom, or this is no comparison. */
static void time_lammps(subject *s, bench_times *times)
{
    double energy, time = bench_lammps_time(&s->frame, &energy);
    if (!(fabs(energy - energy_of(s)) < 1e-4 * (double)s->frame.atoms)) {
        (void)fprintf(stderr, "bench_ace: LAMMPS found an energy of %.10g eV instead of %.10g\n",
                      energy, energy_of(s));
        exit(1);
    }
    bench_add(times, 1e6 * time);
}

static void run_case(const bench_setup *setup, size_t atoms, bool lammps)
{
    subject s;
    measurement m = {0};
    subject_init(&s, setup, atoms);
    evaluate(&s); /* makes the neighbour list and fills the caches */
    if (lammps)
        bench_lammps_prepare(setup, &s.frame);
    for (int run = 0; run < BENCH_RUNS; run++) {
        bench_add(&m.energy, 1e6 * time_of(evaluate, &s));
        bench_add(&m.product, 1e6 * time_of(multiply, &s));
        bench_add(&m.rows, 1e6 * time_of(make_rows, &s));
        if (lammps)
            time_lammps(&s, &m.lammps);
    }
    double energy = bench_median(&m.energy), rows = bench_median(&m.rows);
    printf("%-13s %5zu %6zu %6.1f %7.2f (%6.2f) %7.2f %8.2f (%7.2f) %5.2f", setup->c->name,
           ff_ace_basis_site_size(setup->basis), s.frame.atoms, 1e3 * setup->seconds, energy,
           bench_least(&m.energy), bench_median(&m.product), rows, bench_least(&m.rows),
           rows / energy);
    if (lammps)
        printf(" %8.2f (%7.2f) %5.2f", bench_median(&m.lammps), bench_least(&m.lammps),
               bench_median(&m.lammps) / energy);
    printf("\n");
    (void)fflush(stdout);
    subject_clear(&s);
}

/* What main was asked for and found. */
typedef struct plan {
    size_t sizes;
    size_t atoms[8]; /* [sizes] */
    bool lammps;
    double peak; /* operations per second */
} plan;

/* Two threads. */

static int drop(void *context, const ff_design_block *block, ff_error *err)
{
    (void)context, (void)block, (void)err;
    return FF_OK;
}

/* Elapsed seconds of making the rows of a data set. */
static double time_dataset(const bench_setup *setup, const ff_dataset *dataset)
{
    ff_error err = {0};
    const ff_ace_row_options options = {.kinds = ~0u, .one_body = one_body};
    double start = bench_wall_time();
    bench_check(ff_ace_dataset_rows(setup->basis, dataset, &options, drop, NULL, NULL, &err), &err);
    return bench_wall_time() - start;
}

static void make_dataset(ff_dataset *dataset, const bench_case *c)
{
    enum { FRAMES = 96 };
    ff_error err = {0};
    ff_dataset_init(dataset);
    for (unsigned long i = 0; i < FRAMES; i++) {
        ff_frame frame;
        bench_make_frame(&frame, c, 54, i);
        bench_check(ff_dataset_append(dataset, &frame, &err), &err);
    }
}

/* Elapsed times on one and two threads, in turns: what two threads gain is the ratio of the least
 * times, because others' use of the machine can only lengthen them. */
static void run_threads(const bench_setup *setup, const plan *p)
{
    (void)p;
    subject s[2];
    ff_dataset dataset;
    bench_times energy[2] = {{0}}, rows[2] = {{0}};
    make_dataset(&dataset, setup->c);
    for (int t = 0; t < 2; t++) {
        ff_set_threads(t + 1);
        subject_init(&s[t], setup, 2000);
        evaluate(&s[t]);
    }
    for (int run = 0; run < 2 * BENCH_RUNS; run++) {
        int t = run % 2;
        ff_set_threads(t + 1);
        double start = bench_wall_time();
        for (int i = 0; i < 4; i++)
            evaluate(&s[t]);
        bench_add(&energy[t], bench_wall_time() - start);
        bench_add(&rows[t], time_dataset(setup, &dataset));
    }
    ff_set_threads(1);
    printf("%-13s %5zu %8.2f %8.2f\n", setup->c->name, ff_ace_basis_site_size(setup->basis),
           bench_least(&energy[0]) / bench_least(&energy[1]),
           bench_least(&rows[0]) / bench_least(&rows[1]));
    (void)fflush(stdout);
    subject_clear(&s[0]);
    subject_clear(&s[1]);
    ff_dataset_clear(&dataset);
}

/* Returns the rate of floating-point operations. */
static double print_limits(void)
{
    const double giga = 1e-9, peak = bench_peak_rate();
    printf("one core: %.1f GFLOP/s at most; copying %.0f GB/s within 16 KiB, %.0f within 256 KiB, "
           "%.0f in 128 MiB; triad %.0f in 192 MiB\n",
           giga * peak, giga * bench_copy_rate((size_t)8 << 10),
           giga * bench_copy_rate((size_t)128 << 10), giga * bench_copy_rate((size_t)64 << 20),
           giga * bench_triad_rate((size_t)64 << 20));
    return peak;
}

static void run_sizes(const bench_setup *setup, const plan *p)
{
    for (size_t i = 0; i < p->sizes; i++)
        run_case(setup, p->atoms[i], p->lammps && p->atoms[i] >= 1000 && p->atoms[i] < 5000);
}

static void run_kernels(const bench_setup *setup, const plan *p)
{
    if (setup->c->kernels)
        bench_kernels(setup, p->peak);
}

static void for_cases(void (*run)(const bench_setup *setup, const plan *p), const plan *p)
{
    for (size_t c = 0; c < bench_case_count; c++) {
        bench_setup setup;
        bench_setup_init(&setup, &bench_cases[c]);
        run(&setup, p);
        bench_setup_clear(&setup);
    }
}

int main(int argc, char **argv)
{
    plan p = {.sizes = 3, .atoms = {54, 2000, 16000}, .lammps = bench_lammps_found()};
    for (int i = 1; i < argc && i <= 8; i++) {
        p.sizes = (size_t)i;
        p.atoms[i - 1] = (size_t)strtoul(argv[i], NULL, 10);
    }
    ff_set_threads(1);
    p.peak = print_limits();
    printf(
        "\nProcessor time of one thread, us per atom: median of 5 (least)\n%-13s %5s %6s %6s %16s "
        "%7s %18s %5s%s\n",
        "basis", "size", "atoms", "setup", "energy+forces", "Hess.v", "rows of E, F, V", "ratio",
        p.lammps ? "        ML-PACE E+F ratio" : "   (no lmp with pair style pace)");
    for_cases(run_sizes, &p);
    printf("\nTwo threads against one, elapsed time (2000 atoms; 96 frames of 54)\n%-13s %5s %8s "
           "%8s\n",
           "basis", "size", "energy", "rows");
    for_cases(run_threads, &p);
    for_cases(run_kernels, &p);
    return 0;
}
