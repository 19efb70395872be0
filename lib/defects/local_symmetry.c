#include "lib/defects/local_symmetry.h"

#include "lib/base/memory.h"
#include "lib/defects/site_match.h"
#include "lib/structure/lattice.h"
#include "lib/structure/symmetry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Atoms about the point; those within the radius come first, then those beyond it by less than the
 * tolerance, which may be their images. */
typedef struct surroundings {
    size_t count, inner;
    size_t *atom;
    double (*from)[3]; /* A, from the point */
    int *species;
} surroundings;

void ff_local_symmetry_init(ff_local_symmetry *symmetry)
{
    *symmetry = (ff_local_symmetry){0};
}

void ff_local_symmetry_clear(ff_local_symmetry *symmetry)
{
    free(symmetry->atom);
    free(symmetry->image);
    free(symmetry->turned);
    ff_local_symmetry_init(symmetry);
}

/* The crystal's point group. */

static void add_rotation(ff_local_symmetry *all, const int turn[9], const double cartesian[9])
{
    for (size_t n = 0; n < all->crystal; n++)
        if (memcmp(all->turn[n], turn, 9 * sizeof *turn) == 0)
            return;
    if (all->crystal == FF_MOST_ROTATIONS)
        return;
    memcpy(all->turn[all->crystal], turn, 9 * sizeof *turn);
    memcpy(all->rotation[all->crystal++], cartesian, 9 * sizeof *cartesian);
}

/* Every operation takes the first atom to one of its orbit, so it is that atom's carrier after one
 * of the operations that leave the first atom where it is. */
static void add_rotations(ff_local_symmetry *all, const ff_symmetry *symmetry)
{
    for (size_t a = 0; a < symmetry->atoms; a++) {
        if (symmetry->orbit[a] != 0)
            continue;
        for (size_t s = symmetry->offset[0]; s < symmetry->offset[1]; s++) {
            const ff_symmetry_operation *carrier = &symmetry->carrier[a];
            const ff_symmetry_operation *site = &symmetry->site[s];
            int turn[9] = {0};
            double cartesian[9] = {0.0};
            for (int n = 0; n < 27; n++) {
                const int i = n / 9, j = n / 3 % 3, k = n % 3;
                turn[3 * i + j] += carrier->turn[3 * i + k] * site->turn[3 * k + j];
                cartesian[3 * i + j] += carrier->rotation[3 * i + k] * site->rotation[3 * k + j];
            }
            add_rotation(all, turn, cartesian);
        }
    }
}

/* A plane counts as one of a stack. */
static int find_rotations(ff_local_symmetry *all, const ff_frame *unit, ff_error *err)
{
    ff_symmetry symmetry;
    ff_frame stack = *unit;
    for (int k = 0; k < 3; k++)
        stack.periodic[k] = true;
    int status = ff_symmetry_find(&symmetry, &stack, 1e-5, err);
    if (status == FF_OK)
        add_rotations(all, &symmetry);
    ff_symmetry_clear(&symmetry);
    return status;
}

/* The atoms. */

/* Nearly half the distance of the planes through periodic images: farther out, an atom may have
 * another image as near. */
static double farthest(const ff_relaxation *r, double radius)
{
    double cell[9], inverse[9], within = radius;
    int64_t transform[9];
    memcpy(cell, r->reference.cell, sizeof cell);
    (void)ff_lattice_reduce(cell, transform, r->reference.periodic);
    ff_lattice_inverse(inverse, cell);
    for (int k = 0; k < 3; k++) {
        const double reciprocal[3] = {inverse[k], inverse[k + 3], inverse[k + 6]};
        if (r->reference.periodic[k])
            within = fmin(within, 0.45 / sqrt(ff_vector_dot(reciprocal, reciprocal)));
    }
    return within;
}

static int find_surroundings(surroundings *s, const ff_relaxation *r, const double shift[3],
                             const ff_local_symmetry_options *options, ff_error *err)
{
    const double within = farthest(r, options->radius);
    const size_t atoms = r->reference.atoms;
    s->atom = ff_new_array(atoms, sizeof *s->atom, err);
    s->from = ff_new_array(atoms, sizeof *s->from, err);
    s->species = ff_new_array(atoms, sizeof *s->species, err);
    if (!s->atom || !s->from || !s->species)
        return FF_E_NOMEM;
    for (int outer = 0; outer < 2; outer++) {
        for (size_t i = 0; i < atoms; i++) {
            double from[3];
            ff_relaxation_from_centre(from, r, i);
            for (size_t k = 0; k < 3; k++)
                from[k] += r->displacement[3 * i + k] - shift[k];
            double distance = sqrt(ff_vector_dot(from, from));
            if ((distance > within) != (outer == 1) || distance > within + options->tolerance)
                continue;
            s->atom[s->count] = i;
            memcpy(s->from[s->count], from, sizeof from);
            s->species[s->count++] = r->reference.species[i];
        }
        if (!outer)
            s->inner = s->count;
    }
    return FF_OK;
}

/* The atom of the surroundings at a place; their count: none. */
static size_t atom_at(const surroundings *s, const double at[3], int species, double tolerance)
{
    for (size_t i = 0; i < s->count; i++) {
        double apart[3];
        for (int k = 0; k < 3; k++)
            apart[k] = s->from[i][k] - at[k];
        if (s->species[i] == species && ff_vector_dot(apart, apart) < tolerance * tolerance)
            return i;
    }
    return s->count;
}

/* Finds the images of the inner atoms; whether all are there. */
static bool find_images(uint32_t *image, const surroundings *s, const double rotation[9],
                        double tolerance)
{
    for (size_t i = 0; i < s->inner; i++) {
        double turned[3];
        for (int k = 0; k < 3; k++)
            turned[k] = ff_vector_dot(rotation + 3 * k, s->from[i]);
        size_t at = atom_at(s, turned, s->species[i], tolerance);
        if (at == s->count)
            return false;
        image[i] = (uint32_t)at;
    }
    return true;
}

/* Whether the rotated vectors of the supercell are sums of them. */
static bool keeps_supercell(const ff_frame *frame, const double rotation[9])
{
    double inverse[9];
    ff_lattice_inverse(inverse, frame->cell);
    for (int n = 0; n < 3; n++) {
        double turned[3], fraction[3];
        for (int k = 0; k < 3; k++)
            turned[k] = ff_vector_dot(rotation + 3 * k, frame->cell + 3 * n);
        ff_row_times_matrix(fraction, turned, inverse);
        for (int k = 0; k < 3; k++)
            if (fabs(fraction[k] - round(fraction[k])) > 1e-6)
                return false;
    }
    return true;
}

static void keep_those_that_hold(ff_local_symmetry *symmetry, const surroundings *s,
                                 const ff_frame *frame, const ff_local_symmetry_options *options)
{
    for (size_t n = 0; n < symmetry->crystal; n++) {
        uint32_t *image = symmetry->image + symmetry->order * s->inner;
        const double *rotation = symmetry->rotation[n];
        if (!find_images(image, s, rotation, options->tolerance) ||
            (options->of_supercell && !keeps_supercell(frame, rotation)))
            continue;
        size_t order = symmetry->order++;
        memmove(symmetry->turn[order], symmetry->turn[n], sizeof symmetry->turn[0]);
        memmove(symmetry->rotation[order], symmetry->rotation[n], sizeof symmetry->rotation[0]);
    }
}

/* Atoms of which some image is just outside are left out, with all others of their kind, so that
 * images are among those that remain. */
static int keep_whole_orbits(ff_local_symmetry *symmetry, const surroundings *s, ff_error *err)
{
    uint32_t *place = ff_new_array(s->inner, sizeof *place, err);
    if (!place)
        return FF_E_NOMEM;
    for (size_t i = 0; i < s->inner; i++) {
        bool inside = true;
        for (size_t n = 0; n < symmetry->order; n++)
            inside = inside && symmetry->image[n * s->inner + i] < s->inner;
        place[i] = (uint32_t)symmetry->atoms;
        if (inside)
            symmetry->atom[symmetry->atoms++] = s->atom[i];
        else
            place[i] = UINT32_MAX;
    }
    uint32_t *next = symmetry->image;
    for (size_t n = 0; n < symmetry->order; n++)
        for (size_t i = 0; i < s->inner; i++)
            if (place[i] != UINT32_MAX)
                *next++ = place[symmetry->image[n * s->inner + i]];
    free(place);
    return FF_OK;
}

int ff_local_symmetry_find(ff_local_symmetry *symmetry, const ff_relaxation *relaxation,
                           const double shift[3], const ff_local_symmetry_options *options,
                           ff_error *err)
{
    surroundings s = {0};
    ff_local_symmetry_init(symmetry);
    int status = find_rotations(symmetry, &relaxation->unit, err);
    if (status == FF_OK)
        status = find_surroundings(&s, relaxation, shift, options, err);
    if (status == FF_OK &&
        (!(symmetry->atom = ff_new_array(s.inner, sizeof *symmetry->atom, err)) ||
         !(symmetry->turned = ff_new_array(s.inner, 3 * sizeof(double), err)) ||
         !(symmetry->image =
               ff_new_array(symmetry->crystal * s.inner, sizeof *symmetry->image, err))))
        status = FF_E_NOMEM;
    if (status == FF_OK) {
        keep_those_that_hold(symmetry, &s, &relaxation->reference, options);
        status = keep_whole_orbits(symmetry, &s, err);
    }
    free(s.atom);
    free(s.from);
    free(s.species);
    return status;
}

void ff_local_symmetry_project(ff_local_symmetry *symmetry, double *vectors)
{
    if (symmetry->order < 2)
        return;
    memset(symmetry->turned, 0, 3 * symmetry->atoms * sizeof(double));
    for (size_t n = 0; n < symmetry->order; n++) {
        const double *rotation = symmetry->rotation[n];
        const uint32_t *image = symmetry->image + n * symmetry->atoms;
        for (size_t i = 0; i < symmetry->atoms; i++) {
            const double *there = vectors + 3 * symmetry->atom[image[i]];
            for (size_t k = 0; k < 9; k++)
                symmetry->turned[3 * i + k % 3] += rotation[k] * there[k / 3];
        }
    }
    for (size_t i = 0; i < 3 * symmetry->atoms; i++)
        vectors[3 * symmetry->atom[i / 3] + i % 3] = symmetry->turned[i] / (double)symmetry->order;
}
