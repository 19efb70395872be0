#include "lib/regression/automatic_weights.h"

#include "lib/base/memory.h"
#include "lib/regression/cross_validation.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Steps of the search: factors of a weight. */
static const double steps[] = {4, 2, M_SQRT2};
/* A change of the sum of logarithms below this is no reason to move. */
static const double LEAST_GAIN = 1e-4;

/* The classes of one kind and fold taken together, their weights within the kind in their rows: a
 * reduction of one group, in which cross-validation merges few triangles. */

static int merge_classes(ff_reduced_class *merged, const ff_reduction *reduction,
                         const double *weight, uint8_t kind, uint32_t fold, ff_error *err)
{
    double *part = ff_new_array(reduction->count, sizeof *part, err);
    ff_triangle triangle = {0};
    int status = part ? FF_OK : FF_E_NOMEM;
    *merged = (ff_reduced_class){
        .kind = kind, .fold = fold, .ratio_squares = 1, .ratio_min = 1, .ratio_max = 1};
    for (size_t i = 0; i < reduction->count && status == FF_OK; i++) {
        const ff_reduced_class *c = &reduction->classes[i];
        if (c->kind != kind || c->fold != fold || weight[i] == 0)
            continue;
        part[i] = weight[i];
        merged->count += c->count;
        merged->frames += c->frames;
        merged->log_scale += c->log_scale + (double)c->count * log(weight[i]);
    }
    size_t order = reduction->columns + 1;
    merged->height = merged->count < order ? merged->count : order;
    if (status == FF_OK && merged->count) {
        merged->r = ff_new_array(ff_packed_size(merged->height, order), sizeof *merged->r, err);
        status = merged->r ? ff_reduction_triangle(&triangle, reduction, part, err) : FF_E_NOMEM;
        if (status == FF_OK)
            ff_triangle_pack(merged->r, merged->height, &triangle);
    }
    ff_triangle_clear(&triangle);
    free(part);
    return status;
}

static int merge_groups(ff_reduction *merged, const ff_reduction *reduction, const double *weight,
                        ff_error *err)
{
    ff_reduction_init(merged);
    merged->columns = reduction->columns;
    merged->folds = reduction->folds;
    merged->classes =
        ff_new_array(FF_KINDS * (size_t)reduction->folds, sizeof *merged->classes, err);
    merged->group_names = ff_new_array(1, sizeof *merged->group_names, err);
    if (!merged->classes || !merged->group_names)
        return FF_E_NOMEM;
    merged->group_count = 1;
    if (!(merged->group_names[0] = ff_copy_text("all", err)))
        return FF_E_NOMEM;
    int status = FF_OK;
    for (int kind = 0; kind < FF_KINDS; kind++)
        for (uint32_t fold = 0; fold < reduction->folds && status == FF_OK; fold++) {
            ff_reduced_class *next = &merged->classes[merged->count];
            status = merge_classes(next, reduction, weight, (uint8_t)kind, fold, err);
            if (next->count || status != FF_OK)
                merged->count++;
        }
    return status;
}

/* The search. */

typedef struct searching {
    ff_weight_search *result;
    ff_reduction reduction; /* one group */
    ff_solver_options options;
    double *weight; /* [reduction.count] */
    size_t rows[FF_KINDS];
    int most; /* the kind of most rows, whose factor stays 1 */
    double best;
} searching;

/* Sum over kinds of ln of the squares left out, with factors by kind. */
static int measure(searching *s, const double factor[FF_KINDS], double *sum, ff_error *err)
{
    ff_cross_validation found;
    for (size_t i = 0; i < s->reduction.count; i++)
        s->weight[i] = factor[s->reduction.classes[i].kind];
    *sum = 0;
    s->result->fits++;
    int status = ff_cross_validate_folds(&found, &s->reduction, &s->options, err);
    for (size_t i = 0; i < found.count && status == FF_OK; i++)
        if (found.errors[i].part >= s->reduction.folds)
            *sum += 0.5 * log(found.errors[i].squares + DBL_MIN);
    ff_cross_validation_clear(&found);
    return status;
}

/* Tries one kind's factor times step; *moved tells whether that is better. */
static int try_step(searching *s, int kind, double step, bool *moved, ff_error *err)
{
    double factor[FF_KINDS], sum;
    memcpy(factor, s->result->factor, sizeof factor);
    factor[kind] *= step;
    int status = measure(s, factor, &sum, err);
    *moved = status == FF_OK && sum < s->best - LEAST_GAIN;
    if (*moved) {
        s->best = sum;
        memcpy(s->result->factor, factor, sizeof factor);
    }
    return status;
}

/* Moves one kind's factor by a step as often as that is better, one way or the other. */
static int search_kind(searching *s, int kind, double step, bool *any, ff_error *err)
{
    enum { MOST_MOVES = 16 };
    int status = FF_OK;
    bool moved = false, up = false;
    for (int i = 0; i < MOST_MOVES && status == FF_OK && (i == 0 || moved); i++) {
        status = try_step(s, kind, step, &moved, err);
        up |= moved;
    }
    moved = true;
    for (int i = 0; i < MOST_MOVES && status == FF_OK && !up && moved; i++) {
        status = try_step(s, kind, 1 / step, &moved, err);
        *any |= moved;
    }
    *any |= up;
    return status;
}

static int search(searching *s, ff_error *err)
{
    enum { MOST_ROUNDS = 8 };
    int status = measure(s, s->result->factor, &s->best, err);
    double first = s->best;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        bool any = true;
        for (int round = 0; round < MOST_ROUNDS && any && status == FF_OK; round++) {
            any = false;
            for (int kind = 0; kind < FF_KINDS && status == FF_OK; kind++)
                if (s->rows[kind] && kind != s->most)
                    status = search_kind(s, kind, steps[i], &any, err);
        }
    }
    s->result->gain = first - s->best;
    return status;
}

/* Levels of highest evidence, and the factors that follow. */
static int find_start(searching *s, const ff_reduction *reduction, ff_error *err)
{
    ff_weight_search *result = s->result;
    ff_solver_options options = s->options;
    ff_solution solution;
    options.noise = FF_NOISE_PER_KIND;
    int status = ff_solve(&solution, reduction, &options, err);
    if (status != FF_OK)
        return status;
    memcpy(result->noise, solution.noise, sizeof result->noise);
    ff_solution_clear(&solution);
    for (size_t i = 0; i < reduction->count; i++)
        if (options.weight[i] > 0)
            s->rows[reduction->classes[i].kind] += reduction->classes[i].count;
    for (int kind = 1; kind < FF_KINDS; kind++)
        s->most = s->rows[kind] > s->rows[s->most] ? kind : s->most;
    double unit = result->noise[s->most] * sqrt((double)s->rows[s->most]);
    for (int kind = 0; kind < FF_KINDS; kind++)
        result->start[kind] =
            s->rows[kind] ? unit / (result->noise[kind] * sqrt((double)s->rows[kind])) : 0;
    memcpy(result->factor, result->start, sizeof result->factor);
    return FF_OK;
}

int ff_automatic_weights(ff_weight_search *search_result, const ff_reduction *reduction,
                         const ff_solver_options *options, ff_error *err)
{
    searching s = {.result = search_result, .options = *options};
    int kinds = 0;
    *search_result = (ff_weight_search){.gain = 0};
    s.options.method = FF_SOLVER_BAYES;
    s.options.without_covariance = true;
    int status = find_start(&s, reduction, err);
    for (int kind = 0; kind < FF_KINDS; kind++)
        kinds += s.rows[kind] > 0;
    if (status != FF_OK || kinds < 2)
        return status;
    if (reduction->folds < 2)
        return ff_fail(err, FF_E_RANGE,
                       "weights cannot be chosen without folds of frames to leave out");
    status = merge_groups(&s.reduction, reduction, options->weight, err);
    if (status == FF_OK && !(s.weight = ff_new_array(s.reduction.count, sizeof *s.weight, err)))
        status = FF_E_NOMEM;
    s.options.noise = FF_NOISE_COMMON;
    s.options.weight = s.weight;
    if (status == FF_OK)
        status = search(&s, err);
    ff_reduction_clear(&s.reduction);
    free(s.weight);
    return status;
}
