#include "lib/defects/prepare.h"

#include "lib/base/memory.h"
#include "lib/structure/point_defect.h"

#include <stdio.h>
#include <string.h>

static int allocate_state(ff_relaxation *relaxation, ff_error *err)
{
    relaxation->displacement = ff_new_array(relaxation->reference.atoms, 3 * sizeof(double), err);
    return relaxation->displacement ? FF_OK : FF_E_NOMEM;
}

/* What a relaxation knows of the perfect crystal. */
static int take_host(ff_relaxation *relaxation, const ff_host *host, ff_error *err)
{
    (void)snprintf(relaxation->crystal, sizeof relaxation->crystal, "%s", host->name);
    relaxation->lattice_constant = host->lattice_constant;
    relaxation->nearest = ff_host_nearest(host);
    memcpy(relaxation->cells, host->cells, sizeof relaxation->cells);
    return ff_frame_copy(&relaxation->unit, &host->unit, err);
}

int ff_relaxation_prepare_in(ff_relaxation *relaxation, const ff_host *host, const char *defect,
                             ff_error *err)
{
    ff_relaxation_clear(relaxation);
    int status = ff_point_defect(&relaxation->reference, &relaxation->site, relaxation->centre,
                                 host, defect, err);
    if (status == FF_OK)
        status = take_host(relaxation, host, err);
    (void)snprintf(relaxation->defect, sizeof relaxation->defect, "%s", defect);
    return status == FF_OK ? allocate_state(relaxation, err) : status;
}

int ff_relaxation_prepare_from(ff_relaxation *relaxation, const ff_host *host, const char *name,
                               const ff_frame *defective, double tolerance, ff_defect_match *found,
                               ff_error *err)
{
    ff_relaxation_clear(relaxation);
    int status =
        ff_defect_from_frame(&relaxation->reference, &relaxation->site, relaxation->centre,
                             &relaxation->displacement, found, host, defective, tolerance, err);
    (void)snprintf(relaxation->defect, sizeof relaxation->defect, "%s", name);
    return status == FF_OK ? take_host(relaxation, host, err) : status;
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
