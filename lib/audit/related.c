#include "lib/audit/related.h"

#include "lib/base/memory.h"
#include "lib/structure/lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How far apart two frames may be for the trapezium rule to hold well. */
static const double most_strain = 0.1;        /* largest component */
static const double most_displacement = 0.13; /* of any atom, in nearest-neighbour distances */

/* Below these a frame has not been strained, an atom not been moved, but for rounding. */
static const double least_strain = 1e-7, least_displacement = 1e-6; /* A */

/* Atoms compared in all, over all pairs of a family, and pairs kept of a group. */
static const double most_work = 3e8;
enum { MOST_PAIRS = 1000000 };

void ff_related_clear(ff_related *related)
{
    free(related->pair);
    *related = (ff_related){0};
}

static bool same_species(const ff_frame *a, const ff_frame *b)
{
    return a->atoms == b->atoms && memcmp(a->periodic, b->periodic, sizeof a->periodic) == 0 &&
           memcmp(a->species, b->species, a->atoms * sizeof *a->species) == 0;
}

/* Cells of frames without one: positions count in A then. */
static void cell_of(double cell[9], const ff_frame *frame)
{
    const bool periodic = frame->periodic[0] || frame->periodic[1] || frame->periodic[2];
    for (int k = 0; k < 9; k++)
        cell[k] = periodic ? frame->cell[k] : k % 4 == 0;
}

/* h^-1 dh, and the largest component of its symmetric part. */
static double strain_of(double strain[9], const double cell[9], const double change[9])
{
    double inverse[9], largest = 0;
    ff_lattice_inverse(inverse, cell);
    for (int r = 0; r < 3; r++)
        ff_row_times_matrix(strain + 3 * r, inverse + 3 * r, change);
    for (int r = 0; r < 3; r++)
        for (int c = 0; c <= r; c++)
            largest = fmax(largest, fabs(0.5 * (strain[3 * r + c] + strain[3 * c + r])));
    return largest;
}

static double contract(const double voigt[6], const double strain[9])
{
    static const int row[6] = {0, 1, 2, 1, 0, 0}, column[6] = {0, 1, 2, 2, 2, 1};
    double sum = 0;
    for (int i = 0; i < 6; i++) {
        const int r = row[i], c = column[i];
        sum += voigt[i] * (i < 3 ? strain[3 * r + c] : strain[3 * r + c] + strain[3 * c + r]);
    }
    return sum;
}

/* Scratch of one search. */
typedef struct search {
    const ff_audit_work *work;
    double *fraction;   /* [frames of the group][3 x most atoms], or what is at hand */
    size_t width;       /* 3 x most atoms */
    double *difference; /* [width] */
} search;

/* Fractional displacements, with the mean (which costs no energy) taken off. Returns the largest
 * of them in A. */
static double displacements(search *s, const ff_frame *frame, const double cell[9],
                            const double *from, const double *to)
{
    double mean[3] = {0}, largest = 0;
    double *d = s->difference;
    for (size_t i = 0; i < frame->atoms; i++)
        for (size_t k = 0; k < 3; k++) {
            double *x = &d[3 * i + k];
            *x = (to[3 * i + k] - from[3 * i + k]) - (to[k] - from[k]);
            *x -= frame->periodic[k] ? round(*x) : 0;
            mean[k] += *x / (double)frame->atoms;
        }
    for (size_t i = 0; i < frame->atoms; i++) {
        double x[3];
        for (size_t k = 0; k < 3; k++)
            d[3 * i + k] -= mean[k];
        ff_row_times_matrix(x, d + 3 * i, cell);
        largest = fmax(largest, ff_vector_dot(x, x));
    }
    return sqrt(largest);
}

/* -sum F_a . (ds_a h), and the squared length of the displacements. */
static double force_work(const ff_frame *frame, const double cell[9], const double *difference,
                         double *square)
{
    double sum = 0;
    *square = 0;
    for (size_t i = 0; i < frame->atoms; i++) {
        double x[3];
        ff_row_times_matrix(x, difference + 3 * i, cell);
        sum -= ff_vector_dot(frame->forces + 3 * i, x);
        *square += ff_vector_dot(x, x);
    }
    return sum;
}

/* Fills the pair; false when the frames are too far apart, or lack a label that is needed. */
static bool relate(search *s, ff_related_pair *pair, const double *from, const double *to)
{
    const ff_audit_work *work = s->work;
    const size_t i = pair->first, j = pair->second;
    const ff_frame *a = &work->dataset->frames[i], *b = &work->dataset->frames[j];
    const unsigned labels = work->good[i] & work->good[j];
    double cells[2][9], change[9], strain[2][9], square;
    cell_of(cells[0], a);
    cell_of(cells[1], b);
    for (int k = 0; k < 9; k++)
        change[k] = cells[1][k] - cells[0][k];
    const double strained =
        fmax(strain_of(strain[0], cells[0], change), strain_of(strain[1], cells[1], change));
    if (strained > most_strain || (strained > least_strain && !(labels & FF_LABEL_VIRIAL)))
        return false;
    const double moved = displacements(s, a, cells[0], from, to);
    const double nearest = fmin(fmin(work->nearest[i], work->nearest[j]), 5);
    if (moved > most_displacement * nearest ||
        (moved > least_displacement && !(labels & FF_LABEL_FORCES)) ||
        (moved <= least_displacement && strained <= least_strain))
        return false;
    pair->energy = b->energy - a->energy;
    pair->volume = ff_frame_volume(b) - ff_frame_volume(a);
    pair->restoring = NAN;
    if (labels & FF_LABEL_FORCES) {
        const double start = force_work(a, cells[0], s->difference, &square);
        const double end = force_work(b, cells[1], s->difference, &square);
        pair->force_work = 0.5 * (start + end);
        pair->force_curvature = 0.5 * (end - start);
        pair->displacement = sqrt(square);
        if (moved > least_displacement && strained <= least_strain)
            pair->restoring = 2 * pair->force_curvature / square;
    }
    if (strained > least_strain && (labels & FF_LABEL_VIRIAL)) {
        const double start = -contract(a->virial, strain[0]), end = -contract(b->virial, strain[1]);
        pair->virial_work = 0.5 * (start + end);
        pair->virial_curvature = 0.5 * (end - start);
    }
    return true;
}

/* Frames of one family: the same species in the same order. */

static void take_fractions(double *fraction, const ff_frame *frame)
{
    double cell[9], inverse[9];
    cell_of(cell, frame);
    ff_lattice_inverse(inverse, cell);
    for (size_t i = 0; i < frame->atoms; i++)
        ff_row_times_matrix(fraction + 3 * i, frame->positions + 3 * i, inverse);
}

/* The next distance in the list of frames at which pairs are looked for: 1, 2, 3, ... when all fit
 * into the work allowed, else ever larger steps. */
static size_t next_offset(size_t offset, bool all)
{
    return all || offset < 4 ? offset + 1 : offset + offset / 3;
}

static int relate_family(search *s, ff_related *related, const ff_audit_frames *family,
                         ff_error *err)
{
    const size_t m = family->count;
    const size_t atoms = s->work->dataset->frames[family->frame[0]].atoms;
    const double every = 0.5 * (double)m * (double)m;
    const bool all = every * (double)atoms <= most_work && every <= MOST_PAIRS;
    for (size_t k = 0; k < m; k++)
        take_fractions(s->fraction + k * s->width, &s->work->dataset->frames[family->frame[k]]);
    for (size_t offset = 1; offset < m; offset = next_offset(offset, all))
        for (size_t k = 0; k + offset < m; k++) {
            ff_related_pair pair = {.first = family->frame[k], .second = family->frame[k + offset]};
            if (related->count == MOST_PAIRS)
                return FF_OK;
            if (!relate(s, &pair, s->fraction + k * s->width,
                        s->fraction + (k + offset) * s->width))
                continue;
            if (ff_reserve(&related->pair, &related->capacity, related->count + 1,
                           sizeof *related->pair, err) != FF_OK)
                return FF_E_NOMEM;
            related->pair[related->count++] = pair;
        }
    return FF_OK;
}

/* Takes the first frame that is left and all like it out of the list. */
static int next_family(const ff_audit_work *work, ff_audit_frames *left, ff_audit_frames *family,
                       ff_error *err)
{
    const ff_frame *first = &work->dataset->frames[left->frame[0]];
    size_t kept = 0;
    int status = FF_OK;
    family->count = 0;
    for (size_t k = 0; k < left->count && status == FF_OK; k++) {
        const size_t frame = left->frame[k];
        if (same_species(first, &work->dataset->frames[frame]))
            status = ff_audit_frames_add(family, frame, err);
        else
            left->frame[kept++] = (uint32_t)frame;
    }
    left->count = kept;
    return status;
}

static int list_frames(const ff_audit_work *work, size_t group, ff_audit_frames *left,
                       size_t *most_atoms, ff_error *err)
{
    int status = FF_OK;
    *most_atoms = 0;
    for (size_t i = 0; i < work->dataset->count && status == FF_OK; i++) {
        const ff_frame *frame = &work->dataset->frames[i];
        const unsigned others = FF_LABEL_FORCES | FF_LABEL_VIRIAL;
        if (work->group[i] != group || !(work->good[i] & FF_LABEL_ENERGY) ||
            !(work->good[i] & others) || frame->atoms == 0 || !(work->nearest[i] > 0))
            continue;
        *most_atoms = frame->atoms > *most_atoms ? frame->atoms : *most_atoms;
        status = ff_audit_frames_add(left, i, err);
    }
    return status;
}

int ff_related_find(ff_related *related, const ff_audit_work *work, size_t group, ff_error *err)
{
    ff_audit_frames left = {0}, family = {0};
    search s = {.work = work};
    size_t most_atoms;
    *related = (ff_related){0};
    int status = list_frames(work, group, &left, &most_atoms, err);
    if (status != FF_OK || left.count == 0)
        goto done;
    s.width = 3 * most_atoms;
    s.fraction = ff_new_array(left.count, s.width * sizeof *s.fraction, err);
    s.difference = ff_new_array(s.width, sizeof *s.difference, err);
    status = s.fraction && s.difference ? FF_OK : FF_E_NOMEM;
    while (left.count && status == FF_OK) {
        status = next_family(work, &left, &family, err);
        if (status == FF_OK)
            status = relate_family(&s, related, &family, err);
    }
done:
    ff_audit_frames_clear(&left);
    ff_audit_frames_clear(&family);
    free(s.fraction);
    free(s.difference);
    if (status != FF_OK)
        ff_related_clear(related);
    return status;
}
