#include "lib/analysis/elastic.h"

#include "lib/base/memory.h"

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* e / (1 A)^3 in GPa, from the exact elementary charge of the SI of 2019. */
static const double gpa = 160.2176634;
/* Strains at 1 and 2 steps: large enough for rounding (1e-13 eV / 1e-4) not to matter, small enough
 * for what is left of fourth order (1e-13 times sixth derivatives). */
static const double strain_step = 5e-4;
static const double displacement_step = 1e-4; /* A */

enum strain_axis { AXIS_XX, AXIS_YZ, AXES }; /* strains that a cubic crystal needs */

/* The crystal's cell and everything measured on it. */
typedef struct elastic_task {
    ff_calculator *calculator;
    ff_frame cell, work;
    size_t freedoms;       /* 3 atoms */
    double stress[4][6];   /* eV/A^3, at the strains -2, -1, 1, 2 steps */
    double *force[4];      /* [freedoms] eV/A, at the same */
    double slope[AXES][6]; /* d(stress)/d(strain), eV/A^3 */
    double *push;          /* [freedoms] d(force)/d(strain yz), eV/A */
    double *hessian;       /* [freedoms][freedoms] eV/A^2 */
    double *eigenvalues;   /* [freedoms] */
    double uncertainty;    /* eV/A^3 */
} elastic_task;

static int task_init(elastic_task *task, const ff_potential *potential, const ff_crystal *crystal,
                     int species, double lattice_constant, ff_error *err)
{
    static const int one_cell[3] = {1, 1, 1};
    *task = (elastic_task){0};
    int status =
        ff_crystal_supercell(&task->cell, crystal, species, lattice_constant, one_cell, err);
    if (status == FF_OK)
        status = ff_frame_copy(&task->work, &task->cell, err);
    if (status == FF_OK)
        status = ff_calculator_new(&task->calculator, potential, 0, err);
    if (status != FF_OK)
        return status;
    size_t n = task->freedoms = 3 * task->cell.atoms;
    bool complete = true;
    for (int i = 0; i < 4; i++)
        complete = (task->force[i] = ff_new_array(n, sizeof(double), err)) && complete;
    task->push = ff_new_array(n, sizeof(double), err);
    task->hessian = ff_new_array(n * n, sizeof(double), err);
    task->eigenvalues = ff_new_array(n, sizeof(double), err);
    return complete && task->push && task->hessian && task->eigenvalues ? FF_OK : FF_E_NOMEM;
}

static void task_clear(elastic_task *task)
{
    ff_calculator_free(task->calculator);
    ff_frame_clear(&task->cell);
    ff_frame_clear(&task->work);
    for (int i = 0; i < 4; i++)
        free(task->force[i]);
    free(task->push);
    free(task->hessian);
    free(task->eigenvalues);
}

static void reset_work(elastic_task *task)
{
    memcpy(task->work.cell, task->cell.cell, sizeof task->work.cell);
    memcpy(task->work.positions, task->cell.positions, task->freedoms * sizeof(double));
}

static int evaluate(elastic_task *task, ff_evaluation_result *result, ff_error *err)
{
    return ff_calculator_evaluate(task->calculator, &task->work, FF_WANT_FORCES | FF_WANT_VIRIAL,
                                  result, err);
}

static int measure_perfect(elastic_task *task, ff_elastic *elastic, ff_error *err)
{
    ff_evaluation_result result;
    int status = evaluate(task, &result, err);
    if (status != FF_OK)
        return status;
    const double *virial = result.virial;
    elastic->energy = result.energy / (double)task->cell.atoms;
    elastic->pressure_GPa =
        gpa * (virial[0] + virial[1] + virial[2]) / (3 * ff_frame_volume(&task->cell));
    return FF_OK;
}

/* Stress and forces under `steps` steps of the strain along axis. */
static int measure_strained(elastic_task *task, int axis, int steps, double *stress, double *force,
                            ff_error *err)
{
    double amount = steps * strain_step;
    double strain[9] = {0};
    if (axis == AXIS_XX)
        strain[0] = amount;
    else
        strain[5] = strain[7] = amount / 2;
    reset_work(task);
    ff_frame_strain(&task->work, strain);
    ff_evaluation_result result;
    int status = evaluate(task, &result, err);
    if (status != FF_OK)
        return status;
    for (int k = 0; k < 6; k++)
        stress[k] = -result.virial[k] / ff_frame_volume(&task->work);
    memcpy(force, result.forces, task->freedoms * sizeof(double));
    return FF_OK;
}

/* Derivative per unit strain from values at -2, -1, 1, 2 steps; *second receives that of second
 * order. */
static double derivative(double m2, double m1, double p1, double p2, double *second)
{
    double narrow = (p1 - m1) / (2 * strain_step), wide = (p2 - m2) / (4 * strain_step);
    *second = narrow;
    return (4 * narrow - wide) / 3;
}

static int measure_axis(elastic_task *task, int axis, ff_error *err)
{
    static const int steps[4] = {-2, -1, 1, 2};
    for (int i = 0; i < 4; i++) {
        int status = measure_strained(task, axis, steps[i], task->stress[i], task->force[i], err);
        if (status != FF_OK)
            return status;
    }
    double(*s)[6] = task->stress, **f = task->force, second;
    for (int k = 0; k < 6; k++) {
        task->slope[axis][k] = derivative(s[0][k], s[1][k], s[2][k], s[3][k], &second);
        task->uncertainty = fmax(task->uncertainty, fabs(task->slope[axis][k] - second));
    }
    for (size_t k = 0; k < task->freedoms && axis == AXIS_YZ; k++)
        task->push[k] = derivative(f[0][k], f[1][k], f[2][k], f[3][k], &second);
    return FF_OK;
}

/* Column of the Hessian: -dF/d(position) by central differences. */
static int measure_column(elastic_task *task, size_t freedom, ff_error *err)
{
    size_t n = task->freedoms;
    double *column = task->hessian + freedom * n;
    memset(column, 0, n * sizeof *column);
    for (int sign = -1; sign <= 1; sign += 2) {
        reset_work(task);
        task->work.positions[freedom] += sign * displacement_step;
        ff_evaluation_result result;
        int status = evaluate(task, &result, err);
        if (status != FF_OK)
            return status;
        for (size_t i = 0; i < n; i++)
            column[i] -= sign * result.forces[i] / (2 * displacement_step);
    }
    return FF_OK;
}

/* Eigenvalues and eigenvectors (in place) of the cell's Hessian, made symmetric. */
static int measure_hessian(elastic_task *task, ff_error *err)
{
    size_t n = task->freedoms;
    for (size_t k = 0; k < n; k++) {
        int status = measure_column(task, k, err);
        if (status != FF_OK)
            return status;
    }
    double *h = task->hessian;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            h[i * n + j] = h[j * n + i] = (h[i * n + j] + h[j * n + i]) / 2;
    int info = (int)LAPACKE_dsyev(LAPACK_COL_MAJOR, 'V', 'U', (lapack_int)n, h, (lapack_int)n,
                                  task->eigenvalues);
    if (info != 0)
        return ff_fail(err, FF_E_NUMERIC,
                       "no eigenvalues of the Hessian of the perfect cell (LAPACK dsyev: %d)",
                       info);
    return FF_OK;
}

/* push K^+ push. Modes without stiffness are the translations, which no strain pushes. */
static double softening(const elastic_task *task)
{
    size_t n = task->freedoms;
    double largest = fmax(fabs(task->eigenvalues[0]), fabs(task->eigenvalues[n - 1])), sum = 0;
    for (size_t mode = 0; mode < n; mode++) {
        double along = 0;
        if (fabs(task->eigenvalues[mode]) <= 1e-6 * largest)
            continue;
        for (size_t i = 0; i < n; i++)
            along += task->hessian[mode * n + i] * task->push[i];
        sum += along * along / task->eigenvalues[mode];
    }
    return sum;
}

int ff_elastic_cubic(ff_elastic *elastic, double *uncertainty_GPa, const ff_potential *potential,
                     const ff_crystal *crystal, int species, double lattice_constant, ff_error *err)
{
    elastic_task task;
    *elastic = (ff_elastic){.lattice_constant = lattice_constant};
    if (crystal->family != FF_CRYSTAL_CUBIC || crystal->kinds != 1)
        return ff_fail(err, FF_E_USAGE,
                       "%s is not a cubic crystal of one element, whose three elastic constants "
                       "these are",
                       crystal->name);
    int status = task_init(&task, potential, crystal, species, lattice_constant, err);
    if (status == FF_OK)
        status = measure_perfect(&task, elastic, err);
    for (int axis = 0; axis < AXES && status == FF_OK; axis++)
        status = measure_axis(&task, axis, err);
    if (status == FF_OK)
        status = measure_hessian(&task, err);
    if (status != FF_OK)
        goto done;

    double volume = ff_frame_volume(&task.cell);
    size_t length = strlen(crystal->name);
    memcpy(elastic->crystal, crystal->name,
           length < sizeof elastic->crystal ? length : sizeof elastic->crystal - 1);
    /* Strain along xx leaves three twofold axes through every atom of these crystals, which allow
     * no force: C11 and C12 need no relaxation. */
    elastic->c11_GPa = gpa * task.slope[AXIS_XX][0];
    elastic->c12_GPa = gpa * (task.slope[AXIS_XX][1] + task.slope[AXIS_XX][2]) / 2;
    elastic->c44_unrelaxed_GPa = gpa * task.slope[AXIS_YZ][3];
    elastic->c44_GPa = gpa * (task.slope[AXIS_YZ][3] - softening(&task) / volume);
    elastic->known = true;
    if (uncertainty_GPa)
        *uncertainty_GPa = gpa * task.uncertainty;
done:
    task_clear(&task);
    return status;
}
