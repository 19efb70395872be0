#include "lib/regression/automatic_weights.h"

#include <math.h>
#include <string.h>

int ff_automatic_weights(double factor[FF_KINDS], double noise[FF_KINDS],
                         const ff_reduction *reduction, const ff_solver_options *options,
                         ff_error *err)
{
    ff_solver_options levels = *options;
    ff_solution solution;
    size_t rows[FF_KINDS] = {0};
    int most = 0;
    levels.method = FF_SOLVER_BAYES;
    levels.noise = FF_NOISE_PER_KIND;
    levels.without_covariance = true;
    ff_solution_init(&solution);
    int status = ff_solve(&solution, reduction, &levels, err);
    if (status != FF_OK)
        return status;
    memcpy(noise, solution.noise, FF_KINDS * sizeof *noise);
    ff_solution_clear(&solution);
    for (size_t i = 0; i < reduction->count; i++)
        if (options->weight[i] > 0)
            rows[reduction->classes[i].kind] += reduction->classes[i].count;
    for (int kind = 1; kind < FF_KINDS; kind++)
        most = rows[kind] > rows[most] ? kind : most;
    double unit = noise[most] * sqrt((double)rows[most]);
    for (int kind = 0; kind < FF_KINDS; kind++)
        factor[kind] = rows[kind] ? unit / (noise[kind] * sqrt((double)rows[kind])) : 0;
    return FF_OK;
}
