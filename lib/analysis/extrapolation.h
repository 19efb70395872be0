#ifndef FF_LIB_ANALYSIS_EXTRAPOLATION_H
#define FF_LIB_ANALYSIS_EXTRAPOLATION_H

/* One point defect in supercells of growing size, and what an infinite crystal would give.
 *
 * A cell of N unit cells along each edge holds sites ~ N^3. The elastic interaction of the defect
 * with its periodic images makes its energy at fixed cell
 *     E(sites) = E_infinity + factor sites^-p + next sites^(-5/3) + ...,   p = 1,
 * that is an error ~ N^-3 and then N^-5, and the bond norm of its displacements wrong by ~ N^(-3/2)
 * (docs/theory.md). Exponents are stated per edge: 3 and 3/2. Where relaxations know the images'
 * energy (image_energy.h), the energies without it converge faster, as N^-6.
 *
 * Limits are weighted least squares. The terms left out fall with the size themselves, so that
 * deviations are taken to shrink as the leading term, or as 1 / sites where it is fitted: weights
 * are the squares of that. The next term is fitted where
 * a point is left to spare then: from four sizes on, five if the exponent is fitted, too; not
 * beside leading terms that fall as fast. Energies eV, volumes A^3, bond norms A.
 */

#include "lib/analysis/power_law.h"
#include "lib/defects/relaxation.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The limit of a value over sizes. What is not determined is NaN: uncertainties of an assumed
 * exponent's limit with two sizes, of a fitted one's with three. */
typedef struct ff_limit {
    size_t sizes;             /* used */
    size_t terms;             /* that vanish: 1, or 2 with the next one */
    double value;             /* for sites -> infinity; NaN with fewer than two sizes */
    double factor;            /* of the leading term, sites^(-exponent / 3) */
    double exponent;          /* per edge; assumed or fitted */
    double low, high;         /* 95 % confidence interval of a fitted exponent */
    double scatter;           /* half the 95 % confidence interval of value, from the residuals */
    double smallest_left_out; /* value found without the smallest cell */
    double uncertainty; /* the larger of scatter and what leaving out the smallest cell changes */
} ff_limit;

/* The limit with an exponent assumed (per edge). sites: increasing; values that are NaN are left
 * out; of more than 64 the largest are used. */
void ff_limit_assume(ff_limit *limit, const double *sites, const double *value, size_t count,
                     double exponent);

/* The limit with the exponent fitted as well, between 0.5 and 12 per edge; needs three sizes. The
 * confidence intervals are those of the least squares linearised in all parameters. */
void ff_limit_fit(ff_limit *limit, const double *sites, const double *value, size_t count);

typedef struct ff_extrapolated_size {
    int cells[3];
    size_t atoms, sites;
    bool converged;
    double energy;         /* eV, formation energy at fixed cell */
    double without_images; /* eV, the same minus the images' energy; NaN: unknown */
    double volume;         /* A^3, relaxation volume; NaN: unknown */
    double geometry; /* A, bond norm of the difference to the largest converged cell, over the bonds
                        within this one; NaN for that, and where the defect is in another
                        configuration */
} ff_extrapolated_size;

typedef struct ff_extrapolation {
    char crystal[32], defect[64];
    double lattice_constant; /* A */
    size_t sizes;
    ff_extrapolated_size *size; /* [sizes], increasing */
    ff_limit energy;            /* exponent 3 assumed */
    ff_limit energy_fitted;     /* exponent fitted */
    ff_limit without_images;    /* exponent 6 assumed */
    ff_limit volume;            /* exponent 3 assumed */
    ff_power_law geometry; /* over N = (sites / sites of the unit cell)^(1/3), for sizes of up to a
                              third of the largest one's sites: nearer to it the difference between
                              the two is less than what the smaller one gets wrong */
} ff_extrapolation;

void ff_extrapolation_init(ff_extrapolation *extrapolation);
void ff_extrapolation_clear(ff_extrapolation *extrapolation);

/* *extrapolation is initialised by the call; relaxations in any order, those not converged are
 * listed but not used. FF_E_FORMAT when they are not of one point defect, in one crystal, in cells
 * of one shape and of different sizes; *culprit, unless NULL, is then the index of the relaxation
 * at fault. FF_E_USAGE for fewer than two. */
int ff_extrapolate(ff_extrapolation *extrapolation, const ff_relaxation *relaxations, size_t count,
                   size_t *culprit, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
