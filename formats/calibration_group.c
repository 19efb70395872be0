#include "formats/calibration_group.h"

#include "formats/struct_table.h"

#include <stdlib.h>

#define ROW(name, type, units, description)                                                        \
    {                                                                                              \
#name, type, offsetof(ff_calibration_row, name), units, description                        \
    }
#define PREDICTION(name, type, units, description)                                                 \
    {                                                                                              \
#name, type, offsetof(ff_prediction, name), units, description                             \
    }

static const char units[] = "eV/atom, eV/angstrom, eV/atom";

static const ff_field row_fields[] = {
    ROW(group, FF_FIELD_TEXT, "", "group, or all for the whole"),
    ROW(kind, FF_FIELD_UINT8, "", "0 energy, 1 force, 2 virial"),
    ROW(count, FF_FIELD_SIZE, "", "numbers compared"),
    ROW(rmse, FF_FIELD_DOUBLE, units, "root mean square error found"),
    ROW(deviation, FF_FIELD_DOUBLE, units,
        "root mean square of the standard deviations predicted from the coefficients"),
    ROW(noise, FF_FIELD_DOUBLE, units, "root mean square of the noise levels of the fit"),
    ROW(expected, FF_FIELD_DOUBLE, units, "root mean square error predicted, of both together"),
    ROW(within_1, FF_FIELD_DOUBLE, "", "share of errors within the expected one"),
    ROW(within_2, FF_FIELD_DOUBLE, "", "share of errors within twice the expected one"),
    ROW(width, FF_FIELD_DOUBLE, units, "mean half width of the bounds; NaN: without"),
    ROW(bounded, FF_FIELD_DOUBLE, "", "share of labels within the bounds; NaN: without"),
};
static const ff_field prediction_fields[] = {
    PREDICTION(frame, FF_FIELD_UINT32, "", "frame, from 0 over all inputs"),
    PREDICTION(kind, FF_FIELD_UINT8, "", "0 energy, 1 force, 2 virial"),
    PREDICTION(atom, FF_FIELD_UINT32, "", "atom of a force, from 0; else 0"),
    PREDICTION(axis, FF_FIELD_UINT8, "", "x y z, or xx yy zz yz xz xy"),
    PREDICTION(label, FF_FIELD_DOUBLE, units, "label"),
    PREDICTION(error, FF_FIELD_DOUBLE, units, "predicted minus label"),
    PREDICTION(deviation, FF_FIELD_DOUBLE, units,
               "standard deviation predicted from the coefficients"),
    PREDICTION(noise, FF_FIELD_DOUBLE, units, "noise level of the fit; NaN: unknown"),
    PREDICTION(lower, FF_FIELD_DOUBLE, units,
               "least that label minus predicted may be, by POPS; NaN: without"),
    PREDICTION(upper, FF_FIELD_DOUBLE, units, "most; NaN: without"),
};
static const ff_struct_form row_form = {sizeof(ff_calibration_row),
                                        sizeof row_fields / sizeof *row_fields, row_fields};
static const ff_struct_form prediction_form = {
    sizeof(ff_prediction), sizeof prediction_fields / sizeof *prediction_fields, prediction_fields};

int ff_calibration_write(ff_container *container, const ff_calibration *calibration, ff_error *err)
{
    hid_t root = ff_container_root(container), group = -1;
    int status =
        ff_structs_write(root, "calibration", &row_form, calibration->rows, calibration->row, err);
    if (status == FF_OK)
        status = ff_group_open(&group, root, "calibration", err);
    if (status == FF_OK)
        status = ff_attribute_write_integer(group, "skipped", (int64_t)calibration->skipped, err);
    ff_group_close(group);
    if (status == FF_OK && calibration->predictions)
        status = ff_structs_write(root, "predictions", &prediction_form, calibration->predictions,
                                  calibration->prediction, err);
    return status;
}

static int read_skipped(hid_t root, size_t *skipped, ff_error *err)
{
    hid_t group = -1;
    int64_t number = 0;
    int status = ff_group_open(&group, root, "calibration", err);
    if (status == FF_OK)
        status = ff_attribute_read_integer(group, "skipped", &number, err);
    if (status == FF_OK && number < 0)
        status = ff_fail(err, FF_E_RANGE, "has %lld frames skipped", (long long)number);
    *skipped = (size_t)number;
    ff_group_close(group);
    return status;
}

static int check_kinds(const ff_calibration *calibration, ff_error *err)
{
    bool known = true;
    for (size_t i = 0; i < calibration->rows; i++)
        known &= calibration->row[i].kind < FF_KIND_FORCE_CONSTANT;
    for (size_t i = 0; calibration->prediction && i < calibration->predictions; i++)
        known &= calibration->prediction[i].kind < FF_KIND_FORCE_CONSTANT;
    return known ? FF_OK
                 : ff_fail(err, FF_E_FORMAT, "has predictions of a kind that does not exist");
}

int ff_calibration_read(ff_calibration *calibration, ff_container *container, ff_error *err)
{
    hid_t root = ff_container_root(container);
    void *rows = NULL, *predictions = NULL;
    ff_calibration_init(calibration);
    if (!ff_link_exists(root, "calibration"))
        return FF_OK;
    int status = ff_structs_read(root, "calibration", &row_form, &calibration->rows, &rows, err);
    calibration->row = rows;
    if (status == FF_OK)
        status = read_skipped(root, &calibration->skipped, err);
    if (status == FF_OK && ff_link_exists(root, "predictions"))
        status = ff_structs_read(root, "predictions", &prediction_form, &calibration->predictions,
                                 &predictions, err);
    calibration->prediction = predictions;
    if (status == FF_OK)
        status = check_kinds(calibration, err);
    if (status != FF_OK) {
        ff_error_in_file(err, ff_container_name(container));
        ff_calibration_clear(calibration);
    }
    return status;
}
