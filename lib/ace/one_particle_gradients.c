/* Gradients of all one-particle functions at all neighbours, and how they change. */

#include "lib/ace/one_particle.h"

/* The packs of one species, and where things are: local copies of pointers, which stores to rows
 * cannot change. */
typedef struct work {
    size_t begin, end; /* packs */
    size_t functions, harmonics, stride;
    const ff_ace_block *block;
    const ff_ace_motion *motion;
    const ff_lanes *radial, *slope, *curvature;
    const ff_lanes *harmonic, (*harmonic_gradient)[3];
    const ff_lanes *harmonic_change, (*harmonic_gradient_change)[3];
    ff_harmonic_vectors *vectors, *vector_changes;
    ff_bundle *gradient, *moment;
} work;

/* The work of the species that begins with block b; moves b to the next species. */
static work work_of(const ff_one_particle_site *s, int species, const ff_gradient_rows *rows,
                    size_t *b)
{
    work w = {.begin = 2 * *b,
              .end = 2 * *b,
              .functions = (size_t)s->basis->functions,
              .harmonics = s->harmonics,
              .stride = rows->stride,
              .block = s->block,
              .motion = s->motion,
              .radial = s->radial,
              .slope = s->slope,
              .curvature = s->curvature,
              .harmonic = s->harmonic,
              .harmonic_gradient = (const ff_lanes(*)[3])s->harmonic_gradient,
              .harmonic_change = s->harmonic_change,
              .harmonic_gradient_change = (const ff_lanes(*)[3])s->harmonic_gradient_change,
              .vectors = s->vectors,
              .vector_changes = s->vector_changes,
              .gradient = rows->gradient,
              .moment = rows->moment + (size_t)species * rows->stride};
    for (; *b < s->blocks && s->block[*b].species == species; ++*b)
        w.end = 2 * *b + ff_block_packs(&s->block[*b]);
    return w;
}

/* The half of lanes that a pack is. */
FF_INLINE const ff_pack *half(const double *lanes, size_t pack)
{
    return ff_half(lanes, pack % 2);
}

/* Sums over lanes, in a fixed order, of four packs. */
FF_INLINE void sum_lanes(ff_pack *to, ff_pack x[FF_PACK])
{
    ff_transpose(x);
    *to = (x[0] + x[1]) + (x[2] + x[3]);
}

/* The moments of a row that is written (or those for forces only): from its gradients, in a loop of
 * its own because of the number of sums. */
FF_INLINE void store_moments(const work *w, size_t row, bool all)
{
    const ff_pack zero = {0};
    ff_pack force[3] = {zero, zero, zero};
    ff_pack virial[6] = {zero, zero, zero, zero, zero, zero};
    for (size_t p = w->begin; p < w->end; p++) {
        const ff_pack *g = (const ff_pack *)w->gradient[p * w->stride + row];
        const ff_lanes *vector = w->block[p / 2].vector;
        for (int a = 0; a < 3; a++)
            force[a] -= g[a];
        if (!all)
            continue;
        virial[0] += *half(vector[0], p) * g[0];
        virial[1] += *half(vector[1], p) * g[1];
        virial[2] += *half(vector[2], p) * g[2];
        virial[3] += *half(vector[1], p) * g[2];
        virial[4] += *half(vector[0], p) * g[2];
        virial[5] += *half(vector[0], p) * g[1];
    }
    ff_pack a[FF_PACK] = {force[0], force[1], force[2], virial[0]};
    ff_pack b[FF_PACK] = {virial[1], virial[2], virial[3], virial[4]};
    ff_pack c[FF_PACK] = {virial[5], zero, zero, zero};
    ff_pack *to = (ff_pack *)w->moment[row];
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
FF_INLINE void harmonic_vectors(const work *w, size_t lm)
{
    for (size_t p = w->begin; p < w->end; p++) {
        size_t at = p / 2 * w->harmonics + lm;
        ff_pack g[3];
        for (int a = 0; a < 3; a++)
            g[a] = *half(w->harmonic_gradient[at][a], p);
        make_vectors(&w->vectors[p], &w->block[p / 2], p, half(w->harmonic[at], p), g);
    }
}

/* Y_00 is constant. */
static const double constant_harmonic = 0.28209479177387814;

FF_INLINE void constant_vectors(const work *w)
{
    const ff_pack zero[3] = {{0}, {0}, {0}}, value = zero[0] + constant_harmonic;
    for (size_t p = w->begin; p < w->end; p++)
        make_vectors(&w->vectors[p], &w->block[p / 2], p, &value, zero);
}

/* R' along + R across for radial function n, to a row. */
FF_INLINE void write_row(const work *w, size_t n, size_t row)
{
    for (size_t p = w->begin; p < w->end; p++) {
        size_t at = p / 2 * w->functions + n;
        const ff_pack *along = (const ff_pack *)w->vectors[p].along;
        const ff_pack *across = (const ff_pack *)w->vectors[p].across;
        const ff_pack value = *half(w->radial[at], p), slope = *half(w->slope[at], p);
        ff_pack *to = (ff_pack *)w->gradient[p * w->stride + row];
        for (int a = 0; a < 3; a++)
            to[a] = slope * along[a] + value * across[a];
    }
    store_moments(w, row, true);
}

FF_VECTORISE
static void write_species(const ff_one_particle_shape *shape, int first, int count,
                          const work *shared)
{
    const work w = *shared;
    for (int l = 0; l <= shape->largest; l++)
        for (int m = 0; m <= 2 * l && shape->radial[l] > 0; m++) {
            size_t row = shape->row[l] + (size_t)m;
            harmonic_vectors(&w, (size_t)(l * l + m));
            for (int n = 0; n < shape->radial[l]; n++, row += (size_t)(2 * l + 1))
                write_row(&w, (size_t)(shape->first[l] + n), row);
        }
    constant_vectors(&w);
    for (int n = 0; n < count; n++)
        write_row(&w, (size_t)(first + n), shape->rows + (size_t)n);
}

void ff_one_particle_gradients(const ff_one_particle_site *s, const ff_gradient_rows *rows)
{
    size_t b = 0;
    for (int z = 0; z < s->basis->shape.species_count; z++) {
        work w = work_of(s, z, rows, &b);
        write_species(&s->basis->shape, rows->first, rows->count, &w);
    }
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

FF_INLINE void harmonic_changes(const work *w, size_t lm)
{
    for (size_t p = w->begin; p < w->end; p++) {
        size_t at = p / 2 * w->harmonics + lm;
        ff_pack value[2] = {*half(w->harmonic[at], p), *half(w->harmonic_change[at], p)};
        ff_pack g[3], dg[3];
        for (int a = 0; a < 3; a++) {
            g[a] = *half(w->harmonic_gradient[at][a], p);
            dg[a] = *half(w->harmonic_gradient_change[at][a], p);
        }
        change_vectors(&w->vector_changes[p], &w->vectors[p], &w->block[p / 2], &w->motion[p / 2],
                       p, value, g, dg);
    }
}

FF_INLINE void constant_changes(const work *w)
{
    const ff_pack zero[3] = {{0}, {0}, {0}}, value[2] = {zero[0] + constant_harmonic, zero[0]};
    for (size_t p = w->begin; p < w->end; p++)
        change_vectors(&w->vector_changes[p], &w->vectors[p], &w->block[p / 2], &w->motion[p / 2],
                       p, value, zero, zero);
}

/* d(R' along + R across) = R'' d|r| along + R' (d along + d|r| across) + R d across. */
FF_INLINE void write_change(const work *w, size_t n, size_t row)
{
    for (size_t p = w->begin; p < w->end; p++) {
        size_t at = p / 2 * w->functions + n;
        const ff_pack *along = (const ff_pack *)w->vectors[p].along;
        const ff_pack *across = (const ff_pack *)w->vectors[p].across;
        const ff_pack *along_change = (const ff_pack *)w->vector_changes[p].along;
        const ff_pack *across_change = (const ff_pack *)w->vector_changes[p].across;
        const ff_pack value = *half(w->radial[at], p), slope = *half(w->slope[at], p);
        const ff_pack curvature = *half(w->curvature[at], p);
        const ff_pack step = *half(w->motion[p / 2].along, p);
        ff_pack *to = (ff_pack *)w->gradient[p * w->stride + row];
        for (int a = 0; a < 3; a++)
            to[a] = curvature * (step * along[a]) + slope * (along_change[a] + step * across[a]) +
                    value * across_change[a];
    }
    store_moments(w, row, false);
}

FF_VECTORISE
static void change_species(const ff_one_particle_shape *shape, int first, int count,
                           const work *shared)
{
    const work w = *shared;
    for (int l = 0; l <= shape->largest; l++)
        for (int m = 0; m <= 2 * l && shape->radial[l] > 0; m++) {
            size_t row = shape->row[l] + (size_t)m;
            harmonic_vectors(&w, (size_t)(l * l + m));
            harmonic_changes(&w, (size_t)(l * l + m));
            for (int n = 0; n < shape->radial[l]; n++, row += (size_t)(2 * l + 1))
                write_change(&w, (size_t)(shape->first[l] + n), row);
        }
    constant_vectors(&w);
    constant_changes(&w);
    for (int n = 0; n < count; n++)
        write_change(&w, (size_t)(first + n), shape->rows + (size_t)n);
}

void ff_one_particle_gradient_changes(const ff_one_particle_site *s, const ff_gradient_rows *rows)
{
    size_t b = 0;
    for (int z = 0; z < s->basis->shape.species_count; z++) {
        work w = work_of(s, z, rows, &b);
        change_species(&s->basis->shape, rows->first, rows->count, &w);
    }
}
