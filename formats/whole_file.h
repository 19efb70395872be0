#ifndef FF_FORMATS_WHOLE_FILE_H
#define FF_FORMATS_WHOLE_FILE_H

/* Small files read at once, with a limit so that a wrong file cannot eat the memory. */

#include "lib/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reads a regular file of at most limit bytes. *bytes is allocated (the caller frees it) and ends
 * with a '\0' that *size does not count; size may be NULL. FF_E_IO when it cannot be read,
 * FF_E_FORMAT when it is larger than limit; the error names the file. */
int ff_whole_file_read(char **bytes, size_t *size, const char *path, size_t limit, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
