/* NOLINTNEXTLINE(bugprone-reserved-identifier): the C library's switch, for madvise */
#define _DEFAULT_SOURCE

#include "lib/base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* The first touch of a large array costs a fault of the processor for each of its pages, a third of
 * the time of reading a large file: the system is asked for large pages. It may decline. */
static void prefer_large_pages(void *array, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    enum { PAGE = 1 << 12, LARGE_PAGE = 1 << 21 };
    if (bytes < LARGE_PAGE)
        return;
    const size_t before = (uintptr_t)array % PAGE; /* neighbours on these pages take no harm */
    (void)madvise((char *)array - before, before + bytes, MADV_HUGEPAGE);
#else
    (void)array;
    (void)bytes;
#endif
}

void *ff_new_array(size_t count, size_t size, ff_error *err)
{
    void *array = calloc(count ? count : 1, size ? size : 1);
    if (!array)
        ff_fail(err, FF_E_NOMEM, "out of memory for %zu elements of %zu bytes", count, size);
    else
        prefer_large_pages(array, count * size);
    return array;
}

void *ff_copy_array(const void *from, size_t count, size_t size, ff_error *err)
{
    void *array = ff_new_array(count, size, err);
    if (array && count && size)
        memcpy(array, from, count * size);
    return array;
}

char *ff_copy_text(const char *text, ff_error *err)
{
    return ff_copy_array(text, strlen(text) + 1, 1, err);
}

int ff_reserve(void *array, size_t *capacity, size_t needed, size_t size, ff_error *err)
{
    void **pointer = array;
    if (needed <= *capacity)
        return FF_OK;
    size_t wanted = *capacity < SIZE_MAX / 2 ? 2 * *capacity : SIZE_MAX;
    if (wanted < needed)
        wanted = needed;
    if (wanted < 16)
        wanted = 16;
    if (size == 0 || wanted > SIZE_MAX / size)
        return ff_fail(err, FF_E_NOMEM, "out of memory for %zu elements of %zu bytes", wanted,
                       size);
    void *larger = realloc(*pointer, wanted * size);
    if (!larger)
        return ff_fail(err, FF_E_NOMEM, "out of memory for %zu elements of %zu bytes", wanted,
                       size);
    prefer_large_pages(larger, wanted * size);
    *pointer = larger;
    *capacity = wanted;
    return FF_OK;
}
