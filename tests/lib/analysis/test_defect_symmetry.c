/* Point groups of relaxed defects, against those known. */

#include "lib/analysis/defect_symmetry.h"

#include "lib/analysis/bonds.h"
#include "lib/defects/relax.h"
#include "lib/potentials/finnis_sinclair.h"
#include "tests/lib/defects/prepare_defect.h"

#include <string.h>

#include "tests/lib/defects/near.h"

static void prepare(ff_relaxation *relaxation, const char *crystal, const char *defect, int cells)
{
    const int all[3] = {cells, cells, cells};
    ff_relaxation_init(relaxation);
    assert_int_equal(prepare_defect(relaxation, crystal, 74, 3.1652, all, defect, NULL), FF_OK);
}

static void unrelaxed_defects(void **state)
{
    (void)state;
    static const struct {
        const char *crystal, *defect, *group;
        size_t order;
    } cases[] = {{"bcc", "vacancy", "m-3m", 48},
                 {"bcc", "interstitial-tetrahedral", "-42m", 8},
                 {"bcc", "interstitial-octahedral", "4/mmm", 16},
                 {"bcc", "dumbbell-100", "4/mmm", 16},
                 {"bcc", "dumbbell-110", "mmm", 8},
                 {"bcc", "dumbbell-111", "-3m", 12},
                 {"diamond", "vacancy", "-43m", 24},
                 {"diamond", "interstitial-tetrahedral", "-43m", 24},
                 {"diamond", "interstitial-hexagonal", "-3m", 12},
                 {"diamond", "dumbbell-110", "mm2", 4}};
    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++)
        for (int cells = 2; cells < 5; cells += 2) {
            ff_relaxation r;
            ff_defect_symmetry symmetry;
            prepare(&r, cases[n].crystal, cases[n].defect, cells);
            assert_int_equal(ff_defect_symmetry_find(&symmetry, &r, NULL), FF_OK);
            assert_string_equal(symmetry.group, cases[n].group);
            assert_int_equal(symmetry.order, cases[n].order);
            assert_int_equal(symmetry.crystal, 48);
            ff_relaxation_clear(&r);
        }
}

/* A displacement along z leaves the axis and the mirrors through it; a dislocation has no centre.
 */
static void what_displacements_leave(void **state)
{
    (void)state;
    ff_relaxation r;
    ff_defect_symmetry symmetry;
    prepare(&r, "bcc", "vacancy", 4);
    for (size_t i = 0; i < r.reference.atoms; i++)
        r.displacement[3 * i + 2] = 0.1;
    assert_int_equal(ff_defect_symmetry_find(&symmetry, &r, NULL), FF_OK);
    assert_string_equal(symmetry.group, "4mm");
    for (size_t i = 0; i < r.reference.atoms; i++)
        if (ff_distance_from_defect(&r, i) < 1.01 * r.nearest) {
            r.displacement[3 * i] = 0.11; /* one neighbour of the vacancy */
            break;
        }
    assert_int_equal(ff_defect_symmetry_find(&symmetry, &r, NULL), FF_OK);
    assert_true(symmetry.order < 8);
    r.burgers[2] = 2.7;
    assert_int_equal(ff_defect_symmetry_find(&symmetry, &r, NULL), FF_OK);
    assert_int_equal(symmetry.order, 0);
    assert_string_equal(symmetry.group, "");
    ff_relaxation_clear(&r);
}

/* The 110 dumbbell of Finnis-Sinclair tungsten keeps its symmetry on the saddle, and has that of
 * 111 after the fall. */
static void a_dumbbell_that_falls(void **state)
{
    (void)state;
    ff_relaxation r;
    ff_defect_symmetry symmetry;
    ff_potential *potential = NULL;
    ff_relax_options options = ff_relax_defaults();
    assert_int_equal(ff_finnis_sinclair_new(&potential, "W", NULL), FF_OK);
    prepare(&r, "bcc", "dumbbell-110", 5);
    assert_int_equal(ff_relax(&r, potential, &options, NULL, NULL), FF_OK);
    assert_int_equal(ff_defect_symmetry_find(&symmetry, &r, NULL), FF_OK);
    assert_string_equal(symmetry.group, "mmm");
    options.break_symmetry = 0.2;
    assert_int_equal(ff_relax(&r, potential, &options, NULL, NULL), FF_OK);
    assert_int_equal(ff_defect_symmetry_find(&symmetry, &r, NULL), FF_OK);
    assert_string_equal(symmetry.group, "-3m");
    ff_relaxation_clear(&r);
    ff_potential_free(potential);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unrelaxed_defects),
        cmocka_unit_test(what_displacements_leave),
        cmocka_unit_test(a_dumbbell_that_falls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
