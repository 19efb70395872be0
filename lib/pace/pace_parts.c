#include "lib/pace/pace_parts.h"

#include "lib/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Radial functions. */

static void radial_functions(const void *context, int centre, int neighbour, const double *distance,
                             double (*values)[FF_LANES], double (*derivatives)[FF_LANES],
                             double (*second)[FF_LANES])
{
    const ff_pace_parts *p = context;
    ff_pace_radial_evaluate(&p->radial[centre * p->elements + neighbour], distance, values,
                            derivatives, second);
}

/* C_nlk of a bond, NULL where it has none. */
static const double *row_of(const ff_pace_bond *bond, int n, int l)
{
    if (n >= bond->radials || l > bond->largest)
        return NULL;
    return bond->coefficient + (size_t)(n * (bond->largest + 1) + l) * (size_t)bond->bases;
}

static void set_row(ff_pace_radial *radial, int row, const ff_pace_bond *bond, int n, int l)
{
    const double *from = row_of(bond, n, l);
    double *to = radial->matrix + (size_t)row * (size_t)radial->bases;
    if (from)
        memcpy(to, from, (size_t)bond->bases * sizeof *to);
}

/* Whether the R_nl that are used are the same for every l from 1 on as for 0. */
static bool same_for_all_l(const ff_pace *pace, const ff_one_particle_shape *shape)
{
    for (int i = 0; i < pace->elements; i++)
        for (int j = 0; j < pace->elements; j++) {
            const ff_pace_bond *bond = &pace->bond[i][j];
            for (int l = 1; l <= shape->largest; l++)
                for (int n = 0; n < shape->radial[l]; n++) {
                    const double *a = row_of(bond, n, 0), *b = row_of(bond, n, l);
                    if (!a != !b || (a && memcmp(a, b, (size_t)bond->bases * sizeof *a) != 0))
                        return false;
                }
        }
    return true;
}

/* The n and l that functions of order 2 and up use. */
static void set_shape(ff_one_particle_shape *shape, const ff_pace *pace)
{
    *shape = (ff_one_particle_shape){.species_count = pace->elements};
    for (int i = 0; i < pace->elements; i++)
        for (size_t k = 0; k < pace->element[i].functions; k++) {
            const ff_pace_function *f = &pace->element[i].function[k];
            for (int a = 0; a < f->order && f->order > 1; a++) {
                if (f->l[a] > shape->largest)
                    shape->largest = f->l[a];
                if (f->n[a] > shape->radial[f->l[a]])
                    shape->radial[f->l[a]] = f->n[a];
            }
        }
}

/* Numbers the radial functions of each l; returns how many there are. */
static int number_radials(ff_one_particle_shape *shape, const ff_pace *pace)
{
    int count = 0;
    if (same_for_all_l(pace, shape)) {
        for (int l = 0; l <= shape->largest; l++)
            count = shape->radial[l] > count ? shape->radial[l] : count;
    } else {
        for (int l = 0; l <= shape->largest; l++) {
            shape->first[l] = count;
            count += shape->radial[l];
        }
    }
    ff_one_particle_shape_finish(shape);
    return count;
}

static int set_radial(ff_pace_parts *p, const ff_pace *pace, int i, int j, ff_error *err)
{
    const ff_one_particle_shape *shape = &p->one_particle.shape;
    const ff_pace_bond *bond = &pace->bond[i][j];
    const ff_pace_element *element = &pace->element[i];
    ff_pace_radial *radial = &p->radial[i * p->elements + j];
    int bases = bond->bases;
    for (size_t k = 0; k < element->functions; k++) {
        const ff_pace_function *f = &element->function[k];
        if (f->order == 1 && f->species[0] == j && f->n[0] > bases)
            bases = f->n[0];
    }
    int status =
        ff_pace_radial_init(radial, bond, pace->core, p->one_particle.functions, bases, err);
    if (status != FF_OK)
        return status;
    for (int l = 0; l <= shape->largest; l++)
        for (int n = 0; n < shape->radial[l]; n++)
            set_row(radial, shape->first[l] + n, bond, n, l);
    double *pair = radial->matrix + (size_t)p->pair_row * (size_t)bases;
    for (size_t k = 0; k < element->functions; k++) {
        const ff_pace_function *f = &element->function[k];
        for (size_t t = 0; t < f->terms && f->order == 1 && f->species[0] == j; t++)
            pair[f->n[0] - 1] += element->coefficient[f->first + t];
    }
    return FF_OK;
}

static int set_one_particle(ff_pace_parts *p, const ff_pace *pace, ff_error *err)
{
    ff_one_particle *one = &p->one_particle;
    int n = p->elements, status = FF_OK;
    set_shape(&one->shape, pace);
    p->pair_row = number_radials(&one->shape, pace);
    one->functions = p->pair_row + 1;
    one->radial = radial_functions;
    one->context = p;
    one->cutoff = p->cutoff;
    ff_harmonics_init(&one->harmonics, one->shape.largest);
    memset(one->index, -1, sizeof one->index);
    for (int i = 0; i < n; i++) {
        one->species[i] = pace->element[i].species;
        one->index[pace->element[i].species] = (signed char)i;
        for (int j = 0; j < n && status == FF_OK; j++) {
            p->bond[i * n + j] = pace->bond[i][j];
            p->bond[i * n + j].coefficient = NULL;
            p->cutoff[i * n + j] = pace->bond[i][j].cutoff;
            status = set_radial(p, pace, i, j, err);
        }
    }
    return status;
}

/* Polynomials. */

/* Numbers the variables that an element's functions use, by species, l, n and m. */
typedef struct numbering {
    const ff_one_particle_shape *shape;
    int radials;
    uint32_t *number; /* [species][n][l][m] variable + 1; 0: not used */
    size_t size, variables;
} numbering;

static size_t place_of(const numbering *numbers, int species, int n, int l, int m)
{
    const ff_one_particle_shape *shape = numbers->shape;
    size_t width = (size_t)(shape->largest + 1);
    return (((size_t)species * (size_t)numbers->radials + (size_t)(n - 1)) * width + (size_t)l) *
               width +
           (size_t)m;
}

static int number_variables(numbering *numbers, ff_pace_centre *centre,
                            const ff_pace_element *element, ff_error *err)
{
    const ff_one_particle_shape *shape = numbers->shape;
    size_t width = (size_t)(shape->largest + 1);
    numbers->radials = shape->radial_count;
    numbers->size = (size_t)shape->species_count * (size_t)numbers->radials * width * width;
    numbers->number = ff_new_array(numbers->size, sizeof *numbers->number, err);
    if (!numbers->number)
        return FF_E_NOMEM;
    for (size_t k = 0; k < element->functions; k++) {
        const ff_pace_function *f = &element->function[k];
        const int16_t *m = element->m + f->m_first;
        for (size_t t = 0; t < f->terms && f->order > 1; t++)
            for (int a = 0; a < f->order; a++, m++)
                numbers->number[place_of(numbers, f->species[a], f->n[a], f->l[a], abs(*m))] = 1;
    }
    for (size_t i = 0; i < numbers->size; i++)
        if (numbers->number[i])
            numbers->number[i] = (uint32_t)++numbers->variables;
    centre->variable = ff_new_array(numbers->variables, sizeof *centre->variable, err);
    return centre->variable ? FF_OK : FF_E_NOMEM;
}

static void set_variables(const numbering *numbers, ff_pace_variable *variable, int *weights)
{
    const ff_one_particle_shape *shape = numbers->shape;
    for (int z = 0; z < shape->species_count; z++)
        for (int n = 1; n <= numbers->radials; n++)
            for (int l = 0; l <= shape->largest; l++)
                for (int m = 0; m <= l; m++) {
                    uint32_t v = numbers->number[place_of(numbers, z, n, l, m)];
                    if (v == 0)
                        continue;
                    size_t at = ff_one_particle_place(shape, z, n, l);
                    variable[v - 1] =
                        (ff_pace_variable){at + (size_t)(l + m), at + (size_t)(l - m), m};
                    weights[v - 1] = m;
                }
}

static void set_terms(const numbering *numbers, const ff_pace_element *element,
                      ff_polynomial_term *term)
{
    for (size_t k = 0; k < element->functions; k++) {
        const ff_pace_function *f = &element->function[k];
        const int16_t *m = element->m + f->m_first;
        for (size_t t = 0; t < f->terms && f->order > 1; t++, term++) {
            term->order = f->order;
            term->coefficient = element->coefficient[f->first + t];
            for (int a = 0; a < f->order; a++, m++) {
                size_t place = place_of(numbers, f->species[a], f->n[a], f->l[a], abs(*m));
                term->factor[a] = 2 * (numbers->number[place] - 1) + (*m < 0);
                /* A_-m = (-1)^m conj(A_m), and A_m has that sign as well. */
                term->coefficient *= sqrt((*m ? 2.0 : 4.0) * M_PI) * (*m > 0 && *m % 2 ? -1 : 1);
            }
        }
    }
}

static int set_centre(ff_pace_centre *centre, const ff_one_particle_shape *shape,
                      const ff_pace_element *element, ff_error *err)
{
    numbering numbers = {.shape = shape};
    size_t terms = 0;
    for (size_t k = 0; k < element->functions; k++)
        terms += element->function[k].order > 1 ? element->function[k].terms : 0;
    centre->energy = element->energy;
    centre->core_cutoff = element->core_cutoff;
    centre->core_width = element->core_width;
    int status = number_variables(&numbers, centre, element, err);
    ff_polynomial_term *term = ff_new_array(terms, sizeof *term, err);
    int *weights = ff_new_array(numbers.variables, sizeof *weights, err);
    if (status == FF_OK && (!term || !weights))
        status = FF_E_NOMEM;
    if (status == FF_OK) {
        set_variables(&numbers, centre->variable, weights);
        set_terms(&numbers, element, term);
        status =
            ff_polynomial_init(&centre->polynomial, numbers.variables, weights, term, terms, err);
    }
    free(numbers.number);
    free(term);
    free(weights);
    return status;
}

int ff_pace_parts_new(ff_pace_parts **out, const ff_pace *pace, ff_error *err)
{
    size_t n = (size_t)pace->elements;
    *out = NULL;
    ff_pace_parts *p = ff_new_array(1, sizeof *p, err);
    if (!p)
        return FF_E_NOMEM;
    p->elements = pace->elements;
    p->core = pace->core;
    p->bond = ff_new_array(n * n, sizeof *p->bond, err);
    p->radial = ff_new_array(n * n, sizeof *p->radial, err);
    p->centre = ff_new_array(n, sizeof *p->centre, err);
    int status = p->bond && p->radial && p->centre ? set_one_particle(p, pace, err) : FF_E_NOMEM;
    for (size_t i = 0; i < n && status == FF_OK; i++)
        status = set_centre(&p->centre[i], &p->one_particle.shape, &pace->element[i], err);
    if (status != FF_OK) {
        ff_pace_parts_free(p);
        return status;
    }
    *out = p;
    return FF_OK;
}

void ff_pace_parts_free(ff_pace_parts *p)
{
    if (!p)
        return;
    for (int i = 0; i < p->elements; i++) {
        if (p->centre) {
            free(p->centre[i].variable);
            ff_polynomial_clear(&p->centre[i].polynomial);
        }
        for (int j = 0; j < p->elements && p->radial; j++)
            ff_pace_radial_clear(&p->radial[i * p->elements + j]);
    }
    free(p->bond);
    free(p->radial);
    free(p->centre);
    free(p);
}
