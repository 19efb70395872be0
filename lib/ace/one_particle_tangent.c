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

/* Sums over n of one harmonic's weights w and their changes dw, [half]. */
typedef struct radial_sums {
    ff_pack value[2], slope[2], curvature[2]; /* w R, w R', w R'' */
    ff_pack value_change[2], slope_change[2]; /* dw R, dw R' */
} radial_sums;

/* by[n][stride] and their changes. */
FF_INLINE void sum_radial(radial_sums *sums, int count, const double *restrict by,
                          const double *restrict by_change, size_t stride,
                          const ff_lanes *restrict radial, const ff_lanes *restrict slope,
                          const ff_lanes *restrict curvature)
{
    for (size_t h = 0; h < 2; h++)
        sums->value[h] = sums->slope[h] = sums->curvature[h] = sums->value_change[h] =
            sums->slope_change[h] = (ff_pack){0};
    for (int n = 0; n < count; n++, by += stride, by_change += stride)
        for (size_t h = 0; h < 2; h++) {
            const ff_pack r = *ff_half(radial[n], h), dr = *ff_half(slope[n], h);
            sums->value[h] += *by * r;
            sums->slope[h] += *by * dr;
            sums->curvature[h] += *by * *ff_half(curvature[n], h);
            sums->value_change[h] += *by_change * r;
            sums->slope_change[h] += *by_change * dr;
        }
}

/* The gradient is u (slope - u.angular / |r|) + angular / |r|; these are its parts and their
 * changes. */
typedef struct gradient_parts {
    ff_lanes slope, slope_change, angular[3], angular_change[3];
} gradient_parts;

FF_INLINE ff_pack *part(double *lanes, size_t h)
{
    return (ff_pack *)lanes + h;
}

/* Adds what one harmonic, number lm of the block, brings. */
FF_INLINE void add_harmonic(const ff_one_particle_site *s, size_t b, size_t lm,
                            const radial_sums *w, gradient_parts *parts)
{
    size_t at = b * s->harmonics + lm;
    for (size_t h = 0; h < 2; h++) {
        const ff_pack along = *ff_half(s->motion[b].along, h);
        const ff_pack p = *ff_half(s->harmonic[at], h), dp = *ff_half(s->harmonic_change[at], h);
        const ff_pack value_change = w->value_change[h] + w->slope[h] * along;
        *part(parts->slope, h) += w->slope[h] * p;
        *part(parts->slope_change, h) +=
            (w->slope_change[h] + w->curvature[h] * along) * p + w->slope[h] * dp;
        for (int a = 0; a < 3; a++) {
            const ff_pack g = *ff_half(s->harmonic_gradient[at][a], h);
            *part(parts->angular[a], h) += w->value[h] * g;
            *part(parts->angular_change[a], h) +=
                value_change * g + w->value[h] * *ff_half(s->harmonic_gradient_change[at][a], h);
        }
    }
}

FF_VECTORISE
static void pull_back_change(const ff_one_particle_site *s, size_t b,
                             const double *restrict adjoint, const double *restrict adjoint_change,
                             gradient_parts *parts)
{
    const ff_one_particle_shape *shape = &s->basis->shape;
    gradient_parts sums = *parts;
    for (int l = 0; l <= shape->largest; l++) {
        size_t at = ff_one_particle_place(shape, s->block[b].species, 1, l);
        size_t first = b * (size_t)s->basis->functions + (size_t)shape->first[l];
        for (size_t m = 0; m <= 2 * (size_t)l; m++) {
            radial_sums w;
            sum_radial(&w, shape->radial[l], adjoint + at + m, adjoint_change + at + m,
                       ff_padded_components(l), s->radial + first, s->slope + first,
                       s->curvature + first);
            add_harmonic(s, b, (size_t)(l * l) + m, &w, &sums);
        }
    }
    *parts = sums;
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
