#include "lib/analysis/defect_symmetry.h"

#include "lib/analysis/bonds.h"
#include "lib/base/memory.h"
#include "lib/defects/site_match.h"
#include "lib/structure/lattice.h"
#include "lib/structure/symmetry.h"

#include <math.h>
#include <spglib.h>
#include <stdlib.h>
#include <string.h>

static const double radius = 4.0;     /* nearest-neighbour distances */
static const double tolerance = 0.02; /* A */

enum { MOST_ROTATIONS = 48 };

/* Rotations of the perfect crystal, in fractions of the unit's vectors and Cartesian. */
typedef struct rotations {
    size_t count;
    int turn[MOST_ROTATIONS][3][3];
    double cartesian[MOST_ROTATIONS][9];
} rotations;

/* Atoms about the centre. */
typedef struct surroundings {
    size_t count, inner; /* those within the radius come first; the others are within tolerance */
    double (*from)[3];   /* A, from the centre, relaxed */
    int *species;
} surroundings;

static void add_rotation(rotations *all, const int turn[9], const double cartesian[9])
{
    for (size_t n = 0; n < all->count; n++)
        if (memcmp(all->turn[n], turn, 9 * sizeof *turn) == 0)
            return;
    if (all->count == MOST_ROTATIONS)
        return;
    memcpy(all->turn[all->count], turn, 9 * sizeof *turn);
    memcpy(all->cartesian[all->count++], cartesian, 9 * sizeof *cartesian);
}

/* Every operation takes the first atom to one of its orbit, so it is that atom's carrier after one
 * of the operations that leave the first atom where it is. */
static int find_rotations(rotations *all, const ff_frame *unit, ff_error *err)
{
    ff_symmetry symmetry;
    all->count = 0;
    int status = ff_symmetry_find(&symmetry, unit, 1e-5, err);
    for (size_t a = 0; status == FF_OK && a < unit->atoms; a++) {
        if (symmetry.orbit[a] != 0)
            continue;
        for (size_t s = symmetry.offset[0]; s < symmetry.offset[1]; s++) {
            const ff_symmetry_operation *carrier = &symmetry.carrier[a], *site = &symmetry.site[s];
            int turn[9] = {0};
            double cartesian[9] = {0.0};
            for (int n = 0; n < 27; n++) {
                const int i = n / 9, j = n / 3 % 3, k = n % 3;
                turn[3 * i + j] += carrier->turn[3 * i + k] * site->turn[3 * k + j];
                cartesian[3 * i + j] += carrier->rotation[3 * i + k] * site->rotation[3 * k + j];
            }
            add_rotation(all, turn, cartesian);
        }
    }
    ff_symmetry_clear(&symmetry);
    return status;
}

/* From the centre moved by `shift`. */
static void relaxed_from_centre(double from[3], const ff_relaxation *r, const double shift[3],
                                size_t atom)
{
    ff_relaxation_from_centre(from, r, atom);
    for (size_t k = 0; k < 3; k++)
        from[k] += r->displacement[3 * atom + k] - shift[k];
}

/* A defect that has wandered has its centre elsewhere: where the energies of atoms, as squares of
 * their difference from the bulk's, have theirs. It stays where the symmetry of the relaxed
 * structure keeps it. In a periodic cell places are phases, and none is cut off. Without energies
 * of atoms it is where it was. */
static void find_centre(double shift[3], const ff_relaxation *r)
{
    double inverse[9], wave[3][2] = {{0.0}}, place[3];
    const double turn = 2.0 * acos(-1.0);
    ff_lattice_inverse(inverse, r->reference.cell);
    for (size_t i = 0; i < r->reference.atoms && r->site_energies; i++) {
        static const double nowhere[3] = {0.0};
        double from[3], fraction[3];
        double excess = r->site_energies[i] - r->bulk_energy[r->reference.species[i]];
        relaxed_from_centre(from, r, nowhere, i);
        ff_row_times_matrix(fraction, from, inverse);
        for (int k = 0; k < 3; k++) {
            wave[k][0] += excess * excess * cos(turn * fraction[k]);
            wave[k][1] += excess * excess * sin(turn * fraction[k]);
        }
    }
    for (int k = 0; k < 3; k++)
        place[k] = atan2(wave[k][1], wave[k][0]) / turn;
    ff_row_times_matrix(shift, place, r->reference.cell);
}

/* Half the shortest vector between periodic images: farther out, an atom has two places. */
static double farthest(const ff_relaxation *r)
{
    double cell[9], shortest = INFINITY;
    int64_t transform[9];
    memcpy(cell, r->reference.cell, sizeof cell);
    if (ff_lattice_reduce(cell, transform, r->reference.periodic))
        for (int k = 0; k < 3; k++)
            if (r->reference.periodic[k])
                shortest = fmin(shortest, sqrt(ff_vector_dot(cell + 3 * k, cell + 3 * k)));
    return fmin(radius * r->nearest, 0.45 * shortest);
}

static int find_surroundings(surroundings *s, const ff_relaxation *r, const double shift[3],
                             ff_error *err)
{
    const double within = farthest(r);
    const size_t atoms = r->reference.atoms;
    s->from = ff_new_array(atoms, sizeof *s->from, err);
    s->species = ff_new_array(atoms, sizeof *s->species, err);
    if (!s->from || !s->species)
        return FF_E_NOMEM;
    for (int outer = 0; outer < 2; outer++) {
        for (size_t i = 0; i < atoms; i++) {
            double from[3];
            relaxed_from_centre(from, r, shift, i);
            double distance = sqrt(ff_vector_dot(from, from));
            if ((distance > within) != (outer == 1) || distance > within + tolerance)
                continue;
            memcpy(s->from[s->count], from, sizeof from);
            s->species[s->count++] = r->reference.species[i];
        }
        if (!outer)
            s->inner = s->count;
    }
    return FF_OK;
}

static bool has_atom_at(const surroundings *s, const double at[3], int species)
{
    for (size_t i = 0; i < s->count; i++) {
        double apart[3];
        for (int k = 0; k < 3; k++)
            apart[k] = s->from[i][k] - at[k];
        if (s->species[i] == species && ff_vector_dot(apart, apart) < tolerance * tolerance)
            return true;
    }
    return false;
}

static bool holds(const surroundings *s, const double rotation[9])
{
    for (size_t i = 0; i < s->inner; i++) {
        double turned[3];
        for (int k = 0; k < 3; k++)
            turned[k] = ff_vector_dot(rotation + 3 * k, s->from[i]);
        if (!has_atom_at(s, turned, s->species[i]))
            return false;
    }
    return true;
}

static void name_group(ff_defect_symmetry *symmetry, int turns[][3][3])
{
    char symbol[6] = "";
    int transformation[3][3];
    if (spg_get_pointgroup(symbol, transformation, turns, (int)symmetry->order) == 0)
        symbol[0] = '\0';
    symbol[5] = '\0';
    for (char *c = symbol; *c; c++)
        if (*c == ' ')
            *c = '\0';
    memcpy(symmetry->group, symbol, sizeof symbol);
}

/* The group about the centre moved by `shift`, if it is larger than that known. */
static int try_centre(ff_defect_symmetry *symmetry, const ff_relaxation *relaxation,
                      const rotations *all, const double shift[3], ff_error *err)
{
    surroundings s = {0};
    int kept[MOST_ROTATIONS][3][3];
    ff_defect_symmetry found = {.crystal = all->count};
    int status = find_surroundings(&s, relaxation, shift, err);
    for (size_t n = 0; status == FF_OK && n < all->count; n++)
        if (holds(&s, all->cartesian[n]))
            memcpy(kept[found.order++], all->turn[n], sizeof kept[0]);
    if (status == FF_OK && found.order > symmetry->order) {
        *symmetry = found;
        name_group(symmetry, kept);
    }
    free(s.from);
    free(s.species);
    return status;
}

int ff_defect_symmetry_find(ff_defect_symmetry *symmetry, const ff_relaxation *relaxation,
                            ff_error *err)
{
    static const double nowhere[3] = {0.0};
    rotations all;
    double shift[3];
    *symmetry = (ff_defect_symmetry){0};
    const bool *periodic = relaxation->unit.periodic;
    if (ff_relaxation_is_dislocation(relaxation) || !periodic[0] || !periodic[1] || !periodic[2])
        return FF_OK;
    find_centre(shift, relaxation);
    int status = find_rotations(&all, &relaxation->unit, err);
    if (status == FF_OK)
        status = try_centre(symmetry, relaxation, &all, nowhere, err);
    if (status == FF_OK)
        status = try_centre(symmetry, relaxation, &all, shift, err);
    return status;
}
