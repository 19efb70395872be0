#include "lib/ace/wall.h"

#include "lib/ace/fade.h"

#include <math.h>

double ff_wall(int z1, int z2, double inner, double distance, double *slope, double *curvature)
{
    static const double share[4] = {0.18175, 0.50986, 0.28022, 0.02817};
    static const double decay[4] = {3.19980, 0.94229, 0.40290, 0.20162};
    static const double coulomb = 14.399645, bohr = 0.529177211; /* e^2/(4 pi eps0) in eV A; A */
    *slope = *curvature = 0;
    if (distance >= inner)
        return 0;
    double length = 0.8854 * bohr / (pow(z1, 0.23) + pow(z2, 0.23)), inverse = 1.0 / distance;
    double screening = 0, change = 0, bend = 0; /* of the sum and its derivatives */
    for (int i = 0; i < 4; i++) {
        double rate = decay[i] / length, term = share[i] * exp(-rate * distance);
        screening += term;
        change -= rate * term;
        bend += rate * rate * term;
    }
    double bare = coulomb * z1 * z2 * inverse;
    double energy = bare * screening, force = bare * (change - screening * inverse);
    double stiffness = bare * (bend - 2.0 * inverse * (change - screening * inverse));
    double rise, turn, step = 1.0 - ff_fade(inner, distance, &rise, &turn);
    *slope = force * step - energy * rise;
    *curvature = stiffness * step - 2.0 * force * rise - energy * turn;
    return energy * step;
}
