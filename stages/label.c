#include "formats/dataset_file.h"
#include "lib/base/memory.h"
#include "stages/cli/datasets.h"
#include "stages/cli/observations.h"
#include "stages/cli/stage.h"

#include <stdlib.h>
#include <string.h>

static const ff_option options[] = {
    {"potential", 'p', FF_OPTION_POTENTIAL, "NAME", NULL, "potential to label with, KIND:ARGUMENT",
     FF_OPTION_REQUIRED},
    {"observations", 'b', FF_OPTION_TEXT, "EFV", "EFV",
     "labels to write: energies, forces, virials", 0},
    {"site-energies", 0, FF_OPTION_FLAG, NULL, NULL, "write the energy of each site as well", 0},
    {0}};

/* What the parallel loop over frames needs; one calculator a thread. */
typedef struct labelling {
    ff_dataset *dataset;
    ff_calculator **calculator; /* [threads] */
    unsigned labels;
} labelling;

static int store_labels(ff_frame *frame, unsigned labels, const ff_evaluation_result *result,
                        ff_error *err)
{
    static const unsigned all[] = {FF_LABEL_ENERGY, FF_LABEL_FORCES, FF_LABEL_VIRIAL,
                                   FF_LABEL_SITE_ENERGIES};
    int status = FF_OK;
    for (size_t i = 0; i < sizeof all / sizeof *all && status == FF_OK; i++)
        if (labels & all[i])
            status = ff_frame_add_label(frame, all[i], err);
    if (status != FF_OK)
        return status;
    if (labels & FF_LABEL_ENERGY)
        frame->energy = result->energy;
    if (labels & FF_LABEL_FORCES)
        memcpy(frame->forces, result->forces, 3 * frame->atoms * sizeof *frame->forces);
    if (labels & FF_LABEL_VIRIAL)
        memcpy(frame->virial, result->virial, sizeof frame->virial);
    if (labels & FF_LABEL_SITE_ENERGIES)
        memcpy(frame->site_energies, result->site_energies,
               frame->atoms * sizeof *frame->site_energies);
    return FF_OK;
}

static int label_frame(size_t index, int thread, void *context, ff_error *err)
{
    labelling *work = context;
    ff_frame *frame = &work->dataset->frames[index];
    ff_evaluation_result result;
    unsigned want = (work->labels & FF_LABEL_FORCES ? FF_WANT_FORCES : 0) |
                    (work->labels & FF_LABEL_VIRIAL ? FF_WANT_VIRIAL : 0);
    int status = ff_calculator_evaluate(work->calculator[thread], frame, want, &result, err);
    if (status == FF_OK)
        status = store_labels(frame, work->labels, &result, err);
    if (status != FF_OK)
        ff_error_in_frame(err, (int64_t)index + 1);
    return status;
}

static int label_all(ff_stage_run *stage, labelling *work, const ff_potential *potential,
                     ff_error *err)
{
    size_t threads = (size_t)ff_threads();
    int status = FF_OK;
    work->calculator = ff_new_array(threads, sizeof(ff_calculator *), err);
    if (!work->calculator)
        return FF_E_NOMEM;
    for (size_t i = 0; i < threads && status == FF_OK; i++)
        status = ff_calculator_new(&work->calculator[i], potential, 0, err);
    if (status == FF_OK)
        status = ff_parallel_for(work->dataset->count, label_frame, work,
                                 ff_stage_progress(stage, "labels", work->dataset->count, "frames"),
                                 err);
    ff_stage_progress_end(stage);
    for (size_t i = 0; i < threads; i++)
        ff_calculator_free(work->calculator[i]);
    free(work->calculator);
    return status;
}

static int run(ff_stage_run *stage, ff_error *err)
{
    ff_dataset dataset;
    ff_potential *potential = NULL;
    ff_container *container = NULL;
    labelling work = {.dataset = &dataset};
    ff_dataset_init(&dataset);
    int status = ff_parse_observations(&work.labels, ff_argument_text(stage, "observations"), err);
    if (status == FF_OK && ff_argument_flag(stage, "site-energies"))
        work.labels |= FF_LABEL_SITE_ENERGIES;
    if (status == FF_OK)
        status = ff_stage_potential(stage, &potential, ff_argument_text(stage, "potential"), err);
    if (status == FF_OK)
        status = ff_stage_datasets(stage, &dataset, err);
    if (status == FF_OK)
        status = label_all(stage, &work, potential, err);
    if (status == FF_OK)
        status = ff_stage_create(stage, &container, FF_DATASET_FILE_VERSION, err);
    if (status == FF_OK)
        status = ff_dataset_write(container, &dataset, err);
    if (status == FF_OK)
        status = ff_stage_commit(stage, container, err);
    ff_container_close(container);
    ff_potential_free(potential);
    ff_dataset_clear(&dataset);
    return status;
}

static const ff_stage stage = {
    .name = "label",
    .summary = "give structures energies, forces and virials from a potential",
    .operands = "[INPUT]...",
    .least_operands = 0,
    .most_operands = -1,
    .description = "Writes the frames of all inputs (datasets or relaxations, in order) as one "
                   "dataset, labelled with "
                   "the energies, forces and virials of a potential. Labels that are not asked for "
                   "stay as they "
                   "were.\n",
    .example =
        "farfield generate --crystal diamond --species Si --lattice-constant 5.43095 --cells 2 \\\n"
        "    --count 5 --rattle 0.05 | farfield label --potential sw:Si -o labelled.h5\n",
    .output_kind = "dataset",
    .options = options,
    .run = run,
};

int main(int argc, char **argv)
{
    return ff_stage_main(&stage, argc, argv);
}
