#ifndef FF_FORMATS_TEXT_POOL_H
#define FF_FORMATS_TEXT_POOL_H

/* Owns strings that live and die together, so that structs which refer to many need not free each.
 */

#include "lib/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_text_pool {
    size_t count, capacity;
    char **texts;
} ff_text_pool;

void ff_text_pool_init(ff_text_pool *pool);
/* Frees every string; the pool can be used again. */
void ff_text_pool_clear(ff_text_pool *pool);

/* Gives an allocated string to the pool, which frees it at once when that fails. Returns it, or
 * NULL with err set. A NULL text returns NULL and leaves err alone. */
const char *ff_text_pool_take(ff_text_pool *pool, char *text, ff_error *err);

/* A copy of the first length characters of text. NULL with err set when out of memory. */
const char *ff_text_pool_copy(ff_text_pool *pool, const char *text, size_t length, ff_error *err);

/* A formatted string. NULL with err set when out of memory. */
const char *ff_text_pool_format(ff_text_pool *pool, ff_error *err, const char *format, ...)
    FF_PRINTF(3, 4);

#ifdef __cplusplus
}
#endif
#endif
