/* Reading extended XYZ: 200,000 atoms with forces in one frame, and in frames of 200, against ASE's
 * reader on the same files in the same run (skipped when ASE is absent). Processor times of the
 * thread that reads, best of several; MB are those of the file. Prints one table. */

#include "formats/extxyz_mapping.h"
#include "formats/extxyz_survey.h"
#include "lib/base/parallel.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ATOMS = 200000, REPEATS = 15 };

static void stop(const char *what, const ff_error *err)
{
    char text[1024];
    fprintf(stderr, "bench_extxyz: %s: %s\n", what, ff_error_describe(err, text, sizeof text));
    exit(5);
}

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* As ASE and most codes print: eight decimals, or sixteen as those that keep every bit. */
static void write_file(const char *path, size_t atoms, int decimals)
{
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    FILE *file = fopen(path, "w");
    if (!file)
        stop(path, &(ff_error){.message = "cannot be written"});
    for (size_t done = 0; done < ATOMS; done += atoms) {
        fprintf(
            file,
            "%zu\nLattice=\"130 0 0 0 130 0 0 0 130\" Properties=species:S:1:pos:R:3:forces:R:3 "
            "energy=%.8f stress=\"0.1 0 0 0 0.1 0 0 0 0.1\" config_type=bench pbc=\"T T T\"\n",
            atoms, -4.3 * (double)atoms);
        for (size_t i = 0; i < atoms; i++) {
            fprintf(file, "Si");
            for (int k = 0; k < 3; k++)
                fprintf(file, " %*.*f", decimals + 8, decimals, 130 * gsl_rng_uniform(random));
            for (int k = 0; k < 3; k++)
                fprintf(file, " %*.*f", decimals + 8, decimals, gsl_ran_gaussian(random, 1.0));
            fputc('\n', file);
        }
    }
    (void)fclose(file);
    gsl_rng_free(random);
}

typedef struct reading {
    double text, records, frames; /* seconds: lines found, cells read, frames made */
} reading;

/* How far to go: lines only, records, or frames as ingest makes them. */
static double read_once(const char *path, int depth)
{
    ff_text_reader *text = NULL;
    ff_extxyz_reader *reader = NULL;
    ff_error err = {0};
    ff_extxyz_mapping mapping;
    ff_extxyz_mapping_init(&mapping);
    mapping.energy = "energy";
    mapping.forces = "forces";
    mapping.stress = "stress";
    mapping.group = "config_type";
    const double start = now();
    if (ff_text_reader_open(&text, path, &err) != FF_OK)
        stop(path, &err);
    if (depth == 0) {
        const char *line = "";
        size_t length = 0;
        while (line)
            if (ff_text_reader_next(text, &line, &length, &err) != FF_OK)
                stop(path, &err);
        ff_text_reader_close(text);
        return now() - start;
    }
    if (ff_extxyz_open(&reader, text, NULL, &err) != FF_OK)
        stop(path, &err);
    const ff_extxyz_record *record = NULL;
    for (;;) {
        ff_frame frame = {0};
        if (ff_extxyz_next(reader, &record, &err) != FF_OK)
            stop(path, &err);
        if (!record)
            break;
        if (depth == 2 && ff_extxyz_to_frame(&frame, record, &mapping, &err) != FF_OK)
            stop(path, &err);
        ff_frame_clear(&frame);
    }
    ff_extxyz_close(reader);
    return now() - start;
}

static double best(const char *path, int depth)
{
    double least = 1e300;
    for (int r = 0; r < REPEATS; r++) {
        const double time = read_once(path, depth);
        least = time < least ? time : least;
    }
    return least;
}

/* Processor time of ase.io.read on the file; negative without ASE. */
static double ase_time(const char *path)
{
    char command[600], line[64] = "";
    (void)snprintf(command, sizeof command,
                   "/usr/bin/python3 -c 'import time, ase.io\n"
                   "best = 1e300\n"
                   "for k in range(2):\n"
                   "    start = time.process_time()\n"
                   "    frames = ase.io.read(\"%s\", \":\", format=\"extxyz\")\n"
                   "    best = min(best, time.process_time() - start)\n"
                   "print(best)' 2> /dev/null",
                   path);
    FILE *pipe = popen(command, "r");
    if (!pipe)
        return -1;
    char *found = fgets(line, sizeof line, pipe);
    return pclose(pipe) == 0 && found ? strtod(line, NULL) : -1;
}

int main(void)
{
    static const struct {
        const char *title, *path;
        size_t atoms;
        int decimals;
    } cases[] = {{"200,000 atoms, 8 decimals", "large.xyz", ATOMS, 8},
                 {"1000 x 200 atoms, 8 decimals", "frames.xyz", 200, 8},
                 {"200,000 atoms, 16 decimals", "long.xyz", ATOMS, 16}};
    ff_set_threads(1);
    printf("%-30s %8s %10s %10s %10s %10s %8s\n", "one core", "file", "lines", "records", "frames",
           "ASE", "ratio");
    printf("%-30s %8s %10s %10s %10s %10s\n", "", "MB", "MB/s", "MB/s", "MB/s", "MB/s");
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        struct stat information;
        write_file(cases[c].path, cases[c].atoms, cases[c].decimals);
        if (stat(cases[c].path, &information) != 0)
            stop(cases[c].path, &(ff_error){.message = "is not there"});
        const double megabytes = 1e-6 * (double)information.st_size;
        const double frames = best(cases[c].path, 2), theirs = ase_time(cases[c].path);
        printf("%-30s %8.1f %10.0f %10.0f %10.0f", cases[c].title, megabytes,
               megabytes / best(cases[c].path, 0), megabytes / best(cases[c].path, 1),
               megabytes / frames);
        if (theirs > 0)
            printf(" %10.2f %8.0f\n", megabytes / theirs, theirs / frames);
        else
            printf(" %10s %8s\n", "-", "-");
        (void)unlink(cases[c].path);
    }
    return 0;
}
