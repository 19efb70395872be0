#include "stages/run/publish.h"

#include "lib/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool same_bytes(const char *path, const char *digest)
{
    char found[FF_DIGEST_SIZE];
    return access(path, F_OK) == 0 && ff_digest_file(found, path, NULL) == FF_OK &&
           strcmp(found, digest) == 0;
}

/* Copies one file unless it is there, and notes it. */
static int publish_file(FILE *notes, const char *target, const char *source, ff_error *err)
{
    char digest[FF_DIGEST_SIZE];
    int status = ff_digest_file(digest, source, err);
    if (status == FF_OK && !same_bytes(target, digest)) {
        status = ff_folder_make_for(target, err);
        if (status == FF_OK)
            status = ff_file_copy(target, source, err);
    }
    if (status == FF_OK)
        (void)fprintf(notes, "%s %s\n", digest, target);
    return status;
}

static int publish_folder(FILE *notes, const char *target, const char *source, ff_error *err)
{
    ff_text_pool pool;
    size_t count = 0;
    const char **paths = NULL;
    ff_text_pool_init(&pool);
    int status = ff_tree_list(&pool, &count, &paths, source, err);
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        char *from = ff_path_join(source, paths[i], err), *to = ff_path_join(target, paths[i], err);
        status = from && to ? publish_file(notes, to, from, err) : FF_E_NOMEM;
        free(from);
        free(to);
    }
    free(paths);
    ff_text_pool_clear(&pool);
    return status;
}

/* Whether one of the lines "DIGEST PATH" is for path. */
static bool has_path(const char *notes, const char *path)
{
    size_t length = strlen(path);
    for (const char *found = notes; (found = strstr(found, path)); found++)
        if (found > notes && found[-1] == ' ' && found[length] == '\n')
            return true;
    return false;
}

/* Removes what is in the notes of then but not in those of now. */
static void take_back(char *then, const char *now)
{
    for (char *line = then, *next; line && *line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        if (strlen(line) < FF_DIGEST_SIZE + 1 || line[FF_DIGEST_SIZE - 1] != ' ')
            continue;
        line[FF_DIGEST_SIZE - 1] = '\0';
        const char *path = line + FF_DIGEST_SIZE;
        if (!has_path(now, path) && same_bytes(path, line))
            (void)unlink(path);
    }
}

static int write_out(const ff_study *study, const ff_study_item *item, FILE *notes,
                     const char *target, ff_error *err)
{
    char *source = ff_store_object_path(&study->store, item->result.digest, err);
    if (!source)
        return FF_E_NOMEM;
    int status = item->result.is_folder ? publish_folder(notes, target, source, err)
                                        : publish_file(notes, target, source, err);
    free(source);
    return status;
}

/* Copies the result to target and brings the notes up to date. */
static int publish_to(const ff_study *study, size_t index, const char *id, const char *target,
                      ff_error *err)
{
    char *then = NULL, *now = NULL;
    size_t size = 0;
    FILE *notes = open_memstream(&now, &size);
    int status = notes ? write_out(study, &study->items[index], notes, target, err)
                       : ff_fail(err, FF_E_NOMEM, "out of memory for a list");
    if (notes && fclose(notes) != 0 && status == FF_OK)
        status = ff_fail(err, FF_E_NOMEM, "out of memory for a list");
    if (status == FF_OK)
        status = ff_store_read_note(&study->store, "published", id, &then, err);
    bool changed = status == FF_OK && (!then || strcmp(then, now) != 0);
    if (changed && then)
        take_back(then, now);
    if (changed)
        status = ff_store_write_note(&study->store, "published", id, now, err);
    free(then);
    free(now);
    return status;
}

int ff_study_publish(const ff_study *study, size_t index, const char *directory, ff_error *err)
{
    const ff_plan_instance *instance = &study->plan.instances[index];
    char id[FF_DIGEST_SIZE];
    if (!instance->publish)
        return FF_OK;
    bool whole = strcmp(instance->publish, ".") == 0;
    if (whole && !study->items[index].result.is_folder)
        return ff_fail_at(
            study->pipeline.stages[instance->stage].place, err,
            "publish=\".\" was found, expected the name of a file: the result is one");
    /* The full path, so that the notes hold wherever a later run is started from. */
    char *full = realpath(directory, NULL);
    char *target = ff_path_join(full ? full : directory, instance->publish, err);
    int status = target ? ff_digest_bytes(id, target, strlen(target), err) : FF_E_NOMEM;
    if (status == FF_OK)
        status = publish_to(study, index, id, target, err);
    free(full);
    free(target);
    return status;
}
