#include "lib/defects/sparse_stars.h"

#include "lib/base/memory.h"
#include "lib/base/parallel.h"
#include "lib/defects/site_hessian.h"
#include "lib/structure/lattice.h"
#include "lib/structure/neighbour_list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of the nearest-neighbour distance: how far a neighbour may stand from its place in the perfect
 * crystal, from its place in the strained one, and where it is looked for. */
static const double unstrained = 0.01, strained = 0.03;
static const double reach = 0.12;
static const double linear = 0.1; /* part of the matrix that is neglected in the strained one */
static const double shell = 1.3;  /* the strain is that of the neighbours within */
static const double deformation = 0.02; /* in differences by it */

typedef struct workshop {
    const ff_potential *potential;
    const ff_frame *unit, *frame;
    const int64_t *site;
    const bool *fixed;
    ff_stars *out;
    ff_neighbour_list unit_list, list;
    double range;           /* A, of a site's own neighbours */
    double nearest;         /* A */
    double step;            /* A, of differences; 0: exact derivatives */
    size_t most;            /* neighbours */
    double *bend;           /* [unit atoms][9] second derivatives by the deformation, relative */
    ff_site_hessian **work; /* [threads] */
} workshop;

static size_t neighbours(const ff_neighbour_list *list, size_t i)
{
    return list->offset[i + 1] - list->offset[i];
}

static void workshop_clear(workshop *w)
{
    for (int thread = 0; w->work && thread < ff_threads(); thread++)
        ff_site_hessian_free(w->work[thread]);
    free(w->work);
    free(w->bend);
    ff_neighbour_list_clear(&w->unit_list);
    ff_neighbour_list_clear(&w->list);
}

static int workshop_init(workshop *w, ff_error *err)
{
    ff_neighbour_list_init(&w->unit_list);
    ff_neighbour_list_init(&w->list);
    w->range = w->potential->cutoff * 1.003;
    int status = ff_neighbour_list_build(&w->unit_list, w->unit, w->range, err);
    w->nearest = w->potential->cutoff;
    for (size_t e = 0; status == FF_OK && e < w->unit_list.offset[w->unit->atoms]; e++)
        w->nearest = fmin(w->nearest, w->unit_list.distance[e]);
    w->step = w->potential->class_->hessian_products ? 0.0 : 1e-3 * w->nearest;
    if (status == FF_OK)
        status = ff_neighbour_list_build(&w->list, w->frame, w->range + reach * w->nearest, err);
    for (size_t i = 0; status == FF_OK && i < w->frame->atoms; i++)
        w->most = neighbours(&w->list, i) > w->most ? neighbours(&w->list, i) : w->most;
    for (size_t i = 0; status == FF_OK && i < w->unit->atoms; i++)
        w->most = neighbours(&w->unit_list, i) > w->most ? neighbours(&w->unit_list, i) : w->most;
    if (status == FF_OK && !(w->bend = ff_new_array(w->unit->atoms, 9 * sizeof(double), err)))
        status = FF_E_NOMEM;
    if (status == FF_OK &&
        !(w->work = ff_new_array((size_t)ff_threads(), sizeof(ff_site_hessian *), err)))
        status = FF_E_NOMEM;
    return status;
}

/* Matrices. */

/* The matrix over neighbours, column after column, with rows and columns for the centre, on which
 * minus their sum acts. */
static void add_centre(double *matrix, const double *columns, size_t count)
{
    size_t inner = 3 * count, size = inner + 3;
    for (size_t i = 0; i < inner; i++)
        for (size_t j = 0; j < inner; j++)
            matrix[(i + 3) * size + j + 3] =
                0.5 * (columns[i * inner + j] + columns[j * inner + i]);
    for (size_t k = 0; k < 3; k++)
        for (size_t j = 3; j < size; j++) {
            double sum = 0.0;
            for (size_t p = 1; p <= count; p++)
                sum -= matrix[(3 * p + k) * size + j];
            matrix[k * size + j] = matrix[j * size + k] = sum;
        }
    for (size_t k = 0; k < 3; k++)
        for (size_t j = 0; j < 3; j++) {
            double sum = 0.0;
            for (size_t p = 1; p <= count; p++)
                sum -= matrix[k * size + 3 * p + j];
            matrix[k * size + j] = sum;
        }
}

/* A site's neighbours within the range, moved by a deformation less 1 (NULL: none). */
typedef struct surroundings {
    int *species;
    double *vectors, *distances;
    ff_environment environment;
} surroundings;

static void surroundings_clear(surroundings *s)
{
    free(s->species);
    free(s->vectors);
    free(s->distances);
}

static int surroundings_init(surroundings *s, const workshop *w, const ff_frame *frame,
                             const ff_neighbour_list *list, size_t i, ff_error *err)
{
    size_t most = neighbours(list, i), count = 0;
    *s = (surroundings){0};
    if (!(s->species = ff_new_array(most, sizeof *s->species, err)) ||
        !(s->vectors = ff_new_array(most, 3 * sizeof(double), err)) ||
        !(s->distances = ff_new_array(most, sizeof(double), err)))
        return FF_E_NOMEM;
    for (size_t e = list->offset[i]; e < list->offset[i + 1]; e++) {
        if (list->distance[e] > w->range)
            continue;
        s->species[count] = frame->species[list->neighbour[e]];
        memcpy(s->vectors + 3 * count, list->vector + 3 * e, 3 * sizeof(double));
        s->distances[count++] = list->distance[e];
    }
    s->environment = (ff_environment){.species = frame->species[i],
                                      .count = count,
                                      .neighbour_species = s->species,
                                      .vectors = s->vectors,
                                      .distances = s->distances};
    return FF_OK;
}

/* Vectors v become v + amount e_a (e_b . v). */
static void deform(surroundings *s, size_t a, size_t b, double amount)
{
    for (size_t q = 0; q < s->environment.count; q++) {
        double *v = s->vectors + 3 * q;
        v[a] += amount * v[b];
        s->distances[q] = sqrt(ff_vector_dot(v, v));
    }
}

/* *matrix = the Hessian of the site energy, allocated. */
static int site_matrix(workshop *w, double **matrix, const surroundings *s, int thread,
                       ff_error *err)
{
    size_t count = s->environment.count, size = 3 * count;
    ff_site_hessian **work = &w->work[thread];
    double *columns = ff_new_array(size, size * sizeof(double), err), difference;
    int status = FF_OK;
    *matrix = ff_new_array(size + 3, (size + 3) * sizeof(double), err);
    if (!columns || !*matrix)
        status = FF_E_NOMEM;
    if (status == FF_OK && !*work)
        status = ff_site_hessian_new(work, w->potential, w->most, err);
    for (size_t q = 0; status == FF_OK && q < count; q++)
        status = ff_site_hessian_columns(*work, &s->environment, q, w->step, columns + 3 * q * size,
                                         &difference, err);
    if (status == FF_OK)
        add_centre(*matrix, columns, count);
    free(columns);
    return status;
}

static int unit_matrix(size_t i, int thread, void *context, ff_error *err)
{
    workshop *w = context;
    surroundings s;
    int status = surroundings_init(&s, w, w->unit, &w->unit_list, i, err);
    if (status == FF_OK)
        status = site_matrix(w, &w->out->unit_matrix[i], &s, thread, err);
    surroundings_clear(&s);
    return status;
}

/* From matrices at deformations of either sign: slope[block][9][9], of which this is the n-th;
 * returns the norm of the second derivative, relative to that of the matrix. */
static double differentiate(double *slope, size_t n, const double *more, const double *less,
                            const double *middle, size_t count)
{
    double whole = 0.0, second = 0.0;
    for (size_t i = 0; i < 3 * count; i++)
        for (size_t j = 0; j < 3 * count; j++) {
            size_t k = 3 * count * i + j, block = i / 3 * count + j / 3;
            double bend = (more[k] - 2.0 * middle[k] + less[k]) / (deformation * deformation);
            whole += middle[k] * middle[k];
            second += bend * bend;
            slope[81 * block + 9 * n + 3 * (i % 3) + j % 3] =
                (more[k] - less[k]) / (2.0 * deformation);
        }
    return sqrt(second / whole);
}

/* The derivative of the perfect crystal's matrix by a component of the deformation. Atoms that
 * would come into range from outside are left out: the potential goes smoothly to zero there. */
static int unit_slope(size_t index, int thread, void *context, ff_error *err)
{
    workshop *w = context;
    size_t i = index / 9, n = index % 9, a = n / 3, b = n % 3;
    double *less = NULL, *more = NULL;
    surroundings s;
    int status = surroundings_init(&s, w, w->unit, &w->unit_list, i, err);
    if (status == FF_OK) {
        deform(&s, a, b, -deformation);
        status = site_matrix(w, &less, &s, thread, err);
        deform(&s, a, b, a == b ? 2.0 * deformation / (1.0 - deformation) : 2.0 * deformation);
    }
    if (status == FF_OK)
        status = site_matrix(w, &more, &s, thread, err);
    if (status == FF_OK)
        w->bend[index] = differentiate(w->out->unit_slope[i], n, more, less, w->out->unit_matrix[i],
                                       s.environment.count + 1);
    surroundings_clear(&s);
    free(less);
    free(more);
    return status;
}

static int unit_matrices(workshop *w, ff_error *err)
{
    size_t atoms = w->unit->atoms;
    for (size_t i = 0; i < atoms; i++) {
        size_t count = neighbours(&w->unit_list, i) + 1;
        if (!(w->out->unit_slope[i] = ff_new_array(count, count * 81 * sizeof(double), err)))
            return FF_E_NOMEM;
    }
    int status = ff_parallel_for(atoms, unit_matrix, w, NULL, err);
    return status == FF_OK ? ff_parallel_for(9 * atoms, unit_slope, w, NULL, err) : status;
}

static int own_matrix(size_t n, int thread, void *context, ff_error *err)
{
    workshop *w = context;
    size_t i = w->out->own_atom[n];
    surroundings s;
    int status = surroundings_init(&s, w, w->frame, &w->list, i, err);
    if (status == FF_OK)
        status = site_matrix(w, &w->out->own_matrix[n], &s, thread, err);
    w->out->star[i].matrix = w->out->own_matrix[n];
    surroundings_clear(&s);
    return status;
}

/* Stars. */

static bool moves(const workshop *w, size_t atom)
{
    return !w->fixed || !w->fixed[atom];
}

/* The neighbour of atom i that stands nearest to a place, in the list; SIZE_MAX if none is within
 * a distance, *distance = how far it is. */
static size_t neighbour_at(const workshop *w, size_t i, const double place[3], int species,
                           double *distance)
{
    double least = *distance * *distance;
    size_t found = SIZE_MAX;
    for (size_t e = w->list.offset[i]; e < w->list.offset[i + 1]; e++) {
        const double *v = w->list.vector + 3 * e;
        double x = v[0] - place[0], y = v[1] - place[1], z = v[2] - place[2];
        double square = x * x + y * y + z * z;
        if (square < least && w->frame->species[w->list.neighbour[e]] == species) {
            least = square;
            found = e;
        }
    }
    *distance = sqrt(least);
    return found;
}

/* strain = the deformation less 1 that takes the nearest neighbours in the perfect crystal to where
 * they stand, by least squares; false if some cannot be found. */
static bool find_strain(const workshop *w, double strain[9], size_t i, size_t basis)
{
    const ff_neighbour_list *perfect = &w->unit_list;
    double square[9] = {0}, product[9] = {0}, inverse[9];
    for (size_t e = perfect->offset[basis]; e < perfect->offset[basis + 1]; e++) {
        const double *place = perfect->vector + 3 * e;
        double distance = reach * w->nearest;
        if (perfect->distance[e] > shell * w->nearest)
            continue;
        size_t found =
            neighbour_at(w, i, place, w->unit->species[perfect->neighbour[e]], &distance);
        if (found == SIZE_MAX)
            return false;
        for (size_t k = 0; k < 9; k++) {
            square[k] += place[k / 3] * place[k % 3];
            product[k] += (w->list.vector[3 * found + k / 3] - place[k / 3]) * place[k % 3];
        }
    }
    if (fabs(ff_lattice_determinant(square)) < 1e-6 * pow(w->nearest, 6))
        return false;
    ff_lattice_inverse(inverse, square);
    for (size_t k = 0; k < 9; k++) {
        strain[k] = 0.0;
        for (size_t m = 0; m < 3; m++)
            strain[k] += product[3 * (k / 3) + m] * inverse[3 * m + k % 3];
    }
    return true;
}

/* Members as in the crystal under the strain; false if a neighbour stands farther than `distance`
 * from its place. (Two places are never within twice that of one another, so none is taken
 * twice.) */
static bool match_star(const workshop *w, ff_star *s, size_t i, size_t basis, double most)
{
    const ff_neighbour_list *perfect = &w->unit_list;
    s->count = 1;
    for (size_t e = perfect->offset[basis]; e < perfect->offset[basis + 1]; e++) {
        const double *from = perfect->vector + 3 * e;
        double place[3], distance = most;
        for (size_t k = 0; k < 3; k++)
            place[k] = from[k] + ff_vector_dot(s->strain + 3 * k, from);
        size_t found =
            neighbour_at(w, i, place, w->unit->species[perfect->neighbour[e]], &distance);
        if (found == SIZE_MAX)
            return false;
        s->member[s->count++] = w->list.neighbour[found];
    }
    return true;
}

static void own_star(const workshop *w, ff_star *s, size_t i)
{
    s->count = 1;
    for (size_t e = w->list.offset[i]; e < w->list.offset[i + 1]; e++)
        if (w->list.distance[e] <= w->range)
            s->member[s->count++] = w->list.neighbour[e];
}

/* Whether the matrix is that of first order, nearly: potentials made of pieces may bend at once. */
static bool is_linear(const workshop *w, const double strain[9], size_t basis)
{
    double second = 0.0;
    for (size_t n = 0; n < 9; n++)
        second += 0.5 * w->bend[9 * basis + n] * strain[n] * strain[n];
    return second < linear;
}

static void find_members(const workshop *w, ff_star *s, size_t i)
{
    if (w->site[i] < 0) {
        own_star(w, s, i);
        return;
    }
    size_t basis = (size_t)w->site[i] % w->unit->atoms;
    s->matrix = w->out->unit_matrix[basis];
    if (match_star(w, s, i, basis, unstrained * w->nearest))
        return;
    if (find_strain(w, s->strain, i, basis) && is_linear(w, s->strain, basis) &&
        match_star(w, s, i, basis, strained * w->nearest)) {
        s->slope = w->out->unit_slope[basis];
        return;
    }
    memset(s->strain, 0, sizeof s->strain);
    if (!match_star(w, s, i, basis, strained * w->nearest)) {
        s->matrix = NULL;
        own_star(w, s, i);
    }
}

static int make_star(size_t i, int thread, void *context, ff_error *err)
{
    workshop *w = context;
    ff_star *s = &w->out->star[i];
    bool wanted = moves(w, i);
    (void)thread;
    for (size_t e = w->list.offset[i]; e < w->list.offset[i + 1] && !wanted; e++)
        wanted = moves(w, w->list.neighbour[e]);
    if (!wanted)
        return FF_OK;
    if (!(s->member = ff_new_array(w->most + 1, sizeof *s->member, err)))
        return FF_E_NOMEM;
    s->member[0] = (uint32_t)i;
    find_members(w, s, i);
    return FF_OK;
}

static int make_own(workshop *w, ff_error *err)
{
    ff_stars *out = w->out;
    size_t capacity = 0;
    for (size_t i = 0; i < out->atoms; i++) {
        if (!out->star[i].member || out->star[i].matrix)
            continue;
        int status =
            ff_reserve(&out->own_atom, &capacity, out->own + 1, sizeof *out->own_atom, err);
        if (status != FF_OK)
            return status;
        out->own_atom[out->own++] = (uint32_t)i;
    }
    if (!(out->own_matrix = ff_new_array(out->own, sizeof *out->own_matrix, err)))
        return FF_E_NOMEM;
    return ff_parallel_for(out->own, own_matrix, w, NULL, err);
}

void ff_stars_clear(ff_stars *stars)
{
    for (size_t i = 0; stars->unit_matrix && i < stars->unit_atoms; i++)
        free(stars->unit_matrix[i]);
    for (size_t i = 0; stars->unit_slope && i < stars->unit_atoms; i++)
        free(stars->unit_slope[i]);
    for (size_t i = 0; stars->own_matrix && i < stars->own; i++)
        free(stars->own_matrix[i]);
    for (size_t i = 0; stars->star && i < stars->atoms; i++)
        free(stars->star[i].member);
    free(stars->unit_matrix);
    free(stars->unit_slope);
    free(stars->own_matrix);
    free(stars->own_atom);
    free(stars->star);
    *stars = (ff_stars){0};
}

int ff_stars_init(ff_stars *stars, const ff_potential *potential, const ff_frame *unit,
                  const ff_frame *frame, const int64_t *site, const bool *fixed, ff_error *err)
{
    workshop w = {.potential = potential,
                  .unit = unit,
                  .frame = frame,
                  .site = site,
                  .fixed = fixed,
                  .out = stars};
    *stars = (ff_stars){.atoms = frame->atoms, .unit_atoms = unit->atoms};
    int status = workshop_init(&w, err);
    if (status == FF_OK &&
        (!(stars->star = ff_new_array(frame->atoms, sizeof *stars->star, err)) ||
         !(stars->unit_matrix = ff_new_array(unit->atoms, sizeof(double *), err)) ||
         !(stars->unit_slope = ff_new_array(unit->atoms, sizeof(double *), err))))
        status = FF_E_NOMEM;
    if (status == FF_OK)
        status = unit_matrices(&w, err);
    if (status == FF_OK)
        status = ff_parallel_for(frame->atoms, make_star, &w, NULL, err);
    if (status == FF_OK)
        status = make_own(&w, err);
    workshop_clear(&w);
    if (status != FF_OK)
        ff_stars_clear(stars);
    return status;
}
