#include "formats/model_file.h"

#include "formats/error_rows.h"
#include "formats/features_file.h"
#include "formats/species_energies.h"
#include "lib/base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The report's rows as error rows, the weight in the place of the spread. */
static int write_fit(hid_t root, const ff_fit_report *fit, ff_error *err)
{
    hid_t group = -1;
    ff_error_row *rows = ff_new_array(fit->rows, sizeof *rows, err);
    int status = rows ? ff_group_create(&group, root, "fit", err) : FF_E_NOMEM;
    for (size_t i = 0; i < fit->rows && status == FF_OK; i++) {
        const ff_fit_row *row = &fit->row[i];
        rows[i] = (ff_error_row){.kind = row->kind,
                                 .count = row->count,
                                 .rmse = row->rmse,
                                 .mae = row->mae,
                                 .max = row->max,
                                 .spread = row->weight};
        memcpy(rows[i].group, row->group, sizeof rows[i].group);
    }
    if (status == FF_OK)
        status = ff_attribute_write_integer(group, "observations", (int64_t)fit->observations, err);
    if (status == FF_OK)
        status = ff_attribute_write_integer(group, "parameters", (int64_t)fit->parameters, err);
    if (status == FF_OK)
        status = ff_attribute_write_number(group, "ridge", fit->ridge, err);
    if (status == FF_OK)
        status = ff_attribute_write_number(group, "condition", fit->condition, err);
    if (status == FF_OK)
        status = ff_error_rows_write(group, "errors", fit->rows, rows, "weight", true,
                                     "weight of the rows of the kind in the group", err);
    ff_group_close(group);
    free(rows);
    return status;
}

int ff_model_write(ff_container *container, const ff_ace_model *model, const ff_fit_report *fit,
                   ff_error *err)
{
    hid_t root = ff_container_root(container);
    int status = ff_basis_write(root, &model->basis, err);
    if (status == FF_OK)
        status =
            ff_array_write(root, "coefficients", FF_ELEMENT_DOUBLE, 1, &model->count,
                           model->coefficients, "eV", "coefficient of each basis function", err);
    if (status == FF_OK)
        status = ff_species_energies_write(root, "one_body", model->basis.species,
                                           model->basis.species_count, model->one_body,
                                           "one-body energy per atom", err);
    if (status == FF_OK && fit)
        status = write_fit(root, fit, err);
    return status;
}

static int read_fit_rows(hid_t group, ff_fit_report *fit, ff_error *err)
{
    ff_error_row *rows = NULL;
    size_t count = 0;
    int status = ff_error_rows_read(group, "errors", "weight", &count, &rows, err);
    if (status == FF_OK && !(fit->row = ff_new_array(count, sizeof *fit->row, err)))
        status = FF_E_NOMEM;
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        fit->row[i] = (ff_fit_row){.kind = rows[i].kind,
                                   .count = rows[i].count,
                                   .weight = rows[i].spread,
                                   .rmse = rows[i].rmse,
                                   .mae = rows[i].mae,
                                   .max = rows[i].max};
        memcpy(fit->row[i].group, rows[i].group, sizeof fit->row[i].group);
    }
    if (status == FF_OK)
        fit->rows = count;
    free(rows);
    return status;
}

static int read_fit(hid_t root, ff_fit_report *fit, ff_error *err)
{
    hid_t group = -1;
    int64_t observations = 0, parameters = 0;
    int status = ff_group_open(&group, root, "fit", err);
    if (status == FF_OK)
        status = ff_attribute_read_integer(group, "observations", &observations, err);
    if (status == FF_OK)
        status = ff_attribute_read_integer(group, "parameters", &parameters, err);
    if (status == FF_OK)
        status = ff_attribute_read_number(group, "ridge", &fit->ridge, err);
    if (status == FF_OK)
        status = ff_attribute_read_number(group, "condition", &fit->condition, err);
    if (status == FF_OK && (observations < 0 || parameters < 0))
        status = ff_fail(err, FF_E_RANGE, "has a fit of %lld parameters to %lld observations",
                         (long long)parameters, (long long)observations);
    if (status == FF_OK)
        status = read_fit_rows(group, fit, err);
    fit->observations = (size_t)observations;
    fit->parameters = (size_t)parameters;
    ff_group_close(group);
    return status;
}

static int read_coefficients(hid_t root, ff_ace_model *model, ff_error *err)
{
    void *data = NULL;
    model->count = SIZE_MAX;
    int status =
        ff_array_read(root, "coefficients", FF_ELEMENT_DOUBLE, 1, &model->count, &data, err);
    model->coefficients = data;
    if (status != FF_OK)
        model->count = 0;
    for (size_t i = 0; i < model->count && status == FF_OK; i++)
        if (!isfinite(model->coefficients[i]))
            status = ff_fail(err, FF_E_RANGE, "coefficient %zu is not finite", i + 1);
    return status;
}

int ff_model_read(ff_ace_model *model, ff_fit_report *fit, ff_container *container, ff_error *err)
{
    hid_t root = ff_container_root(container);
    ff_ace_model_init(model);
    if (fit)
        ff_fit_report_init(fit);
    int status = ff_basis_read(root, &model->basis, err);
    if (status == FF_OK)
        status = read_coefficients(root, model, err);
    if (status == FF_OK)
        status = ff_species_energies_read(root, "one_body", model->one_body, NULL, err);
    if (status == FF_OK && fit && ff_link_exists(root, "fit"))
        status = read_fit(root, fit, err);
    if (status != FF_OK) {
        ff_error_in_file(err, ff_container_name(container));
        ff_ace_model_clear(model);
        if (fit)
            ff_fit_report_clear(fit);
    }
    return status;
}
