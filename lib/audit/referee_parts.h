#ifndef FF_LIB_AUDIT_REFEREE_PARTS_H
#define FF_LIB_AUDIT_REFEREE_PARTS_H

/* The inside of ff_referee, for referee_products.c and referee_fit.c only. */

#include "lib/audit/referee_fit.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Products of the rows of one kind in one group. */
typedef struct ff_referee_products {
    size_t rows;
    double spread; /* what rows are divided by, with the readings of the same number */
    double *gram;  /* [columns][columns], upper triangle */
    double *moment[FF_REFEREE_READINGS];
    double square[FF_REFEREE_READINGS];
} ff_referee_products;

struct ff_referee {
    const ff_referee_rows *rows;
    size_t columns;
    double *energy_matrix; /* [rows][columns] energy rows, the functions centred by composition */
    double *energy_target[FF_REFEREE_READINGS];                /* [rows] centred */
    double *centre;                                            /* [species][functions] */
    double target_centre[FF_REFEREE_READINGS][FF_MAX_SPECIES]; /* eV */
    double *weight;                                            /* [energy rows] */
    double spread[FF_REFEREE_KINDS][FF_REFEREE_READINGS][FF_REFEREE_MOST_GROUPS];
    ff_referee_products of[FF_REFEREE_KINDS][FF_REFEREE_MOST_GROUPS];
    double *matrix, *right, *solution; /* of a fit */
    double *coefficients;
};

/* Forms the products of a kind anew (energies: with their weights). */
int ff_referee_form_products(ff_referee *referee, int kind, ff_error *err);

/* 1.4826 times the median of |values|: the standard deviation, were they normal. values is sorted
 * by the call. */
double ff_referee_robust_spread(double *values, size_t count);

#ifdef __cplusplus
}
#endif
#endif
