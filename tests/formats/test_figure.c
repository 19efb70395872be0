/* Figures: each curve is drawn from its own data under its own name, text stays text, and drawings
 * are well-formed and reproducible. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "formats/digest.h"
#include "formats/figure.h"
#include "tests/near.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void need_gnuplot(void)
{
    if (system("command -v gnuplot > /dev/null 2>&1") != 0)
        skip();
}

static void add_curve(ff_figure *figure, const char *label, size_t count, double value)
{
    assert_int_equal(ff_figure_add_curve(figure, label, FF_CURVE_POINTS_LINES, 0, NULL), FF_OK);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(ff_figure_add_point(figure, (double)i + 1, value / (double)(i + 1), NULL),
                         FF_OK);
}

static const char *content(const char *path)
{
    static char text[1 << 17];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void)fclose(file);
    return text;
}

static void assert_svg(const char *path)
{
    xmlDocPtr document = xmlReadFile(path, NULL, XML_PARSE_NONET);
    assert_non_null(document);
    assert_string_equal((const char *)xmlDocGetRootElement(document)->name, "svg");
    xmlFreeDoc(document);
    xmlCleanupParser();
}

/* The title gnuplot is given for block `block` of the data. */
static void expect_title(const char *script, size_t block, const char *label)
{
    char words[64], title[64];
    (void)snprintf(words, sizeof words, "index %zu using", block);
    (void)snprintf(title, sizeof title, "title '%s'", label);
    const char *place = strstr(script, words);
    assert_non_null(place);
    const char *end = strstr(place, "noenhanced"), *found = strstr(place, title);
    if (!found || found > end)
        fail_msg("block %zu is not called %s", block, label);
}

/* gnuplot counts blocks that hold data: curves without points must not shift the names of others.
 */
static void names_belong_to_their_data(void **state)
{
    ff_figure figure;
    (void)state;
    need_gnuplot();
    ff_figure_init(&figure, "names", "title", "x", "y");
    add_curve(&figure, "empty", 0, 0);
    add_curve(&figure, "first", 3, 1);
    add_curve(&figure, "hidden", 0, 0);
    add_curve(&figure, "second", 2, 100);
    assert_int_equal(ff_figure_draw(&figure, ".", NULL), FF_OK);
    const char *data = content("names.dat");
    assert_null(strstr(data, "empty"));
    assert_true(strstr(data, "'first'") < strstr(data, "'second'"));
    assert_memory_equal(strstr(data, "'second'\n"), "'second'\n1 100\n2 50\n", 20);
    const char *script = content("names.gp");
    expect_title(script, 0, "first");
    expect_title(script, 1, "second");
    assert_null(strstr(script, "index 2"));
    assert_svg("names.svg");
    ff_figure_clear(&figure);
}

static void text_is_only_text(void **state)
{
    ff_figure figure;
    (void)state;
    need_gnuplot();
    (void)unlink("stolen");
    ff_figure_init(&figure, "text", "a \"quoted\" title\\", "`touch stolen`", "<y> & \xc3\x85");
    add_curve(&figure, "\"; system(\"touch stolen\") #", 3, 1);
    add_curve(&figure, "'; system('touch stolen') #", 3, 1);
    add_curve(&figure, "a_b^c @d `touch stolen` \xce\xbb\nnext", 3, 2);
    assert_int_equal(ff_figure_draw(&figure, ".", NULL), FF_OK);
    assert_int_equal(access("stolen", F_OK), -1);
    assert_svg("text.svg");
    assert_non_null(strstr(content("text.svg"), "a_b^c @d `touch stolen`"));
    ff_figure_clear(&figure);
}

static void logarithmic_axes_leave_out_what_they_cannot_show(void **state)
{
    ff_figure figure;
    (void)state;
    need_gnuplot();
    ff_figure_init(&figure, "log", "title", "x", "y");
    figure.log_x = figure.log_y = true;
    add_curve(&figure, "zero", 3, 0);
    assert_false(ff_figure_has_points(&figure));
    assert_int_equal(ff_figure_add_point(&figure, -1, 1, NULL), FF_OK);
    assert_int_equal(ff_figure_add_point(&figure, 1, NAN, NULL), FF_OK);
    assert_int_equal(ff_figure_add_point(&figure, 1, INFINITY, NULL), FF_OK);
    assert_false(ff_figure_has_points(&figure));
    assert_int_equal(ff_figure_add_point(&figure, 1, 2, NULL), FF_OK);
    assert_true(ff_figure_has_points(&figure));
    figure.x_ticks_at_data = true;
    assert_int_equal(ff_figure_draw(&figure, ".", NULL), FF_OK);
    assert_svg("log.svg");
    ff_figure_clear(&figure);
}

static void guides_have_their_slope(void **state)
{
    const double anchor[2] = {2, 10}, range[2] = {1, 4};
    ff_figure figure;
    (void)state;
    ff_figure_init(&figure, "guide", "title", "x", "y");
    figure.log_x = figure.log_y = true;
    assert_int_equal(ff_figure_add_guide(&figure, "slope", anchor, -1.5, range, NULL), FF_OK);
    assert_false(ff_figure_has_points(&figure));
    const double(*point)[2] = figure.curve[0].point;
    assert_int_equal(figure.curve[0].count, 2);
    assert_near(log(point[1][1] / point[0][1]) / log(point[1][0] / point[0][0]), -1.5, 1e-14);
    ff_figure_clear(&figure);
}

static void drawings_are_reproducible(void **state)
{
    char first[FF_DIGEST_SIZE], second[FF_DIGEST_SIZE];
    ff_figure figure;
    (void)state;
    need_gnuplot();
    ff_figure_init(&figure, "again", "title", "x", "y");
    add_curve(&figure, "one", 5, 1);
    assert_int_equal(ff_figure_draw(&figure, ".", NULL), FF_OK);
    assert_int_equal(ff_digest_file(first, "again.svg", NULL), FF_OK);
    (void)sleep(1); /* a time of day would show */
    assert_int_equal(ff_figure_draw(&figure, ".", NULL), FF_OK);
    assert_int_equal(ff_digest_file(second, "again.svg", NULL), FF_OK);
    assert_string_equal(first, second);
    ff_figure_clear(&figure);
}

static void a_missing_gnuplot_is_said(void **state)
{
    ff_figure figure;
    ff_error err = {0};
    char kept[4096];
    const char *path = getenv("PATH");
    (void)state;
    (void)snprintf(kept, sizeof kept, "%s", path ? path : "");
    ff_figure_init(&figure, "none", "title", "x", "y");
    add_curve(&figure, "one", 2, 1);
    assert_int_equal(setenv("PATH", "/nowhere", 1), 0);
    int status = ff_figure_draw(&figure, ".", &err);
    assert_int_equal(setenv("PATH", kept, 1), 0);
    assert_int_equal(status, FF_E_IO);
    assert_non_null(strstr(err.message, "gnuplot"));
    assert_non_null(strstr(err.message, "install"));
    ff_figure_clear(&figure);
}

/* A map: arrows are written as a place and a way, columns as points, on axes of one scale. */
static void maps_have_arrows(void **state)
{
    ff_figure figure;
    static const double arrows[4][2] = {{0, 0}, {0.5, 0.25}, {1, 1}, {0.75, 2}};
    (void)state;
    need_gnuplot();
    ff_figure_init(&figure, "map", "core", "x", "y");
    figure.map = true;
    assert_int_equal(ff_figure_add_curve(&figure, "columns", FF_CURVE_POINTS, 0, NULL), FF_OK);
    assert_int_equal(ff_figure_add_point(&figure, 2, 1, NULL), FF_OK);
    assert_int_equal(ff_figure_add_curve(&figure, "ways", FF_CURVE_ARROWS, 1, NULL), FF_OK);
    for (int i = 0; i < 4; i++)
        assert_int_equal(ff_figure_add_point(&figure, arrows[i][0], arrows[i][1], NULL), FF_OK);
    assert_int_equal(ff_figure_draw(&figure, ".", NULL), FF_OK);
    assert_non_null(strstr(content("map.dat"), "0 0 0.5 0.25\n1 1 -0.25 1\n"));
    assert_non_null(strstr(content("map.gp"), "using 1:2:3:4 with vectors"));
    assert_non_null(strstr(content("map.gp"), "set size ratio -1"));
    assert_svg("map.svg");
    ff_figure_clear(&figure);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_belong_to_their_data),
        cmocka_unit_test(maps_have_arrows),
        cmocka_unit_test(text_is_only_text),
        cmocka_unit_test(logarithmic_axes_leave_out_what_they_cannot_show),
        cmocka_unit_test(guides_have_their_slope),
        cmocka_unit_test(drawings_are_reproducible),
        cmocka_unit_test(a_missing_gnuplot_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
