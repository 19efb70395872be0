#include "lib/structure/elements.h"

#include "lib/structure/dataset.h"

#include <string.h>

/* By atomic number; the last names are IUPAC's of 2016. */
static const char symbols[FF_MAX_SPECIES + 1][3] = {
    "",   "H",  "He", "Li", "Be", "B",  "C",  "N",  "O",  "F",  "Ne", "Na", "Mg", "Al", "Si",
    "P",  "S",  "Cl", "Ar", "K",  "Ca", "Sc", "Ti", "V",  "Cr", "Mn", "Fe", "Co", "Ni", "Cu",
    "Zn", "Ga", "Ge", "As", "Se", "Br", "Kr", "Rb", "Sr", "Y",  "Zr", "Nb", "Mo", "Tc", "Ru",
    "Rh", "Pd", "Ag", "Cd", "In", "Sn", "Sb", "Te", "I",  "Xe", "Cs", "Ba", "La", "Ce", "Pr",
    "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Hf", "Ta", "W",
    "Re", "Os", "Ir", "Pt", "Au", "Hg", "Tl", "Pb", "Bi", "Po", "At", "Rn", "Fr", "Ra", "Ac",
    "Th", "Pa", "U",  "Np", "Pu", "Am", "Cm", "Bk", "Cf", "Es", "Fm", "Md", "No", "Lr", "Rf",
    "Db", "Sg", "Bh", "Hs", "Mt", "Ds", "Rg", "Cn", "Nh", "Fl", "Mc", "Lv", "Ts", "Og"};

const char *ff_element_symbol(int atomic_number)
{
    return atomic_number >= 1 && atomic_number <= FF_MAX_SPECIES ? symbols[atomic_number] : NULL;
}

int ff_element_number(const char *symbol, size_t length)
{
    for (int z = 1; z <= FF_MAX_SPECIES; z++)
        if (strlen(symbols[z]) == length && memcmp(symbols[z], symbol, length) == 0)
            return z;
    return 0;
}
