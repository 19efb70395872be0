#include "lib/potentials/stillinger_weber.h"

#include "lib/base/memory.h"
#include "lib/potentials/triplets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What one pair of species has: the centre's entry with the neighbour twice. */
typedef struct pair_terms {
    double reach;        /* A: the terms end there */
    double end;          /* A: a sigma, where the exponentials do */
    double sigma, decay; /* A: sigma, gamma sigma */
    double scale;        /* eV: A epsilon / 2 */
    double rise, fall;   /* B sigma^p, sigma^q */
    double p, q;
    bool usual; /* p = 4 and q = 0 */
} pair_terms;

typedef struct angle_terms {
    double strength; /* eV: lambda epsilon */
    double cosine;   /* of the angle that costs nothing */
} angle_terms;

typedef struct stillinger_weber {
    size_t elements;
    int element[FF_MAX_SPECIES + 1]; /* index by atomic number */
    pair_terms *pairs;               /* [centre][neighbour] */
    angle_terms *angles;             /* [centre][neighbour][neighbour] */
} stillinger_weber;

static const ff_sw_entry silicon = {.species = {14, 14, 14},
                                    .epsilon = 2.1683,
                                    .sigma = 2.0951,
                                    .a = 1.80,
                                    .lambda = 21.0,
                                    .gamma = 1.20,
                                    .cosine = -1.0 / 3.0,
                                    .A = 7.049556277,
                                    .B = 0.6022245584,
                                    .p = 4,
                                    .q = 0};

/* Radial part of the three-body term of each neighbour. */
typedef struct bond {
    const angle_terms *angles; /* [neighbour] of the centre and this neighbour */
    size_t element;
    bool within;         /* its terms have not ended */
    double direction[3]; /* unit vector */
    double inverse;      /* 1/r, 1/A */
    double value, slope; /* exp(gamma sigma / (r - a sigma)) and its derivative */
} bond;

/* How a bond changes along a direction. */
typedef struct bond_change {
    double stretch, turn[3]; /* of its distance, its unit vector */
    double steepening;       /* of its slope */
} bond_change;

typedef struct workspace {
    bond *bonds;
    bond_change *changes;
    size_t capacity, change_capacity;
} workspace;

static void *workspace_new(const ff_potential *potential, ff_error *err)
{
    (void)potential;
    return ff_new_array(1, sizeof(workspace), err);
}

static void workspace_free(void *memory)
{
    workspace *w = memory;
    free(w->bonds);
    free(w->changes);
    free(w);
}

/* B (sigma/r)^p - (sigma/r)^q and its first two derivatives. */
static inline double bracket_of(const pair_terms *t, double r, double inverse, double *rise,
                                double *bend)
{
    double square = inverse * inverse;
    double attraction = t->usual ? t->rise * square * square : t->rise * pow(r, -t->p);
    double repulsion = t->usual ? t->fall : t->fall * pow(r, -t->q);
    double first = t->p * attraction, second = t->q * repulsion;
    *rise = (second - first) * inverse;
    *bend = ((t->p + 1) * first - (t->q + 1) * second) * square;
    return attraction - repulsion;
}

/* Half of phi2, its slope and, when wanted, its curvature. */
static inline double half_pair(const pair_terms *t, double r, double inverse, double *slope,
                               double *curvature)
{
    double rise, bend, gap = 1 / (r - t->end);
    double scale = t->scale * exp(t->sigma * gap),
           bracket = bracket_of(t, r, inverse, &rise, &bend);
    double decay = -t->sigma * gap * gap; /* of the exponential, per unit */
    *slope = scale * (rise + bracket * decay);
    if (curvature)
        *curvature = scale * (bend + 2 * rise * decay + bracket * decay * (decay - 2 * gap));
    return scale * bracket;
}

static const pair_terms *pair_of(const stillinger_weber *p, const ff_environment *environment,
                                 size_t j)
{
    return &p->pairs[(size_t)p->element[environment->species] * p->elements +
                     (size_t)p->element[environment->neighbour_species[j]]];
}

static void fill_bond(const stillinger_weber *p, const ff_environment *environment, size_t j,
                      const pair_terms *t, bond *b)
{
    double r = environment->distances[j], gap = 1 / (r - t->end);
    double decay = -t->decay * gap * gap;
    b->element = (size_t)p->element[environment->neighbour_species[j]];
    b->angles = p->angles + (size_t)(t - p->pairs) * p->elements;
    b->within = r < t->reach;
    b->inverse = 1 / r;
    b->value = b->within ? exp(t->decay * gap) : 0;
    b->slope = b->within ? decay * b->value : 0;
    for (int k = 0; k < 3; k++)
        b->direction[k] = environment->vectors[3 * j + (size_t)k] * b->inverse;
}

/* Pair energy of the site; fills bonds and, when wanted, starts the gradient. */
static double pair_part(const stillinger_weber *p, const ff_environment *environment, bond *bonds,
                        double *gradient)
{
    double sum = 0;
    for (size_t j = 0; j < environment->count; j++) {
        double slope = 0;
        bond *b = &bonds[j];
        const pair_terms *t = pair_of(p, environment, j);
        fill_bond(p, environment, j, t, b);
        if (b->within)
            sum += half_pair(t, environment->distances[j], b->inverse, &slope, NULL);
        for (size_t k = 0; gradient && k < 3; k++)
            gradient[3 * j + k] = slope * b->direction[k];
    }
    return sum;
}

/* One angle: phi3 = scale d^2 f_j f_k with d = cos theta - cos theta0. With unit vectors u,
 * d cos theta / d r_j = (u_k - cos theta u_j) / r_j. */
static double angle(const bond *j, const bond *k, double *gradient_j, double *gradient_k)
{
    const angle_terms *t = &j->angles[k->element];
    double cosine = j->direction[0] * k->direction[0] + j->direction[1] * k->direction[1] +
                    j->direction[2] * k->direction[2];
    double deviation = cosine - t->cosine, scale = t->strength * deviation;
    double product = j->value * k->value;
    if (gradient_j) {
        double turn = 2 * scale * product;
        double along_j = scale * deviation * j->slope * k->value - turn * cosine * j->inverse;
        double along_k = scale * deviation * k->slope * j->value - turn * cosine * k->inverse;
        for (int a = 0; a < 3; a++) {
            gradient_j[a] += along_j * j->direction[a] + turn * j->inverse * k->direction[a];
            gradient_k[a] += along_k * k->direction[a] + turn * k->inverse * j->direction[a];
        }
    }
    return scale * deviation * product;
}

static int site(const ff_potential *potential, const ff_environment *environment, void *memory,
                double *energy, double *gradient, ff_error *err)
{
    workspace *w = memory;
    size_t count = environment->count;
    if (ff_reserve(&w->bonds, &w->capacity, count, sizeof *w->bonds, err) != FF_OK)
        return FF_E_NOMEM;
    double sum = pair_part(potential->parameters, environment, w->bonds, gradient);
    for (size_t j = 0; j < count; j++)
        for (size_t k = w->bonds[j].within ? j + 1 : count; k < count; k++)
            if (w->bonds[k].within)
                sum += angle(&w->bonds[j], &w->bonds[k], gradient ? gradient + 3 * j : NULL,
                             gradient ? gradient + 3 * k : NULL);
    *energy = sum;
    return FF_OK;
}

/* Second derivatives. */

/* The pair terms' part, and how each bond changes along the direction: its distance by u . v, its
 * unit vector by (v - u (u . v)) / r. */
static void pair_products(const stillinger_weber *p, const ff_environment *environment,
                          workspace *w, const double *direction, double *product)
{
    for (size_t j = 0; j < environment->count; j++) {
        const bond *b = &w->bonds[j];
        bond_change *c = &w->changes[j];
        const pair_terms *t = pair_of(p, environment, j);
        double slope = 0, curvature = 0, r = environment->distances[j], gap = 1 / (r - t->end);
        const double *v = direction + 3 * j, *u = b->direction;
        if (b->within)
            (void)half_pair(t, r, b->inverse, &slope, &curvature);
        c->stretch = u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
        c->steepening = -gap * (t->decay * gap + 2) * b->slope * c->stretch;
        for (size_t k = 0; k < 3; k++) {
            c->turn[k] = (v[k] - u[k] * c->stretch) * b->inverse;
            product[3 * j + k] = curvature * c->stretch * u[k] + slope * c->turn[k];
        }
    }
}

/* An angle's derivatives, and how they change along the direction. */
typedef struct angle_change {
    double cosine, tilt; /* cos theta, its change */
    double turn, turned; /* dE/d cos theta, its change */
    double square, bend; /* E / (f_j f_k), its change */
} angle_change;

/* Adds to the product of one of its bonds the change of dE/dr u + dE/d(cos theta) across, with
 * across = d cos theta / d vector = (u_other - cos theta u) / r. */
static void angle_side(const angle_change *c, const bond *own, const bond_change *own_change,
                       const bond *other, const bond_change *other_change, double *product)
{
    double slope = c->square * own->slope * other->value;
    double change = c->bend * own->slope * other->value +
                    c->square * (own_change->steepening * other->value +
                                 own->slope * other->slope * other_change->stretch);
    for (int a = 0; a < 3; a++) {
        double u = own->direction[a], turn = own_change->turn[a];
        double across = (other->direction[a] - c->cosine * u) * own->inverse;
        double moved = (other_change->turn[a] - c->tilt * u - c->cosine * turn -
                        across * own_change->stretch) *
                       own->inverse;
        product[a] += change * u + slope * turn + c->turned * across + c->turn * moved;
    }
}

/* What `angle` of neighbours j and k adds to the gradient, differentiated along the direction. */
static void angle_product(const workspace *w, size_t j, size_t k, double *product)
{
    const bond *one = &w->bonds[j], *two = &w->bonds[k];
    const bond_change *first = &w->changes[j], *second = &w->changes[k];
    double cosine = 0, tilt = 0;
    for (int a = 0; a < 3; a++) {
        cosine += one->direction[a] * two->direction[a];
        tilt += first->turn[a] * two->direction[a] + one->direction[a] * second->turn[a];
    }
    const angle_terms *t = &one->angles[two->element];
    double deviation = cosine - t->cosine, twice = 2 * t->strength * deviation;
    double values = one->value * two->value;
    double change =
        one->slope * first->stretch * two->value + one->value * two->slope * second->stretch;
    angle_change c = {.cosine = cosine,
                      .tilt = tilt,
                      .turn = twice * values,
                      .turned = 2 * t->strength * tilt * values + twice * change,
                      .square = t->strength * deviation * deviation,
                      .bend = twice * tilt};
    angle_side(&c, one, first, two, second, product + 3 * j);
    angle_side(&c, two, second, one, first, product + 3 * k);
}

static int hessian_products(const ff_potential *potential, const ff_environment *environment,
                            void *memory, size_t directions, const double *direction,
                            double *products, ff_error *err)
{
    const stillinger_weber *p = potential->parameters;
    workspace *w = memory;
    size_t count = environment->count;
    if (ff_reserve(&w->bonds, &w->capacity, count, sizeof *w->bonds, err) != FF_OK ||
        ff_reserve(&w->changes, &w->change_capacity, count, sizeof *w->changes, err) != FF_OK)
        return FF_E_NOMEM;
    for (size_t j = 0; j < count; j++)
        fill_bond(p, environment, j, pair_of(p, environment, j), &w->bonds[j]);
    for (size_t d = 0; d < directions; d++) {
        double *product = products + 3 * d * count;
        pair_products(p, environment, w, direction + 3 * d * count, product);
        for (size_t j = 0; j < count; j++)
            for (size_t k = w->bonds[j].within ? j + 1 : count; k < count; k++)
                if (w->bonds[k].within)
                    angle_product(w, j, k, product);
    }
    return FF_OK;
}

static void free_parameters(stillinger_weber *p)
{
    if (p) {
        free(p->pairs);
        free(p->angles);
    }
    free(p);
}

static void free_potential(ff_potential *potential)
{
    free_parameters(potential->parameters);
    free(potential);
}

static const ff_potential_class stillinger_weber_class = {.kind = "sw",
                                                          .workspace_new = workspace_new,
                                                          .workspace_free = workspace_free,
                                                          .site = site,
                                                          .hessian_products = hessian_products,
                                                          .free = free_potential};

/* Parameters. */

/* Where the exponential of either term is worth no more than the tolerance, as LAMMPS cuts it. */
static double reach_of(const ff_sw_entry *e)
{
    double tolerance = fmin(e->tolerance, 0.01), slower = fmin(e->gamma, 1) * e->sigma;
    return e->a * e->sigma + (tolerance > 0 ? slower / log(tolerance) : 0);
}

static int check_entry(const ff_sw_entry *e, ff_error *err)
{
    if (!(e->epsilon >= 0) || !(e->sigma >= 0) || !(e->a >= 0) || !(e->gamma >= 0) ||
        !(e->tolerance >= 0))
        return ff_fail(err, FF_E_RANGE,
                       "epsilon %g eV, sigma %g A, a %g, gamma %g and tolerance %g, expected none "
                       "below zero",
                       e->epsilon, e->sigma, e->a, e->gamma, e->tolerance);
    return FF_OK;
}

static int fill_terms(stillinger_weber *p, const ff_sw_entry *entries, size_t count, double *cutoff,
                      ff_error *err)
{
    for (size_t k = 0; k < count; k++) {
        const ff_sw_entry *e = &entries[k];
        size_t at[3];
        int status = check_entry(e, err);
        if (status != FF_OK)
            return status;
        for (int s = 0; s < 3; s++)
            at[s] = (size_t)p->element[e->species[s]];
        size_t pair = at[0] * p->elements + at[1];
        p->angles[pair * p->elements + at[2]] =
            (angle_terms){.strength = e->lambda * e->epsilon, .cosine = e->cosine};
        if (at[1] != at[2])
            continue;
        p->pairs[pair] = (pair_terms){.reach = reach_of(e),
                                      .end = e->a * e->sigma,
                                      .sigma = e->sigma,
                                      .decay = e->gamma * e->sigma,
                                      .scale = 0.5 * e->A * e->epsilon,
                                      .rise = e->B * pow(e->sigma, e->p),
                                      .fall = pow(e->sigma, e->q),
                                      .p = e->p,
                                      .q = e->q,
                                      .usual = e->p == 4 && e->q == 0};
        *cutoff = fmax(*cutoff, p->pairs[pair].reach);
    }
    return FF_OK;
}

/* Neighbours have no order: both ways to name a triplet must say the same, and their mean is used.
 */
static int even_out(stillinger_weber *p, const ff_sw_entry *entries, size_t count, ff_error *err)
{
    size_t n = p->elements;
    for (size_t k = 0; k < count; k++) {
        const int *z = entries[k].species;
        size_t i = (size_t)p->element[z[0]], j = (size_t)p->element[z[1]];
        size_t l = (size_t)p->element[z[2]];
        angle_terms *a = &p->angles[(i * n + j) * n + l], *b = &p->angles[(i * n + l) * n + j];
        const pair_terms *s = &p->pairs[i * n + j], *t = &p->pairs[j * n + i];
        if (!ff_triplets_agree(a->strength, b->strength) ||
            (a->strength != 0 && !ff_triplets_agree(a->cosine, b->cosine)))
            return ff_triplets_differ(z, (int[3]){z[0], z[2], z[1]}, "lambda epsilon or theta0",
                                      err);
        if (!ff_triplets_agree(s->scale * s->rise, t->scale * t->rise) ||
            !ff_triplets_agree(s->scale * s->fall, t->scale * t->fall) ||
            !ff_triplets_agree(s->end, t->end) || !ff_triplets_agree(s->sigma, t->sigma) ||
            !ff_triplets_agree(s->p, t->p) || !ff_triplets_agree(s->q, t->q))
            return ff_triplets_differ((int[3]){z[0], z[1], z[1]}, (int[3]){z[1], z[0], z[0]},
                                      "their pair terms", err);
        a->strength = b->strength = 0.5 * (a->strength + b->strength);
        a->cosine = b->cosine = 0.5 * (a->cosine + b->cosine);
    }
    return FF_OK;
}

int ff_stillinger_weber_from_entries(ff_potential **out, const ff_sw_entry *entries, size_t count,
                                     ff_error *err)
{
    *out = NULL;
    ff_potential *potential = ff_new_array(1, sizeof *potential, err);
    stillinger_weber *p = ff_new_array(1, sizeof *p, err);
    int status = potential && p ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK)
        status = ff_triplets_index(p->element, &p->elements, entries, sizeof *entries, count, err);
    if (status == FF_OK) {
        size_t n = p->elements;
        p->pairs = ff_new_array(n * n, sizeof *p->pairs, err);
        p->angles = ff_new_array(n * n * n, sizeof *p->angles, err);
        status = p->pairs && p->angles ? FF_OK : FF_E_NOMEM;
    }
    double cutoff = 0;
    if (status == FF_OK)
        status = fill_terms(p, entries, count, &cutoff, err);
    if (status == FF_OK)
        status = even_out(p, entries, count, err);
    if (status == FF_OK && !(cutoff > 0 && isfinite(cutoff)))
        status = ff_fail(err, FF_E_RANGE, "a cutoff of %g A, expected a positive number", cutoff);
    if (status != FF_OK) {
        free_parameters(p);
        free(potential);
        return status;
    }
    *potential =
        (ff_potential){.class_ = &stillinger_weber_class, .cutoff = cutoff, .parameters = p};
    for (int z = 1; z <= FF_MAX_SPECIES; z++)
        potential->species[z] = p->element[z] >= 0;
    *out = potential;
    return FF_OK;
}

int ff_stillinger_weber_new(ff_potential **out, const char *parameter_set, ff_error *err)
{
    *out = NULL;
    if (strcmp(parameter_set, "Si") != 0)
        return ff_fail(err, FF_E_USAGE, "unknown Stillinger-Weber parameters '%s', expected Si",
                       parameter_set);
    return ff_stillinger_weber_from_entries(out, &silicon, 1, err);
}
