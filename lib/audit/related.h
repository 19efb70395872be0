#ifndef FF_LIB_AUDIT_RELATED_H
#define FF_LIB_AUDIT_RELATED_H

/* Pairs of frames that are the same structure up to a small strain and small displacements, and the
 * work that their labels do on the way from one to the other.
 *
 * Structures are described by their cell h (rows are vectors) and fractional positions s. On the
 * straight way in (h, s) from frame i to frame j the energy changes, at its ends, by
 *     g = - sum_a F_a . (ds_a h) - V : (h^-1 dh)
 * per unit of the way, with the forces F and the virial V = -dE/d(strain) there. To second order
 * E_j - E_i = (g_i + g_j) / 2, whatever the potential (the trapezium rule); (g_j - g_i) / 2, by
 * which the two ends differ, says how curved the way is.
 */

#include "lib/audit/audit_parts.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_related_pair {
    uint32_t first, second;               /* frames */
    double energy;                        /* E_j - E_i, eV */
    double force_work, force_curvature;   /* the parts of g with F: half the sum, half the
                                             difference, eV */
    double virial_work, virial_curvature; /* the same with V */
    double volume;                        /* V_j - V_i, A^3 */
    double displacement;                  /* length of all atoms' displacements together, A */
    double restoring; /* -(F_j - F_i) . displacement / displacement^2, eV/A^2; NaN: none */
} ff_related_pair;

typedef struct ff_related {
    size_t count, capacity;
    ff_related_pair *pair;
} ff_related;

/* The pairs of a group whose frames have energies, and the labels that their difference needs:
 * forces when atoms have moved, virials when the cell has changed. Frames with the same species in
 * the same order are held against one another; when there are very many, against some of the
 * others, chosen by their distance in the dataset. *related is initialised by the call. */
int ff_related_find(ff_related *related, const ff_audit_work *work, size_t group, ff_error *err);
void ff_related_clear(ff_related *related);

/* Measures how stiff the pairs of a group are (stiffness.c). */
int ff_related_stiffness(ff_audit_series *series, const ff_audit_work *work,
                         const ff_related *related, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
