/* Rows of a design matrix: a row times the coefficients is what the calculator says of the model.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/ace/features.h"
#include "lib/base/parallel.h"
#include "lib/structure/crystal.h"
#include "tests/lib/ace/bases.h"
#include "tests/lib/ace/models.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const ff_ace_options tungsten = {TUNGSTEN, .order = 3, .degree = {0, 9, 8}, .l_weight = 1.0,
                                        .pair_degree = 8};
static const ff_ace_options alloy = {ALLOY, .order = 4, .degree = {0, 6, 6, 5.5}, .l_weight = 0.7,
                                     .pair_degree = 6};
static const ff_ace_options no_pairs = {.species_count = 2,
                                        .species = {13, 22},
                                        .order = 2,
                                        .degree = {5, 6},
                                        .l_weight = 1,
                                        .pair_degree = 0,
                                        .cutoff = 4.4,
                                        .inner = 1.4,
                                        .nearest = 2.8};
static const ff_ace_options pairs_only = {.species_count = 2,
                                          .species = {13, 22},
                                          .order = 1,
                                          .degree = {0},
                                          .l_weight = 1,
                                          .pair_degree = 7,
                                          .cutoff = 4.4,
                                          .inner = 1.4,
                                          .nearest = 2.8};

/* Other forms of radial functions, with lengths of their own for a pair. */
static const ff_ace_options forms = {
    .species_count = 2,
    .species = {13, 22},
    .order = 3,
    .degree = {0, 7, 6},
    .l_weight = 1,
    .pair_degree = 6,
    .cutoff = 5.2,
    .inner = 1.5,
    .nearest = 2.8,
    .radial = {.transform = FF_RADIAL_AGNESI, .p = 2, .q = 4},
    .pair_radial = {.transform = FF_RADIAL_EXPONENTIAL, .polynomials = FF_RADIAL_CHEBYSHEV},
    .most_n = {0, 3, 3},
    .most_l = {0, 2, 3},
    .range = {[1] = {.cutoff = 4.3, .nearest = 2.6}, [2] = {.inner = 1.3}}};

/* A rattled crystal with random species and labels. */
static void add_frame(ff_dataset *dataset, const ff_ace_options *basis, const char *crystal,
                      double lattice_constant, int cells, unsigned labels)
{
    ff_frame frame;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 17 + dataset->count);
    assert_int_equal(ff_crystal_supercell(&frame, ff_crystal_find(crystal), basis->species[0],
                                          lattice_constant, (const int[3]){cells, cells, 1}, NULL),
                     FF_OK);
    assert_int_equal(ff_frame_add_label(&frame, labels, NULL), FF_OK);
    if (labels & FF_LABEL_FORCES)
        assert_int_equal(ff_frame_add_label(&frame, FF_LABEL_FORCES, NULL), FF_OK);
    frame.energy = 1.25;
    for (size_t i = 0; i < 3 * frame.atoms; i++) {
        frame.positions[i] += gsl_ran_gaussian(rng, 0.1);
        if (labels & FF_LABEL_FORCES)
            frame.forces[i] = gsl_ran_gaussian(rng, 1);
    }
    for (int v = 0; v < 6; v++)
        frame.virial[v] = gsl_ran_gaussian(rng, 1);
    for (size_t i = 0; i < frame.atoms; i++)
        frame.species[i] = basis->species[gsl_rng_uniform_int(rng, basis->species_count)];
    frame.labels = labels;
    assert_int_equal(ff_dataset_append(dataset, &frame, NULL), FF_OK);
    gsl_rng_free(rng);
}

static const unsigned ALL = FF_LABEL_ENERGY | FF_LABEL_FORCES | FF_LABEL_VIRIAL;

static double times(const ff_design_block *block, size_t row, const ff_ace_model *model)
{
    double sum = 0;
    for (size_t k = 0; k < block->columns; k++)
        sum += block->matrix[row * block->columns + k] * model->coefficients[k];
    return sum;
}

/* A frame, a model and what computes with them. */
typedef struct study {
    ff_dataset dataset;
    ff_ace_model model;
    ff_ace_basis *basis;
    ff_ace_row_workspace *workspace;
    ff_potential *potential;
    ff_calculator *calculator;
    double *products; /* [displacements][atoms][3] with the model's Hessian */
} study;

static void displace(study *s)
{
    ff_frame *frame = &s->dataset.frames[0];
    const ff_displacement displacement[2] = {{1, {0, 0, 1}},
                                             {(uint32_t)frame->atoms - 1, {0.36, -0.48, 0.8}}};
    double *direction = calloc(6 * frame->atoms, sizeof *direction);
    s->products = calloc(6 * frame->atoms, sizeof *s->products);
    assert_int_equal(ff_frame_set_displacements(frame, 2, displacement, NULL), FF_OK);
    for (size_t i = 0; i < 6 * frame->atoms; i++)
        frame->force_constants[i] = (double)i;
    for (size_t d = 0; d < 2; d++)
        memcpy(direction + 3 * (d * frame->atoms + displacement[d].atom), displacement[d].direction,
               3 * sizeof *direction);
    assert_int_equal(
        ff_calculator_hessian_products(s->calculator, frame, 2, direction, s->products, NULL),
        FF_OK);
    free(direction);
}

static void open_study(study *s, const ff_ace_options *options, const char *crystal,
                       double lattice_constant)
{
    *s = (study){0};
    ff_dataset_init(&s->dataset);
    add_frame(&s->dataset, options, crystal, lattice_constant, 2, ALL);
    random_model(&s->model, options, 3);
    assert_int_equal(ff_ace_basis_new(&s->basis, options, NULL), FF_OK);
    assert_int_equal(ff_ace_row_workspace_new(&s->workspace, s->basis, NULL), FF_OK);
    assert_int_equal(ff_ace_potential_new(&s->potential, &s->model, NULL), FF_OK);
    assert_int_equal(ff_calculator_new(&s->calculator, s->potential, 0, NULL), FF_OK);
    displace(s);
}

static void close_study(study *s)
{
    free(s->products);
    ff_calculator_free(s->calculator);
    ff_potential_free(s->potential);
    ff_ace_row_workspace_free(s->workspace);
    ff_ace_basis_free(s->basis);
    ff_ace_model_clear(&s->model);
    ff_dataset_clear(&s->dataset);
}

/* Each row against the calculator's number, in the order of the kinds. */
static void compare_rows(const study *s, const ff_design_block *block,
                         const ff_evaluation_result *result)
{
    const ff_frame *frame = &s->dataset.frames[0];
    double one_body = 0, scale = fabs(result->energy) + 1;
    size_t n = 3 * frame->atoms;
    for (size_t i = 0; i < frame->atoms; i++)
        one_body += s->model.one_body[frame->species[i]];
    assert_true(fabs(block->target[0] - (1.25 - one_body)) < 1e-13);
    for (size_t row = 0; row < block->rows; row++) {
        const ff_row_label *label = &block->label[row];
        size_t i = 3 * (size_t)label->atom + label->axis;
        size_t place = label->displacement * n + i;
        const double target[FF_KINDS] = {1.25 - one_body, frame->forces[i],
                                         frame->virial[label->axis], (double)place};
        const double value[FF_KINDS] = {result->energy - one_body, result->forces[i],
                                        result->virial[label->axis], s->products[place]};
        assert_true(fabs(block->target[row] - target[label->kind]) < 1e-13);
        if (!(fabs(times(block, row, &s->model) - value[label->kind]) < 1e-11 * scale))
            fail_msg("row %zu of kind %d: %.15g, by the calculator %.15g", row, label->kind,
                     times(block, row, &s->model), value[label->kind]);
    }
}

/* Sums over a few thousand terms, some far larger than the result: 1e-11 of the sum of absolute
 * values would do; all are compared on the scale of the energy. */
static void check_rows(const ff_ace_options *options, const char *crystal, double lattice_constant)
{
    ff_evaluation_result result;
    ff_design_block block;
    ff_error err = {0};
    study s;
    open_study(&s, options, crystal, lattice_constant);
    const ff_frame *frame = &s.dataset.frames[0];
    assert_int_equal(
        ff_calculator_evaluate(s.calculator, frame, FF_WANT_FORCES | FF_WANT_VIRIAL, &result, NULL),
        FF_OK);
    if (ff_ace_frame_rows(&block, s.basis, frame, 7, ~0u, s.model.one_body, s.workspace, &err) !=
        FF_OK)
        fail_msg("%s", err.message);
    assert_int_equal(block.rows, 1 + 3 * frame->atoms + 6 + 6 * frame->atoms);
    assert_int_equal(block.columns, s.model.count);
    compare_rows(&s, &block, &result);
    ff_design_block_clear(&block);
    if (ff_ace_frame_rows(&block, s.basis, frame, 7, FF_LABEL_FORCE_CONSTANTS, s.model.one_body,
                          s.workspace, &err) != FF_OK)
        fail_msg("%s", err.message);
    assert_int_equal(block.rows, 6 * frame->atoms);
    for (size_t row = 0; row < block.rows; row++)
        assert_true(fabs(times(&block, row, &s.model) - s.products[row]) <
                    1e-11 * (fabs(result.energy) + 1));
    ff_design_block_clear(&block);
    close_study(&s);
}

static void rows_times_coefficients_equal_the_calculator(void **state)
{
    (void)state;
    check_rows(&tungsten, "bcc", 3.165);
    check_rows(&alloy, "fcc", 4.0);
    check_rows(&no_pairs, "fcc", 4.0);
    check_rows(&pairs_only, "fcc", 4.0);
    check_rows(&forms, "fcc", 4.0);
}

/* Collects all blocks. */
typedef struct collection {
    size_t rows, columns, blocks, capacity;
    double *matrix;
    ff_row_label *label;
    size_t label_capacity;
} collection;

static int collect(void *context, const ff_design_block *block, ff_error *err)
{
    collection *c = context;
    c->columns = block->columns;
    size_t rows = c->rows + block->rows;
    assert_int_equal(ff_reserve(&c->matrix, &c->capacity, rows * c->columns, sizeof(double), err),
                     FF_OK);
    assert_int_equal(ff_reserve(&c->label, &c->label_capacity, rows, sizeof *c->label, err), FF_OK);
    memcpy(c->matrix + c->rows * c->columns, block->matrix,
           block->rows * c->columns * sizeof(double));
    memcpy(c->label + c->rows, block->label, block->rows * sizeof *c->label);
    c->rows = rows;
    c->blocks++;
    return FF_OK;
}

static void count_items(void *context, size_t items)
{
    *(size_t *)context += items;
}

static collection collect_rows(const ff_ace_options *options, const ff_dataset *dataset,
                               unsigned kinds, int threads)
{
    double one_body[FF_MAX_SPECIES + 1] = {0};
    collection c = {0};
    ff_ace_basis *basis = NULL;
    ff_error err = {0};
    size_t done = 0;
    const ff_progress progress = {count_items, &done};
    const ff_ace_row_options rows = {kinds, one_body};
    ff_set_threads(threads);
    assert_int_equal(ff_ace_basis_new(&basis, options, NULL), FF_OK);
    if (ff_ace_dataset_rows(basis, dataset, &rows, collect, &c, &progress, &err) != FF_OK)
        fail_msg("%s", err.message);
    assert_int_equal(done, dataset->count);
    ff_ace_basis_free(basis);
    ff_set_threads(2);
    return c;
}

/* Many frames (shared out as wholes) and few (shared out by columns): always the same bits. */
static void same_bits_for_any_number_of_threads(void **state)
{
    (void)state;
    ff_dataset dataset;
    ff_dataset_init(&dataset);
    for (size_t frames = 1; frames <= 3; frames += 2) {
        while (dataset.count < frames)
            add_frame(&dataset, &alloy, "fcc", 4.0, 1 + (int)dataset.count % 2, ALL);
        collection one = collect_rows(&alloy, &dataset, ALL, 1);
        for (int threads = 2; threads <= 7; threads += 5) {
            collection many = collect_rows(&alloy, &dataset, ALL, threads);
            assert_int_equal(one.rows, many.rows);
            assert_memory_equal(one.matrix, many.matrix, one.rows * one.columns * sizeof(double));
            free(many.matrix);
            free(many.label);
        }
        free(one.matrix);
        free(one.label);
    }
    ff_dataset_clear(&dataset);
}

/* Only labelled kinds that were asked for make rows; frames keep their numbers. */
static void rows_follow_labels(void **state)
{
    (void)state;
    ff_dataset dataset;
    ff_dataset_init(&dataset);
    add_frame(&dataset, &no_pairs, "fcc", 4.0, 1, FF_LABEL_ENERGY);
    add_frame(&dataset, &no_pairs, "fcc", 4.0, 1, 0);
    add_frame(&dataset, &no_pairs, "fcc", 4.0, 1, FF_LABEL_FORCES | FF_LABEL_VIRIAL);
    collection c = collect_rows(&no_pairs, &dataset, ALL, 2);
    assert_int_equal(c.blocks, 2);
    assert_int_equal(c.rows, 1 + 12 + 6);
    assert_true(c.label[0].kind == FF_KIND_ENERGY && c.label[0].frame == 0);
    assert_true(c.label[1].kind == FF_KIND_FORCE && c.label[1].frame == 2);
    assert_true(c.label[13].kind == FF_KIND_VIRIAL && c.label[13].frame == 2);
    collection forces = collect_rows(&no_pairs, &dataset, FF_LABEL_FORCES, 2);
    assert_int_equal(forces.rows, 12);
    assert_memory_equal(forces.matrix, c.matrix + c.columns, 12 * c.columns * sizeof(double));
    collection virial = collect_rows(&no_pairs, &dataset, FF_LABEL_VIRIAL, 2);
    assert_int_equal(virial.rows, 6);
    assert_memory_equal(virial.matrix, c.matrix + 13 * c.columns, 6 * c.columns * sizeof(double));
    free(c.matrix), free(c.label);
    free(forces.matrix), free(forces.label);
    free(virial.matrix), free(virial.label);
    ff_dataset_clear(&dataset);
}

static int refuse(void *context, const ff_design_block *block, ff_error *err)
{
    (void)context, (void)block;
    return ff_fail(err, FF_E_IO, "full");
}

static void errors_name_frame_and_atom(void **state)
{
    (void)state;
    double one_body[FF_MAX_SPECIES + 1] = {0};
    const ff_ace_row_options rows = {ALL, one_body};
    ff_dataset dataset;
    ff_ace_basis *basis = NULL;
    ff_error err = {0};
    collection c = {0};
    ff_dataset_init(&dataset);
    assert_int_equal(ff_ace_basis_new(&basis, &no_pairs, NULL), FF_OK);
    for (int i = 0; i < 3; i++)
        add_frame(&dataset, &no_pairs, "fcc", 4.0, 1, ALL);
    int kept = dataset.frames[1].species[2];
    dataset.frames[1].species[2] = 92;
    assert_int_equal(ff_ace_dataset_rows(basis, &dataset, &rows, collect, &c, NULL, &err),
                     FF_E_RANGE);
    assert_int_equal(err.frame, 2);
    assert_true(err.atom > 0);
    dataset.frames[1].species[2] = kept;
    double *positions = dataset.frames[1].positions;
    for (int a = 0; a < 3; a++)
        positions[9 + a] = positions[a] + 0.5;
    err = (ff_error){0};
    assert_int_equal(ff_ace_dataset_rows(basis, &dataset, &rows, collect, &c, NULL, &err),
                     FF_E_RANGE);
    assert_int_equal(err.frame, 2);
    assert_int_equal(err.atom, 1);
    assert_non_null(strstr(err.message, "inner radius"));
    dataset.count = 1;
    assert_int_equal(ff_ace_dataset_rows(basis, &dataset, &rows, refuse, NULL, NULL, &err),
                     FF_E_IO);
    dataset.count = 3;
    free(c.matrix), free(c.label);
    ff_ace_basis_free(basis);
    ff_dataset_clear(&dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_times_coefficients_equal_the_calculator),
        cmocka_unit_test(same_bits_for_any_number_of_threads),
        cmocka_unit_test(rows_follow_labels),
        cmocka_unit_test(errors_name_frame_and_atom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
