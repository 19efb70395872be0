#ifndef FF_FORMATS_EXTXYZ_MAPPING_H
#define FF_FORMATS_EXTXYZ_MAPPING_H

/* From records of extended XYZ to frames: which keys and columns are the labels, in what units.
 *
 * Labels are read under the names given and under no others. Always read: column `pos`, column
 * `species` (symbols) or `Z` (atomic numbers), `Lattice` (nine numbers: the cell vectors one after
 * another; three: a rectangular cell), `pbc` (by default periodic along all cell vectors when there
 * is a Lattice, else along none).
 * Tensors: nine numbers or a 3 x 3 table, symmetric; or six in the order that tensor_order says.
 * Virial: -dE/d(strain), or with `virial_plus` +dE/d(strain); stress: -virial/volume, positive in
 * tension, unless units.compression says that the file has the other sign.
 */

#include "formats/extxyz.h"
#include "lib/base/units.h"
#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What [[..], [..], [..]] means as a Lattice: readers differ, so that it is refused unless stated
 * or symmetric. */
typedef enum ff_extxyz_lattice_order {
    FF_EXTXYZ_LATTICE_UNSTATED,
    FF_EXTXYZ_LATTICE_ROWS,   /* each inner list is a cell vector */
    FF_EXTXYZ_LATTICE_COLUMNS /* each inner list is one Cartesian component of the three */
} ff_extxyz_lattice_order;

/* The order of a tensor of six numbers; the words are those of `ff_extxyz_tensor_orders`. */
typedef enum ff_extxyz_tensor_order {
    FF_EXTXYZ_TENSOR_VOIGT,  /* xx yy zz yz xz xy: Voigt; ASE */
    FF_EXTXYZ_TENSOR_VASP,   /* xx yy zz xy yz xz */
    FF_EXTXYZ_TENSOR_LAMMPS, /* xx yy zz xy xz yz */
    FF_EXTXYZ_TENSOR_ROWS,   /* xx xy xz yy yz zz: the upper triangle row by row */
    FF_EXTXYZ_TENSOR_ORDERS
} ff_extxyz_tensor_order;

/* Where xx yy zz yz xz xy stand among the six numbers of each order. */
extern const size_t ff_extxyz_tensor_places[FF_EXTXYZ_TENSOR_ORDERS][6];

/* Names are borrowed; NULL: not read. */
typedef struct ff_extxyz_mapping {
    const char *energy, *virial, *stress; /* keys of line 2 */
    const char *forces, *site_energies;   /* columns */
    const char *group;                    /* key of line 2 */
    const char *centre;                   /* key of line 2: where a defect sits, three numbers */
    const char *group_default;            /* for frames without it */
    const char *species; /* column of symbols or atomic numbers; NULL: species, or else Z */
    ff_units units;
    bool virial_plus; /* the virial is +dE/d(strain) */
    bool gradients;   /* the column of forces holds dE/dx, minus the forces */
    ff_extxyz_tensor_order tensor_order;
    ff_extxyz_lattice_order lattice_order;
} ff_extxyz_mapping;

/* No labels, group "default", units eV and A. */
void ff_extxyz_mapping_init(ff_extxyz_mapping *mapping);

/* Whether the mapping reads an entry of that key, a column of that name. */
bool ff_extxyz_mapping_reads_key(const ff_extxyz_mapping *mapping, const char *key);
bool ff_extxyz_mapping_reads_column(const ff_extxyz_mapping *mapping, const char *name);

/* Makes *frame (initialised by the call) of a record. A label that the record does not have is
 * absent from the frame. FF_E_FORMAT, FF_E_RANGE with file, line, frame and atom. */
int ff_extxyz_to_frame(ff_frame *frame, const ff_extxyz_record *record,
                       const ff_extxyz_mapping *mapping, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
