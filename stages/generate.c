#include "formats/dataset_file.h"
#include "lib/base/numbers.h"
#include "lib/structure/perturbation.h"
#include "stages/cli/crystal_options.h"
#include "stages/cli/datasets.h"
#include "stages/cli/stage.h"

#include <stdlib.h>
#include <string.h>

static const ff_option options[] = {
    {"cells", 'N', FF_OPTION_TEXT, "N", "1", ff_cells_help, 0},
    {"potential", 'p', FF_OPTION_POTENTIAL, "NAME", NULL, "potential for --lattice-constant relax",
     0},
    {"count", 'n', FF_OPTION_INTEGER, "N", "1", "copies to make of each structure", 0},
    {"rattle", 'r', FF_OPTION_NUMBER, "A", "0",
     "standard deviation of random displacements in angstrom", 0},
    {"strain", 'e', FF_OPTION_NUMBER, "EPS", "0", "largest component of a random symmetric strain",
     0},
    {"volume-range", 0, FF_OPTION_TEXT, "LOW,HIGH", "1,1",
     "multiply the volume by a random factor between these", 0},
    {"seed", 0, FF_OPTION_INTEGER, "N", "1", "seed of the random numbers", 0},
    {"include-base", 0, FF_OPTION_FLAG, NULL, NULL,
     "write the unperturbed structure as well, first", 0},
    {"group", 'g', FF_OPTION_TEXT, "NAME", NULL,
     "group to write the frames under (default: the input's group,\nor the crystal and defect)", 0},
    {0}};

/* "LOW,HIGH" */
static int parse_range(double range[2], const char *text, ff_error *err)
{
    size_t length = strcspn(text, ",");
    if (text[length] != ',' || ff_double_parse(text, length, &range[0]) != FF_OK ||
        ff_double_parse(text + length + 1, strlen(text + length + 1), &range[1]) != FF_OK ||
        !(range[0] > 0 && range[0] <= range[1]))
        return ff_fail(err, FF_E_USAGE,
                       "--volume-range is '%s', expected LOW,HIGH with 0 < LOW <= HIGH", text);
    return FF_OK;
}

static int read_perturbation(ff_perturbation *perturbation, const ff_stage_run *stage,
                             ff_error *err)
{
    double rattle = ff_argument_number(stage, "rattle");
    double strain = ff_argument_number(stage, "strain");
    int64_t seed, count;
    int status = ff_argument_within(&count, stage, "count", 0, INT64_MAX, err);
    if (status == FF_OK)
        status = ff_argument_within(&seed, stage, "seed", 0, INT64_MAX, err);
    if (status != FF_OK)
        return status;
    if (rattle < 0)
        return ff_fail(err, FF_E_USAGE, "--rattle must not be negative");
    if (strain < 0 || strain >= 0.3)
        return ff_fail(err, FF_E_USAGE, "--strain must be at least 0 and below 0.3");
    *perturbation = (ff_perturbation){.rattle_A = rattle, .strain = strain, .seed = (uint64_t)seed};
    return parse_range(perturbation->volume, ff_argument_text(stage, "volume-range"), err);
}

/* The structure described by the options: a perfect crystal or an unrelaxed defect in it. */
static int build_structure(ff_stage_run *stage, ff_dataset *bases, ff_error *err)
{
    ff_potential *potential = NULL;
    ff_relaxation relaxation;
    ff_frame frame = {0};
    int status = FF_OK;
    ff_relaxation_init(&relaxation);
    if (!ff_argument_given(stage, "crystal") && !ff_argument_given(stage, "crystal-file"))
        return ff_fail(err, FF_E_USAGE,
                       "name an input, or --crystal, --species and --lattice-constant, or "
                       "--crystal-file");
    if (ff_crystal_wants_potential(stage)) {
        const char *name = ff_argument_text(stage, "potential");
        status = name ? ff_stage_potential(stage, &potential, name, err)
                      : ff_fail(err, FF_E_USAGE, "--lattice-constant relax takes a --potential");
    }
    if (status == FF_OK)
        status = ff_crystal_defect(stage, &relaxation, potential, err);
    if (status == FF_OK)
        status = ff_relaxation_frame(&relaxation, &frame, err);
    if (status == FF_OK && strcmp(relaxation.defect, "none") == 0)
        status = ff_frame_set_group(&frame, relaxation.crystal, err);
    if (status == FF_OK)
        status = ff_dataset_append(bases, &frame, err);
    ff_frame_clear(&frame);
    ff_relaxation_clear(&relaxation);
    ff_potential_free(potential);
    return status;
}

static int find_bases(ff_stage_run *stage, ff_dataset *bases, ff_error *err)
{
    ff_dataset_init(bases);
    const char *given = ff_crystal_option_given(stage);
    if (ff_operand_count(stage) == 0)
        return build_structure(stage, bases, err);
    if (given)
        return ff_fail(err, FF_E_USAGE, "--%s builds a crystal, but an input is named as well",
                       given);
    return ff_stage_datasets(stage, bases, err);
}

/* The base itself when asked for, then its copies. */
static int write_copies(const ff_stage_run *stage, ff_dataset_writer *writer, const ff_frame *base,
                        const ff_perturbation *perturbation, uint64_t number, ff_error *err)
{
    uint64_t count = (uint64_t)ff_argument_integer(stage, "count");
    int status = FF_OK;
    if (ff_argument_flag(stage, "include-base"))
        status = ff_dataset_writer_append(writer, base, err);
    for (uint64_t k = 0; k < count && status == FF_OK; k++) {
        ff_frame copy = {0};
        status = ff_perturb(&copy, base, perturbation, number, k, err);
        if (status == FF_OK)
            status = ff_dataset_writer_append(writer, &copy, err);
        ff_frame_clear(&copy);
    }
    return status;
}

static int write_all(const ff_stage_run *stage, ff_container *container, ff_dataset *bases,
                     const ff_perturbation *perturbation, ff_error *err)
{
    ff_dataset_writer *writer = NULL;
    const char *group = ff_argument_text(stage, "group");
    int status = ff_dataset_writer_new(&writer, container, err);
    for (size_t i = 0; i < bases->count && status == FF_OK; i++) {
        ff_frame_drop_labels(&bases->frames[i]);
        if (group)
            status = ff_frame_set_group(&bases->frames[i], group, err);
        if (status == FF_OK)
            status = write_copies(stage, writer, &bases->frames[i], perturbation, i, err);
    }
    if (status == FF_OK)
        return ff_dataset_writer_finish(writer, bases, err);
    ff_dataset_writer_free(writer);
    return status;
}

static int run(ff_stage_run *stage, ff_error *err)
{
    ff_dataset bases;
    ff_perturbation perturbation;
    ff_container *container = NULL;
    ff_dataset_init(&bases);
    int status = read_perturbation(&perturbation, stage, err);
    if (status == FF_OK)
        status = find_bases(stage, &bases, err);
    if (status == FF_OK)
        status = ff_stage_create(stage, &container, FF_DATASET_FILE_VERSION, err);
    if (status == FF_OK)
        status = write_all(stage, container, &bases, &perturbation, err);
    if (status == FF_OK)
        status = ff_stage_commit(stage, container, err);
    ff_container_close(container);
    ff_dataset_clear(&bases);
    return status;
}

static const ff_stage stage = {
    .name = "generate",
    .summary = "make structures: crystals, defects, random copies",
    .operands = "[INPUT]...",
    .least_operands = 0,
    .most_operands = -1,
    .description = "Writes a dataset of unlabelled structures: --count copies, randomly scaled, "
                   "strained and rattled in this order, of the crystal or unrelaxed defect that "
                   "the options describe, or of every structure in the inputs (datasets, or "
                   "relaxations, whose relaxed structure is taken).\n"
                   "A copy depends on --seed, its structure's number and its own number only, so "
                   "that a longer set begins with a shorter one.\n",
    .example =
        "farfield generate --crystal diamond --species Si --lattice-constant 5.43095 --cells 2 \\\n"
        "    --count 5 --rattle 0.05 --strain 0.02 -o structures.h5\n",
    .output_kind = "dataset",
    .options = options,
    .shared_options = ff_crystal_options,
    .run = run,
};

int main(int argc, char **argv)
{
    return ff_stage_main(&stage, argc, argv);
}
