/* Whether a potential of pace.h is one. */

#include "lib/pace/pace_potential.h"

#include "lib/ace/harmonics.h"
#include "lib/structure/elements.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Limits that hold for all bonds together: what one bond lacks is zero there. */
typedef struct limits {
    int radials, largest, bases;
} limits;

static bool is_positive(double value)
{
    return value > 0 && isfinite(value);
}

static bool is_not_negative(double value)
{
    return value >= 0 && isfinite(value);
}

static int check_shape(const ff_pace_bond *b, const char *name, ff_error *err)
{
    if (b->radials < 1 || b->radials > FF_PACE_MAX_RADIALS)
        return ff_fail(err, FF_E_RANGE, "bond %s: %d radial functions, expected 1 to %d", name,
                       b->radials, FF_PACE_MAX_RADIALS);
    if (b->largest < 0 || b->largest > FF_HARMONICS_MAX)
        return ff_fail(err, FF_E_RANGE, "bond %s: largest l %d, expected 0 to %d", name, b->largest,
                       FF_HARMONICS_MAX);
    if (b->bases < 1 || b->bases > FF_PACE_MAX_BASES)
        return ff_fail(err, FF_E_RANGE, "bond %s: %d base functions, expected 1 to %d", name,
                       b->bases, FF_PACE_MAX_BASES);
    return FF_OK;
}

static int check_numbers(const ff_pace_bond *b, ff_pace_core core, const char *name, ff_error *err)
{
    if (!is_positive(b->cutoff))
        return ff_fail(err, FF_E_RANGE, "bond %s: cutoff %g A, expected a positive number", name,
                       b->cutoff);
    if (b->form == FF_PACE_CHEB_EXP_COS && (b->lambda == 0 || fabs(b->lambda) > 100))
        return ff_fail(err, FF_E_RANGE,
                       "bond %s: lambda %g of ChebExpCos, expected a number other than 0 from -100 "
                       "to 100",
                       name, b->lambda);
    if (b->form == FF_PACE_CHEB_POW && !(b->lambda >= 1 && b->lambda <= 100))
        return ff_fail(err, FF_E_RANGE, "bond %s: lambda %g of ChebPow, expected 1 to 100", name,
                       b->lambda);
    if (!is_not_negative(b->width) || !is_not_negative(b->inner) ||
        !is_not_negative(b->inner_width) || b->inner >= b->cutoff)
        return ff_fail(err, FF_E_RANGE,
                       "bond %s: widths %g and %g A and inner cutoff %g A, expected no negative "
                       "ones, and an inner cutoff below %g A",
                       name, b->width, b->inner_width, b->inner, b->cutoff);
    if (!isfinite(b->strength) || !isfinite(b->exponent))
        return ff_fail(err, FF_E_RANGE, "bond %s: the core repulsion is not finite", name);
    if (core == FF_PACE_ZBL && (!is_positive(b->inner_width) || b->inner_width > b->inner ||
                                !is_positive(b->width) || b->width > b->cutoff))
        return ff_fail(err, FF_E_RANGE,
                       "bond %s: repulsion zbl with inner cutoff %g A, its width %g A and outer "
                       "width %g A, expected positive ones, the first not below the second",
                       name, b->inner, b->inner_width, b->width);
    return FF_OK;
}

static int check_bond(const ff_pace *pace, int i, int j, limits *most, ff_error *err)
{
    const ff_pace_bond *b = &pace->bond[i][j];
    char name[16];
    (void)snprintf(name, sizeof name, "%s-%s", ff_element_symbol(pace->element[i].species),
                   ff_element_symbol(pace->element[j].species));
    int status = check_shape(b, name, err);
    if (status == FF_OK)
        status = check_numbers(b, pace->core, name, err);
    if (status != FF_OK)
        return status;
    size_t count = (size_t)b->radials * (size_t)(b->largest + 1) * (size_t)b->bases;
    for (size_t c = 0; c < count; c++)
        if (!isfinite(b->coefficient[c]))
            return ff_fail(err, FF_E_RANGE, "bond %s: a radial coefficient is not finite", name);
    most->radials = b->radials > most->radials ? b->radials : most->radials;
    most->largest = b->largest > most->largest ? b->largest : most->largest;
    most->bases = b->bases > most->bases ? b->bases : most->bases;
    return FF_OK;
}

static int check_factors(const ff_pace *pace, const ff_pace_function *f, const limits *most,
                         ff_error *err)
{
    if (f->order < 1 || f->order > FF_PACE_MAX_ORDER)
        return ff_fail(err, FF_E_RANGE, "a function of rank %d, expected 1 to %d", f->order,
                       FF_PACE_MAX_ORDER);
    int largest = f->order == 1 ? 0 : most->largest;
    int radials = f->order == 1 ? most->bases : most->radials;
    for (int a = 0; a < f->order; a++) {
        if (f->species[a] < 0 || f->species[a] >= pace->elements)
            return ff_fail(err, FF_E_RANGE, "a function of element %d, expected 0 to %d",
                           f->species[a], pace->elements - 1);
        if (f->n[a] < 1 || f->n[a] > radials || f->l[a] < 0 || f->l[a] > largest)
            return ff_fail(err, FF_E_RANGE,
                           "a function of rank %d with n %d and l %d, expected 1 to %d and 0 to %d",
                           f->order, f->n[a], f->l[a], radials, largest);
    }
    return FF_OK;
}

static int check_terms(const ff_pace_element *element, const ff_pace_function *f, ff_error *err)
{
    const int16_t *m = element->m + f->m_first;
    for (size_t t = 0; t < f->terms; t++) {
        int sum = 0;
        if (!isfinite(element->coefficient[f->first + t]))
            return ff_fail(err, FF_E_RANGE, "a coefficient of a function is not finite");
        for (int a = 0; a < f->order; a++, m++) {
            sum += *m;
            if (abs(*m) > f->l[a])
                return ff_fail(err, FF_E_RANGE, "a term with m %d of an l %d", *m, f->l[a]);
        }
        if (sum != 0)
            return ff_fail(err, FF_E_RANGE,
                           "a term whose m add up to %d: it depends on how the axes are turned",
                           sum);
    }
    return FF_OK;
}

static int check_species(const ff_pace *pace, int i, ff_error *err)
{
    const ff_pace_element *e = &pace->element[i];
    if (e->species < 1 || e->species > FF_MAX_SPECIES)
        return ff_fail(err, FF_E_RANGE, "atomic number %d of element %d", e->species, i);
    const char *symbol = ff_element_symbol(e->species);
    for (int j = 0; j < i; j++)
        if (pace->element[j].species == e->species)
            return ff_fail(err, FF_E_RANGE, "element %s is named twice", symbol);
    if (!isfinite(e->energy))
        return ff_fail(err, FF_E_RANGE, "the energy of an isolated %s atom is not finite", symbol);
    if (pace->core != FF_PACE_ZBL &&
        (!is_positive(e->core_cutoff) || !is_not_negative(e->core_width)))
        return ff_fail(err, FF_E_RANGE,
                       "core energy cutoff %g eV of %s and its width %g eV, expected a positive "
                       "number and one not negative",
                       e->core_cutoff, symbol, e->core_width);
    return FF_OK;
}

static int check_functions(const ff_pace *pace, const ff_pace_element *e, const limits *most,
                           ff_error *err)
{
    int status = FF_OK;
    for (size_t k = 0; k < e->functions && status == FF_OK; k++) {
        status = check_factors(pace, &e->function[k], most, err);
        if (status == FF_OK)
            status = check_terms(e, &e->function[k], err);
    }
    return status;
}

int ff_pace_check(const ff_pace *pace, ff_error *err)
{
    limits most = {0};
    if (pace->elements < 1 || pace->elements > FF_PACE_MAX_SPECIES)
        return ff_fail(err, FF_E_RANGE, "%d elements, expected 1 to %d", pace->elements,
                       FF_PACE_MAX_SPECIES);
    int status = FF_OK;
    for (int i = 0; i < pace->elements && status == FF_OK; i++)
        status = check_species(pace, i, err);
    for (int i = 0; i < pace->elements && status == FF_OK; i++)
        for (int j = 0; j < pace->elements && status == FF_OK; j++)
            status = check_bond(pace, i, j, &most, err);
    for (int i = 0; i < pace->elements && status == FF_OK; i++)
        status = check_functions(pace, &pace->element[i], &most, err);
    return status;
}
