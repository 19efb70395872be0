/* Random environments for the tests of lib/ace. */

#ifndef FF_TESTS_LIB_ACE_ENVIRONMENTS_H
#define FF_TESTS_LIB_ACE_ENVIRONMENTS_H

#include "lib/ace/basis.h"

#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NEIGHBOURS = 64 };

/* An environment that owns its arrays. */
typedef struct surroundings {
    ff_environment environment;
    int species[MOST_NEIGHBOURS];
    double vectors[MOST_NEIGHBOURS][3], distances[MOST_NEIGHBOURS];
} surroundings;

static inline void surroundings_refresh(surroundings *s)
{
    for (size_t j = 0; j < s->environment.count; j++)
        s->distances[j] =
            sqrt(s->vectors[j][0] * s->vectors[j][0] + s->vectors[j][1] * s->vectors[j][1] +
                 s->vectors[j][2] * s->vectors[j][2]);
    s->environment.neighbour_species = s->species;
    s->environment.vectors = s->vectors[0];
    s->environment.distances = s->distances;
}

/* count neighbours uniform in direction and between two distances (A), species drawn from the
 * basis's. */
static inline void surroundings_random(surroundings *s, gsl_rng *rng, const ff_ace_options *basis,
                                       size_t count, double nearest, double farthest)
{
    s->environment.count = count;
    s->environment.species = basis->species[gsl_rng_uniform_int(rng, basis->species_count)];
    for (size_t j = 0; j < count; j++) {
        double z = 2.0 * gsl_rng_uniform(rng) - 1.0, angle = 2.0 * M_PI * gsl_rng_uniform(rng);
        double r = nearest + (farthest - nearest) * gsl_rng_uniform(rng), s2 = sqrt(1.0 - z * z);
        double direction[3] = {s2 * cos(angle), s2 * sin(angle), z};
        for (int a = 0; a < 3; a++)
            s->vectors[j][a] = r * direction[a];
        s->species[j] = basis->species[gsl_rng_uniform_int(rng, basis->species_count)];
    }
    surroundings_refresh(s);
}

/* The same neighbours after v -> matrix v (3x3, row-major). */
static inline void surroundings_transform(surroundings *s, const double matrix[9])
{
    for (size_t j = 0; j < s->environment.count; j++) {
        double v[3];
        memcpy(v, s->vectors[j], sizeof v);
        for (int a = 0; a < 3; a++)
            s->vectors[j][a] =
                matrix[3 * a] * v[0] + matrix[3 * a + 1] * v[1] + matrix[3 * a + 2] * v[2];
    }
    surroundings_refresh(s);
}

/* A random rotation from a random unit quaternion. */
static inline void random_rotation(double m[9], gsl_rng *rng)
{
    double q[4], norm = 0;
    for (int i = 0; i < 4; i++) {
        q[i] = 2.0 * gsl_rng_uniform(rng) - 1.0;
        norm += q[i] * q[i];
    }
    for (int i = 0; i < 4; i++)
        q[i] /= sqrt(norm);
    double w = q[0], x = q[1], y = q[2], z = q[3];
    double r[9] = {1 - 2 * (y * y + z * z), 2 * (x * y - w * z),     2 * (x * z + w * y),
                   2 * (x * y + w * z),     1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
                   2 * (x * z - w * y),     2 * (y * z + w * x),     1 - 2 * (x * x + y * y)};
    memcpy(m, r, sizeof r);
}

#endif
