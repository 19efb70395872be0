#ifndef FF_STAGES_CLI_CRYSTAL_OPTIONS_H
#define FF_STAGES_CLI_CRYSTAL_OPTIONS_H

/* The options that say which crystal and which point defect in it, shared by the stages that make
 * one: a stage names ff_crystal_options as its `shared_options`, declares "cells" itself (with its
 * own letter and default, and ff_cells_help), and asks for the result. */

#include "lib/defects/relaxation.h"
#include "lib/structure/host.h"
#include "stages/cli/stage.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const ff_option ff_crystal_options[];
extern const char ff_cells_help[];

/* The name of the first of these options (cells and defect included) that the user has given; NULL:
 * none. */
const char *ff_crystal_option_given(const ff_stage_run *stage);

/* Whether they ask for lattice parameters at equilibrium, which take a potential. */
bool ff_crystal_wants_potential(const ff_stage_run *stage);

/* Makes *host (initialised by the call) one unit cell of the crystal that the options describe, not
 * turned by --orient; --cells is not looked at. potential and errors as ff_crystal_host. */
int ff_crystal_unit_host(ff_stage_run *stage, ff_host *host, const ff_potential *potential,
                         ff_error *err);

/* Makes *host (initialised by the call) the perfect supercell that the options describe. potential:
 * NULL unless it is wanted. FF_E_USAGE for options that are missing, not understood or contradict
 * each other. */
int ff_crystal_host(ff_stage_run *stage, ff_host *host, const ff_potential *potential,
                    ff_error *err);

/* Makes *relaxation (initialised) the unrelaxed defect that the options describe: --defect, or that
 * of --defect-file. */
int ff_crystal_defect(ff_stage_run *stage, ff_relaxation *relaxation, const ff_potential *potential,
                      ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
