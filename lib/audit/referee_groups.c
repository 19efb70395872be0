/* Groups whose energies are shifted against those of the others. */

#include "lib/audit/referee_verdict.h"

#include <math.h>
#include <stdio.h>

/* A shift is believed at this many standard deviations: the model's own errors are not random, and
 * reach 60 of them between crystals and hot copies of them, up to 0.3 eV per atom; and when it is
 * as large as these shares of the spread of energies within groups, and of the difference of means:
 * a model that has seen nothing in between may misjudge the difference by half. */
static const double sure_shift = 25, least_shift = 0.3; /* eV per atom */
static const double share_of_spread = 0.5, share_of_difference = 0.6;

/* Nor is anything said of a group whose atoms keep distances that the others do not have. */
static const double least_overlap = 0.5;         /* of the group's frames */
static const double closer = 1.5, farther = 1.1; /* than the others' shortest distances */

/* Range of the shortest distances in frames of a group, or of all others. */
static void distances_of(const ff_audit_work *work, size_t group, bool others, double range[2])
{
    range[0] = INFINITY;
    range[1] = 0;
    for (size_t i = 0; i < work->dataset->count; i++) {
        if ((work->group[i] == group) == others || !isfinite(work->nearest[i]) ||
            !(work->good[i] & FF_LABEL_ENERGY))
            continue;
        range[0] = fmin(range[0], work->nearest[i]);
        range[1] = fmax(range[1], work->nearest[i]);
    }
}

static bool overlaps(const ff_audit_work *work, size_t group)
{
    double range[2], inside = 0, all = 0;
    distances_of(work, group, true, range);
    for (size_t i = 0; i < work->dataset->count; i++) {
        if (work->group[i] != group || !(work->good[i] & FF_LABEL_ENERGY))
            continue;
        all++;
        inside += work->nearest[i] > range[0] / closer && work->nearest[i] < range[1] * farther;
    }
    return inside >= least_overlap * all;
}

static int report(ff_referee_case *c, size_t group, double shift, double deviation, ff_error *err)
{
    ff_audit_frames set = {0};
    ff_audit_finding *finding;
    int status = ff_audit_labelled(c->work, group, FF_LABEL_ENERGY, &set, err);
    if (status == FF_OK)
        status = ff_audit_add_finding(c->work, FF_AUDIT_WRONG, "energies of groups", &set, &finding,
                                      err);
    ff_audit_frames_clear(&set);
    if (status != FF_OK)
        return status;
    (void)snprintf(finding->what, sizeof finding->what,
                   "the group's energies are shifted by %+.4g eV/atom against the other groups: "
                   "another pseudopotential, functional, reference or unit",
                   shift);
    (void)snprintf(finding->sure, sizeof finding->sure,
                   "%+.4g +- %.2g eV/atom, %.0f standard deviations, of what forces, virials and "
                   "the other groups imply",
                   shift, deviation, fabs(shift) / fmax(deviation, 1e-12));
    (void)snprintf(finding->mend, sizeof finding->mend,
                   "calculate the group again with the settings of the others, or leave its "
                   "energies out");
    return FF_OK;
}

/* The group whose shift half of the frames lie below. */
static size_t middle_group(const ff_referee_case *c, const double *shift, const size_t *frames)
{
    size_t middle = 0;
    double all = 0;
    for (size_t g = 0; g < c->rows->groups; g++)
        all += (double)frames[g];
    for (size_t g = 0; g < c->rows->groups; g++) {
        double below = 0, above = 0;
        for (size_t h = 0; h < c->rows->groups; h++) {
            below += shift[h] < shift[g] ? (double)frames[h] : 0;
            above += shift[h] > shift[g] ? (double)frames[h] : 0;
        }
        if (frames[g] && below <= all / 2 && above <= all / 2)
            middle = g;
    }
    return middle;
}

int ff_referee_judge_shifts(ff_referee_case *c, const double *shift, const double *deviation,
                            ff_error *err)
{
    const ff_referee_rows *rows = c->rows;
    const ff_referee_kind *energies = &rows->kind[FF_KIND_ENERGY];
    const double unit = fabs(c->problem.of[FF_KIND_ENERGY][0].ratio);
    const double least =
        fmax(unit * least_shift, share_of_spread * ff_referee_energy_spread(c->referee));
    size_t frames[FF_REFEREE_MOST_GROUPS] = {0};
    double largest = 0;
    ff_audit_check *check;
    if (rows->groups < 2 || rows->groups >= FF_REFEREE_MOST_GROUPS || energies->rows == 0 ||
        rows->kind[FF_KIND_FORCE].rows + rows->kind[FF_KIND_VIRIAL].rows == 0)
        return FF_OK;
    for (size_t r = 0; r < energies->rows; r++)
        frames[rows->group[energies->frame[r]]]++;
    const size_t middle = middle_group(c, shift, frames);
    int status = FF_OK;
    for (size_t g = 0; g < rows->groups && status == FF_OK; g++) {
        const double off = shift[g] - shift[middle];
        const double unsure = hypot(deviation[g], deviation[middle]);
        const double difference =
            ff_referee_energy_mean(c->referee, g) - ff_referee_energy_mean(c->referee, middle);
        if (!frames[g] || !overlaps(c->work, g))
            continue;
        largest = fmax(largest, fabs(off));
        if (fabs(off) > fmax(least, sure_shift * unsure) &&
            fabs(off) > share_of_difference * fabs(difference))
            status = report(c, g, off, unsure, err);
    }
    if (status == FF_OK)
        status = ff_audit_add_check(c->work, "energies of groups", "", rows->groups, "groups",
                                    &check, err);
    if (status == FF_OK)
        (void)snprintf(check->result, sizeof check->result,
                       "largest shift %.2g eV/atom against the middle one", largest);
    return status;
}
