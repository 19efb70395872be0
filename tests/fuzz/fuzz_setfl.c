/* Tables of embedded-atom potentials. */

#include "tests/fuzz/fuzz.h"

#include "formats/setfl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ff_eam_tables tables;
    ff_error err = {0};
    if (ff_setfl_read(&tables, fuzz_file(data, size), &err) == FF_OK)
        ff_eam_tables_clear(&tables);
    return 0;
}
