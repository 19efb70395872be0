#ifndef FF_STAGES_RUN_PUBLISH_H
#define FF_STAGES_RUN_PUBLISH_H

/* Results copied out of the store to where people look for them. */

#include "stages/run/study.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Copies the result of an item with a published name to directory/NAME: a file as it is, a folder
 * file by file. Files that are there already with the same bytes are left alone; files that an
 * earlier result put there and this one does not have are removed unless they were changed since.
 */
int ff_study_publish(const ff_study *study, size_t index, const char *directory, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
