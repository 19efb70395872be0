#include "lib/potentials/eam.h"

#include "lib/base/memory.h"
#include "lib/potentials/central_bonds.h"
#include "lib/potentials/cubic_spline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Density and pair energy at one distance are wanted together: their coefficients lie side by side
 * in one cache line. */
enum { PAIR_STRIDE = 2 * FF_SPLINE_TERMS };

typedef struct eam {
    size_t elements;
    int element[FF_MAX_SPECIES + 1]; /* index by atomic number; -1: not described */
    size_t densities, distances;
    double inverse_density_step;  /* 1/density unit */
    double inverse_distance_step; /* 1/A */
    double lowest;                /* where the straight line of F begins, in knots */
    double last_place; /* in an interval: 1 where the last knot's values go on, else none */
    double *embedding; /* [elements][densities - 1][4] */
    double *pair;      /* [centre][neighbour][distances - 1][8]: rho at the centre, then r phi */
} eam;

void ff_eam_tables_init(ff_eam_tables *tables)
{
    memset(tables, 0, sizeof *tables);
}

void ff_eam_tables_clear(ff_eam_tables *tables)
{
    free(tables->embedding);
    free(tables->density);
    free(tables->pair);
    ff_eam_tables_init(tables);
}

int ff_eam_tables_allocate(ff_eam_tables *tables, ff_error *err)
{
    size_t n = tables->elements;
    tables->embedding = ff_new_array(tables->densities, n * sizeof(double), err);
    tables->density = ff_new_array(tables->distances, n * n * sizeof(double), err);
    tables->pair = ff_new_array(tables->distances, n * (n + 1) / 2 * sizeof(double), err);
    return tables->embedding && tables->density && tables->pair ? FF_OK : FF_E_NOMEM;
}

size_t ff_eam_pair_index(size_t a, size_t b)
{
    return a >= b ? a * (a + 1) / 2 + b : b * (b + 1) / 2 + a;
}

/* F and its first and second derivative: a straight line beyond the table. */
static double embed(const eam *p, int element, double rho, double *slope, double *curvature)
{
    const double *table = p->embedding + (size_t)element * (p->densities - 1) * FF_SPLINE_TERMS;
    double x = rho * p->inverse_density_step, last = (double)(p->densities - 1);
    double inside = fmin(fmax(x, p->lowest), last);
    size_t knot = (size_t)fmax(fmin(inside, last - 1), 0);
    const double *c = table + FF_SPLINE_TERMS * knot;
    double value = ff_cubic_spline_value(c, inside - (double)knot, slope);
    value += *slope * (x - inside);
    *slope *= p->inverse_density_step;
    *curvature = x == inside ? ff_cubic_spline_curvature(c, inside - (double)knot) *
                                   p->inverse_density_step * p->inverse_density_step
                             : 0;
    return value;
}

/* The tables of a centre's species, of all neighbours. */
static const double *tables_of(const eam *p, int centre)
{
    size_t block = (p->distances - 1) * PAIR_STRIDE;
    return p->pair + (size_t)p->element[centre] * p->elements * block;
}

/* The splines of the density and of r phi of a neighbour in its interval, and the place t in it. */
static inline const double *bond_splines(const eam *p, const double *tables, int neighbour,
                                         double distance, double *t)
{
    double x = distance * p->inverse_distance_step;
    int64_t knot = (int64_t)x, last = (int64_t)p->distances - 2; /* signed: one instruction */
    knot = knot < last ? knot : last;
    const double place = x - (double)knot;
    *t = place < p->last_place ? place : p->last_place;
    if (p->elements > 1)
        tables += (size_t)p->element[neighbour] * (p->distances - 1) * PAIR_STRIDE;
    return tables + (size_t)knot * PAIR_STRIDE;
}

/* Sums density and half the pair energy. With a gradient, leaves for turn_slopes in the components
 * of each neighbour the slopes of its density and half its pair energy, and 1/r. */
static void sum_neighbours(const eam *p, const ff_environment *environment, double *rho,
                           double *pair, double *gradient)
{
    const double *tables = tables_of(p, environment->species);
    double sum_rho = 0, sum_pair = 0;
    for (size_t j = 0; j < environment->count; j++) {
        double rho_slope, product_slope, t, r = environment->distances[j], inverse = 1 / r;
        const double *c = bond_splines(p, tables, environment->neighbour_species[j], r, &t);
        sum_rho += ff_cubic_spline_value(c, t, &rho_slope);
        double phi = inverse * ff_cubic_spline_value(c + FF_SPLINE_TERMS, t, &product_slope);
        sum_pair += 0.5 * phi;
        if (gradient) {
            gradient[3 * j] = rho_slope * p->inverse_distance_step;
            gradient[3 * j + 1] = 0.5 * inverse * (product_slope * p->inverse_distance_step - phi);
            gradient[3 * j + 2] = inverse;
        }
    }
    *rho = sum_rho;
    *pair = sum_pair;
}

/* From slopes along each bond to vectors: (F' rho' + phi'/2) r/|r|. */
static void turn_slopes(const ff_environment *environment, double embedding_slope, double *gradient)
{
    for (size_t j = 0; j < environment->count; j++) {
        double *g = gradient + 3 * j;
        double scale = (embedding_slope * g[0] + g[1]) * g[2];
        for (size_t k = 0; k < 3; k++)
            g[k] = scale * environment->vectors[3 * j + k];
    }
}

static int site(const ff_potential *potential, const ff_environment *environment, void *workspace,
                double *energy, double *gradient, ff_error *err)
{
    (void)workspace, (void)err;
    const eam *p = potential->parameters;
    double rho, pair, slope, curvature;
    sum_neighbours(p, environment, &rho, &pair, gradient);
    *energy = embed(p, p->element[environment->species], rho, &slope, &curvature) + pair;
    if (gradient)
        turn_slopes(environment, slope, gradient);
    return FF_OK;
}

/* The slope, per knot, of the density that a centre adds at its neighbour. */
static inline double density_slope_at(const eam *p, const ff_environment *environment, size_t j,
                                      double distance)
{
    double t, slope;
    const double *c = bond_splines(p, tables_of(p, environment->neighbour_species[j]),
                                   environment->species, distance, &t);
    (void)ff_cubic_spline_value(c, t, &slope);
    return slope;
}

static void embed_site(const ff_potential *potential, const ff_environment *environment,
                       double *energy, double *slope, double *parts)
{
    const eam *p = potential->parameters;
    const double *tables = tables_of(p, environment->species);
    const bool alone = p->elements == 1;
    double rho = 0, pair = 0, curvature, scale = p->inverse_distance_step;
    for (size_t j = 0; j < environment->count; j++) {
        double rho_slope, product_slope, t, r = environment->distances[j], inverse = 1 / r;
        double *part = parts + 3 * j;
        const double *c = bond_splines(p, tables, environment->neighbour_species[j], r, &t);
        rho += ff_cubic_spline_value(c, t, &rho_slope);
        double phi = inverse * ff_cubic_spline_value(c + FF_SPLINE_TERMS, t, &product_slope);
        pair += 0.5 * phi;
        part[0] = rho_slope * (scale * inverse);
        part[1] = alone ? part[0] : density_slope_at(p, environment, j, r) * (scale * inverse);
        part[2] = inverse * inverse * (product_slope * scale - phi);
    }
    *energy = embed(p, p->element[environment->species], rho, slope, &curvature) + pair;
}

static const ff_central_functions central = {.embed = embed_site};

/* With p = r phi: phi' = (p' - phi) / r and phi'' = (p'' - 2 phi') / r. */
static int hessian_products(const ff_potential *potential, const ff_environment *environment,
                            void *workspace, size_t directions, const double *direction,
                            double *products, ff_error *err)
{
    const eam *p = potential->parameters;
    double rho = 0, slope, curvature, step = p->inverse_distance_step;
    ff_central_bond *bonds = ff_central_bonds_reserve(workspace, environment->count, err);
    if (!bonds)
        return FF_E_NOMEM;
    const double *tables = tables_of(p, environment->species);
    for (size_t j = 0; j < environment->count; j++) {
        double t, product_slope, r = environment->distances[j], inverse = 1 / r;
        const double *c = bond_splines(p, tables, environment->neighbour_species[j], r, &t);
        const double *product = c + FF_SPLINE_TERMS;
        ff_central_bond *b = &bonds[j];
        rho += ff_cubic_spline_value(c, t, &b->density_slope);
        b->density_slope *= step;
        b->density_curvature = step * step * ff_cubic_spline_curvature(c, t);
        double phi = inverse * ff_cubic_spline_value(product, t, &product_slope);
        b->pair_slope = 0.5 * inverse * (step * product_slope - phi);
        b->pair_curvature = inverse * (0.5 * step * step * ff_cubic_spline_curvature(product, t) -
                                       2 * b->pair_slope);
    }
    (void)embed(p, p->element[environment->species], rho, &slope, &curvature);
    ff_central_bonds_products(environment, bonds, slope, curvature, directions, direction,
                              products);
    return FF_OK;
}

static void free_potential(ff_potential *potential)
{
    eam *p = potential->parameters;
    if (p) {
        free(p->embedding);
        free(p->pair);
    }
    free(p);
    free(potential);
}

static const ff_potential_class eam_class = {.kind = "eam",
                                             .workspace_new = ff_central_bonds_new,
                                             .workspace_free = ff_central_bonds_free,
                                             .site = site,
                                             .hessian_products = hessian_products,
                                             .free = free_potential,
                                             .central = &central};

static int check_tables(const ff_eam_tables *t, ff_error *err)
{
    if (t->densities < FF_SPLINE_LEAST_KNOTS || t->distances < FF_SPLINE_LEAST_KNOTS)
        return ff_fail(err, FF_E_RANGE,
                       "tables of %zu densities and %zu distances, expected at "
                       "least %d",
                       t->densities, t->distances, FF_SPLINE_LEAST_KNOTS);
    if (!(t->density_step > 0) || !(t->distance_step > 0) || !(t->cutoff > 0))
        return ff_fail(err, FF_E_RANGE,
                       "steps %g and %g A and a cutoff of %g A, expected positive "
                       "numbers",
                       t->density_step, t->distance_step, t->cutoff);
    double longest = (double)t->distances * t->distance_step;
    if (t->cutoff > longest * (1 + 1e-9))
        return ff_fail(err, FF_E_RANGE,
                       "a cutoff of %g A, but %zu distances of step %g A reach "
                       "only %g A",
                       t->cutoff, t->distances, t->distance_step, longest);
    return FF_OK;
}

typedef int fit_function(double *coefficients, size_t stride, const double *values, size_t count,
                         ff_error *err);

static int fit_splines(eam *p, const ff_eam_tables *t, ff_error *err)
{
    size_t n = t->elements, intervals = t->distances - 1;
    fit_function *fit = t->lammps ? ff_cubic_lammps_fit : ff_cubic_spline_fit;
    int status = FF_OK;
    for (size_t a = 0; a < n && status == FF_OK; a++)
        status = fit(p->embedding + a * (t->densities - 1) * FF_SPLINE_TERMS, FF_SPLINE_TERMS,
                     t->embedding + a * t->densities, t->densities, err);
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < n && status == FF_OK; b++) {
            double *to = p->pair + (a * n + b) * intervals * PAIR_STRIDE;
            status =
                fit(to, PAIR_STRIDE, t->density + (b * n + a) * t->distances, t->distances, err);
            if (status == FF_OK)
                status = fit(to + FF_SPLINE_TERMS, PAIR_STRIDE,
                             t->pair + ff_eam_pair_index(a, b) * t->distances, t->distances, err);
        }
    return status;
}

int ff_eam_new(ff_potential **out, const ff_eam_tables *tables, ff_error *err)
{
    size_t n = tables->elements;
    *out = NULL;
    int status = check_tables(tables, err);
    if (status != FF_OK)
        return status;
    ff_potential *potential = ff_new_array(1, sizeof *potential, err);
    eam *p = ff_new_array(1, sizeof *p, err);
    if (!potential || !p) {
        free(potential);
        free(p);
        return FF_E_NOMEM;
    }
    double last_knot = (double)(tables->distances - 1) * tables->distance_step;
    double cutoff = tables->lammps ? tables->cutoff : fmin(tables->cutoff, last_knot);
    *potential = (ff_potential){.class_ = &eam_class, .cutoff = cutoff, .parameters = p};
    p->lowest = tables->lammps ? -INFINITY : 0;
    p->last_place = tables->lammps ? 1 : INFINITY;
    p->elements = n;
    p->densities = tables->densities;
    p->distances = tables->distances;
    p->inverse_density_step = 1 / tables->density_step;
    p->inverse_distance_step = 1 / tables->distance_step;
    for (int z = 0; z <= FF_MAX_SPECIES; z++)
        p->element[z] = -1;
    for (size_t a = 0; a < n; a++) {
        p->element[tables->species[a]] = (int)a;
        potential->species[tables->species[a]] = true;
    }
    p->embedding = ff_new_array(p->densities, n * FF_SPLINE_TERMS * sizeof(double), err);
    p->pair = ff_new_array(p->distances, n * n * PAIR_STRIDE * sizeof(double), err);
    status = p->embedding && p->pair ? fit_splines(p, tables, err) : FF_E_NOMEM;
    if (status != FF_OK) {
        free_potential(potential);
        return status;
    }
    *out = potential;
    return FF_OK;
}
