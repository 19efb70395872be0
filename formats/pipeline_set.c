/* Values given from outside (--set). */

#include "formats/pipeline.h"
#include "formats/pipeline_check.h"
#include "formats/pipeline_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int unknown_variable(const ff_pipeline *pipeline, const char *assignment, size_t length,
                            ff_error *err)
{
    char known[256] = "";
    for (size_t i = 0; i < pipeline->variable_count; i++) {
        size_t used = strlen(known);
        (void)snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "",
                       pipeline->variables[i].name);
    }
    return ff_fail(err, FF_E_USAGE, "pipeline '%s' has no '%.*s' to set, expected one of: %s",
                   pipeline->name, (int)length, assignment, known[0] ? known : "(none)");
}

static int set_values(ff_pipeline *pipeline, ff_variable *variable, const char *text, ff_error *err)
{
    size_t count = 0;
    const char **values = NULL;
    int status = ff_pipeline_split(&pipeline->pool, text, &count, &values, err);
    size_t expected = variable->is_sweep ? 0 : pipeline->variables[variable->by].count;
    if (status == FF_OK && count == 0)
        status = ff_fail(err, FF_E_USAGE, "'%s' is set to nothing, expected one or more values",
                         variable->name);
    if (status == FF_OK && expected && count != expected)
        status = ff_fail(err, FF_E_USAGE,
                         "'%s' is set to %zu values, expected one for each of the %zu of %s",
                         variable->name, count, expected, pipeline->variables[variable->by].name);
    if (status != FF_OK) {
        free(values);
        return status;
    }
    free(variable->values);
    free(variable->selector);
    variable->selector = NULL;
    variable->values = values;
    variable->count = count;
    if (variable->is_sweep && ff_variable_check_distinct(variable, err) != FF_OK)
        return ff_fail(err, FF_E_USAGE, "sweep '%s' is set to '%s', expected distinct values",
                       variable->name, text);
    return FF_OK;
}

int ff_pipeline_set(ff_pipeline *pipeline, const char *assignment, ff_error *err)
{
    size_t length = strcspn(assignment, "=");
    if (!assignment[length])
        return ff_fail(err, FF_E_USAGE, "'%s' was found, expected NAME=VALUES", assignment);
    const char *text = assignment + length + 1;
    ff_variable *variable = NULL;
    for (size_t i = 0; i < pipeline->variable_count; i++)
        if (strlen(pipeline->variables[i].name) == length &&
            memcmp(pipeline->variables[i].name, assignment, length) == 0)
            variable = &pipeline->variables[i];
    if (!variable)
        return unknown_variable(pipeline, assignment, length, err);
    variable->literal = true;
    if (!variable->value)
        return set_values(pipeline, variable, text, err);
    variable->value = ff_text_pool_copy(&pipeline->pool, text, strlen(text), err);
    return variable->value ? FF_OK : FF_E_NOMEM;
}
