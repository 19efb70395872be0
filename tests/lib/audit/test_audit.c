/* The tests of an audit one by one, on datasets made for them: what must be found, and what must
 * not. Spoiled copies of whole datasets: tests/cli/audit_spoiled.sh. */

#include "lib/audit/audit_parts.h"
#include "lib/audit/related.h"
#include "lib/structure/crystal.h"
#include "lib/structure/lattice.h"

#include <gsl/gsl_rng.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/near.h"

static const ff_audit_options no_model = {0};

static const ff_audit_finding *find(const ff_audit *audit, const char *test)
{
    for (size_t i = 0; i < audit->findings; i++)
        if (strcmp(audit->finding[i].test, test) == 0)
            return &audit->finding[i];
    return NULL;
}

static void run(ff_audit *audit, const ff_dataset *dataset)
{
    assert_int_equal(ff_audit_run(audit, dataset, &no_model, NULL), FF_OK);
}

/* A rattled cell of diamond, 8 atoms, without labels. */
static ff_frame *add_rattled(ff_dataset *dataset, gsl_rng *random, double rattle)
{
    ff_frame frame;
    assert_int_equal(
        ff_crystal_supercell(&frame, ff_crystal_find("diamond"), 14, 5.43, (int[3]){1, 1, 1}, NULL),
        FF_OK);
    for (size_t k = 0; k < 3 * frame.atoms; k++)
        frame.positions[k] += rattle * (gsl_rng_uniform(random) - 0.5);
    assert_int_equal(ff_dataset_append(dataset, &frame, NULL), FF_OK);
    return &dataset->frames[dataset->count - 1];
}

static void add_label(ff_frame *frame, unsigned label)
{
    assert_int_equal(ff_frame_add_label(frame, label, NULL), FF_OK);
}

/* Work. */

/* An energy that is quadratic in displacements and in the cell, with its exact derivatives:
 *     E = k/2 sum |d_i - mean d|^2 + c/2 (tr(h H^-1) - 3)^2
 * where d_i are displacements from the fractional places of the reference in the cell h. Along
 * straight ways in the fractional positions at a fixed cell, or in the cell at fixed fractional
 * positions, it is quadratic, and the trapezium rule exact. */
static void label_quadratically(ff_frame *frame, const ff_frame *reference)
{
    static const double k = 3, c = 40;
    double inverse[9], product[9], trace = -3;
    add_label(frame, FF_LABEL_ENERGY);
    add_label(frame, FF_LABEL_FORCES);
    add_label(frame, FF_LABEL_VIRIAL);
    ff_lattice_inverse(inverse, reference->cell);
    double mean[3] = {0};
    for (size_t i = 0; i < frame->atoms; i++) { /* displacements; made forces below */
        double s[3], x[3];
        ff_row_times_matrix(s, reference->positions + 3 * i, inverse);
        ff_row_times_matrix(x, s, frame->cell);
        for (size_t a = 0; a < 3; a++) {
            frame->forces[3 * i + a] = frame->positions[3 * i + a] - x[a];
            mean[a] += frame->forces[3 * i + a] / (double)frame->atoms;
        }
    }
    frame->energy = 0;
    for (size_t i = 0; i < frame->atoms; i++)
        for (size_t a = 0; a < 3; a++) {
            double *force = &frame->forces[3 * i + a];
            const double d = *force - mean[a];
            frame->energy += 0.5 * k * d * d;
            *force = -k * d;
        }
    /* dE/d(strain): strained are cell and displacements; h -> h (1 + e) changes tr(h H^-1) by
     * tr(H^-1 h e). */
    for (int r = 0; r < 3; r++)
        ff_row_times_matrix(product + 3 * r, inverse + 3 * r, frame->cell);
    for (int r = 0; r < 3; r++)
        for (int m = 0; m < 3; m++)
            trace += frame->cell[3 * r + m] * inverse[3 * m + r];
    frame->energy += 0.5 * c * trace * trace;
    static const int row[6] = {0, 1, 2, 1, 0, 0}, column[6] = {0, 1, 2, 2, 2, 1};
    for (int v = 0; v < 6; v++) {
        const int r = row[v], m = column[v];
        frame->virial[v] = -c * trace * 0.5 * (product[3 * r + m] + product[3 * m + r]);
        for (size_t i = 0; i < frame->atoms; i++)
            frame->virial[v] +=
                frame->forces[3 * i + (size_t)r] * (-frame->forces[3 * i + (size_t)m] / k);
    }
}

static void make_series(ff_dataset *dataset, bool strained)
{
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    ff_frame reference;
    ff_dataset_init(dataset);
    assert_int_equal(ff_crystal_supercell(&reference, ff_crystal_find("diamond"), 14, 5.43,
                                          (int[3]){1, 1, 1}, NULL),
                     FF_OK);
    for (int n = 0; n < 10; n++) {
        ff_frame *frame = add_rattled(dataset, random, strained ? 0 : 0.1);
        if (strained) {
            double strain[9] = {0}; /* without rotations, to which this energy is not blind */
            for (int i = 0; i < 9; i += 4)
                strain[i] = 0.03 * (gsl_rng_uniform(random) - 0.5);
            ff_frame_strain(frame, strain);
        }
        label_quadratically(frame, &reference);
    }
    ff_frame_clear(&reference);
    gsl_rng_free(random);
}

/* Everything a test of one group needs of an audit's work. */
static void work_on(ff_audit_work *work, const ff_dataset *dataset)
{
    *work = (ff_audit_work){.dataset = dataset, .options = &no_model, .groups = 1};
    work->group = calloc(dataset->count, sizeof *work->group);
    work->good = calloc(dataset->count, sizeof *work->good);
    work->nearest = calloc(dataset->count, sizeof *work->nearest);
    for (size_t i = 0; i < dataset->count; i++) {
        work->good[i] = dataset->frames[i].labels;
        work->nearest[i] = 2.35;
    }
}

static void work_of_right_labels_is_the_energy_difference(void **state)
{
    (void)state;
    for (int strained = 0; strained < 2; strained++) {
        ff_dataset dataset;
        ff_audit_work work;
        ff_related related;
        make_series(&dataset, strained);
        work_on(&work, &dataset);
        assert_int_equal(ff_related_find(&related, &work, 0, NULL), FF_OK);
        assert_int_equal(related.count, 45);
        for (size_t i = 0; i < related.count; i++) {
            const ff_related_pair *p = &related.pair[i];
            assert_near(p->force_work + p->virial_work, p->energy, 1e-12);
            assert_true(strained ? p->force_work == 0 || fabs(p->force_work) < 1e-12
                                 : p->virial_work == 0);
            if (!strained)
                assert_near(p->restoring, 3, 1e-9);
        }
        ff_related_clear(&related);
        free(work.group);
        free(work.good);
        free(work.nearest);
        ff_dataset_clear(&dataset);
    }
}

static void series_measure_ratios(void **state)
{
    (void)state;
    const double factors[] = {1, -1, 10, 0.1};
    for (int strained = 0; strained < 2; strained++)
        for (size_t f = 0; f < sizeof factors / sizeof factors[0]; f++) {
            ff_dataset dataset;
            ff_audit audit;
            make_series(&dataset, strained);
            for (size_t i = 0; i < dataset.count; i++) {
                ff_frame *frame = &dataset.frames[i];
                for (size_t k = 0; k < 3 * frame->atoms; k++)
                    frame->forces[k] *= factors[f];
                for (int k = 0; k < 6; k++)
                    frame->virial[k] *= factors[f];
            }
            run(&audit, &dataset);
            bool measured = false;
            for (size_t i = 0; i < audit.checks; i++)
                if (strstr(audit.check[i].test, "along")) {
                    assert_near(audit.check[i].ratio, factors[f], 1e-6 * fabs(factors[f]));
                    measured = true;
                }
            assert_true(measured);
            const ff_audit_finding *finding = find(&audit, "units and signs");
            assert_int_equal(finding != NULL, factors[f] != 1);
            if (finding)
                assert_near(finding->ratio, factors[f], 1e-6 * fabs(factors[f]));
            ff_audit_clear(&audit);
            ff_dataset_clear(&dataset);
        }
}

/* Names of ratios. */

static void ratios_have_names(void **state)
{
    (void)state;
    const struct {
        ff_audit_ratio ratio;
        const char *what, *mend;
    } cases[] = {
        {{.kind = FF_KIND_VIRIAL, .ratio = -1}, "the sign is wrong", "--stress-sign"},
        {{.kind = FF_KIND_FORCE, .ratio = -1.03}, "the sign is wrong", "--gradients"},
        {{.kind = FF_KIND_VIRIAL, .ratio = 10}, "kbar read as GPa", "stress=kbar"},
        {{.kind = FF_KIND_VIRIAL, .ratio = -0.1},
         "GPa read as kbar, and the sign is wrong",
         "stress=GPa, and the other --stress-sign"},
        {{.kind = FF_KIND_VIRIAL, .ratio = 1e-3}, "kbar read as bar", "stress=kbar"},
        {{.kind = FF_KIND_VIRIAL, .ratio = -1, .power = -1},
         "stresses read as virials",
         "--stress KEY in place of --virial KEY"},
        {{.kind = FF_KIND_VIRIAL, .ratio = 160.2, .power = -1},
         "stresses read as virials, in GPa, positive in compression",
         "--units stress=GPa"},
        {{.kind = FF_KIND_VIRIAL, .ratio = -1, .power = 1},
         "virials read as stresses",
         "--virial KEY in place of --stress KEY"},
        {{.kind = FF_KIND_VIRIAL, .ratio = -1 / 40.1, .volume = 40},
         "stresses read as virials",
         "--stress KEY"},
        {{.kind = FF_KIND_ENERGY, .ratio = 27.2}, "eV read as Ha", "--units energy=eV"},
        {{.kind = FF_KIND_ENERGY, .ratio = 1 / 13.6}, "Ry read as eV", "--units energy=Ry"},
        {{.kind = FF_KIND_ENERGY, .ratio = 1, .power = -1},
         "energies per atom read as energies",
         "total energy"},
        {{.kind = FF_KIND_ENERGY, .ratio = 0.125, .atoms = 8}, "energies per atom", "total energy"},
        {{.kind = FF_KIND_FORCE, .ratio = 1 / 51.4}, "Ha/Bohr read as eV/A", "force=Ha/Bohr"},
        {{.kind = FF_KIND_FORCE, .ratio = 0.529}, "eV/Bohr read as eV/A", "force=eV/Bohr"},
        {{.kind = FF_KIND_FORCE, .ratio = 3}, "3 times what they should be", "--units"},
        {{.kind = FF_KIND_VIRIAL, .ratio = 3, .power = -1}, "over the volume", "--units"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ff_audit_words words = {0};
        ff_audit_explain_ratio(&cases[i].ratio, &words);
        if (!strstr(words.what, cases[i].what) || !strstr(words.mend, cases[i].mend))
            fail_msg("%g: '%s' and '%s', expected '%s' and '%s'", cases[i].ratio.ratio, words.what,
                     words.mend, cases[i].what, cases[i].mend);
    }
}

/* Single tests. */

static void zeros_of_symmetric_sites_are_right(void **state)
{
    (void)state;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    ff_dataset dataset;
    ff_audit audit;
    ff_dataset_init(&dataset);
    for (int n = 0; n < 2; n++) /* perfect, and strained without breaking the sites' symmetry */
        add_label(add_rattled(&dataset, random, 0), FF_LABEL_FORCES);
    ff_frame_strain(&dataset.frames[1], (double[9]){0.02, 0, 0, 0, -0.01, 0, 0, 0, 0});
    run(&audit, &dataset);
    assert_null(find(&audit, "zeros"));
    ff_audit_clear(&audit);
    add_label(add_rattled(&dataset, random, 0.05), FF_LABEL_FORCES);
    ff_frame *fixed = add_rattled(&dataset, random, 0.05);
    add_label(fixed, FF_LABEL_FORCES);
    fixed->forces[0] = 0.5;
    fixed->forces[3] = -0.5;
    add_label(add_rattled(&dataset, random, 0), FF_LABEL_VIRIAL);
    run(&audit, &dataset);
    size_t zeros = 0;
    for (size_t i = 0; i < audit.findings; i++) {
        const ff_audit_finding *finding = &audit.finding[i];
        if (strcmp(finding->test, "zeros") != 0)
            continue;
        zeros++;
        assert_int_equal(finding->frames, 1);
        assert_int_equal(finding->frame[0], strstr(finding->what, "all forces")   ? 2
                                            : strstr(finding->what, "some atoms") ? 3
                                                                                  : 4);
    }
    assert_int_equal(zeros, 3);
    ff_audit_clear(&audit);
    ff_dataset_clear(&dataset);
    gsl_rng_free(random);
}

static void energies_counted_from_a_frame_may_be_zero(void **state)
{
    (void)state;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    for (int far = 0; far < 2; far++) {
        ff_dataset dataset;
        ff_audit audit;
        ff_dataset_init(&dataset);
        for (int n = 0; n < 8; n++) {
            ff_frame *frame = add_rattled(&dataset, random, 0.05);
            add_label(frame, FF_LABEL_ENERGY);
            frame->energy = n == 0 ? 0 : 0.1 * n - (far ? 40 : 0);
        }
        run(&audit, &dataset);
        assert_int_equal(find(&audit, "zeros") != NULL, far);
        ff_audit_clear(&audit);
        ff_dataset_clear(&dataset);
    }
    gsl_rng_free(random);
}

/* The same structure: shifted, wrapped into the cell; another one: an atom moved, strained. */
static void duplicates_are_found_wherever_they_are_put(void **state)
{
    (void)state;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    ff_dataset dataset;
    ff_audit audit;
    ff_dataset_init(&dataset);
    add_rattled(&dataset, random, 0.1);
    for (int n = 1; n < 6; n++) {
        ff_frame copy;
        assert_int_equal(ff_frame_copy(&copy, &dataset.frames[0], NULL), FF_OK);
        for (size_t i = 0; i < copy.atoms; i++) {
            copy.positions[3 * i] += n == 1 ? 0.7 : 0;
            copy.positions[3 * i + 1] += n == 2 ? 5.43 * (double)(i % 3) : 0;
        }
        copy.positions[4] += n == 3 ? 0.01 : 0;
        if (n == 4)
            ff_frame_strain(&copy, (double[9]){0.001, 0, 0, 0, 0, 0, 0, 0, 0});
        if (n == 5) {
            add_label(&copy, FF_LABEL_ENERGY);
            add_label(&dataset.frames[0], FF_LABEL_ENERGY);
            copy.energy = 0.1;
        }
        assert_int_equal(ff_dataset_append(&dataset, &copy, NULL), FF_OK);
    }
    run(&audit, &dataset);
    size_t found = 0;
    for (size_t i = 0; i < audit.findings; i++) {
        const ff_audit_finding *finding = &audit.finding[i];
        if (strcmp(finding->test, "duplicates") != 0)
            continue;
        const bool other = strstr(finding->what, "other labels") != NULL;
        found++;
        assert_int_equal(finding->frames, other ? 1 : 2);
        assert_int_equal(finding->frame[0], other ? 5 : 1);
        if (!other)
            assert_int_equal(finding->frame[1], 2);
    }
    assert_int_equal(found, 2);
    ff_audit_clear(&audit);
    ff_dataset_clear(&dataset);
    gsl_rng_free(random);
}

static void cells_distances_and_sums_are_looked_at(void **state)
{
    (void)state;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    const ff_audit_options options = {.cutoff = 6};
    ff_dataset dataset;
    ff_audit audit;
    ff_dataset_init(&dataset);
    for (int n = 0; n < 3; n++)
        add_rattled(&dataset, random, 0.1);
    for (int k = 0; k < 3; k++) { /* the second: swap two vectors */
        double *cell = dataset.frames[1].cell, kept = cell[k];
        cell[k] = cell[3 + k];
        cell[3 + k] = kept;
    }
    ff_frame *frame = &dataset.frames[2];
    memcpy(frame->positions, frame->positions + 3, 3 * sizeof(double));
    frame->positions[0] += 0.3;
    add_label(frame, FF_LABEL_FORCES);
    for (size_t k = 0; k < 3 * frame->atoms; k++)
        frame->forces[k] = 0.1 + 0.05 * sin((double)k);
    assert_int_equal(ff_audit_run(&audit, &dataset, &options, NULL), FF_OK);
    const ff_audit_finding *sum = find(&audit, "force sums"), *near = find(&audit, "distances");
    assert_non_null(sum);
    assert_non_null(near);
    assert_int_equal(sum->frame[0], 2);
    assert_int_equal(near->frame[0], 2);
    assert_int_equal(near->level, FF_AUDIT_WRONG);
    size_t cells = 0;
    for (size_t i = 0; i < audit.findings; i++) {
        const ff_audit_finding *finding = &audit.finding[i];
        if (strcmp(finding->test, "cells") != 0)
            continue;
        cells++;
        assert_int_equal(finding->frames, finding->level == FF_AUDIT_WRONG ? 1 : 3);
    }
    assert_int_equal(cells, 2);
    ff_audit_clear(&audit);
    ff_dataset_clear(&dataset);
    gsl_rng_free(random);
}

static void free_atoms_bound_energies(void **state)
{
    (void)state;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    const struct {
        double per_atom, isolated;
        bool wrong;
    } cases[] = {{-5, 0, false},  {-163.2, -158.6, false}, {-163.2, 0, true},
                 {-136, 0, true}, {-160, -163, false},     {0, -100, true}};
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        ff_dataset dataset;
        ff_audit audit;
        ff_dataset_init(&dataset);
        for (int n = 0; n < 5; n++) {
            ff_frame *frame = add_rattled(&dataset, random, 0.05);
            add_label(frame, FF_LABEL_ENERGY);
            frame->energy = 8 * cases[c].per_atom + 0.1 * (n + 1);
        }
        dataset.isolated_known[14] = true;
        dataset.isolated_energy[14] = cases[c].isolated;
        run(&audit, &dataset);
        assert_int_equal(find(&audit, "isolated atoms") != NULL, cases[c].wrong);
        ff_audit_clear(&audit);
        ff_dataset_clear(&dataset);
    }
    gsl_rng_free(random);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_of_right_labels_is_the_energy_difference),
        cmocka_unit_test(series_measure_ratios),
        cmocka_unit_test(ratios_have_names),
        cmocka_unit_test(zeros_of_symmetric_sites_are_right),
        cmocka_unit_test(energies_counted_from_a_frame_may_be_zero),
        cmocka_unit_test(duplicates_are_found_wherever_they_are_put),
        cmocka_unit_test(cells_distances_and_sums_are_looked_at),
        cmocka_unit_test(free_atoms_bound_energies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
