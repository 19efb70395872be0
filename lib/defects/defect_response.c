#include "lib/defects/response_parts.h"

#include "lib/base/memory.h"
#include "lib/defects/minimise.h"
#include "lib/structure/lattice.h"

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Surroundings of the extra atoms. */

/* The atoms within a radius of one atom, images included, as a frame of their own. */
typedef struct cluster {
    ff_frame frame;  /* not periodic; atom 0 is the central one */
    size_t *origin;  /* [frame.atoms] atom of the supercell */
    size_t capacity; /* of origin */
    double *position;
    size_t position_capacity;
} cluster;

static void cluster_clear(cluster *c)
{
    ff_frame_clear(&c->frame);
    free(c->origin);
    free(c->position);
}

static int cluster_add(cluster *c, size_t *count, size_t atom, const double position[3],
                       ff_error *err)
{
    int status = ff_reserve(&c->origin, &c->capacity, *count + 1, sizeof *c->origin, err);
    if (status == FF_OK)
        status =
            ff_reserve(&c->position, &c->position_capacity, *count + 1, 3 * sizeof(double), err);
    if (status != FF_OK)
        return status;
    c->origin[*count] = atom;
    memcpy(c->position + 3 * *count, position, 3 * sizeof(double));
    (*count)++;
    return FF_OK;
}

/* Adds the images of `atom` within `radius` of the centre; its home image is left out for the
 * central atom itself, which has been added already. */
static int add_images(cluster *c, size_t *count, const ff_frame *frame, size_t centre, size_t atom,
                      double radius, ff_error *err)
{
    double inverse[9], from[3], fraction[3];
    int least[3], most[3];
    ff_lattice_inverse(inverse, frame->cell);
    for (int k = 0; k < 3; k++)
        from[k] = frame->positions[3 * atom + (size_t)k] - frame->positions[3 * centre + (size_t)k];
    ff_row_times_matrix(fraction, from, inverse);
    for (int k = 0; k < 3; k++) { /* planes k are 1 / |reciprocal vector k| apart */
        double reach = radius * sqrt(inverse[k] * inverse[k] + inverse[k + 3] * inverse[k + 3] +
                                     inverse[k + 6] * inverse[k + 6]);
        least[k] = frame->periodic[k] ? (int)ceil(-fraction[k] - reach) : 0;
        most[k] = frame->periodic[k] ? (int)floor(-fraction[k] + reach) : 0;
    }
    for (int x = least[0]; x <= most[0]; x++)
        for (int y = least[1]; y <= most[1]; y++)
            for (int z = least[2]; z <= most[2]; z++) {
                if (atom == centre && x == 0 && y == 0 && z == 0)
                    continue;
                const double shift[3] = {x, y, z};
                double place[3];
                ff_row_times_matrix(place, shift, frame->cell);
                for (int k = 0; k < 3; k++)
                    place[k] += from[k];
                if (ff_vector_dot(place, place) > radius * radius)
                    continue;
                int status = cluster_add(c, count, atom, place, err);
                if (status != FF_OK)
                    return status;
            }
    return FF_OK;
}

static int cluster_init(cluster *c, const ff_frame *frame, size_t centre, double radius,
                        ff_error *err)
{
    static const double middle[3] = {0};
    *c = (cluster){0};
    size_t count = 0;
    int status = cluster_add(c, &count, centre, middle, err);
    for (size_t atom = 0; status == FF_OK && atom < frame->atoms; atom++)
        status = add_images(c, &count, frame, centre, atom, radius, err);
    if (status == FF_OK)
        status = ff_frame_init(&c->frame, count, err);
    if (status != FF_OK)
        return status;
    memcpy(c->frame.positions, c->position, 3 * count * sizeof(double));
    for (size_t i = 0; i < count; i++)
        c->frame.species[i] = frame->species[c->origin[i]];
    return FF_OK;
}

/* 1.2 of the distance that would be the neighbours' in a simple cubic crystal of the same density.
 */
static double carrier_reach(const ff_defect_response *response, const ff_frame *frame)
{
    double sites = (double)ff_green_function_sites(response->green);
    return 1.2 * cbrt(ff_frame_volume(frame) / sites);
}

/* The lattice atoms next to extra atom e, the central one of the cluster. */
static int find_carriers(ff_defect_response *response, const cluster *c, size_t e,
                         const ff_frame *frame, ff_error *err)
{
    size_t *last = &response->first_carrier[e + 1];
    double reach = carrier_reach(response, frame);
    *last = response->first_carrier[e];
    for (size_t i = 1; i < c->frame.atoms; i++) {
        const double *place = c->frame.positions + 3 * i;
        if (response->site[c->origin[i]] < 0 || ff_vector_dot(place, place) > reach * reach)
            continue;
        int status = ff_reserve(&response->carrier, &response->carrier_capacity, *last + 1,
                                sizeof *response->carrier, err);
        if (status != FF_OK)
            return status;
        response->carrier[(*last)++] = c->origin[i];
    }
    return FF_OK;
}

/* Adds the part of products[atoms][3] that falls on the extra atoms, all their images, to
 * column[3 extras]. */
static void add_extra_parts(const ff_defect_response *response, const cluster *c,
                            const double *products, double *column)
{
    for (size_t i = 0; i < c->frame.atoms; i++)
        for (size_t e = 0; e < response->extras; e++)
            if (response->extra[e] == c->origin[i])
                for (size_t k = 0; k < 3; k++)
                    column[3 * e + k] += products[3 * i + k];
}

/* The carriers of an extra atom, and three columns of the extra atoms' stiffness: the second
 * derivatives by the position of one of them. */
static int stiffness_of_atom(ff_defect_response *response, ff_calculator *calculator,
                             const ff_frame *frame, size_t e, double radius, double *columns,
                             ff_error *err)
{
    cluster c;
    double *direction = NULL, *products = NULL;
    size_t extras = 3 * response->extras;
    int status = cluster_init(&c, frame, response->extra[e], radius, err);
    if (status == FF_OK)
        status = find_carriers(response, &c, e, frame, err);
    if (status != FF_OK)
        goto done;
    size_t size = 3 * c.frame.atoms;
    direction = ff_new_array(3 * size, sizeof *direction, err);
    products = ff_new_array(3 * size, sizeof *products, err);
    status = direction && products ? FF_OK : FF_E_NOMEM;
    for (size_t k = 0; status == FF_OK && k < 3; k++)
        direction[k * size + k] = 1.0; /* the central atom is the first */
    if (status == FF_OK)
        status = ff_calculator_hessian_products(calculator, &c.frame, 3, direction, products, err);
    for (size_t k = 0; status == FF_OK && k < 3; k++)
        add_extra_parts(response, &c, products + k * size, columns + k * extras);
done:
    cluster_clear(&c);
    free(direction);
    free(products);
    return status;
}

/* Replaces the symmetric stiffness matrix by its inverse, guarded from below. */
static int invert_stiffness(double *matrix, size_t size, double least, ff_error *err)
{
    double *vectors = ff_new_array(size, size * sizeof(double), err);
    double *value = ff_new_array(size, sizeof(double), err);
    int status = vectors && value ? FF_OK : FF_E_NOMEM;
    for (size_t i = 0; status == FF_OK && i < size * size; i++) {
        vectors[i] = 0.5 * (matrix[i] + matrix[i % size * size + i / size]);
        if (!isfinite(vectors[i]))
            status = ff_fail(err, FF_E_NUMERIC, "the forces on the extra atom are not finite");
    }
    if (status == FF_OK && LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'V', 'L', (lapack_int)size, vectors,
                                          (lapack_int)size, value) != 0)
        status = ff_fail(err, FF_E_NUMERIC, "the extra atom's stiffness was not diagonalised");
    for (size_t i = 0; status == FF_OK && i < size * size; i++) {
        matrix[i] = 0.0;
        for (size_t k = 0; k < size; k++)
            matrix[i] += vectors[k * size + i / size] * vectors[k * size + i % size] /
                         fmax(fabs(value[k]), least);
    }
    free(vectors);
    free(value);
    return status;
}

/* Where the potential is known for whole structures only, the crystal's stiffest mode stands for
 * the extra atom: differences of forces would take more evaluations than they spare. */
static int guess_compliance(ff_defect_response *response, const ff_frame *frame, ff_error *err)
{
    size_t size = 3 * response->extras;
    int status = FF_OK;
    for (size_t e = 0; status == FF_OK && e < response->extras; e++) {
        cluster c;
        status = cluster_init(&c, frame, response->extra[e], carrier_reach(response, frame), err);
        if (status == FF_OK)
            status = find_carriers(response, &c, e, frame, err);
        cluster_clear(&c);
    }
    for (size_t i = 0; i < size; i++)
        response->compliance[i * size + i] =
            1.0 / ff_green_function_spectrum(response->green)->highest;
    return status;
}

static int make_compliance(ff_defect_response *response, const ff_potential *potential,
                           const ff_frame *frame, ff_error *err)
{
    ff_calculator *calculator = NULL;
    size_t size = 3 * response->extras;
    double radius = 2.0 * potential->cutoff + 0.01;
    if (!(response->compliance = ff_new_array(size, size * sizeof(double), err)) ||
        !(response->first_carrier =
              ff_new_array(response->extras + 1, sizeof *response->first_carrier, err)))
        return FF_E_NOMEM;
    if (size == 0)
        return FF_OK;
    if (potential->class_->evaluate)
        return guess_compliance(response, frame, err);
    int status = ff_calculator_new(&calculator, potential, 0.0, err);
    for (size_t e = 0; status == FF_OK && e < response->extras; e++)
        status = stiffness_of_atom(response, calculator, frame, e, radius,
                                   response->compliance + 3 * e * size, err);
    if (status == FF_OK)
        status = invert_stiffness(response->compliance, size,
                                  0.01 * ff_green_function_spectrum(response->green)->highest, err);
    ff_calculator_free(calculator);
    return status;
}

/* The response. */

static int find_extras(ff_defect_response *response, const int64_t *site, ff_error *err)
{
    size_t sites = ff_green_function_sites(response->green);
    if (!(response->extra = ff_new_array(response->atoms, sizeof *response->extra, err)))
        return FF_E_NOMEM;
    for (size_t i = 0; i < response->atoms; i++) {
        if (site[i] >= (int64_t)sites)
            return ff_fail(err, FF_E_FORMAT, "atom %zu is said to be on site %lld of %zu", i + 1,
                           (long long)site[i], sites);
        if (site[i] < 0)
            response->extra[response->extras++] = i;
    }
    return FF_OK;
}

int ff_defect_response_new(ff_defect_response **out, ff_green_function *green,
                           const ff_potential *potential, const ff_frame *frame,
                           const int64_t *site, ff_error *err)
{
    *out = NULL;
    ff_defect_response *response = ff_new_array(1, sizeof *response, err);
    if (!response)
        return FF_E_NOMEM;
    response->green = green;
    response->atoms = frame->atoms;
    int status = find_extras(response, site, err);
    if (status == FF_OK &&
        (!(response->site = ff_copy_array(site, frame->atoms, sizeof *site, err)) ||
         !(response->field =
               ff_new_array(ff_green_function_sites(green), 3 * sizeof(double), err)) ||
         !(response->extra_force = ff_new_array(response->extras, 3 * sizeof(double), err))))
        status = FF_E_NOMEM;
    if (status == FF_OK)
        status = make_compliance(response, potential, frame, err);
    if (status == FF_OK)
        *out = response;
    else
        ff_defect_response_free(response);
    return status;
}

void ff_defect_response_free(ff_defect_response *response)
{
    if (!response)
        return;
    free(response->site);
    free(response->extra);
    free(response->compliance);
    free(response->field);
    free(response->extra_force);
    free(response->carrier);
    free(response->first_carrier);
    ff_core_response_free(response->core);
    free(response->core_force);
    free(response);
}

/* The lattice bears the force on the extra atom, in equal parts on its carriers ... */
static void hand_down(ff_defect_response *response, const double *force)
{
    for (size_t e = 0; e < response->extras; e++) {
        size_t first = response->first_carrier[e], last = response->first_carrier[e + 1];
        for (size_t c = first; c < last; c++)
            for (size_t k = 0; k < 3; k++)
                response->field[3 * (size_t)response->site[response->carrier[c]] + k] +=
                    force[3 * e + k] / (double)(last - first);
    }
}

/* ... and the extra atom moves with their mean: the transpose. */
static double carried(const ff_defect_response *response, size_t e, size_t k)
{
    size_t first = response->first_carrier[e], last = response->first_carrier[e + 1];
    double sum = 0.0;
    for (size_t c = first; c < last; c++)
        sum += response->field[3 * (size_t)response->site[response->carrier[c]] + k];
    return last > first ? sum / (double)(last - first) : 0.0;
}

/* The lattice's answer to the field of forces, for the atoms: added to the displacement, or in its
 * place. */
static void answer(ff_defect_response *response, double *displacement, bool add)
{
    size_t size = 3 * response->extras;
    ff_green_function_apply(response->green, response->field, response->field);
    for (size_t i = 0; i < response->atoms; i++)
        for (size_t k = 0; response->site[i] >= 0 && k < 3; k++) {
            double part = response->field[3 * (size_t)response->site[i] + k];
            displacement[3 * i + k] = add ? displacement[3 * i + k] + part : part;
        }
    for (size_t i = 0; i < size; i++) {
        double sum = carried(response, i / 3, i % 3);
        for (size_t j = 0; j < size; j++)
            sum += response->compliance[i * size + j] * response->extra_force[j];
        double *at = displacement + 3 * response->extra[i / 3] + i % 3;
        *at = add ? *at + sum : sum;
    }
}

void ff_defect_response_apply_perfect(ff_defect_response *response, const double *force,
                                      double *displacement)
{
    memset(response->field, 0, ff_green_function_sites(response->green) * 3 * sizeof(double));
    for (size_t i = 0; i < response->atoms; i++)
        if (response->site[i] >= 0)
            memcpy(response->field + 3 * response->site[i], force + 3 * i, 3 * sizeof(double));
    for (size_t i = 0; i < 3 * response->extras; i++)
        response->extra_force[i] = force[3 * response->extra[i / 3] + i % 3];
    hand_down(response, response->extra_force);
    answer(response, displacement, false);
}

/* Adds the response to forces on the core alone. */
static void add_core_response(ff_defect_response *response, const double *core_force,
                              double *displacement)
{
    size_t count;
    const size_t *atom = ff_core_response_atoms(response->core, &count);
    memset(response->field, 0, ff_green_function_sites(response->green) * 3 * sizeof(double));
    memset(response->extra_force, 0, 3 * response->extras * sizeof(double));
    for (size_t i = 0; i < count; i++) {
        const double *force = core_force + 3 * i;
        if (response->site[atom[i]] >= 0)
            memcpy(response->field + 3 * response->site[atom[i]], force, 3 * sizeof(double));
        for (size_t e = 0; e < response->extras; e++)
            if (response->extra[e] == atom[i])
                memcpy(response->extra_force + 3 * e, force, 3 * sizeof(double));
    }
    hand_down(response, response->extra_force);
    answer(response, displacement, true);
}

void ff_defect_response_apply(ff_defect_response *response, const double *force,
                              double *displacement)
{
    ff_defect_response_apply_perfect(response, force, displacement);
    if (!response->core)
        return;
    ff_core_response_correct(response->core, displacement, response->core_force);
    add_core_response(response, response->core_force, displacement);
}

ff_model_step ff_defect_response_step(ff_defect_response *response, const double *gradient,
                                      double radius, double *step)
{
    size_t size = 3 * response->atoms;
    ff_defect_response_apply_perfect(response, gradient, step);
    ff_model_step model = ff_core_response_step(response->core, step, ff_dot(gradient, step, size),
                                                radius, response->core_force);
    for (size_t i = 0; i < size; i++)
        step[i] /= 1.0 + model.shift;
    add_core_response(response, response->core_force, step);
    for (size_t i = 0; i < size; i++)
        step[i] = -step[i];
    return model;
}
