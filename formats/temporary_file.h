#ifndef FF_FORMATS_TEMPORARY_FILE_H
#define FF_FORMATS_TEMPORARY_FILE_H

/* Output that appears whole or not at all: written under a temporary name beside its target, then
 * fsynced and renamed. Targets that cannot be renamed to (standard output, devices, pipes) receive
 * a copy of a finished unlinked file instead. */

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_temporary_file {
    int descriptor; /* open for reading and writing; -1: none */
    char *path;     /* of the temporary file while it has a name; else NULL */
    char *target;   /* where it goes; NULL: copied to `stream` */
    int stream;     /* descriptor of a target that is copied to, or -1 */
    int slot;       /* in the table of files to remove when killed; -1: none */
} ff_temporary_file;

void ff_temporary_file_init(ff_temporary_file *file);

/* Creates an empty temporary file for a target ("-": standard output, refused on a terminal). */
int ff_temporary_file_create(ff_temporary_file *file, const char *target, ff_error *err);

/* To be called when whoever writes by name has opened path: a file that is to be copied needs its
 * name no longer. */
void ff_temporary_file_opened(ff_temporary_file *file);

/* Puts what was written in place of the target. */
int ff_temporary_file_commit(ff_temporary_file *file, ff_error *err);

/* Removes what was not committed and frees; may be called any number of times. */
void ff_temporary_file_discard(ff_temporary_file *file);

/* Removes the temporary files of this process; async-signal-safe, for signal handlers. */
void ff_temporary_files_remove(void);

/* A file without target in $TMPDIR (or /tmp), for what does not fit in memory. Release with
 * ff_temporary_file_discard. */
int ff_temporary_file_scratch(ff_temporary_file *file, ff_error *err);

/* write(2) and read(2) until all is done. */
int ff_write_all(int descriptor, const void *bytes, size_t size, ff_error *err);
int ff_copy_descriptor(int to, int from, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
