#ifndef FF_TESTS_LIB_REGRESSION_ROW_SYSTEM_H
#define FF_TESTS_LIB_REGRESSION_ROW_SYSTEM_H

/* Rows in memory, handed out as a file would, and dense copies of them for LAPACK. Include after
 * cmocka.h. */

#include "lib/regression/reduction.h"

#include <cblas.h>
#include <gsl/gsl_rng.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct system_of_rows {
    size_t rows, columns;
    double *matrix, *target;
    ff_row_label *label;
    ff_frame_table frames;
    double *multiplier;         /* of each row; NULL: none */
    size_t calls, failing_call; /* 0: never fails */
} system_of_rows;

static inline int hand_out(void *context, size_t first, ff_design_block *block, ff_error *err)
{
    system_of_rows *s = context;
    if (++s->calls == s->failing_call)
        return ff_fail(err, FF_E_IO, "the disk is gone");
    assert_true(first + block->rows <= s->rows && block->columns == s->columns);
    memcpy(block->matrix, s->matrix + first * s->columns,
           block->rows * s->columns * sizeof(double));
    memcpy(block->target, s->target + first, block->rows * sizeof(double));
    memcpy(block->label, s->label + first, block->rows * sizeof *block->label);
    return FF_OK;
}

static inline int hand_out_multipliers(void *context, size_t first, const ff_design_block *block,
                                       double *multipliers, ff_error *err)
{
    const system_of_rows *s = context;
    (void)err;
    memcpy(multipliers, s->multiplier + first, block->rows * sizeof(double));
    return FF_OK;
}

static inline ff_rows rows_of(system_of_rows *s)
{
    s->calls = 0;
    return (ff_rows){.count = s->rows,
                     .columns = s->columns,
                     .frames = &s->frames,
                     .source = hand_out,
                     .multipliers = s->multiplier ? hand_out_multipliers : NULL,
                     .context = s};
}

static inline void make_table(system_of_rows *s, size_t frames, size_t groups)
{
    size_t room = frames + 8;
    s->frames = (ff_frame_table){.count = frames, .group_count = groups};
    s->frames.atoms = calloc(room, sizeof(uint32_t));
    s->frames.displacements = calloc(room, sizeof(uint32_t));
    s->frames.group = calloc(room, sizeof(uint32_t));
    s->frames.weight = calloc(room * FF_KINDS, sizeof(double));
    s->frames.group_names = calloc(groups + 8, sizeof(char *));
    for (size_t i = 0; i < room; i++) {
        s->frames.atoms[i] = 1;
        for (size_t k = 0; k < FF_KINDS; k++)
            s->frames.weight[FF_KINDS * i + k] = 1;
    }
}

/* One frame of one atom, all rows forces, until a test says otherwise. */
static inline void make(system_of_rows *s, size_t rows, size_t columns)
{
    *s = (system_of_rows){.rows = rows, .columns = columns};
    s->matrix = calloc(rows * columns, sizeof(double));
    s->target = calloc(rows, sizeof(double));
    s->label = calloc(rows, sizeof *s->label);
    for (size_t i = 0; i < rows; i++)
        s->label[i].kind = FF_KIND_FORCE;
    make_table(s, 1, 1);
    s->frames.group_names[0] = strdup("default");
}

static inline void make_random(system_of_rows *s, size_t rows, size_t columns, unsigned long seed)
{
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, seed);
    make(s, rows, columns);
    for (size_t i = 0; i < rows * columns; i++)
        s->matrix[i] = 2 * gsl_rng_uniform(random) - 1;
    for (size_t i = 0; i < rows; i++)
        s->target[i] = 2 * gsl_rng_uniform(random) - 1;
    gsl_rng_free(random);
}

/* Normal numbers by the polar method (G. Marsaglia and T. A. Bray, SIAM Rev. 6, 260 (1964)). */
static inline double normal(gsl_rng *random)
{
    for (;;) {
        double u = 2 * gsl_rng_uniform(random) - 1, v = 2 * gsl_rng_uniform(random) - 1;
        double s = u * u + v * v;
        if (s > 0 && s < 1)
            return u * sqrt(-2 * log(s) / s);
    }
}

/* Standard deviations of the noise of made_up rows, before their scale. */
static const double true_noise[FF_KINDS] = {0.02, 0.1, 0.3, 1};

/* Frames of 2 to 5 atoms in groups "g0", "g1", ..., in turn; each has an energy, forces and a
 * virial, every third force constants of 1 or 2 displacements. Rows are random; targets are rows
 * times (1, -1/2, 1/3, ...) plus noise of true_noise[kind] over the scale of the row. */
static inline void make_classes(system_of_rows *s, size_t frames, size_t groups, size_t columns,
                                unsigned long seed)
{
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, seed);
    make(s, frames * (1 + 15 + 6 + 30), columns);
    ff_frame_table_clear(&s->frames);
    make_table(s, frames, groups);
    for (size_t g = 0; g < groups; g++) {
        s->frames.group_names[g] = strdup("g0");
        s->frames.group_names[g][1] = (char)('0' + g);
    }
    s->rows = 0;
    for (size_t f = 0; f < frames; f++) {
        uint32_t atoms = 2 + (uint32_t)gsl_rng_uniform_int(random, 4);
        uint32_t moved = f % 3 == 0 ? 1 + (uint32_t)(f % 2) : 0;
        const size_t count[FF_KINDS] = {1, 3 * atoms, 6, 3 * (size_t)atoms * moved};
        s->frames.atoms[f] = atoms;
        s->frames.displacements[f] = moved;
        s->frames.group[f] = (uint32_t)(f % groups);
        s->frames.weight[FF_KINDS * f + FF_KIND_FORCE] = f % 5 == 0 ? 1.5 : 1;
        for (int kind = 0; kind < FF_KINDS; kind++)
            for (size_t i = 0; i < count[kind]; i++, s->rows++) {
                ff_row_label *label = &s->label[s->rows];
                double *row = s->matrix + s->rows * columns;
                *label = (ff_row_label){.frame = (uint32_t)f, .kind = (uint8_t)kind};
                label->displacement =
                    kind == FF_KIND_FORCE_CONSTANT ? (uint32_t)(i / (3 * (size_t)atoms)) : 0;
                s->target[s->rows] = true_noise[kind] * normal(random);
                s->target[s->rows] /= ff_row_scale(&s->frames, label);
                for (size_t j = 0; j < columns; j++) {
                    row[j] = normal(random);
                    s->target[s->rows] += row[j] * (j % 2 ? -1 : 1) / (double)(j + 1);
                }
            }
    }
    gsl_rng_free(random);
}

static inline void drop(system_of_rows *s)
{
    free(s->matrix);
    free(s->target);
    free(s->label);
    free(s->multiplier);
    ff_frame_table_clear(&s->frames);
}

/* Scale of a row times its weight in a table (NULL: 1). */
static inline double weight_of_row(const system_of_rows *s, size_t row, const double *table)
{
    const ff_row_label *label = &s->label[row];
    double weight = ff_row_scale(&s->frames, label) * (s->multiplier ? s->multiplier[row] : 1);
    return table ? weight * table[s->frames.group[label->frame] * FF_KINDS + label->kind] : weight;
}

/* Weighted copy of the matrix, row-major [rows + extra][columns], the extra rows zero; *target
 * likewise. */
static inline double *weighted_rows(const system_of_rows *s, const double *table, size_t extra,
                                    double **target)
{
    double *a = calloc((s->rows + extra) * s->columns, sizeof *a);
    *target = calloc(s->rows + extra, sizeof **target);
    for (size_t i = 0; i < s->rows; i++) {
        double weight = weight_of_row(s, i, table);
        for (size_t j = 0; j < s->columns; j++)
            a[i * s->columns + j] = weight * s->matrix[i * s->columns + j];
        (*target)[i] = weight * s->target[i];
    }
    return a;
}

/* Least squares of row-major a[rows][columns] by dgels; a and y are destroyed. */
static inline void dgels(size_t rows, size_t columns, double *a, double *y, double *solution)
{
    assert_int_equal(
        LAPACKE_dgels(LAPACK_ROW_MAJOR, 'N', (int)rows, (int)columns, 1, a, (int)columns, y, 1), 0);
    memcpy(solution, y, columns * sizeof *solution);
}

/* |a - b| / |b| */
static inline double distance(const double *a, const double *b, size_t count)
{
    double sum = 0, norm = 0;
    for (size_t i = 0; i < count; i++) {
        sum += (a[i] - b[i]) * (a[i] - b[i]);
        norm += b[i] * b[i];
    }
    return sqrt(sum / norm);
}

static inline ff_reduction reduced(system_of_rows *s, uint32_t folds)
{
    ff_reduction reduction;
    ff_error err = {0};
    const ff_rows rows = rows_of(s);
    const ff_reducer_options options = {(1u << FF_KINDS) - 1, folds, 42};
    if (ff_reduce(&reduction, &rows, &options, &err) != FF_OK)
        fail_msg("%s", err.message);
    return reduction;
}

#endif
