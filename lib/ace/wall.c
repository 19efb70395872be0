#include "lib/ace/wall.h"

#include "lib/ace/fade.h"

#include <math.h>

double ff_wall(int z1, int z2, double inner, double distance, double *slope)
{
    static const double share[4] = {0.18175, 0.50986, 0.28022, 0.02817};
    static const double decay[4] = {3.19980, 0.94229, 0.40290, 0.20162};
    static const double coulomb = 14.399645, bohr = 0.529177211; /* e^2/(4 pi eps0) in eV A; A */
    *slope = 0;
    if (distance >= inner)
        return 0;
    double length = 0.8854 * bohr / (pow(z1, 0.23) + pow(z2, 0.23));
    double screening = 0, change = 0;
    for (int i = 0; i < 4; i++) {
        double term = share[i] * exp(-decay[i] * distance / length);
        screening += term;
        change -= decay[i] / length * term;
    }
    double bare = coulomb * z1 * z2 / distance;
    double energy = bare * screening, force = bare * (change - screening / distance);
    double rise, step = 1.0 - ff_fade(inner, distance, &rise);
    *slope = force * step - energy * rise;
    return energy * step;
}
