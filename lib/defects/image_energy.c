#include "lib/defects/image_energy.h"

#include "lib/base/memory.h"
#include "lib/base/parallel.h"
#include "lib/structure/lattice.h"

#include <complex.h>
#include <fftw3.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SITES = 40000, WAVES_PER_ITEM = 64 };

/* A force on a site, whose cell is counted from the corner of the supercell; the image of the site
 * nearest to the defect. */
typedef struct site_force {
    int64_t cell[3];
    size_t basis;
    double force[3]; /* eV/A */
} site_force;

/* All of them, in a block of cells about the defect. */
typedef struct kanzaki {
    size_t cells[3], sites; /* of the block */
    size_t order;           /* 3 sites of the unit cell */
    site_force *list;
    size_t count, capacity;
} kanzaki;

/* Of the supercell: displacements of its sites, zero on vacant ones. */
static int find_displacements(double **field, const ff_relaxation *relaxation, ff_error *err)
{
    if (!(*field = ff_new_array(ff_relaxation_sites(relaxation), 3 * sizeof(double), err)))
        return FF_E_NOMEM;
    for (size_t i = 0; i < relaxation->reference.atoms; i++)
        if (relaxation->site[i] >= 0)
            memcpy(*field + 3 * relaxation->site[i], relaxation->displacement + 3 * i,
                   3 * sizeof(double));
    return FF_OK;
}

typedef struct force_task {
    const ff_relaxation *relaxation;
    const ff_force_constants *constants;
    const double *field;
    double *force; /* [sites][3] */
} force_task;

/* The indices of a cell of the supercell. */
static void cell_indices(int64_t index[3], const ff_relaxation *relaxation, size_t cell)
{
    for (int k = 2; k >= 0; k--) {
        index[k] = (int64_t)(cell % (size_t)relaxation->cells[k]);
        cell /= (size_t)relaxation->cells[k];
    }
}

/* f = H u on the sites of one cell. */
static int cell_forces(size_t cell, int thread, void *context, ff_error *err)
{
    (void)thread, (void)err;
    const force_task *task = context;
    const int *cells = task->relaxation->cells;
    size_t basis = task->constants->sites;
    double *force = task->force + 3 * cell * basis;
    int64_t at[3];
    cell_indices(at, task->relaxation, cell);
    for (size_t n = 0; n < task->constants->count; n++) {
        const ff_force_constant *c = &task->constants->list[n];
        size_t other = 0;
        for (int k = 0; k < 3; k++) {
            int64_t index = ((at[k] + c->cell[k]) % cells[k] + cells[k]) % cells[k];
            other = other * (size_t)cells[k] + (size_t)index;
        }
        const double *u = task->field + 3 * (other * basis + c->other);
        for (size_t k = 0; k < 3; k++)
            force[3 * c->site + k] +=
                c->block[3 * k] * u[0] + c->block[3 * k + 1] * u[1] + c->block[3 * k + 2] * u[2];
    }
    return FF_OK;
}

/* The block is the supercell, or as much of its middle as is worth looking at, in its shape. */
static void choose_block(kanzaki *z, const ff_relaxation *relaxation)
{
    double sites = (double)ff_relaxation_sites(relaxation);
    double scale = sites > MOST_SITES ? cbrt(MOST_SITES / sites) : 1.0;
    z->sites = relaxation->unit.atoms;
    z->order = 3 * relaxation->unit.atoms;
    for (int k = 0; k < 3; k++) {
        double cells = scale < 1.0 ? floor(scale * relaxation->cells[k]) : relaxation->cells[k];
        z->cells[k] = (size_t)fmax(cells, 1.0);
        z->sites *= z->cells[k];
    }
}

/* Adds the force on a site to the list: at the image nearest to the defect, or in equal parts at
 * those that are equally near along a vector. from[3]: the site from the defect, in unit cells. */
static int add_force(kanzaki *z, const int cells[3], const int64_t cell[3], size_t basis,
                     const double from[3], const double force[3], ff_error *err)
{
    int64_t low[3], high[3];
    double images = 1.0;
    for (int k = 0; k < 3; k++) {
        low[k] = (int64_t)ceil(-from[k] / cells[k] - 0.5 - 1e-9);
        high[k] = (int64_t)floor(-from[k] / cells[k] + 0.5 + 1e-9);
        if (fabs(from[k] + (double)(low[k] * cells[k])) > 0.5 * (double)z->cells[k] + 1e-6)
            return FF_OK;
        images *= (double)(high[k] - low[k] + 1);
    }
    for (int64_t x = low[0]; x <= high[0]; x++)
        for (int64_t y = low[1]; y <= high[1]; y++)
            for (int64_t w = low[2]; w <= high[2]; w++) {
                int status = ff_reserve(&z->list, &z->capacity, z->count + 1, sizeof *z->list, err);
                if (status != FF_OK)
                    return status;
                site_force *f = &z->list[z->count++];
                *f = (site_force){.cell = {cell[0] + x * cells[0], cell[1] + y * cells[1],
                                           cell[2] + w * cells[2]},
                                  .basis = basis};
                for (int k = 0; k < 3; k++)
                    f->force[k] = force[k] / images;
            }
    return FF_OK;
}

static int list_forces(kanzaki *z, const ff_relaxation *relaxation, const double *force,
                       ff_error *err)
{
    double inverse[9], from[3], away[3];
    size_t sites = ff_relaxation_sites(relaxation), basis = relaxation->unit.atoms;
    int status = FF_OK;
    ff_lattice_inverse(inverse, relaxation->unit.cell);
    for (size_t site = 0; status == FF_OK && site < sites; site++) {
        int64_t cell[3];
        cell_indices(cell, relaxation, site / basis);
        ff_relaxation_site_position(away, relaxation, (int64_t)site);
        for (int k = 0; k < 3; k++)
            away[k] -= relaxation->centre[k];
        ff_row_times_matrix(from, away, inverse);
        status = add_force(z, relaxation->cells, cell, site % basis, from, force + 3 * site, err);
    }
    /* Forces that were cut off are small, but they must add up to zero. */
    double sum[3] = {0};
    for (size_t i = 0; status == FF_OK && i < z->count; i++)
        for (int k = 0; k < 3; k++)
            sum[k] += z->list[i].force[k];
    for (size_t i = 0; status == FF_OK && i < z->count; i++)
        for (int k = 0; k < 3; k++)
            z->list[i].force[k] -= sum[k] / (double)z->count;
    return status;
}

static int find_forces(kanzaki *z, const ff_relaxation *relaxation,
                       const ff_force_constants *constants, ff_error *err)
{
    double *field = NULL, *force = NULL;
    size_t sites = ff_relaxation_sites(relaxation);
    choose_block(z, relaxation);
    int status = find_displacements(&field, relaxation, err);
    if (status == FF_OK && !(force = ff_new_array(sites, 3 * sizeof(double), err)))
        status = FF_E_NOMEM;
    if (status == FF_OK) {
        force_task task = {
            .relaxation = relaxation, .constants = constants, .field = field, .force = force};
        status = ff_parallel_for(sites / relaxation->unit.atoms, cell_forces, &task, NULL, err);
    }
    if (status == FF_OK)
        status = list_forces(z, relaxation, force, err);
    free(field);
    free(force);
    return status;
}

/* Q on a grid of wave vectors. */

typedef struct grid {
    const ff_force_constants *constants;
    size_t cells[3], cell_count, wave_count;
    size_t order;
    double complex *spectrum; /* [order][waves] */
    double *sum;              /* [items] eV */
    bool *unstable;           /* [items] */
} grid;

/* f* H^-1 f of one wave vector in `work`[order][order + 1]; false if H is not positive. */
static bool wave_energy(const grid *g, size_t wave, const double phase[3], double complex *work,
                        double *energy)
{
    size_t order = g->order;
    double complex *matrix = work, *vector = work + order * order;
    ff_force_constants_symbol(g->constants, phase, (double *)matrix);
    double tie = creal(matrix[0]);
    for (size_t i = 0; wave == 0 && i < order; i++) /* no force moves the crystal as a whole */
        for (size_t j = i % 3; j < order; j += 3)
            matrix[i * order + j] += tie;
    for (size_t i = 0; i < order; i++)
        vector[i] = g->spectrum[i * g->wave_count + wave];
    /* The matrix is given by rows; its columns are then those of the conjugate. */
    for (size_t i = 0; i < order; i++)
        vector[i] = conj(vector[i]);
    if (LAPACKE_zpotrf(LAPACK_COL_MAJOR, 'L', (lapack_int)order, matrix, (lapack_int)order) != 0)
        return false;
    if (LAPACKE_ztrtrs(LAPACK_COL_MAJOR, 'L', 'N', 'N', (lapack_int)order, 1, matrix,
                       (lapack_int)order, vector, (lapack_int)order) != 0)
        return false;
    *energy = 0.0;
    for (size_t i = 0; i < order; i++)
        *energy += creal(vector[i]) * creal(vector[i]) + cimag(vector[i]) * cimag(vector[i]);
    return true;
}

static int sum_waves(size_t item, int thread, void *context, ff_error *err)
{
    (void)thread;
    grid *g = context;
    size_t half = g->cells[2] / 2 + 1, order = g->order;
    double complex *work = ff_new_array(order * (order + 1), sizeof *work, err);
    if (!work)
        return FF_E_NOMEM;
    for (size_t w = item * WAVES_PER_ITEM; w < g->wave_count && w < (item + 1) * WAVES_PER_ITEM;
         w++) {
        const size_t number[3] = {w / half / g->cells[1], w / half % g->cells[1], w % half};
        bool twice = number[2] != 0 && 2 * number[2] != g->cells[2];
        double phase[3], energy = 0.0;
        for (int k = 0; k < 3; k++)
            phase[k] = 2.0 * acos(-1.0) * (double)number[k] / (double)g->cells[k];
        if (!wave_energy(g, w, phase, work, &energy))
            g->unstable[item] = true;
        g->sum[item] += (twice ? 2.0 : 1.0) * energy;
    }
    free(work);
    return FF_OK;
}

/* Puts the forces into a field, whose place in the crystal does not matter, and transforms it. */
static int transform(grid *g, const kanzaki *z, ff_error *err)
{
    double *field = fftw_alloc_real(g->cell_count);
    const int sizes[3] = {(int)g->cells[0], (int)g->cells[1], (int)g->cells[2]};
    fftw_plan plan = NULL;
    if (field)
        plan = fftw_plan_dft_r2c_3d(sizes[0], sizes[1], sizes[2], field, g->spectrum,
                                    FFTW_ESTIMATE | FFTW_UNALIGNED);
    int status =
        field ? FF_OK : ff_fail(err, FF_E_NOMEM, "out of memory for %zu cells", g->cell_count);
    if (field && !plan)
        status = ff_fail(err, FF_E_INTERNAL, "FFTW has no plan for %d x %d x %d", sizes[0],
                         sizes[1], sizes[2]);
    for (size_t component = 0; status == FF_OK && component < g->order; component++) {
        memset(field, 0, g->cell_count * sizeof *field);
        for (size_t i = 0; i < z->count; i++) {
            size_t to = 0;
            for (int k = 0; k < 3; k++) {
                int64_t n = sizes[k], index = (z->list[i].cell[k] % n + n) % n;
                to = to * (size_t)n + (size_t)index;
            }
            if (z->list[i].basis == component / 3)
                field[to] += z->list[i].force[component % 3];
        }
        fftw_execute_dft_r2c(plan, field, g->spectrum + component * g->wave_count);
    }
    fftw_destroy_plan(plan);
    fftw_free(field);
    return status;
}

/* *energy = Q with `times` the block's cells along each vector; NaN if the crystal is unstable. */
static int energy_on_grid(double *energy, const kanzaki *z, const ff_force_constants *constants,
                          size_t times, ff_error *err)
{
    grid g = {.constants = constants, .order = z->order, .cell_count = 1};
    for (int k = 0; k < 3; k++) {
        g.cells[k] = times * z->cells[k];
        g.cell_count *= g.cells[k];
    }
    g.wave_count = g.cells[0] * g.cells[1] * (g.cells[2] / 2 + 1);
    size_t items = (g.wave_count + WAVES_PER_ITEM - 1) / WAVES_PER_ITEM;
    int status = FF_OK;
    if (!(g.spectrum = ff_new_array(g.wave_count, g.order * sizeof *g.spectrum, err)) ||
        !(g.sum = ff_new_array(items, sizeof *g.sum, err)) ||
        !(g.unstable = ff_new_array(items, sizeof *g.unstable, err)))
        status = FF_E_NOMEM;
    if (status == FF_OK)
        status = transform(&g, z, err);
    if (status == FF_OK)
        status = ff_parallel_for(items, sum_waves, &g, NULL, err);
    *energy = 0.0;
    for (size_t item = 0; status == FF_OK && item < items; item++)
        *energy += g.unstable[item] ? NAN : g.sum[item];
    *energy *= -0.5 / (double)g.cell_count;
    free(g.spectrum);
    free(g.sum);
    free(g.unstable);
    return status;
}

static bool has_images(const ff_relaxation *relaxation)
{
    const bool *periodic = relaxation->reference.periodic;
    return strcmp(relaxation->defect, "none") != 0 && !relaxation->fixed &&
           !ff_relaxation_is_dislocation(relaxation) && periodic[0] && periodic[1] && periodic[2];
}

int ff_image_energy(double *energy, const ff_relaxation *relaxation,
                    const ff_force_constants *constants, ff_error *err)
{
    kanzaki z = {0};
    double q[3] = {0};
    *energy = NAN;
    if (!has_images(relaxation))
        return FF_OK;
    int status = find_forces(&z, relaxation, constants, err);
    for (size_t m = 0; status == FF_OK && m < 3; m++)
        status = energy_on_grid(&q[m], &z, constants, m + 1, err);
    if (status == FF_OK) {
        /* Q_m - Q_1 = a (m^-3 - 1) + b (m^-5 - 1) for m = 2, 3; E = Q_1 - Q = a + b. */
        const double a2 = 1.0 / 8.0 - 1.0, b2 = 1.0 / 32.0 - 1.0;
        const double a3 = 1.0 / 27.0 - 1.0, b3 = 1.0 / 243.0 - 1.0;
        double d2 = q[1] - q[0], d3 = q[2] - q[0], determinant = a2 * b3 - a3 * b2;
        double a = (d2 * b3 - d3 * b2) / determinant, b = (a2 * d3 - a3 * d2) / determinant;
        double share = (double)z.sites / (double)ff_relaxation_sites(relaxation);
        *energy = share < 1.0 ? a * share : a + b;
    }
    free(z.list);
    return status;
}
