#include "formats/reduction_file.h"

#include "formats/features_file.h"
#include "formats/species_energies.h"
#include "formats/struct_table.h"
#include "lib/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(name, type, units, description)                                                      \
    {                                                                                              \
#name, type, offsetof(ff_reduced_class, name), units, description                          \
    }

static const ff_field fields[] = {
    FIELD(group, FF_FIELD_UINT32, "", "index into /groups"),
    FIELD(kind, FF_FIELD_UINT8, "", "0 energy, 1 force, 2 virial, 3 force constant"),
    FIELD(fold, FF_FIELD_UINT32, "", "part of a cross-validation, from 0"),
    FIELD(frames, FF_FIELD_SIZE, "", "frames that the rows belong to"),
    FIELD(count, FF_FIELD_SIZE, "", "rows"),
    FIELD(log_scale, FF_FIELD_DOUBLE, "", "sum over rows of ln scale, what a row is multiplied by"),
    FIELD(targets, FF_FIELD_DOUBLE, "eV/atom, eV/angstrom, eV/atom, eV/angstrom^2",
          "sum over rows of the target"),
    FIELD(target_squares, FF_FIELD_DOUBLE,
          "(eV/atom)^2, (eV/angstrom)^2, (eV/atom)^2, (eV/angstrom^2)^2",
          "sum over rows of the target's square"),
    FIELD(ratio_squares, FF_FIELD_DOUBLE, "",
          "mean square over rows of reported error over scaled error"),
    FIELD(ratio_min, FF_FIELD_DOUBLE, "", "smallest such ratio"),
    FIELD(ratio_max, FF_FIELD_DOUBLE, "", "largest"),
    FIELD(height, FF_FIELD_SIZE, "", "rows of the triangle"),
};
static const ff_struct_form form = {sizeof(ff_reduced_class), sizeof fields / sizeof *fields,
                                    fields};

/* More functions than this no file can hold the triangle of; sizes below do not overflow. */
enum { MOST_COLUMNS = 1 << 28 };

void ff_reduced_features_clear(ff_reduced_features *features)
{
    ff_reduction_clear(&features->reduction);
    *features = (ff_reduced_features){0};
    ff_reduction_init(&features->reduction);
}

static size_t triangle_size(const ff_reduction *reduction, const ff_reduced_class *reduced)
{
    return ff_packed_size(reduced->height, reduction->columns + 1);
}

/* Writing. */

static int write_triangles(hid_t root, const ff_reduction *reduction, ff_error *err)
{
    ff_array_stream *stream = NULL;
    const size_t shape = 0;
    int status = ff_array_stream_create(&stream, root, "triangles", FF_ELEMENT_DOUBLE, 1, &shape,
                                        "scaled by kind",
                                        "R of [matrix target] = Q R of each class, rows one after "
                                        "another from the diagonal on",
                                        err);
    for (size_t i = 0; i < reduction->count && status == FF_OK; i++)
        status = ff_array_stream_append(stream, triangle_size(reduction, &reduction->classes[i]),
                                        reduction->classes[i].r, err);
    int closed = ff_array_stream_close(stream, status == FF_OK ? err : NULL);
    return status == FF_OK ? closed : status;
}

int ff_reduction_write(ff_container *container, const ff_reduced_features *features, ff_error *err)
{
    hid_t root = ff_container_root(container);
    const ff_reduction *reduction = &features->reduction;
    int status = ff_basis_write(root, &features->basis, err);
    if (status == FF_OK)
        status = ff_species_energies_write(root, "one_body", features->basis.species,
                                           features->basis.species_count, features->one_body,
                                           "taken off the energy targets, per atom", err);
    if (status == FF_OK)
        status = ff_attribute_write_integer(root, "columns", (int64_t)reduction->columns, err);
    if (status == FF_OK)
        status = ff_attribute_write_integer(root, "folds", (int64_t)reduction->folds, err);
    if (status == FF_OK)
        status = ff_attribute_write_integer(root, "seed", (int64_t)reduction->seed, err);
    if (status == FF_OK)
        status =
            ff_texts_write(root, "groups", reduction->group_count,
                           (const char *const *)reduction->group_names, "names of the groups", err);
    if (status == FF_OK)
        status =
            ff_structs_write(root, "classes", &form, reduction->count, reduction->classes, err);
    return status == FF_OK ? write_triangles(root, reduction, err) : status;
}

/* Reading. */

static int read_numbers(hid_t root, ff_reduction *reduction, ff_error *err)
{
    int64_t columns = 0, folds = 0, seed = 0;
    int status = ff_attribute_read_integer(root, "columns", &columns, err);
    if (status == FF_OK)
        status = ff_attribute_read_integer(root, "folds", &folds, err);
    if (status == FF_OK)
        status = ff_attribute_read_integer(root, "seed", &seed, err);
    if (status == FF_OK && (columns < 0 || columns > MOST_COLUMNS))
        status = ff_fail(err, FF_E_RANGE, "has %lld columns", (long long)columns);
    if (status == FF_OK && (folds < 1 || folds > UINT32_MAX))
        status = ff_fail(err, FF_E_RANGE, "has %lld folds", (long long)folds);
    reduction->columns = (size_t)columns;
    reduction->folds = (uint32_t)folds;
    reduction->seed = (uint64_t)seed;
    return status;
}

/* Their order is by group, kind and fold. */
static bool follows(const ff_reduced_class *next, const ff_reduced_class *one)
{
    if (next->group != one->group)
        return next->group > one->group;
    return next->kind != one->kind ? next->kind > one->kind : next->fold > one->fold;
}

static bool has_finite_sums(const ff_reduced_class *reduced)
{
    return isfinite(reduced->log_scale) && isfinite(reduced->targets) &&
           isfinite(reduced->target_squares) && isfinite(reduced->ratio_squares) &&
           reduced->target_squares >= 0 && reduced->ratio_min > 0 &&
           reduced->ratio_min <= reduced->ratio_max && isfinite(reduced->ratio_max);
}

static int check_class(const ff_reduction *reduction, size_t i, ff_error *err)
{
    const ff_reduced_class *reduced = &reduction->classes[i];
    if (reduced->group >= reduction->group_count || reduced->kind >= FF_KINDS ||
        reduced->fold >= reduction->folds)
        return ff_fail(err, FF_E_FORMAT,
                       "class %zu is of group %u, kind %u and fold %u, which does not exist", i + 1,
                       reduced->group, reduced->kind, reduced->fold);
    if (i > 0 && !follows(reduced, reduced - 1))
        return ff_fail(err, FF_E_FORMAT, "class %zu is not in order of group, kind and fold",
                       i + 1);
    if (reduced->count == 0 || reduced->frames == 0 || reduced->frames > reduced->count ||
        reduced->height !=
            (reduced->count < reduction->columns + 1 ? reduced->count : reduction->columns + 1))
        return ff_fail(err, FF_E_FORMAT,
                       "class %zu has a triangle of %zu rows for %zu observations of %zu frames",
                       i + 1, reduced->height, reduced->count, reduced->frames);
    if (!has_finite_sums(reduced))
        return ff_fail(err, FF_E_RANGE, "the sums over class %zu are out of range", i + 1);
    return FF_OK;
}

static int read_triangle(ff_array_stream *stream, ff_reduction *reduction, size_t i, size_t first,
                         ff_error *err)
{
    ff_reduced_class *reduced = &reduction->classes[i];
    size_t size = triangle_size(reduction, reduced);
    if (!(reduced->r = ff_new_array(size, sizeof *reduced->r, err)))
        return FF_E_NOMEM;
    int status = ff_array_stream_read(stream, first, size, reduced->r, err);
    for (size_t k = 0; k < size && status == FF_OK; k++)
        if (!isfinite(reduced->r[k]))
            status = ff_fail(err, FF_E_RANGE, "the triangle of class %zu is not finite", i + 1);
    return status;
}

static int read_triangles(hid_t root, ff_reduction *reduction, ff_error *err)
{
    ff_array_stream *stream = NULL;
    size_t length = SIZE_MAX, first = 0;
    int status =
        ff_array_stream_open(&stream, root, "triangles", FF_ELEMENT_DOUBLE, 1, &length, err);
    for (size_t i = 0; i < reduction->count && status == FF_OK; i++) {
        size_t size = triangle_size(reduction, &reduction->classes[i]);
        if (size > length - first)
            status = ff_fail(err, FF_E_FORMAT, "has %zu numbers in its triangles, too few", length);
        else
            status = read_triangle(stream, reduction, i, first, err);
        first += size;
    }
    if (status == FF_OK && first != length)
        status = ff_fail(err, FF_E_FORMAT, "has %zu numbers in its triangles, expected %zu", length,
                         first);
    (void)ff_array_stream_close(stream, NULL);
    return status;
}

static int read_classes(hid_t root, ff_reduction *reduction, ff_error *err)
{
    void *classes = NULL;
    int status = ff_structs_read(root, "classes", &form, &reduction->count, &classes, err);
    reduction->classes = classes;
    for (size_t i = 0; i < reduction->count && status == FF_OK; i++)
        status = check_class(reduction, i, err);
    return status == FF_OK ? read_triangles(root, reduction, err) : status;
}

int ff_reduction_read(ff_reduced_features *features, ff_container *container, ff_error *err)
{
    hid_t root = ff_container_root(container);
    ff_reduction *reduction = &features->reduction;
    *features = (ff_reduced_features){0};
    ff_reduction_init(reduction);
    int status = ff_basis_read(root, &features->basis, err);
    if (status == FF_OK)
        status = ff_species_energies_read(root, "one_body", features->one_body, NULL, err);
    if (status == FF_OK)
        status = read_numbers(root, reduction, err);
    if (status == FF_OK)
        status =
            ff_texts_read(root, "groups", &reduction->group_count, &reduction->group_names, err);
    if (status == FF_OK)
        status = read_classes(root, reduction, err);
    if (status != FF_OK) {
        ff_error_in_file(err, ff_container_name(container));
        ff_reduced_features_clear(features);
    }
    return status;
}
