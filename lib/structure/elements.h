#ifndef FF_LIB_STRUCTURE_ELEMENTS_H
#define FF_LIB_STRUCTURE_ELEMENTS_H

/* Chemical symbols, atomic numbers, masses and radii. */

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* "Si" for 14; NULL outside 1..118. Borrowed. */
const char *ff_element_symbol(int atomic_number);

/* 14 for "Si" (length 2, not necessarily terminated; first letter upper case, second lower case, as
 * the tables print it); 0 when there is no such element. */
int ff_element_number(const char *symbol, size_t length);

/* Standard atomic weight, g/mol, to five digits (IUPAC 2021); where there is none, the mass number
 * of the isotope that lives longest; 0 outside 1..118. */
double ff_element_mass(int atomic_number);

/* Radius of an atom in a single bond, A (B. Cordero et al., Dalton Trans. 2008, 2832); beyond
 * curium, of which none is known, that of curium. */
double ff_element_covalent_radius(int atomic_number);

#ifdef __cplusplus
}
#endif
#endif
