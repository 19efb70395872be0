#ifndef FF_STAGES_FIT_FITTING_H
#define FF_STAGES_FIT_FITTING_H

/* What farfield-fit knows while it works. For its own files only. */

#include "formats/fit_record.h"
#include "formats/reduction_file.h"
#include "formats/uncertainty_group.h"
#include "lib/regression/cross_validation.h"
#include "lib/regression/fit.h"
#include "lib/regression/smoothness_prior.h"
#include "stages/cli/feature_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The input: features or a reduction, and what they have in common. */
typedef struct fit_source {
    ff_container *container;
    bool reduced; /* a reduction: input; else features: reader and rows */
    ff_reduced_features input;
    ff_features_reader reader;
    ff_feature_rows rows;
    const ff_ace_options *basis;
    const double *one_body;
    size_t columns, group_count;
    char *const *group_names; /* [group_count] */
} fit_source;

int fit_source_open(fit_source *source, ff_stage_run *stage, ff_error *err);
void fit_source_close(fit_source *source);

typedef enum fit_division { FIT_NOT_DIVIDED, FIT_BY_FOLD, FIT_BY_GROUP } fit_division;

/* What the user asked for. */
typedef struct fit_request {
    unsigned kinds; /* to fit */
    bool automatic; /* weights of the kinds are to be found (automatic_weights.h) */
    enum ff_solver_method method;
    enum ff_noise_model noise;
    double ridge, cutoff;
    enum ff_smoothness form;
    double smoothness;
    double *prior;                   /* [columns] */
    double default_weight[FF_KINDS]; /* of groups without weights of their own */
    bool weight_given[FF_KINDS];
    size_t group_count; /* the source's */
    double *weight;     /* weight table (rows.h); 0 where exact */
    unsigned *exact;    /* [group_count] kinds that are to be met exactly, bits 1u << ff_kind */
    fit_division division;
    uint32_t folds;
    uint64_t seed;
    size_t members;
    bool learning_curve, covariance, pops, leverage;
    double pops_quantile;
} fit_request;

int fit_request_init(fit_request *request, const ff_stage_run *stage, const fit_source *source,
                     ff_error *err);
void fit_request_clear(fit_request *request);

/* Fills the weights and exact kinds of a request from the command line (weights.c). */
int fit_request_weights(fit_request *request, const ff_stage_run *stage, const fit_source *source,
                        ff_error *err);

/* The classes that are solved for. Groups of features that the request does not tell apart are
 * reduced together, so that memory and time do not grow with the number of groups. */
typedef struct fit_classes {
    const ff_reduction *reduction; /* the source's, or own */
    ff_reduction own;
    uint32_t *group; /* [source groups] their place among the reduction's */
    double *weight;  /* [reduction->count] class weights */
    /* Equations that the coefficients must satisfy, from the classes to be met exactly (exact.c):
     * matrix[count][columns], target[count], names[count]. */
    ff_constraints constraints;
    double *matrix, *target;
    char **names;
} fit_classes;

int fit_classes_init(fit_classes *classes, ff_stage_run *stage, const fit_source *source,
                     const fit_request *request, ff_error *err);
void fit_classes_clear(fit_classes *classes);

/* classes->constraints of the rows to be met exactly; exact[reduction groups]: kinds. */
int fit_exact_equations(fit_classes *classes, const unsigned *exact, ff_error *err);

/* Finds the weights of the kinds, multiplies those of the request and of the classes by them, and
 * puts the noise levels that they come from in the record. */
int fit_weigh_automatically(fit_request *request, fit_classes *classes, ff_fit_record *record,
                            ff_error *err);

/* What came out. */
typedef struct fit_result {
    ff_solution solution;
    ff_fit_report report;
    ff_fit_record record;
    ff_model_uncertainty uncertainty;
} fit_result;

/* Solves; errors on rows that are left out, and the learning curve, go to the record. Without
 * classes (NULL): LSQR from the rows. */
int fit_solve(fit_result *result, ff_stage_run *stage, const fit_source *source,
              const fit_request *request, const fit_classes *classes, ff_error *err);

/* The report of a fit to a reduction, from what the solution says of its classes: without mean and
 * largest errors (NaN). */
int fit_report_from_classes(fit_result *result, const fit_source *source,
                            const fit_request *request, ff_error *err);

/* Fills the record's description of the method and of the classes (NULL: those of the source). */
int fit_describe(fit_result *result, const ff_stage_run *stage, const fit_source *source,
                 const fit_request *request, const fit_classes *classes, ff_error *err);

/* Committee, POPS and leverages, as far as they were asked for. */
int fit_uncertainty(fit_result *result, ff_stage_run *stage, fit_source *source,
                    const fit_request *request, ff_error *err);

/* Says what came out, to standard error. */
int fit_print(const ff_stage_run *stage, const fit_source *source, const fit_request *request,
              const fit_result *result, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
