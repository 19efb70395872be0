/* Gradients of all one-particle functions at a block of neighbours, and how they change. */

#include "lib/ace/one_particle.h"

/* Vectors of one harmonic: grad(R P) = R' along + R across. */
typedef struct harmonic_vectors {
    ff_lanes along[3];  /* P u */
    ff_lanes across[3]; /* (G - u (u.G)) / |r| */
} harmonic_vectors;

static inline void make_vectors(harmonic_vectors *v, const ff_ace_block *restrict block,
                                const double *restrict p, const ff_lanes *restrict g)
{
    FF_EACH_LANE(q)
    {
        double dot = 0, inverse = block->inverse[q];
        for (int a = 0; a < 3; a++)
            dot += block->direction[a][q] * g[a][q];
        for (int a = 0; a < 3; a++) {
            v->along[a][q] = p[q] * block->direction[a][q];
            v->across[a][q] = inverse * (g[a][q] - block->direction[a][q] * dot);
        }
    }
}

/* R' along + R across for all n of one harmonic. */
static inline void write_rows(const harmonic_vectors *restrict v, int count, int stride,
                              const ff_lanes *restrict radial, const ff_lanes *restrict slope,
                              ff_lanes (*restrict out)[3])
{
    for (int n = 0; n < count; n++, out += stride)
        for (int a = 0; a < 3; a++)
            FF_EACH_LANE(q)
    (*out)[a][q] = slope[n][q] * v->along[a][q] + radial[n][q] * v->across[a][q];
}

FF_VECTORISE
void ff_one_particle_gradients(const ff_one_particle_site *s, size_t b, ff_lanes (*gradients)[3])
{
    const ff_one_particle_shape *shape = &s->basis->shape;
    size_t first = b * (size_t)s->basis->functions, angle = b * s->harmonics;
    for (int l = 0; l <= shape->largest; l++)
        for (int m = 0; m <= 2 * l; m++) {
            size_t lm = angle + (size_t)(l * l + m), of_l = first + (size_t)shape->first[l];
            harmonic_vectors v;
            make_vectors(&v, &s->block[b], s->harmonic[lm],
                         (const ff_lanes *)s->harmonic_gradient[lm]);
            write_rows(&v, shape->radial[l], 2 * l + 1, s->radial + of_l, s->slope + of_l,
                       gradients + shape->row[l] + m);
        }
}

/* The changes of those vectors: along changes by dP u + P du, across by
 * (dG - du (u.G) - u d(u.G)) / |r| - across d|r| / |r|. */
static inline void make_changes(harmonic_vectors *changes, const harmonic_vectors *restrict v,
                                const ff_one_particle_site *s, size_t b, size_t lm)
{
    const ff_ace_block *block = &s->block[b];
    const ff_ace_motion *motion = &s->motion[b];
    const double *p = s->harmonic[lm], *dp = s->harmonic_change[lm];
    const ff_lanes *g = s->harmonic_gradient[lm], *dg = s->harmonic_gradient_change[lm];
    FF_EACH_LANE(q)
    {
        double dot = 0, dot_change = 0, inverse = block->inverse[q];
        for (int a = 0; a < 3; a++) {
            dot += block->direction[a][q] * g[a][q];
            dot_change += motion->turn[a][q] * g[a][q] + block->direction[a][q] * dg[a][q];
        }
        for (int a = 0; a < 3; a++) {
            double u = block->direction[a][q], du = motion->turn[a][q];
            changes->along[a][q] = dp[q] * u + p[q] * du;
            changes->across[a][q] = inverse * (dg[a][q] - du * dot - u * dot_change -
                                               v->across[a][q] * motion->along[q]);
        }
    }
}

/* d(R' along + R across) = R'' d|r| along + R' (d along + d|r| across) + R d across. */
static inline void write_changes(const harmonic_vectors *restrict v,
                                 const harmonic_vectors *restrict changes,
                                 const double *restrict step, const ff_one_particle_site *s,
                                 size_t first, int l, ff_lanes (*restrict out)[3])
{
    ff_lanes with_curvature[3], with_slope[3];
    for (int a = 0; a < 3; a++)
        FF_EACH_LANE(q)
        {
            with_curvature[a][q] = step[q] * v->along[a][q];
            with_slope[a][q] = changes->along[a][q] + step[q] * v->across[a][q];
        }
    for (int n = 0; n < s->basis->shape.radial[l]; n++, out += 2 * l + 1) {
        const double *radial = s->radial[first + (size_t)n], *slope = s->slope[first + (size_t)n];
        const double *curvature = s->curvature[first + (size_t)n];
        for (int a = 0; a < 3; a++)
            FF_EACH_LANE(q)
        (*out)[a][q] = curvature[q] * with_curvature[a][q] + slope[q] * with_slope[a][q] +
                       radial[q] * changes->across[a][q];
    }
}

FF_VECTORISE
void ff_one_particle_gradient_changes(const ff_one_particle_site *s, size_t b,
                                      ff_lanes (*changes)[3])
{
    const ff_one_particle_shape *shape = &s->basis->shape;
    size_t first = b * (size_t)s->basis->functions, angle = b * s->harmonics;
    for (int l = 0; l <= shape->largest; l++)
        for (int m = 0; m <= 2 * l; m++) {
            size_t lm = angle + (size_t)(l * l + m);
            harmonic_vectors v, v_changes;
            make_vectors(&v, &s->block[b], s->harmonic[lm],
                         (const ff_lanes *)s->harmonic_gradient[lm]);
            make_changes(&v_changes, &v, s, b, lm);
            write_changes(&v, &v_changes, s->motion[b].along, s, first + (size_t)shape->first[l], l,
                          changes + shape->row[l] + m);
        }
}
