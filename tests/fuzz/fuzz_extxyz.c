/* Extended XYZ, plain or gzip, to records and frames. */

#include "tests/fuzz/fuzz.h"

#include "formats/extxyz_mapping.h"
#include "formats/extxyz_survey.h"

#include <stdlib.h>
#include <string.h>

static void warn(void *context, const ff_error *warning)
{
    char text[1024];
    *(size_t *)context += strlen(ff_error_describe(warning, text, sizeof text));
}

/* Touches every value, so that a sanitizer sees one that is not there. */
static size_t touch(const ff_extxyz_record *record)
{
    size_t sum = record->comment ? strlen(record->comment) : 0;
    for (size_t i = 0; i < record->entry_count; i++) {
        const ff_extxyz_entry *entry = &record->entries[i];
        char text[256];
        sum += strlen(ff_extxyz_describe(entry, text, sizeof text)) + strlen(entry->text);
        for (size_t k = 0; k < entry->rows * entry->columns; k++)
            sum += entry->type == FF_EXTXYZ_TEXT      ? strlen(entry->value.texts[k])
                   : entry->type == FF_EXTXYZ_LOGICAL ? entry->value.logicals[k]
                                                      : ff_extxyz_entry_real(entry, k) > 0;
    }
    for (size_t i = 0; i < record->column_count; i++) {
        const ff_extxyz_column *column = &record->columns[i];
        for (size_t k = 0; k < record->atoms * column->width; k++)
            sum += column->type == FF_EXTXYZ_TEXT      ? strlen(ff_extxyz_column_text(column, k))
                   : column->type == FF_EXTXYZ_LOGICAL ? column->value.logicals[k]
                                                       : ff_extxyz_column_real(column, k) > 0;
    }
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t sum = 0;
    const ff_extxyz_options options = {
        .plain = size > 0 && data[size - 1] == 'P', .warn = warn, .context = &sum};
    ff_extxyz_mapping mapping;
    ff_extxyz_mapping_init(&mapping);
    mapping.energy = "energy";
    mapping.forces = "forces";
    mapping.site_energies = "site_energy";
    mapping.group = "config_type";
    if (size % 2)
        mapping.virial = "virial";
    else
        mapping.stress = "stress";
    ff_error err = {0};
    ff_text_reader *text = NULL;
    ff_extxyz_reader *reader = NULL;
    ff_extxyz_survey survey;
    ff_extxyz_survey_init(&survey);
    if (ff_text_reader_open_memory(&text, "fuzz", data, size, &err) != FF_OK ||
        ff_extxyz_open(&reader, text, &options, &err) != FF_OK)
        return 0;
    const ff_extxyz_record *record = NULL;
    while (ff_extxyz_next(reader, &record, &err) == FF_OK && record) {
        ff_frame frame = {0};
        sum += touch(record);
        (void)ff_extxyz_survey_add(&survey, record, &err);
        (void)ff_extxyz_to_frame(&frame, record, &mapping, &err);
        ff_frame_clear(&frame);
    }
    char message[1024];
    sum += strlen(ff_error_describe(&err, message, sizeof message));
    ff_extxyz_survey_clear(&survey);
    ff_extxyz_close(reader);
    return sum == SIZE_MAX ? -1 : 0;
}
