/* farfield-run: expands a pipeline, reuses what is in the store, runs the rest. */

#include "stages/cli/stage.h"
#include "stages/run/listing.h"
#include "stages/run/schedule.h"

#include <stdio.h>
#include <string.h>

static const ff_option options[] = {
    {"directory", 'C', FF_OPTION_TEXT, "DIR", NULL,
     "folder for the results (default: the pipeline's name)", FF_OPTION_NO_EFFECT},
    {"store", 0, FF_OPTION_TEXT, "DIR", NULL,
     "folder that keeps every intermediate (default: DIRECTORY/store)", FF_OPTION_NO_EFFECT},
    {"jobs", 'j', FF_OPTION_INTEGER, "N", "0",
     "stages to run at once, sharing the threads; 0 means as many as threads", FF_OPTION_NO_EFFECT},
    {"set", 's', FF_OPTION_TEXT, "NAME=VALUES", NULL,
     "replace the values of a sweep or the value of a constant, e.g. --set L=\"1 2\"",
     FF_OPTION_REPEATABLE},
    {"to", 't', FF_OPTION_TEXT, "STAGE", NULL, "run only this stage and what it needs", 0},
    {"keep-going", 'k', FF_OPTION_FLAG, NULL, NULL,
     "after a failure, run what does not depend on it", 0},
    {"verify", 0, FF_OPTION_FLAG, NULL, NULL,
     "check the digest of every result that is reused, not only its size", 0},
    {"dry-run", 'n', FF_OPTION_FLAG, NULL, NULL, "say what would be run or reused, and why", 0},
    {"explain", 'e', FF_OPTION_TEXT, "STAGE", NULL,
     "say why a stage would run: everything that changed", 0},
    {"list", 0, FF_OPTION_FLAG, NULL, NULL, "list sweeps, constants and stages", 0},
    {"graph", 0, FF_OPTION_FLAG, NULL, NULL, "print the stages as a graph for Graphviz", 0},
    {0}};

/* Sweeps first, since constants with `by` follow their values. */
static int set_values(ff_stage_run *stage, ff_pipeline *pipeline, ff_error *err)
{
    int status = FF_OK;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < ff_argument_count(stage, "set") && status == FF_OK; i++) {
            const char *assignment = ff_argument_at(stage, "set", i);
            bool is_sweep = false;
            for (size_t j = 0; j < pipeline->variable_count; j++) {
                size_t length = strlen(pipeline->variables[j].name);
                if (strncmp(assignment, pipeline->variables[j].name, length) == 0 &&
                    assignment[length] == '=')
                    is_sweep = pipeline->variables[j].is_sweep;
            }
            if (is_sweep == (pass == 0))
                status = ff_pipeline_set(pipeline, assignment, err);
        }
    }
    return status;
}

static int open_study(ff_stage_run *stage, ff_study *study, ff_error *err)
{
    ff_pipeline pipeline;
    int status = ff_pipeline_read(&pipeline, ff_operand(stage, 0), err);
    if (status == FF_OK)
        status = set_values(stage, &pipeline, err);
    if (status == FF_OK)
        status = ff_study_open(study, &pipeline, ff_argument_text(stage, "to"), err);
    ff_pipeline_clear(&pipeline);
    return status;
}

static int open_store(ff_stage_run *stage, ff_study *study, const char *directory, bool writing,
                      ff_error *err)
{
    char beside[4096];
    const char *path = ff_argument_text(stage, "store");
    (void)snprintf(beside, sizeof beside, "%s/store", directory);
    return ff_store_open(&study->store, path ? path : beside, writing, err);
}

static int execute(ff_stage_run *stage, ff_study *study, const char *directory, ff_error *err)
{
    int64_t jobs;
    int status = ff_argument_within(&jobs, stage, "jobs", 0, 4096, err);
    if (status != FF_OK)
        return status;
    ff_schedule_options schedule = {.jobs = (size_t)(jobs ? jobs : ff_threads()),
                                    .cores = ff_threads(),
                                    .keep_going = ff_argument_flag(stage, "keep-going"),
                                    .silent = ff_argument_flag(stage, "quiet"),
                                    .directory = directory};
    status = ff_folder_make(directory, err);
    if (status == FF_OK)
        status = open_store(stage, study, directory, true, err);
    return status == FF_OK ? ff_study_run(study, &schedule, err) : status;
}

static int answer(ff_stage_run *stage, ff_study *study, ff_error *err)
{
    const char *directory = ff_argument_text(stage, "directory");
    if (ff_argument_flag(stage, "list"))
        return ff_study_list(stdout, study, err);
    if (ff_argument_flag(stage, "graph"))
        return ff_study_graph(stdout, study, err);
    if (!directory)
        directory = study->pipeline.name;
    study->verify = ff_argument_flag(stage, "verify");
    int status = ff_study_bind(study, err);
    bool dry_run = ff_argument_flag(stage, "dry-run");
    const char *explain = ff_argument_text(stage, "explain");
    if (status != FF_OK || (!dry_run && !explain))
        return status == FF_OK ? execute(stage, study, directory, err) : status;
    status = open_store(stage, study, directory, false, err);
    if (status == FF_OK)
        status = explain ? ff_study_explain(stdout, study, explain, err)
                         : ff_study_dry_run(stdout, study, err);
    return status;
}

static int run(ff_stage_run *stage, ff_error *err)
{
    ff_study study = {.store.lock = -1};
    int status = open_study(stage, &study, err);
    if (status == FF_OK)
        status = answer(stage, &study, err);
    ff_study_close(&study);
    return status;
}

static const char description[] =
    "Runs a study written as one XML file: every stage for every combination of the sweeps it "
    "depends on, in parallel, each as soon as its inputs are there. A result whose program, "
    "options and inputs have not changed is reused; so a study that was interrupted, or changed in "
    "places, goes on where it must.\n"
    "\n"
    "Results live in a store under their digests. Those that the pipeline publishes are copied to "
    "the results' folder. What a stage printed is kept in the store's folder logs, and shown when "
    "it fails. The exit code is then the failed stage's.\n"
    "\n"
    "Programs are looked for in $FARFIELD_PROGRAMS (folders separated by colons), beside "
    "farfield-run, and on PATH.";

static const char example[] = "farfield run pipelines/quickstart.xml --list\n"
                              "farfield run pipelines/quickstart.xml --dry-run\n"
                              "farfield run pipelines/quickstart.xml --directory report\n";

static const ff_stage stage = {.name = "run",
                               .summary = "run a whole study from one XML file",
                               .operands = "FILE",
                               .least_operands = 1,
                               .most_operands = 1,
                               .description = description,
                               .example = example,
                               .output_kind = "",
                               .options = options,
                               .run = run};

int main(int argc, char **argv)
{
    return ff_stage_main(&stage, argc, argv);
}
