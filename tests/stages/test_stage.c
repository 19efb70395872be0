/* The life of a stage: what it leaves behind and with which exit code, whatever happens. Each case
 * runs ff_stage_main in a child process, in the test's scratch folder. */

#include "stages/cli/stage.h"

#include "formats/digest.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* A stage that writes one number, and misbehaves on request. */
static const ff_option options[] = {
    {"value", 'a', FF_OPTION_NUMBER, "X", "1", "number to write", 0},
    {"label", 0, FF_OPTION_TEXT, "TEXT", NULL, "labels", FF_OPTION_REPEATABLE},
    {"table", 0, FF_OPTION_FILE, "FILE", NULL, "a file to read", 0},
    {"mood", 0, FF_OPTION_TEXT, "WORD", "good", "what happens", FF_OPTION_NO_EFFECT},
    {"warn", 'w', FF_OPTION_FLAG, NULL, NULL, "warn", 0},
    {0}};

static int run(ff_stage_run *stage, ff_error *err)
{
    ff_container *output = NULL;
    const char *mood = ff_argument_text(stage, "mood");
    double value = ff_argument_number(stage, "value");
    if (strcmp(mood, "usage") == 0)
        return ff_fail(err, FF_E_USAGE, "not like this");
    int status = ff_stage_create(stage, &output, 1, err);
    const ff_progress *progress = ff_stage_progress(stage, "work", 3, "items");
    for (int i = 0; i < 3 && status == FF_OK; i++)
        progress->advance(progress->context, 1);
    ff_stage_progress_end(stage);
    if (ff_argument_flag(stage, "warn"))
        ff_stage_warn(stage, "the value is %g", value);
    ff_stage_detail(stage, "detail");
    if (status == FF_OK)
        status = ff_array_write(ff_container_root(output), "value", FF_ELEMENT_DOUBLE, 1,
                                (size_t[]){1}, &value, "eV", "a number", err);
    if (status == FF_OK && strcmp(mood, "die") == 0)
        (void)raise(SIGTERM);
    if (status == FF_OK && strcmp(mood, "fail") == 0)
        status = ff_fail(err, FF_E_NUMERIC, "the iteration did not converge");
    if (status == FF_OK)
        status = ff_stage_commit(stage, output, err);
    ff_container_close(output);
    return status;
}

static const ff_stage toy = {.name = "toy",
                             .summary = "write a number",
                             .output_kind = "model",
                             .options = options,
                             .run = run};

static int print(ff_stage_run *stage, ff_error *err)
{
    (void)stage;
    (void)err;
    (void)puts("words");
    return FF_OK;
}
static const ff_stage printer = {.name = "printer", .summary = "print", .run = print};

/* Wait status of the stage run on a line split at blanks, its streams going to files. */
static int run_stage(const ff_stage *stage, const char *line, const char *output)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char words[512], *argv[32] = {"farfield-toy"};
        int argc = 1;
        (void)snprintf(words, sizeof words, "%s", line);
        for (char *rest = words, *word; argc < 32 && (word = strtok_r(rest, " ", &rest));)
            argv[argc++] = word;
        if (!freopen(output, "w", stdout) || !freopen("err", "w", stderr))
            _exit(99);
        exit(ff_stage_main(stage, argc, argv));
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static int exit_code(const char *line)
{
    int status = run_stage(&toy, line, "out");
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Files here whose name contains a word, hidden ones included. */
static size_t count_files_like(const char *word)
{
    size_t count = 0;
    DIR *listing = opendir(".");
    assert_non_null(listing);
    for (struct dirent *entry; (entry = readdir(listing));)
        count += strstr(entry->d_name, word) != NULL;
    (void)closedir(listing);
    return count;
}

/* What a file holds, as text. */
static const char *content(const char *path)
{
    static char text[4096];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void)fclose(file);
    return text;
}

static void digest(char into[FF_DIGEST_SIZE], const char *path)
{
    assert_int_equal(ff_digest_file(into, path, NULL), FF_OK);
}

static bool same_bytes(const char *a, const char *b)
{
    char first[FF_DIGEST_SIZE], second[FF_DIGEST_SIZE];
    digest(first, a);
    digest(second, b);
    return strcmp(first, second) == 0;
}

/* The newest step of a file's history. */
static const char *history(const char *path)
{
    static char json[4096];
    ff_container *container = NULL;
    ff_history_step *steps = NULL;
    size_t count = 0;
    assert_int_equal(ff_container_open(&container, path, "model", 1, NULL), FF_OK);
    assert_int_equal(ff_history_read(container, &count, &steps, NULL), FF_OK);
    assert_int_equal(count, 1);
    (void)snprintf(json, sizeof json, "%s", steps[0].json);
    ff_history_free(count, steps);
    ff_container_close(container);
    return json;
}

static void bytes_depend_on_values_only(void **state)
{
    (void)state;
    assert_int_equal(exit_code("-o a.h5 -a 0.5"), 0);
    assert_int_equal(exit_code("--output=b.h5 --value=5e-1 -@ 2 -v --mood fine"), 0);
    assert_true(same_bytes("a.h5", "b.h5"));
    assert_int_equal(exit_code("-a .5"), 0); /* to standard output */
    assert_true(same_bytes("a.h5", "out"));
    assert_int_equal(exit_code("-o b.h5 -a 0.6"), 0);
    assert_false(same_bytes("a.h5", "b.h5"));
}

static void history_holds_effective_parameters(void **state)
{
    (void)state;
    FILE *table = fopen("table", "w");
    assert_non_null(table);
    assert_true(fputs("1 2 3\n", table) >= 0);
    assert_int_equal(fclose(table), 0);
    assert_int_equal(exit_code("-o a.h5 --label x --label y -w --table table"), 0);
    const char *json = history("a.h5");
    assert_non_null(strstr(json, "\"value\":\"1\""));
    assert_non_null(strstr(json, "\"label\":[\"x\",\"y\"]"));
    assert_non_null(strstr(json, "\"warn\":\"true\""));
    assert_non_null(strstr(json, "the value is 1"));
    assert_non_null(strstr(json, "\"role\":\"table\""));
    assert_null(strstr(json, "mood"));
    assert_null(strstr(json, "threads"));
    assert_null(strstr(json, "output"));
    assert_string_equal(content("err"), "farfield-toy: warning: the value is 1\n");
    /* The content of the file matters, its name does not. */
    assert_int_equal(rename("table", "renamed"), 0);
    assert_int_equal(exit_code("-o b.h5 --label x --label y -w --table renamed"), 0);
    assert_true(same_bytes("a.h5", "b.h5"));
}

static void failures_leave_the_previous_output(void **state)
{
    (void)state;
    char before[FF_DIGEST_SIZE], after[FF_DIGEST_SIZE];
    assert_int_equal(exit_code("-o kept.h5"), 0);
    digest(before, "kept.h5");
    assert_int_equal(exit_code("-o kept.h5 -a 7 --mood fail"), 4);
    assert_string_equal(content("err"), "farfield-toy: the iteration did not converge\n");
    int status = run_stage(&toy, "-o kept.h5 -a 7 --mood die", "out");
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGTERM);
    digest(after, "kept.h5");
    assert_string_equal(before, after);
    assert_int_equal(count_files_like("kept"), 1);
}

static void wrong_usage_is_two_lines_and_exit_code_2(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "--valeu 3", "-a x", "operand", "-l 11 -o a.h5", "--mood usage -o a.h5", "-@ -1 -o a.h5"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_int_equal(exit_code(lines[i]), 2);
        assert_ptr_equal(strstr(content("err"), "farfield-toy: "), content("err"));
        assert_non_null(strstr(content("err"), "\ntry 'farfield-toy --help'\n"));
        assert_string_equal(content("out"), "");
    }
}

static void short_work_and_quiet_leave_no_words(void **state)
{
    (void)state;
    assert_int_equal(exit_code("-o a.h5"), 0);
    assert_string_equal(content("err"), "");
    assert_int_equal(exit_code("-o a.h5 -q -w"), 0);
    assert_string_equal(content("err"), "");
    assert_int_equal(exit_code("-o a.h5 -v"), 0);
    assert_string_equal(content("err"), "farfield-toy: detail\n");
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    int status = run_stage(&printer, "", "/dev/full");
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 5);
    assert_string_equal(content("err"),
                        "farfield-printer: standard output: No space left on device\n");
    status = run_stage(&toy, "--help", "/dev/full");
    assert_int_equal(WEXITSTATUS(status), 5);
    status = run_stage(&toy, "", "/dev/full");
    assert_int_equal(WEXITSTATUS(status), 5);
}

static void a_closed_pipe_is_an_error(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    (void)close(ends[0]);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char *argv[] = {"farfield-printer", NULL};
        if (dup2(ends[1], STDOUT_FILENO) < 0 || !freopen("err", "w", stderr))
            _exit(99);
        exit(ff_stage_main(&printer, 1, argv));
    }
    (void)close(ends[1]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 5);
    assert_string_equal(content("err"), "farfield-printer: standard output: Broken pipe\n");
}

static void cells_are_one_count_or_three(void **state)
{
    (void)state;
    int cells[3];
    assert_int_equal(ff_parse_cells(cells, "4", NULL), FF_OK);
    assert_true(cells[0] == 4 && cells[1] == 4 && cells[2] == 4);
    assert_int_equal(ff_parse_cells(cells, "4x5x6", NULL), FF_OK);
    assert_true(cells[0] == 4 && cells[1] == 5 && cells[2] == 6);
    static const char *const wrong[] = {"",
                                        "0",
                                        "-1",
                                        "4x5",
                                        "4x5x",
                                        "4x5x6x7",
                                        "x4",
                                        "4 5 6",
                                        "4.0",
                                        "4xx6",
                                        "100000000",
                                        "4x5x6 ",
                                        "99999999999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(ff_parse_cells(cells, wrong[i], NULL), FF_E_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_depend_on_values_only),
        cmocka_unit_test(history_holds_effective_parameters),
        cmocka_unit_test(failures_leave_the_previous_output),
        cmocka_unit_test(wrong_usage_is_two_lines_and_exit_code_2),
        cmocka_unit_test(short_work_and_quiet_leave_no_words),
        cmocka_unit_test(a_full_disk_is_an_error),
        cmocka_unit_test(a_closed_pipe_is_an_error),
        cmocka_unit_test(cells_are_one_count_or_three),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
