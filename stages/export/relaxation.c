/* Relaxed defects as extended XYZ. */

#include "stages/export/export.h"

#include "formats/relaxation_file.h"

static int write_relaxed(const ff_stage_run *stage, ff_text_writer *writer,
                         const ff_relaxation *relaxation, ff_error *err)
{
    const ff_extxyz_names wanted = export_names(stage);
    const ff_extxyz_names names = {.group = wanted.group, .centre = wanted.centre};
    const char *crystal = relaxation->crystal, *defect = relaxation->defect;
    ff_extxyz_entry entries[] = {
        {.key = "crystal", .type = FF_EXTXYZ_TEXT, .value.texts = &crystal},
        {.key = "defect", .type = FF_EXTXYZ_TEXT, .value.texts = &defect},
        {.key = "lattice_constant",
         .type = FF_EXTXYZ_REAL,
         .value.reals = &relaxation->lattice_constant},
        {.key = "formation_energy",
         .type = FF_EXTXYZ_REAL,
         .value.reals = &relaxation->formation_energy},
        {.key = "converged", .type = FF_EXTXYZ_LOGICAL, .value.logicals = &relaxation->converged}};
    const size_t entry_count = sizeof entries / sizeof entries[0];
    for (size_t i = 0; i < entry_count; i++) {
        entries[i].rows = entries[i].columns = 1;
        entries[i].text = "";
    }
    const ff_extxyz_column columns[] = {{.name = "displacement",
                                         .type = FF_EXTXYZ_REAL,
                                         .width = 3,
                                         .value.reals = relaxation->displacement},
                                        {.name = "site_energy",
                                         .type = FF_EXTXYZ_REAL,
                                         .width = 1,
                                         .value.reals = relaxation->site_energies},
                                        {.name = "site",
                                         .type = FF_EXTXYZ_INTEGER,
                                         .width = 1,
                                         .value.integers = relaxation->site}};
    const ff_extxyz_record more = {.entry_count = entry_count,
                                   .entries = entries,
                                   .column_count = sizeof columns / sizeof columns[0],
                                   .columns = columns};
    ff_frame frame = {0};
    int status = ff_relaxation_frame(relaxation, &frame, err);
    if (status == FF_OK)
        status = ff_frame_set_group(&frame, relaxation->defect, err);
    if (status == FF_OK)
        status = ff_extxyz_write_frame(writer, &frame, &names, &more, err);
    ff_frame_clear(&frame);
    return status;
}

int export_relaxation(ff_stage_run *stage, ff_text_writer *writer, ff_container *container,
                      ff_error *err)
{
    ff_relaxation relaxation;
    int status = ff_relaxation_read(&relaxation, container, err);
    if (status == FF_OK)
        status = write_relaxed(stage, writer, &relaxation, err);
    ff_relaxation_clear(&relaxation);
    return status;
}
