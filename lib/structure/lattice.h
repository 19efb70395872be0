#ifndef FF_LIB_STRUCTURE_LATTICE_H
#define FF_LIB_STRUCTURE_LATTICE_H

/* Geometry of three lattice vectors.
 *
 * Conventions: cells are 3x3 row-major, rows are vectors (A); a point is x = s . cell with
 * fractional coordinates s, so s = x . inverse.
 */

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

static inline double ff_vector_dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

void ff_vector_cross(double out[3], const double a[3], const double b[3]);

/* out = row . matrix for a 3x3 row-major matrix; out and row must not overlap. */
void ff_row_times_matrix(double out[3], const double row[3], const double matrix[9]);

/* Signed volume a1 . (a2 x a3), A^3; negative for a left-handed cell. */
double ff_lattice_determinant(const double cell[9]);

/* inverse with cell . inverse = 1; its columns are the reciprocal vectors (without 2 pi). The
 * determinant must not be zero. */
void ff_lattice_inverse(double inverse[9], const double cell[9]);

/* Shortens the vectors that are marked as periodic by adding integer multiples of each other until
 * no single step helps (the greedy reduction of I. Semaev, CaLC 2001, repeated pairwise).
 * transform[9] receives the unimodular integers with reduced_i = sum_j transform_ij cell_j. Vectors
 * not marked stay. Returns false when the reduction would need integers beyond 2^28: the cell is
 * singular to rounding. */
bool ff_lattice_reduce(double cell[9], int64_t transform[9], const bool periodic[3]);

#ifdef __cplusplus
}
#endif
#endif
