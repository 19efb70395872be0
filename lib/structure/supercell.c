#include "lib/structure/supercell.h"

#include "lib/structure/lattice.h"

#include <math.h>
#include <string.h>

enum { MOST_ATOMS = 1000000000, MOST_CELLS = 1000000 };

/* Repetition. */

static int check_cells(size_t *count, const ff_frame *unit, const int cells[3], ff_error *err)
{
    *count = unit->atoms;
    for (int k = 0; k < 3; k++) {
        if (cells[k] < 1)
            return ff_fail(err, FF_E_RANGE, "%d cells along axis %d, expected at least 1", cells[k],
                           k + 1);
        if (cells[k] > 1 && !unit->periodic[k])
            return ff_fail(err, FF_E_RANGE,
                           "%d cells along axis %d, expected 1: the crystal is not periodic there",
                           cells[k], k + 1);
        if (*count > MOST_ATOMS / (size_t)cells[k])
            return ff_fail(err, FF_E_RANGE,
                           "%d x %d x %d cells of %zu atoms, expected 10^9 atoms at most", cells[0],
                           cells[1], cells[2], unit->atoms);
        *count *= (size_t)cells[k];
    }
    return FF_OK;
}

int ff_repeat_cell(ff_frame *frame, const ff_frame *unit, const int cells[3], ff_error *err)
{
    size_t count, atom = 0;
    *frame = (ff_frame){0};
    int status = check_cells(&count, unit, cells, err);
    if (status == FF_OK)
        status = ff_frame_init(frame, count, err);
    if (status != FF_OK)
        return status;
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            frame->cell[3 * i + k] = cells[i] * unit->cell[3 * i + k];
    memcpy(frame->periodic, unit->periodic, sizeof frame->periodic);
    for (int x = 0; x < cells[0]; x++)
        for (int y = 0; y < cells[1]; y++)
            for (int z = 0; z < cells[2]; z++) {
                const double index[3] = {x, y, z};
                double origin[3];
                ff_row_times_matrix(origin, index, unit->cell);
                for (size_t b = 0; b < unit->atoms; b++, atom++) {
                    frame->species[atom] = unit->species[b];
                    for (size_t k = 0; k < 3; k++)
                        frame->positions[3 * atom + k] = origin[k] + unit->positions[3 * b + k];
                }
            }
    return FF_OK;
}

/* Smith normal form: rows and columns of a work matrix are combined as in Euclid's algorithm until
 * it is diagonal; left and right take part. */

/* The matrix that becomes diagonal, and what that takes. */
typedef struct smith_work {
    int64_t *matrix, *left, *right; /* [9] */
    int order;
} smith_work;

static void add_row(int64_t m[9], int to, int from, int64_t multiple)
{
    for (int k = 0; k < 3; k++)
        m[3 * to + k] += multiple * m[3 * from + k];
}

static void add_column(int64_t m[9], int to, int from, int64_t multiple)
{
    for (int k = 0; k < 3; k++)
        m[3 * k + to] += multiple * m[3 * k + from];
}

static void swap_rows(int64_t m[9], int i, int j)
{
    for (int k = 0; k < 3; k++) {
        int64_t kept = m[3 * i + k];
        m[3 * i + k] = m[3 * j + k];
        m[3 * j + k] = kept;
    }
}

static void swap_columns(int64_t m[9], int i, int j)
{
    for (int k = 0; k < 3; k++) {
        int64_t kept = m[3 * k + i];
        m[3 * k + i] = m[3 * k + j];
        m[3 * k + j] = kept;
    }
}

static int64_t magnitude(int64_t number)
{
    return number < 0 ? -number : number;
}

/* Brings the smallest element that is not zero of the block from (t, t) on to (t, t). */
static void bring_pivot(smith_work *w, int t)
{
    const int64_t *m = w->matrix;
    int row = -1, column = -1;
    for (int i = t; i < w->order; i++)
        for (int j = t; j < w->order; j++)
            if (m[3 * i + j] &&
                (row < 0 || magnitude(m[3 * i + j]) < magnitude(m[3 * row + column]))) {
                row = i;
                column = j;
            }
    swap_rows(w->matrix, t, row);
    swap_rows(w->left, t, row);
    swap_columns(w->matrix, t, column);
    swap_columns(w->right, t, column);
}

/* Subtracts multiples of the pivot's row and column from the others; returns whether all that is
 * left in them is zero. */
static bool sweep(smith_work *w, int t)
{
    int64_t *m = w->matrix;
    bool clean = true;
    for (int i = t + 1; i < w->order; i++) {
        int64_t multiple = -(m[3 * i + t] / m[4 * t]);
        add_row(m, i, t, multiple);
        add_row(w->left, i, t, multiple);
        clean = clean && m[3 * i + t] == 0;
    }
    for (int j = t + 1; j < w->order; j++) {
        int64_t multiple = -(m[3 * t + j] / m[4 * t]);
        add_column(m, j, t, multiple);
        add_column(w->right, j, t, multiple);
        clean = clean && m[3 * t + j] == 0;
    }
    return clean;
}

/* A row below with an element that the pivot does not divide is added to the pivot's row, whose
 * sweep then leaves something smaller. */
static bool divides_rest(smith_work *w, int t)
{
    for (int i = t + 1; i < w->order; i++)
        for (int j = t + 1; j < w->order; j++)
            if (w->matrix[3 * i + j] % w->matrix[4 * t]) {
                add_row(w->matrix, t, i, 1);
                add_row(w->left, t, i, 1);
                return false;
            }
    return true;
}

void ff_smith_form(int64_t diagonal[3], int64_t left[9], int64_t right[9], const int matrix[9],
                   int order)
{
    int64_t m[9];
    smith_work work = {m, left, right, order};
    for (int k = 0; k < 9; k++) {
        m[k] = matrix[k];
        left[k] = right[k] = k % 4 == 0;
    }
    for (int t = 0; t < 3; t++) {
        bool done = t >= order;
        while (!done) {
            bring_pivot(&work, t);
            done = sweep(&work, t) && divides_rest(&work, t);
        }
        if (m[4 * t] < 0) {
            add_row(m, t, t, -2);
            add_row(left, t, t, -2);
        }
        diagonal[t] = m[4 * t];
    }
}

/* Supercells. */

static bool is_diagonal(const int matrix[9])
{
    for (int k = 0; k < 9; k++)
        if (k % 4 ? matrix[k] != 0 : matrix[k] < 1)
            return false;
    return true;
}

static int check_matrix(const ff_frame *unit, const int matrix[9], ff_error *err)
{
    if (!unit->periodic[0] || !unit->periodic[1])
        return ff_fail(err, FF_E_RANGE,
                       "a unit cell that is not periodic along its first two "
                       "vectors");
    for (int k = 0; k < 9; k++) {
        bool normal = !unit->periodic[k / 3] || !unit->periodic[k % 3];
        if (normal && matrix[k] != (k % 4 == 0))
            return ff_fail(err, FF_E_USAGE,
                           "cells of a crystal that is not periodic along its vector %d, expected "
                           "that vector once and in no other",
                           unit->periodic[k / 3] ? k % 3 + 1 : k / 3 + 1);
        if (matrix[k] < -MOST_CELLS || matrix[k] > MOST_CELLS)
            return ff_fail(err, FF_E_USAGE, "%d cells, expected 10^6 at most", matrix[k]);
    }
    double volume = 0;
    for (int k = 0; k < 3; k++)
        volume += (double)matrix[k] * ((double)matrix[3 + (k + 1) % 3] * matrix[6 + (k + 2) % 3] -
                                       (double)matrix[3 + (k + 2) % 3] * matrix[6 + (k + 1) % 3]);
    if (fabs(volume) < 0.5)
        return ff_fail(err, FF_E_USAGE, "a matrix of cells whose rows lie in one plane");
    if (volume < 0)
        return ff_fail(err, FF_E_USAGE,
                       "a matrix of cells with a negative determinant: turn the "
                       "sign of a row");
    if (volume > MOST_ATOMS)
        return ff_fail(err, FF_E_RANGE, "%.0f unit cells, expected 10^9 atoms at most", volume);
    return FF_OK;
}

/* An integer matrix as well, since the determinant is 1 or -1, which is returned. */
static int64_t inverse_unimodular(int64_t inverse[9], const int64_t m[9])
{
    int64_t cofactor[9], determinant = 0;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            int a = (i + 1) % 3, b = (i + 2) % 3, c = (j + 1) % 3, d = (j + 2) % 3;
            cofactor[3 * i + j] = m[3 * a + c] * m[3 * b + d] - m[3 * a + d] * m[3 * b + c];
        }
    for (int k = 0; k < 3; k++)
        determinant += m[k] * cofactor[k];
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            inverse[3 * i + j] = determinant * cofactor[3 * j + i];
    return determinant;
}

/* The least k > 0 for which D_j divides k D_i, the two being positive. */
static int64_t least_multiple(int64_t d_i, int64_t d_j)
{
    int64_t a = d_i, b = d_j;
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a > 0 ? d_j / a : 1;
}

/* The supercell's vectors are D_i times the unit's. A multiple k of vector j may be added to vector
 * i without changing the supercell when D_j divides k D_i; as far as that goes, the unit cell is
 * shortened, with integers so that it stays an exact lattice. */
static void shorten_unit(int64_t unit[9], const int64_t diagonal[3], const double cell[9],
                         int order)
{
    for (int pass = 0, changed = 1; changed && pass < 100; pass++) {
        changed = 0;
        for (int i = 0; i < order; i++)
            for (int j = 0; j < order; j++) {
                double vector[2][3];
                for (int which = 0; which < 2; which++) {
                    const int64_t *row = unit + 3 * (which ? j : i);
                    const double whole[3] = {(double)row[0], (double)row[1], (double)row[2]};
                    ff_row_times_matrix(vector[which], whole, cell);
                }
                int64_t step = least_multiple(diagonal[i], diagonal[j]);
                double along = ff_vector_dot(vector[0], vector[1]) /
                               ff_vector_dot(vector[1], vector[1]) / (double)step;
                if (i == j || fabs(along) < 0.5 + 1e-9)
                    continue;
                add_row(unit, i, j, -(int64_t)nearbyint(along) * step);
                changed = 1;
            }
    }
}

int ff_supercell_of_matrix(ff_frame *repeated, int cells[3], double supercell[9],
                           const ff_frame *unit, const int matrix[9], ff_error *err)
{
    int64_t diagonal[3], left[9], right[9], vectors[9];
    *repeated = (ff_frame){0};
    int status = check_matrix(unit, matrix, err);
    if (status == FF_OK)
        status = ff_frame_copy(repeated, unit, err);
    if (status != FF_OK)
        return status;
    for (int i = 0; i < 3; i++) {
        const double whole[3] = {matrix[3 * i], matrix[3 * i + 1], matrix[3 * i + 2]};
        ff_row_times_matrix(supercell + 3 * i, whole, unit->cell);
        cells[i] = matrix[4 * i];
    }
    if (is_diagonal(matrix))
        return FF_OK;
    const int order = unit->periodic[2] ? 3 : 2;
    ff_smith_form(diagonal, left, right, matrix, order);
    if (inverse_unimodular(vectors, right) < 0) /* keep it right-handed */
        add_row(vectors, order - 1, order - 1, -2);
    shorten_unit(vectors, diagonal, unit->cell, order);
    for (int i = 0; i < 3; i++) {
        const double whole[3] = {(double)vectors[3 * i], (double)vectors[3 * i + 1],
                                 (double)vectors[3 * i + 2]};
        ff_row_times_matrix(repeated->cell + 3 * i, whole, unit->cell);
        cells[i] = (int)diagonal[i];
    }
    return FF_OK;
}
