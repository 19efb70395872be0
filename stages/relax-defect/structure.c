#include "stages/relax-defect/structure.h"

#include "formats/relaxation_file.h"
#include "lib/defects/prepare.h"
#include "lib/defects/site_match.h"
#include "stages/cli/crystal_options.h"
#include "stages/relax-defect/dislocation.h"

#include <stdlib.h>
#include <string.h>

static int read_relaxation(ff_stage_run *stage, ff_relaxation *relaxation, const char *option,
                           ff_error *err)
{
    ff_container *input = NULL;
    int status = ff_stage_open(stage, &input, ff_argument_text(stage, option), option, "relaxation",
                               FF_RELAXATION_FILE_VERSION, err);
    if (status == FF_OK)
        status = ff_relaxation_read(relaxation, input, err);
    ff_container_close(input);
    return status;
}

/* --from-reference, or the options that say which defect, but not both. */
static int check_structure_options(const ff_stage_run *stage, ff_error *err)
{
    bool copied = ff_argument_given(stage, "from-reference");
    const char *given = ff_crystal_option_given(stage);
    if (copied && given)
        return ff_fail(err, FF_E_USAGE, "--%s contradicts --from-reference, which sets it", given);
    if (copied)
        return FF_OK;
    if (!ff_argument_given(stage, "crystal-file") && !ff_argument_given(stage, "crystal"))
        return ff_fail(err, FF_E_USAGE,
                       "--crystal or --from-reference is required (or --crystal-file)");
    if (!ff_argument_given(stage, "cells"))
        return ff_fail(err, FF_E_USAGE, "--cells or --from-reference is required");
    if (!ff_argument_given(stage, "defect") && !ff_argument_given(stage, "defect-file"))
        return ff_fail(err, FF_E_USAGE,
                       "--defect or --from-reference is required (or --defect-file)");
    return FF_OK;
}

static int prepare_from_reference(ff_stage_run *stage, ff_relaxation *relaxation, ff_error *err)
{
    ff_relaxation other;
    ff_relaxation_init(&other);
    int status = read_relaxation(stage, &other, "from-reference", err);
    if (status == FF_OK)
        status = ff_relaxation_prepare_like(relaxation, &other, err);
    ff_relaxation_clear(&other);
    return status;
}

/* Takes over the displacements of --start. */
static int take_start(ff_stage_run *stage, ff_relaxation *relaxation, ff_error *err)
{
    if (!ff_argument_given(stage, "start"))
        return FF_OK;
    ff_relaxation other;
    ff_relaxation_init(&other);
    int status = read_relaxation(stage, &other, "start", err);
    if (status == FF_OK) {
        status = ff_relaxation_check_same_reference(relaxation, &other, err);
        ff_error_in_file(err, ff_argument_text(stage, "start"));
    }
    if (status == FF_OK) {
        memcpy(relaxation->displacement, other.displacement,
               3 * relaxation->reference.atoms * sizeof *relaxation->displacement);
        free(relaxation->history);
        relaxation->history = other.history; /* dropped unless the potential is the same */
        relaxation->steps = other.steps;
        other.history = NULL;
    }
    ff_relaxation_clear(&other);
    return status;
}

int relax_defect_prepare(ff_stage_run *stage, ff_relaxation *relaxation,
                         const ff_potential *potential, ff_error *err)
{
    bool dislocation = relax_defect_wants_dislocation(stage);
    int status = dislocation ? relax_defect_dislocation(stage, relaxation, potential, err)
                             : relax_defect_check_no_dislocation(stage, err);
    if (status == FF_OK && !dislocation)
        status = check_structure_options(stage, err);
    if (status == FF_OK && !dislocation)
        status = ff_argument_given(stage, "from-reference")
                     ? prepare_from_reference(stage, relaxation, err)
                     : ff_crystal_defect(stage, relaxation, potential, err);
    return status == FF_OK ? take_start(stage, relaxation, err) : status;
}
