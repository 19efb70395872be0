#ifndef FF_FORMATS_PIPELINE_TEXT_H
#define FF_FORMATS_PIPELINE_TEXT_H

/* ${name} in texts of a pipeline. "$$" is a dollar sign; any other '$' is an error. */

#include "formats/pipeline.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a text refers to. */
typedef struct ff_mention {
    uint32_t sweeps; /* on which it depends */
    size_t size;     /* bounds both its length after substitution and the work of it */
} ff_mention;

/* A text may refer to variables [0, limit). Adds what it finds to *mention. FF_E_FORMAT for an
 * unknown name, a stray '$', or a size beyond FF_PIPELINE_MOST_TEXT (constants made of constants
 * could otherwise grow without bound). */
int ff_pipeline_mentions(const ff_pipeline *pipeline, const char *text, ff_place place,
                         size_t limit, ff_mention *mention, ff_error *err);

/* The text with values put in. choice[sweep number] is the index of each sweep's value (borrowed;
 * NULL when the text depends on no sweep). From the pool; NULL with err set. */
const char *ff_pipeline_substitute(const ff_pipeline *pipeline, ff_text_pool *pool,
                                   const char *text, ff_place place, const size_t *choice,
                                   ff_error *err);

/* Splits at blanks. *texts is allocated (the caller frees it), its strings are from the pool. */
int ff_pipeline_split(ff_text_pool *pool, const char *text, size_t *count, const char ***texts,
                      ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
