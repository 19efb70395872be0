#include "formats/triplets_file.h"

#include "formats/text_reader.h"
#include "lib/base/memory.h"
#include "lib/base/numbers.h"
#include "lib/potentials/stillinger_weber.h"
#include "lib/potentials/tersoff.h"
#include "lib/structure/elements.h"

#include <stdlib.h>
#include <string.h>

/* More entries than any set of 118 elements in use has; a wrong file cannot eat the memory. */
enum { SYMBOLS = 3, MOST_NUMBERS = 14, MOST_ENTRIES = 1 << 16 };

typedef struct entry {
    int species[SYMBOLS];
    double number[MOST_NUMBERS];
} entry;

typedef struct triplets_file {
    ff_text_reader *reader;
    size_t numbers;     /* of an entry */
    const char *longer; /* which other files have longer entries, for messages */
    size_t count, capacity;
    entry *entries;
    size_t filled; /* words of the entry being read; 0: between two */
} triplets_file;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_number(const char *word, size_t length)
{
    double value;
    return ff_double_parse(word, length, &value) == FF_OK;
}

static int add_word(triplets_file *file, const char *word, size_t length, ff_error *err)
{
    entry *e = &file->entries[file->count];
    int shown = (int)(length < 40 ? length : 40);
    if (file->filled < SYMBOLS) {
        int species = ff_element_number(word, length);
        e->species[file->filled] = species;
        if (species == 0)
            return ff_fail(err, FF_E_FORMAT, "'%.*s' is not the symbol of an element%s", shown,
                           word, is_number(word, length) ? file->longer : "");
    } else if (file->filled == SYMBOLS + file->numbers) {
        return ff_fail(err, FF_E_FORMAT, "'%.*s' after the %zu words of an entry%s", shown, word,
                       file->filled, file->longer);
    } else if (ff_double_parse(word, length, &e->number[file->filled - SYMBOLS]) != FF_OK) {
        return ff_fail(err, FF_E_FORMAT, "'%.*s', expected number %zu of the %zu of an entry",
                       shown, word, file->filled - SYMBOLS + 1, file->numbers);
    }
    file->filled++;
    return FF_OK;
}

static int add_line(triplets_file *file, const char *line, size_t length, ff_error *err)
{
    int status = FF_OK;
    if (file->count == MOST_ENTRIES)
        return ff_fail(err, FF_E_FORMAT, "more than %d entries", MOST_ENTRIES);
    status =
        ff_reserve(&file->entries, &file->capacity, file->count + 1, sizeof *file->entries, err);
    for (size_t at = 0; at < length && status == FF_OK;) {
        size_t start = at;
        while (at < length && !is_blank(line[at]) && line[at] != '#')
            at++;
        if (at > start)
            status = add_word(file, line + start, at - start, err);
        if (at < length && line[at] == '#')
            break;
        while (at < length && is_blank(line[at]))
            at++;
    }
    if (file->filled == SYMBOLS + file->numbers) {
        file->filled = 0;
        file->count++;
    }
    return status;
}

/* The first line of a file may state its units. */
static int check_units(const char *line, size_t length, ff_error *err)
{
    static const char key[] = "UNITS:";
    const size_t size = sizeof key - 1;
    for (size_t at = 0; length >= size && at <= length - size; at++) {
        if (memcmp(line + at, key, size) != 0)
            continue;
        at += size;
        while (at < length && is_blank(line[at]))
            at++;
        if (length - at < 5 || memcmp(line + at, "metal", 5) != 0)
            return ff_fail(err, FF_E_FORMAT, "units other than metal (eV, A)");
        break;
    }
    return FF_OK;
}

static int read_lines(triplets_file *file, ff_error *err)
{
    const char *line = NULL;
    size_t length = 0;
    int status;
    while ((status = ff_text_reader_next(file->reader, &line, &length, err)) == FF_OK && line) {
        if (ff_text_reader_line(file->reader) == 1)
            status = check_units(line, length, err);
        if (status == FF_OK)
            status = add_line(file, line, length, err);
        if (status != FF_OK) {
            ff_text_reader_locate(file->reader, err, 0);
            return status;
        }
    }
    if (status == FF_OK && file->filled > 0)
        status = ff_fail(err, FF_E_FORMAT, "the file ends after %zu of the %zu words of an entry",
                         file->filled, SYMBOLS + file->numbers);
    return status;
}

static int read_file(triplets_file *file, const char *path, ff_error *err)
{
    int status = ff_text_reader_open(&file->reader, path, err);
    if (status == FF_OK)
        status = read_lines(file, err);
    ff_text_reader_close(file->reader);
    return status;
}

int ff_sw_file_open(ff_potential **out, const char *path, ff_error *err)
{
    triplets_file file = {.numbers = 11, .longer = ""};
    *out = NULL;
    int status = read_file(&file, path, err);
    ff_sw_entry *entries = NULL;
    if (status == FF_OK && !(entries = ff_new_array(file.count, sizeof *entries, err)))
        status = FF_E_NOMEM;
    for (size_t k = 0; status == FF_OK && k < file.count; k++) {
        const entry *e = &file.entries[k];
        const double *x = e->number;
        entries[k] = (ff_sw_entry){.epsilon = x[0],
                                   .sigma = x[1],
                                   .a = x[2],
                                   .lambda = x[3],
                                   .gamma = x[4],
                                   .cosine = x[5],
                                   .A = x[6],
                                   .B = x[7],
                                   .p = x[8],
                                   .q = x[9],
                                   .tolerance = x[10]};
        memcpy(entries[k].species, e->species, sizeof e->species);
    }
    if (status == FF_OK)
        status = ff_stillinger_weber_from_entries(out, entries, file.count, err);
    if (status != FF_OK)
        ff_error_in_file(err, path);
    free(entries);
    free(file.entries);
    return status;
}

int ff_tersoff_file_open(ff_potential **out, const char *path, ff_error *err)
{
    triplets_file file = {.numbers = 14,
                          .longer = " (is this a file of tersoff/mod or tersoff/zbl, whose entries "
                                    "are longer? lammps: computes those)"};
    *out = NULL;
    int status = read_file(&file, path, err);
    ff_tersoff_entry *entries = NULL;
    if (status == FF_OK && !(entries = ff_new_array(file.count, sizeof *entries, err)))
        status = FF_E_NOMEM;
    for (size_t k = 0; status == FF_OK && k < file.count; k++) {
        const entry *e = &file.entries[k];
        const double *x = e->number;
        entries[k] = (ff_tersoff_entry){.m = x[0],
                                        .gamma = x[1],
                                        .lambda3 = x[2],
                                        .c = x[3],
                                        .d = x[4],
                                        .cosine = x[5],
                                        .n = x[6],
                                        .beta = x[7],
                                        .lambda2 = x[8],
                                        .B = x[9],
                                        .R = x[10],
                                        .D = x[11],
                                        .lambda1 = x[12],
                                        .A = x[13]};
        memcpy(entries[k].species, e->species, sizeof e->species);
    }
    if (status == FF_OK)
        status = ff_tersoff_from_entries(out, entries, file.count, err);
    if (status != FF_OK)
        ff_error_in_file(err, path);
    free(entries);
    free(file.entries);
    return status;
}
