#include "stages/show/show.h"

#include "formats/calibration_group.h"
#include "formats/evaluation_file.h"
#include "stages/cli/calibration_table.h"
#include "stages/cli/error_table.h"

#include <stdio.h>

static void show_elastic(const ff_elastic *elastic)
{
    show_fact("crystal", "%s", elastic->crystal);
    show_number("lattice constant", elastic->lattice_constant, "A");
    show_number("energy", elastic->energy, "eV/atom");
    show_number("pressure", elastic->pressure_GPa, "GPa");
    show_number("C11", elastic->c11_GPa, "GPa");
    show_number("C12", elastic->c12_GPa, "GPa");
    show_number("C44", elastic->c44_GPa, "GPa");
    show_number("C44 unrelaxed", elastic->c44_unrelaxed_GPa, "GPa");
}

int show_evaluation(ff_container *container, ff_error *err)
{
    ff_evaluation evaluation;
    ff_calibration calibration;
    int status = ff_evaluation_read(&evaluation, container, err);
    if (status != FF_OK)
        return status;
    status = ff_calibration_read(&calibration, container, err);
    show_tags(&evaluation.tags);
    if (evaluation.elastic.known)
        show_elastic(&evaluation.elastic);
    if (evaluation.rows) {
        (void)printf("\nErrors\n");
        ff_error_table_write(stdout, evaluation.rows, evaluation.row, FF_ERROR_TABLE_SPREAD);
    }
    if (calibration.rows) {
        (void)printf("\nErrors as the model expects them\n");
        ff_calibration_table_write(stdout, &calibration);
    }
    if (calibration.predictions)
        show_fact("predictions", "%zu, each with its label and uncertainty",
                  calibration.predictions);
    ff_calibration_clear(&calibration);
    ff_evaluation_clear(&evaluation);
    return status;
}
