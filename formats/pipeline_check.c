#include "formats/pipeline_check.h"

#include "formats/pipeline_text.h"
#include "lib/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Variables. */

int ff_variable_check_distinct(const ff_variable *sweep, ff_error *err)
{
    for (size_t i = 0; i < sweep->count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(sweep->values[i], sweep->values[j]) == 0)
                return ff_fail_at(sweep->place, err,
                                  "sweep '%s' has the value '%s' twice, expected distinct values",
                                  sweep->name, sweep->values[i]);
    return FF_OK;
}

static size_t longest(const ff_variable *variable)
{
    size_t length = 0;
    for (size_t i = 0; i < variable->count; i++)
        if (strlen(variable->values[i]) > length)
            length = strlen(variable->values[i]);
    return length;
}

/* Values of a constant with `by` belong to the sweep's values, one by one. */
static int check_selected(ff_pipeline *pipeline, size_t index, ff_mention *mention, ff_error *err)
{
    ff_variable *let = &pipeline->variables[index];
    const ff_variable *sweep = &pipeline->variables[let->by];
    if (let->count != sweep->count)
        return ff_fail_at(let->place, err,
                          "'%s' has %zu values, expected one for each of the %zu of %s", let->name,
                          let->count, sweep->count, sweep->name);
    let->selector = ff_copy_array(sweep->values, sweep->count, sizeof *sweep->values, err);
    if (!let->selector)
        return FF_E_NOMEM;
    mention->sweeps |= sweep->sweeps;
    for (size_t i = 0; i < let->count; i++) {
        int status =
            ff_pipeline_mentions(pipeline, let->values[i], let->place, index, mention, err);
        if (status != FF_OK)
            return status;
    }
    return FF_OK;
}

static int check_variable(ff_pipeline *pipeline, size_t index, ff_error *err)
{
    ff_variable *variable = &pipeline->variables[index];
    size_t first = ff_pipeline_find_variable(pipeline, variable->name);
    if (first != index)
        return ff_fail_at(variable->place, err,
                          "'%s' is defined already in line %lld, expected another name",
                          variable->name, (long long)pipeline->variables[first].place.line);
    if (variable->is_sweep) {
        variable->sweeps = 1u << variable->sweep;
        variable->size = longest(variable);
        return ff_variable_check_distinct(variable, err);
    }
    ff_mention mention = {0};
    int status = variable->value ? ff_pipeline_mentions(pipeline, variable->value, variable->place,
                                                        index, &mention, err)
                                 : check_selected(pipeline, index, &mention, err);
    variable->sweeps = mention.sweeps;
    variable->size = mention.size;
    return status;
}

/* Stages. */

/* Adds to *sweeps those that a text of a stage mentions. */
static int mention(const ff_pipeline *pipeline, const char *text, ff_place place, uint32_t *sweeps,
                   ff_error *err)
{
    ff_mention found = {0};
    int status =
        text ? ff_pipeline_mentions(pipeline, text, place, pipeline->variable_count, &found, err)
             : FF_OK;
    *sweeps |= found.sweeps;
    return status;
}

static int check_input(const ff_pipeline *pipeline, ff_pipeline_stage *stage,
                       ff_pipeline_input *input, ff_error *err)
{
    if (input->stage) {
        input->source = ff_pipeline_find_stage(pipeline, input->stage);
        if (input->source == FF_PIPELINE_NONE)
            return ff_fail_at(input->place, err,
                              "no stage has the id '%s', expected the id of a stage", input->stage);
    }
    int status = mention(pipeline, input->file, input->place, &stage->sweeps, err);
    if (status == FF_OK)
        status = mention(pipeline, input->prefix, input->place, &stage->sweeps, err);
    return status;
}

/* The stage's own texts; what comes from its inputs is added by inherit_sweeps. */
static int check_stage(ff_pipeline *pipeline, size_t index, ff_error *err)
{
    ff_pipeline_stage *stage = &pipeline->stages[index];
    size_t first = ff_pipeline_find_stage(pipeline, stage->id);
    if (first != index)
        return ff_fail_at(stage->place, err,
                          "stage '%s' is defined already in line %lld, expected another id",
                          stage->id, (long long)pipeline->stages[first].place.line);
    int status = mention(pipeline, stage->publish, stage->place, &stage->sweeps, err);
    for (size_t i = 0; i < stage->option_count && status == FF_OK; i++)
        status = mention(pipeline, stage->options[i].value, stage->options[i].place, &stage->sweeps,
                         err);
    for (size_t i = 0; i < stage->input_count && status == FF_OK; i++)
        status = check_input(pipeline, stage, &stage->inputs[i], err);
    return status;
}

/* Order. */

static bool is_ready(const ff_pipeline_stage *stage, const bool *done)
{
    for (size_t i = 0; i < stage->input_count; i++)
        if (stage->inputs[i].source != FF_PIPELINE_NONE && !done[stage->inputs[i].source])
            return false;
    return true;
}

/* Among stages that can never be ready, follows inputs until one comes twice, and names the loop.
 */
static int report_cycle(const ff_pipeline *pipeline, const bool *done, ff_error *err)
{
    size_t at = 0;
    while (done[at])
        at++;
    char loop[256] = "";
    for (size_t steps = 0, start = FF_PIPELINE_NONE; at != start; steps++) {
        const ff_pipeline_stage *stage = &pipeline->stages[at];
        if (steps == pipeline->stage_count) /* by now surely within the loop */
            start = at;
        if (start != FF_PIPELINE_NONE) {
            size_t used = strlen(loop);
            (void)snprintf(loop + used, sizeof loop - used, "%s <- ", stage->id);
        }
        size_t next = 0;
        while (stage->inputs[next].source == FF_PIPELINE_NONE || done[stage->inputs[next].source])
            next++;
        at = stage->inputs[next].source;
    }
    return ff_fail_at(pipeline->stages[at].place, err,
                      "stages take input from one another in a circle (%s%s), expected none to",
                      loop, pipeline->stages[at].id);
}

static int sort_stages(ff_pipeline *pipeline, ff_error *err)
{
    bool *done = ff_new_array(pipeline->stage_count, sizeof *done, err);
    pipeline->order = ff_new_array(pipeline->stage_count, sizeof *pipeline->order, err);
    int status = done && pipeline->order ? FF_OK : FF_E_NOMEM;
    for (size_t count = 0; count < pipeline->stage_count && status == FF_OK; count++) {
        size_t next = 0;
        while (next < pipeline->stage_count &&
               (done[next] || !is_ready(&pipeline->stages[next], done)))
            next++;
        if (next == pipeline->stage_count) {
            status = report_cycle(pipeline, done, err);
        } else {
            done[next] = true;
            pipeline->order[count] = next;
        }
    }
    free(done);
    return status;
}

/* Sweeps. */

static int inherit_sweeps(const ff_pipeline *pipeline, ff_pipeline_stage *stage, ff_error *err)
{
    for (size_t i = 0; i < stage->input_count; i++) {
        const ff_pipeline_input *input = &stage->inputs[i];
        if (input->source == FF_PIPELINE_NONE)
            continue;
        uint32_t sweeps = pipeline->stages[input->source].sweeps;
        uint32_t strange = input->collected & ~sweeps;
        for (size_t j = 0; j < pipeline->sweep_count && input->collected != UINT32_MAX; j++)
            if (strange & (1u << j))
                return ff_fail_at(input->place, err,
                                  "collect names '%s', on which stage '%s' does not depend",
                                  ff_pipeline_sweep(pipeline, j)->name, input->stage);
        stage->sweeps |= sweeps & ~input->collected;
    }
    return FF_OK;
}

static int check_sweeps_used(const ff_pipeline *pipeline, ff_error *err)
{
    uint32_t used = 0;
    for (size_t i = 0; i < pipeline->stage_count; i++)
        used |= pipeline->stages[i].sweeps;
    for (size_t i = 0; i < pipeline->sweep_count; i++) {
        const ff_variable *sweep = ff_pipeline_sweep(pipeline, i);
        if (!(used & (1u << i)))
            return ff_fail_at(sweep->place, err,
                              "no stage uses the sweep '%s', expected ${%s} in one", sweep->name,
                              sweep->name);
    }
    return FF_OK;
}

static int check_title(const ff_pipeline *pipeline, ff_error *err)
{
    uint32_t sweeps = 0;
    int status = mention(pipeline, pipeline->title, pipeline->place, &sweeps, err);
    if (status == FF_OK && sweeps)
        status = ff_fail_at(pipeline->place, err,
                            "the title depends on a sweep, expected constants only");
    return status;
}

int ff_pipeline_check(ff_pipeline *pipeline, ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; i < pipeline->variable_count && status == FF_OK; i++)
        status = check_variable(pipeline, i, err);
    for (size_t i = 0; i < pipeline->stage_count && status == FF_OK; i++)
        status = check_stage(pipeline, i, err);
    if (status == FF_OK && pipeline->stage_count == 0)
        status =
            ff_fail_at(pipeline->place, err, "the pipeline has no stage, expected one or more");
    if (status == FF_OK)
        status = sort_stages(pipeline, err);
    for (size_t i = 0; i < pipeline->stage_count && status == FF_OK; i++)
        status = inherit_sweeps(pipeline, &pipeline->stages[pipeline->order[i]], err);
    if (status == FF_OK)
        status = check_sweeps_used(pipeline, err);
    return status == FF_OK ? check_title(pipeline, err) : status;
}
