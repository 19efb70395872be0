#ifndef FF_LIB_AUDIT_REFEREE_FIT_H
#define FF_LIB_AUDIT_REFEREE_FIT_H

/* Fits of the referee: how much of the labels one potential explains when they are read in one way
 * or another.
 *
 * Minimised is the mean square of what is left of the labels of each kind, in units of their
 * spread, added over kinds; so 1 is nothing explained, and 0 everything. All that a fit needs of
 * the rows are their products, which are formed once; a fit then costs one factorisation.
 */

#include "lib/audit/referee_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How the labels are read: label = ratio * true label, of a kind, or of a kind in one group. */
typedef struct ff_referee_reading_of {
    double ratio;
    int reading; /* enum ff_referee_reading */
} ff_referee_reading_of;

typedef struct ff_referee_problem {
    ff_referee_reading_of of[FF_REFEREE_KINDS][FF_REFEREE_MOST_GROUPS];
} ff_referee_problem;

/* As the labels are. */
void ff_referee_problem_init(ff_referee_problem *problem);

typedef struct ff_referee ff_referee;

/* Forms the products. rows is borrowed. */
int ff_referee_new(ff_referee **out, const ff_referee_rows *rows, ff_error *err);
void ff_referee_free(ff_referee *referee); /* NULL is allowed */

/* What is left of the labels. */
typedef struct ff_referee_rest {
    double total;                         /* sum over kinds */
    double kind[FF_REFEREE_KINDS];        /* mean square in units of the spread */
    double group[FF_REFEREE_MOST_GROUPS]; /* sum over kinds of the same within a group */
} ff_referee_rest;

int ff_referee_fit(ff_referee *referee, const ff_referee_problem *problem, ff_referee_rest *rest,
                   ff_error *err);

/* The coefficients of the last fit: [columns], for the rows as they are (not centred). Borrowed. */
const double *ff_referee_coefficients(const ff_referee *referee);

/* The robust spread of energies within groups that fits are measured in, and the mean of a group
 * beyond its composition, eV per atom. */
double ff_referee_energy_spread(const ff_referee *referee);
double ff_referee_energy_mean(const ff_referee *referee, size_t group);

/* Whether the labels of a kind are there, and larger than noise. */
bool ff_referee_has(const ff_referee *referee, int kind);

/* Repeats a fit with energies that stand out counting less and less (Cauchy's weights), and sets
 * *scale to the robust spread of what is left of them, eV per atom; then shift[groups] receives how
 * far the energies of each group lie above those of the first, eV per atom, and deviation[groups]
 * the standard deviations. */
int ff_referee_fit_robust(ff_referee *referee, const ff_referee_problem *problem, double *scale,
                          double *shift, double *deviation, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
