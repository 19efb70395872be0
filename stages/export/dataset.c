/* Datasets as extended XYZ. */

#include "stages/export/export.h"

#include "formats/dataset_file.h"
#include "lib/structure/elements.h"

#include <string.h>

static const char *name_or_none(const ff_stage_run *stage, const char *option)
{
    const char *text = ff_argument_text(stage, option);
    return strcmp(text, "none") == 0 ? NULL : text;
}

ff_extxyz_names export_names(const ff_stage_run *stage)
{
    return (ff_extxyz_names){.energy = name_or_none(stage, "energy"),
                             .forces = name_or_none(stage, "forces"),
                             .virial = name_or_none(stage, "virial"),
                             .stress = name_or_none(stage, "stress"),
                             .site_energies = name_or_none(stage, "site-energies"),
                             .group = name_or_none(stage, "group"),
                             .centre = name_or_none(stage, "centre")};
}

/* As frames of one atom without a cell, which ingest and other fitting programs take back; their
 * group tells them from other frames. */
static int write_isolated(const ff_stage_run *stage, ff_text_writer *writer,
                          const ff_dataset *dataset, const ff_extxyz_names *names, ff_error *err)
{
    int status = FF_OK;
    for (int z = 1; z <= FF_MAX_SPECIES && status == FF_OK; z++) {
        ff_frame frame = {0};
        if (!dataset->isolated_known[z])
            continue;
        if (!names->energy || !names->group) {
            ff_stage_note(stage, "the energy of the isolated %s atom, %.10g eV, is not written",
                          ff_element_symbol(z), dataset->isolated_energy[z]);
            continue;
        }
        status = ff_frame_init(&frame, 1, err);
        if (status == FF_OK)
            status = ff_frame_set_group(&frame, "isolated_atom", err);
        if (status == FF_OK) {
            frame.species[0] = z;
            frame.energy = dataset->isolated_energy[z];
            status = ff_frame_add_label(&frame, FF_LABEL_ENERGY, err);
        }
        if (status == FF_OK)
            status = ff_extxyz_write_frame(writer, &frame, names, NULL, err);
        ff_frame_clear(&frame);
    }
    return status;
}

static bool is_weighted(const ff_frame *frame)
{
    for (int kind = 0; kind < FF_KINDS; kind++)
        if (frame->weight[kind] != 1)
            return true;
    return false;
}

int export_dataset(ff_stage_run *stage, ff_text_writer *writer, ff_container *container,
                   ff_error *err)
{
    const ff_extxyz_names names = export_names(stage);
    ff_dataset dataset;
    ff_dataset_init(&dataset);
    int status = ff_dataset_read(&dataset, container, err);
    if (status == FF_OK)
        status = write_isolated(stage, writer, &dataset, &names, err);
    const ff_progress *progress = ff_stage_progress(stage, "writing", dataset.count, "frames");
    size_t weighted = 0, responding = 0;
    for (size_t i = 0; i < dataset.count && status == FF_OK; i++) {
        status = ff_extxyz_write_frame(writer, &dataset.frames[i], &names, NULL, err);
        weighted += is_weighted(&dataset.frames[i]);
        responding += (dataset.frames[i].labels & FF_LABEL_FORCE_CONSTANTS) != 0;
        progress->advance(progress->context, 1);
    }
    ff_stage_progress_end(stage);
    if (status == FF_OK && weighted)
        ff_stage_note(stage, "%zu frames have weights of their own, which are not written",
                      weighted);
    if (status == FF_OK && responding)
        ff_stage_note(stage, "%zu frames have force constants, which extended XYZ cannot hold",
                      responding);
    ff_dataset_clear(&dataset);
    return status;
}
