#include "lib/defects/dislocation.h"

#include "lib/base/memory.h"
#include "lib/base/parallel.h"
#include "lib/defects/dislocation_core.h"
#include "lib/defects/dislocation_field.h"
#include "lib/structure/lattice.h"
#include "lib/structure/oriented_cell.h"
#include "lib/structure/site_index.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 60, MOST_CELLS = 100000 };

typedef struct building {
    const ff_dislocation_options *options;
    ff_relaxation *relaxation;
    double axes[9]; /* unit vectors along x, y, z in the axes of options->unit */
    double burgers[3];
    double turned[36]; /* stiffness in the new axes */
    ff_stroh stroh;
    double line[2], partner[2]; /* x, y of the line; of that of the opposite sign */
    ff_dislocation_field field;
    double *internal; /* [27 atoms of the oriented cell] in the new axes; NULL: zero */
} building;

/* Orientation. */

/* The integers along a vector, by trying denominators. */
static int integers_along(int integers[3], const double vector[3], const double inverse[9],
                          ff_error *err)
{
    double fraction[3], largest = 0.0;
    ff_row_times_matrix(fraction, vector, inverse);
    for (int k = 0; k < 3; k++)
        largest = fmax(largest, fabs(fraction[k]));
    for (int multiple = 1; multiple <= LONGEST; multiple++) {
        bool whole = true;
        for (int k = 0; k < 3; k++) {
            double value = fraction[k] / largest * multiple;
            integers[k] = (int)lround(value);
            whole = whole && fabs(value - integers[k]) < 1e-5;
        }
        if (whole)
            return FF_OK;
    }
    return ff_fail(
        err, FF_E_USAGE,
        "the crystal has no translation along the normal of the plane, or at right angles "
        "to the line within it, which the cell of a dislocation needs");
}

/* Directions along x, y and z, and the cell along them. */
static int orient(building *b, ff_error *err)
{
    const ff_dislocation_kind *kind = &b->options->kind;
    const ff_frame *unit = b->options->unit;
    double inverse[9], z[3], y[3], x[3];
    int directions[9];
    if (kind->plane[0] * kind->line[0] + kind->plane[1] * kind->line[1] +
            kind->plane[2] * kind->line[2] !=
        0)
        return ff_fail(err, FF_E_USAGE, "the line [%d %d %d] is not in the plane (%d %d %d)",
                       kind->line[0], kind->line[1], kind->line[2], kind->plane[0], kind->plane[1],
                       kind->plane[2]);
    ff_lattice_inverse(inverse, unit->cell);
    ff_row_times_matrix(z, (const double[3]){kind->line[0], kind->line[1], kind->line[2]},
                        unit->cell);
    for (int k = 0; k < 3; k++)
        y[k] = kind->plane[0] * inverse[3 * k] + kind->plane[1] * inverse[3 * k + 1] +
               kind->plane[2] * inverse[3 * k + 2];
    ff_vector_cross(x, y, z);
    if (!(ff_vector_dot(x, x) > 0.0))
        return ff_fail(err, FF_E_USAGE, "a line or a plane whose indices are all zero");
    int status = integers_along(directions, x, inverse, err);
    if (status == FF_OK)
        status = integers_along(directions + 3, y, inverse, err);
    if (status != FF_OK)
        return status;
    memcpy(directions + 6, kind->line, sizeof kind->line);
    ff_orientation(b->axes, unit->cell, directions);
    return ff_oriented_cell(&b->relaxation->unit, unit, directions, err);
}

/* Whether the Burgers vector takes every atom to one like it. */
static int check_translation(const building *b, ff_error *err)
{
    const double *burgers = b->options->kind.burgers;
    const ff_frame *unit = b->options->unit;
    ff_site_index index;
    int status = ff_site_index_build(&index, unit, 1e-4, err);
    for (size_t i = 0; i < unit->atoms && status == FF_OK; i++) {
        double moved[3];
        for (size_t k = 0; k < 3; k++)
            moved[k] = index.fraction[3 * i + k] + burgers[k];
        if (ff_site_index_find(&index, moved, unit->species[i]) == SIZE_MAX)
            status = ff_fail(err, FF_E_USAGE,
                             "the Burgers vector %g %g %g is no translation of the crystal",
                             burgers[0], burgers[1], burgers[2]);
    }
    ff_site_index_clear(&index);
    return status;
}

/* The Burgers vector in the new axes; components that are zero but for rounding are made so. */
static int turn_burgers(building *b, ff_error *err)
{
    double along[3];
    ff_row_times_matrix(along, b->options->kind.burgers, b->options->unit->cell);
    double length = sqrt(ff_vector_dot(along, along));
    for (int k = 0; k < 3; k++) {
        b->burgers[k] = ff_vector_dot(b->axes + 3 * k, along);
        if (fabs(b->burgers[k]) < 1e-12 * length)
            b->burgers[k] = 0.0;
    }
    if (b->burgers[1] != 0.0)
        return ff_fail(err, FF_E_USAGE, "the Burgers vector is not in the plane (%d %d %d)",
                       b->options->kind.plane[0], b->options->kind.plane[1],
                       b->options->kind.plane[2]);
    return check_translation(b, err);
}

/* The place of the partner next to an atom, too: between the same planes. */
static int choose_cores(building *b, ff_error *err)
{
    double nearest = b->options->nearest;
    const double opposite[3] = {-b->burgers[0], -b->burgers[1], -b->burgers[2]};
    ff_stroh *other = ff_new_array(1, sizeof *other, err);
    if (!other)
        return FF_E_NOMEM;
    int status = ff_dislocation_choose_core(b->line, &b->relaxation->unit, &b->stroh, nearest, err);
    if (status == FF_OK)
        status = ff_stroh_init(other, b->turned, opposite, err);
    if (status == FF_OK)
        status = ff_dislocation_choose_core(b->partner, &b->relaxation->unit, other, nearest, err);
    free(other);
    return status;
}

static int make_field(building *b, ff_error *err)
{
    ff_rotate_stiffness(b->turned, b->options->stiffness, b->axes);
    int status = ff_stroh_init(&b->stroh, b->turned, b->burgers, err);
    if (status != FF_OK)
        return status;
    if (!b->options->core)
        return choose_cores(b, err);
    memcpy(b->line, b->options->core, sizeof b->line);
    memcpy(b->partner, b->options->core, sizeof b->partner);
    return FF_OK;
}

/* Internal strain. */

/* out = response of one atom, in the new axes. */
static void turn_internal(double out[27], const double response[27], const double axes[9])
{
    for (size_t n = 0; n < 27; n++) {
        const double *p = axes + 3 * (n / 9), *q = axes + 3 * (n / 3 % 3), *r = axes + 3 * (n % 3);
        out[n] = 0.0;
        for (size_t m = 0; m < 27; m++)
            out[n] += p[m / 9] * q[m / 3 % 3] * r[m % 3] * response[m];
    }
}

/* The response of every atom of the oriented cell: that of the atom of the given cell whose image
 * it is. */
static int orient_internal(building *b, ff_error *err)
{
    const ff_frame *unit = b->options->unit, *oriented = &b->relaxation->unit;
    ff_site_index index;
    if (!b->options->internal)
        return FF_OK;
    if (!(b->internal = ff_new_array(oriented->atoms, 27 * sizeof(double), err)))
        return FF_E_NOMEM;
    int status = ff_site_index_build(&index, unit, 1e-4, err);
    for (size_t i = 0; i < oriented->atoms && status == FF_OK; i++) {
        double back[3], fraction[3];
        ff_row_times_matrix(back, oriented->positions + 3 * i, b->axes);
        ff_row_times_matrix(fraction, back, index.inverse);
        size_t image = ff_site_index_find(&index, fraction, oriented->species[i]);
        if (image == SIZE_MAX)
            status =
                ff_fail(err, FF_E_INTERNAL, "an atom of the oriented cell is not the crystal's");
        else
            turn_internal(b->internal + 27 * i, b->options->internal + 27 * image, b->axes);
    }
    ff_site_index_clear(&index);
    return status;
}

/* Moves an atom as the gradient of the field where it is wants; no more than a tenth does, since
 * next to the line there is no saying. */
static void add_internal(double position[3], const building *b, const double response[27])
{
    static const double most = 0.1;
    double g[9], size = 0.0;
    ff_dislocation_field_gradient(g, &b->field, position[0], position[1]);
    for (size_t k = 0; k < 9; k++)
        size = fmax(size, fabs(g[k]));
    double scale = size > most ? most / size : 1.0;
    for (size_t n = 0; n < 27; n++)
        position[n / 9] += scale * response[n] * g[n % 9];
}

/* Atoms. */

static int place_atom(size_t atom, int thread, void *context, ff_error *err)
{
    const building *b = context;
    const ff_relaxation *r = b->relaxation;
    double site[3], *position = r->reference.positions + 3 * atom;
    (void)thread;
    (void)err;
    ff_relaxation_site_position(site, r, r->site[atom]);
    ff_dislocation_field_place(position, &b->field, site);
    if (b->internal)
        add_internal(position, b, b->internal + 27 * ((size_t)r->site[atom] % r->unit.atoms));
    return FF_OK;
}

static double distance_from_line(const building *b, int64_t site)
{
    double position[3];
    ff_relaxation_site_position(position, b->relaxation, site);
    return hypot(position[0] - b->line[0], position[1] - b->line[1]);
}

/* The atoms of the cylinder (all sites for a periodic cell), at their places. */
static int fill(building *b, double reach, ff_error *err)
{
    ff_relaxation *r = b->relaxation;
    size_t sites = ff_relaxation_sites(r), atoms = 0;
    if (!(r->site = ff_new_array(sites, sizeof *r->site, err)))
        return FF_E_NOMEM;
    for (size_t site = 0; site < sites; site++)
        if (distance_from_line(b, (int64_t)site) <= reach)
            r->site[atoms++] = (int64_t)site;
    int status = ff_frame_init(&r->reference, atoms, err);
    if (status != FF_OK)
        return status;
    if (!(r->displacement = ff_new_array(atoms, 3 * sizeof(double), err)))
        return FF_E_NOMEM;
    for (size_t i = 0; i < atoms; i++)
        r->reference.species[i] = r->unit.species[(size_t)r->site[i] % r->unit.atoms];
    return ff_parallel_for(atoms, place_atom, b, NULL, err);
}

static void repeat_vectors(double vectors[9], const ff_relaxation *r)
{
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 3; k++)
            vectors[3 * i + k] = r->cells[i] * r->unit.cell[3 * i + k];
}

static void set_centre(building *b)
{
    ff_relaxation *r = b->relaxation;
    memcpy(r->centre, (const double[3]){b->line[0], b->line[1], 0.0}, sizeof r->centre);
}

/* A line to its place next to atom 0 of cell `home`. */
static void move_line(double line[2], const building *b, const int home[2])
{
    for (int k = 0; k < 2; k++)
        line[k] += home[k] * b->relaxation->unit.cell[4 * k] + b->relaxation->unit.positions[k];
}

static int build_cylinder(building *b, ff_error *err)
{
    const ff_dislocation_options *o = b->options;
    ff_relaxation *r = b->relaxation;
    double reach = o->radius + o->rim;
    int home[2];
    for (int k = 0; k < 2; k++) {
        double half = ceil((reach + fabs(b->line[k])) / r->unit.cell[4 * k]) + 1.0;
        if (!(half < MOST_CELLS))
            return ff_fail(err, FF_E_RANGE, "a radius of %g A is too large", reach);
        home[k] = (int)half;
        r->cells[k] = 2 * home[k] + 1;
    }
    r->cells[2] = o->periods;
    move_line(b->line, b, home);
    set_centre(b);
    ff_dislocation_field_single(&b->field, &b->stroh, b->line);
    int status = fill(b, reach, err);
    if (status != FF_OK)
        return status;
    r->reference.periodic[2] = true;
    repeat_vectors(r->reference.cell, r);
    if (!(r->fixed = ff_new_array(r->reference.atoms, sizeof *r->fixed, err)))
        return FF_E_NOMEM;
    for (size_t i = 0; i < r->reference.atoms; i++)
        r->fixed[i] = distance_from_line(b, r->site[i]) > o->radius;
    return FF_OK;
}

static int build_quadrupole(building *b, ff_error *err)
{
    const ff_dislocation_options *o = b->options;
    ff_relaxation *r = b->relaxation;
    double vectors[9], growth[6];
    const int home[2] = {o->cells[0] / 4, o->cells[1] / 2};
    const int partner_home[2] = {home[0] + o->cells[0] / 2, home[1]};
    memcpy(r->cells, (const int[3]){o->cells[0], o->cells[1], o->periods}, sizeof r->cells);
    move_line(b->line, b, home);
    move_line(b->partner, b, partner_home);
    set_centre(b);
    repeat_vectors(vectors, r);
    for (int k = 0; k < 3; k++)
        vectors[3 + k] += 0.5 * vectors[k];
    const double perfect[4] = {vectors[0], vectors[1], vectors[3], vectors[4]};
    const double between[2] = {b->partner[0] - b->line[0], b->partner[1] - b->line[1]};
    ff_dislocation_field_growth(growth, b->burgers, between, perfect);
    for (int k = 0; k < 6; k++)
        vectors[k] += growth[k];
    const double sheared[4] = {vectors[0], vectors[1], vectors[3], vectors[4]};
    ff_dislocation_field_array(&b->field, &b->stroh, b->line, b->partner, sheared, growth);
    int status = fill(b, INFINITY, err);
    if (status != FF_OK)
        return status;
    memcpy(r->reference.cell, vectors, sizeof vectors);
    for (int k = 0; k < 3; k++)
        r->reference.periodic[k] = true;
    return FF_OK;
}

/* The whole. */

static int check_sizes(const ff_dislocation_options *o, ff_error *err)
{
    if (!(o->unit->periodic[0] && o->unit->periodic[1] && o->unit->periodic[2]))
        return ff_fail(err, FF_E_USAGE, "a dislocation needs a crystal periodic along all axes");
    if (o->periods < 1 || o->periods > MOST_CELLS)
        return ff_fail(err, FF_E_RANGE, "%d periods along the line, expected 1 or more",
                       o->periods);
    if (o->arrangement == FF_ARRANGEMENT_CYLINDER) {
        if (!(o->radius > o->nearest) || !(o->rim > 0.0))
            return ff_fail(err, FF_E_RANGE,
                           "a cylinder of radius %g A and a rim of %g A, expected more than %g A "
                           "and a positive rim",
                           o->radius, o->rim, o->nearest);
        return FF_OK;
    }
    if (o->cells[0] < 2 || o->cells[0] % 2 || o->cells[1] < 1 || o->cells[0] > MOST_CELLS ||
        o->cells[1] > MOST_CELLS)
        return ff_fail(err, FF_E_RANGE,
                       "%d x %d cells for a quadrupole, expected an even number of them along x "
                       "and at least one along y",
                       o->cells[0], o->cells[1]);
    return FF_OK;
}

static int name(const building *b, ff_error *err)
{
    const ff_dislocation_kind *k = &b->options->kind;
    ff_relaxation *r = b->relaxation;
    int length =
        snprintf(r->defect, sizeof r->defect, "%s %.4g,%.4g,%.4g line %d,%d,%d plane %d,%d,%d",
                 b->options->arrangement == FF_ARRANGEMENT_CYLINDER ? "dislocation" : "quadrupole",
                 k->burgers[0], k->burgers[1], k->burgers[2], k->line[0], k->line[1], k->line[2],
                 k->plane[0], k->plane[1], k->plane[2]);
    (void)snprintf(r->crystal, sizeof r->crystal, "%s", b->options->crystal);
    r->lattice_constant = b->options->lattice_constant;
    r->nearest = b->options->nearest;
    memcpy(r->burgers, b->burgers, sizeof r->burgers);
    return length < (int)sizeof r->defect
               ? FF_OK
               : ff_fail(err, FF_E_USAGE, "indices too long to name the dislocation");
}

int ff_dislocation_prepare(ff_relaxation *relaxation, const ff_dislocation_options *options,
                           ff_error *err)
{
    building b = {.options = options, .relaxation = relaxation};
    ff_relaxation_clear(relaxation);
    int status = check_sizes(options, err);
    if (status == FF_OK)
        status = orient(&b, err);
    if (status == FF_OK)
        status = turn_burgers(&b, err);
    if (status == FF_OK)
        status = make_field(&b, err);
    if (status == FF_OK)
        status = orient_internal(&b, err);
    if (status == FF_OK)
        status = name(&b, err);
    if (status == FF_OK)
        status = options->arrangement == FF_ARRANGEMENT_CYLINDER ? build_cylinder(&b, err)
                                                                 : build_quadrupole(&b, err);
    free(b.internal);
    return status;
}
