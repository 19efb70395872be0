#include "formats/pipeline_document.h"

#include "formats/whole_file.h"
#include "lib/base/memory.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* XInclude 1.0, W3C Recommendation 2006, section 3. */
static const char include_namespace[] = "http://www.w3.org/2001/XInclude";

enum { MOST_BYTES = 16 << 20, MOST_INCLUDES = 256, MOST_DEPTH = 8 };

typedef struct reader {
    ff_text_pool *pool;
    char *folder; /* real path of the study's folder */
    int includes;
} reader;

/* One file. */

typedef struct parse_trouble {
    bool doctype;
    ff_error first;
} parse_trouble;

/* Called before anything of the declaration is looked at, so no entity is ever declared. */
static void refuse_doctype(void *data, const xmlChar *name, const xmlChar *external,
                           const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    xmlParserCtxtPtr parser = data;
    parse_trouble *trouble = parser->_private;
    if (!trouble->first.code) {
        ff_fail(&trouble->first, FF_E_FORMAT,
                "a document type declaration (DOCTYPE) was found, expected none: pipelines have no "
                "entities");
        ff_error_at_line(&trouble->first, parser->input->line, 0);
    }
    trouble->doctype = true;
    xmlStopParser(parser);
}

/* Keeps the first error, without libxml2's final newline. */
#if LIBXML_VERSION >= 21200
static void keep_first(void *data, const xmlError *found)
#else
static void keep_first(void *data, xmlError *found)
#endif
{
    xmlParserCtxtPtr parser = data;
    parse_trouble *trouble = parser->_private;
    if (trouble->first.code || found->level < XML_ERR_ERROR)
        return;
    size_t length = found->message ? strcspn(found->message, "\n") : 0;
    ff_fail(&trouble->first, FF_E_FORMAT, "is not well-formed XML: %.*s", (int)length,
            found->message ? found->message : "");
    ff_error_at_line(&trouble->first, found->line, found->int2);
}

static int parse(xmlDocPtr *out, const char *path, ff_error *err)
{
    char *bytes = NULL;
    size_t size = 0;
    int status = ff_whole_file_read(&bytes, &size, path, MOST_BYTES, err);
    if (status != FF_OK)
        return status;
    parse_trouble trouble = {0};
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    if (parser) {
        parser->_private = &trouble;
        parser->sax->internalSubset = refuse_doctype;
        parser->sax->serror = keep_first;
        *out = xmlCtxtReadMemory(parser, bytes, (int)size, path, NULL,
                                 XML_PARSE_NONET | XML_PARSE_BIG_LINES | XML_PARSE_NOCDATA);
        xmlFreeParserCtxt(parser);
    }
    free(bytes);
    if (*out && !trouble.first.code && !trouble.doctype)
        return FF_OK;
    xmlFreeDoc(*out);
    *out = NULL;
    if (!trouble.first.code)
        return ff_fail(err, FF_E_NOMEM, "out of memory while reading XML");
    if (err)
        *err = trouble.first;
    ff_error_in_file(err, path);
    return FF_E_FORMAT;
}

/* Inclusion. */

static bool is_include(const xmlNode *node)
{
    return node->ns && xmlStrEqual(node->ns->href, BAD_CAST include_namespace) &&
           xmlStrEqual(node->name, BAD_CAST "include");
}

static bool is_within(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && (path[length] == '/' || strcmp(folder, "/") == 0);
}

/* The value of href when it is the only attribute. */
static char *include_target(const xmlNode *node, ff_error *err)
{
    const xmlAttr *only = node->properties;
    if (!only || only->next || only->ns || !xmlStrEqual(only->name, BAD_CAST "href") ||
        node->children) {
        ff_fail(err, FF_E_FORMAT, "an inclusion was found that is not <xi:include href=\"FILE\"/>");
        return NULL;
    }
    char *href = (char *)xmlNodeListGetString(node->doc, only->children, 1);
    if (!href)
        ff_fail(err, FF_E_FORMAT, "an inclusion with an empty href was found, expected a file");
    return href;
}

/* Path of the included file as the user would name it; refused when it leads outside. */
static const char *include_path(reader *r, const xmlNode *node, ff_error *err)
{
    char real[PATH_MAX];
    const char *path = NULL;
    char *href = include_target(node, err);
    if (!href)
        return NULL;
    const char *from = ff_pipeline_node_file(node);
    const char *slash = strrchr(from, '/');
    int folder = slash ? (int)(slash - from) + 1 : 0;
    if (href[0] == '/' || strstr(href, "..") || strchr(href, ':'))
        ff_fail(err, FF_E_FORMAT,
                "inclusion of '%s' is refused: expected a relative path without '..' or ':'", href);
    else
        path = ff_text_pool_format(r->pool, err, "%.*s%s", folder, from, href);
    if (path && !realpath(path, real)) {
        ff_fail_errno(err, "included file '%s' cannot be opened", path);
        path = NULL;
    } else if (path && !is_within(real, r->folder)) {
        ff_fail(err, FF_E_FORMAT,
                "inclusion of '%s' is refused: it lies outside the study's folder", href);
        path = NULL;
    }
    xmlFree(href);
    return path;
}

static int include_all(reader *r, xmlNodePtr node, int depth, ff_error *err);

/* Replaces an xi:include element by the root of the file it names; *root receives that. */
static int include_one(reader *r, xmlNodePtr node, xmlNodePtr *root, ff_error *err)
{
    xmlDocPtr document = NULL;
    const char *path = include_path(r, node, err);
    if (!path)
        return ff_pipeline_node_error(node, FF_E_FORMAT, err);
    if (++r->includes > MOST_INCLUDES) {
        ff_fail(err, FF_E_FORMAT, "more than %d inclusions were found", (int)MOST_INCLUDES);
        return ff_pipeline_node_error(node, FF_E_FORMAT, err);
    }
    int status = parse(&document, path, err);
    if (status != FF_OK)
        return status;
    xmlNodePtr copy = xmlDocCopyNode(xmlDocGetRootElement(document), node->doc, 1);
    xmlFreeDoc(document);
    if (!copy)
        return ff_fail(err, FF_E_NOMEM, "out of memory while including '%s'", path);
    copy->_private = (void *)path;
    xmlFreeNode(xmlReplaceNode(node, copy));
    *root = copy;
    return FF_OK;
}

static int include_all(reader *r, xmlNodePtr node, int depth, ff_error *err)
{
    int status = FF_OK;
    for (node = ff_pipeline_next_element(node); node && status == FF_OK;
         node = ff_pipeline_next_element(node->next)) {
        int deeper = depth;
        while (status == FF_OK && is_include(node)) {
            if (++deeper > MOST_DEPTH) {
                ff_fail(err, FF_E_FORMAT, "inclusions are nested more than %d deep",
                        (int)MOST_DEPTH);
                return ff_pipeline_node_error(node, FF_E_FORMAT, err);
            }
            status = include_one(r, node, &node, err);
        }
        if (status == FF_OK)
            status = include_all(r, node->children, deeper, err);
    }
    return status;
}

/* Real path of the folder of a file; the caller frees it. */
static char *real_folder(const char *path, ff_error *err)
{
    char *copy = ff_copy_text(path, err);
    if (!copy)
        return NULL;
    char *slash = strrchr(copy, '/');
    if (slash)
        slash[slash == copy] = '\0';
    char *folder = realpath(slash ? copy : ".", NULL);
    if (!folder)
        ff_fail_errno(err, "the folder of '%s' cannot be found", path);
    free(copy);
    return folder;
}

int ff_pipeline_document_read(xmlDocPtr *out, const char *path, ff_text_pool *pool, ff_error *err)
{
    *out = NULL;
    reader r = {.pool = pool};
    const char *name = ff_text_pool_copy(pool, path, strlen(path), err);
    if (!name)
        return FF_E_NOMEM;
    int status = parse(out, name, err);
    if (status != FF_OK)
        return status;
    (*out)->_private = (void *)name;
    r.folder = real_folder(path, err);
    status = r.folder ? include_all(&r, xmlDocGetRootElement(*out), 0, err) : FF_E_IO;
    free(r.folder);
    if (status != FF_OK) {
        xmlFreeDoc(*out);
        *out = NULL;
    }
    return status;
}

/* Nodes. */

const char *ff_pipeline_node_file(const xmlNode *node)
{
    for (const xmlNode *up = node; up; up = up->parent)
        if (up->_private)
            return up->_private;
    return "";
}

int ff_pipeline_node_error(const xmlNode *node, int code, ff_error *err)
{
    ff_error_at_line(err, xmlGetLineNo(node), 0);
    ff_error_in_file(err, ff_pipeline_node_file(node));
    return err ? err->code : code;
}

xmlNodePtr ff_pipeline_next_element(xmlNodePtr node)
{
    while (node && node->type != XML_ELEMENT_NODE)
        node = node->next;
    return node;
}
