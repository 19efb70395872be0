/* Provenance read back. */

#include "formats/digest.h"
#include "formats/provenance.h"
#include "lib/base/memory.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct id_list {
    size_t count, capacity;
    char (*id)[FF_DIGEST_SIZE];
    int status;
} id_list;

static herr_t collect_id(hid_t group, const char *name, const H5L_info_t *information, void *data)
{
    id_list *list = data;
    (void)group;
    (void)information;
    if (strlen(name) != FF_DIGEST_SIZE - 1) {
        list->status = FF_E_FORMAT;
        return -1;
    }
    list->status = ff_reserve(&list->id, &list->capacity, list->count + 1, sizeof *list->id, NULL);
    if (list->status != FF_OK)
        return -1;
    memcpy(list->id[list->count++], name, FF_DIGEST_SIZE);
    return 0;
}

/* Appends to an allocated text; after a failure *text is NULL. */
static void append(char **text, const char *format, ...) FF_PRINTF(2, 3);
static void append(char **text, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    size_t used = *text ? strlen(*text) : 0;
    int more = vsnprintf(NULL, 0, format, arguments);
    char *longer = *text && more >= 0 ? realloc(*text, used + (size_t)more + 1) : NULL;
    if (longer)
        (void)vsnprintf(longer + used, (size_t)more + 1, format, again);
    else
        free(*text);
    *text = longer;
    va_end(again);
    va_end(arguments);
}

static void append_parameter(char **text, const char *name, json_t *value)
{
    char *shown = json_is_string(value)
                      ? NULL
                      : json_dumps(value, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY);
    const char *said = json_is_string(value) ? json_string_value(value) : shown;
    append(text, " %s=%s", name, said ? said : "?");
    free(shown);
}

/* " <- role ID": the step that made an input, or else its digest. */
static void append_input(char **text, json_t *input, bool first)
{
    const char *role = json_string_value(json_object_get(input, "role"));
    const char *step = json_string_value(json_object_get(input, "step"));
    const char *digest = json_string_value(json_object_get(input, "sha256"));
    append(text, "%s%s %s%.12s", first ? " <- " : ", ", role ? role : "?", step ? "" : "sha256:",
           step     ? step
           : digest ? digest
                    : "?");
}

/* "fit 0.1.0 observations=EF ridge=... <- input 0123456789ab" */
static char *summarise(json_t *step)
{
    const char *program = json_string_value(json_object_get(step, "program"));
    const char *version = json_string_value(json_object_get(step, "version"));
    char *text = ff_copy_text(program ? program : "?", NULL);
    const char *name;
    size_t i;
    json_t *value;
    append(&text, " %s", version ? version : "?");
    json_object_foreach(json_object_get(step, "parameters"), name, value)
        append_parameter(&text, name, value);
    json_array_foreach(json_object_get(step, "inputs"), i, value)
        append_input(&text, value, i == 0);
    return text;
}

static int copy_warnings(ff_history_step *step, json_t *warnings, ff_error *err)
{
    size_t i;
    json_t *value;
    step->warnings = ff_new_array(json_array_size(warnings), sizeof *step->warnings, err);
    if (!step->warnings)
        return FF_E_NOMEM;
    json_array_foreach(warnings, i, value)
    {
        const char *text = json_string_value(value);
        if (!(step->warnings[i] = ff_copy_text(text ? text : "?", err)))
            return FF_E_NOMEM;
        step->warning_count++;
    }
    return FF_OK;
}

static int read_step(ff_history_step *step, json_t **parsed, hid_t group, const char *id,
                     ff_error *err)
{
    size_t count = 0;
    char **texts = NULL;
    char digest[FF_DIGEST_SIZE];
    int status = ff_texts_read(group, id, &count, &texts, err);
    if (status == FF_OK && count != 1)
        status = ff_fail(err, FF_E_FORMAT, "the provenance step %.12s is not one text", id);
    if (status == FF_OK)
        status = ff_digest_bytes(digest, texts[0], strlen(texts[0]), err);
    if (status == FF_OK && strcmp(digest, id) != 0)
        status = ff_fail(err, FF_E_FORMAT, "the provenance step %.12s was altered: digest %.12s",
                         id, digest);
    if (status == FF_OK && !(*parsed = json_loads(texts[0], 0, NULL)))
        status = ff_fail(err, FF_E_FORMAT, "the provenance step %.12s is not JSON", id);
    if (status == FF_OK) {
        memcpy(step->id, id, FF_DIGEST_SIZE);
        step->json = ff_copy_text(texts[0], err);
        step->summary = summarise(*parsed);
        status = step->json && step->summary ? FF_OK : FF_E_NOMEM;
    }
    if (status == FF_OK)
        status = copy_warnings(step, json_object_get(*parsed, "warnings"), err);
    ff_texts_free(count == SIZE_MAX ? 0 : count, texts);
    return status;
}

static size_t find_step(const ff_history_step *steps, size_t count, const char *id)
{
    size_t i = 0;
    while (i < count && strcmp(steps[i].id, id) != 0)
        i++;
    return i;
}

/* Longest chain from the newest step to each: a step comes before what it descends from. */
static void measure_depth(size_t *depth, json_t *const *parsed, const ff_history_step *steps,
                          size_t count, size_t from, size_t level)
{
    size_t i;
    json_t *input;
    if (level <= depth[from] && level > 0)
        return;
    if (level > count) /* a cycle cannot be honest: ids are digests */
        return;
    depth[from] = level;
    json_array_foreach(json_object_get(parsed[from], "inputs"), i, input)
    {
        const char *id = json_string_value(json_object_get(input, "step"));
        size_t parent = id ? find_step(steps, count, id) : count;
        if (parent < count)
            measure_depth(depth, parsed, steps, count, parent, level + 1);
    }
}

/* Insertion by depth; equal depths keep the order of their ids. */
static void sort_by_depth(ff_history_step *steps, size_t *depth, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t j = i; j > 0 && depth[j] < depth[j - 1]; j--) {
            ff_history_step step = steps[j];
            size_t level = depth[j];
            steps[j] = steps[j - 1];
            depth[j] = depth[j - 1];
            steps[j - 1] = step;
            depth[j - 1] = level;
        }
}

static int read_steps(hid_t group, const char *newest, const id_list *ids, ff_history_step *steps,
                      ff_error *err)
{
    size_t *depth = ff_new_array(ids->count, sizeof *depth, err);
    json_t **parsed = ff_new_array(ids->count, sizeof(json_t *), err);
    int status = depth && parsed ? FF_OK : FF_E_NOMEM;
    for (size_t i = 0; i < ids->count && status == FF_OK; i++)
        status = read_step(&steps[i], &parsed[i], group, ids->id[i], err);
    if (status == FF_OK) {
        size_t first = find_step(steps, ids->count, newest);
        if (first == ids->count)
            status = ff_fail(err, FF_E_FORMAT, "the provenance lacks the step that wrote the file");
        else
            measure_depth(depth, parsed, steps, ids->count, first, 0);
    }
    if (status == FF_OK)
        sort_by_depth(steps, depth, ids->count);
    for (size_t i = 0; parsed && i < ids->count; i++)
        json_decref(parsed[i]);
    free(parsed);
    free(depth);
    return status;
}

int ff_history_read(const ff_container *container, size_t *count, ff_history_step **steps,
                    ff_error *err)
{
    hid_t group = -1, list = -1;
    char newest[FF_DIGEST_SIZE];
    id_list ids = {0};
    *count = 0;
    *steps = NULL;
    int status = ff_group_open(&group, ff_container_root(container), "provenance", err);
    if (status == FF_OK)
        status = ff_attribute_read_text_into(group, "step", newest, sizeof newest, err);
    if (status == FF_OK)
        status = ff_group_open(&list, group, "steps", err);
    if (status == FF_OK && H5Literate(list, H5_INDEX_NAME, H5_ITER_INC, NULL, collect_id, &ids) < 0)
        status = ff_fail(err, ids.status ? ids.status : FF_E_FORMAT,
                         "the provenance is damaged: a step's name is not a digest");
    if (status == FF_OK && !(*steps = ff_new_array(ids.count, sizeof **steps, err)))
        status = FF_E_NOMEM;
    if (status == FF_OK)
        status = read_steps(list, newest, &ids, *steps, err);
    if (status == FF_OK) {
        *count = ids.count;
    } else {
        ff_history_free(ids.count, *steps);
        *steps = NULL;
    }
    ff_group_close(list);
    ff_group_close(group);
    free(ids.id);
    return status;
}

static void copy_member(char *text, size_t size, json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    (void)snprintf(text, size, "%s", value ? value : "");
}

int ff_history_inputs(const ff_history_step *step, size_t *count, ff_history_input **inputs,
                      ff_error *err)
{
    size_t i;
    json_t *input, *parsed = json_loads(step->json, 0, NULL);
    json_t *list = json_object_get(parsed, "inputs");
    *count = json_array_size(list);
    *inputs = ff_new_array(*count, sizeof **inputs, err);
    if (*inputs)
        json_array_foreach(list, i, input)
        {
            ff_history_input *one = &(*inputs)[i];
            copy_member(one->role, sizeof one->role, input, "role");
            copy_member(one->kind, sizeof one->kind, input, "kind");
            copy_member(one->digest, sizeof one->digest, input, "sha256");
        }
    else
        *count = 0;
    json_decref(parsed);
    return *inputs ? FF_OK : FF_E_NOMEM;
}

void ff_history_free(size_t count, ff_history_step *steps)
{
    for (size_t i = 0; steps && i < count; i++) {
        free(steps[i].json);
        free(steps[i].summary);
        for (size_t k = 0; k < steps[i].warning_count; k++)
            free(steps[i].warnings[k]);
        free(steps[i].warnings);
    }
    free(steps);
}
