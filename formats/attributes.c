#include "formats/hdf5_parts.h"

#include "lib/base/memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int ff_group_create(hid_t *out, hid_t location, const char *name, ff_error *err)
{
    errno = 0;
    hid_t settings = H5Pcreate(H5P_GROUP_CREATE);
    *out = -1;
    if (settings >= 0 && H5Pset_obj_track_times(settings, 0) >= 0)
        *out = H5Gcreate2(location, name, H5P_DEFAULT, settings, H5P_DEFAULT);
    if (settings >= 0)
        (void)H5Pclose(settings);
    return *out >= 0 ? FF_OK : ff_hdf5_fail(err, "create the group", name);
}

int ff_group_open(hid_t *out, hid_t location, const char *name, ff_error *err)
{
    *out = ff_link_exists(location, name) ? H5Gopen2(location, name, H5P_DEFAULT) : -1;
    return *out >= 0 ? FF_OK : ff_fail(err, FF_E_FORMAT, "has no group '%s'", name);
}

void ff_group_close(hid_t group)
{
    if (group >= 0)
        (void)H5Gclose(group);
}

bool ff_link_exists(hid_t location, const char *name)
{
    return H5Lexists(location, name, H5P_DEFAULT) > 0;
}

bool ff_attribute_exists(hid_t object, const char *name)
{
    return H5Aexists(object, name) > 0;
}

/* Writing. */

static int write_scalar(hid_t object, const char *name, hid_t file_type, hid_t memory_type,
                        const void *value, ff_error *err)
{
    errno = 0;
    hid_t space = H5Screate(H5S_SCALAR), attribute = -1;
    bool written = false;
    if (space >= 0)
        attribute = H5Acreate2(object, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute >= 0)
        written = H5Awrite(attribute, memory_type, value) >= 0;
    if (attribute >= 0)
        (void)H5Aclose(attribute);
    if (space >= 0)
        (void)H5Sclose(space);
    return written ? FF_OK : ff_hdf5_fail(err, "write the attribute", name);
}

int ff_attribute_write_text(hid_t object, const char *name, const char *value, ff_error *err)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    int status = FF_OK;
    /* One byte at least: HDF5 has no strings of length 0. */
    if (type < 0 || H5Tset_size(type, strlen(value) + 1) < 0 ||
        H5Tset_cset(type, H5T_CSET_UTF8) < 0)
        status = ff_fail(err, FF_E_INTERNAL, "HDF5 cannot make a text of %zu bytes", strlen(value));
    if (status == FF_OK)
        status = write_scalar(object, name, type, type, value, err);
    if (type >= 0)
        (void)H5Tclose(type);
    return status;
}

int ff_attribute_write_integer(hid_t object, const char *name, int64_t value, ff_error *err)
{
    return write_scalar(object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, &value, err);
}

int ff_attribute_write_number(hid_t object, const char *name, double value, ff_error *err)
{
    return write_scalar(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value, err);
}

/* Reading. */

/* An existing scalar attribute of the wanted class, with its stored type. */
static int open_scalar(hid_t *attribute, hid_t *type, hid_t object, const char *name,
                       H5T_class_t wanted, ff_error *err)
{
    *type = -1;
    *attribute = ff_attribute_exists(object, name) ? H5Aopen(object, name, H5P_DEFAULT) : -1;
    if (*attribute < 0)
        return ff_fail(err, FF_E_FORMAT, "has no attribute '%s'", name);
    hid_t space = H5Aget_space(*attribute);
    bool scalar = space >= 0 && H5Sget_simple_extent_npoints(space) == 1;
    if (space >= 0)
        (void)H5Sclose(space);
    *type = H5Aget_type(*attribute);
    if (!scalar || *type < 0 || H5Tget_class(*type) != wanted)
        return ff_fail(err, FF_E_FORMAT, "the attribute '%s' is not a single value of its type",
                       name);
    return FF_OK;
}

static void close_scalar(hid_t attribute, hid_t type)
{
    if (type >= 0)
        (void)H5Tclose(type);
    if (attribute >= 0)
        (void)H5Aclose(attribute);
}

static int read_number(hid_t object, const char *name, H5T_class_t wanted, hid_t memory_type,
                       void *value, ff_error *err)
{
    hid_t attribute, type;
    int status = open_scalar(&attribute, &type, object, name, wanted, err);
    if (status == FF_OK && H5Aread(attribute, memory_type, value) < 0)
        status = ff_fail(err, FF_E_FORMAT, "the attribute '%s' cannot be read", name);
    close_scalar(attribute, type);
    return status;
}

int ff_attribute_read_integer(hid_t object, const char *name, int64_t *value, ff_error *err)
{
    return read_number(object, name, H5T_INTEGER, H5T_NATIVE_INT64, value, err);
}

int ff_attribute_read_number(hid_t object, const char *name, double *value, ff_error *err)
{
    return read_number(object, name, H5T_FLOAT, H5T_NATIVE_DOUBLE, value, err);
}

int ff_attribute_read_text(hid_t object, const char *name, char **value, ff_error *err)
{
    hid_t attribute, type;
    *value = NULL;
    int status = open_scalar(&attribute, &type, object, name, H5T_STRING, err);
    if (status == FF_OK && H5Tis_variable_str(type) > 0)
        status = ff_fail(err, FF_E_FORMAT, "the attribute '%s' is not of fixed length", name);
    if (status == FF_OK) {
        size_t size = H5Tget_size(type);
        *value = ff_new_array(size + 1, 1, err);
        if (!*value)
            status = FF_E_NOMEM;
        else if (H5Aread(attribute, type, *value) < 0)
            status = ff_fail(err, FF_E_FORMAT, "the attribute '%s' cannot be read", name);
    }
    if (status != FF_OK) {
        free(*value);
        *value = NULL;
    }
    close_scalar(attribute, type);
    return status;
}

int ff_attribute_read_text_into(hid_t object, const char *name, char *buffer, size_t size,
                                ff_error *err)
{
    char *value = NULL;
    int status = ff_attribute_read_text(object, name, &value, err);
    if (status == FF_OK && strlen(value) >= size)
        status = ff_fail(err, FF_E_FORMAT, "the attribute '%s' is longer than %zu bytes", name,
                         size - 1);
    if (status == FF_OK)
        (void)snprintf(buffer, size, "%s", value);
    free(value);
    return status;
}
