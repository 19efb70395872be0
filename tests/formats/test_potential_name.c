/* KIND:ARGUMENT: what opens, what provenance keeps, and what is said of a wrong name. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "formats/digest.h"
#include "formats/model_file.h"
#include "formats/potential_name.h"
#include "lib/base/memory.h"

#include <stdio.h>
#include <string.h>

static void opens_each_kind(void **state)
{
    (void)state;
    const struct {
        const char *name, *kind;
        int species, other; /* described, not described (0: all are) */
        double cutoff;
    } cases[] = {{"fs:W", "fs", 74, 14, 4.400224},
                 {"sw:Si", "sw", 14, 74, 1.8 * 2.0951},
                 {"lj:0.01,3.4,8.5", "lj", 118, 0, 8.5},
                 {"lj:1e-2,3.4,8.5,Ar", "lj", 18, 17, 8.5},
                 {"morse:0.34,1.4,2.87,6", "morse", 1, 0, 6},
                 {"morse:0.34,1.4,2.87,6,Cu", "morse", 29, 28, 6}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        ff_potential *potential = NULL;
        assert_int_equal(ff_potential_open(&potential, cases[c].name, NULL, NULL), FF_OK);
        assert_string_equal(potential->class_->kind, cases[c].kind);
        assert_true(potential->species[cases[c].species]);
        assert_false(cases[c].other && potential->species[cases[c].other]);
        assert_true(potential->cutoff == cases[c].cutoff);
        assert_non_null(strstr(ff_potential_kinds_help(), cases[c].kind));
        ff_potential_free(potential);
    }
}

static void refuses_what_it_does_not_know(void **state)
{
    (void)state;
    const struct {
        const char *name, *message;
    } cases[] = {{"", "expected KIND:ARGUMENT"},
                 {"W", "expected KIND:ARGUMENT"},
                 {"f:W", "expected KIND:ARGUMENT"},
                 {"fsx:W", "expected KIND:ARGUMENT"},
                 {":W", "expected KIND:ARGUMENT"},
                 {"fs:", "expected V, Nb"},
                 {"fs:Al", "expected V, Nb"},
                 {"sw:Ge", "expected Si"},
                 {"lj:1,2", "expected 3 numbers"},
                 {"lj:1,2,", "expected 3 numbers"},
                 {"lj:1,2,3,", "'' is not the symbol"},
                 {"lj:1,2,3,Q", "'Q' is not the symbol"},
                 {"lj:1,2,3,Cu,Al", "'Cu,Al' is not the symbol"},
                 {"lj:1,2,inf", "expected 3 numbers"},
                 {"lj:1,2 ,3", "expected 3 numbers"},
                 {"morse:1,2,3", "expected 4 numbers"},
                 {"eam:-", "not read from standard input"},
                 {"sw:-", "not read from standard input"},
                 {"tersoff:-", "not read from standard input"},
                 {"kim:none-of-that-name", "kim:none-of-that-name: "},
                 {"lammps:pair_style lj/cut 5", "which elements are the atom types"},
                 {"lammps:species=Si,Q; pair_style sw", "'Q' is not the symbol"},
                 {"command:", "expected a program"},
                 {"command:timeout=-1 cat", "expected a number of seconds"},
                 {"command:cat 'a", "quotation mark"},
                 {"ace:-", "not read from standard input"}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        ff_error err = {0};
        ff_potential *potential = NULL;
        assert_int_equal(ff_potential_open(&potential, cases[c].name, NULL, &err), FF_E_USAGE);
        if (!strstr(err.message, cases[c].message))
            fail_msg("%s: %s", cases[c].name, err.message);
        assert_null(potential);
    }
    ff_potential *potential = NULL;
    assert_int_equal(ff_potential_open(&potential, "lj:1,-2,3", NULL, NULL), FF_E_RANGE);
    assert_int_equal(ff_potential_open(&potential, "eam:absent", NULL, NULL), FF_E_IO);
    assert_int_equal(ff_potential_open(&potential, "sw:./absent", NULL, NULL), FF_E_IO);
    assert_int_equal(ff_potential_open(&potential, "tersoff:absent", NULL, NULL), FF_E_IO);
}

/* The step of a file that was written with a potential's provenance. */
static void history_of(const char *potential_name, char *json, size_t size)
{
    ff_provenance *provenance = NULL;
    ff_container *container = NULL;
    ff_potential *potential = NULL;
    ff_history_step *steps = NULL;
    size_t count = 0;
    assert_int_equal(ff_provenance_new(&provenance, "farfield-test", NULL), FF_OK);
    assert_int_equal(ff_potential_open(&potential, potential_name, provenance, NULL), FF_OK);
    assert_int_equal(ff_container_create(&container, "step.h5", "dataset", 1, 0, NULL), FF_OK);
    assert_int_equal(ff_provenance_write(provenance, container, NULL), FF_OK);
    assert_int_equal(ff_container_commit(container, NULL), FF_OK);
    ff_container_close(container);
    assert_int_equal(ff_container_open(&container, "step.h5", "dataset", 1, NULL), FF_OK);
    assert_int_equal(ff_history_read(container, &count, &steps, NULL), FF_OK);
    assert_int_equal(count, 1);
    (void)snprintf(json, size, "%s", steps[0].json);
    ff_history_free(count, steps);
    ff_container_close(container);
    ff_potential_free(potential);
    ff_provenance_free(provenance);
}

/* A small model of silicon with made-up coefficients. */
static void writes_model(const char *path)
{
    ff_ace_model model;
    ff_ace_basis *basis = NULL;
    ff_container *container = NULL;
    ff_ace_model_init(&model);
    ff_ace_options_default(&model.basis, (int[]){14}, 1, 2.35, 0);
    assert_int_equal(ff_ace_basis_new(&basis, &model.basis, NULL), FF_OK);
    model.count = ff_ace_basis_size(basis);
    assert_non_null(model.coefficients = ff_new_array(model.count, sizeof(double), NULL));
    for (size_t k = 0; k < model.count; k++)
        model.coefficients[k] = 1 / (1.0 + (double)k);
    model.one_body[14] = -5;
    assert_int_equal(ff_container_create(&container, path, "model", FF_MODEL_FILE_VERSION, 0, NULL),
                     FF_OK);
    assert_int_equal(ff_model_write(container, &model, NULL, NULL), FF_OK);
    assert_int_equal(ff_container_commit(container, NULL), FF_OK);
    ff_container_close(container);
    ff_ace_basis_free(basis);
    ff_ace_model_clear(&model);
}

/* A model from its file is the potential it was written from; other files are refused by kind. */
static void opens_fitted_models(void **state)
{
    (void)state;
    ff_error err = {0};
    ff_potential *potential = NULL;
    char json[4096], digest[FF_DIGEST_SIZE];
    writes_model("model.h5");
    assert_int_equal(ff_potential_open(&potential, "ace:model.h5", NULL, NULL), FF_OK);
    assert_string_equal(potential->class_->kind, "ace");
    assert_true(potential->species[14] && !potential->species[32]);
    ff_environment alone = {.species = 14};
    double energy = 0;
    void *workspace =
        potential->class_->workspace_new ? potential->class_->workspace_new(potential, NULL) : NULL;
    assert_int_equal(potential->class_->site(potential, &alone, workspace, &energy, NULL, NULL),
                     FF_OK);
    assert_true(energy == -5);
    if (workspace)
        potential->class_->workspace_free(workspace);
    ff_potential_free(potential);
    history_of("ace:model.h5", json, sizeof json);
    assert_int_equal(ff_digest_file(digest, "model.h5", NULL), FF_OK);
    assert_non_null(strstr(json, digest));
    assert_null(strstr(json, "model.h5"));
    history_of("fs:W", json, sizeof json); /* writes step.h5, a dataset */
    assert_int_equal(ff_potential_open(&potential, "ace:step.h5", NULL, &err), FF_E_FORMAT);
    assert_non_null(strstr(err.message, "model"));
    assert_string_equal(err.file, "step.h5");
}

static void writes_tables(const char *path)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("a\nb\nc\n1 Cu\n4 1 4 1 3\n29 63.5 3.6 fcc\n0 1 2 3\n3 2 1 0\n0 2 1 0\n", file);
    assert_int_equal(fclose(file), 0);
}

/* A built-in potential is kept by name; a file by its digest, wherever it lies. */
static void provenance_keeps_the_potential(void **state)
{
    (void)state;
    char json[4096], other[4096], digest[FF_DIGEST_SIZE], expected[128];
    history_of("lj:1,2,3", json, sizeof json);
    assert_non_null(strstr(json, "lj:1,2,3"));
    writes_tables("one.setfl");
    writes_tables("other.setfl");
    assert_int_equal(ff_digest_file(digest, "one.setfl", NULL), FF_OK);
    history_of("eam:one.setfl", json, sizeof json);
    history_of("eam:other.setfl", other, sizeof other);
    assert_string_equal(json, other);
    (void)snprintf(expected, sizeof expected, "eam:%s", digest);
    assert_non_null(strstr(json, expected));
    assert_null(strstr(json, "one.setfl"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_each_kind),
        cmocka_unit_test(refuses_what_it_does_not_know),
        cmocka_unit_test(opens_fitted_models),
        cmocka_unit_test(provenance_keeps_the_potential),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
