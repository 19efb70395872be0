/* farfield-reduce: features to what any fit needs of them, in one pass. */

#include "formats/reduction_file.h"
#include "lib/base/memory.h"
#include "stages/cli/feature_rows.h"
#include "stages/cli/observations.h"
#include "stages/cli/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const ff_option options[] = {
    {"observations", 'b', FF_OPTION_TEXT, "KINDS", NULL,
     "kinds to keep, some of E (energies), F (forces),\nV (virials), FC (force constants), as in "
     "EFV or EF+FC;\ndefault all there are",
     0},
    {"folds", 'k', FF_OPTION_INTEGER, "K", "5",
     "divide the frames of each group into K folds, for fit's\nautomatic weights, cross-validation "
     "and learning curve;\n1: not divided, the file is smaller",
     0},
    {"seed", 0, FF_OPTION_INTEGER, "N", "1", "of the folds", 0},
    FF_NEAR_DEFECT_OPTION,
    {0}};

static int reducer_options(const ff_stage_run *stage, ff_reducer_options *out, ff_error *err)
{
    const char *observations = ff_argument_text(stage, "observations");
    int64_t folds, seed;
    *out = (ff_reducer_options){.kinds = (1u << FF_KINDS) - 1};
    int status = ff_argument_within(&folds, stage, "folds", 1, 1000, err);
    if (status == FF_OK)
        status = ff_argument_within(&seed, stage, "seed", 0, INT64_MAX, err);
    if (status != FF_OK)
        return status;
    out->folds = (uint32_t)folds;
    out->seed = (uint64_t)seed;
    return observations ? ff_parse_observations(&out->kinds, observations, err) : FF_OK;
}

/* Kinds asked for must be there. */
static int check_kinds(const ff_stage_run *stage, unsigned kinds, const ff_reduction *reduction,
                       ff_error *err)
{
    unsigned found = 0;
    for (size_t i = 0; i < reduction->count; i++)
        found |= 1u << reduction->classes[i].kind;
    if (found == 0)
        return ff_fail(err, FF_E_FORMAT, "the features have no rows of weight");
    for (int kind = 0; kind < FF_KINDS && ff_argument_given(stage, "observations"); kind++)
        if (kinds & ~found & (1u << kind))
            return ff_fail(err, FF_E_FORMAT, "--observations: the features have no %s",
                           ff_kind_names[kind]);
    return FF_OK;
}

/* A line for each group and kind: frames and rows, over all folds. */
static void print_classes(const ff_reduction *reduction)
{
    (void)fprintf(stderr, "  %-24s  %-15s  %9s  %9s\n", "group", "observations", "frames", "rows");
    for (size_t i = 0; i < reduction->count;) {
        const ff_reduced_class *first = &reduction->classes[i];
        size_t frames = 0, rows = 0;
        for (; i < reduction->count && reduction->classes[i].group == first->group &&
               reduction->classes[i].kind == first->kind;
             i++) {
            frames += reduction->classes[i].frames;
            rows += reduction->classes[i].count;
        }
        (void)fprintf(stderr, "  %-24s  %-15s  %9zu  %9zu\n", reduction->group_names[first->group],
                      ff_kind_names[first->kind], frames, rows);
    }
}

static int write_reduction(ff_stage_run *stage, const ff_reduced_features *reduced, ff_error *err)
{
    ff_container *container = NULL;
    int status = ff_stage_create(stage, &container, FF_REDUCTION_FILE_VERSION, err);
    if (status == FF_OK)
        status = ff_reduction_write(container, reduced, err);
    if (status == FF_OK)
        status = ff_stage_commit(stage, container, err);
    ff_container_close(container);
    return status;
}

static int reduce(ff_stage_run *stage, ff_features_reader *reader, ff_error *err)
{
    ff_reducer_options chosen;
    ff_feature_rows rows = {0};
    ff_reduced_features reduced = {.basis = reader->basis};
    ff_reduction_init(&reduced.reduction);
    memcpy(reduced.one_body, reader->one_body, sizeof reduced.one_body);
    int status = reducer_options(stage, &chosen, err);
    if (status == FF_OK)
        status = ff_feature_rows_init(&rows, stage, reader, err);
    if (status == FF_OK) {
        rows.rows.progress = ff_stage_progress(stage, "reducing", reader->rows, "rows");
        status = ff_reduce(&reduced.reduction, &rows.rows, &chosen, err);
        ff_stage_progress_end(stage);
    }
    if (status == FF_OK)
        status = check_kinds(stage, chosen.kinds, &reduced.reduction, err);
    if (status != FF_OK)
        ff_error_in_file(err, ff_container_name(reader->container));
    if (status == FF_OK)
        status = write_reduction(stage, &reduced, err);
    if (status == FF_OK && !ff_argument_flag(stage, "quiet")) {
        ff_stage_note(stage, "%zu rows of %zu functions in %zu classes", reader->rows,
                      reader->columns, reduced.reduction.count);
        print_classes(&reduced.reduction);
    }
    ff_feature_rows_clear(&rows);
    ff_reduced_features_clear(&reduced);
    return status;
}

static int run(ff_stage_run *stage, ff_error *err)
{
    const char *path = ff_operand_count(stage) ? ff_operand(stage, 0) : "-";
    ff_container *container = NULL;
    ff_features_reader reader;
    int status =
        ff_stage_open(stage, &container, path, "input", "features", FF_FEATURES_FILE_VERSION, err);
    if (status == FF_OK)
        status = ff_features_reader_open(&reader, container, err);
    if (status == FF_OK) {
        status = reduce(stage, &reader, err);
        ff_features_reader_close(&reader);
    }
    ff_container_close(container);
    return status;
}

static const ff_stage stage_table = {
    .name = "reduce",
    .summary = "reduce features to what fits need of them, once for all",
    .operands = "[FEATURES]",
    .least_operands = 0,
    .most_operands = 1,
    .description =
        "Reads the rows that farfield featurize wrote, once and in blocks, and keeps of each "
        "group of frames and kind of observation the triangle of its QR factorisation. That is "
        "all that least squares needs: farfield fit takes the result in place of the features "
        "and fits any subset of observations and groups with any weights, by any method, in a "
        "time that does not depend on the number of rows. A study's whole ablation grid costs "
        "one pass over the data.\n"
        "\n"
        "What a fit to a reduction cannot say is the mean and the largest error on its rows, "
        "only the root of the mean square; POPS and leverages need the rows as well.\n"
        "\n"
        "Memory: some 400 MB of rows and triangles, and half a triangle for each group, kind and "
        "fold, however many rows there are. Without FEATURES, or for -, it reads standard "
        "input.\n",
    .example =
        "farfield ingest sample-data/si-train.xyz.gz --energy energy --forces forces \\\n"
        "    --virial virial | farfield featurize --degree 8,6,5 | farfield reduce -o reduced.h5\n"
        "farfield fit reduced.h5 --observations EF -o EF.h5\n"
        "farfield fit reduced.h5 --observations EFV --weights auto -o EFV.h5\n",
    .output_kind = "reduction",
    .options = options,
    .run = run,
};

int main(int argc, char **argv)
{
    return ff_stage_main(&stage_table, argc, argv);
}
