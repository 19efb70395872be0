#include "lib/pace/pace_model.h"

#include "lib/ace/basis_parts.h"
#include "lib/ace/wall.h"
#include "lib/base/memory.h"
#include "lib/pace/chebyshev_fit.h"
#include "lib/pace/expansion.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BASES = 24, MOST_BASES = 192, BASES_STEP = 8 };

static const double TARGET = 1e-11; /* eV/A, of each error of the force between two atoms */
/* Of slopes between the points of a table, root mean squares: h^3 f'''' times that of (2x - 6x^2 +
 * 4x^3)/24, and the rounding of values, half a unit at most, over h times that of 6x (1 - x). */
static const double HERMITE = 5.75e-3;
static const double ROUNDING = 0.29 * DBL_EPSILON * 1.55;
static const double BYTES = 4 * sizeof(double); /* of a cubic */

typedef struct exporter {
    ff_pace *pace;
    ff_pace_cost *cost;
    const ff_ace_model *model;
    ff_ace_basis *basis;
    double fourth, size, neighbours; /* the largest of any pair; the former of all its functions
                                        with their weights */
} exporter;

/* Look-up tables. */

static double table_error(double fourth, double size, double spacing)
{
    return hypot(HERMITE * fourth * spacing * spacing * spacing, ROUNDING * size / spacing);
}

/* The spacing with the least error, or the one where only the interpolation's reaches the target.
 */
static double best_spacing(double fourth, double size)
{
    double slope = HERMITE * fmax(fourth, 1e-30);
    double least = pow(ROUNDING * size / (sqrt(3.0) * slope), 0.25);
    return fmin(fmax(least, cbrt(TARGET / slope)), 0.01);
}

/* Sets. */

static void set_elements(const exporter *e)
{
    const ff_ace_options *o = ff_ace_basis_options(e->basis);
    e->pace->elements = (int)o->species_count;
    for (int i = 0; i < e->pace->elements; i++) {
        /* No core energy that atoms can reach weakens the rest. */
        ff_pace_element *element = &e->pace->element[i];
        element->species = o->species[i];
        element->energy = e->model->one_body[o->species[i]];
        element->core_cutoff = 100000;
        element->core_width = 250;
    }
}

/* The repulsion strength exp(-exponent r^2)/r (1 + cos(pi r/cutoff))/2 that equals half the wall in
 * value and slope where the latter acts alone. */
static void set_repulsion(ff_pace_bond *bond, int z1, int z2)
{
    double r = bond->inner - bond->inner_width, slope, curvature;
    double wall = ff_wall(z1, z2, bond->inner, r, &slope, &curvature);
    double angle = M_PI * r / bond->cutoff, envelope = 0.5 * (1.0 + cos(angle));
    double decay = 0.5 * M_PI / bond->cutoff * sin(angle) / envelope; /* -envelope'/envelope */
    bond->exponent = fmax(-0.5 / r * (slope / wall + 1.0 / r + decay), 0.0);
    bond->strength = 0.5 * wall * r * exp(bond->exponent * r * r) / envelope;
}

/* Radial functions. */

/* What is fitted for a pair of species: many-body radial functions and, last, the pair energy. */
typedef struct pair_functions {
    const ff_radial *many, *pair;
    int many_count, pair_count;
    const double *coefficients; /* of the pair functions */
} pair_functions;

static void evaluate(const void *context, const double *distance, double (*values)[FF_LANES],
                     double (*derivatives)[FF_LANES])
{
    const pair_functions *f = context;
    double value[FF_RADIAL_MAX][FF_LANES], slope[FF_RADIAL_MAX][FF_LANES];
    size_t many = (size_t)f->many_count;
    ff_radial_evaluate(f->many, distance, value, slope, NULL);
    memcpy(values, value, many * sizeof *value);
    memcpy(derivatives, slope, many * sizeof *slope);
    memset(values[many], 0, sizeof *values);
    memset(derivatives[many], 0, sizeof *derivatives);
    ff_radial_evaluate(f->pair, distance, value, slope, NULL);
    for (int n = 0; n < f->pair_count; n++)
        FF_EACH_LANE(q)
        {
            values[many][q] += FF_ACE_PAIR_SCALE * f->coefficients[n] * value[n][q];
            derivatives[many][q] += FF_ACE_PAIR_SCALE * f->coefficients[n] * slope[n][q];
        }
}

/* Adds to weight[n - 1] the squares of a centre's coefficients of functions with a factor (species,
 * n). */
static void add_squares(const exporter *e, int centre, int species, double *weight)
{
    const ff_ace_basis *basis = e->basis;
    const double *c =
        e->model->coefficients + basis->first[centre] + ff_ace_pair_columns(basis, centre);
    for (size_t k = 0; k < basis->graph.functions; k++) {
        const ff_ace_product *product = &basis->product[k];
        for (int i = 0; i < product->order; i++)
            if (product->factor[i].species == species)
                weight[product->factor[i].n - 1] += c[k] * c[k];
    }
}

/* Root of the sum of (weight_f number_f)^2. */
static double weighted(const double *weight, const double *number, int count)
{
    double sum = 0;
    for (int f = 0; f < count; f++)
        sum += weight[f] * number[f] * weight[f] * number[f];
    return sqrt(sum);
}

/* The error of the force that a fit leads to. */
static double error_of(const ff_chebyshev_fit *fit, const double *weight)
{
    double fourth = weighted(weight, fit->fourth, fit->functions);
    double size = weighted(weight, fit->size, fit->functions);
    return hypot(weighted(weight, fit->error, fit->functions),
                 table_error(fourth, size, best_spacing(fourth, size)));
}

/* The fit with the fewest base functions that reaches the target or, when rounding forbids it, half
 * the accuracy of the best one. Neighbours in a crystal are hardly ever closer than 0.85 times the
 * nearest-neighbour distance. */
static int fit_pair(ff_chebyshev_fit *fit, const pair_functions *functions, const double *weight,
                    const ff_radial_range *range, ff_error *err)
{
    enum { TRIALS = (MOST_BASES - FIRST_BASES) / BASES_STEP + 1 };
    double error[TRIALS] = {0}, best = INFINITY,
           closest = fmax(range->inner, 0.85 * range->nearest);
    int chosen = 0;
    *fit = (ff_chebyshev_fit){.functions = functions->many_count + 1,
                              .inner = range->inner,
                              .closest = closest < range->cutoff ? closest : range->inner,
                              .cutoff = range->cutoff};
    for (int trial = 0; trial < TRIALS && best > TARGET; trial++) {
        fit->bases = FIRST_BASES + trial * BASES_STEP;
        int status = ff_chebyshev_fit_make(fit, evaluate, functions, err);
        if (status != FF_OK)
            return status;
        error[trial] = error_of(fit, weight);
        best = fmin(best, error[trial]);
        ff_chebyshev_fit_clear(fit);
    }
    while (error[chosen] > fmax(TARGET, 2.0 * best))
        chosen++;
    fit->bases = FIRST_BASES + chosen * BASES_STEP;
    return ff_chebyshev_fit_make(fit, evaluate, functions, err);
}

/* The bond of a centre with a neighbour, the same both ways. */
static int set_bond(const exporter *e, int centre, int neighbour, const ff_chebyshev_fit *fit,
                    ff_error *err)
{
    const ff_ace_options *o = &e->basis->options;
    const ff_one_particle_shape *shape = &e->basis->one_particle.shape;
    const ff_radial_range *range = &o->range[ff_ace_pair_index(o, centre, neighbour)];
    ff_pace_bond *bond = &e->pace->bond[centre][neighbour];
    *bond = (ff_pace_bond){.form = FF_PACE_CHEB_POW,
                           .lambda = 1,
                           .cutoff = range->cutoff,
                           .inner = range->inner,
                           .inner_width = 0.25 * range->inner,
                           .radials = shape->radial_count > 0 ? shape->radial_count : 1,
                           .largest = shape->largest,
                           .bases = fit->bases};
    set_repulsion(bond, o->species[centre], o->species[neighbour]);
    int status = ff_pace_bond_allocate(bond, err);
    if (status != FF_OK)
        return status;
    double *to = bond->coefficient;
    size_t bases = (size_t)fit->bases;
    for (int n = 0; n < shape->radial_count; n++)
        for (int l = 0; l <= shape->largest; l++, to += bases)
            if (n < shape->radial[l])
                memcpy(to, fit->coefficient + (size_t)n * bases, bases * sizeof *to);
    return FF_OK;
}

/* The pair energy as functions of order 1. */
static int set_pair_energy(const exporter *e, int centre, int neighbour,
                           const ff_chebyshev_fit *fit, ff_error *err)
{
    static const int16_t m = 0;
    const double *c = fit->coefficient + (size_t)(fit->functions - 1) * (size_t)fit->bases;
    int status = FF_OK;
    for (int k = 0; k < fit->bases && status == FF_OK; k++) {
        ff_pace_function f = {.order = 1, .species = {neighbour}, .n = {k + 1}, .terms = 1};
        if (c[k] != 0)
            status = ff_pace_element_add(&e->pace->element[centre], &f, &m, &c[k], err);
    }
    return status;
}

static int export_pair(exporter *e, int a, int b, ff_error *err)
{
    const ff_ace_basis *basis = e->basis;
    size_t pair = ff_ace_pair_index(&basis->options, a, b);
    const ff_radial *many = &basis->radial[pair];
    const pair_functions functions = {.many = many,
                                      .pair = basis->pair_radial ? &basis->pair_radial[pair] : many,
                                      .many_count = basis->one_particle.shape.radial_count,
                                      .pair_count = basis->pairs,
                                      .coefficients = e->model->coefficients + basis->first[a] +
                                                      (size_t)(b - a) * (size_t)basis->pairs};
    double weight[FF_RADIAL_MAX + 1] = {0};
    ff_chebyshev_fit fit = {0};
    add_squares(e, a, b, weight);
    add_squares(e, b, a, weight);
    for (int n = 0; n < functions.many_count; n++)
        weight[n] = sqrt(weight[n]);
    weight[functions.many_count] = 1;
    int status = fit_pair(&fit, &functions, weight, &basis->options.range[pair], err);
    if (status == FF_OK) {
        double error = weighted(weight, fit.error, fit.functions);
        double reach = many->range.cutoff / many->range.nearest;
        e->cost->fit_error = fmax(e->cost->fit_error, error);
        e->neighbours = fmax(e->neighbours, 4.0 / 3.0 * M_PI * M_SQRT2 * reach * reach * reach);
        e->fourth = fmax(e->fourth, weighted(weight, fit.fourth, fit.functions));
        e->size = fmax(e->size, weighted(weight, fit.size, fit.functions));
        status = set_bond(e, a, b, &fit, err);
    }
    if (status == FF_OK && a != b)
        status = set_bond(e, b, a, &fit, err);
    if (status == FF_OK)
        status = set_pair_energy(e, a, b, &fit, err);
    ff_chebyshev_fit_clear(&fit);
    return status;
}

/* Many-body functions. */

static int export_products(const exporter *e, ff_error *err)
{
    const ff_ace_basis *basis = e->basis;
    ff_ace_expansion *expansion = NULL;
    int status = ff_ace_expansion_new(&expansion, err);
    size_t alike;
    for (size_t k = 0; k < basis->graph.functions && status == FF_OK; k += alike) {
        alike = ff_ace_products_alike(basis->product + k, basis->graph.functions - k);
        for (int centre = 0; centre < e->pace->elements && status == FF_OK; centre++) {
            const double *c = e->model->coefficients + basis->first[centre] +
                              ff_ace_pair_columns(basis, centre) + k;
            status = ff_ace_expand(expansion, &e->pace->element[centre], basis->product + k, alike,
                                   c, err);
        }
    }
    ff_ace_expansion_free(expansion);
    return status;
}

/* The spacing of tables. */

/* To two significant digits, down or up. */
static double two_digits(double value, double (*rounding)(double))
{
    double unit = pow(10, floor(log10(value)) - 1);
    return rounding(value / unit) * unit;
}

static void set_spacing(const exporter *e, double spacing)
{
    const ff_pace *pace = e->pace;
    double bytes_spacing = 0; /* bytes times spacing */
    int bases = 0;
    for (int i = 0; i < pace->elements; i++)
        for (int j = 0; j < pace->elements; j++)
            if (pace->bond[i][j].bases > bases)
                bases = pace->bond[i][j].bases;
    for (int i = 0; i < pace->elements; i++)
        for (int j = 0; j < pace->elements; j++) {
            const ff_pace_bond *b = &pace->bond[i][j];
            bytes_spacing += BYTES * b->cutoff * (bases + b->radials * (b->largest + 1) + 1);
        }
    e->cost->limited = false;
    if (spacing == 0) {
        double wanted = best_spacing(e->fourth, e->size);
        double allowed = bytes_spacing / FF_PACE_MOST_TABLE_BYTES;
        e->cost->limited = wanted < allowed;
        spacing = e->cost->limited ? two_digits(allowed, ceil) : two_digits(wanted, floor);
    }
    e->pace->spacing = spacing;
    e->cost->table_error = sqrt(e->neighbours) * table_error(e->fourth, e->size, spacing);
    e->cost->fit_error *= sqrt(e->neighbours);
    e->cost->table_bytes = bytes_spacing / spacing;
}

int ff_pace_from_model(ff_pace *pace, ff_pace_cost *cost, const ff_ace_model *model, double spacing,
                       ff_error *err)
{
    exporter e = {.pace = pace, .cost = cost, .model = model};
    ff_pace_init(pace);
    *cost = (ff_pace_cost){0};
    int status = ff_ace_basis_new(&e.basis, &model->basis, err);
    if (status == FF_OK && model->count != ff_ace_basis_size(e.basis))
        status = ff_fail(err, FF_E_FORMAT, "%zu coefficients for a basis of %zu functions",
                         model->count, ff_ace_basis_size(e.basis));
    if (status == FF_OK)
        set_elements(&e);
    for (int a = 0; a < pace->elements && status == FF_OK; a++)
        for (int b = a; b < pace->elements && status == FF_OK; b++)
            status = export_pair(&e, a, b, err);
    if (status == FF_OK)
        status = export_products(&e, err);
    if (status == FF_OK)
        set_spacing(&e, spacing);
    ff_ace_basis_free(e.basis);
    if (status != FF_OK)
        ff_pace_clear(pace);
    return status;
}
