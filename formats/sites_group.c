#include "formats/sites_group.h"

#include "lib/base/memory.h"
#include "lib/structure/elements.h"

#include <stdlib.h>
#include <string.h>

/* Writing. */

/* The arrays of one species. */
typedef struct species_streams {
    size_t columns;
    hid_t group;
    ff_array_stream *frame, *atom, *matrix;
} species_streams;

struct ff_sites_writer {
    const ff_ace_options *options; /* borrowed */
    hid_t group;
    species_streams of[FF_ACE_MAX_BASIS_SPECIES];
    size_t capacity; /* atoms of one frame and species */
    uint32_t *frame, *atom;
    double *values;
};

static int create_species(species_streams *of, hid_t location, const ff_ace_basis *basis,
                          size_t centre, ff_error *err)
{
    size_t first;
    ff_ace_centre_columns(basis, centre, &first, &of->columns);
    const size_t shape[2] = {0, of->columns};
    int status = ff_group_create(
        &of->group, location, ff_element_symbol(ff_ace_basis_options(basis)->species[centre]), err);
    if (status == FF_OK)
        status = ff_attribute_write_integer(of->group, "first_column", (int64_t)first, err);
    if (status == FF_OK)
        status = ff_array_stream_create(&of->frame, of->group, "frame", FF_ELEMENT_UINT32, 1, shape,
                                        "", "frame of the atom, from 0", err);
    if (status == FF_OK)
        status = ff_array_stream_create(&of->atom, of->group, "atom", FF_ELEMENT_UINT32, 1, shape,
                                        "", "atom in its frame, from 0", err);
    if (status == FF_OK)
        status =
            ff_array_stream_create(&of->matrix, of->group, "matrix", FF_ELEMENT_DOUBLE, 2, shape,
                                   "", "basis functions of the atom's environment", err);
    return status;
}

int ff_sites_writer_new(ff_sites_writer **out, ff_container *container, const ff_ace_basis *basis,
                        ff_error *err)
{
    ff_sites_writer *writer = ff_new_array(1, sizeof *writer, err);
    *out = NULL;
    if (!writer)
        return FF_E_NOMEM;
    writer->options = ff_ace_basis_options(basis);
    for (size_t c = 0; c < FF_ACE_MAX_BASIS_SPECIES; c++)
        writer->of[c].group = -1;
    int status = ff_group_create(&writer->group, ff_container_root(container), "sites", err);
    for (size_t c = 0; c < writer->options->species_count && status == FF_OK; c++)
        status = create_species(&writer->of[c], writer->group, basis, c, err);
    if (status == FF_OK)
        *out = writer;
    else
        ff_sites_writer_free(writer);
    return status;
}

void ff_sites_writer_free(ff_sites_writer *writer)
{
    if (!writer)
        return;
    for (size_t c = 0; c < FF_ACE_MAX_BASIS_SPECIES; c++) {
        (void)ff_array_stream_close(writer->of[c].frame, NULL);
        (void)ff_array_stream_close(writer->of[c].atom, NULL);
        (void)ff_array_stream_close(writer->of[c].matrix, NULL);
        ff_group_close(writer->of[c].group);
    }
    ff_group_close(writer->group);
    free(writer->frame);
    free(writer->atom);
    free(writer->values);
    free(writer);
}

/* Room for as many atoms of any species. */
static int reserve_atoms(ff_sites_writer *writer, const ff_site_block *block, ff_error *err)
{
    if (block->atoms <= writer->capacity)
        return FF_OK;
    free(writer->frame);
    free(writer->atom);
    free(writer->values);
    writer->capacity = 0;
    writer->frame = ff_new_array(block->atoms, sizeof *writer->frame, err);
    writer->atom = ff_new_array(block->atoms, sizeof *writer->atom, err);
    writer->values = ff_new_array(block->atoms * block->stride, sizeof *writer->values, err);
    if (!writer->frame || !writer->atom || !writer->values)
        return FF_E_NOMEM;
    writer->capacity = block->atoms;
    return FF_OK;
}

static int append_species(ff_sites_writer *writer, size_t centre, const ff_site_block *block,
                          ff_error *err)
{
    species_streams *of = &writer->of[centre];
    size_t count = 0;
    for (size_t i = 0; i < block->atoms; i++) {
        if (block->species[i] != writer->options->species[centre])
            continue;
        writer->frame[count] = block->frame;
        writer->atom[count] = (uint32_t)i;
        memcpy(writer->values + count * of->columns, block->values + i * block->stride,
               of->columns * sizeof *writer->values);
        count++;
    }
    if (count == 0)
        return FF_OK;
    int status = ff_array_stream_append(of->frame, count, writer->frame, err);
    if (status == FF_OK)
        status = ff_array_stream_append(of->atom, count, writer->atom, err);
    if (status == FF_OK)
        status = ff_array_stream_append(of->matrix, count, writer->values, err);
    return status;
}

int ff_sites_writer_append(ff_sites_writer *writer, const ff_site_block *block, ff_error *err)
{
    int status = reserve_atoms(writer, block, err);
    for (size_t c = 0; c < writer->options->species_count && status == FF_OK; c++)
        status = append_species(writer, c, block, err);
    return status;
}

int ff_sites_writer_finish(ff_sites_writer *writer, ff_error *err)
{
    int status = FF_OK;
    for (size_t c = 0; c < writer->options->species_count; c++) {
        ff_array_stream **streams[] = {&writer->of[c].frame, &writer->of[c].atom,
                                       &writer->of[c].matrix};
        for (size_t i = 0; i < sizeof streams / sizeof *streams && status == FF_OK; i++) {
            status = ff_array_stream_close(*streams[i], err);
            *streams[i] = NULL;
        }
    }
    ff_sites_writer_free(writer);
    return status;
}

/* Reading. */

bool ff_sites_present(ff_container *container)
{
    return ff_link_exists(ff_container_root(container), "sites");
}

static int open_species(ff_sites_reader *reader, hid_t sites, int species, ff_error *err)
{
    int64_t first = 0;
    size_t shape[2] = {SIZE_MAX, SIZE_MAX};
    int status = ff_group_open(&reader->group, sites, ff_element_symbol(species), err);
    if (status == FF_OK)
        status = ff_attribute_read_integer(reader->group, "first_column", &first, err);
    if (status == FF_OK && first < 0)
        status = ff_fail(err, FF_E_FORMAT, "sites begin at column %lld", (long long)first);
    if (status == FF_OK)
        status = ff_array_stream_open(&reader->frame, reader->group, "frame", FF_ELEMENT_UINT32, 1,
                                      shape, err);
    if (status == FF_OK)
        status = ff_array_stream_open(&reader->atom, reader->group, "atom", FF_ELEMENT_UINT32, 1,
                                      shape, err);
    if (status == FF_OK)
        status = ff_array_stream_open(&reader->matrix, reader->group, "matrix", FF_ELEMENT_DOUBLE,
                                      2, shape, err);
    reader->atoms = shape[0];
    reader->columns = shape[1];
    reader->first_column = (size_t)first;
    return status;
}

int ff_sites_reader_open(ff_sites_reader *reader, ff_container *container, int species,
                         ff_error *err)
{
    hid_t sites = -1;
    *reader = (ff_sites_reader){.container = container, .group = -1};
    int status = ff_group_open(&sites, ff_container_root(container), "sites", err);
    if (status == FF_OK)
        status = open_species(reader, sites, species, err);
    ff_group_close(sites);
    if (status != FF_OK) {
        ff_error_in_file(err, ff_container_name(container));
        ff_sites_reader_close(reader);
    }
    return status;
}

int ff_sites_reader_read(ff_sites_reader *reader, size_t first, size_t count, uint32_t *frame,
                         uint32_t *atom, double *values, ff_error *err)
{
    int status = ff_array_stream_read(reader->frame, first, count, frame, err);
    if (status == FF_OK)
        status = ff_array_stream_read(reader->atom, first, count, atom, err);
    if (status == FF_OK)
        status = ff_array_stream_read(reader->matrix, first, count, values, err);
    if (status != FF_OK)
        ff_error_in_file(err, ff_container_name(reader->container));
    return status;
}

void ff_sites_reader_close(ff_sites_reader *reader)
{
    (void)ff_array_stream_close(reader->frame, NULL);
    (void)ff_array_stream_close(reader->atom, NULL);
    (void)ff_array_stream_close(reader->matrix, NULL);
    ff_group_close(reader->group);
    *reader = (ff_sites_reader){.group = -1};
}
