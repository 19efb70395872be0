#include "formats/pipeline_schema.h"

#include "formats/pipeline_document.h"

#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/xmlregexp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Looking things up in the schema. */

static bool is_named(const xmlNode *node, const char *name)
{
    return xmlStrEqual(node->name, BAD_CAST name);
}

static bool attribute_is(xmlNodePtr node, const char *attribute, const char *value)
{
    xmlChar *found = xmlGetNoNsProp(node, BAD_CAST attribute);
    bool equal = found && xmlStrEqual(found, BAD_CAST value);
    xmlFree(found);
    return equal;
}

/* First node in document order below (and including the siblings of) node that has the name. */
static xmlNodePtr find_below(xmlNodePtr node, const char *element, const char *name)
{
    for (node = ff_pipeline_next_element(node); node; node = ff_pipeline_next_element(node->next)) {
        if (is_named(node, element) && attribute_is(node, "name", name))
            return node;
        xmlNodePtr found = find_below(node->children, element, name);
        if (found)
            return found;
    }
    return NULL;
}

/* What a <ref> stands for: the <define> of its name. */
static xmlNodePtr referred(xmlNodePtr ref)
{
    xmlChar *name = xmlGetNoNsProp(ref, BAD_CAST "name");
    xmlNodePtr define = find_below(xmlDocGetRootElement(ref->doc)->children, "define",
                                   name ? (const char *)name : "");
    xmlFree(name);
    return define;
}

/* The schema's definition of an element of the document. */
static xmlNodePtr element_definition(xmlDocPtr schema, const xmlNode *node)
{
    char name[128];
    bool foreign = node->ns && !xmlStrEqual(node->ns->href, BAD_CAST FF_PIPELINE_NAMESPACE);
    (void)snprintf(name, sizeof name, "%s%s", foreign ? "xi:" : "", (const char *)node->name);
    return find_below(xmlDocGetRootElement(schema)->children, "element", name);
}

typedef enum part { PART_ATTRIBUTE, PART_ELEMENT } part;

/* Looks for an attribute or a child element called name in the content of a definition, through
 * references. *required tells whether every valid element has it. */
static xmlNodePtr find_part(xmlNodePtr content, part wanted, const char *name, bool *required)
{
    for (xmlNodePtr node = ff_pipeline_next_element(content); node;
         node = ff_pipeline_next_element(node->next)) {
        bool attribute = is_named(node, "attribute"), element = is_named(node, "element");
        if ((wanted == PART_ATTRIBUTE ? attribute : element) && attribute_is(node, "name", name))
            return node;
        if (attribute || element)
            continue;
        xmlNodePtr inside = is_named(node, "ref") ? referred(node) : node;
        xmlNodePtr found = inside ? find_part(inside->children, wanted, name, required) : NULL;
        if (found) {
            *required = *required && (is_named(node, "ref") || is_named(node, "group"));
            return found;
        }
    }
    return NULL;
}

/* A definition in words. */

static void append(char *buffer, size_t size, const char *text)
{
    size_t used = strlen(buffer);
    (void)snprintf(buffer + used, size - used, "%s", text);
}

/* Writes the parts of a definition: "id program [publish]", alternatives with "|". */
static void synopsis(char *buffer, size_t size, xmlNodePtr content, part wanted,
                     const char *separator)
{
    for (xmlNodePtr node = ff_pipeline_next_element(content); node;
         node = ff_pipeline_next_element(node->next)) {
        bool attribute = is_named(node, "attribute"), element = is_named(node, "element");
        char inside[256] = "";
        if (attribute || element) {
            if ((wanted == PART_ATTRIBUTE) != attribute || xmlHasProp(node, BAD_CAST "ns"))
                continue;
            xmlChar *name = xmlGetNoNsProp(node, BAD_CAST "name");
            (void)snprintf(inside, sizeof inside, "%s", name ? (const char *)name : "");
            xmlFree(name);
        } else if (is_named(node, "ref")) {
            xmlNodePtr define = referred(node);
            if (define)
                synopsis(inside, sizeof inside, define->children, wanted, separator);
        } else {
            bool choice = is_named(node, "choice") && wanted == PART_ATTRIBUTE;
            synopsis(inside, sizeof inside, node->children, wanted, choice ? " | " : separator);
        }
        if (!inside[0])
            continue;
        bool optional = is_named(node, "optional") && wanted == PART_ATTRIBUTE;
        bool choice = strstr(inside, " | ") && !is_named(node, "group");
        append(buffer, size, buffer[0] ? separator : "");
        append(buffer, size, optional ? "[" : choice ? "(" : "");
        append(buffer, size, inside);
        append(buffer, size, optional ? "]" : choice ? ")" : "");
    }
}

/* What is wrong with an element. */

static int unknown_child(xmlNodePtr parent_definition, const xmlNode *node, ff_error *err)
{
    char expected[256] = "";
    synopsis(expected, sizeof expected, parent_definition->children, PART_ELEMENT, ", ");
    bool unspaced = !node->ns || !xmlStrEqual(node->ns->href, BAD_CAST FF_PIPELINE_NAMESPACE);
    if (unspaced)
        return ff_fail(err, FF_E_FORMAT,
                       "element '%s' of namespace '%s' was found, expected namespace '%s'",
                       (const char *)node->name, node->ns ? (const char *)node->ns->href : "",
                       FF_PIPELINE_NAMESPACE);
    return ff_fail(err, FF_E_FORMAT, "element '%s' does not belong in '%s', expected %s",
                   (const char *)node->name, (const char *)node->parent->name,
                   expected[0] ? expected : "nothing");
}

/* The pattern an attribute's value must match, or NULL when any text will do. Free with xmlFree. */
static xmlChar *pattern_of(xmlNodePtr definition)
{
    xmlNodePtr content = ff_pipeline_next_element(definition->children);
    while (content && is_named(content, "ref")) {
        xmlNodePtr define = referred(content);
        content = define ? ff_pipeline_next_element(define->children) : NULL;
    }
    if (content && is_named(content, "value"))
        return xmlNodeGetContent(content);
    xmlNodePtr param =
        content && is_named(content, "data") ? ff_pipeline_next_element(content->children) : NULL;
    return param ? xmlNodeGetContent(param) : NULL;
}

static int check_attribute(xmlNodePtr definition, const xmlAttr *attribute, ff_error *err)
{
    const char *element = (const char *)attribute->parent->name;
    bool required = true;
    xmlNodePtr found =
        find_part(definition->children, PART_ATTRIBUTE, (const char *)attribute->name, &required);
    if (!found) {
        char expected[256] = "";
        synopsis(expected, sizeof expected, definition->children, PART_ATTRIBUTE, " ");
        return ff_fail(err, FF_E_FORMAT, "'%s' has an unknown attribute '%s', expected %s", element,
                       (const char *)attribute->name, expected);
    }
    xmlChar *pattern = pattern_of(found);
    xmlRegexpPtr expression = pattern ? xmlRegexpCompile(pattern) : NULL;
    xmlChar *value = xmlNodeListGetString(attribute->doc, attribute->children, 1);
    int status = FF_OK;
    if (expression && xmlRegexpExec(expression, value ? value : BAD_CAST "") != 1)
        status = ff_fail(err, FF_E_FORMAT, "'%s' has %s=\"%s\", expected text like %s", element,
                         (const char *)attribute->name, value ? (const char *)value : "",
                         (const char *)pattern);
    xmlRegFreeRegexp(expression);
    xmlFree(value);
    xmlFree(pattern);
    return status;
}

/* Whether an attribute that every valid element has is missing. */
static int check_required(xmlNodePtr definition, xmlNodePtr content, xmlNodePtr node, ff_error *err)
{
    for (content = ff_pipeline_next_element(content); content;
         content = ff_pipeline_next_element(content->next)) {
        xmlChar *name = xmlGetNoNsProp(content, BAD_CAST "name");
        bool missing = is_named(content, "attribute") && name && !xmlHasProp(node, name);
        if (missing) {
            char expected[256] = "";
            synopsis(expected, sizeof expected, definition->children, PART_ATTRIBUTE, " ");
            ff_fail(err, FF_E_FORMAT, "'%s' has no attribute '%s', expected %s",
                    (const char *)node->name, (const char *)name, expected);
        }
        xmlFree(name);
        if (missing)
            return FF_E_FORMAT;
    }
    return FF_OK;
}

static int check_text(xmlNodePtr node, ff_error *err)
{
    for (xmlNodePtr child = node->children; child; child = child->next)
        if (child->type == XML_TEXT_NODE && !xmlIsBlankNode(child))
            return ff_fail(err, FF_E_FORMAT, "'%s' holds text, expected elements only",
                           (const char *)node->name);
    return FF_OK;
}

/* Sets err to the first thing wrong in document order at node or below it; FF_OK when every element
 * looks right on its own. */
static int explain(xmlDocPtr schema, xmlNodePtr definition, xmlNodePtr node, ff_error *err)
{
    int status = check_text(node, err);
    for (const xmlAttr *attribute = node->properties; attribute && status == FF_OK;
         attribute = attribute->next)
        if (!attribute->ns)
            status = check_attribute(definition, attribute, err);
    if (status == FF_OK)
        status = check_required(definition, definition->children, node, err);
    if (status != FF_OK)
        return ff_pipeline_node_error(node, status, err);
    for (xmlNodePtr child = ff_pipeline_next_element(node->children); child && status == FF_OK;
         child = ff_pipeline_next_element(child->next)) {
        bool required = true;
        xmlNodePtr inner = element_definition(schema, child);
        bool belongs = inner && find_part(definition->children, PART_ELEMENT,
                                          (const char *)child->name, &required);
        if (!belongs)
            return ff_pipeline_node_error(child, unknown_child(definition, child, err), err);
        status = explain(schema, inner, child, err);
    }
    return status;
}

/* Validation. */

#if LIBXML_VERSION >= 21200
static void keep_first(void *data, const xmlError *found)
#else
static void keep_first(void *data, xmlError *found)
#endif
{
    ff_error *first = data;
    if (first->code)
        return;
    ff_fail(first, FF_E_FORMAT, "%.*s", found->message ? (int)strcspn(found->message, "\n") : 0,
            found->message ? found->message : "");
    ff_error_at_line(first, found->line, 0);
}

/* What libxml2 found, with the synopsis of the element concerned when it names one. */
static int unexplained(xmlDocPtr document, const ff_error *found, ff_error *err)
{
    ff_fail(err, FF_E_FORMAT, "%s (see the schema, pipelines/farfield.rng)", found->message);
    ff_error_at_line(err, found->line, 0);
    ff_error_in_file(err, ff_pipeline_node_file(xmlDocGetRootElement(document)));
    return FF_E_FORMAT;
}

static int invalid(xmlDocPtr document, xmlDocPtr schema, const ff_error *found, ff_error *err)
{
    xmlNodePtr root = xmlDocGetRootElement(document);
    xmlNodePtr definition = element_definition(schema, root);
    if (definition && explain(schema, definition, root, err) != FF_OK)
        return FF_E_FORMAT;
    return unexplained(document, found, err);
}

static int check_root(xmlDocPtr document, ff_error *err)
{
    xmlNodePtr root = xmlDocGetRootElement(document);
    if (root && is_named(root, "pipeline") && root->ns &&
        xmlStrEqual(root->ns->href, BAD_CAST FF_PIPELINE_NAMESPACE))
        return FF_OK;
    ff_fail(err, FF_E_FORMAT,
            "the root is '%s' of namespace '%s', expected <pipeline xmlns=\"%s\">",
            root ? (const char *)root->name : "",
            root && root->ns ? (const char *)root->ns->href : "", FF_PIPELINE_NAMESPACE);
    return ff_pipeline_node_error(root, FF_E_FORMAT, err);
}

static int validate(xmlDocPtr document, xmlDocPtr schema, xmlRelaxNGPtr grammar, ff_error *err)
{
    ff_error found = {0};
    xmlRelaxNGValidCtxtPtr validator = xmlRelaxNGNewValidCtxt(grammar);
    if (!validator)
        return ff_fail(err, FF_E_NOMEM, "out of memory for validation");
    xmlRelaxNGSetValidStructuredErrors(validator, keep_first, &found);
    int answer = xmlRelaxNGValidateDoc(validator, document);
    xmlRelaxNGFreeValidCtxt(validator);
    return answer == 0 ? FF_OK : invalid(document, schema, &found, err);
}

int ff_pipeline_validate(xmlDocPtr document, ff_error *err)
{
    int status = check_root(document, err);
    if (status != FF_OK)
        return status;
    int size = (int)strlen(ff_pipeline_schema_text);
    xmlDocPtr schema =
        xmlReadMemory(ff_pipeline_schema_text, size, "farfield.rng", NULL, XML_PARSE_NONET);
    xmlRelaxNGParserCtxtPtr parser = schema ? xmlRelaxNGNewDocParserCtxt(schema) : NULL;
    xmlRelaxNGPtr grammar = parser ? xmlRelaxNGParse(parser) : NULL;
    status = grammar ? validate(document, schema, grammar, err)
                     : ff_fail(err, FF_E_INTERNAL, "the built-in schema cannot be compiled");
    xmlRelaxNGFree(grammar);
    xmlRelaxNGFreeParserCtxt(parser);
    xmlFreeDoc(schema);
    return status;
}
