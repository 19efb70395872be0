#include "formats/pipeline_plan.h"

#include "formats/pipeline_text.h"
#include "lib/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_INSTANCES = 100000 };

/* One combination of sweep values: choice[i] is the index of sweep i's value, 0 when the sweep is
 * not among those that vary. */
typedef struct combination {
    size_t choice[FF_PIPELINE_MAX_SWEEPS];
} combination;

static size_t sweep_size(const ff_pipeline *pipeline, size_t number)
{
    return ff_pipeline_sweep(pipeline, number)->count;
}

/* Steps to the next combination of the sweeps in set, the last fastest. False after the last. */
static bool next_combination(const ff_pipeline *pipeline, uint32_t set, combination *at)
{
    for (size_t i = pipeline->sweep_count; i-- > 0;) {
        if (!(set & (1u << i)))
            continue;
        if (++at->choice[i] < sweep_size(pipeline, i))
            return true;
        at->choice[i] = 0;
    }
    return false;
}

static int count_combinations(const ff_pipeline *pipeline, const ff_pipeline_stage *stage,
                              size_t *count, ff_error *err)
{
    *count = 1;
    for (size_t i = 0; i < pipeline->sweep_count; i++) {
        if (stage->sweeps & (1u << i))
            *count *= sweep_size(pipeline, i);
        if (*count > MOST_INSTANCES)
            return ff_fail_at(stage->place, err,
                              "stage '%s' has more than %d instances, expected fewer", stage->id,
                              (int)MOST_INSTANCES);
    }
    return FF_OK;
}

/* The instance of a stage that belongs to a combination: its place in the order of the stage's own
 * sweeps. */
static size_t instance_at(const ff_plan *plan, size_t stage, const combination *at)
{
    const ff_pipeline *pipeline = plan->pipeline;
    size_t begin, end, offset = 0;
    ff_plan_stage_range(plan, stage, &begin, &end);
    for (size_t i = 0; i < pipeline->sweep_count; i++)
        if (pipeline->stages[stage].sweeps & (1u << i))
            offset = offset * sweep_size(pipeline, i) + at->choice[i];
    return begin + offset;
}

/* One instance. */

static const char *put_in(ff_plan *plan, const char *text, ff_place place, const combination *at,
                          ff_error *err)
{
    return ff_pipeline_substitute(plan->pipeline, &plan->pool, text, place, at->choice, err);
}

static int add_argument(ff_plan_instance *instance, ff_plan_argument argument, ff_error *err)
{
    int status = ff_reserve(&instance->arguments, &instance->argument_capacity,
                            instance->argument_count + 1, sizeof *instance->arguments, err);
    if (status == FF_OK)
        instance->arguments[instance->argument_count++] = argument;
    return status;
}

static int add_option(ff_plan *plan, ff_plan_instance *instance, const ff_pipeline_option *option,
                      const combination *at, ff_error *err)
{
    ff_plan_argument argument = {
        .place = option->place, .option = option->name, .source = FF_PIPELINE_NONE, .prefix = ""};
    if (option->value) {
        argument.text = put_in(plan, option->value, option->place, at, err);
        if (!argument.text)
            return FF_E_FORMAT;
    }
    return add_argument(instance, argument, err);
}

static int add_file(ff_plan *plan, ff_plan_instance *instance, ff_plan_argument argument,
                    const ff_pipeline_input *input, const combination *at, ff_error *err)
{
    const char *path = put_in(plan, input->file, input->place, at, err);
    if (path)
        argument.file = ff_path_beside(&plan->pool, input->place.file, path, err);
    return argument.file ? add_argument(instance, argument, err) : FF_E_FORMAT;
}

static int add_input(ff_plan *plan, ff_plan_instance *instance, const ff_pipeline_input *input,
                     const combination *at, ff_error *err)
{
    ff_plan_argument argument = {
        .place = input->place, .option = input->as, .source = FF_PIPELINE_NONE, .prefix = ""};
    if (input->prefix)
        argument.prefix = put_in(plan, input->prefix, input->place, at, err);
    if (!argument.prefix)
        return FF_E_FORMAT;
    if (input->file)
        return add_file(plan, instance, argument, input, at, err);
    uint32_t over = plan->pipeline->stages[input->source].sweeps & input->collected;
    combination each = *at;
    for (size_t i = 0; i < plan->pipeline->sweep_count; i++)
        if (over & (1u << i))
            each.choice[i] = 0;
    int status;
    do {
        argument.source = instance_at(plan, input->source, &each);
        status = add_argument(instance, argument, err);
    } while (status == FF_OK && next_combination(plan->pipeline, over, &each));
    return status;
}

static const char *make_label(ff_plan *plan, const ff_pipeline_stage *stage, const combination *at,
                              ff_error *err)
{
    const char *label = stage->id;
    for (size_t i = 0; i < plan->pipeline->sweep_count && label; i++) {
        const ff_variable *sweep = ff_pipeline_sweep(plan->pipeline, i);
        if (stage->sweeps & (1u << i))
            label = ff_text_pool_format(&plan->pool, err, "%s %s=%s", label, sweep->name,
                                        sweep->values[at->choice[i]]);
    }
    return label;
}

/* Relative, and without a component that climbs or hides: "." is the directory itself. */
static bool is_safe_name(const char *name)
{
    if (strcmp(name, ".") == 0)
        return true;
    while (*name) {
        size_t length = strcspn(name, "/");
        if (length == 0 || name[0] == '.')
            return false;
        name += length;
        if (*name && !*++name)
            return false;
    }
    return true;
}

static int publish(ff_plan *plan, ff_plan_instance *instance, const ff_pipeline_stage *stage,
                   const combination *at, ff_error *err)
{
    const char *name = put_in(plan, stage->publish, stage->place, at, err);
    if (!name)
        return FF_E_FORMAT;
    if (!*name || !is_safe_name(name) || strcmp(name, "store") == 0 ||
        strncmp(name, "store/", 6) == 0)
        return ff_fail_at(stage->place, err,
                          "publish=\"%s\" was found, expected \".\" or a relative path without "
                          "components that begin with '.', outside store/",
                          name);
    for (size_t i = 0; i + 1 < plan->count; i++)
        if (plan->instances[i].publish && strcmp(plan->instances[i].publish, name) == 0)
            return ff_fail_at(stage->place, err, "'%s' and '%s' are both published as '%s'",
                              plan->instances[i].label, instance->label, name);
    instance->publish = name;
    return FF_OK;
}

static int add_instance(ff_plan *plan, size_t index, const combination *at, ff_error *err)
{
    const ff_pipeline_stage *stage = &plan->pipeline->stages[index];
    int status = ff_reserve(&plan->instances, &plan->capacity, plan->count + 1,
                            sizeof *plan->instances, err);
    if (status != FF_OK)
        return status;
    ff_plan_instance *instance = &plan->instances[plan->count++];
    *instance = (ff_plan_instance){.stage = index};
    instance->label = make_label(plan, stage, at, err);
    if (!instance->label)
        return FF_E_NOMEM;
    for (size_t i = 0; i < stage->option_count && status == FF_OK; i++)
        status = add_option(plan, instance, &stage->options[i], at, err);
    for (size_t i = 0; i < stage->input_count && status == FF_OK; i++)
        status = add_input(plan, instance, &stage->inputs[i], at, err);
    if (status == FF_OK && stage->publish)
        status = publish(plan, instance, stage, at, err);
    return status;
}

/* The plan. */

static int add_stage(ff_plan *plan, size_t position, ff_error *err)
{
    size_t index = plan->pipeline->order[position], expected;
    const ff_pipeline_stage *stage = &plan->pipeline->stages[index];
    int status = count_combinations(plan->pipeline, stage, &expected, err);
    if (status == FF_OK && plan->count + expected > MOST_INSTANCES)
        status = ff_fail_at(stage->place, err, "the pipeline has more than %d instances",
                            (int)MOST_INSTANCES);
    combination at = {0};
    plan->first[position] = plan->count;
    if (status != FF_OK)
        return status;
    do
        status = add_instance(plan, index, &at, err);
    while (status == FF_OK && next_combination(plan->pipeline, stage->sweeps, &at));
    plan->first[position + 1] = plan->count;
    return status;
}

static int make_title(ff_plan *plan, ff_error *err)
{
    const ff_pipeline *pipeline = plan->pipeline;
    plan->title = "";
    if (pipeline->title)
        plan->title = ff_pipeline_substitute(pipeline, &plan->pool, pipeline->title,
                                             pipeline->place, NULL, err);
    return plan->title ? FF_OK : FF_E_FORMAT;
}

int ff_plan_make(ff_plan *plan, const ff_pipeline *pipeline, ff_error *err)
{
    *plan = (ff_plan){.pipeline = pipeline};
    ff_text_pool_init(&plan->pool);
    plan->first = ff_new_array(pipeline->stage_count + 1, sizeof *plan->first, err);
    int status = plan->first ? make_title(plan, err) : FF_E_NOMEM;
    for (size_t i = 0; i < pipeline->stage_count && status == FF_OK; i++)
        status = add_stage(plan, i, err);
    return status;
}

void ff_plan_clear(ff_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        free(plan->instances[i].arguments);
    free(plan->instances);
    free(plan->first);
    ff_text_pool_clear(&plan->pool);
    *plan = (ff_plan){0};
}

void ff_plan_stage_range(const ff_plan *plan, size_t stage, size_t *begin, size_t *end)
{
    size_t position = 0;
    while (plan->pipeline->order[position] != stage)
        position++;
    *begin = plan->first[position];
    *end = plan->first[position + 1];
}

void ff_plan_mark_needed(const ff_plan *plan, size_t stage, bool *wanted)
{
    size_t begin, end;
    ff_plan_stage_range(plan, stage, &begin, &end);
    for (size_t i = begin; i < end; i++)
        wanted[i] = true;
    /* Sources come before their users, so one pass from the end finds all. */
    for (size_t i = end; i-- > 0;)
        for (size_t j = 0; wanted[i] && j < plan->instances[i].argument_count; j++)
            if (plan->instances[i].arguments[j].source != FF_PIPELINE_NONE)
                wanted[plan->instances[i].arguments[j].source] = true;
}
