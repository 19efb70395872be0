#ifndef FF_TESTS_LIB_STRUCTURE_POINT_DEFECT_IN_H
#define FF_TESTS_LIB_STRUCTURE_POINT_DEFECT_IN_H

/* Point defects in supercells of conventional cells of one species, for tests. */

#include "lib/structure/point_defect.h"

static inline int point_defect_in(ff_frame *frame, int64_t **site, double centre[3],
                                  const ff_crystal *crystal, int species, double lattice_constant,
                                  const int cells[3], const char *defect, ff_error *err)
{
    const int all[FF_CRYSTAL_KINDS] = {species, species};
    const double constants[2] = {lattice_constant, 0};
    const int matrix[9] = {cells[0], 0, 0, 0, cells[1], 0, 0, 0, cells[2]};
    ff_host host;
    int status = ff_host_of_crystal(&host, crystal, all, constants, err);
    if (status == FF_OK)
        status = ff_host_repeat(&host, matrix, err);
    if (status == FF_OK)
        status = ff_point_defect(frame, site, centre, &host, defect, err);
    ff_host_clear(&host);
    return status;
}

#endif
