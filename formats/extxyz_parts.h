#ifndef FF_FORMATS_EXTXYZ_PARTS_H
#define FF_FORMATS_EXTXYZ_PARTS_H

/* The pieces of the extended XYZ reader, for the files extxyz*.c only. */

#include "formats/extxyz.h"
#include "lib/base/numbers.h"
#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Memory that lives as long as a frame's record (extxyz_record.c). */

typedef struct ff_extxyz_arena {
    struct ff_extxyz_chunk *chunks; /* newest first */
} ff_extxyz_arena;

/* size bytes, zeroed, aligned for any type. NULL with err set when out of memory. */
void *ff_extxyz_allocate(ff_extxyz_arena *arena, size_t count, size_t size, ff_error *err);
/* A terminated copy of length bytes. */
char *ff_extxyz_copy(ff_extxyz_arena *arena, const char *text, size_t length, ff_error *err);
/* Makes all of it free again, keeping one chunk for the next frame. */
void ff_extxyz_arena_reset(ff_extxyz_arena *arena);
void ff_extxyz_arena_clear(ff_extxyz_arena *arena);

/* Pieces of text. */

typedef struct ff_extxyz_piece {
    const char *text;
    size_t length;
    bool quoted;  /* so that it is text, whatever it looks like */
    bool escaped; /* a backslash stood in it */
} ff_extxyz_piece;

enum { FF_EXTXYZ_SHOWN = 48 };

/* A piece fit for a message: cut, without control characters. Returns shown. */
char *ff_extxyz_show(char shown[FF_EXTXYZ_SHOWN], const char *text, size_t length);

/* The character (one to four bytes) that begins at `at`. */
char *ff_extxyz_show_character(char shown[FF_EXTXYZ_SHOWN], const char *at);

static inline bool ff_extxyz_is_blank(char character)
{
    return character == ' ' || character == '\t';
}

/* Index of the first byte that is not UTF-8 or is a control character other than tab; length when
 * there is none. */
size_t ff_extxyz_bad_byte(const char *text, size_t length);

/* T F true True TRUE false False FALSE. */
bool ff_extxyz_parse_logical(const char *text, size_t length, bool *value);

/* Line 2. */

typedef struct ff_extxyz_header {
    ff_extxyz_arena *arena;
    const ff_extxyz_options *options;
    const char *file;
    int64_t line;
    const char *begin, *next, *end; /* of the text; *end is readable and no part of it */
    ff_extxyz_entry *entries;
    size_t entry_count, entry_capacity;
    ff_extxyz_piece *items; /* of the list being read */
    size_t item_count, item_capacity;
    const ff_extxyz_entry **sorted; /* for finding keys given twice */
    size_t sorted_capacity;
} ff_extxyz_header;

/* Fails at a place of the text. */
int ff_extxyz_header_fail(const ff_extxyz_header *header, ff_error *err, int code, const char *at,
                          const char *format, ...) FF_PRINTF(5, 6);
void ff_extxyz_header_warn(const ff_extxyz_header *header, const char *at, const char *format, ...)
    FF_PRINTF(3, 4);

/* Reads all pairs between begin and end. */
int ff_extxyz_header_parse(ff_extxyz_header *header, ff_error *err);
void ff_extxyz_header_clear(ff_extxyz_header *header);

/* True for the characters of unquoted keys and values. */
bool ff_extxyz_is_bare(char character);

/* True when this between quotes is text, and no number, logical or list of such. */
bool ff_extxyz_is_text(const char *text);
/* True when the items are text (there may be none), false when they have another type in common. */
bool ff_extxyz_items_are_text(const ff_extxyz_header *header);

/* [A-Za-z_][A-Za-z_0-9.-]* */
bool ff_extxyz_is_column_name(const char *name);

/* Reads the quoted text at header->next, which is its quote. The piece lives in the arena. */
int ff_extxyz_quoted_parse(ff_extxyz_header *header, ff_extxyz_piece *piece, ff_error *err);

/* Reads the value at header->next into entry (whose key and place are set). */
int ff_extxyz_value_parse(ff_extxyz_header *header, ff_extxyz_entry *entry, ff_error *err);

/* Type and store header->items as the value of an entry whose shape is set. A mixture of numbers
 * and other things is an error, except in quotes, where it is text as a whole (as is no item at
 * all).
 */
int ff_extxyz_store_list(ff_extxyz_header *header, ff_extxyz_entry *entry, ff_error *err);
int ff_extxyz_store_quoted(ff_extxyz_header *header, ff_extxyz_entry *entry, ff_error *err);

/* Makes columns of the entry Properties (NULL: the columns of plain XYZ). *columns lives in the
 * arena. */
int ff_extxyz_properties_parse(ff_extxyz_header *header, const ff_extxyz_entry *entry,
                               ff_extxyz_column **columns, size_t *count, ff_error *err);

/* Atom lines. */

/* Where the cells of a column go; kept from frame to frame. */
typedef struct ff_extxyz_store {
    void *data;
    size_t capacity; /* bytes */
    char *characters;
    size_t used, character_capacity;
} ff_extxyz_store;

typedef struct ff_extxyz_rows {
    ff_extxyz_store *stores; /* [store_count] */
    size_t store_count, store_capacity;
    size_t row_capacity; /* of the frame being read */
    size_t width;        /* of ff_doubles_scan */
} ff_extxyz_rows;

/* Reads `atoms` lines into the columns. Errors have file, line, column and atom. */
int ff_extxyz_rows_read(ff_extxyz_rows *rows, ff_text_reader *text, ff_extxyz_column *columns,
                        size_t column_count, size_t atoms, ff_error *err);
void ff_extxyz_rows_clear(ff_extxyz_rows *rows);

/* From records to frames. */

/* Give an error the place of an entry (NULL: of line 2) or atom (from 0) and return status. */
int ff_extxyz_at_entry(const ff_extxyz_record *record, const ff_extxyz_entry *entry, ff_error *err,
                       int status);
int ff_extxyz_at_atom(const ff_extxyz_record *record, size_t atom, ff_error *err, int status);

/* Fills frame->species from the column of that name; NULL: species, or else Z. */
int ff_extxyz_read_species(ff_frame *frame, const ff_extxyz_record *record, const char *name,
                           ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
