#include "lib/structure/symmetry.h"

#include "lib/base/memory.h"
#include "lib/structure/lattice.h"
#include "lib/structure/site_index.h"

#include <spglib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ff_symmetry_init(ff_symmetry *symmetry)
{
    *symmetry = (ff_symmetry){0};
}

void ff_symmetry_clear(ff_symmetry *symmetry)
{
    free(symmetry->first);
    free(symmetry->orbit);
    free(symmetry->carrier);
    free(symmetry->offset);
    free(symmetry->site);
    ff_symmetry_init(symmetry);
}

static ff_symmetry_operation identity(void)
{
    return (ff_symmetry_operation){.rotation = {1, 0, 0, 0, 1, 0, 0, 0, 1},
                                   .turn = {1, 0, 0, 0, 1, 0, 0, 0, 1}};
}

/* The orthogonal matrix nearest to one that is so but for small errors: Newton's iteration for the
 * polar decomposition, X <- (X + X^-T) / 2 (N. J. Higham, SIAM J. Sci. Stat. Comput. 7, 1160
 * (1986)). Its errors square themselves, so that three steps bring 1e-3 to rounding. */
static void make_orthogonal(double matrix[9])
{
    for (int step = 0; step < 3; step++) {
        double inverse[9];
        ff_lattice_inverse(inverse, matrix);
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
                matrix[3 * i + j] = (matrix[3 * i + j] + inverse[3 * j + i]) / 2;
    }
}

/* R = cell^T W cell^-T, since x = cell^T s for columns x and s. */
static ff_symmetry_operation make_operation(const SpglibDataset *found, int number,
                                            const double cell[9], const double inverse[9])
{
    ff_symmetry_operation operation;
    memcpy(operation.turn, found->rotations[number], sizeof operation.turn);
    memcpy(operation.shift, found->translations[number], sizeof operation.shift);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            double sum = 0;
            for (int k = 0; k < 3; k++)
                for (int l = 0; l < 3; l++)
                    sum += cell[3 * k + i] * operation.turn[3 * k + l] * inverse[3 * j + l];
            operation.rotation[3 * i + j] = sum;
        }
    make_orthogonal(operation.rotation);
    return operation;
}

static void image_of(double image[3], const int turn[9], const double shift[3],
                     const double fraction[3])
{
    for (int k = 0; k < 3; k++)
        image[k] = turn[3 * k] * fraction[0] + turn[3 * k + 1] * fraction[1] +
                   turn[3 * k + 2] * fraction[2] + shift[k];
}

/* Finding the operations. */

static int search(SpglibDataset **found, const ff_frame *frame, const double inverse[9],
                  double tolerance, ff_error *err)
{
    double lattice[3][3], (*fraction)[3] = ff_new_array(frame->atoms, sizeof *fraction, err);
    if (!fraction)
        return FF_E_NOMEM;
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            lattice[i][k] = frame->cell[3 * k + i]; /* spglib wants the vectors as columns */
    for (size_t i = 0; i < frame->atoms; i++)
        ff_row_times_matrix(fraction[i], frame->positions + 3 * i, inverse);
    *found = spg_get_dataset(lattice, fraction, frame->species, (int)frame->atoms, tolerance);
    free(fraction);
    if (*found)
        return FF_OK;
    SpglibError code = spg_get_error_code();
    if (code == SPGERR_ATOMS_TOO_CLOSE)
        return ff_fail(err, FF_E_RANGE,
                       "its symmetry has no meaning: atoms are within %g A of one "
                       "another",
                       tolerance);
    return ff_fail(err, FF_E_NUMERIC, "spglib finds no symmetry (%s)", spg_get_error_message(code));
}

static bool is_identity(int (*turn)[3])
{
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            if (turn[i][j] != (i == j))
                return false;
    return true;
}

int ff_symmetry_space_group(ff_space_group *group, const ff_frame *frame, double tolerance,
                            ff_error *err)
{
    double inverse[9];
    SpglibDataset *found = NULL;
    int translations = 0;
    *group = (ff_space_group){0};
    if (!frame->periodic[0] || !frame->periodic[1])
        return ff_fail(err, FF_E_RANGE,
                       "not periodic along its first two cell vectors: no space "
                       "group");
    ff_lattice_inverse(inverse, frame->cell);
    int status = search(&found, frame, inverse, tolerance, err);
    if (status != FF_OK)
        return status;
    for (int n = 0; n < found->n_operations; n++)
        translations += is_identity(found->rotations[n]);
    group->number = found->spacegroup_number;
    group->operations = found->n_operations / (translations ? translations : 1);
    (void)snprintf(group->symbol, sizeof group->symbol, "%s", found->international_symbol);
    spg_free_dataset(found);
    return FF_OK;
}

/* Adds an operation to those of the last site. */
static int add_site_operation(ff_symmetry *symmetry, size_t *capacity,
                              const ff_symmetry_operation *operation, ff_error *err)
{
    size_t *count = &symmetry->offset[symmetry->orbits];
    int status = ff_reserve(&symmetry->site, capacity, *count + 1, sizeof *symmetry->site, err);
    if (status == FF_OK)
        symmetry->site[(*count)++] = *operation;
    return status;
}

/* What the found operations are worked on with. */
typedef struct orbit_search {
    const SpglibDataset *found;
    const ff_frame *frame;
    ff_site_index index;
    size_t capacity; /* of symmetry->site */
} orbit_search;

/* The orbit of an atom that belongs to none yet. */
static int add_orbit(ff_symmetry *symmetry, orbit_search *work, size_t atom, ff_error *err)
{
    const double *fraction = work->index.fraction + 3 * atom;
    const uint32_t number = (uint32_t)symmetry->orbits++;
    int status = FF_OK;
    symmetry->first[number] = (uint32_t)atom;
    symmetry->orbit[atom] = number;
    symmetry->carrier[atom] = identity();
    symmetry->offset[number + 1] = symmetry->offset[number];
    for (int i = 0; i < work->found->n_operations && status == FF_OK; i++) {
        double image[3];
        image_of(image, (const int *)work->found->rotations[i], work->found->translations[i],
                 fraction);
        size_t other = ff_site_index_find(&work->index, image, work->frame->species[atom]);
        if (other == SIZE_MAX || (other != atom && symmetry->orbit[other] == number))
            continue;
        const ff_symmetry_operation operation =
            make_operation(work->found, i, work->frame->cell, work->index.inverse);
        if (other == atom) {
            status = add_site_operation(symmetry, &work->capacity, &operation, err);
        } else {
            symmetry->orbit[other] = number;
            symmetry->carrier[other] = operation;
        }
    }
    return status;
}

static int find_orbits(ff_symmetry *symmetry, orbit_search *work, ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; i < symmetry->atoms && status == FF_OK; i++)
        if (symmetry->orbit[i] == UINT32_MAX)
            status = add_orbit(symmetry, work, i, err);
    return status;
}

/* Every atom an orbit of its own, its site without symmetry. */
static int set_identity(ff_symmetry *symmetry, ff_error *err)
{
    symmetry->site = ff_new_array(symmetry->atoms, sizeof *symmetry->site, err);
    if (!symmetry->site)
        return FF_E_NOMEM;
    for (size_t i = 0; i < symmetry->atoms; i++) {
        symmetry->first[i] = symmetry->orbit[i] = (uint32_t)i;
        symmetry->carrier[i] = symmetry->site[i] = identity();
        symmetry->offset[i + 1] = i + 1;
    }
    symmetry->orbits = symmetry->atoms;
    return FF_OK;
}

static int find_operations(ff_symmetry *symmetry, const ff_frame *frame, ff_error *err)
{
    SpglibDataset *found = NULL;
    orbit_search work = {.frame = frame};
    if (!frame->periodic[0] || !frame->periodic[1] || !frame->periodic[2] || frame->atoms == 0)
        return set_identity(symmetry, err);
    /* An image may be off by the tolerance, and the atom it is held against as well. */
    int status = ff_site_index_build(&work.index, frame, 2 * symmetry->tolerance, err);
    if (status == FF_OK)
        status = search(&found, frame, work.index.inverse, symmetry->tolerance, err);
    work.found = found;
    if (status == FF_OK)
        status = find_orbits(symmetry, &work, err);
    ff_site_index_clear(&work.index);
    if (found)
        spg_free_dataset(found);
    return status;
}

int ff_symmetry_find(ff_symmetry *symmetry, const ff_frame *frame, double tolerance, ff_error *err)
{
    *symmetry = (ff_symmetry){.atoms = frame->atoms, .tolerance = tolerance};
    if (frame->atoms > INT32_MAX)
        return ff_fail(err, FF_E_RANGE, "%zu atoms are more than spglib can take", frame->atoms);
    symmetry->first = ff_new_array(frame->atoms, sizeof *symmetry->first, err);
    symmetry->orbit = ff_new_array(frame->atoms, sizeof *symmetry->orbit, err);
    symmetry->carrier = ff_new_array(frame->atoms, sizeof *symmetry->carrier, err);
    symmetry->offset = ff_new_array(frame->atoms + 1, sizeof *symmetry->offset, err);
    int status = symmetry->first && symmetry->orbit && symmetry->carrier && symmetry->offset
                     ? FF_OK
                     : FF_E_NOMEM;
    for (size_t i = 0; status == FF_OK && i < frame->atoms; i++)
        symmetry->orbit[i] = UINT32_MAX;
    if (status == FF_OK)
        status = find_operations(symmetry, frame, err);
    if (status != FF_OK)
        ff_symmetry_clear(symmetry);
    return status;
}
