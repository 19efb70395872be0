/* Space groups of frames: how many displacements are independent, and that the others follow from
 * them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/potentials/morse.h"
#include "lib/potentials/stillinger_weber.h"
#include "lib/structure/crystal.h"
#include "lib/structure/perturbation.h"
#include "lib/structure/symmetry.h"
#include "tests/lib/structure/point_defect_in.h"
#include "tests/near.h"

#include <stdlib.h>
#include <string.h>

static const double tolerance = 1e-5;

static void supercell(ff_frame *frame, const char *crystal, int species, double constant, int cells)
{
    assert_int_equal(ff_crystal_supercell(frame, ff_crystal_find(crystal), species, constant,
                                          (const int[3]){cells, cells, cells}, NULL),
                     FF_OK);
}

/* Atoms of `species` at `fractions` in a periodic cell. */
static void structure(ff_frame *frame, const double cell[9], size_t atoms, const int *species,
                      const double (*fractions)[3])
{
    assert_int_equal(ff_frame_init(frame, atoms, NULL), FF_OK);
    memcpy(frame->cell, cell, sizeof frame->cell);
    for (size_t i = 0; i < atoms; i++) {
        frame->species[i] = species[i];
        for (int k = 0; k < 9; k++)
            frame->positions[3 * i + (size_t)k % 3] += fractions[i][k / 3] * cell[k];
    }
    for (int k = 0; k < 3; k++)
        frame->periodic[k] = true;
}

/* Turned by an angle about (1, 2, 3), so that no axis is left where it was. */
static void turn(ff_frame *frame)
{
    const double n[3] = {1 / sqrt(14), 2 / sqrt(14), 3 / sqrt(14)}, c = cos(0.7), s = sin(0.7);
    const double r[9] = {c + n[0] * n[0] * (1 - c),        n[0] * n[1] * (1 - c) - n[2] * s,
                         n[0] * n[2] * (1 - c) + n[1] * s, n[1] * n[0] * (1 - c) + n[2] * s,
                         c + n[1] * n[1] * (1 - c),        n[1] * n[2] * (1 - c) - n[0] * s,
                         n[2] * n[0] * (1 - c) - n[1] * s, n[2] * n[1] * (1 - c) + n[0] * s,
                         c + n[2] * n[2] * (1 - c)};
    double strain[9];
    for (int k = 0; k < 9; k++)
        strain[k] = r[k] - (k % 4 == 0);
    ff_frame_strain(frame, strain);
}

/* Orbits, and displacements of each. */
static void expect(ff_frame *frame, size_t orbits, size_t displacements)
{
    for (int turned = 0; turned < 2; turned++) {
        ff_symmetry symmetry;
        ff_displacement *list = NULL;
        ff_error err = {0};
        size_t count = 0;
        if (ff_symmetry_find(&symmetry, frame, tolerance, &err) != FF_OK)
            fail_msg("%s", err.message);
        assert_int_equal(symmetry.orbits, orbits);
        assert_int_equal(ff_symmetry_displacements(&list, &count, &symmetry, NULL), FF_OK);
        assert_int_equal(count, displacements);
        /* Each is one that a frame takes. */
        assert_int_equal(ff_frame_set_displacements(frame, count, list, NULL), FF_OK);
        assert_int_equal(ff_frame_check(frame, NULL), FF_OK);
        free(list);
        ff_symmetry_clear(&symmetry);
        turn(frame);
    }
    ff_frame_clear(frame);
}

static void cubic_crystals_need_one_displacement(void **state)
{
    ff_frame frame;
    (void)state;
    supercell(&frame, "bcc", 74, 3.165, 3);
    expect(&frame, 1, 1);
    supercell(&frame, "fcc", 13, 4.05, 2);
    expect(&frame, 1, 1);
    supercell(&frame, "diamond", 14, 5.43, 2);
    expect(&frame, 1, 1);
    supercell(&frame, "bcc", 74, 3.165, 1);
    expect(&frame, 1, 1);
}

/* The site of the first atom and its direction are what phonopy would choose as well. */
static void bcc_moves_its_first_atom_along_x(void **state)
{
    ff_frame frame;
    ff_symmetry symmetry;
    ff_displacement *list = NULL;
    size_t count = 0;
    (void)state;
    supercell(&frame, "bcc", 74, 3.165, 2);
    assert_int_equal(ff_symmetry_find(&symmetry, &frame, tolerance, NULL), FF_OK);
    assert_int_equal(symmetry.offset[1] - symmetry.offset[0], 48);
    assert_int_equal(ff_symmetry_displacements(&list, &count, &symmetry, NULL), FF_OK);
    assert_int_equal(list[0].atom, 0);
    for (int k = 0; k < 3; k++)
        assert_near(list[0].direction[k], k == 0, 0);
    free(list);
    ff_symmetry_clear(&symmetry);
    ff_frame_clear(&frame);
}

/* Wyckoff positions and site groups from the International Tables. */
static void lower_symmetries_need_more(void **state)
{
    static const double hexagonal[9] = {3, 0, 0, -1.5, 2.598076211353316, 0, 0, 0, 4.9};
    static const double tetragonal[9] = {3, 0, 0, 0, 3, 0, 0, 0, 3.7};
    static const double monoclinic[9] = {4, 0, 0, 0, 5, 0, 1.1, 0, 6};
    static const double triclinic[9] = {4, 0, 0, 0.7, 5, 0, 1.1, 0.4, 6};
    ff_frame frame;
    (void)state;
    /* hcp: site -6m2; its axis and plane are reached from one direction between them */
    structure(&frame, hexagonal, 2, (const int[]){12, 12},
              (const double[][3]){{1 / 3.0, 2 / 3.0, 0.25}, {2 / 3.0, 1 / 3.0, 0.75}});
    expect(&frame, 1, 1);
    /* CsCl, stretched: 4/mmm, two species */
    structure(&frame, tetragonal, 2, (const int[]){22, 13},
              (const double[][3]){{0, 0, 0}, {0.5, 0.5, 0.5}});
    expect(&frame, 2, 2);
    /* A site on a mirror plane alone: two directions */
    structure(&frame, monoclinic, 3, (const int[]){14, 6, 8},
              (const double[][3]){{0.1, 0, 0.2}, {0.35, 0, 0.7}, {0.8, 0.5, 0.1}});
    expect(&frame, 3, 6);
    /* Inversion turns no direction into an independent one. */
    structure(&frame, triclinic, 2, (const int[]){14, 14},
              (const double[][3]){{0.2, 0.1, 0.3}, {0.8, 0.9, 0.7}});
    expect(&frame, 1, 3);
    structure(&frame, triclinic, 1, (const int[]){14}, (const double[][3]){{0.2, 0.1, 0.3}});
    expect(&frame, 1, 3);
}

static void a_rattled_frame_has_no_symmetry(void **state)
{
    const ff_perturbation rattle = {.rattle_A = 0.01, .volume = {1, 1}, .seed = 3};
    ff_frame base, frame;
    (void)state;
    supercell(&base, "bcc", 74, 3.165, 2);
    assert_int_equal(ff_perturb(&frame, &base, &rattle, 0, 0, NULL), FF_OK);
    expect(&frame, 16, 48);
    ff_frame_clear(&base);
}

/* A vacancy in 2 x 2 x 2 bcc cells of 16 atoms, one site taken out. Shells around it: 8 (3m), 3 x 2
 * images of the second that coincide in so small a cell: 3 (4/mmm), third 3 (4/mmm), 1 (m-3m). */
static void a_vacancy_leaves_its_point_group(void **state)
{
    ff_frame frame;
    int64_t *site = NULL;
    double centre[3];
    (void)state;
    assert_int_equal(point_defect_in(&frame, &site, centre, ff_crystal_find("bcc"), 74, 3.165,
                                     (const int[3]){2, 2, 2}, "vacancy", NULL),
                     FF_OK);
    free(site);
    expect(&frame, 4, 4);
}

static void frames_that_are_not_periodic_have_the_identity(void **state)
{
    ff_frame frame;
    (void)state;
    supercell(&frame, "bcc", 74, 3.165, 2);
    frame.periodic[2] = false;
    expect(&frame, 16, 48);
    assert_int_equal(ff_frame_init(&frame, 2, NULL), FF_OK);
    frame.species[0] = frame.species[1] = 8;
    frame.positions[0] = 1.2;
    expect(&frame, 2, 6);
}

static void atoms_on_one_another_are_refused(void **state)
{
    ff_frame frame;
    ff_symmetry symmetry;
    ff_error err = {0};
    (void)state;
    supercell(&frame, "bcc", 74, 3.165, 1);
    memset(frame.positions, 0, 6 * sizeof(double));
    assert_int_equal(ff_symmetry_find(&symmetry, &frame, tolerance, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "another"));
    assert_null(symmetry.first);
    ff_frame_clear(&frame);
}

/* Responses of a potential to the displacements of a frame. */
static void respond(ff_frame *frame, const ff_potential *potential)
{
    ff_calculator *calculator = NULL;
    double *direction = calloc(3 * frame->atoms, sizeof *direction);
    assert_non_null(direction);
    assert_int_equal(ff_calculator_new(&calculator, potential, 0, NULL), FF_OK);
    for (size_t d = 0; d < frame->displacements; d++) {
        double *own = direction + 3 * (size_t)frame->displacement[d].atom;
        memcpy(own, frame->displacement[d].direction, 3 * sizeof *own);
        assert_int_equal(
            ff_calculator_hessian_product(calculator, frame, direction,
                                          frame->force_constants + 3 * frame->atoms * d, NULL),
            FF_OK);
        memset(own, 0, 3 * sizeof *own);
    }
    ff_calculator_free(calculator);
    free(direction);
}

/* The matrix from the independent displacements, and from all, against the responses to all. */
static void check_expansion(ff_frame *frame, const ff_potential *potential)
{
    ff_symmetry symmetry;
    ff_frame all;
    ff_displacement *list = NULL;
    ff_error err = {0};
    size_t count = 0, n = frame->atoms;
    double *full = malloc(9 * n * n * sizeof *full);
    assert_non_null(full);
    assert_int_equal(ff_symmetry_find(&symmetry, frame, tolerance, NULL), FF_OK);
    assert_int_equal(ff_frame_copy(&all, frame, NULL), FF_OK);
    assert_int_equal(ff_all_displacements(&list, &count, n, NULL), FF_OK);
    assert_int_equal(ff_frame_set_displacements(&all, count, list, NULL), FF_OK);
    free(list);
    respond(&all, potential);
    assert_int_equal(ff_symmetry_displacements(&list, &count, &symmetry, NULL), FF_OK);
    assert_int_equal(ff_frame_set_displacements(frame, count, list, NULL), FF_OK);
    free(list);
    respond(frame, potential);
    double largest = 0;
    for (size_t i = 0; i < 9 * n * n; i++)
        largest = fmax(largest, fabs(all.force_constants[i]));
    assert_true(largest > 0.1);
    for (int from_all = 0; from_all < 2; from_all++) {
        if (ff_symmetry_expand(full, &symmetry, from_all ? &all : frame, &err) != FF_OK)
            fail_msg("%s", err.message);
        /* Rounding of sums over some dozen neighbours and operations. */
        for (size_t a = 0; a < n; a++)
            for (size_t b = 0; b < n; b++)
                for (size_t k = 0; k < 9; k++)
                    assert_near(full[9 * (a * n + b) + k],
                                all.force_constants[3 * n * (3 * a + k / 3) + 3 * b + k % 3],
                                1e-12 * largest);
    }
    free(full);
    ff_symmetry_clear(&symmetry);
    ff_frame_clear(&all);
    ff_frame_clear(frame);
}

static void all_force_constants_follow_from_the_independent_ones(void **state)
{
    static const double hexagonal[9] = {3, 0, 0, -1.5, 2.598076211353316, 0, 0, 0, 4.9};
    static const double tetragonal[9] = {3, 0, 0, 0, 3, 0, 0, 0, 3.7};
    static const double monoclinic[9] = {4, 0, 0, 0, 5, 0, 1.1, 0, 6};
    const ff_morse_parameters bond = {0.4, 1.4, 2.8, 5.5};
    ff_potential *silicon = NULL, *morse = NULL;
    int64_t *site = NULL;
    double centre[3];
    ff_frame frame;
    (void)state;
    assert_int_equal(ff_stillinger_weber_new(&silicon, "Si", NULL), FF_OK);
    assert_int_equal(ff_morse_new(&morse, &bond, 0, NULL), FF_OK);
    supercell(&frame, "diamond", 14, 5.43, 2);
    check_expansion(&frame, silicon);
    supercell(&frame, "diamond", 14, 5.43, 2);
    turn(&frame);
    check_expansion(&frame, silicon);
    supercell(&frame, "bcc", 74, 3.165, 3);
    turn(&frame);
    check_expansion(&frame, morse);
    structure(&frame, hexagonal, 2, (const int[]){12, 12},
              (const double[][3]){{1 / 3.0, 2 / 3.0, 0.25}, {2 / 3.0, 1 / 3.0, 0.75}});
    turn(&frame);
    check_expansion(&frame, morse);
    structure(&frame, tetragonal, 2, (const int[]){22, 13},
              (const double[][3]){{0, 0, 0}, {0.5, 0.5, 0.5}});
    check_expansion(&frame, morse);
    structure(&frame, monoclinic, 3, (const int[]){14, 6, 8},
              (const double[][3]){{0.1, 0, 0.2}, {0.35, 0, 0.7}, {0.8, 0.5, 0.1}});
    turn(&frame);
    check_expansion(&frame, morse);
    assert_int_equal(point_defect_in(&frame, &site, centre, ff_crystal_find("diamond"), 14, 5.43,
                                     (const int[3]){2, 2, 2}, "vacancy", NULL),
                     FF_OK);
    free(site);
    check_expansion(&frame, silicon);
    supercell(&frame, "bcc", 74, 3.165, 1);
    frame.periodic[0] = false;
    check_expansion(&frame, morse);
    ff_potential_free(silicon);
    ff_potential_free(morse);
}

static void too_few_displacements_are_refused(void **state)
{
    const ff_displacement one = {3, {1, 0, 0}};
    const ff_perturbation rattle = {.rattle_A = 0.01, .volume = {1, 1}, .seed = 3};
    ff_frame base, frame;
    ff_symmetry symmetry;
    ff_error err = {0};
    double *full = malloc(9 * 16 * 16 * sizeof *full);
    (void)state;
    supercell(&base, "bcc", 74, 3.165, 2);
    assert_int_equal(ff_perturb(&frame, &base, &rattle, 0, 0, NULL), FF_OK);
    assert_int_equal(ff_frame_set_displacements(&frame, 1, &one, NULL), FF_OK);
    assert_int_equal(ff_symmetry_find(&symmetry, &frame, tolerance, NULL), FF_OK);
    assert_int_equal(ff_symmetry_expand(full, &symmetry, &frame, &err), FF_E_RANGE);
    assert_int_equal(err.atom, 1);
    ff_symmetry_clear(&symmetry);
    /* The symmetry of another structure is found out. */
    assert_int_equal(ff_symmetry_find(&symmetry, &base, tolerance, NULL), FF_OK);
    assert_int_equal(ff_symmetry_expand(full, &symmetry, &frame, &err), FF_E_NUMERIC);
    ff_symmetry_clear(&symmetry);
    ff_frame_clear(&base);
    ff_frame_clear(&frame);
    free(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cubic_crystals_need_one_displacement),
        cmocka_unit_test(bcc_moves_its_first_atom_along_x),
        cmocka_unit_test(lower_symmetries_need_more),
        cmocka_unit_test(a_rattled_frame_has_no_symmetry),
        cmocka_unit_test(a_vacancy_leaves_its_point_group),
        cmocka_unit_test(frames_that_are_not_periodic_have_the_identity),
        cmocka_unit_test(atoms_on_one_another_are_refused),
        cmocka_unit_test(all_force_constants_follow_from_the_independent_ones),
        cmocka_unit_test(too_few_displacements_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
