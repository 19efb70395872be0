#ifndef FF_TESTS_FUZZ_FUZZ_H
#define FF_TESTS_FUZZ_FUZZ_H

/* A fuzz target is a file fuzz_NAME.c with this one function, and seeds in corpus/NAME/. `make
 * fuzz` links it with libFuzzer; the tests link it with replay.c, which runs the seeds. */

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* For readers that take a path: writes the bytes to a scratch file and returns its name, which
 * lives until the process ends. Fails the process when the system refuses. */
const char *fuzz_file(const uint8_t *data, size_t size);

#endif
