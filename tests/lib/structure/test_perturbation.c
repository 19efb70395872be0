/* Random copies: their statistics, and what each copy depends on. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/structure/crystal.h"
#include "lib/structure/perturbation.h"

#include <math.h>
#include <string.h>

static void base_frame(ff_frame *base)
{
    assert_int_equal(
        ff_crystal_supercell(base, ff_crystal_find("diamond"), 14, 5.43, (int[3]){3, 3, 3}, NULL),
        FF_OK);
    assert_int_equal(ff_frame_add_label(base, FF_LABEL_FORCES, NULL), FF_OK);
    assert_int_equal(ff_frame_set_group(base, "bulk", NULL), FF_OK);
}

/* Displacements are normal with the variance asked for: over 648 components the mean is within 4
 * sigma / sqrt(648) of zero and the variance within 4 sqrt(2 / 648) of one; both hold for this seed
 * unless the distribution is wrong. Labels go, the group stays. */
static void rattles_by_sigma(void **state)
{
    (void)state;
    ff_frame base, copy;
    double sum = 0, squares = 0, n = 648;
    base_frame(&base);
    ff_perturbation p = {.rattle_A = 0.05, .volume = {1, 1}, .seed = 3};
    assert_int_equal(ff_perturb(&copy, &base, &p, 0, 0, NULL), FF_OK);
    for (size_t k = 0; k < 648; k++) {
        double moved = (copy.positions[k] - base.positions[k]) / 0.05;
        sum += moved;
        squares += moved * moved;
    }
    assert_true(fabs(sum / n) < 4 / sqrt(n));
    assert_true(fabs(squares / n - 1) < 4 * sqrt(2 / n));
    assert_memory_equal(copy.cell, base.cell, sizeof base.cell);
    assert_int_equal(copy.labels, 0);
    assert_null(copy.forces);
    assert_string_equal(copy.group, "bulk");
    ff_frame_clear(&base);
    ff_frame_clear(&copy);
}

/* The cell is (1 + strain) times the scaled one with a symmetric strain within its bounds, and
 * positions follow it. */
static void strains_and_scales_within_bounds(void **state)
{
    (void)state;
    ff_frame base, copy;
    double least = 2, most = 0, largest = 0;
    base_frame(&base);
    ff_perturbation p = {.strain = 0.02, .volume = {1, 1}, .seed = 5};
    for (uint64_t k = 0; k < 200; k++) {
        p.strain = 0.02;
        p.volume[0] = p.volume[1] = 1;
        assert_int_equal(ff_perturb(&copy, &base, &p, 0, k, NULL), FF_OK);
        for (int a = 0; a < 3; a++)
            for (int b = 0; b < 3; b++) {
                double strain = copy.cell[3 * a + b] / base.cell[0] - (a == b);
                assert_true(fabs(strain) <= 0.02 + 1e-14);
                assert_true(fabs(copy.cell[3 * a + b] - copy.cell[3 * b + a]) < 1e-13);
                largest = fmax(largest, fabs(strain));
            }
        for (size_t c = 0; c < 3; c++) /* the second basis site is (0, 1/2, 1/2) of a third */
            assert_true(fabs(copy.positions[3 + c] - (copy.cell[3 + c] + copy.cell[6 + c]) / 6) <
                        1e-13);
        ff_frame_clear(&copy);
        p.strain = 0;
        p.volume[0] = 0.8;
        p.volume[1] = 1.3;
        assert_int_equal(ff_perturb(&copy, &base, &p, 0, k, NULL), FF_OK);
        double ratio = ff_frame_volume(&copy) / ff_frame_volume(&base);
        least = fmin(least, ratio);
        most = fmax(most, ratio);
        ff_frame_clear(&copy);
    }
    /* 200 draws come near the bounds: a gap of 5 % of the range has probability 0.95^200 = 3e-5. */
    assert_true(largest > 0.019);
    assert_true(least >= 0.8 - 1e-12 && least < 0.825 && most <= 1.3 + 1e-12 && most > 1.275);
    ff_frame_clear(&base);
}

/* Same numbers, same copy; any other seed, structure or index, another one; and the rattle's
 * pattern does not depend on the strain. */
static void depends_on_its_numbers_only(void **state)
{
    (void)state;
    ff_frame base, first, again, other;
    const struct {
        uint64_t seed, structure, index;
    } others[] = {{8, 2, 4}, {7, 3, 4}, {7, 2, 5}, {7, 4, 2}, {4, 2, 7}};
    base_frame(&base);
    ff_perturbation p = {.rattle_A = 0.1, .strain = 0.01, .volume = {0.9, 1.1}, .seed = 7};
    assert_int_equal(ff_perturb(&first, &base, &p, 2, 4, NULL), FF_OK);
    assert_int_equal(ff_perturb(&again, &base, &p, 2, 4, NULL), FF_OK);
    assert_memory_equal(first.positions, again.positions, 3 * base.atoms * sizeof(double));
    assert_memory_equal(first.cell, again.cell, sizeof first.cell);
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        p.seed = others[k].seed;
        assert_int_equal(ff_perturb(&other, &base, &p, others[k].structure, others[k].index, NULL),
                         FF_OK);
        assert_memory_not_equal(first.positions, other.positions, sizeof(double));
        ff_frame_clear(&other);
    }
    p = (ff_perturbation){.rattle_A = 0.1, .volume = {1, 1}, .seed = 7};
    assert_int_equal(ff_perturb(&other, &base, &p, 2, 4, NULL), FF_OK);
    double moved = first.positions[0]; /* atom 1 sits at the origin, which strain leaves alone */
    assert_true(moved == other.positions[0]);
    ff_frame_clear(&base);
    ff_frame_clear(&first);
    ff_frame_clear(&again);
    ff_frame_clear(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rattles_by_sigma),
        cmocka_unit_test(strains_and_scales_within_bounds),
        cmocka_unit_test(depends_on_its_numbers_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
