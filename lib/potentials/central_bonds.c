#include "lib/potentials/central_bonds.h"

#include "lib/base/memory.h"

#include <stdlib.h>

typedef struct store {
    ff_central_bond *bonds;
    size_t capacity;
} store;

void *ff_central_bonds_new(const ff_potential *potential, ff_error *err)
{
    (void)potential;
    return ff_new_array(1, sizeof(store), err);
}

void ff_central_bonds_free(void *workspace)
{
    store *s = workspace;
    free(s->bonds);
    free(s);
}

ff_central_bond *ff_central_bonds_reserve(void *workspace, size_t count, ff_error *err)
{
    store *s = workspace;
    int status = ff_reserve(&s->bonds, &s->capacity, count + 1, sizeof *s->bonds, err);
    return status == FF_OK ? s->bonds : NULL;
}

/* How fast the density changes along a direction: g . direction. */
static double density_change(const ff_environment *environment, const ff_central_bond *bonds,
                             const double *direction)
{
    double sum = 0;
    for (size_t j = 0; j < environment->count; j++) {
        const double *r = environment->vectors + 3 * j, *v = direction + 3 * j;
        sum += bonds[j].density_slope * (r[0] * v[0] + r[1] * v[1] + r[2] * v[2]) /
               environment->distances[j];
    }
    return sum;
}

void ff_central_bonds_products(const ff_environment *environment, const ff_central_bond *bonds,
                               double embedding_slope, double embedding_curvature,
                               size_t directions, const double *direction, double *products)
{
    size_t count = environment->count;
    for (size_t d = 0; d < directions; d++) {
        const double *along = direction + 3 * d * count;
        double change = embedding_curvature * density_change(environment, bonds, along);
        for (size_t j = 0; j < count; j++) {
            const ff_central_bond *b = &bonds[j];
            const double *vector = environment->vectors + 3 * j;
            double *product = products + 3 * (d * count + j), r = environment->distances[j];
            ff_central_bond_product(
                product, vector, r, embedding_slope * b->density_slope + b->pair_slope,
                embedding_slope * b->density_curvature + b->pair_curvature, along + 3 * j);
            for (size_t k = 0; k < 3; k++)
                product[k] += change * b->density_slope / r * vector[k];
        }
    }
}
