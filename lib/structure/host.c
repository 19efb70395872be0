#include "lib/structure/host.h"

#include "lib/structure/lattice.h"
#include "lib/structure/oriented_cell.h"
#include "lib/structure/supercell.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void ff_host_init(ff_host *host)
{
    *host = (ff_host){0};
}

void ff_host_clear(ff_host *host)
{
    ff_frame_clear(&host->unit);
    ff_host_init(host);
}

/* What follows from the unit cell while it is the crystal's own. */
static void take_unit(ff_host *host, const char *name)
{
    (void)snprintf(host->name, sizeof host->name, "%s", name);
    host->lattice_constant = sqrt(ff_vector_dot(host->unit.cell, host->unit.cell));
    memcpy(host->axes, host->unit.cell, sizeof host->axes);
    memcpy(host->cell, host->unit.cell, sizeof host->cell);
    for (int k = 0; k < 3; k++)
        host->cells[k] = 1;
}

int ff_host_of_crystal(ff_host *host, const ff_crystal *crystal, const int *species,
                       const double constants[2], ff_error *err)
{
    ff_host_init(host);
    int status = ff_crystal_unit(&host->unit, crystal, species, constants, err);
    if (status != FF_OK)
        return status;
    take_unit(host, crystal->name);
    host->type = crystal;
    return FF_OK;
}

int ff_host_of_frame(ff_host *host, const char *name, const ff_frame *frame, ff_error *err)
{
    ff_host_init(host);
    if (!frame->periodic[0] || !frame->periodic[1])
        return ff_fail(err, FF_E_RANGE,
                       "the cell is not periodic along its first two vectors, as a crystal is");
    int status = ff_frame_check(frame, err);
    if (status == FF_OK)
        status = ff_frame_copy(&host->unit, frame, err);
    if (status != FF_OK)
        return status;
    ff_frame_drop_labels(&host->unit);
    for (int k = 0; k < 3; k++)
        host->unit.centre[k] = NAN;
    take_unit(host, name);
    return ff_frame_set_group(&host->unit, "default", err);
}

int ff_host_orient(ff_host *host, const int directions[9], ff_error *err)
{
    ff_frame oriented;
    double rotation[9], turned[9];
    int status = ff_oriented_cell(&oriented, &host->unit, directions, err);
    if (status != FF_OK)
        return status;
    ff_orientation(rotation, host->unit.cell, directions);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            turned[3 * i + k] = ff_vector_dot(rotation + 3 * k, host->axes + 3 * i);
    memcpy(host->axes, turned, sizeof turned);
    ff_frame_clear(&host->unit);
    host->unit = oriented;
    memcpy(host->cell, host->unit.cell, sizeof host->cell);
    return FF_OK;
}

int ff_host_repeat(ff_host *host, const int matrix[9], ff_error *err)
{
    ff_frame repeated;
    int status =
        ff_supercell_of_matrix(&repeated, host->cells, host->cell, &host->unit, matrix, err);
    if (status != FF_OK)
        return status;
    ff_frame_clear(&host->unit);
    host->unit = repeated;
    return FF_OK;
}

int ff_host_frame(ff_frame *frame, const ff_host *host, ff_error *err)
{
    int status = ff_repeat_cell(frame, &host->unit, host->cells, err);
    if (status == FF_OK)
        memcpy(frame->cell, host->cell, sizeof frame->cell);
    return status;
}

void ff_host_site_position(double position[3], const ff_host *host, size_t site)
{
    size_t basis = site % host->unit.atoms, cell = site / host->unit.atoms;
    double index[3], origin[3];
    for (int k = 2; k >= 0; k--) {
        index[k] = (double)(cell % (size_t)host->cells[k]);
        cell /= (size_t)host->cells[k];
    }
    ff_row_times_matrix(origin, index, host->unit.cell);
    for (size_t k = 0; k < 3; k++)
        position[k] = origin[k] + host->unit.positions[3 * basis + k];
}

size_t ff_host_middle_site(const ff_host *host, size_t basis)
{
    size_t cell = 0;
    for (int k = 0; k < 3; k++)
        cell = cell * (size_t)host->cells[k] + (size_t)host->cells[k] / 2;
    return cell * host->unit.atoms + basis;
}

/* In a reduced cell neighbours are in this cell or one next to it. */
static double nearest_to(const ff_frame *unit, const double cell[9], size_t i)
{
    double inverse[9], least = INFINITY;
    ff_lattice_inverse(inverse, cell);
    for (size_t j = 0; j < unit->atoms; j++) {
        double apart[3], fraction[3];
        for (size_t k = 0; k < 3; k++)
            apart[k] = unit->positions[3 * j + k] - unit->positions[3 * i + k];
        ff_row_times_matrix(fraction, apart, inverse);
        for (int image = 0; image < 27; image++) {
            const int shift[3] = {image % 3 - 1, image / 3 % 3 - 1, image / 9 - 1};
            double place[3], vector[3];
            if ((i == j && image == 13) || (!unit->periodic[2] && shift[2]))
                continue;
            for (int k = 0; k < 3; k++)
                place[k] =
                    fraction[k] - (unit->periodic[k] ? nearbyint(fraction[k]) : 0) + shift[k];
            ff_row_times_matrix(vector, place, cell);
            least = fmin(least, ff_vector_dot(vector, vector));
        }
    }
    return least;
}

double ff_host_nearest(const ff_host *host)
{
    double cell[9], least = INFINITY;
    int64_t transform[9];
    memcpy(cell, host->unit.cell, sizeof cell);
    (void)ff_lattice_reduce(cell, transform, host->unit.periodic);
    for (size_t i = 0; i < host->unit.atoms; i++)
        least = fmin(least, nearest_to(&host->unit, cell, i));
    return sqrt(least);
}
