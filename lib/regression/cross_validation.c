#include "lib/regression/cross_validation.h"

#include "lib/base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ff_cross_validation_init(ff_cross_validation *result)
{
    *result = (ff_cross_validation){0};
}

void ff_cross_validation_clear(ff_cross_validation *result)
{
    free(result->errors);
    ff_cross_validation_init(result);
}

/* Which classes a part of the validation fits and which it predicts; the others do neither. */
typedef enum class_role { ROLE_FIT, ROLE_PREDICT, ROLE_NONE } class_role;
typedef class_role (*assign_role)(const ff_reduced_class *reduced, const ff_reduction *reduction,
                                  size_t part);

static class_role role_by_fold(const ff_reduced_class *reduced, const ff_reduction *reduction,
                               size_t part)
{
    (void)reduction;
    return reduced->fold == part ? ROLE_PREDICT : ROLE_FIT;
}

static class_role role_by_group(const ff_reduced_class *reduced, const ff_reduction *reduction,
                                size_t part)
{
    (void)reduction;
    return reduced->group == part ? ROLE_PREDICT : ROLE_FIT;
}

/* Parts of a learning curve count from 0: folds 0 ... part are fitted. */
static class_role role_by_size(const ff_reduced_class *reduced, const ff_reduction *reduction,
                               size_t part)
{
    if (reduced->fold + 1 == reduction->folds)
        return ROLE_PREDICT;
    return reduced->fold <= part ? ROLE_FIT : ROLE_NONE;
}

typedef struct validation {
    const ff_reduction *reduction;
    ff_solver_options options;
    const double *weight; /* [reduction->count] as given */
    double *fitted;       /* [reduction->count] for the part at hand */
    assign_role role;
    ff_cross_validation *result;
} validation;

/* Adds the error of a class that was predicted to those of its kind. */
static void add_class(ff_held_out *error, const ff_class_fit *fit, const ff_reduced_class *reduced,
                      double noise, double weight)
{
    double rows = (double)fit->count, level = noise / weight;
    error->count += fit->count;
    error->squares += fit->squares;
    error->rmse += fit->rmse * fit->rmse * rows; /* a sum of squares until the end */
    error->noise = noise;
    error->log_density += reduced->log_scale - rows * log(level) - 0.5 * rows * log(2 * acos(-1)) -
                          0.5 * fit->squares / (level * level);
}

static void add_errors(validation *task, size_t part, const ff_solution *solution)
{
    ff_held_out error[FF_KINDS] = {{0}};
    for (size_t i = 0; i < solution->fit_count; i++) {
        const ff_reduced_class *reduced = &task->reduction->classes[i];
        if (task->role(reduced, task->reduction, part) == ROLE_PREDICT)
            add_class(&error[reduced->kind], &solution->fit[i], reduced,
                      solution->noise[reduced->kind], task->weight[i] > 0 ? task->weight[i] : NAN);
    }
    for (int kind = 0; kind < FF_KINDS; kind++) {
        if (error[kind].count == 0)
            continue;
        error[kind].part = (uint32_t)part;
        error[kind].kind = (uint8_t)kind;
        error[kind].fitted = solution->observations;
        error[kind].rmse = sqrt(error[kind].rmse / (double)error[kind].count);
        task->result->errors[task->result->count++] = error[kind];
    }
}

static int validate_part(validation *task, size_t part, ff_error *err)
{
    ff_solution solution;
    bool predicts = false;
    for (size_t i = 0; i < task->reduction->count; i++) {
        class_role role = task->role(&task->reduction->classes[i], task->reduction, part);
        task->fitted[i] = role == ROLE_FIT ? task->weight[i] : 0;
        predicts = predicts || role == ROLE_PREDICT;
    }
    if (!predicts)
        return FF_OK;
    int status = ff_solve(&solution, task->reduction, &task->options, err);
    if (status == FF_OK)
        add_errors(task, part, &solution);
    ff_solution_clear(&solution);
    return status;
}

/* The sum over parts, for each kind. */
static void add_sums(ff_cross_validation *result)
{
    size_t count = result->count;
    for (int kind = 0; kind < FF_KINDS; kind++) {
        ff_held_out sum = {.part = UINT32_MAX, .kind = (uint8_t)kind, .noise = NAN};
        double fitted = 0, parts = 0, squares = 0;
        for (size_t i = 0; i < count; i++) {
            const ff_held_out *error = &result->errors[i];
            if (error->kind != kind)
                continue;
            parts++;
            fitted += (double)error->fitted;
            sum.count += error->count;
            sum.squares += error->squares;
            squares += error->rmse * error->rmse * (double)error->count;
            sum.log_density += error->log_density;
        }
        if (parts == 0)
            continue;
        sum.fitted = (size_t)(fitted / parts + 0.5);
        sum.rmse = sqrt(squares / (double)sum.count);
        result->errors[result->count++] = sum;
    }
}

static int begin(validation *task, const ff_reduction *reduction, const ff_solver_options *options,
                 size_t parts, ff_error *err)
{
    *task->result = (ff_cross_validation){.parts = parts};
    task->reduction = reduction;
    task->options = *options;
    task->options.without_covariance = true;
    task->weight = options->weight;
    task->fitted = ff_new_array(reduction->count, sizeof *task->fitted, err);
    task->options.weight = task->fitted;
    task->result->errors = ff_new_array((parts + 1) * FF_KINDS, sizeof(ff_held_out), err);
    return task->fitted && task->result->errors ? FF_OK : FF_E_NOMEM;
}

static int end(validation *task, int status)
{
    free(task->fitted);
    if (status != FF_OK)
        ff_cross_validation_clear(task->result);
    return status;
}

/* Says which part an error belongs to. */
static void name_part(ff_error *err, const char *what, const char *name)
{
    char message[sizeof err->message];
    if (!err)
        return;
    (void)snprintf(message, sizeof message, "without %s %.60s: %.420s", what, name, err->message);
    memcpy(err->message, message, sizeof message);
}

int ff_cross_validate_folds(ff_cross_validation *result, const ff_reduction *reduction,
                            const ff_solver_options *options, ff_error *err)
{
    validation task = {.role = role_by_fold, .result = result};
    ff_cross_validation_init(result);
    if (reduction->folds < 2)
        return ff_fail(err, FF_E_RANGE, "the reduction is not divided into folds");
    int status = begin(&task, reduction, options, reduction->folds, err);
    for (size_t part = 0; part < reduction->folds && status == FF_OK; part++) {
        char name[24];
        status = validate_part(&task, part, err);
        (void)snprintf(name, sizeof name, "%zu", part + 1);
        if (status != FF_OK)
            name_part(err, "fold", name);
    }
    if (status == FF_OK)
        add_sums(result);
    return end(&task, status);
}

int ff_cross_validate_groups(ff_cross_validation *result, const ff_reduction *reduction,
                             const ff_solver_options *options, ff_error *err)
{
    validation task = {.role = role_by_group, .result = result};
    int status = begin(&task, reduction, options, reduction->group_count, err);
    for (size_t part = 0; part < reduction->group_count && status == FF_OK; part++) {
        status = validate_part(&task, part, err);
        if (status != FF_OK)
            name_part(err, "group", reduction->group_names[part]);
    }
    if (status == FF_OK)
        add_sums(result);
    return end(&task, status);
}

int ff_learning_curve(ff_cross_validation *result, const ff_reduction *reduction,
                      const ff_solver_options *options, ff_error *err)
{
    validation task = {.role = role_by_size, .result = result};
    ff_cross_validation_init(result);
    if (reduction->folds < 2)
        return ff_fail(err, FF_E_RANGE, "the reduction is not divided into folds");
    int status = begin(&task, reduction, options, reduction->folds - 1, err);
    for (size_t part = 0; part + 1 < reduction->folds && status == FF_OK; part++) {
        ff_error local = {0};
        status = validate_part(&task, part, &local);
        if (status != FF_OK && status != FF_E_NUMERIC && err)
            *err = local;
        if (status == FF_E_NUMERIC)
            status = FF_OK;
    }
    for (size_t i = 0; i < result->count; i++)
        result->errors[i].part++;
    return end(&task, status);
}
