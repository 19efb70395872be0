/* Writes a features file of any number of rows whose targets are known: made_up_features FILE ROWS.
 * The basis is one of 1,000 silicon functions; rows are random, targets rows times the coefficients
 * 1/(1 + k) plus noise of 0.01 over the row's scale. Frames of 100 atoms in four groups have an
 * energy, forces and a virial. */

#include "formats/features_file.h"
#include "lib/base/memory.h"
#include "lib/regression/rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ATOMS = 100, ROWS_OF_FRAME = 1 + 3 * ATOMS + 6, GROUPS = 4 };

/* Xorshift (G. Marsaglia, J. Stat. Softw. 8, 14 (2003)), uniform in [-1, 1). */
static double uniform(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (double)(int64_t)*state * 0x1p-63;
}

static int fill_table(ff_frame_table *table, size_t frames, ff_error *err)
{
    ff_frame_table_init(table);
    table->count = frames;
    table->group_count = GROUPS;
    table->atoms = ff_new_array(frames, sizeof *table->atoms, err);
    table->displacements = ff_new_array(frames, sizeof *table->displacements, err);
    table->group = ff_new_array(frames, sizeof *table->group, err);
    table->weight = ff_new_array(frames, FF_KINDS * sizeof *table->weight, err);
    table->group_names = ff_new_array(GROUPS, sizeof *table->group_names, err);
    if (!table->atoms || !table->displacements || !table->group || !table->weight ||
        !table->group_names)
        return FF_E_NOMEM;
    for (size_t i = 0; i < frames; i++) {
        table->atoms[i] = ATOMS;
        table->group[i] = (uint32_t)(i % GROUPS);
        for (size_t kind = 0; kind < FF_KINDS; kind++)
            table->weight[FF_KINDS * i + kind] = 1;
    }
    for (size_t i = 0; i < GROUPS; i++) {
        char name[] = "group A";
        name[6] = (char)('A' + i);
        if (!(table->group_names[i] = ff_copy_text(name, err)))
            return FF_E_NOMEM;
    }
    return FF_OK;
}

static void fill_frame(ff_design_block *block, uint32_t frame, const ff_frame_table *table,
                       uint64_t *state)
{
    for (size_t row = 0; row < block->rows; row++) {
        ff_row_label *label = &block->label[row];
        double *matrix = block->matrix + row * block->columns, sum = 0;
        size_t force = row - 1, virial = row - 1 - 3 * ATOMS;
        *label = (ff_row_label){.frame = frame, .kind = FF_KIND_ENERGY};
        if (row > 3 * ATOMS)
            *label =
                (ff_row_label){.frame = frame, .kind = FF_KIND_VIRIAL, .axis = (uint8_t)virial};
        else if (row > 0)
            *label = (ff_row_label){.frame = frame,
                                    .kind = FF_KIND_FORCE,
                                    .atom = (uint32_t)(force / 3),
                                    .axis = (uint8_t)(force % 3)};
        for (size_t k = 0; k < block->columns; k++) {
            matrix[k] = uniform(state);
            sum += matrix[k] / (double)(1 + k);
        }
        /* Uniform in [-1, 1) has the variance 1/3. */
        block->target[row] = sum + 0.01 * sqrt(3) * uniform(state) / ff_row_scale(table, label);
    }
}

static int write_rows(ff_container *container, const ff_ace_options *basis, size_t columns,
                      size_t frames, ff_error *err)
{
    static const double one_body[FF_MAX_SPECIES + 1];
    ff_features_writer *writer = NULL;
    ff_frame_table table;
    ff_design_block block = {0};
    uint64_t state = 88172645463325252u;
    int status = fill_table(&table, frames, err);
    if (status == FF_OK)
        status = ff_features_writer_new(&writer, container, basis, columns, one_body, &table, err);
    if (status == FF_OK)
        status = ff_design_block_init(&block, ROWS_OF_FRAME, columns, err);
    for (size_t i = 0; i < frames && status == FF_OK; i++) {
        fill_frame(&block, (uint32_t)i, &table, &state);
        status = ff_features_writer_append(writer, &block, err);
    }
    if (status == FF_OK) {
        status = ff_features_writer_finish(writer, err);
        writer = NULL;
    }
    ff_features_writer_free(writer);
    ff_design_block_clear(&block);
    ff_frame_table_clear(&table);
    return status;
}

static int make(const char *path, size_t rows, ff_error *err)
{
    ff_ace_options options = {.species_count = 1,
                              .species = {14},
                              .order = 3,
                              .degree = {0, 16, 13},
                              .l_weight = 0.65,
                              .pair_degree = 25,
                              .cutoff = 6,
                              .inner = 1.5,
                              .nearest = 2.35};
    ff_ace_basis *basis = NULL;
    ff_container *container = NULL;
    int status = ff_ace_basis_new(&basis, &options, err);
    if (status == FF_OK)
        status =
            ff_container_create(&container, path, "features", FF_FEATURES_FILE_VERSION, 0, err);
    if (status == FF_OK)
        status = write_rows(container, ff_ace_basis_options(basis), ff_ace_basis_size(basis),
                            (rows + ROWS_OF_FRAME - 1) / ROWS_OF_FRAME, err);
    if (status == FF_OK)
        status = ff_container_commit(container, err);
    if (status == FF_OK)
        (void)printf("%zu columns\n", ff_ace_basis_size(basis));
    ff_container_close(container);
    ff_ace_basis_free(basis);
    return status;
}

int main(int argc, char **argv)
{
    ff_error err = {0};
    char *end = NULL;
    unsigned long long rows = argc == 3 ? strtoull(argv[2], &end, 10) : 0;
    if (rows == 0 || *end != '\0') {
        (void)fprintf(stderr, "usage: made_up_features FILE ROWS\n");
        return 2;
    }
    if (make(argv[1], (size_t)rows, &err) != FF_OK) {
        (void)fprintf(stderr, "made_up_features: %s\n", err.message);
        return 5;
    }
    return 0;
}
