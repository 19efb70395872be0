/* farfield-show: what an intermediate holds, and how it was made. */

#include "stages/show/show.h"
#include "stages/cli/stage.h"

#include <stdio.h>
#include <string.h>

/* One line per kind of intermediate. */
static const struct {
    const char *kind;
    int (*show)(ff_container *container, ff_error *err);
} kinds[] = {
    {"dataset", show_dataset},       {"features", show_features},
    {"model", show_model},           {"relaxation", show_relaxation},
    {"comparison", show_comparison}, {"evaluation", show_evaluation},
    {"reduction", show_reduction},   {"extrapolation", show_extrapolation},
};

static const ff_option options[] = {
    {"provenance", 'p', FF_OPTION_FLAG, NULL, NULL,
     "print the steps the file descends from instead, newest\nfirst, one line each", 0},
    {"json", 'j', FF_OPTION_FLAG, NULL, NULL, "with --provenance: the full records as JSON", 0},
    {0}};

static int show_content(ff_container *container, ff_error *err)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].kind, ff_container_kind(container)) == 0) {
            ff_plain_write(stdout, ff_container_name(container));
            (void)printf(": %s\n", kinds[i].kind);
            show_fact("SHA-256", "%s", ff_container_digest(container));
            return kinds[i].show(container, err);
        }
    int status =
        ff_fail(err, FF_E_FORMAT, "is of the unknown kind %s", ff_container_kind(container));
    ff_error_in_file(err, ff_container_name(container));
    return status;
}

static int show_file(const ff_stage_run *stage, const char *path, ff_error *err)
{
    ff_container *container = NULL;
    int status = ff_container_open(&container, path, NULL, 0, err);
    if (status == FF_OK)
        status = ff_argument_flag(stage, "provenance")
                     ? show_provenance(container, ff_argument_flag(stage, "json"), err)
                     : show_content(container, err);
    ff_container_close(container);
    return status;
}

static int run(ff_stage_run *stage, ff_error *err)
{
    const size_t count = ff_operand_count(stage);
    if (ff_argument_flag(stage, "json") && !ff_argument_flag(stage, "provenance"))
        return ff_fail(err, FF_E_USAGE, "--json goes with --provenance");
    int status = count == 0 ? show_file(stage, "-", err) : FF_OK;
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        if (i > 0 && !ff_argument_flag(stage, "json"))
            (void)putchar('\n');
        status = show_file(stage, ff_operand(stage, i), err);
    }
    return status;
}

static const ff_stage stage_table = {
    .name = "show",
    .summary = "say what an intermediate holds and how it was made",
    .operands = "[FILE...]",
    .least_operands = 0,
    .most_operands = -1,
    .description =
        "Prints what an intermediate of any kind holds, as tables with units: frames, labels and "
        "groups of a dataset; rows and basis of features and reductions; basis, coefficients and "
        "errors of a "
        "model; defect, energies and convergence of a relaxation; the errors and their decay of a "
        "comparison; the errors and elastic constants of an evaluation; the sizes and "
        "limits of an extrapolation.\n\n"
        "With --provenance it prints the chain of steps the file descends from: the first twelve "
        "digits of the step's id, the program and its version, every parameter, and after <- the "
        "inputs: each with its role and the step that made it, or the SHA-256 of its bytes. What "
        "the "
        "step warned of is on lines of its own below it.\n\n"
        "Without FILE, or for -, it reads standard input.",
    .example = "farfield generate --crystal diamond --species Si --lattice-constant 5.43 "
               "--cells 2 -o Si.h5\n"
               "farfield show Si.h5\n"
               "farfield show --provenance Si.h5\n",
    .output_kind = NULL,
    .options = options,
    .run = run,
};

int main(int argc, char **argv)
{
    return ff_stage_main(&stage_table, argc, argv);
}
