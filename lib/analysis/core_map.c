#include "lib/analysis/core_map.h"

#include "lib/analysis/bonds.h"
#include "lib/analysis/correspondence.h"
#include "lib/base/memory.h"
#include "lib/defects/site_match.h"
#include "lib/structure/lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double core_radius = 6.0; /* nearest-neighbour distances */
static const double noticed = 0.1;     /* of the largest component of the Nye tensor */

void ff_core_map_init(ff_core_map *map)
{
    *map = (ff_core_map){
        .radius = NAN, .content = {NAN, NAN, NAN}, .position = {NAN, NAN}, .spread = NAN};
}

void ff_core_map_clear(ff_core_map *map)
{
    free(map->pair);
    ff_core_map_init(map);
}

/* Within it, every atom has its neighbours: atoms at the surface of a cluster do not. */
static double choose_radius(const ff_relaxation *relaxation)
{
    double outermost = 0.0;
    for (size_t i = 0; i < relaxation->reference.atoms; i++)
        outermost = fmax(outermost, ff_distance_from_defect(relaxation, i));
    return fmin(core_radius * relaxation->nearest, outermost - 2.5 * relaxation->nearest);
}

/* Columns. */

/* Atoms on one line along z: the sites of a unit cell's column, whatever the third index. The first
 * two indices of a cell and the basis site tell it; basis sites above one another are one column.
 */
typedef struct columns {
    const ff_relaxation *relaxation;
    size_t *basis;    /* [unit atoms] the first basis site of the same column */
    int (*offset)[2]; /* [unit atoms] cells between the two */
    size_t *atom;     /* [basis][cells 1][cells 2] one that stands for it; SIZE_MAX: none */
} columns;

static void columns_clear(columns *c)
{
    free(c->basis);
    free(c->offset);
    free(c->atom);
}

static int find_basis_columns(columns *c, ff_error *err)
{
    const ff_frame *unit = &c->relaxation->unit;
    double inverse[9];
    c->basis = ff_new_array(unit->atoms, sizeof *c->basis, err);
    c->offset = ff_new_array(unit->atoms, sizeof *c->offset, err);
    if (!c->basis || !c->offset)
        return FF_E_NOMEM;
    ff_lattice_inverse(inverse, unit->cell);
    for (size_t b = 0; b < unit->atoms; b++) {
        c->basis[b] = b;
        for (size_t a = 0; a < b && c->basis[b] == b; a++) {
            double apart[3], fraction[3];
            for (size_t k = 0; k < 3; k++)
                apart[k] = unit->positions[3 * b + k] - unit->positions[3 * a + k];
            ff_row_times_matrix(fraction, apart, inverse);
            if (fabs(fraction[0] - round(fraction[0])) > 1e-6 ||
                fabs(fraction[1] - round(fraction[1])) > 1e-6)
                continue;
            c->basis[b] = a;
            c->offset[b][0] = (int)lround(fraction[0]);
            c->offset[b][1] = (int)lround(fraction[1]);
        }
    }
    return FF_OK;
}

/* The place of a column in c->atom; SIZE_MAX outside of a cell that is not periodic. */
static size_t column_of(const columns *c, size_t basis, long first, long second)
{
    const ff_relaxation *r = c->relaxation;
    long index[2] = {first + c->offset[basis][0], second + c->offset[basis][1]};
    for (int k = 0; k < 2; k++) {
        if (r->reference.periodic[k])
            index[k] -= r->cells[k] * (long)floor((double)index[k] / r->cells[k]);
        if (index[k] < 0 || index[k] >= r->cells[k])
            return SIZE_MAX;
    }
    return (c->basis[basis] * (size_t)r->cells[0] + (size_t)index[0]) * (size_t)r->cells[1] +
           (size_t)index[1];
}

static void cell_of_site(long cell[2], const ff_relaxation *r, int64_t site)
{
    int64_t number = site / (int64_t)r->unit.atoms / r->cells[2];
    cell[1] = (long)(number % r->cells[1]);
    cell[0] = (long)(number / r->cells[1]);
}

static int columns_init(columns *c, ff_error *err)
{
    const ff_relaxation *r = c->relaxation;
    const size_t count = r->unit.atoms * (size_t)r->cells[0] * (size_t)r->cells[1];
    int status = find_basis_columns(c, err);
    if (status == FF_OK && !(c->atom = ff_new_array(count, sizeof *c->atom, err)))
        status = FF_E_NOMEM;
    for (size_t n = 0; n < count && status == FF_OK; n++)
        c->atom[n] = SIZE_MAX;
    for (size_t i = r->reference.atoms; i-- > 0 && status == FF_OK;) {
        long cell[2];
        if (r->site[i] < 0)
            continue;
        cell_of_site(cell, r, r->site[i]);
        size_t column = column_of(c, (size_t)r->site[i] % r->unit.atoms, cell[0], cell[1]);
        if (column != SIZE_MAX)
            c->atom[column] = i;
    }
    return status;
}

/* Differential displacements. */

/* Displacement from the site, the elastic field's included, along b and in Burgers vectors. */
static double displacement_along(const ff_relaxation *r, size_t atom)
{
    double site[3], u[3];
    ff_relaxation_site_position(site, r, r->site[atom]);
    for (size_t k = 0; k < 3; k++)
        u[k] = r->reference.positions[3 * atom + k] + r->displacement[3 * atom + k] - site[k];
    return ff_vector_dot(u, r->burgers) / ff_vector_dot(r->burgers, r->burgers);
}

/* x, y of an atom's column, as near to the line as its images come. */
static void column_position(double xy[2], const ff_relaxation *r, size_t atom)
{
    double site[3], from[3];
    ff_relaxation_from_centre(from, r, atom);
    ff_relaxation_site_position(site, r, r->site[atom]);
    for (size_t k = 0; k < 2; k++)
        xy[k] = r->centre[k] + from[k] + site[k] - r->reference.positions[3 * atom + k];
}

static int add_pair(ff_core_map *map, size_t *capacity, const ff_relaxation *r, size_t from,
                    size_t to, ff_error *err)
{
    ff_column_pair pair;
    double difference = displacement_along(r, to) - displacement_along(r, from);
    column_position(pair.from, r, from);
    column_position(pair.to, r, to);
    if (hypot(pair.to[0] - pair.from[0], pair.to[1] - pair.from[1]) > 1.5 * r->nearest)
        return FF_OK; /* across the border of a periodic cell */
    pair.difference = difference - round(difference);
    int status = ff_reserve(&map->pair, capacity, map->pairs + 1, sizeof *map->pair, err);
    if (status == FF_OK)
        map->pair[map->pairs++] = pair;
    return status;
}

static bool known_pair(const size_t *seen, size_t count, size_t column)
{
    for (size_t n = 0; n < count; n++)
        if (seen[n] == column)
            return true;
    return false;
}

/* The pairs of one column with those that come after it. */
static int add_column(ff_core_map *map, size_t *capacity, const columns *c,
                      const ff_neighbour_list *perfect, size_t column, ff_error *err)
{
    enum { MOST_NEIGHBOURS = 64 };
    const ff_relaxation *r = c->relaxation;
    const size_t atom = c->atom[column], basis = (size_t)r->site[atom] % r->unit.atoms;
    size_t seen[MOST_NEIGHBOURS], count = 0;
    long cell[2];
    int status = FF_OK;
    cell_of_site(cell, r, r->site[atom]);
    for (size_t q = perfect->offset[basis]; q < perfect->offset[basis + 1]; q++) {
        size_t other = column_of(c, perfect->neighbour[q], cell[0] + perfect->shift[3 * q],
                                 cell[1] + perfect->shift[3 * q + 1]);
        if (other == SIZE_MAX || other <= column || c->atom[other] == SIZE_MAX ||
            ff_distance_from_defect(r, c->atom[other]) > map->radius ||
            known_pair(seen, count, other) || count == MOST_NEIGHBOURS)
            continue;
        seen[count++] = other;
        status = add_pair(map, capacity, r, atom, c->atom[other], err);
        if (status != FF_OK)
            return status;
    }
    return status;
}

static int find_pairs(ff_core_map *map, const ff_relaxation *r, ff_error *err)
{
    columns c = {.relaxation = r};
    ff_neighbour_list perfect;
    size_t capacity = 0;
    const size_t count = r->unit.atoms * (size_t)r->cells[0] * (size_t)r->cells[1];
    ff_neighbour_list_init(&perfect);
    int status = ff_neighbour_list_build(&perfect, &r->unit, 1.1 * r->nearest, err);
    if (status == FF_OK)
        status = columns_init(&c, err);
    for (size_t n = 0; n < count && status == FF_OK; n++)
        if (c.atom[n] != SIZE_MAX && ff_distance_from_defect(r, c.atom[n]) <= map->radius)
            status = add_column(map, &capacity, &c, &perfect, n, err);
    columns_clear(&c);
    ff_neighbour_list_clear(&perfect);
    return status;
}

/* Burgers vector and centre. */

/* Of the content along the Burgers vector, where it is noticed: its centre and its spread. */
static void find_centre(ff_core_map *map, const ff_relaxation *r, const double *along)
{
    double largest = 0.0, sum = 0.0, squares = 0.0, mean[2] = {0.0, 0.0};
    for (size_t i = 0; i < r->reference.atoms; i++)
        largest = fmax(largest, along[i]);
    for (size_t i = 0; i < r->reference.atoms; i++) {
        double from[3];
        if (!(along[i] > noticed * largest))
            continue;
        ff_relaxation_from_centre(from, r, i);
        for (size_t k = 0; k < 2; k++) {
            from[k] += r->displacement[3 * i + k];
            mean[k] += along[i] * from[k];
            squares += along[i] * from[k] * from[k];
        }
        sum += along[i];
    }
    for (int k = 0; k < 2; k++) {
        map->position[k] = r->centre[k] + mean[k] / sum;
        squares -= mean[k] * mean[k] / sum;
    }
    map->spread = sqrt(fmax(0.0, squares / sum));
}

static int find_content(ff_core_map *map, const ff_relaxation *r, ff_error *err)
{
    ff_correspondence correspondence;
    const size_t atoms = r->reference.atoms;
    double *nye = ff_new_array(atoms, 9 * sizeof *nye, err);
    double *along = ff_new_array(atoms, sizeof *along, err);
    /* The plane's area that belongs to an atom: its volume over the length of the line. */
    const double share = fabs(ff_lattice_determinant(r->unit.cell)) / (double)r->unit.atoms /
                         (r->cells[2] * fabs(r->unit.cell[8]));
    int status = nye && along ? ff_correspondence_find(&correspondence, r, err) : FF_E_NOMEM;
    if (status == FF_OK) {
        status = ff_nye_tensor(nye, &correspondence, err);
        ff_correspondence_clear(&correspondence);
    }
    memset(map->content, 0, sizeof map->content);
    for (size_t i = 0; i < atoms && status == FF_OK; i++) {
        const double *line = nye + 9 * i + 6;
        if (isnan(line[0]) || ff_distance_from_defect(r, i) > map->radius)
            continue;
        for (int k = 0; k < 3; k++)
            map->content[k] += line[k] * share;
        along[i] = ff_vector_dot(line, r->burgers);
    }
    if (status == FF_OK)
        find_centre(map, r, along);
    free(nye);
    free(along);
    return status;
}

int ff_core_map_find(ff_core_map *map, const ff_relaxation *relaxation, ff_error *err)
{
    ff_core_map_init(map);
    if (!ff_relaxation_is_dislocation(relaxation))
        return FF_OK;
    map->radius = choose_radius(relaxation);
    int status = find_content(map, relaxation, err);
    if (status == FF_OK)
        status = find_pairs(map, relaxation, err);
    if (status != FF_OK)
        ff_core_map_clear(map);
    return status;
}
