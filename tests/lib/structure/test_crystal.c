/* Perfect crystals and point defects: counts, distances, where the defect sits. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/structure/crystal.h"
#include "lib/structure/neighbour_list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double lattice_constant = 4.0;

/* The distances of atom i to its neighbours, nearest first. */
static int compare_numbers(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static size_t distances(double *list, const ff_frame *frame, size_t i, double cutoff)
{
    ff_neighbour_list neighbours;
    ff_neighbour_list_init(&neighbours);
    assert_int_equal(ff_neighbour_list_build(&neighbours, frame, cutoff, NULL), FF_OK);
    size_t first = neighbours.offset[i], count = neighbours.offset[i + 1] - first;
    memcpy(list, neighbours.distance + first, count * sizeof *list);
    qsort(list, count, sizeof *list, compare_numbers);
    ff_neighbour_list_clear(&neighbours);
    return count;
}

static void nearest_neighbours(void **state)
{
    (void)state;
    const char *names[] = {"sc", "bcc", "fcc", "diamond"};
    for (size_t k = 0; k < 4; k++) {
        ff_frame frame;
        double list[64];
        const ff_crystal *crystal = ff_crystal_find(names[k]);
        assert_non_null(strstr(ff_crystal_names(), names[k]));
        assert_int_equal(
            ff_crystal_supercell(&frame, crystal, 14, lattice_constant, (int[3]){2, 3, 1}, NULL),
            FF_OK);
        assert_int_equal(frame.atoms, 6 * crystal->basis);
        assert_true(ff_frame_check(&frame, NULL) == FF_OK);
        assert_true(distances(list, &frame, frame.atoms - 1, 4.5) > 0);
        assert_true(fabs(list[0] - crystal->nearest * lattice_constant) < 1e-14);
        ff_frame_clear(&frame);
    }
    assert_null(ff_crystal_find("hcp"));
}

/* Sites are numbered with the basis fastest, then z, y, x. */
static void numbering(void **state)
{
    (void)state;
    ff_frame frame;
    assert_int_equal(ff_crystal_supercell(&frame, ff_crystal_find("bcc"), 74, lattice_constant,
                                          (int[3]){2, 3, 4}, NULL),
                     FF_OK);
    size_t atom = ((1 * 3 + 2) * 4 + 3) * 2 + 1; /* cell (1, 2, 3), second basis site */
    assert_true(frame.positions[3 * atom] == 6 && frame.positions[3 * atom + 1] == 10 &&
                frame.positions[3 * atom + 2] == 14);
    ff_frame_clear(&frame);
}

/* Every defect: how many atoms it adds, and how near its own site the first atoms are. */
static void defects(void **state)
{
    (void)state;
    const struct {
        const char *crystal, *defect;
        int atoms;       /* more than the perfect crystal */
        size_t extra;    /* atoms off lattice sites */
        size_t shell;    /* nearest neighbours of the last extra atom ... */
        double distance; /* ... at this distance, lattice constants */
    } cases[] = {
        {"diamond", "none", 0, 0, 0, 0},
        {"sc", "vacancy", -1, 0, 0, 0},
        {"bcc", "vacancy", -1, 0, 0, 0},
        {"fcc", "vacancy", -1, 0, 0, 0},
        {"diamond", "vacancy", -1, 0, 0, 0},
        {"diamond", "interstitial-tetrahedral", 1, 1, 4, 0.43301270189221932},
        {"diamond", "interstitial-hexagonal", 1, 1, 6, 0.41457809879442498}, /* sqrt(11)/8 */
        {"bcc", "interstitial-octahedral", 1, 1, 2, 0.5},
        {"bcc", "interstitial-tetrahedral", 1, 1, 4, 0.55901699437494742}, /* sqrt(5)/4 */
        {"fcc", "interstitial-octahedral", 1, 1, 6, 0.5},
        {"fcc", "interstitial-tetrahedral", 1, 1, 4, 0.43301270189221932},
        {"bcc", "dumbbell-100", 1, 2, 0, 0},
        {"bcc", "dumbbell-110", 1, 2, 0, 0},
        {"bcc", "dumbbell-111", 1, 2, 0, 0},
        {"fcc", "dumbbell-100", 1, 2, 0, 0},
        {"fcc", "dumbbell-110", 1, 2, 0, 0},
        {"fcc", "dumbbell-111", 1, 2, 0, 0},
        {"diamond", "dumbbell-110", 1, 2, 0, 0}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        ff_frame frame;
        int64_t *site = NULL;
        double centre[3], list[512];
        size_t off = 0;
        const ff_crystal *crystal = ff_crystal_find(cases[c].crystal);
        assert_non_null(strstr(ff_point_defect_names(), cases[c].defect));
        assert_int_equal(ff_point_defect(&frame, &site, centre, crystal, 14, lattice_constant,
                                         (int[3]){3, 3, 3}, cases[c].defect, NULL),
                         FF_OK);
        assert_int_equal((int)frame.atoms - 27 * (int)crystal->basis, cases[c].atoms);
        for (size_t i = 0; i < frame.atoms; i++)
            off += site[i] == -1;
        assert_int_equal(off, cases[c].extra);
        for (size_t i = frame.atoms - off; i < frame.atoms; i++)
            assert_int_equal(site[i], -1); /* extra atoms come last */
        for (int k = 0; k < 3; k++)        /* the middle cell of three starts half a cell off */
            assert_true(fabs(centre[k] - 1.5 * lattice_constant) < 0.7 * lattice_constant);
        size_t count = distances(list, &frame, frame.atoms - 1, 1.2 * lattice_constant);
        assert_true(list[0] > 0.3 * lattice_constant); /* nothing absurdly close */
        if (cases[c].shell) {
            double expected = cases[c].distance * lattice_constant;
            assert_true(count > cases[c].shell);
            assert_true(fabs(list[0] - expected) < 1e-14);
            assert_true(fabs(list[cases[c].shell - 1] - expected) < 1e-14);
            assert_true(list[cases[c].shell] > expected + 1e-3);
        }
        free(site);
        ff_frame_clear(&frame);
    }
}

/* Remaining atoms are on the sites that their numbers say, and the missing one is at the centre. */
static void sites_of_a_vacancy(void **state)
{
    (void)state;
    ff_frame frame, perfect;
    int64_t *site = NULL, sum = 0;
    double centre[3];
    const ff_crystal *crystal = ff_crystal_find("diamond");
    assert_int_equal(ff_point_defect(&frame, &site, centre, crystal, 14, lattice_constant,
                                     (int[3]){2, 3, 4}, "vacancy", NULL),
                     FF_OK);
    assert_int_equal(
        ff_crystal_supercell(&perfect, crystal, 14, lattice_constant, (int[3]){2, 3, 4}, NULL),
        FF_OK);
    for (size_t i = 0; i < frame.atoms; i++) {
        sum += site[i];
        assert_memory_equal(frame.positions + 3 * i, perfect.positions + 3 * site[i],
                            3 * sizeof(double));
    }
    int64_t missing = (int64_t)(perfect.atoms * (perfect.atoms - 1) / 2) - sum;
    assert_memory_equal(perfect.positions + 3 * missing, centre, sizeof centre);
    assert_true(centre[0] == 4 && centre[1] == 4 && centre[2] == 8);
    free(site);
    ff_frame_clear(&frame);
    ff_frame_clear(&perfect);
}

static void refuses_bad_requests(void **state)
{
    (void)state;
    ff_error err = {0};
    ff_frame frame;
    int64_t *site = NULL;
    double centre[3];
    const ff_crystal *sc = ff_crystal_find("sc"), *diamond = ff_crystal_find("diamond");
    const int one[3] = {1, 1, 1}, none[3] = {1, 0, 1}, huge[3] = {1000, 1000, 1001};
    assert_int_equal(ff_crystal_supercell(&frame, sc, 14, 4, none, &err), FF_E_RANGE);
    assert_int_equal(ff_crystal_supercell(&frame, sc, 14, 4, huge, &err), FF_E_RANGE);
    assert_int_equal(ff_crystal_supercell(&frame, sc, 14, -4, one, &err), FF_E_RANGE);
    assert_int_equal(ff_crystal_supercell(&frame, sc, 14, NAN, one, &err), FF_E_RANGE);
    assert_int_equal(ff_crystal_supercell(&frame, sc, 0, 4, one, &err), FF_E_RANGE);
    assert_int_equal(
        ff_point_defect(&frame, &site, centre, diamond, 14, 4, one, "dumbbell-100", &err),
        FF_E_USAGE);
    assert_non_null(strstr(err.message, "interstitial-tetrahedral, interstitial-hexagonal"));
    assert_int_equal(ff_point_defect(&frame, &site, centre, sc, 14, 4, one, "vacancy", &err),
                     FF_E_RANGE);
    assert_null(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nearest_neighbours),
        cmocka_unit_test(numbering),
        cmocka_unit_test(defects),
        cmocka_unit_test(sites_of_a_vacancy),
        cmocka_unit_test(refuses_bad_requests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
