#include "formats/dataset_file.h"

#include "formats/species_energies.h"
#include "lib/base/memory.h"

#include <stdlib.h>
#include <string.h>

/* The columns of a dataset file: one row a frame (group "frames") or an atom (group "atoms"). */
enum column {
    FRAME_ATOMS,
    FRAME_CELL,
    FRAME_PERIODIC,
    FRAME_LABELS,
    FRAME_ENERGY,
    FRAME_VIRIAL,
    FRAME_GROUP,
    FRAME_WEIGHT,
    ATOM_SPECIES,
    ATOM_POSITION,
    ATOM_FORCE,
    ATOM_SITE_ENERGY,
    COLUMNS
};

static const struct {
    const char *name;
    ff_element element;
    int rank;
    size_t shape[3];
    const char *units, *description;
} columns[COLUMNS] = {
    [FRAME_ATOMS] = {"atoms", FF_ELEMENT_INT64, 1, {0}, "", "number of atoms of each frame"},
    [FRAME_CELL] = {"cell",
                    FF_ELEMENT_DOUBLE,
                    3,
                    {0, 3, 3},
                    "angstrom",
                    "cell vectors as rows; all zero when there is no cell"},
    [FRAME_PERIODIC] =
        {"periodic", FF_ELEMENT_UINT8, 2, {0, 3}, "", "1 where periodic along the cell vector"},
    [FRAME_LABELS] = {"labels",
                      FF_ELEMENT_UINT8,
                      1,
                      {0},
                      "",
                      "labels present: 1 energy, 2 forces, 4 virial, 8 site energies, added"},
    [FRAME_ENERGY] = {"energy",
                      FF_ELEMENT_DOUBLE,
                      1,
                      {0},
                      "eV",
                      "total energy; 0 and without meaning where the label is absent"},
    [FRAME_VIRIAL] = {"virial",
                      FF_ELEMENT_DOUBLE,
                      2,
                      {0, 6},
                      "eV",
                      "-dE/d(strain) as xx yy zz yz xz xy; 0 where the label is absent"},
    [FRAME_GROUP] = {"group", FF_ELEMENT_UINT32, 1, {0}, "", "index into /groups"},
    [FRAME_WEIGHT] = {"weight",
                      FF_ELEMENT_DOUBLE,
                      2,
                      {0, FF_KINDS},
                      "",
                      "multipliers of the weights of energy, force and virial rows"},
    [ATOM_SPECIES] = {"species", FF_ELEMENT_INT32, 1, {0}, "", "atomic number"},
    [ATOM_POSITION] = {"position", FF_ELEMENT_DOUBLE, 2, {0, 3}, "angstrom", "Cartesian position"},
    [ATOM_FORCE] = {"force",
                    FF_ELEMENT_DOUBLE,
                    2,
                    {0, 3},
                    "eV/angstrom",
                    "force; 0 in frames without the label"},
    [ATOM_SITE_ENERGY] = {"site_energy",
                          FF_ELEMENT_DOUBLE,
                          1,
                          {0},
                          "eV",
                          "energy of the site; 0 in frames without the label"},
};

static bool is_frame_column(int column)
{
    return column < ATOM_SPECIES;
}

/* Writing. */

struct ff_dataset_writer {
    ff_container *container;
    hid_t frames, atoms;
    ff_array_stream *stream[COLUMNS];
    size_t atom_count;
    size_t group_count, group_capacity;
    char **groups;
};

static int create_column(ff_dataset_writer *writer, int column, ff_error *err)
{
    return ff_array_stream_create(
        &writer->stream[column], is_frame_column(column) ? writer->frames : writer->atoms,
        columns[column].name, columns[column].element, columns[column].rank, columns[column].shape,
        columns[column].units, columns[column].description, err);
}

int ff_dataset_writer_new(ff_dataset_writer **out, ff_container *container, ff_error *err)
{
    ff_dataset_writer *writer = ff_new_array(1, sizeof *writer, err);
    if (!writer)
        return FF_E_NOMEM;
    writer->container = container;
    writer->frames = writer->atoms = -1;
    int status = ff_group_create(&writer->frames, ff_container_root(container), "frames", err);
    if (status == FF_OK)
        status = ff_group_create(&writer->atoms, ff_container_root(container), "atoms", err);
    for (int i = 0; i <= ATOM_POSITION && status == FF_OK; i++)
        status = create_column(writer, i, err);
    if (status == FF_OK)
        *out = writer;
    else
        ff_dataset_writer_free(writer);
    return status;
}

void ff_dataset_writer_free(ff_dataset_writer *writer)
{
    if (!writer)
        return;
    for (int i = 0; i < COLUMNS; i++)
        (void)ff_array_stream_close(writer->stream[i], NULL);
    ff_group_close(writer->frames);
    ff_group_close(writer->atoms);
    ff_texts_free(writer->group_count, writer->groups);
    free(writer);
}

static int find_group(ff_dataset_writer *writer, const char *name, uint32_t *index, ff_error *err)
{
    for (*index = 0; *index < writer->group_count; (*index)++)
        if (strcmp(writer->groups[*index], name) == 0)
            return FF_OK;
    int status = ff_reserve(&writer->groups, &writer->group_capacity, writer->group_count + 1,
                            sizeof *writer->groups, err);
    if (status != FF_OK)
        return status;
    char *copy = ff_copy_text(name, err);
    if (!copy)
        return FF_E_NOMEM;
    writer->groups[writer->group_count++] = copy;
    return FF_OK;
}

static int append_zeros(ff_array_stream *stream, size_t rows, size_t width, ff_error *err)
{
    double *zeros = ff_new_array(rows * width, sizeof *zeros, err);
    int status = zeros ? ff_array_stream_append(stream, rows, zeros, err) : FF_E_NOMEM;
    free(zeros);
    return status;
}

/* Labels per atom have a column only once some frame has them; earlier frames are filled with
 * zeros. */
static int append_atom_label(ff_dataset_writer *writer, int column, const ff_frame *frame,
                             unsigned label, const double *values, ff_error *err)
{
    size_t width = column == ATOM_FORCE ? 3 : 1;
    bool present = (frame->labels & label) != 0;
    int status = FF_OK;
    if (!writer->stream[column]) {
        if (!present)
            return FF_OK;
        status = create_column(writer, column, err);
        if (status == FF_OK)
            status = append_zeros(writer->stream[column], writer->atom_count, width, err);
    }
    if (status != FF_OK)
        return status;
    return present ? ff_array_stream_append(writer->stream[column], frame->atoms, values, err)
                   : append_zeros(writer->stream[column], frame->atoms, width, err);
}

int ff_dataset_writer_append(ff_dataset_writer *writer, const ff_frame *frame, ff_error *err)
{
    const int64_t atoms = (int64_t)frame->atoms;
    const uint8_t labels = (uint8_t)frame->labels;
    const uint8_t periodic[3] = {frame->periodic[0], frame->periodic[1], frame->periodic[2]};
    static const double nothing[6] = {0};
    const double *energy = frame->labels & FF_LABEL_ENERGY ? &frame->energy : nothing;
    const double *virial = frame->labels & FF_LABEL_VIRIAL ? frame->virial : nothing;
    uint32_t group = 0;
    int status = find_group(writer, frame->group, &group, err);
    const void *row[ATOM_SPECIES] = {
        [FRAME_ATOMS] = &atoms,   [FRAME_CELL] = frame->cell,    [FRAME_PERIODIC] = periodic,
        [FRAME_LABELS] = &labels, [FRAME_ENERGY] = energy,       [FRAME_VIRIAL] = virial,
        [FRAME_GROUP] = &group,   [FRAME_WEIGHT] = frame->weight};
    for (int i = 0; i < ATOM_SPECIES && status == FF_OK; i++)
        status = ff_array_stream_append(writer->stream[i], 1, row[i], err);
    if (status == FF_OK)
        status =
            ff_array_stream_append(writer->stream[ATOM_SPECIES], frame->atoms, frame->species, err);
    if (status == FF_OK)
        status = ff_array_stream_append(writer->stream[ATOM_POSITION], frame->atoms,
                                        frame->positions, err);
    if (status == FF_OK)
        status = append_atom_label(writer, ATOM_FORCE, frame, FF_LABEL_FORCES, frame->forces, err);
    if (status == FF_OK)
        status = append_atom_label(writer, ATOM_SITE_ENERGY, frame, FF_LABEL_SITE_ENERGIES,
                                   frame->site_energies, err);
    writer->atom_count += frame->atoms;
    return status;
}

static int write_isolated(hid_t root, const ff_dataset *dataset, ff_error *err)
{
    int species[FF_MAX_SPECIES];
    size_t count = 0;
    for (int z = 1; z <= FF_MAX_SPECIES; z++)
        if (dataset->isolated_known[z])
            species[count++] = z;
    return ff_species_energies_write(root, "isolated", species, count, dataset->isolated_energy,
                                     "energy of the isolated atom", err);
}

int ff_dataset_writer_finish(ff_dataset_writer *writer, const ff_dataset *isolated, ff_error *err)
{
    hid_t root = ff_container_root(writer->container);
    int status = FF_OK;
    for (int i = 0; i < COLUMNS && status == FF_OK; i++) {
        status = ff_array_stream_close(writer->stream[i], err);
        writer->stream[i] = NULL;
    }
    if (status == FF_OK)
        status = ff_texts_write(root, "groups", writer->group_count,
                                (const char *const *)writer->groups, "names of the groups", err);
    if (status == FF_OK)
        status = write_isolated(root, isolated, err);
    ff_dataset_writer_free(writer);
    return status;
}

int ff_dataset_write(ff_container *container, const ff_dataset *dataset, ff_error *err)
{
    ff_dataset_writer *writer = NULL;
    int status = ff_dataset_writer_new(&writer, container, err);
    for (size_t i = 0; i < dataset->count && status == FF_OK; i++)
        status = ff_dataset_writer_append(writer, &dataset->frames[i], err);
    if (status == FF_OK)
        return ff_dataset_writer_finish(writer, dataset, err);
    ff_dataset_writer_free(writer);
    return status;
}

/* Reading. */

typedef struct tables {
    void *data[COLUMNS]; /* NULL where the column is absent */
    size_t frames, atoms;
    size_t group_count;
    char **groups;
} tables;

static void tables_clear(tables *all)
{
    for (int i = 0; i < COLUMNS; i++)
        free(all->data[i]);
    ff_texts_free(all->group_count, all->groups);
}

static int read_columns(tables *all, hid_t location, int first, int last, size_t *rows,
                        ff_error *err)
{
    int status = FF_OK;
    *rows = SIZE_MAX;
    for (int i = first; i <= last && status == FF_OK; i++) {
        size_t shape[3];
        memcpy(shape, columns[i].shape, sizeof shape);
        shape[0] = *rows;
        if (i > ATOM_POSITION && !ff_link_exists(location, columns[i].name))
            continue;
        status = ff_array_read(location, columns[i].name, columns[i].element, columns[i].rank,
                               shape, &all->data[i], err);
        *rows = shape[0];
    }
    return status;
}

static int read_tables(tables *all, hid_t root, ff_error *err)
{
    hid_t frames = -1, atoms = -1;
    int status = ff_group_open(&frames, root, "frames", err);
    if (status == FF_OK)
        status = ff_group_open(&atoms, root, "atoms", err);
    if (status == FF_OK)
        status = read_columns(all, frames, FRAME_ATOMS, FRAME_WEIGHT, &all->frames, err);
    if (status == FF_OK)
        status = read_columns(all, atoms, ATOM_SPECIES, ATOM_SITE_ENERGY, &all->atoms, err);
    if (status == FF_OK)
        status = ff_texts_read(root, "groups", &all->group_count, &all->groups, err);
    ff_group_close(frames);
    ff_group_close(atoms);
    return status;
}

static int fill_atom_label(ff_frame *frame, const tables *all, int column, unsigned label,
                           size_t first, ff_error *err)
{
    size_t width = column == ATOM_FORCE ? 3 : 1;
    if (!(frame->labels & label))
        return FF_OK;
    if (!all->data[column])
        return ff_fail(err, FF_E_FORMAT, "has no array 'atoms/%s' although a frame is labelled so",
                       columns[column].name);
    int status = ff_frame_add_label(frame, label, err);
    if (status == FF_OK && frame->atoms)
        memcpy(column == ATOM_FORCE ? frame->forces : frame->site_energies,
               (const double *)all->data[column] + width * first,
               width * frame->atoms * sizeof(double));
    return status;
}

enum { ALL_LABELS = FF_LABEL_ENERGY | FF_LABEL_FORCES | FF_LABEL_VIRIAL | FF_LABEL_SITE_ENERGIES };

static int fill_frame(ff_frame *frame, const tables *all, size_t index, size_t first, ff_error *err)
{
    const uint8_t *periodic = (const uint8_t *)all->data[FRAME_PERIODIC] + 3 * index;
    uint32_t group = ((const uint32_t *)all->data[FRAME_GROUP])[index];
    if (group >= all->group_count)
        return ff_fail(err, FF_E_FORMAT, "names group %u of %zu", group, all->group_count);
    const unsigned labels = ((const uint8_t *)all->data[FRAME_LABELS])[index];
    if (labels & ~(unsigned)ALL_LABELS)
        return ff_fail(err, FF_E_FORMAT, "has labels %u, of which only the bits of %d are known",
                       labels, ALL_LABELS);
    int status = ff_frame_set_group(frame, all->groups[group], err);
    if (status != FF_OK)
        return status;
    memcpy(frame->cell, (const double *)all->data[FRAME_CELL] + 9 * index, sizeof frame->cell);
    memcpy(frame->virial, (const double *)all->data[FRAME_VIRIAL] + 6 * index,
           sizeof frame->virial);
    memcpy(frame->weight, (const double *)all->data[FRAME_WEIGHT] + FF_KINDS * index,
           sizeof frame->weight);
    for (int i = 0; i < 3; i++)
        frame->periodic[i] = periodic[i] != 0;
    frame->labels = labels;
    frame->energy = ((const double *)all->data[FRAME_ENERGY])[index];
    for (size_t i = 0; i < frame->atoms; i++)
        frame->species[i] = ((const int32_t *)all->data[ATOM_SPECIES])[first + i];
    if (frame->atoms)
        memcpy(frame->positions, (const double *)all->data[ATOM_POSITION] + 3 * first,
               3 * frame->atoms * sizeof(double));
    status = fill_atom_label(frame, all, ATOM_FORCE, FF_LABEL_FORCES, first, err);
    if (status == FF_OK)
        status = fill_atom_label(frame, all, ATOM_SITE_ENERGY, FF_LABEL_SITE_ENERGIES, first, err);
    return status == FF_OK ? ff_frame_check(frame, err) : status;
}

static int fill_frames(ff_dataset *dataset, const tables *all, ff_error *err)
{
    size_t first = 0;
    int status = FF_OK;
    for (size_t i = 0; i < all->frames && status == FF_OK; i++) {
        int64_t atoms = ((const int64_t *)all->data[FRAME_ATOMS])[i];
        ff_frame frame = {0};
        if (atoms < 0 || (size_t)atoms > all->atoms - first)
            status = ff_fail(err, FF_E_FORMAT, "claims %lld atoms, more than the file holds",
                             (long long)atoms);
        if (status == FF_OK)
            status = ff_frame_init(&frame, (size_t)atoms, err);
        if (status == FF_OK)
            status = fill_frame(&frame, all, i, first, err);
        if (status == FF_OK)
            status = ff_dataset_append(dataset, &frame, err);
        if (status != FF_OK)
            ff_error_in_frame(err, (int64_t)i + 1);
        ff_frame_clear(&frame);
        first += (size_t)(atoms > 0 ? atoms : 0);
    }
    if (status == FF_OK && first != all->atoms)
        status = ff_fail(err, FF_E_FORMAT, "has %zu atoms, but its frames %zu", all->atoms, first);
    return status;
}

int ff_dataset_read(ff_dataset *dataset, ff_container *container, ff_error *err)
{
    tables all = {0};
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
