/* Two structures are one configuration of a defect, or two. */

#include "lib/analysis/topology.h"

#include "lib/analysis/comparison.h"
#include "lib/base/memory.h"
#include "lib/defects/relax.h"
#include "lib/potentials/finnis_sinclair.h"
#include "tests/lib/defects/prepare_defect.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"

static void prepare(ff_relaxation *relaxation, const char *crystal, const char *defect)
{
    const int cells[3] = {4, 4, 4};
    const bool silicon = strcmp(crystal, "diamond") == 0;
    ff_relaxation_init(relaxation);
    assert_int_equal(prepare_defect(relaxation, crystal, silicon ? 14 : 74,
                                    silicon ? 5.43095 : 3.1652, cells, defect, NULL),
                     FF_OK);
}

/* What the topology of a relaxation is against itself with other displacements. */
static ff_topology against(const ff_relaxation *relaxation, const double *other)
{
    ff_topology topology;
    assert_int_equal(
        ff_topology_compare(&topology, relaxation, relaxation->displacement, other, NULL), FF_OK);
    return topology;
}

static double *copied(const ff_relaxation *relaxation)
{
    double *copy = ff_copy_array(relaxation->displacement, 3 * relaxation->reference.atoms,
                                 sizeof *copy, NULL);
    assert_non_null(copy);
    return copy;
}

/* Relaxations, thermal noise and shifts are no changes, on sites and half-way between them. */
static void small_displacements_change_nothing(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"bcc", "vacancy"},
                                           {"bcc", "interstitial-octahedral"},
                                           {"bcc", "dumbbell-111"},
                                           {"diamond", "interstitial-tetrahedral"},
                                           {"diamond", "interstitial-hexagonal"},
                                           {"diamond", "dumbbell-110"}};
    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        ff_relaxation r;
        char text[200];
        prepare(&r, cases[n][0], cases[n][1]);
        double *other = copied(&r);
        for (size_t i = 0; i < 3 * r.reference.atoms; i++)
            other[i] += 0.04 * r.nearest * sin(17.0 * (double)i) + 0.3;
        ff_topology topology = against(&r, other);
        assert_true(ff_topology_same(&topology));
        assert_false(topology.equivalent);
        assert_string_equal(ff_topology_describe(text, sizeof text, &topology), "none");
        free(other);
        ff_relaxation_clear(&r);
    }
}

/* An atom next to a vacancy falls into it: the vacancy is in another place, its bonds with it. */
static void a_vacancy_that_wanders(void **state)
{
    (void)state;
    ff_relaxation r;
    char text[200];
    prepare(&r, "bcc", "vacancy");
    double *other = copied(&r);
    size_t neighbour = SIZE_MAX;
    for (size_t i = 0; i < r.reference.atoms && neighbour == SIZE_MAX; i++) {
        double apart[3];
        for (size_t k = 0; k < 3; k++)
            apart[k] = r.centre[k] - r.reference.positions[3 * i + k];
        if (fabs(sqrt(apart[0] * apart[0] + apart[1] * apart[1] + apart[2] * apart[2]) -
                 r.nearest) < 1e-6) {
            neighbour = i;
            for (size_t k = 0; k < 3; k++)
                other[3 * i + k] += apart[k];
        }
    }
    ff_topology topology = against(&r, other);
    assert_int_equal(topology.moved, 1);
    assert_int_equal(topology.turned, 0);
    assert_true(topology.bonds > 0);
    assert_true(topology.equivalent);
    (void)ff_topology_describe(text, sizeof text, &topology);
    assert_non_null(strstr(text, "1 atom is on another site, "));
    assert_non_null(strstr(text, "the same configuration in another"));
    free(other);
    ff_relaxation_clear(&r);
}

/* A dumbbell turned from one direction to another: to an equivalent one, or to a different kind. */
static void dumbbells_that_turn(void **state)
{
    (void)state;
    ff_relaxation along_110, other;
    prepare(&along_110, "bcc", "dumbbell-110");
    const char *const kinds[2] = {"dumbbell-111", "dumbbell-100"};
    for (int n = 0; n < 2; n++) {
        prepare(&other, "bcc", kinds[n]);
        double *u = copied(&along_110);
        for (size_t i = 0; i < 3 * along_110.reference.atoms; i++)
            u[i] = other.reference.positions[i] + other.displacement[i] -
                   along_110.reference.positions[i];
        ff_topology topology = against(&along_110, u);
        assert_true(topology.turned + topology.moved > 0);
        assert_false(ff_topology_same(&topology));
        free(u);
        ff_relaxation_clear(&other);
    }
    /* About the z axis by a right angle: 110 becomes -110. */
    double *u = copied(&along_110);
    for (size_t i = 0; i < along_110.reference.atoms; i++) {
        double from[3], distance = 0.0;
        for (size_t k = 0; k < 3; k++) {
            from[k] = along_110.reference.positions[3 * i + k] + along_110.displacement[3 * i + k] -
                      along_110.centre[k];
            distance += from[k] * from[k];
        }
        if (distance < 0.5 * 0.5 * along_110.nearest * along_110.nearest) {
            u[3 * i] += -from[1] - from[0];
            u[3 * i + 1] += from[0] - from[1];
        }
    }
    ff_topology topology = against(&along_110, u);
    assert_int_equal(topology.turned, 1);
    assert_int_equal(topology.moved, 0);
    assert_true(topology.equivalent);
    free(u);
    ff_relaxation_clear(&along_110);
}

/* The 110 dumbbell of Finnis-Sinclair tungsten is a saddle that falls to 111: held against the
 * saddle, the comparison says so and gives no errors. */
static void comparisons_do_not_subtract_other_configurations(void **state)
{
    (void)state;
    ff_relaxation saddle, fallen;
    ff_comparison c;
    ff_potential *potential = NULL;
    ff_relax_options options = ff_relax_defaults();
    assert_int_equal(ff_finnis_sinclair_new(&potential, "W", NULL), FF_OK);
    prepare(&saddle, "bcc", "dumbbell-110");
    prepare(&fallen, "bcc", "dumbbell-110");
    assert_int_equal(ff_relax(&saddle, potential, &options, NULL, NULL), FF_OK);
    options.break_symmetry = 0.2;
    assert_int_equal(ff_relax(&fallen, potential, &options, NULL, NULL), FF_OK);
    assert_true(fallen.formation_energy < saddle.formation_energy - 0.3);
    ff_comparison_init(&c);
    assert_int_equal(ff_compare(&c, &saddle, &fallen, NULL), FF_OK);
    assert_false(ff_topology_same(&c.topology));
    assert_false(c.topology.equivalent);
    assert_true(isnan(c.geometry_error) && isnan(c.geometry_error_max) && isnan(c.energy_error));
    assert_near(c.energy_model, fallen.formation_energy, 0.0);
    assert_true(c.geometry_norm > 0.0);
    for (size_t b = 0; b < c.bins; b++)
        assert_true(isnan(c.decay[b].error) && isfinite(c.decay[b].model));
    ff_comparison_clear(&c);
    ff_comparison_init(&c);
    assert_int_equal(ff_compare(&c, &fallen, &fallen, NULL), FF_OK);
    assert_true(ff_topology_same(&c.topology));
    assert_near(c.geometry_error, 0.0, 0.0);
    ff_comparison_clear(&c);
    ff_relaxation_clear(&saddle);
    ff_relaxation_clear(&fallen);
    ff_potential_free(potential);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_displacements_change_nothing),
        cmocka_unit_test(a_vacancy_that_wanders),
        cmocka_unit_test(dumbbells_that_turn),
        cmocka_unit_test(comparisons_do_not_subtract_other_configurations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
