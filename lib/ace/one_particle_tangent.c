/* Forward mode: what happens to the one-particle functions when the neighbours move. */

#include "lib/ace/one_particle.h"

#include <string.h>

static void set_motion(ff_ace_motion *motion, const ff_ace_block *block, const double *direction)
{
    *motion = (ff_ace_motion){.still = true};
    for (int q = 0; q < block->count; q++)
        for (int a = 0; a < 3; a++) {
            double step = direction[3 * (size_t)block->index[q] + (size_t)a];
            motion->vector[a][q] = step;
            motion->still &= step == 0;
        }
    if (motion->still)
        return;
    FF_EACH_LANE(q)
    {
        for (int a = 0; a < 3; a++)
            motion->along[q] += block->direction[a][q] * motion->vector[a][q];
        for (int a = 0; a < 3; a++)
            motion->turn[a][q] = block->inverse[q] *
                                 (motion->vector[a][q] - block->direction[a][q] * motion->along[q]);
    }
}

/* d(R P) = R' |dr| P + R dP */
FF_VECTORISE
static void accumulate_change(const ff_one_particle_shape *shape, const double *restrict along,
                              const ff_lanes *restrict radial, const ff_lanes *restrict slope,
                              const ff_lanes *restrict harmonic, const ff_lanes *restrict turned,
                              ff_lanes *restrict density)
{
    for (int l = 0; l <= shape->largest; l++) {
        const ff_lanes *value = radial + shape->first[l], *change = slope + shape->first[l];
        for (int n = 0; n < shape->radial[l]; n++)
            for (int m = l * l; m < (l + 1) * (l + 1); m++, density++)
                FF_EACH_LANE(q)
        (*density)[q] += change[n][q] * along[q] * harmonic[m][q] + value[n][q] * turned[m][q];
    }
}

static void move_block(ff_one_particle_site *s, size_t b, const double *direction)
{
    const ff_ace_block *block = &s->block[b];
    ff_ace_motion *motion = &s->motion[b];
    size_t first = b * (size_t)s->basis->functions, angle = b * s->harmonics;
    bool stale = !motion->still; /* from the last direction */
    set_motion(motion, block, direction);
    if (motion->still && stale) {
        memset(s->harmonic_change + angle, 0, s->harmonics * sizeof *s->harmonic_change);
        memset(s->harmonic_gradient_change + angle, 0,
               s->harmonics * sizeof *s->harmonic_gradient_change);
    }
    if (motion->still || s->harmonics == 0)
        return;
    ff_harmonics_change(&s->basis->harmonics, (const ff_lanes *)block->direction,
                        (const ff_lanes *)motion->turn, s->harmonic_change + angle,
                        s->harmonic_gradient_change + angle);
    accumulate_change(&s->basis->shape, motion->along, s->radial + first, s->slope + first,
                      s->harmonic + angle, s->harmonic_change + angle, s->density);
}

void ff_one_particle_move(ff_one_particle_site *s, const double *direction, double *changes)
{
    const ff_one_particle_shape *shape = &s->basis->shape;
    size_t b = 0;
    for (int z = 0; z < shape->species_count; z++) {
        memset(s->density, 0, shape->rows * sizeof *s->density);
        for (; b < s->blocks && s->block[b].species == z; b++)
            move_block(s, b, direction);
        ff_one_particle_store_sums(s, z, changes);
    }
}

/* Sums over n of one harmonic's weights w and their changes dw. */
typedef struct radial_sums {
    ff_lanes value, slope, curvature;    /* w R, w R', w R'' */
    ff_lanes value_change, slope_change; /* dw R, dw R' */
} radial_sums;

FF_INLINE void sum_radial(radial_sums *sums, int count, const double *restrict by,
                          const double *restrict by_change, const ff_lanes *restrict radial,
                          const ff_lanes *restrict slope, const ff_lanes *restrict curvature)
{
    *sums = (radial_sums){{0}, {0}, {0}, {0}, {0}};
    for (int n = 0; n < count; n++)
        FF_EACH_LANE(q)
        {
            sums->value[q] += by[n] * radial[n][q];
            sums->slope[q] += by[n] * slope[n][q];
            sums->curvature[q] += by[n] * curvature[n][q];
            sums->value_change[q] += by_change[n] * radial[n][q];
            sums->slope_change[q] += by_change[n] * slope[n][q];
        }
}

/* The gradient is u (slope - u.angular / |r|) + angular / |r|; these are its parts and their
 * changes. */
typedef struct gradient_parts {
    ff_lanes slope, slope_change, angular[3], angular_change[3];
} gradient_parts;

FF_VECTORISE
static void pull_back_change(const ff_one_particle_site *s, size_t b,
                             const double *restrict adjoint, const double *restrict adjoint_change,
                             gradient_parts *restrict parts)
{
    const ff_one_particle_shape *shape = &s->basis->shape;
    const ff_ace_motion *motion = &s->motion[b];
    size_t angle = b * s->harmonics;
    for (int l = 0; l <= shape->largest; l++) {
        size_t at = shape->offset[l] + (size_t)(s->block[b].species * shape->radial[l]);
        size_t first = b * (size_t)s->basis->functions + (size_t)shape->first[l];
        for (int m = l * l; m < (l + 1) * (l + 1); m++, at += shape->stride[l]) {
            const double *p = s->harmonic[angle + (size_t)m];
            const ff_lanes *g = s->harmonic_gradient[angle + (size_t)m];
            const double *dp = s->harmonic_change[angle + (size_t)m];
            const ff_lanes *dg = s->harmonic_gradient_change[angle + (size_t)m];
            radial_sums w;
            sum_radial(&w, shape->radial[l], adjoint + at, adjoint_change + at, s->radial + first,
                       s->slope + first, s->curvature + first);
            FF_EACH_LANE(q)
            {
                double along = motion->along[q];
                double value_change = w.value_change[q] + w.slope[q] * along;
                parts->slope[q] += w.slope[q] * p[q];
                parts->slope_change[q] +=
                    (w.slope_change[q] + w.curvature[q] * along) * p[q] + w.slope[q] * dp[q];
                for (int a = 0; a < 3; a++) {
                    parts->angular[a][q] += w.value[q] * g[a][q];
                    parts->angular_change[a][q] += value_change * g[a][q] + w.value[q] * dg[a][q];
                }
            }
        }
    }
}

/* Assembles the change of the gradient from those of its parts. */
static void add_change(const ff_ace_block *block, const ff_ace_motion *motion,
                       const gradient_parts *parts, double *change)
{
    for (int q = 0; q < block->count; q++) {
        double inverse = block->inverse[q], along = motion->along[q];
        double cross = 0, cross_change = 0; /* u.angular and its change */
        for (int a = 0; a < 3; a++) {
            cross += block->direction[a][q] * parts->angular[a][q];
            cross_change += motion->turn[a][q] * parts->angular[a][q] +
                            block->direction[a][q] * parts->angular_change[a][q];
        }
        double radial = parts->slope[q] - cross * inverse;
        double radial_change =
            parts->slope_change[q] - (cross_change - cross * along * inverse) * inverse;
        double *to = change + 3 * (size_t)block->index[q];
        for (int a = 0; a < 3; a++)
            to[a] +=
                motion->turn[a][q] * radial + block->direction[a][q] * radial_change +
                (parts->angular_change[a][q] - parts->angular[a][q] * along * inverse) * inverse;
    }
}

void ff_one_particle_pull_back_change(const ff_one_particle_site *s, size_t b,
                                      const double *adjoint, const double *adjoint_change,
                                      const double *slope, const double *curvature, double *change)
{
    const ff_ace_motion *motion = &s->motion[b];
    gradient_parts parts = {{0}, {0}, {{0}}, {{0}}};
    FF_EACH_LANE(q)
    {
        parts.slope[q] = slope[q];
        parts.slope_change[q] = curvature[q] * motion->along[q];
    }
    if (s->harmonics > 0)
        pull_back_change(s, b, adjoint, adjoint_change, &parts);
    add_change(&s->block[b], motion, &parts, change);
}
