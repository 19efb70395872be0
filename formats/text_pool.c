#include "formats/text_pool.h"

#include "lib/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ff_text_pool_init(ff_text_pool *pool)
{
    *pool = (ff_text_pool){0};
}

void ff_text_pool_clear(ff_text_pool *pool)
{
    for (size_t i = 0; i < pool->count; i++)
        free(pool->texts[i]);
    free(pool->texts);
    ff_text_pool_init(pool);
}

const char *ff_text_pool_take(ff_text_pool *pool, char *text, ff_error *err)
{
    if (!text)
        return NULL;
    if (ff_reserve(&pool->texts, &pool->capacity, pool->count + 1, sizeof *pool->texts, err) !=
        FF_OK) {
        free(text);
        return NULL;
    }
    pool->texts[pool->count++] = text;
    return text;
}

const char *ff_text_pool_copy(ff_text_pool *pool, const char *text, size_t length, ff_error *err)
{
    char *copy = ff_new_array(length + 1, 1, err);
    if (copy)
        memcpy(copy, text, length);
    return ff_text_pool_take(pool, copy, err);
}

const char *ff_text_pool_format(ff_text_pool *pool, ff_error *err, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    size_t size = length < 0 ? 1 : (size_t)length + 1;
    char *text = ff_new_array(size, 1, err);
    if (!text)
        return NULL;
    va_start(arguments, format);
    (void)vsnprintf(text, size, format, arguments);
    va_end(arguments);
    return ff_text_pool_take(pool, text, err);
}
