/* Forces of a structure sum to zero: moving all atoms together costs nothing. */

#include "lib/audit/audit_parts.h"

#include <math.h>
#include <stdio.h>

/* The sum of the forces against what it would be if they had nothing to do with one another, which
 * is 1. Codes that integrate on a grid leave some hundredths. */
static const double noted = 0.05, wrong = 0.25;
static const double least = 0.02; /* eV/A: sums below this are noise, whatever the forces */

/* |sum| and its share of what independent forces would give. */
static double force_sum(const ff_frame *frame, double *share)
{
    double sum[3] = {0}, squares = 0;
    for (size_t i = 0; i < frame->atoms; i++)
        for (size_t k = 0; k < 3; k++) {
            sum[k] += frame->forces[3 * i + k];
            squares += frame->forces[3 * i + k] * frame->forces[3 * i + k];
        }
    const double length = sqrt(sum[0] * sum[0] + sum[1] * sum[1] + sum[2] * sum[2]);
    *share = squares > 0 ? length / sqrt(squares) : 0;
    return length;
}

typedef struct sums {
    ff_audit_frames wrong, noted;
    double worst[2], worst_share[2]; /* of the wrong, of the noted */
} sums;

static int report(ff_audit_work *work, sums *s, ff_audit_level level, ff_error *err)
{
    const int which = level == FF_AUDIT_WRONG ? 0 : 1;
    ff_audit_frames *set = which == 0 ? &s->wrong : &s->noted;
    ff_audit_finding *finding;
    if (set->count == 0)
        return FF_OK;
    int status = ff_audit_add_finding(work, level, "force sums", set, &finding, err);
    if (status != FF_OK)
        return status;
    (void)snprintf(finding->what, sizeof finding->what, "forces do not sum to zero");
    (void)snprintf(finding->sure, sizeof finding->sure,
                   "the largest sum is %.3g eV/A, %.2g of what unrelated forces would give",
                   s->worst[which], s->worst_share[which]);
    (void)snprintf(finding->mend, sizeof finding->mend, "%s",
                   which == 0
                       ? "are forces of some atoms missing or zeroed (constraints), or atoms "
                         "in another order than their forces?"
                       : "noise of a coarse grid; a model that conserves momentum cannot fit "
                         "it");
    return FF_OK;
}

int ff_audit_force_sums(ff_audit_work *work, ff_error *err)
{
    sums s = {0};
    ff_audit_check *check;
    size_t tested = 0;
    double largest = 0;
    int status = FF_OK;
    for (size_t i = 0; i < work->dataset->count && status == FF_OK; i++) {
        const ff_frame *frame = &work->dataset->frames[i];
        double share;
        if (!(work->good[i] & FF_LABEL_FORCES))
            continue;
        const double sum = force_sum(frame, &share);
        tested++;
        largest = fmax(largest, sum);
        /* A lone atom, or forces printed with few digits. */
        if (share < noted || sum < least)
            continue;
        const int which = share >= wrong ? 0 : 1;
        if (sum > s.worst[which]) {
            s.worst[which] = sum;
            s.worst_share[which] = share;
        }
        status = ff_audit_frames_add(which == 0 ? &s.wrong : &s.noted, i, err);
    }
    if (status == FF_OK)
        status = ff_audit_add_check(work, "force sums", "", tested, "frames", &check, err);
    if (status == FF_OK && tested)
        (void)snprintf(check->result, sizeof check->result, "largest %.2g eV/A", largest);
    if (status == FF_OK)
        status = report(work, &s, FF_AUDIT_WRONG, err);
    if (status == FF_OK)
        status = report(work, &s, FF_AUDIT_NOTE, err);
    ff_audit_frames_clear(&s.wrong);
    ff_audit_frames_clear(&s.noted);
    return status;
}
