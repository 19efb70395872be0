/* From a record to the dataset. */

#include "stages/ingest/ingestion.h"

#include "lib/base/memory.h"
#include "lib/structure/elements.h"
#include "lib/structure/lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void ff_ingestion_remark(void *context, const ff_error *warning)
{
    enum { MOST_REMARKS = 50 };
    ff_ingestion *work = context;
    char text[1024];
    ff_stage_detail(work->stage, "%s", ff_error_describe(warning, text, sizeof text));
    for (size_t i = 0; i < work->remark_count; i++)
        if (strcmp(work->remarks[i].text, warning->message) == 0) {
            work->remarks[i].times++;
            return;
        }
    if (work->remark_count == MOST_REMARKS ||
        ff_reserve(&work->remarks, &work->remark_capacity, work->remark_count + 1,
                   sizeof *work->remarks, NULL) != FF_OK)
        return;
    ff_remark *fresh = &work->remarks[work->remark_count++];
    (void)snprintf(fresh->text, sizeof fresh->text, "%.255s", warning->message);
    fresh->times = 1;
}

/* Gives an error the place of a frame, or of one of its atoms. Returns status. */
static int at_place(const ff_place *place, ff_error *err, int status)
{
    bool of_atom = err && err->atom > 0 && place->has_atom_lines;
    ff_error_in_file(err, place->file);
    if (place->line)
        ff_error_at_line(err, of_atom ? place->line + 1 + err->atom : place->line, 0);
    ff_error_in_frame(err, place->number);
    return status;
}

/* Isolated atoms. */

static bool is_isolated_group(const ff_ingestion *work, const char *group)
{
    return (work->isolated_group && strcmp(group, work->isolated_group) == 0) ||
           strcmp(group, "isolated_atom") == 0 || strcmp(group, "IsolatedAtom") == 0;
}

int ff_ingestion_isolated(ff_ingestion *work, int z, double energy, const ff_place *place,
                          ff_error *err)
{
    ff_dataset *isolated = &work->isolated;
    bool differs = isolated->isolated_known[z] && isolated->isolated_energy[z] != energy;
    if (differs && !work->isolated_given[z])
        return at_place(
            place, err,
            ff_fail(err, FF_E_FORMAT,
                    "the isolated %s atom has %.10g eV, an earlier one %.10g eV; settle it with "
                    "--e0",
                    ff_element_symbol(z), energy, isolated->isolated_energy[z]));
    if (differs)
        ff_stage_warn(work->stage,
                      "the isolated %s atom has %.10g eV; --e0 says %.10g eV, which is used",
                      ff_element_symbol(z), energy, isolated->isolated_energy[z]);
    if (work->isolated_given[z])
        return FF_OK;
    isolated->isolated_known[z] = true;
    isolated->isolated_energy[z] = energy;
    return FF_OK;
}

static int take_isolated(ff_ingestion *work, const ff_frame *frame, const ff_place *place,
                         ff_error *err)
{
    const bool wanted = !(work->dropped_labels & FF_LABEL_ENERGY);
    if (frame->atoms != 1)
        return at_place(place, err,
                        ff_fail(err, FF_E_FORMAT,
                                "group %s is of isolated atoms, but the frame has %zu atoms",
                                frame->group, frame->atoms));
    work->isolated_frames++;
    if (!wanted)
        return ff_ingestion_leave_out(work, "of isolated atoms left out, since no energy is read",
                                      place, err);
    if (!(frame->labels & FF_LABEL_ENERGY))
        return at_place(place, err,
                        ff_fail(err, FF_E_FORMAT, "the isolated atom has no '%s'",
                                work->mapping.energy ? work->mapping.energy : "energy"));
    int status = ff_ingestion_isolated(work, frame->species[0], frame->energy, place, err);
    return status == FF_OK
               ? ff_ingestion_leave_out(work,
                                        "of isolated atoms taken for the energies of free "
                                        "atoms only",
                                        place, err)
               : status;
}

/* Frames. */

static int find_group(ff_ingestion *work, const char *name, ff_group_tally **group, ff_error *err)
{
    for (size_t i = 0; i < work->group_count; i++)
        if (strcmp(work->groups[i].name, name) == 0) {
            *group = &work->groups[i];
            return FF_OK;
        }
    char *copy = ff_copy_text(name, err);
    if (!copy || ff_reserve(&work->groups, &work->group_capacity, work->group_count + 1,
                            sizeof *work->groups, err) != FF_OK) {
        free(copy);
        return FF_E_NOMEM;
    }
    *group = &work->groups[work->group_count++];
    **group = (ff_group_tally){.name = copy};
    return FF_OK;
}

static int count_frame(ff_ingestion *work, const ff_frame *frame, ff_error *err)
{
    ff_group_tally *group = NULL;
    int status = find_group(work, frame->group, &group, err);
    if (status != FF_OK)
        return status;
    work->frames++;
    group->frames++;
    group->atoms += frame->atoms;
    for (int kind = 0; kind < FF_KINDS; kind++)
        group->labelled[kind] += (frame->labels >> kind) & 1;
    return FF_OK;
}

/* Labels of zeros, and labels that are not wanted. */

static bool all_zero(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (values[i] != 0)
            return false;
    return true;
}

static void drop_label(ff_frame *frame, unsigned label)
{
    frame->labels &= ~label;
    if (label == FF_LABEL_FORCES) {
        free(frame->forces);
        frame->forces = NULL;
    }
    if (label == FF_LABEL_SITE_ENERGIES) {
        free(frame->site_energies);
        frame->site_energies = NULL;
    }
}

static int look_at_zeros(ff_ingestion *work, ff_frame *frame, int kind, const ff_place *place,
                         ff_error *err)
{
    static const char *const dropped[FF_KINDS] = {
        [FF_KIND_FORCE] = "whose forces are all zero: taken for missing",
        [FF_KIND_VIRIAL] = "whose virial is all zero: taken for missing"};
    const unsigned label = 1u << kind;
    if (!(frame->labels & label))
        return FF_OK;
    bool zero = kind == FF_KIND_FORCE ? all_zero(frame->forces, 3 * frame->atoms)
                                      : all_zero(frame->virial, 6);
    if (!zero)
        return FF_OK;
    if (!(work->drop_zeros & label)) {
        work->zeros[kind]++;
        return FF_OK;
    }
    drop_label(frame, label);
    return ff_ingestion_leave_out(work, dropped[kind], place, err);
}

static int look_at_labels(ff_ingestion *work, ff_frame *frame, const ff_place *place, ff_error *err)
{
    for (unsigned label = 1; label <= FF_LABEL_SITE_ENERGIES; label <<= 1)
        if (work->dropped_labels & frame->labels & label)
            drop_label(frame, label);
    double volume = ff_frame_volume(frame);
    for (int i = 0; i < 6 && volume > 0 && (frame->labels & FF_LABEL_VIRIAL); i++)
        work->largest_stress = fmax(work->largest_stress, fabs(frame->virial[i]) / volume);
    int status = look_at_zeros(work, frame, FF_KIND_FORCE, place, err);
    return status == FF_OK ? look_at_zeros(work, frame, FF_KIND_VIRIAL, place, err) : status;
}

/* Swaps two vectors of a left-handed cell: the same lattice. */
static int look_at_cell(ff_ingestion *work, ff_frame *frame, const ff_place *place, ff_error *err)
{
    double *cell = frame->cell;
    if (!work->right_handed || !(ff_lattice_determinant(cell) < 0))
        return FF_OK;
    for (int k = 3; k < 6; k++) {
        const double kept = cell[k];
        cell[k] = cell[k + 3];
        cell[k + 3] = kept;
    }
    const bool kept = frame->periodic[1];
    frame->periodic[1] = frame->periodic[2];
    frame->periodic[2] = kept;
    return ff_ingestion_leave_out(work, "whose cell was left-handed: a2 and a3 are swapped", place,
                                  err);
}

/* Frames that wait for their check. */

/* The neighbour list refuses atoms on top of one another; it needs no wide cutoff for that. */
static int check_distances(size_t index, int thread, void *context, ff_error *err)
{
    static const double cutoff_A = 0.01;
    ff_ingestion *work = context;
    const ff_pending *pending = &work->pending[index];
    int status = ff_neighbour_list_build(&work->neighbours[thread], &pending->frame, cutoff_A, err);
    return status == FF_E_RANGE ? at_place(&pending->place, err, status) : status;
}

/* For the audit: the frame and where it came from. */
static int keep_frame(ff_ingestion *work, ff_pending *pending, ff_error *err)
{
    const char *last = work->file_count ? work->files[work->file_count - 1] : NULL;
    int status = FF_OK;
    if (!last || strcmp(last, pending->file) != 0) {
        status = ff_reserve(&work->files, &work->file_capacity, work->file_count + 1,
                            sizeof *work->files, err);
        if (status != FF_OK)
            return status;
        work->files[work->file_count++] = pending->file;
        pending->file = NULL;
    }
    status = ff_reserve(&work->origin, &work->origin_capacity, work->kept.count + 1,
                        sizeof *work->origin, err);
    if (status != FF_OK)
        return status;
    work->origin[work->kept.count] =
        (ff_audit_origin){work->files[work->file_count - 1], pending->place.number};
    return ff_dataset_append(&work->kept, &pending->frame, err);
}

static int write_frame(ff_ingestion *work, ff_pending *pending, ff_error *err)
{
    int status = count_frame(work, &pending->frame, err);
    if (status == FF_OK)
        status = ff_dataset_writer_append(work->writer, &pending->frame, err);
    return status == FF_OK && work->keep ? keep_frame(work, pending, err) : status;
}

int ff_ingestion_flush(ff_ingestion *work, ff_error *err)
{
    int status = ff_parallel_for(work->pending_count, check_distances, work, NULL, err);
    for (size_t i = 0; i < work->pending_count; i++) {
        ff_pending *pending = &work->pending[i];
        if (status == FF_OK)
            status = write_frame(work, pending, err);
        ff_frame_clear(&pending->frame);
        free(pending->file);
    }
    work->pending_count = work->pending_atoms = 0;
    return status;
}

/* Takes over the frame's memory when it succeeds. */
static int add_pending(ff_ingestion *work, ff_frame *frame, const ff_place *place, ff_error *err)
{
    enum { MOST_FRAMES = 1000, MOST_ATOMS = 100000 };
    char *file = ff_copy_text(place->file, err);
    if (!file || ff_reserve(&work->pending, &work->pending_capacity, work->pending_count + 1,
                            sizeof *work->pending, err) != FF_OK) {
        free(file);
        return FF_E_NOMEM;
    }
    ff_pending *fresh = &work->pending[work->pending_count++];
    *fresh = (ff_pending){.frame = *frame, .file = file, .place = *place};
    fresh->place.file = file;
    work->pending_atoms += frame->atoms;
    *frame = (ff_frame){0};
    bool full = work->pending_count == MOST_FRAMES || work->pending_atoms >= MOST_ATOMS;
    return full ? ff_ingestion_flush(work, err) : FF_OK;
}

/* Any frame. */

int ff_ingestion_take(ff_ingestion *work, ff_frame *frame, const ff_place *place, ff_error *err)
{
    int status = FF_OK;
    if (frame->atoms == 0)
        status = ff_ingestion_leave_out(work, "without atoms left out", place, err);
    else if (is_isolated_group(work, frame->group))
        status = take_isolated(work, frame, place, err);
    else {
        status = look_at_labels(work, frame, place, err);
        if (status == FF_OK)
            status = look_at_cell(work, frame, place, err);
        if (status == FF_OK)
            status = add_pending(work, frame, place, err);
    }
    ff_frame_clear(frame);
    return status;
}
