#include "lib/analysis/tags.h"

#include "lib/base/memory.h"

#include <stdlib.h>
#include <string.h>

void ff_tags_init(ff_tags *tags)
{
    *tags = (ff_tags){0};
}

void ff_tags_clear(ff_tags *tags)
{
    free(tags->list);
    ff_tags_init(tags);
}

int ff_tags_add(ff_tags *tags, const char *assignment, ff_error *err)
{
    ff_tag tag = {0};
    const char *equals = strchr(assignment, '=');
    if (!equals || equals == assignment || !equals[1])
        return ff_fail(err, FF_E_USAGE, "the tag '%s' is not of the form NAME=VALUE", assignment);
    size_t name = (size_t)(equals - assignment), value = strlen(equals + 1);
    if (name >= sizeof tag.name || value >= sizeof tag.value)
        return ff_fail(err, FF_E_USAGE,
                       "the tag '%.40s...' is too long: at most %zu=%zu characters", assignment,
                       sizeof tag.name - 1, sizeof tag.value - 1);
    memcpy(tag.name, assignment, name);
    memcpy(tag.value, equals + 1, value);
    if (ff_tags_get(tags, tag.name))
        return ff_fail(err, FF_E_USAGE, "the tag %s is given twice", tag.name);
    int status = ff_reserve(&tags->list, &tags->capacity, tags->count + 1, sizeof *tags->list, err);
    if (status == FF_OK)
        tags->list[tags->count++] = tag;
    return status;
}

const char *ff_tags_get(const ff_tags *tags, const char *name)
{
    for (size_t i = 0; i < tags->count; i++)
        if (strcmp(tags->list[i].name, name) == 0)
            return tags->list[i].value;
    return NULL;
}
