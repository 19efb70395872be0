#include "lib/defects/prepare.h"

#include "lib/base/memory.h"
#include "lib/structure/crystal.h"

#include <stdio.h>
#include <string.h>

static int allocate_state(ff_relaxation *relaxation, ff_error *err)
{
    relaxation->displacement = ff_new_array(relaxation->reference.atoms, 3 * sizeof(double), err);
    return relaxation->displacement ? FF_OK : FF_E_NOMEM;
}

int ff_relaxation_prepare(ff_relaxation *relaxation, const char *crystal, int species,
                          double lattice_constant, const int cells[3], const char *defect,
                          ff_error *err)
{
    static const int one[3] = {1, 1, 1};
    const ff_crystal *found = ff_crystal_find(crystal);
    if (!found)
        return ff_fail(err, FF_E_USAGE, "unknown crystal '%s', expected one of: %s", crystal,
                       ff_crystal_names());
    ff_relaxation_clear(relaxation);
    int status = ff_point_defect(&relaxation->reference, &relaxation->site, relaxation->centre,
                                 found, species, lattice_constant, cells, defect, err);
    if (status != FF_OK)
        return status;
    (void)snprintf(relaxation->crystal, sizeof relaxation->crystal, "%s", crystal);
    (void)snprintf(relaxation->defect, sizeof relaxation->defect, "%s", defect);
    relaxation->lattice_constant = lattice_constant;
    relaxation->nearest = lattice_constant * found->nearest;
    memcpy(relaxation->cells, cells, sizeof relaxation->cells);
    status = ff_crystal_supercell(&relaxation->unit, found, species, lattice_constant, one, err);
    return status == FF_OK ? allocate_state(relaxation, err) : status;
}

int ff_relaxation_prepare_like(ff_relaxation *copy, const ff_relaxation *other, ff_error *err)
{
    ff_relaxation_clear(copy);
    memcpy(copy->crystal, other->crystal, sizeof copy->crystal);
    memcpy(copy->defect, other->defect, sizeof copy->defect);
    copy->lattice_constant = other->lattice_constant;
    copy->nearest = other->nearest;
    memcpy(copy->cells, other->cells, sizeof copy->cells);
    memcpy(copy->centre, other->centre, sizeof copy->centre);
    memcpy(copy->burgers, other->burgers, sizeof copy->burgers);
    const size_t atoms = other->reference.atoms;
    int status = ff_frame_copy(&copy->reference, &other->reference, err);
    if (status == FF_OK)
        status = ff_frame_copy(&copy->unit, &other->unit, err);
    if (status == FF_OK && !(copy->site = ff_copy_array(other->site, atoms, sizeof(int64_t), err)))
        status = FF_E_NOMEM;
    if (status == FF_OK && other->fixed &&
        !(copy->fixed = ff_copy_array(other->fixed, atoms, sizeof(bool), err)))
        status = FF_E_NOMEM;
    return status == FF_OK ? allocate_state(copy, err) : status;
}
