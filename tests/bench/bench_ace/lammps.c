#include "tests/bench/bench_ace/lammps.h"

#include "formats/text_writer.h"
#include "formats/yace_writer.h"
#include "lib/pace/pace_model.h"
#include "lib/structure/elements.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The output of LAMMPS with these arguments; NULL when it cannot be started. */
static FILE *start(const char *arguments)
{
    char command[1024];
    const char *program = getenv("FARFIELD_LAMMPS");
    (void)snprintf(command, sizeof command, "OMP_NUM_THREADS=1 %s %s 2>/dev/null",
                   program ? program : "lmp", arguments);
    return popen(command, "r");
}

bool bench_lammps_found(void)
{
    char word[256];
    bool found = false, pairs = false;
    FILE *help = start("-h");
    while (help && fscanf(help, "%255s", word) == 1) {
        pairs |= strcmp(word, "Pair") == 0;
        found |= pairs && strcmp(word, "pace") == 0;
    }
    if (help)
        (void)pclose(help);
    return found;
}

static void write_potential(const ff_ace_model *model)
{
    ff_error err = {0};
    ff_pace pace;
    ff_pace_cost cost;
    ff_text_writer *writer = NULL;
    bench_check(ff_pace_from_model(&pace, &cost, model, 1e-3, &err), &err);
    bench_check(ff_text_writer_open(&writer, "bench.yace", &err), &err);
    ff_yace_write(writer, &pace, NULL);
    bench_check(ff_text_writer_commit(writer, &err), &err);
    ff_text_writer_close(writer);
    ff_pace_clear(&pace);
}

static int type_of(const ff_ace_options *options, int species)
{
    int type = 1;
    while (options->species[type - 1] != species)
        type++;
    return type;
}

static void write_frame(const ff_ace_options *options, const ff_frame *frame)
{
    FILE *file = fopen("bench.data", "w");
    if (!file)
        bench_check(FF_E_IO, &(ff_error){.message = "bench.data cannot be written"});
    (void)fprintf(file, "frame\n\n%zu atoms\n%zu atom types\n", frame->atoms,
                  options->species_count);
    for (int k = 0; k < 3; k++)
        (void)fprintf(file, "0 %.17g %clo %chi\n", frame->cell[4 * k], 'x' + k, 'x' + k);
    (void)fprintf(file, "\nAtoms\n\n");
    for (size_t i = 0; i < frame->atoms; i++)
        (void)fprintf(file, "%zu %d %.17g %.17g %.17g\n", i + 1,
                      type_of(options, frame->species[i]), frame->positions[3 * i],
                      frame->positions[3 * i + 1], frame->positions[3 * i + 2]);
    (void)fclose(file);
}

/* Enough steps for its clock. */
static size_t steps(const ff_frame *frame)
{
    return frame->atoms < 4000 ? 16000 / frame->atoms : 4;
}

void bench_lammps_prepare(const bench_setup *setup, const ff_frame *frame)
{
    const ff_ace_options *options = &setup->c->options;
    write_potential(&setup->model);
    write_frame(options, frame);
    FILE *file = fopen("bench.lmp", "w");
    if (!file)
        bench_check(FF_E_IO, &(ff_error){.message = "bench.lmp cannot be written"});
    (void)fprintf(file, "units metal\natom_style atomic\nread_data bench.data\nmass * 1\n"
                        "pair_style pace recursive\npair_coeff * * bench.yace");
    for (size_t z = 0; z < options->species_count; z++)
        (void)fprintf(file, " %s", ff_element_symbol(options->species[z]));
    (void)fprintf(file,
                  "\nneighbor 0.3 bin\nthermo_style custom step pe pxx\n"
                  "thermo_modify format float %%.15g flush no\nthermo 1\nrun %zu\n",
                  steps(frame));
    (void)fclose(file);
}

double bench_lammps_time(const ff_frame *frame, double *energy)
{
    char line[512];
    double pair = NAN, share = 100, value, pressure;
    long step;
    FILE *output = start("-in bench.lmp -log none");
    *energy = NAN;
    while (output && fgets(line, sizeof line, output)) {
        (void)sscanf(line, "%lf%% CPU use", &share);
        (void)sscanf(line, "Pair | %lf", &pair);
        if (isnan(*energy) && sscanf(line, "%ld %lf %lf", &step, &value, &pressure) == 3)
            *energy = value;
    }
    if (output)
        (void)pclose(output);
    return pair * share / 100 / (double)(steps(frame) * frame->atoms);
}
