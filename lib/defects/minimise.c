#include "lib/defects/minimise.h"

#include "lib/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256, MOST_TRIALS = 12 };

typedef struct pair {
    double *step, *change; /* of x and of the gradient, [size] */
    double product;        /* step . change > 0 */
} pair;

typedef struct search {
    const ff_minimise_problem *problem;
    const ff_minimise_options *options;
    ff_minimise_result *result;
    size_t size; /* 3 atoms */
    double *x, *start;
    double *gradient, *direction, *trial, *trial_gradient;
    double energy, noise, slope; /* slope: gradient . direction < 0 */
    double step_limit;
    double radius; /* of the trust region; 0: there has been none */
    pair *pairs;   /* [memory], used as a ring */
    size_t stored, newest;
    double *weight; /* [memory], scratch of the recursion */
} search;

ff_minimise_options ff_minimise_defaults(void)
{
    return (ff_minimise_options){.tolerance = 1e-8,
                                 .max_evaluations = 500,
                                 .memory = 20,
                                 .step_limit = 0.2,
                                 .longest_step = 0.8,
                                 .distance_limit = 10.0};
}

double ff_dot(const double *a, const double *b, size_t count)
{
    double sum = 0.0;
    for (size_t first = 0; first < count; first += BLOCK) {
        size_t end = first + BLOCK < count ? first + BLOCK : count;
        double block = 0.0;
        for (size_t i = first; i < end; i++)
            block += a[i] * b[i];
        sum += block;
    }
    return sum;
}

double ff_largest_norm(const double *vectors, size_t count)
{
    double largest = 0.0;
    for (size_t i = 0; i < count; i++) {
        const double *v = vectors + 3 * i;
        double squared = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
        if (isnan(squared))
            return squared;
        largest = fmax(largest, squared);
    }
    return sqrt(largest);
}

static void search_clear(search *s)
{
    for (size_t i = 0; s->pairs && i < s->options->memory; i++) {
        free(s->pairs[i].step);
        free(s->pairs[i].change);
    }
    free(s->pairs);
    free(s->weight);
    free(s->start);
    free(s->gradient);
    free(s->direction);
    free(s->trial);
    free(s->trial_gradient);
}

static int search_init(search *s, ff_error *err)
{
    size_t memory = s->options->memory;
    if (!(s->pairs = ff_new_array(memory, sizeof *s->pairs, err)) ||
        !(s->weight = ff_new_array(memory, sizeof *s->weight, err)) ||
        !(s->start = ff_copy_array(s->x, s->size, sizeof(double), err)) ||
        !(s->gradient = ff_new_array(s->size, sizeof(double), err)) ||
        !(s->direction = ff_new_array(s->size, sizeof(double), err)) ||
        !(s->trial = ff_new_array(s->size, sizeof(double), err)) ||
        !(s->trial_gradient = ff_new_array(s->size, sizeof(double), err)))
        return FF_E_NOMEM;
    return FF_OK;
}

static int not_converged(const search *s, ff_error *err, const char *why)
{
    return ff_fail(err, FF_E_NUMERIC,
                   "not converged after %zu force evaluations: %s; the largest force is %.3g eV/A, "
                   "%.3g was asked for",
                   s->result->evaluations, why, s->result->max_gradient, s->options->tolerance);
}

/* Direction. */

/* The i-th newest pair. */
static pair *pair_at(const search *s, size_t i)
{
    size_t memory = s->options->memory;
    return &s->pairs[(s->newest + memory - i) % memory];
}

static void add_scaled(double *to, double factor, const double *from, size_t size)
{
    for (size_t i = 0; i < size; i++)
        to[i] += factor * from[i];
}

/* Without a preconditioner: the Hessian's scale from the newest pair (Nocedal and Wright, eq.
 * 7.20), or that of a stiff crystal, 10 eV/A^2, before there is one. */
static void apply_initial(const search *s, double *vector)
{
    if (s->problem->precondition) {
        s->problem->precondition(s->problem->context, vector, vector);
        return;
    }
    double scale = 0.1;
    if (s->stored) {
        const pair *newest = pair_at(s, 0);
        scale = newest->product / ff_dot(newest->change, newest->change, s->size);
    }
    for (size_t i = 0; i < s->size; i++)
        vector[i] *= scale;
}

/* direction = - H gradient by the two-loop recursion; false if it does not descend. */
static bool find_direction(search *s)
{
    memcpy(s->direction, s->gradient, s->size * sizeof(double));
    for (size_t i = 0; i < s->stored; i++) {
        const pair *p = pair_at(s, i);
        s->weight[i] = ff_dot(p->step, s->direction, s->size) / p->product;
        add_scaled(s->direction, -s->weight[i], p->change, s->size);
    }
    apply_initial(s, s->direction);
    for (size_t i = s->stored; i-- > 0;) {
        const pair *p = pair_at(s, i);
        double weight = ff_dot(p->change, s->direction, s->size) / p->product;
        add_scaled(s->direction, s->weight[i] - weight, p->step, s->size);
    }
    for (size_t i = 0; i < s->size; i++)
        s->direction[i] = -s->direction[i];
    s->slope = ff_dot(s->gradient, s->direction, s->size);
    return s->slope < 0.0;
}

/* Keeps (step, change of gradient) of the accepted trial if the curvature along it is positive. */
static int remember(search *s, ff_error *err)
{
    size_t memory = s->options->memory, slot = s->stored ? (s->newest + 1) % memory : 0;
    pair *p = &s->pairs[slot];
    if (!p->step && (!(p->step = ff_new_array(s->size, sizeof(double), err)) ||
                     !(p->change = ff_new_array(s->size, sizeof(double), err))))
        return FF_E_NOMEM;
    for (size_t i = 0; i < s->size; i++) {
        p->step[i] = s->trial[i] - s->x[i];
        p->change[i] = s->trial_gradient[i] - s->gradient[i];
    }
    p->product = ff_dot(p->step, p->change, s->size);
    double lengths =
        sqrt(ff_dot(p->step, p->step, s->size) * ff_dot(p->change, p->change, s->size));
    if (p->product > 1e-8 * lengths) {
        s->newest = slot;
        s->stored = s->stored < memory ? s->stored + 1 : memory;
    } else if (s->stored == memory) { /* the oldest pair has been overwritten */
        s->stored--;
    }
    return FF_OK;
}

/* Line search. */

typedef struct trial {
    double length; /* in units of the direction */
    double energy, noise, slope, max_gradient;
    bool exists; /* the energy does */
} trial;

static int evaluate(search *s, const double *x, double *gradient, trial *at, ff_error *err)
{
    ff_error local = {0};
    int status =
        s->problem->evaluate(s->problem->context, x, gradient, &at->energy, &at->noise, &local);
    s->result->evaluations++;
    if (status == FF_OK) {
        at->max_gradient = ff_largest_norm(gradient, s->problem->atoms);
        at->exists = isfinite(at->energy) && isfinite(at->max_gradient);
        return FF_OK;
    }
    at->exists = false;
    if (status == FF_E_RANGE || status == FF_E_NUMERIC)
        return FF_OK;
    if (err)
        *err = local;
    return status;
}

static int try_length(search *s, trial *at, ff_error *err)
{
    for (size_t i = 0; i < s->size; i++)
        s->trial[i] = s->x[i] + at->length * s->direction[i];
    int status = evaluate(s, s->trial, s->trial_gradient, at, err);
    if (status != FF_OK || !at->exists)
        return status;
    at->slope = ff_dot(s->trial_gradient, s->direction, s->size);
    double squared = ff_dot(s->direction, s->direction, s->size);
    double curvature = (at->slope - s->slope) / (at->length * squared);
    s->result->lowest_curvature = fmin(s->result->lowest_curvature, curvature); /* skips NaN */
    return FF_OK;
}

/* A step is long enough by construction (it starts at the quasi-Newton length); it is too long if
 * the energy has risen by more than rounding, or the slope has changed sign and kept most of its
 * size. */
static bool acceptable(const search *s, const trial *at)
{
    if (!at->exists)
        return false;
    double slack = at->noise + s->noise;
    bool falls = at->energy - s->energy <= 1e-4 * at->length * s->slope + slack;
    return falls && (at->slope <= -0.8 * s->slope || at->max_gradient <= s->options->tolerance);
}

static double shorter(const search *s, const trial *at)
{
    if (!at->exists)
        return 0.25 * at->length;
    if (at->slope <= 0.0)
        return 0.3 * at->length;
    double secant = s->slope / (s->slope - at->slope); /* where the slope would vanish */
    return at->length * fmin(fmax(secant, 0.1), 0.7);
}

/* Finds an acceptable step along the direction; *found tells whether there was one. */
static int line_search(search *s, trial *at, bool *found, ff_error *err)
{
    double longest = ff_largest_norm(s->direction, s->problem->atoms);
    at->length = longest > s->step_limit ? s->step_limit / longest : 1.0;
    *found = false;
    for (int trials = 0; trials < MOST_TRIALS; trials++) {
        if (s->result->evaluations >= s->options->max_evaluations)
            return FF_OK;
        int status = try_length(s, at, err);
        if (status != FF_OK)
            return status;
        if (acceptable(s, at)) {
            double limit = trials ? 2.0 * at->length * longest : 2.0 * s->step_limit;
            s->step_limit = fmin(limit, s->options->longest_step);
            *found = true;
            return FF_OK;
        }
        at->length = shorter(s, at);
    }
    return FF_OK;
}

/* Trust region. */

/* The direction is the whole step, within the radius; at first within the limit of steps, later
 * within what that may grow to. */
static ff_model_step find_newton_step(search *s)
{
    double limit = s->radius > 0.0 ? s->options->longest_step : s->options->step_limit;
    double radius = s->radius > 0.0 ? s->radius : INFINITY;
    ff_model_step step = {0};
    for (int tries = 0; tries < 4; tries++) {
        step = s->problem->newton(s->problem->context, s->gradient, radius, s->direction);
        double longest = ff_largest_norm(s->direction, s->problem->atoms);
        radius = fmin(radius, step.length);
        if (longest <= 1.1 * limit)
            break;
        radius *= limit / longest;
    }
    s->radius = s->radius > 0.0 ? s->radius : step.length;
    s->slope = ff_dot(s->gradient, s->direction, s->size);
    return step;
}

/* Of a trial; where it is within rounding, from the slopes at its ends. NaN: no energy there. */
static double energy_change(const search *s, const trial *at)
{
    double change = at->energy - s->energy;
    if (!at->exists)
        return NAN;
    return fabs(change) > 10.0 * (at->noise + s->noise) ? change : 0.5 * (s->slope + at->slope);
}

/* Finds an acceptable step in ever smaller regions; *found tells whether there was one. */
static int trust_region_search(search *s, trial *at, bool *found, ff_error *err)
{
    *found = false;
    for (int trials = 0; trials < MOST_TRIALS; trials++) {
        if (s->result->evaluations >= s->options->max_evaluations)
            return FF_OK;
        ff_model_step step = find_newton_step(s);
        at->length = 1.0;
        int status = try_length(s, at, err);
        if (status != FF_OK)
            return status;
        double change = energy_change(s, at);
        s->radius = ff_trust_region_next(s->radius, &step, s->slope, change);
        if (change <= -1e-4 * step.decrease ||
            (at->exists && at->max_gradient <= s->options->tolerance)) {
            *found = true;
            return FF_OK;
        }
    }
    return FF_OK;
}

/* The search. */

static void move_to_trial(search *s, const trial *at)
{
    memcpy(s->x, s->trial, s->size * sizeof(double));
    memcpy(s->gradient, s->trial_gradient, s->size * sizeof(double));
    s->energy = at->energy;
    s->noise = at->noise;
    s->result->max_gradient = at->max_gradient;
}

static double distance_from_start(search *s)
{
    for (size_t i = 0; i < s->size; i++)
        s->trial[i] = s->x[i] - s->start[i];
    return ff_largest_norm(s->trial, s->problem->atoms);
}

/* One accepted step, or the reason why there is none. */
static int advance(search *s, ff_error *err)
{
    trial at = {0};
    bool found = false;
    if (s->problem->refresh) {
        bool forget = false;
        int status = s->problem->refresh(s->problem->context, s->x, &forget, err);
        if (status != FF_OK)
            return status;
        if (forget)
            s->stored = 0;
    }
    int status;
    if (s->problem->newton && s->stored == 0) {
        status = trust_region_search(s, &at, &found, err);
    } else {
        if (!find_direction(s)) {
            s->stored = 0;
            if (!find_direction(s))
                return not_converged(s, err, "there is no direction of descent");
        }
        status = line_search(s, &at, &found, err);
    }
    if (status != FF_OK)
        return status;
    if (!found && s->result->evaluations >= s->options->max_evaluations)
        return not_converged(s, err, "the limit of evaluations is reached");
    if (!found && s->stored) { /* the pairs misled; next time without them */
        s->stored = 0;
        return FF_OK;
    }
    if (!found)
        return not_converged(s, err, "no step lowers the energy");
    if ((status = remember(s, err)) != FF_OK)
        return status;
    move_to_trial(s, &at);
    if (distance_from_start(s) > s->options->distance_limit)
        return not_converged(
            s, err, "atoms fly apart (the energy seems to have no minimum near the start)");
    return FF_OK;
}

static int first_evaluation(search *s, ff_error *err)
{
    trial at = {0};
    int status = evaluate(s, s->x, s->gradient, &at, err);
    if (status == FF_OK && !at.exists)
        return ff_fail(err, FF_E_NUMERIC,
                       "energy or forces of the starting structure do not exist (atoms too close, "
                       "or an unstable potential)");
    s->energy = at.energy;
    s->noise = at.noise;
    s->result->max_gradient = at.max_gradient;
    return status;
}

int ff_minimise(const ff_minimise_problem *problem, const ff_minimise_options *options, double *x,
                ff_minimise_result *result, ff_error *err)
{
    *result = (ff_minimise_result){.max_gradient = NAN, .lowest_curvature = NAN};
    if (options->memory < 1)
        return ff_fail(err, FF_E_USAGE, "L-BFGS with a memory of 0 pairs; expected at least 1");
    search s = {.problem = problem,
                .options = options,
                .result = result,
                .size = 3 * problem->atoms,
                .x = x,
                .step_limit = options->step_limit};
    int status = search_init(&s, err);
    if (status == FF_OK)
        status = first_evaluation(&s, err);
    while (status == FF_OK && result->max_gradient > options->tolerance)
        status = advance(&s, err);
    result->converged = status == FF_OK;
    search_clear(&s);
    return status;
}
