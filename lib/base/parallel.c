#include "lib/base/parallel.h"

#include <cblas.h>
#include <omp.h>
#include <stdbool.h>

static int thread_limit = 0; /* 0: not set, all cores */

void ff_set_threads(int count)
{
    thread_limit = count < 1 ? omp_get_num_procs() : count;
    openblas_set_num_threads(1);
}

int ff_threads(void)
{
    if (thread_limit == 0)
        ff_set_threads(0);
    return thread_limit;
}

int ff_parallel_for(size_t count, ff_parallel_body body, void *context, const ff_progress *progress,
                    ff_error *err)
{
    int status = FF_OK;
    size_t failed_index = count;
    bool stop = false;
    ff_error first = {0};

#pragma omp parallel for schedule(dynamic, 1) num_threads(ff_threads()) if (count > 1)
    for (size_t index = 0; index < count; index++) {
        bool stopped;
#pragma omp atomic read
        stopped = stop;
        if (stopped)
            continue;
        ff_error local = {0};
        int result = body(index, omp_get_thread_num(), context, &local);
        if (result != FF_OK) {
#pragma omp atomic write
            stop = true;
        }
        if (result != FF_OK || progress) {
#pragma omp critical(ff_parallel_for_report)
            {
                if (result != FF_OK && index < failed_index) {
                    failed_index = index;
                    status = result;
                    first = local;
                }
                if (progress)
                    progress->advance(progress->context, 1);
            }
        }
    }
    if (status != FF_OK && err)
        *err = first;
    return status;
}
