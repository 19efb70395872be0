#ifndef FF_STAGES_CLI_BASIS_OPTIONS_H
#define FF_STAGES_CLI_BASIS_OPTIONS_H

/* The options that say what an ACE basis is, shared by the stages that make one: a stage names
 * ff_basis_options as its `shared_options` and asks ff_basis_choose for the result. */

#include "lib/ace/basis.h"
#include "lib/structure/nearest_distance.h"
#include "stages/cli/stage.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const ff_option ff_basis_options[];

/* Where the nearest-neighbour distance of a pair of species comes from. */
typedef enum ff_nearest_source {
    FF_NEAREST_GIVEN,  /* --nearest */
    FF_NEAREST_INPUT,  /* median over the atoms of the input */
    FF_NEAREST_HALVES, /* half the sum of the two like pairs' */
    FF_NEAREST_ANY     /* median of the input over all species: it has no such neighbours */
} ff_nearest_source;

typedef struct ff_basis_choice {
    ff_ace_options options; /* checked and resolved */
    /* Of each pair of species, in the order of ff_ace_pair_index: */
    ff_nearest_source source[FF_ACE_MAX_PAIRS];
    ff_nearest_distance found[FF_ACE_MAX_PAIRS]; /* in the input; count 0: nothing */
} ff_basis_choice;

/* The basis that the command line asks for. Defaults come from the preset and, for species and
 * lengths, from the dataset (NULL or empty: there is none). FF_E_USAGE for options that are not
 * understood, or that leave the species or a nearest-neighbour distance unknown; FF_E_RANGE for
 * what ff_ace_options_check refuses. */
int ff_basis_choose(ff_basis_choice *choice, const ff_stage_run *stage, const ff_dataset *dataset,
                    ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
