/* farfield-ingest: files of structures and their labels become a dataset. */

#include "stages/ingest/ingestion.h"

#include "lib/audit/audit.h"
#include "stages/cli/audit_report.h"

#include <string.h>

static const ff_option options[] = {
    {"energy", 'e', FF_OPTION_TEXT, "KEY", NULL, "key of the total energy; \"none\": not read", 0},
    {"forces", 'f', FF_OPTION_TEXT, "COLUMN", NULL, "column of the forces, or none", 0},
    {"virial", 0, FF_OPTION_TEXT, "KEY", NULL,
     "key of the virial, -dE/d(strain): 9 numbers or 6; or none", 0},
    {"stress", 0, FF_OPTION_TEXT, "KEY", NULL, "key of the stress, instead of a virial; or none",
     0},
    {"site-energies", 0, FF_OPTION_TEXT, "COLUMN", NULL, "column of energies per atom", 0},
    {"group", 'g', FF_OPTION_TEXT, "KEY", "config_type", "key of the group of a frame, or none", 0},
    {"centre", 0, FF_OPTION_TEXT, "KEY", NULL,
     "key of the place of a frame's defect, three numbers, by which\nfit can weight its atoms", 0},
    {"group-name", 0, FF_OPTION_TEXT, "NAME", "default", "group of frames that name none", 0},
    {"isolated", 0, FF_OPTION_TEXT, "GROUP", NULL,
     "group of isolated atoms, beside isolated_atom and IsolatedAtom", 0},
    {"e0", 0, FF_OPTION_TEXT, "LIST", NULL,
     "energies of isolated atoms in eV, e.g. Ti=-1586,Al=-57", 0},
    {"species-from", 0, FF_OPTION_TEXT, "COLUMN", NULL,
     "column of symbols or atomic numbers (default: species, or else Z)", 0},
    {"units", 'u', FF_OPTION_TEXT, "UNITS", "ase",
     "of extended XYZ: a set (ase, vasp, lammps-metal, lammps-real,\natomic, rydberg) and "
     "QUANTITY=UNIT for energy, length, force, virial,\nstress, as in energy=Ha,stress=kbar",
     0},
    {"stress-sign", 0, FF_OPTION_TEXT, "SIGN", NULL,
     "stress is positive in tension or in compression (default: that of\n--units, tension but for "
     "vasp and lammps)",
     0},
    {"gradients", 0, FF_OPTION_FLAG, NULL, NULL,
     "the column of forces holds dE/dx, minus the forces", 0},
    {"virial-sign", 0, FF_OPTION_TEXT, "SIGN", "minus", "the virial is minus dE/d(strain), or plus",
     0},
    {"tensor-order", 0, FF_OPTION_TEXT, "ORDER", "voigt",
     "of a virial or stress of six numbers: voigt (xx yy zz yz xz xy),\nvasp (xx yy zz xy yz xz), "
     "lammps (xx yy zz xy xz yz),\nrows (xx xy xz yy yz zz)",
     0},
    {"vasp-energy", 0, FF_OPTION_TEXT, "WHICH", "free",
     "energy of vasprun.xml: free (e_fr_energy, whose derivatives the\nforces are), sigma0 "
     "(e_0_energy), without-entropy (e_wo_entrp)",
     0},
    {"cut-short", 0, FF_OPTION_FLAG, NULL, NULL,
     "of a vasprun.xml that ends early, take the whole ionic steps", 0},
    {"drop-zero-forces", 0, FF_OPTION_FLAG, NULL, NULL,
     "take forces that are all exactly zero for missing", 0},
    {"drop-zero-virials", 0, FF_OPTION_FLAG, NULL, NULL,
     "take a virial or stress of exactly zero for missing", 0},
    {"lattice-order", 0, FF_OPTION_TEXT, "ORDER", NULL,
     "what the lists of Lattice=[[..],[..],[..]] are: rows (cell\nvectors) or columns", 0},
    {"right-handed", 0, FF_OPTION_FLAG, NULL, NULL,
     "swap two vectors of left-handed cells, which leaves lattice and\nlabels as they are", 0},
    {"audit", 0, FF_OPTION_FLAG, NULL, NULL,
     "test whether the labels can be true, as farfield audit does; report\nto standard error, and "
     "write nothing when something is wrong",
     0},
    {"plain", 0, FF_OPTION_FLAG, NULL, NULL, "plain XYZ: line 2 of each frame is a comment", 0},
    {0}};

/* The frames that have been written, and the energies of isolated atoms, which come last. */
static int audit(ff_ingestion *work, ff_error *err)
{
    enum { MOST_ATOMS = 200000 };
    ff_audit found;
    ff_audit_options how = {.most_atoms = MOST_ATOMS};
    if (!work->keep || work->kept.count == 0)
        return FF_OK;
    memcpy(work->kept.isolated_known, work->isolated.isolated_known,
           sizeof work->kept.isolated_known);
    memcpy(work->kept.isolated_energy, work->isolated.isolated_energy,
           sizeof work->kept.isolated_energy);
    how.progress = ff_stage_progress(work->stage, "auditing", work->kept.count, "frames");
    int status = ff_audit_run(&found, &work->kept, &how, err);
    ff_stage_progress_end(work->stage);
    if (status == FF_OK)
        status = ff_audit_report_text(&found, work->origin,
                                      ff_argument_flag(work->stage, "verbose"), stderr, err);
    if (status == FF_OK)
        status = ff_audit_verdict(&found, err);
    ff_audit_clear(&found);
    return status;
}

static int run(ff_stage_run *stage, ff_error *err)
{
    ff_ingestion work = {.stage = stage};
    ff_container *container = NULL;
    int status = ff_ingestion_configure(&work, err);
    if (status == FF_OK)
        status = ff_stage_create(stage, &container, FF_DATASET_FILE_VERSION, err);
    if (status == FF_OK)
        status = ff_dataset_writer_new(&work.writer, container, err);
    if (status == FF_OK)
        status = ff_ingestion_read(&work, err);
    if (status == FF_OK)
        status = ff_ingestion_summarise(&work, err);
    if (status == FF_OK)
        status = audit(&work, err);
    if (status == FF_OK) {
        status = ff_dataset_writer_finish(work.writer, &work.isolated, err);
        work.writer = NULL;
    }
    if (status == FF_OK)
        status = ff_stage_commit(stage, container, err);
    ff_ingestion_clear(&work);
    ff_container_close(container);
    return status;
}

static const ff_stage stage = {
    .name = "ingest",
    .summary = "read structures and their labels from files into a dataset",
    .operands = "FILE...",
    .least_operands = 1,
    .most_operands = -1,
    .description =
        "Reads extended XYZ and vasprun.xml, plain or compressed with gzip, and datasets and "
        "relaxations of Farfield; \"-\" is standard input. The format is told from the first "
        "bytes of a file, not from its name.\n"
        "\n"
        "Labels of extended XYZ are read under the names given with --energy, --forces, --virial "
        "or --stress and under no others: a file may hold several energies of which one is the "
        "reference. Without these options the names found are listed. The value none leaves a "
        "label out, whatever the format. Options of units, signs and orders are for extended XYZ; "
        "the other formats say what theirs are.\n"
        "\n"
        "Isolated atoms (frames of one atom in the group isolated_atom, IsolatedAtom or that of "
        "--isolated) give the energies of free atoms and are no frames of the dataset. Every "
        "frame that is not used is listed with the reason.\n"
        "\n"
        "With --audit the labels are tested as farfield audit does (see there).\n"
        "\n"
        "Numbers that are not finite, atoms closer than 0.001 A, singular cells and unknown "
        "elements are errors. docs/extxyz.md and docs/vasprun.md state the rules.\n",
    .example = "farfield ingest sample-data/si-train.xyz.gz --energy energy --forces forces \\\n"
               "    --virial virial -o train.h5\n"
               "farfield show train.h5\n",
    .output_kind = "dataset",
    .options = options,
    .run = run,
};

int main(int argc, char **argv)
{
    return ff_stage_main(&stage, argc, argv);
}
