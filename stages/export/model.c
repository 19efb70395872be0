/* Models as .yace. */

#include "stages/export/export.h"

#include "formats/model_file.h"
#include "formats/yace_writer.h"
#include "lib/pace/pace_model.h"

#include <math.h>
#include <stdio.h>

/* What the user gets, and pays. */
static void tell(ff_stage_run *stage, const ff_pace *pace, const ff_pace_cost *cost)
{
    ff_stage_note(stage,
                  "LAMMPS's forces will differ by some %.0e eV/A; %d base "
                  "functions, tables of %.0f MB every %g A",
                  hypot(cost->fit_error, cost->table_error), pace->bond[0][0].bases,
                  cost->table_bytes / 1e6, pace->spacing);
    if (cost->limited)
        ff_stage_warn(stage,
                      "finer tables would be more accurate but take more than %.0f MB; choose "
                      "--spacing to have them",
                      FF_PACE_MOST_TABLE_BYTES / 1e6);
}

int export_model(ff_stage_run *stage, ff_text_writer *writer, ff_container *container,
                 ff_error *err)
{
    double spacing = ff_argument_number(stage, "spacing");
    if (spacing < 0 || spacing > 0.1)
        return ff_fail(err, FF_E_USAGE, "--spacing %g A, expected 0 to 0.1", spacing);
    ff_ace_model model;
    ff_pace pace;
    ff_pace_cost cost;
    char origin[160];
    ff_ace_model_init(&model);
    ff_pace_init(&pace);
    int status = ff_model_read(&model, NULL, container, err);
    if (status == FF_OK)
        status = ff_pace_from_model(&pace, &cost, &model, spacing, err);
    if (status == FF_OK) {
        (void)snprintf(origin, sizeof origin, "farfield %s export; model %s", FF_VERSION,
                       ff_container_digest(container));
        ff_yace_write(writer, &pace, origin);
        tell(stage, &pace, &cost);
    }
    ff_pace_clear(&pace);
    ff_ace_model_clear(&model);
    return status;
}
