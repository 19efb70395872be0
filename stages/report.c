#include "formats/report.h"
#include "stages/cli/stage.h"

#include <string.h>

static const ff_option options[] = {
    {"title", 't', FF_OPTION_TEXT, "TEXT", "Generalisation study", "title of the page", 0},
    {"x", 'x', FF_OPTION_TEXT, "TAG", "L", "tag (a number) that runs along the axis of the figures",
     0},
    {"series", 's', FF_OPTION_TEXT, "TAG", "observations", "tag that tells the curves apart", 0},
    {"notes", 'n', FF_OPTION_TEXT, "TEXT", NULL, "paragraph to put under the title", 0},
    {"output", 'o', FF_OPTION_TEXT, "FOLDER", NULL, "folder to write; needed", FF_OPTION_NO_EFFECT},
    {0}};

static int add_inputs(ff_stage_run *stage, ff_report *report, ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; i < ff_operand_count(stage) && status == FF_OK; i++) {
        ff_container *container = NULL;
        status = ff_stage_open(stage, &container, ff_operand(stage, i), "input", NULL, 0, err);
        if (status == FF_OK)
            status = ff_report_add(report, container, err);
        if (status != FF_OK)
            ff_error_in_file(err, ff_operand(stage, i));
        ff_container_close(container);
    }
    return status;
}

static int run(ff_stage_run *stage, ff_error *err)
{
    ff_report report;
    const char *directory = ff_output_path(stage);
    if (!directory || strcmp(directory, "-") == 0)
        return ff_fail(err, FF_E_USAGE, "a report is a folder: name it with -o");
    int status =
        ff_report_init(&report, ff_argument_text(stage, "title"), ff_argument_text(stage, "x"),
                       ff_argument_text(stage, "series"), ff_argument_text(stage, "notes"), err);
    if (status == FF_OK)
        status = add_inputs(stage, &report, err);
    if (status == FF_OK)
        status = ff_report_write(&report, directory, err);
    if (status == FF_OK)
        ff_stage_note(
            stage, "%s/index.html: %zu comparisons, %zu evaluations, %zu relaxations, %zu models",
            directory, report.comparisons, report.evaluations, report.relaxations, report.models);
    ff_report_clear(&report);
    return status;
}

static const ff_stage stage = {
    .name = "report",
    .summary = "draw figures and tables of a study as one self-contained page",
    .operands = "INPUT...",
    .least_operands = 1,
    .most_operands = -1,
    .description =
        "Takes any mix of intermediates (comparisons, evaluations, relaxations, models, datasets) "
        "and writes the folder named by -o: index.html (self-contained), figures/ (SVG, with the "
        "data and the gnuplot script of each), tables as CSV, and results.json with all of "
        "them.\n\n"
        "Comparisons and evaluations are arranged by their tags: --x runs along the axis, --series "
        "tells the curves apart. The series called reference is taken for the reference's own "
        "results, such as its errors in smaller cells: the yardstick for the models. Relaxations "
        "and models are called by the tags of what was made from them.\n\n"
        "A folder that is there already is replaced if it is a report, else left alone.\n",
    .example =
        "farfield relax-defect --potential sw:Si --crystal diamond --species Si \\\n"
        "    --lattice-constant 5.43095 --cells 2 --defect interstitial-tetrahedral -o relaxed.h5\n"
        "farfield report relaxed.h5 --title 'An interstitial' -o interstitial-report\n",
    .output_kind = "",
    .options = options,
    .run = run,
};

int main(int argc, char **argv)
{
    return ff_stage_main(&stage, argc, argv);
}
