/* lammps-server SPECIES COMMAND...: the helper of lammps: potentials (formats/lammps_potential.h).
 * Answers structures on standard input as docs/command-potential.md says, with LAMMPS's library in
 * a process of its own: when a command is wrong the library ends its process, and what it said last
 * becomes the answer. */

#include "formats/extxyz_mapping.h"
#include "formats/extxyz_writer.h"
#include "stages/lammps/library.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Lines of LAMMPS's report that are worth repeating begin so. */
static const char mark[] = "ERROR";

static void answer_error(FILE *out, const char *text)
{
    (void)fprintf(out, "0\nerror=\"LAMMPS: ");
    for (; *text && *text != '\n'; text++)
        (void)fputc(*text == '"' || *text == '\\' ? '\'' : *text, out);
    (void)fprintf(out, "\"\n");
    (void)fflush(out);
}

/* One structure as text, or NULL at the end of the input. */
static char *next_structure(FILE *in, size_t *size)
{
    char *text = NULL, *line = NULL;
    size_t capacity = 0;
    *size = 0;
    FILE *all = open_memstream(&text, size);
    long lines = 0, wanted = 2;
    ssize_t length = 0;
    while (all && lines < wanted && (length = getline(&line, &capacity, in)) > 0) {
        if (lines++ == 0)
            wanted = 2 + strtol(line, NULL, 10);
        (void)fwrite(line, 1, (size_t)length, all);
    }
    free(line);
    if (all)
        (void)fclose(all);
    if (lines == 0) {
        free(text);
        return NULL;
    }
    return text;
}

static int read_structure(ff_frame *frame, const char *text, size_t size, ff_error *err)
{
    ff_text_reader *reader = NULL;
    ff_extxyz_reader *records = NULL;
    const ff_extxyz_record *record = NULL;
    ff_extxyz_mapping mapping;
    ff_extxyz_mapping_init(&mapping);
    int status = ff_text_reader_open_memory(&reader, "structure", text, size, err);
    if (status == FF_OK)
        status = ff_extxyz_open(&records, reader, NULL, err);
    if (status == FF_OK)
        status = ff_extxyz_next(records, &record, err);
    if (status == FF_OK)
        status = record ? ff_extxyz_to_frame(frame, record, &mapping, err)
                        : ff_fail(err, FF_E_FORMAT, "no structure");
    ff_extxyz_close(records);
    return status;
}

static int write_answer(FILE *out, ff_text_writer *writer, const ff_frame *frame, ff_error *err)
{
    const ff_extxyz_names names = {
        .energy = "energy", .forces = "forces", .virial = "virial", .site_energies = "site_energy"};
    size_t size = 0;
    ff_text_writer_restart(writer);
    int status = ff_extxyz_write_frame(writer, frame, &names, NULL, err);
    if (status == FF_OK)
        status = ff_text_writer_status(writer, err);
    const char *bytes = ff_text_writer_bytes(writer, &size);
    if (status == FF_OK && (fwrite(bytes, 1, size, out) != size || fflush(out) != 0))
        status = ff_fail_errno(err, "standard output");
    return status;
}

/* What LAMMPS says of a structure that went well need not be kept. */
static void forget_report(void)
{
    if (fflush(stdout) == 0 && ftruncate(STDOUT_FILENO, 0) == 0)
        (void)lseek(STDOUT_FILENO, 0, SEEK_SET);
}

/* Answers until the input ends. */
static int serve(FILE *out, ff_lammps *lammps, ff_error *err)
{
    ff_text_writer *writer = NULL;
    size_t size = 0;
    char *text = NULL;
    int status = ff_text_writer_open_memory(&writer, err);
    while (status == FF_OK && (text = next_structure(stdin, &size)) != NULL) {
        ff_frame frame = {0};
        ff_error why = {0};
        int answered = read_structure(&frame, text, size, &why);
        if (answered == FF_OK)
            answered = ff_lammps_label(lammps, &frame, &why);
        if (answered == FF_OK)
            status = write_answer(out, writer, &frame, err);
        else
            answer_error(out, why.message);
        ff_frame_clear(&frame);
        free(text);
        forget_report();
    }
    ff_text_writer_close(writer);
    return status;
}

/* The process that LAMMPS may end: what it prints goes to `report`. */
static int work(char **arguments, size_t count, FILE *report)
{
    ff_error err = {0};
    ff_lammps *lammps = NULL;
    int answers = dup(STDOUT_FILENO);
    FILE *out = answers >= 0 ? fdopen(answers, "w") : NULL;
    if (!out || dup2(fileno(report), STDOUT_FILENO) < 0)
        return 5;
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    (void)setenv("OMP_NUM_THREADS", "1", 1);
    int status =
        ff_lammps_open(&lammps, arguments[1], count, (const char *const *)arguments + 2, &err);
    if (status == FF_OK)
        status = serve(out, lammps, &err);
    if (status != FF_OK)
        answer_error(out, err.message);
    ff_lammps_close(lammps);
    return ff_exit_code(status);
}

/* The last error of the report, or what there is to say without. */
static void explain(FILE *report)
{
    char *line = NULL, last[400] = "it ended without an answer";
    size_t capacity = 0;
    rewind(report);
    while (getline(&line, &capacity, report) > 0)
        if (strncmp(line, mark, sizeof mark - 1) == 0)
            (void)snprintf(last, sizeof last, "%s", line);
    free(line);
    answer_error(stdout, last);
}

int main(int argc, char **argv)
{
    FILE *report = tmpfile();
    if (argc < 3 || !report) {
        (void)fprintf(stderr, argc < 3 ? "usage: lammps-server SPECIES COMMAND...\n"
                                       : "lammps-server: no temporary file\n");
        return argc < 3 ? 2 : 5;
    }
    pid_t child = fork();
    if (child == 0)
        return work(argv, (size_t)argc - 2, report);
    int how = 0;
    (void)fclose(stdin);
    while (child > 0 && waitpid(child, &how, 0) < 0 && errno == EINTR) {
    }
    bool fine = child > 0 && WIFEXITED(how) && WEXITSTATUS(how) == 0;
    if (!fine)
        explain(report);
    (void)fclose(report);
    return fine ? 0 : 1;
}
