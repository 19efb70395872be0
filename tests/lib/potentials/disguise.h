#ifndef FF_TESTS_LIB_POTENTIALS_DISGUISE_H
#define FF_TESTS_LIB_POTENTIALS_DISGUISE_H

/* A potential behind the entry of the class for whole structures, as a program would be: with noise
 * in its numbers, with or without energies of atoms. */

#include "lib/potentials/potential.h"

#include <math.h>
#include <string.h>

typedef struct disguise {
    ff_potential *inner;
    double rounding; /* eV/A: forces are multiples of it; 0: as they are */
    double jitter;   /* eV, eV/A: energies and forces are off by up to that, by where atoms are */
    bool sites, broken;
    int instances;
    size_t evaluations;
} disguise;

static inline void *disguise_workspace_new(const ff_potential *potential, ff_error *err)
{
    disguise *d = potential->parameters;
    ff_calculator *calculator = NULL;
    d->instances++;
    return ff_calculator_new(&calculator, d->inner, 0, err) == FF_OK ? calculator : NULL;
}

static inline void disguise_workspace_free(void *workspace)
{
    ff_calculator_free(workspace);
}

/* Noise as that of single precision: small changes of a position change it beyond recognition. */
static inline double disguise_jitter(const disguise *d, double place)
{
    return d->jitter > 0 ? d->jitter * sin(1e9 * place) : 0;
}

static inline int disguise_evaluate(const ff_potential *potential, const ff_frame *frame,
                                    unsigned want, void *workspace, ff_whole_result *result,
                                    ff_error *err)
{
    disguise *d = potential->parameters;
    ff_evaluation_result r;
    int status = ff_calculator_evaluate(workspace, frame, want, &r, err);
    if (status != FF_OK)
        return status;
    d->evaluations++;
    result->energy = d->broken ? NAN : r.energy + disguise_jitter(d, frame->positions[0]);
    memcpy(result->virial, r.virial, sizeof r.virial);
    for (size_t k = 0; result->forces && k < 3 * frame->atoms; k++)
        result->forces[k] =
            (d->rounding > 0 ? d->rounding * round(r.forces[k] / d->rounding) : r.forces[k]) +
            disguise_jitter(d, frame->positions[k]);
    result->has_sites = d->sites;
    if (d->sites)
        memcpy(result->site_energies, r.site_energies, frame->atoms * sizeof(double));
    return FF_OK;
}

static const ff_potential_class disguised = {.kind = "disguised",
                                             .workspace_new = disguise_workspace_new,
                                             .workspace_free = disguise_workspace_free,
                                             .evaluate = disguise_evaluate};

/* *potential is what d->inner looks like; it owns nothing. cutoff as a program states it. */
static inline void disguise_make(ff_potential *potential, disguise *d, double cutoff)
{
    *potential = (ff_potential){.class_ = &disguised, .cutoff = cutoff, .parameters = d};
    memcpy(potential->species, d->inner->species, sizeof potential->species);
}

#endif
