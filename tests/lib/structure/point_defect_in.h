#ifndef FF_TESTS_LIB_STRUCTURE_POINT_DEFECT_IN_H
#define FF_TESTS_LIB_STRUCTURE_POINT_DEFECT_IN_H

/* Point defects in supercells of conventional cells of one species, for tests. */

#include "lib/structure/point_defect.h"
#include "tests/lib/structure/host_of_cells.h"

static inline int point_defect_in(ff_frame *frame, int64_t **site, double centre[3],
                                  const ff_crystal *crystal, int species, double lattice_constant,
                                  const int cells[3], const char *defect, ff_error *err)
{
    ff_host host;
    int status = host_of_cells(&host, crystal, species, lattice_constant, cells, err);
    if (status == FF_OK)
        status = ff_point_defect(frame, site, centre, &host, defect, err);
    ff_host_clear(&host);
    return status;
}

#endif
