#ifndef FF_LIB_ANALYSIS_TAGS_H
#define FF_LIB_ANALYSIS_TAGS_H

/* Names a user gives to results ("L=2", "observations=EF") so that report can draw one against
 * another. Order is kept; a name appears once. */

#include "lib/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_tag {
    char name[64];
    char value[192];
} ff_tag;

typedef struct ff_tags {
    size_t count, capacity;
    ff_tag *list;
} ff_tags;

void ff_tags_init(ff_tags *tags);
void ff_tags_clear(ff_tags *tags);

/* Adds "NAME=VALUE". FF_E_USAGE when it has no '=', an empty or over-long part, or a name that is
 * there already. */
int ff_tags_add(ff_tags *tags, const char *assignment, ff_error *err);

/* The value of a name, or NULL. Borrowed. */
const char *ff_tags_get(const ff_tags *tags, const char *name);

#ifdef __cplusplus
}
#endif
#endif
