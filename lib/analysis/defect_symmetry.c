#include "lib/analysis/defect_symmetry.h"

#include "lib/defects/local_symmetry.h"
#include "lib/defects/site_match.h"
#include "lib/structure/lattice.h"

#include <math.h>
#include <spglib.h>
#include <string.h>

/* A defect that has wandered has its centre elsewhere: where the energies of atoms, as squares of
 * their difference from the bulk's, have theirs. It stays where the symmetry of the relaxed
 * structure keeps it. In a periodic cell places are phases, and none is cut off. Without energies
 * of atoms it is where it was. */
static void find_centre(double shift[3], const ff_relaxation *r)
{
    double inverse[9], wave[3][2] = {{0.0}}, place[3];
    const double turn = 2.0 * acos(-1.0);
    ff_lattice_inverse(inverse, r->reference.cell);
    for (size_t i = 0; i < r->reference.atoms && r->site_energies; i++) {
        double from[3], fraction[3];
        double excess = r->site_energies[i] - r->bulk_energy[r->reference.species[i]];
        ff_relaxation_from_centre(from, r, i);
        for (size_t k = 0; k < 3; k++)
            from[k] += r->displacement[3 * i + k];
        ff_row_times_matrix(fraction, from, inverse);
        for (int k = 0; k < 3; k++) {
            wave[k][0] += excess * excess * cos(turn * fraction[k]);
            wave[k][1] += excess * excess * sin(turn * fraction[k]);
        }
    }
    for (int k = 0; k < 3; k++)
        place[k] = atan2(wave[k][1], wave[k][0]) / turn;
    ff_row_times_matrix(shift, place, r->reference.cell);
}

static void name_group(ff_defect_symmetry *symmetry, int turns[][3][3])
{
    char symbol[6] = "";
    int transformation[3][3];
    if (spg_get_pointgroup(symbol, transformation, turns, (int)symmetry->order) == 0)
        symbol[0] = '\0';
    symbol[5] = '\0';
    for (char *c = symbol; *c; c++)
        if (*c == ' ')
            *c = '\0';
    memcpy(symmetry->group, symbol, sizeof symbol);
}

/* The group about the centre moved by `shift`, if it is larger than that known. */
static int try_centre(ff_defect_symmetry *symmetry, const ff_relaxation *relaxation,
                      const double shift[3], ff_error *err)
{
    const ff_local_symmetry_options options = {.radius = 4.0 * relaxation->nearest,
                                               .tolerance = 0.02};
    ff_local_symmetry local;
    int status = ff_local_symmetry_find(&local, relaxation, shift, &options, err);
    if (status == FF_OK && local.order > symmetry->order) {
        symmetry->crystal = local.crystal;
        symmetry->order = local.order;
        name_group(symmetry, local.turn);
    }
    ff_local_symmetry_clear(&local);
    return status;
}

int ff_defect_symmetry_find(ff_defect_symmetry *symmetry, const ff_relaxation *relaxation,
                            ff_error *err)
{
    static const double nowhere[3] = {0.0};
    double shift[3];
    *symmetry = (ff_defect_symmetry){0};
    const bool *periodic = relaxation->unit.periodic;
    if (ff_relaxation_is_dislocation(relaxation) || !periodic[0] || !periodic[1] || !periodic[2])
        return FF_OK;
    find_centre(shift, relaxation);
    int status = try_centre(symmetry, relaxation, nowhere, err);
    if (status == FF_OK)
        status = try_centre(symmetry, relaxation, shift, err);
    return status;
}
