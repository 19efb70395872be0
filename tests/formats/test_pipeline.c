/* Reading and expanding pipelines: what is refused, where and in which words; which instances
 * exist.
 */

#include "formats/pipeline_plan.h"
#include "formats/pipeline_program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <stdio.h>

static char folder[] = "pipeline-XXXXXX";

static void write_file(const char *name, const char *text)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    assert_true(fputs(text, stream) >= 0);
    assert_int_equal(fclose(stream), 0);
}

/* Reads a whole document. */
static int read_text(ff_pipeline *pipeline, const char *text, ff_error *err)
{
    char path[256];
    write_file("study.xml", text);
    (void)snprintf(path, sizeof path, "%s/study.xml", folder);
    *err = (ff_error){0};
    return ff_pipeline_read(pipeline, path, err);
}

/* Reads items (which start in line 2) within a pipeline. */
static int read_items(ff_pipeline *pipeline, const char *items, ff_error *err)
{
    char text[8192];
    (void)snprintf(text, sizeof text,
                   "<pipeline xmlns='urn:farfield:pipeline:1' name='test' "
                   "xmlns:xi='http://www.w3.org/2001/XInclude'>\n%s\n</pipeline>\n",
                   items);
    return read_text(pipeline, text, err);
}

static void check_error(const ff_error *err, int64_t line, const char *message)
{
    if (!strstr(err->message, message))
        fail_msg("message '%s' does not say '%s'", err->message, message);
    if (err->line != line)
        fail_msg("'%s' is placed in line %lld, expected %lld", err->message, (long long)err->line,
                 (long long)line);
    assert_non_null(strstr(err->file, ".xml"));
}

typedef struct bad_case {
    const char *text;
    int64_t line;
    const char *message;
} bad_case;

#define STAGE "<stage id='a' program='fit'/>"

static void test_bad_items(void **state)
{
    (void)state;
    static const bad_case cases[] = {
        /* against the schema */
        {"<stages id='a'/>", 2,
         "'stages' does not belong in 'pipeline', expected let, sweep, stage, part"},
        {"<stage id='a' programme='fit'/>", 2,
         "unknown attribute 'programme', expected id program [publish]"},
        {"<stage id='a'/>", 2, "'stage' has no attribute 'program', expected id program [publish]"},
        {"\n<stage id='9a' program='fit'/>", 3, "'stage' has id=\"9a\", expected text like"},
        {"<stage id='a' program='../fit'/>", 2, "program=\"../fit\", expected text like"},
        {"<stage id='a' program='Fit'/>", 2, "program=\"Fit\""},
        {"<stage id='a' program='fit'>\n<input/></stage>", 3, "input"},
        {"<stage id='a' program='fit'>\n<input stage='a' file='b'/></stage>", 3, "file"},
        {"<stage id='a' program='fit'>\n<input file='b' collect='all'/></stage>", 3, "collect"},
        {"<stage id='a' program='fit'>\n<option name='b'>3</option></stage>", 3,
         "'option' holds text"},
        {"<stage id='a' program='fit'>\n<option value='b'/></stage>", 3,
         "'option' has no attribute 'name', expected name [value]"},
        {"<stage id='a' program='fit'>\n\n<stage id='b' program='fit'/></stage>", 4,
         "'stage' does not belong in 'stage', expected input, option"},
        {"<let name='a'/>" STAGE, 2, "let"},
        {"<let name='a' value='x' by='L'/>" STAGE, 2, "by"},
        {"<let name='a' value='x' type='int'/>" STAGE, 2, "type=\"int\", expected text like file"},
        {"<sweep name='L'/>" STAGE, 2, "'sweep' has no attribute 'values', expected name values"},
        {"<sweep name='L' values=''/>" STAGE, 2, "values=\"\""},
        {"<sweep name='L' values='  '/>" STAGE, 2, "values=\"  \""},
        {"hello" STAGE, 1, "'pipeline' holds text, expected elements only"},
        {"<x:stage xmlns:x='urn:other' id='a' program='fit'/>", 2, "namespace 'urn:other'"},
        /* names */
        {"<let name='a' value='1'/>\n<let name='a' value='2'/>" STAGE, 3,
         "'a' is defined already in line 2"},
        {"<sweep name='a' values='1'/>\n<let name='a' value='2'/>" STAGE, 3, "defined already"},
        {"<let name='a' value='${b}'/>\n<let name='b' value='2'/>" STAGE, 2,
         "${b} is defined only later"},
        {"<let name='a' value='${a}'/>" STAGE, 2, "${a} is defined only later"},
        {"<let name='a' value='x'/>\n<let name='b' value='${c}'/>" STAGE, 3,
         "${c} is not defined, expected one of: a"},
        {"<let name='a' value='$x'/>" STAGE, 2, "'$x' was found, expected ${NAME} or $$"},
        {"<let name='a' value='${x'/>" STAGE, 2, "expected ${NAME} or $$"},
        {"<let name='a' value='${}'/>" STAGE, 2, "expected ${NAME} or $$"},
        {"<let name='a' by='L' values='1 2'/>" STAGE, 2, "by=\"L\" was found, expected the name"},
        {"<sweep name='L' values='1 2'/>\n<let name='a' by='L' values='1'/>" STAGE, 3,
         "'a' has 1 values, expected one for each of the 2 of L"},
        {"<sweep name='L' values='1 2 1'/>" STAGE, 2, "'1' twice, expected distinct values"},
        {"<sweep name='L' values='1 2'/>\n" STAGE, 2, "no stage uses the sweep 'L'"},
        /* stages */
        {"", 1, "the pipeline has no stage"},
        {STAGE "\n" STAGE, 3, "stage 'a' is defined already in line 2, expected another id"},
        {"<stage id='a' program='fit'>\n<input stage='b'/></stage>", 3,
         "no stage has the id 'b', expected the id of a stage"},
        {"<stage id='a' program='fit'><option name='x' value='${L}'/></stage>", 2,
         "${L} is not defined, expected one of: (no let or sweep"},
        {"<stage id='a' program='fit'><input stage='a'/></stage>", 2, "circle (a <- a)"},
        {"<stage id='z' program='fit'/>\n<stage id='a' program='fit'><input stage='z'/>"
         "<input stage='b'/></stage>\n<stage id='b' program='fit'><input stage='c'/></stage>\n"
         "<stage id='c' program='fit'><input stage='a'/></stage>",
         0, "in a circle"},
        {"<sweep name='L' values='1 2'/>\n<stage id='a' program='fit'>"
         "<option name='x' value='${L}'/></stage>\n"
         "<stage id='b' program='fit'>\n<input stage='a' collect='M'/></stage>",
         5, "collect names 'M', expected sweeps above"},
        {"<sweep name='L' values='1 2'/>\n<stage id='a' program='fit'/>\n"
         "<stage id='b' program='fit'><option name='x' value='${L}'/>\n"
         "<input stage='a' collect='L'/></stage>",
         5, "collect names 'L', on which stage 'a' does not depend"},
        /* inclusion */
        {"<xi:include href='none.xml'/>", 2, "none.xml' cannot be opened"},
        {"<xi:include href='/etc/passwd'/>", 2, "refused: expected a relative path"},
        {"<xi:include href='../study.xml'/>", 2, "refused: expected a relative path"},
        {"<xi:include href='http://example.org/a.xml'/>", 2, "refused: expected a relative path"},
        {"<xi:include href='outside.xml'/>", 2, "outside the study's folder"},
        {"<xi:include href='loop.xml'/>", 1, "nested more than 8 deep"},
        {"<xi:include href='doctype.xml'/>", 1, "DOCTYPE"},
        {"<xi:include href='bad.xml'/>", 2, "expected id program [publish]"},
        {"<xi:include href='bad.xml' parse='text'/>", 2, "not <xi:include href=\"FILE\"/>"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ff_pipeline pipeline;
        ff_error err;
        int status = read_items(&pipeline, cases[i].text, &err);
        if (status == FF_OK)
            fail_msg("accepted: %s", cases[i].text);
        assert_int_equal(status, strstr(err.message, "cannot be opened") ? FF_E_IO : FF_E_FORMAT);
        check_error(&err, cases[i].line ? cases[i].line : err.line, cases[i].message);
        ff_pipeline_clear(&pipeline);
    }
}

static void test_bad_documents(void **state)
{
    (void)state;
    static const bad_case cases[] = {
        {"", 1, "not well-formed"},
        {"<pipeline", 1, "not well-formed"},
        {"<pipeline xmlns='urn:farfield:pipeline:1' name='a'>\n<stage></pipeline>", 2, "mismatch"},
        {"<pipeline name='a'/>", 1, "expected <pipeline xmlns=\"urn:farfield:pipeline:1\">"},
        {"<part xmlns='urn:farfield:pipeline:1'/>", 1, "the root is 'part'"},
        {"<pipeline xmlns='urn:farfield:pipeline:1'/>", 1, "no attribute 'name'"},
        {"<pipeline xmlns='urn:farfield:pipeline:1' name='../a'/>", 1, "name=\"../a\""},
        {"<!DOCTYPE pipeline>\n<pipeline xmlns='urn:farfield:pipeline:1' name='a'/>", 1, "DOCTYPE"},
        {"<?xml version='1.0'?>\n<!DOCTYPE p [<!ENTITY a 'aaaaaaaaaa'>"
         "<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]>\n"
         "<pipeline xmlns='urn:farfield:pipeline:1' name='&c;'/>",
         2, "DOCTYPE"},
        {"<!DOCTYPE p SYSTEM 'file:///etc/passwd'>\n<p/>", 1, "DOCTYPE"},
        {"<!DOCTYPE p [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>\n"
         "<pipeline xmlns='urn:farfield:pipeline:1' name='a' title='&x;'/>",
         1, "DOCTYPE"},
        {"<pipeline xmlns='urn:farfield:pipeline:1' name='a' title='&x;'/>", 1, "x"},
        {"<pipeline xmlns='urn:farfield:pipeline:1' name='a'\n title='${L}'>"
         "<sweep name='L' values='1'/><stage id='a' program='fit' publish='${L}'/></pipeline>",
         2, "the title depends on a sweep"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ff_pipeline pipeline;
        ff_error err;
        if (read_text(&pipeline, cases[i].text, &err) == FF_OK)
            fail_msg("accepted: %s", cases[i].text);
        check_error(&err, cases[i].line, cases[i].message);
        ff_pipeline_clear(&pipeline);
    }
}

/* Constants made of constants cannot grow without bound, whether or not their values are empty. */
static void test_constants_bounded(void **state)
{
    (void)state;
    static const char *const seeds[] = {"aaaaaaaaaa", ""};
    for (size_t seed = 0; seed < 2; seed++) {
        char items[4096];
        int used = snprintf(items, sizeof items, "<let name='v0' value='%s'/>\n", seeds[seed]);
        for (int i = 1; i < 12; i++) {
            int j = i - 1;
            used += snprintf(items + used, sizeof items - (size_t)used,
                             "<let name='v%d' value='${v%d}${v%d}${v%d}${v%d}${v%d}${v%d}'/>\n", i,
                             j, j, j, j, j, j);
        }
        (void)snprintf(items + used, sizeof items - (size_t)used, "%s", STAGE);
        ff_pipeline pipeline;
        ff_error err;
        assert_int_equal(read_items(&pipeline, items, &err), FF_E_FORMAT);
        check_error(&err, err.line, "grows to more than 65536 characters");
        ff_pipeline_clear(&pipeline);
    }
}

static void test_missing_file(void **state)
{
    (void)state;
    ff_pipeline pipeline;
    ff_error err = {0};
    assert_int_equal(ff_pipeline_read(&pipeline, "no/such.xml", &err), FF_E_IO);
    assert_string_equal(err.file, "no/such.xml");
    ff_pipeline_clear(&pipeline);
}

/* Expansion. */

static void describe_argument(char *buffer, size_t size, const ff_plan *plan,
                              const ff_plan_argument *argument)
{
    size_t used = strlen(buffer);
    bool result = argument->source != FF_PIPELINE_NONE;
    (void)snprintf(buffer + used, size - used, "|%s=%s%s", argument->option ? argument->option : "",
                   argument->prefix,
                   result           ? plan->instances[argument->source].label
                   : argument->file ? argument->file + strlen(folder)
                   : argument->text ? argument->text
                                    : "(flag)");
}

/* Every instance on a line: label, arguments, "->" and the published name. */
static char *describe_plan(const ff_plan *plan)
{
    static char text[16384];
    text[0] = '\0';
    for (size_t i = 0; i < plan->count; i++) {
        const ff_plan_instance *instance = &plan->instances[i];
        size_t used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, "%s%s", i ? "\n" : "", instance->label);
        for (size_t j = 0; j < instance->argument_count; j++)
            describe_argument(text, sizeof text, plan, &instance->arguments[j]);
        used = strlen(text);
        if (instance->publish)
            (void)snprintf(text + used, sizeof text - used, "->%s", instance->publish);
    }
    return text;
}

static void check_plan(const char *items, const char *const *sets, const char *expected)
{
    ff_pipeline pipeline;
    ff_plan plan;
    ff_error err;
    if (read_items(&pipeline, items, &err) != FF_OK)
        fail_msg("line %lld: %s", (long long)err.line, err.message);
    for (; sets && *sets; sets++)
        if (ff_pipeline_set(&pipeline, *sets, &err) != FF_OK)
            fail_msg("%s", err.message);
    if (ff_plan_make(&plan, &pipeline, &err) != FF_OK)
        fail_msg("line %lld: %s", (long long)err.line, err.message);
    assert_string_equal(describe_plan(&plan), expected);
    ff_plan_clear(&plan);
    ff_pipeline_clear(&pipeline);
}

static const char sweeps[] =
    "<let name='element' value='Si'/>\n"
    "<let name='potential' value='sw:${element}'/>\n"
    "<sweep name='L' values='1 2'/>\n"
    "<sweep name='kinds' values='E EF'/>\n"
    "<let name='count' by='L' values='54 ${element}2'/>\n"
    "<stage id='report' program='report' publish='.'><input stage='model' collect='all'/></stage>\n"
    "<stage id='each' program='report'><input stage='model' collect='kinds'/>"
    "<input stage='train'/></stage>\n"
    "<stage id='model' program='fit' publish='m-${L}.h5'><input stage='train'/>"
    "<option name='kinds' value='${kinds}'/></stage>\n"
    "<stage id='train' program='generate'><option name='count' value='${count}'/>"
    "<option name='price' value='$$5'/><option name='dry'/>"
    "<input file='data/${element}.xyz' as='like' prefix='x:'/></stage>";

static void test_expansion(void **state)
{
    (void)state;
    /* `publish` of model mentions only L: two instances of kinds would share a name. */
    ff_pipeline pipeline;
    ff_plan plan;
    ff_error err;
    assert_int_equal(read_items(&pipeline, sweeps, &err), FF_OK);
    assert_int_equal(ff_plan_make(&plan, &pipeline, &err), FF_E_FORMAT);
    check_error(&err, 9, "are both published as 'm-1.h5'");
    ff_plan_clear(&plan);
    ff_pipeline_clear(&pipeline);

    static const char *const sets[] = {"kinds=EF", NULL};
    check_plan(sweeps, sets,
               "train L=1|count=54|price=$5|dry=(flag)|like=x:/data/Si.xyz\n"
               "train L=2|count=Si2|price=$5|dry=(flag)|like=x:/data/Si.xyz\n"
               "model L=1 kinds=EF|kinds=EF|=train L=1->m-1.h5\n"
               "model L=2 kinds=EF|kinds=EF|=train L=2->m-2.h5\n"
               "report|=model L=1 kinds=EF|=model L=2 kinds=EF->.\n"
               "each L=1|=model L=1 kinds=EF|=train L=1\n"
               "each L=2|=model L=2 kinds=EF|=train L=2");
}

static void test_collect(void **state)
{
    (void)state;
    const char *items = "<sweep name='L' values='1 2'/><sweep name='k' values='E F'/>"
                        "<stage id='m' program='fit'><option name='x' value='${L}${k}'/></stage>"
                        "<stage id='c' program='report'><input stage='m' collect='k'/></stage>"
                        "<stage id='d' program='report'><input stage='m' collect='L k'/></stage>"
                        "<stage id='e' program='report'><input stage='c' collect='all'/>"
                        "<input stage='m' collect='L'/></stage>";
    check_plan(items, NULL,
               "m L=1 k=E|x=1E\nm L=1 k=F|x=1F\nm L=2 k=E|x=2E\nm L=2 k=F|x=2F\n"
               "c L=1|=m L=1 k=E|=m L=1 k=F\nc L=2|=m L=2 k=E|=m L=2 k=F\n"
               "d|=m L=1 k=E|=m L=1 k=F|=m L=2 k=E|=m L=2 k=F\n"
               "e k=E|=c L=1|=c L=2|=m L=1 k=E|=m L=2 k=E\n"
               "e k=F|=c L=1|=c L=2|=m L=1 k=F|=m L=2 k=F");
}

/* A constant may depend on a sweep; values from outside are literal; `by` follows the sweep. */
static void test_set(void **state)
{
    (void)state;
    const char *items = "<sweep name='L' values='1 2 3'/><let name='n' by='L' values='a b c'/>"
                        "<let name='t' value='L${L}'/>"
                        "<stage id='s' program='fit'><option name='v' value='${t}${n}'/></stage>";
    static const char *const subset[] = {"L=3 1", "t=$x", NULL};
    check_plan(items, subset, "s L=3|v=$xc\ns L=1|v=$xa");
    static const char *const both[] = {"L=8 9", "n=p q", NULL};
    check_plan(items, both, "s L=8|v=L8p\ns L=9|v=L9q");

    static const struct {
        const char *assignment, *message;
    } bad[] = {{"M=1", "has no 'M' to set, expected one of: L, n, t"},
               {"L", "expected NAME=VALUES"},
               {"L= ", "set to nothing"},
               {"L=1 1", "expected distinct values"},
               {"n=a b", "set to 2 values, expected one for each of the 3 of L"}};
    ff_pipeline pipeline;
    ff_error err;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(read_items(&pipeline, items, &err), FF_OK);
        assert_int_equal(ff_pipeline_set(&pipeline, bad[i].assignment, &err), FF_E_USAGE);
        if (!strstr(err.message, bad[i].message))
            fail_msg("'%s' does not say '%s'", err.message, bad[i].message);
        ff_pipeline_clear(&pipeline);
    }
    ff_plan plan;
    assert_int_equal(read_items(&pipeline, items, &err), FF_OK);
    assert_int_equal(ff_pipeline_set(&pipeline, "L=7", &err), FF_OK);
    assert_int_equal(ff_plan_make(&plan, &pipeline, &err), FF_E_FORMAT);
    check_error(&err, 2, "'n' has no value for L=7");
    ff_plan_clear(&plan);
    ff_pipeline_clear(&pipeline);
}

static void test_publish_names(void **state)
{
    (void)state;
    static const char *const bad[] = {"",     "/etc", "../a",  "a/../b", "a/",
                                      "a//b", ".a",   "store", "store/x"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char items[256];
        ff_pipeline pipeline;
        ff_plan plan;
        ff_error err;
        (void)snprintf(items, sizeof items, "<stage id='a' program='fit' publish='%s'/>", bad[i]);
        assert_int_equal(read_items(&pipeline, items, &err), FF_OK);
        assert_int_equal(ff_plan_make(&plan, &pipeline, &err), FF_E_FORMAT);
        check_error(&err, 2, "expected \".\" or a relative path");
        ff_plan_clear(&plan);
        ff_pipeline_clear(&pipeline);
    }
    check_plan("<stage id='a' program='fit' publish='b/c..d'/>", NULL, "a->b/c..d");
}

static void test_needed(void **state)
{
    (void)state;
    ff_pipeline pipeline;
    ff_plan plan;
    ff_error err;
    assert_int_equal(read_items(&pipeline, sweeps, &err), FF_OK);
    assert_int_equal(ff_pipeline_set(&pipeline, "kinds=EF", &err), FF_OK);
    assert_int_equal(ff_plan_make(&plan, &pipeline, &err), FF_OK);
    bool wanted[7] = {false};
    assert_int_equal(plan.count, 7);
    ff_plan_mark_needed(&plan, ff_pipeline_find_stage(&pipeline, "model"), wanted);
    static const bool expected[7] = {true, true, true, true, false, false, false};
    assert_memory_equal(wanted, expected, sizeof expected);
    ff_plan_clear(&plan);
    ff_pipeline_clear(&pipeline);
}

/* Inclusion. */

static void test_inclusion(void **state)
{
    (void)state;
    check_plan("<xi:include href='sub/part.xml'/><stage id='b' program='fit'>"
               "<option name='v' value='${v}'/></stage>",
               NULL, "a|=/sub/here.xyz\nb|v=from part");
}

/* An error in an included file names that file and its line. */
static void test_inclusion_place(void **state)
{
    (void)state;
    ff_pipeline pipeline;
    ff_error err;
    assert_int_equal(read_items(&pipeline, "<xi:include href='bad.xml'/>", &err), FF_E_FORMAT);
    assert_string_equal(err.file + strlen(folder), "/bad.xml");
    ff_pipeline_clear(&pipeline);
}

/* Programs. */

static const char description[] = "stage\tfit\t0.1.0\tmodel\t1\t1\n"
                                  "kinds\tk\ttext\trequired\t-\n"
                                  "ridge\t-\tnumber\t-\t1e-8\n"
                                  "steps\t-\tinteger\t-\t3\n"
                                  "weights\tw\ttext\trepeatable\t-\n"
                                  "fast\t-\tflag\tno-effect\t-\n"
                                  "potential\tp\tpotential\t-\t-\n"
                                  "table\t-\tfile\trepeatable\t-\n"
                                  "output\to\ttext\tno-effect\t-\n";

static void test_description(void **state)
{
    (void)state;
    ff_program program;
    ff_error err = {0};
    assert_int_equal(ff_program_parse(&program, description, &err), FF_OK);
    assert_string_equal(program.name, "fit");
    assert_string_equal(program.version, "0.1.0");
    assert_string_equal(program.output_kind, "model");
    assert_int_equal(program.least, 1);
    assert_int_equal(program.option_count, 8);
    const ff_program_option *ridge = ff_program_find(&program, "ridge");
    assert_string_equal(ridge->default_value, "1e-8");
    assert_int_equal(ridge->type, FF_PROGRAM_NUMBER);
    assert_int_equal(ff_program_find(&program, "fast")->flags, FF_PROGRAM_NO_EFFECT);
    assert_null(ff_program_find(&program, "kinds")->default_value);
    ff_program_clear(&program);

    static const bad_case bad[] = {{"", 1, "expected \"stage\""},
                                   {"stage\tfit\t1\tmodel\t1\n", 1, "expected \"stage\""},
                                   {"stage\tfit\t1\tmodel\tx\t1\n", 1, "'x' is not a number"},
                                   {"stage\tfit\t1\t-\t0\t-1\na\tb\ttext\t-\n", 2, "expected an"},
                                   {"stage\tfit\t1\t-\t0\t-1\na\tb\tword\t-\t-\n", 2, "'word'"},
                                   {"stage\tfit\t1\t-\t0\t-1\n\n", 2, "expected an"},
                                   {"stage\tf\t1\t-\t0\t-1\na\tb\ttext\tshy\t-\n", 2, "'shy'"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(ff_program_parse(&program, bad[i].text, &err), FF_E_FORMAT);
        if (!strstr(err.message, bad[i].message))
            fail_msg("'%s' does not say '%s'", err.message, bad[i].message);
        assert_int_equal(err.line, bad[i].line);
        ff_program_clear(&program);
    }
}

/* Reads, expands and binds every instance to the one program. */
static int bind_items(const char *items, char *result, size_t size, ff_error *err)
{
    ff_pipeline pipeline;
    ff_plan plan;
    ff_program program;
    assert_int_equal(read_items(&pipeline, items, err), FF_OK);
    assert_int_equal(ff_plan_make(&plan, &pipeline, err), FF_OK);
    assert_int_equal(ff_program_parse(&program, description, err), FF_OK);
    int status = FF_OK;
    for (size_t i = 0; i < plan.count && status == FF_OK; i++)
        status = ff_program_bind(&program, &plan, &plan.instances[i], err);
    (void)snprintf(result, size, "%s", describe_plan(&plan));
    ff_program_clear(&program);
    ff_plan_clear(&plan);
    ff_pipeline_clear(&pipeline);
    return status;
}

static void test_binding(void **state)
{
    (void)state;
    char text[4096];
    ff_error err;
    write_file("data.xyz", "");
    assert_int_equal(
        bind_items(
            "<stage id='a' program='fit'><option name='kinds' value='E'/>"
            "<option name='potential' value='eam:data.xyz'/><input file='data.xyz'/>"
            "<option name='table' value='data.xyz'/></stage>"
            "<stage id='b' program='fit'><option name='kinds' value='E'/>"
            "<input stage='a'/><input stage='a' as='potential' prefix='ace:'/></stage>"
            "<stage id='c' program='fit'><option name='kinds' value='E'/><option name='fast'/>"
            "<input stage='a'/><option name='potential' value='sw:Si'/></stage>",
            text, sizeof text, &err),
        FF_OK);
    assert_string_equal(text, "a|kinds=E|potential=eam:/data.xyz|table=/data.xyz|=/data.xyz\n"
                              "b|kinds=E|=a|potential=ace:a\n"
                              "c|kinds=E|fast=(flag)|potential=sw:Si|=a");
}

static void test_bad_binding(void **state)
{
    (void)state;
    static const bad_case cases[] = {
        {"<input file='data.xyz'/>", 2, "farfield-fit needs the option 'kinds'"},
        {"<option name='kinds' value='E'/>", 2, "gets 0 inputs, expected at least 1"},
        {"<option name='kinds' value='E'/><input file='data.xyz'/><input file='data.xyz'/>", 2,
         "gets 2 inputs, expected at most 1"},
        {"<option name='kind' value='E'/>", 3,
         "farfield-fit has no option 'kind', expected one of: kinds, ridge, steps"},
        {"<option name='kinds' value=''/>", 3, "option 'kinds' is empty"},
        {"<option name='kinds'/>", 3, "has no value"},
        {"<option name='fast' value='1'/>", 3, "has a value, expected none"},
        {"<option name='ridge' value='1e'/>", 3, "'1e', expected a finite number"},
        {"<option name='ridge' value='nan'/>", 3, "'nan', expected a finite number"},
        {"<option name='steps' value='1.5'/>", 3, "'1.5', expected an integer"},
        {"<option name='ridge' value='1'/><option name='ridge' value='2'/>", 3, "given twice"},
        {"<option name='output' value='x'/>", 3, "farfield run sets it"},
        {"<input file='data.xyz' as='kinds'/>", 3, "option 'kinds' gets a file"},
        {"<option name='kinds' value='E'/><input file='none.xyz'/>", 3, "none.xyz' cannot be read"},
        {"<option name='kinds' value='E'/><input file='sub'/>", 3, "expected a regular file"},
        {"<option name='potential' value='eam:none'/>", 3, "none' cannot be read"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char items[1024], text[4096];
        ff_error err = {0};
        (void)snprintf(items, sizeof items, "<stage id='a' program='fit'>\n%s</stage>",
                       cases[i].text);
        assert_int_equal(bind_items(items, text, sizeof text, &err), FF_E_FORMAT);
        check_error(&err, cases[i].line, cases[i].message);
    }
}

/* The folder. */

static int make_folder(void **state)
{
    (void)state;
    char path[256];
    if (!mkdtemp(folder))
        return -1;
    (void)snprintf(path, sizeof path, "%s/sub", folder);
    if (mkdir(path, 0777) != 0)
        return -1;
    (void)snprintf(path, sizeof path, "%s/outside.xml", folder);
    if (symlink("/etc/passwd", path) != 0)
        return -1;
    write_file("loop.xml", "<part xmlns='urn:farfield:pipeline:1' "
                           "xmlns:xi='http://www.w3.org/2001/XInclude'>"
                           "<xi:include href='loop.xml'/></part>");
    write_file("doctype.xml", "<!DOCTYPE part><part xmlns='urn:farfield:pipeline:1'/>");
    write_file("bad.xml", "<part xmlns='urn:farfield:pipeline:1'>\n<stage x='1'/></part>");
    write_file("sub/part.xml",
               "<part xmlns='urn:farfield:pipeline:1' xmlns:xi='http://www.w3.org/2001/XInclude'>"
               "<let name='v' value='from part'/><xi:include href='stage.xml'/></part>");
    write_file("sub/stage.xml", "<stage xmlns='urn:farfield:pipeline:1' id='a' program='fit'>"
                                "<input file='here.xyz'/></stage>");
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"study.xml",    "loop.xml",     "doctype.xml",
                                        "bad.xml",      "data.xyz",     "outside.xml",
                                        "sub/part.xml", "sub/stage.xml"};
    char path[256];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    (void)snprintf(path, sizeof path, "%s/sub", folder);
    return rmdir(path) == 0 && rmdir(folder) == 0 ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_items),
        cmocka_unit_test(test_bad_documents),
        cmocka_unit_test(test_missing_file),
        cmocka_unit_test(test_constants_bounded),
        cmocka_unit_test(test_expansion),
        cmocka_unit_test(test_collect),
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_publish_names),
        cmocka_unit_test(test_needed),
        cmocka_unit_test(test_inclusion),
        cmocka_unit_test(test_inclusion_place),
        cmocka_unit_test(test_description),
        cmocka_unit_test(test_binding),
        cmocka_unit_test(test_bad_binding),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
