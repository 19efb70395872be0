#include "formats/kinds.h"

#include "formats/comparison_file.h"
#include "formats/dataset_file.h"
#include "formats/evaluation_file.h"
#include "formats/extrapolation_file.h"
#include "formats/features_file.h"
#include "formats/model_file.h"
#include "formats/reduction_file.h"
#include "formats/relaxation_file.h"

#include <string.h>

static const struct {
    const char *kind;
    int version;
} kinds[] = {
    {"dataset", FF_DATASET_FILE_VERSION},       {"features", FF_FEATURES_FILE_VERSION},
    {"model", FF_MODEL_FILE_VERSION},           {"relaxation", FF_RELAXATION_FILE_VERSION},
    {"comparison", FF_COMPARISON_FILE_VERSION}, {"evaluation", FF_EVALUATION_FILE_VERSION},
    {"reduction", FF_REDUCTION_FILE_VERSION},   {"extrapolation", FF_EXTRAPOLATION_FILE_VERSION}};

int ff_kind_version(const char *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].kind, kind) == 0)
            return kinds[i].version;
    return 0;
}
