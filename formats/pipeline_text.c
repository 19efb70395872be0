#include "formats/pipeline_text.h"

#include "lib/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char blanks[] = " \t\r\n";

/* A piece of a text: literal characters, or the name of a variable. */
typedef struct piece {
    const char *start;
    size_t length;
    bool reference;
} piece;

/* Takes the next piece off *text. Returns 1, or 0 at the end, or FF_E_FORMAT. */
static int next_piece(piece *out, const char **text, ff_place place, ff_error *err)
{
    const char *start = *text;
    if (!*start)
        return 0;
    if (*start != '$') {
        *out = (piece){start, strcspn(start, "$"), false};
        *text = start + out->length;
        return 1;
    }
    if (start[1] == '$') {
        *out = (piece){start, 1, false};
        *text = start + 2;
        return 1;
    }
    size_t length = start[1] == '{' ? strcspn(start + 2, "{}$ ") : 0;
    if (length == 0 || start[2 + length] != '}') {
        ff_fail_at(place, err, "'%s' was found, expected ${NAME} or $$", start);
        return FF_E_FORMAT;
    }
    *out = (piece){start + 2, length, true};
    *text = start + length + 3;
    return 1;
}

static size_t find_variable(const ff_pipeline *pipeline, const char *name, size_t length,
                            size_t limit)
{
    for (size_t i = 0; i < limit; i++)
        if (strlen(pipeline->variables[i].name) == length &&
            memcmp(pipeline->variables[i].name, name, length) == 0)
            return i;
    return FF_PIPELINE_NONE;
}

static int unknown_name(const ff_pipeline *pipeline, const piece *name, size_t limit,
                        ff_place place, ff_error *err)
{
    char known[256] = "";
    for (size_t i = 0; i < limit; i++) {
        size_t used = strlen(known);
        (void)snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "",
                       pipeline->variables[i].name);
    }
    size_t later = find_variable(pipeline, name->start, name->length, pipeline->variable_count);
    return ff_fail_at(place, err, "${%.*s} is %s, expected one of: %s", (int)name->length,
                      name->start, later == FF_PIPELINE_NONE ? "not defined" : "defined only later",
                      known[0] ? known : "(no let or sweep is defined before)");
}

int ff_pipeline_mentions(const ff_pipeline *pipeline, const char *text, ff_place place,
                         size_t limit, ff_mention *mention, ff_error *err)
{
    piece found;
    int more;
    mention->size += strlen(text);
    while ((more = next_piece(&found, &text, place, err)) > 0) {
        if (!found.reference)
            continue;
        size_t index = find_variable(pipeline, found.start, found.length, limit);
        if (index == FF_PIPELINE_NONE)
            return unknown_name(pipeline, &found, limit, place, err);
        mention->sweeps |= pipeline->variables[index].sweeps;
        mention->size += pipeline->variables[index].size + 1;
        if (mention->size > FF_PIPELINE_MOST_TEXT)
            return ff_fail_at(place, err,
                              "the text grows to more than %d characters, expected less",
                              (int)FF_PIPELINE_MOST_TEXT);
    }
    return more;
}

/* Values. */

/* The value of a constant that a sweep's value selects. */
static const char *selected_value(const ff_pipeline *pipeline, const ff_variable *variable,
                                  const size_t *choice, ff_error *err)
{
    const ff_variable *sweep = &pipeline->variables[variable->by];
    const char *key = sweep->values[choice[sweep->sweep]];
    if (!variable->selector && choice[sweep->sweep] < variable->count)
        return variable->values[choice[sweep->sweep]];
    for (size_t i = 0; variable->selector && i < variable->count; i++)
        if (strcmp(variable->selector[i], key) == 0)
            return variable->values[i];
    ff_fail_at(variable->place, err,
               "'%s' has no value for %s=%s, expected one for each value of the sweep",
               variable->name, sweep->name, key);
    return NULL;
}

/* Absolute, so that it means the same wherever it is put in. */
static const char *absolute_path(ff_text_pool *pool, const char *path, ff_error *err)
{
    if (path[0] == '/')
        return path;
    char *current = getcwd(NULL, 0);
    if (!current) {
        ff_fail_errno(err, "the current folder cannot be found");
        return NULL;
    }
    const char *absolute = ff_text_pool_format(pool, err, "%s/%s", current, path);
    free(current);
    return absolute;
}

static const char *variable_value(const ff_pipeline *pipeline, ff_text_pool *pool,
                                  const ff_variable *variable, const size_t *choice, ff_error *err)
{
    if (variable->is_sweep)
        return variable->values[choice[variable->sweep]];
    const char *value =
        variable->value ? variable->value : selected_value(pipeline, variable, choice, err);
    if (value && !variable->literal)
        value = ff_pipeline_substitute(pipeline, pool, value, variable->place, choice, err);
    if (value && variable->is_file && !variable->literal)
        value = ff_path_beside(pool, variable->place.file, value, err);
    return value && variable->is_file ? absolute_path(pool, value, err) : value;
}

static int write_text(FILE *stream, const ff_pipeline *pipeline, ff_text_pool *pool,
                      const char *text, ff_place place, const size_t *choice, ff_error *err)
{
    piece found;
    int more;
    while ((more = next_piece(&found, &text, place, err)) > 0) {
        if (!found.reference) {
            (void)fwrite(found.start, 1, found.length, stream);
            continue;
        }
        size_t index = find_variable(pipeline, found.start, found.length, pipeline->variable_count);
        if (index == FF_PIPELINE_NONE)
            return unknown_name(pipeline, &found, pipeline->variable_count, place, err);
        const char *value =
            variable_value(pipeline, pool, &pipeline->variables[index], choice, err);
        if (!value)
            return FF_E_FORMAT;
        (void)fputs(value, stream);
    }
    return more;
}

const char *ff_pipeline_substitute(const ff_pipeline *pipeline, ff_text_pool *pool,
                                   const char *text, ff_place place, const size_t *choice,
                                   ff_error *err)
{
    char *result = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&result, &size);
    if (!stream) {
        ff_fail(err, FF_E_NOMEM, "out of memory for a text");
        return NULL;
    }
    int status = write_text(stream, pipeline, pool, text, place, choice, err);
    if (fclose(stream) != 0 && status == FF_OK)
        status = ff_fail(err, FF_E_NOMEM, "out of memory for a text");
    if (status != FF_OK) {
        free(result);
        return NULL;
    }
    return ff_text_pool_take(pool, result, err);
}

int ff_pipeline_split(ff_text_pool *pool, const char *text, size_t *count, const char ***texts,
                      ff_error *err)
{
    size_t capacity = 0;
    *count = 0;
    *texts = NULL;
    for (text += strspn(text, blanks); *text; text += strspn(text, blanks)) {
        size_t length = strcspn(text, blanks);
        const char *copy = ff_text_pool_copy(pool, text, length, err);
        if (!copy || ff_reserve(texts, &capacity, *count + 1, sizeof **texts, err) != FF_OK)
            return FF_E_NOMEM;
        (*texts)[(*count)++] = copy;
        text += length;
    }
    return FF_OK;
}
