#ifndef FF_TESTS_FORMATS_MADE_UP_H
#define FF_TESTS_FORMATS_MADE_UP_H

/* Made-up results of every kind, with numbers that have no short binary fraction, so that a format
 * which rounds is found out. Include after cmocka.h. Each struct is to be cleared by the caller. */

#include "formats/calibration_group.h"
#include "formats/comparison_file.h"
#include "formats/dataset_file.h"
#include "formats/defect_uncertainty_group.h"
#include "formats/evaluation_file.h"
#include "formats/features_file.h"
#include "formats/fit_record.h"
#include "formats/kinds.h"
#include "formats/model_file.h"
#include "formats/reduction_file.h"
#include "formats/relaxation_file.h"
#include "formats/uncertainty_group.h"
#include "lib/base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The k-th of a sequence that has no pattern a reader could reproduce by accident. */
static inline double made_up_number(size_t k)
{
    return sin(1.0 + 12.9898 * (double)k) / 3;
}

static inline ff_container *made_up_start(const char *path, const char *kind, int deflate)
{
    ff_container *container = NULL;
    assert_int_equal(
        ff_container_create(&container, path, kind, ff_kind_version(kind), deflate, NULL), FF_OK);
    return container;
}

static inline void made_up_finish(ff_container *container)
{
    assert_int_equal(ff_container_commit(container, NULL), FF_OK);
    ff_container_close(container);
}

static inline ff_container *made_up_open(const char *path, const char *kind)
{
    ff_container *container = NULL;
    assert_int_equal(ff_container_open(&container, path, kind, ff_kind_version(kind), NULL), FF_OK);
    return container;
}

/* As many displacements as the frame has atoms, at least one, of the last atom first. */
static inline void made_up_force_constants(ff_frame *frame)
{
    ff_displacement displacement[8] = {{0}};
    assert_true(frame->atoms > 0 && frame->atoms <= 8);
    for (size_t i = 0; i < frame->atoms; i++) {
        const double angle = made_up_number(i);
        displacement[i].atom = (uint32_t)(frame->atoms - 1 - i);
        displacement[i].direction[i % 3] = cos(angle);
        displacement[i].direction[(i + 1) % 3] = sin(angle);
    }
    assert_int_equal(ff_frame_set_displacements(frame, frame->atoms, displacement, NULL), FF_OK);
    for (size_t i = 0; i < 3 * frame->atoms * frame->atoms; i++)
        frame->force_constants[i] = made_up_number(5 * i + 1);
}

/* A frame of `atoms` atoms with the given labels (bits of ff_label). */
static inline void made_up_frame(ff_frame *frame, size_t atoms, unsigned labels, const char *group)
{
    assert_int_equal(ff_frame_init(frame, atoms, NULL), FF_OK);
    assert_int_equal(ff_frame_set_group(frame, group, NULL), FF_OK);
    for (unsigned bit = 1; bit <= FF_LABEL_SITE_ENERGIES; bit <<= 1)
        if (labels & bit & ~(unsigned)FF_LABEL_FORCE_CONSTANTS)
            assert_int_equal(ff_frame_add_label(frame, bit, NULL), FF_OK);
    if (labels & FF_LABEL_FORCE_CONSTANTS)
        made_up_force_constants(frame);
    for (size_t k = 0; k < 9; k++)
        frame->cell[k] = (k % 4 == 0 ? 10 : 0) + made_up_number(k);
    for (size_t k = 0; k < 3; k++)
        frame->periodic[k] = (atoms + k) % 2 == 0;
    for (size_t i = 0; i < atoms; i++)
        frame->species[i] = i % 3 ? 14 : 74;
    for (size_t i = 0; i < 3 * atoms; i++) {
        frame->positions[i] = 10 * made_up_number(i + atoms);
        if (frame->forces)
            frame->forces[i] = made_up_number(2 * i + atoms);
    }
    for (size_t i = 0; frame->site_energies && i < atoms; i++)
        frame->site_energies[i] = -4 + made_up_number(3 * i);
    if (labels & FF_LABEL_ENERGY)
        frame->energy = -100.0 / 3 * (double)atoms;
    for (size_t k = 0; (labels & FF_LABEL_VIRIAL) && k < 6; k++)
        frame->virial[k] = made_up_number(40 + k);
    for (size_t k = 0; k < FF_KINDS; k++)
        frame->weight[k] = 1 + made_up_number(k);
    for (size_t k = 0; atoms > 2 && k < 3; k++)
        frame->centre[k] = made_up_number(k + 77);
}

/* Frames of every combination of labels, one of them empty, in three groups. */
static inline void made_up_dataset(ff_dataset *dataset)
{
    static const char *const groups[] = {"bulk", "\xce\xb2-tin", "default"};
    ff_dataset_init(dataset);
    for (unsigned labels = 0; labels < 32; labels++) {
        const size_t atoms = labels % 5;
        const unsigned possible = atoms ? labels : labels & ~(unsigned)FF_LABEL_FORCE_CONSTANTS;
        ff_frame frame;
        made_up_frame(&frame, atoms, possible, groups[labels % 3]);
        assert_int_equal(ff_dataset_append(dataset, &frame, NULL), FF_OK);
    }
    dataset->isolated_known[14] = true;
    dataset->isolated_energy[14] = -157.0 / 7;
}

static inline void made_up_basis(ff_ace_options *basis)
{
    static const int species[] = {14, 74};
    ff_ace_options_default(basis, species, 2, 2.35, 0);
    basis->radial = (ff_radial_form){.transform = FF_RADIAL_AGNESI, .p = 2, .q = 4};
    basis->pair_radial = (ff_radial_form){
        .transform = FF_RADIAL_EXPONENTIAL, .polynomials = FF_RADIAL_CHEBYSHEV, .p = 10.0 / 3};
    basis->most_n[1] = 7;
    basis->most_l[2] = 3;
    basis->range[1] = (ff_radial_range){.cutoff = 13.0 / 3, .nearest = 7.0 / 3};
    basis->range[2] = (ff_radial_range){.inner = 5.0 / 3};
    ff_ace_options_resolve(basis);
}

static inline void made_up_model(ff_ace_model *model, ff_fit_report *fit)
{
    ff_ace_model_init(model);
    made_up_basis(&model->basis);
    model->count = 37;
    model->coefficients = ff_new_array(model->count, sizeof(double), NULL);
    assert_non_null(model->coefficients);
    for (size_t i = 0; i < model->count; i++)
        model->coefficients[i] = made_up_number(i);
    model->one_body[14] = -4.1 / 3;
    model->one_body[74] = -8.7 / 3;
    ff_fit_report_init(fit);
    fit->observations = 1234;
    fit->parameters = model->count;
    fit->ridge = 1e-7;
    fit->condition = 1e5 / 3;
    fit->rows = 4;
    fit->row = ff_new_array(fit->rows, sizeof *fit->row, NULL);
    assert_non_null(fit->row);
    for (size_t i = 0; i < fit->rows; i++) {
        (void)snprintf(fit->row[i].group, sizeof fit->row[i].group, i < 2 ? "liquid" : "all");
        fit->row[i].kind = (int)i % 2;
        fit->row[i].count = 100 * (i + 1);
        fit->row[i].weight = i == 3 ? NAN : 1.0 / (double)(i + 3);
        fit->row[i].rmse = 0.01 / (double)(i + 3);
        fit->row[i].mae = 0.007 / (double)(i + 3);
        fit->row[i].max = 0.1 / (double)(i + 3);
    }
}

/* Numbers of no pattern; the caller frees them. */
static inline double *made_up_numbers(size_t count, size_t first)
{
    double *numbers = ff_new_array(count, sizeof *numbers, NULL);
    assert_non_null(numbers);
    for (size_t i = 0; i < count; i++)
        numbers[i] = made_up_number(first + i);
    return numbers;
}

/* Classes of several groups, kinds and folds, some of fewer rows than functions. */
static inline void made_up_reduction(ff_reduced_features *features)
{
    static const struct {
        uint32_t group, fold;
        uint8_t kind;
        size_t count;
    } classes[] = {{0, 0, FF_KIND_ENERGY, 2},
                   {0, 1, FF_KIND_ENERGY, 3},
                   {0, 1, FF_KIND_FORCE, 900},
                   {2, 0, FF_KIND_VIRIAL, 7},
                   {2, 0, FF_KIND_FORCE_CONSTANT, 8}};
    *features = (ff_reduced_features){.one_body = {[14] = -1.1 / 3, [74] = -2.2 / 3}};
    ff_reduction *r = &features->reduction;
    ff_reduction_init(r);
    made_up_basis(&features->basis);
    r->columns = 6;
    r->folds = 2;
    r->seed = 77;
    r->group_count = 3;
    r->group_names = ff_new_array(3, sizeof *r->group_names, NULL);
    r->group_names[0] = ff_copy_text("bulk", NULL);
    r->group_names[1] = ff_copy_text("\xce\xb2-tin", NULL);
    r->group_names[2] = ff_copy_text("default", NULL);
    r->count = sizeof classes / sizeof *classes;
    r->classes = ff_new_array(r->count, sizeof *r->classes, NULL);
    for (size_t i = 0; i < r->count; i++) {
        ff_reduced_class *c = &r->classes[i];
        *c = (ff_reduced_class){.group = classes[i].group,
                                .fold = classes[i].fold,
                                .kind = classes[i].kind,
                                .count = classes[i].count,
                                .frames = 1 + classes[i].count / 3,
                                .log_scale = made_up_number(i),
                                .targets = made_up_number(i + 10),
                                .target_squares = 2 + made_up_number(i + 20),
                                .ratio_squares = 1 + made_up_number(i + 30),
                                .ratio_min = 0.5 + made_up_number(i + 40),
                                .ratio_max = 1.5 + made_up_number(i + 50)};
        c->height = c->count < r->columns + 1 ? c->count : r->columns + 1;
        c->r = made_up_numbers(ff_packed_size(c->height, r->columns + 1), 100 * i);
    }
}

/* What fit says of itself beside its errors. */
static inline void made_up_record(ff_fit_record *record)
{
    ff_fit_record_init(record);
    (void)snprintf(record->method, sizeof record->method, "bayes");
    (void)snprintf(record->noise, sizeof record->noise, "per kind");
    (void)snprintf(record->weights, sizeof record->weights, "automatic");
    (void)snprintf(record->prior, sizeof record->prior, "gaussian");
    record->smoothness = 0.1 / 3;
    record->rank = 36;
    record->steps = 11;
    record->weight_folds = 5;
    record->weight_fits = 17;
    record->effective = 100.0 / 3;
    record->log_evidence = -1234.5 / 7;
    record->evidence_gradient = 1e-9 / 3;
    record->prior_strength = 1.7 / 3;
    record->singular_max = 22.0 / 7;
    record->singular_min = NAN;
    for (size_t kind = 0; kind < FF_KINDS; kind++) {
        record->weight[kind] = 1.0 / (double)(kind + 3);
        record->noise_level[kind] = kind == 3 ? NAN : 2.0 / (double)(kind + 3);
        record->error_level[kind] = 4.0 / (double)(kind + 3);
        record->evidence_noise[kind] = 5.0 / (double)(kind + 3);
        record->kind_effective[kind] = 7.0 / (double)(kind + 3);
    }
    record->exact_count = 2;
    record->exact = ff_new_array(2, sizeof *record->exact, NULL);
    record->exact[0] = ff_copy_text("strained:V", NULL);
    record->exact[1] = ff_copy_text("\xce\xb2-tin:EF", NULL);
    record->class_count = record->held_out_count = record->curve_count = record->leverage_count = 3;
    record->classes = ff_new_array(3, sizeof *record->classes, NULL);
    record->held_out = ff_new_array(3, sizeof *record->held_out, NULL);
    record->curve = ff_new_array(3, sizeof *record->curve, NULL);
    record->leverage = ff_new_array(3, sizeof *record->leverage, NULL);
    for (size_t i = 0; i < 3; i++) {
        const double x = made_up_number(i);
        record->classes[i] =
            (ff_fit_class){"bulk and 2 more", (uint32_t)i, (uint8_t)i, 10 * i + 1, x,
                           i ? 2 * x : NAN,   3 * x,       4 * x};
        record->held_out[i] =
            (ff_held_out_row){"fold 1", (uint8_t)i, 100 * i, 10 * i, x, NAN, 5 * x};
        record->curve[i] =
            (ff_held_out_row){"1 of 3 folds", (uint8_t)i, 70 * i, 7 * i, 6 * x, 7 * x, NAN};
        record->leverage[i] = (ff_leverage_row){"liquid", {x, 2 * x, 3 * x, 4 * x}};
    }
}

/* A covariance, a committee and POPS for the made-up model. */
static inline void made_up_uncertainty(ff_model_uncertainty *u, size_t columns)
{
    ff_model_uncertainty_init(u);
    u->columns = columns;
    assert_int_equal(ff_triangle_init(&u->covariance, columns, NULL), FF_OK);
    for (size_t column = 0; column < columns; column++)
        for (size_t row = 0; row <= column; row++)
            u->covariance.r[column * columns + row] = made_up_number(row + 3 * column);
    u->members = 4;
    u->member = made_up_numbers(u->members * columns, 1);
    u->pops.columns = columns;
    u->pops.rows = 321;
    u->pops.rank = 3;
    u->pops.direction = made_up_numbers(3 * columns, 500);
    u->pops.lower = made_up_numbers(3, 900);
    u->pops.upper = made_up_numbers(3, 910);
    u->pops.spread = made_up_numbers(3, 920);
    for (size_t k = 0; k < 3; k++) {
        u->pops.lower[k] = -fabs(u->pops.lower[k]);
        u->pops.upper[k] = fabs(u->pops.upper[k]);
        u->pops.spread[k] = fabs(u->pops.spread[k]);
    }
}

static inline void made_up_calibration(ff_calibration *c)
{
    ff_calibration_init(c);
    c->rows = 3;
    c->row = ff_new_array(3, sizeof *c->row, NULL);
    c->predictions = 5;
    c->prediction = ff_new_array(5, sizeof *c->prediction, NULL);
    c->skipped = 2;
    for (size_t i = 0; i < 3; i++) {
        const double x = made_up_number(i);
        c->row[i] = (ff_calibration_row){"\xce\xb2-tin", (uint8_t)i,      10 * i + 3,     x,
                                         2 * x,          3 * x,           4 * x,          5 * x,
                                         6 * x,          i ? 7 * x : NAN, i ? 8 * x : NAN};
    }
    for (size_t i = 0; i < 5; i++) {
        const double x = made_up_number(i + 9);
        c->prediction[i] = (ff_prediction){
            (uint32_t)i, (uint32_t)(2 * i), (uint8_t)(i % 3), (uint8_t)i,     x, 2 * x,
            3 * x,       i ? 4 * x : NAN,   i ? 5 * x : NAN,  i ? 6 * x : NAN};
    }
}

static inline void made_up_defect_uncertainty(ff_defect_uncertainty *u, size_t atoms)
{
    ff_defect_uncertainty_init(u);
    u->members = 5;
    u->atoms = atoms;
    u->energy = made_up_numbers(5, 3);
    u->geometry = made_up_numbers(5, 33);
    u->displacement = made_up_numbers(atoms, 333);
    u->energy_deviation = 0.1 / 3;
    u->geometry_deviation = 0.2 / 3;
    u->products = 65;
}

/* Two cells of bcc tungsten without one atom and with an extra one, some atoms of which are held,
 * as next to a dislocation. */
static inline void made_up_relaxation(ff_relaxation *relaxation)
{
    enum { ATOMS = 16, STEPS = 9 };
    ff_relaxation_init(relaxation);
    (void)snprintf(relaxation->crystal, sizeof relaxation->crystal, "bcc");
    (void)snprintf(relaxation->defect, sizeof relaxation->defect, "vacancy");
    relaxation->lattice_constant = 3.1652;
    relaxation->nearest = 3.1652 * sqrt(0.75);
    assert_int_equal(ff_frame_init(&relaxation->reference, ATOMS, NULL), FF_OK);
    assert_int_equal(ff_frame_init(&relaxation->unit, 2, NULL), FF_OK);
    relaxation->fixed = ff_new_array(ATOMS, sizeof *relaxation->fixed, NULL);
    relaxation->site = ff_new_array(ATOMS, sizeof *relaxation->site, NULL);
    relaxation->displacement = ff_new_array(3 * ATOMS, sizeof(double), NULL);
    relaxation->site_energies = ff_new_array(ATOMS, sizeof(double), NULL);
    relaxation->history = ff_new_array(STEPS, sizeof *relaxation->history, NULL);
    assert_true(relaxation->site && relaxation->fixed && relaxation->displacement &&
                relaxation->site_energies && relaxation->history);
    for (int k = 0; k < 3; k++) {
        relaxation->cells[k] = 2;
        relaxation->centre[k] = 3.1652 / 3;
        relaxation->burgers[k] = 3.1652 / 2;
        relaxation->reference.periodic[k] = k == 2;
        relaxation->reference.cell[4 * k] = 2 * 3.1652;
        relaxation->unit.periodic[k] = true;
        relaxation->unit.cell[4 * k] = 3.1652;
        relaxation->unit.positions[3 + k] = 3.1652 / 2;
        relaxation->virial[k] = 1.1 / (k + 3);
    }
    for (size_t i = 0; i < ATOMS; i++) {
        relaxation->reference.species[i] = 74;
        relaxation->unit.species[i % 2] = 74;
        relaxation->site[i] = i + 1 == ATOMS ? -1 : (int64_t)i + 1;
        relaxation->fixed[i] = i % 3 == 1;
        relaxation->site_energies[i] = -8.9 + 0.01 * made_up_number(i);
        for (size_t k = 0; k < 3; k++) {
            relaxation->reference.positions[3 * i + k] = 3 * made_up_number(3 * i + k) + 3;
            relaxation->displacement[3 * i + k] = 0.1 * made_up_number(7 * i + k);
        }
    }
    relaxation->bulk_energy[74] = -8.9;
    relaxation->formation_energy = 10.9 / 3;
    relaxation->image_energy = 0.1 / 3;
    relaxation->softest_ratio = 0.7 / 3;
    for (int k = 0; k < 36; k++)
        relaxation->stiffness[k] = 1.0 / (k + 3);
    for (int k = 0; k < 6; k++)
        relaxation->bulk_virial[k] = 0.1 / (k + 7);
    relaxation->steps = STEPS;
    for (size_t i = 0; i < STEPS; i++)
        relaxation->history[i] = (ff_relaxation_step){.max_force = pow(0.1, (double)i) / 3,
                                                      .energy_change = -0.1 / (double)(STEPS - i)};
    relaxation->converged = true;
    relaxation->tolerance = 1e-8;
    relaxation->lowest_curvature = 1.0 / 7;
}

/* A comparison tagged L and observations whose geometry error is `error` A. */
static inline void made_up_comparison(ff_comparison *comparison, const char *length,
                                      const char *observations, double error)
{
    enum { BINS = 12 };
    char tag[128];
    ff_comparison_init(comparison);
    (void)snprintf(tag, sizeof tag, "L=%s", length ? length : "");
    if (length)
        assert_int_equal(ff_tags_add(&comparison->tags, tag, NULL), FF_OK);
    (void)snprintf(tag, sizeof tag, "observations=%s", observations ? observations : "");
    if (observations)
        assert_int_equal(ff_tags_add(&comparison->tags, tag, NULL), FF_OK);
    (void)snprintf(comparison->crystal, sizeof comparison->crystal, "diamond");
    (void)snprintf(comparison->defect, sizeof comparison->defect, "interstitial-tetrahedral");
    comparison->cells[0] = comparison->cells[1] = comparison->cells[2] = 4;
    comparison->atoms = 513;
    comparison->converged = true;
    comparison->geometry_error = error;
    comparison->geometry_error_max = error / 3;
    comparison->geometry_norm = 2.0 / 3;
    comparison->energy_reference = 4.95740;
    comparison->energy_error = error * error;
    comparison->energy_model = comparison->energy_reference + comparison->energy_error;
    comparison->bins = BINS;
    comparison->decay = ff_new_array(BINS, sizeof *comparison->decay, NULL);
    assert_non_null(comparison->decay);
    for (size_t i = 0; i < BINS; i++) {
        double radius = 2.35 * (1 + (double)i / 2), decay = 0.3 * pow(radius / 2.35, -3);
        comparison->decay[i] = (ff_decay_bin){.radius = radius,
                                              .members = 4 * (i + 1),
                                              .reference = decay,
                                              .model = decay * (1 + error),
                                              .error = decay * error,
                                              .residual = error / (double)(i + 7)};
    }
    comparison->decay_exponent = -2.9;
    comparison->residual_norm = 3 * error;
    comparison->predicted_error = 0.9 * error;
    comparison->effectivity = 0.9;
    comparison->training_radius = NAN;
    comparison->predicted_core = NAN;
    comparison->predicted_far = NAN;
}

static inline void made_up_evaluation(ff_evaluation *evaluation, const char *length,
                                      const char *observations)
{
    char tag[128];
    ff_evaluation_init(evaluation);
    (void)snprintf(tag, sizeof tag, "L=%s", length);
    assert_int_equal(ff_tags_add(&evaluation->tags, tag, NULL), FF_OK);
    (void)snprintf(tag, sizeof tag, "observations=%s", observations);
    assert_int_equal(ff_tags_add(&evaluation->tags, tag, NULL), FF_OK);
    evaluation->rows = FF_KINDS;
    evaluation->row = ff_new_array(evaluation->rows, sizeof *evaluation->row, NULL);
    assert_non_null(evaluation->row);
    for (size_t i = 0; i < evaluation->rows; i++) {
        (void)snprintf(evaluation->row[i].group, sizeof evaluation->row[i].group, "all");
        evaluation->row[i].kind = (int)i;
        evaluation->row[i].count = 10 + i;
        evaluation->row[i].rmse = 0.1 / (double)(i + 3);
        evaluation->row[i].mae = 0.07 / (double)(i + 3);
        evaluation->row[i].max = 0.7 / (double)(i + 3);
        evaluation->row[i].spread = 1.1 / (double)(i + 3);
    }
    evaluation->elastic.known = true;
    (void)snprintf(evaluation->elastic.crystal, sizeof evaluation->elastic.crystal, "diamond");
    evaluation->elastic.lattice_constant = 5.43095;
    evaluation->elastic.energy = -4.3366;
    evaluation->elastic.pressure_GPa = 0.01 / 3;
    evaluation->elastic.c11_GPa = 151.424;
    evaluation->elastic.c12_GPa = 76.422;
    evaluation->elastic.c44_GPa = 56.449;
    evaluation->elastic.c44_unrelaxed_GPa = 109.757;
}

#endif
