#ifndef FF_LIB_BASE_PARALLEL_H
#define FF_LIB_BASE_PARALLEL_H

/* Threads. Work is cut into items that do not depend on the number of threads; each item writes
 * only to its own place, and sums over items are taken afterwards in the order of the items. So
 * results are bit-identical for any number of threads. */

#include "lib/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The number of threads ff_parallel_for may use (default: all cores). Also makes BLAS serial, since
 * a threaded BLAS does not promise the same bits. Call once, before any work. count < 1 means all
 * cores. */
void ff_set_threads(int count);
int ff_threads(void);

/* Reports progress from lib to whoever draws it; lib itself prints nothing. `advance` is called
 * from one thread at a time with the number of items newly done. A NULL pointer is allowed wherever
 * a `const ff_progress *` is taken. */
typedef struct ff_progress {
    void (*advance)(void *context, size_t items);
    void *context;
} ff_progress;

/* One item of parallel work: index in [0, count), thread in [0, ff_threads()) for picking a
 * workspace. Returns a status; sets err on failure. */
typedef int (*ff_parallel_body)(size_t index, int thread, void *context, ff_error *err);

/* Runs body for every index, dynamically scheduled. After a failure no new items are started; the
 * failure with the lowest index among those seen is returned in err. progress may be NULL. */
int ff_parallel_for(size_t count, ff_parallel_body body, void *context, const ff_progress *progress,
                    ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
