#include "lib/defects/supercell_constants.h"

#include "lib/base/memory.h"
#include "lib/defects/constant_table.h"
#include "lib/structure/lattice.h"
#include "lib/structure/supercell.h"
#include "lib/structure/symmetry.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double widest = 30.0;             /* A, supercells for differences */
static const double symmetry_tolerance = 1e-5; /* A */
static const double same_distance = 1e-4;      /* A, images that are equally near */

typedef struct work {
    ff_force_constants *constants;
    const ff_potential *potential;
    const ff_frame *unit;
    const ff_progress *progress;
    ff_calculator *calculator;
    int cells[3];        /* of the supercell for differences */
    ff_frame supercell;  /* with displacements and the responses to them */
    double *moved;       /* [atoms][3] positions, scratch */
    double *near, *wide; /* [atoms][3] eV/A^2: differences at h and 2h */
    double leading;      /* eV/A^2, largest part of a difference that is of order h^2 */
    double largest;      /* eV/A^2, largest response */
} work;

static void work_clear(work *w)
{
    ff_calculator_free(w->calculator);
    ff_frame_clear(&w->supercell);
    free(w->moved);
    free(w->near);
    free(w->wide);
}

static int evaluate(work *w, const ff_frame *frame, unsigned want, ff_evaluation_result *result,
                    ff_error *err)
{
    int status = ff_calculator_evaluate(w->calculator, frame, want, result, err);
    w->constants->evaluations++;
    if (w->progress)
        w->progress->advance(w->progress->context, 1);
    return status;
}

/* The bulk, and what the potential's numbers are worth. */

/* What the energies of atoms do not add up to belongs to all of them. */
static void take_bulk(ff_force_constants *constants, const ff_frame *crystal,
                      const ff_evaluation_result *result)
{
    size_t members[FF_MAX_SPECIES + 1] = {0};
    const double *sites = result->site_energies, atoms = (double)crystal->atoms;
    const double known = sites ? ff_compensated_sum(sites, crystal->atoms, 0.0) : 0.0;
    for (size_t i = 0; i < crystal->atoms; i++) {
        constants->bulk_energy[crystal->species[i]] += sites ? sites[i] : 0.0;
        members[crystal->species[i]]++;
    }
    for (int z = 0; z <= FF_MAX_SPECIES; z++)
        if (members[z])
            constants->bulk_energy[z] =
                constants->bulk_energy[z] / (double)members[z] + (result->energy - known) / atoms;
    for (int k = 0; k < 6; k++)
        constants->bulk_virial[k] = result->virial[k] / atoms;
}

static int measure_bulk(work *w, const int cells[3], ff_error *err)
{
    static const double shift[3] = {0.0731, 0.1172, 0.0417}; /* A, along nothing in particular */
    ff_evaluation_result result;
    ff_frame crystal = {0};
    double *forces = NULL, energy = 0.0;
    int status = ff_repeat_cell(&crystal, w->unit, cells, err);
    if (status == FF_OK)
        status = evaluate(w, &crystal, FF_WANT_FORCES | FF_WANT_VIRIAL, &result, err);
    if (status == FF_OK) {
        take_bulk(w->constants, &crystal, &result);
        energy = result.energy;
        if (!(forces = ff_copy_array(result.forces, 3 * crystal.atoms, sizeof *forces, err)))
            status = FF_E_NOMEM;
    }
    for (size_t k = 0; status == FF_OK && k < 3 * crystal.atoms; k++)
        crystal.positions[k] += shift[k % 3];
    if (status == FF_OK)
        status = evaluate(w, &crystal, FF_WANT_FORCES, &result, err);
    if (status == FF_OK)
        w->constants->energy_noise = fabs(result.energy - energy);
    for (size_t k = 0; status == FF_OK && k < 3 * crystal.atoms; k++)
        w->constants->force_noise =
            fmax(w->constants->force_noise, fabs(result.forces[k] - forces[k]));
    ff_frame_clear(&crystal);
    free(forces);
    return status;
}

/* Differences. */

/* Cells for a supercell as wide as is needed, at most those of the study. */
static void choose_cells(work *w, const int cells[3])
{
    double inverse[9];
    const double wanted = fmin(widest, 4.0 * w->potential->cutoff * (1.0 + 1e-9));
    ff_lattice_inverse(inverse, w->unit->cell);
    for (int k = 0; k < 3; k++) { /* planes k are 1 / |reciprocal vector k| apart */
        double planes = sqrt(inverse[k] * inverse[k] + inverse[k + 3] * inverse[k + 3] +
                             inverse[k + 6] * inverse[k + 6]);
        double enough = ceil(wanted * planes);
        w->cells[k] = enough < cells[k] ? (int)enough : cells[k];
    }
}

/* Rounding (1.5 noise / h) against the next term of the extrapolation, about 4 phi (h / 0.5 A)^4 in
 * a solid: the sum is least at this h. */
static double choose_step(double noise)
{
    return fmin(fmax(pow(noise / 2000.0, 0.2), 1e-3), 0.05);
}

/* difference = - dF/ds by the forces at +step and -step. */
static int find_difference(work *w, const ff_displacement *along, double step, double *difference,
                           ff_error *err)
{
    ff_evaluation_result result;
    ff_frame frame = w->supercell;
    int status = FF_OK;
    frame.positions = w->moved;
    memset(difference, 0, 3 * frame.atoms * sizeof *difference);
    for (int side = -1; side <= 1 && status == FF_OK; side += 2) {
        memcpy(w->moved, w->supercell.positions, 3 * frame.atoms * sizeof *w->moved);
        for (size_t k = 0; k < 3; k++)
            w->moved[3 * along->atom + k] += side * step * along->direction[k];
        status = evaluate(w, &frame, FF_WANT_FORCES, &result, err);
        for (size_t k = 0; k < 3 * frame.atoms && status == FF_OK; k++)
            difference[k] -= 0.5 * side * result.forces[k] / step;
    }
    return status;
}

static int find_responses(work *w, ff_error *err)
{
    const size_t size = 3 * w->supercell.atoms;
    const double step = w->constants->step;
    int status = FF_OK;
    if (!(w->moved = ff_new_array(size, sizeof *w->moved, err)) ||
        !(w->near = ff_new_array(size, sizeof *w->near, err)) ||
        !(w->wide = ff_new_array(size, sizeof *w->wide, err)))
        return FF_E_NOMEM;
    for (size_t d = 0; d < w->supercell.displacements && status == FF_OK; d++) {
        const ff_displacement *along = &w->supercell.displacement[d];
        double *response = w->supercell.force_constants + d * size;
        status = find_difference(w, along, step, w->near, err);
        if (status == FF_OK)
            status = find_difference(w, along, 2.0 * step, w->wide, err);
        for (size_t k = 0; k < size && status == FF_OK; k++) {
            response[k] = (4.0 * w->near[k] - w->wide[k]) / 3.0;
            w->leading = fmax(w->leading, fabs(w->near[k] - w->wide[k]) / 3.0);
            w->largest = fmax(w->largest, fabs(response[k]));
        }
    }
    return status;
}

/* Those that are independent; along all axes of the unit cell's atoms in crystals whose symmetry
 * nobody looks for, as they are not periodic along all vectors. */
static int choose_displacements(work *w, const ff_symmetry *symmetry, ff_error *err)
{
    const bool *periodic = w->unit->periodic;
    ff_displacement *displacements = NULL;
    size_t count = 0;
    int status = periodic[0] && periodic[1] && periodic[2]
                     ? ff_symmetry_displacements(&displacements, &count, symmetry, err)
                     : ff_all_displacements(&displacements, &count, w->unit->atoms, err);
    if (status == FF_OK)
        status = ff_frame_set_displacements(&w->supercell, count, displacements, err);
    free(displacements);
    return status;
}

/* Images. */

/* The nearest images of an atom as another sees it. */
typedef struct nearest {
    size_t count;
    int32_t cell[27][3]; /* unit cells from that of the one to that of the other */
} nearest;

typedef struct image_search {
    double cell[9], inverse[9]; /* of the supercell, reduced */
    int64_t transform[9];       /* reduced_i = sum_j transform_ij supercell_j */
} image_search;

static int image_search_init(image_search *s, const work *w, ff_error *err)
{
    memcpy(s->cell, w->supercell.cell, sizeof s->cell);
    if (!ff_lattice_reduce(s->cell, s->transform, w->supercell.periodic))
        return ff_fail(err, FF_E_RANGE, "the supercell is singular");
    ff_lattice_inverse(s->inverse, s->cell);
    return FF_OK;
}

/* Images of atom `other` of the supercell nearest to atom `site` of its first cell. */
static void find_nearest(nearest *found, const image_search *s, const work *w, size_t site,
                         size_t other)
{
    const double *from = w->supercell.positions + 3 * site,
                 *to = w->supercell.positions + 3 * other;
    const double apart[3] = {to[0] - from[0], to[1] - from[1], to[2] - from[2]};
    int32_t cell[3];
    double fraction[3], least = INFINITY;
    size_t number = other / w->unit->atoms;
    for (int k = 2; k >= 0; k--) {
        cell[k] = (int32_t)(number % (size_t)w->cells[k]);
        number /= (size_t)w->cells[k];
    }
    ff_row_times_matrix(fraction, apart, s->inverse);
    found->count = 0;
    for (int n = 0; n < 27; n++) {
        int64_t index[3];
        double moved[3], vector[3];
        for (int k = 0; k < 3; k++) {
            int step = (k == 0 ? n / 9 : k == 1 ? n / 3 % 3 : n % 3) - 1;
            index[k] = w->unit->periodic[k] ? step - llround(fraction[k]) : 0;
            moved[k] = fraction[k] + (double)index[k];
        }
        ff_row_times_matrix(vector, moved, s->cell);
        double distance = sqrt(ff_vector_dot(vector, vector));
        if (distance > least + same_distance)
            continue;
        if (distance < least - same_distance)
            found->count = 0;
        least = fmin(least, distance);
        int32_t *at = found->cell[found->count++];
        for (int k = 0; k < 3; k++)
            at[k] = cell[k] + w->cells[k] * (int32_t)(index[0] * s->transform[k] +
                                                      index[1] * s->transform[3 + k] +
                                                      index[2] * s->transform[6 + k]);
    }
    assert(found->count > 0);
}

static void find_reach(int32_t reach[3], const image_search *s, const work *w)
{
    memset(reach, 0, 3 * sizeof *reach);
    for (size_t site = 0; site < w->unit->atoms; site++)
        for (size_t other = 0; other < w->supercell.atoms; other++) {
            nearest found;
            find_nearest(&found, s, w, site, other);
            for (size_t n = 0; n < found.count; n++)
                for (int k = 0; k < 3; k++)
                    reach[k] = abs(found.cell[n][k]) > reach[k] ? abs(found.cell[n][k]) : reach[k];
        }
}

/* Blocks that are nothing but error are left out. */
static void add_rows(ff_constant_table *table, const image_search *s, const work *w,
                     const double *rows)
{
    for (size_t site = 0; site < w->unit->atoms; site++)
        for (size_t other = 0; other < w->supercell.atoms; other++) {
            const double *block = rows + 9 * (site * w->supercell.atoms + other);
            nearest found;
            double size = 0.0;
            for (int k = 0; k < 9; k++)
                size = fmax(size, fabs(block[k]));
            if (size <= w->constants->error)
                continue;
            find_nearest(&found, s, w, site, other);
            for (size_t n = 0; n < found.count; n++) {
                double *at =
                    ff_constant_table_block(table, site, other % w->unit->atoms, found.cell[n]);
                for (int k = 0; k < 9; k++)
                    at[k] += block[k] / (double)found.count;
            }
        }
}

static int assemble(work *w, const double *rows, ff_error *err)
{
    ff_constant_table table = {0};
    image_search search;
    int32_t reach[3];
    int status = image_search_init(&search, w, err);
    if (status != FF_OK)
        return status;
    find_reach(reach, &search, w);
    status = ff_constant_table_init(&table, w->unit->atoms, reach, err);
    if (status == FF_OK) {
        add_rows(&table, &search, w, rows);
        ff_constant_table_make_symmetric(&table);
        ff_constant_table_impose_sum_rule(&table);
        status = ff_constant_table_compress(w->constants, &table, err);
    }
    ff_constant_table_clear(&table);
    return status;
}

/* The whole. */

static int compute(work *w, const int cells[3], ff_error *err)
{
    ff_force_constants *constants = w->constants;
    ff_symmetry symmetry;
    double *rows = NULL;
    ff_symmetry_init(&symmetry);
    int status = measure_bulk(w, cells, err);
    if (status != FF_OK)
        return status;
    constants->step = choose_step(constants->force_noise);
    choose_cells(w, cells);
    status = ff_repeat_cell(&w->supercell, w->unit, w->cells, err);
    if (status == FF_OK)
        status = ff_symmetry_find(&symmetry, &w->supercell, symmetry_tolerance, err);
    if (status == FF_OK)
        status = choose_displacements(w, &symmetry, err);
    if (status == FF_OK)
        status = find_responses(w, err);
    if (status == FF_OK) {
        constants->error = 4.0 * w->leading * w->leading / fmax(w->largest, 1e-300) +
                           1.5 * fmax(constants->force_noise, 1e-15) / constants->step;
        rows = ff_new_array(w->unit->atoms * w->supercell.atoms, 9 * sizeof *rows, err);
        status = rows ? ff_symmetry_expand_rows(rows, w->unit->atoms, &symmetry, &w->supercell, err)
                      : FF_E_NOMEM;
    }
    if (status == FF_OK)
        status = assemble(w, rows, err);
    if (status == FF_OK && !w->unit->periodic[2])
        ff_force_constants_confine(constants);
    ff_symmetry_clear(&symmetry);
    free(rows);
    return status;
}

int ff_crystal_constants(ff_force_constants *constants, const ff_potential *potential,
                         const ff_frame *unit, const int cells[3], const ff_progress *progress,
                         ff_error *err)
{
    if (!potential->class_->evaluate)
        return ff_force_constants_compute(constants, potential, unit, err);
    ff_force_constants_init(constants);
    constants->sites = unit->atoms;
    memcpy(constants->cell, unit->cell, sizeof constants->cell);
    constants->range = 2.0 * potential->cutoff;
    if (!(unit->periodic[0] && unit->periodic[1]))
        return ff_fail(err, FF_E_RANGE,
                       "force constants need a unit cell that is periodic along its first two "
                       "vectors");
    work w = {.constants = constants, .potential = potential, .unit = unit, .progress = progress};
    int status = ff_calculator_new(&w.calculator, potential, 0.0, err);
    if (status == FF_OK)
        status = compute(&w, cells, err);
    work_clear(&w);
    if (status != FF_OK)
        ff_force_constants_clear(constants);
    return status;
}
