#include "lib/defects/crystal_response.h"

#include "lib/defects/supercell_constants.h"

int ff_crystal_response_init(ff_crystal_response *out, const ff_relaxation *relaxation,
                             const ff_potential *potential, const ff_frame *frame, ff_error *err)
{
    *out = (ff_crystal_response){0};
    ff_force_constants_init(&out->constants);
    if (relaxation->fixed || ff_relaxation_is_dislocation(relaxation))
        return ff_sparse_response_new(&out->sparse, potential, &relaxation->unit, frame,
                                      relaxation->site, relaxation->fixed, NULL, err);
    int status = ff_crystal_constants(&out->constants, potential, &relaxation->unit,
                                      relaxation->cells, NULL, err);
    if (status == FF_OK)
        status = ff_green_function_new(&out->green, &out->constants, relaxation->cells, -1.0, err);
    if (status == FF_OK)
        status = ff_defect_response_new(&out->response, out->green, potential, frame,
                                        relaxation->site, err);
    return status;
}

void ff_crystal_response_apply(ff_crystal_response *response, const double *force,
                               double *displacement)
{
    if (response->sparse)
        ff_sparse_response_apply(response->sparse, force, displacement);
    else
        ff_defect_response_apply(response->response, force, displacement);
}

void ff_crystal_response_clear(ff_crystal_response *response)
{
    ff_sparse_response_free(response->sparse);
    ff_defect_response_free(response->response);
    ff_green_function_free(response->green);
    ff_force_constants_clear(&response->constants);
    *response = (ff_crystal_response){0};
}
