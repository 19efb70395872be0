#include "lib/structure/oriented_cell.h"

#include "lib/structure/lattice.h"
#include "lib/structure/site_index.h"

#include <math.h>
#include <string.h>

enum { LONGEST = 100, MOST_ATOMS = 1000000 };

static const double tolerance_A = 1e-5;

/* Rows = directions . cell. */
static void vectors_along(double vectors[9], const double cell[9], const int directions[9])
{
    for (int i = 0; i < 3; i++) {
        const double along[3] = {directions[3 * i], directions[3 * i + 1], directions[3 * i + 2]};
        ff_row_times_matrix(vectors + 3 * i, along, cell);
    }
}

static void normalise(double vector[3])
{
    double length = sqrt(ff_vector_dot(vector, vector));
    for (int k = 0; k < 3; k++)
        vector[k] /= length;
}

void ff_orientation(double rotation[9], const double cell[9], const int directions[9])
{
    double along[9];
    vectors_along(along, cell, directions);
    memcpy(rotation, along, 3 * sizeof *rotation);
    normalise(rotation);
    ff_vector_cross(rotation + 6, along, along + 3);
    normalise(rotation + 6);
    ff_vector_cross(rotation + 3, rotation + 6, rotation);
}

static long integer_determinant(const int m[9])
{
    return (long)m[0] * ((long)m[4] * m[8] - (long)m[5] * m[7]) -
           (long)m[1] * ((long)m[3] * m[8] - (long)m[5] * m[6]) +
           (long)m[2] * ((long)m[3] * m[7] - (long)m[4] * m[6]);
}

static int check_directions(const ff_frame *unit, const int directions[9], ff_error *err)
{
    for (int k = 0; k < 9; k++)
        if (directions[k] < -LONGEST || directions[k] > LONGEST)
            return ff_fail(err, FF_E_USAGE, "a direction with the index %d, expected %d at most",
                           directions[k], LONGEST);
    long determinant = integer_determinant(directions);
    if (determinant == 0)
        return ff_fail(err, FF_E_USAGE, "the three directions lie in one plane");
    if (determinant < 0)
        return ff_fail(err, FF_E_USAGE,
                       "the three directions are left-handed: turn the sign of one of them");
    if (!unit->periodic[0] || !unit->periodic[1])
        return ff_fail(err, FF_E_RANGE,
                       "the unit cell is not periodic along its first two "
                       "vectors");
    if (!unit->periodic[2] &&
        (directions[2] || directions[5] || directions[6] || directions[7] || directions[8] != 1))
        return ff_fail(err, FF_E_USAGE,
                       "a planar crystal is oriented within its plane: expected "
                       "u v 0, u v 0, 0 0 1");
    return FF_OK;
}

/* Whether moving all atoms by a vector, in fractions, takes the crystal onto itself. */
static bool is_translation(const ff_site_index *index, const double vector[3])
{
    const ff_frame *unit = index->frame;
    for (size_t i = 0; i < unit->atoms; i++) {
        double moved[3];
        for (size_t k = 0; k < 3; k++)
            moved[k] = index->fraction[3 * i + k] + vector[k];
        if (ff_site_index_find(index, moved, unit->species[i]) == SIZE_MAX)
            return false;
    }
    return true;
}

static int greatest_divisor(int a, int b)
{
    while (b) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

/* The translations along a line are multiples of the shortest, which the integers without common
 * factor, a translation of the unit cell's lattice, are a multiple of. There are no more
 * translations within the unit cell than atoms. */
static void shortest_along(double fraction[3], const ff_site_index *index, const int direction[3])
{
    const int common = greatest_divisor(greatest_divisor(direction[0], direction[1]), direction[2]);
    int parts = (int)index->frame->atoms + 1;
    do {
        parts--;
        for (int k = 0; k < 3; k++)
            fraction[k] = (double)direction[k] / common / parts;
    } while (parts > 1 && !is_translation(index, fraction));
}

/* The oriented cell being filled. */
typedef struct filling {
    const ff_frame *unit;
    double vectors[9]; /* of the new cell, A, in the old orientation */
    double inverse[9];
    ff_frame *oriented;
    size_t wanted;
} filling;

/* Adds an atom if it is in the cell; atoms on a face belong to the lower side. */
static void add_inside(filling *f, size_t atom, const int cell[3])
{
    const double shift[3] = {cell[0], cell[1], cell[2]};
    double place[3], fraction[3];
    ff_row_times_matrix(place, shift, f->unit->cell);
    for (size_t k = 0; k < 3; k++)
        place[k] += f->unit->positions[3 * atom + k] - f->unit->positions[k];
    ff_row_times_matrix(fraction, place, f->inverse);
    for (int k = 0; k < 3; k++) {
        if (!f->unit->periodic[k])
            continue;
        if (fraction[k] < -1e-6 || fraction[k] > 1 - 1e-6)
            return;
        if (fabs(fraction[k]) < 1e-13) /* rounding of what is exactly zero */
            fraction[k] = 0;
    }
    if (f->oriented->atoms < f->wanted) {
        double *position = f->oriented->positions + 3 * f->oriented->atoms;
        ff_row_times_matrix(position, fraction, f->oriented->cell);
        f->oriented->species[f->oriented->atoms] = f->unit->species[atom];
    }
    f->oriented->atoms++;
}

/* All cells of the unit's lattice that reach into the new one; its own first, so that atom 0 comes
 * first. */
static void fill(filling *f, const int low[3], const int high[3])
{
    static const int own[3] = {0, 0, 0};
    for (size_t i = 0; i < f->unit->atoms; i++)
        add_inside(f, i, own);
    int cell[3];
    for (cell[0] = low[0]; cell[0] <= high[0]; cell[0]++)
        for (cell[1] = low[1]; cell[1] <= high[1]; cell[1]++)
            for (cell[2] = low[2]; cell[2] <= high[2]; cell[2]++)
                for (size_t i = 0; i < f->unit->atoms && (cell[0] || cell[1] || cell[2]); i++)
                    add_inside(f, i, cell);
}

/* The range of unit cells that the corners of the new cell span, with one more on each side: the
 * unit's atoms may be anywhere in its cell. */
static void find_range(int low[3], int high[3], const ff_frame *unit, const double fractions[9])
{
    for (int k = 0; k < 3; k++) {
        double least = 0, most = 0;
        for (int i = 0; i < 3; i++) {
            least += fmin(fractions[3 * i + k], 0);
            most += fmax(fractions[3 * i + k], 0);
        }
        low[k] = unit->periodic[k] ? (int)floor(least) - 1 : 0;
        high[k] = unit->periodic[k] ? (int)ceil(most) + 1 : 0;
    }
}

/* Lower triangular, from the lengths and angles; angles that are right to rounding are made so. */
static void turned_cell(double turned[9], const double vectors[9], const double rotation[9])
{
    for (int i = 0; i < 3; i++) {
        double length = sqrt(ff_vector_dot(vectors + 3 * i, vectors + 3 * i));
        for (int k = 0; k < 3; k++) {
            double along = ff_vector_dot(vectors + 3 * i, rotation + 3 * k);
            turned[3 * i + k] = k > i || fabs(along) < 1e-13 * length ? 0 : along;
        }
    }
}

/* An atom's own position relative to atom 0 may be beyond the cell when the unit's atoms are not
 * within one cell of each other. */
static void gather(ff_frame *copy)
{
    double inverse[9];
    ff_lattice_inverse(inverse, copy->cell);
    for (size_t i = 1; i < copy->atoms; i++) {
        double from[3], fraction[3], back[3];
        for (size_t k = 0; k < 3; k++)
            from[k] = copy->positions[3 * i + k] - copy->positions[k];
        ff_row_times_matrix(fraction, from, inverse);
        for (int k = 0; k < 3; k++)
            fraction[k] = copy->periodic[k] ? floor(fraction[k] + 1e-9) : 0;
        ff_row_times_matrix(back, fraction, copy->cell);
        for (size_t k = 0; k < 3; k++)
            copy->positions[3 * i + k] -= back[k];
    }
}

static int make_cell(ff_frame *oriented, const ff_frame *unit, const ff_site_index *index,
                     const int directions[9], ff_error *err)
{
    double fractions[9], rotation[9];
    filling f = {.unit = unit, .oriented = oriented};
    for (int i = 0; i < 3; i++) {
        shortest_along(fractions + 3 * i, index, directions + 3 * i);
        ff_row_times_matrix(f.vectors + 3 * i, fractions + 3 * i, unit->cell);
    }
    double cells = ff_lattice_determinant(fractions), count = cells * (double)unit->atoms;
    if (!(count <= MOST_ATOMS))
        return ff_fail(err, FF_E_RANGE,
                       "a cell of %.0f atoms along these directions, expected at "
                       "most %d",
                       count, MOST_ATOMS);
    f.wanted = (size_t)lround(count);
    ff_lattice_inverse(f.inverse, f.vectors);
    ff_orientation(rotation, unit->cell, directions);
    int status = ff_frame_init(oriented, f.wanted, err);
    if (status != FF_OK)
        return status;
    int low[3], high[3];
    turned_cell(oriented->cell, f.vectors, rotation);
    memcpy(oriented->periodic, unit->periodic, sizeof oriented->periodic);
    find_range(low, high, unit, fractions);
    oriented->atoms = 0;
    fill(&f, low, high);
    size_t found = oriented->atoms;
    oriented->atoms = f.wanted;
    double origin[3];
    for (int k = 0; k < 3; k++)
        origin[k] = ff_vector_dot(rotation + 3 * k, unit->positions);
    for (size_t i = 0; i < 3 * f.wanted; i++)
        oriented->positions[i] += origin[i % 3];
    return found == f.wanted ? FF_OK
                             : ff_fail(err, FF_E_NUMERIC,
                                       "%zu atoms in the cell along these directions, expected "
                                       "%zu: the unit cell's atoms are not where its symmetry has "
                                       "them",
                                       found, f.wanted);
}

int ff_oriented_cell(ff_frame *oriented, const ff_frame *unit, const int directions[9],
                     ff_error *err)
{
    ff_site_index index;
    ff_frame gathered = {0};
    *oriented = (ff_frame){0};
    ff_site_index_init(&index);
    int status = check_directions(unit, directions, err);
    if (status == FF_OK)
        status = ff_frame_copy(&gathered, unit, err);
    if (status == FF_OK) {
        gather(&gathered);
        status = ff_site_index_build(&index, &gathered, tolerance_A, err);
    }
    if (status == FF_OK)
        status = make_cell(oriented, &gathered, &index, directions, err);
    if (status != FF_OK)
        ff_frame_clear(oriented);
    ff_site_index_clear(&index);
    ff_frame_clear(&gathered);
    return status;
}
