#include "formats/provenance.h"

#include "formats/digest.h"
#include "lib/base/memory.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct ff_provenance {
    json_t *step;      /* this run: program, version, parameters, inputs, warnings */
    json_t *ancestors; /* id -> text of every step the inputs descend from */
};

/* One spelling for equal contents: keys sorted, no blanks. */
enum { CANONICAL = JSON_SORT_KEYS | JSON_COMPACT };

static int out_of_memory(ff_error *err)
{
    return ff_fail(err, FF_E_NOMEM, "out of memory for provenance");
}

int ff_provenance_new(ff_provenance **out, const char *program, ff_error *err)
{
    ff_provenance *provenance = ff_new_array(1, sizeof *provenance, err);
    if (!provenance)
        return FF_E_NOMEM;
    provenance->step = json_pack("{s:s, s:s, s:{}, s:[], s:[]}", "program", program, "version",
                                 FF_VERSION, "parameters", "inputs", "warnings");
    provenance->ancestors = json_object();
    if (!provenance->step || !provenance->ancestors) {
        ff_provenance_free(provenance);
        return out_of_memory(err);
    }
    *out = provenance;
    return FF_OK;
}

void ff_provenance_free(ff_provenance *provenance)
{
    if (!provenance)
        return;
    json_decref(provenance->step);
    json_decref(provenance->ancestors);
    free(provenance);
}

/* A JSON string; text that is not UTF-8 cannot be archived as JSON. */
static json_t *text_to_json(const char *text, ff_error *err)
{
    json_t *value = json_string(text);
    if (!value)
        ff_fail(err, FF_E_USAGE, "'%s' is not UTF-8, so it cannot be recorded in provenance", text);
    return value;
}

int ff_provenance_parameter(ff_provenance *provenance, const char *name, const char *value,
                            ff_error *err)
{
    json_t *parameters = json_object_get(provenance->step, "parameters");
    json_t *text = text_to_json(value, err);
    if (!text)
        return FF_E_USAGE;
    json_t *earlier = json_object_get(parameters, name);
    int failed;
    if (!earlier)
        failed = json_object_set_new(parameters, name, text);
    else if (json_is_array(earlier))
        failed = json_array_append_new(earlier, text);
    else
        failed = json_object_set_new(parameters, name, json_pack("[O, o]", earlier, text));
    return failed ? out_of_memory(err) : FF_OK;
}

static int add_input(ff_provenance *provenance, json_t *input, ff_error *err)
{
    if (!input || json_array_append_new(json_object_get(provenance->step, "inputs"), input) != 0)
        return out_of_memory(err);
    return FF_OK;
}

static int add_ancestors(ff_provenance *provenance, const ff_container *container, ff_error *err)
{
    size_t count = 0;
    ff_history_step *steps = NULL;
    int status = ff_history_read(container, &count, &steps, err);
    for (size_t i = 0; i < count && status == FF_OK; i++)
        if (json_object_set_new(provenance->ancestors, steps[i].id, json_string(steps[i].json)) !=
            0)
            status = out_of_memory(err);
    ff_history_free(count, steps);
    return status;
}

int ff_provenance_input(ff_provenance *provenance, const char *role, const ff_container *container,
                        ff_error *err)
{
    json_t *input = json_pack("{s:s, s:s, s:s}", "role", role, "kind", ff_container_kind(container),
                              "sha256", ff_container_digest(container));
    char id[FF_DIGEST_SIZE];
    hid_t group;
    int status = FF_OK;
    if (input && ff_group_open(&group, ff_container_root(container), "provenance", NULL) == FF_OK) {
        status = ff_attribute_read_text_into(group, "step", id, sizeof id, err);
        ff_group_close(group);
        if (status == FF_OK && json_object_set_new(input, "step", json_string(id)) != 0)
            status = out_of_memory(err);
        if (status == FF_OK)
            status = add_ancestors(provenance, container, err);
    }
    if (status == FF_OK)
        return add_input(provenance, input, err);
    json_decref(input);
    return status;
}

int ff_provenance_input_digest(ff_provenance *provenance, const char *role, const char *digest,
                               int64_t size, ff_error *err)
{
    return add_input(
        provenance,
        json_pack("{s:s, s:s, s:I}", "role", role, "sha256", digest, "bytes", (json_int_t)size),
        err);
}

int ff_provenance_input_file(ff_provenance *provenance, const char *role, const char *path,
                             ff_error *err)
{
    char digest[FF_DIGEST_SIZE];
    struct stat information;
    int status = ff_digest_file(digest, path, err);
    if (status == FF_OK && stat(path, &information) != 0)
        status = ff_fail_errno(err, "cannot be examined");
    if (status == FF_OK)
        status =
            ff_provenance_input_digest(provenance, role, digest, (int64_t)information.st_size, err);
    else
        ff_error_in_file(err, path);
    return status;
}

int ff_provenance_warning(ff_provenance *provenance, const char *text, ff_error *err)
{
    json_t *value = text_to_json(text, err);
    if (!value)
        return FF_E_USAGE;
    if (json_array_append_new(json_object_get(provenance->step, "warnings"), value) != 0)
        return out_of_memory(err);
    return FF_OK;
}

static int write_steps(hid_t group, json_t *steps, ff_error *err)
{
    static const char description[] =
        "one run of a stage; the name is the SHA-256 of this JSON text";
    const char **ids = ff_new_array(json_object_size(steps), sizeof *ids, err);
    size_t count = 0;
    const char *id;
    json_t *value;
    int status = ids ? FF_OK : FF_E_NOMEM;
    if (!ids)
        return status;
    json_object_foreach(steps, id, value) ids[count++] = id;
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        const char *text = json_string_value(json_object_get(steps, ids[i]));
        status = ff_texts_write(group, ids[i], 1, &text, description, err);
    }
    free(ids);
    return status;
}

int ff_provenance_write(const ff_provenance *provenance, ff_container *container, ff_error *err)
{
    char id[FF_DIGEST_SIZE];
    hid_t group = -1, steps_group = -1;
    char *text = json_dumps(provenance->step, CANONICAL);
    json_t *steps = json_copy(provenance->ancestors);
    int status = text && steps ? FF_OK : out_of_memory(err);
    if (status == FF_OK)
        status = ff_digest_bytes(id, text, strlen(text), err);
    if (status == FF_OK && json_object_set_new(steps, id, json_string(text)) != 0)
        status = out_of_memory(err);
    if (status == FF_OK)
        status = ff_group_create(&group, ff_container_root(container), "provenance", err);
    if (status == FF_OK)
        status = ff_attribute_write_text(group, "step", id, err);
    if (status == FF_OK)
        status = ff_group_create(&steps_group, group, "steps", err);
    if (status == FF_OK)
        status = write_steps(steps_group, steps, err);
    ff_group_close(steps_group);
    ff_group_close(group);
    json_decref(steps);
    free(text);
    return status;
}

/* ---- reading back ---- */

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
    char *shown = json_is_string(value) ? NULL : json_dumps(value, CANONICAL | JSON_ENCODE_ANY);
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

void ff_history_free(size_t count, ff_history_step *steps)
{
    for (size_t i = 0; steps && i < count; i++) {
        free(steps[i].json);
        free(steps[i].summary);
    }
    free(steps);
}
