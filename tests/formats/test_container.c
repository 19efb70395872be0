/* Containers: equal bytes for equal contents, whole files or none, and a message for every file
 * that is not what was asked for. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "formats/container.h"
#include "formats/digest.h"
#include "tests/near.h"

#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A container with one of everything: attributes, a group, arrays, a stream, texts. */
static int write_sample(ff_container *container, size_t rows, ff_error *err)
{
    static const char *const names[] = {"bulk", "", "Si \xc3\xa9"};
    const size_t shape[2] = {rows, 3};
    hid_t root = ff_container_root(container), group = -1;
    ff_array_stream *stream = NULL;
    double *values = calloc(3 * rows + 1, sizeof *values);
    for (size_t i = 0; values && i < 3 * rows; i++)
        values[i] = 1.0 / (double)(i + 1);
    int status = values ? ff_group_create(&group, root, "things", err) : FF_E_NOMEM;
    if (status == FF_OK)
        status = ff_attribute_write_text(group, "name", "a text", err);
    if (status == FF_OK)
        status = ff_attribute_write_integer(group, "answer", INT64_MIN, err);
    if (status == FF_OK)
        status = ff_attribute_write_number(group, "third", 1.0 / 3, err);
    if (status == FF_OK)
        status = ff_array_write(group, "values", FF_ELEMENT_DOUBLE, 2, shape, values, "angstrom",
                                "reciprocals", err);
    if (status == FF_OK)
        status = ff_texts_write(group, "names", 3, names, "names", err);
    if (status == FF_OK)
        status = ff_array_stream_create(&stream, group, "grown", FF_ELEMENT_DOUBLE, 2, shape, "eV",
                                        "appended in pieces", err);
    for (size_t i = 0; i < rows && status == FF_OK; i += 7)
        status = ff_array_stream_append(stream, rows - i < 7 ? rows - i : 7, values + 3 * i, err);
    int closed = ff_array_stream_close(stream, status == FF_OK ? err : NULL);
    ff_group_close(group);
    free(values);
    return status == FF_OK ? closed : status;
}

static int make(const char *path, const char *kind, size_t rows, int deflate, ff_error *err)
{
    ff_container *container = NULL;
    int status = ff_container_create(&container, path, kind, 1, deflate, err);
    if (status == FF_OK)
        status = write_sample(container, rows, err);
    if (status == FF_OK)
        status = ff_container_commit(container, err);
    ff_container_close(container);
    return status;
}

static bool same_content(const char *a, const char *b)
{
    char first[FF_DIGEST_SIZE], second[FF_DIGEST_SIZE];
    assert_int_equal(ff_digest_file(first, a, NULL), FF_OK);
    assert_int_equal(ff_digest_file(second, b, NULL), FF_OK);
    return strcmp(first, second) == 0;
}

static void write_bytes(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static size_t files_like(const char *pattern)
{
    glob_t found;
    size_t count = glob(pattern, 0, NULL, &found) == 0 ? found.gl_pathc : 0;
    globfree(&found);
    return count;
}

/* Runs with a descriptor (0 or 1) redirected to a file; restore with put_back. */
static int redirect(int descriptor, const char *path, int flags)
{
    int kept = dup(descriptor), other = open(path, flags, 0666);
    assert_true(kept >= 0 && other >= 0);
    assert_true(dup2(other, descriptor) == descriptor);
    (void)close(other);
    return kept;
}

static void put_back(int descriptor, int kept)
{
    assert_true(dup2(kept, descriptor) == descriptor);
    (void)close(kept);
}

/* Bytes. */

static void repetition_and_names_do_not_change_bytes(void **state)
{
    (void)state;
    assert_int_equal(make("first.h5", "model", 1000, 4, NULL), FF_OK);
    (void)sleep(1); /* HDF5's object times have a resolution of one second */
    assert_int_equal(make("a-longer-name.h5", "model", 1000, 4, NULL), FF_OK);
    assert_true(same_content("first.h5", "a-longer-name.h5"));
    assert_int_equal(make("other.h5", "model", 999, 4, NULL), FF_OK);
    assert_false(same_content("first.h5", "other.h5"));
}

static void standard_output_gets_the_bytes_of_the_file(void **state)
{
    (void)state;
    assert_int_equal(make("file.h5", "model", 50, 0, NULL), FF_OK);
    (void)fflush(stdout);
    int kept = redirect(STDOUT_FILENO, "stream.h5", O_WRONLY | O_CREAT | O_TRUNC);
    int status = make("-", "model", 50, 0, NULL);
    put_back(STDOUT_FILENO, kept);
    assert_int_equal(status, FF_OK);
    assert_true(same_content("file.h5", "stream.h5"));
}

/* What a child makes of a pipe is what the file holds. */
static void a_pipe_gets_the_bytes_of_the_file(void **state)
{
    (void)state;
    assert_int_equal(make("file.h5", "model", 50, 0, NULL), FF_OK);
    FILE *reader = popen("cat > piped.h5", "w");
    assert_non_null(reader);
    (void)fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    assert_true(dup2(fileno(reader), STDOUT_FILENO) >= 0);
    int status = make("-", "model", 50, 0, NULL);
    put_back(STDOUT_FILENO, kept);
    assert_int_equal(pclose(reader), 0);
    assert_int_equal(status, FF_OK);
    assert_true(same_content("file.h5", "piped.h5"));
}

static void a_named_pipe_reads_like_the_file(void **state)
{
    ff_container *container = NULL;
    (void)state;
    assert_int_equal(make("file.h5", "model", 50, 0, NULL), FF_OK);
    (void)unlink("fifo");
    assert_int_equal(mkfifo("fifo", 0600), 0);
    FILE *writer = popen("cat file.h5 > fifo", "w");
    assert_non_null(writer);
    assert_int_equal(ff_container_open(&container, "fifo", "model", 1, NULL), FF_OK);
    assert_int_equal(pclose(writer), 0);
    assert_true(ff_link_exists(ff_container_root(container), "things"));
    ff_container_close(container);
}

static void standard_input_reads_like_the_file(void **state)
{
    static const char *const limits[] = {NULL, "100"}; /* in memory; spilled to a file */
    (void)state;
    assert_int_equal(make("file.h5", "model", 50, 0, NULL), FF_OK);
    for (int i = 0; i < 2; i++) {
        ff_container *container = NULL, *file = NULL;
        double third = 0;
        if (limits[i])
            assert_int_equal(setenv("FARFIELD_PIPE_MEMORY", limits[i], 1), 0);
        int kept = redirect(STDIN_FILENO, "file.h5", O_RDONLY);
        int status = ff_container_open(&container, "-", "model", 1, NULL);
        put_back(STDIN_FILENO, kept);
        assert_int_equal(unsetenv("FARFIELD_PIPE_MEMORY"), 0);
        assert_int_equal(status, FF_OK);
        assert_string_equal(ff_container_name(container), "standard input");
        hid_t group;
        assert_int_equal(ff_group_open(&group, ff_container_root(container), "things", NULL),
                         FF_OK);
        assert_int_equal(ff_attribute_read_number(group, "third", &third, NULL), FF_OK);
        assert_near(third, 1.0 / 3, 0);
        ff_group_close(group);
        assert_int_equal(ff_container_open(&file, "file.h5", "model", 1, NULL), FF_OK);
        assert_string_equal(ff_container_digest(container), ff_container_digest(file));
        ff_container_close(file);
        ff_container_close(container);
    }
}

/* Whole or nothing. */

static void what_is_not_committed_leaves_the_target_alone(void **state)
{
    ff_container *container = NULL;
    (void)state;
    write_bytes("kept.h5", "before", 6);
    assert_int_equal(ff_container_create(&container, "kept.h5", "model", 1, 0, NULL), FF_OK);
    assert_int_equal(write_sample(container, 10, NULL), FF_OK);
    assert_int_equal(files_like("kept.h5*"), 2);
    ff_container_close(container);
    assert_int_equal(files_like("kept.h5*"), 1);
    struct stat information;
    assert_int_equal(stat("kept.h5", &information), 0);
    assert_int_equal(information.st_size, 6);
}

static void the_handler_for_signals_removes_what_is_open(void **state)
{
    ff_container *one = NULL, *two = NULL;
    (void)state;
    assert_int_equal(ff_container_create(&one, "killed-1.h5", "model", 1, 0, NULL), FF_OK);
    assert_int_equal(ff_container_create(&two, "killed-2.h5", "model", 1, 0, NULL), FF_OK);
    assert_int_equal(files_like("killed-*"), 2);
    ff_temporary_files_remove();
    assert_int_equal(files_like("killed-*"), 0);
    ff_container_close(one);
    ff_container_close(two);
}

static void committed_files_have_usual_permissions_and_follow_links(void **state)
{
    struct stat information;
    mode_t mask = umask(022);
    (void)state;
    assert_int_equal(make("real.h5", "model", 1, 0, NULL), FF_OK);
    (void)unlink("link.h5");
    assert_int_equal(symlink("real.h5", "link.h5"), 0);
    assert_int_equal(make("link.h5", "model", 20, 0, NULL), FF_OK);
    (void)umask(mask);
    assert_int_equal(lstat("link.h5", &information), 0);
    assert_true(S_ISLNK(information.st_mode));
    assert_int_equal(stat("real.h5", &information), 0);
    assert_int_equal(information.st_mode & 0777, 0644);
    assert_true(same_content("link.h5", "real.h5"));
}

static void a_full_disk_is_reported_with_its_reason(void **state)
{
    ff_error err = {0};
    (void)state;
    if (access("/dev/full", W_OK) != 0)
        skip();
    assert_int_equal(make("/dev/full", "model", 10, 0, &err), FF_E_IO);
    assert_non_null(strstr(err.message, "No space left"));
    assert_string_equal(err.file, "/dev/full");
}

/* A disk that fills up while HDF5 writes, by a limit on the size of files; in a child, because the
 * limit cannot be lifted. The previous file stays. */
static void a_disk_that_fills_up_keeps_the_previous_file(void **state)
{
    struct stat information;
    int status = 0;
    (void)state;
    write_bytes("full.h5", "before", 6);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit limit = {100000, 100000};
        ff_error err = {0};
        (void)signal(SIGXFSZ, SIG_IGN);
        (void)setrlimit(RLIMIT_FSIZE, &limit);
        int made = make("full.h5", "model", 100000, 0, &err);
        if (made != FF_E_IO || !strstr(err.message, "File too large"))
            (void)fprintf(stderr, "status %d: %s\n", made, err.message);
        _exit(made == FF_E_IO && strstr(err.message, "File too large") ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(stat("full.h5", &information), 0);
    assert_int_equal(information.st_size, 6);
    assert_int_equal(files_like("full.h5*"), 1);
}

static void a_folder_that_is_missing_is_reported(void **state)
{
    ff_error err = {0};
    (void)state;
    assert_int_equal(make("no/such/folder.h5", "model", 10, 0, &err), FF_E_IO);
    assert_non_null(strstr(err.message, "No such file"));
    assert_string_equal(err.file, "no/such/folder.h5");
}

/* An open terminal, or -1 where there are none. */
static int terminal(void)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0)
        return -1;
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    return slave;
}

/* A reader that went away: EPIPE, since stages ignore SIGPIPE. */
static void a_closed_pipe_is_reported(void **state)
{
    ff_error err = {0};
    int ends[2];
    (void)state;
    (void)fflush(stdout);
    assert_int_equal(pipe(ends), 0);
    (void)close(ends[0]);
    int kept = dup(STDOUT_FILENO);
    (void)signal(SIGPIPE, SIG_IGN);
    assert_true(dup2(ends[1], STDOUT_FILENO) >= 0);
    int status = make("-", "model", 50, 0, &err);
    put_back(STDOUT_FILENO, kept);
    (void)signal(SIGPIPE, SIG_DFL);
    (void)close(ends[1]);
    assert_int_equal(status, FF_E_IO);
    assert_non_null(strstr(err.message, "Broken pipe"));
    assert_string_equal(err.file, "standard output");
}

/* Nothing is left in $TMPDIR by streams, finished or not. */
static void streams_leave_no_scratch_files(void **state)
{
    ff_container *container = NULL;
    (void)state;
    assert_true(mkdir("scratch", 0700) == 0 || files_like("scratch") == 1);
    assert_int_equal(setenv("TMPDIR", "scratch", 1), 0);
    (void)fflush(stdout);
    int kept = redirect(STDOUT_FILENO, "stream.h5", O_WRONLY | O_CREAT | O_TRUNC);
    int status = ff_container_create(&container, "-", "model", 1, 0, NULL);
    size_t during = files_like("scratch/*");
    ff_container_close(container);
    put_back(STDOUT_FILENO, kept);
    assert_int_equal(unsetenv("TMPDIR"), 0);
    assert_int_equal(status, FF_OK);
    assert_int_equal(during, 0);
}

static void terminals_are_refused(void **state)
{
    ff_error out = {0}, in = {0};
    ff_container *container = NULL;
    int slave = terminal();
    (void)state;
    if (slave < 0)
        skip();
    (void)fflush(stdout);
    int kept_out = dup(STDOUT_FILENO), kept_in = dup(STDIN_FILENO);
    assert_true(dup2(slave, STDOUT_FILENO) >= 0 && dup2(slave, STDIN_FILENO) >= 0);
    int written = make("-", "model", 1, 0, &out);
    int opened = ff_container_open(&container, "-", NULL, 1, &in);
    put_back(STDOUT_FILENO, kept_out);
    put_back(STDIN_FILENO, kept_in);
    (void)close(slave);
    assert_int_equal(written, FF_E_USAGE);
    assert_string_equal(out.file, "standard output");
    assert_non_null(strstr(out.message, "terminal"));
    assert_int_equal(opened, FF_E_USAGE);
    assert_string_equal(in.file, "standard input");
}

/* Files that are not what was asked for. */

static void expect_refusal(const char *path, const char *kind, int code, const char *words)
{
    ff_error err = {0};
    ff_container *container = NULL;
    assert_int_equal(ff_container_open(&container, path, kind, 1, &err), code);
    if (!strstr(err.message, words))
        fail_msg("'%s' does not say '%s'", err.message, words);
    assert_string_equal(err.file, path);
}

static void each_wrong_file_has_its_message(void **state)
{
    ff_container *container = NULL;
    (void)state;
    write_bytes("empty.h5", "", 0);
    write_bytes("text.h5", "Lattice=\"1 0 0 0 1 0 0 0 1\"\n", 28);
    write_bytes("head.h5", "\x89HDF\r\n\x1a\n then nothing", 20);
    assert_int_equal(make("model.h5", "model", 3, 0, NULL), FF_OK);
    hid_t foreign = H5Fcreate("foreign.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(foreign >= 0 && H5Fclose(foreign) >= 0);
    assert_int_equal(ff_container_create(&container, "newer.h5", "model", 2, 0, NULL), FF_OK);
    assert_int_equal(ff_container_commit(container, NULL), FF_OK);
    ff_container_close(container);
    expect_refusal("absent.h5", NULL, FF_E_IO, "No such file");
    expect_refusal("empty.h5", NULL, FF_E_FORMAT, "empty");
    expect_refusal("text.h5", NULL, FF_E_FORMAT, "not an HDF5 file");
    expect_refusal("head.h5", NULL, FF_E_FORMAT, "truncated");
    expect_refusal("foreign.h5", NULL, FF_E_FORMAT, "not one of Farfield");
    expect_refusal("model.h5", "features", FF_E_FORMAT, "is of kind model, expected features");
    expect_refusal("newer.h5", "model", FF_E_FORMAT, "version 2");
    expect_refusal(".", NULL, FF_E_IO, "directory");
}

static void no_length_of_a_truncated_file_is_accepted(void **state)
{
    static char bytes[1 << 16];
    (void)state;
    assert_int_equal(make("whole.h5", "model", 200, 0, NULL), FF_OK);
    FILE *file = fopen("whole.h5", "rb");
    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    for (size_t length = 8; length < size; length += length < 200 ? 1 : 97) {
        write_bytes("cut.h5", bytes, length);
        expect_refusal("cut.h5", NULL, FF_E_FORMAT, "truncated");
    }
}

/* A cut stream is refused like a cut file. */
static void a_truncated_stream_is_refused(void **state)
{
    ff_error err = {0};
    ff_container *container = NULL;
    (void)state;
    assert_int_equal(make("whole.h5", "model", 200, 0, NULL), FF_OK);
    assert_int_equal(truncate("whole.h5", 5000), 0);
    int kept = redirect(STDIN_FILENO, "whole.h5", O_RDONLY);
    int status = ff_container_open(&container, "-", "model", 1, &err);
    put_back(STDIN_FILENO, kept);
    assert_int_equal(status, FF_E_FORMAT);
    assert_string_equal(err.file, "standard input");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repetition_and_names_do_not_change_bytes),
        cmocka_unit_test(standard_output_gets_the_bytes_of_the_file),
        cmocka_unit_test(a_pipe_gets_the_bytes_of_the_file),
        cmocka_unit_test(a_named_pipe_reads_like_the_file),
        cmocka_unit_test(standard_input_reads_like_the_file),
        cmocka_unit_test(what_is_not_committed_leaves_the_target_alone),
        cmocka_unit_test(the_handler_for_signals_removes_what_is_open),
        cmocka_unit_test(committed_files_have_usual_permissions_and_follow_links),
        cmocka_unit_test(a_full_disk_is_reported_with_its_reason),
        cmocka_unit_test(a_disk_that_fills_up_keeps_the_previous_file),
        cmocka_unit_test(a_folder_that_is_missing_is_reported),
        cmocka_unit_test(a_closed_pipe_is_reported),
        cmocka_unit_test(streams_leave_no_scratch_files),
        cmocka_unit_test(terminals_are_refused),
        cmocka_unit_test(each_wrong_file_has_its_message),
        cmocka_unit_test(no_length_of_a_truncated_file_is_accepted),
        cmocka_unit_test(a_truncated_stream_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
