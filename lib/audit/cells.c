/* Cells: their handedness, and their thickness against a cutoff. */

#include "lib/audit/audit_parts.h"

#include "lib/structure/lattice.h"

#include <math.h>
#include <stdio.h>

static bool has_cell(const ff_frame *frame)
{
    return frame->periodic[0] || frame->periodic[1] || frame->periodic[2];
}

/* Smallest distance between opposite faces among the directions that repeat, A. */
static double thickness(const ff_frame *frame)
{
    double inverse[9], least = INFINITY;
    ff_lattice_inverse(inverse, frame->cell);
    for (int k = 0; k < 3; k++) {
        const double normal[3] = {inverse[k], inverse[3 + k], inverse[6 + k]};
        if (frame->periodic[k])
            least = fmin(least, 1 / sqrt(ff_vector_dot(normal, normal)));
    }
    return least;
}

static int report_left_handed(ff_audit_work *work, ff_audit_frames *set, ff_error *err)
{
    ff_audit_finding *finding;
    const ff_frame *first = &work->dataset->frames[set->frame[0]];
    const double volume = ff_lattice_determinant(first->cell);
    int status = ff_audit_add_finding(work, FF_AUDIT_WRONG, "cells", set, &finding, err);
    if (status != FF_OK)
        return status;
    (void)snprintf(finding->what, sizeof finding->what,
                   "the cell is left-handed; VASP and LAMMPS refuse such cells, and it often means "
                   "vectors or components in a wrong order");
    (void)snprintf(finding->sure, sizeof finding->sure,
                   "a1 . (a2 x a3) = %.3f A^3 in the first of them", volume);
    (void)snprintf(finding->mend, sizeof finding->mend,
                   "--right-handed, if the vectors are right: it swaps two of them, which changes "
                   "neither lattice nor labels");
    return FF_OK;
}

static int report_thin(ff_audit_work *work, double thinnest, ff_audit_frames *set, ff_error *err)
{
    ff_audit_finding *finding;
    int status = ff_audit_add_finding(work, FF_AUDIT_NOTE, "cells", set, &finding, err);
    if (status != FF_OK)
        return status;
    (void)snprintf(finding->what, sizeof finding->what,
                   "the cell is thinner than the cutoff of %g A: atoms see their own images, and "
                   "what is learned at long range is that of a periodic pattern",
                   work->options->cutoff);
    (void)snprintf(finding->sure, sizeof finding->sure, "the thinnest is %.3f A thick", thinnest);
    (void)snprintf(finding->mend, sizeof finding->mend,
                   "nothing for Farfield, which counts all images; codes with the minimum-image "
                   "convention need larger cells");
    return FF_OK;
}

int ff_audit_cells(ff_audit_work *work, ff_error *err)
{
    ff_audit_frames left = {0}, thin = {0};
    ff_audit_check *check;
    size_t cells = 0;
    double thinnest = INFINITY;
    int status = FF_OK;
    for (size_t i = 0; i < work->dataset->count && status == FF_OK; i++) {
        const ff_frame *frame = &work->dataset->frames[i];
        const double determinant = ff_lattice_determinant(frame->cell);
        if (!has_cell(frame) || determinant == 0)
            continue;
        cells++;
        if (determinant < 0)
            status = ff_audit_frames_add(&left, i, err);
        const double thick = thickness(frame);
        thinnest = fmin(thinnest, thick);
        if (status == FF_OK && thick < work->options->cutoff)
            status = ff_audit_frames_add(&thin, i, err);
    }
    if (status == FF_OK)
        status = ff_audit_add_check(work, "cells", "", cells, "frames", &check, err);
    if (status == FF_OK && cells)
        (void)snprintf(check->result, sizeof check->result, "%zu left-handed; thinnest %.3f A",
                       left.count, thinnest);
    if (status == FF_OK && left.count)
        status = report_left_handed(work, &left, err);
    if (status == FF_OK && thin.count)
        status = report_thin(work, thinnest, &thin, err);
    ff_audit_frames_clear(&left);
    ff_audit_frames_clear(&thin);
    return status;
}
