#include "stages/show/show.h"

#include "formats/features_file.h"
#include "formats/sites_group.h"
#include "lib/base/memory.h"
#include "lib/structure/elements.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS_AT_ONCE = 1 << 16 };

/* rows[group][kind], counted without reading the matrix. */
static int count_rows(ff_features_reader *reader, size_t (*rows)[FF_KINDS], ff_error *err)
{
    ff_row_label *labels = ff_new_array(ROWS_AT_ONCE, sizeof *labels, err);
    int status = labels ? FF_OK : FF_E_NOMEM;
    for (size_t first = 0; first < reader->rows && status == FF_OK; first += ROWS_AT_ONCE) {
        size_t left = reader->rows - first, count = left < ROWS_AT_ONCE ? left : ROWS_AT_ONCE;
        status = ff_features_reader_labels(reader, first, count, labels, err);
        for (size_t i = 0; i < count && status == FF_OK; i++)
            rows[reader->frames.group[labels[i].frame]][labels[i].kind]++;
    }
    free(labels);
    return status;
}

static int show_rows(ff_features_reader *reader, ff_error *err)
{
    const size_t groups = reader->frames.group_count;
    size_t(*rows)[FF_KINDS] = ff_new_array(groups, sizeof *rows, err);
    size_t *frames = ff_new_array(groups, sizeof *frames, err);
    ff_table table;
    ff_table_init(&table);
    ff_table_add_column(&table, "group", "group", "", false);
    ff_table_add_column(&table, "frames", "frames", "", true);
    ff_table_add_column(&table, "energy", "energy", "rows", true);
    ff_table_add_column(&table, "force", "force", "rows", true);
    ff_table_add_column(&table, "virial", "virial", "rows", true);
    ff_table_add_column(&table, "force_constants", "force constants", "rows", true);
    int status = rows && frames ? count_rows(reader, rows, err) : FF_E_NOMEM;
    for (size_t i = 0; i < reader->frames.count && status == FF_OK; i++)
        frames[reader->frames.group[i]]++;
    for (size_t i = 0; i < groups && status == FF_OK; i++) {
        ff_table_add_text(&table, reader->frames.group_names[i]);
        ff_table_add_number(&table, (double)frames[i]);
        for (int kind = 0; kind < FF_KINDS; kind++)
            ff_table_add_number(&table, (double)rows[i][kind]);
    }
    if (status == FF_OK)
        status = show_table("Rows", &table, err);
    ff_table_clear(&table);
    free(rows);
    free(frames);
    return status;
}

/* Atoms whose functions are in the file. */
static int show_sites(ff_container *container, const ff_ace_options *basis, ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; i < basis->species_count && status == FF_OK; i++) {
        ff_sites_reader reader;
        status = ff_sites_reader_open(&reader, container, basis->species[i], err);
        if (status != FF_OK)
            break;
        show_fact(i == 0 ? "descriptors" : "", "%zu functions of %zu atoms %s", reader.columns,
                  reader.atoms, ff_element_symbol(basis->species[i]));
        ff_sites_reader_close(&reader);
    }
    return status;
}

int show_features(ff_container *container, ff_error *err)
{
    ff_features_reader reader;
    int status = ff_features_reader_open(&reader, container, err);
    if (status != FF_OK)
        return status;
    show_fact("rows", "%zu", reader.rows);
    show_fact("columns", "%zu", reader.columns);
    show_fact("frames", "%zu", reader.frames.count);
    show_basis(&reader.basis);
    show_energies("one-body energies", reader.basis.species, reader.basis.species_count,
                  reader.one_body);
    if (ff_sites_present(container))
        status = show_sites(container, &reader.basis, err);
    if (status == FF_OK)
        status = show_rows(&reader, err);
    ff_features_reader_close(&reader);
    return status;
}
