#ifndef FF_LIB_POTENTIALS_CENTRAL_BONDS_H
#define FF_LIB_POTENTIALS_CENTRAL_BONDS_H

/* Second derivatives of site energies that depend on distances only:
 *   E_i = F(sum_j rho_j(r_ij)) + sum_j phi_j(r_ij) / 2.
 * With unit vectors u_j to the neighbours and e_j = F' rho_j + phi_j / 2 for fixed F', their
 * Hessian is e_j'' u_j u_j^T + e_j' / r_j (1 - u_j u_j^T) on each bond, plus F'' g g^T with
 * g_j = rho_j' u_j. Units: eV, A.
 */

#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Derivatives by the distance to one neighbour. */
typedef struct ff_central_bond {
    double density_slope, density_curvature; /* of rho_j */
    double pair_slope, pair_curvature;       /* of phi_j / 2 */
} ff_central_bond;

/* The workspace of a class that needs nothing but these: ff_central_bonds_new and _free are its
 * workspace_new and workspace_free. */
void *ff_central_bonds_new(const ff_potential *potential, ff_error *err);
void ff_central_bonds_free(void *workspace);

/* Room for count bonds in the workspace, borrowed; NULL when out of memory. */
ff_central_bond *ff_central_bonds_reserve(void *workspace, size_t count, ff_error *err);

/* products[directions][count][3] as of ff_potential_class.hessian_products, from bonds[count] and
 * the first and second derivative of F. */
void ff_central_bonds_products(const ff_environment *environment, const ff_central_bond *bonds,
                               double embedding_slope, double embedding_curvature,
                               size_t directions, const double *direction, double *products);

/* product = (curvature u u^T + slope / distance (1 - u u^T)) direction: one bond's part, from the
 * derivatives of its energy by the distance. */
static inline void ff_central_bond_product(double product[3], const double vector[3],
                                           double distance, double slope, double curvature,
                                           const double direction[3])
{
    double across = slope / distance, along = 0;
    for (int k = 0; k < 3; k++)
        along += vector[k] * direction[k];
    along *= (curvature - across) / (distance * distance);
    for (int k = 0; k < 3; k++)
        product[k] = along * vector[k] + across * direction[k];
}

#ifdef __cplusplus
}
#endif
#endif
