#include "formats/lammps_box.h"

#include "lib/structure/lattice.h"

#include <math.h>
#include <string.h>

static void normalise(double v[3])
{
    double length = sqrt(ff_vector_dot(v, v));
    for (int k = 0; k < 3; k++)
        v[k] /= length;
}

/* Axes along the periodic vectors, taken one after the other; what is missing is perpendicular. */
static void choose_axes(double axes[9], const double vectors[9], size_t count)
{
    double *e1 = axes, *e2 = axes + 3, *e3 = axes + 6;
    const double x[3] = {1, 0, 0}, y[3] = {0, 1, 0};
    memcpy(e1, count > 0 ? vectors : x, sizeof x);
    normalise(e1);
    const double *second = count > 1 ? vectors + 3 : fabs(e1[0]) < 0.9 ? x : y;
    if (count == 0)
        second = y;
    ff_vector_cross(e3, e1, second);
    normalise(e3);
    ff_vector_cross(e2, e3, e1);
}

static void find_bounds(ff_lammps_box *b, const ff_frame *frame, int axis)
{
    const double margin = 1; /* A, to walls that nothing feels */
    double lo = INFINITY, hi = -INFINITY;
    for (size_t i = 0; i < frame->atoms; i++) {
        double x = ff_vector_dot(b->axes + 3 * axis, frame->positions + 3 * i);
        lo = fmin(lo, x);
        hi = fmax(hi, x);
    }
    b->lo[axis] = lo - margin;
    b->hi[axis] = hi + margin;
}

ff_lammps_box ff_lammps_box_of(const ff_frame *frame)
{
    ff_lammps_box b = {.lo = {0}};
    double vectors[9] = {0}, local[9] = {0}, across[3];
    size_t count = 0;
    for (size_t k = 0; k < 3; k++)
        if (frame->periodic[k])
            memcpy(vectors + 3 * count++, frame->cell + 3 * k, 3 * sizeof *vectors);
    ff_vector_cross(across, vectors, vectors + 3);
    if (count == 3 && ff_vector_dot(across, vectors + 6) < 0) /* left-handed: in another order */
        for (size_t k = 0; k < 3; k++) {
            double swap = vectors[3 + k];
            vectors[3 + k] = vectors[6 + k];
            vectors[6 + k] = swap;
        }
    choose_axes(b.axes, vectors, count);
    for (size_t k = 0; k < 3; k++)
        for (size_t a = 0; a < 3; a++)
            local[3 * k + a] = k < count ? ff_vector_dot(b.axes + 3 * a, vectors + 3 * k) : k == a;
    for (size_t k = 0; k < 3; k++) {
        b.periodic[k] = k < count;
        b.hi[k] = local[4 * k];
        if (k >= count)
            find_bounds(&b, frame, (int)k);
    }
    b.xy = local[3];
    b.xz = local[6];
    b.yz = local[7];
    ff_lattice_inverse(b.inverse, local);
    return b;
}

void ff_lammps_box_place(const ff_lammps_box *box, const double position[3], double placed[3])
{
    const double local[9] = {box->hi[0], 0,       0,       box->xy,   box->hi[1],
                             0,          box->xz, box->yz, box->hi[2]};
    double fraction[3];
    for (int a = 0; a < 3; a++)
        placed[a] = ff_vector_dot(box->axes + 3 * a, position);
    ff_row_times_matrix(fraction, placed, box->inverse);
    for (int k = 0; k < 3; k++) {
        double whole = box->periodic[k] ? floor(fraction[k]) : 0;
        for (int a = 0; a < 3; a++)
            placed[a] -= whole * local[3 * k + a];
    }
}
