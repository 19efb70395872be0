#include "formats/features_file.h"
#include "lib/ace/features.h"
#include "lib/base/numbers.h"
#include "lib/regression/one_body.h"
#include "lib/structure/elements.h"
#include "lib/structure/nearest_distance.h"
#include "stages/cli/datasets.h"
#include "stages/cli/observations.h"
#include "stages/cli/stage.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const ff_option options[] = {
    {"species", 's', FF_OPTION_TEXT, "LIST", NULL,
     "species the basis is made for, e.g. Si or Ti,Al\n(default: those of the input)", 0},
    {"order", 'n', FF_OPTION_INTEGER, "N", "3", "largest correlation order, 1 to 5", 0},
    {"degree", 'd', FF_OPTION_TEXT, "D1,D2,...", "12,10,8,7,7",
     "largest degree, sum of n + W l over the factors (n from 1), of the\nfunctions of each order; "
     "one number holds for all orders",
     0},
    {"l-weight", 'w', FF_OPTION_NUMBER, "W", "1", "weight of l in the degree", 0},
    {"pair-degree", 'p', FF_OPTION_INTEGER, "N", NULL,
     "functions of the pair basis, which takes the place of order 1\n(default: D1); 0: none, "
     "order 1 instead",
     0},
    {"cutoff", 'c', FF_OPTION_NUMBER, "A", NULL,
     "cutoff in angstrom (default: 2 nearest-neighbour distances)", 0},
    {"inner", 0, FF_OPTION_NUMBER, "A", NULL,
     "no two atoms are closer, in angstrom (default: 0.65 nearest-neighbour\ndistances)", 0},
    {"nearest", 0, FF_OPTION_NUMBER, "A", NULL,
     "nearest-neighbour distance in angstrom, where the radial functions\nresolve best (default: "
     "median of the input)",
     0},
    {"observations", 'b', FF_OPTION_TEXT, "KINDS", NULL,
     "labels to make rows of, some of E (energies), F (forces),\nV (virials), FC (force "
     "constants), "
     "as in EFV or EF+FC\n(default: all)",
     0},
    {"e0", 0, FF_OPTION_TEXT, "HOW", NULL,
     "energies per atom that the basis need not explain: zero, isolated,\naverage (fitted to the "
     "energies by composition), or given in eV as\nSi=-4.3,...; default: isolated if the input "
     "knows them all, else average",
     0},
    {"basis-only", 0, FF_OPTION_FLAG, NULL, NULL, "print the size of the basis and stop", 0},
    {0}};

/* Basis. */

/* The next item of a comma-separated list; *length 0 and NULL at the end. */
static const char *next_item(const char *text, size_t *length)
{
    *length = strcspn(text, ",");
    return text[*length] == ',' ? text + *length + 1 : NULL;
}

static int add_species(ff_ace_options *basis, int z, ff_error *err)
{
    size_t at = basis->species_count;
    if (at == FF_ACE_MAX_BASIS_SPECIES)
        return ff_fail(err, FF_E_USAGE, "a basis has at most %d species", FF_ACE_MAX_BASIS_SPECIES);
    for (; at > 0 && basis->species[at - 1] > z; at--)
        basis->species[at] = basis->species[at - 1];
    basis->species[at] = z;
    basis->species_count++;
    return FF_OK;
}

static int choose_species(ff_ace_options *basis, const char *text, const ff_dataset *dataset,
                          ff_error *err)
{
    int status = FF_OK, present[FF_MAX_SPECIES];
    size_t count = 0, length;
    if (!text) {
        ff_dataset_species(dataset, present, &count);
        for (size_t i = 0; i < count && status == FF_OK; i++)
            status = add_species(basis, present[i], err);
        return status;
    }
    for (const char *item = text, *next; item && status == FF_OK; item = next) {
        next = next_item(item, &length);
        int z = ff_element_number(item, length);
        status = z ? add_species(basis, z, err)
                   : ff_fail(err, FF_E_USAGE, "--species: '%.*s' is not a chemical symbol",
                             (int)length, item);
    }
    return status;
}

static int parse_degrees(ff_ace_options *basis, const char *text, ff_error *err)
{
    size_t length;
    int given = 0;
    for (const char *item = text, *next; item; item = next) {
        next = next_item(item, &length);
        if (given == FF_ACE_MAX_ORDER ||
            ff_double_parse(item, length, &basis->degree[given]) != FF_OK)
            return ff_fail(err, FF_E_USAGE, "--degree %s: expected up to %d numbers", text,
                           FF_ACE_MAX_ORDER);
        given++;
    }
    if (given > 1 && given < basis->order)
        return ff_fail(err, FF_E_USAGE,
                       "--degree %s: expected one number, or one for each of %d "
                       "orders",
                       text, basis->order);
    for (int i = given; i < basis->order && given == 1; i++)
        basis->degree[i] = basis->degree[0];
    for (int i = basis->order; i < FF_ACE_MAX_ORDER; i++)
        basis->degree[i] = 0;
    return FF_OK;
}

static int choose_nearest(ff_stage_run *stage, ff_ace_options *basis, const ff_dataset *dataset,
                          ff_error *err)
{
    if (ff_argument_given(stage, "nearest")) {
        basis->nearest = ff_argument_number(stage, "nearest");
        return FF_OK;
    }
    double median, smallest;
    int status = ff_dataset_nearest_distance(dataset, &median, &smallest, err);
    if (status != FF_OK)
        return status;
    basis->nearest = round(100.0 * median) / 100.0;
    ff_stage_note(stage, "nearest-neighbour distance %.2f A (median; smallest %.4f A)",
                  basis->nearest, smallest);
    return FF_OK;
}

static int choose_basis(ff_stage_run *stage, ff_ace_options *basis, const ff_dataset *dataset,
                        ff_error *err)
{
    *basis = (ff_ace_options){.l_weight = ff_argument_number(stage, "l-weight")};
    int64_t order = ff_argument_integer(stage, "order");
    if (order < 1 || order > FF_ACE_MAX_ORDER)
        return ff_fail(err, FF_E_USAGE, "--order %lld: expected 1 to %d", (long long)order,
                       FF_ACE_MAX_ORDER);
    basis->order = (int)order;
    int status = parse_degrees(basis, ff_argument_text(stage, "degree"), err);
    if (status == FF_OK)
        status = choose_species(basis, ff_argument_text(stage, "species"), dataset, err);
    if (status == FF_OK)
        status = choose_nearest(stage, basis, dataset, err);
    if (status != FF_OK)
        return status;
    int64_t pairs = ff_argument_given(stage, "pair-degree")
                        ? ff_argument_integer(stage, "pair-degree")
                        : (int64_t)basis->degree[0];
    basis->pair_degree = pairs < -1 || pairs > 1000 ? -1 : (int)pairs;
    if (basis->pair_degree > 0)
        basis->degree[0] = 0;
    basis->cutoff = ff_argument_given(stage, "cutoff") ? ff_argument_number(stage, "cutoff")
                                                       : 2.0 * basis->nearest;
    basis->inner = ff_argument_given(stage, "inner") ? ff_argument_number(stage, "inner")
                                                     : 0.65 * basis->nearest;
    return ff_ace_options_check(basis, err);
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

static int choose_kinds(ff_stage_run *stage, unsigned *kinds, const ff_dataset *dataset,
                        ff_error *err)
{
    static const char *const names[FF_KINDS] = {"an energy", "any forces", "a virial",
                                                "any force constants"};
    const char *text = ff_argument_text(stage, "observations");
    unsigned present = 0;
    *kinds = (1u << FF_KINDS) - 1;
    int status = text ? ff_parse_observations(kinds, text, err) : FF_OK;
    if (status != FF_OK)
        return status;
    for (size_t i = 0; i < dataset->count; i++) {
        present |= dataset->frames[i].labels;
        if (!(dataset->frames[i].labels & ((1u << FF_KINDS) - 1))) {
            ff_fail(err, FF_E_RANGE, "has no energy, forces, virial or force constants");
            ff_error_in_frame(err, (int64_t)i + 1);
            return FF_E_RANGE;
        }
    }
    for (int kind = 0; kind < FF_KINDS && text; kind++)
        if (*kinds & ~present & (1u << kind))
            return ff_fail(err, FF_E_RANGE, "--observations %s: no frame has %s", text,
                           names[kind]);
    return FF_OK;
}

/* Output. */

static int print_basis(const ff_ace_basis *basis)
{
    const ff_ace_options *o = ff_ace_basis_options(basis);
    size_t count[FF_ACE_MAX_ORDER + 1] = {0}, size = ff_ace_basis_size(basis);
    int most_n[FF_ACE_MAX_ORDER + 1] = {0}, most_l[FF_ACE_MAX_ORDER + 1] = {0};
    for (size_t k = 0; k < size; k++) {
        ff_ace_function f = ff_ace_basis_function(basis, k);
        count[f.order]++;
        for (int i = 0; i < f.order; i++) {
            most_n[f.order] = f.n[i] > most_n[f.order] ? f.n[i] : most_n[f.order];
            most_l[f.order] = f.l[i] > most_l[f.order] ? f.l[i] : most_l[f.order];
        }
    }
    printf("%-14s", "species");
    for (size_t i = 0; i < o->species_count; i++)
        printf(" %s", ff_element_symbol(o->species[i]));
    printf("\n%-14s %.4g A\n%-14s %.4g A\n%-14s %.4g A\n%-14s %g\n\n", "nearest", o->nearest,
           "inner", o->inner, "cutoff", o->cutoff, "l weight", o->l_weight);
    printf("%-14s %8s %6s %6s %10s\n", "order", "degree", "max n", "max l", "functions");
    for (int order = 1; order <= o->order; order++) {
        bool pairs = order == 1 && o->pair_degree > 0;
        printf("%-14s %8g %6d %6d %10zu\n",
               pairs ? "1 (pair basis)" : (const char *[]){"1", "2", "3", "4", "5"}[order - 1],
               pairs ? (double)o->pair_degree : o->degree[order - 1], most_n[order], most_l[order],
               count[order]);
    }
    printf("%-14s %8s %6s %6s %10zu\n", "all", "", "", "", size);
    return FF_OK;
}

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
    if (status == FF_OK)
        status = ff_stage_commit(stage, container, err);
    ff_container_close(container);
    return status;
}

static int run(ff_stage_run *stage, ff_error *err)
{
    ff_dataset dataset;
    ff_ace_options chosen;
    ff_ace_basis *basis = NULL;
    bool basis_only = ff_argument_flag(stage, "basis-only");
    bool told = ff_argument_given(stage, "species") && ff_argument_given(stage, "nearest");
    ff_dataset_init(&dataset);
    int status = FF_OK;
    if (!(basis_only && told && ff_operand_count(stage) == 0))
        status = ff_stage_datasets(stage, &dataset, err);
    if (status == FF_OK)
        status = choose_basis(stage, &chosen, &dataset, err);
    if (status == FF_OK)
        status = ff_ace_basis_new(&basis, &chosen, err);
    if (status == FF_OK)
        status = basis_only ? print_basis(basis) : featurize(stage, basis, &dataset, err);
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
        "each observation: the energy, every component of every force, of the virial, and of "
        "every response that force constants are.\n"
        "\n"
        "The functions are products of N one-particle functions R_n(r) Y_lm, N up to --order, "
        "coupled to invariants of rotation and inversion, with n + W l summed over the factors up "
        "to the order's --degree. Order 1 is the pair basis. With --basis-only, the number of "
        "functions is printed to standard output and nothing is written; if --species and "
        "--nearest are given too, no input is needed.\n"
        "\n"
        "Frames in which two atoms are closer than --inner are refused: there the functions fade "
        "out, and a fitted potential has a repulsive wall instead.\n",
    .example =
        "farfield featurize --basis-only --species Si --nearest 2.35 --order 3 --degree 12,10,8\n"
        "farfield generate --crystal diamond --species Si --lattice-constant 5.43095 --cells 2 \\\n"
        "    --count 5 --rattle 0.05 | farfield label --potential sw:Si |\n"
        "    farfield featurize --nearest 2.35 -o features.h5\n",
    .output_kind = "features",
    .options = options,
    .run = run,
};

int main(int argc, char **argv)
{
    return ff_stage_main(&stage, argc, argv);
}
