#include "formats/setfl.h"

#include "formats/text_reader.h"
#include "lib/base/numbers.h"
#include "lib/structure/elements.h"

#include <string.h>

/* More knots than any real table, few enough for memory. */
static const int64_t most_knots = 2000000;

/* The file with one line of look-ahead: alloy and fs differ in what kind of line comes next. */
typedef struct setfl {
    ff_text_reader *reader;
    const char *line; /* NULL at the end of the file */
    size_t length;
} setfl;

/* A word of a line. */
typedef struct word {
    const char *text;
    size_t length;
} word;

static int next_line(setfl *file, ff_error *err)
{
    return ff_text_reader_next(file->reader, &file->line, &file->length, err);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The next word at or after *at, which moves behind it; false at the end of the line. */
static bool next_word(const setfl *file, size_t *at, word *found)
{
    size_t start = *at;
    while (start < file->length && is_blank(file->line[start]))
        start++;
    size_t end = start;
    while (end < file->length && !is_blank(file->line[end]))
        end++;
    *found = (word){file->line + start, end - start};
    *at = end;
    return end > start;
}

static int fail_at(const setfl *file, ff_error *err, int status)
{
    ff_text_reader_locate(file->reader, err, 0);
    return status;
}

/* Splits the current line into exactly count words. what: what they should be. */
static int split_line(const setfl *file, word *words, size_t count, const char *what, ff_error *err)
{
    size_t at = 0, found = 0;
    word w;
    while (file->line && next_word(file, &at, &w)) {
        if (found < count)
            words[found] = w;
        found++;
    }
    if (found != count)
        return fail_at(
            file, err,
            ff_fail(err, FF_E_FORMAT, "%zu words, expected %zu: %s", found, count, what));
    return FF_OK;
}

/* "N symbol1 .. symbolN" */
static int read_elements(setfl *file, ff_eam_tables *tables, ff_error *err)
{
    word words[FF_EAM_MOST_ELEMENTS + 1];
    size_t at = 0;
    int64_t count = 0;
    if (!file->line || !next_word(file, &at, &words[0]) ||
        ff_int64_parse(words[0].text, words[0].length, &count) != FF_OK || count < 1 ||
        count > FF_EAM_MOST_ELEMENTS)
        return fail_at(file, err,
                       ff_fail(err, FF_E_FORMAT,
                               "expected the number of elements, 1 to %d, and their symbols "
                               "(setfl; tables of pair style eam, funcfl, are not read)",
                               FF_EAM_MOST_ELEMENTS));
    tables->elements = (size_t)count;
    int status = split_line(file, words, tables->elements + 1,
                            "the number of elements and their symbols", err);
    for (size_t e = 0; e < tables->elements && status == FF_OK; e++) {
        const word *w = &words[e + 1];
        tables->species[e] = ff_element_number(w->text, w->length);
        if (tables->species[e] == 0)
            status = fail_at(file, err,
                             ff_fail(err, FF_E_FORMAT, "'%.*s' is not the symbol of an element",
                                     (int)w->length, w->text));
        for (size_t before = 0; before < e && status == FF_OK; before++)
            if (tables->species[before] == tables->species[e])
                status = fail_at(file, err,
                                 ff_fail(err, FF_E_FORMAT, "element %.*s is named twice",
                                         (int)w->length, w->text));
    }
    return status;
}

/* "densities density-step distances distance-step cutoff" */
static int read_sizes(setfl *file, ff_eam_tables *tables, ff_error *err)
{
    const char *expected = "counts and steps of densities and distances, and a cutoff in A";
    word w[5] = {{0}};
    int64_t densities = 0, distances = 0;
    int status = split_line(file, w, 5, expected, err);
    if (status != FF_OK)
        return status;
    if (ff_int64_parse(w[0].text, w[0].length, &densities) != FF_OK ||
        ff_double_parse(w[1].text, w[1].length, &tables->density_step) != FF_OK ||
        ff_int64_parse(w[2].text, w[2].length, &distances) != FF_OK ||
        ff_double_parse(w[3].text, w[3].length, &tables->distance_step) != FF_OK ||
        ff_double_parse(w[4].text, w[4].length, &tables->cutoff) != FF_OK)
        return fail_at(file, err, ff_fail(err, FF_E_FORMAT, "expected five numbers: %s", expected));
    if (densities < 1 || densities > most_knots || distances < 1 || distances > most_knots)
        return fail_at(file, err,
                       ff_fail(err, FF_E_FORMAT,
                               "%lld densities and %lld distances, expected 1 to %lld",
                               (long long)densities, (long long)distances, (long long)most_knots));
    tables->densities = (size_t)densities;
    tables->distances = (size_t)distances;
    return FF_OK;
}

/* Whether the current line holds words other than numbers. */
static bool holds_words(const setfl *file)
{
    size_t at = 0;
    word w;
    double number;
    while (file->line && next_word(file, &at, &w))
        if (ff_double_parse(w.text, w.length, &number) != FF_OK)
            return true;
    return false;
}

/* Reads count numbers from the current line on, leaving the line after them. what: which table. */
static int read_table(setfl *file, double *values, size_t count, const char *what, ff_error *err)
{
    int status = FF_OK;
    for (size_t found = 0; found < count;) {
        size_t at = 0;
        word w;
        if (!file->line)
            return fail_at(file, err,
                           ff_fail(err, FF_E_FORMAT,
                                   "the file ends after %zu of the %zu numbers of %s", found, count,
                                   what));
        while (next_word(file, &at, &w)) {
            if (found == count)
                return fail_at(file, err,
                               ff_fail(err, FF_E_FORMAT,
                                       "more than the %zu numbers of %s that the header promises",
                                       count, what));
            if (ff_double_parse(w.text, w.length, &values[found++]) != FF_OK)
                return fail_at(file, err,
                               ff_fail(err, FF_E_FORMAT, "'%.*s', expected number %zu of %zu of %s",
                                       (int)(w.length < 40 ? w.length : 40), w.text, found, count,
                                       what));
        }
        if ((status = next_line(file, err)) != FF_OK)
            return status;
    }
    return status;
}

/* The tables of element e. *per_centre: whether densities depend on the centre's species (fs),
 * found out with the first element. */
static int read_element(setfl *file, ff_eam_tables *tables, size_t e, bool *per_centre,
                        ff_error *err)
{
    size_t n = tables->elements, distances = tables->distances;
    word words[4];
    int status =
        split_line(file, words, 4, "atomic number, mass, lattice constant and lattice", err);
    if (status == FF_OK)
        status = next_line(file, err);
    if (status == FF_OK)
        status = read_table(file, tables->embedding + e * tables->densities, tables->densities,
                            "an embedding function", err);
    double *density = tables->density + e * n * distances;
    if (status == FF_OK)
        status = read_table(file, density, distances, "a density function", err);
    if (e == 0 && status == FF_OK)
        *per_centre = n > 1 && !holds_words(file);
    for (size_t centre = 1; centre < n && status == FF_OK; centre++) {
        if (*per_centre)
            status = read_table(file, density + centre * distances, distances, "a density function",
                                err);
        else
            memcpy(density + centre * distances, density, distances * sizeof *density);
    }
    return status;
}

static int read_file(setfl *file, ff_eam_tables *tables, ff_error *err)
{
    bool per_centre = false;
    int status = FF_OK;
    for (int k = 0; k < 4 && status == FF_OK; k++) /* three comments, then the elements */
        status = next_line(file, err);
    if (status != FF_OK || (status = read_elements(file, tables, err)) != FF_OK ||
        (status = next_line(file, err)) != FF_OK ||
        (status = read_sizes(file, tables, err)) != FF_OK ||
        (status = next_line(file, err)) != FF_OK ||
        (status = ff_eam_tables_allocate(tables, err)) != FF_OK)
        return status;
    for (size_t e = 0; e < tables->elements && status == FF_OK; e++)
        status = read_element(file, tables, e, &per_centre, err);
    size_t pairs = tables->elements * (tables->elements + 1) / 2;
    for (size_t p = 0; p < pairs && status == FF_OK; p++)
        status = read_table(file, tables->pair + p * tables->distances, tables->distances,
                            "a pair function", err);
    while (status == FF_OK && file->line) {
        size_t at = 0;
        word w;
        if (next_word(file, &at, &w))
            return fail_at(file, err,
                           ff_fail(err, FF_E_FORMAT,
                                   "the file goes on after the last of the %zu "
                                   "pair functions that the header promises",
                                   pairs));
        status = next_line(file, err);
    }
    return status;
}

int ff_setfl_read(ff_eam_tables *tables, const char *path, ff_error *err)
{
    setfl file = {0};
    ff_eam_tables_init(tables);
    int status = ff_text_reader_open(&file.reader, path, err);
    if (status == FF_OK)
        status = read_file(&file, tables, err);
    ff_text_reader_close(file.reader);
    if (status != FF_OK) {
        ff_error_in_file(err, path);
        ff_eam_tables_clear(tables);
    }
    return status;
}
