#include "formats/features_file.h"
#include "formats/sites_group.h"
#include "lib/ace/features.h"
#include "lib/base/numbers.h"
#include "lib/regression/one_body.h"
#include "lib/structure/elements.h"
#include "stages/cli/basis_options.h"
#include "stages/cli/datasets.h"
#include "stages/cli/observations.h"
#include "stages/cli/stage.h"

#include <string.h>

static const ff_option options[] = {
    {"observations", 'b', FF_OPTION_TEXT, "KINDS", NULL,
     "labels to make rows of, some of E (energies), F (forces),\nV (virials), FC (force "
     "constants), as in EFV or EF+FC; none: only\n--descriptors (default: all)",
     0},
    {"descriptors", 0, FF_OPTION_FLAG, NULL, NULL,
     "write the functions of every atom as well; then frames need no labels", 0},
    {"e0", 0, FF_OPTION_TEXT, "HOW", NULL,
     "energies per atom that the basis need not explain: zero, isolated,\naverage (fitted to the "
     "energies by composition), or given in eV as\nSi=-4.3,...; default: isolated if the input "
     "knows them all, else average",
     0},
    {0}};

/* The next item of a comma-separated list; *length 0 and NULL at the end. */
static const char *next_item(const char *text, size_t *length)
{
    *length = strcspn(text, ",");
    return text[*length] == ',' ? text + *length + 1 : NULL;
}

/* One-body energies. */

static int parse_one_body(double *one_body, const char *text, ff_error *err)
{
    size_t length;
    for (const char *item = text, *next; item; item = next) {
        next = next_item(item, &length);
        const char *equals = memchr(item, '=', length);
        size_t name = equals ? (size_t)(equals - item) : length;
        int z = ff_element_number(item, name);
        if (!equals || z == 0 ||
            ff_double_parse(equals + 1, length - name - 1, &one_body[z]) != FF_OK)
            return ff_fail(err, FF_E_USAGE,
                           "--e0 '%.*s': expected zero, isolated, average or SYMBOL=EV,...",
                           (int)length, item);
    }
    return FF_OK;
}

/* Isolated-atom energies of the basis's species; *missing is the first that is not known, or 0. */
static void isolated_energies(double *one_body, const ff_ace_options *basis,
                              const ff_dataset *dataset, int *missing)
{
    *missing = 0;
    for (size_t i = basis->species_count; i-- > 0;) {
        int z = basis->species[i];
        if (dataset->isolated_known[z])
            one_body[z] = dataset->isolated_energy[z];
        else
            *missing = z;
    }
}

static bool have_energies(const ff_dataset *dataset)
{
    for (size_t i = 0; i < dataset->count; i++)
        if (dataset->frames[i].labels & FF_LABEL_ENERGY)
            return true;
    return false;
}

static int choose_one_body(ff_stage_run *stage, double *one_body, const ff_ace_options *basis,
                           const ff_dataset *dataset, ff_error *err)
{
    const char *how = ff_argument_text(stage, "e0");
    int missing, status = FF_OK;
    memset(one_body, 0, (FF_MAX_SPECIES + 1) * sizeof *one_body);
    isolated_energies(one_body, basis, dataset, &missing);
    if (!how)
        how = !missing ? "isolated" : have_energies(dataset) ? "average" : "zero";
    if (strcmp(how, "isolated") == 0 && missing)
        return ff_fail(err, FF_E_RANGE,
                       "--e0 isolated: the input has no energy of the isolated %s atom",
                       ff_element_symbol(missing));
    if (strcmp(how, "isolated") != 0)
        memset(one_body, 0, (FF_MAX_SPECIES + 1) * sizeof *one_body);
    if (strcmp(how, "average") == 0)
        status = ff_one_body_average(one_body, dataset, err);
    else if (strcmp(how, "isolated") != 0 && strcmp(how, "zero") != 0) {
        status = parse_one_body(one_body, how, err);
        how = "given";
    }
    for (size_t i = 0; i < basis->species_count && status == FF_OK; i++)
        ff_stage_note(stage, "one-body energy of %s: %.6f eV (%s)",
                      ff_element_symbol(basis->species[i]), one_body[basis->species[i]], how);
    return status;
}

/* Observations. */

/* Every frame must give some row, unless there are descriptors. */
static int check_labels(const ff_dataset *dataset, unsigned *present, bool descriptors,
                        ff_error *err)
{
    *present = 0;
    for (size_t i = 0; i < dataset->count; i++) {
        *present |= dataset->frames[i].labels;
        if (descriptors || dataset->frames[i].labels & ((1u << FF_KINDS) - 1))
            continue;
        ff_fail(err, FF_E_RANGE, "has no energy, forces, virial or force constants");
        ff_error_in_frame(err, (int64_t)i + 1);
        return FF_E_RANGE;
    }
    return FF_OK;
}

static int choose_kinds(ff_stage_run *stage, unsigned *kinds, const ff_dataset *dataset,
                        ff_error *err)
{
    static const char *const names[FF_KINDS] = {"an energy", "any forces", "a virial",
                                                "any force constants"};
    const char *text = ff_argument_text(stage, "observations");
    bool descriptors = ff_argument_flag(stage, "descriptors");
    bool none = text && strcmp(text, "none") == 0;
    unsigned present;
    if (none && !descriptors)
        return ff_fail(err, FF_E_USAGE, "--observations none: nothing to do without --descriptors");
    *kinds = none ? 0 : (1u << FF_KINDS) - 1;
    int status = text && !none ? ff_parse_observations(kinds, text, err) : FF_OK;
    if (status == FF_OK)
        status = check_labels(dataset, &present, descriptors, err);
    if (status != FF_OK)
        return status;
    for (int kind = 0; kind < FF_KINDS && text; kind++)
        if (*kinds & ~present & (1u << kind))
            return ff_fail(err, FF_E_RANGE, "--observations %s: no frame has %s", text,
                           names[kind]);
    return FF_OK;
}

/* Output. */

static int append_rows(void *context, const ff_design_block *block, ff_error *err)
{
    return ff_features_writer_append(context, block, err);
}

static int write_rows(ff_stage_run *stage, ff_container *container, const ff_ace_basis *basis,
                      const ff_dataset *dataset, const ff_ace_row_options *rows, ff_error *err)
{
    ff_features_writer *writer = NULL;
    ff_frame_table table;
    int status = ff_frame_table_from_dataset(&table, dataset, err);
    if (status == FF_OK)
        status = ff_features_writer_new(&writer, container, ff_ace_basis_options(basis),
                                        ff_ace_basis_size(basis), rows->one_body, &table, err);
    if (status == FF_OK)
        status = ff_ace_dataset_rows(basis, dataset, rows, append_rows, writer,
                                     ff_stage_progress(stage, "features", dataset->count, "frames"),
                                     err);
    ff_stage_progress_end(stage);
    if (status == FF_OK) {
        status = ff_features_writer_finish(writer, err);
        writer = NULL;
    }
    ff_features_writer_free(writer);
    ff_frame_table_clear(&table);
    return status;
}

static int append_sites(void *context, const ff_site_block *block, ff_error *err)
{
    return ff_sites_writer_append(context, block, err);
}

static int write_sites(ff_stage_run *stage, ff_container *container, const ff_ace_basis *basis,
                       const ff_dataset *dataset, ff_error *err)
{
    ff_sites_writer *writer = NULL;
    int status = ff_sites_writer_new(&writer, container, basis, err);
    if (status == FF_OK)
        status = ff_ace_dataset_sites(
            basis, dataset, append_sites, writer,
            ff_stage_progress(stage, "descriptors", dataset->count, "frames"), err);
    ff_stage_progress_end(stage);
    if (status == FF_OK) {
        status = ff_sites_writer_finish(writer, err);
        writer = NULL;
    }
    ff_sites_writer_free(writer);
    return status;
}

static int featurize(ff_stage_run *stage, const ff_ace_basis *basis, const ff_dataset *dataset,
                     ff_error *err)
{
    double one_body[FF_MAX_SPECIES + 1];
    ff_ace_row_options rows = {.one_body = one_body};
    ff_container *container = NULL;
    int status = choose_kinds(stage, &rows.kinds, dataset, err);
    if (status == FF_OK)
        status = choose_one_body(stage, one_body, ff_ace_basis_options(basis), dataset, err);
    if (status == FF_OK)
        status = ff_stage_create(stage, &container, FF_FEATURES_FILE_VERSION, err);
    if (status == FF_OK)
        status = write_rows(stage, container, basis, dataset, &rows, err);
    if (status == FF_OK && ff_argument_flag(stage, "descriptors"))
        status = write_sites(stage, container, basis, dataset, err);
    if (status == FF_OK)
        status = ff_stage_commit(stage, container, err);
    ff_container_close(container);
    return status;
}

static int run(ff_stage_run *stage, ff_error *err)
{
    ff_dataset dataset;
    ff_basis_choice choice;
    ff_ace_basis *basis = NULL;
    int status = ff_stage_datasets(stage, &dataset, err);
    if (status == FF_OK)
        status = ff_basis_choose(&choice, stage, &dataset, err);
    if (status == FF_OK)
        status = ff_ace_basis_new(&basis, &choice.options, err);
    if (status == FF_OK)
        status = featurize(stage, basis, &dataset, err);
    ff_ace_basis_free(basis);
    ff_dataset_clear(&dataset);
    return status;
}

static const ff_stage stage = {
    .name = "featurize",
    .summary = "make the linear system of an ACE fit from labelled structures",
    .operands = "[INPUT]...",
    .least_operands = 0,
    .most_operands = -1,
    .description =
        "Evaluates the functions of a linear Atomic Cluster Expansion, and their derivatives, on "
        "every labelled frame of the inputs (datasets, one after another) and writes one row for "
        "each observation: the energy, every component of every force, of the virial and of the "
        "force constants. With --descriptors, the functions of every atom are kept as well, in the "
        "group sites: coordinates in which distances between environments can be measured.\n"
        "\n"
        "The functions are products of N one-particle functions R_n(r) Y_lm, N up to --order, "
        "coupled to invariants of rotation and inversion, with n + W l summed over the factors up "
        "to the order's --degree. Order 1 is the pair basis. farfield basis, which takes the same "
        "options, says beforehand how many functions they make and what that costs.\n"
        "\n"
        "Frames in which two atoms are closer than --inner are refused: there the functions fade "
        "out, and a fitted potential has a repulsive wall instead.\n",
    .example =
        "farfield generate --crystal diamond --species Si --lattice-constant 5.43095 --cells 2 \\\n"
        "    --count 5 --rattle 0.05 | farfield label --potential sw:Si |\n"
        "    farfield featurize --preset medium -o features.h5\n",
    .output_kind = "features",
    .shared_options = ff_basis_options,
    .options = options,
    .run = run,
};

int main(int argc, char **argv)
{
    return ff_stage_main(&stage, argc, argv);
}
