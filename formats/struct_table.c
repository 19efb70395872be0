#include "formats/struct_table.h"

#include "lib/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How a field is stored; texts have arrays of their own kind. */
static const struct {
    ff_element element;
    size_t size;
} stored[] = {[FF_FIELD_DOUBLE] = {FF_ELEMENT_DOUBLE, sizeof(double)},
              [FF_FIELD_SIZE] = {FF_ELEMENT_INT64, sizeof(int64_t)},
              [FF_FIELD_UINT32] = {FF_ELEMENT_UINT32, sizeof(uint32_t)},
              [FF_FIELD_UINT8] = {FF_ELEMENT_UINT8, sizeof(uint8_t)}};

static int write_texts(hid_t group, const ff_struct_form *form, const ff_field *field, size_t count,
                       const char *structs, ff_error *err)
{
    const char **texts = ff_new_array(count, sizeof *texts, err);
    int status = texts ? FF_OK : FF_E_NOMEM;
    for (size_t i = 0; i < count && texts; i++)
        texts[i] = structs + i * form->size + field->offset;
    if (status == FF_OK)
        status = ff_texts_write(group, field->name, count, texts, field->description, err);
    free(texts);
    return status;
}

static int write_numbers(hid_t group, const ff_struct_form *form, const ff_field *field,
                         size_t count, const char *structs, ff_error *err)
{
    size_t size = stored[field->type].size;
    char *values = ff_new_array(count, size, err);
    int status = values ? FF_OK : FF_E_NOMEM;
    for (size_t i = 0; i < count && values; i++) {
        const char *from = structs + i * form->size + field->offset;
        if (field->type == FF_FIELD_SIZE) {
            const int64_t number = (int64_t) * (const size_t *)(const void *)from;
            memcpy(values + i * size, &number, size);
        } else {
            memcpy(values + i * size, from, size);
        }
    }
    if (status == FF_OK)
        status = ff_array_write(group, field->name, stored[field->type].element, 1, &count, values,
                                field->units, field->description, err);
    free(values);
    return status;
}

int ff_structs_write(hid_t location, const char *name, const ff_struct_form *form, size_t count,
                     const void *structs, ff_error *err)
{
    hid_t group = -1;
    int status = ff_group_create(&group, location, name, err);
    for (size_t i = 0; i < form->fields && status == FF_OK; i++)
        status = form->field[i].type == FF_FIELD_TEXT
                     ? write_texts(group, form, &form->field[i], count, structs, err)
                     : write_numbers(group, form, &form->field[i], count, structs, err);
    ff_group_close(group);
    return status;
}

/* Reading. The first field says how many structs there are (*count is SIZE_MAX before it). */

static int reserve(const ff_struct_form *form, size_t count, char **structs, ff_error *err)
{
    if (!*structs)
        *structs = ff_new_array(count, form->size, err);
    return *structs ? FF_OK : FF_E_NOMEM;
}

static int read_texts(hid_t group, const ff_struct_form *form, const ff_field *field, size_t *count,
                      char **structs, ff_error *err)
{
    char **texts = NULL;
    int status = ff_texts_read(group, field->name, count, &texts, err);
    if (status == FF_OK)
        status = reserve(form, *count, structs, err);
    for (size_t i = 0; i < *count && status == FF_OK; i++)
        (void)snprintf(*structs + i * form->size + field->offset, FF_FIELD_TEXT_SIZE, "%s",
                       texts[i]);
    ff_texts_free(texts ? *count : 0, texts);
    return status;
}

static int read_sizes(const ff_struct_form *form, const ff_field *field, size_t count,
                      char *structs, const int64_t *values, ff_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const size_t number = (size_t)values[i];
        if (values[i] < 0)
            return ff_fail(err, FF_E_RANGE, "'%s' is %lld in row %zu", field->name,
                           (long long)values[i], i + 1);
        memcpy(structs + i * form->size + field->offset, &number, sizeof number);
    }
    return FF_OK;
}

static int read_numbers(hid_t group, const ff_struct_form *form, const ff_field *field,
                        size_t *count, char **structs, ff_error *err)
{
    void *values = NULL;
    size_t size = stored[field->type].size;
    int status =
        ff_array_read(group, field->name, stored[field->type].element, 1, count, &values, err);
    if (status == FF_OK)
        status = reserve(form, *count, structs, err);
    if (status == FF_OK && field->type == FF_FIELD_SIZE)
        status = read_sizes(form, field, *count, *structs, values, err);
    for (size_t i = 0; i < *count && status == FF_OK && field->type != FF_FIELD_SIZE; i++)
        memcpy(*structs + i * form->size + field->offset, (const char *)values + i * size, size);
    free(values);
    return status;
}

int ff_structs_read(hid_t location, const char *name, const ff_struct_form *form, size_t *count,
                    void **structs, ff_error *err)
{
    hid_t group = -1;
    char *found = NULL;
    *structs = NULL;
    *count = SIZE_MAX;
    int status = ff_group_open(&group, location, name, err);
    for (size_t i = 0; i < form->fields && status == FF_OK; i++)
        status = form->field[i].type == FF_FIELD_TEXT
                     ? read_texts(group, form, &form->field[i], count, &found, err)
                     : read_numbers(group, form, &form->field[i], count, &found, err);
    ff_group_close(group);
    if (status == FF_OK) {
        *structs = found;
    } else {
        free(found);
        *count = 0;
    }
    return status;
}
