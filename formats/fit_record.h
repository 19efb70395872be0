#ifndef FF_FORMATS_FIT_RECORD_H
#define FF_FORMATS_FIT_RECORD_H

/* How a model was found, kept in the group "fit" of its file beside the errors of model_file.h:
 * method, prior, noise levels, evidence; the blocks of rows with their weights; errors on rows that
 * were left out; leverages. Models of earlier versions have none of it. */

#include "formats/container.h"
#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A block of rows in the light of the fit (ff_class_fit of lib/regression/solver.h). */
typedef struct ff_fit_class {
    char group[64]; /* or "all", "others" where groups of one weight were taken together */
    uint32_t fold;
    uint8_t kind;
    size_t count;
    double weight, noise, chi2, rmse;
} ff_fit_class;

/* Errors of a fit on rows that it left out (ff_held_out of lib/regression/cross_validation.h). */
typedef struct ff_held_out_row {
    char part[64]; /* a group, "fold 2", "all"; of learning curves "1 of 4 folds" */
    uint8_t kind;
    size_t fitted, count;
    double rmse, noise, log_density;
} ff_held_out_row;

/* How much the rows of a frame, by kind, determine their own fitted values: sums of leverages. */
typedef struct ff_leverage_row {
    char group[64];
    double leverage[FF_KINDS];
} ff_leverage_row;

typedef struct ff_fit_record {
    char method[16];  /* "ridge", ...; "": the file has no record */
    char noise[16];   /* what was assumed: "common", "per kind", "given" */
    char weights[16]; /* of the kinds: "given", "automatic" (lib/regression/automatic_weights.h) */
    char prior[16];   /* form of the smoothness prior */
    double smoothness;
    size_t rank, steps;
    size_t weight_folds, weight_fits; /* left out to choose automatic weights; cross-validations */
    double effective, log_evidence, evidence_gradient, prior_strength, singular_max, singular_min;
    double weight[FF_KINDS];         /* of groups that have no weights of their own */
    double noise_level[FF_KINDS];    /* assumed of scaled rows at weight 1; NaN: no rows or unknown
                                      */
    double error_level[FF_KINDS];    /* found: root of weighted squared errors by the rows less the
                                        parameters they determine; NaN likewise */
    double evidence_noise[FF_KINDS]; /* behind automatic weights, before them; NaN: none */
    double kind_effective[FF_KINDS]; /* effective parameters by kind; NaN: unknown */
    size_t exact_count;
    char **exact; /* [exact_count] "GROUP:KINDS" that the model reproduces exactly */
    size_t class_count, held_out_count, curve_count, leverage_count;
    ff_fit_class *classes;
    ff_held_out_row *held_out; /* cross-validation */
    ff_held_out_row *curve;    /* learning curve */
    ff_leverage_row *leverage; /* one for each frame */
} ff_fit_record;

void ff_fit_record_init(ff_fit_record *record);
void ff_fit_record_clear(ff_fit_record *record);

/* Adds the record to a model that ff_model_write has just written, with its errors. */
int ff_fit_record_write(ff_container *container, const ff_fit_record *record, ff_error *err);

/* *record is initialised by the call; without a method when the model has none. */
int ff_fit_record_read(ff_fit_record *record, ff_container *container, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
