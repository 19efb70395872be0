#ifndef FF_FORMATS_DATASET_FILE_H
#define FF_FORMATS_DATASET_FILE_H

/* Datasets as HDF5 (kind "dataset", version 2; layout in docs/formats.md). Version 1, which
 * had no force constants, is read as well. */

#include "formats/container.h"
#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_DATASET_FILE_VERSION = 2 };

/* Streaming writer: frames are written as they are appended. */
typedef struct ff_dataset_writer ff_dataset_writer;
int ff_dataset_writer_new(ff_dataset_writer **out, ff_container *container, ff_error *err);
int ff_dataset_writer_append(ff_dataset_writer *writer, const ff_frame *frame, ff_error *err);
/* Writes what comes once per file: isolated-atom energies by atomic number (taken from dataset,
 * whose frames are ignored) and the group names. Frees the writer, also on failure. */
int ff_dataset_writer_finish(ff_dataset_writer *writer, const ff_dataset *isolated, ff_error *err);
void ff_dataset_writer_free(ff_dataset_writer *writer); /* abandons; NULL is allowed */

/* The whole dataset at once. */
int ff_dataset_write(ff_container *container, const ff_dataset *dataset, ff_error *err);
/* *dataset is initialised by the call. Every frame is checked with ff_frame_check. */
int ff_dataset_read(ff_dataset *dataset, ff_container *container, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
