#include "stages/cli/domain.h"

#define WALL "what it gives there is a repulsive wall, not what it was fitted to"

void ff_stage_warn_close(ff_stage_run *stage, const char *structure, const ff_close_pairs *pairs)
{
    char closest[256];
    if (pairs->count)
        ff_stage_warn(stage, "%s: %s (%zu such %s): " WALL, structure,
                      ff_close_pairs_describe(pairs, closest, sizeof closest), pairs->count,
                      pairs->count == 1 ? "pair" : "pairs");
}

int ff_stage_judge_close(ff_stage_run *stage, const ff_close_survey *survey, size_t frames,
                         bool strict, ff_error *err)
{
    char closest[256], all[128];
    if (survey->frames == 0)
        return FF_OK;
    (void)ff_close_pairs_describe(&survey->pairs, closest, sizeof closest);
    (void)snprintf(all, sizeof all, "%zu such %s in %zu of %zu %s", survey->pairs.count,
                   survey->pairs.count == 1 ? "pair" : "pairs", survey->frames, frames,
                   frames == 1 ? "frame" : "frames");
    if (!strict) {
        ff_stage_warn(stage, "frame %zu: %s (%s): " WALL, survey->frame + 1, closest, all);
        return FF_OK;
    }
    (void)ff_fail(err, FF_E_RANGE, "%s (%s), and --strict forbids that", closest, all);
    ff_error_in_frame(err, (int64_t)survey->frame + 1);
    return FF_E_RANGE;
}
