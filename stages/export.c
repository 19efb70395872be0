/* farfield-export: hands datasets and relaxed defects to other tools as extended XYZ. */

#include "formats/dataset_file.h"
#include "formats/extxyz_writer.h"
#include "formats/relaxation_file.h"
#include "lib/structure/elements.h"
#include "stages/cli/stage.h"

#include <string.h>

static const ff_option options[] = {
    {"energy", 'e', FF_OPTION_TEXT, "KEY", "energy", "key for energies; \"none\": not written", 0},
    {"forces", 'f', FF_OPTION_TEXT, "COLUMN", "forces", "column for forces, or none", 0},
    {"virial", 0, FF_OPTION_TEXT, "KEY", "virial", "key for virials, -dE/d(strain), or none", 0},
    {"stress", 0, FF_OPTION_TEXT, "KEY", "none",
     "key for stresses, -virial/volume in eV/A^3, or none", 0},
    {"site-energies", 0, FF_OPTION_TEXT, "COLUMN", "site_energy",
     "column for energies per atom, or none", 0},
    {"group", 'g', FF_OPTION_TEXT, "KEY", "config_type", "key for groups, or none", 0},
    {0}};

static const char *name_or_none(const ff_stage_run *stage, const char *option)
{
    const char *text = ff_argument_text(stage, option);
    return strcmp(text, "none") == 0 ? NULL : text;
}

static ff_extxyz_names names_of(const ff_stage_run *stage)
{
    return (ff_extxyz_names){.energy = name_or_none(stage, "energy"),
                             .forces = name_or_none(stage, "forces"),
                             .virial = name_or_none(stage, "virial"),
                             .stress = name_or_none(stage, "stress"),
                             .site_energies = name_or_none(stage, "site-energies"),
                             .group = name_or_none(stage, "group")};
}

/* Datasets. */

/* As frames of one atom without a cell, which ingest and other fitting programs take back; their
 * group tells them from other frames. */
static int write_isolated(const ff_stage_run *stage, ff_text_writer *writer,
                          const ff_dataset *dataset, const ff_extxyz_names *names, ff_error *err)
{
    int status = FF_OK;
    for (int z = 1; z <= FF_MAX_SPECIES && status == FF_OK; z++) {
        ff_frame frame = {0};
        if (!dataset->isolated_known[z])
            continue;
        if (!names->energy || !names->group) {
            ff_stage_note(stage, "the energy of the isolated %s atom, %.10g eV, is not written",
                          ff_element_symbol(z), dataset->isolated_energy[z]);
            continue;
        }
        status = ff_frame_init(&frame, 1, err);
        if (status == FF_OK)
            status = ff_frame_set_group(&frame, "isolated_atom", err);
        if (status == FF_OK) {
            frame.species[0] = z;
            frame.energy = dataset->isolated_energy[z];
            status = ff_frame_add_label(&frame, FF_LABEL_ENERGY, err);
        }
        if (status == FF_OK)
            status = ff_extxyz_write_frame(writer, &frame, names, NULL, err);
        ff_frame_clear(&frame);
    }
    return status;
}

static bool is_weighted(const ff_frame *frame)
{
    for (int kind = 0; kind < FF_KINDS; kind++)
        if (frame->weight[kind] != 1)
            return true;
    return false;
}

static int write_dataset(ff_stage_run *stage, ff_text_writer *writer, ff_container *container,
                         ff_error *err)
{
    const ff_extxyz_names names = names_of(stage);
    ff_dataset dataset;
    ff_dataset_init(&dataset);
    int status = ff_dataset_read(&dataset, container, err);
    if (status == FF_OK)
        status = write_isolated(stage, writer, &dataset, &names, err);
    const ff_progress *progress = ff_stage_progress(stage, "writing", dataset.count, "frames");
    size_t weighted = 0, responding = 0;
    for (size_t i = 0; i < dataset.count && status == FF_OK; i++) {
        status = ff_extxyz_write_frame(writer, &dataset.frames[i], &names, NULL, err);
        weighted += is_weighted(&dataset.frames[i]);
        responding += (dataset.frames[i].labels & FF_LABEL_FORCE_CONSTANTS) != 0;
        progress->advance(progress->context, 1);
    }
    ff_stage_progress_end(stage);
    if (status == FF_OK && weighted)
        ff_stage_note(stage, "%zu frames have weights of their own, which are not written",
                      weighted);
    if (status == FF_OK && responding)
        ff_stage_note(stage, "%zu frames have force constants, which extended XYZ cannot hold",
                      responding);
    ff_dataset_clear(&dataset);
    return status;
}

/* Relaxations. */

static int write_relaxed(const ff_stage_run *stage, ff_text_writer *writer,
                         const ff_relaxation *relaxation, ff_error *err)
{
    const ff_extxyz_names wanted = names_of(stage);
    const ff_extxyz_names names = {.group = wanted.group};
    const char *crystal = relaxation->crystal, *defect = relaxation->defect;
    ff_extxyz_entry entries[] = {
        {.key = "crystal", .type = FF_EXTXYZ_TEXT, .value.texts = &crystal},
        {.key = "defect", .type = FF_EXTXYZ_TEXT, .value.texts = &defect},
        {.key = "lattice_constant",
         .type = FF_EXTXYZ_REAL,
         .value.reals = &relaxation->lattice_constant},
        {.key = "formation_energy",
         .type = FF_EXTXYZ_REAL,
         .value.reals = &relaxation->formation_energy},
        {.key = "converged", .type = FF_EXTXYZ_LOGICAL, .value.logicals = &relaxation->converged}};
    const size_t entry_count = sizeof entries / sizeof entries[0];
    for (size_t i = 0; i < entry_count; i++) {
        entries[i].rows = entries[i].columns = 1;
        entries[i].text = "";
    }
    const ff_extxyz_column columns[] = {{.name = "displacement",
                                         .type = FF_EXTXYZ_REAL,
                                         .width = 3,
                                         .value.reals = relaxation->displacement},
                                        {.name = "site_energy",
                                         .type = FF_EXTXYZ_REAL,
                                         .width = 1,
                                         .value.reals = relaxation->site_energies},
                                        {.name = "site",
                                         .type = FF_EXTXYZ_INTEGER,
                                         .width = 1,
                                         .value.integers = relaxation->site}};
    const ff_extxyz_record more = {.entry_count = entry_count,
                                   .entries = entries,
                                   .column_count = sizeof columns / sizeof columns[0],
                                   .columns = columns};
    ff_frame frame = {0};
    int status = ff_relaxation_frame(relaxation, &frame, err);
    if (status == FF_OK)
        status = ff_frame_set_group(&frame, relaxation->defect, err);
    if (status == FF_OK)
        status = ff_extxyz_write_frame(writer, &frame, &names, &more, err);
    ff_frame_clear(&frame);
    return status;
}

static int write_relaxation(const ff_stage_run *stage, ff_text_writer *writer,
                            ff_container *container, ff_error *err)
{
    ff_relaxation relaxation;
    int status = ff_relaxation_read(&relaxation, container, err);
    if (status == FF_OK)
        status = write_relaxed(stage, writer, &relaxation, err);
    ff_relaxation_clear(&relaxation);
    return status;
}

/* Any input. */

static int write_input(ff_stage_run *stage, ff_text_writer *writer, const char *path, ff_error *err)
{
    ff_container *container = NULL;
    int status = ff_stage_open(stage, &container, path, "input", NULL, 0, err);
    if (status != FF_OK)
        return status;
    const char *kind = ff_container_kind(container);
    if (strcmp(kind, "dataset") == 0)
        status = write_dataset(stage, writer, container, err);
    else if (strcmp(kind, "relaxation") == 0)
        status = write_relaxation(stage, writer, container, err);
    else
        status =
            ff_fail(err, FF_E_FORMAT,
                    "a %s cannot be exported to extXYZ, expected a dataset or a relaxation", kind);
    if (status != FF_OK)
        ff_error_in_file(err, ff_container_name(container));
    ff_container_close(container);
    return status;
}

static int run(ff_stage_run *stage, ff_error *err)
{
    ff_text_writer *writer = NULL;
    int status = ff_text_writer_open(&writer, ff_output_path(stage), err);
    if (status == FF_OK && ff_operand_count(stage) == 0)
        status = write_input(stage, writer, "-", err);
    for (size_t i = 0; i < ff_operand_count(stage) && status == FF_OK; i++)
        status = write_input(stage, writer, ff_operand(stage, i), err);
    if (status == FF_OK)
        status = ff_text_writer_commit(writer, err);
    ff_text_writer_close(writer);
    return status;
}

static const ff_stage stage = {
    .name = "export",
    .summary = "write datasets and relaxed defects as extended XYZ",
    .operands = "[INPUT]...",
    .least_operands = 0,
    .most_operands = -1,
    .description =
        "Writes extended XYZ, compressed with gzip when --output ends in .gz; without inputs reads "
        "standard input. Numbers have the digits they need to be read back exactly.\n"
        "\n"
        "A dataset gives its frames with labels under the names of the options, and the energies "
        "of isolated atoms as frames of one atom in the group isolated_atom. A relaxation gives "
        "the relaxed structure with columns displacement (A, from the reference), site_energy "
        "(eV) and site (index in the perfect supercell, -1 for extra atoms).\n",
    .example =
        "farfield generate --crystal diamond --species Si --lattice-constant 5.43095 --cells 2 \\\n"
        "    --count 5 --rattle 0.05 | farfield label --potential sw:Si |\n"
        "    farfield export -o rattled.xyz.gz\n",
    .output_kind = "",
    .options = options,
    .run = run,
};

int main(int argc, char **argv)
{
    return ff_stage_main(&stage, argc, argv);
}
