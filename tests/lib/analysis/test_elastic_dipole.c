/* Dipole tensors and relaxation volumes: closed forms, a cell relaxed to zero pressure, Kanzaki
 * forces, a bulk under stress. */

#include "lib/analysis/elastic_dipole.h"

#include "lib/base/memory.h"
#include "lib/defects/green_function.h"
#include "lib/defects/relax.h"
#include "lib/defects/site_match.h"
#include "lib/potentials/finnis_sinclair.h"
#include "lib/potentials/stillinger_weber.h"
#include "tests/lib/defects/prepare_defect.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"

static void cubic(double stiffness[36], double c11, double c12, double c44)
{
    memset(stiffness, 0, 36 * sizeof *stiffness);
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++)
            stiffness[6 * i + j] = i == j ? c11 : c12;
        stiffness[7 * (i + 3)] = c44;
    }
}

static void compliances_are_the_inverse(void **state)
{
    (void)state;
    double stiffness[36], compliance[36];
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++)
            stiffness[6 * i + j] = (i == j ? 3.0 : 0.0) + 1.0 / (1.0 + i + j);
    ff_elastic_compliance(compliance, stiffness);
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++) {
            double sum = 0.0;
            for (int k = 0; k < 6; k++)
                sum += stiffness[6 * i + k] * compliance[6 * k + j];
            assert_near(sum, i == j, 1e-14);
        }
    stiffness[0] = -1.0;
    ff_elastic_compliance(compliance, stiffness);
    assert_true(isnan(compliance[35]));
    stiffness[0] = NAN;
    ff_elastic_compliance(compliance, stiffness);
    assert_true(isnan(compliance[35]));
}

/* trace P / (3 bulk modulus), whatever the anisotropy and the shear parts of P. */
static void volume_in_a_cubic_crystal(void **state)
{
    (void)state;
    const double dipole[6] = {1.0, 2.0, 6.0, 0.7, -0.4, 3.0};
    double stiffness[36];
    cubic(stiffness, 3.0, 1.2, 0.9);
    assert_near(ff_relaxation_volume(dipole, stiffness), 9.0 / (3.0 + 2.0 * 1.2), 1e-14);
}

static void relax(ff_relaxation *relaxation, const ff_potential *potential, const char *crystal,
                  double lattice_constant, int cells, const char *defect)
{
    const int all[3] = {cells, cells, cells};
    const int species = strcmp(crystal, "bcc") == 0 ? 74 : 14;
    ff_relax_options options = ff_relax_defaults();
    ff_error err = {0};
    ff_relaxation_init(relaxation);
    assert_int_equal(
        prepare_defect(relaxation, crystal, species, lattice_constant, all, defect, &err), FF_OK);
    if (ff_relax(relaxation, potential, &options, NULL, &err) != FF_OK)
        fail_msg("%s", err.message);
}

/* The strain of the lattice constant at which the cell with the defect is free of pressure gives
 * the volume that the dipole of the unstrained cell promises, to first order in 1 / atoms: with the
 * bulk modulus from the perfect crystal's own virial. */
static void volume_of_a_cell_without_pressure(void **state)
{
    (void)state;
    static const char *const defects[2] = {"vacancy", "dumbbell-111"};
    const double a0 = 3.1652;
    ff_potential *potential = NULL;
    assert_int_equal(ff_finnis_sinclair_new(&potential, "W", NULL), FF_OK);
    for (int d = 0; d < 2; d++) {
        ff_relaxation r;
        double stiffness[36], dipole[6], virial[2], step = 1e-4;
        for (int side = 0; side < 2; side++) { /* virial of the bulk at a0 (1 -+ step) */
            relax(&r, potential, "bcc", a0 * (1.0 + (side ? step : -step)), 3, "none");
            virial[side] = r.bulk_virial[0];
            ff_relaxation_clear(&r);
        }
        /* -d(virial)/d(strain) per site = 3 bulk modulus volume per site (hydrostatic strain) */
        double bulk = (virial[0] - virial[1]) / (2.0 * step) / 3.0 / (a0 * a0 * a0 / 2.0);
        cubic(stiffness, bulk + 0.2, bulk - 0.1, 0.8); /* (c11 + 2 c12) / 3 = bulk */
        relax(&r, potential, "bcc", a0, 5, defects[d]);
        ff_elastic_dipole(dipole, &r);
        double promised = ff_relaxation_volume(dipole, stiffness);
        ff_relaxation_clear(&r);
        /* Newton's method (secant) for the strain without pressure. */
        double strain[2] = {0.0, promised / (3.0 * 250.0 * a0 * a0 * a0 / 2.0)}, pressure[2];
        pressure[0] = dipole[0] + dipole[1] + dipole[2];
        for (int n = 0; n < 2; n++) {
            relax(&r, potential, "bcc", a0 * (1.0 + strain[1]), 5, defects[d]);
            pressure[1] = 0.0;
            for (int k = 0; k < 3; k++)
                pressure[1] += r.virial[k] + (double)r.reference.atoms * r.bulk_virial[k];
            ff_relaxation_clear(&r);
            double next =
                strain[1] - pressure[1] * (strain[1] - strain[0]) / (pressure[1] - pressure[0]);
            strain[0] = strain[1];
            pressure[0] = pressure[1];
            strain[1] = next;
        }
        double volume = 125.0 * a0 * a0 * a0 * (pow(1.0 + strain[1], 3.0) - 1.0);
        assert_near(promised / volume, 1.0, 0.03);
        assert_true(d == 0 ? volume < 0.0 : volume > 10.0);
    }
    ff_potential_free(potential);
}

/* Forces that would hold the relaxed displacements in the perfect harmonic crystal (H. Kanzaki, J.
 * Phys. Chem. Solids 2, 24 (1957)): their dipole sum r f is P where the far field is harmonic. */
static void kanzaki_forces_have_the_same_dipole(void **state)
{
    (void)state;
    ff_potential *potential = NULL;
    ff_relaxation r;
    ff_force_constants constants;
    ff_green_function *hessian = NULL;
    double dipole[6], kanzaki[3] = {0.0};
    assert_int_equal(ff_finnis_sinclair_new(&potential, "W", NULL), FF_OK);
    relax(&r, potential, "bcc", 3.1652, 8, "vacancy");
    assert_int_equal(ff_force_constants_compute(&constants, potential, &r.unit, NULL), FF_OK);
    assert_int_equal(ff_green_function_new(&hessian, &constants, r.cells, 1.0, NULL), FF_OK);
    const size_t sites = ff_relaxation_sites(&r);
    double *u = ff_new_array(3 * sites, sizeof *u, NULL);
    for (size_t i = 0; i < r.reference.atoms; i++)
        memcpy(u + 3 * r.site[i], r.displacement + 3 * i, 3 * sizeof *u);
    ff_green_function_apply(hessian, u, u);
    for (size_t i = 0; i < r.reference.atoms; i++) {
        double from[3];
        ff_relaxation_from_centre(from, &r, i);
        for (size_t k = 0; k < 3; k++) /* half-way between images there is hardly any force */
            kanzaki[k] += from[k] * u[3 * (size_t)r.site[i] + k];
    }
    ff_elastic_dipole(dipole, &r);
    for (int k = 0; k < 3; k++) {
        assert_near(kanzaki[k] / dipole[k], 1.0, 0.15);
        assert_near(dipole[k], dipole[0], 1e-6);
        assert_near(dipole[3 + k], 0.0, 1e-6);
    }
    free(u);
    ff_green_function_free(hessian);
    ff_force_constants_clear(&constants);
    ff_relaxation_clear(&r);
    ff_potential_free(potential);
}

/* A vacancy that does not relax in a stressed crystal: dE/d(strain) of 63 atoms and the missing
 * one's bonds, told apart by differences of the whole cell's energies. */
static void a_bulk_under_stress_is_taken_off(void **state)
{
    (void)state;
    const double a = 5.5, step = 1e-4;
    ff_potential *potential = NULL;
    ff_relaxation r[3];
    double dipole[6], energy[3];
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    for (int i = 0; i < 3; i++) {
        relax(&r[i], potential, "diamond", a * (1.0 + (i - 1) * step), 2,
              "interstitial-tetrahedral");
        energy[i] = r[i].formation_energy + (double)r[i].reference.atoms * r[i].bulk_energy[14] -
                    64.0 * r[i].bulk_energy[14];
    }
    ff_elastic_dipole(dipole, &r[1]);
    assert_near(dipole[0] + dipole[1] + dipole[2], -(energy[2] - energy[0]) / (2.0 * step), 1e-4);
    assert_true(fabs(dipole[0] - r[1].virial[0]) > 0.1); /* it is under stress */
    r[1].burgers[2] = 1.0;
    ff_elastic_dipole(dipole, &r[1]);
    assert_true(isnan(dipole[0]));
    for (int i = 0; i < 3; i++)
        ff_relaxation_clear(&r[i]);
    ff_potential_free(potential);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compliances_are_the_inverse),
        cmocka_unit_test(volume_in_a_cubic_crystal),
        cmocka_unit_test(volume_of_a_cell_without_pressure),
        cmocka_unit_test(kanzaki_forces_have_the_same_dipole),
        cmocka_unit_test(a_bulk_under_stress_is_taken_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
