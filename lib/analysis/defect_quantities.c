#include "lib/analysis/defect_quantities.h"

#include <math.h>

void ff_defect_quantities_init(ff_defect_quantities *quantities)
{
    *quantities = (ff_defect_quantities){.volume = NAN};
    for (int k = 0; k < 6; k++)
        quantities->dipole[k] = NAN;
    ff_strain_profile_init(&quantities->profile);
    ff_core_map_init(&quantities->core);
}

void ff_defect_quantities_clear(ff_defect_quantities *quantities)
{
    ff_strain_profile_clear(&quantities->profile);
    ff_core_map_clear(&quantities->core);
    ff_defect_quantities_init(quantities);
}

int ff_defect_quantities_find(ff_defect_quantities *quantities, const ff_relaxation *relaxation,
                              ff_error *err)
{
    ff_defect_quantities_init(quantities);
    ff_elastic_dipole(quantities->dipole, relaxation);
    quantities->volume = ff_relaxation_volume(quantities->dipole, relaxation->stiffness);
    int status = ff_strain_profile_find(&quantities->profile, relaxation, err);
    if (status == FF_OK)
        status = ff_defect_symmetry_find(&quantities->symmetry, relaxation, err);
    if (status == FF_OK)
        status = ff_core_map_find(&quantities->core, relaxation, err);
    if (status != FF_OK)
        ff_defect_quantities_clear(quantities);
    return status;
}
