#include "stages/run/schedule.h"

#include "lib/base/memory.h"
#include "stages/run/command.h"
#include "stages/run/process.h"
#include "stages/run/publish.h"
#include "stages/run/status.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child at work. */
typedef struct job {
    pid_t pid;
    size_t index; /* of the instance */
    int threads;
    double started; /* s */
    char *result;   /* path it writes to */
    char *log;
} job;

typedef struct schedule {
    ff_study *study;
    const ff_schedule_options *options;
    ff_run_status status;
    job *jobs; /* [options->jobs] */
    size_t running;
    size_t made, reused, failed, skipped;
    bool stopping;     /* start nothing more */
    int failed_status; /* of the first failure */
    ff_error failure;
} schedule;

static const char *label_of(const schedule *s, size_t index)
{
    return s->study->plan.instances[index].label;
}

/* Starting. */

static int cores_free(const schedule *s)
{
    int count = s->options->cores;
    for (size_t i = 0; i < s->running; i++)
        count -= s->jobs[i].threads;
    return count;
}

/* Room for one more: a place among the jobs, and a core unless there are more jobs than cores. */
static bool has_room(const schedule *s)
{
    return s->running < s->options->jobs &&
           (s->running == 0 || cores_free(s) > 0 || s->options->jobs > (size_t)s->options->cores);
}

/* An even share of the free cores among the instances that could start now. */
static int share_of_cores(const schedule *s, size_t ready)
{
    size_t places = s->options->jobs - s->running;
    size_t sharers = ready < places ? ready : places;
    int share = cores_free(s) / (int)(sharers ? sharers : 1);
    return share > 1 ? share : 1;
}

static void forget_job(job *task)
{
    free(task->result);
    free(task->log);
    *task = (job){0};
}

static int start(schedule *s, size_t index, size_t ready, ff_error *err)
{
    job *task = &s->jobs[s->running];
    ff_command line;
    ff_command_init(&line);
    *task = (job){.index = index,
                  .threads = share_of_cores(s, ready),
                  .started = ff_status_time(),
                  .result = ff_store_scratch_path(&s->study->store, index, ".result", err),
                  .log = ff_store_scratch_path(&s->study->store, index, ".log", err)};
    int status = task->result && task->log
                     ? ff_command_make(&line, s->study, index, task->threads, task->result, err)
                     : FF_E_NOMEM;
    if (status == FF_OK)
        status = ff_process_start(&task->pid, line.words, task->log, err);
    ff_command_clear(&line);
    if (status != FF_OK) {
        forget_job(task);
        return status;
    }
    s->study->items[index].state = FF_ITEM_RUNNING;
    s->running++;
    return FF_OK;
}

/* Finishing. */

static int settle(schedule *s, size_t index, ff_error *err)
{
    int status = ff_study_remember(s->study, index, err);
    return status == FF_OK ? ff_study_publish(s->study, index, s->options->directory, err) : status;
}

static int take_result(schedule *s, const job *task, ff_error *err)
{
    ff_study_item *item = &s->study->items[task->index];
    int status = ff_store_keep(&s->study->store, item->key, item->key_text,
                               label_of(s, task->index), task->result, &item->result, err);
    if (status != FF_OK)
        return status;
    item->state = FF_ITEM_MADE;
    s->made++;
    ff_status_finished(&s->status, label_of(s, task->index), "%6.1f s",
                       ff_status_time() - task->started);
    return settle(s, task->index, err);
}

/* The exit codes of stages are those of statuses (design.md, bad input); others are system errors.
 */
static int status_of_code(int code)
{
    static const int statuses[] = {FF_E_IO,     FF_E_CHECK,   FF_E_USAGE,
                                   FF_E_FORMAT, FF_E_NUMERIC, FF_E_IO};
    return code < (int)(sizeof statuses / sizeof statuses[0]) ? statuses[code] : FF_E_IO;
}

static void take_failure(schedule *s, const job *task, const char *how, int code)
{
    const ff_plan_instance *instance = &s->study->plan.instances[task->index];
    char *log = ff_store_log_path(&s->study->store, s->study->items[task->index].key, NULL);
    s->study->items[task->index].state = FF_ITEM_FAILED;
    s->stopping = s->stopping || !s->options->keep_going;
    ff_status_finished(&s->status, instance->label, "FAILED: %s", how);
    if (log)
        ff_status_show_log(&s->status, instance->label, log);
    if (s->failed++ == 0) {
        s->failed_status = status_of_code(code);
        ff_fail_at(s->study->pipeline.stages[instance->stage].place, &s->failure,
                   "stage '%s' failed: %s (its words are in %s)", instance->label, how,
                   log ? log : "the log");
        s->failure.code = s->failed_status;
    }
    free(log);
}

static int finish(schedule *s, const job *task, int wait_status, ff_error *err)
{
    char how[128];
    int status =
        ff_store_keep_log(&s->study->store, s->study->items[task->index].key, task->log, err);
    if (status != FF_OK)
        return status;
    bool ended = WIFEXITED(wait_status);
    int code = ended ? WEXITSTATUS(wait_status) : 5;
    if (ended && code == 0 && access(task->result, F_OK) == 0)
        return take_result(s, task, err);
    if (ended && code == 0)
        (void)snprintf(how, sizeof how, "it wrote no result");
    else
        (void)snprintf(how, sizeof how, "%s %d", ended ? "exit code" : "killed by signal",
                       ended ? code : WTERMSIG(wait_status));
    take_failure(s, task, how, code);
    return ff_tree_remove(task->result, err);
}

/* Takes the children that have ended. */
static int reap(schedule *s, ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; i < s->running && status == FF_OK;) {
        int wait_status = 0;
        job *task = &s->jobs[i];
        pid_t ended = waitpid(task->pid, &wait_status, WNOHANG);
        if (ended == 0 || (ended < 0 && errno == EINTR)) {
            i++;
            continue;
        }
        job done = *task;
        memmove(task, task + 1, (s->running - i - 1) * sizeof *task);
        s->running--;
        if (ended < 0)
            status = ff_fail_errno(err, "waiting for a stage");
        else
            status = finish(s, &done, wait_status, err);
        forget_job(&done);
    }
    return status;
}

/* The loop. */

static int reuse(schedule *s, size_t index, ff_error *err)
{
    s->reused++;
    ff_status_finished(&s->status, label_of(s, index), "%8s", "reused");
    return settle(s, index, err);
}

/* An instance whose inputs are there gets its key, and is reused when the store has its result. */
static int look_up(schedule *s, size_t index, ff_error *err)
{
    bool damaged = false;
    int status = ff_study_key(s->study, index, err);
    if (status == FF_OK)
        status = ff_study_look_up(s->study, index, &damaged, err);
    if (status == FF_OK && damaged)
        ff_status_note(&s->status, "the stored result of %s is missing or damaged: made again",
                       label_of(s, index));
    if (status == FF_OK && s->study->items[index].state == FF_ITEM_REUSED)
        status = reuse(s, index, err);
    return status;
}

/* Reuses all that can be reused, marks what can never run, and counts what could start. */
static int survey(schedule *s, size_t *ready, ff_error *err)
{
    int status = FF_OK;
    *ready = 0;
    for (size_t i = 0; i < s->study->plan.count && status == FF_OK; i++) {
        ff_study_item *item = &s->study->items[i];
        if (!item->wanted || item->state != FF_ITEM_WAITING)
            continue;
        if (ff_study_is_blocked(s->study, i)) {
            item->state = FF_ITEM_SKIPPED;
            s->skipped++;
            continue;
        }
        if (!item->key_text && ff_study_is_ready(s->study, i))
            status = look_up(s, i, err);
        *ready += item->key_text && item->state == FF_ITEM_WAITING;
    }
    return status;
}

static int start_ready(schedule *s, size_t ready, ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; i < s->study->plan.count && ready > 0 && has_room(s) && status == FF_OK;
         i++) {
        const ff_study_item *item = &s->study->items[i];
        if (item->wanted && item->state == FF_ITEM_WAITING && item->key_text)
            status = start(s, i, ready--, err);
    }
    return status;
}

static void draw_running(schedule *s)
{
    char text[512] = "";
    double now = ff_status_time();
    for (size_t i = 0; i < s->running; i++) {
        size_t used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, "%s%s (%.0f s)",
                       i ? ", " : "running: ", label_of(s, s->jobs[i].index),
                       now - s->jobs[i].started);
    }
    ff_status_running(&s->status, text);
}

/* Returns the signal that asked the process to end, or 0 when all is done, in *signal_number. */
static int loop(schedule *s, int *signal_number, ff_error *err)
{
    enum { REDRAW_MILLISECONDS = 1000 };
    int status = FF_OK;
    *signal_number = 0;
    while (status == FF_OK && !*signal_number) {
        size_t ready = 0;
        if (!s->stopping)
            status = survey(s, &ready, err);
        if (status == FF_OK && !s->stopping)
            status = start_ready(s, ready, err);
        if (status != FF_OK || s->running == 0)
            break;
        draw_running(s);
        *signal_number = ff_process_wait(s->status.terminal ? REDRAW_MILLISECONDS : -1);
        if (!*signal_number)
            status = reap(s, err);
    }
    ff_status_running(&s->status, "");
    return status;
}

static void end_children(schedule *s)
{
    pid_t *pids = ff_new_array(s->running, sizeof *pids, NULL);
    for (size_t i = 0; pids && i < s->running; i++)
        pids[i] = s->jobs[i].pid;
    if (pids)
        ff_process_end_all(pids, s->running);
    for (size_t i = 0; i < s->running; i++)
        forget_job(&s->jobs[i]);
    s->running = 0;
    free(pids);
}

static void summarise(schedule *s, double seconds)
{
    char skipped[64] = "";
    size_t left = s->status.total - s->made - s->reused - s->failed;
    if (left)
        (void)snprintf(skipped, sizeof skipped, ", %zu not reached", left);
    ff_status_note(&s->status, "%s: ran %zu, reused %zu, failed %zu%s in %.1f s; results in %s",
                   s->study->pipeline.name, s->made, s->reused, s->failed, skipped, seconds,
                   s->options->directory);
}

static void count_wanted(const ff_study *study, size_t *total, size_t *width)
{
    *total = *width = 0;
    for (size_t i = 0; i < study->plan.count; i++) {
        size_t length = strlen(study->plan.instances[i].label);
        *total += study->items[i].wanted;
        *width = study->items[i].wanted && length > *width ? length : *width;
    }
}

int ff_study_run(ff_study *study, const ff_schedule_options *options, ff_error *err)
{
    schedule s = {.study = study, .options = options};
    size_t total, width;
    int signal_number = 0;
    double started = ff_status_time();
    count_wanted(study, &total, &width);
    ff_status_init(&s.status, total, width, options->silent);
    s.jobs = ff_new_array(options->jobs, sizeof *s.jobs, err);
    if (!s.jobs)
        return FF_E_NOMEM;
    int status = ff_process_watch(err);
    if (status == FF_OK)
        status = loop(&s, &signal_number, err);
    end_children(&s);
    free(s.jobs);
    if (signal_number) {
        ff_status_note(&s.status,
                       "interrupted: what is finished is kept, the same command goes on");
        ff_study_close(study);
        ff_process_die_of(signal_number);
    }
    ff_process_unwatch();
    if (status == FF_OK)
        summarise(&s, ff_status_time() - started);
    if (status == FF_OK && s.failed) {
        status = s.failed_status;
        if (err)
            *err = s.failure;
    }
    return status;
}
