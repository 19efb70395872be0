#include "lib/structure/dataset.h"

#include "lib/base/memory.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int ff_frame_init(ff_frame *frame, size_t atoms, ff_error *err)
{
    *frame = (ff_frame){.atoms = atoms};
    for (int kind = 0; kind < FF_KINDS; kind++)
        frame->weight[kind] = 1;
    for (int k = 0; k < 3; k++)
        frame->centre[k] = NAN;
    if (atoms > SIZE_MAX / (3 * sizeof(double)))
        return ff_fail(err, FF_E_NOMEM, "out of memory for %zu atoms", atoms);
    frame->species = ff_new_array(atoms, sizeof *frame->species, err);
    frame->positions = ff_new_array(3 * atoms, sizeof *frame->positions, err);
    frame->group = ff_copy_text("default", err);
    if (frame->species && frame->positions && frame->group)
        return FF_OK;
    ff_frame_clear(frame);
    return FF_E_NOMEM;
}

void ff_frame_clear(ff_frame *frame)
{
    free(frame->species);
    free(frame->positions);
    free(frame->forces);
    free(frame->site_energies);
    free(frame->displacement);
    free(frame->force_constants);
    free(frame->group);
    *frame = (ff_frame){0};
}

int ff_frame_copy(ff_frame *copy, const ff_frame *frame, ff_error *err)
{
    int status = ff_frame_init(copy, frame->atoms, err);
    if (status != FF_OK)
        return status;
    status = ff_frame_set_group(copy, frame->group, err);
    if (status == FF_OK && frame->forces)
        status = ff_frame_add_label(copy, FF_LABEL_FORCES, err);
    if (status == FF_OK && frame->site_energies)
        status = ff_frame_add_label(copy, FF_LABEL_SITE_ENERGIES, err);
    if (status == FF_OK && frame->displacements)
        status = ff_frame_set_displacements(copy, frame->displacements, frame->displacement, err);
    if (status != FF_OK) {
        ff_frame_clear(copy);
        return status;
    }
    memcpy(copy->cell, frame->cell, sizeof copy->cell);
    memcpy(copy->periodic, frame->periodic, sizeof copy->periodic);
    memcpy(copy->virial, frame->virial, sizeof copy->virial);
    memcpy(copy->weight, frame->weight, sizeof copy->weight);
    memcpy(copy->centre, frame->centre, sizeof copy->centre);
    copy->labels = frame->labels;
    copy->energy = frame->energy;
    if (frame->displacements)
        memcpy(copy->force_constants, frame->force_constants,
               3 * frame->atoms * frame->displacements * sizeof *copy->force_constants);
    if (frame->atoms) {
        memcpy(copy->species, frame->species, frame->atoms * sizeof *copy->species);
        memcpy(copy->positions, frame->positions, 3 * frame->atoms * sizeof *copy->positions);
        if (frame->forces)
            memcpy(copy->forces, frame->forces, 3 * frame->atoms * sizeof *copy->forces);
        if (frame->site_energies)
            memcpy(copy->site_energies, frame->site_energies,
                   frame->atoms * sizeof *copy->site_energies);
    }
    return FF_OK;
}

int ff_frame_set_group(ff_frame *frame, const char *group, ff_error *err)
{
    char *copy = ff_copy_text(group, err);
    if (!copy)
        return FF_E_NOMEM;
    free(frame->group);
    frame->group = copy;
    return FF_OK;
}

int ff_frame_add_label(ff_frame *frame, unsigned label, ff_error *err)
{
    if (label == FF_LABEL_FORCES && !frame->forces)
        frame->forces = ff_new_array(3 * frame->atoms, sizeof *frame->forces, err);
    if (label == FF_LABEL_SITE_ENERGIES && !frame->site_energies)
        frame->site_energies = ff_new_array(frame->atoms, sizeof *frame->site_energies, err);
    assert(!(label & FF_LABEL_FORCE_CONSTANTS));
    bool missing = (label == FF_LABEL_FORCES && !frame->forces) ||
                   (label == FF_LABEL_SITE_ENERGIES && !frame->site_energies);
    if (missing)
        return FF_E_NOMEM;
    frame->labels |= label;
    return FF_OK;
}

int ff_frame_set_displacements(ff_frame *frame, size_t count, const ff_displacement *displacement,
                               ff_error *err)
{
    size_t numbers = 3 * frame->atoms; /* no overflow: the positions are as many */
    assert(count > 0);
    if (numbers && count > SIZE_MAX / sizeof(double) / numbers)
        return ff_fail(err, FF_E_NOMEM, "out of memory for %zu displacements of %zu atoms", count,
                       frame->atoms);
    ff_displacement *copy = ff_copy_array(displacement, count, sizeof *copy, err);
    double *response = copy ? ff_new_array(count * numbers, sizeof *response, err) : NULL;
    if (!response) {
        free(copy);
        return FF_E_NOMEM;
    }
    free(frame->displacement);
    free(frame->force_constants);
    frame->displacements = count;
    frame->displacement = copy;
    frame->force_constants = response;
    frame->labels |= FF_LABEL_FORCE_CONSTANTS;
    return FF_OK;
}

void ff_frame_drop_labels(ff_frame *frame)
{
    free(frame->forces);
    free(frame->site_energies);
    free(frame->displacement);
    free(frame->force_constants);
    frame->forces = frame->site_energies = frame->force_constants = NULL;
    frame->displacement = NULL;
    frame->displacements = 0;
    frame->labels = 0;
    frame->energy = 0;
    for (int i = 0; i < 6; i++)
        frame->virial[i] = 0;
}

double ff_frame_volume(const ff_frame *frame)
{
    const double *a = frame->cell, *b = frame->cell + 3, *c = frame->cell + 6;
    return fabs(a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) +
                a[2] * (b[0] * c[1] - b[1] * c[0]));
}

static void strain_vector(double vector[3], const double strain[9])
{
    const double x = vector[0], y = vector[1], z = vector[2];
    for (int i = 0; i < 3; i++)
        vector[i] += strain[3 * i] * x + strain[3 * i + 1] * y + strain[3 * i + 2] * z;
}

void ff_frame_strain(ff_frame *frame, const double strain[9])
{
    for (int i = 0; i < 3; i++)
        strain_vector(frame->cell + 3 * i, strain);
    for (size_t i = 0; i < frame->atoms; i++)
        strain_vector(frame->positions + 3 * i, strain);
    strain_vector(frame->centre, strain); /* NaN stays NaN */
}

static bool all_finite(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return false;
    return true;
}

static int check_cell(const ff_frame *frame, ff_error *err)
{
    if (!all_finite(frame->cell, 9))
        return ff_fail(err, FF_E_RANGE, "the cell holds a number that is not finite");
    if (!frame->periodic[0] && !frame->periodic[1] && !frame->periodic[2])
        return FF_OK;
    double edges = 1;
    for (int i = 0; i < 3; i++)
        edges *= sqrt(frame->cell[3 * i] * frame->cell[3 * i] +
                      frame->cell[3 * i + 1] * frame->cell[3 * i + 1] +
                      frame->cell[3 * i + 2] * frame->cell[3 * i + 2]);
    /* A relative volume of 1e-6 means cell vectors within a thousandth of a degree of a plane. */
    if (!(ff_frame_volume(frame) > 1e-6 * edges))
        return ff_fail(err, FF_E_RANGE, "the cell is singular (volume %g A^3) but periodic",
                       ff_frame_volume(frame));
    return FF_OK;
}

static int check_atom(const ff_frame *frame, size_t atom, ff_error *err)
{
    if (frame->species[atom] < 1 || frame->species[atom] > FF_MAX_SPECIES)
        return ff_fail(err, FF_E_RANGE, "species %d is not an atomic number from 1 to %d",
                       frame->species[atom], FF_MAX_SPECIES);
    if (!all_finite(frame->positions + 3 * atom, 3))
        return ff_fail(err, FF_E_RANGE, "its position is not finite");
    if ((frame->labels & FF_LABEL_FORCES) && !all_finite(frame->forces + 3 * atom, 3))
        return ff_fail(err, FF_E_RANGE, "its force is not finite");
    if ((frame->labels & FF_LABEL_SITE_ENERGIES) && !isfinite(frame->site_energies[atom]))
        return ff_fail(err, FF_E_RANGE, "its site energy is not finite");
    return FF_OK;
}

/* One displacement and the response to it. */
static int check_displacement(const ff_frame *frame, size_t index, ff_error *err)
{
    const ff_displacement *displacement = &frame->displacement[index];
    const double *d = displacement->direction;
    if (displacement->atom >= frame->atoms)
        return ff_fail(err, FF_E_RANGE, "displacement %zu is of atom %u of %zu", index + 1,
                       displacement->atom + 1, frame->atoms);
    /* Rounding of a unit vector's square. */
    if (!(fabs(d[0] * d[0] + d[1] * d[1] + d[2] * d[2] - 1) < 1e-12))
        return ff_fail(err, FF_E_RANGE, "displacement %zu is along (%g %g %g), not a unit vector",
                       index + 1, d[0], d[1], d[2]);
    if (!all_finite(frame->force_constants + 3 * frame->atoms * index, 3 * frame->atoms))
        return ff_fail(err, FF_E_RANGE,
                       "the force constants of displacement %zu hold a number that is not finite",
                       index + 1);
    return FF_OK;
}

static int check_atoms(const ff_frame *frame, ff_error *err)
{
    for (size_t i = 0; i < frame->atoms; i++) {
        int status = check_atom(frame, i, err);
        if (status != FF_OK) {
            ff_error_at_atom(err, (int64_t)i + 1);
            return status;
        }
    }
    return FF_OK;
}

int ff_frame_check(const ff_frame *frame, ff_error *err)
{
    int status = check_cell(frame, err);
    if (status == FF_OK)
        status = check_atoms(frame, err);
    const bool responds = frame->labels & FF_LABEL_FORCE_CONSTANTS;
    if (status == FF_OK && responds && frame->displacements == 0)
        status = ff_fail(err, FF_E_RANGE, "it has force constants, but of no displacement");
    for (size_t i = 0; responds && i < frame->displacements && status == FF_OK; i++)
        status = check_displacement(frame, i, err);
    if (status == FF_OK && (frame->labels & FF_LABEL_ENERGY) && !isfinite(frame->energy))
        status = ff_fail(err, FF_E_RANGE, "the energy is not finite");
    if (status == FF_OK && (frame->labels & FF_LABEL_VIRIAL) && !all_finite(frame->virial, 6))
        status = ff_fail(err, FF_E_RANGE, "the virial holds a number that is not finite");
    if (status == FF_OK && !all_finite(frame->weight, FF_KINDS))
        status = ff_fail(err, FF_E_RANGE, "a weight is not finite");
    if (status == FF_OK && !isnan(frame->centre[0]) && !all_finite(frame->centre, 3))
        status = ff_fail(err, FF_E_RANGE, "the centre of the defect is not finite");
    return status;
}

void ff_dataset_init(ff_dataset *dataset)
{
    *dataset = (ff_dataset){0};
}

void ff_dataset_clear(ff_dataset *dataset)
{
    for (size_t i = 0; i < dataset->count; i++)
        ff_frame_clear(&dataset->frames[i]);
    free(dataset->frames);
    ff_dataset_init(dataset);
}

int ff_dataset_append(ff_dataset *dataset, ff_frame *frame, ff_error *err)
{
    int status = ff_reserve(&dataset->frames, &dataset->capacity, dataset->count + 1,
                            sizeof *dataset->frames, err);
    if (status != FF_OK)
        return status;
    dataset->frames[dataset->count++] = *frame;
    *frame = (ff_frame){0};
    return FF_OK;
}

void ff_dataset_species(const ff_dataset *dataset, int *species, size_t *count)
{
    bool present[FF_MAX_SPECIES + 1] = {false};
    for (size_t i = 0; i < dataset->count; i++)
        for (size_t j = 0; j < dataset->frames[i].atoms; j++)
            present[dataset->frames[i].species[j]] = true;
    *count = 0;
    for (int z = 1; z <= FF_MAX_SPECIES; z++)
        if (present[z])
            species[(*count)++] = z;
}
