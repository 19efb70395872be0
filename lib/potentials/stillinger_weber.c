#include "lib/potentials/stillinger_weber.h"

#include "lib/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct stillinger_weber {
    const char *name;
    int species;
    double epsilon; /* eV */
    double sigma;   /* A */
    double a, lambda, gamma, cosine, A, B;
    /* Exponents p = 4 and q = 0, those of silicon, are built in. */
} stillinger_weber;

static const stillinger_weber sets[] = {
    {"Si", 14, 2.1683, 2.0951, 1.80, 21.0, 1.20, -1.0 / 3.0, 7.049556277, 0.6022245584}};

/* Radial part of the three-body term of each neighbour. */
typedef struct bond {
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

/* Half of phi2, its slope and, when wanted, its curvature. */
static inline double half_pair(const stillinger_weber *p, double r, double inverse, double *slope,
                               double *curvature)
{
    double gap = 1 / (r - p->a * p->sigma), ratio = p->sigma * inverse;
    double square = ratio * ratio, fourth = square * square;
    double scale = 0.5 * p->A * p->epsilon * exp(p->sigma * gap);
    double bracket = p->B * fourth - 1, rise = -4 * p->B * fourth * inverse;
    double decay = -p->sigma * gap * gap; /* of the exponential, per unit */
    *slope = scale * (rise + bracket * decay);
    if (curvature)
        *curvature =
            scale * (-5 * rise * inverse + 2 * rise * decay + bracket * decay * (decay - 2 * gap));
    return scale * bracket;
}

static void fill_bond(const stillinger_weber *p, const ff_environment *environment, size_t j,
                      bond *b)
{
    double r = environment->distances[j], gap = 1 / (r - p->a * p->sigma);
    double decay = -p->gamma * p->sigma * gap * gap;
    b->inverse = 1 / r;
    b->value = exp(p->gamma * p->sigma * gap);
    b->slope = decay * b->value;
    for (int k = 0; k < 3; k++)
        b->direction[k] = environment->vectors[3 * j + (size_t)k] * b->inverse;
}

/* Pair energy of the site; fills bonds and, when wanted, starts the gradient. */
static double pair_part(const stillinger_weber *p, const ff_environment *environment, bond *bonds,
                        double *gradient)
{
    double sum = 0, slope;
    for (size_t j = 0; j < environment->count; j++) {
        bond *b = &bonds[j];
        fill_bond(p, environment, j, b);
        sum += half_pair(p, environment->distances[j], b->inverse, &slope, NULL);
        for (size_t k = 0; gradient && k < 3; k++)
            gradient[3 * j + k] = slope * b->direction[k];
    }
    return sum;
}

/* One angle: phi3 = scale d^2 f_j f_k with d = cos theta - cos theta0. With unit vectors u,
 * d cos theta / d r_j = (u_k - cos theta u_j) / r_j. */
static double angle(const stillinger_weber *p, const bond *j, const bond *k, double *gradient_j,
                    double *gradient_k)
{
    double cosine = j->direction[0] * k->direction[0] + j->direction[1] * k->direction[1] +
                    j->direction[2] * k->direction[2];
    double deviation = cosine - p->cosine, scale = p->lambda * p->epsilon * deviation;
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
        for (size_t k = j + 1; k < count; k++)
            sum += angle(potential->parameters, &w->bonds[j], &w->bonds[k],
                         gradient ? gradient + 3 * j : NULL, gradient ? gradient + 3 * k : NULL);
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
        double slope, curvature, r = environment->distances[j], gap = 1 / (r - p->a * p->sigma);
        const double *v = direction + 3 * j, *u = b->direction;
        (void)half_pair(p, r, b->inverse, &slope, &curvature);
        c->stretch = u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
        c->steepening = -gap * (p->gamma * p->sigma * gap + 2) * b->slope * c->stretch;
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
static void angle_product(const stillinger_weber *p, const workspace *w, size_t j, size_t k,
                          double *product)
{
    const bond *one = &w->bonds[j], *two = &w->bonds[k];
    const bond_change *first = &w->changes[j], *second = &w->changes[k];
    double cosine = 0, tilt = 0;
    for (int a = 0; a < 3; a++) {
        cosine += one->direction[a] * two->direction[a];
        tilt += first->turn[a] * two->direction[a] + one->direction[a] * second->turn[a];
    }
    double strength = p->lambda * p->epsilon, deviation = cosine - p->cosine;
    double twice = 2 * strength * deviation, values = one->value * two->value;
    double change =
        one->slope * first->stretch * two->value + one->value * two->slope * second->stretch;
    angle_change c = {.cosine = cosine,
                      .tilt = tilt,
                      .turn = twice * values,
                      .turned = 2 * strength * tilt * values + twice * change,
                      .square = strength * deviation * deviation,
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
        fill_bond(p, environment, j, &w->bonds[j]);
    for (size_t d = 0; d < directions; d++) {
        double *product = products + 3 * d * count;
        pair_products(p, environment, w, direction + 3 * d * count, product);
        for (size_t j = 0; j < count; j++)
            for (size_t k = j + 1; k < count; k++)
                angle_product(p, w, j, k, product);
    }
    return FF_OK;
}

static void free_potential(ff_potential *potential)
{
    free(potential->parameters);
    free(potential);
}

static const ff_potential_class stillinger_weber_class = {.kind = "sw",
                                                          .workspace_new = workspace_new,
                                                          .workspace_free = workspace_free,
                                                          .site = site,
                                                          .hessian_products = hessian_products,
                                                          .free = free_potential};

int ff_stillinger_weber_new(ff_potential **out, const char *parameter_set, ff_error *err)
{
    const stillinger_weber *set = &sets[0];
    *out = NULL;
    if (strcmp(parameter_set, set->name) != 0)
        return ff_fail(err, FF_E_USAGE, "unknown Stillinger-Weber parameters '%s', expected Si",
                       parameter_set);
    ff_potential *potential = ff_new_array(1, sizeof *potential, err);
    stillinger_weber *parameters = ff_copy_array(set, 1, sizeof *set, err);
    if (!potential || !parameters) {
        free(potential);
        free(parameters);
        return FF_E_NOMEM;
    }
    *potential = (ff_potential){
        .class_ = &stillinger_weber_class, .cutoff = set->a * set->sigma, .parameters = parameters};
    potential->species[set->species] = true;
    *out = potential;
    return FF_OK;
}
