/* What a stage asks of its command line. */

#include "stages/cli/run_state.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const ff_option_value *find(const ff_stage_run *stage, const char *name)
{
    const ff_option_value *value = ff_arguments_find(&stage->arguments, name);
    assert(value && "the option is in the stage's table");
    return value;
}

bool ff_argument_given(const ff_stage_run *stage, const char *name)
{
    return find(stage, name)->count > 0;
}

bool ff_argument_flag(const ff_stage_run *stage, const char *name)
{
    return ff_argument_given(stage, name);
}

const char *ff_argument_text(const ff_stage_run *stage, const char *name)
{
    const ff_option_value *value = find(stage, name);
    size_t count = ff_option_value_count(value);
    return count ? ff_option_value_at(value, count - 1) : NULL;
}

int64_t ff_argument_integer(const ff_stage_run *stage, const char *name)
{
    const char *text = ff_argument_text(stage, name);
    return text ? ff_option_integer(text) : 0;
}

int ff_argument_within(int64_t *value, const ff_stage_run *stage, const char *name, int64_t least,
                       int64_t most, ff_error *err)
{
    *value = ff_argument_integer(stage, name);
    if (*value >= least && *value <= most)
        return FF_OK;
    if (most == INT64_MAX)
        return ff_fail(err, FF_E_USAGE, "--%s %lld: expected %lld or more", name, (long long)*value,
                       (long long)least);
    return ff_fail(err, FF_E_USAGE, "--%s %lld: expected %lld to %lld", name, (long long)*value,
                   (long long)least, (long long)most);
}

int ff_argument_choice(int *chosen, const ff_stage_run *stage, const char *name,
                       const char *const *names, int count, ff_error *err)
{
    const char *text = ff_argument_text(stage, name);
    char all[160] = "";
    for (int i = 0; i < count; i++) {
        size_t used = strlen(all);
        if (text && strcmp(text, names[i]) == 0) {
            *chosen = i;
            return FF_OK;
        }
        (void)snprintf(all + used, sizeof all - used, "%s%s",
                       i == 0           ? ""
                       : i + 1 == count ? " or "
                                        : ", ",
                       names[i]);
    }
    return ff_fail(err, FF_E_USAGE, "--%s '%s': expected %s", name, text ? text : "", all);
}

double ff_argument_number(const ff_stage_run *stage, const char *name)
{
    const char *text = ff_argument_text(stage, name);
    return text ? ff_option_number(text) : 0;
}

size_t ff_argument_count(const ff_stage_run *stage, const char *name)
{
    return ff_option_value_count(find(stage, name));
}

const char *ff_argument_at(const ff_stage_run *stage, const char *name, size_t index)
{
    return ff_option_value_at(find(stage, name), index);
}

size_t ff_operand_count(const ff_stage_run *stage)
{
    return stage->arguments.operand_count;
}

const char *ff_operand(const ff_stage_run *stage, size_t index)
{
    return index < stage->arguments.operand_count ? stage->arguments.operands[index] : NULL;
}

const char *ff_output_path(const ff_stage_run *stage)
{
    return ff_argument_text(stage, "output");
}

int ff_parse_cells(int cells[3], const char *text, ff_error *err)
{
    enum { MOST = 1000 };
    const char *next = text;
    int count = 0;
    while (count < 3) {
        char *end = NULL;
        long value = *next >= '0' && *next <= '9' ? strtol(next, &end, 10) : 0;
        if (value < 1 || value > MOST || (*end && *end != 'x'))
            break;
        cells[count++] = (int)value;
        if (!*end && count == 1)
            cells[1] = cells[2] = cells[0];
        if (!*end && count != 2)
            return FF_OK;
        next = end + (*end == 'x');
    }
    return ff_fail(
        err, FF_E_USAGE,
        "cells '%s': expected a count such as 4, or three such as 4x4x6, from 1 to %d (or "
        "nine integers)",
        text, MOST);
}
