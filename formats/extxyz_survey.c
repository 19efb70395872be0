#include "formats/extxyz_survey.h"

#include "lib/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST_NAMES = 1000 };

void ff_extxyz_survey_init(ff_extxyz_survey *survey)
{
    *survey = (ff_extxyz_survey){0};
}

void ff_extxyz_survey_clear(ff_extxyz_survey *survey)
{
    for (size_t i = 0; i < survey->count; i++)
        free(survey->items[i].name);
    free(survey->items);
    ff_extxyz_survey_init(survey);
}

static bool ends_with(const char *name, const char *ending)
{
    size_t length = strlen(name), part = strlen(ending);
    return length >= part && strcasecmp(name + length - part, ending) == 0;
}

static bool contains(const char *name, const char *part)
{
    size_t length = strlen(part);
    for (; strlen(name) >= length; name++)
        if (strncasecmp(name, part, length) == 0)
            return true;
    return false;
}

static bool is_numeric(ff_extxyz_type type)
{
    return type == FF_EXTXYZ_INTEGER || type == FF_EXTXYZ_REAL;
}

static unsigned looks_of_entry(const ff_extxyz_entry *entry)
{
    size_t count = entry->rows * entry->columns;
    if (!is_numeric(entry->type))
        return 0;
    if (entry->rank == 0)
        return ends_with(entry->key, "energy") ? FF_EXTXYZ_LOOKS_ENERGY : 0;
    if (count != 6 && count != 9)
        return 0;
    return contains(entry->key, "virial")   ? FF_EXTXYZ_LOOKS_VIRIAL
           : contains(entry->key, "stress") ? FF_EXTXYZ_LOOKS_STRESS
                                            : 0;
}

static unsigned looks_of_column(const ff_extxyz_column *column)
{
    bool named = ends_with(column->name, "force") || ends_with(column->name, "forces");
    return column->width == 3 && is_numeric(column->type) && named ? FF_EXTXYZ_LOOKS_FORCES : 0;
}

static int count_name(ff_extxyz_survey *survey, const char *name, bool is_column, unsigned looks,
                      ff_error *err)
{
    for (size_t i = 0; i < survey->count; i++) {
        ff_extxyz_survey_item *item = &survey->items[i];
        if (item->is_column != is_column || strcmp(item->name, name) != 0)
            continue;
        item->frames++;
        item->looks |= looks;
        return FF_OK;
    }
    if (survey->count == MOST_NAMES)
        return FF_OK;
    char *copy = ff_copy_text(name, err);
    if (!copy || ff_reserve(&survey->items, &survey->capacity, survey->count + 1,
                            sizeof *survey->items, err) != FF_OK) {
        free(copy);
        return FF_E_NOMEM;
    }
    survey->items[survey->count++] =
        (ff_extxyz_survey_item){.name = copy, .is_column = is_column, .looks = looks, .frames = 1};
    return FF_OK;
}

int ff_extxyz_survey_add(ff_extxyz_survey *survey, const ff_extxyz_record *record, ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; i < record->entry_count && status == FF_OK; i++)
        status = count_name(survey, record->entries[i].key, false,
                            looks_of_entry(&record->entries[i]), err);
    for (size_t i = 0; i < record->column_count && status == FF_OK; i++)
        status = count_name(survey, record->columns[i].name, true,
                            looks_of_column(&record->columns[i]), err);
    return status;
}

unsigned ff_extxyz_survey_looks(const ff_extxyz_survey *survey)
{
    unsigned looks = 0;
    for (size_t i = 0; i < survey->count; i++)
        looks |= survey->items[i].looks;
    return looks;
}

char *ff_extxyz_survey_names(const ff_extxyz_survey *survey, unsigned look, char *buffer,
                             size_t size)
{
    size_t used = 0;
    buffer[0] = '\0';
    for (size_t i = 0; i < survey->count && used + 1 < size; i++) {
        const ff_extxyz_survey_item *item = &survey->items[i];
        if (item->looks & look)
            used +=
                (size_t)snprintf(buffer + used, size - used, "%s%s", used ? ", " : "", item->name);
    }
    return buffer;
}
