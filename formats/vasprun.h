#ifndef FF_FORMATS_VASPRUN_H
#define FF_FORMATS_VASPRUN_H

/* vasprun.xml, as VASP writes it: one frame for each ionic step, read as a stream (one step in
 * memory, whatever eigenvalues and densities of states the file carries).
 *
 * What is read: atominfo/array "atoms" (species); of each calculation its structure, the varrays
 * "forces" (eV/A) and "stress" (kbar, positive in compression: virial = +volume * stress; absent
 * with ISIF = 0), and energies. docs/vasprun.md states every rule. Frames are periodic along all
 * three vectors. Document type declarations are refused, and nothing outside the file is opened.
 */

#include "formats/text_reader.h"
#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Which of VASP's energies is the label. Forces and stresses are derivatives of the free energy. */
typedef enum ff_vasprun_energy {
    FF_VASPRUN_FREE,           /* e_fr_energy: with the entropy of the smearing */
    FF_VASPRUN_SIGMA0,         /* e_0_energy: extrapolated to no smearing */
    FF_VASPRUN_WITHOUT_ENTROPY /* e_wo_entrp: internal energy */
} ff_vasprun_energy;

typedef struct ff_vasprun_options {
    ff_vasprun_energy energy;
    bool whole_steps; /* of a file that ends early, take the steps that are whole */
} ff_vasprun_options;

/* What else is known of a step. */
typedef struct ff_vasprun_step {
    int64_t number, line; /* from 1; line of <calculation> */
    int64_t iterations;   /* electronic steps; 0: none recorded */
    bool unconverged;     /* as many as NELM allows: stopped, not converged */
} ff_vasprun_step;

typedef struct ff_vasprun_reader ff_vasprun_reader;

/* True for bytes (at least 64, or the whole file) that begin an XML file. */
bool ff_vasprun_recognise(const char *bytes, size_t size);

/* Takes over an opened text reader (closed with the reader, and on failure). options may be NULL.
 */
int ff_vasprun_open(ff_vasprun_reader **out, ff_text_reader *text,
                    const ff_vasprun_options *options, ff_error *err);

/* The next ionic step: makes *frame (group "default"; the caller clears it) and fills *step; *more
 * is false at the end of the file, and then *frame has no atoms. FF_E_FORMAT, FF_E_RANGE with file,
 * line and frame. */
int ff_vasprun_next(ff_vasprun_reader *reader, ff_frame *frame, ff_vasprun_step *step, bool *more,
                    ff_error *err);

/* After the end: whether the file ended early and whole_steps took what there was. */
bool ff_vasprun_ended_early(const ff_vasprun_reader *reader);

void ff_vasprun_close(ff_vasprun_reader *reader); /* NULL is allowed */

#ifdef __cplusplus
}
#endif
#endif
