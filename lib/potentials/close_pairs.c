#include "lib/potentials/close_pairs.h"

#include "lib/structure/elements.h"

#include <stdbool.h>
#include <stdio.h>

static bool has_closer(const ff_close_pairs *others, const ff_close_pairs *pairs)
{
    return others->count > 0 && (pairs->count == 0 || others->distance < pairs->distance);
}

void ff_close_pairs_add(ff_close_pairs *pairs, const ff_close_pairs *others)
{
    size_t count = pairs->count + others->count;
    if (has_closer(others, pairs))
        *pairs = *others;
    pairs->count = count;
}

char *ff_close_pairs_describe(const ff_close_pairs *pairs, char *buffer, size_t size)
{
    const char *symbol = ff_element_symbol(pairs->species[0]);
    const char *other = ff_element_symbol(pairs->species[1]);
    char second[64] = "its image";
    if (pairs->atoms[1] != pairs->atoms[0])
        (void)snprintf(second, sizeof second, "%s (atom %zu)", other ? other : "?",
                       pairs->atoms[1] + 1);
    (void)snprintf(buffer, size,
                   "%s (atom %zu) and %s are %.4g A apart, below the %.4g A that "
                   "the potential was made for",
                   symbol ? symbol : "?", pairs->atoms[0] + 1, second, pairs->distance,
                   pairs->limit);
    return buffer;
}

void ff_close_survey_add(ff_close_survey *survey, size_t frame, const ff_close_pairs *pairs)
{
    if (has_closer(pairs, &survey->pairs))
        survey->frame = frame;
    survey->frames += pairs->count > 0;
    ff_close_pairs_add(&survey->pairs, pairs);
}
