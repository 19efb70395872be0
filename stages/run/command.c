#include "stages/run/command.h"

#include "lib/base/memory.h"

#include <stdlib.h>

void ff_command_init(ff_command *command)
{
    *command = (ff_command){0};
    ff_text_pool_init(&command->pool);
}

void ff_command_clear(ff_command *command)
{
    free(command->words);
    ff_text_pool_clear(&command->pool);
    *command = (ff_command){0};
}

/* Takes a word of the pool; NULL means that making it failed. */
static int add_word(ff_command *command, const char *word, ff_error *err)
{
    if (!word)
        return FF_E_NOMEM;
    int status = ff_reserve(&command->words, &command->capacity, command->count + 2,
                            sizeof *command->words, err);
    if (status == FF_OK) {
        command->words[command->count++] = word;
        command->words[command->count] = NULL;
    }
    return status;
}

static int add_argument(ff_command *command, const ff_study *study,
                        const ff_plan_argument *argument, ff_error *err)
{
    char *path = NULL;
    int status = ff_study_argument_path(study, argument, &path, err);
    if (status != FF_OK)
        return status;
    const char *value = path ? path : argument->text;
    const char *word = NULL;
    if (!argument->option)
        word = ff_text_pool_format(&command->pool, err, "%s%s", argument->prefix, value);
    else if (value)
        word = ff_text_pool_format(&command->pool, err, "--%s=%s%s", argument->option,
                                   argument->prefix, value);
    else
        word = ff_text_pool_format(&command->pool, err, "--%s", argument->option);
    free(path);
    return add_word(command, word, err);
}

int ff_command_make(ff_command *command, const ff_study *study, size_t index, int threads,
                    const char *result, ff_error *err)
{
    const ff_plan_instance *instance = &study->plan.instances[index];
    const ff_executable *executable = ff_executable_of(&study->executables, instance);
    int status = add_word(command, executable->path, err);
    if (status == FF_OK)
        status = add_word(command,
                          ff_text_pool_format(&command->pool, err, "--threads=%d", threads), err);
    if (status == FF_OK)
        status =
            add_word(command, ff_text_pool_format(&command->pool, err, "--output=%s", result), err);
    for (int operands = 0; operands < 2; operands++) {
        if (status == FF_OK && operands)
            status = add_word(command, "--", err);
        for (size_t i = 0; i < instance->argument_count && status == FF_OK; i++)
            if ((instance->arguments[i].option == NULL) == (operands == 1))
                status = add_argument(command, study, &instance->arguments[i], err);
    }
    return status;
}
