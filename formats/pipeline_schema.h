#ifndef FF_FORMATS_PIPELINE_SCHEMA_H
#define FF_FORMATS_PIPELINE_SCHEMA_H

/* Validation of a pipeline against pipelines/farfield.rng, of which a copy is built in.
 *
 * libxml2 says that something is invalid but seldom what was expected; the explanation is therefore
 * read off the schema itself, which stays the only place where the language is laid down. For that
 * the schema keeps to a simple shape: one <element name="E"> per element, attributes and children
 * in it or behind <ref>, text patterns as <data><param name="pattern">. */

#include "lib/base/error.h"

#include <libxml/tree.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The built-in schema's text, '\0'-terminated. */
extern const char ff_pipeline_schema_text[];

/* FF_OK, or FF_E_FORMAT with file, line, what is wrong and what was expected. */
int ff_pipeline_validate(xmlDocPtr document, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
