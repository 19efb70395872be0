#ifndef FF_STAGES_RUN_FILE_TREE_H
#define FF_STAGES_RUN_FILE_TREE_H

/* A result is a file or a folder of files; these treat both alike. Only regular files and folders
 * are allowed in a tree. */

#include "formats/digest.h"
#include "formats/text_pool.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a tree holds. The digest of a file is that of its bytes; of a folder, that of its listing:
 * a line "DIGEST SIZE PATH" for each file, sorted by path. */
typedef struct ff_tree {
    bool is_folder;
    int64_t size; /* bytes of all files */
    char digest[FF_DIGEST_SIZE];
} ff_tree;

/* "FOLDER/NAME". Allocated; free it. NULL with err set when out of memory. */
char *ff_path_join(const char *folder, const char *name, ff_error *err);

/* Paths of the regular files below a folder, relative to it, sorted by their bytes. */
int ff_tree_list(ff_text_pool *pool, size_t *count, const char ***paths, const char *folder,
                 ff_error *err);

/* Size and kind, without reading the files. FF_E_IO when there is nothing at path. */
int ff_tree_measure(ff_tree *tree, const char *path, ff_error *err);
/* The same with the digest. */
int ff_tree_digest(ff_tree *tree, const char *path, ff_error *err);

/* Waits until everything is on the disk, and makes the files read-only. */
int ff_tree_seal(const char *path, ff_error *err);

/* Removes a tree; what is not there is no error. */
int ff_tree_remove(const char *path, ff_error *err);

/* mkdir -p */
int ff_folder_make(const char *path, ff_error *err);
/* mkdir -p of the folder that holds path. */
int ff_folder_make_for(const char *path, ff_error *err);

/* Replaces the target at once by a copy, or by a text. */
int ff_file_copy(const char *target, const char *source, ff_error *err);
int ff_file_write_text(const char *target, const char *text, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
