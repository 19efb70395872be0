/* Gradients of all one-particle functions at all neighbours, and how they change. */

#include "lib/ace/one_particle.h"

/* The packs of one species. */
typedef struct range {
    size_t begin, end;
} range;

/* The packs of the species that begins with block b; moves b to the next species. */
static range packs_of(const ff_one_particle_site *s, int species, size_t *b)
{
    range packs = {2 * *b, 2 * *b};
    for (; *b < s->blocks && s->block[*b].species == species; ++*b)
        packs.end = 2 * *b + ff_block_packs(&s->block[*b]);
    return packs;
}

/* The half of lanes that a pack is. */
FF_INLINE const ff_pack *half(const double *lanes, size_t pack)
{
    return ff_half(lanes, pack % 2);
}

/* Moments of one row, summed lane by lane. */
typedef struct moment_sums {
    ff_pack force[3], virial[6];
} moment_sums;

FF_INLINE void add_moments(moment_sums *sums, const ff_pack g[3], const ff_ace_block *block,
                           size_t pack)
{
    const ff_pack x = *half(block->vector[0], pack), y = *half(block->vector[1], pack),
                  z = *half(block->vector[2], pack);
    for (int a = 0; a < 3; a++)
        sums->force[a] -= g[a];
    sums->virial[0] += x * g[0];
    sums->virial[1] += y * g[1];
    sums->virial[2] += z * g[2];
    sums->virial[3] += y * g[2];
    sums->virial[4] += x * g[2];
    sums->virial[5] += x * g[1];
}

/* Sums over lanes, in a fixed order, of four packs. */
FF_INLINE void sum_lanes(ff_pack *to, ff_pack x[FF_PACK])
{
    ff_transpose(x);
    *to = (x[0] + x[1]) + (x[2] + x[3]);
}

FF_INLINE void store_moments(double *moment, const moment_sums *s)
{
    const ff_pack zero = {0};
    ff_pack a[FF_PACK] = {s->force[0], s->force[1], s->force[2], s->virial[0]};
    ff_pack b[FF_PACK] = {s->virial[1], s->virial[2], s->virial[3], s->virial[4]};
    ff_pack c[FF_PACK] = {s->virial[5], zero, zero, zero};
    ff_pack *to = (ff_pack *)moment;
    sum_lanes(&to[0], a);
    sum_lanes(&to[1], b);
    sum_lanes(&to[2], c);
}

/* Vectors of a harmonic with values p and polynomial gradients g. */
FF_INLINE void make_vectors(ff_harmonic_vectors *v, const ff_ace_block *block, size_t pack,
                            const ff_pack *p, const ff_pack g[3])
{
    ff_pack *along = (ff_pack *)v->along, *across = (ff_pack *)v->across;
    ff_pack u[3], dot = {0}, inverse = *half(block->inverse, pack);
    for (int a = 0; a < 3; a++) {
        u[a] = *half(block->direction[a], pack);
        dot += u[a] * g[a];
    }
    for (int a = 0; a < 3; a++) {
        along[a] = *p * u[a];
        across[a] = inverse * (g[a] - u[a] * dot);
    }
}

/* The vectors of harmonic lm at all packs. */
FF_INLINE void harmonic_vectors(const ff_one_particle_site *s, range packs, size_t lm)
{
    for (size_t p = packs.begin; p < packs.end; p++) {
        size_t at = p / 2 * s->harmonics + lm;
        ff_pack g[3];
        for (int a = 0; a < 3; a++)
            g[a] = *half(s->harmonic_gradient[at][a], p);
        make_vectors(&s->vectors[p], &s->block[p / 2], p, half(s->harmonic[at], p), g);
    }
}

/* Y_00 is constant. */
static const double constant_harmonic = 0.28209479177387814;

FF_INLINE void constant_vectors(const ff_one_particle_site *s, range packs)
{
    const ff_pack zero[3] = {{0}, {0}, {0}}, value = zero[0] + constant_harmonic;
    for (size_t p = packs.begin; p < packs.end; p++)
        make_vectors(&s->vectors[p], &s->block[p / 2], p, &value, zero);
}

/* R' along + R across for radial function n, to a row. */
FF_INLINE void write_row(const ff_one_particle_site *s, range packs, size_t n,
                         const ff_gradient_rows *rows, size_t row, double *moment)
{
    moment_sums sums = {{{0}, {0}, {0}}, {{0}, {0}, {0}, {0}, {0}, {0}}};
    for (size_t p = packs.begin; p < packs.end; p++) {
        size_t at = p / 2 * (size_t)s->basis->functions + n;
        const ff_pack *along = (const ff_pack *)s->vectors[p].along;
        const ff_pack *across = (const ff_pack *)s->vectors[p].across;
        const ff_pack value = *half(s->radial[at], p), slope = *half(s->slope[at], p);
        ff_pack *to = (ff_pack *)rows->gradient[p * rows->stride + row], g[3];
        for (int a = 0; a < 3; a++)
            to[a] = g[a] = slope * along[a] + value * across[a];
        add_moments(&sums, g, &s->block[p / 2], p);
    }
    store_moments(moment, &sums);
}

FF_VECTORISE
static void write_species(const ff_one_particle_site *s, range packs, const ff_gradient_rows *rows,
                          ff_bundle *moment)
{
    const ff_one_particle_shape *shape = &s->basis->shape;
    for (int l = 0; l <= shape->largest; l++)
        for (int m = 0; m <= 2 * l && shape->radial[l] > 0; m++) {
            size_t row = shape->row[l] + (size_t)m;
            harmonic_vectors(s, packs, (size_t)(l * l + m));
            for (int n = 0; n < shape->radial[l]; n++, row += (size_t)(2 * l + 1))
                write_row(s, packs, (size_t)(shape->first[l] + n), rows, row, moment[row]);
        }
    constant_vectors(s, packs);
    for (int n = 0; n < rows->count; n++) {
        size_t row = shape->rows + (size_t)n;
        write_row(s, packs, (size_t)(rows->first + n), rows, row, moment[row]);
    }
}

void ff_one_particle_gradients(const ff_one_particle_site *s, const ff_gradient_rows *rows)
{
    size_t b = 0;
    for (int z = 0; z < s->basis->shape.species_count; z++)
        write_species(s, packs_of(s, z, &b), rows, rows->moment + (size_t)z * rows->stride);
}

/* Changes. */

/* How the vectors of a harmonic change: along by dP u + P du, across by
 * (dG - du (u.G) - u d(u.G)) / |r| - across d|r| / |r|. */
FF_INLINE void change_vectors(ff_harmonic_vectors *changes, const ff_harmonic_vectors *v,
                              const ff_ace_block *block, const ff_ace_motion *motion, size_t pack,
                              const ff_pack p[2], const ff_pack g[3], const ff_pack dg[3])
{
    ff_pack *along = (ff_pack *)changes->along, *across = (ff_pack *)changes->across;
    ff_pack u[3], du[3], dot = {0}, dot_change = {0};
    ff_pack inverse = *half(block->inverse, pack), step = *half(motion->along, pack);
    for (int a = 0; a < 3; a++) {
        u[a] = *half(block->direction[a], pack);
        du[a] = *half(motion->turn[a], pack);
        dot += u[a] * g[a];
        dot_change += du[a] * g[a] + u[a] * dg[a];
    }
    for (int a = 0; a < 3; a++) {
        along[a] = p[1] * u[a] + p[0] * du[a];
        across[a] = inverse * (dg[a] - du[a] * dot - u[a] * dot_change -
                               ((const ff_pack *)v->across)[a] * step);
    }
}

FF_INLINE void harmonic_changes(const ff_one_particle_site *s, range packs, size_t lm)
{
    for (size_t p = packs.begin; p < packs.end; p++) {
        size_t at = p / 2 * s->harmonics + lm;
        ff_pack value[2] = {*half(s->harmonic[at], p), *half(s->harmonic_change[at], p)};
        ff_pack g[3], dg[3];
        for (int a = 0; a < 3; a++) {
            g[a] = *half(s->harmonic_gradient[at][a], p);
            dg[a] = *half(s->harmonic_gradient_change[at][a], p);
        }
        change_vectors(&s->vector_changes[p], &s->vectors[p], &s->block[p / 2], &s->motion[p / 2],
                       p, value, g, dg);
    }
}

FF_INLINE void constant_changes(const ff_one_particle_site *s, range packs)
{
    const ff_pack zero[3] = {{0}, {0}, {0}}, value[2] = {zero[0] + constant_harmonic, zero[0]};
    for (size_t p = packs.begin; p < packs.end; p++)
        change_vectors(&s->vector_changes[p], &s->vectors[p], &s->block[p / 2], &s->motion[p / 2],
                       p, value, zero, zero);
}

/* d(R' along + R across) = R'' d|r| along + R' (d along + d|r| across) + R d across. */
FF_INLINE void write_change(const ff_one_particle_site *s, range packs, size_t n,
                            const ff_gradient_rows *rows, size_t row, double *moment)
{
    moment_sums sums = {{{0}, {0}, {0}}, {{0}, {0}, {0}, {0}, {0}, {0}}};
    for (size_t p = packs.begin; p < packs.end; p++) {
        size_t at = p / 2 * (size_t)s->basis->functions + n;
        const ff_pack *along = (const ff_pack *)s->vectors[p].along;
        const ff_pack *across = (const ff_pack *)s->vectors[p].across;
        const ff_pack *along_change = (const ff_pack *)s->vector_changes[p].along;
        const ff_pack *across_change = (const ff_pack *)s->vector_changes[p].across;
        const ff_pack value = *half(s->radial[at], p), slope = *half(s->slope[at], p);
        const ff_pack curvature = *half(s->curvature[at], p);
        const ff_pack step = *half(s->motion[p / 2].along, p);
        ff_pack *to = (ff_pack *)rows->gradient[p * rows->stride + row];
        for (int a = 0; a < 3; a++) {
            to[a] = curvature * (step * along[a]) + slope * (along_change[a] + step * across[a]) +
                    value * across_change[a];
            sums.force[a] -= to[a];
        }
    }
    store_moments(moment, &sums);
}

FF_VECTORISE
static void change_species(const ff_one_particle_site *s, range packs, const ff_gradient_rows *rows,
                           ff_bundle *moment)
{
    const ff_one_particle_shape *shape = &s->basis->shape;
    for (int l = 0; l <= shape->largest; l++)
        for (int m = 0; m <= 2 * l && shape->radial[l] > 0; m++) {
            size_t row = shape->row[l] + (size_t)m;
            harmonic_vectors(s, packs, (size_t)(l * l + m));
            harmonic_changes(s, packs, (size_t)(l * l + m));
            for (int n = 0; n < shape->radial[l]; n++, row += (size_t)(2 * l + 1))
                write_change(s, packs, (size_t)(shape->first[l] + n), rows, row, moment[row]);
        }
    constant_vectors(s, packs);
    constant_changes(s, packs);
    for (int n = 0; n < rows->count; n++) {
        size_t row = shape->rows + (size_t)n;
        write_change(s, packs, (size_t)(rows->first + n), rows, row, moment[row]);
    }
}

void ff_one_particle_gradient_changes(const ff_one_particle_site *s, const ff_gradient_rows *rows)
{
    size_t b = 0;
    for (int z = 0; z < s->basis->shape.species_count; z++)
        change_species(s, packs_of(s, z, &b), rows, rows->moment + (size_t)z * rows->stride);
}
