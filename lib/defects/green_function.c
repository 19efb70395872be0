#include "lib/defects/green_function.h"

#include "lib/base/memory.h"
#include "lib/base/parallel.h"

#include <complex.h>
#include <fftw3.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WAVES_PER_ITEM = 64 }; /* of parallel work; fixed, so that results are too */

struct ff_green_function {
    size_t cells[3];
    size_t cell_count, wave_count; /* wave vectors kept: half of them, the field being real */
    size_t order;                  /* 3 sites of the unit cell */
    double complex *matrix;        /* [waves][order][order], with the FFT's 1/cells */
    double *field;                 /* [order][cells padded] */
    double complex *spectrum;      /* [order][waves padded] */
    size_t field_stride, spectrum_stride;
    fftw_plan forward, backward; /* of one component */
    double complex *vectors;     /* [threads][2][order] */
    ff_spectrum stiffness;
};

static double square(double x)
{
    return x * x;
}

/* Making. */

typedef struct matrix_task {
    ff_green_function *green;
    const ff_force_constants *constants;
    double power;
    double scale;          /* eV/A^2, mean on-site stiffness */
    ff_spectrum *spectrum; /* [items] */
} matrix_task;

/* Wave numbers of the index-th kept wave vector; how many modes of the supercell it stands for. */
static double wave_numbers(const ff_green_function *green, size_t index, size_t number[3])
{
    size_t half = green->cells[2] / 2 + 1;
    number[2] = index % half;
    number[1] = index / half % green->cells[1];
    number[0] = index / half / green->cells[1];
    bool own_conjugate_plane =
        number[2] == 0 || (green->cells[2] % 2 == 0 && number[2] == green->cells[2] / 2);
    return own_conjugate_plane ? 1.0 : 2.0;
}

/* Adds `weight` times the projector on rigid translations. */
static void add_translations(double complex *matrix, size_t order, double weight)
{
    for (size_t row = 0; row < order; row++)
        for (size_t column = row % 3; column < order; column += 3)
            matrix[row * order + column] += weight * 3.0 / (double)order;
}

/* Stiffness a mode is given at least: a thousandth of the scale, falling as k^2 as it does for
 * acoustic waves. */
static double least_stiffness(double scale, const double phase[3])
{
    double sum = 0.0;
    for (int axis = 0; axis < 3; axis++)
        sum += square(sin(0.5 * phase[axis]));
    return 1e-3 * scale * (sum > 0.0 ? fmin(sum, 1.0) : 1.0);
}

/* value^power with the guard; counts into the spectrum. */
static double guarded_power(const matrix_task *task, double value, double least, double modes,
                            ff_spectrum *spectrum)
{
    spectrum->lowest = fmin(spectrum->lowest, value);
    spectrum->highest = fmax(spectrum->highest, value);
    spectrum->modes += (size_t)modes;
    spectrum->unstable += value < 0.0 ? (size_t)modes : 0;
    if (task->power == 1.0)
        return value;
    if (value < least) {
        spectrum->guarded += (size_t)modes;
        value = fmax(fabs(value), least);
    }
    return pow(value, task->power);
}

/* matrix = sum over k of v_k value_k v_k^H, where vectors[k * order + row] is component row of
 * v_k. */
static void rebuild(double complex *matrix, const double complex *vectors, const double *value,
                    size_t order)
{
    for (size_t row = 0; row < order; row++)
        for (size_t column = 0; column < order; column++) {
            double complex sum = 0.0;
            for (size_t k = 0; k < order; k++)
                sum += vectors[k * order + row] * value[k] * conj(vectors[k * order + column]);
            matrix[row * order + column] = sum;
        }
}

/* Turns the symbol in `matrix` into its power. At k = 0 the translations are first moved far below
 * all other modes, so that they come out as the first three, unmixed, and get the value zero. */
static int take_power(const matrix_task *task, double complex *matrix, double complex *vectors,
                      double *value, const double phase[3], double modes, ff_spectrum *spectrum,
                      ff_error *err)
{
    size_t order = task->green->order;
    bool acoustic = phase[0] == 0.0 && phase[1] == 0.0 && phase[2] == 0.0;
    /* Column-major, as LAPACK wants it without copying: the transpose of a Hermitian matrix. */
    for (size_t row = 0; row < order; row++)
        for (size_t column = 0; column < order; column++)
            vectors[column * order + row] =
                0.5 * (matrix[row * order + column] + conj(matrix[column * order + row]));
    if (acoustic)
        add_translations(vectors, order, -2.0 * task->scale * (double)order);
    if (LAPACKE_zheevd(LAPACK_COL_MAJOR, 'V', 'L', (lapack_int)order, vectors, (lapack_int)order,
                       value) != 0)
        return ff_fail(err, FF_E_NUMERIC,
                       "the force constants at a wave vector could not be diagonalised");
    double least = least_stiffness(task->scale, phase);
    for (size_t k = 0; k < order; k++)
        value[k] = acoustic && k < 3 ? 0.0
                                     : guarded_power(task, value[k], least, modes, spectrum) /
                                           (double)task->green->cell_count;
    rebuild(matrix, vectors, value, order);
    return FF_OK;
}

static int make_matrices(size_t item, int thread, void *context, ff_error *err)
{
    (void)thread;
    const matrix_task *task = context;
    ff_green_function *green = task->green;
    size_t order = green->order, first = item * WAVES_PER_ITEM;
    double complex *vectors = ff_new_array(order * order, sizeof *vectors, err);
    double *value = ff_new_array(order, sizeof *value, err);
    int status = vectors && value ? FF_OK : FF_E_NOMEM;
    ff_spectrum *spectrum = &task->spectrum[item];
    *spectrum = (ff_spectrum){.lowest = INFINITY, .highest = -INFINITY};
    for (size_t k = first; status == FF_OK && k < green->wave_count && k < first + WAVES_PER_ITEM;
         k++) {
        size_t number[3];
        double phase[3], modes = wave_numbers(green, k, number);
        for (int axis = 0; axis < 3; axis++)
            phase[axis] = 2.0 * acos(-1.0) * (double)number[axis] / (double)green->cells[axis];
        double complex *matrix = green->matrix + k * order * order;
        ff_force_constants_symbol(task->constants, phase, (double *)matrix);
        status = take_power(task, matrix, vectors, value, phase, modes, spectrum, err);
    }
    free(vectors);
    free(value);
    return status;
}

static double on_site_scale(const ff_force_constants *constants)
{
    double trace = 0.0;
    for (size_t entry = 0; entry < constants->count; entry++) {
        const ff_force_constant *c = &constants->list[entry];
        if (c->site == c->other && !c->cell[0] && !c->cell[1] && !c->cell[2])
            trace += fabs(c->block[0]) + fabs(c->block[4]) + fabs(c->block[8]);
    }
    return trace / (3.0 * (double)constants->sites);
}

static int fill_matrices(ff_green_function *green, const ff_force_constants *constants,
                         double power, ff_error *err)
{
    size_t items = (green->wave_count + WAVES_PER_ITEM - 1) / WAVES_PER_ITEM;
    matrix_task task = {
        .green = green, .constants = constants, .power = power, .scale = on_site_scale(constants)};
    if (!(task.scale > 0.0))
        return ff_fail(err, FF_E_NUMERIC,
                       "the crystal has no force constants: its atoms do not "
                       "interact at this lattice constant");
    if (!(task.spectrum = ff_new_array(items, sizeof *task.spectrum, err)))
        return FF_E_NOMEM;
    int status = ff_parallel_for(items, make_matrices, &task, NULL, err);
    green->stiffness = (ff_spectrum){.lowest = INFINITY, .highest = -INFINITY};
    for (size_t item = 0; status == FF_OK && item < items; item++) {
        green->stiffness.lowest = fmin(green->stiffness.lowest, task.spectrum[item].lowest);
        green->stiffness.highest = fmax(green->stiffness.highest, task.spectrum[item].highest);
        green->stiffness.modes += task.spectrum[item].modes;
        green->stiffness.unstable += task.spectrum[item].unstable;
        green->stiffness.guarded += task.spectrum[item].guarded;
    }
    free(task.spectrum);
    return status;
}

/* Plans are chosen by estimate, not by timing, so that they are the same in every run. */
static int make_plans(ff_green_function *green, ff_error *err)
{
    /* Components start at multiples of 64 bytes: FFTW's choice of code depends on alignment. */
    green->field_stride = (green->cell_count + 7) / 8 * 8;
    green->spectrum_stride = (green->wave_count + 3) / 4 * 4;
    green->field = fftw_alloc_real(green->order * green->field_stride);
    green->spectrum = fftw_alloc_complex(green->order * green->spectrum_stride);
    if (!green->field || !green->spectrum)
        return ff_fail(err, FF_E_NOMEM, "out of memory for fields of %zu sites",
                       green->cell_count * green->order / 3);
    const int sizes[3] = {(int)green->cells[0], (int)green->cells[1], (int)green->cells[2]};
    green->forward = fftw_plan_dft_r2c(3, sizes, green->field, green->spectrum, FFTW_ESTIMATE);
    green->backward = fftw_plan_dft_c2r(3, sizes, green->spectrum, green->field, FFTW_ESTIMATE);
    if (!green->forward || !green->backward)
        return ff_fail(err, FF_E_INTERNAL, "FFTW has no plan for %d x %d x %d", sizes[0], sizes[1],
                       sizes[2]);
    return FF_OK;
}

int ff_green_function_new(ff_green_function **out, const ff_force_constants *constants,
                          const int cells[3], double power, ff_error *err)
{
    *out = NULL;
    if (cells[0] < 1 || cells[1] < 1 || cells[2] < 1)
        return ff_fail(err, FF_E_USAGE, "a supercell of %d x %d x %d cells; expected at least 1",
                       cells[0], cells[1], cells[2]);
    ff_green_function *green = ff_new_array(1, sizeof *green, err);
    if (!green)
        return FF_E_NOMEM;
    green->order = 3 * constants->sites;
    green->cell_count = 1;
    for (int axis = 0; axis < 3; axis++) {
        green->cells[axis] = (size_t)cells[axis];
        green->cell_count *= green->cells[axis];
    }
    green->wave_count = green->cells[0] * green->cells[1] * (green->cells[2] / 2 + 1);
    green->matrix =
        ff_new_array(green->wave_count, green->order * green->order * sizeof *green->matrix, err);
    green->vectors =
        ff_new_array((size_t)ff_threads(), 2 * green->order * sizeof *green->vectors, err);
    int status = green->matrix && green->vectors ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK)
        status = make_plans(green, err);
    if (status == FF_OK)
        status = fill_matrices(green, constants, power, err);
    if (status == FF_OK)
        *out = green;
    else
        ff_green_function_free(green);
    return status;
}

void ff_green_function_free(ff_green_function *green)
{
    if (!green)
        return;
    fftw_destroy_plan(green->forward);
    fftw_destroy_plan(green->backward);
    fftw_free(green->field);
    fftw_free(green->spectrum);
    free(green->matrix);
    free(green->vectors);
    free(green);
}

const ff_spectrum *ff_green_function_spectrum(const ff_green_function *green)
{
    return &green->stiffness;
}

size_t ff_green_function_sites(const ff_green_function *green)
{
    return green->cell_count * green->order / 3;
}

/* Applying. */

typedef struct apply_task {
    ff_green_function *green;
    const double *in;
    double *out;
} apply_task;

static int transform_component(size_t component, int thread, void *context, ff_error *err)
{
    (void)thread;
    (void)err;
    const apply_task *task = context;
    ff_green_function *green = task->green;
    double *field = green->field + component * green->field_stride;
    for (size_t cell = 0; cell < green->cell_count; cell++)
        field[cell] = task->in[cell * green->order + component];
    fftw_execute_dft_r2c(green->forward, field,
                         green->spectrum + component * green->spectrum_stride);
    return FF_OK;
}

static int multiply_waves(size_t item, int thread, void *context, ff_error *err)
{
    (void)err;
    const apply_task *task = context;
    ff_green_function *green = task->green;
    size_t order = green->order, first = item * WAVES_PER_ITEM;
    double complex *before = green->vectors + (size_t)thread * 2 * order, *after = before + order;
    for (size_t k = first; k < green->wave_count && k < first + WAVES_PER_ITEM; k++) {
        for (size_t column = 0; column < order; column++)
            before[column] = green->spectrum[column * green->spectrum_stride + k];
        for (size_t row = 0; row < order; row++) {
            const double complex *matrix = green->matrix + (k * order + row) * order;
            double real = 0.0, imaginary = 0.0;
            for (size_t column = 0; column < order; column++) {
                double a = creal(matrix[column]), b = cimag(matrix[column]);
                double c = creal(before[column]), d = cimag(before[column]);
                real += a * c - b * d;
                imaginary += a * d + b * c;
            }
            after[row] = real + imaginary * I;
        }
        for (size_t row = 0; row < order; row++)
            green->spectrum[row * green->spectrum_stride + k] = after[row];
    }
    return FF_OK;
}

static int restore_component(size_t component, int thread, void *context, ff_error *err)
{
    (void)thread;
    (void)err;
    const apply_task *task = context;
    ff_green_function *green = task->green;
    double *field = green->field + component * green->field_stride;
    fftw_execute_dft_c2r(green->backward, green->spectrum + component * green->spectrum_stride,
                         field);
    for (size_t cell = 0; cell < green->cell_count; cell++)
        task->out[cell * green->order + component] = field[cell];
    return FF_OK;
}

void ff_green_function_apply(ff_green_function *green, const double *in, double *out)
{
    apply_task task = {.green = green, .in = in, .out = out};
    size_t items = (green->wave_count + WAVES_PER_ITEM - 1) / WAVES_PER_ITEM;
    (void)ff_parallel_for(green->order, transform_component, &task, NULL, NULL);
    (void)ff_parallel_for(items, multiply_waves, &task, NULL, NULL);
    (void)ff_parallel_for(green->order, restore_component, &task, NULL, NULL);
}
