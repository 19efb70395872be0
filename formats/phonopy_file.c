#include "formats/phonopy_file.h"

#include "formats/phonopy_parts.h"
#include "formats/text_reader.h"
#include "lib/base/memory.h"
#include "lib/base/numbers.h"
#include "lib/structure/symmetry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* More than fit into memory, few enough that products of two do not overflow. */
static const int64_t most_atoms = 1000000;

void ff_phonopy_table_init(ff_phonopy_table *table)
{
    memset(table, 0, sizeof *table);
}

void ff_phonopy_table_clear(ff_phonopy_table *table)
{
    free(table->atom);
    free(table->matrix);
    ff_phonopy_table_init(table);
}

/* Text. */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Cuts the next line that is not blank into up to `most` words. *found 0: the file has ended. */
static int next_words(ff_text_reader *reader, const char **words, size_t *lengths, size_t most,
                      size_t *found, ff_error *err)
{
    const char *line = NULL;
    size_t length = 0;
    *found = 0;
    while (*found == 0) {
        int status = ff_text_reader_next(reader, &line, &length, err);
        if (status != FF_OK || !line)
            return status;
        for (size_t at = 0; at < length;) {
            size_t start = at;
            while (at < length && !is_blank(line[at]))
                at++;
            if (at > start && *found == most)
                return ff_fail(err, FF_E_FORMAT, "more than %zu words", most);
            if (at > start) {
                words[*found] = line + start;
                lengths[(*found)++] = at - start;
            }
            while (at < length && is_blank(line[at]))
                at++;
        }
    }
    return FF_OK;
}

/* One or two whole numbers from 1. */
static int read_counts(ff_text_reader *reader, int64_t count[2], size_t *found, const char *what,
                       ff_error *err)
{
    const char *words[2];
    size_t lengths[2];
    int status = next_words(reader, words, lengths, 2, found, err);
    if (status == FF_OK && *found == 0)
        status = ff_fail(err, FF_E_FORMAT, "the file ends where %s were expected", what);
    for (size_t k = 0; k < *found && status == FF_OK; k++)
        if (ff_int64_parse(words[k], lengths[k], &count[k]) != FF_OK || count[k] < 1 ||
            count[k] > most_atoms)
            status =
                ff_fail(err, FF_E_FORMAT, "'%.*s', expected %s", (int)lengths[k], words[k], what);
    return status;
}

static int read_block(ff_text_reader *reader, double block[9], ff_error *err)
{
    for (size_t row = 0; row < 3; row++) {
        const char *words[3];
        size_t lengths[3], found;
        int status = next_words(reader, words, lengths, 3, &found, err);
        if (status == FF_OK && found == 0)
            status = ff_fail(err, FF_E_FORMAT, "the file ends within a block");
        else if (status == FF_OK && found != 3)
            status = ff_fail(err, FF_E_FORMAT, "%zu numbers, expected three", found);
        for (size_t k = 0; k < 3 && status == FF_OK; k++)
            if (ff_double_parse(words[k], lengths[k], &block[3 * row + k]) != FF_OK)
                status = ff_fail(err, FF_E_FORMAT, "'%.*s', expected a number",
                                 (int)(lengths[k] < 40 ? lengths[k] : 40), words[k]);
        if (status != FF_OK)
            return status;
    }
    return FF_OK;
}

/* Block `index` of the file, with its header. */
static int read_pair(ff_phonopy_table *table, ff_text_reader *reader, size_t index, ff_error *err)
{
    int64_t pair[2] = {0, 0};
    size_t found = 0, row = index / table->atoms, column = index % table->atoms;
    int status = read_counts(reader, pair, &found, "the numbers of two atoms", err);
    if (status != FF_OK)
        return status;
    if (column == 0)
        table->atom[row] = (uint32_t)(pair[0] - 1);
    bool bad = found != 2 || pair[0] > (int64_t)table->atoms ||
               pair[0] != (int64_t)table->atom[row] + 1 || pair[1] != (int64_t)column + 1 ||
               (column == 0 && row > 0 && table->atom[row] <= table->atom[row - 1]);
    if (bad)
        return ff_fail(err, FF_E_FORMAT,
                       "atoms %lld %lld out of order: expected block %zu of row %zu",
                       (long long)pair[0], (long long)pair[1], column + 1, row + 1);
    return read_block(reader, table->matrix + 9 * index, err);
}

static int read_text(ff_phonopy_table *table, ff_text_reader *reader, ff_error *err)
{
    int64_t count[2] = {0, 0};
    size_t found = 0, row_capacity = 0, capacity = 0;
    int status = read_counts(reader, count, &found, "the numbers of rows and atoms", err);
    if (status != FF_OK)
        return status;
    table->rows = (size_t)count[0];
    table->atoms = (size_t)(found == 2 ? count[1] : count[0]);
    if (table->rows > table->atoms)
        return ff_fail(err, FF_E_FORMAT, "%zu rows of %zu atoms", table->rows, table->atoms);
    /* Room as it is filled: a wrong header cannot eat the memory. */
    for (size_t index = 0; index < table->rows * table->atoms && status == FF_OK; index++) {
        status = ff_reserve(&table->matrix, &capacity, 9 * (index + 1), sizeof(double), err);
        if (status == FF_OK)
            status = ff_reserve(&table->atom, &row_capacity, index / table->atoms + 1,
                                sizeof *table->atom, err);
        if (status == FF_OK)
            status = read_pair(table, reader, index, err);
    }
    const char *word;
    size_t length;
    if (status == FF_OK)
        status = next_words(reader, &word, &length, 1, &found, err);
    if (status == FF_OK && found > 0)
        status = ff_fail(err, FF_E_FORMAT, "the file goes on after the last block");
    return status;
}

int ff_phonopy_read(ff_phonopy_table *table, const char *path, ff_error *err)
{
    ff_text_reader *reader = NULL;
    ff_phonopy_table_init(table);
    int status;
    if (ff_phonopy_is_hdf5(path)) {
        status = ff_phonopy_read_hdf5(table, path, err);
    } else {
        status = ff_text_reader_open(&reader, path, err);
        if (status == FF_OK && (status = read_text(table, reader, err)) != FF_OK)
            ff_text_reader_locate(reader, err, 0);
        ff_text_reader_close(reader);
    }
    if (status != FF_OK) {
        ff_error_in_file(err, path);
        ff_phonopy_table_clear(table);
    }
    return status;
}

int ff_phonopy_write(ff_text_writer *writer, const ff_phonopy_table *table, ff_error *err)
{
    ff_text_writer_integer(writer, (int64_t)table->rows);
    ff_text_writer_text(writer, " ");
    ff_text_writer_integer(writer, (int64_t)table->atoms);
    ff_text_writer_text(writer, "\n");
    for (size_t index = 0; index < table->rows * table->atoms; index++) {
        const double *block = table->matrix + 9 * index;
        ff_text_writer_integer(writer, (int64_t)table->atom[index / table->atoms] + 1);
        ff_text_writer_text(writer, " ");
        ff_text_writer_integer(writer, (int64_t)(index % table->atoms) + 1);
        ff_text_writer_text(writer, "\n");
        for (size_t k = 0; k < 9; k++) {
            ff_text_writer_real(writer, block[k]);
            ff_text_writer_text(writer, k % 3 == 2 ? "\n" : " ");
        }
    }
    return ff_text_writer_status(writer, err);
}

/* Frames. */

int ff_phonopy_label(ff_frame *frame, const ff_phonopy_table *table, ff_error *err)
{
    if (table->atoms != frame->atoms)
        return ff_fail(err, FF_E_RANGE,
                       "force constants of %zu atoms for a structure of %zu: they belong to the "
                       "supercell, atoms in its order",
                       table->atoms, frame->atoms);
    ff_displacement *list = ff_new_array(3 * table->rows, sizeof *list, err);
    if (!list)
        return FF_E_NOMEM;
    for (size_t d = 0; d < 3 * table->rows; d++) {
        list[d].atom = table->atom[d / 3];
        list[d].direction[d % 3] = 1;
    }
    int status = ff_frame_set_displacements(frame, 3 * table->rows, list, err);
    for (size_t d = 0; d < 3 * table->rows && status == FF_OK; d++)
        for (size_t j = 0; j < frame->atoms; j++)
            memcpy(frame->force_constants + 3 * (d * frame->atoms + j),
                   table->matrix + 9 * (d / 3 * frame->atoms + j) + 3 * (d % 3),
                   3 * sizeof(double));
    free(list);
    return status;
}

/* Whether the displacements are those of every atom along x, y and z. */
static bool has_all(const ff_frame *frame)
{
    if (frame->displacements != 3 * frame->atoms)
        return false;
    for (size_t d = 0; d < frame->displacements; d++) {
        const ff_displacement *one = &frame->displacement[d];
        if (one->atom != d / 3 || one->direction[d % 3] != 1)
            return false;
    }
    return true;
}

static void copy_all(double *matrix, const ff_frame *frame)
{
    for (size_t d = 0; d < frame->displacements; d++)
        for (size_t j = 0; j < frame->atoms; j++)
            memcpy(matrix + 9 * (d / 3 * frame->atoms + j) + 3 * (d % 3),
                   frame->force_constants + 3 * (d * frame->atoms + j), 3 * sizeof(double));
}

int ff_phonopy_of_frame(ff_phonopy_table *table, const ff_frame *frame, double tolerance,
                        ff_error *err)
{
    ff_symmetry symmetry;
    ff_phonopy_table_init(table);
    ff_symmetry_init(&symmetry);
    if (!(frame->labels & FF_LABEL_FORCE_CONSTANTS))
        return ff_fail(err, FF_E_RANGE, "the structure has no force constants");
    table->rows = table->atoms = frame->atoms;
    table->atom = ff_new_array(frame->atoms, sizeof *table->atom, err);
    table->matrix = ff_new_array(frame->atoms, 9 * frame->atoms * sizeof(double), err);
    int status = table->atom && table->matrix ? FF_OK : FF_E_NOMEM;
    for (size_t i = 0; i < frame->atoms && status == FF_OK; i++)
        table->atom[i] = (uint32_t)i;
    if (status == FF_OK && has_all(frame)) {
        copy_all(table->matrix, frame);
    } else if (status == FF_OK) {
        status = ff_symmetry_find(&symmetry, frame, tolerance, err);
        if (status == FF_OK)
            status = ff_symmetry_expand(table->matrix, &symmetry, frame, err);
    }
    ff_symmetry_clear(&symmetry);
    if (status != FF_OK)
        ff_phonopy_table_clear(table);
    return status;
}
