/* One strength of the prior, and the noise, by evidence. */

#include "lib/regression/evidence.h"
#include "lib/regression/solver_parts.h"

#include "lib/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int ff_solve_bayes(ff_standard_solution *solution, const ff_standard_problem *problem,
                   ff_error *err)
{
    ff_levels levels;
    ff_evidence evidence = {0};
    size_t columns = problem->columns;
    int most = problem->options->most_steps > 0 ? problem->options->most_steps : 1000;
    size_t *block = ff_new_array(columns, sizeof *block, err);
    int status = block ? ff_levels_find(&levels, problem, err) : FF_E_NOMEM;
    if (status != FF_OK) {
        free(block);
        return status;
    }
    const ff_evidence_problem blocks = {.columns = columns,
                                        .levels = levels.count,
                                        .blocks = 1,
                                        .level = levels.triangle,
                                        .rows = levels.rows,
                                        .noise_given = problem->noise == FF_NOISE_GIVEN,
                                        .block = block};
    status = ff_evidence_init(&evidence, &blocks, err);
    if (status == FF_OK)
        status = ff_evidence_start(&evidence, &blocks, err);
    if (status == FF_OK)
        status = ff_evidence_maximise(&evidence, &blocks, &solution->steps, most, err);
    if (status == FF_OK)
        status = ff_standard_condition(&solution->condition, &evidence.p, err);
    if (status != FF_OK)
        goto done;
    memcpy(solution->z, evidence.z, columns * sizeof *solution->z);
    ff_levels_noise(solution, &levels, problem, &evidence);
    solution->prior_strength = exp(evidence.x[ff_evidence_first_block(&blocks)]);
    for (size_t j = 0; j < columns; j++)
        solution->precision[j] = solution->prior_strength;
    solution->log_evidence = evidence.value;
    solution->gradient = ff_evidence_slope(&evidence);
    solution->root = evidence.root;
    evidence.root = (ff_triangle){0};
done:
    ff_evidence_clear(&evidence);
    ff_levels_clear(&levels);
    free(block);
    return status;
}
