/* The command line: every form of option, and what is said of a wrong one. */

#include "stages/cli/help.h"
#include "stages/cli/options.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const ff_option options[] = {
    {"cells", 'n', FF_OPTION_TEXT, "CELLS", "4", "cells", 0},
    {"count", 'c', FF_OPTION_INTEGER, "N", NULL, "a count", 0},
    {"tolerance", 't', FF_OPTION_NUMBER, "EV_PER_A", "1e-8", "largest force", 0},
    {"weight", 'w', FF_OPTION_TEXT, "KIND=W", "E=1", "weight", FF_OPTION_REPEATABLE},
    {"fool", 'f', FF_OPTION_FLAG, NULL, NULL, "a flag", 0},
    {"quick", 'q', FF_OPTION_FLAG, NULL, NULL, "takes the letter of --quiet", 0},
    {"threads", 0, FF_OPTION_TEXT, "LIST", NULL, "hides the common one", 0},
    {0}};
static const ff_stage stage = {.name = "toy",
                               .summary = "try things",
                               .operands = "INPUT...",
                               .least_operands = 1,
                               .most_operands = 2,
                               .output_kind = "model",
                               .options = options};
static const ff_option needed[] = {
    {"potential", 'p', FF_OPTION_POTENTIAL, "NAME", NULL, "potential", FF_OPTION_REQUIRED}, {0}};
static const ff_stage strict = {.name = "strict", .summary = "insist", .options = needed};

static const ff_option common[] = {
    {"size", 'v', FF_OPTION_INTEGER, "N", "3", "takes the letter of --verbose", 0},
    {"level", 0, FF_OPTION_TEXT, "WORD", "high", "hides the common one", 0},
    {0}};
static const ff_stage sharing = {
    .name = "share", .summary = "try things", .shared_options = common, .options = needed};

enum { MOST_WORDS = 16 };

/* Parses a line split at blanks. */
static int parse(ff_arguments *arguments, const ff_stage *of, const char *line, ff_error *err)
{
    static char words[512];
    char *argv[MOST_WORDS] = {"farfield-toy"};
    int argc = 1;
    (void)snprintf(words, sizeof words, "%s", line);
    for (char *rest = words, *word; (word = strtok_r(rest, " ", &rest)) && argc < MOST_WORDS;)
        argv[argc++] = word;
    assert_int_equal(ff_arguments_init(arguments, of, err), FF_OK);
    return ff_arguments_parse(arguments, argc, argv, err);
}

static void accepts_every_form(void **state)
{
    (void)state;
    static const struct {
        const char *line, *name, *value;
    } cases[] = {
        {"a", "cells", "4"},
        {"a --cells 2x2x3", "cells", "2x2x3"},
        {"a --cells=5", "cells", "5"},
        {"a -n6", "cells", "6"},
        {"a -n 6", "cells", "6"},
        {"-n -6 a", "cells", "-6"},
        {"a -fn6", "cells", "6"},
        {"a -n 1 -n 2", "cells", "2"},
        {"a --count=-3", "count", "-3"},
        {"a", "count", NULL},
        {"a -t .5", "tolerance", ".5"},
        {"a -w F=2 -w V=3", "weight", "F=2"},
        {"a", "weight", "E=1"},
        {"- -o -", "output", "-"},
        {"-- -f --cells", "cells", "4"},
        {"a --threads=1,2", "threads", "1,2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ff_arguments arguments;
        ff_error err = {0};
        if (parse(&arguments, &stage, cases[i].line, &err) != FF_OK)
            fail_msg("'%s' is refused: %s", cases[i].line, err.message);
        const char *value = ff_option_value_at(ff_arguments_find(&arguments, cases[i].name), 0);
        if (!value || !cases[i].value)
            assert_ptr_equal(value, cases[i].value);
        else
            assert_string_equal(value, cases[i].value);
        ff_arguments_clear(&arguments);
    }
}

static void collects_repeated_values_and_operands(void **state)
{
    (void)state;
    ff_arguments arguments;
    ff_error err = {0};
    assert_int_equal(parse(&arguments, &stage, "a -w F=2 --weight V=3 -- -b", &err), FF_OK);
    const ff_option_value *weight = ff_arguments_find(&arguments, "weight");
    assert_int_equal(ff_option_value_count(weight), 2);
    assert_string_equal(ff_option_value_at(weight, 1), "V=3");
    assert_null(ff_option_value_at(weight, 2));
    assert_int_equal(arguments.operand_count, 2);
    assert_string_equal(arguments.operands[1], "-b");
    ff_arguments_clear(&arguments);
}

static void declared_options_hide_common_ones(void **state)
{
    (void)state;
    ff_arguments arguments;
    ff_error err = {0};
    assert_int_equal(parse(&arguments, &stage, "a -q", &err), FF_OK);
    assert_int_equal(ff_arguments_find(&arguments, "quick")->count, 1);
    assert_int_equal(ff_arguments_find(&arguments, "quiet")->count, 0);
    assert_int_equal(ff_arguments_find(&arguments, "quiet")->letter, 0);
    size_t threads = 0;
    for (size_t i = 0; i < arguments.option_count; i++)
        threads += strcmp(arguments.options[i].option->name, "threads") == 0;
    assert_int_equal(threads, 1);
    ff_arguments_clear(&arguments);
}

/* A shared table counts as declared, and comes first. */
static void shared_options_are_the_stage_s_own(void **state)
{
    (void)state;
    ff_arguments arguments;
    ff_error err = {0};
    assert_int_equal(parse(&arguments, &sharing, "-p sw:Si -v 4 --level=low", &err), FF_OK);
    static const char *const names[] = {"size", "level", "potential", "output"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_string_equal(arguments.options[i].option->name, names[i]);
    assert_string_equal(ff_option_value_at(ff_arguments_find(&arguments, "size"), 0), "4");
    assert_string_equal(ff_option_value_at(ff_arguments_find(&arguments, "level"), 0), "low");
    assert_int_equal(ff_arguments_find(&arguments, "verbose")->letter, 0);
    ff_arguments_clear(&arguments);
    assert_int_equal(parse(&arguments, &sharing, "-v 4", &err), FF_E_USAGE);
    assert_string_equal(err.message, "missing --potential NAME");
    ff_arguments_clear(&arguments);
}

static void only_writers_of_intermediates_have_a_level(void **state)
{
    (void)state;
    ff_arguments arguments;
    assert_int_equal(ff_arguments_init(&arguments, &strict, NULL), FF_OK);
    assert_null(ff_arguments_find(&arguments, "level"));
    ff_arguments_clear(&arguments);
    assert_int_equal(ff_arguments_init(&arguments, &stage, NULL), FF_OK);
    assert_non_null(ff_arguments_find(&arguments, "level"));
    ff_arguments_clear(&arguments);
}

static void complains_plainly(void **state)
{
    (void)state;
    static const struct {
        const ff_stage *stage;
        const char *line, *message;
    } cases[] = {
        {&stage, "a --foo", "unknown option --foo (did you mean --fool?)"},
        {&stage, "a --celsl 3", "unknown option --celsl (did you mean --cells?)"},
        {&stage, "a --zzzzzz", "unknown option --zzzzzz"},
        {&stage, "a -z", "unknown option -z"},
        {&stage, "a -@ 2", "unknown option -@"},
        {&stage, "a --cells", "--cells needs CELLS"},
        {&stage, "a -fn", "-n (--cells) needs CELLS"},
        {&stage, "a --cells=", "--cells needs CELLS, not an empty text"},
        {&stage, "a --count 12x", "--count: '12x' is not an integer"},
        {&stage, "a --count 1.5", "--count: '1.5' is not an integer"},
        {&stage, "a --count 99999999999999999999",
         "--count: '99999999999999999999' is not an integer"},
        {&stage, "a -t abc", "--tolerance: 'abc' is not a finite number"},
        {&stage, "a -t nan", "--tolerance: 'nan' is not a finite number"},
        {&stage, "a -t 1e999", "--tolerance: '1e999' is not a finite number"},
        {&stage, "a --fool=1", "--fool takes no value, got '1'"},
        {&stage, "-f", "missing INPUT..."},
        {&stage, "a b c", "unexpected 'c'"},
        {&strict, "x -p sw:Si", "unexpected 'x': takes options only"},
        {&strict, "", "missing --potential NAME"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ff_arguments arguments;
        ff_error err = {0};
        assert_int_equal(parse(&arguments, cases[i].stage, cases[i].line, &err), FF_E_USAGE);
        assert_string_equal(err.message, cases[i].message);
        ff_arguments_clear(&arguments);
    }
}

static void requests_end_parsing(void **state)
{
    (void)state;
    ff_arguments arguments;
    ff_error err = {0};
    assert_int_equal(parse(&arguments, &strict, "--help --nonsense", &err), FF_OK);
    assert_non_null(arguments.request);
    assert_string_equal(arguments.request->name, "help");
    ff_arguments_clear(&arguments);
}

static void equal_numbers_have_one_spelling(void **state)
{
    (void)state;
    char first[64], second[64];
    ff_option_canonical(first, sizeof first, FF_OPTION_NUMBER, "1.0e-8");
    ff_option_canonical(second, sizeof second, FF_OPTION_NUMBER, ".00000001");
    assert_string_equal(first, second);
    ff_option_canonical(first, sizeof first, FF_OPTION_NUMBER, "0.1");
    assert_string_equal(first, "0.1");
    ff_option_canonical(first, sizeof first, FF_OPTION_NUMBER, "0.1000000000000000055");
    assert_string_equal(first, "0.1");
    ff_option_canonical(first, sizeof first, FF_OPTION_NUMBER, "5.4309500000000011");
    assert_true(strtod(first, NULL) == 5.4309500000000011);
    ff_option_canonical(first, sizeof first, FF_OPTION_INTEGER, "+007");
    assert_string_equal(first, "7");
    ff_option_canonical(first, sizeof first, FF_OPTION_TEXT, "007");
    assert_string_equal(first, "007");
}

static void edit_distance_is_a_metric(void **state)
{
    (void)state;
    static const char *const words[] = {"", "fit", "fti", "featurize", "generate", "run"};
    enum { WORDS = sizeof words / sizeof words[0] };
    for (size_t i = 0; i < WORDS; i++)
        for (size_t j = 0; j < WORDS; j++) {
            size_t distance = ff_edit_distance(words[i], words[j]);
            assert_int_equal(distance == 0, i == j);
            assert_int_equal(distance, ff_edit_distance(words[j], words[i]));
            for (size_t k = 0; k < WORDS; k++)
                assert_true(ff_edit_distance(words[i], words[k]) <=
                            distance + ff_edit_distance(words[j], words[k]));
        }
    assert_int_equal(ff_edit_distance("kitten", "sitting"), 3);
    assert_int_equal(ff_edit_distance("", "run"), 3);
}

/* The text that a writer produces. */
static char *written(void (*write)(FILE *, const ff_arguments *), const ff_stage *of)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    ff_arguments arguments;
    assert_non_null(stream);
    assert_int_equal(ff_arguments_init(&arguments, of, NULL), FF_OK);
    write(stream, &arguments);
    assert_int_equal(fclose(stream), 0);
    ff_arguments_clear(&arguments);
    return text;
}

static void describes_itself_to_programs(void **state)
{
    (void)state;
    char *text = written(ff_describe_write, &strict);
    assert_ptr_equal(strstr(text, "stage\tstrict\t" FF_VERSION "\t-\t0\t0\n"
                                  "potential\tp\tpotential\trequired\t-\n"
                                  "output\to\ttext\tno-effect\t-\n"),
                     text);
    assert_null(strstr(text, "help"));
    free(text);
    text = written(ff_describe_write, &stage);
    assert_non_null(strstr(text, "\nweight\tw\ttext\trepeatable\tE=1\n"));
    free(text);
}

static void help_is_filled_and_complete(void **state)
{
    (void)state;
    static const ff_option wordy[] = {
        {"potential", 'p', FF_OPTION_TEXT, "NAME", "sw:Si",
         "potential, any of\n  fs:W   one line\n  sw:Si  another", 0},
        {"a-rather-long-option-name", 0, FF_OPTION_NUMBER, "ANGSTROM", "3",
         "a help text of many words, which has to be filled over several lines of the terminal, A",
         0},
        {0}};
    static const ff_stage talkative = {
        .name = "talk",
        .summary = "talk a lot",
        .description = "One paragraph of quite a few words that do not all fit into a single line "
                       "of text.\n\nAnother:\n  a    table\nend.",
        .example = "farfield-talk -p sw:Si\n",
        .options = wordy};
    char *text = written(ff_help_write, &talkative);
    for (const char *line = text; *line; line = strchr(line, '\n') + 1)
        assert_true(strcspn(line, "\n") <= 79);
    assert_non_null(strstr(text, "\n\nAnother:\n  a    table\nend.\n"));
    assert_non_null(strstr(text, "potential, any of (default sw:Si)\n"));
    assert_non_null(strstr(text, "\n      --a-rather-long-option-name ANGSTROM\n    "));
    assert_non_null(strstr(text, "\nExample:\n    farfield-talk -p sw:Si\n"));
    free(text);
}

static void man_page_escapes_what_roff_would_read(void **state)
{
    (void)state;
    static const ff_stage tricky = {.name = "tricky",
                                    .summary = "a \\ and - in it",
                                    .description = ".dotted\n'quoted",
                                    .example = ".ls -l '*'\n"};
    char *text = written(ff_man_write, &tricky);
    assert_non_null(strstr(text, "a \\e and \\- in it\n"));
    assert_non_null(strstr(text, "\n\\&.dotted\n\\(aqquoted\n"));
    assert_non_null(strstr(text, "\n\\&.ls \\-l \\(aq*\\(aq\n"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_every_form),
        cmocka_unit_test(collects_repeated_values_and_operands),
        cmocka_unit_test(declared_options_hide_common_ones),
        cmocka_unit_test(shared_options_are_the_stage_s_own),
        cmocka_unit_test(only_writers_of_intermediates_have_a_level),
        cmocka_unit_test(complains_plainly),
        cmocka_unit_test(requests_end_parsing),
        cmocka_unit_test(equal_numbers_have_one_spelling),
        cmocka_unit_test(edit_distance_is_a_metric),
        cmocka_unit_test(describes_itself_to_programs),
        cmocka_unit_test(help_is_filled_and_complete),
        cmocka_unit_test(man_page_escapes_what_roff_would_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
