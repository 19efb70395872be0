#include "lib/defects/site_match.h"

#include "lib/base/memory.h"
#include "lib/structure/lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double same_A = 1e-6;

static bool same_numbers(const double *a, const double *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!(fabs(a[i] - b[i]) <= same_A))
            return false;
    return true;
}

static int check_same_defect(const ff_relaxation *a, const ff_relaxation *b, ff_error *err)
{
    if (strcmp(a->crystal, b->crystal) != 0 || strcmp(a->defect, b->defect) != 0)
        return ff_fail(err, FF_E_FORMAT, "a %s in %s and a %s in %s cannot be compared", a->defect,
                       a->crystal, b->defect, b->crystal);
    if (!same_numbers(&a->lattice_constant, &b->lattice_constant, 1))
        return ff_fail(err, FF_E_FORMAT,
                       "the lattice constants %.10g and %.10g A differ: relax the model at the "
                       "reference's",
                       a->lattice_constant, b->lattice_constant);
    return FF_OK;
}

int ff_relaxation_check_same_reference(const ff_relaxation *a, const ff_relaxation *b,
                                       ff_error *err)
{
    int status = check_same_defect(a, b, err);
    if (status != FF_OK)
        return status;
    if (a->reference.atoms != b->reference.atoms ||
        memcmp(a->cells, b->cells, sizeof a->cells) != 0 ||
        !same_numbers(a->reference.cell, b->reference.cell, 9))
        return ff_fail(err, FF_E_FORMAT,
                       "supercells of %d x %d x %d cells (%zu atoms) and %d x %d x %d cells (%zu "
                       "atoms), expected the same",
                       a->cells[0], a->cells[1], a->cells[2], a->reference.atoms, b->cells[0],
                       b->cells[1], b->cells[2], b->reference.atoms);
    for (size_t i = 0; i < a->reference.atoms; i++)
        if (a->reference.species[i] != b->reference.species[i] ||
            !same_numbers(a->reference.positions + 3 * i, b->reference.positions + 3 * i, 3)) {
            status = ff_fail(err, FF_E_FORMAT, "the reference configurations differ");
            ff_error_at_atom(err, (int64_t)i + 1);
            return status;
        }
    return FF_OK;
}

/* The nearest image is found with short periods of the supercell, which need not be its vectors. */
void ff_relaxation_from_centre(double from[3], const ff_relaxation *relaxation, size_t atom)
{
    double cell[9], inverse[9], fraction[3];
    int64_t transform[9];
    memcpy(cell, relaxation->reference.cell, sizeof cell);
    (void)ff_lattice_reduce(cell, transform, relaxation->reference.periodic);
    ff_lattice_inverse(inverse, cell);
    for (size_t k = 0; k < 3; k++)
        from[k] = relaxation->reference.positions[3 * atom + k] - relaxation->centre[k];
    ff_row_times_matrix(fraction, from, inverse);
    for (int k = 0; k < 3; k++) /* a site half-way goes to the lower side, whatever its rounding */
        if (relaxation->reference.periodic[k])
            fraction[k] -= floor(fraction[k] + 0.5 + 1e-9);
    ff_row_times_matrix(from, fraction, cell);
}

/* Two sizes. */

/* The atom on each lattice site, or SIZE_MAX. */
static int atoms_by_site(size_t **atom_on_site, size_t *sites, const ff_relaxation *relaxation,
                         ff_error *err)
{
    *sites = 0;
    for (size_t i = 0; i < relaxation->reference.atoms; i++)
        if (relaxation->site[i] >= 0 && (size_t)relaxation->site[i] >= *sites)
            *sites = (size_t)relaxation->site[i] + 1;
    if (!(*atom_on_site = ff_new_array(*sites, sizeof **atom_on_site, err)))
        return FF_E_NOMEM;
    for (size_t s = 0; s < *sites; s++)
        (*atom_on_site)[s] = SIZE_MAX;
    for (size_t i = 0; i < relaxation->reference.atoms; i++)
        if (relaxation->site[i] >= 0)
            (*atom_on_site)[relaxation->site[i]] = i;
    return FF_OK;
}

static size_t extra_atom(const ff_relaxation *relaxation, size_t number)
{
    for (size_t i = 0; i < relaxation->reference.atoms; i++)
        if (relaxation->site[i] < 0 && number-- == 0)
            return i;
    return SIZE_MAX;
}

/* The site of `large` at a place relative to its defect: the unit cell that holds it, and the same
 * basis site. */
static size_t site_of_place(const ff_relaxation *large, size_t basis, const double from[3])
{
    const ff_frame *unit = &large->unit;
    double inverse[9], place[3], index[3];
    size_t cell = 0;
    for (size_t k = 0; k < 3; k++)
        place[k] = large->centre[k] + from[k] - unit->positions[3 * basis + k];
    ff_lattice_inverse(inverse, unit->cell);
    ff_row_times_matrix(index, place, inverse);
    for (int k = 0; k < 3; k++) {
        long whole = lround(index[k]) % large->cells[k];
        whole += whole < 0 ? large->cells[k] : 0;
        cell = cell * (size_t)large->cells[k] + (size_t)whole;
    }
    return cell * unit->atoms + basis;
}

/* Whether a vector is one between periodic images, or zero. */
static bool between_images(const double apart[3], const double cell[9])
{
    double inverse[9], fraction[3], rest[3];
    ff_lattice_inverse(inverse, cell);
    ff_row_times_matrix(fraction, apart, inverse);
    for (int k = 0; k < 3; k++)
        fraction[k] -= round(fraction[k]);
    ff_row_times_matrix(rest, fraction, cell);
    return ff_vector_dot(rest, rest) <= same_A * same_A;
}

/* The atom of `large` in the place of atom i of `small`; SIZE_MAX: none. *extras counts the extra
 * atoms met. */
static size_t counterpart(const ff_relaxation *small, const ff_relaxation *large,
                          const size_t *atom_on_site, size_t sites, size_t i, size_t *extras)
{
    double from[3], there[3];
    size_t found;
    ff_relaxation_from_centre(from, small, i);
    if (small->site[i] < 0) {
        found = extra_atom(large, (*extras)++);
    } else {
        size_t site = site_of_place(large, (size_t)small->site[i] % small->unit.atoms, from);
        found = site < sites ? atom_on_site[site] : SIZE_MAX;
    }
    if (found == SIZE_MAX)
        return SIZE_MAX;
    ff_relaxation_from_centre(there, large, found);
    /* In the same cell along an axis, "nearest image" may choose either side. */
    for (int k = 0; k < 3; k++)
        there[k] -= from[k];
    return between_images(there, large->reference.cell) ? found : SIZE_MAX;
}

static int match_atoms(size_t *match, const ff_relaxation *small, const ff_relaxation *large,
                       ff_error *err)
{
    size_t *atom_on_site = NULL, sites = 0, extras = 0;
    bool *taken = ff_new_array(large->reference.atoms, sizeof *taken, err);
    int status = taken ? atoms_by_site(&atom_on_site, &sites, large, err) : FF_E_NOMEM;
    for (size_t i = 0; status == FF_OK && i < small->reference.atoms; i++) {
        match[i] = counterpart(small, large, atom_on_site, sites, i, &extras);
        if (match[i] == SIZE_MAX || taken[match[i]]) {
            status = ff_fail(err, FF_E_FORMAT, "it has no counterpart in the larger supercell");
            ff_error_at_atom(err, (int64_t)i + 1);
        } else {
            taken[match[i]] = true;
        }
    }
    free(atom_on_site);
    free(taken);
    return status;
}

/* Whether the two unit cells, of as many atoms, span the same lattice. */
static bool same_lattice(const ff_relaxation *a, const ff_relaxation *b)
{
    double inverse[9], multiples[9];
    ff_lattice_inverse(inverse, b->unit.cell);
    for (int i = 0; i < 3; i++)
        ff_row_times_matrix(multiples + 3 * i, a->unit.cell + 3 * i, inverse);
    for (int k = 0; k < 9; k++)
        if (!(fabs(multiples[k] - nearbyint(multiples[k])) <= same_A))
            return false;
    return a->unit.atoms == b->unit.atoms &&
           fabs(fabs(ff_lattice_determinant(multiples)) - 1) <= same_A;
}

static int check_sizes(const ff_relaxation *small, const ff_relaxation *large, ff_error *err)
{
    /* Of supercells with different unit cells no vector says which is the larger. */
    bool larger = ff_relaxation_sites(small) <= ff_relaxation_sites(large);
    for (int k = 0; k < 3 && same_numbers(small->unit.cell, large->unit.cell, 9); k++)
        larger = larger && small->cells[k] <= large->cells[k];
    return larger
               ? FF_OK
               : ff_fail(err, FF_E_FORMAT,
                         "supercells of %d x %d x %d and %d x %d x %d cells, expected the second "
                         "to be the larger along every axis",
                         small->cells[0], small->cells[1], small->cells[2], large->cells[0],
                         large->cells[1], large->cells[2]);
}

int ff_relaxation_match(size_t *match, const ff_relaxation *small, const ff_relaxation *large,
                        ff_error *err)
{
    int status = check_same_defect(small, large, err);
    if (status == FF_OK)
        status = check_sizes(small, large, err);
    if (status == FF_OK && !same_lattice(small, large))
        status = ff_fail(err, FF_E_FORMAT, "the unit cells of the two crystals differ");
    return status == FF_OK ? match_atoms(match, small, large, err) : status;
}
