#ifndef FF_LIB_ACE_FADE_H
#define FF_LIB_ACE_FADE_H

/* How a model hands over to the repulsion of bare nuclei at distances no training data reach: the
 * step s(r) rises from 0 at 3/4 of the inner radius to 1 at the inner radius with two continuous
 * derivatives, s = u^3 (10 - 15 u + 6 u^2). Radial functions are multiplied by s, the wall by 1 -
 * s.
 */

#ifdef __cplusplus
extern "C" {
#endif

/* The step of u = scale x - shift, 0 for u <= 0 and 1 for u >= 1, and its derivatives by x. */
static inline double ff_smooth_step(double scale, double shift, double x, double *slope,
                                    double *curvature)
{
    double u = scale * x - shift;
    u = u > 0.0 ? u : 0.0;
    u = u < 1.0 ? u : 1.0;
    *slope = 30.0 * scale * u * u * (1.0 - u) * (1.0 - u);
    *curvature = 60.0 * scale * scale * u * (1.0 - u) * (1.0 - 2.0 * u);
    return u * u * u * (10.0 - 15.0 * u + 6.0 * u * u);
}

/* s at a distance; *slope receives ds/dr (1/A), *curvature d2s/dr2 (1/A^2). */
static inline double ff_fade(double inner, double distance, double *slope, double *curvature)
{
    return ff_smooth_step(4.0 / inner, 3.0, distance, slope, curvature);
}

#ifdef __cplusplus
}
#endif
#endif
