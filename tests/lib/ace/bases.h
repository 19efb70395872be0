/* Species and lengths of the bases that the tests of lib/ace use, as part of an initialiser:
 *     static const ff_ace_options tungsten = {TUNGSTEN, .order = 3, .degree = {0, 8, 8}, ...}; */

#ifndef FF_TESTS_LIB_ACE_BASES_H
#define FF_TESTS_LIB_ACE_BASES_H

#include "lib/ace/basis.h"

#define TUNGSTEN .species_count = 1, .species = {74}, .cutoff = 5.0, .inner = 1.7, .nearest = 2.74
#define ALLOY    .species_count = 2, .species = {13, 22}, .cutoff = 5.2, .inner = 1.6, .nearest = 2.8

#endif
