#ifndef FF_LIB_BASE_UNITS_H
#define FF_LIB_BASE_UNITS_H

/* Units that data come in, as factors to those of this program: eV, A, eV/A, eV/A^3.
 *
 * Constants: CODATA 2018 (E. Tiesinga et al., Rev. Mod. Phys. 93, 025010 (2021)): Hartree
 * 27.211386245988 eV, Bohr radius 0.529177210903 A; exact by the definition of the SI: 1 eV =
 * 96.48533212331001 kJ/mol, 1 eV/A^3 = 160.2176634 GPa; thermochemical calorie 4.184 J, standard
 * atmosphere 101325 Pa.
 */

#include "lib/base/error.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_units {
    double energy;    /* eV */
    double length;    /* A */
    double force;     /* eV/A */
    double virial;    /* eV */
    double stress;    /* eV/A^3 */
    bool compression; /* stress is positive in compression */
} ff_units;

/* eV and A throughout, stress positive in tension. */
void ff_units_init(ff_units *units);

/* Reads a comma-separated list: the name of a set (ff_units_sets), QUANTITY=UNIT for energy,
 * length, force, virial and stress, or both; later items go before earlier ones. Force, virial and
 * stress that nothing is said of follow energy and length when one of these is given. FF_E_USAGE
 * naming what there is. */
int ff_units_parse(ff_units *units, const char *text, ff_error *err);

/* "ase, vasp, ..." Borrowed. */
const char *ff_units_sets(void);

/* Which units were taken for one another when labels of a quantity ("energy", "force" or "stress")
 * are `ratio` times too large: writes "kbar read as GPa" (ratio 10) to text. Within 5 %; false, and
 * "", when no two of the units in use have that ratio. */
bool ff_units_confused(char *text, size_t size, const char *quantity, double ratio);

/* The ratios that it knows, the commonest first; returns how many there are (ratio has room for
 * `most`). */
size_t ff_units_confusions(const char *quantity, double *ratio, size_t most);

#ifdef __cplusplus
}
#endif
#endif
