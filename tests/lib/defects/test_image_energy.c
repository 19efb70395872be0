/* What the images add: taken out, energies of small supercells are those of large ones, and their
 * errors fall faster than the inverse number of atoms. */

#include "lib/base/parallel.h"
#include "lib/defects/image_energy.h"
#include "lib/defects/relax.h"
#include "lib/potentials/finnis_sinclair.h"
#include "lib/potentials/stillinger_weber.h"
#include "tests/lib/defects/prepare_defect.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"

static void relax(ff_relaxation *relaxation, bool silicon, const int cells[3], const char *defect,
                  double break_symmetry)
{
    ff_potential *potential = NULL;
    ff_relax_options options = ff_relax_defaults();
    options.break_symmetry = break_symmetry;
    options.check_stability = false;
    ff_relaxation_init(relaxation);
    assert_int_equal(silicon ? ff_stillinger_weber_new(&potential, "Si", NULL)
                             : ff_finnis_sinclair_new(&potential, "W", NULL),
                     FF_OK);
    assert_int_equal(prepare_defect(relaxation, silicon ? "diamond" : "bcc", silicon ? 14 : 74,
                                    silicon ? 5.43095 : 3.1652, cells, defect, NULL),
                     FF_OK);
    assert_int_equal(ff_relax(relaxation, potential, &options, NULL, NULL), FF_OK);
    ff_potential_free(potential);
}

/* Limits: from supercells of 999 and more atoms with the images taken out, where two sizes agree to
 * 1e-4 eV; known from extrapolation (2.645, 4.927, 3.63117). */
static void test_limits(void **state)
{
    (void)state;
    static const struct {
        bool silicon;
        const char *defect;
        double break_symmetry;
        int cells[2];
        double limit, error, rate;
    } cases[] = {{true, "interstitial-tetrahedral", 0.0, {2, 3}, 4.92717, 1e-3, 5.0},
                 {true, "vacancy", 0.4, {2, 3}, 2.64532, 1e-3, 5.0},
                 {false, "vacancy", 0.0, {4, 6}, 3.631174, 1e-5, 5.0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double error[2], plain[2];
        for (int n = 0; n < 2; n++) {
            const int cells[3] = {cases[i].cells[n], cases[i].cells[n], cases[i].cells[n]};
            ff_relaxation relaxation;
            relax(&relaxation, cases[i].silicon, cells, cases[i].defect, cases[i].break_symmetry);
            plain[n] = relaxation.formation_energy - cases[i].limit;
            error[n] = fabs(plain[n] - relaxation.image_energy);
            ff_relaxation_clear(&relaxation);
        }
        double step = log((double)cases[i].cells[1] / cases[i].cells[0]);
        assert_true(plain[1] > 50.0 * error[1]);
        assert_true(error[1] < cases[i].error);
        assert_true(log(error[0] / error[1]) / step > cases[i].rate);
        assert_true(fabs(log(plain[0] / plain[1]) / step - 3.0) < 1.5);
    }
}

/* A supercell that is longer along one axis has other images, and the same limit. */
static void test_shape(void **state)
{
    (void)state;
    static const int cells[3] = {5, 5, 9};
    ff_relaxation relaxation;
    relax(&relaxation, false, cells, "vacancy", 0.0);
    assert_true(fabs(relaxation.formation_energy - 3.631174) > 4e-4);
    assert_near(relaxation.formation_energy - relaxation.image_energy, 3.631174, 5e-5);
    ff_relaxation_clear(&relaxation);
}

static void test_where_there_are_none(void **state)
{
    (void)state;
    static const int cells[3] = {2, 2, 2};
    ff_relaxation relaxation;
    relax(&relaxation, true, cells, "none", 0.0);
    assert_true(isnan(relaxation.image_energy));
    ff_relaxation_clear(&relaxation);
}

static void test_threads(void **state)
{
    (void)state;
    static const int cells[3] = {3, 3, 3};
    double energy[2];
    for (int t = 0; t < 2; t++) {
        ff_relaxation relaxation;
        ff_set_threads(t ? 4 : 1);
        relax(&relaxation, true, cells, "interstitial-tetrahedral", 0.0);
        energy[t] = relaxation.image_energy;
        ff_relaxation_clear(&relaxation);
    }
    ff_set_threads(0);
    assert_true(memcmp(&energy[0], &energy[1], sizeof energy[0]) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_shape),
        cmocka_unit_test(test_where_there_are_none),
        cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
