/* farfield-basis: how large a basis is and what it costs, before anything is computed with it. */

#include "formats/text_writer.h"
#include "stages/basis/report.h"
#include "stages/cli/datasets.h"
#include "stages/cli/stage.h"

#include <stdlib.h>

static const ff_option options[] = {
    {"list", 0, FF_OPTION_FLAG, NULL, NULL, "print every function as well, one line each", 0},
    {"json", 'j', FF_OPTION_FLAG, NULL, NULL, "print one JSON object instead of tables", 0},
    {0}};

static int print(const ff_stage_run *stage, const basis_report *report, ff_error *err)
{
    char *text = NULL;
    size_t size = 0;
    ff_text_writer *writer = NULL;
    FILE *memory = open_memstream(&text, &size);
    if (!memory)
        return ff_fail(err, FF_E_NOMEM, "out of memory for a report");
    int status = ff_argument_flag(stage, "json") ? basis_report_write_json(report, memory, err)
                                                 : basis_report_write_text(report, memory, err);
    if (fclose(memory) != 0 && status == FF_OK)
        status = ff_fail(err, FF_E_NOMEM, "out of memory for a report");
    if (status == FF_OK)
        status = ff_text_writer_open(&writer, ff_output_path(stage), err);
    if (status == FF_OK) {
        ff_text_writer_add(writer, text, size);
        status = ff_text_writer_commit(writer, err);
    }
    ff_text_writer_close(writer);
    free(text);
    return status;
}

static int run(ff_stage_run *stage, ff_error *err)
{
    ff_dataset dataset;
    ff_basis_choice choice;
    ff_ace_basis *basis = NULL;
    basis_report report;
    ff_dataset_init(&dataset);
    basis_report_init(&report);
    int status = ff_operand_count(stage) ? ff_stage_datasets(stage, &dataset, err) : FF_OK;
    if (status == FF_OK)
        status = ff_basis_choose(&choice, stage, &dataset, err);
    if (status == FF_OK)
        status = ff_ace_basis_new(&basis, &choice.options, err);
    if (status == FF_OK) {
        describe_basis(&report, &choice, basis);
        describe_demands(&report, basis, &dataset);
        if (ff_argument_flag(stage, "list"))
            describe_functions(&report, basis);
        status = print(stage, &report, err);
    }
    basis_report_clear(&report);
    ff_ace_basis_free(basis);
    ff_dataset_clear(&dataset);
    return status;
}

static const ff_stage stage_table = {
    .name = "basis",
    .summary = "say how large an ACE basis is and what it costs",
    .operands = "[INPUT]...",
    .least_operands = 0,
    .most_operands = -1,
    .description =
        "Takes the options of featurize that say what a basis is and prints, without evaluating "
        "anything, what they amount to: the lengths of each pair of species and where they come "
        "from; degree, largest n and l, tuples of factors and functions of each order; functions "
        "of each centre; what one atom costs. With inputs (datasets; - is standard input), the "
        "rows of their design matrix and the memory that they and a fit of them take.\n"
        "\n"
        "Without an input, --species and --nearest say what the input would.\n",
    .example =
        "farfield basis --species W --nearest 2.74 --preset medium\n"
        "farfield basis --species Ti,Al --nearest 2.85,Ti-Ti=2.93 --degree 12,9,6 --max-l 4\n"
        "farfield ingest -q sample-data/si-train.xyz.gz --energy energy --forces forces \\\n"
        "    --virial virial | farfield basis --preset large -\n",
    .output_kind = NULL,
    .shared_options = ff_basis_options,
    .options = options,
    .run = run,
};

int main(int argc, char **argv)
{
    return ff_stage_main(&stage_table, argc, argv);
}
