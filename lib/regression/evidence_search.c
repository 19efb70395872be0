/* The maximum of the evidence: a damped Newton method in the logarithms of the precisions. */

#include "lib/regression/evidence.h"

#include "lib/base/memory.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct evidence_search {
    ff_evidence *e;
    const ff_evidence_problem *problem;
    ff_evidence trial;
    double *count;         /* [parameters] rows of a level, columns of a block */
    double *lower, *upper; /* [parameters] */
    double *matrix;        /* [parameters][parameters] */
    double *step;          /* [parameters] */
    double damping;
    int stalled; /* steps in a row that gained nothing beyond rounding */
} evidence_search;

/* 1 / mean square of the targets of a level. */
static double target_precision(const ff_evidence_problem *problem, size_t level)
{
    double length = ff_triangle_column_length(&problem->level[level], problem->columns);
    return length > 0 ? problem->rows[level] / (length * length) : 1;
}

/* What the data at x say of a coefficient on average: sum of beta_k |A_k|^2 over columns. */
static double data_precision(const ff_evidence *e, const ff_evidence_problem *problem)
{
    double sum = 0;
    for (size_t k = 0; k < problem->levels; k++) {
        double beta = problem->noise_given ? 1 : exp(e->x[k]), squares = 0;
        for (size_t j = 0; j < problem->columns; j++) {
            double length = ff_triangle_column_length(&problem->level[k], j);
            squares += length * length;
        }
        sum += beta * squares;
    }
    return sum > 0 ? sum / (double)problem->columns : 1;
}

static void set_counts(double *count, const ff_evidence_problem *problem)
{
    size_t first = ff_evidence_first_block(problem);
    for (size_t k = 0; k < first; k++)
        count[k] = problem->rows[k];
    for (size_t j = 0; j < problem->columns; j++)
        count[first + problem->block[j]] += 1;
}

static void fixed_point(ff_evidence *e, const double *count)
{
    const double most = 3;
    for (size_t i = 0; i < e->parameters; i++) {
        double left = fmax(count[i] - e->trace[i], 1e-9 * count[i]);
        double squares = fmax(count[i] - e->trace[i] - 2 * e->gradient[i], 1e-30);
        e->x[i] += fmax(-most, fmin(most, log(left / squares)));
    }
}

int ff_evidence_start(ff_evidence *evidence, const ff_evidence_problem *problem, ff_error *err)
{
    enum { STEPS = 3 };
    size_t first = ff_evidence_first_block(problem);
    int status = FF_OK;
    double *count = ff_new_array(evidence->parameters, sizeof *count, err);
    if (!count)
        return FF_E_NOMEM;
    set_counts(count, problem);
    for (size_t k = 0; k < first; k++)
        evidence->x[k] = log(100 * target_precision(problem, k));
    double weak = log(1e-4 * data_precision(evidence, problem));
    for (size_t b = first; b < evidence->parameters; b++)
        evidence->x[b] = weak;
    for (int i = 0; i < STEPS && status == FF_OK; i++) {
        status = ff_evidence_evaluate(evidence, problem, err);
        if (status == FF_OK)
            status = ff_evidence_differentiate(evidence, problem, err);
        if (status == FF_OK)
            fixed_point(evidence, count);
    }
    free(count);
    return status;
}

static void search_clear(evidence_search *search)
{
    ff_evidence_clear(&search->trial);
    free(search->count);
    free(search->lower);
    free(search->upper);
    free(search->matrix);
    free(search->step);
}

static int search_init(evidence_search *search, ff_evidence *e, const ff_evidence_problem *problem,
                       ff_error *err)
{
    size_t count = e->parameters, first = ff_evidence_first_block(problem);
    *search = (evidence_search){.e = e, .problem = problem};
    search->count = ff_new_array(count, sizeof(double), err);
    search->lower = ff_new_array(count, sizeof(double), err);
    search->upper = ff_new_array(count, sizeof(double), err);
    search->matrix = ff_new_array(count * count, sizeof(double), err);
    search->step = ff_new_array(count, sizeof(double), err);
    if (!search->count || !search->lower || !search->upper || !search->matrix || !search->step)
        return FF_E_NOMEM;
    set_counts(search->count, problem);
    double middle = log(data_precision(e, problem));
    for (size_t i = 0; i < count; i++) {
        double level = i < first ? log(target_precision(problem, i)) : 0;
        search->lower[i] = i < first ? level - log(1e6) : middle - 70;
        search->upper[i] = i < first ? level + log(1e20) : middle + 70;
        e->x[i] = fmax(search->lower[i], fmin(search->upper[i], e->x[i]));
    }
    return ff_evidence_init(&search->trial, problem, err);
}

double ff_evidence_slope(const ff_evidence *evidence)
{
    double slope = 0;
    for (size_t i = 0; i < evidence->parameters; i++)
        if (!evidence->at_bound[i])
            slope = fmax(slope, fabs(evidence->gradient[i]));
    return slope;
}

bool ff_evidence_is_irrelevant(const ff_evidence *evidence, const ff_evidence_problem *problem,
                               size_t block)
{
    /* With S = 1 / (P^-1)_jj - alpha and Q = z_j / (P^-1)_jj, of the column against all others, the
     * best alpha is S^2 / (Q^2 - S), or infinite when Q^2 <= S. */
    size_t i = ff_evidence_first_block(problem) + block;
    double determined = 1 - evidence->trace[i];
    double square = determined - 2 * evidence->gradient[i];
    return determined < 1e-10 || (determined < 1e-3 && square <= evidence->trace[i] * determined);
}

static bool has_irrelevant(const ff_evidence *e, const ff_evidence_problem *problem)
{
    for (size_t b = 0; b < problem->blocks; b++)
        if (ff_evidence_is_irrelevant(e, problem, b))
            return true;
    return false;
}

/* Notes bounds that hold back; true when nothing else is left to gain, or to prune. Where rounding
 * is all that moves the value any more, derivatives that it hides do not count. */
static bool is_at_end(evidence_search *search)
{
    enum { MOST_STALLED = 8 };
    const double hidden = search->stalled < MOST_STALLED ? 0 : 1e-4;
    ff_evidence *e = search->e;
    bool converged = true;
    for (size_t i = 0; i < e->parameters; i++) {
        e->at_bound[i] = (e->x[i] <= search->lower[i] && e->gradient[i] < 0) ||
                         (e->x[i] >= search->upper[i] && e->gradient[i] > 0);
        double small = fmax(1e-6 + 1e-9 * search->count[i], hidden * search->count[i]);
        if (!e->at_bound[i] && fabs(e->gradient[i]) > small)
            converged = false;
    }
    return converged ||
           (search->problem->stop_to_prune && has_irrelevant(search->e, search->problem));
}

/* step = (damping D - H)^-1 gradient in the parameters that are free, D being what the second
 * derivatives are where nothing is known but the counts; more damping until that is positive
 * definite. */
static int find_step(evidence_search *search, ff_error *err)
{
    const ff_evidence *e = search->e;
    size_t n = e->parameters;
    for (int attempt = 0; attempt < 60; attempt++) {
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j < n; j++) {
                bool out = e->at_bound[i] || e->at_bound[j];
                search->matrix[i * n + j] = out ? 0 : -e->hessian[i * n + j];
            }
            search->matrix[i * n + i] +=
                e->at_bound[i] ? 1 : 0.5 * search->damping * search->count[i];
            search->step[i] = e->at_bound[i] ? 0 : e->gradient[i];
        }
        int info = (int)LAPACKE_dposv(LAPACK_COL_MAJOR, 'U', (int)n, 1, search->matrix, (int)n,
                                      search->step, (int)n);
        if (info == 0)
            return FF_OK;
        search->damping = search->damping > 0 ? 4 * search->damping : 1e-3;
    }
    return ff_fail(err, FF_E_NUMERIC, "the evidence has derivatives that are not finite");
}

/* The trial point: x + step, at most e^4 in any precision, within bounds. */
static void move(evidence_search *search)
{
    const double most = 4;
    double largest = 0;
    for (size_t i = 0; i < search->e->parameters; i++)
        largest = fmax(largest, fabs(search->step[i]));
    double scale = largest > most ? most / largest : 1;
    for (size_t i = 0; i < search->e->parameters; i++)
        search->trial.x[i] = fmax(
            search->lower[i], fmin(search->upper[i], search->e->x[i] + scale * search->step[i]));
}

/* Takes the trial point over. */
static void accept(evidence_search *search)
{
    ff_evidence *e = search->e, *trial = &search->trial, old = *e;
    e->x = trial->x;
    e->z = trial->z;
    e->p = trial->p;
    e->value = trial->value;
    trial->x = old.x;
    trial->z = old.z;
    trial->p = old.p;
}

int ff_evidence_maximise(ff_evidence *evidence, const ff_evidence_problem *problem, int *steps,
                         int most, ff_error *err)
{
    evidence_search search;
    double rows = 0;
    for (size_t k = 0; k < problem->levels; k++)
        rows += problem->rows[k];
    int status = search_init(&search, evidence, problem, err);
    if (status == FF_OK)
        status = ff_evidence_evaluate(evidence, problem, err);
    if (status == FF_OK)
        status = ff_evidence_differentiate(evidence, problem, err);
    while (status == FF_OK && !is_at_end(&search)) {
        /* Rounding of the value; what is lost within it is no loss. */
        double slack = 1e-13 * (fabs(evidence->value) + 10 * rows);
        if (++*steps > most || search.damping > 1e12)
            status = ff_fail(err, FF_E_NUMERIC,
                             "the evidence has not reached its maximum in %d steps (a derivative "
                             "of %.1e is left)",
                             *steps - 1, ff_evidence_slope(evidence));
        if (status == FF_OK)
            status = find_step(&search, err);
        if (status != FF_OK)
            break;
        move(&search);
        status = ff_evidence_evaluate(&search.trial, problem, err);
        if (status != FF_OK)
            break;
        if (!(search.trial.value >= evidence->value - slack)) {
            search.damping = search.damping > 0 ? 8 * search.damping : 0.1;
            continue;
        }
        search.stalled = search.trial.value > evidence->value + slack ? 0 : search.stalled + 1;
        accept(&search);
        search.damping = search.damping > 1e-3 ? search.damping / 8 : 0;
        status = ff_evidence_differentiate(evidence, problem, err);
    }
    search_clear(&search);
    return status;
}
