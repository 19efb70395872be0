/* From the command line to a request. */

#include "stages/fit/fitting.h"

#include "lib/base/memory.h"
#include "lib/base/numbers.h"
#include "stages/cli/observations.h"

#include <stdlib.h>
#include <string.h>

/* That automatic weights leave out in turn, unless --cross-validate says another number. */
enum { AUTOMATIC_FOLDS = 5 };

static int request_method(fit_request *request, const ff_stage_run *stage, ff_error *err)
{
    static const char *const noises[] = {
        [FF_NOISE_COMMON] = "common", [FF_NOISE_PER_KIND] = "per-kind", [FF_NOISE_GIVEN] = "given"};
    bool automatic = strcmp(ff_argument_text(stage, "weights"), "auto") == 0;
    int method = automatic ? FF_SOLVER_BAYES : FF_SOLVER_RIDGE, form = 0, noise = FF_NOISE_COMMON;
    int status = FF_OK;
    if (ff_argument_given(stage, "method"))
        status = ff_argument_choice(&method, stage, "method", ff_solver_names, FF_SOLVERS, err);
    if (status == FF_OK)
        status =
            ff_argument_choice(&form, stage, "prior", ff_smoothness_names, FF_SMOOTHNESSES, err);
    if (status == FF_OK)
        status = ff_argument_choice(&noise, stage, "noise", noises, 3, err);
    if (status == FF_OK && automatic && noise != FF_NOISE_COMMON)
        status = ff_fail(err, FF_E_USAGE, "--weights auto contradicts --noise %s", noises[noise]);
    request->automatic = automatic;
    request->method = (enum ff_solver_method)method;
    request->form = (enum ff_smoothness)form;
    request->noise = (enum ff_noise_model)noise;
    request->ridge = ff_argument_number(stage, "ridge");
    request->cutoff = ff_argument_number(stage, "svd-cutoff");
    return status;
}

/* The prior needs the basis that the features were made with, which had better be of their size. */
static int request_prior(fit_request *request, const ff_stage_run *stage, const fit_source *source,
                         ff_error *err)
{
    static const double usual[FF_SMOOTHNESSES] = {[FF_SMOOTHNESS_ALGEBRAIC] = 2,
                                                  [FF_SMOOTHNESS_EXPONENTIAL] = 0.5,
                                                  [FF_SMOOTHNESS_GAUSSIAN] = 0.05};
    ff_ace_basis *basis = NULL;
    request->smoothness = ff_argument_given(stage, "smoothness")
                              ? ff_argument_number(stage, "smoothness")
                              : usual[request->form];
    int status = ff_ace_basis_new(&basis, source->basis, err);
    if (status == FF_OK && ff_ace_basis_size(basis) != source->columns) {
        status =
            ff_fail(err, FF_E_FORMAT, "the design matrix has %zu columns, its basis %zu functions",
                    source->columns, ff_ace_basis_size(basis));
        ff_error_in_file(err, ff_container_name(source->container));
    }
    if (status == FF_OK && !(request->prior = ff_new_array(source->columns, sizeof(double), err)))
        status = FF_E_NOMEM;
    if (status == FF_OK)
        status =
            ff_smoothness_prior(request->prior, basis, request->form, request->smoothness, err);
    ff_ace_basis_free(basis);
    return status;
}

/* "group" or a number of folds; a reduction has been divided before. */
static int request_division(fit_request *request, const ff_stage_run *stage,
                            const fit_source *source, ff_error *err)
{
    const char *text = ff_argument_text(stage, "cross-validate");
    uint32_t present = source->reduced ? source->input.reduction.folds : 0;
    int64_t folds = 0;
    request->folds = source->reduced ? present : request->automatic ? AUTOMATIC_FOLDS : 1;
    request->learning_curve = ff_argument_flag(stage, "learning-curve");
    if (text && strcmp(text, "group") == 0) {
        request->division = FIT_BY_GROUP;
    } else if (text) {
        if (ff_int64_parse(text, strlen(text), &folds) != FF_OK || folds < 2 || folds > 1000)
            return ff_fail(err, FF_E_USAGE,
                           "--cross-validate '%s': expected group or a number of folds, 2 to 1000",
                           text);
        if (source->reduced && folds != (int64_t)present)
            return ff_fail(err, FF_E_USAGE,
                           "--cross-validate %lld: the reduction has %u folds (farfield reduce "
                           "--folds)",
                           (long long)folds, present);
        request->division = FIT_BY_FOLD;
        request->folds = (uint32_t)folds;
    }
    if (request->automatic && request->folds < 2)
        return ff_fail(err, FF_E_USAGE,
                       "--weights auto needs folds: reduce with farfield reduce --folds K, K > 1");
    if (request->learning_curve && request->folds < 2)
        return ff_fail(err, FF_E_USAGE,
                       "--learning-curve needs folds: give --cross-validate K, or a reduction that "
                       "has some");
    return FF_OK;
}

static int request_uncertainty(fit_request *request, const ff_stage_run *stage,
                               const fit_source *source, ff_error *err)
{
    int64_t members, seed;
    request->covariance = ff_argument_flag(stage, "covariance");
    request->pops = ff_argument_flag(stage, "pops");
    request->leverage = ff_argument_flag(stage, "leverage");
    request->pops_quantile = ff_argument_number(stage, "pops-quantile");
    int status = ff_argument_within(&members, stage, "committee", 0, 100000, err);
    if (status == FF_OK)
        status = ff_argument_within(&seed, stage, "seed", 0, INT64_MAX, err);
    if (status != FF_OK)
        return status;
    request->members = (size_t)members;
    request->seed = (uint64_t)seed;
    if (source->reduced && (request->pops || request->leverage))
        return ff_fail(err, FF_E_USAGE,
                       "--%s needs the rows, which a reduction no longer has: fit the features",
                       request->pops ? "pops" : "leverage");
    return FF_OK;
}

int fit_request_init(fit_request *request, const ff_stage_run *stage, const fit_source *source,
                     ff_error *err)
{
    const char *observations = ff_argument_text(stage, "observations");
    *request = (fit_request){.kinds = (1u << FF_KINDS) - 1};
    int status = observations ? ff_parse_observations(&request->kinds, observations, err) : FF_OK;
    if (status == FF_OK)
        status = request_method(request, stage, err);
    if (status == FF_OK)
        status = fit_request_weights(request, stage, source, err);
    if (status == FF_OK)
        status = request_prior(request, stage, source, err);
    if (status == FF_OK)
        status = request_division(request, stage, source, err);
    if (status == FF_OK)
        status = request_uncertainty(request, stage, source, err);
    if (status != FF_OK)
        fit_request_clear(request);
    return status;
}

void fit_request_clear(fit_request *request)
{
    free(request->prior);
    free(request->weight);
    free(request->exact);
    *request = (fit_request){0};
}
