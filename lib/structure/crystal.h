#ifndef FF_LIB_STRUCTURE_CRYSTAL_H
#define FF_LIB_STRUCTURE_CRYSTAL_H

/* Perfect crystals by name. A new one is one line in the table of crystal.c.
 *
 * Each has a conventional cell, in units of the lattice constant a (A): the cube for cubic ones;
 * for hexagonal and planar ones a1 along x, a2 at 120 degrees to it in the xy plane, a3 along z.
 * hcp has a second constant c, by default sqrt(8/3) a, with which spheres touch. Planar crystals
 * are one atom thick and not periodic along z; their third vector, sqrt(2/3) a, the distance of
 * close-packed layers, only gives them a volume.
 */

#include "lib/structure/dataset.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_CRYSTAL_KINDS = 2 };

typedef enum ff_crystal_family {
    FF_CRYSTAL_CUBIC,
    FF_CRYSTAL_HEXAGONAL,
    FF_CRYSTAL_PLANAR
} ff_crystal_family;

typedef struct ff_crystal {
    const char *name;  /* "bcc", "b1" */
    const char *alias; /* another name: "NaCl" for b1; NULL: none */
    ff_crystal_family family;
    int space_group;             /* its number in the International Tables; of a planar crystal that
                                    of a stack of such planes */
    int kinds;                   /* of atoms; elements: 1 */
    size_t basis;                /* atoms per conventional cell; the first at the origin */
    const double (*fraction)[3]; /* [basis] fractional positions */
    const uint8_t *kind;         /* [basis] of the atoms; NULL: all of kind 0 */
} ff_crystal;

/* The crystal of that name or alias, or NULL; ff_crystal_names() lists the names, separated by
 * ", ". Borrowed. */
const ff_crystal *ff_crystal_find(const char *name);
const char *ff_crystal_names(void);

/* Makes *unit (initialised by the call) the conventional cell. species[kinds]: atomic numbers;
 * constants[2]: a and c in A, c = 0 for the ideal one. FF_E_RANGE for what is no species or
 * length, or c given for a crystal without it. */
int ff_crystal_unit(ff_frame *unit, const ff_crystal *crystal, const int *species,
                    const double constants[2], ff_error *err);

/* Makes *frame (initialised by the call) a perfect supercell of cells[i] conventional cells with
 * all atoms of one species and the ideal c. Sites are numbered as by ff_repeat_cell. */
int ff_crystal_supercell(ff_frame *frame, const ff_crystal *crystal, int species,
                         double lattice_constant, const int cells[3], ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
