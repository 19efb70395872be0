/* How close atoms come, in angstrom and against the sum of their covalent radii. */

#include "lib/audit/audit_parts.h"

#include "lib/base/memory.h"
#include "lib/structure/elements.h"
#include "lib/structure/neighbour_list.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double first_cutoff = 3.0, last_cutoff = 5.0; /* A */

/* Nearer than these fractions of the sum of covalent radii: no material at any pressure; not most
 * frames of a group; hardly but in studies of collisions. (Silicon at 0.5 is 1.1 A.) */
static const double impossible = 0.2, seldom = 0.35, unusual = 0.5;

/* The closest pair of a frame, in units of the sum of radii. */
typedef struct closest {
    double share, distance;
    size_t atom, other;
    bool on_top; /* closer than the neighbour list allows */
} closest;

typedef struct task {
    ff_audit_work *work;
    ff_neighbour_list *lists; /* [threads] */
    closest *closest;         /* [frames] */
} task;

static void look_through(closest *c, double *nearest, const ff_neighbour_list *list,
                         const ff_frame *frame)
{
    for (size_t i = 0; i < frame->atoms; i++)
        for (size_t p = list->offset[i]; p < list->offset[i + 1]; p++) {
            const size_t j = list->neighbour[p];
            const double share =
                list->distance[p] / (ff_element_covalent_radius(frame->species[i]) +
                                     ff_element_covalent_radius(frame->species[j]));
            *nearest = fmin(*nearest, list->distance[p]);
            if (share < c->share)
                *c = (closest){share, list->distance[p], i, j, false};
        }
}

static int measure(size_t index, int thread, void *context, ff_error *err)
{
    const task *t = context;
    const ff_frame *frame = &t->work->dataset->frames[index];
    closest *c = &t->closest[index];
    double *nearest = &t->work->nearest[index];
    ff_error why = {0};
    *c = (closest){.share = INFINITY, .distance = INFINITY};
    *nearest = INFINITY;
    for (int wide = 0; wide < 2 && isinf(*nearest); wide++) {
        const double cutoff = wide ? last_cutoff : first_cutoff;
        int status = ff_neighbour_list_build(&t->lists[thread], frame, cutoff, &why);
        if (status == FF_E_RANGE) { /* atoms on top of one another, or a cell as thin */
            *c = (closest){.share = 0, .distance = 0, .on_top = true};
            *nearest = 0;
            return FF_OK;
        }
        if (status != FF_OK) {
            if (err)
                *err = why;
            return status;
        }
        look_through(c, nearest, &t->lists[thread], frame);
    }
    return FF_OK;
}

static int report(const task *t, ff_audit_level level, double limit, ff_audit_frames *set,
                  ff_error *err)
{
    ff_audit_work *work = t->work;
    ff_audit_finding *finding;
    if (set->count == 0)
        return FF_OK;
    size_t where = set->frame[0];
    for (size_t k = 1; k < set->count; k++)
        if (t->closest[set->frame[k]].share < t->closest[where].share)
            where = set->frame[k];
    const closest *worst = &t->closest[where];
    const ff_frame *frame = &work->dataset->frames[where];
    int status = ff_audit_add_finding(work, level, "distances", set, &finding, err);
    if (status != FF_OK)
        return status;
    if (worst->on_top)
        (void)snprintf(finding->what, sizeof finding->what,
                       "atoms on top of one another, or a cell too thin to hold atoms");
    else
        (void)snprintf(finding->what, sizeof finding->what,
                       "atoms come closer than %g of the sum of their covalent radii", limit);
    (void)snprintf(finding->sure, sizeof finding->sure,
                   "closest: %s %zu and %s %zu, %.3f A apart, %.2f of the sum",
                   ff_element_symbol(frame->species[worst->atom]), worst->atom + 1,
                   ff_element_symbol(frame->species[worst->other]), worst->other + 1,
                   worst->distance, worst->share);
    if (level == FF_AUDIT_WRONG)
        (void)snprintf(
            finding->mend, sizeof finding->mend,
            "are lengths in another unit (--units length=...), or positions fractional?");
    return FF_OK;
}

static int report_group(const task *t, size_t group, ff_error *err)
{
    ff_audit_work *work = t->work;
    ff_audit_frames wrong = {0}, close = {0};
    ff_audit_check *check;
    size_t frames = 0, near = 0;
    double share = INFINITY, distance = INFINITY;
    int status = FF_OK;
    for (size_t i = 0; i < work->dataset->count; i++) {
        if (work->group[i] != group)
            continue;
        frames++;
        near += t->closest[i].share < seldom;
        share = fmin(share, t->closest[i].share);
        distance = fmin(distance, work->nearest[i]);
    }
    const bool most = 2 * near > frames;
    for (size_t i = 0; i < work->dataset->count && status == FF_OK; i++)
        if (work->group[i] == group && t->closest[i].share < unusual)
            status = ff_audit_frames_add(most || t->closest[i].share < impossible ? &wrong : &close,
                                         i, err);
    if (status == FF_OK)
        status = report(t, FF_AUDIT_WRONG, most ? seldom : impossible, &wrong, err);
    if (status == FF_OK)
        status = report(t, FF_AUDIT_NOTE, unusual, &close, err);
    if (status == FF_OK)
        status = ff_audit_add_check(work, "distances", work->group_name[group], frames, "frames",
                                    &check, err);
    if (status == FF_OK) {
        if (isinf(share))
            (void)snprintf(check->result, sizeof check->result, "no pair within %g A", last_cutoff);
        else
            (void)snprintf(check->result, sizeof check->result,
                           "shortest %.3f A; %.2f of the sum of covalent radii", distance, share);
    }
    ff_audit_frames_clear(&wrong);
    ff_audit_frames_clear(&close);
    return status;
}

int ff_audit_distances(ff_audit_work *work, ff_error *err)
{
    const size_t threads = (size_t)ff_threads();
    task t = {.work = work};
    int status = FF_E_NOMEM;
    if ((t.lists = ff_new_array(threads, sizeof *t.lists, err)) &&
        (t.closest = ff_new_array(work->dataset->count, sizeof *t.closest, err)))
        status = ff_parallel_for(work->dataset->count, measure, &t, NULL, err);
    for (size_t g = 0; g < work->groups && status == FF_OK; g++)
        status = report_group(&t, g, err);
    for (size_t i = 0; t.lists && i < threads; i++)
        ff_neighbour_list_clear(&t.lists[i]);
    free(t.lists);
    free(t.closest);
    return status;
}
