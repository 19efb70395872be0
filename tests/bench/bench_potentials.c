/* Time of one evaluation of energies, forces and virial per atom, against LAMMPS on the same
 * structure in the same run (its "Pair" time, one process, times its share of the processor).
 * Prints one table; times of one thread are processor times, those of two elapsed times. */

#include "formats/potential_name.h"
#include "lib/base/parallel.h"
#include "lib/structure/crystal.h"
#include "lib/structure/neighbour_list.h"
#include "lib/structure/perturbation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LAMMPS_STEPS = 20, REPEATS = 10 };

typedef struct bench_case {
    const char *title, *name, *crystal;
    int species;
    double lattice_constant;
    int cells;
    const char *style; /* LAMMPS's pair_style and pair_coeff */
} bench_case;

static void stop(const char *what, const ff_error *err)
{
    char text[1024];
    fprintf(stderr, "bench_potentials: %s: %s\n", what, ff_error_describe(err, text, sizeof text));
    exit(5);
}

/* Processor time, which other programs on the machine do not lengthen, or elapsed time. */
static double now(clockid_t clock)
{
    struct timespec t;
    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* An embedded-atom table like those published: 2000 knots, cutoff 5.5 A. */
static void write_setfl(const char *path)
{
    const int n = 2000;
    const double step = 5.5 / 1999, density_step = 0.02;
    FILE *file = fopen(path, "w");
    if (!file)
        stop(path, &(ff_error){.message = "cannot be written"});
    fprintf(file, "bench\n\n\n1 W\n%d %g %d %.17g 5.5\n74 183.84 3.1652 bcc\n", n, density_step, n,
            step);
    for (int k = 0; k < n; k++)
        fprintf(file, "%.17g\n", -sqrt(density_step * k + 0.01));
    for (int k = 0; k < n; k++)
        fprintf(file, "%.17g\n", pow(1 - k / 1999.0, 4));
    for (int k = 0; k < n; k++)
        fprintf(file, "%.17g\n", 5 * pow(1 - k / 1999.0, 5));
    (void)fclose(file);
}

static void make_frame(ff_frame *frame, const bench_case *c)
{
    ff_error err = {0};
    ff_frame base;
    ff_perturbation rattle = {.rattle_A = 0.05, .volume = {1, 1}, .seed = 1};
    int cells[3] = {c->cells, c->cells, c->cells};
    if (ff_crystal_supercell(&base, ff_crystal_find(c->crystal), c->species, c->lattice_constant,
                             cells, &err) != FF_OK ||
        ff_perturb(frame, &base, &rattle, 0, 0, &err) != FF_OK)
        stop(c->title, &err);
    ff_frame_clear(&base);
}

/* Seconds of one evaluation with a list that is there already: the best of a few. */
static double time_evaluation(const bench_case *c, const ff_potential *potential,
                              const ff_frame *frame, int threads)
{
    ff_error err = {0};
    ff_calculator *calculator = NULL;
    ff_evaluation_result result;
    double best = INFINITY;
    clockid_t clock = threads == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC;
    ff_set_threads(threads);
    if (ff_calculator_new(&calculator, potential, 1.0, &err) != FF_OK)
        stop(c->title, &err);
    for (int k = 0; k <= REPEATS; k++) {
        double start = now(clock);
        if (ff_calculator_evaluate(calculator, frame, FF_WANT_FORCES | FF_WANT_VIRIAL, &result,
                                   &err) != FF_OK)
            stop(c->title, &err);
        if (k > 0) /* the first builds the list */
            best = fmin(best, now(clock) - start);
    }
    ff_calculator_free(calculator);
    return best;
}

static double time_list(const bench_case *c, const ff_potential *potential, const ff_frame *frame)
{
    ff_error err = {0};
    ff_neighbour_list list;
    double best = INFINITY;
    ff_set_threads(1);
    ff_neighbour_list_init(&list);
    for (int k = 0; k < 3; k++) {
        double start = now(CLOCK_PROCESS_CPUTIME_ID);
        if (ff_neighbour_list_build(&list, frame, potential->cutoff + 1.0, &err) != FF_OK)
            stop(c->title, &err);
        best = fmin(best, now(CLOCK_PROCESS_CPUTIME_ID) - start);
    }
    ff_neighbour_list_clear(&list);
    return best;
}

/* LAMMPS's seconds per evaluation, and in *list per building of its list; NAN without it. */
static double time_lammps(const bench_case *c, const ff_frame *frame, double *list)
{
    double pair = NAN, neigh = NAN, share = 100;
    char line[512];
    FILE *file = fopen("bench.data", "w"), *input = fopen("bench.lmp", "w"), *pipe;
    if (!file || !input)
        stop("bench.data", &(ff_error){.message = "cannot be written"});
    fprintf(file, "frame\n\n%zu atoms\n1 atom types\n", frame->atoms);
    for (int k = 0; k < 3; k++)
        fprintf(file, "0 %.17g %clo %chi\n", frame->cell[4 * k], 'x' + k, 'x' + k);
    fprintf(file, "\nAtoms\n\n");
    for (size_t i = 0; i < frame->atoms; i++)
        fprintf(file, "%zu 1 %.17g %.17g %.17g\n", i + 1, frame->positions[3 * i],
                frame->positions[3 * i + 1], frame->positions[3 * i + 2]);
    fprintf(input,
            "units metal\natom_style atomic\nread_data bench.data\nmass * 1\n%s\nneighbor 1.0 bin\n"
            "thermo 1\nthermo_style custom step pe pxx\nthermo_modify flush no\n"
            "neigh_modify every 1 delay 0 check yes\nrun %d\n"
            "neigh_modify every 1 delay 0 check no\nrun %d\n",
            c->style, LAMMPS_STEPS, LAMMPS_STEPS);
    (void)fclose(file);
    (void)fclose(input);
    pipe = popen("OMP_NUM_THREADS=1 lmp -in bench.lmp -log none 2>/dev/null", "r");
    while (pipe && fgets(line, sizeof line, pipe)) { /* the second run builds the list each step */
        (void)sscanf(line, "%lf%% CPU use", &share);
        if (isnan(pair) && sscanf(line, "Pair | %lf", &pair) == 1)
            pair *= share / 100;
        if (sscanf(line, "Neigh | %lf", &neigh) == 1)
            neigh *= share / 100;
    }
    if (pipe)
        (void)pclose(pipe);
    *list = neigh / LAMMPS_STEPS;
    return pair / LAMMPS_STEPS;
}

static void run_case(const bench_case *c)
{
    ff_error err = {0};
    ff_potential *potential = NULL;
    ff_frame frame;
    double lammps_list, n;
    if (ff_potential_open(&potential, c->name, NULL, &err) != FF_OK)
        stop(c->title, &err);
    make_frame(&frame, c);
    n = (double)frame.atoms;
    double lammps = time_lammps(c, &frame, &lammps_list);
    double one = time_evaluation(c, potential, &frame, 1), list = time_list(c, potential, &frame);
    double two = time_evaluation(c, potential, &frame, 2);
    printf("%-6s %8zu %11.3f %11.3f %11.3f %7.2f %11.3f %11.3f %7.2f\n", c->title, frame.atoms,
           1e6 * one / n, 1e6 * two / n, 1e6 * lammps / n, one / lammps, 1e6 * list / n,
           1e6 * lammps_list / n, list / lammps_list);
    ff_frame_clear(&frame);
    ff_potential_free(potential);
}

int main(void)
{
    const bench_case cases[] = {
        {"sw", "sw:Si", "diamond", 14, 5.43, 10, "pair_style sw\npair_coeff * * bench.sw Si"},
        {"sw", "sw:Si", "diamond", 14, 5.43, 20, "pair_style sw\npair_coeff * * bench.sw Si"},
        {"eam", "eam:bench.setfl", "bcc", 74, 3.1652, 16,
         "pair_style eam/alloy\npair_coeff * * bench.setfl W"},
        {"eam", "eam:bench.setfl", "bcc", 74, 3.1652, 32,
         "pair_style eam/alloy\npair_coeff * * bench.setfl W"},
        {"lj", "lj:0.01,3.4,8.5", "fcc", 18, 5.3, 16,
         "pair_style lj/cut 8.5\npair_modify shift yes\npair_coeff * * 0.01 3.4"}};
    FILE *file = fopen("bench.sw", "w");
    if (!file)
        stop("bench.sw", &(ff_error){.message = "cannot be written"});
    fputs("Si Si Si 2.1683 2.0951 1.80 21.0 1.20 -0.333333333333 7.049556277 0.6022245584 4 0 0\n",
          file);
    (void)fclose(file);
    write_setfl("bench.setfl");
    printf("Energies, forces and virial; microseconds per atom, list reused (list: building it)\n");
    printf("%-6s %8s %11s %11s %11s %7s %11s %11s %7s\n", "", "atoms", "1 thread", "2 threads",
           "LAMMPS", "ratio", "list", "LAMMPS", "ratio");
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        run_case(&cases[k]);
    return 0;
}
