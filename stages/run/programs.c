#include "stages/run/programs.h"

#include "lib/base/memory.h"
#include "stages/run/process.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Finding. */

static bool is_program(const char *path)
{
    struct stat information;
    return path && stat(path, &information) == 0 && S_ISREG(information.st_mode) &&
           access(path, X_OK) == 0;
}

/* Looks through folders separated by colons. NULL when it is in none (err is set only when out of
 * memory). */
static const char *find_in(ff_text_pool *pool, const char *folders, const char *program,
                           ff_error *err)
{
    while (folders && *folders) {
        size_t length = strcspn(folders, ":");
        const char *path =
            ff_text_pool_format(pool, err, "%.*s/farfield-%s", (int)length, folders, program);
        if (!path || (length > 0 && is_program(path)))
            return path;
        folders += length + (folders[length] == ':');
    }
    return NULL;
}

static const char *find_program(ff_text_pool *pool, const char *program, ff_error *err)
{
    char own[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    own[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(own, '/');
    if (slash)
        *slash = '\0';
    const char *const places[] = {getenv("FARFIELD_PROGRAMS"), own, getenv("PATH")};
    const char *path = NULL;
    for (size_t i = 0; i < sizeof places / sizeof places[0] && !path; i++)
        path = find_in(pool, places[i], program, err);
    return path;
}

/* Asking. */

static int parse_answer(ff_executable *executable, const char *name, const char *text,
                        int wait_status, ff_error *err)
{
    if (!WIFEXITED(wait_status) || WEXITSTATUS(wait_status) != 0)
        return ff_fail(err, FF_E_FORMAT, "it ended with %s %d",
                       WIFEXITED(wait_status) ? "exit code" : "signal",
                       WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : WTERMSIG(wait_status));
    int status = ff_program_parse(&executable->program, text, err);
    if (status == FF_OK && strcmp(executable->program.name, name) != 0)
        status = ff_fail(err, FF_E_FORMAT, "it calls itself '%s'", executable->program.name);
    return status;
}

static int ask(ff_executable *executable, const char *name, ff_place place, ff_error *err)
{
    const char *const command[] = {executable->path, "--describe", NULL};
    char *text = NULL;
    int wait_status = 0;
    ff_error cause = {0};
    int status = ff_process_output(command, &text, &wait_status, &cause);
    if (status == FF_OK)
        status = parse_answer(executable, name, text, wait_status, &cause);
    if (status == FF_OK)
        status = ff_digest_file(executable->digest, executable->path, &cause);
    free(text);
    if (status != FF_OK)
        return ff_fail_at(place, err, "'%s --describe' does not describe a stage: %s",
                          executable->path, cause.message);
    return FF_OK;
}

static int add_executable(ff_executables *executables, const ff_pipeline_stage *stage,
                          ff_error *err)
{
    ff_executable *executable = &executables->list[executables->count++];
    executable->path = find_program(&executables->pool, stage->program, err);
    if (!executable->path)
        return ff_fail_at(stage->place, err,
                          "there is no program farfield-%s, expected one in $FARFIELD_PROGRAMS, "
                          "beside farfield-run or on PATH",
                          stage->program);
    return ask(executable, stage->program, stage->place, err);
}

int ff_executables_find(ff_executables *executables, const ff_pipeline *pipeline, ff_error *err)
{
    *executables = (ff_executables){0};
    ff_text_pool_init(&executables->pool);
    size_t count = pipeline->stage_count;
    executables->list = ff_new_array(count, sizeof *executables->list, err);
    executables->of_stage = ff_new_array(count, sizeof *executables->of_stage, err);
    int status = executables->list && executables->of_stage ? FF_OK : FF_E_NOMEM;
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        size_t same = 0;
        while (same < i && strcmp(pipeline->stages[same].program, pipeline->stages[i].program) != 0)
            same++;
        executables->of_stage[i] = same < i ? executables->of_stage[same] : executables->count;
        if (same == i)
            status = add_executable(executables, &pipeline->stages[i], err);
    }
    return status;
}

void ff_executables_clear(ff_executables *executables)
{
    for (size_t i = 0; i < executables->count; i++)
        ff_program_clear(&executables->list[i].program);
    free(executables->list);
    free(executables->of_stage);
    ff_text_pool_clear(&executables->pool);
    *executables = (ff_executables){0};
}

const ff_executable *ff_executable_of(const ff_executables *executables,
                                      const ff_plan_instance *instance)
{
    return &executables->list[executables->of_stage[instance->stage]];
}
