/* Reports of made-up results: what the page says follows from the numbers, whatever they are, and
 * the folder is whole, reproducible and never takes another's place. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/formats/made_up.h"

#include "formats/digest.h"
#include "formats/report.h"
#include "tests/near.h"

#include <jansson.h>
#include <libxml/parser.h>
#include <sys/stat.h>
#include <unistd.h>

static void need_gnuplot(void)
{
    if (system("command -v gnuplot > /dev/null 2>&1") != 0)
        skip();
}

static void start(ff_report *report)
{
    assert_int_equal(
        ff_report_init(report, "Title <&> \"quoted\"", "L", "observations", "Notes & <b>", NULL),
        FF_OK);
}

/* Writes a comparison to a file and takes that in, as the stage does. */
static void add_comparison(ff_report *report, const ff_comparison *comparison)
{
    ff_container *container = made_up_start("one.h5", "comparison", 0);
    assert_int_equal(ff_comparison_write(container, comparison, NULL), FF_OK);
    made_up_finish(container);
    container = made_up_open("one.h5", "comparison");
    assert_int_equal(ff_report_add(report, container, NULL), FF_OK);
    ff_container_close(container);
}

static void add(ff_report *report, const char *length, const char *observations, double error)
{
    ff_comparison comparison;
    made_up_comparison(&comparison, length, observations, error);
    add_comparison(report, &comparison);
    ff_comparison_clear(&comparison);
}

static char *content(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("there is no %s", path);
    assert_true(getdelim(&text, &size, '\0', file) >= 0);
    (void)fclose(file);
    return text;
}

/* Writes the report and returns its page, which must be well-formed and need nothing but itself. */
static char *page_of(const ff_report *report, const char *directory)
{
    char path[64];
    ff_error err = {0};
    if (ff_report_write(report, directory, &err) != FF_OK)
        fail_msg("not written: %s", err.message);
    (void)snprintf(path, sizeof path, "%s/index.html", directory);
    xmlDocPtr document = xmlReadFile(path, NULL, XML_PARSE_NONET);
    assert_non_null(document);
    xmlFreeDoc(document);
    xmlCleanupParser();
    char *page = content(path);
    assert_null(strstr(page, "<script"));
    assert_null(strstr(page, "<link"));
    assert_null(strstr(page, "src="));
    return page;
}

static void expect(const char *page, const char *words)
{
    if (!strstr(page, words))
        fail_msg("the page does not say '%s'", words);
}

static void refuse(const char *page, const char *words)
{
    if (strstr(page, words))
        fail_msg("the page says '%s'", words);
}

static void fill_study(ff_report *report)
{
    start(report);
    add(report, "3", "EF", 0.01);
    add(report, "1", "E", 0.5);
    add(report, "1", "EF", 0.85);
    add(report, "2", "EF", 0.1);
    add(report, "3", "E", 2.0);
    add(report, "1", "reference", 1.0);
    add(report, "2", "reference", 0.25);
    add(report, "4", "reference", 0.005);
}

static void the_page_says_what_came_out(void **state)
{
    ff_report report;
    (void)state;
    need_gnuplot();
    fill_study(&report);
    char *page = page_of(&report, "study");
    expect(page, "Title &lt;&amp;&gt; &quot;quoted&quot;");
    expect(page, "Notes &amp; &lt;b&gt;");
    expect(page, "smallest geometry error of a model is 0.01 Å: <b>EF</b> at L = 3");
    expect(page, "<b>EF</b>: from L = 1 to 3 the geometry error fell by a factor of 85 "
                 "(from 0.85 to 0.01 Å)");
    expect(page, "<b>E</b>: from L = 1 to 3 the geometry error rose by a factor of 4");
    expect(page, "First-order theory predicts 0.90 times");
    /* 0.01 lies between 0.25 at 2 and 0.005 at 4: 2 * 2^(log 25 / log 50) = 3.54. */
    expect(page, "itself in a cell of L ≈ 3.5.");
    expect(page, "farther from the truth than that of the reference itself in a cell of L = 1, the "
                 "smallest");
    static const char *const figures[] = {"geometry-error", "energy-error", "decay"};
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            char path[64];
            (void)snprintf(path, sizeof path, "study/figures/%s.%s", figures[i],
                           (const char *const[]){"svg", "gp", "dat"}[j]);
            assert_int_equal(access(path, R_OK), 0);
        }
    free(page);
    ff_report_clear(&report);
}

/* Rows by series, then along the axis, the reference last; every digit there. */
static void numbers_are_kept_for_machines(void **state)
{
    static const char *const order[] = {"EF", "EF", "EF", "E", "E", "reference"};
    ff_report report;
    json_error_t error;
    (void)state;
    need_gnuplot();
    fill_study(&report);
    free(page_of(&report, "numbers"));
    ff_report_clear(&report);
    json_t *root = json_load_file("numbers/results.json", 0, &error);
    assert_non_null(root);
    json_t *rows = json_object_get(root, "comparisons");
    assert_int_equal(json_array_size(rows), 8);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(
            json_string_value(json_object_get(json_array_get(rows, i), "observations")), order[i]);
    json_t *third = json_array_get(rows, 2);
    assert_near(json_number_value(json_object_get(third, "geometry_error")), 0.01, 0);
    assert_near(json_number_value(json_object_get(third, "energy_error")), 0.01 * 0.01, 0);
    assert_true(json_is_null(json_object_get(third, "predicted_far")));
    json_decref(root);
    char *csv = content("numbers/comparisons.csv");
    size_t lines = 0;
    for (const char *c = csv; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 1 + 8);
    assert_non_null(strstr(csv, "geometry_error [Å]"));
    free(csv);
}

static void degenerate_results_still_make_a_page(void **state)
{
    static const double errors[] = {0, NAN, INFINITY, 1e-300, 1};
    (void)state;
    need_gnuplot();
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        ff_report report;
        ff_comparison comparison;
        start(&report);
        made_up_comparison(&comparison, NULL, NULL, errors[i]);
        comparison.effectivity = NAN;
        comparison.predicted_error = NAN;
        comparison.bins = i % 3; /* nothing, the centre only, two shells */
        comparison.decay[0].radius = 0;
        add_comparison(&report, &comparison);
        char *page = page_of(&report, "degenerate");
        refuse(page, "First-order");
        free(page);
        ff_comparison_clear(&comparison);
        ff_report_clear(&report);
    }
}

static void a_report_without_results_is_a_page(void **state)
{
    ff_report report;
    (void)state;
    start(&report);
    free(page_of(&report, "nothing"));
    ff_report_clear(&report);
}

/* One size only, or sizes that are no numbers: no figure against them, but every number. */
static void tags_need_not_be_numbers(void **state)
{
    ff_report report;
    (void)state;
    need_gnuplot();
    start(&report);
    add(&report, "small", "EF", 0.5);
    add(&report, "large", "EF", 0.25);
    char *page = page_of(&report, "words");
    expect(page, "large");
    assert_int_equal(access("words/figures/geometry-error.svg", F_OK), -1);
    assert_int_equal(access("words/figures/decay.svg", F_OK), 0);
    free(page);
    ff_report_clear(&report);
}

static void hostile_tags_are_text(void **state)
{
    ff_report report;
    (void)state;
    need_gnuplot();
    (void)unlink("stolen");
    start(&report);
    add(&report, "1", "</td><script>alert(1)</script>", 0.5);
    add(&report, "2", "</td><script>alert(1)</script>", 0.25);
    add(&report, "1", "`touch stolen`'\"\\", 0.5);
    add(&report, "2", "=cmd,\"x\"\n\x01", 0.5);
    free(page_of(&report, "hostile")); /* control characters would not be well-formed */
    assert_int_equal(access("stolen", F_OK), -1);
    assert_int_equal(access("hostile/figures/stolen", F_OK), -1);
    ff_report_clear(&report);
}

static void unconverged_comparisons_are_not_drawn(void **state)
{
    ff_report report;
    ff_comparison comparison;
    (void)state;
    need_gnuplot();
    start(&report);
    add(&report, "1", "E", 0.5);
    add(&report, "2", "E", 0.3);
    made_up_comparison(&comparison, "3", "E", 1e6);
    comparison.converged = false;
    add_comparison(&report, &comparison);
    ff_comparison_clear(&comparison);
    char *page = page_of(&report, "unconverged");
    expect(page, "1 of 3 relaxations did not converge");
    expect(page, "from L = 1 to 2");
    char *data = content("unconverged/figures/geometry-error.dat");
    assert_null(strstr(data, "1000000"));
    free(data);
    free(page);
    ff_report_clear(&report);
}

/* Two defects are two sets of curves. */
static void defects_are_kept_apart(void **state)
{
    ff_report report;
    ff_comparison comparison;
    (void)state;
    need_gnuplot();
    start(&report);
    add(&report, "1", "E", 0.5);
    made_up_comparison(&comparison, "2", "E", 0.25);
    (void)snprintf(comparison.defect, sizeof comparison.defect, "vacancy");
    add_comparison(&report, &comparison);
    ff_comparison_clear(&comparison);
    char *page = page_of(&report, "defects");
    expect(page, "<b>E (vacancy, diamond)</b>");
    expect(page, "<b>E (interstitial-tetrahedral, diamond)</b>");
    free(page);
    ff_report_clear(&report);
}

static void the_same_file_counts_once(void **state)
{
    ff_report report;
    (void)state;
    start(&report);
    add(&report, "1", "E", 0.5);
    add(&report, "1", "E", 0.5);
    assert_int_equal(report.comparisons, 1);
    ff_report_clear(&report);
}

static void assert_same_file(const char *name)
{
    char path[96], first[FF_DIGEST_SIZE], second[FF_DIGEST_SIZE];
    (void)snprintf(path, sizeof path, "same-1/%s", name);
    assert_int_equal(ff_digest_file(first, path, NULL), FF_OK);
    (void)snprintf(path, sizeof path, "same-2/%s", name);
    assert_int_equal(ff_digest_file(second, path, NULL), FF_OK);
    assert_string_equal(first, second);
}

static void equal_inputs_give_equal_reports(void **state)
{
    ff_report report;
    (void)state;
    need_gnuplot();
    for (int i = 1; i <= 2; i++) {
        fill_study(&report);
        free(page_of(&report, i == 1 ? "same-1" : "same-2"));
        ff_report_clear(&report);
    }
    assert_same_file("index.html");
    assert_same_file("results.json");
    assert_same_file("comparisons.csv");
    assert_same_file("figures/geometry-error.svg");
    assert_same_file("figures/decay.gp");
}

static void only_reports_are_replaced(void **state)
{
    ff_report report;
    ff_error err = {0};
    (void)state;
    start(&report);
    (void)mkdir("mine", 0755);
    FILE *file = fopen("mine/precious", "w");
    assert_non_null(file);
    (void)fclose(file);
    assert_int_equal(ff_report_write(&report, "mine", &err), FF_E_IO);
    assert_non_null(strstr(err.message, "not a report"));
    assert_int_equal(access("mine/precious", F_OK), 0);
    (void)mkdir("empty", 0755);
    free(page_of(&report, "empty"));
    file = fopen("empty/old", "w");
    assert_non_null(file);
    (void)fclose(file);
    free(page_of(&report, "empty/"));
    assert_int_equal(access("empty/old", F_OK), -1);
    assert_int_equal(ff_report_write(&report, "no/such/place", &err), FF_E_IO);
    ff_report_clear(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_says_what_came_out),
        cmocka_unit_test(numbers_are_kept_for_machines),
        cmocka_unit_test(degenerate_results_still_make_a_page),
        cmocka_unit_test(a_report_without_results_is_a_page),
        cmocka_unit_test(tags_need_not_be_numbers),
        cmocka_unit_test(hostile_tags_are_text),
        cmocka_unit_test(unconverged_comparisons_are_not_drawn),
        cmocka_unit_test(defects_are_kept_apart),
        cmocka_unit_test(the_same_file_counts_once),
        cmocka_unit_test(equal_inputs_give_equal_reports),
        cmocka_unit_test(only_reports_are_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
