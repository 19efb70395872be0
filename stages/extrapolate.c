/* farfield-extrapolate: a point defect in supercells of several sizes, and the limit of an infinite
 * crystal. */

#include "formats/extrapolation_file.h"
#include "formats/relaxation_file.h"
#include "lib/base/memory.h"
#include "stages/cli/stage.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const ff_option options[] = {{"tag", 't', FF_OPTION_TEXT, "NAME=VALUE", NULL,
                                     "name this result, for report to tell it by",
                                     FF_OPTION_REPEATABLE},
                                    {0}};

static int add_tags(const ff_stage_run *stage, ff_tags *tags, ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; status == FF_OK && i < ff_argument_count(stage, "tag"); i++)
        status = ff_tags_add(tags, ff_argument_at(stage, "tag", i), err);
    return status;
}

static int read_relaxation(ff_stage_run *stage, ff_relaxation *relaxation, size_t operand,
                           ff_error *err)
{
    ff_container *input = NULL;
    int status = ff_stage_open(stage, &input, ff_operand(stage, operand), "size", "relaxation",
                               FF_RELAXATION_FILE_VERSION, err);
    if (status == FF_OK)
        status = ff_relaxation_read(relaxation, input, err);
    ff_container_close(input);
    return status;
}

/* Numbers that are not known leave a dash. */
static const char *number(char text[32], const char *format, double value)
{
    if (isfinite(value))
        (void)snprintf(text, 32, format, value);
    else
        (void)snprintf(text, 32, "-");
    return text;
}

static void show_sizes(const ff_stage_run *stage, const ff_extrapolation *e)
{
    char energy[32], without[32], volume[32], geometry[32], cells[64];
    ff_stage_note(stage, "%-16s %9s %14s %16s %12s %14s", "cells", "atoms", "energy",
                  "without images", "volume", "geometry");
    ff_stage_note(stage, "%-16s %9s %14s %16s %12s %14s", "", "", "eV", "eV", "A^3", "A");
    for (size_t i = 0; i < e->sizes; i++) {
        const ff_extrapolated_size *size = &e->size[i];
        (void)snprintf(cells, sizeof cells, "%dx%dx%d", size->cells[0], size->cells[1],
                       size->cells[2]);
        ff_stage_note(
            stage, "%-16s %9zu %14s %16s %12s %14s%s", cells, size->atoms,
            number(energy, "%.8f", size->energy), number(without, "%.8f", size->without_images),
            number(volume, "%.5f", size->volume), number(geometry, "%.6e", size->geometry),
            size->converged ? "" : "  not converged, not used");
    }
}

static void show_limit(const ff_stage_run *stage, const char *name, const char *unit,
                       const ff_limit *limit, bool fitted)
{
    char exponent[96] = "";
    if (!isfinite(limit->value))
        return;
    if (!fitted)
        (void)snprintf(exponent, sizeof exponent, "error ~ N^-%.3g assumed", limit->exponent);
    else if (isfinite(limit->low))
        (void)snprintf(exponent, sizeof exponent, "error ~ N^-%.2f fitted, 95 %%: %.2f to %.2f",
                       limit->exponent, limit->low, limit->high);
    else
        (void)snprintf(exponent, sizeof exponent, "error ~ N^-%.2f fitted", limit->exponent);
    if (isfinite(limit->uncertainty))
        ff_stage_note(stage, "%-22s %12.6f +- %.6f %s (%s; without the smallest cell %.6f)", name,
                      limit->value, limit->uncertainty, unit, exponent, limit->smallest_left_out);
    else
        ff_stage_note(stage, "%-22s %12.6f %s, of unknown uncertainty (%s)", name, limit->value,
                      unit, exponent);
}

static void summarise(ff_stage_run *stage, const ff_extrapolation *e)
{
    size_t used = 0;
    for (size_t i = 0; i < e->sizes; i++)
        used += e->size[i].converged;
    ff_stage_note(stage, "%s in %s, %zu sizes", e->defect, e->crystal, e->sizes);
    show_sizes(stage, e);
    show_limit(stage, "energy", "eV", &e->energy, false);
    show_limit(stage, "energy", "eV", &e->energy_fitted, true);
    show_limit(stage, "energy without images", "eV", &e->without_images, false);
    show_limit(stage, "relaxation volume", "A^3", &e->volume, false);
    if (isfinite(e->geometry.low))
        ff_stage_note(stage, "%-22s error ~ N^%.2f fitted to %zu sizes, 95 %%: %.2f to %.2f",
                      "geometry", e->geometry.exponent, e->geometry.points, e->geometry.low,
                      e->geometry.high);
    else if (isfinite(e->geometry.exponent))
        ff_stage_note(stage, "%-22s error ~ N^%.2f fitted to %zu sizes", "geometry",
                      e->geometry.exponent, e->geometry.points);
    if (used < e->sizes)
        ff_stage_warn(stage, "%zu of %zu relaxations did not converge and are not used",
                      e->sizes - used, e->sizes);
    size_t largest = e->sizes;
    while (largest > 0 && !e->size[--largest].converged)
        continue;
    for (size_t i = 0; i < largest; i++)
        if (isnan(e->size[i].geometry))
            ff_stage_warn(stage,
                          "with %zu atoms the defect is in another configuration than with the "
                          "most: their energies have no limit in common",
                          e->size[i].atoms);
}

static int extrapolate(ff_stage_run *stage, ff_extrapolation *extrapolation,
                       ff_relaxation *relaxations, ff_error *err)
{
    const size_t count = ff_operand_count(stage);
    size_t culprit = 0;
    int status = FF_OK;
    for (size_t i = 0; status == FF_OK && i < count; i++)
        status = read_relaxation(stage, &relaxations[i], i, err);
    if (status != FF_OK)
        return status;
    status = ff_extrapolate(extrapolation, relaxations, count, &culprit, err);
    if (status != FF_OK)
        ff_error_in_file(err, ff_operand(stage, culprit));
    return status;
}

static int run(ff_stage_run *stage, ff_error *err)
{
    const size_t count = ff_operand_count(stage);
    ff_container *output = NULL;
    ff_extrapolation extrapolation;
    ff_tags tags;
    ff_extrapolation_init(&extrapolation);
    ff_tags_init(&tags);
    ff_relaxation *relaxations = ff_new_array(count, sizeof *relaxations, err);
    for (size_t i = 0; relaxations && i < count; i++)
        ff_relaxation_init(&relaxations[i]);

    int status = relaxations ? add_tags(stage, &tags, err) : FF_E_NOMEM;
    if (status == FF_OK)
        status = ff_stage_create(stage, &output, FF_EXTRAPOLATION_FILE_VERSION, err);
    if (status == FF_OK)
        status = extrapolate(stage, &extrapolation, relaxations, err);
    if (status == FF_OK) {
        summarise(stage, &extrapolation);
        status = ff_extrapolation_write(output, &extrapolation, &tags, err);
    }
    if (status == FF_OK)
        status = ff_stage_commit(stage, output, err);

    ff_container_close(output);
    for (size_t i = 0; relaxations && i < count; i++)
        ff_relaxation_clear(&relaxations[i]);
    free(relaxations);
    ff_tags_clear(&tags);
    ff_extrapolation_clear(&extrapolation);
    return status;
}

static const ff_stage stage = {
    .name = "extrapolate",
    .summary = "find the limit of a point defect's energy over sizes of supercells",
    .operands = "RELAXATION RELAXATION...",
    .least_operands = 2,
    .most_operands = -1,
    .description =
        "Takes relaxations of one point defect with one potential in supercells of one shape and "
        "several sizes, in any order, and finds what an infinite crystal would give for the "
        "formation energy and the relaxation volume.\n\n"
        "The periodic images make the energy at fixed cell wrong by c N^-3 and then by N^-5, N "
        "being the edge of the cell. The limit is a weighted least-squares fit of the first term, "
        "and of the second from four sizes on; another one fits the first term's exponent as well "
        "and gives its confidence interval, which should hold 3. The uncertainty is the larger of "
        "two: half the 95 % confidence interval from the scatter about the fit, and the change "
        "when the smallest cell is left out. Where relaxations know the energy of the images, the "
        "energies without it are extrapolated, too, with an error of N^-6.\n\n"
        "The geometry is the bond norm of the difference to the largest cell, whose theoretical "
        "exponent is -3/2; sizes of more than a third of the largest cell's sites are not used for "
        "it.",
    .example =
        "for n in 2 3 4; do\n"
        "    farfield relax-defect --potential sw:Si --crystal diamond --species Si \\\n"
        "        --lattice-constant 5.430950 --cells $n --defect interstitial-tetrahedral \\\n"
        "        -o size-$n.h5\n"
        "done\n"
        "farfield extrapolate size-2.h5 size-3.h5 size-4.h5 -o limit.h5\n",
    .output_kind = "extrapolation",
    .options = options,
    .run = run};

int main(int argc, char **argv)
{
    return ff_stage_main(&stage, argc, argv);
}
