/* Frame after frame of an extended XYZ file. */

#include "formats/extxyz_parts.h"

#include "lib/base/memory.h"

#include <stdlib.h>
#include <string.h>

struct ff_extxyz_reader {
    ff_text_reader *text;
    ff_extxyz_options options;
    ff_extxyz_arena arena;
    ff_extxyz_header header;
    ff_extxyz_rows rows;
    ff_extxyz_record record;
};

int ff_extxyz_open(ff_extxyz_reader **out, ff_text_reader *text, const ff_extxyz_options *options,
                   ff_error *err)
{
    ff_extxyz_reader *reader = ff_new_array(1, sizeof *reader, err);
    if (!reader) {
        ff_text_reader_close(text);
        return FF_E_NOMEM;
    }
    reader->text = text;
    if (options)
        reader->options = *options;
    reader->record.file = ff_text_reader_name(text);
    *out = reader;
    return FF_OK;
}

void ff_extxyz_close(ff_extxyz_reader *reader)
{
    if (!reader)
        return;
    ff_text_reader_close(reader->text);
    ff_extxyz_header_clear(&reader->header);
    ff_extxyz_rows_clear(&reader->rows);
    ff_extxyz_arena_clear(&reader->arena);
    free(reader);
}

/* Line 1. */

static bool is_blank_line(const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!ff_extxyz_is_blank(line[i]))
            return false;
    return true;
}

/* The first line that is not blank (NULL: none is left). A blank line is allowed only at the end.
 */
static int next_frame_line(ff_extxyz_reader *reader, const char **line, size_t *length,
                           ff_error *err)
{
    int64_t blank = 0;
    for (;;) {
        int status = ff_text_reader_next(reader->text, line, length, err);
        if (status != FF_OK || !*line)
            return status;
        if (!is_blank_line(*line, *length))
            break;
        if (!blank)
            blank = ff_text_reader_line(reader->text);
    }
    if (!blank)
        return FF_OK;
    ff_fail(err, FF_E_FORMAT, "a blank line %s; it is allowed only at the end of the file",
            reader->record.frame ? "between two frames" : "before the first frame");
    ff_error_in_file(err, reader->record.file);
    ff_error_at_line(err, blank, 0);
    return FF_E_FORMAT;
}

/* Says what a line is that should have been a number of atoms. */
static int count_fail(const ff_extxyz_reader *reader, const char *line, size_t length,
                      ff_error *err)
{
    static const char apple_double[] = {0x00, 0x05, 0x16, 0x07};
    const ff_extxyz_record *record = &reader->record;
    char shown[FF_EXTXYZ_SHOWN];
    ff_extxyz_show(shown, line, length);
    if (record->frame == 0 && length >= 4 && memcmp(line, apple_double, 4) == 0)
        return ff_fail(err, FF_E_FORMAT,
                       "a macOS resource file (made beside the one of that name without '._'), "
                       "expected extended XYZ");
    if (record->frame == 0 && memchr(line, '\0', length))
        return ff_fail(err, FF_E_FORMAT, "binary data, expected extended XYZ");
    if (record->frame > 0)
        return ff_fail(err, FF_E_FORMAT,
                       "expected the number of atoms of frame %lld, found '%s'; does frame %lld "
                       "have more than its %zu atoms?",
                       (long long)record->frame + 1, shown, (long long)record->frame,
                       record->atoms);
    return ff_fail(err, FF_E_FORMAT, "expected the number of atoms, found '%s'", shown);
}

static int parse_count(ff_extxyz_reader *reader, const char *line, size_t length, size_t *atoms,
                       ff_error *err)
{
    static const char byte_order_mark[] = {'\xef', '\xbb', '\xbf'};
    const char *start = line, *end = line + length;
    if (reader->record.frame == 0 && length >= 3 && memcmp(line, byte_order_mark, 3) == 0)
        start += 3;
    while (start < end && ff_extxyz_is_blank(*start))
        start++;
    while (end > start && ff_extxyz_is_blank(end[-1]))
        end--;
    int64_t count = 0;
    int status = ff_int64_parse(start, (size_t)(end - start), &count);
    if (status == FF_E_FORMAT)
        status = count_fail(reader, line, length, err);
    else if (status != FF_OK || count < 0)
        status = ff_fail(err, FF_E_RANGE, "expected the number of atoms, found %.*s",
                         (int)(end - start < 40 ? end - start : 40), start);
    if (status != FF_OK)
        ff_text_reader_locate(reader->text, err, start - line + 1);
    *atoms = (size_t)count;
    return status;
}

/* Line 2. */

/* Without any '=' it is the comment of a plain XYZ file. With one, a line that cannot be read is an
 * error: taking it for a comment would lose the cell and the labels for one typing mistake. */
static int parse_header(ff_extxyz_reader *reader, const char *line, size_t length, ff_error *err)
{
    ff_extxyz_header *header = &reader->header;
    ff_extxyz_record *record = &reader->record;
    header->arena = &reader->arena;
    header->options = &reader->options;
    header->file = record->file;
    header->line = ff_text_reader_line(reader->text);
    header->begin = header->next = line;
    header->end = line + length;
    header->entry_count = 0;
    record->comment = NULL;
    int status = FF_OK;
    if (reader->options.plain || !memchr(line, '=', length)) {
        if (!is_blank_line(line, length))
            record->comment = ff_extxyz_copy(&reader->arena, line, length, err);
        if (!is_blank_line(line, length) && !record->comment)
            return FF_E_NOMEM;
    } else {
        status = ff_extxyz_header_parse(header, err);
    }
    record->entries = header->entries;
    record->entry_count = header->entry_count;
    return status;
}

static int read_header(ff_extxyz_reader *reader, ff_extxyz_column **columns, ff_error *err)
{
    const char *line;
    size_t length;
    int status = ff_text_reader_next(reader->text, &line, &length, err);
    if (status != FF_OK)
        return status;
    if (!line) {
        ff_fail(err, FF_E_FORMAT,
                "the file ends after the number of atoms, expected a line of key=value");
        ff_text_reader_locate(reader->text, err, 0);
        return FF_E_FORMAT;
    }
    status = parse_header(reader, line, length, err);
    if (status == FF_OK)
        status = ff_extxyz_properties_parse(&reader->header,
                                            ff_extxyz_find_special(&reader->record, "Properties"),
                                            columns, &reader->record.column_count, err);
    return status;
}

/* Frames. */

static int read_frame(ff_extxyz_reader *reader, ff_error *err)
{
    ff_extxyz_record *record = &reader->record;
    ff_extxyz_column *columns = NULL;
    int status = read_header(reader, &columns, err);
    if (status == FF_OK)
        status = ff_extxyz_rows_read(&reader->rows, reader->text, columns, record->column_count,
                                     record->atoms, err);
    record->columns = columns;
    if (status != FF_OK)
        ff_error_in_frame(err, record->frame);
    return status;
}

int ff_extxyz_next(ff_extxyz_reader *reader, const ff_extxyz_record **record, ff_error *err)
{
    const char *line;
    size_t length, atoms = 0;
    *record = NULL;
    int status = next_frame_line(reader, &line, &length, err);
    if (status == FF_OK && !line)
        return FF_OK;
    if (status == FF_OK)
        status = parse_count(reader, line, length, &atoms, err);
    if (status != FF_OK)
        return status;
    ff_extxyz_arena_reset(&reader->arena);
    reader->record.frame++;
    reader->record.line = ff_text_reader_line(reader->text);
    reader->record.atoms = atoms;
    status = read_frame(reader, err);
    if (status == FF_OK)
        *record = &reader->record;
    return status;
}
