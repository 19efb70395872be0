#include "formats/report_names.h"

#include "formats/provenance.h"
#include "lib/base/memory.h"
#include "lib/base/numbers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ff_report_names_clear(ff_report_names *names)
{
    free(names->list);
    *names = (ff_report_names){0};
}

const ff_report_name *ff_report_names_find(const ff_report_names *names, const char *digest)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->list[i].digest, digest) == 0)
            return &names->list[i];
    return NULL;
}

double ff_report_tag_number(const ff_tags *tags, const char *name)
{
    double value = NAN;
    const char *text = ff_tags_get(tags, name);
    if (!text || ff_double_parse(text, strlen(text), &value) != FF_OK)
        return NAN;
    return value;
}

/* Appends to a bounded label; what does not fit is left out. */
static void append(char *label, size_t size, const char *format, const char *one, const char *two)
{
    size_t used = strlen(label);
    (void)snprintf(label + used, size - used, format, used ? ", " : "", one, two);
}

static void describe(ff_report_name *name, const ff_tags *tags, const char *x, const char *series)
{
    const char *value = ff_tags_get(tags, series);
    name->x = ff_report_tag_number(tags, x);
    (void)snprintf(name->series, sizeof name->series, "%s", value ? value : "");
    if (value)
        append(name->label, sizeof name->label, "%s%s%s", value, "");
    for (size_t i = 0; i < tags->count; i++)
        if (strcmp(tags->list[i].name, series) != 0)
            append(name->label, sizeof name->label, "%s%s=%s", tags->list[i].name,
                   tags->list[i].value);
}

static bool has_name(const ff_history_input *input)
{
    return strcmp(input->kind, "relaxation") == 0 || strcmp(input->kind, "model") == 0;
}

static int add_input(ff_report_names *names, const ff_history_input *input, const ff_tags *tags,
                     const char *x, const char *series, ff_error *err)
{
    ff_report_name name = {.x = NAN};
    (void)snprintf(name.digest, sizeof name.digest, "%s", input->digest);
    if (strcmp(input->role, "reference") == 0) {
        (void)snprintf(name.series, sizeof name.series, "%s", FF_REPORT_REFERENCE);
        (void)snprintf(name.label, sizeof name.label, "%s", FF_REPORT_REFERENCE);
    } else {
        describe(&name, tags, x, series);
    }
    if (!name.label[0] || ff_report_names_find(names, name.digest))
        return FF_OK;
    int status =
        ff_reserve(&names->list, &names->capacity, names->count + 1, sizeof *names->list, err);
    if (status == FF_OK)
        names->list[names->count++] = name;
    return status;
}

int ff_report_names_add(ff_report_names *names, const ff_container *container, const ff_tags *tags,
                        const char *x, const char *series, ff_error *err)
{
    size_t count = 0, inputs = 0;
    ff_history_step *steps = NULL;
    ff_history_input *input = NULL;
    if (!ff_link_exists(ff_container_root(container), "provenance"))
        return FF_OK;
    int status = ff_history_read(container, &count, &steps, err);
    if (status == FF_OK && count > 0)
        status = ff_history_inputs(&steps[0], &inputs, &input, err);
    for (size_t i = 0; i < inputs && status == FF_OK; i++)
        if (has_name(&input[i]))
            status = add_input(names, &input[i], tags, x, series, err);
    free(input);
    ff_history_free(count, steps);
    return status;
}
