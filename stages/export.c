/* farfield-export: hands intermediates to other tools: datasets and relaxed defects as extended
 * XYZ, models as potentials of LAMMPS. */

#include "stages/export/export.h"

#include <string.h>

static const ff_option options[] = {
    {"format", 0, FF_OPTION_TEXT, "NAME", "auto",
     "extxyz, yace, or auto: yace when --output ends in .yace", 0},
    {"energy", 'e', FF_OPTION_TEXT, "KEY", "energy", "key for energies; \"none\": not written", 0},
    {"forces", 'f', FF_OPTION_TEXT, "COLUMN", "forces", "column for forces, or none", 0},
    {"virial", 0, FF_OPTION_TEXT, "KEY", "virial", "key for virials, -dE/d(strain), or none", 0},
    {"stress", 0, FF_OPTION_TEXT, "KEY", "none",
     "key for stresses, -virial/volume in eV/A^3, or none", 0},
    {"site-energies", 0, FF_OPTION_TEXT, "COLUMN", "site_energy",
     "column for energies per atom, or none", 0},
    {"group", 'g', FF_OPTION_TEXT, "KEY", "config_type", "key for groups, or none", 0},
    {"centre", 0, FF_OPTION_TEXT, "KEY", "defect_centre",
     "key for the place of a defect, where it is known; or none", 0},
    {"spacing", 0, FF_OPTION_NUMBER, "A", "0",
     "of LAMMPS's tables of radial functions; 0: as fine as\n"
     "rounding makes useful and 1 GB of memory allows",
     0},
    {0}};

/* What is written of which kind. */
static const struct {
    const char *kind;
    bool yace;
    int (*write)(ff_stage_run *stage, ff_text_writer *writer, ff_container *container,
                 ff_error *err);
} forms[] = {{"dataset", false, export_dataset},
             {"relaxation", false, export_relaxation},
             {"model", true, export_model}};

static int is_yace(const ff_stage_run *stage, bool *yace, ff_error *err)
{
    const char *name = ff_argument_text(stage, "format"), *path = ff_output_path(stage);
    size_t length = strlen(path);
    *yace = strcmp(name, "yace") == 0;
    if (strcmp(name, "auto") == 0)
        *yace = length > 5 && strcmp(path + length - 5, ".yace") == 0;
    else if (!*yace && strcmp(name, "extxyz") != 0)
        return ff_fail(err, FF_E_USAGE, "--format %s, expected extxyz, yace or auto", name);
    if (*yace && ff_operand_count(stage) > 1)
        return ff_fail(err, FF_E_USAGE, "%zu inputs for one .yace, expected one model",
                       ff_operand_count(stage));
    return FF_OK;
}

static int write_input(ff_stage_run *stage, ff_text_writer *writer, const char *path, bool yace,
                       ff_error *err)
{
    ff_container *container = NULL;
    int status = ff_stage_open(stage, &container, path, "input", NULL, 0, err);
    if (status != FF_OK)
        return status;
    const char *kind = ff_container_kind(container);
    size_t form = 0, count = sizeof forms / sizeof *forms;
    while (form < count && (forms[form].yace != yace || strcmp(forms[form].kind, kind) != 0))
        form++;
    if (form < count)
        status = forms[form].write(stage, writer, container, err);
    else
        status =
            ff_fail(err, FF_E_FORMAT, "a %s cannot be exported to %s, expected %s", kind,
                    yace ? ".yace" : "extXYZ",
                    yace ? "a model" : "a dataset or a relaxation (a model goes to FILE.yace)");
    if (status != FF_OK)
        ff_error_in_file(err, ff_container_name(container));
    ff_container_close(container);
    return status;
}

static int run(ff_stage_run *stage, ff_error *err)
{
    bool yace;
    ff_text_writer *writer = NULL;
    int status = is_yace(stage, &yace, err);
    if (status == FF_OK)
        status = ff_text_writer_open(&writer, ff_output_path(stage), err);
    if (status == FF_OK && ff_operand_count(stage) == 0)
        status = write_input(stage, writer, "-", yace, err);
    for (size_t i = 0; i < ff_operand_count(stage) && status == FF_OK; i++)
        status = write_input(stage, writer, ff_operand(stage, i), yace, err);
    if (status == FF_OK)
        status = ff_text_writer_commit(writer, err);
    ff_text_writer_close(writer);
    return status;
}

static const ff_stage stage = {
    .name = "export",
    .summary = "write datasets and relaxed defects as extended XYZ, models for LAMMPS",
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
        "(eV) and site (index in the perfect supercell, -1 for extra atoms).\n"
        "\n"
        "A model becomes a potential of LAMMPS's pair style pace when --output ends in .yace. "
        "Energies agree to rounding and forces to about 1e-9 eV/A, which LAMMPS's interpolation "
        "between tables of radial functions limits; the stage says what to expect and how much "
        "memory the tables take, and --spacing changes both. This holds as long as no two "
        "atoms are closer than the inner radius of the basis. Below it the functions fade as the "
        "model's do, but LAMMPS has another repulsion, which agrees with the model's in value and "
        "slope at 3/4 of that radius only.\n",
    .example =
        "farfield generate --crystal diamond --species Si --lattice-constant 5.43095 --cells 2 \\\n"
        "    --count 5 --rattle 0.05 | farfield label --potential sw:Si -o rattled.h5\n"
        "farfield export rattled.h5 -o rattled.xyz.gz\n"
        "farfield featurize rattled.h5 --degree 5 | farfield fit -o model.h5\n"
        "farfield export model.h5 -o Si.yace\n",
    .output_kind = "",
    .options = options,
    .run = run,
};

int main(int argc, char **argv)
{
    return ff_stage_main(&stage, argc, argv);
}
