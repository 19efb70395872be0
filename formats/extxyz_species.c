/* Elements from the columns species and Z. */

#include "formats/extxyz_parts.h"

#include "lib/structure/elements.h"

#include <string.h>

/* "SI" and "si" are met for Si; 0 for what is no element. */
static int element_of(const char *symbol)
{
    char spelled[4] = {0};
    size_t length = strlen(symbol);
    if (length == 0 || length > 2)
        return 0;
    for (size_t i = 0; i < length; i++) {
        bool upper = symbol[i] >= 'A' && symbol[i] <= 'Z';
        bool lower = symbol[i] >= 'a' && symbol[i] <= 'z';
        if (!upper && !lower)
            return 0;
        spelled[i] = (char)(i == 0 && lower  ? symbol[i] - 'a' + 'A'
                            : i > 0 && upper ? symbol[i] - 'A' + 'a'
                                             : symbol[i]);
    }
    return ff_element_number(spelled, length);
}

static int read_symbols(ff_frame *frame, const ff_extxyz_record *record,
                        const ff_extxyz_column *column, ff_error *err)
{
    const char *last = NULL;
    for (size_t i = 0; i < record->atoms; i++) {
        const char *symbol = ff_extxyz_column_text(column, i);
        bool repeated = last && strcmp(symbol, last) == 0;
        frame->species[i] = repeated ? frame->species[i - 1] : element_of(symbol);
        char shown[FF_EXTXYZ_SHOWN];
        if (frame->species[i] == 0)
            return ff_extxyz_at_atom(
                record, i, err,
                ff_fail(err, FF_E_FORMAT, "column '%s': '%s' is no chemical element", column->name,
                        ff_extxyz_show(shown, symbol, strlen(symbol))));
        last = symbol;
    }
    return FF_OK;
}

static int read_numbers(ff_frame *frame, const ff_extxyz_record *record,
                        const ff_extxyz_column *column, ff_error *err)
{
    for (size_t i = 0; i < record->atoms; i++) {
        int64_t number = column->value.integers[i];
        if (number < 1 || number > FF_MAX_SPECIES)
            return ff_extxyz_at_atom(record, i, err,
                                     ff_fail(err, FF_E_FORMAT,
                                             "column '%s': %lld is no atomic number from 1 to %d",
                                             column->name, (long long)number, FF_MAX_SPECIES));
        frame->species[i] = (int)number;
    }
    return FF_OK;
}

/* A file with both columns must not contradict itself. */
static int check_numbers(ff_frame *frame, const ff_extxyz_record *record,
                         const ff_extxyz_column *numbers, ff_error *err)
{
    if (numbers->type != FF_EXTXYZ_INTEGER || numbers->width != 1)
        return FF_OK;
    for (size_t i = 0; i < record->atoms; i++)
        if (numbers->value.integers[i] != frame->species[i])
            return ff_extxyz_at_atom(
                record, i, err,
                ff_fail(err, FF_E_FORMAT,
                        "column 'species' says %s, column 'Z' says %lld; choose one with "
                        "--species-from",
                        ff_element_symbol(frame->species[i]),
                        (long long)numbers->value.integers[i]));
    return FF_OK;
}

int ff_extxyz_read_species(ff_frame *frame, const ff_extxyz_record *record, const char *name,
                           ff_error *err)
{
    const ff_extxyz_column *numbers = name ? NULL : ff_extxyz_find_column(record, "Z");
    const ff_extxyz_column *column = ff_extxyz_find_column(record, name ? name : "species");
    column = column ? column : numbers;
    bool text = column && column->width == 1 && column->type == FF_EXTXYZ_TEXT;
    bool integer = column && column->width == 1 && column->type == FF_EXTXYZ_INTEGER;
    if (!text && !integer)
        return ff_extxyz_at_entry(
            record, ff_extxyz_find_special(record, "Properties"), err,
            ff_fail(err, FF_E_FORMAT,
                    "Properties declares no column %s:S:1 (symbols) or %s:I:1 (atomic "
                    "numbers)",
                    name ? name : "species", name ? name : "Z"));
    int status =
        text ? read_symbols(frame, record, column, err) : read_numbers(frame, record, column, err);
    return status == FF_OK && numbers && column != numbers
               ? check_numbers(frame, record, numbers, err)
               : status;
}
