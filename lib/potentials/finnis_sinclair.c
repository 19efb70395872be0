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
    double pair;       /* c, A */
    double c0, c1, c2; /* eV/A^2, eV/A^3, eV/A^4 */
} finnis_sinclair;

static const finnis_sinclair sets[] = {
    {"W", 74, 1.896373, 4.400224, 3.25, 47.1346499, -33.7665655, 6.2541999}};

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
    (void)workspace, (void)err;
    const finnis_sinclair *p = potential->parameters;
    double rho = 0, sum = 0, slope, curvature;
    for (size_t j = 0; j < environment->count; j++) {
        double r = environment->distances[j], s = r - p->density;
        rho += s * s;
        sum += half_pair(p, r, &slope, &curvature);
    }
    double root = sqrt(rho);
    *energy = sum - p->embedding * root;
    if (!gradient)
        return FF_OK;
    for (size_t j = 0; j < environment->count; j++) {
        double r = environment->distances[j];
        half_pair(p, r, &slope, &curvature);
        slope -= p->embedding * (r - p->density) / root; /* d rho/dr = 2 (r - d) */
        for (size_t k = 3 * j; k < 3 * j + 3; k++)
            gradient[k] = slope / r * environment->vectors[k];
    }
    return FF_OK;
}

/* F = -A sqrt(rho), rho_j = (r - d)^2. */
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
        double r = environment->distances[j], s = r - p->density;
        rho += s * s;
        bonds[j].density_slope = 2 * s;
        bonds[j].density_curvature = 2;
        (void)half_pair(p, r, &bonds[j].pair_slope, &bonds[j].pair_curvature);
    }
    double slope = -0.5 * p->embedding / sqrt(rho);
    ff_central_bonds_products(environment, bonds, slope, -0.5 * slope / rho, directions, direction,
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
    const finnis_sinclair *set = &sets[0];
    *out = NULL;
    if (strcmp(parameter_set, set->name) != 0)
        return ff_fail(err, FF_E_USAGE, "unknown Finnis-Sinclair parameters '%s', expected W",
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
