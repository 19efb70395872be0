/* farfield-export: hands intermediates to other tools: datasets and relaxed defects as extended
 * XYZ, single structures and force constants for LAMMPS, VASP and phonopy, models as potentials of
 * LAMMPS, the cores of dislocations as tables to plot. */

#include "stages/export/export.h"

#include <stdio.h>
#include <string.h>

static const ff_option options[] = {
    {"format", 0, FF_OPTION_TEXT, "NAME", "auto",
     "extxyz, yace, lammps-data, poscar, force-constants,\ndifferential-displacements, or auto: "
     "by the name of the\noutput (.yace, .data, POSCAR or SPOSCAR, FORCE_CONSTANTS\nor .hdf5, "
     ".csv), else extxyz",
     0},
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
typedef struct export_form {
    const char *kind, *format;
    int (*write)(ff_stage_run *stage, ff_text_writer *writer, ff_container *container,
                 ff_error *err);
} export_form;

static const export_form forms[] = {
    {"dataset", "extxyz", export_dataset},
    {"relaxation", "extxyz", export_relaxation},
    {"model", "yace", export_model},
    {"dataset", "lammps-data", export_lammps_data},
    {"relaxation", "lammps-data", export_lammps_data},
    {"dataset", "poscar", export_poscar},
    {"relaxation", "poscar", export_poscar},
    {"dataset", "force-constants", export_force_constants},
    {"relaxation", "differential-displacements", export_differential_displacements}};
static const size_t form_count = sizeof forms / sizeof *forms;

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length > tail && strcmp(text + length - tail, end) == 0;
}

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* The format that a name of an output stands for. */
static const char *format_of_name(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    if (ends_with(name, ".yace"))
        return "yace";
    if (ends_with(name, ".data"))
        return "lammps-data";
    if (begins_with(name, "POSCAR") || begins_with(name, "SPOSCAR"))
        return "poscar";
    if (begins_with(name, "FORCE_CONSTANTS") || ends_with(name, ".hdf5"))
        return "force-constants";
    if (ends_with(name, ".csv") || ends_with(name, ".csv.gz"))
        return "differential-displacements";
    return "extxyz";
}

static int choose_format(const ff_stage_run *stage, const char **format, ff_error *err)
{
    *format = ff_argument_text(stage, "format");
    if (strcmp(*format, "auto") == 0)
        *format = format_of_name(ff_output_path(stage));
    bool known = false;
    for (size_t k = 0; k < form_count; k++)
        known |= strcmp(forms[k].format, *format) == 0;
    if (!known)
        return ff_fail(err, FF_E_USAGE,
                       "--format %s, expected extxyz, yace, lammps-data, poscar, force-constants, "
                       "differential-displacements or auto",
                       *format);
    if (strcmp(*format, "extxyz") != 0 && ff_operand_count(stage) > 1)
        return ff_fail(err, FF_E_USAGE, "%zu inputs for one output of format %s, expected one",
                       ff_operand_count(stage), *format);
    return FF_OK;
}

/* Whether the output is not text. */
static bool is_hdf5(const ff_stage_run *stage, const char *format)
{
    return strcmp(format, "force-constants") == 0 && ends_with(ff_output_path(stage), ".hdf5");
}

static int fail_kind(const char *kind, const char *format, ff_error *err)
{
    if (strcmp(format, "extxyz") == 0)
        return ff_fail(err, FF_E_FORMAT,
                       "a %s cannot be exported to extXYZ, expected a dataset or a relaxation (a "
                       "model goes to FILE.yace)",
                       kind);
    char expected[64] = "";
    for (size_t k = 0; k < form_count; k++) {
        size_t used = strlen(expected);
        if (strcmp(forms[k].format, format) == 0)
            (void)snprintf(expected + used, sizeof expected - used, "%s a %s", used ? " or" : "",
                           forms[k].kind);
    }
    return ff_fail(err, FF_E_FORMAT, "a %s cannot be exported to %s%s, expected%s", kind,
                   strcmp(format, "yace") == 0 ? "." : "", format, expected);
}

static int write_input(ff_stage_run *stage, ff_text_writer *writer, const char *path,
                       const char *format, ff_error *err)
{
    ff_container *container = NULL;
    int status = ff_stage_open(stage, &container, path, "input", NULL, 0, err);
    if (status != FF_OK)
        return status;
    const char *kind = ff_container_kind(container);
    size_t form = 0;
    while (form < form_count &&
           (strcmp(forms[form].format, format) != 0 || strcmp(forms[form].kind, kind) != 0))
        form++;
    status = form < form_count ? forms[form].write(stage, writer, container, err)
                               : fail_kind(kind, format, err);
    if (status != FF_OK)
        ff_error_in_file(err, ff_container_name(container));
    ff_container_close(container);
    return status;
}

static int run(ff_stage_run *stage, ff_error *err)
{
    const char *format = NULL;
    ff_text_writer *writer = NULL;
    int status = choose_format(stage, &format, err);
    if (status == FF_OK && !is_hdf5(stage, format))
        status = ff_text_writer_open(&writer, ff_output_path(stage), err);
    if (status == FF_OK && ff_operand_count(stage) == 0)
        status = write_input(stage, writer, "-", format, err);
    for (size_t i = 0; i < ff_operand_count(stage) && status == FF_OK; i++)
        status = write_input(stage, writer, ff_operand(stage, i), format, err);
    if (status == FF_OK && writer)
        status = ff_text_writer_commit(writer, err);
    ff_text_writer_close(writer);
    return status;
}

static const ff_stage stage = {
    .name = "export",
    .summary =
        "write datasets and relaxed defects as extended XYZ, models for LAMMPS, force constants",
    .operands = "[INPUT]...",
    .least_operands = 0,
    .most_operands = -1,
    .description =
        "Writes extended XYZ, compressed with gzip when --output ends in .gz; without inputs reads "
        "standard input. Numbers have the digits they need to be read back exactly.\n"
        "\n"
        "A dataset gives its frames with labels under the names of the options, and the energies "
        "of isolated atoms as frames of one atom in the group isolated_atom. A relaxation gives "
        "the relaxed structure with columns displacement (A, from the reference), strain (xx yy zz "
        "yz xz xy of the Green-Lagrange tensor, by least squares over the site's neighbours; nan "
        "for "
        "extra atoms), its parts volumetric_strain and shear_strain (as OVITO has them), bond_norm "
        "(A, |Du| over the atom's bonds), site_energy and excess_energy (eV; minus the bulk's), "
        "fixed, and site (index in the perfect supercell, -1 for extra atoms).\n"
        "\n"
        "A single structure goes to LAMMPS as a data file (.data; types by atomic number with the "
        "masses of the elements, the cell turned as LAMMPS wants it) or to VASP and phonopy as "
        "POSCAR. Its force constants, if "
        "farfield label gave it some, become phonopy's FORCE_CONSTANTS or force_constants.hdf5: "
        "the full matrix, completed by the space group where only independent displacements are "
        "there. POSCAR and FORCE_CONSTANTS together are what phonopy needs, the structure being "
        "its supercell.\n"
        "\n"
        "A model becomes a potential of LAMMPS's pair style pace when --output ends in .yace. "
        "Energies agree to rounding and forces to about 1e-9 eV/A, which LAMMPS's interpolation "
        "between tables of radial functions limits; the stage says what to expect and how much "
        "memory the tables take, and --spacing changes both. This holds as long as no two "
        "atoms are closer than the inner radius of the basis. Below it the functions fade as the "
        "model's do, but LAMMPS has another repulsion, which agrees with the model's in value and "
        "slope at 3/4 of that radius only.\n"
        "\n"
        "The relaxation of a dislocation also gives the differential displacements of its core, "
        "when --output ends in .csv: one line for each two neighbouring columns of atoms within "
        "six nearest-neighbour distances of the line, with x and y of both in the perfect crystal "
        "(from_x, from_y, to_x, to_y, A) and how much farther the second is displaced along the "
        "Burgers vector than the first, in Burgers vectors, from -1/2 to 1/2 (difference).\n",
    .example =
        "farfield generate --crystal diamond --species Si --lattice-constant 5.43095 --cells 2 \\\n"
        "    --count 5 --rattle 0.05 | farfield label --potential sw:Si -o rattled.h5\n"
        "farfield export rattled.h5 -o rattled.xyz.gz\n"
        "farfield generate --crystal diamond --species Si --lattice-constant 5.43095 --cells 2 |\n"
        "    farfield label --potential sw:Si --observations FC -o crystal.h5\n"
        "farfield export crystal.h5 -o SPOSCAR\n"
        "farfield export crystal.h5 -o FORCE_CONSTANTS\n"
        "farfield featurize rattled.h5 --degree 5 | farfield fit -o model.h5\n"
        "farfield export model.h5 -o Si.yace\n"
        "farfield relax-defect --potential fs:W --crystal bcc --species W \\\n"
        "    --lattice-constant 3.1652 --dislocation screw --radius 15 -o screw.h5\n"
        "farfield export screw.h5 -o core.csv\n",
    .output_kind = "",
    .options = options,
    .run = run,
};

int main(int argc, char **argv)
{
    return ff_stage_main(&stage, argc, argv);
}
