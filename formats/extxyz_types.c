/* Types of values on line 2: found from how the items of a value look, all together. */

#include "formats/extxyz_parts.h"

static bool is_number(ff_extxyz_type type)
{
    return type == FF_EXTXYZ_INTEGER || type == FF_EXTXYZ_REAL;
}

/* What one item can be: the specification's integers have no leading zeros, so 007 is text.
 * *in_range is cleared for a number that does not fit. */
static ff_extxyz_type type_of(const ff_extxyz_piece *piece, bool *in_range)
{
    int64_t integer;
    double real;
    bool logical;
    if (piece->quoted)
        return FF_EXTXYZ_TEXT;
    int status = ff_int64_parse(piece->text, piece->length, &integer);
    if (status != FF_E_FORMAT) {
        size_t sign = *piece->text == '-' || *piece->text == '+';
        if (piece->length > sign + 1 && piece->text[sign] == '0')
            return FF_EXTXYZ_TEXT;
        *in_range = *in_range && status == FF_OK;
        return FF_EXTXYZ_INTEGER;
    }
    status = ff_double_parse(piece->text, piece->length, &real);
    if (status != FF_E_FORMAT) {
        *in_range = *in_range && status == FF_OK;
        return FF_EXTXYZ_REAL;
    }
    return ff_extxyz_parse_logical(piece->text, piece->length, &logical) ? FF_EXTXYZ_LOGICAL
                                                                         : FF_EXTXYZ_TEXT;
}

/* What the items of a list have in common: integers become real beside reals, logicals text beside
 * text. */
typedef struct common_type {
    ff_extxyz_type type;
    bool mixed;    /* numbers stand beside something else */
    bool in_range; /* every number fits */
} common_type;

static common_type type_of_items(const ff_extxyz_header *header)
{
    common_type common = {.type = FF_EXTXYZ_TEXT, .in_range = true};
    for (size_t i = 0; i < header->item_count; i++) {
        ff_extxyz_type type = type_of(&header->items[i], &common.in_range);
        if (i == 0)
            common.type = type;
        else if (is_number(type) != is_number(common.type))
            common.mixed = true;
        else if (type != common.type)
            common.type = is_number(type) ? FF_EXTXYZ_REAL : FF_EXTXYZ_TEXT;
    }
    return common;
}

/* Stores the items as values of a type that all of them have. */
static int store_items(ff_extxyz_header *header, ff_extxyz_entry *entry, ff_extxyz_type type,
                       ff_error *err)
{
    size_t count = header->item_count;
    static const size_t sizes[] = {[FF_EXTXYZ_INTEGER] = sizeof(int64_t),
                                   [FF_EXTXYZ_REAL] = sizeof(double),
                                   [FF_EXTXYZ_LOGICAL] = sizeof(bool),
                                   [FF_EXTXYZ_TEXT] = sizeof(char *)};
    void *values = ff_extxyz_allocate(header->arena, count, sizes[type], err);
    if (!values)
        return FF_E_NOMEM;
    for (size_t i = 0; i < count; i++) {
        const ff_extxyz_piece *piece = &header->items[i];
        if (type == FF_EXTXYZ_INTEGER)
            (void)ff_int64_parse(piece->text, piece->length, (int64_t *)values + i);
        else if (type == FF_EXTXYZ_REAL)
            (void)ff_double_parse(piece->text, piece->length, (double *)values + i);
        else if (type == FF_EXTXYZ_LOGICAL)
            (void)ff_extxyz_parse_logical(piece->text, piece->length, (bool *)values + i);
        else if (!(((char **)values)[i] =
                       ff_extxyz_copy(header->arena, piece->text, piece->length, err)))
            return FF_E_NOMEM;
    }
    entry->type = type;
    switch (type) {
    case FF_EXTXYZ_INTEGER:
        entry->value.integers = values;
        break;
    case FF_EXTXYZ_REAL:
        entry->value.reals = values;
        break;
    case FF_EXTXYZ_LOGICAL:
        entry->value.logicals = values;
        break;
    case FF_EXTXYZ_TEXT:
        entry->value.texts = values;
        break;
    }
    return FF_OK;
}

static int store_text(ff_extxyz_header *header, ff_extxyz_entry *entry, ff_error *err)
{
    const char **place = ff_extxyz_allocate(header->arena, 1, sizeof *place, err);
    if (!place)
        return FF_E_NOMEM;
    *place = entry->text;
    entry->type = FF_EXTXYZ_TEXT;
    entry->rank = 0;
    entry->rows = entry->columns = 1;
    entry->value.texts = place;
    return FF_OK;
}

/* Stores items whose number and shape the entry has already; a mixture is an error. */
int ff_extxyz_store_list(ff_extxyz_header *header, ff_extxyz_entry *entry, ff_error *err)
{
    common_type common = type_of_items(header);
    const char *at = header->begin + entry->at - 1;
    if (common.mixed)
        return ff_extxyz_header_fail(header, err, FF_E_FORMAT, at,
                                     "the list mixes numbers with text or logical values");
    if (!common.in_range)
        return ff_extxyz_header_fail(header, err, FF_E_RANGE, at,
                                     "a number is beyond the range of a 64-bit %s",
                                     common.type == FF_EXTXYZ_REAL ? "float" : "integer");
    return store_items(header, entry, common.type, err);
}

bool ff_extxyz_items_are_text(const ff_extxyz_header *header)
{
    common_type common = type_of_items(header);
    return common.mixed || common.type == FF_EXTXYZ_TEXT;
}

int ff_extxyz_store_quoted(ff_extxyz_header *header, ff_extxyz_entry *entry, ff_error *err)
{
    if (ff_extxyz_items_are_text(header))
        return store_text(header, entry, err);
    entry->rank = header->item_count > 1;
    entry->columns = header->item_count;
    return ff_extxyz_store_list(header, entry, err);
}
