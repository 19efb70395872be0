#include "lib/potentials/finnis_sinclair.h"

#include "lib/base/memory.h"
#include "lib/potentials/central_bonds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct finnis_sinclair {
    const char *name;
    int species;
    double embedding;  /* A, eV */
    double density;    /* d, A */
    double beta;       /* of the density's cubic term */
    double pair;       /* c, A */
    double c0, c1, c2; /* eV/A^2, eV/A^3, eV/A^4 */
} finnis_sinclair;

/* Table 2 of the paper; iron as in the erratum. */
static const finnis_sinclair sets[] = {
    {"V", 23, 2.010637, 3.692767, 0, 3.8, -0.8816318, 1.4907756, -0.3976370},
    {"Nb", 41, 3.013789, 3.915354, 0, 4.2, -1.5640104, 2.0055779, -0.4663764},
    {"Ta", 73, 2.591061, 4.076980, 0, 4.2, 1.2157373, 0.0271471, -0.1217350},
    {"Cr", 24, 1.453418, 3.915720, 1.8, 2.9, 29.1429813, -23.3975027, 4.7578297},
    {"Mo", 42, 1.887117, 4.114825, 0, 3.25, 43.4475218, -31.9332978, 6.0804249},
    {"W", 74, 1.896373, 4.400224, 0, 3.25, 47.1346499, -33.7665655, 6.2541999},
    {"Fe", 26, 1.828905, 3.569745, 1.8, 3.4, 1.2371147, -0.3592185, -0.0385607}};

/* What one neighbour adds to the density. */
static double density(const finnis_sinclair *p, double r, double *slope, double *curvature)
{
    *slope = *curvature = 0;
    if (r >= p->density)
        return 0;
    double s = r - p->density, cubic = p->beta * s / p->density;
    *slope = s * (2 + 3 * cubic);
    *curvature = 2 + 6 * cubic;
    return s * s * (1 + cubic);
}

/* Below d (1 - 1/beta) a neighbour's density is negative; the sum of all must not be. */
static int check_density(double rho, ff_error *err)
{
    return rho >= 0 ? FF_OK
                    : ff_fail(err, FF_E_RANGE,
                              "the density is negative (%.3g A^2): atoms closer than the "
                              "Finnis-Sinclair potential is made for",
                              rho);
}

/* A/2 over the root of the density; without neighbours within its range there is no density to
 * change, and no slope. */
static double pull(const finnis_sinclair *p, double rho)
{
    return rho > 0 ? 0.5 * p->embedding / sqrt(rho) : 0;
}

/* Half the pair energy V(r)/2, its slope and curvature. */
static double half_pair(const finnis_sinclair *p, double r, double *slope, double *curvature)
{
    *slope = *curvature = 0;
    if (r >= p->pair)
        return 0;
    double s = r - p->pair, polynomial = p->c0 + r * (p->c1 + r * p->c2);
    double rise = p->c1 + 2 * r * p->c2;
    *slope = 0.5 * s * (2 * polynomial + s * rise);
    *curvature = polynomial + s * (2 * rise + s * p->c2);
    return 0.5 * s * s * polynomial;
}

static int site(const ff_potential *potential, const ff_environment *environment, void *workspace,
                double *energy, double *gradient, ff_error *err)
{
    (void)workspace;
    const finnis_sinclair *p = potential->parameters;
    double rho = 0, sum = 0, slope, curvature;
    for (size_t j = 0; j < environment->count; j++) {
        double r = environment->distances[j];
        rho += density(p, r, &slope, &curvature);
        sum += half_pair(p, r, &slope, &curvature);
    }
    int status = check_density(rho, err);
    if (status != FF_OK)
        return status;
    *energy = sum - p->embedding * sqrt(rho);
    if (!gradient)
        return FF_OK;
    const double scale = pull(p, rho);
    for (size_t j = 0; j < environment->count; j++) {
        double r = environment->distances[j], density_slope;
        (void)half_pair(p, r, &slope, &curvature);
        (void)density(p, r, &density_slope, &curvature);
        slope -= scale * density_slope;
        for (size_t k = 3 * j; k < 3 * j + 3; k++)
            gradient[k] = slope / r * environment->vectors[k];
    }
    return FF_OK;
}

/* F = -A sqrt(rho): F' = -A/2 rho^(-1/2), F'' = A/4 rho^(-3/2). */
static int hessian_products(const ff_potential *potential, const ff_environment *environment,
                            void *workspace, size_t directions, const double *direction,
                            double *products, ff_error *err)
{
    const finnis_sinclair *p = potential->parameters;
    double rho = 0;
    ff_central_bond *bonds = ff_central_bonds_reserve(workspace, environment->count, err);
    if (!bonds)
        return FF_E_NOMEM;
    for (size_t j = 0; j < environment->count; j++) {
        double r = environment->distances[j];
        rho += density(p, r, &bonds[j].density_slope, &bonds[j].density_curvature);
        (void)half_pair(p, r, &bonds[j].pair_slope, &bonds[j].pair_curvature);
    }
    int status = check_density(rho, err);
    if (status != FF_OK)
        return status;
    const double slope = -pull(p, rho), curvature = rho > 0 ? -0.5 * slope / rho : 0;
    ff_central_bonds_products(environment, bonds, slope, curvature, directions, direction,
                              products);
    return FF_OK;
}

static void free_potential(ff_potential *potential)
{
    free(potential->parameters);
    free(potential);
}

static const ff_potential_class finnis_sinclair_class = {.kind = "fs",
                                                         .workspace_new = ff_central_bonds_new,
                                                         .workspace_free = ff_central_bonds_free,
                                                         .site = site,
                                                         .hessian_products = hessian_products,
                                                         .free = free_potential};

int ff_finnis_sinclair_new(ff_potential **out, const char *parameter_set, ff_error *err)
{
    const finnis_sinclair *set = NULL;
    *out = NULL;
    for (size_t k = 0; k < sizeof sets / sizeof sets[0]; k++)
        if (strcmp(parameter_set, sets[k].name) == 0)
            set = &sets[k];
    if (!set)
        return ff_fail(err, FF_E_USAGE,
                       "unknown Finnis-Sinclair parameters '%s', expected V, Nb, Ta, Cr, Mo, W or "
                       "Fe",
                       parameter_set);
    ff_potential *potential = ff_new_array(1, sizeof *potential, err);
    finnis_sinclair *parameters = ff_copy_array(set, 1, sizeof *set, err);
    if (!potential || !parameters) {
        free(potential);
        free(parameters);
        return FF_E_NOMEM;
    }
    *potential = (ff_potential){.class_ = &finnis_sinclair_class,
                                .cutoff = fmax(set->density, set->pair),
                                .parameters = parameters};
    potential->species[set->species] = true;
    *out = potential;
    return FF_OK;
}
