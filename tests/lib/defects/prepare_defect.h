#ifndef FF_TESTS_LIB_DEFECTS_PREPARE_DEFECT_H
#define FF_TESTS_LIB_DEFECTS_PREPARE_DEFECT_H

/* Unrelaxed point defects in supercells of conventional cells of one species, for tests. */

#include "lib/defects/prepare.h"
#include "tests/lib/structure/host_of_cells.h"

/* As ff_relaxation_prepare_in, of a crystal with a name. */
static inline int prepare_defect(ff_relaxation *relaxation, const char *crystal, int species,
                                 double lattice_constant, const int cells[3], const char *defect,
                                 ff_error *err)
{
    ff_host host;
    int status =
        host_of_cells(&host, ff_crystal_find(crystal), species, lattice_constant, cells, err);
    if (status == FF_OK)
        status = ff_relaxation_prepare_in(relaxation, &host, defect, err);
    ff_host_clear(&host);
    return status;
}

#endif
