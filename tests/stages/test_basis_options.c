/* What a basis's options say: every notation, presets and what overrides them, and where lengths
 * come from. */

#include "stages/cli/basis_notation.h"
#include "stages/cli/basis_options.h"
#include "stages/cli/run_state.h"

#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const ff_ace_options alloy = {.species_count = 3, .species = {13, 22, 74}};

/* Notations. */

static void species_are_sorted(void **state)
{
    (void)state;
    ff_ace_options basis = {0};
    assert_int_equal(ff_parse_species(&basis, "species", "W,Ti,Al", NULL), FF_OK);
    assert_int_equal(basis.species_count, 3);
    assert_memory_equal(basis.species, alloy.species, sizeof basis.species);
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "'' is not a chemical symbol"},           {"Ti,", "'' is not a chemical symbol"},
        {"Ti Al", "'Ti Al' is not a chemical symbol"}, {"ti", "'ti' is not a chemical symbol"},
        {"Ti,Xx", "'Xx' is not a chemical symbol"},    {"Ti,Al,Ti", "Ti is named twice"},
        {"H,He,Li,Be,B,C,N,O,F", "at most 8 species"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ff_error err = {0};
        basis = (ff_ace_options){0};
        assert_int_equal(ff_parse_species(&basis, "species", cases[i].text, &err), FF_E_USAGE);
        if (!strstr(err.message, cases[i].message) || !strstr(err.message, "--species"))
            fail_msg("'%s': %s", cases[i].text, err.message);
    }
}

static void lists_by_order(void **state)
{
    (void)state;
    double list[FF_ACE_MAX_ORDER];
    int count;
    assert_int_equal(ff_parse_order_list(list, &count, "degree", "12,10.5,8e0", NULL), FF_OK);
    assert_int_equal(count, 3);
    assert_true(list[0] == 12 && list[1] == 10.5 && list[2] == 8);
    static const char *const wrong[] = {"", ",", "12,", "12;10", "a", "12,10,8,7,7,7", "nan"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ff_error err = {0};
        if (ff_parse_order_list(list, &count, "degree", wrong[i], &err) != FF_E_USAGE)
            fail_msg("'%s' is accepted", wrong[i]);
        assert_non_null(strstr(err.message, "--degree"));
    }
}

static void lengths_by_pair(void **state)
{
    (void)state;
    /* Pairs: Al-Al Al-Ti Al-W Ti-Ti Ti-W W-W. */
    static const struct {
        const char *text;
        ff_pair_lengths lengths;
    } cases[] = {
        {"5.5", {5.5, {0}}},
        {"5.5,Al-Ti=6,Ti-Ti=6.5", {5.5, {0, 6, 0, 6.5}}},
        {"Ti-Al=6", {0, {0, 6}}},
        {"W-W=.5e1,Ti-W=4", {0, {0, 0, 0, 0, 4, 5}}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ff_pair_lengths found;
        ff_error err = {0};
        if (ff_parse_pair_lengths(&found, &alloy, "cutoff", cases[i].text, &err) != FF_OK)
            fail_msg("'%s' is refused: %s", cases[i].text, err.message);
        assert_memory_equal(&found, &cases[i].lengths, sizeof found);
    }
    static const char *const wrong[] = {
        "",
        "5.5,",
        "5.5,6",
        "Al-Ti=6,5.5",
        "Al-Ti",
        "Al-Ti=",
        "Al=5",
        "Al-Ti=6x",
        "Al-Ti=6,Ti-Al=6",
        "Al-Ti=6;Ti-Ti=6",
        "Al-Si=6",
        "Al-Ti-W=6",
        "-5.5",
        "0",
        "Al-Ti=0",
        "Al-Ti=-6",
        "Al-Ti=nan",
        "al-ti=6",
        "Al - Ti=6",
        "5.5 ",
        "=5",
        "-=5",
        "Al-=5",
        "-Al=5",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ff_pair_lengths found;
        ff_error err = {0};
        if (ff_parse_pair_lengths(&found, &alloy, "cutoff", wrong[i], &err) != FF_E_USAGE)
            fail_msg("'%s' is accepted", wrong[i]);
        assert_non_null(strstr(err.message, "--cutoff"));
    }
}

/* Choices. */

static const ff_stage stage = {
    .name = "toy", .summary = "try things", .most_operands = 0, .shared_options = ff_basis_options};

static int choose(ff_basis_choice *choice, const char *line, const ff_dataset *dataset,
                  ff_error *err)
{
    enum { MOST_WORDS = 24 };
    char words[256], *argv[MOST_WORDS] = {"farfield-toy", "-q"};
    int argc = 2;
    ff_stage_run running = {0};
    (void)snprintf(words, sizeof words, "%s", line);
    for (char *rest = words, *word; (word = strtok_r(rest, " ", &rest)) && argc < MOST_WORDS;)
        argv[argc++] = word;
    assert_int_equal(ff_arguments_init(&running.arguments, &stage, err), FF_OK);
    int status = ff_arguments_parse(&running.arguments, argc, argv, err);
    if (status == FF_OK)
        status = ff_basis_choose(choice, &running, dataset, err);
    ff_arguments_clear(&running.arguments);
    return status;
}

static void must_choose(ff_basis_choice *choice, const char *line, const ff_dataset *dataset)
{
    ff_error err = {0};
    if (choose(choice, line, dataset, &err) != FF_OK)
        fail_msg("'%s' is refused: %s", line, err.message);
}

static void orders_and_degrees(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        int order, pair_degree;
        double degree[FF_ACE_MAX_ORDER];
    } cases[] = {
        {"", 3, 12, {0, 10, 8}},
        {"--preset medium", 3, 14, {0, 13, 11}},
        {"--preset large", 4, 16, {0, 15, 13, 12}},
        {"--preset large --order 2", 2, 16, {0, 15}},
        {"--preset small --order 5", 5, 12, {0, 10, 8, 8, 8}},
        {"--degree 9", 3, 9, {0, 9, 9}},
        {"--degree 9,7", 2, 9, {0, 7}},
        {"--degree 9,7 --preset large", 2, 9, {0, 7}},
        {"--degree 9,7,6,5 --order 3", 3, 9, {0, 7, 6}},
        {"--degree 9.5,7.25", 2, 9, {0, 7.25}},
        {"--degree 9,7 --pair-degree 0", 2, 0, {9, 7}},
        {"--degree 0,7 --pair-degree 3", 2, 3, {0, 7}},
        {"--degree 0,7", 2, 0, {0, 7}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[128];
        ff_basis_choice choice;
        (void)snprintf(line, sizeof line, "--species Si --nearest 2.35 %s", cases[i].line);
        must_choose(&choice, line, NULL);
        assert_int_equal(choice.options.order, cases[i].order);
        assert_int_equal(choice.options.pair_degree, cases[i].pair_degree);
        for (int k = 0; k < FF_ACE_MAX_ORDER; k++)
            if (choice.options.degree[k] != cases[i].degree[k])
                fail_msg("'%s': degree %g of order %d", cases[i].line, choice.options.degree[k],
                         k + 1);
    }
}

static void limits_and_forms(void **state)
{
    (void)state;
    ff_basis_choice choice;
    must_choose(&choice, "--species Si --nearest 2.35 --max-n 6 --max-l 4,0,9", NULL);
    const int n[FF_ACE_MAX_ORDER] = {0, 6, 6}, l[FF_ACE_MAX_ORDER] = {0, 4, 0};
    assert_memory_equal(choice.options.most_n, n, sizeof n);
    assert_memory_equal(choice.options.most_l, l, sizeof l);
    assert_true(choice.options.radial.p == 2 && choice.options.radial.q == 2);
    must_choose(&choice, "--species Si --nearest 2.35 --radial power:3/chebyshev", NULL);
    assert_int_equal(choice.options.radial.transform, FF_RADIAL_POWER);
    assert_memory_equal(&choice.options.radial, &choice.options.pair_radial,
                        sizeof(ff_radial_form));
    must_choose(&choice,
                "--species Si --nearest 2.35 --radial agnesi:2,4 --pair-radial exponential", NULL);
    assert_true(choice.options.radial.q == 4 && choice.options.pair_radial.p == 5);
    assert_int_equal(choice.options.pair_radial.transform, FF_RADIAL_EXPONENTIAL);
}

/* Options and files agree: what is resolved stays as it is. */
static void choices_are_resolved(void **state)
{
    (void)state;
    ff_basis_choice choice;
    must_choose(&choice, "--species Ti,Al --nearest 2.8 --cutoff 5,Ti-Ti=6", NULL);
    ff_ace_options again = choice.options;
    ff_ace_options_resolve(&again);
    assert_memory_equal(&again, &choice.options, sizeof again);
}

static void assert_range(const ff_basis_choice *choice, size_t pair, double nearest, double inner,
                         double cutoff, ff_nearest_source source)
{
    const ff_radial_range *range = &choice->options.range[pair];
    if (!(fabs(range->nearest - nearest) < 1e-12 && fabs(range->inner - inner) < 1e-12 &&
          fabs(range->cutoff - cutoff) < 1e-12))
        fail_msg("pair %zu: nearest %.15g, inner %.15g, cutoff %.15g", pair, range->nearest,
                 range->inner, range->cutoff);
    assert_int_equal(choice->source[pair], source);
}

static void lengths_that_are_given(void **state)
{
    (void)state;
    ff_basis_choice choice;
    must_choose(&choice, "--species Ti,Al --nearest 2.8", NULL);
    for (size_t p = 0; p < 3; p++)
        assert_range(&choice, p, 2.8, 0.65 * 2.8, 5.6, FF_NEAREST_GIVEN);
    must_choose(&choice, "--species Ti,Al --nearest 2.8,Ti-Ti=3 --inner 1.5,Al-Ti=1.6 --cutoff 5",
                NULL);
    assert_range(&choice, 0, 2.8, 1.5, 5, FF_NEAREST_GIVEN);
    assert_range(&choice, 1, 2.8, 1.6, 5, FF_NEAREST_GIVEN);
    assert_range(&choice, 2, 3, 1.5, 5, FF_NEAREST_GIVEN);
    must_choose(&choice, "--species Ti,Al --nearest Ti-Ti=3,Al-Al=2.8 --cutoff Al-Al=5", NULL);
    assert_range(&choice, 0, 2.8, 0.65 * 2.8, 5, FF_NEAREST_GIVEN);
    assert_range(&choice, 1, 2.9, 0.65 * 2.9, 6, FF_NEAREST_HALVES);
    assert_range(&choice, 2, 3, 0.65 * 3, 6, FF_NEAREST_GIVEN);
    assert_true(choice.options.cutoff == 6);
    assert_true(choice.options.nearest == 2.8 && choice.options.inner == 0.65 * 2.8);
}

/* Four atoms in a row: Al 2.86 Al 2.7 Ti 2.704 Al. */
static void make_row(ff_dataset *dataset)
{
    static const double x[] = {0, 2.86, 5.56, 8.264};
    static const int species[] = {13, 13, 22, 13};
    ff_frame frame;
    ff_dataset_init(dataset);
    assert_int_equal(ff_frame_init(&frame, 4, NULL), FF_OK);
    for (size_t i = 0; i < 4; i++) {
        frame.positions[3 * i] = x[i];
        frame.species[i] = species[i];
    }
    assert_int_equal(ff_dataset_append(dataset, &frame, NULL), FF_OK);
}

static void lengths_from_the_input(void **state)
{
    (void)state;
    ff_dataset dataset;
    ff_basis_choice choice;
    make_row(&dataset);
    /* All atoms: 2.86, 2.7, 2.7, 2.704: median 2.702, rounded 2.7. Al-Al: of the first two. */
    must_choose(&choice, "", &dataset);
    assert_int_equal(choice.options.species_count, 2);
    assert_range(&choice, 0, 2.86, 0.65 * 2.86, 5.4, FF_NEAREST_INPUT);
    assert_range(&choice, 1, 2.7, 0.65 * 2.7, 5.4, FF_NEAREST_INPUT);
    assert_range(&choice, 2, 2.7, 0.65 * 2.7, 5.4, FF_NEAREST_ANY);
    assert_int_equal(choice.found[0].count, 2);
    assert_int_equal(choice.found[2].count, 0);
    /* Options go before the input; unlike pairs of a species it lacks come from like pairs. */
    must_choose(&choice, "--species Al,Ti,W --nearest Al-Al=2.5,W-W=2.7", &dataset);
    assert_range(&choice, 0, 2.5, 0.65 * 2.5, 5.4, FF_NEAREST_GIVEN);
    assert_range(&choice, 1, 2.7, 0.65 * 2.7, 5.4, FF_NEAREST_INPUT);
    assert_range(&choice, 2, 2.6, 0.65 * 2.6, 5.4, FF_NEAREST_HALVES);
    assert_range(&choice, 4, 2.7, 0.65 * 2.7, 5.4, FF_NEAREST_HALVES);
    ff_dataset_clear(&dataset);
}

static void what_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *line, *message;
        bool input;
        int status;
    } cases[] = {
        {"", "which species?", false, FF_E_USAGE},
        {"--nearest 2.35", "--species", false, FF_E_USAGE},
        {"--species Si", "how far apart are neighbours Si and Si? give an input", false,
         FF_E_USAGE},
        {"--species Ti,Al --nearest Al-Al=2.86", "Ti-Ti=2.5", false, FF_E_USAGE},
        {"--species Al,W", "W-W=2.5", true, FF_E_USAGE},
        {"--species Si --nearest 2.35 --preset huge", "small, medium or large", false, FF_E_USAGE},
        {"--species Si --nearest 2.35 --order 0", "--order 0: expected 1 to 5", false, FF_E_USAGE},
        {"--species Si --nearest 2.35 --order 3 --degree 9,7", "each of 3 orders", false,
         FF_E_USAGE},
        {"--species Si --nearest 2.35 --max-l 2.5", "--max-l 2.5", false, FF_E_USAGE},
        {"--species Si --nearest 2.35 --max-n -1", "--max-n -1", false, FF_E_USAGE},
        {"--species Si --nearest 2.35 --order 4 --max-n 5,4", "from 2 to 4", false, FF_E_USAGE},
        {"--species Si --nearest 2.35 --radial bessel", "--radial: 'bessel'", false, FF_E_USAGE},
        {"--species Si --nearest 2.35 --pair-radial x", "--pair-radial: 'x'", false, FF_E_USAGE},
        {"--species Si --nearest 2.35 --radial agnesi:4,2", "", false, FF_E_RANGE},
        {"--species Si --nearest 2.35 --cutoff 1", "inner radius", false, FF_E_RANGE},
        {"--species Si --nearest 2.35 --pair-degree 41", "41 pair functions", false, FF_E_RANGE},
        {"--species Si --nearest 2.35 --pair-degree -1", "pair functions", false, FF_E_RANGE},
        {"--species Si --nearest 2.35 --l-weight 0", "weight 0", false, FF_E_RANGE},
    };
    ff_dataset dataset;
    make_row(&dataset);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ff_basis_choice choice;
        ff_error err = {0};
        int status = choose(&choice, cases[i].line, cases[i].input ? &dataset : NULL, &err);
        if (status != cases[i].status || !strstr(err.message, cases[i].message))
            fail_msg("'%s': status %d, %s", cases[i].line, status, err.message);
    }
    ff_dataset_clear(&dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(species_are_sorted),     cmocka_unit_test(lists_by_order),
        cmocka_unit_test(lengths_by_pair),        cmocka_unit_test(orders_and_degrees),
        cmocka_unit_test(limits_and_forms),       cmocka_unit_test(choices_are_resolved),
        cmocka_unit_test(lengths_that_are_given), cmocka_unit_test(lengths_from_the_input),
        cmocka_unit_test(what_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
