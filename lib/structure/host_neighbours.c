#include "lib/structure/host_neighbours.h"

#include "lib/base/memory.h"
#include "lib/structure/lattice.h"
#include "lib/structure/neighbour_list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SHELLS = 100, MOST_SITES = 100 };

static const double same = 1e-4; /* of a distance */

/* The sites about one, sorted by distance, then place. */
typedef struct surroundings {
    size_t count;
    ff_host_neighbour *list;
} surroundings;

/* The crystal's axes: places are compared in fractions of them. */
static void fractions_of(double fraction[3], const double vector[3], const double inverse[9])
{
    ff_row_times_matrix(fraction, vector, inverse);
    for (int k = 0; k < 3; k++)
        fraction[k] = nearbyint(fraction[k] * 1e6);
}

static bool comes_before(const ff_host_neighbour *a, const ff_host_neighbour *b,
                         const double inverse[9])
{
    double place[2][3];
    fractions_of(place[0], a->vector, inverse);
    fractions_of(place[1], b->vector, inverse);
    for (int k = 0; k < 3; k++)
        if (place[0][k] != place[1][k])
            return place[0][k] > place[1][k];
    return false;
}

static int compare_distances(const void *left, const void *right)
{
    const ff_host_neighbour *a = left, *b = right;
    return (a->distance > b->distance) - (a->distance < b->distance);
}

static size_t site_at(const ff_host *host, size_t basis, const int32_t shift[3])
{
    size_t cell = 0;
    for (int k = 0; k < 3; k++) {
        const int64_t all = host->cells[k];
        int64_t place = (all / 2 + shift[k]) % all;
        cell = cell * (size_t)all + (size_t)(place < 0 ? place + all : place);
    }
    return cell * host->unit.atoms + basis;
}

static int collect(surroundings *around, const ff_host *host, size_t basis, double radius,
                   ff_error *err)
{
    ff_neighbour_list list;
    ff_neighbour_list_init(&list);
    *around = (surroundings){0};
    int status = ff_neighbour_list_build(&list, &host->unit, radius, err);
    if (status == FF_OK) {
        const size_t first = list.offset[basis];
        around->count = list.offset[basis + 1] - first;
        around->list = ff_new_array(around->count, sizeof *around->list, err);
        if (!around->list)
            status = FF_E_NOMEM;
        for (size_t e = 0; status == FF_OK && e < around->count; e++) {
            ff_host_neighbour *n = &around->list[e];
            n->site = site_at(host, list.neighbour[first + e], list.shift + 3 * (first + e));
            n->distance = list.distance[first + e];
            memcpy(n->vector, list.vector + 3 * (first + e), sizeof n->vector);
        }
    }
    if (status == FF_OK)
        qsort(around->list, around->count, sizeof *around->list, compare_distances);
    ff_neighbour_list_clear(&list);
    return status;
}

/* The first of a shell in the sorted list; the count when there are not that many. */
static size_t find_shell(const surroundings *around, int shell)
{
    size_t first = 0;
    for (size_t e = 1; e < around->count && shell > 1; e++)
        if (around->list[e].distance > (1 + same) * around->list[first].distance) {
            first = e;
            shell--;
        }
    return shell > 1 ? around->count : first;
}

int ff_host_shell(ff_host_neighbour *neighbour, const ff_host *host, size_t basis, int shell,
                  ff_error *err)
{
    double inverse[9], radius = ff_host_nearest(host);
    if (shell < 1 || shell > MOST_SHELLS)
        return ff_fail(err, FF_E_RANGE, "neighbours of shell %d, expected 1 to %d", shell,
                       MOST_SHELLS);
    ff_lattice_inverse(inverse, host->axes);
    for (;;) {
        surroundings around;
        radius *= 1.5;
        int status = collect(&around, host, basis, radius, err);
        if (status != FF_OK)
            return status;
        size_t first = find_shell(&around, shell);
        /* All of the shell must be within the radius. */
        bool whole = first < around.count && (1 + 2 * same) * around.list[first].distance < radius;
        for (size_t e = first; whole && e < around.count; e++) {
            if (around.list[e].distance > (1 + same) * around.list[first].distance)
                break;
            if (e == first || comes_before(&around.list[e], neighbour, inverse))
                *neighbour = around.list[e];
        }
        free(around.list);
        if (whole)
            return FF_OK;
    }
}

static double squares_to(const ff_host_neighbour *candidate, const ff_host_neighbour *cluster,
                         int count)
{
    double sum = 0;
    for (int c = 0; c < count; c++) {
        double apart[3];
        for (int k = 0; k < 3; k++)
            apart[k] = candidate->vector[k] - cluster[c].vector[k];
        double square = ff_vector_dot(apart, apart);
        sum += square < 1e-6 ? INFINITY : square; /* it is in the cluster */
    }
    return sum;
}

int ff_host_cluster(ff_host_neighbour *cluster, const ff_host *host, size_t basis, int count,
                    ff_error *err)
{
    surroundings around;
    double inverse[9];
    if (count < 1 || count > MOST_SITES)
        return ff_fail(err, FF_E_RANGE, "a cluster of %d sites, expected 1 to %d", count,
                       MOST_SITES);
    ff_lattice_inverse(inverse, host->axes);
    cluster[0] = (ff_host_neighbour){.site = ff_host_middle_site(host, basis)};
    /* A compact cluster of n sites is about n^(1/3) neighbours across; in a plane n^(1/2). */
    double across = host->unit.periodic[2] ? cbrt(count) : sqrt(count);
    int status = collect(&around, host, basis, (1.5 + 1.5 * across) * ff_host_nearest(host), err);
    for (int c = 1; c < count && status == FF_OK; c++) {
        double least = INFINITY;
        for (size_t e = 0; e < around.count; e++) {
            double sum = squares_to(&around.list[e], cluster, c);
            bool equal = isfinite(least) && fabs(sum - least) <= same * least;
            if (equal ? comes_before(&around.list[e], &cluster[c], inverse) : sum < least) {
                least = sum;
                cluster[c] = around.list[e];
            }
        }
        if (!isfinite(least))
            status = ff_fail(err, FF_E_RANGE, "no compact cluster of %d sites here", count);
    }
    free(around.list);
    return status;
}
