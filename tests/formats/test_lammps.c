/* Energies, forces and virials against LAMMPS on strained and rattled cells (skipped without it).
 *
 * Where both evaluate the same formula, they agree to rounding: 1e-11 of the energy, 1e-10 eV/A.
 * LAMMPS interpolates embedded-atom tables differently (cubics with slopes from five points, once
 * differentiable; ours are splines, twice differentiable), so there the tolerance is the
 * interpolation error of the table, stated with each. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "formats/kim_potential.h"
#include "formats/potential_name.h"
#include "tests/lib/potentials/potential_checks.h"

#include <stdio.h>
#include <unistd.h>

/* LAMMPS's own conversion from eV/A^3 to bar in units metal. */
static const double bar = 1.6021765e6;

enum { FRAMES = 3 };

static bool lammps_is_installed(void)
{
    FILE *pipe = popen("command -v lmp", "r");
    char text[8] = "";
    assert_non_null(pipe);
    size_t size = fread(text, 1, sizeof text, pipe);
    return pclose(pipe) == 0 && size > 0;
}

/* What one comparison needs. */
typedef struct comparison {
    const char *name;  /* of our potential */
    const char *style; /* pair_style and pair_coeff lines */
    ff_check_case check;
    double energy, force; /* tolerances: eV/atom, eV/A */
} comparison;

/* Axes of LAMMPS's frame: a along x, b in the xy plane. Rows are unit vectors. */
static void lammps_axes(double axes[9], const ff_frame *frame)
{
    double *e1 = axes, *e2 = axes + 3, *e3 = axes + 6;
    double length = sqrt(ff_vector_dot(frame->cell, frame->cell));
    for (int k = 0; k < 3; k++)
        e1[k] = frame->cell[k] / length;
    ff_vector_cross(e3, frame->cell, frame->cell + 3);
    length = sqrt(ff_vector_dot(e3, e3));
    for (int k = 0; k < 3; k++)
        e3[k] /= length;
    ff_vector_cross(e2, e3, e1);
}

static double along(const double axes[9], int axis, const double v[3])
{
    return ff_vector_dot(axes + 3 * axis, v);
}

static int type_of(const comparison *c, int species)
{
    for (size_t s = 0; s < c->check.species_count; s++)
        if (c->check.species[s] == species)
            return (int)s + 1;
    return 0;
}

/* Name of a file of one frame. Borrowed until the next call. */
static const char *file_name(const char *what, int number)
{
    static char name[32];
    (void)snprintf(name, sizeof name, "%s.%d", what, number);
    return name;
}

static void write_data(const comparison *c, int number, const ff_frame *frame, const double axes[9])
{
    FILE *file = fopen(file_name("data", number), "w");
    const double *cell = frame->cell;
    assert_non_null(file);
    fprintf(file, "frame\n\n%zu atoms\n%zu atom types\n", frame->atoms, c->check.species_count);
    fprintf(file, "0 %.17g xlo xhi\n0 %.17g ylo yhi\n0 %.17g zlo zhi\n", along(axes, 0, cell),
            along(axes, 1, cell + 3), along(axes, 2, cell + 6));
    fprintf(file, "%.17g %.17g %.17g xy xz yz\n\nAtoms\n\n", along(axes, 0, cell + 3),
            along(axes, 0, cell + 6), along(axes, 1, cell + 6));
    for (size_t i = 0; i < frame->atoms; i++) {
        const double *x = frame->positions + 3 * i;
        fprintf(file, "%zu %d %.17g %.17g %.17g\n", i + 1, type_of(c, frame->species[i]),
                along(axes, 0, x), along(axes, 1, x), along(axes, 2, x));
    }
    assert_int_equal(fclose(file), 0);
}

/* All frames in one process: starting it takes longer than the work. */
static void run_lammps(const comparison *c)
{
    FILE *file = fopen("in.lmp", "w");
    assert_non_null(file);
    for (int k = 0; k < FRAMES; k++) {
        fprintf(file,
                "clear\nunits metal\natom_style atomic\nboundary p p p\nbox tilt large\n"
                "read_data data.%d\nmass * 1\n%s\nneighbor 1.0 bin\n"
                "thermo_style custom pe pxx pyy pzz pyz pxz pxy\nrun 0\n"
                "print \"$(pe:%%.17g) $(pxx:%%.17g) $(pyy:%%.17g) $(pzz:%%.17g) $(pyz:%%.17g) "
                "$(pxz:%%.17g) $(pxy:%%.17g)\" file energy.%d\n"
                "write_dump all custom forces.%d fx fy fz modify sort id format float %%.17g\n",
                k, c->style, k, k);
        (void)remove(file_name("energy", k));
        (void)remove(file_name("forces", k));
    }
    assert_int_equal(fclose(file), 0);
    FILE *pipe = popen("OMP_NUM_THREADS=1 lmp -in in.lmp -log none 2>&1", "r");
    char text[16384];
    assert_non_null(pipe);
    size_t size = fread(text, 1, sizeof text - 1, pipe);
    text[size] = '\0';
    if (pclose(pipe) != 0)
        fail_msg("LAMMPS: %s", text);
}

static void check_number(const char *what, double ours, double theirs, double tolerance)
{
    if (!(fabs(ours - theirs) <= tolerance))
        fail_msg("%s: %.15g, LAMMPS %.15g, tolerance %.2g", what, ours, theirs, tolerance);
}

/* Energy and virial; LAMMPS gives pressures along its own axes. */
static void check_energy_and_virial(const comparison *c, int k, const ff_frame *frame,
                                    const ff_check_result *r, const double axes[9])
{
    static const int voigt[6][2] = {{0, 0}, {1, 1}, {2, 2}, {1, 2}, {0, 2}, {0, 1}};
    static const int number[3][3] = {{0, 5, 4}, {5, 1, 3}, {4, 3, 2}};
    double energy, pressure[6], atoms = (double)frame->atoms;
    FILE *file = fopen(file_name("energy", k), "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%lf %lf %lf %lf %lf %lf %lf", &energy, &pressure[0],
                            &pressure[1], &pressure[2], &pressure[3], &pressure[4], &pressure[5]),
                     7);
    assert_int_equal(fclose(file), 0);
    check_number("energy", r->energy, energy, c->energy * atoms);
    for (int v = 0; v < 6; v++) {
        double turned = 0;
        for (int a = 0; a < 3; a++)
            for (int b = 0; b < 3; b++)
                turned +=
                    axes[3 * voigt[v][0] + a] * axes[3 * voigt[v][1] + b] * r->virial[number[a][b]];
        /* Some ten bonds an atom of 3 A, each with the force's tolerance. */
        check_number("virial", turned, pressure[v] / bar * ff_frame_volume(frame),
                     30 * c->force * atoms);
    }
}

static void check_forces(const comparison *c, int k, const ff_frame *frame,
                         const ff_check_result *r, const double axes[9])
{
    char line[256];
    double f[3];
    FILE *file = fopen(file_name("forces", k), "r");
    assert_non_null(file);
    for (int header = 0; header < 9; header++)
        assert_non_null(fgets(line, sizeof line, file));
    for (size_t i = 0; i < frame->atoms; i++) {
        assert_int_equal(fscanf(file, "%lf %lf %lf", &f[0], &f[1], &f[2]), 3);
        for (int a = 0; a < 3; a++)
            check_number("force", along(axes, a, r->forces + 3 * i), f[a], c->force);
    }
    assert_int_equal(fclose(file), 0);
}

static void compare(const comparison *c)
{
    ff_potential *potential = NULL;
    ff_error err = {0};
    if (!lammps_is_installed())
        skip();
    if (ff_potential_open(&potential, c->name, NULL, &err) != FF_OK)
        fail_msg("%s", err.message);
    comparison opened = *c;
    opened.check.potential = potential;
    ff_frame frames[FRAMES];
    double axes[FRAMES][9];
    for (int k = 0; k < FRAMES; k++) {
        check_frame(&frames[k], &opened.check, 11 + (unsigned long)k);
        lammps_axes(axes[k], &frames[k]);
        write_data(c, k, &frames[k], axes[k]);
    }
    run_lammps(c);
    for (int k = 0; k < FRAMES; k++) {
        ff_check_result r = check_results(potential, &frames[k]);
        check_energy_and_virial(c, k, &frames[k], &r, axes[k]);
        check_forces(c, k, &frames[k], &r, axes[k]);
        free(r.forces);
        ff_frame_clear(&frames[k]);
    }
    ff_potential_free(potential);
}

static const int silicon = 14, tungsten = 74, copper_aluminium[2] = {29, 13};

static void stillinger_weber(void **state)
{
    (void)state;
    FILE *file = fopen("Si.sw", "w");
    assert_non_null(file);
    fputs("Si Si Si 2.1683 2.0951 1.80 21.0 1.20 -0.333333333333333333 7.049556277 0.6022245584 "
          "4.0 0.0 0.0\n",
          file);
    assert_int_equal(fclose(file), 0);
    compare(&(comparison){.name = "sw:Si",
                          .style = "pair_style sw\npair_coeff * * Si.sw Si",
                          .check = {.crystal = "diamond",
                                    .species = &silicon,
                                    .species_count = 1,
                                    .lattice_constant = 5.43,
                                    .cells = {2, 2, 2}},
                          .energy = 1e-12,
                          .force = 1e-11});
}

static const int gallium_nitrogen[2] = {31, 7}, silicon_carbon[2] = {14, 6};

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* Two species with every entry of its own, exponents other than 4 and 0, and a tolerance. */
static void stillinger_weber_of_two_species(void **state)
{
    (void)state;
    write_text("two.sw",
               "# made up; an entry goes on over lines\n"
               "Ga Ga Ga 1.20 2.10 1.60 32.5 1.20 -0.333333333333 7.917 0.72 4.0 0.0 0.0\n"
               "N N N 1.30 1.30 1.80 30.5 1.10 -0.3 7.9 0.70 4.5 0.5 0.0\n"
               "Ga Ga N 1.6 0.0 0.0 31 0.0 -0.35\n  0.0 0.0 0.0 0.0 0.0\n"
               "Ga N Ga 1.6 0.0 0.0 31 0.0 -0.35 0.0 0.0 0.0 0.0 0.0 # the same\n"
               "Ga N N 2.17 1.695 1.80 32.5 1.20 -0.333333333333 7.917 0.72 4.0 0.0 0.01\n"
               "N Ga Ga 2.17 1.695 1.80 29 1.30 -0.4 7.917 0.72 4.0 0.0 0.01\n"
               "N Ga N 1.6 0.0 0.0 27 0.0 -0.2 0.0 0.0 0.0 0.0 0.0\n"
               "N N Ga 1.6 0.0 0.0 27 0.0 -0.2 0.0 0.0 0.0 0.0 0.0\n");
    compare(&(comparison){.name = "sw:two.sw",
                          .style = "pair_style sw\npair_coeff * * two.sw Ga N",
                          .check = {.crystal = "diamond",
                                    .species = gallium_nitrogen,
                                    .species_count = 2,
                                    .lattice_constant = 4.6,
                                    .cells = {2, 2, 2}},
                          .energy = 1e-12,
                          .force = 1e-11});
}

/* LAMMPS replaces the bond order by the first terms of its series where these leave 1e-8 of what
 * they add, which shows as up to 1e-10 of the largest forces, 20 eV/A. */
static const double tersoff_energy = 1e-10, tersoff_force = 2e-9;

/* Two species, both exponents m, limits of r_ik that depend on j. */
static void tersoff_of_two_species(void **state)
{
    (void)state;
    write_text(
        "two.tersoff",
        "Si Si Si 3 1.0 1.3258 4.8381 2.0417 0.0 22.956 0.33675 1.3258 95.373 3.0 0.2 3.2394 "
        "3264.7\n"
        "C C C 1 0.9 0.2 38049 4.3484 -0.57058 0.72751 1.5724e-07 2.2119 346.74 1.95 0.15 "
        "3.4879 1393.6\n"
        "Si C C 3 1.0 0.4 100390 16.217 -0.59825 0.78734 1.1e-06 1.9720 395.12 2.36 0.15 "
        "2.9839 1597.3\n"
        "C Si Si 3 1.0 0.0 38049 4.3484 -0.57058 0.72751 1.5724e-07 1.9720 395.12 2.36 0.15 "
        "2.9839 1597.3\n"
        "Si Si C 1 1.0 0.3 100390 16.217 -0.59825 0 0 0 0 2.36 0.15 0 0\n"
        "Si C Si 3 1.1 0.7 100390 16.217 -0.59825 0 0 0 0 2.85 0.15 0 0\n"
        "C C Si 3 1.0 0.0 38049 4.3484 -0.57058 0 0 0 0 2.36 0.15 0 0\n"
        "C Si C 3 1.0 0.5 38049 4.3484 -0.57058 0 0 0 0 1.95 0.15 0 0\n");
    compare(&(comparison){.name = "tersoff:two.tersoff",
                          .style = "pair_style tersoff\npair_coeff * * two.tersoff Si C",
                          .check = {.crystal = "diamond",
                                    .species = silicon_carbon,
                                    .species_count = 2,
                                    .lattice_constant = 4.6,
                                    .cells = {2, 2, 2}},
                          .energy = tersoff_energy,
                          .force = tersoff_force});
}

/* Published files, where Debian's lammps-data has put them. */
static void compare_file(const char *kind, const char *file, const char *elements,
                         const ff_check_case *check)
{
    char path[128], name[256], style[512];
    (void)snprintf(path, sizeof path, "/usr/share/lammps/potentials/%s", file);
    if (access(path, R_OK) != 0)
        skip();
    (void)snprintf(name, sizeof name, "%s:%s", kind, path);
    (void)snprintf(style, sizeof style, "pair_style %s\npair_coeff * * %s %s", kind, path,
                   elements);
    bool tersoff = strcmp(kind, "tersoff") == 0;
    compare(&(comparison){.name = name,
                          .style = style,
                          .check = *check,
                          .energy = tersoff ? tersoff_energy : 1e-12,
                          .force = tersoff ? tersoff_force : 1e-11});
}

static void published_files(void **state)
{
    (void)state;
    ff_check_case check = {.crystal = "diamond",
                           .species = gallium_nitrogen,
                           .species_count = 2,
                           .lattice_constant = 4.5,
                           .cells = {2, 2, 2}};
    compare_file("sw", "GaN.sw", "Ga N", &check);
    compare_file("tersoff", "GaN.tersoff", "Ga N", &check);
    check.species = silicon_carbon;
    compare_file("tersoff", "SiC.tersoff", "Si C", &check);
    compare_file("tersoff", "SiC_Erhart-Albe.tersoff", "Si C", &check);
}

static void lennard_jones(void **state)
{
    (void)state;
    compare(&(comparison){.name = "lj:0.2,2.3,5.5",
                          .style = "pair_style lj/cut 5.5\npair_modify shift yes\n"
                                   "pair_coeff * * 0.2 2.3",
                          .check = {.crystal = "fcc",
                                    .species = copper_aluminium,
                                    .species_count = 2,
                                    .lattice_constant = 3.6,
                                    .cells = {3, 2, 2}},
                          .energy = 1e-12,
                          .force = 1e-11});
}

static void morse(void **state)
{
    (void)state;
    compare(&(comparison){.name = "morse:0.34,1.36,2.87,6",
                          .style = "pair_style morse 6\npair_modify shift yes\n"
                                   "pair_coeff * * 0.34 1.36 2.87",
                          .check = {.crystal = "fcc",
                                    .species = copper_aluminium,
                                    .species_count = 2,
                                    .lattice_constant = 4.0,
                                    .cells = {2, 2, 2}},
                          .energy = 1e-12,
                          .force = 1e-11});
}

/* Portable models of KIM, here and in LAMMPS's pair style kim, where both and the models are there.
 */
static void compare_model(const char *model, const char *elements, const ff_check_case *check)
{
    char name[256], style[512];
    ff_potential *potential = NULL;
    (void)snprintf(name, sizeof name, "kim:%s", model);
    (void)snprintf(style, sizeof style, "pair_style kim %s\npair_coeff * * %s", model, elements);
    if (!ff_kim_is_built_in || ff_potential_open(&potential, name, NULL, NULL) != FF_OK)
        skip();
    ff_potential_free(potential);
    compare(&(comparison){
        .name = name, .style = style, .check = *check, .energy = 1e-12, .force = 1e-11});
}

static void kim_models(void **state)
{
    (void)state;
    static const int cadmium_tellurium[2] = {48, 52}, aluminium_copper[2] = {13, 29};
    compare_model("SW_WangStroudMarkworth_1989_CdTe__MO_786496821446_000", "Cd Te",
                  &(ff_check_case){.crystal = "diamond",
                                   .species = cadmium_tellurium,
                                   .species_count = 2,
                                   .lattice_constant = 6.4,
                                   .cells = {2, 1, 1}});
    compare_model("EAM_Dynamo_CaiYe_1996_AlCu__MO_942551040047_005", "Al Cu",
                  &(ff_check_case){.crystal = "fcc",
                                   .species = aluminium_copper,
                                   .species_count = 2,
                                   .lattice_constant = 3.9,
                                   .cells = {2, 2, 2}});
    compare_model("Tersoff_LAMMPS_Tersoff_1989_SiC__MO_171585019474_003", "Si C",
                  &(ff_check_case){.crystal = "diamond",
                                   .species = silicon_carbon,
                                   .species_count = 2,
                                   .lattice_constant = 4.8,
                                   .cells = {2, 2, 2}});
}

/* Embedded atoms. */

static double tail(double r)
{
    double s = 1 - r / 5.5;
    return s > 0 ? s * s * s * s : 0;
}

static void write_numbers(FILE *file, size_t count, double step, double scale, int what)
{
    for (size_t k = 0; k < count; k++) {
        double x = (double)k * step;
        double value = what == 0   ? -scale * x / (1 + 0.2 * x)
                       : what == 1 ? scale * tail(x)
                                   : scale * tail(x) * (5.5 - x);
        fprintf(file, "%.17g\n", value);
    }
}

/* A smooth binary setfl; fs: the density depends on the centre too, in a way that a mix-up of the
 * indices would show. 4001 knots make both interpolations agree to 1e-9. */
static void write_setfl(const char *path, bool fs, size_t n)
{
    const double density_step = 8.0 / (double)(n - 1),
                 step = 5.5 / (double)(n - (n < 4000 ? 0 : 1));
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "smooth\nfunctions\nof a test\n2 Cu Al\n%zu %.17g %zu %.17g 5.5\n", n,
            density_step, n, step);
    for (int e = 0; e < 2; e++) {
        fputs(e ? "13 27 4.0 fcc\n" : "29 63 3.6 fcc\n", file);
        write_numbers(file, n, density_step, 1 + e, 0);
        for (int centre = 0; centre < (fs ? 2 : 1); centre++)
            write_numbers(file, n, step, 1 + 0.3 * e + 0.4 * centre - 0.5 * e * centre, 1);
    }
    for (int pair = 0; pair < 3; pair++)
        write_numbers(file, n, step, 3 + pair, 2);
    assert_int_equal(fclose(file), 0);
}

static void eam_binary(bool fs, bool exact)
{
    write_setfl("binary.setfl", fs, exact ? 601 : 4001);
    compare(&(comparison){.name = exact ? "eam+lammps:binary.setfl" : "eam:binary.setfl",
                          .style = fs ? "pair_style eam/fs\npair_coeff * * binary.setfl Cu Al"
                                      : "pair_style eam/alloy\npair_coeff * * binary.setfl Cu Al",
                          .check = {.crystal = "fcc",
                                    .species = copper_aluminium,
                                    .species_count = 2,
                                    .lattice_constant = 3.8,
                                    .cells = {2, 2, 2}},
                          .energy = exact ? 1e-12 : 1e-9,
                          .force = exact ? 1e-11 : 1e-7});
}

static void eam_alloy(void **state)
{
    (void)state;
    eam_binary(false, false);
}

static void eam_finnis_sinclair(void **state)
{
    (void)state;
    eam_binary(true, false);
}

/* LAMMPS's own interpolation of tables that are coarse, and end before the cutoff. */
static void eam_as_lammps(void **state)
{
    (void)state;
    eam_binary(false, true);
    eam_binary(true, true);
}

/* A published table: 2000 knots of 3e-3 A and of 3e-3 density. */
static void compare_zhou_tungsten(const char *kind, double energy, double force)
{
    char path[4096], name[4200], style[4400];
    const char *folder = getenv("FARFIELD_SHARED_DATA");
    (void)snprintf(path, sizeof path, "%s/W_Zhou04.eam.alloy", folder ? folder : "");
    if (!folder || access(path, R_OK) != 0)
        skip();
    (void)snprintf(name, sizeof name, "%s:%s", kind, path);
    (void)snprintf(style, sizeof style, "pair_style eam/alloy\npair_coeff * * \"%s\" W", path);
    compare(&(comparison){.name = name,
                          .style = style,
                          .check = {.crystal = "bcc",
                                    .species = &tungsten,
                                    .species_count = 1,
                                    .lattice_constant = 3.165,
                                    .cells = {3, 3, 3}},
                          .energy = energy,
                          .force = force});
}

static void zhou_tungsten(void **state)
{
    (void)state;
    compare_zhou_tungsten("eam", 1e-6, 1e-4);
    compare_zhou_tungsten("eam+lammps", 1e-12, 1e-11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stillinger_weber),
        cmocka_unit_test(stillinger_weber_of_two_species),
        cmocka_unit_test(tersoff_of_two_species),
        cmocka_unit_test(published_files),
        cmocka_unit_test(kim_models),
        cmocka_unit_test(lennard_jones),
        cmocka_unit_test(morse),
        cmocka_unit_test(eam_alloy),
        cmocka_unit_test(eam_finnis_sinclair),
        cmocka_unit_test(eam_as_lammps),
        cmocka_unit_test(zhou_tungsten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
