/* Defects read off structures: what was put in comes out again, whatever the order and images. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/structure/defect_match.h"
#include "lib/structure/lattice.h"
#include "lib/structure/point_defect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void make_host(ff_host *host, const int matrix[9])
{
    static const int species[FF_CRYSTAL_KINDS] = {28, 13};
    static const double constants[2] = {2.88, 0};
    assert_int_equal(ff_host_of_crystal(host, ff_crystal_find("b2"), species, constants, NULL),
                     FF_OK);
    assert_int_equal(ff_host_repeat(host, matrix, NULL), FF_OK);
}

static const int cubes[9] = {3, 0, 0, 0, 3, 0, 0, 0, 3};
static const int slanted[9] = {3, 1, 0, -1, 3, 1, 0, 1, 4};

/* The atoms in reverse order, each displaced a little and moved to another image. */
static void scramble(ff_frame *frame)
{
    for (size_t i = 0; i < frame->atoms / 2; i++) {
        size_t j = frame->atoms - 1 - i;
        int species = frame->species[i];
        frame->species[i] = frame->species[j];
        frame->species[j] = species;
        for (size_t k = 0; k < 3; k++) {
            double kept = frame->positions[3 * i + k];
            frame->positions[3 * i + k] = frame->positions[3 * j + k];
            frame->positions[3 * j + k] = kept;
        }
    }
    for (size_t i = 0; i < frame->atoms; i++)
        for (size_t k = 0; k < 3; k++)
            frame->positions[3 * i + k] += 0.1 * sin((double)(3 * i + k) * 1.7) +
                                           frame->cell[3 * (i % 3) + k] * ((double)(i % 5) - 2);
}

/* Defect by defect: the numbers, and every atom where the structure has it. */
static void finds_what_was_put_in(void **state)
{
    static const struct {
        const char *name;
        size_t vacancies, substitutions, extras;
    } cases[] = {{"vacancy-Al", 1, 0, 0},          {"divacancy-1nn-Ni", 2, 0, 0},
                 {"antisite-Ni-Al", 0, 1, 0},      {"substitutional-Cr-Ni", 0, 1, 0},
                 {"dumbbell-100-Ni", 1, 0, 2},     {"interstitial-octahedral-Al", 0, 0, 1},
                 {"vacancy-cluster-4-Ni", 4, 0, 0}};
    (void)state;
    for (size_t c = 0; c < 2 * sizeof cases / sizeof *cases; c++) {
        ff_host host;
        ff_frame defective, frame;
        ff_defect_match found;
        int64_t *site = NULL, *expected = NULL;
        double centre[3], place[3], *displacement = NULL, inverse[9];
        make_host(&host, c % 2 ? slanted : cubes);
        assert_int_equal(
            ff_point_defect(&defective, &expected, place, &host, cases[c / 2].name, NULL), FF_OK);
        scramble(&defective);
        assert_int_equal(ff_defect_from_frame(&frame, &site, centre, &displacement, &found, &host,
                                              &defective, 0.7, NULL),
                         FF_OK);
        assert_int_equal(found.vacancies, cases[c / 2].vacancies);
        assert_int_equal(found.substitutions, cases[c / 2].substitutions);
        assert_int_equal(found.extras, cases[c / 2].extras);
        assert_int_equal(frame.atoms, defective.atoms);
        assert_true(found.farthest > 0.05 && found.farthest < 0.18);
        assert_memory_equal(frame.cell, host.cell, sizeof host.cell);
        ff_lattice_inverse(inverse, host.cell);
        for (size_t i = 0; i < frame.atoms; i++) {
            double least = INFINITY, from[3], back[3];
            if (i + found.extras < frame.atoms)
                assert_int_equal(site[i], expected[i]);
            else
                assert_int_equal(site[i], -1);
            for (size_t j = 0; j < defective.atoms; j++) {
                for (size_t k = 0; k < 3; k++)
                    from[k] = frame.positions[3 * i + k] + displacement[3 * i + k] -
                              defective.positions[3 * j + k];
                ff_row_times_matrix(back, from, inverse);
                for (int k = 0; k < 3; k++)
                    back[k] -= nearbyint(back[k]);
                ff_row_times_matrix(from, back, host.cell);
                if (defective.species[j] == frame.species[i])
                    least = fmin(least, ff_vector_dot(from, from));
            }
            assert_true(least < 1e-20);
        }
        /* The centre is where it was, but for images and the little displacements. */
        double apart[3], fraction[3];
        for (int k = 0; k < 3; k++)
            apart[k] = centre[k] - place[k];
        ff_row_times_matrix(fraction, apart, inverse);
        for (int k = 0; k < 3; k++)
            fraction[k] -= nearbyint(fraction[k]);
        ff_row_times_matrix(apart, fraction, host.cell);
        assert_true(ff_vector_dot(apart, apart) < 0.04);
        free(site);
        free(expected);
        free(displacement);
        ff_frame_clear(&frame);
        ff_frame_clear(&defective);
        ff_host_clear(&host);
    }
}

static int try_match(const ff_host *host, const ff_frame *defective, double tolerance,
                     ff_error *err)
{
    ff_frame frame;
    ff_defect_match found;
    int64_t *site = NULL;
    double centre[3], *displacement = NULL;
    int status = ff_defect_from_frame(&frame, &site, centre, &displacement, &found, host, defective,
                                      tolerance, err);
    assert_true(status != FF_OK && !site && !displacement && !frame.positions);
    return status;
}

static void refuses_what_does_not_fit(void **state)
{
    (void)state;
    ff_error err = {0};
    ff_host host, other;
    ff_frame frame;
    make_host(&host, cubes);
    make_host(&other, slanted);
    assert_int_equal(ff_host_frame(&frame, &host, NULL), FF_OK);
    assert_int_equal(try_match(&host, &frame, 0.5, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "no defect"));
    assert_int_equal(try_match(&other, &frame, 0.5, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "no period of the supercell"));
    for (size_t i = 0; i < 3 * frame.atoms; i++)
        frame.positions[i] += 0.7;
    assert_int_equal(try_match(&host, &frame, 0.5, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "displaced against"));
    for (int k = 0; k < 3; k++)
        frame.cell[k] *= 2;
    assert_int_equal(try_match(&host, &frame, 0.5, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "times as large"));
    frame.periodic[1] = false;
    assert_int_equal(try_match(&host, &frame, 0.5, &err), FF_E_RANGE);
    ff_frame_clear(&frame);
    ff_host_clear(&host);
    ff_host_clear(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_put_in),
        cmocka_unit_test(refuses_what_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
