#ifndef FF_FORMATS_CONTAINER_H
#define FF_FORMATS_CONTAINER_H

/* An HDF5 intermediate: one file of one kind, whose bytes depend only on its content.
 *
 * Root attributes: `format` = "farfield", `kind` (dataset, features, reduction, model, relaxation,
 * comparison, evaluation, extrapolation), `version` (major of the kind's layout), `deflate` (level
 * its arrays are compressed with). Every dataset has attributes `units` and `description`.
 * /provenance holds the history (provenance.h).
 *
 * Deterministic bytes: object times off, library version bounds fixed, groups with tracked creation
 * order off, compact attribute storage, deflate only.
 * Files: written to a temporary name beside the target, fsynced and renamed by commit. Path "-" is
 * standard output or standard input: the same bytes as the file, refused on a terminal, spilled to
 * an unlinked file in $TMPDIR when larger than the memory limit (1 GiB, or $FARFIELD_PIPE_MEMORY
 * bytes). A container that is closed without commit leaves nothing behind; neither does a killed
 * process (see temporary_file.h).
 */

#include "formats/temporary_file.h"
#include "lib/base/error.h"

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_container ff_container;

/* Starts a new intermediate of a kind. deflate: HDF5 deflate level 0..9 for its datasets. */
int ff_container_create(ff_container **out, const char *path, const char *kind, int version,
                        int deflate, ff_error *err);

/* Opens one for reading, of a kind in any version up to `version`; kind NULL accepts all of kinds.h
 * (version is ignored). Reads standard input to its end for "-". Errors name the file and say
 * whether it is not HDF5, truncated, not of Farfield, of another kind, or of an unknown version. */
int ff_container_open(ff_container **out, const char *path, const char *kind, int version,
                      ff_error *err);

/* The same for a stream of which `size` bytes have been read already (to see what it is): the rest
 * comes from the descriptor, which stays the caller's. name: for messages. */
int ff_container_open_stream(ff_container **out, const char *name, const void *head, size_t size,
                             int descriptor, ff_error *err);

/* True for bytes that begin an HDF5 file. */
bool ff_container_recognise(const void *bytes, size_t size);

/* Writes out what was created: flush, fsync, rename (or copy to standard output). The container
 * must still be closed. */
int ff_container_commit(ff_container *container, ff_error *err);

/* Closes; discards what was created and not committed. NULL is allowed. */
void ff_container_close(ff_container *container);

/* The root group of the file. Borrowed. */
hid_t ff_container_root(const ff_container *container);
/* The kind, and the name for messages ("standard input" for "-"). Borrowed. */
const char *ff_container_kind(const ff_container *container);
const char *ff_container_name(const ff_container *container);
/* The version of the kind's layout: of an opened file the one it was written with. */
int ff_container_version(const ff_container *container);
/* SHA-256 of the bytes of an opened file, in hex. Borrowed. */
const char *ff_container_digest(const ff_container *container);

/* Groups, attributes, datasets: thin, checked, typed. */

/* All take a location (file, group) and a name. Readers verify type class and rank and report what
 * was expected. */

int ff_group_create(hid_t *out, hid_t location, const char *name, ff_error *err);
int ff_group_open(hid_t *out, hid_t location, const char *name, ff_error *err);
void ff_group_close(hid_t group); /* negative ids are ignored */
bool ff_link_exists(hid_t location, const char *name);

int ff_attribute_write_text(hid_t object, const char *name, const char *value, ff_error *err);
int ff_attribute_write_integer(hid_t object, const char *name, int64_t value, ff_error *err);
int ff_attribute_write_number(hid_t object, const char *name, double value, ff_error *err);
/* *value is allocated; the caller frees it. */
int ff_attribute_read_text(hid_t object, const char *name, char **value, ff_error *err);
int ff_attribute_read_text_into(hid_t object, const char *name, char *buffer, size_t size,
                                ff_error *err);
int ff_attribute_read_integer(hid_t object, const char *name, int64_t *value, ff_error *err);
int ff_attribute_read_number(hid_t object, const char *name, double *value, ff_error *err);
bool ff_attribute_exists(hid_t object, const char *name);

/* Element types as stored: IEEE little-endian 64-bit floats, little-endian integers. */
typedef enum ff_element {
    FF_ELEMENT_DOUBLE,
    FF_ELEMENT_INT64,
    FF_ELEMENT_INT32,
    FF_ELEMENT_UINT32,
    FF_ELEMENT_UINT8
} ff_element;

enum { FF_MAX_RANK = 4 };

/* Writes a whole array of the given shape at once. units: "" when dimensionless. */
int ff_array_write(hid_t location, const char *name, ff_element element, int rank,
                   const size_t *shape, const void *data, const char *units,
                   const char *description, ff_error *err);

/* Reads a whole array. rank must match; shape[rank] in/out: entries that are not SIZE_MAX must
 * match what is stored, all are set. *data is allocated; the caller frees it. */
int ff_array_read(hid_t location, const char *name, ff_element element, int rank, size_t *shape,
                  void **data, ff_error *err);

/* Arrays that grow along their first dimension, for streaming. shape[0] is ignored on create. Rows
 * are written in whole chunks, however many come at a time, and the last at close, which therefore
 * may fail as append may. */
typedef struct ff_array_stream ff_array_stream;
int ff_array_stream_create(ff_array_stream **out, hid_t location, const char *name,
                           ff_element element, int rank, const size_t *shape, const char *units,
                           const char *description, ff_error *err);
int ff_array_stream_append(ff_array_stream *stream, size_t rows, const void *data, ff_error *err);
int ff_array_stream_close(ff_array_stream *stream, ff_error *err); /* frees; NULL is allowed */

/* Opens a stored array to read rows [first, first+rows) at a time; shape as in ff_array_read. */
int ff_array_stream_open(ff_array_stream **out, hid_t location, const char *name,
                         ff_element element, int rank, size_t *shape, ff_error *err);
int ff_array_stream_read(ff_array_stream *stream, size_t first, size_t rows, void *data,
                         ff_error *err);

/* A list of strings as one array of fixed-length UTF-8 (no variable-length heap, so that bytes are
 * reproducible). */
int ff_texts_write(hid_t location, const char *name, size_t count, const char *const *texts,
                   const char *description, ff_error *err);
/* *texts and each of its strings are allocated; free with ff_texts_free. */
int ff_texts_read(hid_t location, const char *name, size_t *count, char ***texts, ff_error *err);
void ff_texts_free(size_t count, char **texts);

#ifdef __cplusplus
}
#endif
#endif
