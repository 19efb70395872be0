/* Forces and virials against energy differences, along series of frames that are the same structure
 * displaced and strained: no model is needed for that. */

#include "lib/audit/related.h"

#include "lib/base/memory.h"

#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* E_j - E_i = a_F W_F + a_V W_V + P (V_j - V_i): slopes a of 1 are right. The last term is a
 * constant stress that the virials have and the energies do not, or the other way round, as from a
 * basis set that changes with the cell (Pulay stress); it says nothing of units and signs. */
enum { FORCES, VIRIALS, VOLUME, COLUMNS };

static const int kind_of[2] = {[FORCES] = FF_KIND_FORCE, [VIRIALS] = FF_KIND_VIRIAL};

enum { LEAST_PAIRS = 6, LEAST_FRAMES = 4 };

typedef struct regression {
    size_t count;
    double *energy, *column[COLUMNS]; /* [count] eV, eV, eV, A^3 */
    double *spread; /* [count] expected scatter, relative to that of other pairs */
    double *scratch;
    bool active[COLUMNS]; /* holds something else than zeros */
} regression;

typedef struct solution {
    double slope[COLUMNS], variance[COLUMNS];
    double scatter; /* robust standard deviation of residual / spread */
} solution;

static void regression_clear(regression *r)
{
    free(r->energy);
    for (int c = 0; c < COLUMNS; c++)
        free(r->column[c]);
    free(r->spread);
    free(r->scratch);
}

static double median_of(double *values, size_t count)
{
    gsl_sort(values, 1, count);
    return gsl_stats_median_from_sorted_data(values, 1, count);
}

/* Typical curvature of a column, 0 when there is none. */
static double typical(regression *r, const ff_related *related, bool virials)
{
    size_t count = 0;
    for (size_t i = 0; i < related->count; i++) {
        const ff_related_pair *p = &related->pair[i];
        const double c = fabs(virials ? p->virial_curvature : p->force_curvature);
        if (c > 0)
            r->scratch[count++] = c;
    }
    return count ? median_of(r->scratch, count) : 0;
}

static int regression_init(regression *r, const ff_related *related, ff_error *err)
{
    const size_t count = related->count;
    bool made = (r->energy = ff_new_array(count, sizeof(double), err)) &&
                (r->spread = ff_new_array(count, sizeof(double), err)) &&
                (r->scratch = ff_new_array(count, sizeof(double), err));
    for (int c = 0; c < COLUMNS && made; c++)
        made = (r->column[c] = ff_new_array(count, sizeof(double), err)) != NULL;
    if (!made)
        return FF_E_NOMEM;
    r->count = count;
    double largest[COLUMNS] = {0}, most = 0;
    const double force_curvature = typical(r, related, false),
                 virial_curvature = typical(r, related, true);
    for (size_t i = 0; i < count; i++) {
        const ff_related_pair *p = &related->pair[i];
        const double works[COLUMNS] = {p->force_work, p->virial_work, p->volume};
        r->energy[i] = p->energy;
        most = fmax(most, fabs(p->energy));
        for (int c = 0; c < COLUMNS; c++) {
            r->column[c][i] = works[c];
            largest[c] = fmax(largest[c], fabs(works[c]));
        }
        /* What the trapezium rule leaves out grows with the curvature; relative ones, since the
         * labels' own scale is in question. */
        r->spread[i] = 0.05;
        if (force_curvature > 0)
            r->spread[i] += fabs(p->force_curvature) / force_curvature;
        if (virial_curvature > 0)
            r->spread[i] += fabs(p->virial_curvature) / virial_curvature;
    }
    for (int c = 0; c < COLUMNS; c++)
        r->active[c] = largest[c] > 1e-9 * fmax(most, 1e-3);
    return FF_OK;
}

/* Inverts the symmetric matrix of the active columns; the others get rows of zeros. False when it
 * is singular. */
static bool invert(double matrix[COLUMNS][COLUMNS], const bool active[COLUMNS])
{
    double inverse[COLUMNS][COLUMNS] = {{0}};
    for (int c = 0; c < COLUMNS; c++)
        inverse[c][c] = active[c];
    for (int c = 0; c < COLUMNS; c++) { /* Gauss-Jordan; positive definite, so no pivoting */
        if (!active[c])
            continue;
        const double pivot = matrix[c][c];
        if (!(pivot > 0))
            return false;
        for (int k = 0; k < COLUMNS; k++) {
            matrix[c][k] /= pivot;
            inverse[c][k] /= pivot;
        }
        for (int r = 0; r < COLUMNS; r++) {
            const double factor = r == c || !active[r] ? 0 : matrix[r][c];
            for (int k = 0; k < COLUMNS; k++) {
                matrix[r][k] -= factor * matrix[c][k];
                inverse[r][k] -= factor * inverse[c][k];
            }
        }
    }
    for (int r = 0; r < COLUMNS; r++)
        for (int c = 0; c < COLUMNS; c++)
            matrix[r][c] = inverse[r][c];
    return true;
}

/* One weighted fit of the free columns; the others keep their slopes. weight: [count]. */
static bool fit_once(const regression *r, const bool free_[COLUMNS], const double *weight,
                     solution *s, double inverse[COLUMNS][COLUMNS])
{
    double right[COLUMNS] = {0}, scale[COLUMNS];
    for (int a = 0; a < COLUMNS; a++)
        for (int b = 0; b < COLUMNS; b++)
            inverse[a][b] = 0;
    for (size_t i = 0; i < r->count; i++) {
        double y = r->energy[i];
        for (int c = 0; c < COLUMNS; c++)
            y -= free_[c] ? 0 : s->slope[c] * r->column[c][i];
        for (int a = 0; a < COLUMNS; a++) {
            if (!free_[a])
                continue;
            right[a] += weight[i] * r->column[a][i] * y;
            for (int b = 0; b < COLUMNS; b++)
                inverse[a][b] += free_[b] ? weight[i] * r->column[a][i] * r->column[b][i] : 0;
        }
    }
    for (int c = 0; c < COLUMNS; c++) /* to unit diagonal: columns differ in unit and size */
        scale[c] = inverse[c][c] > 0 ? 1 / sqrt(inverse[c][c]) : 0;
    for (int a = 0; a < COLUMNS; a++)
        for (int b = 0; b < COLUMNS; b++)
            inverse[a][b] *= scale[a] * scale[b];
    for (int c = 0; c < COLUMNS; c++)
        inverse[c][c] += free_[c] ? 1e-10 : 0;
    if (!invert(inverse, free_))
        return false;
    for (int a = 0; a < COLUMNS; a++) {
        double sum = 0;
        for (int b = 0; b < COLUMNS; b++) {
            inverse[a][b] *= scale[a] * scale[b];
            sum += inverse[a][b] * right[b];
        }
        if (free_[a])
            s->slope[a] = sum;
    }
    return true;
}

static bool settled(const solution *now, const solution *before)
{
    for (int c = 0; c < COLUMNS; c++)
        if (fabs(now->slope[c] - before->slope[c]) > 1e-5 * fabs(now->slope[c]))
            return false;
    return true;
}

/* Least squares made robust by repetition (Huber's weights; P. J. Huber, Ann. Math. Stat. 35, 73
 * (1964)), so that a frame with a wrong label does not decide. s->slope of columns that are not
 * free is given. */
static int solve(regression *r, const bool free_[COLUMNS], solution *s, ff_error *err)
{
    enum { REPETITIONS = 40 };
    double inverse[COLUMNS][COLUMNS];
    double *weight = ff_new_array(r->count, sizeof *weight, err);
    if (!weight)
        return FF_E_NOMEM;
    for (size_t i = 0; i < r->count; i++)
        weight[i] = 1 / (r->spread[i] * r->spread[i]);
    for (int k = 0; k < REPETITIONS; k++) {
        const solution before = *s;
        if (!fit_once(r, free_, weight, s, inverse))
            break;
        for (size_t i = 0; i < r->count; i++) {
            double residual = r->energy[i];
            for (int c = 0; c < COLUMNS; c++)
                residual -= r->active[c] ? s->slope[c] * r->column[c][i] : 0;
            weight[i] = fabs(residual) / r->spread[i];
            r->scratch[i] = weight[i];
        }
        s->scatter = 1.4826 * median_of(r->scratch, r->count) + 1e-300;
        for (size_t i = 0; i < r->count; i++) {
            const double far = weight[i] / (1.5 * s->scatter);
            weight[i] = 1 / (r->spread[i] * r->spread[i]) / (far > 1 ? far : 1);
        }
        if (k > 0 && settled(s, &before))
            break;
    }
    for (int c = 0; c < COLUMNS; c++)
        s->variance[c] = free_[c] ? inverse[c][c] * s->scatter * s->scatter : 0;
    free(weight);
    return FF_OK;
}

/* Frames that occur in pairs. */
static int count_frames(const ff_audit_work *work, const ff_related *related, size_t *frames,
                        ff_error *err)
{
    bool *seen = ff_new_array(work->dataset->count, sizeof *seen, err);
    if (!seen)
        return FF_E_NOMEM;
    *frames = 0;
    for (size_t i = 0; i < related->count; i++) {
        const uint32_t ends[2] = {related->pair[i].first, related->pair[i].second};
        for (int k = 0; k < 2; k++) {
            *frames += !seen[ends[k]];
            seen[ends[k]] = true;
        }
    }
    free(seen);
    return FF_OK;
}

static void keep_solution(ff_audit_series *series, const regression *r, const solution *found,
                          const solution *right)
{
    /* Pairs of the same frames are not independent: there is as much to learn as there are frames.
     */
    const double dependence = sqrt((double)r->count / (double)series->frames);
    for (int c = FORCES; c <= VIRIALS; c++) {
        const double deviation = dependence * sqrt(found->variance[c]);
        if (!r->active[c] || !(deviation < 0.3 * fabs(found->slope[c])))
            continue;
        series->has[kind_of[c]] = true;
        series->slope[kind_of[c]] = found->slope[c];
        series->uncertainty[kind_of[c]] = deviation;
    }
    if (r->active[VOLUME]) {
        series->offset = found->slope[VOLUME];
        series->offset_uncertainty = dependence * sqrt(found->variance[VOLUME]);
    }
    series->gain = right->scatter / found->scatter;
}

static int regress(ff_audit_series *series, const ff_related *related, ff_error *err)
{
    regression r = {0};
    solution found = {{0}, {0}, 0}, right = {{1, 1, 0}, {0}, 0};
    int status = regression_init(&r, related, err);
    if (status == FF_OK) {
        const bool all[COLUMNS] = {r.active[0], r.active[1], r.active[2]};
        const bool offset[COLUMNS] = {false, false, r.active[2]};
        status = solve(&r, all, &found, err);
        if (status == FF_OK)
            status = solve(&r, offset, &right, err);
    }
    if (status == FF_OK)
        keep_solution(series, &r, &found, &right);
    regression_clear(&r);
    return status;
}

/* Reports. */

static int report_kind(ff_audit_work *work, size_t group, int kind, ff_error *err)
{
    const ff_audit_series *series = &work->series[group];
    const bool virial = kind == FF_KIND_VIRIAL;
    ff_audit_check *check;
    if (!series->has[kind])
        return FF_OK;
    int status =
        ff_audit_add_check(work, virial ? "virials along strains" : "forces along displacements",
                           work->group_name[group], series->pairs, "pairs", &check, err);
    if (status != FF_OK)
        return status;
    const double slope = series->slope[kind];
    check->ratio = 1 / slope;
    check->uncertainty = series->uncertainty[kind] / (slope * slope);
    (void)snprintf(check->result, sizeof check->result, "of what energy differences imply");
    const double offset = series->offset * 160.2176634;
    if (virial && fabs(series->offset) > 5 * series->offset_uncertainty && fabs(offset) > 0.05)
        (void)snprintf(check->result, sizeof check->result,
                       "of what energy differences imply, beside a constant pressure of %.2f GPa",
                       offset);
    return FF_OK;
}

static int look_at_group(ff_audit_work *work, size_t group, ff_error *err)
{
    ff_audit_series *series = &work->series[group];
    ff_related related;
    int status = ff_related_find(&related, work, group, err);
    if (status != FF_OK)
        return status;
    series->pairs = related.count;
    if (related.count)
        status = count_frames(work, &related, &series->frames, err);
    if (status == FF_OK && related.count >= LEAST_PAIRS && series->frames >= LEAST_FRAMES)
        status = regress(series, &related, err);
    if (status == FF_OK)
        status = report_kind(work, group, FF_KIND_FORCE, err);
    if (status == FF_OK)
        status = report_kind(work, group, FF_KIND_VIRIAL, err);
    if (status == FF_OK)
        status = ff_related_stiffness(series, work, &related, err);
    ff_related_clear(&related);
    return status;
}

int ff_audit_series_test(ff_audit_work *work, ff_error *err)
{
    ff_audit_check *check;
    bool tested = false;
    int status = FF_OK;
    for (size_t g = 0; g < work->groups && status == FF_OK; g++) {
        status = look_at_group(work, g, err);
        tested =
            tested || work->series[g].has[FF_KIND_FORCE] || work->series[g].has[FF_KIND_VIRIAL];
    }
    if (status == FF_OK && !tested) {
        status = ff_audit_add_check(work, "series", "", 0, "pairs", &check, err);
        if (status == FF_OK)
            (void)snprintf(check->result, sizeof check->result,
                           "not tested: too few frames are the same structure, displaced or "
                           "strained a little");
    }
    return status;
}
