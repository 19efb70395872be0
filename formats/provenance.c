#include "formats/provenance.h"

#include "formats/digest.h"
#include "lib/base/memory.h"

#include <jansson.h>
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
