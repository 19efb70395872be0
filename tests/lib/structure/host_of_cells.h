#ifndef FF_TESTS_LIB_STRUCTURE_HOST_OF_CELLS_H
#define FF_TESTS_LIB_STRUCTURE_HOST_OF_CELLS_H

/* Supercells of conventional cells of one species with the ideal shape, for tests. */

#include "lib/structure/host.h"

/* *host is initialised by the call. */
static inline int host_of_cells(ff_host *host, const ff_crystal *crystal, int species,
                                double lattice_constant, const int cells[3], ff_error *err)
{
    const int all[FF_CRYSTAL_KINDS] = {species, species};
    const double constants[2] = {lattice_constant, 0};
    const int matrix[9] = {cells[0], 0, 0, 0, cells[1], 0, 0, 0, cells[2]};
    int status = ff_host_of_crystal(host, crystal, all, constants, err);
    return status == FF_OK ? ff_host_repeat(host, matrix, err) : status;
}

#endif
