/* What is derived from a relaxed defect, for farfield-relax-defect. */

#include "stages/relax-defect/quantities.h"

#include "formats/defect_quantities_group.h"

#include <math.h>
#include <string.h>

static void say(const ff_stage_run *stage, const ff_defect_quantities *q)
{
    if (!isnan(q->volume))
        ff_stage_note(stage, "%-22s %14.6f A^3", "relaxation volume", q->volume);
    if (q->symmetry.order)
        ff_stage_note(stage, "%-22s %14s, %zu of the crystal's %zu operations", "point group",
                      q->symmetry.group, q->symmetry.order, q->symmetry.crystal);
    if (!isnan(q->profile.decay.exponent))
        ff_stage_note(stage, "%-22s %14.2f, 95 %%: %.2f to %.2f, from %.1f to %.1f A",
                      "decay exponent of |Du|", q->profile.decay.exponent, q->profile.decay.low,
                      q->profile.decay.high, q->profile.from, q->profile.to);
    if (!isnan(q->core.spread))
        ff_stage_note(stage, "%-22s %14.4f A at x = %.4f, y = %.4f A", "spread of the core",
                      q->core.spread, q->core.position[0], q->core.position[1]);
}

int relax_defect_quantities(ff_stage_run *stage, const ff_relaxation *relaxation,
                            ff_container *output, ff_error *err)
{
    ff_defect_quantities quantities;
    if (strcmp(relaxation->defect, "none") == 0)
        return FF_OK;
    int status = ff_defect_quantities_find(&quantities, relaxation, err);
    if (status == FF_E_RANGE || status == FF_E_NUMERIC) {
        ff_stage_warn(stage, "nothing is derived from the structure: %s", err ? err->message : "");
        if (err)
            *err = (ff_error){0};
        return FF_OK;
    }
    if (status == FF_OK) {
        say(stage, &quantities);
        status = ff_defect_quantities_write(output, &quantities, err);
    }
    ff_defect_quantities_clear(&quantities);
    return status;
}
