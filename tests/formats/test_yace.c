/* .yace: what is written is read back, what ML-PACE computes is computed, and what is wrong is told
 * with its place. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "formats/yace_reader.h"
#include "formats/yace_writer.h"
#include "lib/pace/pace_model.h"
#include "lib/pace/pace_potential.h"
#include "lib/structure/elements.h"
#include "tests/lib/ace/models.h"
#include "tests/lib/potentials/potential_checks.h"

#include <stdio.h>

static void write_pace(const char *path, const ff_pace *pace, const char *comment)
{
    ff_text_writer *writer = NULL;
    assert_int_equal(ff_text_writer_open(&writer, path, NULL), FF_OK);
    ff_yace_write(writer, pace, comment);
    assert_int_equal(ff_text_writer_commit(writer, NULL), FF_OK);
    ff_text_writer_close(writer);
}

static void read_pace(ff_pace *pace, const char *path)
{
    ff_error err = {0};
    char text[1024];
    if (ff_yace_read(pace, path, &err) != FF_OK)
        fail_msg("%s", ff_error_describe(&err, text, sizeof text));
}

static void check_bond(const ff_pace_bond *a, const ff_pace_bond *b)
{
    size_t count = (size_t)a->radials * (size_t)(a->largest + 1) * (size_t)a->bases;
    assert_true(a->form == b->form && a->radials == b->radials && a->largest == b->largest &&
                a->bases == b->bases);
    const double left[] = {a->lambda,      a->cutoff,   a->width,   a->inner,
                           a->inner_width, a->strength, a->exponent};
    const double right[] = {b->lambda,      b->cutoff,   b->width,   b->inner,
                            b->inner_width, b->strength, b->exponent};
    assert_memory_equal(left, right, sizeof left);
    assert_memory_equal(a->coefficient, b->coefficient, count * sizeof(double));
}

static void check_equal(const ff_pace *a, const ff_pace *b)
{
    assert_true(a->elements == b->elements && a->core == b->core && a->spacing == b->spacing);
    for (int i = 0; i < a->elements; i++) {
        const ff_pace_element *e = &a->element[i], *f = &b->element[i];
        assert_true(e->species == f->species && e->energy == f->energy &&
                    e->core_cutoff == f->core_cutoff && e->core_width == f->core_width &&
                    e->functions == f->functions && e->ms == f->ms && e->terms == f->terms);
        for (size_t k = 0; k < e->functions; k++)
            assert_memory_equal(&e->function[k], &f->function[k], sizeof e->function[k]);
        if (e->ms > 0)
            assert_memory_equal(e->m, f->m, e->ms * sizeof *e->m);
        if (e->terms > 0)
            assert_memory_equal(e->coefficient, f->coefficient, e->terms * sizeof(double));
        for (int j = 0; j < a->elements; j++)
            check_bond(&a->bond[i][j], &b->bond[i][j]);
    }
}

/* Bit for bit, for every radial basis and repulsion; and the same text again. */
static void what_is_written_is_read_back(void **state)
{
    (void)state;
    static const ff_ace_options options = {.species_count = 2,
                                           .species = {13, 22},
                                           .order = 4,
                                           .degree = {0, 6, 5, 4.5},
                                           .l_weight = 0.7,
                                           .pair_degree = 5,
                                           .cutoff = 5.2,
                                           .inner = 1.6,
                                           .nearest = 2.8};
    ff_ace_model model;
    ff_pace pace, back;
    ff_pace_cost cost;
    random_model(&model, &options, 3);
    assert_int_equal(ff_pace_from_model(&pace, &cost, &model, 0, NULL), FF_OK);
    for (int form = 0; form < FF_PACE_FORMS; form++) {
        pace.core = (ff_pace_core)(form % FF_PACE_CORES);
        for (int i = 0; i < 2; i++)
            for (int j = 0; j < 2; j++) {
                pace.bond[i][j].form = (ff_pace_form)form;
                pace.bond[i][j].lambda = 1.0 / 3 + form;
                pace.bond[i][j].width = 0.1 + j;
            }
        write_pace("a.yace", &pace, form ? "anything: [" : NULL);
        read_pace(&back, "a.yace");
        check_equal(&pace, &back);
        ff_pace_clear(&back);
    }
    ff_pace_clear(&pace);
    ff_ace_model_clear(&model);
}

/* ML-PACE. */

/* A frame with energies per atom and forces. */
typedef struct expectation {
    ff_frame frame;
    double energy[64], force[64][3];
} expectation;

static void read_expectation(expectation *e, const char *path)
{
    int atoms = 0;
    double edge = 0;
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("%s cannot be read", path);
    assert_int_equal(fscanf(file, "%d %lf", &atoms, &edge), 2);
    assert_true(atoms > 0 && atoms <= 64);
    assert_int_equal(ff_frame_init(&e->frame, (size_t)atoms, NULL), FF_OK);
    for (int a = 0; a < 3; a++) {
        e->frame.cell[4 * a] = edge;
        e->frame.periodic[a] = true;
    }
    for (int i = 0; i < atoms; i++) {
        char symbol[4];
        double *r = e->frame.positions + 3 * i, *f = e->force[i];
        assert_int_equal(fscanf(file, "%3s %lf %lf %lf %lf %lf %lf %lf", symbol, r, r + 1, r + 2,
                                &e->energy[i], f, f + 1, f + 2),
                         8);
        e->frame.species[i] = ff_element_number(symbol, strlen(symbol));
    }
    assert_int_equal(fclose(file), 0);
}

/* Energies to rounding; forces to what ML-PACE's tables, 2e-4 A apart, leave: of the largest. */
static void equals_what_pace_computes(void **state)
{
    (void)state;
    static const char *const names[] = {"exponential", "power", "linear", "bessel"};
    const char *top = getenv("FARFIELD_TOP");
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        char path[512];
        expectation e;
        ff_pace pace;
        ff_potential *potential = NULL;
        (void)snprintf(path, sizeof path, "%s/tests/formats/data/yace/%s.yace", top ? top : ".",
                       names[n]);
        read_pace(&pace, path);
        (void)snprintf(path, sizeof path, "%s/tests/formats/data/yace/%s.expected", top ? top : ".",
                       names[n]);
        read_expectation(&e, path);
        assert_int_equal(ff_pace_potential_new(&potential, &pace, NULL), FF_OK);
        ff_calculator *calculator = NULL;
        ff_evaluation_result r;
        assert_int_equal(ff_calculator_new(&calculator, potential, 0, NULL), FF_OK);
        check_evaluate(calculator, &e.frame, FF_WANT_FORCES, &r);
        double largest = 0;
        for (size_t i = 0; i < e.frame.atoms; i++)
            for (size_t a = 0; a < 3; a++)
                largest = fmax(largest, fabs(e.force[i][a]));
        for (size_t i = 0; i < e.frame.atoms; i++) {
            assert_true(fabs(r.site_energies[i] - e.energy[i]) <= 1e-13 * (1 + largest));
            for (size_t a = 0; a < 3; a++)
                assert_true(fabs(r.forces[3 * i + a] - e.force[i][a]) <= 1e-10 * largest);
        }
        /* The cells with repulsion by distance have close pairs, and these are told. */
        assert_true((r.close.count > 0) == (n % 2 == 1));
        ff_calculator_free(calculator);
        ff_potential_free(potential);
        ff_frame_clear(&e.frame);
        ff_pace_clear(&pace);
    }
}

/* Wrong input. */

static const char good[] =
    "elements: [Al, Ni]\n"
    "E0: [0, -1.5]\n"
    "deltaSplineBins: 0.001\n"
    "embeddings:\n"
    "  0: {ndensity: 1, FS_parameters: [1, 1], npoti: FinnisSinclair, rho_core_cutoff: 1e5, "
    "drho_core_cutoff: 250}\n"
    "  1: {ndensity: 2, FS_parameters: [1, 1, 2, 1], npoti: FinnisSinclairShiftedScaled, "
    "rho_core_cutoff: 1e5, drho_core_cutoff: 250}\n"
    "bonds:\n"
    "  [0, 0]: &bond {nradmax: 1, lmax: 1, nradbasemax: 2, radbasename: ChebPow, radparameters: "
    "[2], radcoefficients: [[[1, 2], [3, 4]]], prehc: 0, lambdahc: 1, rcut: 5, dcut: 0}\n"
    "  [0, 1]: {nradmax: 1, lmax: 1, nradbasemax: 2, radbasename: ChebPow, radparameters: [2], "
    "radcoefficients: [[[1, 2], [3, 4]]], prehc: 0, lambdahc: 1, rcut: 5, dcut: 0}\n"
    "  [1, 0]: {nradmax: 1, lmax: 1, nradbasemax: 2, radbasename: ChebPow, radparameters: [2], "
    "radcoefficients: [[[1, 2], [3, 4]]], prehc: 0, lambdahc: 1, rcut: 5, dcut: 0}\n"
    "  ? - 1\n"
    "    - 1\n"
    "  : {nradmax: 1, lmax: 1, nradbasemax: 2, radbasename: ChebPow, radparameters: [2], "
    "radcoefficients: [[[1, 2], [3, 4]]], prehc: 0, lambdahc: 1, rcut: 5, dcut: 0}\n"
    "anything: {else: [is, {skipped: ~}]}\n"
    "functions:\n"
    "  0:\n"
    "    - {mu0: 0, rank: 1, ndensity: 1, num_ms_combs: 1, mus: [1], ns: [2], ls: [0], ms_combs: "
    "[0], ctildes: [0.5]}\n"
    "    - {mu0: 0, rank: 2, ndensity: 1, num_ms_combs: 2, mus: [0, 1], ns: [1, 1], ls: [1, 1], "
    "ms_combs: [0, 0, 1, -1], ctildes: [0.5, -1]}\n"
    "  1:\n"
    "    - {mu0: 1, rank: 1, ndensity: 2, num_ms_combs: 1, mus: [1], ns: [2], ls: [0], ms_combs: "
    "[0], ctildes: [0.5, 0.25]}\n";

/* The file with the first `from` at or after `after` replaced by `to`. */
static void write_changed(const char *path, const char *after, const char *from, const char *to)
{
    const char *start = strstr(good, after), *at = start ? strstr(start, from) : NULL;
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    if (!at)
        fail_msg("'%s' is not in the file", from);
    assert_true(fprintf(file, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from)) > 0);
    assert_int_equal(fclose(file), 0);
}

static void reads_what_is_written_by_hand(void **state)
{
    (void)state;
    ff_pace pace;
    write_changed("good.yace", "", "&bond ", "");
    read_pace(&pace, "good.yace");
    assert_int_equal(pace.elements, 2);
    assert_true(pace.element[0].species == 13 && pace.element[1].species == 28);
    assert_true(pace.element[1].energy == -1.5 && pace.core == FF_PACE_DENSITY);
    assert_true(pace.bond[1][1].coefficient[3] == 4 && pace.bond[0][1].lambda == 2);
    assert_int_equal(pace.element[0].functions, 2);
    assert_int_equal(pace.element[0].function[1].terms, 2);
    assert_int_equal(pace.element[0].m[4], -1);
    assert_true(pace.element[1].coefficient[0] == 0.5 + 2 * 0.25);
    ff_pace_clear(&pace);
}

static void tells_what_is_wrong_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *after, *from, *to;
        int line, column; /* 0: any */
        const char *message;
    } cases[] = {
        {"", "[Al, Ni]", "[Al, Xy]", 1, 16, "'Xy' is not the symbol of an element"},
        {"", "[Al, Ni]", "Al", 1, 11, "a scalar, expected a list of elements"},
        {"", "[Al, Ni]", "[Al, Al]", 0, 0, "element Al is named twice"},
        {"", "elements: [Al, Ni]\n", "", 20, 1, "without elements"},
        {"", "E0: [0, -1.5]", "E0: [0]", 21, 1, "1 energies in E0 for 2 elements"},
        {"", "-1.5", "one", 2, 9, "'one', expected energies of isolated atoms, a finite number"},
        {"", "-1.5", "nan", 2, 9, "'nan', expected energies"},
        {"", "0.001", "[]", 3, 18, "a list, expected deltaSplineBins"},
        {"", "deltaSplineBins", "elements", 3, 1, "elements is given twice"},
        {"", "&bond ", "&bond ", 8, 11, "anchors and aliases are not supported"},
        {"", "[1, 1], npoti", "[1, 0.5], npoti", 5, 42, "with the exponent 0.5: only linear"},
        {"", "[1, 1, 2, 1]", "[1, 1]", 6, 0, "2 FS_parameters for 2 densities, expected two each"},
        {"", "FinnisSinclair,", "Other,", 5, 0, "embedding Other, expected FinnisSinclair or"},
        {"", "ndensity: 1", "ndensity: 65", 5, 17, "65, expected ndensity from 1 to 64"},
        {"", "1: {ndensity", "0: {ndensity", 6, 3, "a second embedding of element 0"},
        {"", "1: {ndensity", "2: {ndensity", 19, 3, "functions of element 1 before its embedding"},
        {"bonds", "[0, 1]", "[0, 0, 1]", 9, 11, "a bond of 3 elements, expected [centre, neigh"},
        {"bonds", "[0, 1]", "[0, 2]", 21, 1, "no bond [0, 1]"},
        {"bonds", "[0, 1]", "[0, 0]", 9, 0, "a second bond [0, 0]"},
        {"[0, 1]", "ChebPow", "ACE.jl.base", 9, 0, "radial basis ACE.jl.base, expected ChebExpCos"},
        {"[0, 1]", "nradmax: 1", "nradmax: 2", 9, 0, "1 x 2 x 2 radcoefficients, expected nradmax"},
        {"[0, 1]", "[3, 4]", "[3]", 9, 0, "1 radial coefficients, expected 2 as before"},
        {"[0, 1]", "lmax: 1", "lmax: 13", 9, 0, "13, expected lmax from 0 to 12"},
        {"[0, 1]", "rcut: 5,", "", 9, 0, "a bond (a mapping) without rcut"},
        {"[0, 1]", "rcut: 5,", "rcut: -5,", 0, 0, "bond Al-Ni: cutoff -5 A, expected a positive"},
        {"[0, 1]", "[2]", "[]", 9, 0, "no radial parameter, expected lambda"},
        {"[0, 1]", "dcut: 0", "dcut: 0, inner_cutoff_type: zbl", 9, 0,
         "zbl after a bond with dens"},
        {"[0, 1]", "dcut: 0", "dcut: 0, inner_cutoff_type: no", 9, 0, "inner cutoff type no, exp"},
        {"anything", "anything: {else", "polypairpot: {else", 14, 14, "a separate pair potential"},
        {"functions", "mu0: 0", "mu0: 1", 17, 0, "mu0 1 among functions of element 0"},
        {"functions", "rank: 1", "rank: 9", 17, 22, "9, expected rank from 1 to 8"},
        {"rank: 2", "rank: 2", "rank: 3", 18, 0, "2 mus for rank 3"},
        {"rank: 2", "ndensity: 1", "ndensity: 2", 18, 0, "ndensity 2, expected 1 as embedded"},
        {"rank: 2", "num_ms_combs: 2", "num_ms_combs: 3", 18, 0,
         "4 ms_combs for 3 terms of rank 2"},
        {"rank: 2", "[0.5, -1]", "[0.5]", 18, 0, "1 ctildes for 2 terms of 1 densities"},
        {"rank: 2", "[0, 0, 1, -1]", "[0, 0, 2, -2]", 18, 0, "m 2 of an l 1 in ms_combs"},
        {"rank: 2", "[0, 0, 1, -1]", "[0, 0, 1, 0]", 18, 0, "m that add up to 1 in ms_combs"},
        {"rank: 2", "ns: [1, 1]", "ns: [1, 0]", 18, 0, "0, expected ns from 1 to 256"},
        {"rank: 2", "ns: [1, 1]", "ns: [1, 2]", 0, 0, "with n 2 and l 1, expected 1 to 1"},
        {"rank: 2", "mus: [0, 1]", "mus: [0, 2]", 0, 0, "a function of element 2, expected 0 to 1"},
        {"  1:\n", "  1:\n", "  0:\n", 19, 3, "functions of element 0 for the second time"},
        {"  1:\n", "  1:\n", "  5:\n", 19, 3, "functions of element 5 before its embedding"},
        {"functions", "rank: 1,", "rank: 1]", 17, 0, "not YAML: "},
        {"", "elements: [Al, Ni]\n", "- [Al, Ni]\n", 1, 1, "a list, expected a potential"},
        {"", "elements: [Al, Ni]\n", "\x80", 0, 0, "not YAML"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        ff_pace pace;
        ff_error err = {0};
        write_changed("wrong.yace", cases[c].after, cases[c].from, cases[c].to);
        if (strcmp(cases[c].from, "&bond ") != 0) {
            /* Only one mistake at a time. */
            FILE *file = fopen("wrong.yace", "r+");
            char text[8192] = "";
            assert_non_null(file);
            size_t size = fread(text, 1, sizeof text - 1, file);
            char *anchor = strstr(text, "&bond ");
            if (anchor) {
                memset(anchor, ' ', 6);
                rewind(file);
                assert_int_equal(fwrite(text, 1, size, file), size);
            }
            assert_int_equal(fclose(file), 0);
        }
        int status = ff_yace_read(&pace, "wrong.yace", &err);
        if (status != FF_E_FORMAT && status != FF_E_RANGE)
            fail_msg("case %zu, '%s': status %d", c, cases[c].message, status);
        if (!strstr(err.message, cases[c].message))
            fail_msg("case %zu: '%s' does not contain '%s'", c, err.message, cases[c].message);
        assert_string_equal(err.file, "wrong.yace");
        if ((cases[c].line && err.line != cases[c].line) ||
            (cases[c].column && err.column != cases[c].column))
            fail_msg("case %zu, '%s': %d:%d instead of %d:%d", c, err.message, (int)err.line,
                     (int)err.column, cases[c].line, cases[c].column);
    }
}

static void files_that_are_none(void **state)
{
    (void)state;
    ff_pace pace;
    ff_error err = {0};
    assert_int_equal(ff_yace_read(&pace, "absent.yace", &err), FF_E_IO);
    assert_string_equal(err.file, "absent.yace");
    FILE *file = fopen("empty.yace", "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(ff_yace_read(&pace, "empty.yace", &err), FF_E_FORMAT);
    assert_non_null(strstr(err.message, "the end of the file, expected a potential"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(equals_what_pace_computes),
        cmocka_unit_test(reads_what_is_written_by_hand),
        cmocka_unit_test(tells_what_is_wrong_and_where),
        cmocka_unit_test(files_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
