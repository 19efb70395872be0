#include "formats/features_file.h"

#include "formats/frame_table.h"
#include "formats/species_energies.h"
#include "lib/base/memory.h"

#include <stdlib.h>
#include <string.h>

/* Arrays with one entry a row of the design matrix. */
enum row_array {
    ROW_FRAME,
    ROW_ATOM,
    ROW_DISPLACEMENT, /* since version 2 */
    ROW_KIND,
    ROW_AXIS,
    ROW_TARGET,
    ROW_MATRIX,
    ROW_ARRAYS
};

static const struct {
    const char *name;
    ff_element element;
    int rank;
    const char *units, *description;
} row_arrays[ROW_ARRAYS] = {
    [ROW_FRAME] = {"frame", FF_ELEMENT_UINT32, 1, "", "frame the row belongs to, from 0"},
    [ROW_ATOM] = {"atom", FF_ELEMENT_UINT32, 1, "",
                  "atom of a force or force-constant row, from 0"},
    [ROW_DISPLACEMENT] = {"displacement", FF_ELEMENT_UINT32, 1, "",
                          "displacement of a force-constant row, from 0 in its frame"},
    [ROW_KIND] = {"kind", FF_ELEMENT_UINT8, 1, "", "0 energy, 1 force, 2 virial, 3 force constant"},
    [ROW_AXIS] = {"axis", FF_ELEMENT_UINT8, 1, "",
                  "x y z of a force or force-constant row; xx yy zz yz xz xy of a virial row"},
    [ROW_TARGET] = {"target", FF_ELEMENT_DOUBLE, 1, "eV, eV/angstrom, eV, eV/angstrom^2",
                    "what the basis has to explain: energy without one-body energies, force, "
                    "virial, force constant"},
    [ROW_MATRIX] = {"matrix", FF_ELEMENT_DOUBLE, 2, "1, 1/angstrom, 1, 1/angstrom^2",
                    "derivative of the observation with respect to each coefficient in eV"},
};

struct ff_features_streams {
    hid_t rows;
    ff_array_stream *stream[ROW_ARRAYS];
};

static void streams_clear(struct ff_features_streams *streams)
{
    for (int i = 0; i < ROW_ARRAYS; i++) {
        (void)ff_array_stream_close(streams->stream[i], NULL);
        streams->stream[i] = NULL;
    }
    ff_group_close(streams->rows);
    streams->rows = -1;
}

/* Writing. */

struct ff_features_writer {
    struct ff_features_streams streams;
    size_t columns;
};

int ff_features_writer_new(ff_features_writer **out, ff_container *container,
                           const ff_ace_options *basis, size_t columns, const double *one_body,
                           const ff_frame_table *frames, ff_error *err)
{
    hid_t root = ff_container_root(container);
    ff_features_writer *writer = ff_new_array(1, sizeof *writer, err);
    if (!writer)
        return FF_E_NOMEM;
    writer->columns = columns;
    writer->streams.rows = -1;
    int status = ff_basis_write(root, basis, err);
    if (status == FF_OK)
        status = ff_species_energies_write(root, "one_body", basis->species, basis->species_count,
                                           one_body, "taken off the energy targets, per atom", err);
    if (status == FF_OK)
        status = ff_frame_table_write(root, frames, err);
    if (status == FF_OK)
        status = ff_group_create(&writer->streams.rows, root, "rows", err);
    for (int i = 0; i < ROW_ARRAYS && status == FF_OK; i++) {
        const size_t shape[2] = {0, columns};
        status =
            ff_array_stream_create(&writer->streams.stream[i], writer->streams.rows,
                                   row_arrays[i].name, row_arrays[i].element, row_arrays[i].rank,
                                   shape, row_arrays[i].units, row_arrays[i].description, err);
    }
    if (status == FF_OK)
        *out = writer;
    else
        ff_features_writer_free(writer);
    return status;
}

void ff_features_writer_free(ff_features_writer *writer)
{
    if (!writer)
        return;
    streams_clear(&writer->streams);
    free(writer);
}

/* The labels of a block, one array a field, as they are stored. */
typedef struct label_arrays {
    uint32_t *frame, *atom, *displacement;
    uint8_t *kind, *axis;
} label_arrays;

static int label_arrays_init(label_arrays *arrays, size_t rows, ff_error *err)
{
    arrays->frame = ff_new_array(rows, sizeof *arrays->frame, err);
    arrays->atom = ff_new_array(rows, sizeof *arrays->atom, err);
    arrays->displacement = ff_new_array(rows, sizeof *arrays->displacement, err);
    arrays->kind = ff_new_array(rows, sizeof *arrays->kind, err);
    arrays->axis = ff_new_array(rows, sizeof *arrays->axis, err);
    return arrays->frame && arrays->atom && arrays->displacement && arrays->kind && arrays->axis
               ? FF_OK
               : FF_E_NOMEM;
}

static void label_arrays_clear(label_arrays *arrays)
{
    free(arrays->frame);
    free(arrays->atom);
    free(arrays->displacement);
    free(arrays->kind);
    free(arrays->axis);
}

int ff_features_writer_append(ff_features_writer *writer, const ff_design_block *block,
                              ff_error *err)
{
    label_arrays labels;
    int status = label_arrays_init(&labels, block->rows, err);
    for (size_t i = 0; i < block->rows && status == FF_OK; i++) {
        labels.frame[i] = block->label[i].frame;
        labels.atom[i] = block->label[i].atom;
        labels.displacement[i] = block->label[i].displacement;
        labels.kind[i] = block->label[i].kind;
        labels.axis[i] = block->label[i].axis;
    }
    const void *data[ROW_ARRAYS] = {[ROW_FRAME] = labels.frame,
                                    [ROW_ATOM] = labels.atom,
                                    [ROW_DISPLACEMENT] = labels.displacement,
                                    [ROW_KIND] = labels.kind,
                                    [ROW_AXIS] = labels.axis,
                                    [ROW_TARGET] = block->target,
                                    [ROW_MATRIX] = block->matrix};
    for (int i = 0; i < ROW_ARRAYS && status == FF_OK; i++)
        status = ff_array_stream_append(writer->streams.stream[i], block->rows, data[i], err);
    label_arrays_clear(&labels);
    return status;
}

int ff_features_writer_finish(ff_features_writer *writer, ff_error *err)
{
    int status = FF_OK;
    for (int i = 0; i < ROW_ARRAYS && status == FF_OK; i++) {
        status = ff_array_stream_close(writer->streams.stream[i], err);
        writer->streams.stream[i] = NULL;
    }
    ff_features_writer_free(writer);
    return status;
}

/* Reading. */

static int open_row_streams(ff_features_reader *reader, ff_error *err)
{
    struct ff_features_streams *streams = reader->streams;
    int status = ff_group_open(&streams->rows, ff_container_root(reader->container), "rows", err);
    reader->rows = SIZE_MAX;
    for (int i = 0; i < ROW_ARRAYS && status == FF_OK; i++) {
        size_t shape[2] = {reader->rows, SIZE_MAX};
        if (i == ROW_DISPLACEMENT && ff_container_version(reader->container) < 2)
            continue;
        status = ff_array_stream_open(&streams->stream[i], streams->rows, row_arrays[i].name,
                                      row_arrays[i].element, row_arrays[i].rank, shape, err);
        reader->rows = shape[0];
        if (i == ROW_MATRIX)
            reader->columns = shape[1];
    }
    return status;
}

int ff_features_reader_open(ff_features_reader *reader, ff_container *container, ff_error *err)
{
    hid_t root = ff_container_root(container);
    *reader = (ff_features_reader){.container = container};
    reader->streams = ff_new_array(1, sizeof *reader->streams, err);
    if (!reader->streams)
        return FF_E_NOMEM;
    reader->streams->rows = -1;
    int status = ff_basis_read(root, &reader->basis, err);
    if (status == FF_OK)
        status = ff_species_energies_read(root, "one_body", reader->one_body, NULL, err);
    if (status == FF_OK)
        status = ff_frame_table_read(root, ff_container_version(container), &reader->frames, err);
    if (status == FF_OK)
        status = open_row_streams(reader, err);
    if (status != FF_OK) {
        ff_error_in_file(err, ff_container_name(container));
        ff_features_reader_close(reader);
    }
    return status;
}

/* Indices that later code relies on without looking. */
static int check_label(const ff_features_reader *reader, const ff_row_label *label, size_t row,
                       ff_error *err)
{
    static const uint8_t axes[FF_KINDS] = {1, 3, 6, 3};
    if (label->frame >= reader->frames.count || label->kind >= FF_KINDS ||
        label->axis >= axes[label->kind] ||
        (label->kind == FF_KIND_FORCE_CONSTANT &&
         label->displacement >= reader->frames.displacements[label->frame]) ||
        ((label->kind == FF_KIND_FORCE || label->kind == FF_KIND_FORCE_CONSTANT) &&
         label->atom >= reader->frames.atoms[label->frame]))
        return ff_fail(err, FF_E_FORMAT,
                       "row %zu is labelled frame %u, kind %u, displacement %u, atom %u, axis %u, "
                       "which does not exist",
                       row + 1, label->frame, label->kind, label->displacement, label->atom,
                       label->axis);
    return FF_OK;
}

int ff_features_reader_labels(ff_features_reader *reader, size_t first, size_t rows,
                              ff_row_label *labels, ff_error *err)
{
    label_arrays arrays;
    int status = label_arrays_init(&arrays, rows, err);
    void *data[] = {arrays.frame, arrays.atom, arrays.displacement, arrays.kind, arrays.axis};
    for (int i = ROW_FRAME; i <= ROW_AXIS && status == FF_OK; i++)
        if (reader->streams->stream[i]) /* else zeros */
            status = ff_array_stream_read(reader->streams->stream[i], first, rows, data[i], err);
    for (size_t i = 0; i < rows && status == FF_OK; i++) {
        labels[i] = (ff_row_label){.frame = arrays.frame[i],
                                   .atom = arrays.atom[i],
                                   .displacement = arrays.displacement[i],
                                   .kind = arrays.kind[i],
                                   .axis = arrays.axis[i]};
        status = check_label(reader, &labels[i], first + i, err);
    }
    if (status != FF_OK)
        ff_error_in_file(err, ff_container_name(reader->container));
    label_arrays_clear(&arrays);
    return status;
}

int ff_features_reader_read(ff_features_reader *reader, size_t first, ff_design_block *block,
                            ff_error *err)
{
    struct ff_features_streams *streams = reader->streams;
    int status = ff_features_reader_labels(reader, first, block->rows, block->label, err);
    if (status == FF_OK)
        status = ff_array_stream_read(streams->stream[ROW_TARGET], first, block->rows,
                                      block->target, err);
    if (status == FF_OK)
        status = ff_array_stream_read(streams->stream[ROW_MATRIX], first, block->rows,
                                      block->matrix, err);
    if (status != FF_OK)
        ff_error_in_file(err, ff_container_name(reader->container));
    return status;
}

void ff_features_reader_close(ff_features_reader *reader)
{
    if (reader->streams)
        streams_clear(reader->streams);
    free(reader->streams);
    ff_frame_table_clear(&reader->frames);
    *reader = (ff_features_reader){0};
}
