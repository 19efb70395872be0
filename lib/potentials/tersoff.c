#include "lib/potentials/tersoff.h"

#include "lib/base/memory.h"
#include "lib/potentials/bond_angle.h"
#include "lib/potentials/triplets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double half_pi = 1.57079632679489661923;

typedef struct tersoff {
    size_t elements;
    int element[FF_MAX_SPECIES + 1]; /* index by atomic number */
    ff_tersoff_entry *entries;       /* [i][j][k] */
} tersoff;

/* A function of one variable with its first two derivatives. */
typedef struct jet {
    double value, slope, curvature;
} jet;

/* A neighbour. */
typedef struct neighbour {
    ff_bond bond;
    double distance;
    size_t element;
    const ff_tersoff_entry *entries; /* [k] of the centre and this neighbour */
    const ff_tersoff_entry *own;     /* the one of this neighbour twice */
    bool bonded;                     /* closer than R + D of `own` */
    jet cut;                         /* fC of `own` */
    jet repulsion, attraction;       /* fC A exp / 2, fC B exp / 2 */
    jet order;                       /* b of zeta */
} neighbour;

typedef struct workspace {
    neighbour *neighbours;
    ff_bond_change *changes;
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
    free(w->neighbours);
    free(w->changes);
    free(w);
}

/* Functions of one variable. */

static jet cut_at(const ff_tersoff_entry *e, double r)
{
    if (r < e->R - e->D)
        return (jet){1, 0, 0};
    if (r > e->R + e->D)
        return (jet){0, 0, 0};
    double rate = half_pi / e->D, phase = rate * (r - e->R), sine = sin(phase);
    return (jet){0.5 - 0.5 * sine, -0.5 * rate * cos(phase), 0.5 * rate * rate * sine};
}

/* fC(r) strength exp(-rate r) / 2. */
static jet decay_at(const jet *cut, double strength, double rate, double r)
{
    double e = 0.5 * strength * exp(-rate * r);
    return (jet){cut->value * e, (cut->slope - rate * cut->value) * e,
                 (cut->curvature - 2 * rate * cut->slope + rate * rate * cut->value) * e};
}

/* (1 + (beta zeta)^n)^(-1/2n); with x = (beta zeta)^n and y = x / (1 + x) the logarithmic
 * derivatives are b' / b = -y / 2 zeta and b'' / b' = -[1 + y / 2 - n (1 - y)] / zeta. */
static jet order_at(const ff_tersoff_entry *e, double zeta)
{
    if (!(e->beta * zeta > 0))
        return (jet){1, 0, 0};
    double x = pow(e->beta * zeta, e->n), y = x < 1 ? x / (1 + x) : 1 / (1 + 1 / x);
    double value = exp(-0.5 / e->n * (x < 1e300 ? log1p(x) : e->n * log(e->beta * zeta)));
    double slope = -0.5 * value * y / zeta;
    return (jet){value, slope, -slope * (1 + 0.5 * y - e->n * (1 - y)) / zeta};
}

static jet angular_at(const ff_tersoff_entry *e, double cosine)
{
    double c2 = e->c * e->c, d2 = e->d * e->d, x = cosine - e->cosine;
    double inverse = 1 / (d2 + x * x), part = e->gamma * c2 * inverse;
    return (jet){e->gamma * (1 + c2 / d2) - part, 2 * part * x * inverse,
                 2 * part * inverse * (1 - 4 * x * x * inverse)};
}

/* exp[(lambda3 s)^m], s = r_ij - r_ik; where LAMMPS stops the exponent, so as to agree. */
static jet lengthening_at(const ff_tersoff_entry *e, double s)
{
    const double most = 69.0776;
    if (e->lambda3 == 0)
        return (jet){1, 0, 0};
    double l = e->lambda3, x = l * s, power = e->m == 3 ? x * x * x : x;
    if (power > most)
        return (jet){1e30, 0, 0};
    if (power < -most)
        return (jet){0, 0, 0};
    double value = exp(power), rise = e->m == 3 ? 3 * l * x * x : l;
    double bend = e->m == 3 ? 6 * l * l * x : 0;
    return (jet){value, rise * value, (bend + rise * rise) * value};
}

/* The part of one k in zeta of j, as a function of r_ij, r_ik and the cosine. */
typedef struct triplet {
    double cosine;
    jet cut, angular, lengthening;
} triplet;

static bool triplet_of(const neighbour *j, const neighbour *k, triplet *t)
{
    const ff_tersoff_entry *e = &j->entries[k->element];
    if (!(k->distance < e->R + e->D))
        return false;
    /* Mostly the limits of r_ik do not depend on j. */
    t->cut = e->R == k->own->R && e->D == k->own->D ? k->cut : cut_at(e, k->distance);
    t->cosine = ff_bond_dot(j->bond.direction, k->bond.direction);
    t->angular = angular_at(e, t->cosine);
    t->lengthening = lengthening_at(e, j->distance - k->distance);
    return true;
}

/* The site. */

static int fill_neighbours(const tersoff *p, const ff_environment *environment, workspace *w,
                           ff_error *err)
{
    size_t n = p->elements, centre = (size_t)p->element[environment->species];
    if (ff_reserve(&w->neighbours, &w->capacity, environment->count, sizeof *w->neighbours, err) !=
        FF_OK)
        return FF_E_NOMEM;
    for (size_t j = 0; j < environment->count; j++) {
        neighbour *b = &w->neighbours[j];
        double r = environment->distances[j];
        b->distance = r;
        b->bond = ff_bond_of(environment->vectors + 3 * j, r);
        b->element = (size_t)p->element[environment->neighbour_species[j]];
        b->entries = p->entries + (centre * n + b->element) * n;
        b->own = &b->entries[b->element];
        b->bonded = r < b->own->R + b->own->D;
        b->cut = cut_at(b->own, r);
        b->repulsion = decay_at(&b->cut, b->own->A, b->own->lambda1, r);
        b->attraction = decay_at(&b->cut, b->own->B, b->own->lambda2, r);
    }
    return FF_OK;
}

/* Sets the bond order of j. */
static void find_order(const workspace *w, size_t count, size_t j)
{
    double zeta = 0;
    neighbour *b = &w->neighbours[j];
    for (size_t k = 0; k < count; k++) {
        triplet t;
        if (k != j && triplet_of(b, &w->neighbours[k], &t))
            zeta += t.cut.value * t.angular.value * t.lengthening.value;
    }
    b->order = order_at(b->own, zeta);
}

/* Adds the gradient of the bond to j: along itself, and through its order. */
static void add_gradient(const workspace *w, size_t count, size_t j, double *gradient)
{
    const neighbour *b = &w->neighbours[j];
    double along = b->repulsion.slope - b->order.value * b->attraction.slope;
    double through = -b->attraction.value * b->order.slope;
    for (size_t a = 0; a < 3; a++)
        gradient[3 * j + a] += along * b->bond.direction[a];
    for (size_t k = 0; k < count && through != 0; k++) {
        triplet t;
        const neighbour *other = &w->neighbours[k];
        if (k == j || !triplet_of(b, other, &t))
            continue;
        double fg = through * t.cut.value * t.angular.value, stretch = fg * t.lengthening.slope;
        double turn = through * t.cut.value * t.angular.slope * t.lengthening.value;
        double closing = through * t.cut.slope * t.angular.value * t.lengthening.value;
        ff_angle_gradient(gradient + 3 * j, stretch, turn, t.cosine, &b->bond, &other->bond);
        ff_angle_gradient(gradient + 3 * k, closing - stretch, turn, t.cosine, &other->bond,
                          &b->bond);
    }
}

static int site(const ff_potential *potential, const ff_environment *environment, void *memory,
                double *energy, double *gradient, ff_error *err)
{
    workspace *w = memory;
    double sum = 0;
    int status = fill_neighbours(potential->parameters, environment, w, err);
    if (status != FF_OK)
        return status;
    if (gradient)
        memset(gradient, 0, 3 * environment->count * sizeof *gradient);
    for (size_t j = 0; j < environment->count; j++) {
        const neighbour *b = &w->neighbours[j];
        if (!b->bonded)
            continue;
        find_order(w, environment->count, j);
        sum += b->repulsion.value - b->order.value * b->attraction.value;
        if (gradient)
            add_gradient(w, environment->count, j, gradient);
    }
    *energy = sum;
    return FF_OK;
}

/* Second derivatives. */

/* How zeta of j changes. */
static double zeta_change(const workspace *w, size_t count, size_t j)
{
    double sum = 0;
    const neighbour *b = &w->neighbours[j];
    for (size_t k = 0; k < count; k++) {
        triplet t;
        const neighbour *other = &w->neighbours[k];
        if (k == j || !triplet_of(b, other, &t))
            continue;
        double tilt = ff_angle_tilt(&b->bond, &w->changes[j], &other->bond, &w->changes[k]);
        double stretch = w->changes[k].stretch;
        sum +=
            t.cut.slope * stretch * t.angular.value * t.lengthening.value +
            t.cut.value * t.angular.slope * tilt * t.lengthening.value +
            t.cut.value * t.angular.value * t.lengthening.slope * (w->changes[j].stretch - stretch);
    }
    return sum;
}

/* What one k adds to the product: the changes of stretch, turn and closing of add_gradient. */
static void add_triplet_product(const workspace *w, size_t j, size_t k, double through,
                                double change, double *product)
{
    triplet t;
    const neighbour *b = &w->neighbours[j], *other = &w->neighbours[k];
    const ff_bond_change *first = &w->changes[j], *second = &w->changes[k];
    if (!triplet_of(b, other, &t))
        return;
    double tilt = ff_angle_tilt(&b->bond, first, &other->bond, second);
    double gap = first->stretch - second->stretch;
    double f = t.cut.value, df = t.cut.slope * second->stretch;
    double f1 = t.cut.slope, df1 = t.cut.curvature * second->stretch;
    double g = t.angular.value, dg = t.angular.slope * tilt;
    double g1 = t.angular.slope, dg1 = t.angular.curvature * tilt;
    double e = t.lengthening.value, de = t.lengthening.slope * gap;
    double e1 = t.lengthening.slope, de1 = t.lengthening.curvature * gap;
    double stretch = through * f * g * e1, closing = through * f1 * g * e;
    double stretched = change * f * g * e1 + through * (df * g * e1 + f * dg * e1 + f * g * de1);
    double closed = change * f1 * g * e + through * (df1 * g * e + f1 * dg * e + f1 * g * de);
    ff_angle_change c = {.cosine = t.cosine,
                         .tilt = tilt,
                         .turn = through * f * g1 * e,
                         .turned = change * f * g1 * e +
                                   through * (df * g1 * e + f * dg1 * e + f * g1 * de)};
    ff_angle_product(product + 3 * j, stretch, stretched, &c, &b->bond, first, &other->bond,
                     second);
    ff_angle_product(product + 3 * k, closing - stretch, closed - stretched, &c, &other->bond,
                     second, &b->bond, first);
}

/* The change of what add_gradient adds. */
static void add_product(const workspace *w, size_t count, size_t j, double *product)
{
    const neighbour *b = &w->neighbours[j];
    const ff_bond_change *own = &w->changes[j];
    double zeta = zeta_change(w, count, j), order = b->order.slope * zeta;
    double along = b->repulsion.slope - b->order.value * b->attraction.slope;
    double bent =
        (b->repulsion.curvature - b->order.value * b->attraction.curvature) * own->stretch -
        order * b->attraction.slope;
    double through = -b->attraction.value * b->order.slope;
    double change = -b->attraction.slope * own->stretch * b->order.slope -
                    b->attraction.value * b->order.curvature * zeta;
    for (size_t a = 0; a < 3; a++)
        product[3 * j + a] += bent * b->bond.direction[a] + along * own->turn[a];
    for (size_t k = 0; k < count; k++)
        if (k != j)
            add_triplet_product(w, j, k, through, change, product);
}

static int hessian_products(const ff_potential *potential, const ff_environment *environment,
                            void *memory, size_t directions, const double *direction,
                            double *products, ff_error *err)
{
    workspace *w = memory;
    size_t count = environment->count;
    int status = fill_neighbours(potential->parameters, environment, w, err);
    if (status == FF_OK)
        status = ff_reserve(&w->changes, &w->change_capacity, count, sizeof *w->changes, err);
    if (status != FF_OK)
        return status;
    memset(products, 0, 3 * directions * count * sizeof *products);
    for (size_t j = 0; j < count; j++)
        if (w->neighbours[j].bonded)
            find_order(w, count, j);
    for (size_t d = 0; d < directions; d++) {
        for (size_t j = 0; j < count; j++)
            w->changes[j] =
                ff_bond_change_of(&w->neighbours[j].bond, direction + 3 * (d * count + j));
        for (size_t j = 0; j < count; j++)
            if (w->neighbours[j].bonded)
                add_product(w, count, j, products + 3 * d * count);
    }
    return FF_OK;
}

/* Parameters. */

static void free_parameters(tersoff *p)
{
    if (p)
        free(p->entries);
    free(p);
}

static void free_potential(ff_potential *potential)
{
    free_parameters(potential->parameters);
    free(potential);
}

static const ff_potential_class tersoff_class = {.kind = "tersoff",
                                                 .workspace_new = workspace_new,
                                                 .workspace_free = workspace_free,
                                                 .site = site,
                                                 .hessian_products = hessian_products,
                                                 .free = free_potential};

static int check_entry(const ff_tersoff_entry *e, ff_error *err)
{
    if (e->m != 1 && e->m != 3)
        return ff_fail(err, FF_E_RANGE, "an exponent m of %g, expected 1 or 3", e->m);
    if (!(e->D > 0) || !(e->R >= e->D))
        return ff_fail(err, FF_E_RANGE, "R %g A and D %g A, expected 0 < D <= R", e->R, e->D);
    if (!(e->c >= 0) || !(e->d > 0) || !(e->n >= 0) || !(e->beta >= 0) || !(e->gamma >= 0) ||
        !(e->A >= 0) || !(e->B >= 0) || !(e->lambda1 >= 0) || !(e->lambda2 >= 0))
        return ff_fail(err, FF_E_RANGE,
                       "c, d, n, beta, gamma, A, B, lambda1 and lambda2 may not be negative, nor d "
                       "zero");
    if (e->species[1] == e->species[2] && !(e->n > 0))
        return ff_fail(err, FF_E_RANGE, "an exponent n of %g, expected a positive number", e->n);
    return FF_OK;
}

static int fill_entries(tersoff *p, const ff_tersoff_entry *entries, size_t count, double *cutoff,
                        ff_error *err)
{
    int status = FF_OK;
    size_t n = p->elements;
    for (size_t k = 0; k < count && status == FF_OK; k++) {
        const ff_tersoff_entry *e = &entries[k];
        size_t i = (size_t)p->element[e->species[0]], j = (size_t)p->element[e->species[1]];
        p->entries[(i * n + j) * n + (size_t)p->element[e->species[2]]] = *e;
        *cutoff = fmax(*cutoff, e->R + e->D);
        status = check_entry(e, err);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i && status == FF_OK; j++) {
            const ff_tersoff_entry *one = &p->entries[(i * n + j) * n + j];
            const ff_tersoff_entry *two = &p->entries[(j * n + i) * n + i];
            if (!ff_triplets_agree(one->A, two->A) || !ff_triplets_agree(one->R, two->R) ||
                !ff_triplets_agree(one->D, two->D) ||
                (one->A > 0 && !ff_triplets_agree(one->lambda1, two->lambda1)))
                status = ff_triplets_differ(one->species, two->species, "A, lambda1, R or D", err);
        }
    return status;
}

int ff_tersoff_from_entries(ff_potential **out, const ff_tersoff_entry *entries, size_t count,
                            ff_error *err)
{
    *out = NULL;
    double cutoff = 0;
    ff_potential *potential = ff_new_array(1, sizeof *potential, err);
    tersoff *p = ff_new_array(1, sizeof *p, err);
    int status = potential && p ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK)
        status = ff_triplets_index(p->element, &p->elements, entries, sizeof *entries, count, err);
    if (status == FF_OK) {
        p->entries = ff_new_array(p->elements * p->elements, p->elements * sizeof *entries, err);
        status = p->entries ? fill_entries(p, entries, count, &cutoff, err) : FF_E_NOMEM;
    }
    if (status != FF_OK) {
        free_parameters(p);
        free(potential);
        return status;
    }
    *potential = (ff_potential){.class_ = &tersoff_class, .cutoff = cutoff, .parameters = p};
    for (int z = 1; z <= FF_MAX_SPECIES; z++)
        potential->species[z] = p->element[z] >= 0;
    *out = potential;
    return FF_OK;
}
