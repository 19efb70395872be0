/* Frames whose labels do not belong to their structures. */

#include "lib/audit/referee_verdict.h"

#include "lib/base/memory.h"

#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Frames: what is left of a label against what is left elsewhere (far) and against the label itself
 * (unexplained). Data that are right, of melts at 5000 K beside crystals, reach 8 and 0.2. */
static const double far_energy = 15, least_energy = 0.01;                          /* eV per atom */
static const double far_force = 5, unexplained_force = 0.4, least_force = 0.01;    /* eV/A */
static const double far_virial = 5, unexplained_virial = 0.7, least_virial = 0.01; /* eV per atom */
enum { LEAST_FRAMES = 8 };

/* What is left of the labels of one frame, root mean squares; NaN: no label. */
typedef struct frame_rest {
    double rest[FF_REFEREE_KINDS], label[FF_REFEREE_KINDS];
    double energy;      /* with its sign */
    size_t first_force; /* row among the referee's, or SIZE_MAX */
} frame_rest;

/* Rows. */

static double predicted(const ff_referee_case *c, const double *row, ff_referee_reading_of how)
{
    const double *x = ff_referee_coefficients(c->referee);
    double functions = 0, constants = 0;
    for (size_t k = 0; k < c->rows->functions; k++)
        functions += row[k] * x[k];
    for (size_t k = c->rows->functions; k < c->rows->columns; k++)
        constants += row[k] * x[k];
    return how.ratio * functions + constants;
}

/* How labels of a frame of the dataset are read. */
static ff_referee_reading_of reading_in(const ff_referee_case *c, int kind, size_t frame)
{
    const uint32_t group = c->work->group[frame];
    return c->problem.of[kind][group < FF_REFEREE_MOST_GROUPS ? group : FF_REFEREE_MOST_GROUPS - 1];
}

/* Adds row r of a kind to the sums of its frame. */
static void add_row(frame_rest *to, const ff_referee_case *c, const ff_referee_rows *rows, int kind,
                    size_t r, size_t frame)
{
    const ff_referee_kind *k = &rows->kind[kind];
    const ff_referee_reading_of how = reading_in(c, kind, frame);
    const double label = k->target[how.reading][r];
    const double left = label - predicted(c, k->matrix + r * rows->columns, how);
    if (isnan(to->rest[kind]))
        to->rest[kind] = to->label[kind] = 0;
    to->rest[kind] += left * left;
    to->label[kind] += label * label;
    if (kind == FF_KIND_ENERGY)
        to->energy = left;
}

static void clear_rest(frame_rest *rest)
{
    *rest = (frame_rest){.first_force = SIZE_MAX};
    for (int k = 0; k < FF_REFEREE_KINDS; k++)
        rest->rest[k] = rest->label[k] = NAN;
}

static void finish_rest(frame_rest *rest, const ff_frame *frame)
{
    const double count[FF_REFEREE_KINDS] = {1, 3 * (double)frame->atoms, 6};
    for (int k = 0; k < FF_REFEREE_KINDS; k++) {
        rest->rest[k] = sqrt(rest->rest[k] / count[k]);
        rest->label[k] = sqrt(rest->label[k] / count[k]);
    }
}

/* Frames the referee was made of. */
static void measure_sample(const ff_referee_case *c, frame_rest *rests)
{
    const ff_referee_rows *rows = c->rows;
    for (int kind = 0; kind < FF_REFEREE_KINDS; kind++)
        for (size_t r = 0; r < rows->kind[kind].rows; r++) {
            const size_t frame = rows->frame[rows->kind[kind].frame[r]];
            if (kind == FF_KIND_FORCE && rests[frame].first_force == SIZE_MAX)
                rests[frame].first_force = r;
            add_row(&rests[frame], c, rows, kind, r, frame);
        }
    for (size_t i = 0; i < rows->frames; i++)
        finish_rest(&rests[rows->frame[i]], &c->work->dataset->frames[rows->frame[i]]);
}

/* The others, each by itself. */
typedef struct others {
    const ff_referee_case *c;
    frame_rest *rests;
    const uint32_t *frame;             /* [..] in the dataset */
    ff_ace_row_workspace **workspaces; /* [threads] */
} others;

static int measure_other(size_t index, int thread, void *context, ff_error *err)
{
    const others *o = context;
    const size_t frame = o->frame[index];
    ff_referee_rows block;
    ff_error why = {0};
    int status = FF_OK;
    if (!o->workspaces[thread])
        status = ff_ace_row_workspace_new(&o->workspaces[thread], o->c->rows->basis, err);
    if (status != FF_OK)
        return status;
    status =
        ff_referee_frame_rows(&block, o->c->rows, o->c->work, frame, o->workspaces[thread], &why);
    if (status == FF_E_RANGE) /* closer atoms or other species than the basis is made for */
        return FF_OK;
    if (status != FF_OK) {
        if (err)
            *err = why;
        return status;
    }
    for (int kind = 0; kind < FF_REFEREE_KINDS; kind++)
        for (size_t r = 0; r < block.kind[kind].rows; r++)
            add_row(&o->rests[frame], o->c, &block, kind, r, frame);
    finish_rest(&o->rests[frame], &o->c->work->dataset->frames[frame]);
    ff_referee_rows_clear(&block);
    return FF_OK;
}

/* Frames beyond the sample, until the atoms allowed are used up. */
static int list_others(const ff_referee_case *c, ff_audit_frames *set, size_t *left_out,
                       ff_error *err)
{
    const ff_audit_work *work = c->work;
    bool *sampled = ff_new_array(work->dataset->count, sizeof *sampled, err);
    size_t atoms = 0;
    int status = sampled ? FF_OK : FF_E_NOMEM;
    *left_out = 0;
    for (size_t i = 0; i < c->rows->frames && sampled; i++)
        sampled[c->rows->frame[i]] = true;
    for (size_t i = 0; i < work->dataset->count && status == FF_OK; i++) {
        const size_t size = work->dataset->frames[i].atoms;
        if (sampled[i] || !(work->good[i] & 7u) || !isfinite(work->nearest[i]) ||
            !(work->nearest[i] > 0))
            continue;
        if (atoms + size > work->options->most_atoms) {
            ++*left_out;
            continue;
        }
        atoms += size;
        status = ff_audit_frames_add(set, i, err);
    }
    free(sampled);
    return status;
}

static int measure_others(const ff_referee_case *c, frame_rest *rests, size_t *left_out,
                          ff_error *err)
{
    ff_audit_frames set = {0};
    const size_t threads = (size_t)ff_threads();
    others o = {.c = c, .rests = rests};
    o.workspaces = ff_new_array(threads, sizeof *o.workspaces, err);
    int status = o.workspaces ? list_others(c, &set, left_out, err) : FF_E_NOMEM;
    o.frame = set.frame;
    if (status == FF_OK)
        status = ff_parallel_for(set.count, measure_other, &o, c->work->options->progress, err);
    for (size_t t = 0; t < threads && o.workspaces; t++)
        ff_ace_row_workspace_free(o.workspaces[t]);
    free(o.workspaces);
    ff_audit_frames_clear(&set);
    return status;
}

/* Single frames. */

/* Median over frames of what is left of a kind. */
static int middle_rest(double *middle, const frame_rest *rests, size_t frames, int kind,
                       ff_error *err)
{
    size_t count = 0;
    double *values = ff_new_array(frames, sizeof *values, err);
    if (!values)
        return FF_E_NOMEM;
    for (size_t i = 0; i < frames; i++)
        if (!isnan(rests[i].rest[kind]))
            values[count++] = rests[i].rest[kind];
    gsl_sort(values, 1, count);
    *middle = count ? gsl_stats_median_from_sorted_data(values, 1, count) : 0;
    free(values);
    return FF_OK;
}

/* The frame whose predicted forces are nearest to the labels of frame i, when they are clearly
 * those; else SIZE_MAX. */
static size_t owner_of_forces(const ff_referee_case *c, const frame_rest *rests, size_t i)
{
    const ff_dataset *dataset = c->work->dataset;
    const ff_frame *frame = &dataset->frames[i];
    const ff_referee_kind *k = &c->rows->kind[FF_KIND_FORCE];
    const ff_referee_reading_of how = reading_in(c, FF_KIND_FORCE, i);
    size_t owner = SIZE_MAX;
    double least = 0.3 * rests[i].label[FF_KIND_FORCE];
    for (size_t j = 0; j < dataset->count; j++) {
        const ff_frame *other = &dataset->frames[j];
        double sum = 0;
        if (j == i || rests[j].first_force == SIZE_MAX || other->atoms != frame->atoms ||
            memcmp(other->species, frame->species, frame->atoms * sizeof *frame->species) != 0)
            continue;
        for (size_t r = 0; r < 3 * frame->atoms; r++) {
            const double d =
                frame->forces[r] -
                predicted(c, k->matrix + (rests[j].first_force + r) * c->rows->columns, how);
            sum += d * d;
        }
        const double distance = sqrt(sum / (3 * (double)frame->atoms));
        if (distance < least) {
            least = distance;
            owner = j;
        }
    }
    return owner;
}

static int start_finding(ff_referee_case *c, size_t frame, const char *test,
                         ff_audit_finding **finding, ff_error *err)
{
    ff_audit_frames set = {0};
    int status = ff_audit_frames_add(&set, frame, err);
    if (status == FF_OK)
        status = ff_audit_add_finding(c->work, FF_AUDIT_WRONG, test, &set, finding, err);
    ff_audit_frames_clear(&set);
    return status;
}

static int report_energy(ff_referee_case *c, size_t i, const frame_rest *rest, double scale,
                         ff_error *err)
{
    ff_audit_finding *finding;
    int status = start_finding(c, i, "outliers", &finding, err);
    if (status != FF_OK)
        return status;
    (void)snprintf(finding->what, sizeof finding->what,
                   "the energy is %+.4g eV/atom off what its structure, forces and virial, and the "
                   "other frames imply",
                   rest->energy);
    (void)snprintf(finding->sure, sizeof finding->sure,
                   "%.0f times the %.2g eV/atom by which energies deviate",
                   fabs(rest->energy) / scale, scale);
    (void)snprintf(finding->mend, sizeof finding->mend,
                   "calculate it again (other settings? not converged?), or leave it out");
    return FF_OK;
}

static int report_derivative(ff_referee_case *c, size_t i, int kind, const frame_rest *rests,
                             double middle, ff_error *err)
{
    const frame_rest *rest = &rests[i];
    const bool forces = kind == FF_KIND_FORCE;
    ff_audit_finding *finding;
    const size_t owner = forces ? owner_of_forces(c, rests, i) : SIZE_MAX;
    int status = start_finding(c, i, "outliers", &finding, err);
    if (status != FF_OK)
        return status;
    int used = snprintf(finding->what, sizeof finding->what, "the %s not belong to the structure",
                        forces ? "forces do" : "virial does");
    if (owner != SIZE_MAX)
        (void)snprintf(finding->what + used, sizeof finding->what - (size_t)used,
                       ": they are those of frame %zu", owner + 1);
    (void)snprintf(finding->sure, sizeof finding->sure,
                   "%.3g of %.3g %s unexplained, %.0f times as much as in other frames",
                   rest->rest[kind], rest->label[kind], forces ? "eV/A" : "eV/atom",
                   rest->rest[kind] / middle);
    (void)snprintf(finding->mend, sizeof finding->mend,
                   "find the labels that belong to it, or leave it out");
    return FF_OK;
}

static int judge_frame(ff_referee_case *c, size_t i, const frame_rest *rests, double scale,
                       const double middle[FF_REFEREE_KINDS], ff_error *err)
{
    const frame_rest *rest = &rests[i];
    double far[FF_REFEREE_KINDS];
    int status = FF_OK;
    for (int k = 0; k < FF_REFEREE_KINDS; k++)
        far[k] = isnan(rest->rest[k]) || !(middle[k] > 0) ? 0 : rest->rest[k] / middle[k];
    /* A frame that is hard to describe is so in all of its labels. */
    const double hard = fmax(1, fmax(far[FF_KIND_FORCE], far[FF_KIND_VIRIAL]));
    if (rest->rest[FF_KIND_ENERGY] > fmax(far_energy * hard * scale, least_energy) && scale > 0)
        status = report_energy(c, i, rest, scale, err);
    const double force = rest->rest[FF_KIND_FORCE], virial = rest->rest[FF_KIND_VIRIAL];
    if (status == FF_OK && far[FF_KIND_FORCE] > far_force && force > least_force &&
        force > unexplained_force * rest->label[FF_KIND_FORCE])
        return report_derivative(c, i, FF_KIND_FORCE, rests, middle[FF_KIND_FORCE], err);
    const double energy =
        scale > 0 && !isnan(rest->rest[FF_KIND_ENERGY]) ? rest->rest[FF_KIND_ENERGY] / scale : 0;
    if (status == FF_OK &&
        far[FF_KIND_VIRIAL] > far_virial * fmax(1, fmax(far[FF_KIND_FORCE], energy)) &&
        virial > least_virial && virial > unexplained_virial * rest->label[FF_KIND_VIRIAL])
        return report_derivative(c, i, FF_KIND_VIRIAL, rests, middle[FF_KIND_VIRIAL], err);
    return status;
}

static int judge_rests(ff_referee_case *c, const frame_rest *rests, double scale, size_t left_out,
                       ff_error *err)
{
    const size_t frames = c->work->dataset->count;
    double middle[FF_REFEREE_KINDS];
    size_t judged = 0;
    ff_audit_check *check;
    int status = FF_OK;
    for (int k = 0; k < FF_REFEREE_KINDS && status == FF_OK; k++)
        status = middle_rest(&middle[k], rests, frames, k, err);
    for (size_t i = 0; i < frames; i++)
        judged += !isnan(rests[i].rest[0]) || !isnan(rests[i].rest[1]) || !isnan(rests[i].rest[2]);
    for (size_t i = 0; i < frames && status == FF_OK && judged >= LEAST_FRAMES; i++)
        status = judge_frame(c, i, rests, scale, middle, err);
    if (status == FF_OK)
        status = ff_audit_add_check(c->work, "outliers", "", judged, "frames", &check, err);
    if (status == FF_OK)
        (void)snprintf(check->result, sizeof check->result,
                       "typically unexplained: %.2g eV/atom, %.2g eV/A, %.2g eV/atom of virials%s",
                       scale, middle[FF_KIND_FORCE], middle[FF_KIND_VIRIAL],
                       left_out ? "; not all frames (--atoms)" : "");
    return status;
}

int ff_referee_judge_frames(ff_referee_case *c, ff_error *err)
{
    const size_t frames = c->work->dataset->count;
    double scale, shift[FF_REFEREE_MOST_GROUPS] = {0}, deviation[FF_REFEREE_MOST_GROUPS] = {0};
    size_t left_out = 0;
    frame_rest *rests = ff_new_array(frames, sizeof *rests, err);
    int status = rests ? FF_OK : FF_E_NOMEM;
    for (size_t i = 0; i < frames && rests; i++)
        clear_rest(&rests[i]);
    if (status == FF_OK)
        status = ff_referee_fit_robust(c->referee, &c->problem, &scale, shift, deviation, err);
    if (status == FF_OK)
        status = ff_referee_judge_shifts(c, shift, deviation, err);
    if (status == FF_OK) {
        measure_sample(c, rests);
        status = measure_others(c, rests, &left_out, err);
    }
    if (status == FF_OK)
        status = judge_rests(c, rests, scale, left_out, err);
    free(rests);
    return status;
}
