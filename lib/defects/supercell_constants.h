#ifndef FF_LIB_DEFECTS_SUPERCELL_CONSTANTS_H
#define FF_LIB_DEFECTS_SUPERCELL_CONSTANTS_H

/* Force constants of a perfect crystal, as force_constants.h has them, for a supercell of a study
 * and any potential: from the energies of sites where the potential has them; else, for potentials
 * that are known for whole structures only, from forces in a supercell.
 *
 * These are central differences at steps h and 2h, extrapolated (the error is of order h^4), for
 * the displacements that are independent by the space group: one in sc, bcc, fcc and diamond. The
 * supercell is that of the study, or a smaller one (never larger) of the same crystal that is as
 * wide as four cutoffs, in which no force reaches its own image, or 30 A, where all that is left of
 * one is small. A force constant that is the sum over several images, or of which nobody knows, is
 * put at the nearest, in equal parts where some are equally near; in the study's own supercell the
 * symbol at its wave vectors is thereby exact, whatever the range (K. Parlinski, Z. Q. Li and Y.
 * Kawazoe, Phys. Rev. Lett. 78, 4063 (1997)), and interpolated between.
 *
 * What the potential's numbers are worth is measured first: the perfect supercell of the study, and
 * the same moved rigidly, which should change nothing. The step follows from the noise of the
 * forces. Energies and virial of the bulk are those of that supercell, so that what a program does
 * with a cell of that shape (its grid of wave vectors, say) cancels in formation energies.
 */

#include "lib/base/parallel.h"
#include "lib/defects/force_constants.h"

#ifdef __cplusplus
extern "C" {
#endif

/* For cells[i] unit cells along each of the unit's vectors. *constants is initialised by the call.
 * For whole structures: bulk_energy of a species is the mean over its atoms' energies where the
 * potential gives these, else the energy per atom, the same for all species; range is infinite
 * unless the potential's cutoff is known; evaluations, step, error and noise tell what was done.
 * progress (may be NULL): one item an evaluation. Errors as those of ff_force_constants_compute and
 * of the potential. */
int ff_crystal_constants(ff_force_constants *constants, const ff_potential *potential,
                         const ff_frame *unit, const int cells[3], const ff_progress *progress,
                         ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
