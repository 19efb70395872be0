#include "lib/pace/pace_repulsion.h"

#include "lib/ace/fade.h"

#include <math.h>

/* A function of the distance with its first two derivatives. */
typedef struct jet {
    double value, slope, curvature;
} jet;

static jet multiply(jet a, jet b)
{
    return (jet){a.value * b.value, a.slope * b.value + a.value * b.slope,
                 a.curvature * b.value + 2.0 * a.slope * b.slope + a.value * b.curvature};
}

/* 1 - the step from start to start + width, sudden when the width is 0. */
static jet fall(double start, double width, double r)
{
    jet s = {.value = r >= start};
    if (width > 0)
        s.value = ff_smooth_step(1.0 / width, start / width, r, &s.slope, &s.curvature);
    return (jet){1.0 - s.value, -s.slope, -s.curvature};
}

/* strength exp(-exponent r^2)/r (1 + cos(pi r/cutoff))/2 */
static jet gaussian(const ff_pace_bond *bond, double r)
{
    static const double least = 50; /* where ML-PACE takes exp(-x) for zero */
    double strength = fabs(bond->strength), exponent = fabs(bond->exponent);
    double k = M_PI / bond->cutoff;
    if (exponent * r * r >= least)
        return (jet){0};
    double decay = strength * exp(-exponent * r * r);
    const jet bell = {decay, -2.0 * exponent * r * decay,
                      (4.0 * exponent * exponent * r * r - 2.0 * exponent) * decay};
    const jet inverse = {1.0 / r, -1.0 / (r * r), 2.0 / (r * r * r)};
    const jet envelope = {0.5 + 0.5 * cos(k * r), -0.5 * k * sin(k * r), -0.5 * k * k * cos(k * r)};
    return multiply(multiply(bell, inverse), envelope);
}

/* The universal screening function of nuclei (wall.h) over r, with the rounded constants of
 * LAMMPS's pair style zbl. */
static jet screened(double length, double r)
{
    static const double share[4] = {0.18175, 0.50986, 0.28022, 0.02817};
    static const double decay[4] = {3.19980, 0.94229, 0.40290, 0.20162};
    jet sum = {0};
    for (int i = 0; i < 4; i++) {
        double rate = decay[i] / length, term = share[i] * exp(-rate * r);
        sum.value += term;
        sum.slope -= rate * term;
        sum.curvature += rate * rate * term;
    }
    return multiply(sum, (jet){1.0 / r, -1.0 / (r * r), 2.0 / (r * r * r)});
}

/* Half the nuclear repulsion, shifted so that it reaches the cutoff with value, slope and curvature
 * zero, as LAMMPS's pair style zbl is, and faded there once more. */
static jet zbl(const ff_pace_bond *bond, int z1, int z2, double r)
{
    static const double coulomb = 14.399645351950543; /* e^2/(4 pi eps0), eV A */
    double length = 0.46850 / (pow(z1, 0.23) + pow(z2, 0.23));
    double width = bond->width, start = bond->cutoff - width;
    jet end = screened(length, bond->cutoff), bare = screened(length, r);
    double a = (-3.0 * end.slope + width * end.curvature) / (width * width);
    double b = (2.0 * end.slope - width * end.curvature) / (width * width * width);
    double c = -end.value + 0.5 * width * end.slope - width * width * end.curvature / 12.0;
    double x = fmax(r - start, 0.0), scale = 0.5 * bond->strength * coulomb * z1 * z2;
    jet shifted = {scale * (bare.value + c + x * x * x * (a / 3.0 + b / 4.0 * x)),
                   scale * (bare.slope + x * x * (a + b * x)),
                   scale * (bare.curvature + x * (2.0 * a + 3.0 * b * x))};
    return multiply(shifted, fall(start, width, r));
}

double ff_pace_repulsion(ff_pace_core core, const ff_pace_bond *bond, int z1, int z2,
                         double distance, double *slope, double *curvature)
{
    jet q = {0};
    *slope = *curvature = 0;
    if (bond->strength == 0 || (core == FF_PACE_DISTANCE && distance >= bond->inner))
        return 0;
    q = core == FF_PACE_ZBL ? zbl(bond, z1, z2, distance) : gaussian(bond, distance);
    if (core == FF_PACE_DISTANCE)
        q = multiply(q, fall(bond->inner - bond->inner_width, bond->inner_width, distance));
    *slope = q.slope;
    *curvature = q.curvature;
    return q.value;
}
