#include "lib/structure/perturbation.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>

/* Neighbouring indices must not give related streams, and MT19937 takes 32 bits of seed: mix both
 * into one number with the finaliser of SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, OOPSLA
 * 2014). */
static uint32_t stream_seed(uint64_t seed, uint64_t index)
{
    uint64_t z = seed + 0x9e3779b97f4a7c15u * (index + 1);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ (z >> 31)) & 0xffffffffu);
}

static void drop_labels(ff_frame *frame)
{
    free(frame->forces);
    free(frame->site_energies);
    frame->forces = frame->site_energies = NULL;
    frame->labels = 0;
    frame->energy = 0;
    for (int i = 0; i < 6; i++)
        frame->virial[i] = 0;
}

int ff_perturb(ff_frame *copy, const ff_frame *base, const ff_perturbation *perturbation,
               uint64_t index, ff_error *err)
{
    static const int voigt[6][2] = {{0, 0}, {1, 1}, {2, 2}, {1, 2}, {0, 2}, {0, 1}};
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    if (!random)
        return ff_fail(err, FF_E_NOMEM, "out of memory for random numbers");
    gsl_rng_set(random, stream_seed(perturbation->seed, index));
    int status = ff_frame_copy(copy, base, err);
    if (status == FF_OK) {
        double strain[9];
        drop_labels(copy);
        for (int i = 0; i < 6; i++) {
            double value = perturbation->strain * (2 * gsl_rng_uniform(random) - 1);
            strain[3 * voigt[i][0] + voigt[i][1]] = strain[3 * voigt[i][1] + voigt[i][0]] = value;
        }
        ff_frame_strain(copy, strain);
        for (size_t i = 0; i < 3 * copy->atoms; i++)
            copy->positions[i] += gsl_ran_gaussian_ziggurat(random, perturbation->rattle_A);
    }
    gsl_rng_free(random);
    return status;
}
