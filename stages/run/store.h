#ifndef FF_STAGES_RUN_STORE_H
#define FF_STAGES_RUN_STORE_H

/* Where results live. A key (the digest of all that determines a result) leads to a record, which
 * leads to the result, named by its own digest:
 *
 *   objects/ab/cdef...   results, files or folders, read-only
 *   keys/KEY             record: kind, size and digest of the result, label, text of the key
 *   logs/KEY.log         what the stage printed
 *   latest/ID            the key an instance had last (ID: digest of study and label)
 *   published/ID         what was copied out, to be able to take it back
 *   scratch/RUN/         of a run under way; removed by a later run when its owner was killed
 *
 * Everything appears by rename, so several runs can share a store and any of them can be killed at
 * any point. */

#include "stages/run/file_tree.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_store {
    char *path;
    char *scratch; /* folder of this run; NULL when opened for looking only */
    int lock;      /* keeps others from clearing scratch away; -1: none */
} ff_store;

/* Opens a store, which need not exist. writing: makes it, clears away what killed runs left behind,
 * and makes a scratch folder. *store is initialised by the call, also when it fails. */
int ff_store_open(ff_store *store, const char *path, bool writing, ff_error *err);
/* Removes the scratch folder. */
void ff_store_close(ff_store *store);

/* Path of a result, a log, or a new name in the scratch folder. Free it. NULL when out of memory.
 */
char *ff_store_object_path(const ff_store *store, const char *digest, ff_error *err);
char *ff_store_log_path(const ff_store *store, const char *key, ff_error *err);
char *ff_store_scratch_path(const ff_store *store, size_t number, const char *ending,
                            ff_error *err);

/* Looks for the result of a key. *found is false when there is none, or when it is damaged: of
 * another size than recorded, or of another digest (looked at only when verify); *damaged tells. */
int ff_store_find(const ff_store *store, const char *key, bool verify, ff_tree *result, bool *found,
                  bool *damaged, ff_error *err);

/* Moves a finished file or folder into the store under its digest, and records it for the key. */
int ff_store_keep(const ff_store *store, const char *key, const char *key_text, const char *label,
                  const char *finished, ff_tree *result, ff_error *err);

/* Moves a log from scratch to its place. */
int ff_store_keep_log(const ff_store *store, const char *key, const char *log, ff_error *err);

/* Small texts by name in a folder of the store ("latest", "published"). Reading one that is not
 * there gives NULL in *text; free it. */
int ff_store_write_note(const ff_store *store, const char *folder, const char *name,
                        const char *text, ff_error *err);
int ff_store_read_note(const ff_store *store, const char *folder, const char *name, char **text,
                       ff_error *err);

/* The text of the key in its record; NULL in *text when there is no record. Free it. */
int ff_store_key_text(const ff_store *store, const char *key, char **text, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
