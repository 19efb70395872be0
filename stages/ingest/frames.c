/* From a record to the dataset. */

#include "stages/ingest/ingestion.h"

#include "lib/base/memory.h"
#include "lib/structure/elements.h"

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

/* Isolated atoms. */

static bool is_isolated_group(const ff_ingestion *work, const char *group)
{
    return (work->isolated_group && strcmp(group, work->isolated_group) == 0) ||
           strcmp(group, "isolated_atom") == 0 || strcmp(group, "IsolatedAtom") == 0;
}

static int keep_isolated(ff_ingestion *work, const ff_frame *frame, ff_error *err)
{
    if (frame->atoms != 1)
        return ff_fail(err, FF_E_FORMAT,
                       "group %s is of isolated atoms, but the frame has %zu atoms", frame->group,
                       frame->atoms);
    work->isolated_frames++;
    if (!work->mapping.energy)
        return FF_OK;
    if (!(frame->labels & FF_LABEL_ENERGY))
        return ff_fail(err, FF_E_FORMAT, "the isolated atom has no '%s'", work->mapping.energy);
    int z = frame->species[0];
    ff_dataset *isolated = &work->isolated;
    bool differs = isolated->isolated_known[z] && isolated->isolated_energy[z] != frame->energy;
    if (differs && !work->isolated_given[z])
        return ff_fail(err, FF_E_FORMAT,
                       "the isolated %s atom has %.10g eV, an earlier one %.10g eV; settle it with "
                       "--e0",
                       ff_element_symbol(z), frame->energy, isolated->isolated_energy[z]);
    if (differs)
        ff_stage_warn(work->stage,
                      "the isolated %s atom has %.10g eV; --e0 says %.10g eV, which is used",
                      ff_element_symbol(z), frame->energy, isolated->isolated_energy[z]);
    if (work->isolated_given[z])
        return FF_OK;
    isolated->isolated_known[z] = true;
    isolated->isolated_energy[z] = frame->energy;
    return FF_OK;
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

/* Some programs write a stress of zeros when they were not asked for one. */
static void look_at_virial(ff_ingestion *work, ff_frame *frame)
{
    double largest = 0, volume = ff_frame_volume(frame);
    if (!(frame->labels & FF_LABEL_VIRIAL))
        return;
    for (int i = 0; i < 6; i++)
        largest = fmax(largest, fabs(frame->virial[i]));
    if (volume > 0)
        work->largest_stress = fmax(work->largest_stress, largest / volume);
    if (largest > 0)
        return;
    work->zero_virials++;
    if (work->drop_zero_virials)
        frame->labels &= ~(unsigned)FF_LABEL_VIRIAL;
}

/* Frames that wait for their check. */

/* The neighbour list refuses atoms on top of one another; it needs no wide cutoff for that. */
static int check_distances(size_t index, int thread, void *context, ff_error *err)
{
    static const double cutoff_A = 0.01;
    ff_ingestion *work = context;
    const ff_pending *pending = &work->pending[index];
    int status = ff_neighbour_list_build(&work->neighbours[thread], &pending->frame, cutoff_A, err);
    if (status == FF_E_RANGE) {
        ff_error_in_file(err, pending->file);
        ff_error_at_line(err, err && err->atom ? pending->line + 1 + err->atom : pending->line, 0);
        ff_error_in_frame(err, pending->number);
    }
    return status;
}

int ff_ingestion_flush(ff_ingestion *work, ff_error *err)
{
    int status = ff_parallel_for(work->pending_count, check_distances, work, NULL, err);
    for (size_t i = 0; i < work->pending_count; i++) {
        ff_pending *pending = &work->pending[i];
        if (status == FF_OK)
            status = count_frame(work, &pending->frame, err);
        if (status == FF_OK)
            status = ff_dataset_writer_append(work->writer, &pending->frame, err);
        ff_frame_clear(&pending->frame);
        free(pending->file);
    }
    work->pending_count = work->pending_atoms = 0;
    return status;
}

/* Takes over the frame. */
static int add_pending(ff_ingestion *work, ff_frame *frame, const ff_extxyz_record *record,
                       ff_error *err)
{
    enum { MOST_FRAMES = 1000, MOST_ATOMS = 20000 };
    char *file = ff_copy_text(record->file, err);
    if (!file || ff_reserve(&work->pending, &work->pending_capacity, work->pending_count + 1,
                            sizeof *work->pending, err) != FF_OK) {
        free(file);
        return FF_E_NOMEM;
    }
    work->pending[work->pending_count++] =
        (ff_pending){.frame = *frame, .file = file, .line = record->line, .number = record->frame};
    *frame = (ff_frame){0};
    work->pending_atoms += record->atoms;
    bool full = work->pending_count == MOST_FRAMES || work->pending_atoms >= MOST_ATOMS;
    return full ? ff_ingestion_flush(work, err) : FF_OK;
}

/* Any frame. */

static int store_frame(ff_ingestion *work, ff_frame *frame, const ff_extxyz_record *record,
                       ff_error *err)
{
    if (frame->atoms == 0) {
        work->empty++;
        return FF_OK;
    }
    if (!is_isolated_group(work, frame->group)) {
        look_at_virial(work, frame);
        return add_pending(work, frame, record, err);
    }
    int status = keep_isolated(work, frame, err);
    if (status == FF_E_FORMAT) {
        ff_error_in_file(err, record->file);
        ff_error_at_line(err, record->line, 0);
        ff_error_in_frame(err, record->frame);
    }
    return status;
}

int ff_ingestion_take(ff_ingestion *work, const ff_extxyz_record *record, ff_error *err)
{
    ff_frame frame = {0};
    int status = ff_extxyz_to_frame(&frame, record, &work->mapping, err);
    if (status == FF_OK)
        status = store_frame(work, &frame, record, err);
    ff_frame_clear(&frame);
    return status;
}
