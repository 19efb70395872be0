#ifndef FF_STAGES_SHOW_SHOW_H
#define FF_STAGES_SHOW_SHOW_H

/* What `farfield show` says of each kind of intermediate, on standard output. Each function reads
 * an opened container of its kind. */

#include "formats/container.h"
#include "formats/table.h"
#include "lib/ace/basis.h"
#include "lib/analysis/tags.h"
#include "lib/regression/fit.h"

#ifdef __cplusplus
extern "C" {
#endif

int show_dataset(ff_container *container, ff_error *err);
int show_features(ff_container *container, ff_error *err);
int show_reduction(ff_container *container, ff_error *err);
int show_model(ff_container *container, ff_error *err);
int show_relaxation(ff_container *container, ff_error *err);
int show_comparison(ff_container *container, ff_error *err);
int show_evaluation(ff_container *container, ff_error *err);
int show_extrapolation(ff_container *container, ff_error *err);

/* Parts of a model: what is known of its uncertainty, how it was fitted. */
int show_uncertainty(ff_container *container, size_t columns, ff_error *err);
int show_fit(ff_container *container, const ff_fit_report *fit, ff_error *err);

/* The chain of steps, newest first, one line each; json: the full records as a JSON array. */
int show_provenance(ff_container *container, bool json, ff_error *err);

/* "  NAME          VALUE": a fact in the block at the top. */
void show_fact(const char *name, const char *format, ...) FF_PRINTF(2, 3);
/* A number with its unit; nothing when it is unknown (NaN). */
void show_number(const char *name, double value, const char *unit);
/* A blank line, a title, and the table below it; clears the table. Nothing when it has no rows. */
int show_table(const char *title, ff_table *table, ff_error *err);

void show_basis(const ff_ace_options *basis);
void show_tags(const ff_tags *tags);
/* Energies by atomic number of the listed species. */
void show_energies(const char *name, const int *species, size_t count, const double *energy);

#ifdef __cplusplus
}
#endif
#endif
