#ifndef FF_STAGES_CLI_BASIS_NOTATION_H
#define FF_STAGES_CLI_BASIS_NOTATION_H

/* How users write what a basis is made of: lists separated by commas, without blanks. Each function
 * reads a whole text and returns FF_OK, or FF_E_USAGE with the option's name, what is wrong and
 * what was expected. */

#include "lib/ace/basis.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Puts z among the species, in increasing order. FF_E_USAGE when it is there already, or one too
 * many. */
int ff_basis_add_species(ff_ace_options *basis, int z, ff_error *err);

/* "Ti,Al" into species_count and species, which must be empty. */
int ff_parse_species(ff_ace_options *basis, const char *option, const char *text, ff_error *err);

/* "12,10,8": a number for each order, from the first that the list is about. list[*count], at most
 * FF_ACE_MAX_ORDER. */
int ff_parse_order_list(double *list, int *count, const char *option, const char *text,
                        ff_error *err);

/* A length in A for all pairs of species, and others for some; 0: not given. */
typedef struct ff_pair_lengths {
    double all, pair[FF_ACE_MAX_PAIRS]; /* in the order of ff_ace_pair_index */
} ff_pair_lengths;

/* "5.5", "5.5,Al-Ti=6,Ti-Ti=6.5" or "Al-Ti=6": positive lengths, that for all pairs first, each
 * pair (in either order) of the basis's species at most once. */
int ff_parse_pair_lengths(ff_pair_lengths *lengths, const ff_ace_options *basis, const char *option,
                          const char *text, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
