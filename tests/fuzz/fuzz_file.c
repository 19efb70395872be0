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
    if (descriptor < 0) {
        (void)snprintf(scratch, sizeof scratch, "/tmp/farfield-fuzz-XXXXXX");
        descriptor = mkstemp(scratch);
        (void)atexit(remove_scratch);
    }
    if (descriptor < 0 || ftruncate(descriptor, 0) != 0 ||
        pwrite(descriptor, data, size, 0) != (ssize_t)size) {
        perror(scratch);
        exit(5);
    }
    return scratch;
}
