#ifndef FF_STAGES_RUN_STUDY_H
#define FF_STAGES_RUN_STUDY_H

/* A pipeline with all that is known of its instances: programs, keys, results. */

#include "stages/run/key.h"
#include "stages/run/store.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ff_item_state {
    FF_ITEM_WAITING,
    FF_ITEM_RUNNING,
    FF_ITEM_REUSED,
    FF_ITEM_MADE,
    FF_ITEM_FAILED,
    FF_ITEM_SKIPPED /* something it needs failed */
} ff_item_state;

typedef struct ff_study_item {
    bool wanted;
    ff_item_state state;
    ff_tree result;           /* when reused or made */
    char *key_text;           /* NULL until ff_study_key */
    char key[FF_DIGEST_SIZE]; /* "" while an input is still to be made */
} ff_study_item;

typedef struct ff_study {
    ff_pipeline pipeline;
    ff_plan plan;
    ff_executables executables;
    ff_store store;
    ff_study_item *items; /* [plan.count] */
    bool verify;          /* look at the digest of what is reused, not only at its size */
    size_t file_count, file_capacity;
    struct ff_study_file {
        const char *path;
        char digest[FF_DIGEST_SIZE];
    } * files; /* digests of input files, each computed once */
} ff_study;

/* Takes over a pipeline (whose values are set) and expands it; stage `to` (NULL: all) and what it
 * needs are wanted. *study is initialised by the call, also when it fails. */
int ff_study_open(ff_study *study, ff_pipeline *pipeline, const char *to, ff_error *err);
/* Finds the programs and checks every instance against them. */
int ff_study_bind(ff_study *study, ff_error *err);
void ff_study_close(ff_study *study);

/* True when all that an instance takes its input from is reused or made. */
bool ff_study_is_ready(const ff_study *study, size_t index);
/* True when something that it needs failed or was skipped. */
bool ff_study_is_blocked(const ff_study *study, size_t index);

/* Makes an item's key from the results of its inputs; those not yet there count as unknown. */
int ff_study_key(ff_study *study, size_t index, ff_error *err);

/* Looks for an item's result in the store, once its key is known; sets it to reused when there.
 * *damaged tells that what was there is not usable. */
int ff_study_look_up(ff_study *study, size_t index, bool *damaged, ff_error *err);

/* Keeps in mind (for --explain) that this is an item's current key. */
int ff_study_remember(const ff_study *study, size_t index, ff_error *err);
/* The text of the key that the item had when it was last reused or made; NULL: never. Free it. */
int ff_study_recall(const ff_study *study, size_t index, char **key_text, ff_error *err);

/* The path an argument stands for: of a file, or of a result in the store. NULL in *path for
 * others. Free it. */
int ff_study_argument_path(const ff_study *study, const ff_plan_argument *argument, char **path,
                           ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
