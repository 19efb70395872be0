#include "formats/defect_uncertainty_group.h"

#include <math.h>
#include <stdlib.h>

enum { ARRAYS = 3 };
static const struct {
    const char *name, *units, *description;
} arrays[ARRAYS] = {
    {"energy", "eV", "what each member adds to the formation energy, to leading order"},
    {"geometry", "angstrom", "l2 norm over bonds of each member's change of the displacements"},
    {"displacement", "angstrom",
     "root mean square over members of the change of each atom's displacement"},
};

static double **array_of(ff_defect_uncertainty *uncertainty, int which)
{
    double **const all[ARRAYS] = {&uncertainty->energy, &uncertainty->geometry,
                                  &uncertainty->displacement};
    return all[which];
}

static size_t *size_of(ff_defect_uncertainty *uncertainty, int which)
{
    return which == ARRAYS - 1 ? &uncertainty->atoms : &uncertainty->members;
}

int ff_defect_uncertainty_write(ff_container *container, const ff_defect_uncertainty *uncertainty,
                                const char *ensemble, ff_error *err)
{
    hid_t group = -1;
    ff_defect_uncertainty copy = *uncertainty;
    int status = ff_group_create(&group, ff_container_root(container), "uncertainty", err);
    if (status == FF_OK)
        status = ff_attribute_write_text(group, "ensemble", ensemble, err);
    if (status == FF_OK)
        status = ff_attribute_write_number(group, "energy_deviation_eV",
                                           uncertainty->energy_deviation, err);
    if (status == FF_OK)
        status = ff_attribute_write_number(group, "geometry_deviation_A",
                                           uncertainty->geometry_deviation, err);
    if (status == FF_OK)
        status = ff_attribute_write_integer(group, "products", (int64_t)uncertainty->products, err);
    for (int i = 0; i < ARRAYS && status == FF_OK; i++)
        status = ff_array_write(group, arrays[i].name, FF_ELEMENT_DOUBLE, 1, size_of(&copy, i),
                                *array_of(&copy, i), arrays[i].units, arrays[i].description, err);
    ff_group_close(group);
    return status;
}

static int read_numbers(hid_t group, ff_defect_uncertainty *uncertainty, char ensemble[16],
                        ff_error *err)
{
    int64_t products = 0;
    int status = ff_attribute_read_text_into(group, "ensemble", ensemble, 16, err);
    if (status == FF_OK)
        status = ff_attribute_read_number(group, "energy_deviation_eV",
                                          &uncertainty->energy_deviation, err);
    if (status == FF_OK)
        status = ff_attribute_read_number(group, "geometry_deviation_A",
                                          &uncertainty->geometry_deviation, err);
    if (status == FF_OK)
        status = ff_attribute_read_integer(group, "products", &products, err);
    if (status == FF_OK && (products < 0 || !isfinite(uncertainty->energy_deviation) ||
                            !isfinite(uncertainty->geometry_deviation)))
        status = ff_fail(
            err, FF_E_RANGE, "has an uncertainty of %g eV and %g A after %lld products",
            uncertainty->energy_deviation, uncertainty->geometry_deviation, (long long)products);
    uncertainty->products = (size_t)products;
    return status;
}

int ff_defect_uncertainty_read(ff_defect_uncertainty *uncertainty, char ensemble[16],
                               ff_container *container, size_t atoms, ff_error *err)
{
    hid_t group = -1, root = ff_container_root(container);
    ff_defect_uncertainty_init(uncertainty);
    ensemble[0] = '\0';
    if (!ff_link_exists(root, "uncertainty"))
        return FF_OK;
    uncertainty->members = SIZE_MAX;
    uncertainty->atoms = atoms;
    int status = ff_group_open(&group, root, "uncertainty", err);
    if (status == FF_OK)
        status = read_numbers(group, uncertainty, ensemble, err);
    for (int i = 0; i < ARRAYS && status == FF_OK; i++) {
        void *values = NULL;
        size_t *size = size_of(uncertainty, i);
        status = ff_array_read(group, arrays[i].name, FF_ELEMENT_DOUBLE, 1, size, &values, err);
        *array_of(uncertainty, i) = values;
        for (size_t k = 0; status == FF_OK && k < *size; k++)
            if (!isfinite((*array_of(uncertainty, i))[k]))
                status = ff_fail(err, FF_E_RANGE,
                                 "'uncertainty/%s' holds a number that is not "
                                 "finite",
                                 arrays[i].name);
    }
    ff_group_close(group);
    if (status != FF_OK) {
        ff_error_in_file(err, ff_container_name(container));
        ff_defect_uncertainty_clear(uncertainty);
    }
    return status;
}
