#include "stages/run/study.h"

#include "lib/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int mark_wanted(ff_study *study, const char *to, ff_error *err)
{
    size_t stage = to ? ff_pipeline_find_stage(&study->pipeline, to) : FF_PIPELINE_NONE;
    if (to && stage == FF_PIPELINE_NONE)
        return ff_fail(err, FF_E_USAGE, "pipeline '%s' has no stage '%s' (try --list)",
                       study->pipeline.name, to);
    bool *wanted = ff_new_array(study->plan.count, sizeof *wanted, err);
    if (!wanted)
        return FF_E_NOMEM;
    if (to)
        ff_plan_mark_needed(&study->plan, stage, wanted);
    for (size_t i = 0; i < study->plan.count; i++)
        study->items[i].wanted = !to || wanted[i];
    free(wanted);
    return FF_OK;
}

int ff_study_open(ff_study *study, ff_pipeline *pipeline, const char *to, ff_error *err)
{
    *study = (ff_study){.pipeline = *pipeline, .store.lock = -1};
    *pipeline = (ff_pipeline){0};
    int status = ff_plan_make(&study->plan, &study->pipeline, err);
    if (status != FF_OK)
        return status;
    study->items = ff_new_array(study->plan.count, sizeof *study->items, err);
    return study->items ? mark_wanted(study, to, err) : FF_E_NOMEM;
}

int ff_study_bind(ff_study *study, ff_error *err)
{
    int status = ff_executables_find(&study->executables, &study->pipeline, err);
    for (size_t i = 0; i < study->plan.count && status == FF_OK; i++) {
        ff_plan_instance *instance = &study->plan.instances[i];
        status = ff_program_bind(&ff_executable_of(&study->executables, instance)->program,
                                 &study->plan, instance, err);
    }
    return status;
}

void ff_study_close(ff_study *study)
{
    for (size_t i = 0; study->items && i < study->plan.count; i++)
        free(study->items[i].key_text);
    free(study->items);
    free(study->files);
    ff_store_close(&study->store);
    ff_executables_clear(&study->executables);
    ff_plan_clear(&study->plan);
    ff_pipeline_clear(&study->pipeline);
    *study = (ff_study){.store.lock = -1};
}

/* Dependencies. */

static bool has_result(const ff_study_item *item)
{
    return item->state == FF_ITEM_REUSED || item->state == FF_ITEM_MADE;
}

bool ff_study_is_ready(const ff_study *study, size_t index)
{
    const ff_plan_instance *instance = &study->plan.instances[index];
    for (size_t i = 0; i < instance->argument_count; i++) {
        size_t source = instance->arguments[i].source;
        if (source != FF_PIPELINE_NONE && !has_result(&study->items[source]))
            return false;
    }
    return true;
}

bool ff_study_is_blocked(const ff_study *study, size_t index)
{
    const ff_plan_instance *instance = &study->plan.instances[index];
    for (size_t i = 0; i < instance->argument_count; i++) {
        size_t source = instance->arguments[i].source;
        if (source != FF_PIPELINE_NONE && (study->items[source].state == FF_ITEM_FAILED ||
                                           study->items[source].state == FF_ITEM_SKIPPED))
            return true;
    }
    return false;
}

/* Keys. */

/* Index into study->files of a file's digest, computed when it is first asked for. */
static int find_file(ff_study *study, const char *path, size_t *index, ff_error *err)
{
    for (*index = 0; *index < study->file_count; ++*index)
        if (strcmp(study->files[*index].path, path) == 0)
            return FF_OK;
    int status = ff_reserve(&study->files, &study->file_capacity, study->file_count + 1,
                            sizeof *study->files, err);
    if (status == FF_OK)
        status = ff_digest_file(study->files[*index].digest, path, err);
    if (status == FF_OK) {
        study->files[*index].path = path;
        study->file_count++;
    }
    return status;
}

/* Fills digest[i] for the arguments that are files or results. */
static int collect_digests(ff_study *study, const ff_plan_instance *instance, const char **digest,
                           bool *complete, ff_error *err)
{
    *complete = true;
    /* First all files, since adding one may move those before it. */
    for (size_t i = 0, at; i < instance->argument_count; i++)
        if (instance->arguments[i].file &&
            find_file(study, instance->arguments[i].file, &at, err) != FF_OK)
            return FF_E_IO;
    for (size_t i = 0, at; i < instance->argument_count; i++) {
        const ff_plan_argument *argument = &instance->arguments[i];
        if (argument->file) {
            (void)find_file(study, argument->file, &at, NULL);
            digest[i] = study->files[at].digest;
        } else if (argument->source != FF_PIPELINE_NONE) {
            const ff_study_item *source = &study->items[argument->source];
            digest[i] = has_result(source) ? source->result.digest : FF_KEY_UNKNOWN;
            *complete = *complete && has_result(source);
        }
    }
    return FF_OK;
}

int ff_study_key(ff_study *study, size_t index, ff_error *err)
{
    const ff_plan_instance *instance = &study->plan.instances[index];
    ff_study_item *item = &study->items[index];
    const char **digest = ff_new_array(instance->argument_count, sizeof *digest, err);
    if (!digest)
        return FF_E_NOMEM;
    free(item->key_text);
    item->key_text = NULL;
    item->key[0] = '\0';
    bool complete = false;
    int status = collect_digests(study, instance, digest, &complete, err);
    if (status == FF_OK)
        status = ff_key_text(&item->key_text, instance,
                             ff_executable_of(&study->executables, instance), digest, err);
    if (status == FF_OK && complete)
        status = ff_digest_bytes(item->key, item->key_text, strlen(item->key_text), err);
    free(digest);
    return status;
}

int ff_study_look_up(ff_study *study, size_t index, bool *damaged, ff_error *err)
{
    ff_study_item *item = &study->items[index];
    bool found = false;
    int status =
        ff_store_find(&study->store, item->key, study->verify, &item->result, &found, damaged, err);
    if (status == FF_OK && found)
        item->state = FF_ITEM_REUSED;
    return status;
}

/* What was last. */

static int identity(const ff_study *study, size_t index, char id[FF_DIGEST_SIZE], ff_error *err)
{
    char text[1024];
    int length = snprintf(text, sizeof text, "%s\n%s", study->pipeline.name,
                          study->plan.instances[index].label);
    size_t size = length < 0 ? 0 : (size_t)length < sizeof text ? (size_t)length : sizeof text - 1;
    return ff_digest_bytes(id, text, size, err);
}

int ff_study_remember(const ff_study *study, size_t index, ff_error *err)
{
    char id[FF_DIGEST_SIZE], *known = NULL;
    const char *key = study->items[index].key;
    int status = identity(study, index, id, err);
    if (status == FF_OK)
        status = ff_store_read_note(&study->store, "latest", id, &known, err);
    if (status == FF_OK && (!known || strcmp(known, key) != 0))
        status = ff_store_write_note(&study->store, "latest", id, key, err);
    free(known);
    return status;
}

int ff_study_recall(const ff_study *study, size_t index, char **key_text, ff_error *err)
{
    char id[FF_DIGEST_SIZE], *key = NULL;
    *key_text = NULL;
    int status = identity(study, index, id, err);
    if (status == FF_OK)
        status = ff_store_read_note(&study->store, "latest", id, &key, err);
    if (status == FF_OK && key && strlen(key) == FF_DIGEST_SIZE - 1 && !strchr(key, '/'))
        status = ff_store_key_text(&study->store, key, key_text, err);
    free(key);
    return status;
}

int ff_study_argument_path(const ff_study *study, const ff_plan_argument *argument, char **path,
                           ff_error *err)
{
    *path = NULL;
    if (argument->file)
        *path = ff_copy_text(argument->file, err);
    else if (argument->source != FF_PIPELINE_NONE)
        *path =
            ff_store_object_path(&study->store, study->items[argument->source].result.digest, err);
    else
        return FF_OK;
    return *path ? FF_OK : FF_E_NOMEM;
}
