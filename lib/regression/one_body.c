#include "lib/regression/one_body.h"

#include "lib/base/memory.h"

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Row of one frame: counts of the species and the energy, over the square root of the atoms. */
static double frame_row(double *row, const ff_frame *frame, const int *column)
{
    double scale = 1.0 / sqrt((double)frame->atoms);
    for (size_t i = 0; i < frame->atoms; i++)
        row[column[frame->species[i]]] += scale;
    return scale * frame->energy;
}

static bool usable(const ff_frame *frame)
{
    return frame->labels & FF_LABEL_ENERGY && frame->atoms > 0;
}

int ff_one_body_average(double *one_body, const ff_dataset *dataset, ff_error *err)
{
    int species[FF_MAX_SPECIES], column[FF_MAX_SPECIES + 1] = {0};
    size_t count = 0, rows = 0, energies = 0;
    memset(one_body, 0, (FF_MAX_SPECIES + 1) * sizeof *one_body);
    ff_dataset_species(dataset, species, &count);
    for (size_t i = 0; i < count; i++)
        column[species[i]] = (int)i;
    for (size_t i = 0; i < dataset->count; i++)
        energies += usable(&dataset->frames[i]);
    if (energies == 0)
        return ff_fail(err, FF_E_RANGE, "no frame has an energy to take the average of");

    size_t height = energies > count ? energies : count;
    int status = FF_E_NOMEM;
    double singular[FF_MAX_SPECIES];
    double *matrix = ff_new_array(height * count, sizeof *matrix, err);
    double *energy = ff_new_array(height, sizeof *energy, err);
    if (!matrix || !energy)
        goto done;
    for (size_t i = 0; i < dataset->count; i++)
        if (usable(&dataset->frames[i])) {
            energy[rows] = frame_row(matrix + rows * count, &dataset->frames[i], column);
            rows++;
        }
    lapack_int rank = 0;
    lapack_int info = LAPACKE_dgelsd(LAPACK_ROW_MAJOR, (lapack_int)height, (lapack_int)count, 1,
                                     matrix, (lapack_int)count, energy, 1, singular, 1e-10, &rank);
    if (info != 0) {
        status = ff_fail(err, FF_E_NUMERIC, "the average energies per atom did not converge");
        goto done;
    }
    for (size_t i = 0; i < count; i++)
        one_body[species[i]] = energy[i];
    status = FF_OK;
done:
    free(matrix);
    free(energy);
    return status;
}
