#include "formats/hdf5_parts.h"

#include "lib/base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static hid_t text_type(size_t size)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 && H5Tset_size(type, size) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0)
        return type;
    ff_hdf5_close(-1, -1, -1, type);
    return -1;
}

int ff_texts_write(hid_t location, const char *name, size_t count, const char *const *texts,
                   const char *description, ff_error *err)
{
    size_t size = 1;
    for (size_t i = 0; i < count; i++)
        size = strlen(texts[i]) + 1 > size ? strlen(texts[i]) + 1 : size;
    char *packed = ff_new_array(count, size, err);
    if (!packed)
        return FF_E_NOMEM;
    for (size_t i = 0; i < count; i++)
        memcpy(packed + i * size, texts[i], strlen(texts[i]));
    hid_t dataset = -1, type = text_type(size);
    int status = type >= 0
                     ? ff_hdf5_create_array(&dataset, location, name, type, 1, &count, false, err)
                     : ff_fail(err, FF_E_INTERNAL, "HDF5 cannot make texts of %zu bytes", size);
    if (status == FF_OK && count > 0 &&
        H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, packed) < 0)
        status = ff_hdf5_fail(err, "write the array", name);
    if (status == FF_OK)
        status = ff_hdf5_describe(dataset, "", description, err);
    ff_hdf5_close(dataset, -1, -1, type);
    free(packed);
    return status;
}

static int unpack_texts(char ***texts, size_t count, const char *packed, size_t size, ff_error *err)
{
    *texts = ff_new_array(count, sizeof **texts, err);
    if (!*texts)
        return FF_E_NOMEM;
    for (size_t i = 0; i < count; i++) {
        char *text = ff_new_array(size + 1, 1, err);
        if (!text) {
            ff_texts_free(i, *texts);
            *texts = NULL;
            return FF_E_NOMEM;
        }
        memcpy(text, packed + i * size, size);
        (*texts)[i] = text;
    }
    return FF_OK;
}

int ff_texts_read(hid_t location, const char *name, size_t *count, char ***texts, ff_error *err)
{
    *texts = NULL;
    *count = SIZE_MAX;
    hid_t dataset = ff_link_exists(location, name) ? H5Dopen2(location, name, H5P_DEFAULT) : -1;
    if (dataset < 0)
        return ff_fail(err, FF_E_FORMAT, "has no array '%s'", name);
    char *packed = NULL;
    int status = FF_OK;
    hid_t type = H5Dget_type(dataset);
    if (type < 0 || H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) != 0)
        status = ff_fail(err, FF_E_FORMAT, "the array '%s' is not of fixed-length texts", name);
    size_t size = status == FF_OK ? H5Tget_size(type) : 0;
    if (status == FF_OK)
        status = ff_hdf5_check_shape(dataset, name, size, 1, count, err);
    if (status == FF_OK && !(packed = ff_new_array(*count, size, err)))
        status = FF_E_NOMEM;
    if (status == FF_OK && *count > 0 &&
        H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, packed) < 0)
        status = ff_fail(err, FF_E_FORMAT, "the array '%s' cannot be read: damaged", name);
    if (status == FF_OK)
        status = unpack_texts(texts, *count, packed, size, err);
    if (status != FF_OK)
        *count = 0;
    free(packed);
    ff_hdf5_close(dataset, -1, -1, type);
    return status;
}

void ff_texts_free(size_t count, char **texts)
{
    for (size_t i = 0; texts && i < count; i++)
        free(texts[i]);
    free(texts);
}
