#include "stages/run/listing.h"

#include "lib/base/memory.h"

#include <stdlib.h>
#include <string.h>

/* What there is. */

static void print_values(FILE *stream, const ff_variable *variable)
{
    for (size_t i = 0; i < variable->count; i++)
        (void)fprintf(stream, "%s%s", i ? " " : "", variable->values[i]);
}

static void print_variables(FILE *stream, const ff_pipeline *pipeline)
{
    for (size_t i = 0; i < pipeline->variable_count; i++) {
        const ff_variable *variable = &pipeline->variables[i];
        (void)fprintf(stream, "%-6s %-14s ", variable->is_sweep ? "sweep" : "let", variable->name);
        if (variable->value)
            (void)fputs(variable->value, stream);
        else
            print_values(stream, variable);
        if (variable->by != FF_PIPELINE_NONE)
            (void)fprintf(stream, "   (by %s)", pipeline->variables[variable->by].name);
        (void)fputc('\n', stream);
    }
}

/* "L, observations" */
static void print_sweeps(FILE *stream, const ff_pipeline *pipeline, uint32_t sweeps)
{
    const char *separator = "";
    for (size_t i = 0; i < pipeline->sweep_count; i++)
        if (sweeps & (1u << i)) {
            (void)fprintf(stream, "%s%s", separator, ff_pipeline_sweep(pipeline, i)->name);
            separator = ", ";
        }
}

int ff_study_list(FILE *stream, const ff_study *study, ff_error *err)
{
    (void)err;
    const ff_pipeline *pipeline = &study->pipeline;
    (void)fprintf(stream, "pipeline %s%s%s\n", pipeline->name, study->plan.title[0] ? ": " : "",
                  study->plan.title);
    print_variables(stream, pipeline);
    for (size_t i = 0; i < pipeline->stage_count; i++) {
        const ff_pipeline_stage *stage = &pipeline->stages[pipeline->order[i]];
        size_t begin, end;
        ff_plan_stage_range(&study->plan, pipeline->order[i], &begin, &end);
        (void)fprintf(stream, "stage  %-14s %-14s %zu instance%s", stage->id, stage->program,
                      end - begin, end - begin == 1 ? "" : "s of ");
        print_sweeps(stream, pipeline, stage->sweeps);
        (void)fputc('\n', stream);
    }
    return FF_OK;
}

/* Text within a DOT string. */
static void print_quoted(FILE *stream, const char *text)
{
    (void)fputc('"', stream);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            (void)fputc('\\', stream);
        (void)fputc(*text, stream);
    }
    (void)fputc('"', stream);
}

static void print_edge(FILE *stream, const ff_pipeline_stage *stage, const ff_pipeline_input *input)
{
    (void)fputs("  ", stream);
    print_quoted(stream, input->stage ? input->stage : input->file);
    (void)fputs(" -> ", stream);
    print_quoted(stream, stage->id);
    (void)fprintf(stream, " [label=\"%s\"%s];\n", input->as ? input->as : "",
                  input->collects ? ", style=bold" : "");
    if (input->file) {
        (void)fputs("  ", stream);
        print_quoted(stream, input->file);
        (void)fputs(" [shape=note];\n", stream);
    }
}

int ff_study_graph(FILE *stream, const ff_study *study, ff_error *err)
{
    (void)err;
    const ff_pipeline *pipeline = &study->pipeline;
    (void)fputs("digraph ", stream);
    print_quoted(stream, pipeline->name);
    (void)fputs(" {\n  node [shape=box];\n", stream);
    for (size_t i = 0; i < pipeline->stage_count; i++) {
        const ff_pipeline_stage *stage = &pipeline->stages[i];
        size_t begin, end;
        ff_plan_stage_range(&study->plan, i, &begin, &end);
        (void)fputs("  ", stream);
        print_quoted(stream, stage->id);
        (void)fprintf(stream, " [label=\"%s\\n%s", stage->id, stage->program);
        if (stage->sweeps) {
            (void)fputs("\\n", stream);
            print_sweeps(stream, pipeline, stage->sweeps);
            (void)fprintf(stream, ": %zu", end - begin);
        }
        (void)fputs("\"];\n", stream);
        for (size_t j = 0; j < stage->input_count; j++)
            print_edge(stream, stage, &stage->inputs[j]);
    }
    (void)fputs("}\n", stream);
    return FF_OK;
}

/* What would be done. */

/* The reasons of one instance, as they come: to be printed, or only the first to be kept. */
typedef struct reasons {
    FILE *stream; /* NULL: keep the first */
    size_t count;
    char first[256];
} reasons;

static int take_reason(void *context, const char *line, ff_error *err)
{
    (void)err;
    reasons *taken = context;
    if (taken->count++ == 0)
        (void)snprintf(taken->first, sizeof taken->first, "%s", line);
    if (taken->stream)
        (void)fprintf(taken->stream, "    %s\n", line);
    return FF_OK;
}

/* Names of an instance's operands: labels of instances, or paths. */
static const char **operand_names(const ff_study *study, const ff_plan_instance *instance,
                                  size_t *count, ff_error *err)
{
    const char **names = ff_new_array(instance->argument_count, sizeof *names, err);
    *count = 0;
    for (size_t i = 0; names && i < instance->argument_count; i++) {
        const ff_plan_argument *argument = &instance->arguments[i];
        if (!argument->option)
            names[(*count)++] =
                argument->file ? argument->file : study->plan.instances[argument->source].label;
    }
    return names;
}

static int find_reasons(const ff_study *study, size_t index, bool damaged, reasons *taken,
                        ff_error *err)
{
    char *then = NULL;
    size_t operands = 0;
    int status = ff_study_recall(study, index, &then, err);
    const char **names = operand_names(study, &study->plan.instances[index], &operands, err);
    if (status == FF_OK && !names)
        status = FF_E_NOMEM;
    if (status == FF_OK && damaged)
        status = take_reason(taken, "its result in the store is missing or damaged", err);
    if (status == FF_OK && !then)
        status = take_reason(taken, "it has no result yet", err);
    else if (status == FF_OK)
        status = ff_key_compare(then, study->items[index].key_text, operands, names, take_reason,
                                taken, err);
    free(names);
    free(then);
    return status;
}

/* Finds the state of every wanted instance as far as it can be known beforehand. */
static int foresee(ff_study *study, bool *damaged, ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; i < study->plan.count && status == FF_OK; i++) {
        if (!study->items[i].wanted)
            continue;
        status = ff_study_key(study, i, err);
        if (status == FF_OK && study->items[i].key[0])
            status = ff_study_look_up(study, i, &damaged[i], err);
    }
    return status;
}

static int print_foreseen(FILE *stream, const ff_study *study, size_t index, bool damaged,
                          int width, ff_error *err)
{
    const ff_study_item *item = &study->items[index];
    const char *label = study->plan.instances[index].label;
    if (item->state == FF_ITEM_REUSED) {
        char *path = ff_store_object_path(&study->store, item->result.digest, err);
        if (path)
            (void)fprintf(stream, "reuse  %-*s  %s\n", width, label, path);
        free(path);
        return path ? FF_OK : FF_E_NOMEM;
    }
    reasons taken = {0};
    int status = find_reasons(study, index, damaged, &taken, err);
    (void)fprintf(stream, "run    %-*s  %s%s\n", width, label, taken.first,
                  taken.count > 1 ? ", ..." : "");
    return status;
}

int ff_study_dry_run(FILE *stream, ff_study *study, ff_error *err)
{
    size_t width = 0, run = 0, reuse = 0;
    bool *damaged = ff_new_array(study->plan.count, sizeof *damaged, err);
    int status = damaged ? foresee(study, damaged, err) : FF_E_NOMEM;
    for (size_t i = 0; i < study->plan.count; i++)
        if (study->items[i].wanted && strlen(study->plan.instances[i].label) > width)
            width = strlen(study->plan.instances[i].label);
    for (size_t i = 0; i < study->plan.count && status == FF_OK; i++) {
        if (!study->items[i].wanted)
            continue;
        status = print_foreseen(stream, study, i, damaged[i], (int)width, err);
        run += study->items[i].state != FF_ITEM_REUSED;
        reuse += study->items[i].state == FF_ITEM_REUSED;
    }
    if (status == FF_OK)
        (void)fprintf(stream, "%zu to run, %zu to reuse\n", run, reuse);
    free(damaged);
    return status;
}

int ff_study_explain(FILE *stream, ff_study *study, const char *stage, ff_error *err)
{
    size_t index = ff_pipeline_find_stage(&study->pipeline, stage), begin, end;
    if (index == FF_PIPELINE_NONE)
        return ff_fail(err, FF_E_USAGE, "pipeline '%s' has no stage '%s' (try --list)",
                       study->pipeline.name, stage);
    bool *damaged = ff_new_array(study->plan.count, sizeof *damaged, err);
    int status = damaged ? foresee(study, damaged, err) : FF_E_NOMEM;
    ff_plan_stage_range(&study->plan, index, &begin, &end);
    for (size_t i = begin; i < end && status == FF_OK; i++) {
        bool reused = study->items[i].state == FF_ITEM_REUSED;
        reasons taken = {.stream = stream};
        (void)fprintf(stream, "%s: %s\n", study->plan.instances[i].label,
                      reused ? "its result is reused" : "would run");
        if (!reused)
            status = find_reasons(study, i, damaged[i], &taken, err);
    }
    free(damaged);
    return status;
}
