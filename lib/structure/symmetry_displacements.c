/* Which displacements are independent. */

#include "lib/structure/symmetry.h"

#include "lib/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CANDIDATES = 13 };

static const double candidates[CANDIDATES][3] = {
    {1, 0, 0},  {0, 1, 0},  {0, 0, 1}, {1, 1, 0},  {1, 0, 1},  {0, 1, 1}, {1, -1, 0},
    {1, 0, -1}, {0, 1, -1}, {1, 1, 1}, {1, 1, -1}, {1, -1, 1}, {-1, 1, 1}};

/* A unit vector. Number 0 to 2 are the axes. */
static void candidate(double direction[3], int number)
{
    const double *c = candidates[number];
    const double length = sqrt(c[0] * c[0] + c[1] * c[1] + c[2] * c[2]);
    for (int k = 0; k < 3; k++)
        direction[k] = c[k] / length;
}

/* Adds the mean over a site's operations of d' d'^T, d' = R d: the second moments of the images of
 * a unit vector. */
static void add_moments(double moments[9], const ff_symmetry_operation *site, size_t operations,
                        const double direction[3])
{
    for (size_t o = 0; o < operations; o++) {
        const double *r = site[o].rotation;
        double image[3];
        for (int k = 0; k < 3; k++)
            image[k] =
                r[3 * k] * direction[0] + r[3 * k + 1] * direction[1] + r[3 * k + 2] * direction[2];
        for (int k = 0; k < 9; k++)
            moments[k] += image[k / 3] * image[k % 3] / (double)operations;
    }
}

/* How evenly directions spread: the determinant of their mean second moments over its largest
 * value, that of a third of the unit matrix. 1: evenly; 0: within a plane. */
static double evenness(const double moments[9])
{
    const double *m = moments;
    return 27 * (m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) +
                 m[2] * (m[3] * m[7] - m[4] * m[6]));
}

/* The moments of each candidate at a site. */
typedef struct site_moments {
    double of[CANDIDATES][9];
} site_moments;

/* Directions less even than this are taken not to span space: the least-squares problem would have
 * a condition number in the hundreds. */
static const double least_even = 0.01;

/* Better by more than rounding, so that equals go to the earliest everywhere. */
static bool is_better(double even, double best)
{
    return even > best + 1e-6;
}

static size_t choose_one(int chosen[3], const site_moments *moments)
{
    double best = least_even;
    size_t count = 0;
    for (int a = 0; a < CANDIDATES; a++) {
        double even = evenness(moments->of[a]);
        if (is_better(even, best)) {
            best = even;
            chosen[0] = a;
            count = 1;
        }
    }
    return count;
}

static size_t choose_two(int chosen[3], const site_moments *moments)
{
    double best = least_even;
    size_t count = 0;
    for (int a = 0; a < CANDIDATES; a++)
        for (int b = a + 1; b < CANDIDATES; b++) {
            double mean[9];
            for (int k = 0; k < 9; k++)
                mean[k] = (moments->of[a][k] + moments->of[b][k]) / 2;
            double even = evenness(mean);
            if (is_better(even, best)) {
                best = even;
                chosen[0] = a;
                chosen[1] = b;
                count = 2;
            }
        }
    return count;
}

/* The fewest candidates that span space; returns how many. */
static size_t choose_directions(int chosen[3], const ff_symmetry_operation *site, size_t operations)
{
    site_moments moments = {{{0}}};
    for (int c = 0; c < CANDIDATES; c++) {
        double direction[3];
        candidate(direction, c);
        add_moments(moments.of[c], site, operations, direction);
    }
    size_t count = choose_one(chosen, &moments);
    if (count == 0)
        count = choose_two(chosen, &moments);
    for (int k = 0; k < 3 && count == 0; k++)
        chosen[k] = k;
    return count ? count : 3;
}

int ff_symmetry_displacements(ff_displacement **displacements, size_t *count,
                              const ff_symmetry *symmetry, ff_error *err)
{
    *count = 0;
    *displacements = ff_new_array(3 * symmetry->orbits, sizeof **displacements, err);
    if (!*displacements)
        return FF_E_NOMEM;
    for (size_t orbit = 0; orbit < symmetry->orbits; orbit++) {
        const size_t begin = symmetry->offset[orbit], end = symmetry->offset[orbit + 1];
        int chosen[3];
        size_t directions = choose_directions(chosen, symmetry->site + begin, end - begin);
        for (size_t i = 0; i < directions; i++) {
            ff_displacement *displacement = &(*displacements)[(*count)++];
            displacement->atom = symmetry->first[orbit];
            candidate(displacement->direction, chosen[i]);
        }
    }
    return FF_OK;
}

int ff_all_displacements(ff_displacement **displacements, size_t *count, size_t atoms,
                         ff_error *err)
{
    *count = 3 * atoms;
    *displacements = ff_new_array(*count, sizeof **displacements, err);
    if (!*displacements)
        return FF_E_NOMEM;
    for (size_t i = 0; i < *count; i++) {
        (*displacements)[i].atom = (uint32_t)(i / 3);
        (*displacements)[i].direction[i % 3] = 1;
    }
    return FF_OK;
}
