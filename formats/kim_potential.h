#ifndef FF_FORMATS_KIM_POTENTIAL_H
#define FF_FORMATS_KIM_POTENTIAL_H

/* Portable models of the Knowledgebase of Interatomic Models, through the KIM API:
 * E. B. Tadmor et al., JOM 63, 17 (2011); https://openkim.org. Optional: without libkim-api at
 * build time the one function says so. */

#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Whether this build can. */
extern const bool ff_kim_is_built_in;

/* Opens an installed model by its KIM name, "SW_StillingerWeber_1985_Si__MO_405512056662_006".
 * FF_E_USAGE when it is not there, is not a portable model, or is built without KIM; FF_E_RANGE for
 * one that cannot compute forces or units other than eV and A. Models make no promise about
 * threads: they are computed one at a time. */
int ff_kim_potential_open(ff_potential **out, const char *model, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
