#include "formats/dataset_file.h"

#include "formats/dataset_columns.h"
#include "formats/species_energies.h"
#include "lib/base/memory.h"

#include <stdlib.h>
#include <string.h>

typedef struct tables {
    void *data[FF_DATASET_COLUMNS]; /* NULL where the column is absent */
    int version;
    size_t frames, atoms, displacements, responses;
    size_t group_count;
    char **groups;
} tables;

static void tables_clear(tables *all)
{
    for (int i = 0; i < FF_DATASET_COLUMNS; i++)
        free(all->data[i]);
    ff_texts_free(all->group_count, all->groups);
}

/* Kinds of observation that the file's version knows of. */
static size_t stored_kinds(const tables *all)
{
    return all->version < 2 ? FF_KIND_FORCE_CONSTANT : FF_KINDS;
}

/* One array; *rows as in ff_array_read. */
static int read_column(tables *all, hid_t location, int column, size_t *rows, ff_error *err)
{
    const ff_dataset_column_form *form = &ff_dataset_columns[column];
    size_t shape[3];
    memcpy(shape, form->shape, sizeof shape);
    shape[0] = *rows;
    if (column == FF_FRAME_WEIGHT)
        shape[1] = stored_kinds(all);
    int status = ff_array_read(location, form->name, form->element, form->rank, shape,
                               &all->data[column], err);
    *rows = shape[0];
    return status;
}

/* *rows: of the columns read before, or SIZE_MAX. */
static int read_columns(tables *all, hid_t location, int first, int last, size_t *rows,
                        ff_error *err)
{
    int status = FF_OK;
    for (int i = first; i <= last && status == FF_OK; i++) {
        bool optional = i == FF_ATOM_FORCE || i == FF_ATOM_SITE_ENERGY || i == FF_FRAME_CENTRE;
        if (!optional || ff_link_exists(location, ff_dataset_columns[i].name))
            status = read_column(all, location, i, rows, err);
    }
    return status;
}

static int read_force_constants(tables *all, hid_t root, ff_error *err)
{
    hid_t group = -1;
    if (!ff_link_exists(root, "force_constants"))
        return FF_OK;
    all->displacements = all->responses = SIZE_MAX;
    int status = ff_group_open(&group, root, "force_constants", err);
    if (status == FF_OK)
        status = read_columns(all, group, FF_DISPLACED_ATOM, FF_DISPLACED_ALONG,
                              &all->displacements, err);
    if (status == FF_OK)
        status = read_columns(all, group, FF_RESPONSE, FF_RESPONSE, &all->responses, err);
    ff_group_close(group);
    return status;
}

static int read_tables(tables *all, hid_t root, ff_error *err)
{
    const int last = all->version < 2 ? FF_FRAME_WEIGHT : FF_FRAME_DISPLACEMENTS;
    hid_t frames = -1, atoms = -1;
    int status = ff_group_open(&frames, root, "frames", err);
    if (status == FF_OK)
        status = ff_group_open(&atoms, root, "atoms", err);
    if (status == FF_OK)
        status = read_columns(all, frames, FF_FRAME_ATOMS, last, &all->frames, err);
    if (status == FF_OK)
        status = read_columns(all, frames, FF_FRAME_CENTRE, FF_FRAME_CENTRE, &all->frames, err);
    if (status == FF_OK)
        status = read_columns(all, atoms, FF_ATOM_SPECIES, FF_ATOM_SITE_ENERGY, &all->atoms, err);
    if (status == FF_OK && all->version >= 2)
        status = read_force_constants(all, root, err);
    if (status == FF_OK)
        status = ff_texts_read(root, "groups", &all->group_count, &all->groups, err);
    ff_group_close(frames);
    ff_group_close(atoms);
    return status;
}

/* Where the rows of a frame begin. */
typedef struct places {
    size_t atom, displacement, response;
} places;

static int fill_atom_label(ff_frame *frame, const tables *all, int column, unsigned label,
                           size_t first, ff_error *err)
{
    size_t width = column == FF_ATOM_FORCE ? 3 : 1;
    if (!(frame->labels & label))
        return FF_OK;
    if (!all->data[column])
        return ff_fail(err, FF_E_FORMAT, "has no array 'atoms/%s' although a frame is labelled so",
                       ff_dataset_columns[column].name);
    int status = ff_frame_add_label(frame, label, err);
    if (status == FF_OK && frame->atoms)
        memcpy(column == FF_ATOM_FORCE ? frame->forces : frame->site_energies,
               (const double *)all->data[column] + width * first,
               width * frame->atoms * sizeof(double));
    return status;
}

/* The frame's displacements and the responses to them; *at moves on. */
static int fill_force_constants(ff_frame *frame, const tables *all, size_t index, places *at,
                                ff_error *err)
{
    const int64_t *stored = all->data[FF_FRAME_DISPLACEMENTS];
    const bool labelled = frame->labels & FF_LABEL_FORCE_CONSTANTS;
    const size_t count = stored && stored[index] > 0 ? (size_t)stored[index] : 0;
    if ((stored && stored[index] < 0) || (count > 0) != labelled)
        return ff_fail(err, FF_E_FORMAT, "has %lld displacements, but %s label of force constants",
                       stored ? (long long)stored[index] : 0LL, labelled ? "the" : "no");
    if (count == 0)
        return FF_OK;
    if (count > all->displacements - at->displacement ||
        (frame->atoms && count > (all->responses - at->response) / frame->atoms))
        return ff_fail(err, FF_E_FORMAT, "claims %zu displacements, more than the file holds",
                       count);
    ff_displacement *displacement = ff_new_array(count, sizeof *displacement, err);
    if (!displacement)
        return FF_E_NOMEM;
    for (size_t i = 0; i < count; i++) {
        size_t row = at->displacement + i;
        displacement[i].atom = ((const uint32_t *)all->data[FF_DISPLACED_ATOM])[row];
        memcpy(displacement[i].direction, (const double *)all->data[FF_DISPLACED_ALONG] + 3 * row,
               sizeof displacement[i].direction);
    }
    int status = ff_frame_set_displacements(frame, count, displacement, err);
    if (status == FF_OK && frame->atoms)
        memcpy(frame->force_constants, (const double *)all->data[FF_RESPONSE] + 3 * at->response,
               3 * count * frame->atoms * sizeof(double));
    at->displacement += count;
    at->response += count * frame->atoms;
    free(displacement);
    return status;
}

static int fill_labels(ff_frame *frame, const tables *all, size_t index, ff_error *err)
{
    const unsigned labels = ((const uint8_t *)all->data[FF_FRAME_LABELS])[index];
    const unsigned known = all->version < 2 ? 15 : 31; /* as stored */
    if (labels & ~known)
        return ff_fail(err, FF_E_FORMAT, "has labels %u, of which only the bits of %u are known",
                       labels, known);
    frame->labels = ff_dataset_labels_read(labels);
    return FF_OK;
}

static int fill_group(ff_frame *frame, const tables *all, size_t index, ff_error *err)
{
    uint32_t group = ((const uint32_t *)all->data[FF_FRAME_GROUP])[index];
    if (group >= all->group_count)
        return ff_fail(err, FF_E_FORMAT, "names group %u of %zu", group, all->group_count);
    return ff_frame_set_group(frame, all->groups[group], err);
}

/* What every frame has, one number or more of each. */
static void fill_structure(ff_frame *frame, const tables *all, size_t index, size_t first)
{
    const uint8_t *periodic = (const uint8_t *)all->data[FF_FRAME_PERIODIC] + 3 * index;
    const size_t kinds = stored_kinds(all);
    memcpy(frame->cell, (const double *)all->data[FF_FRAME_CELL] + 9 * index, sizeof frame->cell);
    memcpy(frame->virial, (const double *)all->data[FF_FRAME_VIRIAL] + 6 * index,
           sizeof frame->virial);
    memcpy(frame->weight, (const double *)all->data[FF_FRAME_WEIGHT] + kinds * index,
           kinds * sizeof *frame->weight);
    for (int i = 0; i < 3; i++)
        frame->periodic[i] = periodic[i] != 0;
    if (all->data[FF_FRAME_CENTRE])
        memcpy(frame->centre, (const double *)all->data[FF_FRAME_CENTRE] + 3 * index,
               sizeof frame->centre);
    frame->energy = ((const double *)all->data[FF_FRAME_ENERGY])[index];
    for (size_t i = 0; i < frame->atoms; i++)
        frame->species[i] = ((const int32_t *)all->data[FF_ATOM_SPECIES])[first + i];
    if (frame->atoms)
        memcpy(frame->positions, (const double *)all->data[FF_ATOM_POSITION] + 3 * first,
               3 * frame->atoms * sizeof(double));
}

static int fill_frame(ff_frame *frame, const tables *all, size_t index, places *at, ff_error *err)
{
    int status = fill_group(frame, all, index, err);
    if (status == FF_OK)
        status = fill_labels(frame, all, index, err);
    if (status != FF_OK)
        return status;
    fill_structure(frame, all, index, at->atom);
    status = fill_atom_label(frame, all, FF_ATOM_FORCE, FF_LABEL_FORCES, at->atom, err);
    if (status == FF_OK)
        status =
            fill_atom_label(frame, all, FF_ATOM_SITE_ENERGY, FF_LABEL_SITE_ENERGIES, at->atom, err);
    if (status == FF_OK)
        status = fill_force_constants(frame, all, index, at, err);
    at->atom += frame->atoms;
    return status == FF_OK ? ff_frame_check(frame, err) : status;
}

static int fill_frames(ff_dataset *dataset, const tables *all, ff_error *err)
{
    places at = {0};
    int status = FF_OK;
    for (size_t i = 0; i < all->frames && status == FF_OK; i++) {
        int64_t atoms = ((const int64_t *)all->data[FF_FRAME_ATOMS])[i];
        ff_frame frame = {0};
        if (atoms < 0 || (size_t)atoms > all->atoms - at.atom)
            status = ff_fail(err, FF_E_FORMAT, "claims %lld atoms, more than the file holds",
                             (long long)atoms);
        if (status == FF_OK)
            status = ff_frame_init(&frame, (size_t)atoms, err);
        if (status == FF_OK)
            status = fill_frame(&frame, all, i, &at, err);
        if (status == FF_OK)
            status = ff_dataset_append(dataset, &frame, err);
        if (status != FF_OK)
            ff_error_in_frame(err, (int64_t)i + 1);
        ff_frame_clear(&frame);
    }
    if (status == FF_OK && at.atom != all->atoms)
        status =
            ff_fail(err, FF_E_FORMAT, "has %zu atoms, but its frames %zu", all->atoms, at.atom);
    if (status == FF_OK && (at.displacement != all->displacements || at.response != all->responses))
        status = ff_fail(err, FF_E_FORMAT,
                         "has %zu displacements and %zu responses, but its frames %zu and %zu",
                         all->displacements, all->responses, at.displacement, at.response);
    return status;
}

int ff_dataset_read(ff_dataset *dataset, ff_container *container, ff_error *err)
{
    tables all = {
        .version = ff_container_version(container), .frames = SIZE_MAX, .atoms = SIZE_MAX};
    hid_t root = ff_container_root(container);
    ff_dataset_init(dataset);
    int status = read_tables(&all, root, err);
    if (status == FF_OK)
        status = fill_frames(dataset, &all, err);
    if (status == FF_OK)
        status = ff_species_energies_read(root, "isolated", dataset->isolated_energy,
                                          dataset->isolated_known, err);
    tables_clear(&all);
    if (status != FF_OK) {
        ff_dataset_clear(dataset);
        ff_error_in_file(err, ff_container_name(container));
    }
    return status;
}
