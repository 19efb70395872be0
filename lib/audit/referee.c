/* A reference model made of the dataset itself: labels that one smooth potential explains are right
 * in unit and sign, whatever the structures; labels that fit nothing are not. */

#include "lib/audit/referee_verdict.h"

#include <math.h>
#include <stdio.h>

static int say_why_not(ff_audit_work *work, const char *why, ff_error *err)
{
    ff_audit_check *check;
    int status = ff_audit_add_check(work, "reference model", "", 0, "frames", &check, err);
    if (status == FF_OK)
        (void)snprintf(check->result, sizeof check->result, "%s", why);
    return status;
}

/* How much of each kind the model explains in the end. */
static int say_how_well(const ff_referee_case *c, ff_error *err)
{
    ff_referee_rest rest;
    ff_audit_check *check;
    int status = ff_referee_fit(c->referee, &c->problem, &rest, err);
    if (status == FF_OK)
        status = ff_audit_add_check(c->work, "reference model", "", c->rows->frames, "frames",
                                    &check, err);
    if (status != FF_OK)
        return status;
    int used = snprintf(check->result, sizeof check->result,
                        "%zu functions leave unexplained:", c->rows->functions);
    for (int k = 0; k < FF_REFEREE_KINDS; k++)
        if (c->rows->kind[k].rows)
            used += snprintf(check->result + used, sizeof check->result - (size_t)used,
                             "%s %.2g %% of %s", k ? "," : "", 100 * rest.kind[k],
                             ff_audit_kind_names[k]);
    return FF_OK;
}

/* Labels that energy differences alone find wrong, and the referee does not speak of. */
static int report_series(const ff_referee_case *c, size_t group, int kind, ff_error *err)
{
    static const double least_gain = 3, least_log = 0.25, sure = 6;
    ff_audit_work *work = c->work;
    const ff_audit_series *series = &work->series[group];
    const double slope = series->slope[kind], off = series->uncertainty[kind];
    ff_audit_frames set = {0};
    ff_audit_finding *finding;
    ff_audit_words words;
    const bool differs = slope < 0 || fabs(log(slope)) > least_log;
    if (!series->has[kind] || series->gain < least_gain || !differs || fabs(slope - 1) < sure * off)
        return FF_OK;
    int status = ff_audit_labelled(work, group, 1u << kind, &set, err);
    if (status == FF_OK)
        status = ff_audit_add_finding(work, FF_AUDIT_WRONG, "units and signs", &set, &finding, err);
    ff_audit_frames_clear(&set);
    if (status != FF_OK)
        return status;
    /* Both forces and virials off by the same: the energies are, by the inverse. */
    const int other = kind == FF_KIND_FORCE ? FF_KIND_VIRIAL : FF_KIND_FORCE;
    const bool both = series->has[other] && fabs(series->slope[other] / slope - 1) < 0.1;
    const size_t first = finding->frames ? finding->frame[0] : 0;
    const ff_audit_ratio ratio = {.kind = both ? FF_KIND_ENERGY : kind,
                                  .ratio = both ? slope : 1 / slope,
                                  .volume = ff_frame_volume(&work->dataset->frames[first]),
                                  .atoms = work->dataset->frames[first].atoms};
    work->wrong[group] |= 1u << ratio.kind;
    ff_audit_explain_ratio(&ratio, &words);
    (void)snprintf(finding->mend, sizeof finding->mend, "%s", words.mend);
    finding->ratio = ratio.ratio;
    finding->uncertainty = both ? off : off / (slope * slope);
    (void)snprintf(finding->what, sizeof finding->what, "%s: %s%s", ff_audit_kind_names[ratio.kind],
                   words.what, both ? "" : " (or the energies are off by the inverse)");
    (void)snprintf(finding->sure, sizeof finding->sure,
                   "%.4g +- %.2g of what energy differences of %zu pairs imply; scatter %.3g times "
                   "less so",
                   ratio.ratio, finding->uncertainty, series->pairs, series->gain);
    return FF_OK;
}

static int report_all_series(const ff_referee_case *c, ff_error *err)
{
    int status = FF_OK;
    for (size_t g = 0; g < c->work->groups && status == FF_OK; g++)
        for (int k = FF_KIND_FORCE; k <= FF_KIND_VIRIAL && status == FF_OK; k++) {
            const bool spoken = c->found[FF_KIND_ENERGY] || c->found[k] ||
                                (g < FF_REFEREE_MOST_GROUPS && c->found_in[k][g]);
            const size_t before = c->work->audit->findings;
            if (!spoken)
                status = report_series(c, g, k, err);
            if (c->work->audit->findings > before)
                break; /* one finding, which speaks of both */
        }
    return status;
}

/* All questions, in order. */
static int judge(ff_referee_case *c, ff_error *err)
{
    int status = ff_referee_new(&c->referee, c->rows, err);
    if (status == FF_OK)
        status = ff_referee_judge_units(c, err);
    if (status == FF_OK)
        status = say_how_well(c, err);
    return status == FF_OK ? ff_referee_judge_frames(c, err) : status;
}

int ff_audit_referee_test(ff_audit_work *work, ff_error *err)
{
    ff_referee_rows rows = {0};
    ff_referee_case c = {.work = work, .rows = &rows};
    const char *why = NULL;
    ff_error trouble = {0};
    int status = FF_OK;
    ff_referee_problem_init(&c.problem);
    if (work->options->most_atoms == 0)
        why = "not tested: not asked for";
    else
        status = ff_referee_rows_make(&rows, &why, work, &trouble);
    if (status == FF_OK && !why)
        status = judge(&c, &trouble);
    /* Data that no model can be made of are no failure of the audit. */
    if (status == FF_E_NUMERIC || status == FF_E_RANGE) {
        why = "not tested: no reference model can be made of these data";
        status = FF_OK;
    }
    if (status != FF_OK && err)
        *err = trouble;
    if (status == FF_OK && why)
        status = say_why_not(work, why, err);
    if (status == FF_OK)
        status = report_all_series(&c, err);
    ff_referee_free(c.referee);
    ff_referee_rows_clear(&rows);
    return status;
}
