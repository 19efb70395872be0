#include "lib/structure/cell_grid.h"

#include "lib/base/memory.h"
#include "lib/structure/lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Boxes are wider than the cutoff by this factor, so that rounding of fractional coordinates can
 * never hide a pair. */
static const double margin = 1 + 1e-6;

/* Bounds that keep image indices inside 32 bits and their table in memory. */
static const double farthest_home = 1e6;
static const double most_boxes_searched = 2e6;

void ff_cell_grid_init(ff_cell_grid *grid)
{
    memset(grid, 0, sizeof *grid);
}

void ff_cell_grid_clear(ff_cell_grid *grid)
{
    free(grid->image);
    free(grid->number);
    free(grid->start);
    free(grid->atom);
    free(grid->wrapped);
    free(grid->home);
    free(grid->box);
    free(grid->place);
    free(grid->inside);
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
    double searched = 1;
    for (int k = 0; k < 3; k++) {
        grid->boxes[k] = (int)wanted[k];
        /* Along a direction without period there is one box, or all are wider than the cutoff. */
        double reach = grid->periodic[k] ? ceil(cutoff * margin * wanted[k] / heights[k]) : 1;
        searched *= 2 * reach + 1;
        if (!(searched <= most_boxes_searched))
            return ff_fail(err, FF_E_RANGE,
                           "the cell is only %g A thick: too thin for a cutoff of %g A", heights[k],
                           cutoff);
        grid->reach[k] = (int)reach;
        grid->farthest[k] = grid->periodic[k] ? (grid->reach[k] - 1) / grid->boxes[k] + 1 : 0;
    }
    return FF_OK;
}

static int compare_images(const void *left, const void *right)
{
    const ff_cell_image *a = left, *b = right;
    for (int k = 0; k < 3; k++)
        if (a->shift[k] != b->shift[k])
            return a->shift[k] < b->shift[k] ? -1 : 1;
    return 0;
}

/* Shift in the frame's vectors of an image in reduced vectors. False when it does not fit. */
static bool transform_image(int32_t shift[3], const ff_cell_grid *grid, const int32_t reduced[3])
{
    for (int k = 0; k < 3; k++) {
        int64_t sum = 0;
        for (int j = 0; j < 3; j++)
            sum += reduced[j] * grid->transform[3 * j + k];
        if (llabs(sum) > INT32_MAX / 4) /* an atom's home, another's and an image are added */
            return false;
        shift[k] = (int32_t)sum;
    }
    return true;
}

static int fail_skewed(ff_error *err)
{
    return ff_fail(err, FF_E_RANGE, "the cell is skewed too much to count the images of its atoms");
}

static size_t image_place(const ff_cell_grid *grid, const int32_t reduced[3])
{
    const int *far = grid->farthest;
    return ((size_t)(reduced[0] + far[0]) * (size_t)(2 * far[1] + 1) +
            (size_t)(reduced[1] + far[1])) *
               (size_t)(2 * far[2] + 1) +
           (size_t)(reduced[2] + far[2]);
}

/* The image (row-major) at a place, in reduced vectors. */
static void image_at(int32_t reduced[3], const ff_cell_grid *grid, size_t place)
{
    for (int k = 2; k >= 0; k--) {
        size_t width = (size_t)(2 * grid->farthest[k] + 1);
        reduced[k] = (int32_t)(place % width) - grid->farthest[k];
        place /= width;
    }
}

/* Lists the images in the order of their shifts. While they are sorted, translation holds the image
 * in reduced vectors. */
static int number_images(ff_cell_grid *grid, ff_error *err)
{
    grid->image_count = 1;
    for (int k = 0; k < 3; k++)
        grid->image_count *= (size_t)(2 * grid->farthest[k] + 1);
    grid->image = ff_new_array(grid->image_count, sizeof *grid->image, err);
    grid->number = ff_new_array(grid->image_count, sizeof *grid->number, err);
    if (!grid->image || !grid->number)
        return FF_E_NOMEM;
    for (size_t place = 0; place < grid->image_count; place++) {
        int32_t reduced[3];
        image_at(reduced, grid, place);
        for (int k = 0; k < 3; k++)
            grid->image[place].translation[k] = reduced[k];
        if (!transform_image(grid->image[place].shift, grid, reduced))
            return fail_skewed(err);
    }
    qsort(grid->image, grid->image_count, sizeof *grid->image, compare_images);
    for (size_t number = 0; number < grid->image_count; number++) {
        double *t = grid->image[number].translation, exact[3] = {t[0], t[1], t[2]};
        int32_t reduced[3] = {(int32_t)t[0], (int32_t)t[1], (int32_t)t[2]};
        grid->number[image_place(grid, reduced)] = (uint32_t)number;
        ff_row_times_matrix(t, exact, grid->vectors);
    }
    return FF_OK;
}

/* home from reduced vectors, as wrap_atoms leaves it, to the frame's. */
static int transform_homes(ff_cell_grid *grid, size_t atoms, ff_error *err)
{
    for (size_t i = 0; i < atoms; i++) {
        int32_t *home = grid->home + 3 * i, reduced[3] = {home[0], home[1], home[2]};
        if (!transform_image(home, grid, reduced))
            return fail_skewed(err);
    }
    return FF_OK;
}

uint32_t ff_cell_grid_image_number(const ff_cell_grid *grid, const int32_t reduced[3])
{
    return grid->number[image_place(grid, reduced)];
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
            const double along = extent > 0 ? (s[k] - low[k]) / extent * grid->boxes[k] : 0;
            int slice = (int)along;
            slice = slice < grid->boxes[k] ? slice : grid->boxes[k] - 1;
            grid->box[3 * i + (size_t)k] = slice;
            grid->inside[3 * i + (size_t)k] = (along - slice) * grid->width[k];
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
        !(grid->place = ff_new_array(3 * atoms, sizeof *grid->place, err)) ||
        !(grid->inside = ff_new_array(3 * atoms, sizeof *grid->inside, err)))
        return FF_E_NOMEM;
    if ((status = wrap_atoms(grid, frame, inverse, low, high, err)) != FF_OK)
        return status;
    for (int k = 0; k < 3; k++)
        heights[k] = atoms ? height(inverse, k, high[k] - low[k]) : 0;
    if ((status = choose_boxes(grid, heights, atoms, cutoff, err)) != FF_OK)
        return status;
    for (int k = 0; k < 3; k++)
        grid->width[k] = heights[k] / grid->boxes[k];
    if ((status = number_images(grid, err)) != FF_OK ||
        (status = transform_homes(grid, atoms, err)) != FF_OK)
        return status;
    size_t boxes = (size_t)grid->boxes[0] * (size_t)grid->boxes[1] * (size_t)grid->boxes[2];
    if (!(grid->start = ff_new_array(boxes + 1, sizeof *grid->start, err)))
        return FF_E_NOMEM;
    assign_boxes(grid, atoms, low, high);
    sort_by_box(grid, atoms, boxes);
    return FF_OK;
}
