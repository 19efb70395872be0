#include "lib/defects/force_constants.h"

#include "lib/base/memory.h"
#include "lib/base/parallel.h"
#include "lib/defects/constant_table.h"
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

/* Cells from which both of a site's neighbours may come. */
static void find_reach(int32_t reach[3], const ff_neighbour_list *list)
{
    memset(reach, 0, 3 * sizeof *reach);
    for (size_t entry = 0; entry < list->offset[list->atoms]; entry++)
        for (int axis = 0; axis < 3; axis++) {
            int32_t shift = abs(list->shift[3 * entry + (size_t)axis]);
            if (2 * shift > reach[axis])
                reach[axis] = 2 * shift;
        }
}

/* Adds d2E_i / dr_p dr_q for all pairs of neighbours p, q of site i. The site energy depends on
 * r_p - r_i, so the centre's block with q is minus the sum over p, which makes the acoustic sum
 * rule exact. K is the column-major Hessian, made symmetric here. */
static void add_site(ff_constant_table *table, const ff_neighbour_list *list, size_t site,
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
            double *far = ff_constant_table_block(table, a, b, pq),
                   *row = ff_constant_table_block(table, site, b, nq);
            double *column = ff_constant_table_block(table, a, site, minus_p);
            double *own = ff_constant_table_block(table, site, site, home);
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

static int assemble(ff_force_constants *constants, const site_task *task, ff_error *err)
{
    ff_constant_table table = {0};
    int32_t reach[3];
    find_reach(reach, task->list);
    int status = ff_constant_table_init(&table, task->unit->atoms, reach, err);
    if (status == FF_OK) {
        for (size_t site = 0; site < task->unit->atoms; site++)
            add_site(&table, task->list, site, task->hessian + task->first_element[site]);
        ff_constant_table_impose_sum_rule(&table);
        status = ff_constant_table_compress(constants, &table, err);
    }
    ff_constant_table_clear(&table);
    return status;
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
        ff_force_constants_confine(constants);

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
