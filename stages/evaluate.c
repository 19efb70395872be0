/* farfield-evaluate: errors of a potential on datasets, and elastic constants. */

#include "formats/calibration_group.h"
#include "formats/evaluation_file.h"
#include "lib/structure/elements.h"
#include "lib/structure/host.h"
#include "stages/cli/calibration_table.h"
#include "stages/cli/datasets.h"
#include "stages/cli/domain.h"
#include "stages/cli/error_table.h"
#include "stages/cli/stage.h"
#include "stages/evaluate/calibrate.h"

#include <string.h>
#include <unistd.h>

static const ff_option options[] = {
    {"potential", 'p', FF_OPTION_POTENTIAL, "NAME", NULL, "potential to evaluate",
     FF_OPTION_REQUIRED},
    {"tag", 't', FF_OPTION_TEXT, "NAME=VALUE", NULL,
     "what this evaluation is called, e.g. L=2, for report to\ndraw one against another",
     FF_OPTION_REPEATABLE},
    {"crystal", 'c', FF_OPTION_TEXT, "NAME", NULL,
     "also measure energy, pressure and elastic constants of\nthis crystal: sc, bcc, fcc, diamond",
     0},
    {"species", 's', FF_OPTION_TEXT, "SYMBOL", NULL,
     "element of the crystal; not needed when the potential\ndescribes only one", 0},
    {"lattice-constant", 'a', FF_OPTION_NUMBER, "A", NULL,
     "lattice constant of the crystal, angstrom", 0},
    {"strict", 0, FF_OPTION_FLAG, NULL, NULL,
     "fail, instead of warning, when atoms are closer to each other\nthan the potential was made "
     "for",
     0},
    {"no-uncertainty", 0, FF_OPTION_FLAG, NULL, NULL,
     "do not hold what the model says of its uncertainty against\nthe errors", 0},
    {"each", 0, FF_OPTION_FLAG, NULL, NULL,
     "keep every label with its error, predicted standard\ndeviation and bounds", 0},
    {"output", 'o', FF_OPTION_TEXT, "FILE", "",
     "write the evaluation to FILE; by default to standard\noutput, unless that is a terminal",
     FF_OPTION_NO_EFFECT},
    {0}};

/* Everything that goes to the output. */
typedef struct results {
    ff_evaluation evaluation;
    ff_calibration calibration;
} results;

static int evaluate_datasets(ff_stage_run *stage, ff_potential *potential, results *out,
                             ff_error *err)
{
    ff_evaluation *evaluation = &out->evaluation;
    ff_dataset dataset;
    int status = ff_stage_datasets(stage, &dataset, err);
    if (status != FF_OK)
        return status;
    const ff_progress *progress = ff_stage_progress(stage, "evaluating", dataset.count, "frames");
    status = ff_evaluate(evaluation, potential, &dataset, progress, err);
    ff_stage_progress_end(stage);
    if (status == FF_OK && evaluation->rows == 0)
        status = ff_fail(err, FF_E_FORMAT,
                         "none of %zu frames has an energy, forces, a virial or force constants "
                         "to compare with",
                         dataset.count);
    if (status == FF_OK)
        status = ff_stage_judge_close(stage, &evaluation->close, dataset.count,
                                      ff_argument_flag(stage, "strict"), err);
    if (status == FF_OK && !ff_argument_flag(stage, "no-uncertainty"))
        status = evaluate_calibrate(stage, potential, &dataset, &out->calibration, err);
    /* Frames are counted over all operands, which names a place only when there is one. */
    if (status != FF_OK && ff_operand_count(stage) == 1)
        ff_error_in_file(err, ff_operand(stage, 0));
    ff_dataset_clear(&dataset);
    return status;
}

/* The element asked for, or the only one that the potential describes. */
static int choose_species(const ff_stage_run *stage, const ff_potential *potential, int *species,
                          ff_error *err)
{
    const char *symbol = ff_argument_text(stage, "species");
    size_t known = 0;
    *species = symbol ? ff_element_number(symbol, strlen(symbol)) : 0;
    if (symbol && *species == 0)
        return ff_fail(err, FF_E_USAGE, "--species: there is no element '%s'", symbol);
    for (int z = 1; z <= FF_MAX_SPECIES && !symbol; z++)
        if (potential->species[z]) {
            *species = z;
            known++;
        }
    if (!symbol && known != 1)
        return ff_fail(err, FF_E_USAGE,
                       "the potential describes %zu elements: say which with --species", known);
    return FF_OK;
}

/* Nearest neighbours closer than the potential was made for. */
static int judge_crystal(ff_stage_run *stage, const ff_potential *potential,
                         const ff_crystal *crystal, int species, ff_error *err)
{
    static const char *const text = "the %s crystal's neighbours are %.4g A apart, below the "
                                    "%.4g A that the potential was made for";
    const double constants[2] = {ff_argument_number(stage, "lattice-constant"), 0};
    ff_host host;
    int status = ff_host_of_crystal(&host, crystal, &species, constants, err);
    if (status != FF_OK)
        return status;
    double nearest = ff_host_nearest(&host);
    double shortest = potential->shortest ? potential->shortest(potential, species, species) : 0;
    ff_host_clear(&host);
    if (nearest >= shortest)
        return FF_OK;
    if (ff_argument_flag(stage, "strict"))
        return ff_fail(err, FF_E_RANGE, text, ff_argument_text(stage, "crystal"), nearest,
                       shortest);
    ff_stage_warn(stage, text, ff_argument_text(stage, "crystal"), nearest, shortest);
    return FF_OK;
}

static int evaluate_crystal(ff_stage_run *stage, const ff_potential *potential, ff_elastic *elastic,
                            double *uncertainty, ff_error *err)
{
    const char *name = ff_argument_text(stage, "crystal");
    const ff_crystal *crystal = ff_crystal_find(name);
    int species = 0;
    if (!crystal)
        return ff_fail(err, FF_E_USAGE, "--crystal: no crystal '%s'; there are %s", name,
                       ff_crystal_names());
    if (!ff_argument_given(stage, "lattice-constant"))
        return ff_fail(err, FF_E_USAGE, "--crystal also needs --lattice-constant");
    int status = choose_species(stage, potential, &species, err);
    if (status == FF_OK)
        status = ff_elastic_cubic(elastic, uncertainty, potential, crystal, species,
                                  ff_argument_number(stage, "lattice-constant"), err);
    return status == FF_OK ? judge_crystal(stage, potential, crystal, species, err) : status;
}

static void print_elastic(const ff_elastic *elastic, double uncertainty)
{
    (void)fprintf(stderr, "  %s crystal at lattice constant %.8g A\n", elastic->crystal,
                  elastic->lattice_constant);
    (void)fprintf(stderr, "    energy         %14.6f eV/atom\n", elastic->energy);
    (void)fprintf(stderr, "    pressure       %14.4f GPa\n", elastic->pressure_GPa);
    (void)fprintf(stderr, "    C11            %14.4f GPa\n", elastic->c11_GPa);
    (void)fprintf(stderr, "    C12            %14.4f GPa\n", elastic->c12_GPa);
    (void)fprintf(stderr, "    C44            %14.4f GPa\n", elastic->c44_GPa);
    (void)fprintf(stderr, "    C44 unrelaxed  %14.4f GPa   (all within %.1e GPa)\n",
                  elastic->c44_unrelaxed_GPa, uncertainty);
}

static int write_results(ff_stage_run *stage, const results *out, ff_error *err)
{
    ff_container *container = NULL;
    const char *path = ff_output_path(stage);
    if (!path[0] && isatty(STDOUT_FILENO) == 1)
        return FF_OK;
    int status = ff_container_create(&container, path[0] ? path : "-", "evaluation",
                                     FF_EVALUATION_FILE_VERSION,
                                     (int)ff_argument_integer(stage, "level"), err);
    if (status == FF_OK)
        status = ff_evaluation_write(container, &out->evaluation, err);
    if (status == FF_OK && out->calibration.rows)
        status = ff_calibration_write(container, &out->calibration, err);
    if (status == FF_OK)
        status = ff_stage_commit(stage, container, err);
    ff_container_close(container);
    return status;
}

static void print_results(const results *out, double uncertainty)
{
    const ff_evaluation *evaluation = &out->evaluation;
    if (evaluation->rows)
        ff_error_table_write(stderr, evaluation->rows, evaluation->row, FF_ERROR_TABLE_SPREAD);
    ff_calibration_table_write(stderr, &out->calibration);
    if (evaluation->elastic.known)
        print_elastic(&evaluation->elastic, uncertainty);
}

static int run(ff_stage_run *stage, ff_error *err)
{
    ff_potential *potential = NULL;
    results out;
    double uncertainty = 0;
    int status = FF_OK;
    ff_evaluation_init(&out.evaluation);
    ff_calibration_init(&out.calibration);
    if (ff_operand_count(stage) == 0 && !ff_argument_given(stage, "crystal"))
        return ff_fail(err, FF_E_USAGE, "nothing to evaluate: give a DATASET or --crystal");
    for (size_t i = 0; i < ff_argument_count(stage, "tag") && status == FF_OK; i++)
        status = ff_tags_add(&out.evaluation.tags, ff_argument_at(stage, "tag", i), err);
    if (status == FF_OK)
        status = ff_stage_potential(stage, &potential, ff_argument_text(stage, "potential"), err);
    if (status == FF_OK && ff_operand_count(stage) > 0)
        status = evaluate_datasets(stage, potential, &out, err);
    if (status == FF_OK && ff_argument_given(stage, "crystal"))
        status = evaluate_crystal(stage, potential, &out.evaluation.elastic, &uncertainty, err);
    if (status == FF_OK && !ff_argument_flag(stage, "quiet"))
        print_results(&out, uncertainty);
    if (status == FF_OK)
        status = write_results(stage, &out, err);
    ff_potential_free(potential);
    ff_evaluation_clear(&out.evaluation);
    ff_calibration_clear(&out.calibration);
    return status;
}

static const ff_stage stage_table = {
    .name = "evaluate",
    .summary = "measure the errors of a potential on datasets, and elastic constants",
    .operands = "[DATASET]...",
    .least_operands = 0,
    .most_operands = -1,
    .description =
        "Runs a potential on every labelled frame of the datasets and compares energies and\n"
        "virials per atom, forces and force constants per component, for each group and over\n"
        "all. Force constants are the potential's own second derivatives, for the displacements\n"
        "that the dataset has. The table goes to standard error, the evaluation itself to\n"
        "--output.\n"
        "\n"
        "With --crystal it also measures a cubic crystal at a given lattice constant: energy per\n"
        "atom, pressure, and the elastic constants C11, C12 and C44 (the last with and without\n"
        "relaxation of the atoms within the cell) from stresses at small strains. No dataset is\n"
        "needed then.\n"
        "\n"
        "When the potential is a model that knows of its uncertainty (farfield fit --committee,\n"
        "--covariance or --pops), a second table holds the standard deviations it predicts for\n"
        "every energy, force and virial against the errors found. They come from the posterior\n"
        "covariance, else from the committee, else from POPS; beside them stands the noise level\n"
        "of the fit. 68 and 95 % of the errors should lie within one and two of both together,\n"
        "and most labels within the bounds of POPS.\n"
        "\n"
        "Where atoms are closer to each other than the potential was made for, a fitted model is "
        "a\n"
        "repulsive wall: a warning names the closest such pair and counts them all; with --strict\n"
        "it is an error, exit code 3.\n",
    .example =
        "farfield evaluate --potential sw:Si --crystal diamond --lattice-constant 5.43095 \\\n"
        "    --output elastic.h5\n"
        "farfield show elastic.h5\n",
    .output_kind = "evaluation",
    .options = options,
    .run = run,
};

int main(int argc, char **argv)
{
    return ff_stage_main(&stage_table, argc, argv);
}
