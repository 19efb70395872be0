/* Zeros that mean "missing": no code that computes a label gets zero to the last bit, unless
 * symmetry makes it so. */

#include "lib/audit/audit_parts.h"

#include "lib/base/memory.h"
#include "lib/structure/elements.h"
#include "lib/structure/neighbour_list.h"

#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Neighbours within this weigh on the question whether a site is symmetric; beyond, forces die out.
 */
static const double reach = 6.0; /* A */

/* Sums of unit vectors below this count as zero: they are of the order of the number of neighbours
 * (10) when there is no symmetry, and of 1e-5 when positions are printed with few digits. */
static const double symmetric = 0.01;

static bool all_zero(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (values[i] != 0)
            return false;
    return true;
}

/* A vector made of the surroundings of an atom can only vanish for all weights of the distance when
 * the site has no direction of its own, which is when symmetry forbids a force. Two weights, and
 * unlike neighbours counted unlike, are enough to see the difference. */
static bool site_is_symmetric(const ff_neighbour_list *list, const ff_frame *frame, size_t atom)
{
    double sum[2][3] = {{0}};
    for (size_t p = list->offset[atom]; p < list->offset[atom + 1]; p++) {
        const double d = list->distance[p], inside = 1 - d * d / (reach * reach);
        const double fade = inside * inside / d * (1 + 0.1 * frame->species[list->neighbour[p]]);
        for (size_t k = 0; k < 3; k++) {
            sum[0][k] += fade * list->vector[3 * p + k];
            sum[1][k] += fade * d * list->vector[3 * p + k];
        }
    }
    for (int w = 0; w < 2; w++)
        for (int k = 0; k < 3; k++)
            if (fabs(sum[w][k]) > symmetric)
                return false;
    return true;
}

/* Atoms whose force is exactly zero although their sites are not symmetric, and those with a force.
 */
static int count_zero_forces(const ff_frame *frame, ff_neighbour_list *list, size_t *suspicious,
                             size_t *moved, ff_error *err)
{
    size_t zero = 0;
    *suspicious = 0;
    for (size_t i = 0; i < frame->atoms; i++)
        zero += all_zero(frame->forces + 3 * i, 3);
    *moved = frame->atoms - zero;
    if (zero == 0)
        return FF_OK;
    int status = ff_neighbour_list_build(list, frame, reach, err);
    if (status == FF_E_RANGE) /* another test speaks of it */
        return FF_OK;
    for (size_t i = 0; i < frame->atoms && status == FF_OK; i++)
        if (all_zero(frame->forces + 3 * i, 3) && !site_is_symmetric(list, frame, i))
            (*suspicious)++;
    return status;
}

/* Whether an energy of zero stands out among those of a group: energies may be counted from one of
 * the frames, which then has zero itself. */
static int zero_stands_out(const ff_audit_work *work, size_t group, bool *stands_out, ff_error *err)
{
    enum { LEAST_FRAMES = 4 };
    size_t count = 0;
    double *energy = ff_new_array(work->dataset->count, sizeof *energy, err);
    if (!energy)
        return FF_E_NOMEM;
    for (size_t i = 0; i < work->dataset->count; i++) {
        const ff_frame *frame = &work->dataset->frames[i];
        if (work->group[i] == group && (frame->labels & FF_LABEL_ENERGY) && frame->atoms > 0 &&
            frame->energy != 0)
            energy[count++] = frame->energy / (double)frame->atoms;
    }
    gsl_sort(energy, 1, count);
    *stands_out = false;
    if (count >= LEAST_FRAMES) {
        const double middle = gsl_stats_median_from_sorted_data(energy, 1, count);
        const double spread = energy[3 * count / 4] - energy[count / 4];
        *stands_out = fabs(middle) > 10 * spread + 0.1; /* eV per atom */
    }
    free(energy);
    return FF_OK;
}

/* Frames by what is zero in them. */
typedef struct zeros {
    ff_audit_frames energy, forces, some_forces, virial;
    size_t atoms, of_atoms; /* of some_forces */
    bool *stands_out;       /* [groups] an energy of zero does */
} zeros;

static int look_at_forces(ff_audit_work *work, zeros *z, size_t i, ff_neighbour_list *list,
                          ff_error *err)
{
    const ff_frame *frame = &work->dataset->frames[i];
    size_t suspicious, moved;
    int status = count_zero_forces(frame, list, &suspicious, &moved, err);
    if (status != FF_OK || suspicious == 0)
        return status;
    work->good[i] &= ~(unsigned)FF_LABEL_FORCES;
    if (moved == 0)
        return ff_audit_frames_add(&z->forces, i, err);
    z->atoms += suspicious;
    z->of_atoms += frame->atoms;
    return ff_audit_frames_add(&z->some_forces, i, err);
}

/* Whether some atoms are near enough for every potential to see them: those with short cutoffs give
 * true zeros beyond. (Silicon at 3.3 A, tungsten at 4.9.) */
static bool are_bonded(const ff_frame *frame, double nearest)
{
    double radius = INFINITY;
    for (size_t i = 0; i < frame->atoms; i++)
        radius = fmin(radius, ff_element_covalent_radius(frame->species[i]));
    return nearest < 3 * radius;
}

static int look_at_frame(ff_audit_work *work, zeros *z, size_t i, ff_neighbour_list *list,
                         ff_error *err)
{
    const ff_frame *frame = &work->dataset->frames[i];
    const bool bound = are_bonded(frame, work->nearest[i]);
    int status = FF_OK;
    if ((frame->labels & FF_LABEL_ENERGY) && frame->energy == 0 && bound &&
        z->stands_out[work->group[i]]) {
        work->good[i] &= ~(unsigned)FF_LABEL_ENERGY;
        status = ff_audit_frames_add(&z->energy, i, err);
    }
    if (status == FF_OK && (frame->labels & FF_LABEL_FORCES) && bound)
        status = look_at_forces(work, z, i, list, err);
    if (status == FF_OK && (frame->labels & FF_LABEL_VIRIAL) && bound &&
        all_zero(frame->virial, 6)) {
        work->good[i] &= ~(unsigned)FF_LABEL_VIRIAL;
        status = ff_audit_frames_add(&z->virial, i, err);
    }
    return status;
}

static int report(ff_audit_work *work, const char *test, ff_audit_frames *set, const char *what,
                  const char *sure, const char *mend, ff_error *err)
{
    ff_audit_finding *finding;
    if (set->count == 0)
        return FF_OK;
    int status = ff_audit_add_finding(work, FF_AUDIT_WRONG, test, set, &finding, err);
    if (status != FF_OK)
        return status;
    (void)snprintf(finding->what, sizeof finding->what, "%s", what);
    (void)snprintf(finding->sure, sizeof finding->sure, "%s", sure);
    (void)snprintf(finding->mend, sizeof finding->mend, "%s", mend);
    return FF_OK;
}

static int report_all(ff_audit_work *work, zeros *z, ff_error *err)
{
    char sure[240];
    int status = report(work, "zeros", &z->energy, "the energy is exactly zero: missing, not zero",
                        "the other energies of the group are far from it",
                        "leave these frames out, or do not read their energy", err);
    if (status == FF_OK)
        status = report(work, "zeros", &z->forces, "all forces are exactly zero: missing, not zero",
                        "the atoms' sites are not symmetric, so that forces cannot vanish",
                        "--drop-zero-forces", err);
    (void)snprintf(sure, sizeof sure,
                   "%zu of %zu atoms have a force of exactly zero on a site that is not symmetric",
                   z->atoms, z->of_atoms);
    if (status == FF_OK)
        status =
            report(work, "zeros", &z->some_forces,
                   "forces of some atoms are exactly zero, as after a calculation that held "
                   "them fixed: missing, not zero",
                   sure, "write forces without constraints (ASE: apply_constraint=False)", err);
    if (status == FF_OK)
        status = report(work, "zeros", &z->virial,
                        "the virial (stress) is exactly zero: missing, not zero",
                        "all six components vanish to the last bit", "--drop-zero-virials", err);
    return status;
}

int ff_audit_zeros(ff_audit_work *work, ff_error *err)
{
    zeros z = {0};
    ff_audit_check *check;
    ff_neighbour_list list;
    ff_neighbour_list_init(&list);
    z.stands_out = ff_new_array(work->groups, sizeof *z.stands_out, err);
    int status = z.stands_out ? FF_OK : FF_E_NOMEM;
    for (size_t g = 0; g < work->groups && status == FF_OK; g++)
        status = zero_stands_out(work, g, &z.stands_out[g], err);
    for (size_t i = 0; i < work->dataset->count && status == FF_OK; i++)
        status = look_at_frame(work, &z, i, &list, err);
    if (status == FF_OK)
        status = ff_audit_add_check(work, "zeros", "", work->dataset->count, "frames", &check, err);
    if (status == FF_OK)
        (void)snprintf(
            check->result, sizeof check->result,
            "zeros for missing: %zu energies, %zu forces (%zu of some atoms), %zu virials",
            z.energy.count, z.forces.count, z.some_forces.count, z.virial.count);
    if (status == FF_OK)
        status = report_all(work, &z, err);
    ff_neighbour_list_clear(&list);
    free(z.stands_out);
    ff_audit_frames_clear(&z.energy);
    ff_audit_frames_clear(&z.forces);
    ff_audit_frames_clear(&z.some_forces);
    ff_audit_frames_clear(&z.virial);
    return status;
}
