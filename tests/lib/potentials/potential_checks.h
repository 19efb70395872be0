#ifndef FF_TESTS_LIB_POTENTIALS_POTENTIAL_CHECKS_H
#define FF_TESTS_LIB_POTENTIALS_POTENTIAL_CHECKS_H

/* What must hold for every potential: forces, virials and Hessians are derivatives of the energy,
 * nothing depends on where the origin is, how the frame is turned or its atoms are numbered, and
 * the bits do not depend on the number of threads. Include after cmocka. */

#include "lib/base/memory.h"
#include "lib/base/parallel.h"
#include "lib/potentials/potential.h"
#include "lib/structure/crystal.h"
#include "lib/structure/lattice.h"
#include "lib/structure/neighbour_list.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A potential with a structure to try it on. */
typedef struct ff_check_case {
    const ff_potential *potential;
    const char *crystal;
    const int *species; /* dealt out to the atoms at random */
    size_t species_count;
    double lattice_constant; /* A */
    int cells[3];
    double kinks[8]; /* A: distances at which the energy has no second derivative; 0 ends */
    double rough; /* relative error of differences of forces because the energy's third derivative
                     jumps in too many places to keep away from; 0: it does not */
} ff_check_case;

static inline void check_evaluate(ff_calculator *calculator, const ff_frame *frame, unsigned want,
                                  ff_evaluation_result *result)
{
    ff_error err = {0};
    char text[1024];
    if (ff_calculator_evaluate(calculator, frame, want, result, &err) != FF_OK)
        fail_msg("%s", ff_error_describe(&err, text, sizeof text));
}

/* Whether some pair is so close to a kink that differences would straddle it. */
static inline bool check_near_kink(const ff_check_case *c, const ff_frame *frame)
{
    bool near = false;
    ff_neighbour_list list;
    ff_neighbour_list_init(&list);
    assert_int_equal(ff_neighbour_list_build(&list, frame, c->potential->cutoff + 0.1, NULL),
                     FF_OK);
    for (size_t p = 0; p < list.offset[frame->atoms]; p++)
        for (int k = 0; k < 8 && c->kinks[k] > 0; k++)
            near |= fabs(list.distance[p] - c->kinks[k]) < 5e-3;
    ff_neighbour_list_clear(&list);
    return near;
}

/* The case's crystal, strained at random by up to 3 %, rattled by 0.1 A, clear of kinks. */
static inline void check_frame(ff_frame *frame, const ff_check_case *c, unsigned long seed)
{
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, seed);
    for (;;) {
        double strain[9];
        assert_int_equal(ff_crystal_supercell(frame, ff_crystal_find(c->crystal), c->species[0],
                                              c->lattice_constant, c->cells, NULL),
                         FF_OK);
        for (int k = 0; k < 9; k++)
            strain[k] = gsl_ran_flat(random, -0.03, 0.03);
        ff_frame_strain(frame, strain);
        for (size_t k = 0; k < 3 * frame->atoms; k++)
            frame->positions[k] += gsl_ran_gaussian(random, 0.1);
        for (size_t i = 0; i < frame->atoms; i++)
            frame->species[i] = c->species[gsl_rng_uniform_int(random, c->species_count)];
        if (!check_near_kink(c, frame))
            break;
        ff_frame_clear(frame);
    }
    gsl_rng_free(random);
}

/* Energy relative to *sites (set when first is true), summed as differences per site so that
 * rounding is that of a site, not of the whole. */
static inline double check_energy(ff_calculator *calculator, const ff_frame *frame, double *sites,
                                  bool first)
{
    ff_evaluation_result result;
    double sum = 0;
    check_evaluate(calculator, frame, FF_WANT_ENERGY, &result);
    for (size_t i = 0; i < frame->atoms; i++) {
        if (first)
            sites[i] = result.site_energies[i];
        sum += result.site_energies[i] - sites[i];
    }
    return sum;
}

/* Fourth-order central difference from values at -2h, -h, h, 2h. */
static inline double check_difference(const double v[4], double h)
{
    return (8 * (v[2] - v[1]) - (v[3] - v[0])) / (12 * h);
}

/* Forces and virial against differences of the energy over 1e-4 (A or strain). Fourth order leaves
 * a truncation of about 1e-16 f^(5) and a rounding of 1e-15 eV / 1e-4, so relative to the largest
 * component (a few eV/A) 1e-9 would be fair; 1e-8 leaves room for stiff potentials. */
static inline void check_derivatives(const ff_check_case *c)
{
    static const double steps[4] = {-2e-4, -1e-4, 1e-4, 2e-4};
    static const int voigt[6][2] = {{0, 0}, {1, 1}, {2, 2}, {1, 2}, {0, 2}, {0, 1}};
    ff_frame frame, moved;
    ff_calculator *calculator = NULL;
    ff_evaluation_result result;
    double largest = 0, virial[6], values[4];
    check_frame(&frame, c, 1);
    assert_int_equal(ff_calculator_new(&calculator, c->potential, 0.5, NULL), FF_OK);
    double *sites = ff_new_array(frame.atoms, sizeof *sites, NULL);
    check_energy(calculator, &frame, sites, true);
    check_evaluate(calculator, &frame, FF_WANT_FORCES | FF_WANT_VIRIAL, &result);
    double *forces = ff_copy_array(result.forces, 3 * frame.atoms, sizeof *forces, NULL);
    memcpy(virial, result.virial, sizeof virial);
    for (size_t k = 0; k < 3 * frame.atoms; k++)
        largest = fmax(largest, fabs(forces[k]));
    for (size_t k = 0; k < 3 * frame.atoms; k += 5) {
        double x = frame.positions[k];
        for (int s = 0; s < 4; s++) {
            frame.positions[k] = x + steps[s];
            values[s] = check_energy(calculator, &frame, sites, false);
        }
        frame.positions[k] = x;
        assert_true(fabs(-check_difference(values, 1e-4) - forces[k]) < 1e-8 * largest);
    }
    for (int v = 0; v < 6; v++) {
        int a = voigt[v][0], b = voigt[v][1];
        for (int s = 0; s < 4; s++) {
            double strain[9] = {0};
            strain[3 * a + b] = strain[3 * b + a] = steps[s];
            assert_int_equal(ff_frame_copy(&moved, &frame, NULL), FF_OK);
            ff_frame_strain(&moved, strain);
            values[s] = check_energy(calculator, &moved, sites, false);
            ff_frame_clear(&moved);
        }
        double expected = -check_difference(values, 1e-4) / (a == b ? 1 : 2);
        double scale = fabs(virial[0]) + fabs(virial[1]) + fabs(virial[2]) + largest;
        assert_true(fabs(virial[v] - expected) < 1e-8 * scale);
    }
    ff_calculator_free(calculator);
    ff_frame_clear(&frame);
    free(sites);
    free(forces);
}

/* Results of one frame, kept. */
typedef struct ff_check_result {
    double energy, virial[6], *forces;
} ff_check_result;

static inline ff_check_result check_results(const ff_potential *potential, const ff_frame *frame)
{
    ff_calculator *calculator = NULL;
    ff_evaluation_result r;
    ff_check_result kept = {0};
    assert_int_equal(ff_calculator_new(&calculator, potential, 0, NULL), FF_OK);
    check_evaluate(calculator, frame, FF_WANT_FORCES | FF_WANT_VIRIAL, &r);
    kept.energy = r.energy;
    memcpy(kept.virial, r.virial, sizeof kept.virial);
    kept.forces = ff_copy_array(r.forces, 3 * frame->atoms, sizeof *kept.forces, NULL);
    ff_calculator_free(calculator);
    return kept;
}

/* a equals b to rounding: 1e-11 relative to the size of energies and forces, since sums over some
 * fifty neighbours in another order differ by that many units in the last place, and forces are
 * sums of opposite terms larger than themselves. */
static inline void check_same(double a, double b, double scale)
{
    assert_true(fabs(a - b) <= 1e-11 * (1 + fabs(scale)));
}

/* Moved by a vector and over periodic images, nothing changes. */
static inline void check_translation(const ff_check_case *c)
{
    ff_frame frame;
    check_frame(&frame, c, 2);
    ff_check_result before = check_results(c->potential, &frame);
    for (size_t i = 0; i < frame.atoms; i++)
        for (size_t k = 0; k < 3; k++)
            frame.positions[3 * i + k] +=
                0.7 * (double)k - 3.3 + (double)((int)i % 3 - 1) * frame.cell[3 * (i % 2) + k];
    ff_check_result after = check_results(c->potential, &frame);
    check_same(before.energy, after.energy, before.energy);
    for (size_t k = 0; k < 3 * frame.atoms; k++)
        check_same(before.forces[k], after.forces[k], 10);
    for (int k = 0; k < 6; k++)
        check_same(before.virial[k], after.virial[k], before.energy);
    free(before.forces);
    free(after.forces);
    ff_frame_clear(&frame);
}

/* Turned together with its cell: forces turn, the virial turns as a tensor. */
static inline void check_rotation(const ff_check_case *c)
{
    ff_frame frame;
    double axis[3] = {0.48, -0.6, 0.64}, turn[9], angle = 1.1; /* axis of length 1; Rodrigues */
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < 3; b++) {
            int o = 3 - a - b; /* the third index when a != b */
            double cross = a == b ? 0 : ((b - a + 3) % 3 == 1 ? 1 : -1) * axis[o % 3];
            turn[3 * a + b] =
                (a == b) * cos(angle) + (1 - cos(angle)) * axis[a] * axis[b] + sin(angle) * cross;
        }
    check_frame(&frame, c, 3);
    ff_check_result before = check_results(c->potential, &frame);
    for (size_t row = 0; row < frame.atoms + 3; row++) {
        double *v = row < 3 ? frame.cell + 3 * row : frame.positions + 3 * (row - 3);
        double old[3] = {v[0], v[1], v[2]};
        ff_row_times_matrix(v, old, turn);
    }
    ff_check_result after = check_results(c->potential, &frame);
    check_same(before.energy, after.energy, before.energy);
    for (size_t i = 0; i < frame.atoms; i++) {
        double turned[3];
        ff_row_times_matrix(turned, before.forces + 3 * i, turn);
        for (size_t k = 0; k < 3; k++)
            check_same(turned[k], after.forces[3 * i + k], 10);
    }
    double trace = before.virial[0] + before.virial[1] + before.virial[2];
    check_same(trace, after.virial[0] + after.virial[1] + after.virial[2], before.energy);
    static const int voigt[3][3] = {{0, 5, 4}, {5, 1, 3}, {4, 3, 2}};
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < 3; b++) {
            double sum = 0;
            for (int p = 0; p < 9; p++)
                sum +=
                    turn[p / 3 * 3 + a] * before.virial[voigt[p / 3][p % 3]] * turn[p % 3 * 3 + b];
            check_same(sum, after.virial[voigt[a][b]], before.energy);
        }
    free(before.forces);
    free(after.forces);
    ff_frame_clear(&frame);
}

/* Atoms numbered backwards. */
static inline void check_permutation(const ff_check_case *c)
{
    ff_frame frame, other;
    check_frame(&frame, c, 4);
    assert_int_equal(ff_frame_copy(&other, &frame, NULL), FF_OK);
    size_t n = frame.atoms;
    for (size_t i = 0; i < n; i++) {
        other.species[i] = frame.species[n - 1 - i];
        memcpy(other.positions + 3 * i, frame.positions + 3 * (n - 1 - i), 3 * sizeof(double));
    }
    ff_check_result a = check_results(c->potential, &frame);
    ff_check_result b = check_results(c->potential, &other);
    check_same(a.energy, b.energy, a.energy);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < 3; k++)
            check_same(a.forces[3 * i + k], b.forces[3 * (n - 1 - i) + k], 10);
    free(a.forces);
    free(b.forces);
    ff_frame_clear(&frame);
    ff_frame_clear(&other);
}

/* Twice the cell along its second vector: twice the energy and virial, the same forces. */
static inline void check_supercell(const ff_check_case *c)
{
    ff_frame frame, twice;
    check_frame(&frame, c, 5);
    size_t n = frame.atoms;
    assert_int_equal(ff_frame_init(&twice, 2 * n, NULL), FF_OK);
    memcpy(twice.cell, frame.cell, sizeof frame.cell);
    memcpy(twice.periodic, frame.periodic, sizeof frame.periodic);
    for (int k = 3; k < 6; k++)
        twice.cell[k] *= 2;
    for (size_t i = 0; i < 2 * n; i++) {
        twice.species[i] = frame.species[i % n];
        for (size_t k = 0; k < 3; k++)
            twice.positions[3 * i + k] =
                frame.positions[3 * (i % n) + k] + (i < n ? 0 : frame.cell[3 + k]);
    }
    ff_check_result a = check_results(c->potential, &frame);
    ff_check_result b = check_results(c->potential, &twice);
    check_same(2 * a.energy, b.energy, b.energy);
    for (int k = 0; k < 6; k++)
        check_same(2 * a.virial[k], b.virial[k], b.energy);
    for (size_t k = 0; k < 6 * n; k++)
        check_same(a.forces[k % (3 * n)], b.forces[k], 10);
    free(a.forces);
    free(b.forces);
    ff_frame_clear(&frame);
    ff_frame_clear(&twice);
}

/* Newton's third law: the sum of forces vanishes to 1e-12 eV/A per atom. */
static inline void check_force_sum(const ff_check_case *c)
{
    ff_frame frame;
    check_frame(&frame, c, 6);
    ff_check_result r = check_results(c->potential, &frame);
    for (size_t k = 0; k < 3; k++) {
        double sum = 0;
        for (size_t i = 0; i < frame.atoms; i++)
            sum += r.forces[3 * i + k];
        assert_true(fabs(sum) < 1e-12 * (double)frame.atoms);
    }
    free(r.forces);
    ff_frame_clear(&frame);
}

/* The same bits for 1, 2 and 4 threads, and whether the list is new or reused after moves. */
static inline void check_bits(const ff_check_case *c)
{
    ff_frame frame;
    check_frame(&frame, c, 7);
    ff_set_threads(1);
    ff_check_result one = check_results(c->potential, &frame);
    for (int threads = 1; threads <= 4; threads *= 2) {
        ff_calculator *calculator = NULL;
        ff_evaluation_result r;
        ff_set_threads(threads);
        assert_int_equal(ff_calculator_new(&calculator, c->potential, 0.6, NULL), FF_OK);
        double y = frame.positions[1];
        frame.positions[1] = y + 0.2;
        check_evaluate(calculator, &frame, FF_WANT_FORCES, &r);
        frame.positions[1] = y;
        check_evaluate(calculator, &frame, FF_WANT_FORCES | FF_WANT_VIRIAL, &r);
        assert_int_equal(ff_calculator_force_evaluations(calculator), 2);
        assert_true(one.energy == r.energy);
        assert_memory_equal(one.virial, r.virial, sizeof r.virial);
        assert_memory_equal(one.forces, r.forces, 3 * frame.atoms * sizeof *r.forces);
        ff_calculator_free(calculator);
    }
    ff_set_threads(2);
    free(one.forces);
    ff_frame_clear(&frame);
}

/* Hessian products. */

enum { CHECK_DIRECTIONS = 8 };

/* Directions for all atoms: at random, of one atom only, and a rigid translation. */
static inline double *check_directions(size_t atoms)
{
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    double *v = ff_new_array(CHECK_DIRECTIONS * atoms, 3 * sizeof *v, NULL);
    for (size_t k = 0; k < (CHECK_DIRECTIONS - 2) * 3 * atoms; k++)
        v[k] = gsl_ran_flat(random, -1, 1);
    v[(CHECK_DIRECTIONS - 2) * 3 * atoms + 4] = 1;
    for (size_t k = (CHECK_DIRECTIONS - 1) * 3 * atoms; k < CHECK_DIRECTIONS * 3 * atoms; k++)
        v[k] = 0.3 * (double)(k % 3) - 0.7;
    gsl_rng_free(random);
    return v;
}

static inline double *check_products(const ff_potential *potential, const ff_frame *frame,
                                     size_t directions, const double *v)
{
    ff_calculator *calculator = NULL;
    double *product = ff_new_array(directions * frame->atoms, 3 * sizeof *product, NULL);
    assert_int_equal(ff_calculator_new(&calculator, potential, 0.5, NULL), FF_OK);
    assert_int_equal(
        ff_calculator_hessian_products(calculator, frame, directions, v, product, NULL), FF_OK);
    bool exact = potential->class_->hessian_products != NULL;
    assert_int_equal(ff_calculator_force_evaluations(calculator), exact ? 0 : 4 * directions);
    ff_calculator_free(calculator);
    return product;
}

/* Products against the fourth-order difference of forces over 1e-4 A: a truncation of about 1e-17
 * f^(5) and a rounding of 1e-15 (tens of eV/A) / 1e-4 A, so 1e-8 of the largest product is fair. */
static inline void check_against_forces(const ff_check_case *c, ff_frame *frame, const double *v,
                                        const double *product)
{
    static const double steps[4] = {-2e-4, -1e-4, 1e-4, 2e-4};
    size_t size = 3 * frame->atoms;
    double *force[4], largest = 0, error = 0;
    for (int s = 0; s < 4; s++) {
        ff_frame moved;
        assert_int_equal(ff_frame_copy(&moved, frame, NULL), FF_OK);
        for (size_t k = 0; k < size; k++)
            moved.positions[k] += steps[s] * v[k];
        force[s] = check_results(c->potential, &moved).forces;
        ff_frame_clear(&moved);
    }
    for (size_t k = 0; k < size; k++) {
        double values[4] = {-force[0][k], -force[1][k], -force[2][k], -force[3][k]};
        largest = fmax(largest, fabs(product[k]));
        error = fmax(error, fabs(check_difference(values, 1e-4) - product[k]));
    }
    assert_true(largest > 0.1 && error < fmax(c->rough, 1e-8) * largest);
    for (int s = 0; s < 4; s++)
        free(force[s]);
}

static inline double check_dot(const double *a, const double *b, size_t size)
{
    double sum = 0;
    for (size_t k = 0; k < size; k++)
        sum += a[k] * b[k];
    return sum;
}

/* H is the derivative of the forces, symmetric, blind to translations; and what is had for several
 * directions at once is had for each. To rounding where the class has exact products, else to what
 * the calculator's differences leave. */
static inline void check_hessian(const ff_check_case *c)
{
    ff_frame frame;
    check_frame(&frame, c, 8);
    size_t size = 3 * frame.atoms, last = (CHECK_DIRECTIONS - 1) * size;
    bool exact = c->potential->class_->hessian_products != NULL;
    double *v = check_directions(frame.atoms);
    double *product = check_products(c->potential, &frame, CHECK_DIRECTIONS, v);
    check_against_forces(c, &frame, v, product);
    check_against_forces(c, &frame, v + last - size, product + last - size);
    double limit = sqrt(check_dot(product, product, size) * check_dot(v, v, size));
    limit *= exact ? 1e-12 : fmax(10 * c->rough, 1e-8);
    for (size_t a = 0; a < CHECK_DIRECTIONS; a++) {
        double uhv = check_dot(v, product + a * size, size);
        double vhu = check_dot(v + a * size, product, size);
        assert_true(fabs(uhv - vhu) < limit);
    }
    for (size_t k = 0; k < size; k++) {
        assert_true(exact ? product[last + k] == 0 : fabs(product[last + k]) < limit);
        v[last + k] += v[k]; /* the first direction, moved along */
    }
    double *moved = check_products(c->potential, &frame, 1, v + last);
    double *alone = check_products(c->potential, &frame, 1, v + last - size);
    for (size_t k = 0; k < size; k++) {
        assert_true(fabs(moved[k] - product[k]) < limit);
        assert_true(fabs(alone[k] - product[last - size + k]) < limit);
    }
    free(moved);
    free(alone);
    free(product);
    free(v);
    ff_frame_clear(&frame);
}

/* Without the class's own products the calculator takes differences of forces over 1e-3 A, ten
 * times those above: 1e4 times their truncation. */
static inline void check_hessian_by_differences(const ff_check_case *c)
{
    ff_frame frame;
    ff_potential_class plain = *c->potential->class_;
    ff_potential without = *c->potential;
    plain.hessian_products = NULL;
    without.class_ = &plain;
    check_frame(&frame, c, 8);
    double *v = check_directions(frame.atoms), largest = 0, error = 0;
    double *exact = check_products(c->potential, &frame, CHECK_DIRECTIONS, v);
    double *product = check_products(&without, &frame, CHECK_DIRECTIONS, v);
    for (size_t k = 0; k < 3 * frame.atoms * CHECK_DIRECTIONS; k++) {
        largest = fmax(largest, fabs(exact[k]));
        error = fmax(error, fabs(product[k] - exact[k]));
    }
    assert_true(error < fmax(10 * c->rough, 1e-7) * largest);
    free(product);
    free(exact);
    free(v);
    ff_frame_clear(&frame);
}

/* The same bits for 1, 2 and 4 threads. */
static inline void check_hessian_bits(const ff_check_case *c)
{
    ff_frame frame;
    check_frame(&frame, c, 7);
    double *v = check_directions(frame.atoms), *first = NULL;
    for (int threads = 1; threads <= 4; threads *= 2) {
        ff_set_threads(threads);
        double *product = check_products(c->potential, &frame, CHECK_DIRECTIONS, v);
        if (first)
            assert_memory_equal(first, product, CHECK_DIRECTIONS * 3 * frame.atoms * sizeof *v);
        free(first);
        first = product;
    }
    ff_set_threads(2);
    free(first);
    free(v);
    ff_frame_clear(&frame);
}

static inline void check_everything(const ff_check_case *c)
{
    check_derivatives(c);
    check_hessian(c);
    if (c->potential->class_->hessian_products)
        check_hessian_by_differences(c);
    check_hessian_bits(c);
    check_translation(c);
    check_rotation(c);
    check_permutation(c);
    check_supercell(c);
    check_force_sum(c);
    check_bits(c);
}

/* Energy per atom (eV) and pressure (eV/A^3) of the perfect crystal at a lattice constant. */
static inline double check_crystal_energy(const ff_potential *potential, const char *crystal,
                                          int species, double lattice_constant, double *pressure)
{
    ff_frame frame;
    assert_int_equal(ff_crystal_supercell(&frame, ff_crystal_find(crystal), species,
                                          lattice_constant, (int[3]){1, 1, 1}, NULL),
                     FF_OK);
    ff_check_result r = check_results(potential, &frame);
    double energy = r.energy / (double)frame.atoms;
    *pressure = (r.virial[0] + r.virial[1] + r.virial[2]) / 3 / ff_frame_volume(&frame);
    free(r.forces);
    ff_frame_clear(&frame);
    return energy;
}

/* The lattice constant between low and high at which the pressure vanishes, by bisection. */
static inline double check_equilibrium(const ff_potential *potential, const char *crystal,
                                       int species, double low, double high)
{
    for (int step = 0; step < 60; step++) {
        double pressure, middle = 0.5 * (low + high);
        check_crystal_energy(potential, crystal, species, middle, &pressure);
        if (pressure > 0)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

/* Elastic constants C11, C12, C44 (GPa) of a cubic crystal without internal relaxation, as slopes
 * of the stress under strain; force[3] receives d(force on the last atom)/d(strain yz), eV/A. */
static inline void check_elastic(double constants[3], double slope[3],
                                 const ff_potential *potential, const char *crystal, int species,
                                 double lattice_constant)
{
    const double h = 1e-4, GPa = 160.2176634; /* eV/A^3 */
    double stress[4][6], force[4][3], volume = 0;
    for (int s = 0; s < 4; s++) {
        ff_frame frame;
        double strain[9] = {0}, step = s % 2 ? -h : h;
        if (s < 2)
            strain[0] = step;
        else
            strain[5] = strain[7] = step;
        assert_int_equal(ff_crystal_supercell(&frame, ff_crystal_find(crystal), species,
                                              lattice_constant, (int[3]){1, 1, 1}, NULL),
                         FF_OK);
        volume = ff_frame_volume(&frame);
        ff_frame_strain(&frame, strain);
        ff_check_result r = check_results(potential, &frame);
        for (int k = 0; k < 6; k++)
            stress[s][k] = -r.virial[k] / volume;
        memcpy(force[s], r.forces + 3 * (frame.atoms - 1), sizeof force[s]);
        free(r.forces);
        ff_frame_clear(&frame);
    }
    constants[0] = GPa * (stress[0][0] - stress[1][0]) / (2 * h);
    constants[1] = GPa * (stress[0][1] - stress[1][1]) / (2 * h);
    constants[2] = GPa * (stress[2][3] - stress[3][3]) / (4 * h);
    for (int k = 0; slope && k < 3; k++)
        slope[k] = (force[2][k] - force[3][k]) / (2 * h);
}

#endif
