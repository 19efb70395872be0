/* One structure, and its force constants. */

#include "stages/export/export.h"

#include "formats/dataset_file.h"
#include "formats/phonopy_file.h"
#include "formats/structure_files.h"
#include "stages/cli/datasets.h"

#include <string.h>

/* Structures are symmetric when they are so within this distance, A; as in farfield-label. */
static const double symmetry_tolerance = 1e-5;

/* What is done with the structure. */
typedef int structure_writer(ff_text_writer *writer, const ff_frame *frame, ff_error *err);

static int write_only_frame(ff_text_writer *writer, const ff_dataset *dataset,
                            structure_writer *write, ff_error *err)
{
    if (dataset->count != 1)
        return ff_fail(err, FF_E_RANGE, "%zu structures, of which a file of this format holds one",
                       dataset->count);
    return write(writer, &dataset->frames[0], err);
}

static int write_structure(ff_text_writer *writer, ff_container *container, structure_writer *write,
                           ff_error *err)
{
    ff_dataset dataset;
    int status = ff_stage_read_frames(&dataset, container, err);
    if (status == FF_OK)
        status = write_only_frame(writer, &dataset, write, err);
    ff_dataset_clear(&dataset);
    return status;
}

int export_poscar(ff_stage_run *stage, ff_text_writer *writer, ff_container *container,
                  ff_error *err)
{
    (void)stage;
    return write_structure(writer, container, ff_poscar_write, err);
}

int export_lammps_data(ff_stage_run *stage, ff_text_writer *writer, ff_container *container,
                       ff_error *err)
{
    (void)stage;
    return write_structure(writer, container, ff_lammps_data_write, err);
}

int export_force_constants(ff_stage_run *stage, ff_text_writer *writer, ff_container *container,
                           ff_error *err)
{
    ff_dataset dataset;
    ff_phonopy_table table;
    ff_dataset_init(&dataset);
    ff_phonopy_table_init(&table);
    int status = ff_dataset_read(&dataset, container, err);
    if (status == FF_OK && dataset.count != 1)
        status = ff_fail(err, FF_E_RANGE,
                         "%zu structures, of which a file of force constants describes one",
                         dataset.count);
    if (status == FF_OK)
        status = ff_phonopy_of_frame(&table, &dataset.frames[0], symmetry_tolerance, err);
    if (status == FF_OK)
        status = writer ? ff_phonopy_write(writer, &table, err)
                        : ff_phonopy_write_hdf5(ff_output_path(stage), &table, err);
    ff_phonopy_table_clear(&table);
    ff_dataset_clear(&dataset);
    return status;
}
