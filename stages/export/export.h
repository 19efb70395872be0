#ifndef FF_STAGES_EXPORT_EXPORT_H
#define FF_STAGES_EXPORT_EXPORT_H

/* What farfield-export writes of each kind of intermediate. For its own files only. */

#include "formats/extxyz_writer.h"
#include "stages/cli/stage.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The names of labels in extended XYZ that the options ask for. */
ff_extxyz_names export_names(const ff_stage_run *stage);

/* Each appends an opened container of its kind: as extended XYZ, and a model as .yace. */
int export_dataset(ff_stage_run *stage, ff_text_writer *writer, ff_container *container,
                   ff_error *err);
int export_relaxation(ff_stage_run *stage, ff_text_writer *writer, ff_container *container,
                      ff_error *err);
int export_model(ff_stage_run *stage, ff_text_writer *writer, ff_container *container,
                 ff_error *err);

/* The one structure of a dataset or a relaxation, for POSCAR and LAMMPS's data files; and the force
 * constants it has, as phonopy's text, or (ending in .hdf5) as the file at the stage's --output. */
int export_poscar(ff_stage_run *stage, ff_text_writer *writer, ff_container *container,
                  ff_error *err);
int export_lammps_data(ff_stage_run *stage, ff_text_writer *writer, ff_container *container,
                       ff_error *err);
int export_force_constants(ff_stage_run *stage, ff_text_writer *writer, ff_container *container,
                           ff_error *err);

/* The pairs of neighbouring columns of atoms next to a dislocation (lib/analysis/core_map.h), as
 * CSV. */
int export_differential_displacements(ff_stage_run *stage, ff_text_writer *writer,
                                      ff_container *container, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
