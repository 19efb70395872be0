#include "stages/relax-defect/structure.h"

#include "formats/relaxation_file.h"
#include "lib/defects/prepare.h"
#include "lib/defects/site_match.h"
#include "lib/structure/elements.h"
#include "stages/relax-defect/dislocation.h"

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

/* The options that say which defect; all of them, or --from-reference and none of them. */
static const char *const structure_options[] = {"crystal", "species", "lattice-constant", "cells",
                                                "defect"};

static int check_structure_options(const ff_stage_run *stage, ff_error *err)
{
    bool copied = ff_argument_given(stage, "from-reference");
    for (size_t i = 0; i < sizeof structure_options / sizeof *structure_options; i++) {
        bool given = ff_argument_given(stage, structure_options[i]);
        if (copied && given)
            return ff_fail(err, FF_E_USAGE, "--%s contradicts --from-reference, which sets it",
                           structure_options[i]);
        if (!copied && !given)
            return ff_fail(err, FF_E_USAGE, "--%s or --from-reference is required",
                           structure_options[i]);
    }
    return FF_OK;
}

static int prepare_from_options(ff_stage_run *stage, ff_relaxation *relaxation, ff_error *err)
{
    int cells[3];
    const char *symbol = ff_argument_text(stage, "species");
    int species = ff_element_number(symbol, strlen(symbol));
    if (species == 0)
        return ff_fail(err, FF_E_USAGE, "--species: '%s' is not a chemical symbol", symbol);
    int status = ff_parse_cells(cells, ff_argument_text(stage, "cells"), err);
    if (status != FF_OK)
        return status;
    return ff_relaxation_prepare(relaxation, ff_argument_text(stage, "crystal"), species,
                                 ff_argument_number(stage, "lattice-constant"), cells,
                                 ff_argument_text(stage, "defect"), err);
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
    if (status == FF_OK)
        memcpy(relaxation->displacement, other.displacement,
               3 * relaxation->reference.atoms * sizeof *relaxation->displacement);
    ff_relaxation_clear(&other);
    return status;
}

int relax_defect_prepare(ff_stage_run *stage, ff_relaxation *relaxation,
                         const ff_potential *potential, ff_error *err)
{
    bool dislocation = relax_defect_wants_dislocation(stage);
    int status = dislocation ? relax_defect_dislocation(stage, relaxation, potential, err)
                             : check_structure_options(stage, err);
    if (status == FF_OK && !dislocation)
        status = ff_argument_given(stage, "from-reference")
                     ? prepare_from_reference(stage, relaxation, err)
                     : prepare_from_options(stage, relaxation, err);
    return status == FF_OK ? take_start(stage, relaxation, err) : status;
}
