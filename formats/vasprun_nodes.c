#include "formats/vasprun_nodes.h"

#include "lib/base/memory.h"
#include "lib/base/numbers.h"

#include <libxml/xmlreader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ff_vasprun_nodes {
    ff_text_reader *text;
    xmlTextReaderPtr xml;
    bool inside;
    char root[32];      /* name of the root element, "" before it */
    bool text_ended;    /* libxml2 has been given everything */
    ff_error reading;   /* of the file below */
    ff_error malformed; /* what libxml2 said first */
};

/* Between libxml2 and the file. */

static int give_bytes(void *context, char *to, int size)
{
    ff_vasprun_nodes *nodes = context;
    size_t got = 0;
    if (size <= 0 ||
        ff_text_reader_read(nodes->text, to, (size_t)size, &got, &nodes->reading) != FF_OK)
        return -1;
    nodes->text_ended = got == 0;
    return (int)got;
}

/* Keeps the first error, without libxml2's final newline. */
#if LIBXML_VERSION >= 21200
static void keep_first(void *context, const xmlError *found)
#else
static void keep_first(void *context, xmlErrorPtr found)
#endif
{
    ff_vasprun_nodes *nodes = context;
    if (nodes->malformed.code || found->level < XML_ERR_ERROR)
        return;
    size_t length = found->message ? strcspn(found->message, "\n") : 0;
    ff_fail(&nodes->malformed, FF_E_FORMAT, "is not well-formed XML: %.*s", (int)length,
            found->message ? found->message : "");
    ff_error_at_line(&nodes->malformed, found->line, 0);
}

int ff_vasprun_nodes_new(ff_vasprun_nodes **out, ff_text_reader *text, ff_error *err)
{
    ff_vasprun_nodes *nodes = ff_new_array(1, sizeof *nodes, err);
    if (!nodes)
        return FF_E_NOMEM;
    nodes->text = text;
    xmlStructuredErrorFunc handler = xmlStructuredError;
    void *context = xmlStructuredErrorContext;
    xmlSetStructuredErrorFunc(nodes, keep_first); /* it reads the first bytes */
    nodes->xml = xmlReaderForIO(give_bytes, NULL, nodes, NULL, NULL,
                                XML_PARSE_NONET | XML_PARSE_BIG_LINES | XML_PARSE_NOCDATA);
    xmlSetStructuredErrorFunc(context, handler);
    if (!nodes->xml) {
        int status = nodes->reading.code;
        if (status && err)
            *err = nodes->reading;
        ff_vasprun_nodes_free(nodes);
        return status ? status : ff_fail(err, FF_E_NOMEM, "out of memory for reading XML");
    }
    xmlTextReaderSetStructuredErrorHandler(nodes->xml, keep_first, nodes);
    *out = nodes;
    return FF_OK;
}

void ff_vasprun_nodes_free(ff_vasprun_nodes *nodes)
{
    if (!nodes)
        return;
    xmlFreeTextReader(nodes->xml);
    free(nodes);
}

int64_t ff_vasprun_line(const ff_vasprun_nodes *nodes)
{
    /* libxml2 keeps 16 bits of a node's line; beyond, where the parser is, a little further on. */
    const xmlNode *node = xmlTextReaderCurrentNode(nodes->xml);
    const long line = node ? xmlGetLineNo(node) : 0;
    return line > 0 && line < UINT16_MAX ? line : xmlTextReaderGetParserLineNumber(nodes->xml);
}

bool ff_vasprun_is_cut(const ff_vasprun_nodes *nodes)
{
    return nodes->malformed.code && nodes->text_ended;
}

int ff_vasprun_fail(const ff_vasprun_nodes *nodes, ff_error *err, int code, const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    ff_fail(err, code, "%s", message);
    ff_error_at_line(err, ff_vasprun_line(nodes), 0);
    return code;
}

/* Nodes. */

/* Errors of decoding do not reach the reader's own handler but that of the thread, which prints. */
static int read_quietly(ff_vasprun_nodes *nodes)
{
    xmlStructuredErrorFunc handler = xmlStructuredError;
    void *context = xmlStructuredErrorContext;
    xmlSetStructuredErrorFunc(nodes, keep_first);
    const int result = xmlTextReaderRead(nodes->xml);
    xmlSetStructuredErrorFunc(context, handler);
    return result;
}

/* The next node of any type; *ended at the end of the file. */
static int read_node(ff_vasprun_nodes *nodes, bool *ended, ff_error *err)
{
    int result = read_quietly(nodes);
    *ended = result == 0;
    if (result >= 0 && !nodes->malformed.code && !nodes->reading.code) {
        if (result == 1 && xmlTextReaderNodeType(nodes->xml) == XML_READER_TYPE_DOCUMENT_TYPE)
            return ff_vasprun_fail(
                nodes, err, FF_E_FORMAT,
                "a document type declaration (DOCTYPE) was found, expected none");
        return FF_OK;
    }
    const ff_error *why = nodes->reading.code ? &nodes->reading : &nodes->malformed;
    if (!why->code)
        return ff_vasprun_fail(nodes, err, FF_E_FORMAT, "is not well-formed XML");
    if (err)
        *err = *why;
    return why->code;
}

static bool is_empty(const ff_vasprun_nodes *nodes)
{
    return xmlTextReaderIsEmptyElement(nodes->xml) == 1;
}

int ff_vasprun_depth(const ff_vasprun_nodes *nodes)
{
    return xmlTextReaderDepth(nodes->xml);
}

bool ff_vasprun_inside(const ff_vasprun_nodes *nodes)
{
    return nodes->inside;
}

int ff_vasprun_within(ff_vasprun_nodes *nodes, int depth, ff_error *err)
{
    bool ended = false;
    int type = xmlTextReaderNodeType(nodes->xml);
    nodes->inside = false;
    if (depth > 0 && type == XML_READER_TYPE_ELEMENT && ff_vasprun_depth(nodes) == depth &&
        is_empty(nodes))
        return FF_OK;
    for (;;) {
        int status = read_node(nodes, &ended, err);
        if (status != FF_OK || ended)
            return status;
        type = xmlTextReaderNodeType(nodes->xml);
        const int at = ff_vasprun_depth(nodes);
        if (type == XML_READER_TYPE_ELEMENT && at == 0)
            (void)snprintf(nodes->root, sizeof nodes->root, "%.31s",
                           (const char *)xmlTextReaderConstName(nodes->xml));
        nodes->inside = type == XML_READER_TYPE_ELEMENT && at > depth;
        /* Beyond the root's end the rest is read, too: it must be nothing. */
        if (nodes->inside || (depth > 0 && type == XML_READER_TYPE_END_ELEMENT && at == depth))
            return FF_OK;
    }
}

bool ff_vasprun_is(const ff_vasprun_nodes *nodes, const char *element, const char *name)
{
    const xmlNode *node = xmlTextReaderCurrentNode(nodes->xml);
    if (!node || node->type != XML_ELEMENT_NODE || !xmlStrEqual(node->name, BAD_CAST element))
        return false;
    for (const xmlAttr *a = node->properties; a && name; a = a->next)
        if (xmlStrEqual(a->name, BAD_CAST "name"))
            return a->children && xmlStrEqual(a->children->content, BAD_CAST name);
    return !name;
}

bool ff_vasprun_root_is(const ff_vasprun_nodes *nodes, const char *element)
{
    return strcmp(nodes->root, element) == 0;
}

int ff_vasprun_skip(ff_vasprun_nodes *nodes, ff_error *err)
{
    const int depth = ff_vasprun_depth(nodes);
    bool ended = false;
    if (is_empty(nodes))
        return FF_OK;
    for (;;) {
        int status = read_node(nodes, &ended, err);
        if (status != FF_OK || ended)
            return status;
        if (xmlTextReaderNodeType(nodes->xml) == XML_READER_TYPE_END_ELEMENT &&
            ff_vasprun_depth(nodes) == depth)
            return FF_OK;
    }
}

/* Text. */

static bool is_blank(char character)
{
    return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

static int append(const ff_vasprun_nodes *nodes, char text[FF_VASPRUN_TEXT], size_t *used,
                  ff_error *err)
{
    const char *piece = (const char *)xmlTextReaderConstValue(nodes->xml);
    size_t length = piece ? strlen(piece) : 0;
    while (length > 0 && *used == 0 && is_blank(*piece)) {
        piece++;
        length--;
    }
    if (length >= FF_VASPRUN_TEXT - *used)
        return ff_vasprun_fail(nodes, err, FF_E_FORMAT,
                               "an element with more than %d characters of text where a name or "
                               "numbers were expected",
                               FF_VASPRUN_TEXT);
    for (size_t i = 0; i < length; i++)
        text[(*used)++] = piece[i];
    text[*used] = '\0';
    return FF_OK;
}

int ff_vasprun_text(ff_vasprun_nodes *nodes, char text[FF_VASPRUN_TEXT], ff_error *err)
{
    const int depth = ff_vasprun_depth(nodes);
    size_t used = 0;
    bool ended = false, done = is_empty(nodes);
    text[0] = '\0';
    while (!done && !ended) {
        int status = read_node(nodes, &ended, err);
        if (status != FF_OK)
            return status;
        switch (xmlTextReaderNodeType(nodes->xml)) {
        case XML_READER_TYPE_TEXT:
        case XML_READER_TYPE_CDATA:
        case XML_READER_TYPE_WHITESPACE:
        case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
            status = append(nodes, text, &used, err);
            break;
        case XML_READER_TYPE_COMMENT:
        case XML_READER_TYPE_PROCESSING_INSTRUCTION:
            break;
        case XML_READER_TYPE_END_ELEMENT:
            done = ff_vasprun_depth(nodes) == depth;
            break;
        default:
            status = ff_vasprun_fail(nodes, err, FF_E_FORMAT,
                                     "an element was found where text was expected");
        }
        if (status != FF_OK)
            return status;
    }
    while (used > 0 && is_blank(text[used - 1]))
        used--;
    text[used] = '\0';
    return FF_OK;
}

/* Numbers. */

int ff_vasprun_numbers(ff_vasprun_nodes *nodes, double *numbers, size_t count, ff_error *err)
{
    char text[FF_VASPRUN_TEXT];
    int status = ff_vasprun_text(nodes, text, err);
    if (status != FF_OK)
        return status;
    size_t found = 0;
    for (const char *next = text; *next; found++) {
        size_t length = strcspn(next, " \t\r\n");
        double value = 0;
        if (ff_double_parse(next, length, &value) != FF_OK)
            return ff_vasprun_fail(nodes, err, FF_E_FORMAT, "expected a number, found '%.*s'%s",
                                   (int)(length < 40 ? length : 40), next,
                                   *next == '*' ? ": VASP had no room to print it" : "");
        if (found < count)
            numbers[found] = value;
        next += length;
        next += strspn(next, " \t\r\n");
    }
    if (found != count)
        return ff_vasprun_fail(nodes, err, FF_E_FORMAT, "expected %zu number%s, found %zu", count,
                               count == 1 ? "" : "s", found);
    return FF_OK;
}

int ff_vasprun_varray(ff_vasprun_nodes *nodes, ff_vasprun_rows *rows, size_t most, ff_error *err)
{
    const int depth = ff_vasprun_depth(nodes);
    rows->count = 0;
    for (;;) {
        int status = ff_vasprun_within(nodes, depth, err);
        if (status != FF_OK)
            return status;
        if (!ff_vasprun_inside(nodes))
            break;
        if (!ff_vasprun_is(nodes, "v", NULL) || rows->count == most)
            return ff_vasprun_fail(nodes, err, FF_E_FORMAT, "expected %zu rows <v>, found %s", most,
                                   rows->count == most ? "more" : "something else");
        status = ff_reserve(&rows->number, &rows->capacity, rows->count + 1,
                            3 * sizeof *rows->number, err);
        if (status == FF_OK)
            status = ff_vasprun_numbers(nodes, rows->number + 3 * rows->count, 3, err);
        if (status != FF_OK)
            return status;
        rows->count++;
    }
    if (rows->count != 0 && rows->count != most)
        return ff_vasprun_fail(nodes, err, FF_E_FORMAT, "expected %zu rows <v>, found %zu", most,
                               rows->count);
    return FF_OK;
}
