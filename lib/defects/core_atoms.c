#include "lib/defects/core_atoms.h"

#include "lib/base/memory.h"
#include "lib/structure/lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Positions of what the defect consists of. */
typedef struct points {
    double (*at)[3];
    size_t count, capacity;
} points;

static int add_point(points *p, const double at[3], ff_error *err)
{
    int status = ff_reserve(&p->at, &p->capacity, p->count + 1, sizeof *p->at, err);
    if (status == FF_OK)
        memcpy(p->at[p->count++], at, sizeof *p->at);
    return status;
}

static int find_points(points *p, const ff_relaxation *relaxation, ff_error *err)
{
    const ff_frame *reference = &relaxation->reference;
    size_t sites = ff_relaxation_sites(relaxation);
    char *right = ff_new_array(sites, 1, err); /* an atom of the crystal's species is there */
    int status = right ? FF_OK : FF_E_NOMEM;
    for (size_t i = 0; status == FF_OK && i < reference->atoms; i++) {
        int64_t site = relaxation->site[i];
        if (site < 0)
            status = add_point(p, reference->positions + 3 * i, err);
        else if ((size_t)site < sites)
            right[site] = reference->species[i] ==
                          relaxation->unit.species[(size_t)site % relaxation->unit.atoms];
    }
    for (size_t s = 0; status == FF_OK && s < sites; s++)
        if (!right[s]) {
            double at[3];
            ff_relaxation_site_position(at, relaxation, (int64_t)s);
            status = add_point(p, at, err);
        }
    free(right);
    return status;
}

typedef struct candidate {
    double distance; /* A, from the nearest point */
    size_t atom;
} candidate;

static int by_distance(const void *a, const void *b)
{
    const candidate *x = a, *y = b;
    if (x->distance != y->distance)
        return x->distance < y->distance ? -1 : 1;
    return (x->atom > y->atom) - (x->atom < y->atom);
}

static int by_number(const void *a, const void *b)
{
    const size_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double nearest_point(const points *p, const ff_frame *frame, const double inverse[9],
                            const double at[3])
{
    double least = INFINITY;
    for (size_t n = 0; n < p->count; n++) {
        double from[3], fraction[3];
        for (int k = 0; k < 3; k++)
            from[k] = at[k] - p->at[n][k];
        ff_row_times_matrix(fraction, from, inverse);
        for (int k = 0; k < 3; k++)
            fraction[k] -= frame->periodic[k] ? round(fraction[k]) : 0.0;
        ff_row_times_matrix(from, fraction, frame->cell);
        least = fmin(least, ff_vector_dot(from, from));
    }
    return sqrt(least);
}

/* How many of the sorted candidates make whole shells: all atoms nearer than the last gap. */
static size_t whole_shells(const candidate *sorted, size_t candidates, size_t most, double gap)
{
    size_t count = most < candidates ? most : candidates;
    while (count > 0 && count < candidates &&
           sorted[count].distance - sorted[count - 1].distance < gap)
        count--;
    return count;
}

int ff_core_atoms(size_t **atom, size_t *count, const ff_relaxation *relaxation, size_t most,
                  ff_error *err)
{
    const ff_frame *reference = &relaxation->reference;
    points p = {0};
    candidate *sorted = NULL;
    double inverse[9];
    *atom = NULL;
    *count = 0;
    ff_lattice_inverse(inverse, reference->cell);
    int status = find_points(&p, relaxation, err);
    if (status == FF_OK && p.count > 0 &&
        !(sorted = ff_new_array(reference->atoms, sizeof *sorted, err)))
        status = FF_E_NOMEM;
    if (status == FF_OK && p.count > 0) {
        for (size_t i = 0; i < reference->atoms; i++)
            sorted[i] = (candidate){
                .distance = nearest_point(&p, reference, inverse, reference->positions + 3 * i),
                .atom = i};
        qsort(sorted, reference->atoms, sizeof *sorted, by_distance);
        *count = whole_shells(sorted, reference->atoms, most + (p.count - 1) * most / 2,
                              0.02 * relaxation->nearest);
    }
    if (status == FF_OK && !(*atom = ff_new_array(*count, sizeof **atom, err)))
        status = FF_E_NOMEM;
    for (size_t i = 0; status == FF_OK && i < *count; i++)
        (*atom)[i] = sorted[i].atom;
    if (status == FF_OK)
        qsort(*atom, *count, sizeof **atom, by_number);
    free(p.at);
    free(sorted);
    return status;
}
