/* Stiffer than any material: the only sign of a unit of energy that all labels share. */

#include "lib/audit/related.h"

#include "lib/base/memory.h"

#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double gigapascal = 1 / 160.2176634; /* eV/A^3 */

/* Diamond, the stiffest of all, has a bulk modulus of 443 GPa, and moduli rise by 2 to 6 times the
 * pressure; random displacements of its atoms meet a mean restoring constant of 50 eV/A^2 (m w^2
 * averaged over its phonons), and no molecular bond exceeds three times that. */
static const double most_modulus = 700 * (1 / 160.2176634); /* eV/A^3 */
static const double rise = 4, most_off = 2;                 /* of the modulus per pressure */
static const double most_restoring = 150;                   /* eV/A^2 */
static const double least_change = 0.002;                   /* relative change of volume */

/* P = trace of the virial / 3 V. */
static double pressure(const ff_frame *frame)
{
    return (frame->virial[0] + frame->virial[1] + frame->virial[2]) / (3 * ff_frame_volume(frame));
}

/* Bulk moduli at no pressure; counts those beyond the bound. */
static size_t moduli(const ff_audit_work *work, const ff_related *related, double *modulus,
                     size_t *beyond)
{
    size_t count = 0;
    *beyond = 0;
    for (size_t k = 0; k < related->count; k++) {
        const ff_related_pair *p = &related->pair[k];
        const ff_frame *a = &work->dataset->frames[p->first],
                       *b = &work->dataset->frames[p->second];
        const double volume = 0.5 * (ff_frame_volume(a) + ff_frame_volume(b));
        if (fabs(p->volume) < least_change * volume ||
            !(work->good[p->first] & work->good[p->second] & FF_LABEL_VIRIAL))
            continue;
        const double at = 0.5 * (pressure(a) + pressure(b));
        modulus[count] = volume * (pressure(a) - pressure(b)) / p->volume - rise * at;
        *beyond += fabs(modulus[count]) > most_modulus + most_off * fabs(at);
        count++;
    }
    return count;
}

static size_t restoring_constants(const ff_related *related, double *constant, size_t *beyond)
{
    size_t count = 0;
    *beyond = 0;
    for (size_t k = 0; k < related->count; k++) {
        if (isnan(related->pair[k].restoring))
            continue;
        constant[count] = related->pair[k].restoring;
        *beyond += fabs(constant[count]) > most_restoring;
        count++;
    }
    return count;
}

int ff_related_stiffness(ff_audit_series *series, const ff_audit_work *work,
                         const ff_related *related, ff_error *err)
{
    double *values = ff_new_array(related->count, sizeof *values, err);
    if (!values)
        return FF_E_NOMEM;
    series->moduli = moduli(work, related, values, &series->moduli_beyond);
    gsl_sort(values, 1, series->moduli);
    if (series->moduli)
        series->modulus = gsl_stats_median_from_sorted_data(values, 1, series->moduli);
    series->restorings = restoring_constants(related, values, &series->restorings_beyond);
    gsl_sort(values, 1, series->restorings);
    if (series->restorings)
        series->restoring = gsl_stats_median_from_sorted_data(values, 1, series->restorings);
    free(values);
    return FF_OK;
}

/* Reports. */

static int report(ff_audit_work *work, size_t group, unsigned label, const char *sure,
                  ff_error *err)
{
    ff_audit_frames set = {0};
    ff_audit_finding *finding;
    int status = ff_audit_labelled(work, group, label, &set, err);
    if (status == FF_OK)
        status = ff_audit_add_finding(work, FF_AUDIT_WRONG, "stiffness", &set, &finding, err);
    ff_audit_frames_clear(&set);
    if (status != FF_OK)
        return status;
    (void)snprintf(
        finding->what, sizeof finding->what,
        "stiffer than any material: eV read as Ha, Ry or another larger unit, or lengths "
        "read in a smaller one");
    (void)snprintf(finding->sure, sizeof finding->sure, "%s", sure);
    (void)snprintf(finding->mend, sizeof finding->mend,
                   "--units energy=eV, or what the file is in");
    return FF_OK;
}

static int report_group(ff_audit_work *work, size_t group, ff_error *err)
{
    enum { LEAST = 3 };
    const ff_audit_series *s = &work->series[group];
    char sure[240];
    int status = FF_OK;
    if (s->moduli >= LEAST && 2 * s->moduli_beyond > s->moduli &&
        !(work->wrong[group] & FF_LABEL_VIRIAL)) {
        (void)snprintf(sure, sizeof sure,
                       "bulk modulus %.0f GPa from the virials (median of %zu pairs); diamond: 443",
                       s->modulus / gigapascal, s->moduli);
        return report(work, group, FF_LABEL_VIRIAL, sure, err);
    }
    if (s->restorings >= LEAST && 2 * s->restorings_beyond > s->restorings &&
        !(work->wrong[group] & FF_LABEL_FORCES)) {
        (void)snprintf(sure, sizeof sure,
                       "mean restoring constant of displaced atoms %.0f eV/A^2 (median of %zu "
                       "pairs); diamond: 50",
                       s->restoring, s->restorings);
        status = report(work, group, FF_LABEL_FORCES, sure, err);
    }
    return status;
}

/* After units and signs have been judged, which explain a wrong stiffness better. */
int ff_audit_stiffness(ff_audit_work *work, ff_error *err)
{
    int status = FF_OK;
    for (size_t g = 0; g < work->groups && status == FF_OK; g++)
        status = report_group(work, g, err);
    return status;
}
