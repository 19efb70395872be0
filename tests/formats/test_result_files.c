/* Models, relaxations and evaluations: what is written is read back bit by bit,
 * unknown numbers (NaN) included, and damage is refused. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "formats/defect_quantities_group.h"
#include "lib/base/memory.h"
#include "tests/formats/damage.h"
#include "tests/formats/made_up.h"

#include "tests/near.h"

/* Equal, or both unknown. */
static void assert_same_number(double found, double expected)
{
    if (isnan(expected))
        assert_true(isnan(found));
    else
        assert_near(found, expected, 0);
}

static void assert_same_tags(const ff_tags *found, const ff_tags *expected)
{
    assert_int_equal(found->count, expected->count);
    for (size_t i = 0; i < expected->count; i++) {
        assert_string_equal(found->list[i].name, expected->list[i].name);
        assert_string_equal(found->list[i].value, expected->list[i].value);
    }
}

/* Models. */

static void write_model(const char *path, bool with_fit)
{
    ff_ace_model model;
    ff_fit_report fit;
    made_up_model(&model, &fit);
    ff_container *container = made_up_start(path, "model", 1);
    assert_int_equal(ff_model_write(container, &model, with_fit ? &fit : NULL, NULL), FF_OK);
    made_up_finish(container);
    ff_ace_model_clear(&model);
    ff_fit_report_clear(&fit);
}

static void models_come_back(void **state)
{
    ff_ace_model model, found;
    ff_fit_report fit, found_fit;
    (void)state;
    made_up_model(&model, &fit);
    write_model("model.h5", true);
    ff_container *container = made_up_open("model.h5", "model");
    assert_int_equal(ff_model_read(&found, &found_fit, container, NULL), FF_OK);
    ff_container_close(container);
    assert_memory_equal(&found.basis, &model.basis, sizeof found.basis);
    assert_int_equal(found.count, model.count);
    assert_memory_equal(found.coefficients, model.coefficients, model.count * sizeof(double));
    assert_memory_equal(found.one_body, model.one_body, sizeof model.one_body);
    assert_int_equal(found_fit.observations, fit.observations);
    assert_int_equal(found_fit.parameters, fit.parameters);
    assert_near(found_fit.ridge, fit.ridge, 0);
    assert_near(found_fit.condition, fit.condition, 0);
    assert_int_equal(found_fit.rows, fit.rows);
    for (size_t i = 0; i < fit.rows; i++) {
        assert_string_equal(found_fit.row[i].group, fit.row[i].group);
        assert_int_equal(found_fit.row[i].kind, fit.row[i].kind);
        assert_int_equal(found_fit.row[i].count, fit.row[i].count);
        assert_same_number(found_fit.row[i].weight, fit.row[i].weight);
        assert_near(found_fit.row[i].rmse, fit.row[i].rmse, 0);
        assert_near(found_fit.row[i].mae, fit.row[i].mae, 0);
        assert_near(found_fit.row[i].max, fit.row[i].max, 0);
    }
    ff_ace_model_clear(&model);
    ff_ace_model_clear(&found);
    ff_fit_report_clear(&fit);
    ff_fit_report_clear(&found_fit);
}

static void a_model_may_lack_its_fit_and_a_reader_may_ignore_it(void **state)
{
    ff_ace_model found;
    ff_fit_report fit;
    (void)state;
    write_model("no-fit.h5", false);
    write_model("fit.h5", true);
    ff_container *container = made_up_open("no-fit.h5", "model");
    assert_int_equal(ff_model_read(&found, &fit, container, NULL), FF_OK);
    assert_int_equal(fit.rows, 0);
    ff_ace_model_clear(&found);
    ff_container_close(container);
    container = made_up_open("fit.h5", "model");
    assert_int_equal(ff_model_read(&found, NULL, container, NULL), FF_OK);
    ff_ace_model_clear(&found);
    ff_container_close(container);
}

static int read_model(ff_container *container, ff_error *err)
{
    ff_ace_model model;
    ff_fit_report fit;
    int status = ff_model_read(&model, &fit, container, err);
    if (status == FF_OK) {
        ff_ace_model_clear(&model);
        ff_fit_report_clear(&fit);
    }
    return status;
}

static void damaged_models_are_refused(void **state)
{
    (void)state;
    write_model("sound.h5", true);
    damage_everything(&(damage_case){.path = "sound.h5",
                                     .kind = "model",
                                     .read = read_model,
                                     .optional = (const char *const[]){"deflate", "fit", NULL}});
}

/* Relaxations. */

static void write_relaxation(const char *path)
{
    ff_relaxation relaxation;
    made_up_relaxation(&relaxation);
    ff_container *container = made_up_start(path, "relaxation", 1);
    assert_int_equal(ff_relaxation_write(container, &relaxation, NULL), FF_OK);
    made_up_finish(container);
    ff_relaxation_clear(&relaxation);
}

static void relaxations_come_back(void **state)
{
    ff_relaxation relaxation, found;
    (void)state;
    made_up_relaxation(&relaxation);
    const size_t n = relaxation.reference.atoms;
    write_relaxation("relaxation.h5");
    ff_container *container = made_up_open("relaxation.h5", "relaxation");
    assert_int_equal(ff_relaxation_read(&found, container, NULL), FF_OK);
    ff_container_close(container);
    assert_string_equal(found.crystal, relaxation.crystal);
    assert_string_equal(found.defect, relaxation.defect);
    assert_near(found.lattice_constant, relaxation.lattice_constant, 0);
    assert_memory_equal(found.cells, relaxation.cells, sizeof found.cells);
    assert_near(found.nearest, relaxation.nearest, 0);
    assert_memory_equal(found.centre, relaxation.centre, sizeof found.centre);
    assert_int_equal(found.reference.atoms, n);
    assert_memory_equal(found.reference.positions, relaxation.reference.positions,
                        3 * n * sizeof(double));
    assert_memory_equal(found.reference.species, relaxation.reference.species, n * sizeof(int));
    assert_memory_equal(found.reference.cell, relaxation.reference.cell, sizeof found.virial);
    assert_memory_equal(found.site, relaxation.site, n * sizeof *found.site);
    assert_non_null(found.fixed);
    assert_memory_equal(found.fixed, relaxation.fixed, n * sizeof *found.fixed);
    assert_memory_equal(found.burgers, relaxation.burgers, sizeof found.burgers);
    assert_memory_equal(found.reference.periodic, relaxation.reference.periodic,
                        sizeof found.reference.periodic);
    assert_int_equal(found.unit.atoms, relaxation.unit.atoms);
    assert_memory_equal(found.unit.cell, relaxation.unit.cell, sizeof found.unit.cell);
    assert_memory_equal(found.unit.positions, relaxation.unit.positions, 6 * sizeof(double));
    assert_memory_equal(found.unit.species, relaxation.unit.species,
                        2 * sizeof *found.unit.species);
    assert_memory_equal(found.displacement, relaxation.displacement, 3 * n * sizeof(double));
    assert_memory_equal(found.site_energies, relaxation.site_energies, n * sizeof(double));
    assert_memory_equal(found.bulk_energy, relaxation.bulk_energy, sizeof found.bulk_energy);
    assert_near(found.formation_energy, relaxation.formation_energy, 0);
    assert_memory_equal(found.virial, relaxation.virial, sizeof found.virial);
    assert_int_equal(found.steps, relaxation.steps);
    assert_memory_equal(found.history, relaxation.history,
                        relaxation.steps * sizeof *relaxation.history);
    assert_int_equal(found.converged, relaxation.converged);
    assert_near(found.tolerance, relaxation.tolerance, 0);
    assert_near(found.lowest_curvature, relaxation.lowest_curvature, 0);
    assert_near(found.image_energy, relaxation.image_energy, 0);
    assert_near(found.softest_ratio, relaxation.softest_ratio, 0);
    assert_memory_equal(found.stiffness, relaxation.stiffness, sizeof found.stiffness);
    assert_memory_equal(found.bulk_virial, relaxation.bulk_virial, sizeof found.bulk_virial);
    ff_relaxation_clear(&found);
    ff_relaxation_clear(&relaxation);
}

/* Of a potential that has no energies of atoms: none are found again, and readers that do not know
 * of that find a sum that is right. */
static void relaxation_without_site_energies(void **state)
{
    (void)state;
    ff_relaxation relaxation, found;
    made_up_relaxation(&relaxation);
    const size_t n = relaxation.reference.atoms;
    free(relaxation.site_energies);
    relaxation.site_energies = NULL;
    ff_container *container = made_up_start("total.h5", "relaxation", 1);
    assert_int_equal(ff_relaxation_write(container, &relaxation, NULL), FF_OK);
    made_up_finish(container);
    container = made_up_open("total.h5", "relaxation");
    assert_int_equal(ff_relaxation_read(&found, container, NULL), FF_OK);
    assert_null(found.site_energies);
    assert_near(found.formation_energy, relaxation.formation_energy, 0);
    void *shares = NULL;
    size_t count = n;
    assert_int_equal(ff_array_read(ff_container_root(container), "site_energy", FF_ELEMENT_DOUBLE,
                                   1, &count, &shares, NULL),
                     FF_OK);
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += ((const double *)shares)[i] - relaxation.bulk_energy[74];
    assert_near(sum, relaxation.formation_energy, 1e-13);
    free(shares);
    ff_container_close(container);
    ff_relaxation_clear(&found);
    ff_relaxation_clear(&relaxation);
}

/* Quantities made up: of a dislocation, so that all parts are there. */

static void made_up_quantities(ff_defect_quantities *q)
{
    enum { SHELLS = 5, PAIRS = 3 };
    ff_defect_quantities_init(q);
    for (int k = 0; k < 6; k++)
        q->dipole[k] = 1.0 / (k + 3);
    q->volume = NAN;
    q->profile.shell = ff_new_array(SHELLS, sizeof *q->profile.shell, NULL);
    q->core.pair = ff_new_array(PAIRS, sizeof *q->core.pair, NULL);
    assert_true(q->profile.shell && q->core.pair);
    q->profile.shells = SHELLS;
    q->core.pairs = PAIRS;
    for (size_t i = 0; i < SHELLS; i++)
        q->profile.shell[i] = (ff_strain_shell){.radius = 1.1 * (double)(i + 1),
                                                .sites = i + 4,
                                                .largest = 0.1 / (double)(i + 3),
                                                .rms = 0.1 / (double)(i + 7)};
    for (size_t i = 0; i < PAIRS; i++)
        q->core.pair[i] = (ff_column_pair){.from = {0.1 * (double)i, 1.0 / 3},
                                           .to = {2.0 / 3, -0.1 * (double)i},
                                           .difference = 0.1 * (double)i - 1.0 / 3};
    q->profile.from = 7.0 / 3;
    q->profile.to = 40.0 / 3;
    q->profile.decay = (ff_power_law){
        .points = 4, .exponent = -10.0 / 3, .factor = 1.0 / 7, .low = -4.0, .high = -8.0 / 3};
    q->symmetry = (ff_defect_symmetry){.group = "-43m", .order = 24, .crystal = 48};
    q->core.radius = 47.0 / 3;
    q->core.spread = 5.0 / 3;
    for (int k = 0; k < 3; k++)
        q->core.content[k] = 1.0 / (k + 7);
    q->core.position[0] = q->core.position[1] = 31.0 / 7;
}

static void write_quantities(const char *path)
{
    ff_relaxation relaxation;
    ff_defect_quantities q;
    made_up_relaxation(&relaxation);
    made_up_quantities(&q);
    ff_container *container = made_up_start(path, "relaxation", FF_RELAXATION_FILE_VERSION);
    assert_int_equal(ff_relaxation_write(container, &relaxation, NULL), FF_OK);
    assert_int_equal(ff_defect_quantities_write(container, &q, NULL), FF_OK);
    made_up_finish(container);
    ff_defect_quantities_clear(&q);
    ff_relaxation_clear(&relaxation);
}

static void quantities_come_back(void **state)
{
    ff_defect_quantities q, found;
    (void)state;
    made_up_quantities(&q);
    write_quantities("quantities.h5");
    ff_container *container = made_up_open("quantities.h5", "relaxation");
    assert_int_equal(ff_defect_quantities_read(&found, container, NULL, NULL), FF_OK);
    ff_container_close(container);
    assert_true(isnan(found.volume));
    assert_memory_equal(found.dipole, q.dipole, sizeof q.dipole);
    assert_string_equal(found.symmetry.group, q.symmetry.group);
    assert_int_equal(found.symmetry.order, q.symmetry.order);
    assert_int_equal(found.symmetry.crystal, q.symmetry.crystal);
    assert_int_equal(found.profile.shells, q.profile.shells);
    assert_memory_equal(found.profile.shell, q.profile.shell,
                        q.profile.shells * sizeof *q.profile.shell);
    assert_near(found.profile.from, q.profile.from, 0);
    assert_near(found.profile.to, q.profile.to, 0);
    assert_memory_equal(&found.profile.decay, &q.profile.decay, sizeof q.profile.decay);
    assert_int_equal(found.core.pairs, q.core.pairs);
    assert_memory_equal(found.core.pair, q.core.pair, q.core.pairs * sizeof *q.core.pair);
    assert_near(found.core.radius, q.core.radius, 0);
    assert_near(found.core.spread, q.core.spread, 0);
    assert_memory_equal(found.core.content, q.core.content, sizeof q.core.content);
    assert_memory_equal(found.core.position, q.core.position, sizeof q.core.position);
    ff_defect_quantities_clear(&q);
    ff_defect_quantities_clear(&found);
}

/* What belongs to the relaxation itself is damaged elsewhere. */
static int read_quantities(ff_container *container, ff_error *err)
{
    ff_relaxation relaxation;
    ff_defect_quantities q;
    int status = ff_relaxation_read(&relaxation, container, err);
    if (status != FF_OK)
        return status;
    status = ff_defect_quantities_read(&q, container, &relaxation, err);
    ff_defect_quantities_clear(&q);
    ff_relaxation_clear(&relaxation);
    return status;
}

static void damaged_quantities_are_refused(void **state)
{
    (void)state;
    write_quantities("sound-quantities.h5");
    damage_everything(
        &(damage_case){.path = "sound-quantities.h5",
                       .kind = "relaxation",
                       .read = read_quantities,
                       .optional = (const char *const[]){"deflate", "quantities", NULL}});
}

static int read_relaxation(ff_container *container, ff_error *err)
{
    ff_relaxation relaxation;
    int status = ff_relaxation_read(&relaxation, container, err);
    if (status == FF_OK)
        ff_relaxation_clear(&relaxation);
    return status;
}

static void damaged_relaxations_are_refused(void **state)
{
    (void)state;
    write_relaxation("sound.h5");
    damage_everything(&(damage_case){.path = "sound.h5",
                                     .kind = "relaxation",
                                     .read = read_relaxation,
                                     .optional = (const char *const[]){"deflate", NULL}});
}

/* Evaluations. */

static void write_evaluation(const char *path, bool elastic)
{
    ff_evaluation evaluation;
    made_up_evaluation(&evaluation, "2", "EFV");
    evaluation.elastic.known = elastic;
    ff_container *container = made_up_start(path, "evaluation", 1);
    assert_int_equal(ff_evaluation_write(container, &evaluation, NULL), FF_OK);
    made_up_finish(container);
    ff_evaluation_clear(&evaluation);
}

static void evaluations_come_back(void **state)
{
    ff_evaluation evaluation, found;
    (void)state;
    made_up_evaluation(&evaluation, "2", "EFV");
    write_evaluation("evaluation.h5", true);
    ff_container *container = made_up_open("evaluation.h5", "evaluation");
    assert_int_equal(ff_evaluation_read(&found, container, NULL), FF_OK);
    ff_container_close(container);
    assert_same_tags(&found.tags, &evaluation.tags);
    assert_int_equal(found.rows, evaluation.rows);
    for (size_t i = 0; i < found.rows; i++) {
        const ff_error_row *row = &found.row[i], *expected = &evaluation.row[i];
        assert_string_equal(row->group, expected->group);
        assert_int_equal(row->kind, expected->kind);
        assert_int_equal(row->count, expected->count);
        assert_near(row->rmse, expected->rmse, 0);
        assert_near(row->mae, expected->mae, 0);
        assert_near(row->max, expected->max, 0);
        assert_near(row->spread, expected->spread, 0);
    }
    assert_true(found.elastic.known);
    assert_string_equal(found.elastic.crystal, "diamond");
    assert_near(found.elastic.lattice_constant, evaluation.elastic.lattice_constant, 0);
    assert_near(found.elastic.energy, evaluation.elastic.energy, 0);
    assert_near(found.elastic.pressure_GPa, evaluation.elastic.pressure_GPa, 0);
    assert_near(found.elastic.c11_GPa, evaluation.elastic.c11_GPa, 0);
    assert_near(found.elastic.c12_GPa, evaluation.elastic.c12_GPa, 0);
    assert_near(found.elastic.c44_GPa, evaluation.elastic.c44_GPa, 0);
    assert_near(found.elastic.c44_unrelaxed_GPa, evaluation.elastic.c44_unrelaxed_GPa, 0);
    ff_evaluation_clear(&found);
    write_evaluation("plain.h5", false);
    container = made_up_open("plain.h5", "evaluation");
    assert_int_equal(ff_evaluation_read(&found, container, NULL), FF_OK);
    assert_false(found.elastic.known);
    ff_container_close(container);
    ff_evaluation_clear(&found);
    ff_evaluation_clear(&evaluation);
}

static int read_evaluation(ff_container *container, ff_error *err)
{
    ff_evaluation evaluation;
    int status = ff_evaluation_read(&evaluation, container, err);
    if (status == FF_OK)
        ff_evaluation_clear(&evaluation);
    return status;
}

static void damaged_evaluations_are_refused(void **state)
{
    (void)state;
    write_evaluation("sound.h5", true);
    damage_everything(
        &(damage_case){.path = "sound.h5",
                       .kind = "evaluation",
                       .read = read_evaluation,
                       .optional = (const char *const[]){"deflate", "elastic", NULL}});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(models_come_back),
        cmocka_unit_test(a_model_may_lack_its_fit_and_a_reader_may_ignore_it),
        cmocka_unit_test(damaged_models_are_refused),
        cmocka_unit_test(relaxations_come_back),
        cmocka_unit_test(relaxation_without_site_energies),
        cmocka_unit_test(damaged_relaxations_are_refused),
        cmocka_unit_test(quantities_come_back),
        cmocka_unit_test(damaged_quantities_are_refused),
        cmocka_unit_test(evaluations_come_back),
        cmocka_unit_test(damaged_evaluations_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
