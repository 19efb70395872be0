#include "lib/defects/cylinder.h"

#include <math.h>

double ff_cylinder_distance(const ff_relaxation *relaxation, size_t atom)
{
    const double *placed = relaxation->reference.positions + 3 * atom;
    double position[3] = {placed[0], placed[1], placed[2]};
    if (relaxation->site[atom] >= 0)
        ff_relaxation_site_position(position, relaxation, relaxation->site[atom]);
    return hypot(position[0] - relaxation->centre[0], position[1] - relaxation->centre[1]);
}

void ff_cylinder_measure(ff_cylinder *cylinder, const ff_relaxation *relaxation)
{
    *cylinder = (ff_cylinder){0};
    for (size_t i = 0; i < relaxation->reference.atoms; i++) {
        double distance = ff_cylinder_distance(relaxation, i);
        if (!relaxation->fixed || !relaxation->fixed[i])
            cylinder->radius = fmax(cylinder->radius, distance);
        cylinder->outer = fmax(cylinder->outer, distance);
    }
    cylinder->middle = 0.5 * (cylinder->radius + cylinder->outer);
}

bool ff_cylinder_counts(const ff_cylinder *cylinder, const ff_relaxation *relaxation, size_t atom)
{
    return !cylinder || ff_cylinder_distance(relaxation, atom) <= cylinder->middle;
}

int ff_cylinder_check(const ff_cylinder *cylinder, double cutoff, ff_error *err)
{
    double rim = cylinder->outer - cylinder->radius;
    if (rim >= 2.0 * cutoff)
        return FF_OK;
    return ff_fail(err, FF_E_RANGE,
                   "the fixed rim is %.3g A wide, expected twice the potential's cutoff, %.3g A, "
                   "or atoms that move feel the surface",
                   rim, 2.0 * cutoff);
}
