#include "lib/analysis/topology.h"

#include "lib/analysis/core_map.h"
#include "lib/base/memory.h"
#include "lib/structure/lattice.h"
#include "lib/structure/neighbour_list.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In nearest-neighbour distances. */
static const double noticed = 0.05, moved_far = 0.15, nearer = 0.1, bond = 1.2, bond_change = 0.25,
                    reach = 1.5, same_distance = 0.01, core_moved = 0.5;
static const double turned_cosine = 0.93969262078590838; /* 20 degrees */
enum { SHORTEST = 24 };

typedef struct comparing {
    const ff_relaxation *relaxation;
    const double *u[2]; /* [atoms][3] the displacements */
    double unit_inverse[9];
    double
        *place[2]; /* [atoms][3] where the atoms are, without the elastic field of dislocations */
    double *apart; /* [atoms][3] second minus first, without the mean */
    int64_t (*site)[2]; /* [atoms] nearest lattice site in each; only of atoms that are noticed */
    ff_neighbour_list list[2];
} comparing;

static void comparing_clear(comparing *c)
{
    for (int s = 0; s < 2; s++) {
        free(c->place[s]);
        ff_neighbour_list_clear(&c->list[s]);
    }
    free(c->apart);
    free(c->site);
}

static double length(const double v[3])
{
    return sqrt(ff_vector_dot(v, v));
}

static int comparing_init(comparing *c, ff_error *err)
{
    const double *const *u = c->u;
    const ff_relaxation *r = c->relaxation;
    const size_t atoms = r->reference.atoms;
    double mean[3] = {0.0};
    ff_lattice_inverse(c->unit_inverse, r->unit.cell);
    c->apart = ff_new_array(atoms, 3 * sizeof *c->apart, err);
    c->site = ff_new_array(atoms, sizeof *c->site, err);
    for (int s = 0; s < 2; s++) {
        ff_neighbour_list_init(&c->list[s]);
        c->place[s] = ff_new_array(atoms, 3 * sizeof(double), err);
    }
    if (!c->apart || !c->site || !c->place[0] || !c->place[1])
        return FF_E_NOMEM;
    for (size_t i = 0; i < 3 * atoms; i++)
        mean[i % 3] += (u[1][i] - u[0][i]) / (double)atoms;
    for (size_t i = 0; i < atoms; i++) {
        double base[3];
        memcpy(base, r->reference.positions + 3 * i, sizeof base);
        if (r->site[i] >= 0)
            ff_relaxation_site_position(base, r, r->site[i]);
        for (size_t k = 0; k < 3; k++) {
            c->apart[3 * i + k] = u[1][3 * i + k] - u[0][3 * i + k] - mean[k];
            c->place[0][3 * i + k] = base[k] + u[0][3 * i + k];
            c->place[1][3 * i + k] = c->place[0][3 * i + k] + c->apart[3 * i + k];
        }
    }
    return FF_OK;
}

static bool is_noticed(const comparing *c, size_t atom)
{
    return length(c->apart + 3 * atom) > noticed * c->relaxation->nearest;
}

/* Sites. */

/* The number of the site of basis atom b in a unit cell, any image. */
static int64_t site_number(const ff_relaxation *r, size_t basis, const long cell[3])
{
    int64_t number = 0;
    for (int k = 0; k < 3; k++) {
        long wrapped = cell[k] % r->cells[k];
        number = number * r->cells[k] + wrapped + (wrapped < 0 ? r->cells[k] : 0);
    }
    return number * (int64_t)r->unit.atoms + (int64_t)basis;
}

/* The distance from `at` to the nearest image of basis site b, of which the unit cell is set. */
static double distance_to_basis(const comparing *c, const double at[3], size_t basis, long cell[3])
{
    const ff_frame *unit = &c->relaxation->unit;
    double from[3], index[3], least = INFINITY;
    for (size_t k = 0; k < 3; k++)
        from[k] = at[k] - unit->positions[3 * basis + k];
    ff_row_times_matrix(index, from, c->unit_inverse);
    for (int n = 0; n < 27; n++) {
        const long try[3] = {lround(index[0]) + n % 3 - 1, lround(index[1]) + n / 3 % 3 - 1,
                             lround(index[2]) + n / 9 - 1};
        double rest[3], off[3];
        for (int k = 0; k < 3; k++)
            rest[k] = index[k] - (double)try[k];
        ff_row_times_matrix(off, rest, unit->cell);
        if (length(off) < least) {
            least = length(off);
            memcpy(cell, try, sizeof try);
        }
    }
    return least;
}

/* The nearest site to `at`, and (other >= 0) how far the nearest image of that other site is. */
static int64_t nearest_site(const comparing *c, const double at[3], double *distance, int64_t other,
                            double *other_distance)
{
    int64_t found = -1;
    *distance = INFINITY;
    for (size_t b = 0; b < c->relaxation->unit.atoms; b++) {
        long cell[3] = {0};
        double away = distance_to_basis(c, at, b, cell);
        if (away < *distance) {
            *distance = away;
            found = site_number(c->relaxation, b, cell);
        }
    }
    if (other >= 0) {
        double site[3], apart[3], fraction[3], inverse[9];
        ff_relaxation_site_position(site, c->relaxation, other);
        for (int k = 0; k < 3; k++)
            apart[k] = at[k] - site[k];
        ff_lattice_inverse(inverse, c->relaxation->reference.cell);
        ff_row_times_matrix(fraction, apart, inverse);
        for (int k = 0; k < 3; k++)
            fraction[k] -= c->relaxation->reference.periodic[k] ? round(fraction[k]) : 0.0;
        ff_row_times_matrix(apart, fraction, c->relaxation->reference.cell);
        *other_distance = length(apart);
    }
    return found;
}

static bool has_moved(comparing *c, size_t atom)
{
    const double d = c->relaxation->nearest;
    double own[2], other[2] = {0.0, 0.0};
    for (int s = 0; s < 2; s++)
        c->site[atom][s] = nearest_site(c, c->place[s] + 3 * atom, &own[s], -1, NULL);
    if (c->site[atom][0] == c->site[atom][1] || length(c->apart + 3 * atom) < moved_far * d)
        return false;
    for (int s = 0; s < 2; s++)
        (void)nearest_site(c, c->place[s] + 3 * atom, &own[s], c->site[atom][1 - s], &other[s]);
    return other[0] - own[0] > nearer * d || other[1] - own[1] > nearer * d;
}

/* Pairs. */

static int find_pairs(comparing *c, ff_error *err)
{
    ff_frame frame = {0};
    int status = ff_frame_copy(&frame, &c->relaxation->reference, err);
    for (int s = 0; s < 2 && status == FF_OK; s++) {
        for (size_t i = 0; i < 3 * frame.atoms; i++)
            frame.positions[i] = c->relaxation->reference.positions[i] + c->u[s][i];
        status = ff_neighbour_list_build(&c->list[s], &frame, reach * c->relaxation->nearest, err);
    }
    ff_frame_clear(&frame);
    return status;
}

static bool shares_site(const comparing *c, size_t i, size_t j)
{
    return is_noticed(c, j) && c->site[i][0] == c->site[j][0] && c->site[i][1] == c->site[j][1];
}

/* A pair of the list of one structure, in both. */
static void judge_pair(ff_topology *topology, const comparing *c, int s, size_t i, size_t entry)
{
    const double d = c->relaxation->nearest, *here = c->list[s].vector + 3 * entry;
    const size_t j = c->list[s].neighbour[entry];
    double there[3];
    for (size_t k = 0; k < 3; k++)
        there[k] = here[k] + (s == 0 ? 1.0 : -1.0) * (c->apart[3 * j + k] - c->apart[3 * i + k]);
    if (is_noticed(c, j) && j < i) /* seen from the other end */
        return;
    double before = length(here), after = length(there);
    if (before < bond * d && after >= bond * d && after - before >= bond_change * d)
        topology->bonds++;
    if (s == 0 && shares_site(c, i, j) &&
        fabs(ff_vector_dot(here, there)) < turned_cosine * before * after)
        topology->turned++;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The shortest distances between atoms of one structure, in order; how many there are. */
static int shortest_distances(double shortest[SHORTEST], size_t *count,
                              const ff_neighbour_list *list, ff_error *err)
{
    const size_t entries = list->offset[list->atoms];
    double *sorted = ff_copy_array(list->distance, entries, sizeof *sorted, err);
    if (!sorted)
        return FF_E_NOMEM;
    qsort(sorted, entries, sizeof *sorted, by_size);
    *count = entries / 2 < SHORTEST ? entries / 2 : SHORTEST;
    for (size_t n = 0; n < *count; n++) /* each is there from both ends */
        shortest[n] = sorted[2 * n];
    free(sorted);
    return FF_OK;
}

static int find_equivalence(ff_topology *topology, const comparing *c, ff_error *err)
{
    double shortest[2][SHORTEST] = {{0.0}};
    size_t count[2] = {0, 0};
    int status = FF_OK;
    for (int s = 0; s < 2 && status == FF_OK; s++)
        status = shortest_distances(shortest[s], &count[s], &c->list[s], err);
    topology->equivalent = status == FF_OK && count[0] == count[1];
    for (size_t n = 0; n < count[0] && topology->equivalent; n++)
        topology->equivalent =
            fabs(shortest[0][n] - shortest[1][n]) <= same_distance * c->relaxation->nearest;
    return status;
}

static int compare(ff_topology *topology, comparing *c, ff_error *err)
{
    const size_t atoms = c->relaxation->reference.atoms;
    size_t seen = 0;
    for (size_t i = 0; i < atoms; i++)
        if (is_noticed(c, i)) {
            seen++;
            topology->moved += has_moved(c, i);
        }
    if (seen == 0)
        return FF_OK;
    int status = find_pairs(c, err);
    for (size_t i = 0; i < atoms && status == FF_OK; i++)
        for (int s = 0; s < 2 && is_noticed(c, i); s++)
            for (size_t p = c->list[s].offset[i]; p < c->list[s].offset[i + 1]; p++)
                judge_pair(topology, c, s, i, p);
    if (status == FF_OK && !ff_topology_same(topology))
        status = find_equivalence(topology, c, err);
    return status;
}

/* Whether the centre of a dislocation's core is elsewhere. */
static int compare_cores(ff_topology *topology, const comparing *c, ff_error *err)
{
    double centre[2][2] = {{0.0}};
    int status = FF_OK;
    for (int s = 0; s < 2 && status == FF_OK; s++) {
        ff_core_map map;
        ff_relaxation one = *c->relaxation; /* borrows all but the displacements */
        double *u = ff_copy_array(c->u[s], one.reference.atoms, 3 * sizeof *u, err);
        if (!u)
            return FF_E_NOMEM;
        one.displacement = u;
        status = ff_core_map_find(&map, &one, err);
        memcpy(centre[s], map.position, sizeof centre[s]);
        ff_core_map_clear(&map);
        free(u);
    }
    double away = hypot(centre[1][0] - centre[0][0], centre[1][1] - centre[0][1]);
    if (status == FF_OK)
        topology->cores = away > core_moved * c->relaxation->nearest;
    return status;
}

int ff_topology_compare(ff_topology *topology, const ff_relaxation *relaxation, const double *a,
                        const double *b, ff_error *err)
{
    comparing c = {.relaxation = relaxation, .u = {a, b}};
    *topology = (ff_topology){0};
    int status = comparing_init(&c, err);
    if (status == FF_OK)
        status = compare(topology, &c, err);
    if (status == FF_OK && ff_relaxation_is_dislocation(relaxation))
        status = compare_cores(topology, &c, err);
    comparing_clear(&c);
    return status;
}

bool ff_topology_same(const ff_topology *topology)
{
    return topology->moved == 0 && topology->turned == 0 && topology->bonds == 0 &&
           topology->cores == 0;
}

char *ff_topology_describe(char *text, size_t size, const ff_topology *topology)
{
    const struct {
        size_t count;
        const char *one, *many;
    } changes[4] = {{topology->moved, "atom is on another site", "atoms are on other sites"},
                    {topology->turned, "dumbbell has turned", "dumbbells have turned"},
                    {topology->bonds, "bond differs", "bonds differ"},
                    {topology->cores, "core has moved", "cores have moved"}};
    size_t used = 0;
    (void)snprintf(text, size, "none");
    for (int i = 0; i < 4; i++) {
        if (!changes[i].count || used >= size)
            continue;
        int wrote =
            snprintf(text + used, size - used, "%s%zu %s", used ? ", " : "", changes[i].count,
                     changes[i].count == 1 ? changes[i].one : changes[i].many);
        used += wrote > 0 ? (size_t)wrote : 0;
    }
    if (topology->equivalent && used < size)
        (void)snprintf(text + used, size - used,
                       "; by its shortest distances the same configuration in another orientation "
                       "or place");
    return text;
}
