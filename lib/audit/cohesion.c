/* Energies against those of isolated atoms. */

#include "lib/audit/audit_parts.h"

#include "lib/base/memory.h"

#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Energy per atom against free atoms, eV. Of the elements tungsten is bound most, by 8.9 eV (C.
 * Kittel, Introduction to Solid State Physics, ch. 3), and functionals overbind by a fifth at most;
 * half of a group of structures used for fitting is never this far above. */
static const double most_bound = -12, least_bound = 5;

/* The energy of a frame against its atoms set free. False when not known. */
static bool cohesive_energy(const ff_audit_work *work, size_t frame, double *energy)
{
    const ff_dataset *dataset = work->dataset;
    const ff_frame *f = &dataset->frames[frame];
    double atoms = 0;
    if (!(work->good[frame] & FF_LABEL_ENERGY) || f->atoms == 0)
        return false;
    for (size_t i = 0; i < f->atoms; i++) {
        if (!dataset->isolated_known[f->species[i]])
            return false;
        atoms += dataset->isolated_energy[f->species[i]];
    }
    *energy = (f->energy - atoms) / (double)f->atoms;
    return true;
}

/* What has been seen of all groups. */
typedef struct cohesion {
    size_t known;          /* frames whose cohesive energy is known */
    double least, most;    /* medians of groups beyond the bounds */
    ff_audit_frames wrong; /* frames of these groups */
} cohesion;

static int check_group(ff_audit_work *work, cohesion *c, size_t group, double median, size_t count,
                       ff_error *err)
{
    ff_audit_check *check;
    int status = ff_audit_add_check(work, "isolated atoms", work->group_name[group], count,
                                    "frames", &check, err);
    if (status != FF_OK)
        return status;
    (void)snprintf(check->result, sizeof check->result, "median %.4g eV/atom against free atoms",
                   median);
    if (median >= most_bound && median <= least_bound)
        return FF_OK;
    c->least = fmin(c->least, median);
    c->most = fmax(c->most, median);
    return ff_audit_labelled(work, group, FF_LABEL_ENERGY, &c->wrong, err);
}

static int look_at_group(ff_audit_work *work, cohesion *c, size_t group, double *energies,
                         ff_error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < work->dataset->count; i++)
        if (work->group[i] == group && cohesive_energy(work, i, &energies[count]))
            count++;
    c->known += count;
    if (count == 0)
        return FF_OK;
    gsl_sort(energies, 1, count);
    return check_group(work, c, group, gsl_stats_median_from_sorted_data(energies, 1, count), count,
                       err);
}

static int compare_frames(const void *left, const void *right)
{
    const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

static int report(ff_audit_work *work, cohesion *c, ff_error *err)
{
    ff_audit_finding *finding;
    if (c->wrong.count == 0)
        return FF_OK;
    qsort(c->wrong.frame, c->wrong.count, sizeof *c->wrong.frame, compare_frames);
    int status =
        ff_audit_add_finding(work, FF_AUDIT_WRONG, "isolated atoms", &c->wrong, &finding, err);
    if (status != FF_OK)
        return status;
    (void)snprintf(finding->what, sizeof finding->what,
                   "energies and the energies of isolated atoms cannot be of one kind and unit");
    (void)snprintf(finding->sure, sizeof finding->sure,
                   "medians of groups from %.4g to %.4g eV/atom against free atoms; real materials "
                   "lie between -9 and a little above 0",
                   c->least, c->most);
    (void)snprintf(finding->mend, sizeof finding->mend,
                   "--units energy=..., or --e0 with energies from the same method and settings");
    return FF_OK;
}

/* Frames of one atom that has no neighbour are isolated atoms, whatever their group is called. */
static int look_for_free_atoms(ff_audit_work *work, ff_error *err)
{
    ff_audit_frames set = {0};
    ff_audit_finding *finding;
    int status = FF_OK;
    for (size_t i = 0; i < work->dataset->count && status == FF_OK; i++)
        if (work->dataset->frames[i].atoms == 1 && isinf(work->nearest[i]) &&
            !work->dataset->isolated_known[work->dataset->frames[i].species[0]])
            status = ff_audit_frames_add(&set, i, err);
    if (status == FF_OK && set.count) {
        status = ff_audit_add_finding(work, FF_AUDIT_NOTE, "isolated atoms", &set, &finding, err);
        if (status == FF_OK) {
            (void)snprintf(
                finding->what, sizeof finding->what,
                "one atom without neighbours: an isolated atom that is not known as one");
            (void)snprintf(finding->mend, sizeof finding->mend, "--isolated %.60s", finding->group);
        }
    }
    ff_audit_frames_clear(&set);
    return status;
}

int ff_audit_cohesion(ff_audit_work *work, ff_error *err)
{
    cohesion c = {.least = INFINITY, .most = -INFINITY};
    ff_audit_check *check;
    double *energies = ff_new_array(work->dataset->count, sizeof *energies, err);
    int status = energies ? FF_OK : FF_E_NOMEM;
    for (size_t g = 0; g < work->groups && status == FF_OK; g++)
        status = look_at_group(work, &c, g, energies, err);
    free(energies);
    if (status == FF_OK)
        status = report(work, &c, err);
    ff_audit_frames_clear(&c.wrong);
    if (status == FF_OK && c.known == 0) {
        status = ff_audit_add_check(work, "isolated atoms", "", 0, "frames", &check, err);
        if (status == FF_OK)
            (void)snprintf(check->result, sizeof check->result,
                           "not tested: no energies, or not of all isolated atoms");
    }
    return status == FF_OK ? look_for_free_atoms(work, err) : status;
}
