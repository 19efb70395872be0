#include "stages/run/file_tree.h"

#include "formats/temporary_file.h"
#include "lib/base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *ff_path_join(const char *folder, const char *name, ff_error *err)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = ff_new_array(size, 1, err);
    if (path)
        (void)snprintf(path, size, "%s/%s", folder, name);
    return path;
}

/* Listing. */

typedef struct listing {
    ff_text_pool *pool;
    size_t count, capacity;
    const char **paths;
} listing;

static int list_folder(listing *list, const char *folder, const char *below, ff_error *err);

static int list_entry(listing *list, const char *folder, const char *path, ff_error *err)
{
    struct stat information;
    char *full = ff_path_join(folder, path, err);
    if (!full)
        return FF_E_NOMEM;
    int status = FF_OK;
    if (lstat(full, &information) != 0)
        status = ff_fail_errno(err, "'%s' cannot be read", full);
    else if (S_ISDIR(information.st_mode))
        status = list_folder(list, folder, path, err);
    else if (!S_ISREG(information.st_mode))
        status =
            ff_fail(err, FF_E_FORMAT, "'%s' was found, expected a regular file or a folder", full);
    else
        status =
            ff_reserve(&list->paths, &list->capacity, list->count + 1, sizeof *list->paths, err);
    if (status == FF_OK && S_ISREG(information.st_mode))
        list->paths[list->count++] = path;
    free(full);
    return status;
}

static int list_folder(listing *list, const char *folder, const char *below, ff_error *err)
{
    char *full = ff_path_join(folder, below, err);
    DIR *stream = full ? opendir(full) : NULL;
    int status = !full     ? FF_E_NOMEM
                 : !stream ? ff_fail_errno(err, "folder '%s' cannot be read", full)
                           : FF_OK;
    for (struct dirent *entry; status == FF_OK && (entry = readdir(stream));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        const char *path =
            ff_text_pool_format(list->pool, err, "%s%s%s", below, *below ? "/" : "", entry->d_name);
        status = path ? list_entry(list, folder, path, err) : FF_E_NOMEM;
    }
    if (stream)
        (void)closedir(stream);
    free(full);
    return status;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int ff_tree_list(ff_text_pool *pool, size_t *count, const char ***paths, const char *folder,
                 ff_error *err)
{
    listing list = {.pool = pool};
    int status = list_folder(&list, folder, "", err);
    if (status == FF_OK && list.count)
        qsort(list.paths, list.count, sizeof *list.paths, compare_paths);
    if (status != FF_OK) {
        free(list.paths);
        list = (listing){0};
    }
    *count = list.count;
    *paths = list.paths;
    return status;
}

/* Every file of a tree. */

typedef int (*file_visitor)(void *context, const char *full, const char *path, ff_error *err);

/* Calls visit for a file, or for each file of a folder; path is "" for a file on its own. */
static int visit_files(const char *root, bool *is_folder, file_visitor visit, void *context,
                       ff_error *err)
{
    struct stat information;
    if (lstat(root, &information) != 0)
        return ff_fail_errno(err, "'%s' cannot be read", root);
    *is_folder = S_ISDIR(information.st_mode);
    if (!*is_folder && !S_ISREG(information.st_mode))
        return ff_fail(err, FF_E_FORMAT, "'%s' was found, expected a regular file or a folder",
                       root);
    if (!*is_folder)
        return visit(context, root, "", err);
    ff_text_pool pool;
    size_t count = 0;
    const char **paths = NULL;
    ff_text_pool_init(&pool);
    int status = ff_tree_list(&pool, &count, &paths, root, err);
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        char *full = ff_path_join(root, paths[i], err);
        status = full ? visit(context, full, paths[i], err) : FF_E_NOMEM;
        free(full);
    }
    free(paths);
    ff_text_pool_clear(&pool);
    return status;
}

static int add_size(void *context, const char *full, const char *path, ff_error *err)
{
    (void)path;
    ff_tree *tree = context;
    struct stat information;
    if (stat(full, &information) != 0)
        return ff_fail_errno(err, "'%s' cannot be read", full);
    tree->size += information.st_size;
    return FF_OK;
}

int ff_tree_measure(ff_tree *tree, const char *path, ff_error *err)
{
    *tree = (ff_tree){0};
    return visit_files(path, &tree->is_folder, add_size, tree, err);
}

typedef struct digester {
    FILE *listing;
    char digest[FF_DIGEST_SIZE]; /* of the file visited last */
} digester;

static int add_digest(void *context, const char *full, const char *path, ff_error *err)
{
    digester *work = context;
    ff_tree file = {0};
    int status = add_size(&file, full, path, err);
    if (status == FF_OK)
        status = ff_digest_file(work->digest, full, err);
    if (status == FF_OK)
        (void)fprintf(work->listing, "%s %lld %s\n", work->digest, (long long)file.size, path);
    return status;
}

int ff_tree_digest(ff_tree *tree, const char *path, ff_error *err)
{
    char *text = NULL;
    size_t size = 0;
    int status = ff_tree_measure(tree, path, err);
    if (status != FF_OK)
        return status;
    digester work = {.listing = open_memstream(&text, &size)};
    if (!work.listing)
        return ff_fail(err, FF_E_NOMEM, "out of memory for a listing");
    status = visit_files(path, &tree->is_folder, add_digest, &work, err);
    if (fclose(work.listing) != 0 && status == FF_OK)
        status = ff_fail(err, FF_E_NOMEM, "out of memory for a listing");
    if (status == FF_OK && tree->is_folder)
        status = ff_digest_bytes(tree->digest, text, size, err);
    else if (status == FF_OK)
        (void)snprintf(tree->digest, sizeof tree->digest, "%s", work.digest);
    free(text);
    return status;
}

static int sync_path(const char *path, ff_error *err)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return ff_fail_errno(err, "'%s' cannot be opened", path);
    int status = fsync(descriptor) == 0 ? FF_OK : ff_fail_errno(err, "'%s' cannot be synced", path);
    (void)close(descriptor);
    return status;
}

static int seal_file(void *context, const char *full, const char *path, ff_error *err)
{
    (void)context, (void)path;
    int status = sync_path(full, err);
    if (status == FF_OK && chmod(full, S_IRUSR | S_IRGRP | S_IROTH) != 0)
        status = ff_fail_errno(err, "'%s' cannot be made read-only", full);
    return status;
}

int ff_tree_seal(const char *path, ff_error *err)
{
    bool is_folder = false;
    int status = visit_files(path, &is_folder, seal_file, NULL, err);
    return status == FF_OK && is_folder ? sync_path(path, err) : status;
}

/* Removing, making, copying. */

static int remove_content(const char *path, ff_error *err)
{
    DIR *stream = opendir(path);
    if (!stream)
        return ff_fail_errno(err, "folder '%s' cannot be read", path);
    int status = FF_OK;
    for (struct dirent *entry; status == FF_OK && (entry = readdir(stream));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        char *inner = ff_path_join(path, entry->d_name, err);
        status = inner ? ff_tree_remove(inner, err) : FF_E_NOMEM;
        free(inner);
    }
    (void)closedir(stream);
    return status;
}

int ff_tree_remove(const char *path, ff_error *err)
{
    struct stat information;
    if (lstat(path, &information) != 0)
        return errno == ENOENT ? FF_OK : ff_fail_errno(err, "'%s' cannot be removed", path);
    int status = S_ISDIR(information.st_mode) ? remove_content(path, err) : FF_OK;
    if (status == FF_OK && remove(path) != 0 && errno != ENOENT)
        status = ff_fail_errno(err, "'%s' cannot be removed", path);
    return status;
}

static int make_one(const char *path, ff_error *err)
{
    struct stat information;
    if (mkdir(path, 0777) == 0)
        return FF_OK;
    int reason = errno;
    if (reason == EEXIST && stat(path, &information) == 0 && S_ISDIR(information.st_mode))
        return FF_OK;
    errno = reason;
    return ff_fail_errno(err, "folder '%s' cannot be made", path);
}

/* Makes every folder of path, or all but the last component. */
static int make_folders(const char *path, bool last, ff_error *err)
{
    char *copy = ff_copy_text(path, err);
    if (!copy)
        return FF_E_NOMEM;
    int status = FF_OK;
    for (char *slash = strchr(copy + 1, '/'); copy[0] && slash && status == FF_OK;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        status = make_one(copy, err);
        *slash = '/';
    }
    if (status == FF_OK && last)
        status = make_one(copy, err);
    free(copy);
    return status;
}

int ff_folder_make(const char *path, ff_error *err)
{
    return make_folders(path, true, err);
}

int ff_folder_make_for(const char *path, ff_error *err)
{
    return make_folders(path, false, err);
}

int ff_file_copy(const char *target, const char *source, ff_error *err)
{
    ff_temporary_file file;
    ff_temporary_file_init(&file);
    int from = open(source, O_RDONLY | O_CLOEXEC);
    int status = from < 0 ? ff_fail_errno(err, "'%s' cannot be opened", source)
                          : ff_temporary_file_create(&file, target, err);
    if (status == FF_OK)
        status = ff_copy_descriptor(file.descriptor, from, err);
    if (status == FF_OK)
        status = ff_temporary_file_commit(&file, err);
    ff_temporary_file_discard(&file);
    if (from >= 0)
        (void)close(from);
    return status;
}

int ff_file_write_text(const char *target, const char *text, ff_error *err)
{
    ff_temporary_file file;
    ff_temporary_file_init(&file);
    int status = ff_temporary_file_create(&file, target, err);
    if (status == FF_OK)
        status = ff_write_all(file.descriptor, text, strlen(text), err);
    if (status == FF_OK)
        status = ff_temporary_file_commit(&file, err);
    ff_temporary_file_discard(&file);
    return status;
}
