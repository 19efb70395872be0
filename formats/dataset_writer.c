#include "formats/dataset_file.h"

#include "formats/dataset_columns.h"
#include "formats/species_energies.h"
#include "lib/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct ff_dataset_writer {
    ff_container *container;
    hid_t frames, atoms, force_constants; /* the last made when a frame has some */
    ff_array_stream *stream[FF_DATASET_COLUMNS];
    size_t frame_count, atom_count;
    size_t group_count, group_capacity;
    char **groups;
};

static int create_columns(ff_dataset_writer *writer, hid_t group, int first, int last,
                          ff_error *err)
{
    int status = FF_OK;
    for (int i = first; i <= last && status == FF_OK; i++) {
        const ff_dataset_column_form *form = &ff_dataset_columns[i];
        status =
            ff_array_stream_create(&writer->stream[i], group, form->name, form->element, form->rank,
                                   form->shape, form->units, form->description, err);
    }
    return status;
}

int ff_dataset_writer_new(ff_dataset_writer **out, ff_container *container, ff_error *err)
{
    ff_dataset_writer *writer = ff_new_array(1, sizeof *writer, err);
    if (!writer)
        return FF_E_NOMEM;
    writer->container = container;
    writer->frames = writer->atoms = writer->force_constants = -1;
    int status = ff_group_create(&writer->frames, ff_container_root(container), "frames", err);
    if (status == FF_OK)
        status = ff_group_create(&writer->atoms, ff_container_root(container), "atoms", err);
    if (status == FF_OK)
        status =
            create_columns(writer, writer->frames, FF_FRAME_ATOMS, FF_FRAME_DISPLACEMENTS, err);
    if (status == FF_OK)
        status = create_columns(writer, writer->atoms, FF_ATOM_SPECIES, FF_ATOM_POSITION, err);
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
    for (int i = 0; i < FF_DATASET_COLUMNS; i++)
        (void)ff_array_stream_close(writer->stream[i], NULL);
    ff_group_close(writer->frames);
    ff_group_close(writer->atoms);
    ff_group_close(writer->force_constants);
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
    size_t width = column == FF_ATOM_FORCE ? 3 : 1;
    bool present = (frame->labels & label) != 0;
    int status = FF_OK;
    if (!writer->stream[column]) {
        if (!present)
            return FF_OK;
        status = create_columns(writer, writer->atoms, column, column, err);
        if (status == FF_OK)
            status = append_zeros(writer->stream[column], writer->atom_count, width, err);
    }
    if (status != FF_OK)
        return status;
    return present ? ff_array_stream_append(writer->stream[column], frame->atoms, values, err)
                   : append_zeros(writer->stream[column], frame->atoms, width, err);
}

/* Likewise, but unknown where there is none. */
static int append_centre(ff_dataset_writer *writer, const ff_frame *frame, ff_error *err)
{
    static const double unknown[3] = {NAN, NAN, NAN};
    ff_array_stream **stream = &writer->stream[FF_FRAME_CENTRE];
    int status = FF_OK;
    if (!*stream && isnan(frame->centre[0]))
        return FF_OK;
    if (!*stream) {
        status = create_columns(writer, writer->frames, FF_FRAME_CENTRE, FF_FRAME_CENTRE, err);
        for (size_t i = 0; i < writer->frame_count && status == FF_OK; i++)
            status = ff_array_stream_append(*stream, 1, unknown, err);
    }
    return status == FF_OK ? ff_array_stream_append(*stream, 1, frame->centre, err) : status;
}

static int append_force_constants(ff_dataset_writer *writer, const ff_frame *frame, ff_error *err)
{
    int status = FF_OK;
    if (!(frame->labels & FF_LABEL_FORCE_CONSTANTS))
        return FF_OK;
    if (writer->force_constants < 0) {
        status = ff_group_create(&writer->force_constants, ff_container_root(writer->container),
                                 "force_constants", err);
        if (status == FF_OK)
            status = create_columns(writer, writer->force_constants, FF_DISPLACED_ATOM, FF_RESPONSE,
                                    err);
    }
    for (size_t i = 0; i < frame->displacements && status == FF_OK; i++) {
        const ff_displacement *displacement = &frame->displacement[i];
        status =
            ff_array_stream_append(writer->stream[FF_DISPLACED_ATOM], 1, &displacement->atom, err);
        if (status == FF_OK)
            status = ff_array_stream_append(writer->stream[FF_DISPLACED_ALONG], 1,
                                            displacement->direction, err);
    }
    if (status == FF_OK)
        status =
            ff_array_stream_append(writer->stream[FF_RESPONSE], frame->displacements * frame->atoms,
                                   frame->force_constants, err);
    return status;
}

static int append_frame(ff_dataset_writer *writer, const ff_frame *frame, ff_error *err)
{
    const bool responds = frame->labels & FF_LABEL_FORCE_CONSTANTS;
    const int64_t atoms = (int64_t)frame->atoms;
    const int64_t displacements = responds ? (int64_t)frame->displacements : 0;
    const uint8_t labels = (uint8_t)ff_dataset_labels_stored(frame->labels);
    const uint8_t periodic[3] = {frame->periodic[0], frame->periodic[1], frame->periodic[2]};
    static const double nothing[6] = {0};
    const double *energy = frame->labels & FF_LABEL_ENERGY ? &frame->energy : nothing;
    const double *virial = frame->labels & FF_LABEL_VIRIAL ? frame->virial : nothing;
    uint32_t group = 0;
    int status = find_group(writer, frame->group, &group, err);
    const void *row[FF_ATOM_SPECIES] = {[FF_FRAME_ATOMS] = &atoms,
                                        [FF_FRAME_CELL] = frame->cell,
                                        [FF_FRAME_PERIODIC] = periodic,
                                        [FF_FRAME_LABELS] = &labels,
                                        [FF_FRAME_ENERGY] = energy,
                                        [FF_FRAME_VIRIAL] = virial,
                                        [FF_FRAME_GROUP] = &group,
                                        [FF_FRAME_WEIGHT] = frame->weight,
                                        [FF_FRAME_DISPLACEMENTS] = &displacements};
    for (int i = 0; i < FF_ATOM_SPECIES && status == FF_OK; i++)
        status = ff_array_stream_append(writer->stream[i], 1, row[i], err);
    return status;
}

int ff_dataset_writer_append(ff_dataset_writer *writer, const ff_frame *frame, ff_error *err)
{
    int status = append_frame(writer, frame, err);
    if (status == FF_OK)
        status = ff_array_stream_append(writer->stream[FF_ATOM_SPECIES], frame->atoms,
                                        frame->species, err);
    if (status == FF_OK)
        status = ff_array_stream_append(writer->stream[FF_ATOM_POSITION], frame->atoms,
                                        frame->positions, err);
    if (status == FF_OK)
        status =
            append_atom_label(writer, FF_ATOM_FORCE, frame, FF_LABEL_FORCES, frame->forces, err);
    if (status == FF_OK)
        status = append_atom_label(writer, FF_ATOM_SITE_ENERGY, frame, FF_LABEL_SITE_ENERGIES,
                                   frame->site_energies, err);
    if (status == FF_OK)
        status = append_force_constants(writer, frame, err);
    if (status == FF_OK)
        status = append_centre(writer, frame, err);
    writer->frame_count++;
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
    for (int i = 0; i < FF_DATASET_COLUMNS && status == FF_OK; i++) {
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
