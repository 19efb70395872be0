#include "formats/defect_quantities_group.h"

#include "formats/struct_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Numbers stored as attributes; the unit is part of the name. Unknown ones are NaN. */
typedef struct number_field {
    const char *name;
    size_t offset;
} number_field;

static const number_field numbers[] = {
    {"relaxation_volume_A3", offsetof(ff_defect_quantities, volume)},
    {"decay_from_A", offsetof(ff_defect_quantities, profile.from)},
    {"decay_to_A", offsetof(ff_defect_quantities, profile.to)},
    {"decay_exponent", offsetof(ff_defect_quantities, profile.decay.exponent)},
    {"decay_exponent_low", offsetof(ff_defect_quantities, profile.decay.low)},
    {"decay_exponent_high", offsetof(ff_defect_quantities, profile.decay.high)},
    {"decay_factor_A", offsetof(ff_defect_quantities, profile.decay.factor)},
    {"core_radius_A", offsetof(ff_defect_quantities, core.radius)},
    {"core_spread_A", offsetof(ff_defect_quantities, core.spread)}};
enum { NUMBERS = sizeof numbers / sizeof *numbers };

static const number_field counts[] = {
    {"decay_shells", offsetof(ff_defect_quantities, profile.decay.points)},
    {"point_group_order", offsetof(ff_defect_quantities, symmetry.order)},
    {"crystal_point_group_order", offsetof(ff_defect_quantities, symmetry.crystal)}};
enum { COUNTS = sizeof counts / sizeof *counts };

static const struct {
    const char *name;
    size_t size, offset;
    const char *units, *description;
} vectors[] = {{"dipole", 6, offsetof(ff_defect_quantities, dipole), "eV",
                "elastic dipole tensor, xx yy zz yz xz xy; NaN for a dislocation"},
               {"core_burgers", 3, offsetof(ff_defect_quantities, core.content), "angstrom",
                "integral of the Nye tensor within the core radius; NaN without a dislocation"},
               {"core_position", 2, offsetof(ff_defect_quantities, core.position), "angstrom",
                "x and y of its centre; NaN without a dislocation"}};
enum { VECTORS = sizeof vectors / sizeof *vectors };

static const ff_field shell_fields[] = {
    {"radius", FF_FIELD_DOUBLE, offsetof(ff_strain_shell, radius), "angstrom",
     "mean distance of the shell's sites from the defect"},
    {"sites", FF_FIELD_SIZE, offsetof(ff_strain_shell, sites), "", "sites in the shell"},
    {"largest", FF_FIELD_DOUBLE, offsetof(ff_strain_shell, largest), "angstrom",
     "largest |Du| in the shell"},
    {"rms", FF_FIELD_DOUBLE, offsetof(ff_strain_shell, rms), "angstrom",
     "root mean square of |Du| in the shell"}};
static const ff_struct_form shell_form = {
    .size = sizeof(ff_strain_shell), .fields = 4, .field = shell_fields};

static const ff_field pair_fields[] = {
    {"from_x", FF_FIELD_DOUBLE, offsetof(ff_column_pair, from[0]), "angstrom",
     "place of a column of atoms in the perfect crystal"},
    {"from_y", FF_FIELD_DOUBLE, offsetof(ff_column_pair, from[1]), "angstrom", "likewise"},
    {"to_x", FF_FIELD_DOUBLE, offsetof(ff_column_pair, to[0]), "angstrom",
     "place of a neighbouring column"},
    {"to_y", FF_FIELD_DOUBLE, offsetof(ff_column_pair, to[1]), "angstrom", "likewise"},
    {"difference", FF_FIELD_DOUBLE, offsetof(ff_column_pair, difference), "",
     "displacement of the second along the Burgers vector minus the first's, in Burgers vectors"}};
static const ff_struct_form pair_form = {
    .size = sizeof(ff_column_pair), .fields = 5, .field = pair_fields};

int ff_defect_quantities_write(ff_container *container, const ff_defect_quantities *quantities,
                               ff_error *err)
{
    hid_t group = -1;
    const char *base = (const char *)quantities;
    int status = ff_group_create(&group, ff_container_root(container), "quantities", err);
    if (status == FF_OK)
        status = ff_attribute_write_text(group, "point_group", quantities->symmetry.group, err);
    for (int i = 0; i < COUNTS && status == FF_OK; i++)
        status = ff_attribute_write_integer(
            group, counts[i].name,
            (int64_t) * (const size_t *)(const void *)(base + counts[i].offset), err);
    for (int i = 0; i < NUMBERS && status == FF_OK; i++)
        status = ff_attribute_write_number(
            group, numbers[i].name, *(const double *)(const void *)(base + numbers[i].offset), err);
    for (int i = 0; i < VECTORS && status == FF_OK; i++)
        status =
            ff_array_write(group, vectors[i].name, FF_ELEMENT_DOUBLE, 1, &vectors[i].size,
                           base + vectors[i].offset, vectors[i].units, vectors[i].description, err);
    if (status == FF_OK)
        status = ff_structs_write(group, "profile", &shell_form, quantities->profile.shells,
                                  quantities->profile.shell, err);
    if (status == FF_OK)
        status = ff_structs_write(group, "columns", &pair_form, quantities->core.pairs,
                                  quantities->core.pair, err);
    ff_group_close(group);
    return status;
}

static int read_numbers(hid_t group, ff_defect_quantities *quantities, ff_error *err)
{
    char *base = (char *)quantities;
    int status = ff_attribute_read_text_into(group, "point_group", quantities->symmetry.group,
                                             sizeof quantities->symmetry.group, err);
    for (int i = 0; i < COUNTS && status == FF_OK; i++) {
        int64_t count = 0;
        status = ff_attribute_read_integer(group, counts[i].name, &count, err);
        if (status == FF_OK && count < 0)
            status = ff_fail(err, FF_E_RANGE, "%s is %lld, expected 0 or more", counts[i].name,
                             (long long)count);
        *(size_t *)(void *)(base + counts[i].offset) = (size_t)count;
    }
    for (int i = 0; i < NUMBERS && status == FF_OK; i++)
        status = ff_attribute_read_number(group, numbers[i].name,
                                          (double *)(void *)(base + numbers[i].offset), err);
    for (int i = 0; i < VECTORS && status == FF_OK; i++) {
        void *values = NULL;
        size_t size = vectors[i].size;
        status = ff_array_read(group, vectors[i].name, FF_ELEMENT_DOUBLE, 1, &size, &values, err);
        if (status == FF_OK)
            memcpy(base + vectors[i].offset, values, size * sizeof(double));
        free(values);
    }
    return status;
}

static int check_profile(const ff_strain_profile *profile, ff_error *err)
{
    for (size_t s = 0; s < profile->shells; s++)
        if (!isfinite(profile->shell[s].radius) || !isfinite(profile->shell[s].rms) ||
            !isfinite(profile->shell[s].largest))
            return ff_fail(err, FF_E_RANGE,
                           "'quantities/profile' holds a number that is not finite");
    return FF_OK;
}

static int check_pairs(const ff_core_map *core, ff_error *err)
{
    for (size_t p = 0; p < core->pairs; p++) {
        const ff_column_pair *pair = &core->pair[p];
        if (!isfinite(pair->from[0] + pair->from[1] + pair->to[0] + pair->to[1] + pair->difference))
            return ff_fail(err, FF_E_RANGE,
                           "'quantities/columns' holds a number that is not finite");
    }
    return FF_OK;
}

int ff_defect_quantities_read(ff_defect_quantities *quantities, ff_container *container,
                              const ff_relaxation *relaxation, ff_error *err)
{
    hid_t group = -1, root = ff_container_root(container);
    void *shells = NULL, *pairs = NULL;
    if (!ff_link_exists(root, "quantities"))
        return ff_defect_quantities_find(quantities, relaxation, err);
    ff_defect_quantities_init(quantities);
    int status = ff_group_open(&group, root, "quantities", err);
    if (status == FF_OK)
        status = read_numbers(group, quantities, err);
    if (status == FF_OK)
        status = ff_structs_read(group, "profile", &shell_form, &quantities->profile.shells,
                                 &shells, err);
    if (status == FF_OK)
        status =
            ff_structs_read(group, "columns", &pair_form, &quantities->core.pairs, &pairs, err);
    quantities->profile.shell = shells;
    quantities->core.pair = pairs;
    if (status == FF_OK)
        status = check_profile(&quantities->profile, err);
    if (status == FF_OK)
        status = check_pairs(&quantities->core, err);
    ff_group_close(group);
    if (status != FF_OK) {
        ff_error_in_file(err, ff_container_name(container));
        ff_defect_quantities_clear(quantities);
    }
    return status;
}
