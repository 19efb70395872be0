#include "lib/structure/lattice.h"

#include <math.h>

void ff_vector_cross(double out[3], const double a[3], const double b[3])
{
    out[0] = a[1] * b[2] - a[2] * b[1];
    out[1] = a[2] * b[0] - a[0] * b[2];
    out[2] = a[0] * b[1] - a[1] * b[0];
}

void ff_row_times_matrix(double out[3], const double row[3], const double matrix[9])
{
    for (int k = 0; k < 3; k++)
        out[k] = row[0] * matrix[k] + row[1] * matrix[3 + k] + row[2] * matrix[6 + k];
}

double ff_lattice_determinant(const double cell[9])
{
    double normal[3];
    ff_vector_cross(normal, cell + 3, cell + 6);
    return ff_vector_dot(cell, normal);
}

void ff_lattice_inverse(double inverse[9], const double cell[9])
{
    double determinant = ff_lattice_determinant(cell);
    for (int i = 0; i < 3; i++) {
        double column[3];
        ff_vector_cross(column, cell + 3 * ((i + 1) % 3), cell + 3 * ((i + 2) % 3));
        for (int k = 0; k < 3; k++)
            inverse[3 * k + i] = column[k] / determinant;
    }
}

/* Subtracts the nearest integer multiple of vector j from vector i; returns whether that shortened
 * it noticeably (rounding must not make the loop go round in circles). */
static bool shorten(double cell[9], int64_t transform[9], int i, int j)
{
    double *a = cell + 3 * i, *b = cell + 3 * j;
    double before = ff_vector_dot(a, a);
    double multiple = nearbyint(ff_vector_dot(a, b) / ff_vector_dot(b, b));
    if (multiple == 0 || !(fabs(multiple) <= 0x1p28)) /* not a number: a singular cell */
        return false;
    double shorter[3];
    for (int k = 0; k < 3; k++)
        shorter[k] = a[k] - multiple * b[k];
    if (ff_vector_dot(shorter, shorter) >= before * (1 - 1e-9))
        return false;
    for (int k = 0; k < 3; k++) {
        a[k] = shorter[k];
        transform[3 * i + k] -= (int64_t)multiple * transform[3 * j + k];
    }
    return true;
}

bool ff_lattice_reduce(double cell[9], int64_t transform[9], const bool periodic[3])
{
    for (int k = 0; k < 9; k++)
        transform[k] = k % 4 == 0;
    bool changed = true;
    while (changed) {
        changed = false;
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
                if (i != j && periodic[i] && periodic[j])
                    changed |= shorten(cell, transform, i, j);
        for (int k = 0; k < 9; k++)
            if (transform[k] > (1 << 28) || transform[k] < -(1 << 28))
                return false;
    }
    return true;
}
