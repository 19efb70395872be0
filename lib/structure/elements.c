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

/* Hundredths of an angstrom, by atomic number, up to curium; carbon is sp3, manganese, iron and
 * cobalt are low-spin. B. Cordero et al., Dalton Trans. 2008, 2832. */
enum { LAST_RADIUS = 96 };
static const uint16_t covalent_radius[LAST_RADIUS + 1] = {
    0,   31,  28,  128, 96,  84,  76,  71,  66,  57,  58,  166, 141, 121, 111, 107, 105,
    102, 106, 203, 176, 170, 160, 153, 139, 139, 132, 126, 124, 132, 122, 122, 120, 119,
    120, 120, 116, 220, 195, 190, 175, 164, 154, 147, 146, 142, 139, 145, 144, 142, 139,
    139, 138, 139, 140, 244, 215, 207, 204, 203, 201, 199, 198, 198, 196, 194, 192, 192,
    189, 190, 187, 187, 175, 170, 162, 151, 144, 141, 136, 136, 132, 145, 146, 148, 140,
    150, 150, 260, 221, 215, 206, 200, 196, 190, 187, 180, 169};

double ff_element_covalent_radius(int atomic_number)
{
    int z = atomic_number < 1 || atomic_number > LAST_RADIUS ? LAST_RADIUS : atomic_number;
    return 0.01 * covalent_radius[z];
}

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
