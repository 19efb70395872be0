/* What members of an ensemble would find, to first order, against what they find: manufactured
 * ensembles of Stillinger-Weber silicon plus small pair terms. */

#include "lib/analysis/comparison.h"
#include "lib/analysis/defect_uncertainty.h"
#include "lib/base/parallel.h"
#include "lib/defects/dislocation.h"
#include "lib/defects/elastic_constants.h"
#include "lib/defects/prepare.h"
#include "lib/defects/relax.h"
#include "lib/potentials/stillinger_weber.h"
#include "tests/lib/analysis/perturbed_potential.h"
#include "tests/lib/defects/prepare_defect.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"

enum { MEMBERS = 3 };
/* Amplitudes, eV: more than one, not in order of size, so that members converge at different times.
 */
static const double amplitude[MEMBERS] = {0.05, -0.1, 0.025};
static const double range = 3.7;

/* Silicon's own defects: a point defect and a dislocation in a cylinder, whose rim is fixed and
 * whose surface does not count. */
typedef struct fixture {
    ff_potential *silicon;
    ff_relaxation relaxation, screw;
} fixture;

static void relax_from(ff_relaxation *relaxation, const ff_relaxation *start,
                       const ff_potential *potential)
{
    ff_relax_options options = ff_relax_defaults();
    options.tolerance = 1e-10;
    ff_relaxation_init(relaxation);
    assert_int_equal(ff_relaxation_prepare_like(relaxation, start, NULL), FF_OK);
    memcpy(relaxation->displacement, start->displacement,
           3 * start->reference.atoms * sizeof(double));
    assert_int_equal(ff_relax(relaxation, potential, &options, NULL, NULL), FF_OK);
}

/* The unrelaxed screw in a narrow cylinder. */
static void prepare_screw(ff_relaxation *start, const ff_potential *silicon)
{
    const int species = 14;
    const double lattice[2] = {5.43095, 0};
    double stiffness[36];
    ff_host host = {0};
    ff_force_constants constants;
    assert_int_equal(ff_host_of_crystal(&host, ff_crystal_find("diamond"), &species, lattice, NULL),
                     FF_OK);
    assert_int_equal(ff_force_constants_compute(&constants, silicon, &host.unit, NULL), FF_OK);
    assert_int_equal(ff_elastic_constants(stiffness, &constants, NULL), FF_OK);
    ff_dislocation_options options = {.crystal = "diamond",
                                      .unit = &host.unit,
                                      .lattice_constant = lattice[0],
                                      .nearest = ff_host_nearest(&host),
                                      .stiffness = stiffness,
                                      .radius = 9.0,
                                      .rim = 2 * silicon->cutoff + 1.0,
                                      .periods = 1};
    assert_int_equal(ff_dislocation_find(&options.kind, "diamond", "screw", NULL), FF_OK);
    assert_int_equal(ff_dislocation_prepare(start, &options, NULL), FF_OK);
    ff_force_constants_clear(&constants);
    ff_host_clear(&host);
}

static int set_up(void **state)
{
    static fixture f;
    static const int cells[3] = {2, 2, 2};
    ff_relaxation start;
    assert_int_equal(ff_stillinger_weber_new(&f.silicon, "Si", NULL), FF_OK);
    ff_relaxation_init(&start);
    assert_int_equal(
        prepare_defect(&start, "diamond", 14, 5.43095, cells, "interstitial-tetrahedral", NULL),
        FF_OK);
    relax_from(&f.relaxation, &start, f.silicon);
    ff_relaxation_clear(&start);
    prepare_screw(&start, f.silicon);
    relax_from(&f.screw, &start, f.silicon);
    ff_relaxation_clear(&start);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    ff_relaxation_clear(&f->relaxation);
    ff_relaxation_clear(&f->screw);
    ff_potential_free(f->silicon);
    return 0;
}

/* Silicon with an ensemble; members' amplitudes times scale. */
static void predict(ff_defect_uncertainty *found, const fixture *f, const ff_relaxation *relaxation,
                    double scale)
{
    double scaled[MEMBERS];
    for (int m = 0; m < MEMBERS; m++)
        scaled[m] = scale * amplitude[m];
    perturbed parameters = {f->silicon, 0, range, scaled};
    ff_potential potential = perturbed_potential(&parameters);
    ff_error err = {0};
    potential.members = MEMBERS;
    if (ff_defect_uncertainty_find(found, relaxation, &potential, NULL, &err) != FF_OK)
        fail_msg("%s", err.message);
}

/* What a member finds when it relaxes itself: changes of formation energy and geometry. */
static void relax_member(const fixture *f, const ff_relaxation *relaxation, double strength,
                         double *energy, double *geometry)
{
    perturbed parameters = {f->silicon, strength, range, NULL};
    ff_potential potential = perturbed_potential(&parameters);
    ff_relaxation member;
    ff_comparison comparison;
    relax_from(&member, relaxation, &potential);
    ff_comparison_init(&comparison);
    assert_int_equal(ff_compare(&comparison, relaxation, &member, NULL), FF_OK);
    *energy = member.formation_energy - relaxation->formation_energy;
    *geometry = comparison.geometry_error;
    ff_comparison_clear(&comparison);
    ff_relaxation_clear(&member);
}

/* Energies are wrong to third order, geometries to second: halving the ensemble divides the errors
 * by 8 and 4. */
static void check_predictions(const fixture *f, const ff_relaxation *relaxation)
{
    double energy_error[2][MEMBERS], geometry_error[2][MEMBERS];
    for (int half = 0; half < 2; half++) {
        ff_defect_uncertainty u;
        double scale = half ? 0.25 : 0.5;
        predict(&u, f, relaxation, scale);
        assert_int_equal(u.members, MEMBERS);
        assert_int_equal(u.atoms, relaxation->reference.atoms);
        for (int m = 0; m < MEMBERS; m++) {
            double energy, geometry;
            relax_member(f, relaxation, scale * amplitude[m], &energy, &geometry);
            energy_error[half][m] = u.energy[m] - energy;
            geometry_error[half][m] = u.geometry[m] - geometry;
            assert_true(fabs(energy_error[half][m]) < 0.05 * fabs(energy));
            assert_true(fabs(geometry_error[half][m]) < 0.2 * geometry);
        }
        ff_defect_uncertainty_clear(&u);
    }
    for (int m = 0; m < MEMBERS; m++) {
        assert_near(energy_error[0][m] / energy_error[1][m], 8, 1.5);
        assert_near(geometry_error[0][m] / geometry_error[1][m], 4, 1);
    }
}

static void members_find_what_was_predicted(void **state)
{
    const fixture *f = *state;
    check_predictions(f, &f->relaxation);
}

static void members_find_what_was_predicted_of_a_dislocation(void **state)
{
    const fixture *f = *state;
    check_predictions(f, &f->screw);
}

static void the_sums_are_over_members(void **state)
{
    const fixture *f = *state;
    ff_defect_uncertainty u;
    double energies = 0, geometries = 0;
    predict(&u, f, &f->relaxation, 0.1);
    for (int m = 0; m < MEMBERS; m++) {
        energies += u.energy[m] * u.energy[m] / MEMBERS;
        geometries += u.geometry[m] * u.geometry[m] / MEMBERS;
    }
    assert_near(u.energy_deviation, sqrt(energies), 1e-14);
    assert_near(u.geometry_deviation, sqrt(geometries), 1e-14);
    double largest = 0;
    for (size_t i = 0; i < u.atoms; i++)
        largest = fmax(largest, u.displacement[i]);
    assert_true(largest > 0 && largest < u.geometry_deviation);
    assert_true(u.products >= 3 * MEMBERS && u.products < 100 * MEMBERS);
    ff_defect_uncertainty_clear(&u);
}

static void threads_do_not_change_bits(void **state)
{
    const fixture *f = *state;
    ff_defect_uncertainty u[2];
    for (int t = 0; t < 2; t++) {
        ff_set_threads(t ? 3 : 1);
        predict(&u[t], f, &f->relaxation, 0.1);
    }
    ff_set_threads(0);
    assert_memory_equal(u[0].energy, u[1].energy, MEMBERS * sizeof(double));
    assert_memory_equal(u[0].geometry, u[1].geometry, MEMBERS * sizeof(double));
    assert_memory_equal(u[0].displacement, u[1].displacement, u[0].atoms * sizeof(double));
    ff_defect_uncertainty_clear(&u[0]);
    ff_defect_uncertainty_clear(&u[1]);
}

static void without_members_or_minimum_there_is_none(void **state)
{
    const fixture *f = *state;
    static const int cells[3] = {2, 2, 2};
    ff_defect_uncertainty u;
    ff_relaxation saddle;
    assert_int_equal(ff_defect_uncertainty_find(&u, &f->relaxation, f->silicon, NULL, NULL),
                     FF_E_USAGE);
    /* No minimum is near when atoms are half-way between sites. */
    ff_relaxation_init(&saddle);
    assert_int_equal(prepare_defect(&saddle, "diamond", 14, 5.43095, cells, "vacancy", NULL),
                     FF_OK);
    for (size_t i = 0; i < 3 * saddle.reference.atoms; i++)
        saddle.displacement[i] = 0.5 * sin(7.0 * (double)i);
    perturbed parameters = {f->silicon, 0, range, amplitude};
    ff_potential potential = perturbed_potential(&parameters);
    ff_error err = {0};
    potential.members = 1;
    assert_int_equal(ff_defect_uncertainty_find(&u, &saddle, &potential, NULL, &err), FF_E_NUMERIC);
    assert_non_null(strstr(err.message, "no minimum"));
    ff_defect_uncertainty_clear(&u);
    ff_relaxation_clear(&saddle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_find_what_was_predicted),
        cmocka_unit_test(members_find_what_was_predicted_of_a_dislocation),
        cmocka_unit_test(the_sums_are_over_members),
        cmocka_unit_test(threads_do_not_change_bits),
        cmocka_unit_test(without_members_or_minimum_there_is_none),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
