#ifndef FF_LIB_STRUCTURE_SYMMETRY_H
#define FF_LIB_STRUCTURE_SYMMETRY_H

/* The space group of a periodic frame, what it spares of the force constants, and how those that
 * were computed give all the others.
 *
 * Conventions: A, eV/A^2; Cartesian matrices 3x3 row-major, x' = R x. Atoms from 0. An operation
 * takes the whole frame onto itself, modulo the cell. Operations are found by spglib (A. Togo,
 * K. Shinohara and I. Tanaka, Sci. Technol. Adv. Mater. Meth. 4, 2384822 (2024)); their rotations
 * are then made orthogonal to rounding, so that what follows from them is exact for a structure
 * that is exactly symmetric, and as good as its symmetry otherwise.
 *
 * A response is what ff_frame.force_constants holds for one displacement. Under an operation the
 * response of atom b to moving atom a along d becomes, turned, that of the image of b to moving the
 * image of a along R d: Phi(ga, gb) = R Phi(a, b) R^T.
 */

#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

/* x -> R x + t; in fractions of the cell vectors s -> W s + w. */
typedef struct ff_symmetry_operation {
    double rotation[9]; /* R, orthogonal */
    int turn[9];        /* W, row-major */
    double shift[3];    /* w */
} ff_symmetry_operation;

typedef struct ff_symmetry {
    size_t atoms;
    double tolerance; /* A, within which the operations hold */
    size_t orbits;    /* sets of atoms that the operations take into one another */
    uint32_t *first;  /* [orbits] the lowest atom of each, its representative; increasing */
    uint32_t *orbit;  /* [atoms] */
    ff_symmetry_operation *carrier; /* [atoms] takes the representative to the atom */
    size_t *offset;                 /* [orbits + 1] into site */
    ff_symmetry_operation *site;    /* those that leave the representative where it is */
} ff_symmetry;

/* Zeroes the struct. */
void ff_symmetry_init(ff_symmetry *symmetry);
void ff_symmetry_clear(ff_symmetry *symmetry);

/* Finds the operations of a frame within tolerance, A (1e-5 is usual; large against the rounding of
 * the positions, small against how far a distorted structure is from a symmetric one). *symmetry is
 * initialised by the call. A frame that is not periodic along all its cell vectors has the identity
 * only. FF_E_RANGE for atoms on top of one another, FF_E_NUMERIC when spglib gives up. Not to be
 * called by two threads at a time (spglib keeps its last error in a global). */
int ff_symmetry_find(ff_symmetry *symmetry, const ff_frame *frame, double tolerance, ff_error *err);

typedef struct ff_space_group {
    int number;      /* in the International Tables, 1 to 230 */
    char symbol[16]; /* Hermann-Mauguin, as spglib writes it: "Im-3m" */
    int operations;  /* of its point group */
} ff_space_group;

/* The space group of a frame, translations within its cell included. A frame that is not periodic
 * along its third vector counts as one of a stack. FF_E_RANGE for one that is not periodic along
 * another; else as ff_symmetry_find. */
int ff_symmetry_space_group(ff_space_group *group, const ff_frame *frame, double tolerance,
                            ff_error *err);

/* The independent displacements: of each representative along as few directions as have images
 * under its site's operations that span space. The directions are Cartesian axes or diagonals
 * between them, those whose images are spread most evenly (the earliest of equals; x where any
 * would do). *displacements is allocated; the caller frees it. */
int ff_symmetry_displacements(ff_displacement **displacements, size_t *count,
                              const ff_symmetry *symmetry, ff_error *err);

/* All displacements of `atoms` atoms, along x, y and z of each in turn. The caller frees. */
int ff_all_displacements(ff_displacement **displacements, size_t *count, size_t atoms,
                         ff_error *err);

/* The whole matrix from the responses of a frame to some displacements, each used with all its
 * images: full[atoms][atoms][9] (caller's memory), full[a][b][3 i + j] = d2E / dx_ai dx_bj. Where
 * the images are more than needed, the least-squares solution. FF_E_RANGE naming the first atom
 * whose block the displacements do not determine, FF_E_NUMERIC when an image of an atom is not
 * found in the frame, which is then not that of the symmetry. */
int ff_symmetry_expand(double *full, const ff_symmetry *symmetry, const ff_frame *frame,
                       ff_error *err);

/* The rows of atoms 0 to count - 1 only, rows[count][atoms][9]; the displacements have to determine
 * no others. */
int ff_symmetry_expand_rows(double *rows, size_t count, const ff_symmetry *symmetry,
                            const ff_frame *frame, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
