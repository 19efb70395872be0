#ifndef FF_TESTS_LIB_ANALYSIS_PERTURBED_POTENTIAL_H
#define FF_TESTS_LIB_ANALYSIS_PERTURBED_POTENTIAL_H

/* A manufactured mismatch: a potential plus amplitude * sum over pairs of w(r), with
 * w(r) = (1 - r^2 / range^2)^3 for r < range. range must not exceed the potential's cutoff. */

#include "lib/base/memory.h"
#include "lib/potentials/potential.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct perturbed {
    const ff_potential *base;
    double amplitude;     /* eV */
    double range;         /* A */
    const double *member; /* amplitudes of an ensemble, eV; as many as the potential has members */
} perturbed;

/* The base's workspace, and who must free it. */
typedef struct perturbed_work {
    const ff_potential *base;
    void *inner;
} perturbed_work;

static inline void *perturbed_workspace(const ff_potential *potential, ff_error *err)
{
    perturbed_work *work = ff_new_array(1, sizeof *work, err);
    if (!work)
        return NULL;
    work->base = ((const perturbed *)potential->parameters)->base;
    if (work->base->class_->workspace_new)
        work->inner = work->base->class_->workspace_new(work->base, err);
    return work;
}

static inline void perturbed_workspace_free(void *workspace)
{
    perturbed_work *work = workspace;
    if (work->inner)
        work->base->class_->workspace_free(work->inner);
    free(work);
}

static inline int perturbed_site(const ff_potential *potential, const ff_environment *environment,
                                 void *workspace, double *energy, double *gradient, ff_error *err)
{
    const perturbed *p = potential->parameters;
    int status = p->base->class_->site(p->base, environment, ((perturbed_work *)workspace)->inner,
                                       energy, gradient, err);
    for (size_t j = 0; status == FF_OK && j < environment->count; j++) {
        double x = environment->distances[j] / p->range, rest = 1.0 - x * x;
        if (rest <= 0.0)
            continue;
        *energy += 0.5 * p->amplitude * rest * rest * rest;
        for (size_t k = 0; gradient && k < 3; k++)
            gradient[3 * j + k] -= 3.0 * p->amplitude * rest * rest *
                                   environment->vectors[3 * j + k] / (p->range * p->range);
    }
    return status;
}

static inline int perturbed_members(const ff_potential *potential,
                                    const ff_environment *environment, void *workspace,
                                    size_t first, size_t count, double *energy, double *gradient,
                                    ff_error *err)
{
    const perturbed *p = potential->parameters;
    (void)workspace, (void)err;
    for (size_t m = 0; m < count; m++) {
        energy[m] = 0;
        for (size_t j = 0; j < environment->count; j++) {
            double difference = p->member[first + m] - p->amplitude;
            double x = environment->distances[j] / p->range, rest = fmax(1.0 - x * x, 0.0);
            energy[m] += 0.5 * difference * rest * rest * rest;
            for (size_t k = 0; gradient && k < 3; k++)
                gradient[3 * (m * environment->count + j) + k] = -3.0 * difference * rest * rest *
                                                                 environment->vectors[3 * j + k] /
                                                                 (p->range * p->range);
        }
    }
    return FF_OK;
}

static inline ff_potential perturbed_potential(perturbed *parameters)
{
    static const ff_potential_class class_ = {.kind = "perturbed",
                                              .workspace_new = perturbed_workspace,
                                              .workspace_free = perturbed_workspace_free,
                                              .site = perturbed_site,
                                              .members = perturbed_members};
    ff_potential potential = {
        .class_ = &class_, .cutoff = parameters->base->cutoff, .parameters = parameters};
    memcpy(potential.species, parameters->base->species, sizeof potential.species);
    return potential;
}

#endif
