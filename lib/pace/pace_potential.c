#include "lib/pace/pace_potential.h"

#include "lib/ace/fade.h"
#include "lib/ace/one_particle.h"
#include "lib/base/memory.h"
#include "lib/pace/pace_parts.h"
#include "lib/pace/pace_repulsion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One thread's scratch memory. */
typedef struct workspace {
    ff_one_particle_site site;
    double *sums, *adjoint, *sums_change, *adjoint_change; /* [sums] */
    double *x, *w, *dx, *dw;                               /* of polynomials */
    size_t blocks;                                         /* room in core */
    struct core_lanes {
        ff_lanes slope, curvature;
    } * core; /* of the repulsion, by block */
} workspace;

static void workspace_free(void *scratch)
{
    workspace *w = scratch;
    if (!w)
        return;
    ff_one_particle_site_clear(&w->site);
    free(w->sums);
    free(w->adjoint);
    free(w->sums_change);
    free(w->adjoint_change);
    free(w->x);
    free(w->w);
    free(w->dx);
    free(w->dw);
    free(w->core);
    free(w);
}

static void *workspace_new(const ff_potential *potential, ff_error *err)
{
    const ff_pace_parts *p = potential->parameters;
    size_t sums = p->one_particle.shape.sums, nodes = 0;
    for (int i = 0; i < p->elements; i++)
        if (p->centre[i].polynomial.nodes > nodes)
            nodes = p->centre[i].polynomial.nodes;
    workspace *w = ff_new_array(1, sizeof *w, err);
    if (!w)
        return NULL;
    w->sums = ff_new_array(sums, sizeof *w->sums, err);
    w->adjoint = ff_new_array(sums, sizeof *w->adjoint, err);
    w->sums_change = ff_new_array(sums, sizeof *w->sums_change, err);
    w->adjoint_change = ff_new_array(sums, sizeof *w->adjoint_change, err);
    w->x = ff_new_array(2 * nodes, sizeof *w->x, err);
    w->w = ff_new_array(2 * nodes, sizeof *w->w, err);
    w->dx = ff_new_array(2 * nodes, sizeof *w->dx, err);
    w->dw = ff_new_array(2 * nodes, sizeof *w->dw, err);
    if (!w->sums || !w->adjoint || !w->sums_change || !w->adjoint_change || !w->x || !w->w ||
        !w->dx || !w->dw || ff_one_particle_site_init(&w->site, &p->one_particle, err) != FF_OK) {
        workspace_free(w);
        return NULL;
    }
    return w;
}

/* Variables. */

/* Variables of a polynomial from sums, and derivatives by sums from those by variables. */

static void gather(const ff_pace_centre *c, const double *sums, double *x)
{
    for (size_t v = 0; v < c->polynomial.variables; v++) {
        x[2 * v] = sums[c->variable[v].real];
        x[2 * v + 1] = c->variable[v].m > 0 ? sums[c->variable[v].imaginary] : 0;
    }
}

static void scatter(const ff_pace_centre *c, const double *w, double scale, size_t sums,
                    double *adjoint)
{
    memset(adjoint, 0, sums * sizeof *adjoint);
    for (size_t v = 0; v < c->polynomial.variables; v++) {
        adjoint[c->variable[v].real] = scale * w[2 * v];
        if (c->variable[v].m > 0)
            adjoint[c->variable[v].imaginary] = scale * w[2 * v + 1];
    }
}

/* Energies. */

/* What the energy of a site is made of: E0 + e a + .. as pace.h says. Derivatives by e, by c and by
 * the distance of one neighbour, and how those change. */
typedef struct mixture {
    double e, c;                   /* energy of the functions; repulsion */
    double by_e, by_c;             /* derivatives of the site's energy */
    double by_distance;            /* of the deepest neighbour, lane `lane` of block `block` */
    double step, slope, curvature; /* f(c) or s' */
    size_t block;
    int lane; /* -1: none */
} mixture;

/* The pair energy of the neighbours. */
static double pair_energy(const ff_pace_parts *p, const ff_one_particle_site *s)
{
    double sum = 0;
    size_t row = (size_t)p->pair_row, stride = (size_t)p->one_particle.functions;
    for (size_t b = 0; b < s->blocks; b++)
        for (int q = 0; q < s->block[b].count; q++)
            sum += s->radial[b * stride + row][q];
    return sum;
}

/* The repulsion of the neighbours, with derivatives in w->core. */
static int repulsion(const ff_pace_parts *p, workspace *w, double *sum, ff_error *err)
{
    const ff_one_particle_site *s = &w->site;
    int status = FF_OK;
    *sum = 0;
    if (s->blocks > w->blocks) {
        free(w->core);
        w->core = ff_new_lanes(s->capacity, sizeof *w->core, err);
        w->blocks = w->core ? s->capacity : 0;
        status = w->core ? FF_OK : FF_E_NOMEM;
    }
    for (size_t b = 0; b < s->blocks && status == FF_OK; b++) {
        const ff_ace_block *block = &s->block[b];
        const ff_pace_bond *bond = &p->bond[s->centre * p->elements + block->species];
        memset(&w->core[b], 0, sizeof w->core[b]);
        for (int q = 0; q < block->count; q++)
            *sum += ff_pace_repulsion(p->core, bond, p->one_particle.species[s->centre],
                                      p->one_particle.species[block->species], block->distance[q],
                                      &w->core[b].slope[q], &w->core[b].curvature[q]);
    }
    return status;
}

/* The neighbour that is deepest below its inner radius. */
static void find_deepest(const ff_pace_parts *p, const ff_one_particle_site *s, mixture *mix)
{
    double least = INFINITY;
    const ff_pace_bond *nearest = NULL;
    mix->lane = -1;
    mix->step = 1;
    mix->slope = mix->curvature = 0;
    for (size_t b = 0; b < s->blocks; b++) {
        const ff_pace_bond *bond = &p->bond[s->centre * p->elements + s->block[b].species];
        for (int q = 0; q < s->block[b].count; q++) {
            double depth = s->block[b].distance[q] - (bond->inner - bond->inner_width);
            if (depth >= least)
                continue;
            least = depth;
            nearest = bond;
            mix->block = b;
            mix->lane = q;
        }
    }
    if (nearest)
        mix->step =
            ff_smooth_step(1.0 / nearest->inner_width, 0, least, &mix->slope, &mix->curvature);
}

/* Sets everything of mix but e and c; returns the energy without E0. */
static double mixed_energy(const ff_pace_parts *p, const ff_one_particle_site *s, mixture *mix)
{
    const ff_pace_centre *centre = &p->centre[s->centre];
    mix->lane = -1;
    mix->by_distance = 0;
    if (p->core == FF_PACE_ZBL) {
        find_deepest(p, s, mix);
        mix->by_e = mix->step;
        mix->by_c = 1.0 - mix->step;
        mix->by_distance = (mix->e - mix->c) * mix->slope;
        return mix->e * mix->step + mix->c * (1.0 - mix->step);
    }
    double start = centre->core_cutoff - centre->core_width;
    mix->step = mix->c >= centre->core_cutoff;
    mix->slope = mix->curvature = 0;
    if (centre->core_width > 0)
        mix->step = ff_smooth_step(1.0 / centre->core_width, start / centre->core_width, mix->c,
                                   &mix->slope, &mix->curvature);
    mix->step = 1.0 - mix->step;
    mix->slope = -mix->slope;
    mix->curvature = -mix->curvature;
    mix->by_e = mix->step;
    mix->by_c = 1.0 + mix->e * mix->slope;
    return mix->e * mix->step + mix->c;
}

/* Loads a site and finds its energy without E0; w->w receives derivatives unless by is false. */
static int load(const ff_pace_parts *p, workspace *w, const ff_environment *environment, bool by,
                bool second, mixture *mix, double *energy, ff_error *err)
{
    int status = ff_one_particle_load(&w->site, environment, second, w->sums, err);
    if (status != FF_OK)
        return status;
    const ff_pace_centre *centre = &p->centre[w->site.centre];
    gather(centre, w->sums, w->x);
    mix->e = ff_polynomial_energy(&centre->polynomial, w->x, by ? w->w : NULL) +
             pair_energy(p, &w->site);
    status = repulsion(p, w, &mix->c, err);
    if (status == FF_OK)
        *energy = mixed_energy(p, &w->site, mix);
    return status;
}

/* Derivatives of the energy by the distances of a block, as far as they depend on one alone. */
static void block_slopes(const ff_pace_parts *p, const workspace *w, size_t b, const mixture *mix,
                         double *slope)
{
    const double *pair = w->site.slope[b * (size_t)p->one_particle.functions + (size_t)p->pair_row];
    FF_EACH_LANE(q)
    slope[q] = mix->by_e * pair[q] + mix->by_c * w->core[b].slope[q];
    if (mix->lane >= 0 && mix->block == b)
        slope[mix->lane] += mix->by_distance;
}

static int site(const ff_potential *potential, const ff_environment *environment, void *scratch,
                double *energy, double *gradient, ff_error *err)
{
    const ff_pace_parts *p = potential->parameters;
    workspace *w = scratch;
    mixture mix;
    int status = load(p, w, environment, gradient != NULL, false, &mix, energy, err);
    if (status != FF_OK)
        return status;
    const ff_pace_centre *centre = &p->centre[w->site.centre];
    *energy += centre->energy;
    if (!gradient)
        return FF_OK;
    scatter(centre, w->w, mix.by_e, p->one_particle.shape.sums, w->adjoint);
    memset(gradient, 0, 3 * environment->count * sizeof *gradient);
    for (size_t b = 0; b < w->site.blocks; b++) {
        ff_lanes slope;
        block_slopes(p, w, b, &mix, slope);
        ff_one_particle_pull_back(&w->site, b, w->adjoint, slope, gradient);
    }
    return FF_OK;
}

/* Products with the Hessian: forward over reverse. */

/* How e, c and the derivatives of the mixture change along the motion. */
static mixture mixture_change(const ff_pace_parts *p, const workspace *w, const mixture *mix)
{
    const ff_one_particle_site *s = &w->site;
    const ff_polynomial *polynomial = &p->centre[s->centre].polynomial;
    mixture change = {.lane = mix->lane, .block = mix->block};
    for (size_t v = 0; v < 2 * polynomial->variables; v++)
        change.e += w->w[v] * w->dx[v];
    for (size_t b = 0; b < s->blocks; b++) {
        const double *pair = s->slope[b * (size_t)p->one_particle.functions + (size_t)p->pair_row];
        for (int q = 0; q < s->block[b].count; q++) {
            change.e += pair[q] * s->motion[b].along[q];
            change.c += w->core[b].slope[q] * s->motion[b].along[q];
        }
    }
    if (p->core != FF_PACE_ZBL) {
        change.by_e = mix->slope * change.c;
        change.by_c = mix->slope * change.e + mix->e * mix->curvature * change.c;
    } else if (mix->lane >= 0) {
        double step = s->motion[mix->block].along[mix->lane];
        change.by_e = mix->slope * step;
        change.by_c = -change.by_e;
        change.by_distance =
            (change.e - change.c) * mix->slope + (mix->e - mix->c) * mix->curvature * step;
    }
    return change;
}

/* Adds slope[FF_LANES] times the unit vectors. */
static void add_radial(const ff_ace_block *block, const double *slope, double *gradient)
{
    for (int q = 0; q < block->count; q++)
        for (size_t a = 0; a < 3; a++)
            gradient[3 * (size_t)block->index[q] + a] += slope[q] * block->direction[a][q];
}

static void hessian_product(const ff_pace_parts *p, workspace *w, const mixture *mix,
                            const double *direction, double *product)
{
    const ff_pace_centre *centre = &p->centre[w->site.centre];
    size_t sums = p->one_particle.shape.sums, row = (size_t)p->pair_row;
    ff_one_particle_move(&w->site, direction, w->sums_change);
    gather(centre, w->sums_change, w->dx);
    ff_polynomial_change(&centre->polynomial, w->x, w->w, w->dx, w->dw);
    const mixture change = mixture_change(p, w, mix);
    for (size_t k = 0; k < 2 * centre->polynomial.variables; k++)
        w->dw[k] = mix->by_e * w->dw[k] + change.by_e * w->w[k];
    scatter(centre, w->dw, 1, sums, w->adjoint_change);
    for (size_t b = 0; b < w->site.blocks; b++) {
        size_t at = b * (size_t)p->one_particle.functions + row;
        const double *pair = w->site.curvature[at];
        ff_lanes slope, curvature, slope_change;
        block_slopes(p, w, b, mix, slope);
        FF_EACH_LANE(q)
        curvature[q] = mix->by_e * pair[q] + mix->by_c * w->core[b].curvature[q];
        ff_one_particle_pull_back_change(&w->site, b, w->adjoint, w->adjoint_change, slope,
                                         curvature, product);
        block_slopes(p, w, b, &change, slope_change);
        add_radial(&w->site.block[b], slope_change, product);
    }
}

static int hessian_products(const ff_potential *potential, const ff_environment *environment,
                            void *scratch, size_t directions, const double *direction,
                            double *products, ff_error *err)
{
    const ff_pace_parts *p = potential->parameters;
    workspace *w = scratch;
    mixture mix;
    double energy;
    size_t size = 3 * environment->count;
    int status = load(p, w, environment, true, true, &mix, &energy, err);
    if (status != FF_OK)
        return status;
    scatter(&p->centre[w->site.centre], w->w, mix.by_e, p->one_particle.shape.sums, w->adjoint);
    memset(products, 0, directions * size * sizeof *products);
    for (size_t d = 0; d < directions; d++)
        hessian_product(p, w, &mix, direction + d * size, products + d * size);
    return FF_OK;
}

/* The potential. */

static double inner_radius(const ff_pace_parts *p, int i, int j)
{
    return fmax(p->bond[i * p->elements + j].inner, p->bond[j * p->elements + i].inner);
}

/* Where a repulsion takes over. */
static double shortest(const ff_potential *potential, int species, int other)
{
    const ff_pace_parts *p = potential->parameters;
    if (p->core == FF_PACE_DENSITY)
        return 0;
    return inner_radius(p, p->one_particle.index[species], p->one_particle.index[other]);
}

static void potential_free(ff_potential *potential)
{
    ff_pace_parts_free(potential->parameters);
    free(potential);
}

static const ff_potential_class pace_class = {.kind = "ace",
                                              .workspace_new = workspace_new,
                                              .workspace_free = workspace_free,
                                              .site = site,
                                              .hessian_products = hessian_products,
                                              .free = potential_free};

int ff_pace_potential_new(ff_potential **out, const ff_pace *pace, ff_error *err)
{
    *out = NULL;
    int status = ff_pace_check(pace, err);
    if (status != FF_OK)
        return status;
    ff_potential *potential = ff_new_array(1, sizeof *potential, err);
    if (!potential)
        return FF_E_NOMEM;
    potential->class_ = &pace_class;
    potential->shortest = shortest;
    ff_pace_parts *parts = NULL;
    status = ff_pace_parts_new(&parts, pace, err);
    potential->parameters = parts;
    if (status != FF_OK) {
        ff_potential_free(potential);
        return status;
    }
    for (int i = 0; i < pace->elements; i++) {
        potential->species[pace->element[i].species] = true;
        for (int j = 0; j < pace->elements; j++)
            potential->cutoff = fmax(potential->cutoff, pace->bond[i][j].cutoff);
    }
    *out = potential;
    return FF_OK;
}
