/* Studies in XML. */

#include "tests/fuzz/fuzz.h"

#include "formats/pipeline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ff_pipeline pipeline;
    ff_error err = {0};
    if (ff_pipeline_read(&pipeline, fuzz_file(data, size), &err) == FF_OK)
        (void)ff_pipeline_set(&pipeline, "L=1 2", &err);
    ff_pipeline_clear(&pipeline);
    return 0;
}
