/* The neighbour list against a search over all pairs and images. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/base/parallel.h"
#include "lib/structure/crystal.h"
#include "lib/structure/lattice.h"
#include "lib/structure/neighbour_list.h"

#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct pair {
    size_t i, j;
    int32_t shift[3];
} pair;

static double uniform(gsl_rng *random, double low, double high)
{
    return low + (high - low) * gsl_rng_uniform(random);
}

/* A frame of 1 to 12 atoms in a cell of any shape: skewed, left-handed, flat, partly periodic,
 * atoms up to two cells outside. */
static void random_frame(ff_frame *frame, gsl_rng *random)
{
    size_t atoms = 1 + gsl_rng_uniform_int(random, 12);
    assert_int_equal(ff_frame_init(frame, atoms, NULL), FF_OK);
    do {
        for (int k = 0; k < 9; k++)
            frame->cell[k] = uniform(random, -6, 6);
    } while (fabs(ff_lattice_determinant(frame->cell)) < 8);
    for (int k = 0; k < 3; k++)
        frame->periodic[k] = gsl_rng_uniform_int(random, 4) != 0;
    for (size_t i = 0; i < atoms; i++) {
        double fraction[3] = {uniform(random, -2, 2), uniform(random, -2, 2),
                              uniform(random, -2, 2)};
        ff_row_times_matrix(frame->positions + 3 * i, fraction, frame->cell);
        frame->species[i] = 1;
    }
}

/* All images that could hold a neighbour: |s_j + n - s_i| <= cutoff / height. */
static size_t search_everything(pair *pairs, const ff_frame *frame, double cutoff)
{
    double inverse[9];
    int most[3] = {0, 0, 0};
    size_t count = 0;
    ff_lattice_inverse(inverse, frame->cell);
    for (int k = 0; k < 3; k++) {
        double reciprocal[3] = {inverse[k], inverse[3 + k], inverse[6 + k]};
        if (frame->periodic[k])
            most[k] = (int)ceil(cutoff * sqrt(ff_vector_dot(reciprocal, reciprocal))) + 5;
    }
    for (size_t i = 0; i < frame->atoms; i++)
        for (size_t j = 0; j < frame->atoms; j++)
            for (int a = -most[0]; a <= most[0]; a++)
                for (int b = -most[1]; b <= most[1]; b++)
                    for (int c = -most[2]; c <= most[2]; c++) {
                        double n[3] = {a, b, c}, d[3];
                        ff_row_times_matrix(d, n, frame->cell);
                        for (size_t k = 0; k < 3; k++)
                            d[k] += frame->positions[3 * j + k] - frame->positions[3 * i + k];
                        if (ff_vector_dot(d, d) < cutoff * cutoff && !(i == j && !a && !b && !c))
                            pairs[count++] = (pair){i, j, {a, b, c}};
                    }
    return count;
}

/* The list holds exactly the pairs, in the promised order (which is that of the loops above). */
static void check_against(const ff_neighbour_list *list, const pair *pairs, size_t count)
{
    assert_int_equal(list->offset[list->atoms], count);
    for (size_t i = 0; i < list->atoms; i++)
        for (size_t p = list->offset[i]; p < list->offset[i + 1]; p++) {
            assert_int_equal(pairs[p].i, i);
            assert_int_equal(pairs[p].j, list->neighbour[p]);
            assert_memory_equal(pairs[p].shift, list->shift + 3 * p, sizeof pairs[p].shift);
        }
}

/* Vectors are what the header says (to rounding), and reverse is an exact involution. */
static void check_entries(const ff_neighbour_list *list, const ff_frame *frame)
{
    for (size_t i = 0; i < list->atoms; i++)
        for (size_t p = list->offset[i]; p < list->offset[i + 1]; p++) {
            size_t j = list->neighbour[p], back = list->reverse[p];
            double n[3] = {list->shift[3 * p], list->shift[3 * p + 1], list->shift[3 * p + 2]};
            double d[3];
            ff_row_times_matrix(d, n, frame->cell);
            assert_true(back >= list->offset[j] && back < list->offset[j + 1]);
            assert_int_equal(list->neighbour[back], i);
            assert_int_equal(list->reverse[back], p);
            assert_true(list->distance[p] == list->distance[back]);
            for (size_t k = 0; k < 3; k++) {
                d[k] += frame->positions[3 * j + k] - frame->positions[3 * i + k];
                assert_true(fabs(d[k] - list->vector[3 * p + k]) < 1e-12);
                assert_true(list->vector[3 * p + k] == -list->vector[3 * back + k]);
            }
        }
}

/* The list made anew for this frame is that of a full search; pairs is room for it. */
static void check_frame(ff_neighbour_list *list, pair *pairs, const ff_frame *frame, double cutoff)
{
    size_t count = search_everything(pairs, frame, cutoff);
    assert_int_equal(ff_neighbour_list_build(list, frame, cutoff, NULL), FF_OK);
    check_against(list, pairs, count);
    check_entries(list, frame);
}

static void finds_what_a_full_search_finds(void **state)
{
    (void)state;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    pair *pairs = malloc(1000000 * sizeof *pairs);
    ff_neighbour_list list;
    ff_neighbour_list_init(&list);
    for (int trial = 0; trial < 100; trial++) {
        ff_frame frame;
        random_frame(&frame, random);
        check_frame(&list, pairs, &frame, uniform(random, 0.5, 7));
        ff_frame_clear(&frame);
    }
    ff_neighbour_list_clear(&list);
    free(pairs);
    gsl_rng_free(random);
}

/* A frame of `atoms` at no places yet, periodic where the mask has a bit. */
static void frame_in_cell(ff_frame *frame, size_t atoms, const double cell[9], unsigned mask)
{
    assert_int_equal(ff_frame_init(frame, atoms, NULL), FF_OK);
    memcpy(frame->cell, cell, sizeof frame->cell);
    for (unsigned k = 0; k < 3; k++)
        frame->periodic[k] = mask >> k & 1;
}

/* A larger system that has many boxes along each direction, periodic or not. */
static void many_boxes(void **state)
{
    (void)state;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    pair *pairs = malloc(1000000 * sizeof *pairs);
    double cell[9] = {14, 0, 0, 9, -13, 0, -8, 6, 15};
    for (unsigned mask = 0; mask < 8; mask++) {
        ff_frame frame;
        ff_neighbour_list list;
        ff_neighbour_list_init(&list);
        frame_in_cell(&frame, 200, cell, mask);
        for (size_t i = 0; i < 200; i++) {
            double s[3] = {uniform(random, 0, 1), uniform(random, 0, 1), uniform(random, 0, 1)};
            ff_row_times_matrix(frame.positions + 3 * i, s, cell);
        }
        check_frame(&list, pairs, &frame, 2.5);
        ff_neighbour_list_clear(&list);
        ff_frame_clear(&frame);
    }
    free(pairs);
    gsl_rng_free(random);
}

/* Cells of every shape that is thin in some direction, and cutoffs far below the width of the boxes
 * (which are not made narrower than there are atoms for), or beyond several cells. */
static void extreme_shapes(void **state)
{
    (void)state;
    static const double cells[][9] = {{3, 0, 0, 0, 3, 0, 0, 0, 90},
                                      {60, 0, 0, 0, 60, 0, 1, 2, 2.5},
                                      {40, 3, 0, 39, 6, 0, 0, 5, 30},
                                      {-4, 0.5, 0, 2, 50, 1, 25, 25, 9},
                                      {30, 0, 0, 0, 30, 0, 0, 0, 30}};
    static const double cutoffs[] = {0.05, 0.4, 2.2, 6.5};
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    pair *pairs = malloc(1000000 * sizeof *pairs);
    ff_neighbour_list list;
    ff_neighbour_list_init(&list);
    for (size_t c = 0; c < sizeof cells / sizeof *cells; c++)
        for (unsigned mask = 0; mask < 8; mask++) {
            ff_frame frame;
            frame_in_cell(&frame, 60, cells[c], mask);
            for (size_t i = 0; i < frame.atoms; i++) {
                double s[3] = {uniform(random, -1, 2), uniform(random, 0, 1),
                               uniform(random, 0, 1)};
                ff_row_times_matrix(frame.positions + 3 * i, s, frame.cell);
                /* half of the atoms close to another one, across the faces of boxes as well */
                for (size_t k = 0; k < 3 && i % 2; k++)
                    frame.positions[3 * i + k] =
                        frame.positions[3 * i + k - 3] + uniform(random, 0.01, 0.3);
            }
            check_frame(&list, pairs, &frame, cutoffs[(c + mask) % 4]);
            ff_frame_clear(&frame);
        }
    ff_neighbour_list_clear(&list);
    free(pairs);
    gsl_rng_free(random);
}

/* A pair at the cutoff is none; one that is nearer by the last bit is one, on both sides, however
 * the structure is shifted. */
static void exact_at_the_cutoff(void **state)
{
    (void)state;
    ff_neighbour_list list;
    ff_neighbour_list_init(&list);
    for (int trial = 0; trial < 16; trial++) {
        ff_frame frame;
        assert_int_equal(
            ff_crystal_supercell(&frame, ff_crystal_find("sc"), 14, 2.5, (int[3]){3, 4, 5}, NULL),
            FF_OK);
        for (size_t k = 0; k < 3 * frame.atoms; k++)
            frame.positions[k] += 0.25 * trial; /* exact in binary, as 2.5 is */
        assert_int_equal(ff_neighbour_list_build(&list, &frame, 2.5, NULL), FF_OK);
        assert_int_equal(list.offset[frame.atoms], 0);
        assert_int_equal(ff_neighbour_list_build(&list, &frame, nextafter(2.5, 3), NULL), FF_OK);
        assert_int_equal(list.offset[frame.atoms], 6 * frame.atoms);
        ff_frame_clear(&frame);
    }
    ff_neighbour_list_clear(&list);
}

/* Shells of perfect crystals: N. W. Ashcroft and N. D. Mermin, Solid State Physics (1976), ch. 4.
 */
static void counts_neighbours_of_crystals(void **state)
{
    (void)state;
    const struct {
        const char *name;
        double cutoff; /* lattice constants */
        size_t neighbours;
    } cases[] = {{"sc", 1.01, 6},      {"sc", 1.42, 18},      {"bcc", 0.87, 8},
                 {"bcc", 1.01, 14},    {"fcc", 0.71, 12},     {"fcc", 1.01, 18},
                 {"diamond", 0.44, 4}, {"diamond", 0.71, 16}, {"diamond", 0.83, 28}};
    const int cells[2][3] = {{1, 1, 1}, {3, 2, 4}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (int size = 0; size < 2; size++) {
            ff_frame frame;
            ff_neighbour_list list;
            ff_neighbour_list_init(&list);
            const ff_crystal *crystal = ff_crystal_find(cases[c].name);
            assert_int_equal(ff_crystal_supercell(&frame, crystal, 14, 5.0, cells[size], NULL),
                             FF_OK);
            assert_int_equal(ff_neighbour_list_build(&list, &frame, 5 * cases[c].cutoff, NULL),
                             FF_OK);
            for (size_t i = 0; i < frame.atoms; i++)
                assert_int_equal(list.offset[i + 1] - list.offset[i], cases[c].neighbours);
            ff_neighbour_list_clear(&list);
            ff_frame_clear(&frame);
        }
}

/* The same crystal described by a cell skewed by a thousand vectors has the same neighbours. */
static void very_skewed_cell(void **state)
{
    (void)state;
    ff_frame frame;
    ff_neighbour_list straight, skewed;
    ff_neighbour_list_init(&straight);
    ff_neighbour_list_init(&skewed);
    assert_int_equal(
        ff_crystal_supercell(&frame, ff_crystal_find("fcc"), 29, 3.6, (int[3]){1, 2, 1}, NULL),
        FF_OK);
    assert_int_equal(ff_neighbour_list_build(&straight, &frame, 5.0, NULL), FF_OK);
    for (int k = 0; k < 3; k++)
        frame.cell[3 + k] += 1000 * frame.cell[k];
    for (int k = 0; k < 3; k++)
        frame.cell[6 + k] -= 777 * frame.cell[3 + k];
    assert_int_equal(ff_neighbour_list_build(&skewed, &frame, 5.0, NULL), FF_OK);
    assert_memory_equal(straight.offset, skewed.offset,
                        (frame.atoms + 1) * sizeof *straight.offset);
    check_entries(&skewed, &frame);
    ff_neighbour_list_clear(&straight);
    ff_neighbour_list_clear(&skewed);
    ff_frame_clear(&frame);
}

/* After small moves an update gives what a new search with the same pairs gives. */
static void update_follows_positions(void **state)
{
    (void)state;
    ff_frame frame;
    ff_neighbour_list list, fresh;
    ff_neighbour_list_init(&list);
    ff_neighbour_list_init(&fresh);
    assert_int_equal(
        ff_crystal_supercell(&frame, ff_crystal_find("bcc"), 74, 3.16, (int[3]){3, 3, 3}, NULL),
        FF_OK);
    assert_int_equal(ff_neighbour_list_build(&list, &frame, 3.8, NULL), FF_OK);
    for (size_t k = 0; k < 3 * frame.atoms; k++)
        frame.positions[k] += 0.05 * sin((double)k);
    ff_neighbour_list_update(&list, &frame);
    assert_int_equal(ff_neighbour_list_build(&fresh, &frame, 3.8, NULL), FF_OK);
    size_t entries = fresh.offset[frame.atoms];
    assert_int_equal(entries, list.offset[frame.atoms]);
    assert_memory_equal(list.distance, fresh.distance, entries * sizeof *fresh.distance);
    assert_memory_equal(list.vector, fresh.vector, 3 * entries * sizeof *fresh.vector);
    ff_neighbour_list_clear(&list);
    ff_neighbour_list_clear(&fresh);
    ff_frame_clear(&frame);
}

static void refuses_bad_input(void **state)
{
    (void)state;
    ff_error err = {0};
    ff_frame frame;
    ff_neighbour_list list;
    ff_neighbour_list_init(&list);
    assert_int_equal(ff_frame_init(&frame, 3, NULL), FF_OK);
    for (int k = 0; k < 3; k++) {
        frame.cell[4 * k] = 10;
        frame.periodic[k] = true;
        frame.positions[3 * k] = 4.0 * k;
    }
    frame.positions[6] = 10.0002; /* on the image of atom 1 */
    assert_int_equal(ff_neighbour_list_build(&list, &frame, 3, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "atoms 1 and 3"));
    assert_int_equal(err.atom, 1);
    frame.positions[6] = NAN;
    assert_int_equal(ff_neighbour_list_build(&list, &frame, 3, &err), FF_E_RANGE);
    assert_int_equal(err.atom, 3);
    frame.positions[6] = 8;
    assert_int_equal(ff_neighbour_list_build(&list, &frame, 0, &err), FF_E_RANGE);
    assert_int_equal(ff_neighbour_list_build(&list, &frame, NAN, &err), FF_E_RANGE);
    for (int k = 0; k < 3; k++)
        frame.cell[3 + k] = frame.cell[k]; /* two equal vectors */
    assert_int_equal(ff_neighbour_list_build(&list, &frame, 3, &err), FF_E_RANGE);
    memset(frame.cell, 0, sizeof frame.cell);
    assert_int_equal(ff_neighbour_list_build(&list, &frame, 3, &err), FF_E_RANGE);
    const double thin[9] = {0.01, 0, 0, 0, 0.01, 0, 0, 0, 0.01};
    memcpy(frame.cell, thin, sizeof thin);
    assert_int_equal(ff_neighbour_list_build(&list, &frame, 3, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "too thin"));
    const double skewed[9] = {10, 0, 0, 1e12, 10, 0, 0, 1e12, 10};
    memcpy(frame.cell, skewed, sizeof skewed);
    assert_int_equal(ff_neighbour_list_build(&list, &frame, 3, &err), FF_E_RANGE);
    ff_neighbour_list_clear(&list);
    ff_frame_clear(&frame);
}

/* No atoms, one atom alone, and two far apart in an endless space (few boxes, no overflow). */
static void nearly_empty_frames(void **state)
{
    (void)state;
    for (size_t atoms = 0; atoms < 3; atoms++) {
        ff_frame frame;
        ff_neighbour_list list;
        ff_neighbour_list_init(&list);
        assert_int_equal(ff_frame_init(&frame, atoms, NULL), FF_OK);
        if (atoms == 2)
            frame.positions[3] = 1e12;
        assert_int_equal(ff_neighbour_list_build(&list, &frame, 5, NULL), FF_OK);
        assert_int_equal(list.offset[atoms], 0);
        ff_neighbour_list_clear(&list);
        ff_frame_clear(&frame);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_a_full_search_finds),
        cmocka_unit_test(many_boxes),
        cmocka_unit_test(extreme_shapes),
        cmocka_unit_test(exact_at_the_cutoff),
        cmocka_unit_test(counts_neighbours_of_crystals),
        cmocka_unit_test(very_skewed_cell),
        cmocka_unit_test(update_follows_positions),
        cmocka_unit_test(refuses_bad_input),
        cmocka_unit_test(nearly_empty_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
