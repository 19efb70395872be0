#include "lib/pace/pace.h"

#include "lib/base/memory.h"

#include <stdlib.h>
#include <string.h>

void ff_pace_init(ff_pace *pace)
{
    memset(pace, 0, sizeof *pace);
}

void ff_pace_clear(ff_pace *pace)
{
    for (int i = 0; i < FF_PACE_MAX_SPECIES; i++) {
        ff_pace_element *element = &pace->element[i];
        free(element->function);
        free(element->m);
        free(element->coefficient);
        for (int j = 0; j < FF_PACE_MAX_SPECIES; j++)
            free(pace->bond[i][j].coefficient);
    }
    ff_pace_init(pace);
}

int ff_pace_bond_allocate(ff_pace_bond *bond, ff_error *err)
{
    size_t rows = (size_t)bond->radials * (size_t)(bond->largest + 1);
    free(bond->coefficient);
    bond->coefficient = ff_new_array(rows * (size_t)bond->bases, sizeof *bond->coefficient, err);
    return bond->coefficient ? FF_OK : FF_E_NOMEM;
}

int ff_pace_element_add(ff_pace_element *element, const ff_pace_function *function,
                        const int16_t *m, const double *coefficient, ff_error *err)
{
    size_t ms = function->terms * (size_t)function->order;
    int status = ff_reserve(&element->function, &element->function_capacity, element->functions + 1,
                            sizeof *element->function, err);
    if (status == FF_OK)
        status = ff_reserve(&element->m, &element->m_capacity, element->ms + ms, sizeof *element->m,
                            err);
    if (status == FF_OK)
        status = ff_reserve(&element->coefficient, &element->term_capacity,
                            element->terms + function->terms, sizeof *element->coefficient, err);
    if (status != FF_OK)
        return status;
    ff_pace_function *added = &element->function[element->functions++];
    *added = *function;
    added->m_first = element->ms;
    added->first = element->terms;
    memcpy(element->m + element->ms, m, ms * sizeof *m);
    memcpy(element->coefficient + element->terms, coefficient,
           function->terms * sizeof *coefficient);
    element->ms += ms;
    element->terms += function->terms;
    return FF_OK;
}

const char *ff_pace_form_name(ff_pace_form form)
{
    static const char *const names[FF_PACE_FORMS] = {"ChebExpCos", "ChebPow", "ChebLinear",
                                                     "SBessel"};
    return names[form];
}

const char *ff_pace_core_name(ff_pace_core core)
{
    static const char *const names[FF_PACE_CORES] = {"distance", "density", "zbl"};
    return names[core];
}
