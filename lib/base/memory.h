#ifndef FF_LIB_BASE_MEMORY_H
#define FF_LIB_BASE_MEMORY_H

/* Checked allocation: sizes that come from files never overflow, and a failed allocation is an
 * error value. Memory is released with free(). */

#include "lib/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* count elements of size bytes, zeroed (at least one byte, so never NULL on success).
 * Returns NULL and sets err to FF_E_NOMEM on overflow or exhaustion. */
void *ff_new_array(size_t count, size_t size, ff_error *err);

/* A copy of count elements of size bytes. NULL as above. */
void *ff_copy_array(const void *from, size_t count, size_t size, ff_error *err);

/* A copy of a string. NULL as above. */
char *ff_copy_text(const char *text, ff_error *err);

/* Makes *array hold at least needed elements of size bytes, growing *capacity geometrically;
 * elements beyond the old capacity are not initialised. Returns FF_OK or FF_E_NOMEM (the old array
 * stays valid). */
int ff_reserve(void *array, size_t *capacity, size_t needed, size_t size, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
