#include "lib/defects/force_constants.h"

#include "lib/base/memory.h"
#include "lib/base/parallel.h"
#include "lib/defects/site_hessian.h"
#include "lib/structure/lattice.h"
#include "lib/structure/neighbour_list.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void ff_force_constants_init(ff_force_constants *constants)
{
    *constants = (ff_force_constants){0};
}

void ff_force_constants_clear(ff_force_constants *constants)
{
    free(constants->list);
    ff_force_constants_init(constants);
}

/* Site Hessians. */

typedef struct site_task {
    const ff_potential *potential;
    const ff_frame *unit;
    const ff_neighbour_list *list;
    ff_site_hessian **work; /* [threads], made when first used */
    int *species;           /* [entries] of the list */
    size_t *first_element;  /* [sites + 1]: matrix elements of the sites before */
    double *hessian;        /* the sites' matrices, column after column */
    double *difference;     /* [entries] */
    double step;            /* A; 0: the potential's own second derivatives */
    size_t most;
} site_task;

static size_t site_of_entry(const ff_neighbour_list *list, size_t entry)
{
    size_t site = 0;
    while (entry >= list->offset[site + 1])
        site++;
    return site;
}

/* The three columns of one entry of the list. */
static int hessian_columns(size_t entry, int thread, void *context, ff_error *err)
{
    site_task *task = context;
    ff_site_hessian **work = &task->work[thread];
    if (!*work) {
        int status = ff_site_hessian_new(work, task->potential, task->most, err);
        if (status != FF_OK)
            return status;
    }
    size_t site = site_of_entry(task->list, entry), first = task->list->offset[site];
    ff_environment environment = {.species = task->unit->species[site],
                                  .count = task->list->offset[site + 1] - first,
                                  .neighbour_species = task->species + first,
                                  .vectors = task->list->vector + 3 * first,
                                  .distances = task->list->distance + first};
    size_t q = entry - first;
    return ff_site_hessian_columns(*work, &environment, q, task->step,
                                   task->hessian + task->first_element[site] +
                                       9 * q * environment.count,
                                   &task->difference[entry], err);
}

static void site_task_clear(site_task *task)
{
    for (int thread = 0; task->work && thread < ff_threads(); thread++)
        ff_site_hessian_free(task->work[thread]);
    free(task->work);
    free(task->species);
    free(task->first_element);
    free(task->hessian);
    free(task->difference);
}

static int site_task_init(site_task *task, ff_error *err)
{
    size_t sites = task->unit->atoms, entries = task->list->offset[sites];
    if (!(task->work = ff_new_array((size_t)ff_threads(), sizeof *task->work, err)) ||
        !(task->species = ff_new_array(entries, sizeof *task->species, err)) ||
        !(task->first_element = ff_new_array(sites + 1, sizeof *task->first_element, err)))
        return FF_E_NOMEM;
    for (size_t entry = 0; entry < entries; entry++)
        task->species[entry] = task->unit->species[task->list->neighbour[entry]];
    for (size_t site = 0; site < sites; site++) {
        size_t count = task->list->offset[site + 1] - task->list->offset[site];
        task->most = count > task->most ? count : task->most;
        task->first_element[site + 1] = task->first_element[site] + 9 * count * count;
    }
    if (!(task->hessian = ff_new_array(task->first_element[sites], sizeof(double), err)) ||
        !(task->difference = ff_new_array(entries, sizeof(double), err)))
        return FF_E_NOMEM;
    return FF_OK;
}

/* Error left by the extrapolation, were the differences' error a geometric series in step^2:
 * (leading term)^2 / (the value), and the rounding of the gradients. */
static double error_estimate(const site_task *task)
{
    size_t sites = task->unit->atoms;
    double leading = 0.0, largest = DBL_MIN;
    if (task->step == 0.0)
        return 0.0;
    for (size_t entry = 0; entry < task->list->offset[sites]; entry++)
        leading = fmax(leading, task->difference[entry] / 3.0);
    for (size_t element = 0; element < task->first_element[sites]; element++)
        largest = fmax(largest, fabs(task->hessian[element]));
    return 4.0 * leading * leading / largest + 10.0 * DBL_EPSILON / task->step;
}

/* Assembly. */

/* Force constants as an array over (site, other, cell), cells from -reach to reach. */
typedef struct dense_table {
    size_t sites;
    int32_t reach[3];
    size_t cells;
    double *block; /* [sites][sites][cells][9] */
} dense_table;

static double *dense_block(const dense_table *table, size_t site, size_t other, const int32_t n[3])
{
    size_t place = 0;
    for (int axis = 0; axis < 3; axis++)
        place =
            place * (size_t)(2 * table->reach[axis] + 1) + (size_t)(n[axis] + table->reach[axis]);
    return table->block + 9 * ((site * table->sites + other) * table->cells + place);
}

static int dense_table_init(dense_table *table, const ff_neighbour_list *list, ff_error *err)
{
    *table = (dense_table){.sites = list->atoms, .cells = 1};
    for (size_t entry = 0; entry < list->offset[list->atoms]; entry++)
        for (int axis = 0; axis < 3; axis++) {
            int32_t shift = abs(list->shift[3 * entry + (size_t)axis]);
            if (2 * shift > table->reach[axis])
                table->reach[axis] = 2 * shift;
        }
    for (int axis = 0; axis < 3; axis++)
        table->cells *= (size_t)(2 * table->reach[axis] + 1);
    table->block =
        ff_new_array(table->sites * table->sites * table->cells, 9 * sizeof(double), err);
    return table->block ? FF_OK : FF_E_NOMEM;
}

/* Adds d2E_i / dr_p dr_q for all pairs of neighbours p, q of site i. The site energy depends on
 * r_p - r_i, so the centre's block with q is minus the sum over p, which makes the acoustic sum
 * rule exact. K is the column-major Hessian, made symmetric here. */
static void add_site(dense_table *table, const ff_neighbour_list *list, size_t site,
                     const double *hessian)
{
    static const int32_t home[3] = {0, 0, 0};
    size_t first = list->offset[site], count = list->offset[site + 1] - first, size = 3 * count;
    for (size_t p = 0; p < count; p++)
        for (size_t q = 0; q < count; q++) {
            const int32_t *np = list->shift + 3 * (first + p), *nq = list->shift + 3 * (first + q);
            uint32_t a = list->neighbour[first + p], b = list->neighbour[first + q];
            const int32_t pq[3] = {nq[0] - np[0], nq[1] - np[1], nq[2] - np[2]};
            const int32_t minus_p[3] = {-np[0], -np[1], -np[2]};
            double *far = dense_block(table, a, b, pq), *row = dense_block(table, site, b, nq);
            double *column = dense_block(table, a, site, minus_p);
            double *own = dense_block(table, site, site, home);
            for (size_t r = 0; r < 3; r++)
                for (size_t c = 0; c < 3; c++) {
                    size_t i = 3 * p + r, j = 3 * q + c;
                    double value = 0.5 * (hessian[i + size * j] + hessian[j + size * i]);
                    far[3 * r + c] += value;
                    row[3 * r + c] -= value;
                    column[3 * r + c] -= value;
                    own[3 * r + c] += value;
                }
        }
}

/* Removes what rounding leaves of the acoustic sum rule, in the on-site block, keeping it
 * symmetric. */
static void impose_sum_rule(dense_table *table)
{
    static const int32_t home[3] = {0, 0, 0};
    for (size_t site = 0; site < table->sites; site++) {
        double sum[9] = {0};
        const double *blocks = table->block + 9 * site * table->sites * table->cells;
        for (size_t entry = 0; entry < table->sites * table->cells; entry++)
            for (size_t k = 0; k < 9; k++)
                sum[k] += blocks[9 * entry + k];
        double *own = dense_block(table, site, site, home);
        for (size_t r = 0; r < 3; r++)
            for (size_t c = 0; c < 3; c++)
                own[3 * r + c] -= 0.5 * (sum[3 * r + c] + sum[3 * c + r]);
    }
}

static bool block_is_zero(const double block[9])
{
    for (size_t k = 0; k < 9; k++)
        if (block[k] != 0.0)
            return false;
    return true;
}

/* Keeps the blocks that are not zero, in the order (site, other, cell). */
static int compress(ff_force_constants *constants, const dense_table *table, ff_error *err)
{
    size_t all = table->sites * table->sites * table->cells, kept = 0;
    for (size_t entry = 0; entry < all; entry++)
        kept += !block_is_zero(table->block + 9 * entry);
    if (!(constants->list = ff_new_array(kept, sizeof *constants->list, err)))
        return FF_E_NOMEM;
    for (size_t entry = 0; entry < all; entry++) {
        const double *block = table->block + 9 * entry;
        if (block_is_zero(block))
            continue;
        ff_force_constant *constant = &constants->list[constants->count++];
        size_t pair = entry / table->cells, place = entry % table->cells;
        constant->site = (uint32_t)(pair / table->sites);
        constant->other = (uint32_t)(pair % table->sites);
        for (int axis = 2; axis >= 0; axis--) {
            size_t width = (size_t)(2 * table->reach[axis] + 1);
            constant->cell[axis] = (int32_t)(place % width) - table->reach[axis];
            place /= width;
        }
        memcpy(constant->block, block, sizeof constant->block);
    }
    return FF_OK;
}

static int assemble(ff_force_constants *constants, const site_task *task, ff_error *err)
{
    dense_table table = {0};
    int status = dense_table_init(&table, task->list, err);
    if (status == FF_OK) {
        for (size_t site = 0; site < task->unit->atoms; site++)
            add_site(&table, task->list, site, task->hessian + task->first_element[site]);
        impose_sum_rule(&table);
        status = compress(constants, &table, err);
    }
    free(table.block);
    return status;
}

/* Phi becomes P Phi P + n n^T tr(P Phi P) / 2 with P = 1 - n n^T, n the normal. */
static void confine_to_plane(ff_force_constants *constants)
{
    double normal[3], part[9];
    ff_vector_cross(normal, constants->cell, constants->cell + 3);
    const double length = sqrt(ff_vector_dot(normal, normal));
    for (int k = 0; k < 3; k++)
        normal[k] /= length;
    for (size_t entry = 0; entry < constants->count; entry++) {
        double *block = constants->list[entry].block;
        for (int i = 0; i < 3; i++) { /* from the right, then from the left */
            const double along = ff_vector_dot(block + 3 * i, normal);
            for (int k = 0; k < 3; k++)
                part[3 * i + k] = block[3 * i + k] - along * normal[k];
        }
        for (int k = 0; k < 3; k++) {
            const double along =
                part[k] * normal[0] + part[3 + k] * normal[1] + part[6 + k] * normal[2];
            for (int i = 0; i < 3; i++)
                part[3 * i + k] -= along * normal[i];
        }
        const double mean = (part[0] + part[4] + part[8]) / 2;
        for (int k = 0; k < 9; k++)
            block[k] = part[k] + mean * normal[k / 3] * normal[k % 3];
    }
}

/* The whole. */

static int bulk_properties(ff_force_constants *constants, const ff_potential *potential,
                           const ff_frame *unit, ff_error *err)
{
    ff_calculator *calculator = NULL;
    ff_evaluation_result result;
    int status = ff_calculator_new(&calculator, potential, 0.0, err);
    if (status == FF_OK)
        status = ff_calculator_evaluate(calculator, unit, FF_WANT_VIRIAL, &result, err);
    if (status == FF_OK) {
        size_t members[FF_MAX_SPECIES + 1] = {0};
        for (size_t site = 0; site < unit->atoms; site++) {
            constants->bulk_energy[unit->species[site]] += result.site_energies[site];
            members[unit->species[site]]++;
        }
        for (int species = 0; species <= FF_MAX_SPECIES; species++)
            if (members[species])
                constants->bulk_energy[species] /= (double)members[species];
        for (int k = 0; k < 6; k++)
            constants->bulk_virial[k] = result.virial[k] / (double)unit->atoms;
    }
    ff_calculator_free(calculator);
    return status;
}

/* None for exact derivatives; else a thousandth of the shortest bond: the h^4 error is then about
 * 1e-9 of the force constants, the rounding error about 1e-12 eV/A^2. */
static double choose_step(const ff_potential *potential, const ff_neighbour_list *list)
{
    double nearest = list->cutoff;
    if (potential->class_->hessian_products)
        return 0.0;
    for (size_t entry = 0; entry < list->offset[list->atoms]; entry++)
        nearest = fmin(nearest, list->distance[entry]);
    return 1e-3 * nearest;
}

int ff_force_constants_compute(ff_force_constants *constants, const ff_potential *potential,
                               const ff_frame *unit, ff_error *err)
{
    ff_force_constants_init(constants);
    if (!(unit->periodic[0] && unit->periodic[1]))
        return ff_fail(err, FF_E_RANGE,
                       "force constants need a unit cell that is periodic along its first two "
                       "vectors");
    if (ff_potential_need_sites(potential, "the response of a crystal", err) != FF_OK)
        return FF_E_RANGE;
    ff_neighbour_list list;
    ff_neighbour_list_init(&list);
    site_task task = {.potential = potential, .unit = unit, .list = &list};

    /* The bulk first: it also checks the species. Neighbours come from a little beyond the cutoff,
     * since a displacement of up to 2 h may bring them in; without one, they are zeros. */
    int status = bulk_properties(constants, potential, unit, err);
    if (status == FF_OK)
        status = ff_neighbour_list_build(&list, unit, potential->cutoff * 1.003, err);
    if (status != FF_OK)
        goto done;
    task.step = choose_step(potential, &list);
    if ((status = site_task_init(&task, err)) != FF_OK)
        goto done;
    status = ff_parallel_for(list.offset[unit->atoms], hessian_columns, &task, NULL, err);
    if (status != FF_OK)
        goto done;
    constants->sites = unit->atoms;
    memcpy(constants->cell, unit->cell, sizeof constants->cell);
    constants->range = 2.0 * potential->cutoff;
    constants->step = task.step;
    constants->error = error_estimate(&task);
    status = assemble(constants, &task, err);
    if (status == FF_OK && !unit->periodic[2])
        confine_to_plane(constants);

done:
    site_task_clear(&task);
    ff_neighbour_list_clear(&list);
    if (status != FF_OK)
        ff_force_constants_clear(constants);
    return status;
}

void ff_force_constants_symbol(const ff_force_constants *constants, const double phase[3],
                               double *matrix)
{
    size_t order = 3 * constants->sites;
    memset(matrix, 0, 2 * order * order * sizeof *matrix);
    for (size_t entry = 0; entry < constants->count; entry++) {
        const ff_force_constant *constant = &constants->list[entry];
        double angle = 0.0;
        for (int axis = 0; axis < 3; axis++)
            angle += phase[axis] * constant->cell[axis];
        double cosine = cos(angle), sine = sin(angle);
        for (size_t r = 0; r < 3; r++)
            for (size_t c = 0; c < 3; c++) {
                double *element =
                    matrix + 2 * ((3 * constant->site + r) * order + 3 * constant->other + c);
                element[0] += constant->block[3 * r + c] * cosine;
                element[1] += constant->block[3 * r + c] * sine;
            }
    }
}
