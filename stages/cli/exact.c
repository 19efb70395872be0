#include "stages/cli/exact.h"

#include "stages/cli/observations.h"

#include <string.h>

bool ff_names_observation(const char *text, const char *group, int kind)
{
    const char *colon = strrchr(text, ':');
    unsigned kinds = 0;
    return colon && strlen(group) == (size_t)(colon - text) &&
           strncmp(text, group, strlen(group)) == 0 &&
           ff_parse_observations(&kinds, colon + 1, NULL) == 0 && (kinds & (1u << kind));
}
