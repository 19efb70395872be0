#ifndef FF_STAGES_INGEST_INGESTION_H
#define FF_STAGES_INGEST_INGESTION_H

/* What farfield-ingest knows while it reads. For its own files only. */

#include "formats/dataset_file.h"
#include "formats/extxyz_mapping.h"
#include "formats/extxyz_survey.h"
#include "lib/structure/neighbour_list.h"
#include "stages/cli/stage.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_group_tally {
    char *name;
    size_t frames, atoms, labelled[FF_KINDS]; /* extended XYZ carries no force constants */
} ff_group_tally;

/* A remark of the reader, kept once with the number of times it came. */
typedef struct ff_remark {
    char text[256];
    size_t times;
} ff_remark;

/* A frame that has been read but not yet checked for atoms on top of one another, and where it was.
 */
typedef struct ff_pending {
    ff_frame frame;
    char *file;
    int64_t line, number;
} ff_pending;

typedef struct ff_ingestion {
    ff_stage_run *stage;
    ff_extxyz_mapping mapping;
    bool asked;             /* the user has decided on every label that the files hold */
    bool drop_zero_virials; /* all zero means missing */
    const char *isolated_group;
    ff_extxyz_survey survey;
    ff_dataset isolated;                     /* energies of isolated atoms; no frames */
    bool isolated_given[FF_MAX_SPECIES + 1]; /* by --e0, which goes before frames */
    ff_dataset_writer *writer;

    size_t pending_count, pending_capacity, pending_atoms;
    ff_pending *pending;
    ff_neighbour_list *neighbours; /* [ff_threads()] */

    size_t files, frames, empty, isolated_frames, zero_virials;
    double largest_stress; /* eV/A^3 */
    size_t group_count, group_capacity;
    ff_group_tally *groups;
    size_t remark_count, remark_capacity;
    ff_remark *remarks;
} ff_ingestion;

/* Sets the mapping and the energies of isolated atoms from the command line. FF_E_USAGE. */
int ff_ingestion_configure(ff_ingestion *work, ff_error *err);
void ff_ingestion_clear(ff_ingestion *work);

/* FF_E_USAGE when the files hold what looks like a label that no option speaks of. `reader` is read
 * on, to name more of them at once. */
int ff_ingestion_ask_labels(ff_ingestion *work, ff_extxyz_reader *reader, ff_error *err);

/* Takes a frame: to the dataset, or as the energy of an isolated atom. Frames are written some at a
 * time, so that threads can share their checks. */
int ff_ingestion_take(ff_ingestion *work, const ff_extxyz_record *record, ff_error *err);

/* Writes what was taken and not yet written. To be called when reading fails, too: an error of an
 * earlier frame goes before that of a later one. */
int ff_ingestion_flush(ff_ingestion *work, ff_error *err);

/* After the last frame: FF_E_FORMAT when a label that was named is nowhere; else says what was
 * read, what is missing, and what was not used. */
int ff_ingestion_summarise(ff_ingestion *work, ff_error *err);

/* What the reader remarks; context is the ingestion. */
void ff_ingestion_remark(void *context, const ff_error *warning);

#ifdef __cplusplus
}
#endif
#endif
