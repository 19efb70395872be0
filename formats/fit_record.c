#include "formats/fit_record.h"

#include "formats/struct_table.h"

#include <stdlib.h>
#include <string.h>

#define CLASS(name, type, units, description)                                                      \
    {                                                                                              \
#name, type, offsetof(ff_fit_class, name), units, description                              \
    }
#define HELD_OUT(name, type, units, description)                                                   \
    {                                                                                              \
#name, type, offsetof(ff_held_out_row, name), units, description                           \
    }
#define LEVERAGE(name, kind)                                                                       \
    {                                                                                              \
        name, FF_FIELD_DOUBLE, offsetof(ff_leverage_row, leverage) + (kind) * sizeof(double), "",  \
            "sum of the leverages of the frame's " name " rows"                                    \
    }

static const char kind_names[] = "0 energy, 1 force, 2 virial, 3 force constant";
static const char error_units[] = "eV/atom, eV/angstrom, eV/atom, eV/angstrom^2";

static const ff_field class_fields[] = {
    CLASS(group, FF_FIELD_TEXT, "", "group; all or others: groups of one weight together"),
    CLASS(kind, FF_FIELD_UINT8, "", kind_names),
    CLASS(fold, FF_FIELD_UINT32, "", "part of a cross-validation, from 0"),
    CLASS(count, FF_FIELD_SIZE, "", "rows"),
    CLASS(weight, FF_FIELD_DOUBLE, "", "weight given; 0: not fitted"),
    CLASS(noise, FF_FIELD_DOUBLE, "scaled by kind",
          "standard deviation of the scaled rows; NaN: unknown"),
    CLASS(chi2, FF_FIELD_DOUBLE, "", "sum of squares of scaled error over noise; NaN: unknown"),
    CLASS(rmse, FF_FIELD_DOUBLE, error_units, "root mean square error"),
};
static const ff_field held_out_fields[] = {
    HELD_OUT(part, FF_FIELD_TEXT, "", "what was left out; all: the sum"),
    HELD_OUT(kind, FF_FIELD_UINT8, "", kind_names),
    HELD_OUT(fitted, FF_FIELD_SIZE, "", "rows fitted, of all kinds"),
    HELD_OUT(count, FF_FIELD_SIZE, "", "rows predicted"),
    HELD_OUT(rmse, FF_FIELD_DOUBLE, error_units, "root mean square error on them"),
    HELD_OUT(noise, FF_FIELD_DOUBLE, "scaled by kind", "noise level of the fit; NaN: of a sum"),
    HELD_OUT(log_density, FF_FIELD_DOUBLE, "",
             "sum of ln of the predictive density of the rows; NaN: unknown"),
};
static const ff_field leverage_fields[] = {
    {"group", FF_FIELD_TEXT, offsetof(ff_leverage_row, group), "", "group of the frame"},
    LEVERAGE("energy", FF_KIND_ENERGY),
    LEVERAGE("force", FF_KIND_FORCE),
    LEVERAGE("virial", FF_KIND_VIRIAL),
    LEVERAGE("force_constant", FF_KIND_FORCE_CONSTANT),
};

/* Parts that may be there or not, by the name of their group. */
enum part { CLASSES, CROSS_VALIDATION, LEARNING_CURVE, LEVERAGES, PARTS };
static const struct {
    const char *name;
    ff_struct_form form;
} parts[PARTS] = {
    [CLASSES] = {"classes",
                 {sizeof(ff_fit_class), sizeof class_fields / sizeof *class_fields, class_fields}},
    [CROSS_VALIDATION] = {"cross_validation",
                          {sizeof(ff_held_out_row),
                           sizeof held_out_fields / sizeof *held_out_fields, held_out_fields}},
    [LEARNING_CURVE] = {"learning_curve",
                        {sizeof(ff_held_out_row), sizeof held_out_fields / sizeof *held_out_fields,
                         held_out_fields}},
    [LEVERAGES] = {"leverage",
                   {sizeof(ff_leverage_row), sizeof leverage_fields / sizeof *leverage_fields,
                    leverage_fields}},
};

/* Numbers kept as attributes. */
enum { NUMBERS = 7 };
static const struct {
    const char *name;
    size_t offset;
} numbers[NUMBERS] = {{"smoothness", offsetof(ff_fit_record, smoothness)},
                      {"effective", offsetof(ff_fit_record, effective)},
                      {"log_evidence", offsetof(ff_fit_record, log_evidence)},
                      {"evidence_gradient", offsetof(ff_fit_record, evidence_gradient)},
                      {"prior_strength", offsetof(ff_fit_record, prior_strength)},
                      {"singular_max", offsetof(ff_fit_record, singular_max)},
                      {"singular_min", offsetof(ff_fit_record, singular_min)}};

/* Numbers by kind, kept as arrays. */
enum { LISTS = 5 };
static const struct {
    const char *name;
    size_t offset;
    const char *units, *description;
} lists[LISTS] = {
    {"kind_weight", offsetof(ff_fit_record, weight), "",
     "weight of each kind in groups without weights of their own"},
    {"noise", offsetof(ff_fit_record, noise_level), "scaled by kind",
     "standard deviation assumed of scaled rows of each kind at weight 1; NaN: unknown"},
    {"error_level", offsetof(ff_fit_record, error_level), "scaled by kind",
     "that found: root of weighted squared errors over rows less effective parameters; NaN: "
     "unknown"},
    {"evidence_noise", offsetof(ff_fit_record, evidence_noise), "scaled by kind",
     "noise level of highest evidence behind automatic weights; NaN: weights were given"},
    {"kind_effective", offsetof(ff_fit_record, kind_effective), "",
     "parameters determined by the rows of each kind; NaN: unknown"},
};

void ff_fit_record_init(ff_fit_record *record)
{
    *record = (ff_fit_record){0};
}

void ff_fit_record_clear(ff_fit_record *record)
{
    ff_texts_free(record->exact_count, record->exact);
    free(record->classes);
    free(record->held_out);
    free(record->curve);
    free(record->leverage);
    ff_fit_record_init(record);
}

static size_t *count_of(ff_fit_record *record, enum part part)
{
    size_t *const counts[PARTS] = {&record->class_count, &record->held_out_count,
                                   &record->curve_count, &record->leverage_count};
    return counts[part];
}

static void set_rows(ff_fit_record *record, enum part part, void *rows)
{
    if (part == CLASSES)
        record->classes = rows;
    else if (part == CROSS_VALIDATION)
        record->held_out = rows;
    else if (part == LEARNING_CURVE)
        record->curve = rows;
    else
        record->leverage = rows;
}

/* Writing. */

static int write_words(hid_t group, const ff_fit_record *record, ff_error *err)
{
    int status = ff_attribute_write_text(group, "method", record->method, err);
    if (status == FF_OK)
        status = ff_attribute_write_text(group, "noise_model", record->noise, err);
    if (status == FF_OK)
        status = ff_attribute_write_text(group, "weights", record->weights, err);
    if (status == FF_OK)
        status = ff_attribute_write_text(group, "prior", record->prior, err);
    if (status == FF_OK)
        status =
            ff_texts_write(group, "exact", record->exact_count, (const char *const *)record->exact,
                           "GROUP:KINDS, observations reproduced exactly", err);
    return status;
}

static int write_numbers(hid_t group, const ff_fit_record *record, ff_error *err)
{
    const size_t kinds = FF_KINDS;
    const char *base = (const char *)record;
    int status = ff_attribute_write_integer(group, "rank", (int64_t)record->rank, err);
    if (status == FF_OK)
        status = ff_attribute_write_integer(group, "steps", (int64_t)record->steps, err);
    if (status == FF_OK)
        status =
            ff_attribute_write_integer(group, "weight_folds", (int64_t)record->weight_folds, err);
    if (status == FF_OK)
        status =
            ff_attribute_write_integer(group, "weight_fits", (int64_t)record->weight_fits, err);
    for (int i = 0; i < NUMBERS && status == FF_OK; i++)
        status = ff_attribute_write_number(
            group, numbers[i].name, *(const double *)(const void *)(base + numbers[i].offset), err);
    for (int i = 0; i < LISTS && status == FF_OK; i++)
        status = ff_array_write(group, lists[i].name, FF_ELEMENT_DOUBLE, 1, &kinds,
                                base + lists[i].offset, lists[i].units, lists[i].description, err);
    return status;
}

int ff_fit_record_write(ff_container *container, const ff_fit_record *record, ff_error *err)
{
    hid_t group = -1;
    ff_fit_record copy = *record;
    const void *rows[PARTS] = {record->classes, record->held_out, record->curve, record->leverage};
    int status = ff_group_open(&group, ff_container_root(container), "fit", err);
    if (status == FF_OK)
        status = write_words(group, record, err);
    if (status == FF_OK)
        status = write_numbers(group, record, err);
    for (int i = 0; i < PARTS && status == FF_OK; i++)
        if (*count_of(&copy, (enum part)i))
            status = ff_structs_write(group, parts[i].name, &parts[i].form,
                                      *count_of(&copy, (enum part)i), rows[i], err);
    ff_group_close(group);
    return status;
}

/* Reading. */

static int read_words(hid_t group, ff_fit_record *record, ff_error *err)
{
    int status =
        ff_attribute_read_text_into(group, "method", record->method, sizeof record->method, err);
    if (status == FF_OK && !record->method[0])
        status = ff_fail(err, FF_E_FORMAT, "has a fit without a method");
    if (status == FF_OK)
        status = ff_attribute_read_text_into(group, "noise_model", record->noise,
                                             sizeof record->noise, err);
    if (status == FF_OK)
        status = ff_attribute_read_text_into(group, "weights", record->weights,
                                             sizeof record->weights, err);
    if (status == FF_OK)
        status =
            ff_attribute_read_text_into(group, "prior", record->prior, sizeof record->prior, err);
    if (status == FF_OK)
        status = ff_texts_read(group, "exact", &record->exact_count, &record->exact, err);
    return status;
}

static int read_numbers(hid_t group, ff_fit_record *record, ff_error *err)
{
    char *base = (char *)record;
    const struct {
        const char *name;
        size_t *value;
    } sizes[] = {{"rank", &record->rank},
                 {"steps", &record->steps},
                 {"weight_folds", &record->weight_folds},
                 {"weight_fits", &record->weight_fits}};
    int status = FF_OK;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes && status == FF_OK; i++) {
        int64_t number = 0;
        status = ff_attribute_read_integer(group, sizes[i].name, &number, err);
        if (status == FF_OK && number < 0)
            status = ff_fail(err, FF_E_RANGE, "has a fit whose %s is %lld", sizes[i].name,
                             (long long)number);
        *sizes[i].value = (size_t)number;
    }
    for (int i = 0; i < NUMBERS && status == FF_OK; i++)
        status = ff_attribute_read_number(group, numbers[i].name,
                                          (double *)(void *)(base + numbers[i].offset), err);
    for (int i = 0; i < LISTS && status == FF_OK; i++) {
        size_t kinds = FF_KINDS;
        void *values = NULL;
        status = ff_array_read(group, lists[i].name, FF_ELEMENT_DOUBLE, 1, &kinds, &values, err);
        if (status == FF_OK)
            memcpy(base + lists[i].offset, values, FF_KINDS * sizeof(double));
        free(values);
    }
    return status;
}

static int check_kinds(const ff_fit_record *record, ff_error *err)
{
    bool known = true;
    for (size_t i = 0; i < record->class_count; i++)
        known &= record->classes[i].kind < FF_KINDS;
    for (size_t i = 0; i < record->held_out_count; i++)
        known &= record->held_out[i].kind < FF_KINDS;
    for (size_t i = 0; i < record->curve_count; i++)
        known &= record->curve[i].kind < FF_KINDS;
    return known ? FF_OK : ff_fail(err, FF_E_FORMAT, "has rows of a kind that does not exist");
}

int ff_fit_record_read(ff_fit_record *record, ff_container *container, ff_error *err)
{
    hid_t group = -1, root = ff_container_root(container);
    ff_fit_record_init(record);
    if (!ff_link_exists(root, "fit"))
        return FF_OK;
    int status = ff_group_open(&group, root, "fit", err);
    if (status == FF_OK && !ff_attribute_exists(group, "method")) {
        ff_group_close(group);
        return FF_OK;
    }
    if (status == FF_OK)
        status = read_words(group, record, err);
    if (status == FF_OK)
        status = read_numbers(group, record, err);
    for (int i = 0; i < PARTS && status == FF_OK; i++) {
        void *rows = NULL;
        if (!ff_link_exists(group, parts[i].name))
            continue;
        status = ff_structs_read(group, parts[i].name, &parts[i].form,
                                 count_of(record, (enum part)i), &rows, err);
        set_rows(record, (enum part)i, rows);
    }
    if (status == FF_OK)
        status = check_kinds(record, err);
    ff_group_close(group);
    if (status != FF_OK) {
        ff_error_in_file(err, ff_container_name(container));
        ff_fit_record_clear(record);
    }
    return status;
}
