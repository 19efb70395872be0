#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char scratch[64];

static void remove_scratch(void)
{
    (void)unlink(scratch);
}

const char *fuzz_file(const uint8_t *data, size_t size)
{
    static int descriptor = -1;
    static const char *const folders[] = {"/dev/shm", "/tmp"}; /* in memory, if possible */
    for (size_t k = 0; k < 2 && descriptor < 0; k++) {
        (void)snprintf(scratch, sizeof scratch, "%s/farfield-fuzz-XXXXXX", folders[k]);
        descriptor = mkstemp(scratch);
        if (descriptor >= 0)
            (void)atexit(remove_scratch);
    }
    if (descriptor < 0 || pwrite(descriptor, data, size, 0) != (ssize_t)size ||
        ftruncate(descriptor, (off_t)size) != 0) {
        perror(scratch);
        exit(5);
    }
    return scratch;
}
