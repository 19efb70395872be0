#include "stages/cli/structure_input.h"

#include "formats/extxyz_mapping.h"
#include "stages/cli/datasets.h"

#include <stdio.h>
#include <string.h>

static int only_one(const char *path, const char *found, ff_error *err)
{
    int status = ff_fail(err, FF_E_FORMAT, "%s, expected one structure", found);
    ff_error_in_file(err, path);
    return status;
}

static int read_intermediate(ff_stage_run *stage, ff_frame *frame, const char *option,
                             ff_error *err)
{
    const char *path = ff_argument_text(stage, option);
    ff_container *container = NULL;
    ff_dataset dataset;
    ff_dataset_init(&dataset);
    int status = ff_stage_open(stage, &container, path, option, NULL, 0, err);
    if (status == FF_OK)
        status = ff_stage_read_frames(&dataset, container, err);
    if (status == FF_OK && dataset.count != 1) {
        char found[64];
        (void)snprintf(found, sizeof found, "holds %zu structures", dataset.count);
        status = only_one(path, found, err);
    }
    if (status == FF_OK)
        status = ff_frame_copy(frame, &dataset.frames[0], err);
    ff_dataset_clear(&dataset);
    ff_container_close(container);
    return status;
}

static int read_frame(ff_extxyz_reader *reader, ff_frame *frame, const char *path, ff_error *err)
{
    const ff_extxyz_record *record = NULL;
    ff_extxyz_mapping mapping;
    ff_extxyz_mapping_init(&mapping);
    int status = ff_extxyz_next(reader, &record, err);
    if (status == FF_OK && !record)
        status = only_one(path, "is empty", err);
    if (status == FF_OK)
        status = ff_extxyz_to_frame(frame, record, &mapping, err);
    if (status == FF_OK)
        status = ff_extxyz_next(reader, &record, err);
    if (status == FF_OK && record)
        status = only_one(path, "holds several structures", err);
    return status;
}

static int read_extxyz(ff_stage_run *stage, ff_frame *frame, ff_text_reader *text,
                       const char *option, ff_error *err)
{
    ff_extxyz_reader *reader = NULL;
    char digest[FF_DIGEST_SIZE];
    int status = ff_extxyz_open(&reader, text, NULL, err);
    if (status != FF_OK)
        return status;
    status = read_frame(reader, frame, ff_argument_text(stage, option), err);
    if (status == FF_OK)
        status = ff_text_reader_digest(digest, text, err);
    if (status == FF_OK)
        status = ff_provenance_input_digest(ff_stage_provenance(stage), option, digest,
                                            ff_text_reader_bytes(text), err);
    ff_extxyz_close(reader);
    return status;
}

int ff_stage_structure(ff_stage_run *stage, ff_frame *frame, const char *option, ff_error *err)
{
    ff_text_reader *text = NULL;
    const char *head = NULL;
    size_t held = 0;
    *frame = (ff_frame){0};
    int status = ff_text_reader_open(&text, ff_argument_text(stage, option), err);
    if (status == FF_OK)
        status = ff_text_reader_keep_digest(text, err);
    if (status == FF_OK)
        status = ff_text_reader_peek(text, &head, &held, err);
    const bool intermediate = status == FF_OK && ff_container_recognise(head, held);
    if (status != FF_OK || intermediate)
        ff_text_reader_close(text);
    if (intermediate)
        status = read_intermediate(stage, frame, option, err);
    else if (status == FF_OK)
        status = read_extxyz(stage, frame, text, option, err);
    if (status == FF_OK)
        ff_frame_drop_labels(frame);
    else
        ff_frame_clear(frame);
    return status;
}

void ff_stem_of_path(char *stem, size_t size, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    (void)snprintf(stem, size, "%.*s", (int)strcspn(name, "."), name);
}
