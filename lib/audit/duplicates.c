/* Structures that occur more than once, with the same labels or with others. */

#include "lib/audit/audit_parts.h"

#include "lib/base/memory.h"
#include "lib/structure/lattice.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The same structure: cells and positions agree to this, A. Files round to a hundredth of it. */
static const double same_place = 1e-4;

/* The same labels: calculations repeated with settings a little different disagree by less. */
static const double same_energy = 1e-3; /* eV per atom */
static const double same_force = 0.02;  /* eV/A, beside 2 % of the largest */
static const double same_virial = 0.02; /* eV per atom, likewise */

/* What equal structures have in common, however they are shifted and wrapped into the cell. */
typedef struct fingerprint {
    uint64_t species; /* a hash */
    double sum;       /* of the distances, component by component, from the first atom */
    double window;    /* by which the sums of equal structures can differ */
    size_t frame;
} fingerprint;

/* Coordinates in cell vectors along the directions that repeat, else in A; the inverse is that of a
 * cell whose other directions are unit vectors, so that one product serves both. */
static void coordinates_of(double inverse[9], const ff_frame *frame)
{
    double cell[9];
    const bool periodic = frame->periodic[0] || frame->periodic[1] || frame->periodic[2];
    for (int k = 0; k < 9; k++)
        cell[k] = periodic ? frame->cell[k] : k % 4 == 0;
    if (ff_lattice_determinant(cell) == 0)
        for (int k = 0; k < 9; k++)
            cell[k] = k % 4 == 0;
    ff_lattice_inverse(inverse, cell);
}

/* Difference of two positions, taken to the nearest image along the directions that repeat. */
static void difference(double d[3], const ff_frame *frame, const double inverse[9],
                       const double from[3], const double to[3])
{
    const double x[3] = {to[0] - from[0], to[1] - from[1], to[2] - from[2]};
    ff_row_times_matrix(d, x, inverse);
    for (int k = 0; k < 3; k++)
        if (frame->periodic[k])
            d[k] -= round(d[k]);
}

static uint64_t hash_species(const ff_frame *frame)
{
    uint64_t hash = UINT64_C(14695981039346656037) + frame->atoms; /* FNV-1a */
    for (size_t i = 0; i < frame->atoms; i++)
        hash = (hash ^ (uint64_t)frame->species[i]) * UINT64_C(1099511628211);
    return hash;
}

static void take_fingerprint(fingerprint *print, const ff_frame *frame, size_t index)
{
    double inverse[9], steepest = 0;
    coordinates_of(inverse, frame);
    *print = (fingerprint){.species = hash_species(frame), .frame = index};
    for (int k = 0; k < 9; k++)
        steepest = fmax(steepest, fabs(inverse[k]));
    for (size_t i = 1; i < frame->atoms; i++) {
        double d[3];
        difference(d, frame, inverse, frame->positions, frame->positions + 3 * i);
        print->sum += fabs(d[0]) + fabs(d[1]) + fabs(d[2]);
    }
    print->window = 6 * 3 * steepest * same_place * (double)frame->atoms;
}

static int compare_prints(const void *left, const void *right)
{
    const fingerprint *a = left, *b = right;
    if (a->species != b->species)
        return a->species < b->species ? -1 : 1;
    if (a->sum != b->sum)
        return a->sum < b->sum ? -1 : 1;
    return a->frame < b->frame ? -1 : a->frame > b->frame;
}

static bool same_structure(const ff_frame *a, const ff_frame *b)
{
    double inverse[9];
    if (a->atoms != b->atoms || memcmp(a->periodic, b->periodic, sizeof a->periodic) != 0)
        return false;
    for (int k = 0; k < 9; k++)
        if (fabs(a->cell[k] - b->cell[k]) > same_place)
            return false;
    coordinates_of(inverse, a);
    for (size_t i = 0; i < a->atoms; i++) {
        double from[3], to[3], d[3], shift[3];
        if (a->species[i] != b->species[i])
            return false;
        difference(from, a, inverse, a->positions, a->positions + 3 * i);
        difference(to, a, inverse, b->positions, b->positions + 3 * i);
        for (int k = 0; k < 3; k++) {
            d[k] = to[k] - from[k];
            d[k] -= a->periodic[k] ? round(d[k]) : 0;
        }
        if (a->periodic[0] || a->periodic[1] || a->periodic[2])
            ff_row_times_matrix(shift, d, a->cell);
        else
            memcpy(shift, d, sizeof shift);
        if (ff_vector_dot(shift, shift) > same_place * same_place)
            return false;
    }
    return true;
}

/* How far the labels of two frames of one structure differ: eV per atom, eV/A, eV per atom. */
typedef struct disagreement {
    double energy, force, virial;
    bool matters;
} disagreement;

static disagreement compare_labels(const ff_frame *a, const ff_frame *b)
{
    disagreement found = {0};
    const unsigned both = a->labels & b->labels;
    const double atoms = fmax(1, (double)a->atoms);
    double force = 0, virial = 0; /* the largest */
    if (both & FF_LABEL_ENERGY)
        found.energy = fabs(a->energy - b->energy) / atoms;
    for (size_t i = 0; (both & FF_LABEL_FORCES) && i < 3 * a->atoms; i++) {
        found.force = fmax(found.force, fabs(a->forces[i] - b->forces[i]));
        force = fmax(force, fabs(a->forces[i]));
    }
    for (size_t i = 0; (both & FF_LABEL_VIRIAL) && i < 6; i++) {
        found.virial = fmax(found.virial, fabs(a->virial[i] - b->virial[i]) / atoms);
        virial = fmax(virial, fabs(a->virial[i]) / atoms);
    }
    found.matters = found.energy > same_energy || found.force > same_force * (1 + force) ||
                    found.virial > same_virial * (1 + virial);
    return found;
}

typedef struct duplicates {
    bool *seen; /* [frames] repeats an earlier frame of the sorted list */
    ff_audit_frames same, other;
    disagreement worst;
    size_t first, second; /* of the first pair of either */
} duplicates;

/* Compares a frame with those after it in the sorted list. */
static int look_ahead(const ff_audit_work *work, duplicates *d, const fingerprint *prints,
                      size_t at, ff_error *err)
{
    const ff_frame *frames = work->dataset->frames;
    const fingerprint *one = &prints[at];
    if (d->seen[one->frame])
        return FF_OK;
    for (size_t k = at + 1; k < work->dataset->count; k++) {
        const fingerprint *two = &prints[k];
        if (two->species != one->species || two->sum - one->sum > one->window)
            break;
        if (d->seen[two->frame] || !same_structure(&frames[one->frame], &frames[two->frame]))
            continue;
        const disagreement found = compare_labels(&frames[one->frame], &frames[two->frame]);
        d->seen[two->frame] = true;
        d->worst.energy = fmax(d->worst.energy, found.energy);
        d->worst.force = fmax(d->worst.force, found.force);
        d->worst.virial = fmax(d->worst.virial, found.virial);
        /* The later of the two is the one to leave out. */
        const bool ordered = one->frame < two->frame;
        const size_t later = ordered ? two->frame : one->frame;
        if (d->same.count + d->other.count == 0) {
            d->first = ordered ? one->frame : two->frame;
            d->second = later;
        }
        int status = ff_audit_frames_add(found.matters ? &d->other : &d->same, later, err);
        if (status != FF_OK)
            return status;
    }
    return FF_OK;
}

static int compare_frames(const void *left, const void *right)
{
    const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

static int report(ff_audit_work *work, duplicates *d, bool conflict, ff_error *err)
{
    ff_audit_frames *set = conflict ? &d->other : &d->same;
    ff_audit_finding *finding;
    if (set->count == 0)
        return FF_OK;
    qsort(set->frame, set->count, sizeof *set->frame, compare_frames);
    int status = ff_audit_add_finding(work, FF_AUDIT_WRONG, "duplicates", set, &finding, err);
    if (status != FF_OK)
        return status;
    (void)snprintf(finding->what, sizeof finding->what, "%s",
                   conflict ? "the structure of an earlier frame, with other labels"
                            : "the structure and labels of an earlier frame: it counts twice in a "
                              "fit, and in a test set it tests nothing");
    if (conflict)
        (void)snprintf(
            finding->sure, sizeof finding->sure,
            "energies differ by up to %.3g eV/atom, forces by %.3g eV/A, virials by %.3g "
            "eV/atom",
            d->worst.energy, d->worst.force, d->worst.virial);
    else
        (void)snprintf(finding->sure, sizeof finding->sure,
                       "positions agree to %g A; the first pair is frames %zu and %zu", same_place,
                       d->first + 1, d->second + 1);
    (void)snprintf(finding->mend, sizeof finding->mend, "%s",
                   conflict ? "find out which calculation is the right one"
                            : "leave these frames out");
    return FF_OK;
}

int ff_audit_duplicates(ff_audit_work *work, ff_error *err)
{
    const size_t frames = work->dataset->count;
    duplicates d = {.seen = ff_new_array(frames, sizeof *d.seen, err)};
    fingerprint *prints = ff_new_array(frames, sizeof *prints, err);
    ff_audit_check *check;
    int status = d.seen && prints ? FF_OK : FF_E_NOMEM;
    for (size_t i = 0; i < frames && status == FF_OK; i++)
        take_fingerprint(&prints[i], &work->dataset->frames[i], i);
    if (status == FF_OK)
        qsort(prints, frames, sizeof *prints, compare_prints);
    for (size_t i = 0; i < frames && status == FF_OK; i++)
        status = look_ahead(work, &d, prints, i, err);
    if (status == FF_OK)
        status = ff_audit_add_check(work, "duplicates", "", frames, "frames", &check, err);
    if (status == FF_OK)
        (void)snprintf(check->result, sizeof check->result,
                       "%zu repeat an earlier structure, %zu of them with other labels",
                       d.same.count + d.other.count, d.other.count);
    if (status == FF_OK)
        status = report(work, &d, false, err);
    if (status == FF_OK)
        status = report(work, &d, true, err);
    ff_audit_frames_clear(&d.same);
    ff_audit_frames_clear(&d.other);
    free(prints);
    free(d.seen);
    return status;
}
