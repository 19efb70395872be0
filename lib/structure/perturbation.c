#include "lib/structure/perturbation.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <string.h>

/* Scatters 64 bits: the finaliser of SplitMix64 (G. L. Steele, D. Lea and C. H. Flood, OOPSLA
 * 2014). */
static uint64_t scatter(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* MT19937 takes 32 bits of seed. Copies of one structure are kept apart by a one-to-one map of the
 * index (the finaliser of MurmurHash3, A. Appleby), shifted by a hash of seed and structure. */
static uint32_t stream_seed(uint64_t seed, uint64_t structure, uint64_t index)
{
    uint64_t hash = scatter(scatter(seed + 0x9e3779b97f4a7c15u) + structure);
    uint32_t z = (uint32_t)((hash + index) & 0xffffffffu);
    z = (z ^ (z >> 16)) * 0x85ebca6bu;
    z = (z ^ (z >> 13)) * 0xc2b2ae35u;
    return z ^ (z >> 16);
}

/* (1 + strain) times the scaling, less one. */
static void draw_strain(double strain[9], const ff_perturbation *perturbation, gsl_rng *random)
{
    static const int voigt[6][2] = {{0, 0}, {1, 1}, {2, 2}, {1, 2}, {0, 2}, {0, 1}};
    const double *volume = perturbation->volume;
    for (int i = 0; i < 6; i++) {
        double value = perturbation->strain * (2 * gsl_rng_uniform(random) - 1);
        strain[3 * voigt[i][0] + voigt[i][1]] = strain[3 * voigt[i][1] + voigt[i][0]] = value;
    }
    double scale = cbrt(volume[0] + (volume[1] - volume[0]) * gsl_rng_uniform(random));
    for (int k = 0; k < 9; k++)
        strain[k] = scale * ((k % 4 == 0) + strain[k]) - (k % 4 == 0);
}

int ff_perturb(ff_frame *copy, const ff_frame *base, const ff_perturbation *perturbation,
               uint64_t structure, uint64_t index, ff_error *err)
{
    memset(copy, 0, sizeof *copy);
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    if (!random)
        return ff_fail(err, FF_E_NOMEM, "out of memory for random numbers");
    gsl_rng_set(random, stream_seed(perturbation->seed, structure, index));
    int status = ff_frame_copy(copy, base, err);
    if (status == FF_OK) {
        double strain[9];
        ff_frame_drop_labels(copy);
        draw_strain(strain, perturbation, random);
        ff_frame_strain(copy, strain);
        for (size_t i = 0; i < 3 * copy->atoms; i++)
            copy->positions[i] += gsl_ran_gaussian_ziggurat(random, perturbation->rattle_A);
    }
    gsl_rng_free(random);
    return status;
}
