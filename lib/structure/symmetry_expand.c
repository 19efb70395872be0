/* The whole matrix of force constants from the responses to some displacements. */

#include "lib/structure/symmetry.h"

#include "lib/base/memory.h"
#include "lib/structure/lattice.h"
#include "lib/structure/site_index.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct expansion {
    const ff_symmetry *symmetry;
    const ff_frame *frame;
    ff_site_index index;
    uint32_t *image; /* [atoms] under the operation at hand */
    uint32_t *other; /* [atoms] under another one */
    double *block;   /* [atoms][9] between a representative and each atom: row is its direction */
} expansion;

/* Where an operation takes each atom. Without an index there is the identity only. */
static int map_atoms(uint32_t *image, const expansion *work, const ff_symmetry_operation *operation,
                     ff_error *err)
{
    const int *w = operation->turn;
    for (size_t i = 0; i < work->frame->atoms && !work->index.atom; i++)
        image[i] = (uint32_t)i;
    for (size_t i = 0; i < work->frame->atoms && work->index.atom; i++) {
        const double *s = work->index.fraction + 3 * i;
        double place[3];
        for (int k = 0; k < 3; k++)
            place[k] =
                w[3 * k] * s[0] + w[3 * k + 1] * s[1] + w[3 * k + 2] * s[2] + operation->shift[k];
        size_t atom = ff_site_index_find(&work->index, place, work->frame->species[i]);
        if (atom == SIZE_MAX) {
            ff_fail(err, FF_E_NUMERIC, "its image under a symmetry operation is not in the frame");
            ff_error_at_atom(err, (int64_t)i + 1);
            return FF_E_NUMERIC;
        }
        image[i] = (uint32_t)atom;
    }
    return FF_OK;
}

static void turn_vector(double out[3], const double r[9], const double v[3])
{
    for (int k = 0; k < 3; k++)
        out[k] = r[3 * k] * v[0] + r[3 * k + 1] * v[1] + r[3 * k + 2] * v[2];
}

/* Back: out = R^T v. */
static void turn_vector_back(double out[3], const double r[9], const double v[3])
{
    ff_row_times_matrix(out, v, r);
}

/* Normal equations of a representative: adds a displacement and its response, carried back to the
 * representative and then turned by each operation of its site. */
static int add_displacement(double normal[9], expansion *work, size_t number, ff_error *err)
{
    const ff_symmetry *symmetry = work->symmetry;
    const ff_displacement *displacement = &work->frame->displacement[number];
    const double *response = work->frame->force_constants + 3 * work->frame->atoms * number;
    const ff_symmetry_operation *carrier = &symmetry->carrier[displacement->atom];
    const uint32_t orbit = symmetry->orbit[displacement->atom];
    double along[3], direction[3], back[3], turned[3];
    turn_vector_back(along, carrier->rotation, displacement->direction);
    int status = map_atoms(work->image, work, carrier, err);
    for (size_t o = symmetry->offset[orbit]; o < symmetry->offset[orbit + 1] && status == FF_OK;
         o++) {
        const double *r = symmetry->site[o].rotation;
        status = map_atoms(work->other, work, &symmetry->site[o], err);
        turn_vector(direction, r, along);
        for (int k = 0; k < 9; k++)
            normal[k] += direction[k / 3] * direction[k % 3];
        for (size_t i = 0; i < work->frame->atoms && status == FF_OK; i++) {
            turn_vector_back(back, carrier->rotation, response + 3 * (size_t)work->image[i]);
            turn_vector(turned, r, back);
            double *block = work->block + 9 * (size_t)work->other[i];
            for (int k = 0; k < 9; k++)
                block[k] += direction[k / 3] * turned[k % 3];
        }
    }
    return status;
}

/* block <- normal^-1 block. The trace of normal is the number of images; less than a thousandth of
 * the determinant that evenly spread ones would have means that they do not span space. */
static int solve_blocks(expansion *work, const double normal[9], size_t atom, ff_error *err)
{
    double inverse[9];
    const double third = (normal[0] + normal[4] + normal[8]) / 3;
    if (!(ff_lattice_determinant(normal) > 1e-3 * third * third * third)) {
        ff_fail(err, FF_E_RANGE, "its force constants do not follow from the displacements");
        ff_error_at_atom(err, (int64_t)atom + 1);
        return FF_E_RANGE;
    }
    ff_lattice_inverse(inverse, normal);
    for (size_t i = 0; i < work->frame->atoms; i++) {
        double *block = work->block + 9 * i, solved[9] = {0};
        for (int k = 0; k < 9; k++)
            for (int l = 0; l < 3; l++)
                solved[k] += inverse[3 * (k / 3) + l] * block[3 * l + k % 3];
        memcpy(block, solved, sizeof solved);
    }
    return FF_OK;
}

static int find_blocks(expansion *work, size_t orbit, ff_error *err)
{
    double normal[9] = {0};
    int status = FF_OK;
    memset(work->block, 0, 9 * work->frame->atoms * sizeof *work->block);
    for (size_t d = 0; d < work->frame->displacements && status == FF_OK; d++)
        if (work->symmetry->orbit[work->frame->displacement[d].atom] == orbit)
            status = add_displacement(normal, work, d, err);
    return status == FF_OK ? solve_blocks(work, normal, work->symmetry->first[orbit], err) : status;
}

/* Phi(ga, gb) = R Phi(a, b) R^T for one atom ga of the orbit. */
static int carry_blocks(double *full, expansion *work, size_t atom, ff_error *err)
{
    const ff_symmetry_operation *carrier = &work->symmetry->carrier[atom];
    const double *r = carrier->rotation;
    int status = map_atoms(work->image, work, carrier, err);
    for (size_t i = 0; i < work->frame->atoms && status == FF_OK; i++) {
        const double *block = work->block + 9 * i;
        double *out = full + 9 * (atom * work->frame->atoms + work->image[i]), half[9];
        for (int k = 0; k < 3; k++) /* rows of Phi R^T */
            turn_vector(half + 3 * k, r, block + 3 * k);
        for (int k = 0; k < 9; k++)
            out[k] = r[3 * (k / 3)] * half[k % 3] + r[3 * (k / 3) + 1] * half[3 + k % 3] +
                     r[3 * (k / 3) + 2] * half[6 + k % 3];
    }
    return status;
}

static int build_index(expansion *work, ff_error *err)
{
    const ff_frame *frame = work->frame;
    if (frame->periodic[0] && frame->periodic[1] && frame->periodic[2])
        return ff_site_index_build(&work->index, frame, 2 * work->symmetry->tolerance, err);
    return FF_OK;
}

/* The rows of those of the first `count` atoms that are of one orbit. */
static int expand_orbit(double *rows, size_t count, expansion *work, size_t orbit, ff_error *err)
{
    const uint32_t *orbit_of = work->symmetry->orbit;
    bool any = false;
    for (size_t i = 0; i < count; i++)
        any = any || orbit_of[i] == orbit;
    int status = any ? find_blocks(work, orbit, err) : FF_OK;
    for (size_t i = 0; i < count && status == FF_OK; i++)
        if (orbit_of[i] == orbit)
            status = carry_blocks(rows, work, i, err);
    return status;
}

int ff_symmetry_expand_rows(double *rows, size_t count, const ff_symmetry *symmetry,
                            const ff_frame *frame, ff_error *err)
{
    expansion work = {.symmetry = symmetry, .frame = frame};
    if (symmetry->atoms != frame->atoms)
        return ff_fail(err, FF_E_USAGE, "the symmetry is that of %zu atoms, the frame has %zu",
                       symmetry->atoms, frame->atoms);
    ff_site_index_init(&work.index);
    work.image = ff_new_array(frame->atoms, sizeof *work.image, err);
    work.other = ff_new_array(frame->atoms, sizeof *work.other, err);
    work.block = ff_new_array(9 * frame->atoms, sizeof *work.block, err);
    int status = work.image && work.other && work.block ? build_index(&work, err) : FF_E_NOMEM;
    for (size_t orbit = 0; orbit < symmetry->orbits && status == FF_OK; orbit++)
        status = expand_orbit(rows, count, &work, orbit, err);
    ff_site_index_clear(&work.index);
    free(work.image);
    free(work.other);
    free(work.block);
    return status;
}

int ff_symmetry_expand(double *full, const ff_symmetry *symmetry, const ff_frame *frame,
                       ff_error *err)
{
    return ff_symmetry_expand_rows(full, frame->atoms, symmetry, frame, err);
}
