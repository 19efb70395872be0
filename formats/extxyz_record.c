/* Records of extended XYZ: their memory, and what is asked of them. */

#include "formats/extxyz_parts.h"

#include "lib/base/memory.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Memory. */

enum { CHUNK = 1 << 14 };

typedef struct ff_extxyz_chunk {
    struct ff_extxyz_chunk *next;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
} ff_extxyz_chunk;

void *ff_extxyz_allocate(ff_extxyz_arena *arena, size_t count, size_t size, ff_error *err)
{
    const size_t unit = alignof(max_align_t);
    if (count > (SIZE_MAX / 2) / size) {
        ff_fail(err, FF_E_NOMEM, "out of memory for %zu elements of %zu bytes", count, size);
        return NULL;
    }
    size_t needed = (count * size + unit) / unit * unit;
    ff_extxyz_chunk *chunk = arena->chunks;
    if (!chunk || chunk->size - chunk->used < needed) {
        size_t room = needed > CHUNK ? needed : CHUNK;
        ff_extxyz_chunk *fresh = ff_new_array(1, sizeof *fresh + room, err);
        if (!fresh)
            return NULL;
        *fresh = (ff_extxyz_chunk){.next = chunk, .size = room};
        arena->chunks = chunk = fresh;
    }
    void *place = chunk->bytes + chunk->used;
    chunk->used += needed;
    memset(place, 0, needed);
    return place;
}

char *ff_extxyz_copy(ff_extxyz_arena *arena, const char *text, size_t length, ff_error *err)
{
    char *copy = ff_extxyz_allocate(arena, length + 1, 1, err);
    if (copy && length)
        memcpy(copy, text, length);
    return copy;
}

void ff_extxyz_arena_reset(ff_extxyz_arena *arena)
{
    while (arena->chunks && arena->chunks->next) {
        ff_extxyz_chunk *chunk = arena->chunks;
        arena->chunks = chunk->next;
        free(chunk);
    }
    if (arena->chunks)
        arena->chunks->used = 0;
}

void ff_extxyz_arena_clear(ff_extxyz_arena *arena)
{
    ff_extxyz_arena_reset(arena);
    free(arena->chunks);
    arena->chunks = NULL;
}

/* Pieces of text. */

char *ff_extxyz_show(char shown[FF_EXTXYZ_SHOWN], const char *text, size_t length)
{
    bool cut = length > FF_EXTXYZ_SHOWN - 1;
    size_t kept = cut ? FF_EXTXYZ_SHOWN - 4 : length;
    while (cut && kept > 0 && ((unsigned char)text[kept] & 0xc0) == 0x80) /* within a character */
        kept--;
    for (size_t i = 0; i < kept; i++)
        shown[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7f ? '?' : text[i];
    (void)snprintf(shown + kept, FF_EXTXYZ_SHOWN - kept, "%s", cut ? "..." : "");
    return shown;
}

char *ff_extxyz_show_character(char shown[FF_EXTXYZ_SHOWN], const char *at)
{
    size_t length = 1;
    while (((unsigned char)at[length] & 0xc0) == 0x80)
        length++;
    return ff_extxyz_show(shown, at, length);
}

/* Bytes of the character that begins at text, 0 if it is none (RFC 3629: no overlong forms, no
 * surrogates, nothing beyond U+10FFFF). */
static size_t character_length(const unsigned char *text, size_t left)
{
    unsigned first = text[0];
    size_t length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length == 0 || length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (first == 0xe0 && text[1] < 0xa0) || (first == 0xf0 && text[1] < 0x90);
    bool beyond = (first == 0xed && text[1] >= 0xa0) || (first == 0xf4 && text[1] >= 0x90);
    return overlong || beyond ? 0 : length;
}

size_t ff_extxyz_bad_byte(const char *text, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t i = 0;
    while (i < length) {
        if (bytes[i] >= 0x20 && bytes[i] < 0x7f) {
            i++;
            continue;
        }
        size_t step = bytes[i] == '\t' ? 1 : character_length(bytes + i, length - i);
        if (step == 0)
            return i;
        i += step;
    }
    return length;
}

bool ff_extxyz_parse_logical(const char *text, size_t length, bool *value)
{
    static const char *const words[] = {"T",    "F",     "true", "false",
                                        "True", "False", "TRUE", "FALSE"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i]) == length && memcmp(words[i], text, length) == 0) {
            *value = i % 2 == 0;
            return true;
        }
    return false;
}

/* Asking. */

const ff_extxyz_entry *ff_extxyz_find_entry(const ff_extxyz_record *record, const char *key)
{
    for (size_t i = 0; i < record->entry_count; i++)
        if (strcmp(record->entries[i].key, key) == 0)
            return &record->entries[i];
    return NULL;
}

const ff_extxyz_entry *ff_extxyz_find_special(const ff_extxyz_record *record, const char *key)
{
    for (size_t i = 0; i < record->entry_count; i++)
        if (strcasecmp(record->entries[i].key, key) == 0)
            return &record->entries[i];
    return NULL;
}

const ff_extxyz_column *ff_extxyz_find_column(const ff_extxyz_record *record, const char *name)
{
    for (size_t i = 0; i < record->column_count; i++)
        if (strcmp(record->columns[i].name, name) == 0)
            return &record->columns[i];
    return NULL;
}

double ff_extxyz_entry_real(const ff_extxyz_entry *entry, size_t index)
{
    return entry->type == FF_EXTXYZ_REAL ? entry->value.reals[index]
                                         : (double)entry->value.integers[index];
}

double ff_extxyz_column_real(const ff_extxyz_column *column, size_t index)
{
    return column->type == FF_EXTXYZ_REAL ? column->value.reals[index]
                                          : (double)column->value.integers[index];
}

const char *ff_extxyz_column_text(const ff_extxyz_column *column, size_t index)
{
    return column->characters + column->value.texts[index];
}

char *ff_extxyz_describe(const ff_extxyz_entry *entry, char *buffer, size_t size)
{
    static const char *const names[] = {
        [FF_EXTXYZ_INTEGER] = "integer",
        [FF_EXTXYZ_REAL] = "real",
        [FF_EXTXYZ_LOGICAL] = "logical",
        [FF_EXTXYZ_TEXT] = "text",
    };
    char shown[FF_EXTXYZ_SHOWN];
    if (entry->rank == 2)
        (void)snprintf(buffer, size, "a %zu x %zu table of type %s", entry->rows, entry->columns,
                       names[entry->type]);
    else if (entry->rank == 1)
        (void)snprintf(buffer, size, "a list of %zu of type %s", entry->columns,
                       names[entry->type]);
    else
        (void)snprintf(buffer, size, "%s '%s'", names[entry->type],
                       ff_extxyz_show(shown, entry->text, strlen(entry->text)));
    return buffer;
}

int ff_extxyz_at_entry(const ff_extxyz_record *record, const ff_extxyz_entry *entry, ff_error *err,
                       int status)
{
    ff_error_in_file(err, record->file);
    ff_error_at_line(err, record->line + 1, entry ? entry->at : 0);
    ff_error_in_frame(err, record->frame);
    return status;
}

int ff_extxyz_at_atom(const ff_extxyz_record *record, size_t atom, ff_error *err, int status)
{
    ff_error_in_file(err, record->file);
    ff_error_at_line(err, record->line + 2 + (int64_t)atom, 0);
    ff_error_in_frame(err, record->frame);
    ff_error_at_atom(err, (int64_t)atom + 1);
    return status;
}
