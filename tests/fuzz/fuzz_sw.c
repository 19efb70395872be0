/* Parameter files of Stillinger-Weber potentials. */

#include "tests/fuzz/fuzz.h"

#include "formats/triplets_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ff_potential *potential = NULL;
    ff_error err = {0};
    if (ff_sw_file_open(&potential, fuzz_file(data, size), &err) == FF_OK)
        ff_potential_free(potential);
    return 0;
}
