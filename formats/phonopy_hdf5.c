/* Force constants in HDF5, as phonopy and phono3py keep them. */

#include "formats/hdf5_parts.h"
#include "formats/phonopy_parts.h"
#include "formats/temporary_file.h"
#include "lib/base/memory.h"

#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool ff_phonopy_is_hdf5(const char *path)
{
    static const unsigned char signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    unsigned char first[8] = {0};
    FILE *file = fopen(path, "rb");
    bool same = file && fread(first, 1, sizeof first, file) == sizeof first &&
                memcmp(first, signature, sizeof first) == 0;
    if (file)
        (void)fclose(file);
    return same;
}

/* Reading. */

/* Deflate cannot make less of zeros: a shape that promises more than is stored is refused. */
static const double most_compression = 1100;

/* The shape of the dataset of that name: false when there is none of that rank. */
static bool open_dataset(hid_t file, const char *name, int rank, hsize_t *shape, hid_t *dataset)
{
    *dataset = -1;
    if (H5Lexists(file, name, H5P_DEFAULT) <= 0)
        return false;
    *dataset = H5Dopen2(file, name, H5P_DEFAULT);
    hid_t space = *dataset >= 0 ? H5Dget_space(*dataset) : -1;
    bool fits = space >= 0 && H5Sget_simple_extent_ndims(space) == rank &&
                H5Sget_simple_extent_dims(space, shape, NULL) == rank;
    ff_hdf5_close(-1, space, -1, -1);
    return fits;
}

static int read_map(ff_phonopy_table *table, hid_t file, ff_error *err)
{
    hsize_t count = 0;
    hid_t dataset = -1;
    int64_t *map = ff_new_array(table->rows, sizeof *map, err);
    int status = map ? FF_OK : FF_E_NOMEM;
    for (size_t row = 0; row < table->rows && map; row++)
        map[row] = (int64_t)row;
    bool there = status == FF_OK && open_dataset(file, "p2s_map", 1, &count, &dataset);
    if (status == FF_OK && table->rows < table->atoms && (!there || count != table->rows))
        status = ff_fail(err, FF_E_FORMAT,
                         "%zu rows of %zu atoms without a p2s_map that says of which atoms",
                         table->rows, table->atoms);
    if (status == FF_OK && there && count == table->rows &&
        H5Dread(dataset, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, map) < 0)
        status = ff_hdf5_fail(err, "read", "p2s_map");
    for (size_t row = 0; row < table->rows && status == FF_OK; row++) {
        if (map[row] < (row ? map[row - 1] + 1 : 0) || map[row] >= (int64_t)table->atoms)
            status = ff_fail(err, FF_E_FORMAT, "p2s_map holds %lld for row %zu of %zu atoms",
                             (long long)map[row], row + 1, table->atoms);
        else
            table->atom[row] = (uint32_t)map[row];
    }
    ff_hdf5_close(dataset, -1, -1, -1);
    free(map);
    return status;
}

static int read_matrix(ff_phonopy_table *table, hid_t file, ff_error *err)
{
    hsize_t shape[4] = {0};
    hid_t dataset = -1;
    bool there = open_dataset(file, "force_constants", 4, shape, &dataset);
    if (!there) {
        ff_hdf5_close(dataset, -1, -1, -1);
        there = open_dataset(file, "fc2", 4, shape, &dataset);
    }
    int status = FF_OK;
    if (!there || shape[0] < 1 || shape[0] > shape[1] || shape[2] != 3 || shape[3] != 3 ||
        (double)shape[0] * (double)shape[1] * 72 >
            most_compression * (double)H5Dget_storage_size(dataset))
        status = ff_fail(err, FF_E_FORMAT,
                         "no dataset force_constants or fc2 of rows x atoms x 3 x 3 numbers");
    if (status == FF_OK) {
        table->rows = (size_t)shape[0];
        table->atoms = (size_t)shape[1];
        table->atom = ff_new_array(table->rows, sizeof *table->atom, err);
        if (table->atoms <= SIZE_MAX / 72)
            table->matrix = ff_new_array(table->rows, table->atoms * 9 * sizeof(double), err);
        status = table->atom && table->matrix ? FF_OK : FF_E_NOMEM;
    }
    if (status == FF_OK &&
        H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, table->matrix) < 0)
        status = ff_hdf5_fail(err, "read", "force_constants");
    for (size_t k = 0; k < 9 * table->rows * table->atoms && status == FF_OK; k++)
        if (!isfinite(table->matrix[k]))
            status = ff_fail(err, FF_E_FORMAT, "a force constant that is not finite");
    ff_hdf5_close(dataset, -1, -1, -1);
    return status;
}

int ff_phonopy_read_hdf5(ff_phonopy_table *table, const char *path, ff_error *err)
{
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    int status = file >= 0 ? FF_OK : ff_hdf5_fail(err, "open", path);
    if (status == FF_OK)
        status = read_matrix(table, file, err);
    if (status == FF_OK)
        status = read_map(table, file, err);
    if (file >= 0)
        (void)H5Fclose(file);
    return status;
}

/* Writing. */

static int write_dataset(hid_t file, const char *name, hid_t stored, hid_t memory, int rank,
                         const hsize_t *shape, const void *data, ff_error *err)
{
    hid_t space = H5Screate_simple(rank, shape, NULL), settings = H5Pcreate(H5P_DATASET_CREATE);
    hid_t dataset = -1;
    if (settings >= 0)
        (void)H5Pset_obj_track_times(settings, 0);
    if (space >= 0 && settings >= 0)
        dataset = H5Dcreate2(file, name, stored, space, H5P_DEFAULT, settings, H5P_DEFAULT);
    int status = dataset >= 0 && H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0
                     ? FF_OK
                     : ff_hdf5_fail(err, "write", name);
    ff_hdf5_close(dataset, space, settings, -1);
    return status;
}

static int fill_file(const char *path, const ff_phonopy_table *table, ff_error *err)
{
    const hsize_t shape[4] = {table->rows, table->atoms, 3, 3};
    int64_t *map = ff_new_array(table->rows, sizeof *map, err);
    hid_t file = map ? H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT) : -1;
    int status = !map ? FF_E_NOMEM : file >= 0 ? FF_OK : ff_hdf5_fail(err, "create", path);
    for (size_t row = 0; row < table->rows && map; row++)
        map[row] = table->atom[row];
    if (status == FF_OK)
        status = write_dataset(file, "force_constants", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 4, shape,
                               table->matrix, err);
    if (status == FF_OK)
        status =
            write_dataset(file, "p2s_map", H5T_STD_I64LE, H5T_NATIVE_INT64, 1, shape, map, err);
    if (file >= 0 && H5Fclose(file) < 0 && status == FF_OK)
        status = ff_hdf5_fail(err, "close", path);
    free(map);
    return status;
}

int ff_phonopy_write_hdf5(const char *path, const ff_phonopy_table *table, ff_error *err)
{
    ff_temporary_file file;
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    ff_temporary_file_init(&file);
    int status = ff_temporary_file_create(&file, path, err);
    if (status == FF_OK)
        status = fill_file(file.path, table, err);
    if (status == FF_OK) {
        ff_temporary_file_opened(&file);
        status = ff_temporary_file_commit(&file, err);
    }
    if (status != FF_OK)
        ff_error_in_file(err, path);
    ff_temporary_file_discard(&file);
    return status;
}
