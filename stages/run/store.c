#include "stages/run/store.h"

#include "formats/whole_file.h"
#include "lib/base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_RECORD_BYTES = 64 << 20 };

static char *join(const ff_store *store, ff_error *err, const char *format, ...) FF_PRINTF(3, 4);
static char *join(const ff_store *store, ff_error *err, const char *format, ...)
{
    char rest[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(rest, sizeof rest, format, arguments);
    va_end(arguments);
    size_t size = strlen(store->path) + strlen(rest) + 2;
    char *path = ff_new_array(size, 1, err);
    if (path)
        (void)snprintf(path, size, "%s/%s", store->path, rest);
    return path;
}

/* Opening. */

static int take_lock(int *lock, const char *path, int flags, ff_error *err)
{
    *lock = open(path, flags, 0666);
    if (*lock < 0)
        return ff_fail_errno(err, "'%s' cannot be opened", path);
    while (flock(*lock, LOCK_EX) != 0)
        if (errno != EINTR)
            return ff_fail_errno(err, "'%s' cannot be locked", path);
    return FF_OK;
}

/* A scratch folder that nobody holds a lock on belongs to a run that was killed. */
static void clear_if_abandoned(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        (void)ff_tree_remove(path, NULL);
    (void)close(descriptor);
}

static void clear_abandoned(const char *folder)
{
    DIR *stream = opendir(folder);
    for (struct dirent *entry; stream && (entry = readdir(stream));) {
        if (entry->d_name[0] == '.')
            continue;
        char *path = ff_path_join(folder, entry->d_name, NULL);
        if (path)
            clear_if_abandoned(path);
        free(path);
    }
    if (stream)
        (void)closedir(stream);
}

/* The lock is left open for the stages this run starts: should only the run be killed, their files
 * stay until they end too. */
static int make_scratch(ff_store *store, ff_error *err)
{
    store->scratch = join(store, err, "scratch/XXXXXX");
    if (!store->scratch)
        return FF_E_NOMEM;
    if (!mkdtemp(store->scratch)) {
        int status = ff_fail_errno(err, "'%s' cannot be made", store->scratch);
        free(store->scratch);
        store->scratch = NULL;
        return status;
    }
    return take_lock(&store->lock, store->scratch, O_RDONLY | O_DIRECTORY, err);
}

static int prepare(ff_store *store, ff_error *err)
{
    static const char *const folders[] = {"objects", "keys",      "logs",
                                          "latest",  "published", "scratch"};
    int status = FF_OK;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0] && status == FF_OK; i++) {
        char *path = join(store, err, "%s", folders[i]);
        status = path ? ff_folder_make(path, err) : FF_E_NOMEM;
        free(path);
    }
    if (status != FF_OK)
        return status;
    /* Between making a scratch folder and locking it, no other run may look for abandoned ones. */
    char *gate_path = join(store, err, "lock"), *scratch = join(store, err, "scratch");
    int gate = -1;
    status = gate_path && scratch ? take_lock(&gate, gate_path, O_RDWR | O_CREAT | O_CLOEXEC, err)
                                  : FF_E_NOMEM;
    if (status == FF_OK) {
        clear_abandoned(scratch);
        status = make_scratch(store, err);
    }
    if (gate >= 0)
        (void)close(gate);
    free(gate_path);
    free(scratch);
    return status;
}

int ff_store_open(ff_store *store, const char *path, bool writing, ff_error *err)
{
    *store = (ff_store){.lock = -1, .path = ff_copy_text(path, err)};
    if (!store->path)
        return FF_E_NOMEM;
    return writing ? prepare(store, err) : FF_OK;
}

void ff_store_close(ff_store *store)
{
    if (store->scratch)
        (void)ff_tree_remove(store->scratch, NULL);
    if (store->lock >= 0)
        (void)close(store->lock);
    free(store->scratch);
    free(store->path);
    *store = (ff_store){.lock = -1};
}

/* Names. */

char *ff_store_object_path(const ff_store *store, const char *digest, ff_error *err)
{
    return join(store, err, "objects/%.2s/%s", digest, digest + 2);
}

char *ff_store_log_path(const ff_store *store, const char *key, ff_error *err)
{
    return join(store, err, "logs/%s.log", key);
}

char *ff_store_scratch_path(const ff_store *store, size_t number, const char *ending, ff_error *err)
{
    const char *name = strrchr(store->scratch, '/') + 1;
    return join(store, err, "scratch/%s/%zu%s", name, number, ending);
}

/* Records. */

static const char record_header[] = "farfield result 1\n";

static const char *after_line(const char *text)
{
    const char *end = text ? strchr(text, '\n') : NULL;
    return end ? end + 1 : NULL;
}

/* "file SIZE DIGEST", the label, the text of the key: each from a new line. */
static bool parse_record(const char *text, ff_tree *result, const char **key_text)
{
    *result = (ff_tree){0};
    if (strncmp(text, record_header, sizeof record_header - 1) != 0)
        return false;
    text += sizeof record_header - 1;
    result->is_folder = strncmp(text, "folder ", 7) == 0;
    const char *digits = text + strcspn(text, " \n");
    char *digest = NULL;
    errno = 0;
    result->size = strtoll(digits, &digest, 10);
    if (errno || digest == digits || *digest++ != ' ' || result->size < 0 ||
        strspn(digest, "0123456789abcdef") != FF_DIGEST_SIZE - 1)
        return false;
    memcpy(result->digest, digest, FF_DIGEST_SIZE - 1);
    *key_text = after_line(after_line(text));
    return *key_text != NULL;
}

/* The record of a key, or NULL in *text. */
static int read_record(const ff_store *store, const char *key, char **text, ff_error *err)
{
    return ff_store_read_note(store, "keys", key, text, err);
}

static bool is_sound(const char *path, const ff_tree *expected, bool verify)
{
    ff_tree found;
    int status = verify ? ff_tree_digest(&found, path, NULL) : ff_tree_measure(&found, path, NULL);
    return status == FF_OK && found.size == expected->size &&
           found.is_folder == expected->is_folder &&
           (!verify || strcmp(found.digest, expected->digest) == 0);
}

int ff_store_find(const ff_store *store, const char *key, bool verify, ff_tree *result, bool *found,
                  bool *damaged, ff_error *err)
{
    char *text = NULL;
    const char *key_text = NULL;
    *found = *damaged = false;
    int status = read_record(store, key, &text, err);
    if (status != FF_OK || !text)
        return status;
    *damaged = true;
    if (parse_record(text, result, &key_text)) {
        char *path = ff_store_object_path(store, result->digest, err);
        status = path ? FF_OK : FF_E_NOMEM;
        *found = path && is_sound(path, result, verify);
        *damaged = !*found;
        free(path);
    }
    free(text);
    return status;
}

int ff_store_key_text(const ff_store *store, const char *key, char **text, ff_error *err)
{
    ff_tree result;
    const char *key_text = NULL;
    char *record = NULL;
    *text = NULL;
    int status = read_record(store, key, &record, err);
    if (status == FF_OK && record && parse_record(record, &result, &key_text)) {
        *text = ff_copy_text(key_text, err);
        status = *text ? FF_OK : FF_E_NOMEM;
    }
    free(record);
    return status;
}

/* Keeping. */

/* Puts a sealed tree in its place unless a sound one is there. */
static int move_object(const ff_store *store, const char *finished, const ff_tree *tree,
                       ff_error *err)
{
    char *path = ff_store_object_path(store, tree->digest, err);
    int status = path ? ff_folder_make_for(path, err) : FF_E_NOMEM;
    if (status == FF_OK && is_sound(path, tree, true)) {
        free(path);
        return ff_tree_remove(finished, err);
    }
    if (status == FF_OK)
        status = ff_tree_remove(path, err);
    if (status == FF_OK && rename(finished, path) != 0 && !is_sound(path, tree, true))
        status = ff_fail_errno(err, "'%s' cannot be moved to '%s'", finished, path);
    free(path);
    return status;
}

int ff_store_keep(const ff_store *store, const char *key, const char *key_text, const char *label,
                  const char *finished, ff_tree *result, ff_error *err)
{
    int status = ff_tree_seal(finished, err);
    if (status == FF_OK)
        status = ff_tree_digest(result, finished, err);
    if (status == FF_OK)
        status = move_object(store, finished, result, err);
    if (status != FF_OK)
        return status;
    char *record = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&record, &size);
    if (!stream)
        return ff_fail(err, FF_E_NOMEM, "out of memory for a record");
    (void)fprintf(stream, "%s%s %lld %s\n%s\n%s", record_header,
                  result->is_folder ? "folder" : "file", (long long)result->size, result->digest,
                  label, key_text);
    status = fclose(stream) == 0 ? ff_store_write_note(store, "keys", key, record, err)
                                 : ff_fail(err, FF_E_NOMEM, "out of memory for a record");
    free(record);
    return status;
}

/* Logs help people and nothing depends on them, so they are not synced. */
int ff_store_keep_log(const ff_store *store, const char *key, const char *log, ff_error *err)
{
    char *path = ff_store_log_path(store, key, err);
    int status = path ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK && rename(log, path) != 0)
        status = ff_fail_errno(err, "'%s' cannot be moved to '%s'", log, path);
    free(path);
    return status;
}

/* Notes. */

/* Written in scratch first, so that a killed run leaves no stray file in the folder itself. */
int ff_store_write_note(const ff_store *store, const char *folder, const char *name,
                        const char *text, ff_error *err)
{
    char *draft = ff_store_scratch_path(store, 0, ".note", err);
    char *path = join(store, err, "%s/%s", folder, name);
    int status = draft && path ? ff_file_write_text(draft, text, err) : FF_E_NOMEM;
    if (status == FF_OK && rename(draft, path) != 0)
        status = ff_fail_errno(err, "'%s' cannot be written", path);
    free(draft);
    free(path);
    return status;
}

int ff_store_read_note(const ff_store *store, const char *folder, const char *name, char **text,
                       ff_error *err)
{
    *text = NULL;
    char *path = join(store, err, "%s/%s", folder, name);
    int status = path ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK && access(path, F_OK) == 0)
        status = ff_whole_file_read(text, NULL, path, MOST_RECORD_BYTES, err);
    free(path);
    return status;
}
