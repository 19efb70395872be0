#include "stages/cli/datasets.h"

#include "formats/dataset_file.h"
#include "formats/relaxation_file.h"
#include "lib/structure/elements.h"

#include <string.h>

static int read_relaxed(ff_dataset *dataset, ff_container *container, ff_error *err)
{
    ff_relaxation relaxation;
    ff_frame frame = {0};
    ff_dataset_init(dataset);
    int status = ff_relaxation_read(&relaxation, container, err);
    if (status == FF_OK)
        status = ff_relaxation_frame(&relaxation, &frame, err);
    if (status == FF_OK)
        status = ff_dataset_append(dataset, &frame, err);
    ff_frame_clear(&frame);
    ff_relaxation_clear(&relaxation);
    return status;
}

/* Moves everything from `more` to the end of `dataset`. */
static int append_all(ff_dataset *dataset, ff_dataset *more, ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; i < more->count && status == FF_OK; i++)
        status = ff_dataset_append(dataset, &more->frames[i], err);
    for (int z = 1; z <= FF_MAX_SPECIES && status == FF_OK; z++) {
        if (!more->isolated_known[z])
            continue;
        if (dataset->isolated_known[z] && dataset->isolated_energy[z] != more->isolated_energy[z])
            status = ff_fail(err, FF_E_FORMAT,
                             "the energy of the isolated %s atom is %.10g eV, but %.10g eV in an "
                             "earlier input",
                             ff_element_symbol(z), more->isolated_energy[z],
                             dataset->isolated_energy[z]);
        dataset->isolated_known[z] = true;
        dataset->isolated_energy[z] = more->isolated_energy[z];
    }
    return status;
}

int ff_stage_read_frames(ff_dataset *dataset, ff_container *container, ff_error *err)
{
    int status;
    ff_dataset_init(dataset);
    if (strcmp(ff_container_kind(container), "relaxation") == 0)
        status = read_relaxed(dataset, container, err);
    else if (strcmp(ff_container_kind(container), "dataset") == 0)
        status = ff_dataset_read(dataset, container, err);
    else
        status = ff_fail(err, FF_E_FORMAT, "is of kind %s, expected a dataset or a relaxation",
                         ff_container_kind(container));
    if (status != FF_OK)
        ff_error_in_file(err, ff_container_name(container));
    return status;
}

static int add_operand(ff_stage_run *stage, ff_dataset *dataset, const char *path, ff_error *err)
{
    ff_container *container = NULL;
    ff_dataset more;
    ff_dataset_init(&more);
    int status = ff_stage_open(stage, &container, path, "input", NULL, 0, err);
    if (status != FF_OK)
        return status;
    status = ff_stage_read_frames(&more, container, err);
    if (status == FF_OK)
        status = append_all(dataset, &more, err);
    if (status != FF_OK)
        ff_error_in_file(err, ff_container_name(container));
    ff_dataset_clear(&more);
    ff_container_close(container);
    return status;
}

int ff_stage_datasets(ff_stage_run *stage, ff_dataset *dataset, ff_error *err)
{
    ff_dataset_init(dataset);
    int status = FF_OK;
    if (ff_operand_count(stage) == 0)
        status = add_operand(stage, dataset, "-", err);
    for (size_t i = 0; i < ff_operand_count(stage) && status == FF_OK; i++)
        status = add_operand(stage, dataset, ff_operand(stage, i), err);
    if (status != FF_OK)
        ff_dataset_clear(dataset);
    return status;
}
