#ifndef FF_LIB_ACE_BASIS_H
#define FF_LIB_ACE_BASIS_H

/* The linear Atomic Cluster Expansion basis: for each species of centre, the functions B_k of an
 * environment that are invariant under rotation, inversion and permutation of like neighbours, up
 * to correlation order FF_ACE_MAX_ORDER, with linear dependencies removed. R. Drautz, Phys. Rev. B
 * 99, 014104 (2019); G. Dusson et al., J. Comput. Phys. 454, 110946 (2022).
 *
 *   phi_{z n l m}(r) = R_n(|r|) Y_lm(r/|r|)         (real spherical harmonics)
 *   A_{z n l m}      = sum over neighbours j of species z of phi_{n l m}(r_j)
 *   B_k              = sum_t C_kt prod_a A_{v_ta}   (C: generalised Clebsch-Gordan coefficients)
 *   site energy      = E0_z + sum_k c_k B_k
 *
 * Order 1 is a pair potential. Its own number of functions is the pair basis, which then takes the
 * place of the functions of order 1 (they would be the same). The pair energy of unlike atoms
 * belongs to the one of smaller atomic number: functions of the other would have the same sums over
 * a structure.
 * Domain: distances above the inner radius. Below, all functions fade to zero (fade.h); a model as
 * a potential has a repulsive wall there (wall.h), which is no part of the basis.
 *
 * Columns of a design matrix: for each species in increasing atomic number, first its pair
 * functions, then its many-body functions ordered by correlation order and degree.
 */

#include "lib/ace/radial.h"
#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    FF_ACE_MAX_ORDER = 5,
    FF_ACE_MAX_BASIS_SPECIES = 8,
    FF_ACE_MAX_PAIRS = FF_ACE_MAX_BASIS_SPECIES * (FF_ACE_MAX_BASIS_SPECIES + 1) / 2
};

/* What defines a basis. Two bases are the same if and only if all of these are equal once
 * ff_ace_options_resolve has put in what zero stands for. */
typedef struct ff_ace_options {
    size_t species_count;
    int species[FF_ACE_MAX_BASIS_SPECIES]; /* atomic numbers, increasing */
    int order; /* largest correlation order, 1..FF_ACE_MAX_ORDER; the number of
                  neighbours that interact at once (body order - 1) */
    double
        degree[FF_ACE_MAX_ORDER]; /* largest total degree sum_a (n_a + l_weight l_a), n counted from
                                     1, of functions of order 1, 2, ..; 0: none of that order */
    double l_weight;              /* weight of l in the degree, > 0; e.g. 1.5 */
    int pair_degree;              /* number of functions in the pair basis; 0: none */
    double cutoff;                /* A */
    double inner;                 /* A: radial polynomials are orthogonal on [inner, cutoff] */
    double nearest;               /* A: nearest-neighbour distance, sets the radial transform */
    ff_radial_form radial;        /* of the many-body functions; zero: the default form */
    ff_radial_form pair_radial;   /* of the pair functions; zero: the default form */
    int most_n[FF_ACE_MAX_ORDER]; /* further limits on the factors of each order from 2 on; */
    int most_l[FF_ACE_MAX_ORDER]; /* 0: none but the degree */
    /* Of each pair of species, in the order of ff_ace_pair_index; 0: as above. The cutoff above
     * is the largest. */
    ff_radial_range range[FF_ACE_MAX_PAIRS];
} ff_ace_options;

/* Place in ff_ace_options.range of the pair of two species indices, in either order:
 * (0,0) (0,1) .. (0,S-1) (1,1) .. */
size_t ff_ace_pair_index(const ff_ace_options *options, int a, int b);

typedef struct ff_ace_basis ff_ace_basis;

/* Sensible defaults for given species and nearest-neighbour distance (A): order 3, degrees, cutoff
 * 2.0 nearest unless cutoff > 0, inner 0.65 nearest. */
void ff_ace_options_default(ff_ace_options *options, const int *species, size_t count,
                            double nearest, double cutoff);

/* FF_OK or FF_E_RANGE saying which option is out of range. */
int ff_ace_options_check(const ff_ace_options *options, ff_error *err);

/* Puts in what zeros stand for: default exponents of the radial forms, ranges of pairs. Unused
 * entries become zero, so that equal bases have equal bytes. Needs checked options. */
void ff_ace_options_resolve(ff_ace_options *options);

int ff_ace_basis_new(ff_ace_basis **out, const ff_ace_options *options, ff_error *err);
void ff_ace_basis_free(ff_ace_basis *basis);

/* The options the basis was made with, resolved. Borrowed. */
const ff_ace_options *ff_ace_basis_options(const ff_ace_basis *basis);

/* Number of functions = columns of the design matrix, over all species of centre. */
size_t ff_ace_basis_size(const ff_ace_basis *basis);

/* One basis function as people and priors see it. */
typedef struct ff_ace_function {
    int centre;    /* atomic number of the centre */
    int order;     /* correlation order; 1 for pair functions as well */
    bool pair;     /* of the pair basis */
    double degree; /* total degree sum_a (n_a + l_weight l_a) */
    int species[FF_ACE_MAX_ORDER], n[FF_ACE_MAX_ORDER], l[FF_ACE_MAX_ORDER]; /* the factors */
} ff_ace_function;

/* The function of column index (< size). */
ff_ace_function ff_ace_basis_function(const ff_ace_basis *basis, size_t index);

/* Scratch memory of one thread. */
typedef struct ff_ace_workspace ff_ace_workspace;
int ff_ace_workspace_new(ff_ace_workspace **out, const ff_ace_basis *basis, ff_error *err);
void ff_ace_workspace_free(ff_ace_workspace *workspace);

/* The functions of one site whose centre is environment->species: *first receives the first column
 * and *count the number of columns of that species; values[*count] the functions; gradients, unless
 * NULL, [*count][environment->count][3] = dB_k/d(vector_j) in 1/A. Both are overwritten.
 * FF_E_RANGE for a species the basis was not made for. */
int ff_ace_site(const ff_ace_basis *basis, const ff_environment *environment,
                ff_ace_workspace *workspace, size_t *first, size_t *count, double *values,
                double *gradients, ff_error *err);

/* Most columns any one centre species has: enough room for values. */
size_t ff_ace_basis_site_size(const ff_ace_basis *basis);

/* A fitted model: site energy = one_body[z] + sum_k coefficients[k] B_k. */
typedef struct ff_ace_model {
    ff_ace_options basis;
    size_t count;                        /* = ff_ace_basis_size */
    double *coefficients;                /* [count] eV; owned */
    double one_body[FF_MAX_SPECIES + 1]; /* eV per atom, by atomic number */
} ff_ace_model;

void ff_ace_model_init(ff_ace_model *model);
void ff_ace_model_clear(ff_ace_model *model);

/* A potential from a model (copied): the adjoint evaluation, whose cost beyond one multiplication
 * each does not depend on the number of basis functions. Free with ff_potential_free. */
int ff_ace_potential_new(ff_potential **out, const ff_ace_model *model, ff_error *err);

/* Gives such a potential an ensemble (lib/potentials/ensemble.h): members[count][model's count],
 * copied, each the coefficients of a model on the same basis with the same one-body energies. */
int ff_ace_potential_set_members(ff_potential *potential, size_t count, const double *members,
                                 ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
