#ifndef FF_FORMATS_STRUCT_TABLE_H
#define FF_FORMATS_STRUCT_TABLE_H

/* Lists of structs as a group of arrays, one array for each field, one entry for each struct. */

#include "formats/container.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ff_field_type {
    FF_FIELD_DOUBLE, /* double */
    FF_FIELD_SIZE,   /* size_t in memory, int64 in the file */
    FF_FIELD_UINT32, /* uint32_t */
    FF_FIELD_UINT8,  /* uint8_t */
    FF_FIELD_TEXT    /* char[FF_FIELD_TEXT_SIZE] */
} ff_field_type;

enum { FF_FIELD_TEXT_SIZE = 64 };

typedef struct ff_field {
    const char *name; /* of the array */
    ff_field_type type;
    size_t offset; /* in the struct */
    const char *units, *description;
} ff_field;

typedef struct ff_struct_form {
    size_t size; /* of a struct */
    size_t fields;
    const ff_field *field; /* [fields] */
} ff_struct_form;

/* Writes structs[count] as group `name`. */
int ff_structs_write(hid_t location, const char *name, const ff_struct_form *form, size_t count,
                     const void *structs, ff_error *err);

/* *structs is allocated, what is no field zeroed; the caller frees it. FF_E_FORMAT when the arrays
 * are not of one length, FF_E_RANGE for a negative number of something. */
int ff_structs_read(hid_t location, const char *name, const ff_struct_form *form, size_t *count,
                    void **structs, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
