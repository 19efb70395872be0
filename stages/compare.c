/* farfield-compare: holds a model's relaxation of a defect against the reference's. */

#include "formats/comparison_file.h"
#include "formats/relaxation_file.h"
#include "lib/analysis/residual.h"
#include "stages/cli/domain.h"
#include "stages/cli/stage.h"

#include <math.h>

static const ff_option options[] = {
    {"potential", 'p', FF_OPTION_POTENTIAL, "NAME", NULL,
     "the model's potential: also predict the geometry error from its\n"
     "forces on the reference's structure",
     0},
    {"training-radius", 'R', FF_OPTION_NUMBER, "A", NULL,
     "split the prediction into what comes from within and from beyond\n"
     "this distance from the defect, angstrom (needs --potential)",
     0},
    {"tag", 't', FF_OPTION_TEXT, "NAME=VALUE", NULL,
     "name this comparison, for report to draw one against another", FF_OPTION_REPEATABLE},
    {"yardstick", 'y', FF_OPTION_FLAG, NULL, NULL,
     "MODEL is a relaxation of the same defect in a smaller supercell:\n"
     "measure what the smaller cell gets wrong",
     0},
    {0}};

static int check_options(const ff_stage_run *stage, ff_error *err)
{
    bool potential = ff_argument_given(stage, "potential");
    bool radius = ff_argument_given(stage, "training-radius");
    if (radius && !potential)
        return ff_fail(err, FF_E_USAGE, "--training-radius needs --potential");
    if (radius && !(ff_argument_number(stage, "training-radius") > 0.0))
        return ff_fail(err, FF_E_USAGE, "--training-radius %g, expected a positive number",
                       ff_argument_number(stage, "training-radius"));
    if (potential && ff_argument_flag(stage, "yardstick"))
        return ff_fail(err, FF_E_USAGE, "--potential cannot be combined with --yardstick");
    return FF_OK;
}

static int add_tags(const ff_stage_run *stage, ff_comparison *comparison, ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; status == FF_OK && i < ff_argument_count(stage, "tag"); i++)
        status = ff_tags_add(&comparison->tags, ff_argument_at(stage, "tag", i), err);
    return status;
}

static int read_relaxation(ff_stage_run *stage, ff_relaxation *relaxation, size_t operand,
                           const char *role, ff_error *err)
{
    ff_container *input = NULL;
    int status = ff_stage_open(stage, &input, ff_operand(stage, operand), role, "relaxation",
                               FF_RELAXATION_FILE_VERSION, err);
    if (status == FF_OK)
        status = ff_relaxation_read(relaxation, input, err);
    ff_container_close(input);
    return status;
}

/* A model whose forces do not exist at the reference's structure is a result of a study, not a
 * reason to stop it. */
static int predict(ff_stage_run *stage, ff_comparison *comparison, const ff_relaxation *reference,
                   ff_error *err)
{
    ff_potential *potential = NULL;
    ff_residual_report report = {0};
    double radius = ff_argument_given(stage, "training-radius")
                        ? ff_argument_number(stage, "training-radius")
                        : NAN;
    int status = ff_stage_potential(stage, &potential, ff_argument_text(stage, "potential"), err);
    if (status == FF_OK)
        status = ff_compare_residual(comparison, reference, potential, radius, &report, err);
    if (status == FF_E_NUMERIC) {
        ff_stage_warn(stage, "no prediction: %s", err->message);
        *err = (ff_error){0};
        status = FF_OK;
    }
    ff_stage_warn_close(stage, "the reference's structure", &report.close);
    if (report.unstable_modes)
        ff_stage_warn(stage,
                      "the perfect crystal is unstable with the model (%zu modes): the predicted "
                      "error means little",
                      report.unstable_modes);
    ff_potential_free(potential);
    return status;
}

/* No error of a model's geometry, but the user must not take one for it. */
static void warn_configurations(ff_stage_run *stage, const ff_topology *topology)
{
    char changes[256];
    if (!ff_topology_same(topology))
        ff_stage_warn(stage,
                      "the model's defect is in another configuration than the reference's (%s): "
                      "geometry and energy are not compared",
                      ff_topology_describe(changes, sizeof changes, topology));
}

static void summarise(ff_stage_run *stage, const ff_comparison *c)
{
    ff_stage_note(stage, "%-28s %s in %s, %zu atoms", "defect", c->defect, c->crystal, c->atoms);
    warn_configurations(stage, &c->topology);
    if (!c->converged)
        ff_stage_warn(stage, "the relaxations did not both converge: the errors are those of "
                             "unfinished structures");
    if (ff_topology_same(&c->topology)) {
        ff_stage_note(stage, "%-28s %14.6e A", "geometry error", c->geometry_error);
        ff_stage_note(stage, "%-28s %14.6e A", "  largest of a bond", c->geometry_error_max);
        ff_stage_note(stage, "%-28s %14.6e A", "  size of the reference's", c->geometry_norm);
        ff_stage_note(stage, "%-28s %14.6e eV", "energy error", c->energy_error);
    } else {
        ff_stage_note(stage, "%-28s", "formation energy");
    }
    ff_stage_note(stage, "%-28s %14.6f eV", "  reference", c->energy_reference);
    ff_stage_note(stage, "%-28s %14.6f eV", "  model", c->energy_model);
    if (!isnan(c->decay_exponent))
        ff_stage_note(stage, "%-28s %14.2f", "decay exponent of |Du|", c->decay_exponent);
    if (isnan(c->residual_norm))
        return;
    ff_stage_note(stage, "%-28s %14.6e eV/A", "force residual", c->residual_norm);
    ff_stage_note(stage, "%-28s %14.6e A", "predicted geometry error", c->predicted_error);
    if (!isnan(c->training_radius)) {
        ff_stage_note(stage, "%-28s %14.6e A", "  from within the radius", c->predicted_core);
        ff_stage_note(stage, "%-28s %14.6e A", "  from beyond it", c->predicted_far);
    }
    if (!isnan(c->effectivity))
        ff_stage_note(stage, "%-28s %14.3f", "  predicted / found", c->effectivity);
}

static int compare(ff_stage_run *stage, ff_comparison *comparison, const ff_relaxation *reference,
                   const ff_relaxation *model, ff_error *err)
{
    int status = ff_argument_flag(stage, "yardstick")
                     ? ff_compare_sizes(comparison, reference, model, err)
                     : ff_compare(comparison, reference, model, err);
    ff_error_in_file(err, ff_operand(stage, 1));
    if (status == FF_OK && ff_argument_given(stage, "potential"))
        status = predict(stage, comparison, reference, err);
    return status;
}

static int run(ff_stage_run *stage, ff_error *err)
{
    ff_container *output = NULL;
    ff_relaxation reference, model;
    ff_comparison comparison;
    ff_relaxation_init(&reference);
    ff_relaxation_init(&model);
    ff_comparison_init(&comparison);

    int status = check_options(stage, err);
    if (status == FF_OK)
        status = add_tags(stage, &comparison, err);
    if (status == FF_OK)
        status = ff_stage_create(stage, &output, FF_COMPARISON_FILE_VERSION, err);
    if (status == FF_OK)
        status = read_relaxation(stage, &reference, 0, "reference", err);
    if (status == FF_OK)
        status = read_relaxation(stage, &model, 1, "model", err);
    if (status == FF_OK)
        status = compare(stage, &comparison, &reference, &model, err);
    if (status == FF_OK) {
        summarise(stage, &comparison);
        status = ff_comparison_write(output, &comparison, err);
    }
    if (status == FF_OK)
        status = ff_stage_commit(stage, output, err);

    ff_container_close(output);
    ff_comparison_clear(&comparison);
    ff_relaxation_clear(&model);
    ff_relaxation_clear(&reference);
    return status;
}

static const ff_stage stage = {
    .name = "compare",
    .summary = "hold a model's relaxed defect against the reference's",
    .operands = "REFERENCE MODEL",
    .least_operands = 2,
    .most_operands = 2,
    .description =
        "Measures the geometry error (differences of displacements along bonds, summed over the "
        "supercell), the energy error (difference of formation energies), and how both fields "
        "decay with the distance from the defect.\n\n"
        "With --potential it also evaluates the model's forces on the reference's structure and "
        "predicts the geometry error from them with the model's lattice Green's function: the "
        "ratio of prediction and finding tells whether the model is in the regime where the "
        "theory holds, and --training-radius tells where the error comes from.\n\n"
        "Where the two structures are different configurations of the defect (an atom on another "
        "lattice site, a dumbbell that points elsewhere, bonds that exist in one of them only, a "
        "dislocation's core in another place), a "
        "warning says so and nothing is subtracted: the errors are kept as unknown. The exit code "
        "is 0, since this, too, is a result.",
    .example = "farfield relax-defect -p sw:Si --crystal diamond --species Si \\\n"
               "    --lattice-constant 5.430950 --cells 3 --defect interstitial-tetrahedral \\\n"
               "    -o large.h5\n"
               "farfield relax-defect -p sw:Si --crystal diamond --species Si \\\n"
               "    --lattice-constant 5.430950 --cells 2 --defect interstitial-tetrahedral \\\n"
               "    -o small.h5\n"
               "farfield compare --yardstick large.h5 small.h5 --tag L=2 -o yardstick.h5\n",
    .output_kind = "comparison",
    .options = options,
    .run = run};

int main(int argc, char **argv)
{
    return ff_stage_main(&stage, argc, argv);
}
