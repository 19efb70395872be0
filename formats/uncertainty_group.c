#include "formats/uncertainty_group.h"

#include "lib/base/memory.h"
#include "lib/regression/reduction.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void ff_model_uncertainty_init(ff_model_uncertainty *uncertainty)
{
    *uncertainty = (ff_model_uncertainty){0};
    ff_pops_init(&uncertainty->pops);
}

void ff_model_uncertainty_clear(ff_model_uncertainty *uncertainty)
{
    ff_triangle_clear(&uncertainty->covariance);
    free(uncertainty->member);
    ff_pops_clear(&uncertainty->pops);
    ff_model_uncertainty_init(uncertainty);
}

/* The triangle is stored without its zeros, row by row from the diagonal on. */

static int write_covariance(hid_t group, const ff_triangle *covariance, ff_error *err)
{
    const size_t order = covariance->order, size = ff_packed_size(order, order);
    double *packed = ff_new_array(size, sizeof *packed, err);
    if (!packed)
        return FF_E_NOMEM;
    ff_triangle_pack(packed, order, covariance);
    int status = ff_array_write(group, "covariance", FF_ELEMENT_DOUBLE, 1, &size, packed, "eV",
                                "F, where F F^T is the covariance of the coefficients: rows of an "
                                "upper triangle, from the diagonal on",
                                err);
    free(packed);
    return status;
}

static int read_covariance(hid_t group, size_t order, ff_triangle *covariance, ff_error *err)
{
    void *packed = NULL;
    size_t size = ff_packed_size(order, order);
    int status = ff_array_read(group, "covariance", FF_ELEMENT_DOUBLE, 1, &size, &packed, err);
    if (status == FF_OK)
        status = ff_triangle_init(covariance, order, err);
    if (status == FF_OK)
        ff_triangle_unpack(covariance, order, packed, 1);
    free(packed);
    return status;
}

/* Pointwise optimal parameter sets. */

enum { INTERVALS = 3 };
static const struct {
    const char *name, *description;
} intervals[INTERVALS] = {{"pops_lower", "smallest correction along each direction"},
                          {"pops_upper", "largest correction along each direction"},
                          {"pops_spread", "root mean square correction along each direction"}};

static double **interval_of(ff_pops *pops, int which)
{
    double **const all[INTERVALS] = {&pops->lower, &pops->upper, &pops->spread};
    return all[which];
}

static int write_pops(hid_t group, const ff_pops *pops, ff_error *err)
{
    const size_t shape[2] = {pops->rank, pops->columns};
    ff_pops copy = *pops;
    int status = ff_attribute_write_integer(group, "pops_rows", (int64_t)pops->rows, err);
    if (status == FF_OK)
        status =
            ff_array_write(group, "pops_direction", FF_ELEMENT_DOUBLE, 2, shape, pops->direction,
                           "", "unit vectors of coefficients, by falling spread", err);
    for (int i = 0; i < INTERVALS && status == FF_OK; i++)
        status = ff_array_write(group, intervals[i].name, FF_ELEMENT_DOUBLE, 1, shape,
                                *interval_of(&copy, i), "eV", intervals[i].description, err);
    return status;
}

static int read_pops(hid_t group, size_t columns, ff_pops *pops, ff_error *err)
{
    size_t shape[2] = {SIZE_MAX, columns};
    int64_t rows = 0;
    void *data = NULL;
    pops->columns = columns;
    int status = ff_attribute_read_integer(group, "pops_rows", &rows, err);
    if (status == FF_OK && rows < 0)
        status =
            ff_fail(err, FF_E_RANGE, "has %lld rows of pointwise optimal sets", (long long)rows);
    if (status == FF_OK)
        status = ff_array_read(group, "pops_direction", FF_ELEMENT_DOUBLE, 2, shape, &data, err);
    pops->rows = (size_t)rows;
    pops->direction = data;
    pops->rank = status == FF_OK ? shape[0] : 0;
    for (int i = 0; i < INTERVALS && status == FF_OK; i++) {
        void *values = NULL;
        status = ff_array_read(group, intervals[i].name, FF_ELEMENT_DOUBLE, 1, shape, &values, err);
        *interval_of(pops, i) = values;
    }
    for (size_t k = 0; k < pops->rank && status == FF_OK; k++)
        if (!(pops->lower[k] <= 0 && pops->upper[k] >= 0 && pops->spread[k] >= 0))
            status = ff_fail(err, FF_E_RANGE, "has an interval from %g to %g of corrections",
                             pops->lower[k], pops->upper[k]);
    return status;
}

/* The group. */

int ff_model_uncertainty_write(ff_container *container, const ff_model_uncertainty *uncertainty,
                               ff_error *err)
{
    hid_t group = -1;
    const size_t shape[2] = {uncertainty->members, uncertainty->columns};
    if (!uncertainty->covariance.r && !uncertainty->members && !uncertainty->pops.rank)
        return FF_OK;
    int status = ff_group_create(&group, ff_container_root(container), "uncertainty", err);
    if (status == FF_OK && uncertainty->covariance.r)
        status = write_covariance(group, &uncertainty->covariance, err);
    if (status == FF_OK && uncertainty->members)
        status =
            ff_array_write(group, "committee", FF_ELEMENT_DOUBLE, 2, shape, uncertainty->member,
                           "eV", "coefficients of each member, drawn from the posterior", err);
    if (status == FF_OK && uncertainty->pops.rank)
        status = write_pops(group, &uncertainty->pops, err);
    ff_group_close(group);
    return status;
}

static int check_finite(const double *values, size_t count, ff_error *err)
{
    for (size_t i = 0; values && i < count; i++)
        if (!isfinite(values[i]))
            return ff_fail(err, FF_E_RANGE, "the uncertainty holds numbers that are not finite");
    return FF_OK;
}

static int check_numbers(const ff_model_uncertainty *u, ff_error *err)
{
    int status = check_finite(u->covariance.r, u->columns * u->columns, err);
    if (status == FF_OK)
        status = check_finite(u->member, u->members * u->columns, err);
    if (status == FF_OK)
        status = check_finite(u->pops.direction, u->pops.rank * u->columns, err);
    if (status == FF_OK)
        status = check_finite(u->pops.lower, u->pops.rank, err);
    if (status == FF_OK)
        status = check_finite(u->pops.upper, u->pops.rank, err);
    return status;
}

int ff_model_uncertainty_read(ff_model_uncertainty *uncertainty, ff_container *container,
                              size_t columns, ff_error *err)
{
    hid_t group = -1, root = ff_container_root(container);
    size_t shape[2] = {SIZE_MAX, columns};
    void *member = NULL;
    ff_model_uncertainty_init(uncertainty);
    uncertainty->columns = columns;
    if (!ff_link_exists(root, "uncertainty"))
        return FF_OK;
    int status = ff_group_open(&group, root, "uncertainty", err);
    if (status == FF_OK && ff_link_exists(group, "covariance"))
        status = read_covariance(group, columns, &uncertainty->covariance, err);
    if (status == FF_OK && ff_link_exists(group, "committee")) {
        status = ff_array_read(group, "committee", FF_ELEMENT_DOUBLE, 2, shape, &member, err);
        uncertainty->members = status == FF_OK ? shape[0] : 0;
        uncertainty->member = member;
    }
    if (status == FF_OK && ff_link_exists(group, "pops_direction"))
        status = read_pops(group, columns, &uncertainty->pops, err);
    if (status == FF_OK)
        status = check_numbers(uncertainty, err);
    ff_group_close(group);
    if (status != FF_OK) {
        ff_error_in_file(err, ff_container_name(container));
        ff_model_uncertainty_clear(uncertainty);
    }
    return status;
}
