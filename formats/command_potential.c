#include "formats/command_potential.h"

#include "formats/coprocess.h"
#include "formats/extxyz_mapping.h"
#include "formats/extxyz_writer.h"
#include "lib/base/memory.h"
#include "lib/base/numbers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct command {
    ff_potential_class class_; /* with its own kind */
    char *kind;
    char **argv; /* ends with NULL */
    double seconds;
} command;

/* One running program. */
typedef struct instance {
    ff_coprocess *process; /* NULL: to be started */
    ff_text_writer *request;
} instance;

static void *workspace_new(const ff_potential *potential, ff_error *err)
{
    (void)potential;
    instance *one = ff_new_array(1, sizeof *one, err);
    if (one && ff_text_writer_open_memory(&one->request, err) != FF_OK) {
        free(one);
        return NULL;
    }
    return one;
}

static void workspace_free(void *workspace)
{
    instance *one = workspace;
    ff_coprocess_stop(one->process);
    ff_text_writer_close(one->request);
    free(one);
}

/* Requests. */

static int write_request(instance *one, const ff_frame *frame, unsigned want, ff_error *err)
{
    const ff_extxyz_names no_labels = {0};
    const char *wanted = want & FF_WANT_VIRIAL   ? (want & FF_WANT_FORCES ? "EFV" : "EV")
                         : want & FF_WANT_FORCES ? "EF"
                                                 : "E";
    ff_extxyz_entry entry = {.key = "want",
                             .type = FF_EXTXYZ_TEXT,
                             .rows = 1,
                             .columns = 1,
                             .value.texts = &wanted,
                             .text = ""};
    const ff_extxyz_record more = {.entry_count = 1, .entries = &entry};
    ff_text_writer_restart(one->request);
    int status = ff_extxyz_write_frame(one->request, frame, &no_labels, &more, err);
    return status == FF_OK ? ff_text_writer_status(one->request, err) : status;
}

/* Answers. */

/* How far an answer has been looked at: it is whole with two lines and one for each atom. */
typedef struct answer {
    size_t seen, lines;
    int64_t atoms; /* -1: the first line is not a number */
} answer;

static bool is_whole(void *context, const char *bytes, size_t size)
{
    answer *a = context;
    for (const char *end; (end = memchr(bytes + a->seen, '\n', size - a->seen)) != NULL;) {
        size_t length = (size_t)(end - bytes) - a->seen;
        const char *line = bytes + a->seen;
        a->seen = (size_t)(end - bytes) + 1;
        if (a->lines++ > 0)
            continue;
        while (length > 0 && strchr(" \t\r", *line) != NULL)
            line++, length--;
        while (length > 0 && strchr(" \t\r", line[length - 1]) != NULL)
            length--;
        if (ff_int64_parse(line, length, &a->atoms) != FF_OK || a->atoms < 0)
            a->atoms = -1;
    }
    return a->lines > 0 && (a->atoms < 0 || a->lines >= 2 + (size_t)a->atoms);
}

/* Programs that print words among the answers are the most frequent mistake. */
static int fail_first_line(const char *reply, ff_error *err)
{
    int length = (int)strcspn(reply, "\r\n");
    return ff_fail(err, FF_E_FORMAT,
                   "the program writes '%.*s%s' where the number of atoms was expected: standard "
                   "output is for answers only",
                   length < 60 ? length : 60, reply, length < 60 ? "" : "..");
}

static int check_label(const ff_frame *found, unsigned label, const char *name, ff_error *err)
{
    return found->labels & label
               ? FF_OK
               : ff_fail(err, FF_E_FORMAT, "the program's answer has no %s", name);
}

static int copy_answer(ff_whole_result *result, const ff_frame *found, const ff_frame *frame,
                       unsigned want, ff_error *err)
{
    int status = check_label(found, FF_LABEL_ENERGY, "energy", err);
    if (status == FF_OK && (want & FF_WANT_FORCES))
        status = check_label(found, FF_LABEL_FORCES, "column forces", err);
    if (status == FF_OK && (want & FF_WANT_VIRIAL))
        status = check_label(found, FF_LABEL_VIRIAL, "virial or stress", err);
    if (status != FF_OK)
        return status;
    for (size_t i = 0; i < frame->atoms; i++)
        if (found->species[i] != frame->species[i]) {
            ff_fail(err, FF_E_FORMAT, "the program's answer has atoms of other species");
            ff_error_at_atom(err, (int64_t)i + 1);
            return FF_E_FORMAT;
        }
    result->energy = found->energy;
    memcpy(result->virial, found->virial, sizeof result->virial);
    if (result->forces)
        memcpy(result->forces, found->forces, 3 * frame->atoms * sizeof(double));
    result->has_sites = found->site_energies != NULL;
    if (result->has_sites)
        memcpy(result->site_energies, found->site_energies, frame->atoms * sizeof(double));
    return FF_OK;
}

static int take_record(ff_whole_result *result, const ff_extxyz_record *record,
                       const ff_frame *frame, unsigned want, ff_error *err)
{
    ff_frame found = {0};
    ff_extxyz_mapping mapping;
    const ff_extxyz_entry *failure = ff_extxyz_find_entry(record, "error");
    if (failure)
        return ff_fail(err, FF_E_NUMERIC, "%.300s", failure->text);
    if (record->atoms != frame->atoms)
        return ff_fail(err, FF_E_FORMAT, "the program's answer has %zu atoms, expected %zu",
                       record->atoms, frame->atoms);
    ff_extxyz_mapping_init(&mapping);
    mapping.energy = "energy";
    mapping.forces = "forces";
    mapping.site_energies = "site_energy";
    if (ff_extxyz_find_entry(record, "virial"))
        mapping.virial = "virial";
    else
        mapping.stress = "stress";
    int status = ff_extxyz_to_frame(&found, record, &mapping, err);
    if (status == FF_OK)
        status = copy_answer(result, &found, frame, want, err);
    ff_frame_clear(&found);
    return status;
}

static int take_answer(ff_whole_result *result, const char *reply, size_t size,
                       const ff_frame *frame, unsigned want, ff_error *err)
{
    ff_text_reader *text = NULL;
    ff_extxyz_reader *reader = NULL;
    const ff_extxyz_record *record = NULL;
    int status = ff_text_reader_open_memory(&text, "the program's answer", reply, size, err);
    if (status == FF_OK)
        status = ff_extxyz_open(&reader, text, NULL, err);
    if (status == FF_OK)
        status = ff_extxyz_next(reader, &record, err);
    if (status == FF_OK && record)
        status = take_record(result, record, frame, want, err);
    else if (status == FF_OK)
        status = ff_fail(err, FF_E_FORMAT, "the program's answer is empty");
    ff_extxyz_close(reader);
    return status;
}

/* Evaluation. */

/* Sends the request, to a new process where there is none; *ended: the process is gone. */
static int ask(instance *one, const command *c, answer *a, const char **reply, size_t *size,
               bool *ended, ff_error *err)
{
    size_t length = 0;
    int status = FF_OK;
    *ended = false;
    if (!one->process)
        status = ff_coprocess_start(&one->process, (const char *const *)c->argv, err);
    if (status != FF_OK)
        return status;
    const char *request = ff_text_writer_bytes(one->request, &length);
    *a = (answer){0};
    status = ff_coprocess_ask(one->process, request, length, c->seconds, is_whole, a, reply, size,
                              ended, err);
    if (status != FF_OK) {
        ff_coprocess_stop(one->process);
        one->process = NULL;
    }
    return status;
}

static int evaluate(const ff_potential *potential, const ff_frame *frame, unsigned want,
                    void *workspace, ff_whole_result *result, ff_error *err)
{
    instance *one = workspace;
    const command *c = potential->parameters;
    const char *reply = NULL;
    size_t size = 0;
    answer a;
    bool ended;
    int status = write_request(one, frame, want, err);
    if (status == FF_OK && (status = ask(one, c, &a, &reply, &size, &ended, err)) != FF_OK && ended)
        status = ask(one, c, &a, &reply, &size, &ended, err); /* once more, with a new process */
    if (status != FF_OK)
        return status;
    if (a.atoms < 0)
        status = fail_first_line(reply, err);
    else if (strspn(reply + a.seen, " \t\r\n") != size - a.seen)
        status = ff_fail(err, FF_E_FORMAT, "the program writes more than one answer to a frame");
    else
        status = take_answer(result, reply, size, frame, want, err);
    if (status == FF_E_FORMAT) { /* who knows what comes next */
        ff_coprocess_stop(one->process);
        one->process = NULL;
    }
    return status;
}

/* Making. */

static void free_words(char **words)
{
    for (size_t k = 0; words && words[k]; k++)
        free(words[k]);
    free(words);
}

static void free_command(command *c)
{
    if (!c)
        return;
    free_words(c->argv);
    free(c->kind);
    free(c);
}

static void free_potential(ff_potential *potential)
{
    free_command(potential->parameters);
    free(potential);
}

static char **copy_words(const char *const *words, ff_error *err)
{
    size_t count = 0;
    while (words[count])
        count++;
    char **copy = ff_new_array(count + 1, sizeof *copy, err);
    for (size_t k = 0; copy && k < count; k++)
        if (!(copy[k] = ff_copy_text(words[k], err))) {
            free_words(copy);
            return NULL;
        }
    return copy;
}

int ff_command_potential_new(ff_potential **out, const char *kind, const char *const *argv,
                             double seconds, ff_error *err)
{
    *out = NULL;
    ff_potential *potential = ff_new_array(1, sizeof *potential, err);
    command *c = ff_new_array(1, sizeof *c, err);
    if (c) {
        c->kind = ff_copy_text(kind, err);
        c->argv = copy_words(argv, err);
        c->seconds = seconds;
    }
    if (!potential || !c || !c->kind || !c->argv) {
        free_command(c);
        free(potential);
        return FF_E_NOMEM;
    }
    c->class_ = (ff_potential_class){.kind = c->kind,
                                     .workspace_new = workspace_new,
                                     .workspace_free = workspace_free,
                                     .free = free_potential,
                                     .evaluate = evaluate};
    *potential = (ff_potential){.class_ = &c->class_, .cutoff = INFINITY, .parameters = c};
    for (int z = 1; z <= FF_MAX_SPECIES; z++)
        potential->species[z] = true;
    *out = potential;
    return FF_OK;
}

/* The next word at *at, unquoted, to `word` of room for all of *at. False at the end. */
static bool next_word(const char **at, char *word, bool *open)
{
    const char *p = *at + strspn(*at, " \t");
    char quote = '\0';
    bool any = *p != '\0';
    for (; *p && (quote || (*p != ' ' && *p != '\t')); p++)
        if (quote ? *p == quote : *p == '\'' || *p == '"')
            quote = quote ? '\0' : *p;
        else
            *word++ = *p;
    *word = '\0';
    *open = quote != '\0';
    *at = p;
    return any;
}

static int split(char ***words, const char *command_line, ff_error *err)
{
    size_t length = strlen(command_line), count = 0;
    bool open = false;
    char *word = ff_new_array(length + 1, 1, err);
    *words = ff_new_array(length / 2 + 2, sizeof **words, err);
    int status = word && *words ? FF_OK : FF_E_NOMEM;
    while (status == FF_OK && next_word(&command_line, word, &open)) {
        if (open)
            status = ff_fail(err, FF_E_USAGE, "a quotation mark without its partner");
        else if (!((*words)[count++] = ff_copy_text(word, err)))
            status = FF_E_NOMEM;
    }
    free(word);
    return status;
}

int ff_command_potential_open(ff_potential **out, const char *command_line, ff_error *err)
{
    static const char key[] = "timeout=";
    const size_t length = sizeof key - 1;
    double seconds = 3600;
    char **words = NULL;
    *out = NULL;
    int status = split(&words, command_line, err);
    const char *const *argv = (const char *const *)words;
    if (status == FF_OK && argv[0] && strncmp(argv[0], key, length) == 0) {
        if (ff_double_parse(argv[0] + length, strlen(argv[0] + length), &seconds) != FF_OK ||
            !(seconds > 0))
            status = ff_fail(err, FF_E_USAGE, "'%s', expected a number of seconds", argv[0]);
        argv++;
    }
    if (status == FF_OK && !argv[0])
        status = ff_fail(err, FF_E_USAGE, "expected a program, as in command:PROGRAM ARGUMENT..");
    if (status == FF_OK)
        status = ff_command_potential_new(out, "command", argv, seconds, err);
    free_words(words);
    return status;
}
