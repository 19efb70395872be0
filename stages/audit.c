/* farfield-audit: whether the labels of datasets can be true. */

#include "lib/audit/audit.h"
#include "stages/cli/audit_report.h"
#include "stages/cli/datasets.h"
#include "stages/cli/stage.h"

#include <stdio.h>

static const ff_option options[] = {
    {"json", 'j', FF_OPTION_FLAG, NULL, NULL, "write the report as JSON", 0},
    {"findings-only", 'f', FF_OPTION_FLAG, NULL, NULL, "leave out the table of what was tested", 0},
    {"cutoff", 'c', FF_OPTION_NUMBER, "A", "0",
     "note cells that are thinner than this cutoff, in angstrom", 0},
    {"atoms", 'n', FF_OPTION_INTEGER, "N", "200000",
     "at most so many atoms are held against the reference model one\nframe at a time; 0: no "
     "reference model",
     0},
    {0}};

static int report(const ff_stage_run *stage, const ff_audit *audit, ff_error *err)
{
    return ff_argument_flag(stage, "json")
               ? ff_audit_report_json(audit, stdout, err)
               : ff_audit_report_text(audit, NULL, !ff_argument_flag(stage, "findings-only"),
                                      stdout, err);
}

static int run(ff_stage_run *stage, ff_error *err)
{
    ff_dataset dataset;
    ff_audit audit;
    ff_audit_options how = {.cutoff = ff_argument_number(stage, "cutoff")};
    int64_t atoms;
    ff_dataset_init(&dataset);
    ff_audit_init(&audit);
    if (!(how.cutoff >= 0))
        return ff_fail(err, FF_E_USAGE, "--cutoff must not be negative");
    int status = ff_argument_within(&atoms, stage, "atoms", 0, INT64_MAX, err);
    if (status != FF_OK)
        return status;
    how.most_atoms = (size_t)atoms;
    status = ff_stage_datasets(stage, &dataset, err);
    if (status == FF_OK) {
        how.progress = ff_stage_progress(stage, "auditing", dataset.count, "frames");
        status = ff_audit_run(&audit, &dataset, &how, err);
        ff_stage_progress_end(stage);
    }
    if (status == FF_OK)
        status = report(stage, &audit, err);
    if (status == FF_OK)
        status = ff_audit_verdict(&audit, err);
    ff_audit_clear(&audit);
    ff_dataset_clear(&dataset);
    return status;
}

static const ff_stage stage_table = {
    .name = "audit",
    .summary = "test whether the labels of datasets can be true",
    .operands = "[DATASET]...",
    .least_operands = 0,
    .most_operands = -1,
    .description =
        "Holds labels against each other and against the structures they belong to, from the data "
        "alone: forces and virials against energy differences along displaced and strained copies "
        "of a structure; all labels against one smooth potential fitted to them, which finds wrong "
        "units and signs, virials read as stresses, shifted energies of a group, and labels of "
        "another frame; sums of forces; zeros that mean \"missing\"; duplicates; distances, cells "
        "and energies of isolated atoms.\n"
        "\n"
        "Each finding says what is wrong, where, how sure that is, and which option of ingest "
        "mends it. Nothing is changed. The exit code is 1 when anything is wrong, and 0 when there "
        "are notes at most. docs/audit.md says what each test can tell and what it cannot.\n",
    .example = "farfield ingest sample-data/si-train.xyz.gz --energy energy --forces forces \\\n"
               "    --virial virial -o train.h5\n"
               "farfield audit train.h5\n",
    .output_kind = NULL,
    .options = options,
    .run = run,
};

int main(int argc, char **argv)
{
    return ff_stage_main(&stage_table, argc, argv);
}
