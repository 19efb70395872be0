/* farfield-ingest: extended XYZ files become a dataset. */

#include "stages/ingest/ingestion.h"

#include <string.h>
#include <sys/stat.h>

static const ff_option options[] = {
    {"energy", 'e', FF_OPTION_TEXT, "KEY", NULL, "key of the total energy; \"none\": not read", 0},
    {"forces", 'f', FF_OPTION_TEXT, "COLUMN", NULL, "column of the forces, or none", 0},
    {"virial", 0, FF_OPTION_TEXT, "KEY", NULL,
     "key of the virial, -dE/d(strain): 9 numbers, or 6 as\nxx yy zz yz xz xy; or none", 0},
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
    {"energy-units", 0, FF_OPTION_TEXT, "UNIT", "eV",
     "unit of energies (and of forces and virials): eV, meV, Ha, Ry,\nkJ/mol, kcal/mol", 0},
    {"length-units", 0, FF_OPTION_TEXT, "UNIT", "A", "unit of lengths (and of forces): A, nm, Bohr",
     0},
    {"stress-units", 0, FF_OPTION_TEXT, "UNIT", "eV/A^3",
     "unit of stresses: eV/A^3, GPa, kbar, bar", 0},
    {"stress-sign", 0, FF_OPTION_TEXT, "SIGN", "tension",
     "stress is positive in tension or in compression", 0},
    {"drop-zero-virials", 0, FF_OPTION_FLAG, NULL, NULL,
     "take a virial or stress of exactly zero for missing", 0},
    {"lattice-order", 0, FF_OPTION_TEXT, "ORDER", NULL,
     "what the lists of Lattice=[[..],[..],[..]] are: rows (cell\nvectors) or columns", 0},
    {"plain", 0, FF_OPTION_FLAG, NULL, NULL, "plain XYZ: line 2 of each frame is a comment", 0},
    {0}};

/* Progress in kB of the files. */

typedef struct meter {
    const ff_progress *progress;
    int64_t shown; /* kB of the file being read */
} meter;

static void advance(meter *m, const ff_text_reader *text)
{
    int64_t kilobytes = ff_text_reader_bytes(text) / 1000;
    if (kilobytes > m->shown)
        m->progress->advance(m->progress->context, (size_t)(kilobytes - m->shown));
    m->shown = kilobytes;
}

/* 0 when it cannot be known, as of a pipe. */
static size_t total_kilobytes(const ff_stage_run *stage)
{
    int64_t total = 0;
    for (size_t i = 0; i < ff_operand_count(stage); i++) {
        struct stat information;
        if (strcmp(ff_operand(stage, i), "-") == 0 ||
            stat(ff_operand(stage, i), &information) != 0 || !S_ISREG(information.st_mode))
            return 0;
        total += information.st_size;
    }
    return (size_t)(total / 1000);
}

/* Files. */

static int take_frames(ff_ingestion *work, ff_extxyz_reader *reader, const ff_text_reader *text,
                       meter *m, ff_error *err)
{
    const ff_extxyz_record *record = NULL;
    size_t frames = 0;
    int status;
    while ((status = ff_extxyz_next(reader, &record, err)) == FF_OK && record) {
        status = ff_extxyz_survey_add(&work->survey, record, err);
        if (status == FF_OK)
            status = ff_ingestion_ask_labels(work, reader, err);
        if (status == FF_OK)
            status = ff_ingestion_take(work, record, err);
        if (status != FF_OK)
            break;
        frames++;
        advance(m, text);
    }
    if (status == FF_OK && frames == 0) {
        status = ff_fail(err, FF_E_FORMAT, "the file is empty, expected extended XYZ");
        ff_error_in_file(err, ff_text_reader_name(text));
    }
    ff_error earlier = {0};
    int flushed = ff_ingestion_flush(work, &earlier);
    if (flushed != FF_OK && err)
        *err = earlier;
    return flushed != FF_OK ? flushed : status;
}

static int record_input(ff_ingestion *work, ff_text_reader *text, ff_error *err)
{
    char digest[FF_DIGEST_SIZE];
    int status = ff_text_reader_digest(digest, text, err);
    return status == FF_OK ? ff_provenance_input_digest(ff_stage_provenance(work->stage), "input",
                                                        digest, ff_text_reader_bytes(text), err)
                           : status;
}

static int read_file(ff_ingestion *work, const char *path, meter *m, ff_error *err)
{
    const ff_extxyz_options reading = {.plain = ff_argument_flag(work->stage, "plain"),
                                       .warn = ff_ingestion_remark,
                                       .context = work};
    ff_text_reader *text = NULL;
    ff_extxyz_reader *reader = NULL;
    int status = ff_text_reader_open(&text, path, err);
    if (status == FF_OK)
        status = ff_text_reader_keep_digest(text, err);
    if (status != FF_OK) {
        ff_text_reader_close(text);
        return status;
    }
    status = ff_extxyz_open(&reader, text, &reading, err);
    if (status != FF_OK)
        return status;
    m->shown = 0;
    status = take_frames(work, reader, text, m, err);
    if (status == FF_OK)
        status = record_input(work, text, err);
    ff_extxyz_close(reader);
    return status;
}

static int read_files(ff_ingestion *work, ff_error *err)
{
    ff_stage_run *stage = work->stage;
    bool input_read = false;
    int status = FF_OK;
    meter m = {.progress = ff_stage_progress(stage, "reading", total_kilobytes(stage), "kB")};
    for (size_t i = 0; i < ff_operand_count(stage) && status == FF_OK; i++) {
        const char *path = ff_operand(stage, i);
        bool piped = strcmp(path, "-") == 0;
        if (piped && input_read)
            status = ff_fail(err, FF_E_USAGE, "standard input can be read only once");
        else
            status = read_file(work, path, &m, err);
        input_read = input_read || piped;
    }
    ff_stage_progress_end(stage);
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
        status = read_files(&work, err);
    if (status == FF_OK)
        status = ff_ingestion_summarise(&work, err);
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
    .summary = "read extended XYZ files into a dataset",
    .operands = "FILE...",
    .least_operands = 1,
    .most_operands = -1,
    .description =
        "Reads extended XYZ, plain or compressed with gzip; \"-\" is standard input. Labels are "
        "read under the names given with --energy, --forces, --virial or --stress and under no "
        "others: a file may hold several energies of which one is the reference. Without these "
        "options the names found are listed.\n"
        "\n"
        "Isolated atoms (frames of one atom in the group isolated_atom, IsolatedAtom or that of "
        "--isolated) give the energies of free atoms and are no frames of the dataset.\n"
        "\n"
        "Numbers that are not finite, atoms closer than 0.001 A, singular cells and unknown "
        "elements are errors. docs/extxyz.md states the grammar.\n",
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
