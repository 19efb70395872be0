/* Frames that are not used as they stand, and why: none is left out in silence. */

#include "stages/ingest/ingestion.h"

#include "lib/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ff_left_out *find(ff_ingestion *work, const char *what, const char *file)
{
    for (size_t i = work->left_out_count; i-- > 0;)
        if (work->left_out[i].what == what && strcmp(work->left_out[i].file, file) == 0)
            return &work->left_out[i];
    return NULL;
}

static ff_left_out *add(ff_ingestion *work, const char *what, const char *file, ff_error *err)
{
    char *copy = ff_copy_text(file, err);
    if (!copy || ff_reserve(&work->left_out, &work->left_out_capacity, work->left_out_count + 1,
                            sizeof *work->left_out, err) != FF_OK) {
        free(copy);
        return NULL;
    }
    ff_left_out *fresh = &work->left_out[work->left_out_count++];
    *fresh = (ff_left_out){.what = what, .file = copy};
    return fresh;
}

int ff_ingestion_leave_out(ff_ingestion *work, const char *what, const ff_place *place,
                           ff_error *err)
{
    ff_left_out *entry = find(work, what, place->file);
    if (!entry)
        entry = add(work, what, place->file, err);
    if (!entry)
        return FF_E_NOMEM;
    entry->frames++;
    if (entry->count > 0 && entry->range[entry->count - 1][1] + 1 == place->number) {
        entry->range[entry->count - 1][1] = place->number;
        return FF_OK;
    }
    if (ff_reserve(&entry->range, &entry->capacity, entry->count + 1, sizeof *entry->range, err) !=
        FF_OK)
        return FF_E_NOMEM;
    entry->range[entry->count][0] = entry->range[entry->count][1] = place->number;
    entry->count++;
    return FF_OK;
}

/* "FILE: 12 frames WHAT: 1-5, 9, ..." in lines of readable length. */
static void say(const ff_ingestion *work, const ff_left_out *entry)
{
    enum { LINE = 90 };
    char line[512], range[64];
    (void)snprintf(line, sizeof line, "%.300s: %zu frame%s %s:", entry->file, entry->frames,
                   entry->frames == 1 ? "" : "s", entry->what);
    for (size_t i = 0; i < entry->count; i++) {
        const int64_t first = entry->range[i][0], last = entry->range[i][1];
        int length = first == last ? snprintf(range, sizeof range, " %lld", (long long)first)
                                   : snprintf(range, sizeof range, " %lld-%lld", (long long)first,
                                              (long long)last);
        (void)snprintf(range + length, sizeof range - (size_t)length, "%s",
                       i + 1 < entry->count ? "," : "");
        size_t used = strlen(line);
        if (used + strlen(range) > LINE && i > 0) {
            ff_stage_note(work->stage, "%s", line);
            used = 0;
        }
        (void)snprintf(line + used, sizeof line - used, "%s%s", used ? "" : "   ", range);
    }
    ff_stage_note(work->stage, "%s", line);
}

void ff_ingestion_say_left_out(const ff_ingestion *work)
{
    for (size_t i = 0; i < work->left_out_count; i++)
        say(work, &work->left_out[i]);
}
