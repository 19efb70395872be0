/* Reading: from the validated tree to structs. pipeline_check.c then looks at how they fit. */

#include "formats/pipeline.h"

#include "formats/pipeline_check.h"
#include "formats/pipeline_document.h"
#include "formats/pipeline_schema.h"
#include "formats/pipeline_text.h"
#include "lib/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int ff_fail_at(ff_place place, ff_error *err, const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    ff_fail(err, FF_E_FORMAT, "%s", message);
    ff_error_at_line(err, place.line, 0);
    ff_error_in_file(err, place.file);
    return FF_E_FORMAT;
}

const char *ff_path_beside(ff_text_pool *pool, const char *file, const char *path, ff_error *err)
{
    const char *slash = strrchr(file, '/');
    if (path[0] == '/' || !slash)
        return path;
    return ff_text_pool_format(pool, err, "%.*s/%s", (int)(slash - file), file, path);
}

/* Reading. */

static ff_place place_of(const xmlNode *node)
{
    return (ff_place){ff_pipeline_node_file(node), xmlGetLineNo(node)};
}

/* Copies an attribute's value to *value; NULL when it is absent. */
static int read_attribute(const char **value, ff_pipeline *pipeline, xmlNodePtr node,
                          const char *name, ff_error *err)
{
    *value = NULL;
    if (!xmlHasProp(node, BAD_CAST name))
        return FF_OK;
    xmlChar *text = xmlGetNoNsProp(node, BAD_CAST name);
    if (text)
        *value =
            ff_text_pool_copy(&pipeline->pool, (const char *)text, strlen((const char *)text), err);
    else
        ff_fail(err, FF_E_NOMEM, "out of memory for an attribute");
    xmlFree(text);
    return *value ? FF_OK : FF_E_NOMEM;
}

static int add_variable(ff_pipeline *pipeline, xmlNodePtr node, ff_variable **out, ff_error *err)
{
    int status = ff_reserve(&pipeline->variables, &pipeline->variable_capacity,
                            pipeline->variable_count + 1, sizeof *pipeline->variables, err);
    if (status != FF_OK)
        return status;
    *out = &pipeline->variables[pipeline->variable_count++];
    **out = (ff_variable){.place = place_of(node), .by = FF_PIPELINE_NONE};
    return read_attribute(&(*out)->name, pipeline, node, "name", err);
}

static int read_values(ff_pipeline *pipeline, ff_variable *variable, xmlNodePtr node, ff_error *err)
{
    const char *values = NULL;
    int status = read_attribute(&values, pipeline, node, "values", err);
    if (status == FF_OK)
        status =
            ff_pipeline_split(&pipeline->pool, values, &variable->count, &variable->values, err);
    return status;
}

static int read_sweep(ff_pipeline *pipeline, xmlNodePtr node, ff_error *err)
{
    ff_variable *sweep = NULL;
    int status = add_variable(pipeline, node, &sweep, err);
    if (status != FF_OK)
        return status;
    if (pipeline->sweep_count == FF_PIPELINE_MAX_SWEEPS)
        return ff_fail_at(sweep->place, err, "more than %d sweeps were found",
                          (int)FF_PIPELINE_MAX_SWEEPS);
    sweep->is_sweep = true;
    sweep->sweep = pipeline->sweep_count++;
    return read_values(pipeline, sweep, node, err);
}

static int read_let(ff_pipeline *pipeline, xmlNodePtr node, ff_error *err)
{
    ff_variable *let = NULL;
    const char *by = NULL, *type = NULL;
    int status = add_variable(pipeline, node, &let, err);
    if (status == FF_OK)
        status = read_attribute(&by, pipeline, node, "by", err);
    if (status == FF_OK)
        status = read_attribute(&type, pipeline, node, "type", err);
    if (status != FF_OK)
        return status;
    let->is_file = type != NULL;
    if (!by)
        return read_attribute(&let->value, pipeline, node, "value", err);
    let->by = ff_pipeline_find_variable(pipeline, by);
    if (let->by == FF_PIPELINE_NONE || !pipeline->variables[let->by].is_sweep)
        return ff_fail_at(let->place, err,
                          "by=\"%s\" was found, expected the name of a sweep above", by);
    return read_values(pipeline, let, node, err);
}

static int read_option(ff_pipeline *pipeline, ff_pipeline_stage *stage, xmlNodePtr node,
                       ff_error *err)
{
    int status = ff_reserve(&stage->options, &stage->option_capacity, stage->option_count + 1,
                            sizeof *stage->options, err);
    if (status != FF_OK)
        return status;
    ff_pipeline_option *option = &stage->options[stage->option_count++];
    *option = (ff_pipeline_option){.place = place_of(node)};
    status = read_attribute(&option->name, pipeline, node, "name", err);
    if (status == FF_OK)
        status = read_attribute(&option->value, pipeline, node, "value", err);
    return status;
}

/* collect="all" or names of sweeps. */
static int read_collect(ff_pipeline *pipeline, ff_pipeline_input *input, const char *collect,
                        ff_error *err)
{
    size_t count = 0;
    const char **names = NULL;
    int status = ff_pipeline_split(&pipeline->pool, collect, &count, &names, err);
    input->collects = true;
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        size_t index = ff_pipeline_find_variable(pipeline, names[i]);
        if (count == 1 && strcmp(names[i], "all") == 0)
            input->collected = UINT32_MAX;
        else if (index != FF_PIPELINE_NONE && pipeline->variables[index].is_sweep)
            input->collected |= 1u << pipeline->variables[index].sweep;
        else
            status = ff_fail_at(input->place, err,
                                "collect names '%s', expected sweeps above, or \"all\"", names[i]);
    }
    free(names);
    return status;
}

static int read_input(ff_pipeline *pipeline, ff_pipeline_stage *stage, xmlNodePtr node,
                      ff_error *err)
{
    int status = ff_reserve(&stage->inputs, &stage->input_capacity, stage->input_count + 1,
                            sizeof *stage->inputs, err);
    if (status != FF_OK)
        return status;
    ff_pipeline_input *input = &stage->inputs[stage->input_count++];
    *input = (ff_pipeline_input){.place = place_of(node), .source = FF_PIPELINE_NONE};
    const char *collect = NULL;
    struct {
        const char **value;
        const char *name;
    } attributes[] = {{&input->stage, "stage"},
                      {&input->file, "file"},
                      {&input->as, "as"},
                      {&input->prefix, "prefix"},
                      {&collect, "collect"}};
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0] && status == FF_OK; i++)
        status = read_attribute(attributes[i].value, pipeline, node, attributes[i].name, err);
    if (status == FF_OK && collect)
        status = read_collect(pipeline, input, collect, err);
    return status;
}

static int read_stage(ff_pipeline *pipeline, xmlNodePtr node, ff_error *err)
{
    int status = ff_reserve(&pipeline->stages, &pipeline->stage_capacity, pipeline->stage_count + 1,
                            sizeof *pipeline->stages, err);
    if (status != FF_OK)
        return status;
    ff_pipeline_stage *stage = &pipeline->stages[pipeline->stage_count++];
    *stage = (ff_pipeline_stage){.place = place_of(node)};
    status = read_attribute(&stage->id, pipeline, node, "id", err);
    if (status == FF_OK)
        status = read_attribute(&stage->program, pipeline, node, "program", err);
    if (status == FF_OK)
        status = read_attribute(&stage->publish, pipeline, node, "publish", err);
    for (node = ff_pipeline_next_element(node->children); node && status == FF_OK;
         node = ff_pipeline_next_element(node->next))
        status = xmlStrEqual(node->name, BAD_CAST "option")
                     ? read_option(pipeline, stage, node, err)
                     : read_input(pipeline, stage, node, err);
    return status;
}

static int read_items(ff_pipeline *pipeline, xmlNodePtr parent, ff_error *err)
{
    static const struct {
        const char *element;
        int (*read)(ff_pipeline *pipeline, xmlNodePtr node, ff_error *err);
    } readers[] = {
        {"let", read_let}, {"sweep", read_sweep}, {"stage", read_stage}, {"part", read_items}};
    int status = FF_OK;
    for (xmlNodePtr node = ff_pipeline_next_element(parent->children); node && status == FF_OK;
         node = ff_pipeline_next_element(node->next))
        for (size_t i = 0; i < sizeof readers / sizeof readers[0] && status == FF_OK; i++)
            if (xmlStrEqual(node->name, BAD_CAST readers[i].element))
                status = readers[i].read(pipeline, node, err);
    return status;
}

static int read_document(ff_pipeline *pipeline, xmlDocPtr document, ff_error *err)
{
    xmlNodePtr root = xmlDocGetRootElement(document);
    int status = ff_pipeline_validate(document, err);
    if (status == FF_OK)
        status = read_attribute(&pipeline->name, pipeline, root, "name", err);
    if (status == FF_OK)
        status = read_attribute(&pipeline->title, pipeline, root, "title", err);
    pipeline->place = place_of(root);
    if (status == FF_OK)
        status = read_items(pipeline, root, err);
    return status == FF_OK ? ff_pipeline_check(pipeline, err) : status;
}

int ff_pipeline_read(ff_pipeline *pipeline, const char *path, ff_error *err)
{
    *pipeline = (ff_pipeline){0};
    ff_text_pool_init(&pipeline->pool);
    xmlDocPtr document = NULL;
    int status = ff_pipeline_document_read(&document, path, &pipeline->pool, err);
    if (status == FF_OK)
        status = read_document(pipeline, document, err);
    xmlFreeDoc(document);
    return status;
}

void ff_pipeline_clear(ff_pipeline *pipeline)
{
    for (size_t i = 0; i < pipeline->variable_count; i++) {
        free(pipeline->variables[i].values);
        free(pipeline->variables[i].selector);
    }
    for (size_t i = 0; i < pipeline->stage_count; i++) {
        free(pipeline->stages[i].options);
        free(pipeline->stages[i].inputs);
    }
    free(pipeline->variables);
    free(pipeline->stages);
    free(pipeline->order);
    ff_text_pool_clear(&pipeline->pool);
    *pipeline = (ff_pipeline){0};
}

/* Finding. */

size_t ff_pipeline_find_stage(const ff_pipeline *pipeline, const char *id)
{
    for (size_t i = 0; i < pipeline->stage_count; i++)
        if (strcmp(pipeline->stages[i].id, id) == 0)
            return i;
    return FF_PIPELINE_NONE;
}

size_t ff_pipeline_find_variable(const ff_pipeline *pipeline, const char *name)
{
    for (size_t i = 0; i < pipeline->variable_count; i++)
        if (strcmp(pipeline->variables[i].name, name) == 0)
            return i;
    return FF_PIPELINE_NONE;
}

const ff_variable *ff_pipeline_sweep(const ff_pipeline *pipeline, size_t number)
{
    for (size_t i = 0; i < pipeline->variable_count; i++)
        if (pipeline->variables[i].is_sweep && pipeline->variables[i].sweep == number)
            return &pipeline->variables[i];
    return NULL;
}
