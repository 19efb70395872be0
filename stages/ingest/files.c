/* The operands of farfield-ingest: each file's format is told from its first bytes. */

#include "stages/ingest/ingestion.h"

#include "stages/cli/datasets.h"

#include <string.h>
#include <sys/stat.h>

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

static bool is_regular(const char *path, int64_t *size)
{
    struct stat information;
    if (strcmp(path, "-") == 0 || stat(path, &information) != 0 || !S_ISREG(information.st_mode))
        return false;
    *size = information.st_size;
    return true;
}

/* 0 when it cannot be known, as of a pipe. */
static size_t total_kilobytes(const ff_stage_run *stage)
{
    int64_t total = 0, size = 0;
    for (size_t i = 0; i < ff_operand_count(stage); i++) {
        if (!is_regular(ff_operand(stage, i), &size))
            return 0;
        total += size;
    }
    return (size_t)(total / 1000);
}

/* One file, opened, of which the first bytes have been looked at. */
typedef struct input {
    const char *path;
    ff_text_reader *text; /* taken over by the readers of formats */
    meter *meter;
} input;

/* Extended XYZ. */

static int take_record(ff_ingestion *work, ff_extxyz_reader *reader, const ff_extxyz_record *record,
                       ff_error *err)
{
    ff_frame frame = {0};
    const ff_place place = {.file = record->file,
                            .number = record->frame,
                            .line = record->line,
                            .has_atom_lines = true};
    int status = ff_extxyz_survey_add(&work->survey, record, err);
    if (status == FF_OK)
        status = ff_ingestion_ask_labels(work, reader, err);
    if (status == FF_OK)
        status = ff_extxyz_to_frame(&frame, record, &work->mapping, err);
    return status == FF_OK ? ff_ingestion_take(work, &frame, &place, err) : status;
}

static int take_records(ff_ingestion *work, ff_extxyz_reader *reader, input *in, ff_error *err)
{
    const ff_extxyz_record *record = NULL;
    size_t frames = 0;
    int status;
    while ((status = ff_extxyz_next(reader, &record, err)) == FF_OK && record) {
        status = take_record(work, reader, record, err);
        if (status != FF_OK)
            return status;
        frames++;
        advance(in->meter, in->text);
    }
    if (status == FF_OK && frames == 0) {
        status = ff_fail(err, FF_E_FORMAT, "the file is empty, expected extended XYZ");
        ff_error_in_file(err, ff_text_reader_name(in->text));
    }
    return status;
}

static int record_input(ff_ingestion *work, ff_text_reader *text, ff_error *err)
{
    char digest[FF_DIGEST_SIZE];
    int status = ff_text_reader_digest(digest, text, err);
    return status == FF_OK ? ff_provenance_input_digest(ff_stage_provenance(work->stage), "input",
                                                        digest, ff_text_reader_bytes(text), err)
                           : status;
}

/* An error of an earlier frame, which waited for its check, goes first. */
static int flush(ff_ingestion *work, int status, ff_error *err)
{
    ff_error earlier = {0};
    int flushed = ff_ingestion_flush(work, &earlier);
    if (flushed != FF_OK && err)
        *err = earlier;
    return flushed != FF_OK ? flushed : status;
}

static int read_extxyz(ff_ingestion *work, input *in, ff_error *err)
{
    const ff_extxyz_options reading = {.plain = ff_argument_flag(work->stage, "plain"),
                                       .warn = ff_ingestion_remark,
                                       .context = work};
    ff_extxyz_reader *reader = NULL;
    int status = ff_extxyz_open(&reader, in->text, &reading, err);
    if (status != FF_OK)
        return status;
    work->extxyz_files++;
    status = flush(work, take_records(work, reader, in, err), err);
    if (status == FF_OK)
        status = record_input(work, in->text, err);
    ff_extxyz_close(reader);
    return status;
}

/* vasprun.xml. */

static int take_step(ff_ingestion *work, ff_frame *frame, const ff_vasprun_step *step,
                     const char *file, ff_error *err)
{
    const ff_place place = {.file = file, .number = step->number, .line = step->line};
    int status = ff_frame_set_group(frame, work->mapping.group_default, err);
    if (status == FF_OK && step->unconverged)
        status = ff_ingestion_leave_out(
            work, "taken, although the electronic iterations stopped at NELM, not converged",
            &place, err);
    if (status != FF_OK) {
        ff_frame_clear(frame);
        return status;
    }
    return ff_ingestion_take(work, frame, &place, err);
}

static int take_steps(ff_ingestion *work, ff_vasprun_reader *reader, input *in, ff_error *err)
{
    const char *file = ff_text_reader_name(in->text);
    size_t steps = 0;
    for (bool more = true; more;) {
        ff_frame frame;
        ff_vasprun_step step;
        int status = ff_vasprun_next(reader, &frame, &step, &more, err);
        if (status == FF_OK && more)
            status = take_step(work, &frame, &step, file, err);
        if (status != FF_OK)
            return status;
        steps += more;
        advance(in->meter, in->text);
    }
    if (ff_vasprun_ended_early(reader))
        ff_stage_warn(work->stage, "%s ends early: its %zu whole ionic steps are taken", file,
                      steps);
    if (steps == 0) {
        int status = ff_fail(err, FF_E_FORMAT, "holds no ionic step (<calculation>)");
        ff_error_in_file(err, file);
        return status;
    }
    return FF_OK;
}

static int read_vasprun(ff_ingestion *work, input *in, ff_error *err)
{
    ff_vasprun_reader *reader = NULL;
    int status = ff_vasprun_open(&reader, in->text, &work->vasprun, err);
    if (status != FF_OK)
        return status;
    status = flush(work, take_steps(work, reader, in, err), err);
    if (status == FF_OK)
        status = record_input(work, in->text, err);
    ff_vasprun_close(reader);
    return status;
}

/* Intermediates. */

static int take_frames(ff_ingestion *work, ff_dataset *dataset, const char *file, ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; i < dataset->count && status == FF_OK; i++) {
        const ff_place place = {.file = file, .number = (int64_t)i + 1};
        status = ff_ingestion_take(work, &dataset->frames[i], &place, err);
    }
    const ff_place place = {.file = file};
    for (int z = 1; z <= FF_MAX_SPECIES && status == FF_OK; z++)
        if (dataset->isolated_known[z])
            status = ff_ingestion_isolated(work, z, dataset->isolated_energy[z], &place, err);
    return flush(work, status, err);
}

/* The bytes that were looked at are still in the text reader when they came from a pipe. */
static int open_intermediate(const input *in, ff_container **container, ff_error *err)
{
    int64_t size;
    const char *head;
    size_t held;
    if (is_regular(in->path, &size))
        return ff_container_open(container, in->path, NULL, 0, err);
    int status = ff_text_reader_peek(in->text, &head, &held, err);
    return status == FF_OK
               ? ff_container_open_stream(container, ff_text_reader_name(in->text), head, held,
                                          ff_text_reader_descriptor(in->text), err)
               : status;
}

static int read_intermediate(ff_ingestion *work, input *in, ff_error *err)
{
    ff_container *container = NULL;
    ff_dataset dataset;
    ff_dataset_init(&dataset);
    int status = open_intermediate(in, &container, err);
    if (status == FF_OK)
        status = ff_provenance_input(ff_stage_provenance(work->stage), "input", container, err);
    if (status == FF_OK)
        status = ff_stage_read_frames(&dataset, container, err);
    if (status == FF_OK)
        status = take_frames(work, &dataset, ff_container_name(container), err);
    ff_dataset_clear(&dataset);
    ff_container_close(container);
    ff_text_reader_close(in->text);
    return status;
}

/* Any file. */

static int read_file(ff_ingestion *work, const char *path, meter *m, ff_error *err)
{
    input in = {.path = path, .meter = m};
    const char *head = NULL;
    size_t held = 0;
    int status = ff_text_reader_open(&in.text, path, err);
    if (status == FF_OK)
        status = ff_text_reader_keep_digest(in.text, err);
    if (status == FF_OK)
        status = ff_text_reader_peek(in.text, &head, &held, err);
    if (status != FF_OK) {
        ff_text_reader_close(in.text);
        return status;
    }
    m->shown = 0;
    if (ff_container_recognise(head, held))
        return read_intermediate(work, &in, err);
    return ff_vasprun_recognise(head, held) ? read_vasprun(work, &in, err)
                                            : read_extxyz(work, &in, err);
}

int ff_ingestion_read(ff_ingestion *work, ff_error *err)
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
