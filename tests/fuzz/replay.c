/* Runs a fuzz target on files, for when there is no libFuzzer: replay_NAME FILE... */

#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>

static int replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = NULL;
    size_t size = 0, got = 1;
    while (file && got > 0) {
        enum { BLOCK = 1 << 16 };
        uint8_t *larger = realloc(bytes, size + BLOCK);
        if (!larger)
            break;
        bytes = larger;
        got = fread(bytes + size, 1, BLOCK, file);
        size += got;
    }
    if (!file || ferror(file)) {
        perror(path);
        return 5;
    }
    (void)fclose(file);
    /* A block of exactly this size, so that reading beyond it is seen by AddressSanitizer. */
    uint8_t *exact = realloc(bytes, size ? size : 1);
    if (exact)
        (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    return exact ? 0 : 5;
}

int main(int argc, char **argv)
{
    int status = argc > 1 ? 0 : 2;
    for (int i = 1; i < argc && status == 0; i++)
        status = replay(argv[i]);
    return status;
}
