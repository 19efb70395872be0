#ifndef FF_LIB_ACE_BASIS_PARTS_H
#define FF_LIB_ACE_BASIS_PARTS_H

/* What a basis is made of, for the files of lib/ace.
 *
 * Columns of one centre: its pair part, then the many-body functions (orders >= 2), the same for
 * all centres. The pair part is the pair basis or, without one, the functions of order 1: for each
 * species of neighbour not below the centre's, radial functions n = 1..pairs. The pair energy
 * of two unlike atoms thus belongs to the one with the smaller atomic number; the functions with
 * the roles exchanged would have the same sums over a structure. */

#include "lib/ace/graph.h"
#include "lib/ace/radial.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Y_00: pair functions are radial functions times it, as if of order 1. */
#define FF_ACE_PAIR_SCALE 0.28209479177387814

struct ff_ace_basis {
    ff_ace_options options; /* resolved */
    int pairs;              /* radial functions of each pair of species */
    int pair_first; /* of them among the radial functions of one_particle: 0 when many-body and pair
                       functions have the same form, else they follow the others */
    ff_radial *radial, *pair_radial; /* by ff_ace_pair_index; the latter NULL when the same */
    double cutoff[FF_ACE_MAX_BASIS_SPECIES * FF_ACE_MAX_BASIS_SPECIES]; /* [centre][neighbour] A */
    ff_one_particle one_particle;
    ff_ace_product *product; /* [graph.functions] */
    ff_ace_graph graph;
    ff_slices pair_slices; /* the pair functions of one species, each one row of the gradients */
    double *pair_values;   /* 1 for each of them */
    size_t first[FF_ACE_MAX_BASIS_SPECIES + 1]; /* first column of each centre; last: size */
};

/* Number of pair columns of the centre with that species index. */
size_t ff_ace_pair_columns(const ff_ace_basis *basis, int centre);

#ifdef __cplusplus
}
#endif
#endif
