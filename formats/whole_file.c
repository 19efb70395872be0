#include "formats/whole_file.h"

#include "lib/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static int read_stream(char **bytes, size_t *size, FILE *stream, size_t limit, ff_error *err)
{
    struct stat information;
    if (fstat(fileno(stream), &information) != 0)
        return ff_fail_errno(err, "cannot be read");
    if (!S_ISREG(information.st_mode))
        return ff_fail(err, FF_E_FORMAT, "is not a regular file");
    if (information.st_size > 0 && (uintmax_t)information.st_size > limit)
        return ff_fail(err, FF_E_FORMAT, "has %lld bytes, expected at most %zu",
                       (long long)information.st_size, limit);
    size_t expected = (size_t)information.st_size;
    char *content = ff_new_array(expected + 1, 1, err);
    if (!content)
        return FF_E_NOMEM;
    size_t count = fread(content, 1, expected, stream);
    if (ferror(stream)) {
        free(content);
        return ff_fail_errno(err, "cannot be read");
    }
    content[count] = '\0';
    *bytes = content;
    if (size)
        *size = count;
    return FF_OK;
}

int ff_whole_file_read(char **bytes, size_t *size, const char *path, size_t limit, ff_error *err)
{
    FILE *stream = fopen(path, "rb");
    int status = stream ? read_stream(bytes, size, stream, limit, err)
                        : ff_fail_errno(err, "cannot be opened");
    if (stream)
        (void)fclose(stream);
    if (status != FF_OK)
        ff_error_in_file(err, path);
    return status;
}
