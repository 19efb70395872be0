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

/* Abridged standard atomic weights (T. Prohaska et al., Pure Appl. Chem. 94, 573 (2022)); for
 * elements without one the mass number of the isotope that lives longest. */
static const double mass[FF_MAX_SPECIES + 1] = {
    0,      1.008,  4.0026, 6.94,   9.0122, 10.81,  12.011, 14.007, 15.999, 18.998, 20.18,  22.99,
    24.305, 26.982, 28.085, 30.974, 32.06,  35.45,  39.95,  39.098, 40.078, 44.956, 47.867, 50.941,
    51.996, 54.938, 55.845, 58.933, 58.693, 63.546, 65.38,  69.723, 72.63,  74.922, 78.971, 79.904,
    83.798, 85.468, 87.62,  88.906, 91.224, 92.906, 95.95,  97,     101.07, 102.91, 106.42, 107.87,
    112.41, 114.82, 118.71, 121.76, 127.6,  126.9,  131.29, 132.91, 137.33, 138.91, 140.12, 140.91,
    144.24, 145,    150.36, 151.96, 157.25, 158.93, 162.5,  164.93, 167.26, 168.93, 173.05, 174.97,
    178.49, 180.95, 183.84, 186.21, 190.23, 192.22, 195.08, 196.97, 200.59, 204.38, 207.2,  208.98,
    209,    210,    222,    223,    226,    227,    232.04, 231.04, 238.03, 237,    244,    243,
    247,    247,    251,    252,    257,    258,    259,    262,    267,    268,    269,    270,
    269,    278,    281,    282,    285,    286,    289,    290,    293,    294,    294};

double ff_element_mass(int atomic_number)
{
    return atomic_number >= 1 && atomic_number <= FF_MAX_SPECIES ? mass[atomic_number] : 0;
}

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
