#include "formats/extxyz_writer.h"

#include "formats/extxyz_parts.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/* Words. */

static int refuse(const char *what, const char *name, ff_error *err)
{
    char shown[FF_EXTXYZ_SHOWN];
    return ff_fail(err, FF_E_FORMAT, "extended XYZ cannot hold %s of '%s'", what,
                   ff_extxyz_show(shown, name, strlen(name)));
}

/* Characters that the reader takes as they are; a newline can be written as \n. */
static bool is_writable(const char *text)
{
    for (const char *line = text;; line++) {
        size_t length = strcspn(line, "\n");
        if (ff_extxyz_bad_byte(line, length) < length)
            return false;
        line += length;
        if (!*line)
            return true;
    }
}

static bool is_bare_word(const char *text)
{
    if (!*text || *text == '\'')
        return false;
    for (; *text; text++)
        if (!ff_extxyz_is_bare(*text))
            return false;
    return true;
}

/* force: the reader would see more than text, unless a backslash stands in it. */
static void write_quoted(ff_text_writer *writer, const char *text, bool force)
{
    ff_text_writer_text(writer, force ? "\"\\" : "\"");
    for (; *text; text++) {
        const char escaped[3] = {'\\', *text == '\n' ? 'n' : *text, '\0'};
        bool escape = *text == '"' || *text == '\\' || *text == '\n';
        ff_text_writer_add(writer, escape ? escaped : text, escape ? 2 : 1);
    }
    ff_text_writer_text(writer, "\"");
}

static void write_key(ff_text_writer *writer, const char *key)
{
    if (is_bare_word(key))
        ff_text_writer_text(writer, key);
    else
        write_quoted(writer, key, false);
}

/* One value of text: bare where it is read back as text. */
static void write_text(ff_text_writer *writer, const char *text)
{
    bool is_text = ff_extxyz_is_text(text);
    if (is_text && is_bare_word(text))
        ff_text_writer_text(writer, text);
    else
        write_quoted(writer, text, !is_text);
}

/* A real that is not taken for an integer. */
static void write_real(ff_text_writer *writer, double value)
{
    char text[FF_DOUBLE_TEXT_SIZE + 2];
    size_t length = ff_double_format(text, value);
    ff_text_writer_add(writer, text, length);
    if (!strpbrk(text, ".en"))
        ff_text_writer_text(writer, ".0");
}

/* Line 2. */

static void write_item(ff_text_writer *writer, const ff_extxyz_entry *entry, size_t index)
{
    switch (entry->type) {
    case FF_EXTXYZ_INTEGER:
        ff_text_writer_integer(writer, entry->value.integers[index]);
        break;
    case FF_EXTXYZ_REAL:
        write_real(writer, entry->value.reals[index]);
        break;
    case FF_EXTXYZ_LOGICAL:
        ff_text_writer_text(writer, entry->value.logicals[index] ? "T" : "F");
        break;
    case FF_EXTXYZ_TEXT:
        if (entry->rank == 0)
            write_text(writer, entry->value.texts[index]);
        else
            write_quoted(writer, entry->value.texts[index], false);
        break;
    }
}

/* Every reader knows lists of numbers in quotes; brackets are needed where quotes would not say
 * what is meant. */
static void write_value(ff_text_writer *writer, const ff_extxyz_entry *entry)
{
    size_t count = entry->rows * entry->columns;
    bool quotes = entry->rank == 1 && count > 1 && entry->type != FF_EXTXYZ_TEXT;
    bool brackets = entry->rank > 0 && !quotes;
    ff_text_writer_text(writer, quotes ? "\"" : entry->rank == 2 ? "[[" : brackets ? "[" : "");
    for (size_t i = 0; i < count; i++) {
        bool new_row = entry->rank == 2 && i % entry->columns == 0;
        const char *between = quotes ? " " : new_row ? "], [" : ", ";
        ff_text_writer_text(writer, i > 0 ? between : "");
        write_item(writer, entry, i);
    }
    ff_text_writer_text(writer, quotes ? "\"" : entry->rank == 2 ? "]]" : brackets ? "]" : "");
}

static int check_entry(const ff_extxyz_entry *entry, ff_error *err)
{
    if (!entry->key[0] || strchr(entry->key, '\n') || !is_writable(entry->key))
        return refuse("a key", entry->key, err);
    for (size_t i = 0; i < entry->rows * entry->columns; i++) {
        if (entry->type == FF_EXTXYZ_REAL && !isfinite(entry->value.reals[i]))
            return refuse("a value that is not finite", entry->key, err);
        if (entry->type == FF_EXTXYZ_TEXT && !is_writable(entry->value.texts[i]))
            return refuse("control characters in the value", entry->key, err);
    }
    return FF_OK;
}

static void write_properties(ff_text_writer *writer, const ff_extxyz_record *record)
{
    static const char types[] = {[FF_EXTXYZ_INTEGER] = 'I',
                                 [FF_EXTXYZ_REAL] = 'R',
                                 [FF_EXTXYZ_LOGICAL] = 'L',
                                 [FF_EXTXYZ_TEXT] = 'S'};
    ff_text_writer_text(writer, "Properties=");
    for (size_t i = 0; i < record->column_count; i++) {
        const ff_extxyz_column *column = &record->columns[i];
        const char type[] = {':', types[column->type], ':', '\0'};
        ff_text_writer_text(writer, i > 0 ? ":" : "");
        ff_text_writer_text(writer, column->name);
        ff_text_writer_text(writer, type);
        ff_text_writer_integer(writer, (int64_t)column->width);
    }
}

/* Lattice comes first, as people expect it; then Properties. */
static int write_header(ff_text_writer *writer, const ff_extxyz_record *record, ff_error *err)
{
    const ff_extxyz_entry *lattice = ff_extxyz_find_special(record, "Lattice");
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < record->entry_count; i++) {
            const ff_extxyz_entry *entry = &record->entries[i];
            if (strcasecmp(entry->key, "Properties") == 0 || (entry == lattice) != (pass == 0))
                continue;
            int status = check_entry(entry, err);
            if (status != FF_OK)
                return status;
            ff_text_writer_text(writer, pass == 1 ? " " : "");
            write_key(writer, entry->key);
            ff_text_writer_text(writer, "=");
            write_value(writer, entry);
            ff_text_writer_text(writer, pass == 0 ? " " : "");
        }
        if (pass == 0)
            write_properties(writer, record);
    }
    ff_text_writer_text(writer, "\n");
    return FF_OK;
}

/* Atoms. */

static int write_cell(ff_text_writer *writer, const ff_extxyz_column *column, size_t index,
                      ff_error *err)
{
    const char *text;
    switch (column->type) {
    case FF_EXTXYZ_INTEGER:
        ff_text_writer_integer(writer, column->value.integers[index]);
        break;
    case FF_EXTXYZ_REAL:
        ff_text_writer_real(writer, column->value.reals[index]);
        break;
    case FF_EXTXYZ_LOGICAL:
        ff_text_writer_text(writer, column->value.logicals[index] ? "T" : "F");
        break;
    case FF_EXTXYZ_TEXT:
        text = ff_extxyz_column_text(column, index);
        if (!text[0] || strpbrk(text, " \t\n") || !is_writable(text))
            return refuse("an empty or blank cell in the column", column->name, err);
        ff_text_writer_text(writer, text);
        break;
    }
    return FF_OK;
}

static int write_atoms(ff_text_writer *writer, const ff_extxyz_record *record, ff_error *err)
{
    for (size_t atom = 0; atom < record->atoms; atom++) {
        for (size_t i = 0; i < record->column_count; i++) {
            const ff_extxyz_column *column = &record->columns[i];
            for (size_t k = 0; k < column->width; k++) {
                ff_text_writer_text(writer, i + k > 0 ? " " : "");
                int status = write_cell(writer, column, atom * column->width + k, err);
                if (status != FF_OK)
                    return status;
            }
        }
        ff_text_writer_text(writer, "\n");
    }
    return ff_text_writer_status(writer, err);
}

static int check_columns(const ff_extxyz_record *record, ff_error *err)
{
    if (record->column_count == 0)
        return ff_fail(err, FF_E_FORMAT, "extended XYZ needs a column at least");
    for (size_t i = 0; i < record->column_count; i++)
        if (!ff_extxyz_is_column_name(record->columns[i].name))
            return refuse("a column of the name", record->columns[i].name, err);
    return FF_OK;
}

int ff_extxyz_write(ff_text_writer *writer, const ff_extxyz_record *record, ff_error *err)
{
    int status = check_columns(record, err);
    if (status != FF_OK)
        return status;
    ff_text_writer_integer(writer, (int64_t)record->atoms);
    ff_text_writer_text(writer, "\n");
    if (record->comment) {
        if (strchr(record->comment, '\n'))
            return refuse("several lines", "comment", err);
        ff_text_writer_text(writer, record->comment);
        ff_text_writer_text(writer, "\n");
    } else {
        status = write_header(writer, record, err);
    }
    return status == FF_OK ? write_atoms(writer, record, err) : status;
}
