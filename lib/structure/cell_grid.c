#include "lib/structure/cell_grid.h"

#include "lib/base/memory.h"
#include "lib/structure/lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Boxes are wider than the cutoff by this factor, so that rounding of fractional coordinates can
 * never hide a pair. */
static const double margin = 1 + 1e-6;

/* Bounds that keep every image index far inside 32 bits. */
static const double farthest_home = 1e6;
static const int widest_reach = 1000;

void ff_cell_grid_init(ff_cell_grid *grid)
{
    memset(grid, 0, sizeof *grid);
}

void ff_cell_grid_clear(ff_cell_grid *grid)
{
    free(grid->start);
    free(grid->atom);
    free(grid->wrapped);
    free(grid->home);
    free(grid->box);
    free(grid->place);
    ff_cell_grid_init(grid);
}

static void normalise(double v[3])
{
    double length = sqrt(ff_vector_dot(v, v));
    for (int k = 0; k < 3; k++)
        v[k] /= length;
}

/* Makes out a unit vector normal to v. */
static void any_normal(double out[3], const double v[3])
{
    int smallest = 0;
    for (int k = 1; k < 3; k++)
        if (fabs(v[k]) < fabs(v[smallest]))
            smallest = k;
    double axis[3] = {0, 0, 0};
    axis[smallest] = 1;
    ff_vector_cross(out, v, axis);
    normalise(out);
}

/* Replaces the vectors along which nothing repeats by unit normals to the others. */
static void complete_directions(double vectors[9], const bool periodic[3])
{
    int count = periodic[0] + periodic[1] + periodic[2];
    if (count == 0) {
        for (int k = 0; k < 9; k++)
            vectors[k] = k % 4 == 0;
    } else if (count == 1) {
        int p = periodic[0] ? 0 : periodic[1] ? 1 : 2;
        double *q = vectors + 3 * ((p + 1) % 3), *r = vectors + 3 * ((p + 2) % 3);
        any_normal(q, vectors + 3 * p);
        ff_vector_cross(r, vectors + 3 * p, q);
        normalise(r);
    } else if (count == 2) {
        int n = !periodic[0] ? 0 : !periodic[1] ? 1 : 2;
        double *normal = vectors + 3 * n;
        ff_vector_cross(normal, vectors + 3 * ((n + 1) % 3), vectors + 3 * ((n + 2) % 3));
        normalise(normal);
    }
}

/* Reduced vectors of the frame's cell and their inverse. */
static int reduce_cell(ff_cell_grid *grid, const ff_frame *frame, double inverse[9], ff_error *err)
{
    memcpy(grid->vectors, frame->cell, sizeof grid->vectors);
    memcpy(grid->periodic, frame->periodic, sizeof grid->periodic);
    for (int i = 0; i < 3; i++) {
        const double *v = grid->vectors + 3 * i;
        double square = ff_vector_dot(v, v);
        if (grid->periodic[i] && !(square > 0 && isfinite(square)))
            return ff_fail(err, FF_E_RANGE, "periodic along cell vector %d, which is (%g, %g, %g)",
                           i + 1, v[0], v[1], v[2]);
    }
    bool reduced = ff_lattice_reduce(grid->vectors, grid->transform, grid->periodic);
    complete_directions(grid->vectors, grid->periodic);
    double determinant = ff_lattice_determinant(grid->vectors);
    if (!reduced || !isfinite(determinant) || determinant == 0)
        return ff_fail(err, FF_E_RANGE, "the periodic cell vectors are linearly dependent");
    ff_lattice_inverse(inverse, grid->vectors);
    return FF_OK;
}

/* Fractional coordinates of all atoms into place; those of periodic directions are taken into [0,
 * 1] and the whole part goes to home. low and high receive the extent. */
static int wrap_atoms(ff_cell_grid *grid, const ff_frame *frame, const double inverse[9],
                      double low[3], double high[3], ff_error *err)
{
    for (int k = 0; k < 3; k++) {
        low[k] = grid->periodic[k] ? 0 : INFINITY;
        high[k] = grid->periodic[k] ? 1 : -INFINITY;
    }
    for (size_t i = 0; i < frame->atoms; i++) {
        double *s = grid->place + 3 * i;
        ff_row_times_matrix(s, frame->positions + 3 * i, inverse);
        for (int k = 0; k < 3; k++) {
            double whole = grid->periodic[k] ? floor(s[k]) : 0;
            if (!isfinite(s[k]) || fabs(whole) > farthest_home) {
                ff_fail(err, FF_E_RANGE,
                        "position (%g, %g, %g) is not finite, or more than %g "
                        "cells away from the cell",
                        frame->positions[3 * i], frame->positions[3 * i + 1],
                        frame->positions[3 * i + 2], farthest_home);
                ff_error_at_atom(err, (int64_t)i + 1);
                return FF_E_RANGE;
            }
            s[k] -= whole;
            grid->home[3 * i + (size_t)k] = (int32_t)whole;
            low[k] = fmin(low[k], s[k]);
            high[k] = fmax(high[k], s[k]);
        }
    }
    return FF_OK;
}

/* Distance between the faces of the reduced cell, or the extent of the atoms, along direction k. */
static double height(const double inverse[9], int k, double extent)
{
    double reciprocal[3] = {inverse[k], inverse[3 + k], inverse[6 + k]};
    return extent / sqrt(ff_vector_dot(reciprocal, reciprocal));
}

/* Images are counted in 32 bits: refuses the combination of very skewed cells with atoms far from
 * the cell that would overflow them. */
static int check_image_range(const ff_cell_grid *grid, size_t atoms, ff_error *err)
{
    int64_t farthest = 0, steepest = 0;
    for (size_t i = 0; i < 3 * atoms; i++)
        farthest = llabs(grid->home[i]) > farthest ? llabs(grid->home[i]) : farthest;
    for (int k = 0; k < 9; k++)
        steepest = llabs(grid->transform[k]) > steepest ? llabs(grid->transform[k]) : steepest;
    if (3 * (2 * farthest + widest_reach + 2) > INT32_MAX / steepest)
        return ff_fail(err, FF_E_RANGE,
                       "the cell is skewed by up to %lld vectors: too much to "
                       "count the images of its atoms",
                       (long long)steepest);
    return FF_OK;
}

/* Number of boxes and reach along each direction: boxes as wide as the cutoff, but never many more
 * boxes than atoms (few atoms in a wide space). */
static int choose_boxes(ff_cell_grid *grid, const double heights[3], size_t atoms, double cutoff,
                        ff_error *err)
{
    double wanted[3], most = 64 + 2 * (double)atoms;
    for (int k = 0; k < 3; k++)
        wanted[k] = fmin(fmax(1, floor(heights[k] / (cutoff * margin))), most);
    while (wanted[0] * wanted[1] * wanted[2] > most) {
        int largest = wanted[0] >= wanted[1] ? 0 : 1;
        largest = wanted[2] > wanted[largest] ? 2 : largest;
        wanted[largest] = ceil(wanted[largest] / 2);
    }
    for (int k = 0; k < 3; k++) {
        grid->boxes[k] = (int)wanted[k];
        double reach = ceil(cutoff * margin / (heights[k] / wanted[k]));
        if (!grid->periodic[k])
            reach = 1; /* a single box when the extent is below the cutoff */
        if (!(reach <= widest_reach))
            return ff_fail(err, FF_E_RANGE,
                           "the cell is only %g A thick: too thin for a cutoff of "
                           "%g A",
                           heights[k], cutoff);
        grid->reach[k] = (int)reach;
    }
    return FF_OK;
}

static size_t box_number(const ff_cell_grid *grid, const int32_t *box)
{
    return ((size_t)box[0] * (size_t)grid->boxes[1] + (size_t)box[1]) * (size_t)grid->boxes[2] +
           (size_t)box[2];
}

/* Box of each atom, counts into start, and place turned from fractional to Cartesian. */
static void assign_boxes(ff_cell_grid *grid, size_t atoms, const double low[3],
                         const double high[3])
{
    for (size_t i = 0; i < atoms; i++) {
        double *s = grid->place + 3 * i;
        for (int k = 0; k < 3; k++) {
            double extent = high[k] - low[k];
            int slice = extent > 0 ? (int)((s[k] - low[k]) / extent * grid->boxes[k]) : 0;
            grid->box[3 * i + (size_t)k] = slice < grid->boxes[k] ? slice : grid->boxes[k] - 1;
        }
        double fractional[3] = {s[0], s[1], s[2]};
        ff_row_times_matrix(s, fractional, grid->vectors);
        grid->start[box_number(grid, grid->box + 3 * i) + 1]++;
    }
}

/* Counting sort of atoms by box; start is used as a cursor and then shifted back. */
static void sort_by_box(ff_cell_grid *grid, size_t atoms, size_t boxes)
{
    for (size_t b = 0; b < boxes; b++)
        grid->start[b + 1] += grid->start[b];
    for (size_t i = 0; i < atoms; i++) {
        size_t entry = grid->start[box_number(grid, grid->box + 3 * i)]++;
        grid->atom[entry] = (uint32_t)i;
        memcpy(grid->wrapped + 3 * entry, grid->place + 3 * i, 3 * sizeof(double));
    }
    memmove(grid->start + 1, grid->start, boxes * sizeof *grid->start);
    grid->start[0] = 0;
}

int ff_cell_grid_build(ff_cell_grid *grid, const ff_frame *frame, double cutoff, ff_error *err)
{
    double inverse[9], low[3], high[3], heights[3];
    size_t atoms = frame->atoms;
    ff_cell_grid_clear(grid);
    if (atoms > INT32_MAX)
        return ff_fail(err, FF_E_RANGE, "%zu atoms, at most %d are possible", atoms, INT32_MAX);
    int status = reduce_cell(grid, frame, inverse, err);
    if (status != FF_OK)
        return status;
    if (!(grid->atom = ff_new_array(atoms, sizeof *grid->atom, err)) ||
        !(grid->wrapped = ff_new_array(3 * atoms, sizeof *grid->wrapped, err)) ||
        !(grid->home = ff_new_array(3 * atoms, sizeof *grid->home, err)) ||
        !(grid->box = ff_new_array(3 * atoms, sizeof *grid->box, err)) ||
        !(grid->place = ff_new_array(3 * atoms, sizeof *grid->place, err)))
        return FF_E_NOMEM;
    if ((status = wrap_atoms(grid, frame, inverse, low, high, err)) != FF_OK)
        return status;
    for (int k = 0; k < 3; k++)
        heights[k] = atoms ? height(inverse, k, high[k] - low[k]) : 0;
    if ((status = choose_boxes(grid, heights, atoms, cutoff, err)) != FF_OK)
        return status;
    if ((status = check_image_range(grid, atoms, err)) != FF_OK)
        return status;
    size_t boxes = (size_t)grid->boxes[0] * (size_t)grid->boxes[1] * (size_t)grid->boxes[2];
    if (!(grid->start = ff_new_array(boxes + 1, sizeof *grid->start, err)))
        return FF_E_NOMEM;
    assign_boxes(grid, atoms, low, high);
    sort_by_box(grid, atoms, boxes);
    return FF_OK;
}
