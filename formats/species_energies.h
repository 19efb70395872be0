#ifndef FF_FORMATS_SPECIES_ENERGIES_H
#define FF_FORMATS_SPECIES_ENERGIES_H

/* Energies by species as a group of two arrays, shared by the files that hold them. */

#include "formats/container.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Writes energy[z] for the given atomic numbers as group `name` (arrays species, energy). */
int ff_species_energies_write(hid_t location, const char *name, const int *species, size_t count,
                              const double *energy, const char *description, ff_error *err);

/* Reads it back into energy[FF_MAX_SPECIES + 1], zero for species not named; known[z], unless NULL,
 * is set where an energy was stored. */
int ff_species_energies_read(hid_t location, const char *name, double *energy, bool *known,
                             ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
