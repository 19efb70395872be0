#ifndef FF_LIB_REGRESSION_DESIGN_MATRIX_H
#define FF_LIB_REGRESSION_DESIGN_MATRIX_H

/* The linear system of a fit: one row per observation, one column per basis function.
 *
 * Row-major. Rows of a frame are contiguous and ordered: its energy (if labelled), its forces (atom
 * by atom, x y z), its virial (xx yy zz yz xz xy), its force constants (displacement by
 * displacement, atom by atom, x y z; eV/A^2). Targets are what the basis has to explain: the
 * energy row has the one-body energies already taken off (total, eV, not per atom); forces eV/A;
 * virial eV (V = -dE/d(strain)). Rows carry no weights: `fit` decides those.
 */

#include "lib/structure/dataset.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_row_label {
    uint32_t frame; /* index into the frame table, from 0 */
    uint32_t atom;  /* force and force-constant rows: atom whose force it is, from 0; else 0 */
    uint32_t displacement; /* force-constant rows: index into the frame's displacements; else 0 */
    uint8_t kind;          /* enum ff_kind */
    uint8_t axis; /* force and force-constant rows: 0..2; virial rows: Voigt 0..5; energy: 0 */
} ff_row_label;

/* What fit must know of the frames the rows came from. */
typedef struct ff_frame_table {
    size_t count;
    uint32_t *atoms;         /* [count] */
    uint32_t *displacements; /* [count] whose force constants the frame has */
    uint32_t *group;         /* [count] index into group_names */
    double *weight;          /* [count][FF_KINDS] multipliers, see ff_frame.weight */
    size_t group_count;
    char **group_names; /* [group_count] */
    double *distance;   /* A, of every atom from the defect of its frame (defect_distance.h), frame
                           after frame; NaN: unknown. NULL when it is unknown for all */
} ff_frame_table;

/* A block of rows (possibly all). */
typedef struct ff_design_block {
    size_t rows, columns;
    double *matrix;      /* [rows][columns] */
    double *target;      /* [rows] */
    ff_row_label *label; /* [rows] */
} ff_design_block;

void ff_frame_table_init(ff_frame_table *table);
void ff_frame_table_clear(ff_frame_table *table);

/* Table of a dataset's frames; groups numbered in order of first appearance. */
int ff_frame_table_from_dataset(ff_frame_table *table, const ff_dataset *dataset, ff_error *err);

int ff_design_block_init(ff_design_block *block, size_t rows, size_t columns, ff_error *err);
void ff_design_block_clear(ff_design_block *block);

/* Rows that a frame contributes for the given kinds (bits 1u << ff_kind): only labelled ones count.
 */
size_t ff_frame_row_count(const ff_frame *frame, unsigned kinds);

#ifdef __cplusplus
}
#endif
#endif
