#ifndef FF_TESTS_FORMATS_DAMAGE_H
#define FF_TESTS_FORMATS_DAMAGE_H

/* Intermediates damaged in every way a well-formed HDF5 file can be: each attribute and link taken
 * out, each array given another shape or type, each integer another value. A reader may accept or
 * refuse what it gets (with a message and a place), but must never crash; what it cannot do without
 * it must refuse. Include after cmocka.h; works in the test's scratch folder. */

#include "formats/container.h"
#include "formats/kinds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads a file into a struct and frees it again. */
typedef int (*damage_reader)(ff_container *container, ff_error *err);

typedef struct damage_case {
    const char *path; /* the sound file */
    const char *kind;
    damage_reader read;
    const char *const *optional; /* objects the reader can do without, NULL-terminated */
} damage_case;

enum { DAMAGE_OBJECTS = 128 };

typedef struct damage_list {
    size_t count;
    char name[DAMAGE_OBJECTS][96];
    bool array[DAMAGE_OBJECTS];
} damage_list;

static herr_t damage_list_object(hid_t root, const char *name, const H5O_info_t *information,
                                 void *data)
{
    damage_list *list = data;
    (void)root;
    if (strcmp(name, ".") == 0 || strncmp(name, "provenance", 10) == 0)
        return 0;
    assert_true(list->count < DAMAGE_OBJECTS);
    (void)snprintf(list->name[list->count], sizeof list->name[0], "%s", name);
    list->array[list->count++] = information->type == H5O_TYPE_DATASET;
    return 0;
}

static herr_t damage_list_attribute(hid_t object, const char *name, const H5A_info_t *information,
                                    void *data)
{
    damage_list *list = data;
    (void)object;
    (void)information;
    assert_true(list->count < DAMAGE_OBJECTS);
    (void)snprintf(list->name[list->count++], sizeof list->name[0], "%s", name);
    return 0;
}

static void damage_copy(const char *from)
{
    char block[4096];
    size_t got;
    FILE *in = fopen(from, "rb"), *out = fopen("damaged.h5", "wb");
    assert_non_null(in);
    assert_non_null(out);
    while ((got = fread(block, 1, sizeof block, in)) > 0)
        assert_int_equal(fwrite(block, 1, got, out), got);
    assert_int_equal(fclose(in) | fclose(out), 0);
}

static hid_t damage_open(const damage_case *which)
{
    damage_copy(which->path);
    hid_t file = H5Fopen("damaged.h5", H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

/* What the reader makes of the damaged file; a refusal must be a proper one. */
static int damage_read(const damage_case *which)
{
    ff_container *container = NULL;
    ff_error err = {0};
    int status = ff_container_open(&container, "damaged.h5", which->kind,
                                   ff_kind_version(which->kind), &err);
    if (status == FF_OK)
        status = which->read(container, &err);
    ff_container_close(container);
    if (status != FF_OK) {
        if (status != FF_E_FORMAT && status != FF_E_RANGE)
            fail_msg("refused with status %d: %s", status, err.message);
        assert_int_equal(err.code, status);
        assert_true(err.message[0] != '\0');
        assert_string_equal(err.file, "damaged.h5");
    }
    return status;
}

static bool damage_is_optional(const damage_case *which, const char *name)
{
    for (const char *const *optional = which->optional; optional && *optional; optional++)
        if (strcmp(*optional, name) == 0)
            return true;
    return false;
}

static void damage_delete(const damage_case *which, const damage_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        hid_t file = damage_open(which);
        assert_true(H5Ldelete(file, list->name[i], H5P_DEFAULT) >= 0);
        assert_true(H5Fclose(file) >= 0);
        int status = damage_read(which);
        if (status == FF_OK && !damage_is_optional(which, list->name[i]))
            fail_msg("a file without '%s' was accepted", list->name[i]);
    }
}

/* Takes out the attributes of one group (the root: "/"). */
static void damage_attributes(const damage_case *which, const char *group)
{
    damage_list attributes = {0};
    hsize_t position = 0;
    hid_t file = damage_open(which), object = H5Oopen(file, group, H5P_DEFAULT);
    assert_true(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, &position, damage_list_attribute,
                            &attributes) >= 0);
    assert_true(H5Oclose(object) >= 0 && H5Fclose(file) >= 0);
    for (size_t i = 0; i < attributes.count; i++) {
        file = damage_open(which);
        object = H5Oopen(file, group, H5P_DEFAULT);
        assert_true(H5Adelete(object, attributes.name[i]) >= 0);
        assert_true(H5Oclose(object) >= 0 && H5Fclose(file) >= 0);
        int status = damage_read(which);
        if (status == FF_OK && !damage_is_optional(which, attributes.name[i]))
            fail_msg("'%s' without attribute '%s' was accepted", group, attributes.name[i]);
    }
}

/* Puts an array of the given type and shape, filled with one value, in place of another. */
static void damage_replace(hid_t file, const char *name, hid_t type, int rank, const hsize_t *shape,
                           double value)
{
    hsize_t count = 1;
    for (int i = 0; i < rank; i++)
        count *= shape[i];
    double *values = calloc(count ? (size_t)count : 1, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < count; i++)
        values[i] = value;
    assert_true(H5Ldelete(file, name, H5P_DEFAULT) >= 0);
    hid_t space = H5Screate_simple(rank, shape, NULL);
    hid_t array = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(array >= 0);
    if (H5Tget_class(type) != H5T_STRING && count > 0)
        assert_true(H5Dwrite(array, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    assert_true(H5Dclose(array) >= 0 && H5Sclose(space) >= 0);
    free(values);
}

typedef enum damage_shape {
    DAMAGE_EMPTY,
    DAMAGE_SHORT,
    DAMAGE_LONG,
    DAMAGE_NARROW,
    DAMAGE_RANK,
    DAMAGE_TYPE,
    DAMAGE_SHAPES
} damage_shape;

/* One array given another shape or type; false when the array cannot be damaged so. */
static bool damage_reshape(hid_t file, const char *name, damage_shape how)
{
    hsize_t shape[8] = {0};
    hid_t array = H5Dopen2(file, name, H5P_DEFAULT), space = H5Dget_space(array);
    hid_t type = H5Dget_type(array);
    int rank = H5Sget_simple_extent_dims(space, shape, NULL);
    bool possible = rank > 0 && shape[0] > 0;
    if (how == DAMAGE_EMPTY)
        shape[0] = 0;
    if (how == DAMAGE_SHORT && possible)
        shape[0] -= 1;
    if (how == DAMAGE_LONG)
        shape[0] += 1;
    if (how == DAMAGE_NARROW && (possible = rank > 1 && shape[rank - 1] > 0))
        shape[rank - 1] -= 1;
    if (how == DAMAGE_RANK)
        shape[rank++] = 1;
    if (how == DAMAGE_TYPE) {
        bool number = H5Tget_class(type) == H5T_FLOAT;
        (void)H5Tclose(type);
        type = H5Tcopy(number ? H5T_STD_I32LE : H5T_IEEE_F64LE);
    }
    (void)H5Dclose(array);
    if (possible)
        damage_replace(file, name, type, rank, shape, 1);
    assert_true(H5Sclose(space) >= 0 && H5Tclose(type) >= 0);
    return possible;
}

static void damage_shapes(const damage_case *which, const damage_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        for (int how = 0; list->array[i] && how < DAMAGE_SHAPES; how++) {
            hid_t file = damage_open(which);
            bool damaged = damage_reshape(file, list->name[i], (damage_shape)how);
            assert_true(H5Fclose(file) >= 0);
            int status = damaged ? damage_read(which) : FF_OK;
            if (damaged && how >= DAMAGE_RANK && status == FF_OK)
                fail_msg("'%s' of another %s was accepted", list->name[i],
                         how == DAMAGE_RANK ? "rank" : "type");
        }
}

static void damage_values(const damage_case *which, const damage_list *list)
{
    static const double values[] = {-1, 0, 3, 200, 2147483647.0, 1e18, -1e18};
    for (size_t i = 0; i < list->count; i++)
        for (size_t v = 0; list->array[i] && v < sizeof values / sizeof *values; v++) {
            hsize_t shape[8] = {0};
            hid_t file = damage_open(which), array = H5Dopen2(file, list->name[i], H5P_DEFAULT);
            hid_t space = H5Dget_space(array), type = H5Dget_type(array);
            int rank = H5Sget_simple_extent_dims(space, shape, NULL);
            (void)H5Dclose(array);
            if (H5Tget_class(type) != H5T_STRING)
                damage_replace(file, list->name[i], type, rank, shape, values[v]);
            assert_true(H5Sclose(space) >= 0 && H5Tclose(type) >= 0 && H5Fclose(file) >= 0);
            (void)damage_read(which);
        }
}

/* Cuts the file at many lengths; none may be taken for a whole one. */
static void damage_truncate(const damage_case *which)
{
    FILE *file = fopen(which->path, "rb");
    static char bytes[1 << 20];
    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof bytes, file), step = size / 100 + 1;
    assert_true(size < sizeof bytes);
    (void)fclose(file);
    for (size_t length = 0; length < size; length += length < 128 ? 1 : step) {
        file = fopen("damaged.h5", "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(bytes, 1, length, file), length);
        assert_int_equal(fclose(file), 0);
        assert_int_equal(damage_read(which), FF_E_FORMAT);
    }
}

/* Everything above, for one sound file. */
static void damage_everything(const damage_case *which)
{
    damage_list list = {0};
    hid_t file = damage_open(which);
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    assert_true(H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, damage_list_object, &list,
                          H5O_INFO_BASIC) >= 0);
    assert_true(H5Fclose(file) >= 0);
    assert_int_equal(damage_read(which), FF_OK);
    damage_delete(which, &list);
    damage_attributes(which, "/");
    for (size_t i = 0; i < list.count; i++)
        if (!list.array[i])
            damage_attributes(which, list.name[i]);
    damage_shapes(which, &list);
    damage_values(which, &list);
    damage_truncate(which);
}

#endif
