#include "formats/error_rows.h"

#include "lib/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBERS = 4 };
static const char units[] = "eV/atom, eV/angstrom, eV/atom, eV/angstrom^2";
static const char *const number_names[NUMBERS - 1] = {"rmse", "mae", "max"};
static const char *const number_descriptions[NUMBERS - 1] = {
    "root mean square deviation (energy, force, virial, force constant)", "mean absolute deviation",
    "largest absolute deviation"};

static double *number_of(ff_error_row *row, int number)
{
    double *const numbers[NUMBERS] = {&row->rmse, &row->mae, &row->max, &row->spread};
    return numbers[number];
}

static int write_numbers(hid_t group, size_t count, const ff_error_row *rows,
                         const char *extra_name, bool extra_is_plain, const char *extra_description,
                         ff_error *err)
{
    double *values = ff_new_array(count, sizeof *values, err);
    int status = values ? FF_OK : FF_E_NOMEM;
    for (int i = 0; i < NUMBERS && status == FF_OK; i++) {
        bool extra = i == NUMBERS - 1;
        for (size_t j = 0; j < count; j++) {
            ff_error_row row = rows[j];
            values[j] = *number_of(&row, i);
        }
        status = ff_array_write(group, extra ? extra_name : number_names[i], FF_ELEMENT_DOUBLE, 1,
                                &count, values, extra && extra_is_plain ? "" : units,
                                extra ? extra_description : number_descriptions[i], err);
    }
    free(values);
    return status;
}

int ff_error_rows_write(hid_t location, const char *name, size_t count, const ff_error_row *rows,
                        const char *extra_name, bool extra_is_plain, const char *extra_description,
                        ff_error *err)
{
    hid_t group = -1;
    uint8_t *kind = ff_new_array(count, sizeof *kind, err);
    int64_t *number = ff_new_array(count, sizeof *number, err);
    const char **groups = ff_new_array(count, sizeof *groups, err);
    int status = kind && number && groups ? FF_OK : FF_E_NOMEM;
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        kind[i] = (uint8_t)rows[i].kind;
        number[i] = (int64_t)rows[i].count;
        groups[i] = rows[i].group;
    }
    if (status == FF_OK)
        status = ff_group_create(&group, location, name, err);
    if (status == FF_OK)
        status = ff_texts_write(group, "group", count, groups, "group, or all for the whole", err);
    if (status == FF_OK)
        status = ff_array_write(group, "kind", FF_ELEMENT_UINT8, 1, &count, kind, "",
                                "0 energy, 1 force, 2 virial, 3 force constant", err);
    if (status == FF_OK)
        status = ff_array_write(group, "count", FF_ELEMENT_INT64, 1, &count, number, "",
                                "numbers compared", err);
    if (status == FF_OK)
        status =
            write_numbers(group, count, rows, extra_name, extra_is_plain, extra_description, err);
    ff_group_close(group);
    free(kind);
    free(number);
    free(groups);
    return status;
}

static int fill_rows(ff_error_row *rows, size_t count, char *const *groups, const uint8_t *kind,
                     const int64_t *number, ff_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (kind[i] >= FF_KINDS || number[i] < 0)
            return ff_fail(err, FF_E_FORMAT, "error row %zu is of kind %u with %lld numbers", i + 1,
                           kind[i], (long long)number[i]);
        rows[i].kind = kind[i];
        rows[i].count = (size_t)number[i];
        (void)snprintf(rows[i].group, sizeof rows[i].group, "%s", groups[i]);
    }
    return FF_OK;
}

static int read_numbers(hid_t group, size_t count, ff_error_row *rows, const char *extra_name,
                        ff_error *err)
{
    int status = FF_OK;
    for (int i = 0; i < NUMBERS && status == FF_OK; i++) {
        void *values = NULL;
        status = ff_array_read(group, i == NUMBERS - 1 ? extra_name : number_names[i],
                               FF_ELEMENT_DOUBLE, 1, &count, &values, err);
        for (size_t j = 0; j < count && status == FF_OK; j++)
            *number_of(&rows[j], i) = ((const double *)values)[j];
        free(values);
    }
    return status;
}

int ff_error_rows_read(hid_t location, const char *name, const char *extra_name, size_t *count,
                       ff_error_row **rows, ff_error *err)
{
    hid_t group = -1;
    size_t size = SIZE_MAX;
    char **groups = NULL;
    void *kind = NULL, *number = NULL;
    *rows = NULL;
    *count = 0;
    int status = ff_group_open(&group, location, name, err);
    if (status == FF_OK)
        status = ff_texts_read(group, "group", &size, &groups, err);
    if (status == FF_OK)
        status = ff_array_read(group, "kind", FF_ELEMENT_UINT8, 1, &size, &kind, err);
    if (status == FF_OK)
        status = ff_array_read(group, "count", FF_ELEMENT_INT64, 1, &size, &number, err);
    if (status == FF_OK && !(*rows = ff_new_array(size, sizeof **rows, err)))
        status = FF_E_NOMEM;
    if (status == FF_OK)
        status = fill_rows(*rows, size, groups, kind, number, err);
    if (status == FF_OK)
        status = read_numbers(group, size, *rows, extra_name, err);
    if (status == FF_OK) {
        *count = size;
    } else {
        free(*rows);
        *rows = NULL;
    }
    ff_texts_free(groups ? size : 0, groups);
    free(kind);
    free(number);
    ff_group_close(group);
    return status;
}
