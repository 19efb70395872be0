#include "lib/analysis/extrapolation.h"

#include "lib/analysis/comparison.h"
#include "lib/analysis/elastic_dipole.h"
#include "lib/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double energy_exponent = 3.0, exponent_without_images = 6.0; /* per edge */
static const double largest_share = 1.0 / 3.0; /* of the largest cell's sites */

static void forget_limits(ff_extrapolation *e)
{
    ff_limit_assume(&e->energy, NULL, NULL, 0, energy_exponent);
    ff_limit_assume(&e->energy_fitted, NULL, NULL, 0, energy_exponent);
    ff_limit_assume(&e->without_images, NULL, NULL, 0, energy_exponent);
    ff_limit_assume(&e->volume, NULL, NULL, 0, energy_exponent);
    ff_power_law_fit(&e->geometry, NULL, NULL, 0);
}

void ff_extrapolation_init(ff_extrapolation *extrapolation)
{
    *extrapolation = (ff_extrapolation){.lattice_constant = NAN};
    forget_limits(extrapolation);
}

void ff_extrapolation_clear(ff_extrapolation *extrapolation)
{
    free(extrapolation->size);
    ff_extrapolation_init(extrapolation);
}

/* The largest that converged, or the largest. */
static const ff_relaxation *largest(const ff_relaxation *relaxations, const size_t *order,
                                    size_t count)
{
    for (size_t i = count; i-- > 0;)
        if (relaxations[order[i]].converged)
            return &relaxations[order[i]];
    return &relaxations[order[count - 1]];
}

/* By number of sites; the insertion sort of a handful. */
static void sort_by_size(size_t *order, const ff_relaxation *relaxations, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t place = i;
        for (; place > 0 && ff_relaxation_sites(&relaxations[order[place - 1]]) >
                                ff_relaxation_sites(&relaxations[i]);
             place--)
            order[place] = order[place - 1];
        order[place] = i;
    }
}

/* Whether the cells are multiples of one another: the images then stand in the same directions. */
static bool same_shape(const int a[3], const int b[3])
{
    return (int64_t)a[0] * b[1] == (int64_t)a[1] * b[0] &&
           (int64_t)a[0] * b[2] == (int64_t)a[2] * b[0];
}

static int check(const ff_relaxation *relaxation, const ff_relaxation *before, ff_error *err)
{
    if (ff_relaxation_is_dislocation(relaxation))
        return ff_fail(err, FF_E_FORMAT,
                       "is of a dislocation, whose energy has no limit: expected a point defect");
    if (!before)
        return FF_OK;
    if (!same_shape(relaxation->cells, before->cells))
        return ff_fail(err, FF_E_FORMAT,
                       "has %d x %d x %d cells, expected the shape of the others, %d x %d x %d",
                       relaxation->cells[0], relaxation->cells[1], relaxation->cells[2],
                       before->cells[0], before->cells[1], before->cells[2]);
    if (relaxation->cells[0] == before->cells[0])
        return ff_fail(err, FF_E_FORMAT, "has the same %d x %d x %d cells as another",
                       relaxation->cells[0], relaxation->cells[1], relaxation->cells[2]);
    return FF_OK;
}

static int measure_geometry(double *geometry, const ff_relaxation *large,
                            const ff_relaxation *small, ff_error *err)
{
    ff_comparison c;
    ff_comparison_init(&c);
    int status = ff_compare_sizes(&c, large, small, err);
    *geometry = c.geometry_error;
    ff_comparison_clear(&c);
    return status;
}

static int measure(ff_extrapolated_size *size, const ff_relaxation *relaxation,
                   const ff_relaxation *large, ff_error *err)
{
    double dipole[6];
    ff_elastic_dipole(dipole, relaxation);
    *size = (ff_extrapolated_size){.atoms = relaxation->reference.atoms,
                                   .sites = ff_relaxation_sites(relaxation),
                                   .converged = relaxation->converged,
                                   .energy = relaxation->formation_energy,
                                   .without_images =
                                       relaxation->formation_energy - relaxation->image_energy,
                                   .volume = ff_relaxation_volume(dipole, relaxation->stiffness),
                                   .geometry = NAN};
    memcpy(size->cells, relaxation->cells, sizeof size->cells);
    return ff_relaxation_sites(relaxation) < ff_relaxation_sites(large)
               ? measure_geometry(&size->geometry, large, relaxation, err)
               : FF_OK;
}

/* Columns of the converged sizes. */
typedef struct columns {
    size_t count;
    double *sites, *edge, *energy, *without_images, *volume, *geometry;
} columns;

static void find_limits(ff_extrapolation *e, const columns *c)
{
    size_t near = 0;
    ff_limit_assume(&e->energy, c->sites, c->energy, c->count, energy_exponent);
    ff_limit_fit(&e->energy_fitted, c->sites, c->energy, c->count);
    ff_limit_assume(&e->without_images, c->sites, c->without_images, c->count,
                    exponent_without_images);
    ff_limit_assume(&e->volume, c->sites, c->volume, c->count, energy_exponent);
    while (near < c->count && c->sites[near] <= largest_share * c->sites[c->count - 1])
        near++;
    ff_power_law_fit(&e->geometry, c->edge, c->geometry, near);
}

static int extrapolate(ff_extrapolation *e, size_t unit_atoms, ff_error *err)
{
    enum { COLUMNS = 6 };
    const size_t n = e->sizes;
    double *all = ff_new_array(n, COLUMNS * sizeof *all, err);
    if (!all)
        return FF_E_NOMEM;
    columns c = {.sites = all,
                 .edge = all + n,
                 .energy = all + 2 * n,
                 .without_images = all + 3 * n,
                 .volume = all + 4 * n,
                 .geometry = all + 5 * n};
    for (size_t i = 0; i < n; i++) {
        const ff_extrapolated_size *size = &e->size[i];
        if (!size->converged)
            continue;
        c.sites[c.count] = (double)size->sites;
        c.edge[c.count] = cbrt((double)size->sites / (double)unit_atoms);
        c.energy[c.count] = size->energy;
        c.without_images[c.count] = size->without_images;
        c.volume[c.count] = size->volume;
        c.geometry[c.count++] = size->geometry;
    }
    find_limits(e, &c);
    free(all);
    return FF_OK;
}

int ff_extrapolate(ff_extrapolation *extrapolation, const ff_relaxation *relaxations, size_t count,
                   size_t *culprit, ff_error *err)
{
    ff_extrapolation_init(extrapolation);
    if (count < 2)
        return ff_fail(err, FF_E_USAGE, "%zu relaxations, expected two sizes or more", count);
    size_t *order = ff_new_array(count, sizeof *order, err), at = 0;
    extrapolation->size = ff_new_array(count, sizeof *extrapolation->size, err);
    int status = order && extrapolation->size ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK)
        sort_by_size(order, relaxations, count);
    for (size_t i = 0; status == FF_OK && i < count; i++) {
        const ff_relaxation *relaxation = &relaxations[at = order[i]];
        status = check(relaxation, i ? &relaxations[order[i - 1]] : NULL, err);
        if (status == FF_OK)
            status = measure(&extrapolation->size[i], relaxation,
                             largest(relaxations, order, count), err);
    }
    if (status == FF_OK) {
        const ff_relaxation *first = &relaxations[order[0]];
        memcpy(extrapolation->crystal, first->crystal, sizeof extrapolation->crystal);
        memcpy(extrapolation->defect, first->defect, sizeof extrapolation->defect);
        extrapolation->lattice_constant = first->lattice_constant;
        extrapolation->sizes = count;
        status = extrapolate(extrapolation, first->unit.atoms, err);
    }
    if (culprit)
        *culprit = at;
    free(order);
    if (status != FF_OK)
        ff_extrapolation_clear(extrapolation);
    return status;
}
