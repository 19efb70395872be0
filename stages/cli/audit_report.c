#include "stages/cli/audit_report.h"

#include "formats/table.h"
#include "lib/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Text. */

enum { WIDTH = 92, INDENT = 12 };

/* Words filled to WIDTH columns behind an indent; `label` stands in the first line's. */
static void write_filled(FILE *stream, const char *label, const char *text)
{
    size_t column = INDENT;
    (void)fprintf(stream, "  %-*s", INDENT - 2, label);
    for (const char *word = text; *word;) {
        const size_t length = strcspn(word, " ");
        if (column > INDENT && column + 1 + length > WIDTH) {
            (void)fprintf(stream, "\n%*s", INDENT, "");
            column = INDENT;
        }
        if (column > INDENT) {
            (void)fputc(' ', stream);
            column++;
        }
        char piece[512];
        (void)snprintf(piece, sizeof piece, "%.*s", (int)length, word);
        ff_plain_write(stream, piece);
        column += length;
        word += length;
        word += *word == ' ';
    }
    (void)fputc('\n', stream);
}

/* Text that grows; once it cannot, it stays empty. */
typedef struct text {
    char *bytes;
    size_t used, capacity;
    int status;
} text;

static void append(text *t, const char *format, ...) FF_PRINTF(2, 3);
static void append(text *t, const char *format, ...)
{
    char piece[400];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(piece, sizeof piece, format, arguments);
    va_end(arguments);
    const size_t size = (size_t)length < sizeof piece ? (size_t)length : sizeof piece - 1;
    if (t->status == FF_OK)
        t->status = ff_reserve(&t->bytes, &t->capacity, t->used + size + 1, 1, NULL);
    if (t->status != FF_OK)
        return;
    memcpy(t->bytes + t->used, piece, size + 1);
    t->used += size;
}

static void append_range(text *t, bool first, int64_t from, int64_t to)
{
    if (from == to)
        append(t, "%s %lld", first ? "" : ",", (long long)from);
    else
        append(t, "%s %lld-%lld", first ? "" : ",", (long long)from, (long long)to);
}

/* "12 frames: 1-5, 8, 10-15" */
static void list_frames(text *t, const ff_audit_finding *finding)
{
    append(t, "%zu frame%s:", finding->frames, finding->frames == 1 ? "" : "s");
    for (size_t i = 0; i < finding->frames;) {
        size_t last = i;
        while (last + 1 < finding->frames && finding->frame[last + 1] == finding->frame[last] + 1)
            last++;
        append_range(t, i == 0, (int64_t)finding->frame[i] + 1, (int64_t)finding->frame[last] + 1);
        i = last + 1;
    }
}

/* "a.xyz 1-5, 8; b.xyz 2" */
static void list_origins(text *t, const ff_audit_finding *finding, const ff_audit_origin *origin)
{
    for (size_t i = 0; i < finding->frames;) {
        const ff_audit_origin *from = &origin[finding->frame[i]];
        const bool new_file = i == 0 || strcmp(from->file, origin[finding->frame[i - 1]].file) != 0;
        size_t last = i;
        while (last + 1 < finding->frames &&
               strcmp(origin[finding->frame[last + 1]].file, from->file) == 0 &&
               origin[finding->frame[last + 1]].number == origin[finding->frame[last]].number + 1)
            last++;
        if (new_file)
            append(t, "%s%.300s", i ? "; " : "", from->file);
        append_range(t, new_file, from->number, origin[finding->frame[last]].number);
        i = last + 1;
    }
}

static int write_finding(FILE *stream, const ff_audit_finding *finding,
                         const ff_audit_origin *origin, ff_error *err)
{
    text frames = {0}, origins = {0};
    const bool wrong = finding->level == FF_AUDIT_WRONG;
    list_frames(&frames, finding);
    if (origin && finding->frames)
        list_origins(&origins, finding, origin);
    int status = frames.status == FF_OK ? origins.status : frames.status;
    if (status != FF_OK)
        (void)ff_fail(err, status, "out of memory for the report");
    if (status == FF_OK) {
        (void)fprintf(stream, "%s  %s%s", wrong ? "WRONG" : "note ", finding->test,
                      finding->group[0] ? ", group " : "");
        ff_plain_write(stream, finding->group);
        (void)fputc('\n', stream);
        write_filled(stream, "what", finding->what);
        write_filled(stream, "where", frames.bytes);
        if (origins.bytes)
            write_filled(stream, "in files", origins.bytes);
        if (finding->sure[0])
            write_filled(stream, "how sure", finding->sure);
        if (finding->mend[0])
            write_filled(stream, "mend", finding->mend);
    }
    free(frames.bytes);
    free(origins.bytes);
    return status;
}

static int write_checks(FILE *stream, const ff_audit *audit, ff_error *err)
{
    ff_table table;
    ff_table_init(&table);
    ff_table_add_column(&table, "test", "test", "", false);
    ff_table_add_column(&table, "group", "group", "", false);
    ff_table_add_column(&table, "tested", "tested", "", true);
    ff_table_add_column(&table, "unit", "", "", false);
    ff_table_add_column(&table, "ratio", "ratio", "", true);
    ff_table_add_column(&table, "result", "result", "", false);
    for (size_t i = 0; i < audit->checks; i++) {
        const ff_audit_check *check = &audit->check[i];
        ff_table_add_text(&table, check->test);
        ff_table_add_text(&table, check->group);
        ff_table_add_number(&table, (double)check->tested);
        ff_table_add_text(&table, check->unit);
        char ratio[48] = "";
        if (isfinite(check->ratio))
            (void)snprintf(ratio, sizeof ratio, "%.4g +- %.2g", check->ratio, check->uncertainty);
        ff_table_add_text(&table, ratio);
        ff_table_add_text(&table, check->result);
    }
    int status = ff_table_write_text(&table, stream, err);
    ff_table_clear(&table);
    return status;
}

int ff_audit_report_text(const ff_audit *audit, const ff_audit_origin *origin, bool checks,
                         FILE *stream, ff_error *err)
{
    int status = FF_OK;
    for (int level = FF_AUDIT_WRONG; level >= FF_AUDIT_NOTE; level--)
        for (size_t i = 0; i < audit->findings && status == FF_OK; i++)
            if ((int)audit->finding[i].level == level)
                status = write_finding(stream, &audit->finding[i], origin, err);
    if (status == FF_OK && checks) {
        (void)fprintf(stream, "%stested\n", audit->findings ? "\n" : "");
        status = write_checks(stream, audit, err);
    }
    return status;
}

/* JSON. */

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *finding_object(const ff_audit_finding *finding)
{
    json_t *frames = json_array();
    for (size_t i = 0; frames && i < finding->frames; i++)
        (void)json_array_append_new(frames, json_integer((json_int_t)finding->frame[i] + 1));
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "level",
                     finding->level == FF_AUDIT_WRONG ? "wrong" : "note", "test", finding->test,
                     "group", finding->group, "what", finding->what, "sure", finding->sure, "mend",
                     finding->mend, "ratio", number(finding->ratio), "uncertainty",
                     number(finding->uncertainty), "frames", frames);
}

static json_t *check_object(const ff_audit_check *check)
{
    return json_pack("{s:s, s:s, s:I, s:s, s:o, s:o, s:s}", "test", check->test, "group",
                     check->group, "tested", (json_int_t)check->tested, "unit", check->unit,
                     "ratio", number(check->ratio), "uncertainty", number(check->uncertainty),
                     "result", check->result);
}

int ff_audit_report_json(const ff_audit *audit, FILE *stream, ff_error *err)
{
    const size_t wrong = ff_audit_wrong(audit);
    json_t *findings = json_array(), *checks = json_array();
    for (size_t i = 0; i < audit->findings; i++)
        (void)json_array_append_new(findings, finding_object(&audit->finding[i]));
    for (size_t i = 0; i < audit->checks; i++)
        (void)json_array_append_new(checks, check_object(&audit->check[i]));
    json_t *all =
        json_pack("{s:I, s:I, s:o, s:o}", "wrong", (json_int_t)wrong, "notes",
                  (json_int_t)(audit->findings - wrong), "findings", findings, "checks", checks);
    bool complete = all && json_array_size(findings) == audit->findings &&
                    json_array_size(checks) == audit->checks;
    int status = FF_OK;
    if (!complete)
        status = ff_fail(err, FF_E_NOMEM, "out of memory for the report");
    else if (json_dumpf(all, stream, JSON_INDENT(2)) != 0 || fputc('\n', stream) == EOF)
        status = ff_fail_errno(err, "the report cannot be written");
    json_decref(all);
    return status;
}

int ff_audit_verdict(const ff_audit *audit, ff_error *err)
{
    const size_t wrong = ff_audit_wrong(audit);
    if (wrong == 0)
        return FF_OK;
    return ff_fail(err, FF_E_CHECK, "the audit finds %zu thing%s wrong", wrong,
                   wrong == 1 ? "" : "s");
}
