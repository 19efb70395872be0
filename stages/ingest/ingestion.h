#ifndef FF_STAGES_INGEST_INGESTION_H
#define FF_STAGES_INGEST_INGESTION_H

/* What farfield-ingest knows while it reads. For its own files only. */

#include "formats/dataset_file.h"
#include "formats/extxyz_mapping.h"
#include "formats/extxyz_survey.h"
#include "formats/vasprun.h"
#include "lib/structure/neighbour_list.h"
#include "stages/cli/audit_report.h"
#include "stages/cli/stage.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_group_tally {
    char *name;
    size_t frames, atoms, labelled[FF_KINDS];
} ff_group_tally;

/* A remark of the reader, kept once with the number of times it came. */
typedef struct ff_remark {
    char text[256];
    size_t times;
} ff_remark;

/* Where a frame came from; names are borrowed. */
typedef struct ff_place {
    const char *file;
    int64_t number, line; /* of the frame in its file, from 1; of its first line, or 0 */
    bool has_atom_lines;  /* a line for each atom, from the third on */
} ff_place;

/* A frame that has been read but not yet checked for atoms on top of one another. */
typedef struct ff_pending {
    ff_frame frame;
    char *file;
    ff_place place; /* its file is the above */
} ff_pending;

/* Frames of one file to which the same thing happened. */
typedef struct ff_left_out {
    const char *what; /* a constant */
    char *file;
    size_t frames, count, capacity;
    int64_t (*range)[2]; /* [count] first and last */
} ff_left_out;

typedef struct ff_ingestion {
    ff_stage_run *stage;
    ff_extxyz_mapping mapping;
    ff_vasprun_options vasprun;
    bool asked;              /* the user has decided on every label that the files hold */
    unsigned dropped_labels; /* bits of ff_label that are not wanted of any file */
    unsigned drop_zeros;     /* bits of ff_label of which all zero means missing */
    bool right_handed;       /* left-handed cells are made right-handed */
    const char *isolated_group;
    ff_extxyz_survey survey;
    ff_dataset isolated;                     /* energies of isolated atoms; no frames */
    bool isolated_given[FF_MAX_SPECIES + 1]; /* by --e0, which goes before frames */
    ff_dataset_writer *writer;
    bool keep;       /* frames for the audit */
    ff_dataset kept; /* what has been written, when they are */
    size_t origin_capacity;
    ff_audit_origin *origin; /* [kept.count]; names as in `files` */
    size_t file_count, file_capacity;
    char **files; /* names of the inputs, in order */

    size_t pending_count, pending_capacity, pending_atoms;
    ff_pending *pending;
    ff_neighbour_list *neighbours; /* [ff_threads()] */

    size_t extxyz_files, frames, isolated_frames, zeros[FF_KINDS];
    double largest_stress; /* eV/A^3 */
    size_t group_count, group_capacity;
    ff_group_tally *groups;
    size_t remark_count, remark_capacity;
    ff_remark *remarks;
    size_t left_out_count, left_out_capacity;
    ff_left_out *left_out;
} ff_ingestion;

/* Sets the mapping and the energies of isolated atoms from the command line. FF_E_USAGE. */
int ff_ingestion_configure(ff_ingestion *work, ff_error *err);
void ff_ingestion_clear(ff_ingestion *work);

/* Reads all operands, whatever their format. */
int ff_ingestion_read(ff_ingestion *work, ff_error *err);

/* FF_E_USAGE when the files hold what looks like a label that no option speaks of. `reader` is read
 * on, to name more of them at once. */
int ff_ingestion_ask_labels(ff_ingestion *work, ff_extxyz_reader *reader, ff_error *err);

/* Takes a frame (whose memory it takes over, on failure too): to the dataset, or as the energy of
 * an isolated atom. Frames are written some at a time, so that threads can share their checks. */
int ff_ingestion_take(ff_ingestion *work, ff_frame *frame, const ff_place *place, ff_error *err);

/* Takes the energy (eV) of an isolated atom. FF_E_FORMAT when an earlier one differs, unless --e0
 * has settled it. */
int ff_ingestion_isolated(ff_ingestion *work, int z, double energy, const ff_place *place,
                          ff_error *err);

/* Writes what was taken and not yet written. To be called when reading fails, too: an error of an
 * earlier frame goes before that of a later one. */
int ff_ingestion_flush(ff_ingestion *work, ff_error *err);

/* Notes what happened to a frame; `what` is a constant text. */
int ff_ingestion_leave_out(ff_ingestion *work, const char *what, const ff_place *place,
                           ff_error *err);
/* Says all of it. */
void ff_ingestion_say_left_out(const ff_ingestion *work);

/* After the last frame: FF_E_FORMAT when a label that was named is nowhere; else says what was
 * read, what is missing, and what was not used. */
int ff_ingestion_summarise(ff_ingestion *work, ff_error *err);

/* What the reader remarks; context is the ingestion. */
void ff_ingestion_remark(void *context, const ff_error *warning);

#ifdef __cplusplus
}
#endif
#endif
