#include "formats/report.h"

#include "formats/comparison_file.h"
#include "formats/dataset_file.h"
#include "formats/defect_quantities_group.h"
#include "formats/evaluation_file.h"
#include "formats/extrapolation_file.h"
#include "formats/model_file.h"
#include "formats/provenance.h"
#include "formats/relaxation_file.h"
#include "lib/base/memory.h"
#include "lib/structure/elements.h"

#include <stdlib.h>
#include <string.h>

static void add_table_columns(ff_report *report)
{
    ff_table_add_column(&report->datasets, "dataset", "dataset", "", false);
    ff_table_add_column(&report->datasets, "species", "species", "", false);
    ff_table_add_column(&report->datasets, "frames", "frames", "", true);
    ff_table_add_column(&report->datasets, "atoms", "atoms", "", true);
    ff_table_add_column(&report->datasets, "energies", "energies", "", true);
    ff_table_add_column(&report->datasets, "forces", "force components", "", true);
    ff_table_add_column(&report->datasets, "virials", "virial components", "", true);
    ff_table_add_column(&report->datasets, "force_constants", "force constants", "", true);
    ff_table_add_column(&report->inputs, "kind", "kind", "", false);
    ff_table_add_column(&report->inputs, "sha256", "SHA-256", "", false);
    ff_table_add_column(&report->history, "step", "step", "", false);
    ff_table_add_column(&report->history, "what", "what was run", "", false);
}

int ff_report_init(ff_report *report, const char *title, const char *x, const char *series,
                   const char *notes, ff_error *err)
{
    *report = (ff_report){0};
    (void)snprintf(report->title, sizeof report->title, "%s", title);
    (void)snprintf(report->x, sizeof report->x, "%s", x);
    (void)snprintf(report->series, sizeof report->series, "%s", series);
    ff_table_init(&report->datasets);
    ff_table_init(&report->inputs);
    ff_table_init(&report->history);
    add_table_columns(report);
    if (notes && !(report->notes = ff_copy_text(notes, err)))
        return FF_E_NOMEM;
    return FF_OK;
}

void ff_report_clear(ff_report *report)
{
    for (size_t i = 0; i < report->comparisons; i++)
        ff_comparison_clear(&report->comparison[i]);
    for (size_t i = 0; i < report->evaluations; i++)
        ff_evaluation_clear(&report->evaluation[i].evaluation);
    for (size_t i = 0; i < report->relaxations; i++) {
        ff_relaxation_clear(&report->relaxation[i].relaxation);
        ff_defect_quantities_clear(&report->relaxation[i].quantities);
    }
    for (size_t i = 0; i < report->extrapolations; i++) {
        ff_extrapolation_clear(&report->extrapolation[i].extrapolation);
        ff_tags_clear(&report->extrapolation[i].tags);
    }
    for (size_t i = 0; i < report->models; i++)
        ff_fit_report_clear(&report->model[i].fit);
    free(report->comparison);
    free(report->evaluation);
    free(report->relaxation);
    free(report->extrapolation);
    free(report->model);
    free(report->notes);
    ff_report_names_clear(&report->names);
    ff_table_clear(&report->datasets);
    ff_table_clear(&report->inputs);
    ff_table_clear(&report->history);
    *report = (ff_report){0};
}

void ff_report_label(const ff_report *report, const char *digest, char *label, size_t size)
{
    const ff_report_name *name = ff_report_names_find(&report->names, digest);
    (void)snprintf(label, size, name ? "%s" : "%.8s", name ? name->label : digest);
}

const ff_fit_report *ff_report_fit_of(const ff_report *report, const char *digest)
{
    for (size_t i = 0; i < report->models; i++)
        if (strcmp(report->model[i].digest, digest) == 0)
            return &report->model[i].fit;
    return NULL;
}

/* One kind each. */

static int add_comparison(ff_report *report, ff_container *container, ff_error *err)
{
    int status = ff_reserve(&report->comparison, &report->comparison_capacity,
                            report->comparisons + 1, sizeof *report->comparison, err);
    if (status != FF_OK)
        return status;
    ff_comparison *added = &report->comparison[report->comparisons];
    status = ff_comparison_read(added, container, err);
    if (status != FF_OK)
        return status;
    report->comparisons++;
    return ff_report_names_add(&report->names, container, &added->tags, report->x, report->series,
                               err);
}

/* The digest of the model that an evaluation is of. */
static int find_model(char model[FF_DIGEST_SIZE], const ff_container *container, ff_error *err)
{
    size_t count = 0, inputs = 0;
    ff_history_step *steps = NULL;
    ff_history_input *input = NULL;
    model[0] = '\0';
    if (!ff_link_exists(ff_container_root(container), "provenance"))
        return FF_OK;
    int status = ff_history_read(container, &count, &steps, err);
    if (status == FF_OK && count > 0)
        status = ff_history_inputs(&steps[0], &inputs, &input, err);
    for (size_t i = 0; i < inputs; i++)
        if (strcmp(input[i].kind, "model") == 0)
            memcpy(model, input[i].digest, FF_DIGEST_SIZE);
    free(input);
    ff_history_free(count, steps);
    return status;
}

static int add_evaluation(ff_report *report, ff_container *container, ff_error *err)
{
    int status = ff_reserve(&report->evaluation, &report->evaluation_capacity,
                            report->evaluations + 1, sizeof *report->evaluation, err);
    if (status != FF_OK)
        return status;
    ff_report_evaluation *added = &report->evaluation[report->evaluations];
    status = ff_evaluation_read(&added->evaluation, container, err);
    if (status != FF_OK)
        return status;
    report->evaluations++;
    status = find_model(added->model, container, err);
    return status == FF_OK ? ff_report_names_add(&report->names, container, &added->evaluation.tags,
                                                 report->x, report->series, err)
                           : status;
}

static int add_relaxation(ff_report *report, ff_container *container, ff_error *err)
{
    int status = ff_reserve(&report->relaxation, &report->relaxation_capacity,
                            report->relaxations + 1, sizeof *report->relaxation, err);
    if (status != FF_OK)
        return status;
    ff_report_relaxation *added = &report->relaxation[report->relaxations];
    memcpy(added->digest, ff_container_digest(container), FF_DIGEST_SIZE);
    status = ff_relaxation_read(&added->relaxation, container, err);
    if (status != FF_OK)
        return status;
    report->relaxations++;
    ff_defect_quantities_init(&added->quantities);
    return strcmp(added->relaxation.defect, "none") == 0
               ? FF_OK
               : ff_defect_quantities_read(&added->quantities, container, &added->relaxation, err);
}

static int add_extrapolation(ff_report *report, ff_container *container, ff_error *err)
{
    int status = ff_reserve(&report->extrapolation, &report->extrapolation_capacity,
                            report->extrapolations + 1, sizeof *report->extrapolation, err);
    if (status != FF_OK)
        return status;
    ff_report_extrapolation *added = &report->extrapolation[report->extrapolations];
    status = ff_extrapolation_read(&added->extrapolation, &added->tags, container, err);
    if (status == FF_OK)
        report->extrapolations++;
    return status;
}

static int add_model(ff_report *report, ff_container *container, ff_error *err)
{
    ff_ace_model model;
    int status = ff_reserve(&report->model, &report->model_capacity, report->models + 1,
                            sizeof *report->model, err);
    if (status != FF_OK)
        return status;
    ff_report_model *added = &report->model[report->models];
    memcpy(added->digest, ff_container_digest(container), FF_DIGEST_SIZE);
    status = ff_model_read(&model, &added->fit, container, err);
    if (status != FF_OK)
        return status;
    ff_ace_model_clear(&model);
    report->models++;
    return FF_OK;
}

static int add_dataset(ff_report *report, ff_container *container, ff_error *err)
{
    ff_dataset dataset;
    char name[16], species[FF_MAX_SPECIES * 4] = "";
    int numbers[FF_MAX_SPECIES];
    size_t count = 0, used = 0;
    double atoms = 0, observations[FF_KINDS] = {0};
    int status = ff_dataset_read(&dataset, container, err);
    if (status != FF_OK)
        return status;
    ff_dataset_species(&dataset, numbers, &count);
    for (size_t i = 0; i < count; i++)
        used += (size_t)snprintf(species + used, sizeof species - used, "%s%s", i ? " " : "",
                                 ff_element_symbol(numbers[i]));
    for (size_t i = 0; i < dataset.count; i++) {
        const ff_frame *frame = &dataset.frames[i];
        atoms += (double)frame->atoms;
        observations[FF_KIND_ENERGY] += (frame->labels & FF_LABEL_ENERGY) != 0;
        observations[FF_KIND_FORCE] +=
            frame->labels & FF_LABEL_FORCES ? 3 * (double)frame->atoms : 0;
        observations[FF_KIND_VIRIAL] += frame->labels & FF_LABEL_VIRIAL ? 6 : 0;
        observations[FF_KIND_FORCE_CONSTANT] +=
            frame->labels & FF_LABEL_FORCE_CONSTANTS
                ? 3 * (double)frame->displacements * (double)frame->atoms
                : 0;
    }
    (void)snprintf(name, sizeof name, "%.8s", ff_container_digest(container));
    ff_table_add_text(&report->datasets, name);
    ff_table_add_text(&report->datasets, species);
    ff_table_add_number(&report->datasets, (double)dataset.count);
    ff_table_add_number(&report->datasets, atoms);
    for (int kind = 0; kind < FF_KINDS; kind++)
        ff_table_add_number(&report->datasets, observations[kind]);
    ff_dataset_clear(&dataset);
    return FF_OK;
}

/* Any kind. */

/* Whether a table has a text in one of its columns. */
static bool has_text(const ff_table *table, size_t column, const char *text)
{
    for (size_t i = 0; i < ff_table_rows(table); i++) {
        const ff_table_cell *cell = ff_table_at(table, i, column);
        if (cell->text && strcmp(cell->text, text) == 0)
            return true;
    }
    return false;
}

/* The steps that inputs descend from are mostly shared: each is listed once. */
static int add_history(ff_report *report, ff_container *container, ff_error *err)
{
    size_t count = 0;
    ff_history_step *steps = NULL;
    if (!ff_link_exists(ff_container_root(container), "provenance"))
        return FF_OK;
    int status = ff_history_read(container, &count, &steps, err);
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        char id[13];
        (void)snprintf(id, sizeof id, "%.12s", steps[i].id);
        if (has_text(&report->history, 0, id))
            continue;
        ff_table_add_text(&report->history, id);
        ff_table_add_text(&report->history, steps[i].summary);
    }
    ff_history_free(count, steps);
    return status;
}

/* What report can do with each kind; features and reductions only count as an input. */
static const struct {
    const char *kind;
    int (*add)(ff_report *report, ff_container *container, ff_error *err);
} adders[] = {{"comparison", add_comparison},
              {"evaluation", add_evaluation},
              {"relaxation", add_relaxation},
              {"extrapolation", add_extrapolation},
              {"model", add_model},
              {"dataset", add_dataset},
              {"features", NULL},
              {"reduction", NULL}};

int ff_report_add(ff_report *report, ff_container *container, ff_error *err)
{
    enum { DIGEST = 1 };
    const char *kind = ff_container_kind(container);
    if (has_text(&report->inputs, DIGEST, ff_container_digest(container)))
        return FF_OK;
    for (size_t i = 0; i < sizeof adders / sizeof *adders; i++) {
        if (strcmp(adders[i].kind, kind) != 0)
            continue;
        int status = adders[i].add ? adders[i].add(report, container, err) : FF_OK;
        ff_table_add_text(&report->inputs, kind);
        ff_table_add_text(&report->inputs, ff_container_digest(container));
        return status == FF_OK ? add_history(report, container, err) : status;
    }
    return ff_fail(err, FF_E_FORMAT, "a report has no place for a file of kind %s", kind);
}
