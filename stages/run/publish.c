#include "stages/run/publish.h"

#include "lib/base/memory.h"

#include <limits.h>
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
        char from[PATH_MAX], to[PATH_MAX];
        (void)snprintf(from, sizeof from, "%s/%s", source, paths[i]);
        (void)snprintf(to, sizeof to, "%s/%s", target, paths[i]);
        status = publish_file(notes, to, from, err);
    }
    free(paths);
    ff_text_pool_clear(&pool);
    return status;
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
        char ending[PATH_MAX];
        (void)snprintf(ending, sizeof ending, " %s\n", path);
        if (!strstr(now, ending) && same_bytes(path, line))
            (void)unlink(path);
    }
}

/* The notes of what was published under a name go by the full path of the target. */
static int notes_name(char id[FF_DIGEST_SIZE], const char *directory, const char *name,
                      ff_error *err)
{
    char text[2 * PATH_MAX];
    char *full = realpath(directory, NULL);
    (void)snprintf(text, sizeof text, "%s/%s", full ? full : directory, name);
    free(full);
    return ff_digest_bytes(id, text, strlen(text), err);
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

int ff_study_publish(const ff_study *study, size_t index, const char *directory, ff_error *err)
{
    const ff_plan_instance *instance = &study->plan.instances[index];
    char target[PATH_MAX], id[FF_DIGEST_SIZE], *then = NULL, *now = NULL;
    size_t size = 0;
    if (!instance->publish)
        return FF_OK;
    bool whole = strcmp(instance->publish, ".") == 0;
    if (whole && !study->items[index].result.is_folder)
        return ff_fail_at(
            study->pipeline.stages[instance->stage].place, err,
            "publish=\".\" was found, expected the name of a file: the result is one");
    (void)snprintf(target, sizeof target, "%s%s%s", directory, whole ? "" : "/",
                   whole ? "" : instance->publish);
    FILE *notes = open_memstream(&now, &size);
    int status = notes ? notes_name(id, directory, instance->publish, err)
                       : ff_fail(err, FF_E_NOMEM, "out of memory for a list");
    if (status == FF_OK)
        status = write_out(study, &study->items[index], notes, target, err);
    if (notes && fclose(notes) != 0 && status == FF_OK)
        status = ff_fail(err, FF_E_NOMEM, "out of memory for a list");
    if (status == FF_OK)
        status = ff_store_read_note(&study->store, "published", id, &then, err);
    bool changed = !then || strcmp(then, now ? now : "") != 0;
    if (status == FF_OK && then && changed)
        take_back(then, now);
    if (status == FF_OK && changed)
        status = ff_store_write_note(&study->store, "published", id, now, err);
    free(then);
    free(now);
    return status;
}
