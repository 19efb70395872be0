#include "formats/dataset_columns.h"

const ff_dataset_column_form ff_dataset_columns[FF_DATASET_COLUMNS] = {
    [FF_FRAME_ATOMS] = {"atoms", FF_ELEMENT_INT64, 1, {0}, "", "number of atoms of each frame"},
    [FF_FRAME_CELL] = {"cell",
                       FF_ELEMENT_DOUBLE,
                       3,
                       {0, 3, 3},
                       "angstrom",
                       "cell vectors as rows; all zero when there is no cell"},
    [FF_FRAME_PERIODIC] =
        {"periodic", FF_ELEMENT_UINT8, 2, {0, 3}, "", "1 where periodic along the cell vector"},
    [FF_FRAME_LABELS] = {"labels",
                         FF_ELEMENT_UINT8,
                         1,
                         {0},
                         "",
                         "labels present: 1 energy, 2 forces, 4 virial, 8 site energies, 16 "
                         "force constants, added"},
    [FF_FRAME_ENERGY] = {"energy",
                         FF_ELEMENT_DOUBLE,
                         1,
                         {0},
                         "eV",
                         "total energy; 0 and without meaning where the label is absent"},
    [FF_FRAME_VIRIAL] = {"virial",
                         FF_ELEMENT_DOUBLE,
                         2,
                         {0, 6},
                         "eV",
                         "-dE/d(strain) as xx yy zz yz xz xy; 0 where the label is absent"},
    [FF_FRAME_GROUP] = {"group", FF_ELEMENT_UINT32, 1, {0}, "", "index into /groups"},
    [FF_FRAME_WEIGHT] =
        {"weight",
         FF_ELEMENT_DOUBLE,
         2,
         {0, FF_KINDS},
         "",
         "multipliers of the weights of energy, force, virial and force-constant rows"},
    [FF_FRAME_DISPLACEMENTS] = {"displacements",
                                FF_ELEMENT_INT64,
                                1,
                                {0},
                                "",
                                "number of displacements whose force constants each frame has"},
    [FF_ATOM_SPECIES] = {"species", FF_ELEMENT_INT32, 1, {0}, "", "atomic number"},
    [FF_ATOM_POSITION] =
        {"position", FF_ELEMENT_DOUBLE, 2, {0, 3}, "angstrom", "Cartesian position"},
    [FF_ATOM_FORCE] = {"force",
                       FF_ELEMENT_DOUBLE,
                       2,
                       {0, 3},
                       "eV/angstrom",
                       "force; 0 in frames without the label"},
    [FF_ATOM_SITE_ENERGY] = {"site_energy",
                             FF_ELEMENT_DOUBLE,
                             1,
                             {0},
                             "eV",
                             "energy of the site; 0 in frames without the label"},
    [FF_DISPLACED_ATOM] =
        {"atom", FF_ELEMENT_UINT32, 1, {0}, "", "atom of its frame that is displaced, from 0"},
    [FF_DISPLACED_ALONG] =
        {"direction", FF_ELEMENT_DOUBLE, 2, {0, 3}, "", "unit vector along which it is"},
    [FF_RESPONSE] =
        {"response",
         FF_ELEMENT_DOUBLE,
         2,
         {0, 3},
         "eV/angstrom^2",
         "minus the force on each atom of the frame per distance the atom (and its images) moves"},
    [FF_FRAME_CENTRE] = {"centre",
                         FF_ELEMENT_DOUBLE,
                         2,
                         {0, 3},
                         "angstrom",
                         "where the defect of the frame sits; NaN: none, or unknown"},
};

enum { STORED_SITE_ENERGIES = 8, STORED_FORCE_CONSTANTS = 16, STORED_BOTH = 24 };

unsigned ff_dataset_labels_stored(unsigned labels)
{
    const unsigned both = FF_LABEL_SITE_ENERGIES | FF_LABEL_FORCE_CONSTANTS;
    return (labels & ~both) | (labels & FF_LABEL_SITE_ENERGIES ? STORED_SITE_ENERGIES : 0) |
           (labels & FF_LABEL_FORCE_CONSTANTS ? STORED_FORCE_CONSTANTS : 0);
}

unsigned ff_dataset_labels_read(unsigned stored)
{
    return (stored & ~(unsigned)STORED_BOTH) |
           (stored & STORED_SITE_ENERGIES ? FF_LABEL_SITE_ENERGIES : 0) |
           (stored & STORED_FORCE_CONSTANTS ? FF_LABEL_FORCE_CONSTANTS : 0);
}
