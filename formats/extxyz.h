#ifndef FF_FORMATS_EXTXYZ_H
#define FF_FORMATS_EXTXYZ_H

/* Extended XYZ: reading frame by frame into typed records, whatever their keys and columns are.
 * Which of them mean what is the business of extxyz_mapping.h; extxyz_writer.h writes records.
 *
 * A frame is a line with the number of atoms, a line of key=value pairs, and a line per atom with
 * the columns that the pair Properties=name:T:m:... declares. docs/extxyz.md states every rule and
 * the cases where readers differ. Lines and columns in errors are counted from 1, columns in bytes.
 */

#include "formats/text_reader.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ff_extxyz_type {
    FF_EXTXYZ_INTEGER,
    FF_EXTXYZ_REAL,
    FF_EXTXYZ_LOGICAL,
    FF_EXTXYZ_TEXT
} ff_extxyz_type;

/* One key=value pair of line 2. */
typedef struct ff_extxyz_entry {
    const char *key;
    ff_extxyz_type type;
    int rank;             /* 0: one value; 1: a list; 2: a table written [[..], ..] */
    size_t rows, columns; /* 1 x 1; 1 x count; rows x columns */
    union {               /* [rows][columns] */
        const int64_t *integers;
        const double *reals;
        const bool *logicals;
        const char *const *texts;
    } value;
    const char *text; /* the value as written; of a quoted one what is between the quotes, unescaped
                       */
    int64_t at;       /* column of the value on line 2 */
} ff_extxyz_entry;

/* One column, or group of `width` columns, of the atom lines. */
typedef struct ff_extxyz_column {
    const char *name;
    ff_extxyz_type type;
    size_t width;
    union { /* [atoms][width]; that of the type */
        const int64_t *integers;
        const double *reals;
        const bool *logicals;
        const size_t *texts; /* offsets of terminated strings in `characters` */
    } value;
    const char *characters;
} ff_extxyz_column;

typedef struct ff_extxyz_record {
    const char *file;    /* name for messages */
    int64_t frame, line; /* of the frame in its file; of its first line */
    size_t atoms;
    size_t entry_count;
    const ff_extxyz_entry *entries; /* in the order of line 2, Properties and Lattice included */
    size_t column_count;
    const ff_extxyz_column *columns;
    const char *comment; /* line 2 of a frame of plain XYZ; NULL when it has keys, or is blank */
} ff_extxyz_record;

typedef struct ff_extxyz_options {
    bool plain; /* line 2 is a comment even where it holds '=' */
    /* Receives what is accepted but deserves a word, located like an error; may be NULL. */
    void (*warn)(void *context, const ff_error *warning);
    void *context;
} ff_extxyz_options;

typedef struct ff_extxyz_reader ff_extxyz_reader;

/* Takes over an opened text reader (closed with the reader, and on failure). options may be NULL.
 */
int ff_extxyz_open(ff_extxyz_reader **out, ff_text_reader *text, const ff_extxyz_options *options,
                   ff_error *err);

/* The next frame; *record is NULL at the end of the file and else valid until the next call.
 * FF_E_FORMAT, FF_E_RANGE with file, line, column, frame and atom. */
int ff_extxyz_next(ff_extxyz_reader *reader, const ff_extxyz_record **record, ff_error *err);

void ff_extxyz_close(ff_extxyz_reader *reader); /* NULL is allowed */

/* By exact name; NULL when there is none. */
const ff_extxyz_entry *ff_extxyz_find_entry(const ff_extxyz_record *record, const char *key);
const ff_extxyz_column *ff_extxyz_find_column(const ff_extxyz_record *record, const char *name);

/* Properties, Lattice and pbc are found in any case of letters. */
const ff_extxyz_entry *ff_extxyz_find_special(const ff_extxyz_record *record, const char *key);

/* Numbers of an integer or real entry or column as double; index in [rows * columns], [atoms *
 * width]. */
double ff_extxyz_entry_real(const ff_extxyz_entry *entry, size_t index);
double ff_extxyz_column_real(const ff_extxyz_column *column, size_t index);
const char *ff_extxyz_column_text(const ff_extxyz_column *column, size_t index);

/* "integer", "text list", "3 x 3 real table" in buffer, for messages. Returns buffer. */
char *ff_extxyz_describe(const ff_extxyz_entry *entry, char *buffer, size_t size);

#ifdef __cplusplus
}
#endif
#endif
