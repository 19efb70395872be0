#include "lib/ace/one_particle.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64, FIRST_BLOCKS = 8 };

void *ff_new_lanes(size_t count, size_t size, ff_error *err)
{
    void *array = NULL;
    if (size == 0 || count < (SIZE_MAX - ALIGNMENT) / size) {
        size_t bytes = (count * size + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
        array = aligned_alloc(ALIGNMENT, bytes);
        if (array)
            memset(array, 0, bytes);
    }
    if (!array)
        ff_fail(err, FF_E_NOMEM, "out of memory for %zu elements of %zu bytes", count, size);
    return array;
}

void ff_one_particle_shape_finish(ff_one_particle_shape *shape)
{
    shape->radial_count = 0;
    shape->sums = 0;
    shape->row[0] = 0;
    for (int l = 0; l <= shape->largest; l++) {
        size_t members = (size_t)(shape->species_count * shape->radial[l]);
        shape->row[l + 1] = shape->row[l] + (size_t)(shape->radial[l] * (2 * l + 1));
        shape->offset[l] = shape->sums;
        shape->sums += members * ff_padded_components(l);
        if (shape->radial[l] > shape->radial_count)
            shape->radial_count = shape->radial[l];
    }
    shape->rows = shape->row[shape->largest + 1];
}

/* Memory. */

static void free_blocks(ff_one_particle_site *s)
{
    free(s->block);
    free(s->radial);
    free(s->slope);
    free(s->curvature);
    free(s->harmonic);
    free(s->harmonic_gradient);
    free(s->motion);
    free(s->harmonic_change);
    free(s->harmonic_gradient_change);
    free(s->vectors);
    free(s->vector_changes);
    s->capacity = 0;
}

static int reserve_blocks(ff_one_particle_site *s, size_t needed, ff_error *err)
{
    if (needed <= s->capacity)
        return FF_OK;
    size_t blocks = needed > 2 * s->capacity ? needed : 2 * s->capacity;
    size_t radial = blocks * (size_t)s->basis->functions, harmonic = blocks * s->harmonics;
    free_blocks(s);
    s->block = ff_new_lanes(blocks, sizeof *s->block, err);
    s->radial = ff_new_lanes(radial, sizeof *s->radial, err);
    s->slope = ff_new_lanes(radial, sizeof *s->slope, err);
    s->curvature = ff_new_lanes(radial, sizeof *s->curvature, err);
    s->harmonic = ff_new_lanes(harmonic, sizeof *s->harmonic, err);
    s->harmonic_gradient = ff_new_lanes(harmonic, sizeof *s->harmonic_gradient, err);
    s->motion = ff_new_lanes(blocks, sizeof *s->motion, err);
    s->harmonic_change = ff_new_lanes(harmonic, sizeof *s->harmonic_change, err);
    s->harmonic_gradient_change = ff_new_lanes(harmonic, sizeof *s->harmonic_gradient_change, err);
    s->vectors = ff_new_lanes(2 * blocks, sizeof *s->vectors, err);
    s->vector_changes = ff_new_lanes(2 * blocks, sizeof *s->vector_changes, err);
    if (!s->block || !s->radial || !s->slope || !s->curvature || !s->harmonic ||
        !s->harmonic_gradient || !s->motion || !s->harmonic_change ||
        !s->harmonic_gradient_change || !s->vectors || !s->vector_changes)
        return FF_E_NOMEM;
    s->capacity = blocks;
    return FF_OK;
}

int ff_one_particle_site_init(ff_one_particle_site *s, const ff_one_particle *basis, ff_error *err)
{
    *s = (ff_one_particle_site){.basis = basis};
    size_t width = (size_t)(basis->shape.largest + 1);
    s->harmonics = basis->shape.rows > 0 ? width * width : 0;
    s->density = ff_new_lanes(basis->shape.rows, sizeof *s->density, err);
    if (s->density && reserve_blocks(s, FIRST_BLOCKS, err) == FF_OK)
        return FF_OK;
    ff_one_particle_site_clear(s);
    return FF_E_NOMEM;
}

void ff_one_particle_site_clear(ff_one_particle_site *s)
{
    free_blocks(s);
    free(s->density);
    *s = (ff_one_particle_site){0};
}

/* Blocks. */

static void add_neighbour(ff_ace_block *block, const ff_environment *environment, size_t j)
{
    int lane = block->count++;
    block->index[lane] = (uint32_t)j;
    block->distance[lane] = environment->distances[j];
    for (int a = 0; a < 3; a++)
        block->vector[a][lane] = environment->vectors[3 * j + (size_t)a];
}

/* Unused lanes get a vector at the cutoff; then directions. */
static void finish_block(ff_ace_block *block, double cutoff)
{
    for (int lane = block->count; lane < FF_LANES; lane++) {
        block->distance[lane] = block->vector[2][lane] = cutoff;
        block->vector[0][lane] = block->vector[1][lane] = 0;
    }
    FF_EACH_LANE(q)
    {
        block->inverse[q] = 1.0 / block->distance[q];
        for (int a = 0; a < 3; a++)
            block->direction[a][q] = block->vector[a][q] * block->inverse[q];
    }
}

/* Blocks of the neighbours of one species. */
static void add_blocks(ff_one_particle_site *s, const ff_environment *environment, int species)
{
    const ff_one_particle *basis = s->basis;
    int z = basis->species[species];
    double cutoff = basis->cutoff[s->centre * basis->shape.species_count + species];
    ff_ace_block *block = NULL;
    for (size_t j = 0; j < environment->count; j++) {
        if (environment->neighbour_species[j] != z || environment->distances[j] >= cutoff)
            continue;
        if (!block || block->count == FF_LANES) {
            if (block)
                finish_block(block, cutoff);
            block = &s->block[s->blocks++];
            block->species = species;
            block->count = 0;
        }
        add_neighbour(block, environment, j);
    }
    if (block)
        finish_block(block, cutoff);
}

static int species_index(const ff_one_particle *basis, int z, int *index, ff_error *err)
{
    *index = z >= 1 && z <= FF_MAX_SPECIES ? basis->index[z] : -1;
    return *index >= 0 ? FF_OK
                       : ff_fail(err, FF_E_RANGE, "the basis was not made for atomic number %d", z);
}

static int make_blocks(ff_one_particle_site *s, const ff_environment *environment, ff_error *err)
{
    size_t species = (size_t)s->basis->shape.species_count;
    int last = 0, unused, status = species_index(s->basis, environment->species, &s->centre, err);
    for (size_t j = 0; j < environment->count && status == FF_OK; j++) {
        int z = environment->neighbour_species[j];
        if (z != last)
            status = species_index(s->basis, z, &unused, err);
        last = z;
    }
    if (status == FF_OK)
        status = reserve_blocks(s, environment->count / FF_LANES + species, err);
    s->blocks = 0;
    for (int z = 0; z < (int)species && status == FF_OK; z++)
        add_blocks(s, environment, z);
    return status;
}

/* Functions and sums. */

static void evaluate_block(ff_one_particle_site *s, size_t b, bool second)
{
    const ff_one_particle *basis = s->basis;
    const ff_ace_block *block = &s->block[b];
    size_t radial = b * (size_t)basis->functions, harmonic = b * s->harmonics;
    basis->radial(basis->context, s->centre, block->species, block->distance, s->radial + radial,
                  s->slope + radial, second ? s->curvature + radial : NULL);
    if (s->harmonics > 0)
        ff_harmonics_evaluate(&basis->harmonics, (const ff_lanes *)block->direction,
                              s->harmonic + harmonic, s->harmonic_gradient + harmonic);
}

/* Blocks of the neighbours of one species. */
typedef struct block_range {
    size_t begin, end;
} block_range;

/* sum over the neighbours of R Y for `radials` (at most 4) radial functions from number n on and
 * `harmonics` (1 or 2) from number lm on, to sums[..][stride]. */
FF_INLINE void sum_products(const ff_one_particle_site *s, block_range blocks, size_t n,
                            int radials, size_t lm, int harmonics, double *sums, size_t stride)
{
    ff_pack sum[2][FF_PACK] = {{{0}, {0}, {0}, {0}}, {{0}, {0}, {0}, {0}}};
    for (size_t b = blocks.begin; b < blocks.end; b++) {
        const ff_lanes *radial = s->radial + b * (size_t)s->basis->functions + n;
        const ff_lanes *harmonic = s->harmonic + b * s->harmonics + lm;
        for (size_t h = 0; h < 2; h++)
            for (int i = 0; i < harmonics; i++)
                for (int k = 0; k < radials; k++)
                    sum[i][k] += *ff_half(radial[k], h) * *ff_half(harmonic[i], h);
    }
    for (int i = 0; i < harmonics; i++) {
        ff_transpose(sum[i]);
        ff_pack total = (sum[i][0] + sum[i][1]) + (sum[i][2] + sum[i][3]);
        for (int k = 0; k < radials; k++)
            sums[(size_t)k * stride + (size_t)i] = total[k];
    }
}

/* The sums of all radial functions of one l, from number `first` on, with one or two harmonics. */
FF_INLINE void sum_harmonics(const ff_one_particle_site *s, block_range blocks, int l, size_t lm,
                             int harmonics, double *sums)
{
    size_t n = (size_t)s->basis->shape.first[l], stride = ff_padded_components(l);
    int left = s->basis->shape.radial[l];
    for (; left >= FF_PACK; left -= FF_PACK, n += FF_PACK, sums += FF_PACK * stride)
        sum_products(s, blocks, n, FF_PACK, lm, harmonics, sums, stride);
    if (left == 3)
        sum_products(s, blocks, n, 3, lm, harmonics, sums, stride);
    else if (left == 2)
        sum_products(s, blocks, n, 2, lm, harmonics, sums, stride);
    else if (left == 1)
        sum_products(s, blocks, n, 1, lm, harmonics, sums, stride);
}

/* A of one species. */
FF_VECTORISE
static void sum_species(const ff_one_particle_site *s, block_range blocks, int species,
                        double *sums)
{
    const ff_one_particle_shape *shape = &s->basis->shape;
    for (int l = 0; l <= shape->largest; l++) {
        double *to = sums + ff_one_particle_place(shape, species, 1, l);
        size_t lm = (size_t)(l * l);
        sum_harmonics(s, blocks, l, lm, 1, to);
        for (int m = 1; m < 2 * l; m += 2)
            sum_harmonics(s, blocks, l, lm + (size_t)m, 2, to + m);
    }
}

void ff_one_particle_store_sums(const ff_one_particle_site *s, int species, double *sums)
{
    const ff_one_particle_shape *shape = &s->basis->shape;
    const ff_lanes *density = s->density;
    for (int l = 0; l <= shape->largest; l++)
        for (int n = 1; n <= shape->radial[l]; n++) {
            double *to = sums + ff_one_particle_place(shape, species, n, l);
            for (int m = 0; m <= 2 * l; m++, density++)
                to[m] = ff_lane_sum(*density);
        }
}

int ff_one_particle_load(ff_one_particle_site *s, const ff_environment *environment, bool second,
                         double *sums, ff_error *err)
{
    const ff_one_particle_shape *shape = &s->basis->shape;
    int status = make_blocks(s, environment, err);
    if (status != FF_OK)
        return status;
    size_t b = 0;
    for (int z = 0; z < shape->species_count; z++) {
        block_range blocks = {b, b};
        for (; b < s->blocks && s->block[b].species == z; b++)
            evaluate_block(s, b, second);
        blocks.end = b;
        if (s->harmonics > 0)
            sum_species(s, blocks, z, sums);
    }
    return FF_OK;
}

/* Gradients. */

/* Sums over n of A's derivatives times radial functions and slopes, for one or two harmonics. */
typedef struct radial_sums {
    ff_pack value[2][2], slope[2][2]; /* [harmonic][half] */
} radial_sums;

/* by[n][stride]: derivatives by A of `count` harmonics. */
FF_INLINE void sum_radial(radial_sums *sums, int radials, int count, const double *restrict by,
                          size_t stride, const ff_lanes *restrict radial,
                          const ff_lanes *restrict slope)
{
    for (int i = 0; i < count; i++)
        for (size_t h = 0; h < 2; h++)
            sums->value[i][h] = sums->slope[i][h] = (ff_pack){0};
    for (int n = 0; n < radials; n++, by += stride)
        for (int i = 0; i < count; i++)
            for (size_t h = 0; h < 2; h++) {
                sums->value[i][h] += by[i] * *ff_half(radial[n], h);
                sums->slope[i][h] += by[i] * *ff_half(slope[n], h);
            }
}

/* The part of `count` (1 or 2) harmonics from number lm on in what pull_back adds. */
FF_INLINE void pull_harmonics(const ff_one_particle_site *s, size_t b, int l, int lm, int count,
                              const double *restrict by, ff_pack total[4][2])
{
    const ff_one_particle_shape *shape = &s->basis->shape;
    size_t first = b * (size_t)s->basis->functions + (size_t)shape->first[l];
    const ff_lanes *harmonic = s->harmonic + b * s->harmonics + lm;
    const ff_lanes(*gradient)[3] =
        (const ff_lanes(*)[3])(s->harmonic_gradient + b * s->harmonics + lm);
    radial_sums sums;
    sum_radial(&sums, shape->radial[l], count, by, ff_padded_components(l), s->radial + first,
               s->slope + first);
    for (int i = 0; i < count; i++)
        for (size_t h = 0; h < 2; h++) {
            total[3][h] += sums.slope[i][h] * *ff_half(harmonic[i], h);
            for (int a = 0; a < 3; a++)
                total[a][h] += sums.value[i][h] * *ff_half(gradient[i][a], h);
        }
}

/* total[0..2][FF_LANES]: the gradients of the harmonic polynomials; total[3]: the derivatives by
 * the distances. */
FF_VECTORISE
static void pull_back(const ff_one_particle_site *s, size_t b, const double *restrict adjoint,
                      ff_lanes total[4])
{
    const ff_one_particle_shape *shape = &s->basis->shape;
    ff_pack sum[4][2] = {{{0}, {0}}, {{0}, {0}}, {{0}, {0}}, {{0}, {0}}};
    for (int l = 0; l <= shape->largest; l++) {
        const double *by = adjoint + ff_one_particle_place(shape, s->block[b].species, 1, l);
        pull_harmonics(s, b, l, l * l, 1, by, sum);
        for (int m = 1; m < 2 * l; m += 2)
            pull_harmonics(s, b, l, l * l + m, 2, by + m, sum);
    }
    memcpy(total, sum, sizeof sum);
}

void ff_one_particle_pull_back(const ff_one_particle_site *s, size_t b, const double *adjoint,
                               const double *slope, double *gradient)
{
    const ff_ace_block *block = &s->block[b];
    ff_lanes total[4] = {{0}, {0}, {0}, {0}};
    if (s->harmonics > 0)
        pull_back(s, b, adjoint, total);
    for (int q = 0; q < block->count; q++) {
        double along = 0;
        for (int a = 0; a < 3; a++)
            along += block->direction[a][q] * total[a][q];
        double *to = gradient + 3 * (size_t)block->index[q];
        for (int a = 0; a < 3; a++)
            to[a] += block->direction[a][q] * (slope[q] + total[3][q] - along * block->inverse[q]) +
                     total[a][q] * block->inverse[q];
    }
}
