#ifndef FF_LIB_AUDIT_REFEREE_ROWS_H
#define FF_LIB_AUDIT_REFEREE_ROWS_H

/* The observations that the reference model of an audit (the "referee") is fitted to, and what it
 * explains them with: the functions of a small ACE basis and a few constants.
 *
 * Rows: energies per atom (eV), force components (eV/A), virial components per atom (eV). Columns:
 * first the functions; then constants that are nobody's fault: the energy of a free atom of each
 * species (energy rows), a constant pressure (virial rows, times volume per atom), and, when asked
 * for, a shift of the energies of each group but the first.
 */

#include "lib/ace/features.h"
#include "lib/audit/audit_parts.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_REFEREE_KINDS = 3 }; /* energies, forces, virials */

/* Other meanings of a label, tried one at a time. */
enum ff_referee_reading {
    FF_REFEREE_AS_IS,
    FF_REFEREE_PER_ATOM,     /* energies: the label is an energy per atom */
    FF_REFEREE_TIMES_VOLUME, /* virials: the label is a virial over volume */
    FF_REFEREE_OVER_VOLUME,  /* virials: the label is a virial times volume */
    FF_REFEREE_ORDERS,       /* virials: from here on other orders of the shear components */
    FF_REFEREE_READINGS = FF_REFEREE_ORDERS + 5
};

/* Orders of yz xz xy that the label has at places 3 4 5, from FF_REFEREE_ORDERS on. */
extern const int ff_referee_orders[5][3];

typedef struct ff_referee_kind {
    size_t rows;
    double *matrix;                      /* [rows][columns] */
    double *target[FF_REFEREE_READINGS]; /* [rows]; NULL: no reading of this kind */
    uint32_t *frame;                     /* [rows] index into the frames of the referee */
} ff_referee_kind;

typedef struct ff_referee_rows {
    ff_ace_basis *basis;
    size_t functions, species, groups, columns; /* columns: functions + species + 1 + groups - 1 */
    size_t pressure, shifts; /* first column of the constants after the species */
    size_t frames;
    uint32_t *frame; /* [frames] in the dataset */
    uint32_t *group; /* [frames] of the referee: that of the dataset, or the last for all beyond
                      */
    ff_referee_kind kind[FF_REFEREE_KINDS];
} ff_referee_rows;

enum { FF_REFEREE_MOST_GROUPS = 32 };

/* Chooses frames and basis and makes the rows of the labels that are good. *why receives a constant
 * text, and *rows is empty, when there is too little or too much for a referee. *rows is
 * initialised by the call. */
int ff_referee_rows_make(ff_referee_rows *rows, const char **why, const ff_audit_work *work,
                         ff_error *err);
void ff_referee_rows_clear(ff_referee_rows *rows);

/* Hands the rows of one frame of the dataset (functions and constants, as above) of all its good
 * labels to the kinds of *block, which is initialised by the call and has only that frame. */
int ff_referee_frame_rows(ff_referee_rows *block, const ff_referee_rows *rows,
                          const ff_audit_work *work, size_t frame, ff_ace_row_workspace *workspace,
                          ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
