#ifndef FF_FORMATS_PIPELINE_DOCUMENT_H
#define FF_FORMATS_PIPELINE_DOCUMENT_H

/* The XML text of a pipeline as a tree, read without trust: no network, no document type
 * declaration (hence no entities), inclusion only of files within the folder of the first file.
 *
 * Inclusion is the part of XInclude 1.0 that pipelines need: <xi:include href="FILE"/> becomes the
 * root element of FILE, a path relative to the including file. Lines are counted from 1.
 */

#include "formats/text_pool.h"

#include <libxml/tree.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FF_PIPELINE_NAMESPACE "urn:farfield:pipeline:1"

/* Reads path and what it includes into *out; free with xmlFreeDoc. pool owns the file names that
 * ff_pipeline_node_file returns and must live as long. Errors name file and line. */
int ff_pipeline_document_read(xmlDocPtr *out, const char *path, ff_text_pool *pool, ff_error *err);

/* The file an element was written in, as the user would name it. Borrowed from the pool. */
const char *ff_pipeline_node_file(const xmlNode *node);

/* Gives err the place of an element. Returns code, for use as `return ...`. */
int ff_pipeline_node_error(const xmlNode *node, int code, ff_error *err);

/* Next element from node on (node itself included) among its siblings, or NULL. */
xmlNodePtr ff_pipeline_next_element(xmlNodePtr node);

#ifdef __cplusplus
}
#endif
#endif
