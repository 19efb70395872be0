#include "stages/basis/report.h"

#include "formats/radial_name.h"
#include "lib/ace/cost.h"
#include "lib/regression/design_matrix.h"
#include "lib/regression/tsqr.h"
#include "lib/structure/elements.h"
#include "stages/cli/observations.h"

#include <math.h>
#include <string.h>

/* Options. */

static void describe_options(basis_report *report, const ff_ace_options *options)
{
    char species[8 * FF_ACE_MAX_BASIS_SPECIES] = "", form[FF_RADIAL_NAME_SIZE];
    size_t used = 0;
    for (size_t i = 0; i < options->species_count; i++)
        used += (size_t)snprintf(species + used, sizeof species - used, "%s%s", i ? " " : "",
                                 ff_element_symbol(options->species[i]));
    basis_report_text(report, "species", "species", species);
    basis_report_number(report, "order", "correlation order", options->order, "");
    basis_report_number(report, "l_weight", "l weight", options->l_weight, "");
    ff_radial_name_format(form, &options->radial);
    basis_report_text(report, "radial", "radial functions", form);
    ff_radial_name_format(form, &options->pair_radial);
    basis_report_text(report, "pair_radial", "of the pair basis", form);
}

static void describe_pairs(basis_report *report, const ff_basis_choice *choice)
{
    static const char *const sources[] = {[FF_NEAREST_GIVEN] = "given",
                                          [FF_NEAREST_INPUT] = "input, median",
                                          [FF_NEAREST_HALVES] = "halves of like pairs",
                                          [FF_NEAREST_ANY] = "input, all pairs"};
    const ff_ace_options *options = &choice->options;
    ff_table *table = basis_report_section(report, "pairs", "Pairs of species");
    ff_table_add_column(table, "pair", "pair", "", false);
    ff_table_add_column(table, "nearest", "nearest", "A", true);
    ff_table_add_column(table, "source", "from", "", false);
    ff_table_add_column(table, "smallest", "smallest found", "A", true);
    ff_table_add_column(table, "inner", "inner", "A", true);
    ff_table_add_column(table, "cutoff", "cutoff", "A", true);
    for (int a = 0; a < (int)options->species_count; a++)
        for (int b = a; b < (int)options->species_count; b++) {
            size_t pair = ff_ace_pair_index(options, a, b);
            const ff_radial_range *range = &options->range[pair];
            char name[16];
            (void)snprintf(name, sizeof name, "%s-%s", ff_element_symbol(options->species[a]),
                           ff_element_symbol(options->species[b]));
            ff_table_add_text(table, name);
            ff_table_add_number(table, range->nearest);
            ff_table_add_text(table, sources[choice->source[pair]]);
            ff_table_add_number(table, choice->found[pair].count > 0 ? choice->found[pair].smallest
                                                                     : (double)NAN);
            ff_table_add_number(table, range->inner);
            ff_table_add_number(table, range->cutoff);
        }
}

/* Functions. */

typedef struct order_size {
    int most_n, most_l;
    size_t tuples, functions;
} order_size;

/* Functions that multiply the same one-particle functions differ by their coupling only, and stand
 * next to each other. */
static bool same_factors(const ff_ace_function *a, const ff_ace_function *b)
{
    if (a->centre != b->centre || a->order != b->order || a->pair != b->pair)
        return false;
    for (int i = 0; i < a->order; i++)
        if (a->species[i] != b->species[i] || a->n[i] != b->n[i] || a->l[i] != b->l[i])
            return false;
    return true;
}

static void measure_orders(order_size *size, const ff_ace_basis *basis)
{
    ff_ace_function before = {0};
    memset(size, 0, (FF_ACE_MAX_ORDER + 1) * sizeof *size);
    for (size_t k = 0; k < ff_ace_basis_size(basis); k++) {
        ff_ace_function f = ff_ace_basis_function(basis, k);
        order_size *of = &size[f.order];
        of->functions++;
        of->tuples += !same_factors(&f, &before);
        for (int i = 0; i < f.order; i++) {
            of->most_n = f.n[i] > of->most_n ? f.n[i] : of->most_n;
            of->most_l = f.l[i] > of->most_l ? f.l[i] : of->most_l;
        }
        before = f;
    }
}

static void describe_orders(basis_report *report, const ff_ace_basis *basis)
{
    static const char *const names[] = {"1", "2", "3", "4", "5"};
    const ff_ace_options *options = ff_ace_basis_options(basis);
    order_size size[FF_ACE_MAX_ORDER + 1], all = {0};
    measure_orders(size, basis);
    ff_table *table = basis_report_section(report, "orders", "Functions of each order");
    ff_table_add_column(table, "order", "order", "", false);
    ff_table_add_column(table, "degree", "degree", "", true);
    ff_table_add_column(table, "largest_n", "largest n", "", true);
    ff_table_add_column(table, "largest_l", "largest l", "", true);
    ff_table_add_column(table, "tuples", "tuples (z n l)", "", true);
    ff_table_add_column(table, "functions", "functions", "", true);
    for (int order = 1; order <= options->order; order++) {
        const order_size *of = &size[order];
        bool pairs = order == 1 && options->pair_degree > 0;
        ff_table_add_text(table, pairs ? "1 (pair basis)" : names[order - 1]);
        ff_table_add_number(table, pairs ? options->pair_degree : options->degree[order - 1]);
        ff_table_add_number(table, of->most_n);
        ff_table_add_number(table, of->most_l);
        ff_table_add_number(table, (double)of->tuples);
        ff_table_add_number(table, (double)of->functions);
        all.tuples += of->tuples;
        all.functions += of->functions;
    }
    ff_table_add_text(table, "all");
    for (int blank = 0; blank < 3; blank++)
        ff_table_add_number(table, NAN);
    ff_table_add_number(table, (double)all.tuples);
    ff_table_add_number(table, (double)all.functions);
}

static void describe_centres(basis_report *report, const ff_ace_basis *basis)
{
    const ff_ace_options *options = ff_ace_basis_options(basis);
    size_t count[FF_MAX_SPECIES + 1][2] = {{0}};
    for (size_t k = 0; k < ff_ace_basis_size(basis); k++) {
        ff_ace_function f = ff_ace_basis_function(basis, k);
        count[f.centre][f.order > 1]++;
    }
    ff_table *table = basis_report_section(report, "centres", "Functions of each centre");
    ff_table_add_column(table, "centre", "centre", "", false);
    ff_table_add_column(table, "pair", "of order 1", "", true);
    ff_table_add_column(table, "many_body", "of higher order", "", true);
    ff_table_add_column(table, "functions", "functions", "", true);
    for (size_t i = 0; i < options->species_count; i++) {
        const size_t *of = count[options->species[i]];
        ff_table_add_text(table, ff_element_symbol(options->species[i]));
        ff_table_add_number(table, (double)of[0]);
        ff_table_add_number(table, (double)of[1]);
        ff_table_add_number(table, (double)(of[0] + of[1]));
    }
}

void describe_functions(basis_report *report, const ff_ace_basis *basis)
{
    ff_ace_function before = {0};
    int coupling = 0;
    ff_table *table = basis_report_section(report, "functions", "Functions");
    ff_table_add_column(table, "column", "column", "", true);
    ff_table_add_column(table, "centre", "centre", "", false);
    ff_table_add_column(table, "order", "order", "", true);
    ff_table_add_column(table, "degree", "degree", "", true);
    ff_table_add_column(table, "coupling", "coupling", "", true);
    ff_table_add_column(table, "factors", "factors (species n,l)", "", false);
    for (size_t k = 0; k < ff_ace_basis_size(basis); k++) {
        char factors[FF_ACE_MAX_ORDER * 32] = "";
        size_t used = 0;
        ff_ace_function f = ff_ace_basis_function(basis, k);
        coupling = same_factors(&f, &before) ? coupling + 1 : 1;
        for (int i = 0; i < f.order; i++)
            used +=
                (size_t)snprintf(factors + used, sizeof factors - used, "%s%s %d,%d", i ? "  " : "",
                                 ff_element_symbol(f.species[i]), f.n[i], f.l[i]);
        ff_table_add_number(table, (double)k);
        ff_table_add_text(table, ff_element_symbol(f.centre));
        ff_table_add_number(table, f.order);
        ff_table_add_number(table, f.degree);
        ff_table_add_number(table, coupling);
        ff_table_add_text(table, factors);
        before = f;
    }
}

/* Cost. */

static void describe_cost(basis_report *report, const ff_ace_basis *basis)
{
    const ff_ace_cost cost = ff_ace_basis_cost(basis);
    const size_t species = ff_ace_basis_options(basis)->species_count;
    const struct {
        const char *what;
        size_t count;
    } lines[] = {
        {"radial functions, for each neighbour", cost.radial},
        {"spherical harmonics, for each neighbour", cost.harmonics},
        {"one-particle functions R_n Y_lm, for each neighbour", cost.one_particle},
        {"sums A of these, for each species of neighbour", cost.sums},
        {"numbers in tensors coupled from A", cost.nodes},
        {"multiplications for these", cost.node_products},
        {"multiplications for the functions", cost.function_products},
        {"entries of the Jacobian dB/dA", cost.jacobian},
        {"multiplications for gradients of all functions, for each neighbour",
         3 * cost.jacobian / species},
    };
    ff_table *table = basis_report_section(report, "cost", "Cost of an atom");
    ff_table_add_column(table, "what", "what", "", false);
    ff_table_add_column(table, "count", "count", "", true);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        ff_table_add_text(table, lines[i].what);
        ff_table_add_number(table, (double)lines[i].count);
    }
}

void describe_basis(basis_report *report, const ff_basis_choice *choice, const ff_ace_basis *basis)
{
    describe_options(report, ff_ace_basis_options(basis));
    describe_pairs(report, choice);
    describe_orders(report, basis);
    describe_centres(report, basis);
    describe_cost(report, basis);
}

/* Rows and memory. */

typedef struct row_counts {
    size_t rows[FF_KINDS], frames[FF_KINDS], all, largest; /* largest: of one frame */
    size_t atoms;
} row_counts;

static row_counts count_rows(const ff_dataset *dataset)
{
    row_counts count = {0};
    for (size_t i = 0; i < dataset->count; i++) {
        size_t of_frame = 0;
        for (unsigned kind = 0; kind < FF_KINDS; kind++) {
            size_t rows = ff_frame_row_count(&dataset->frames[i], 1u << kind);
            count.rows[kind] += rows;
            count.frames[kind] += rows > 0;
            of_frame += rows;
        }
        count.atoms += dataset->frames[i].atoms;
        count.all += of_frame;
        count.largest = of_frame > count.largest ? of_frame : count.largest;
    }
    return count;
}

static void add_rows(ff_table *table, const char *kind, size_t frames, size_t rows)
{
    ff_table_add_text(table, kind);
    ff_table_add_number(table, (double)frames);
    ff_table_add_number(table, (double)rows);
}

static void describe_rows(basis_report *report, const row_counts *count, size_t frames)
{
    ff_table *table = basis_report_section(report, "rows", "Rows of the design matrix");
    ff_table_add_column(table, "kind", "kind", "", false);
    ff_table_add_column(table, "frames", "frames", "", true);
    ff_table_add_column(table, "rows", "rows", "", true);
    for (int kind = 0; kind < FF_KINDS; kind++)
        if (count->rows[kind] > 0)
            add_rows(table, ff_kind_names[kind], count->frames[kind], count->rows[kind]);
    add_rows(table, "all", frames, count->all);
}

static void add_amount(ff_table *table, const char *what, double bytes)
{
    ff_table_add_text(table, what);
    ff_table_add_number(table, bytes / 1e6);
}

void describe_demands(basis_report *report, const ff_ace_basis *basis, const ff_dataset *dataset)
{
    const size_t columns = ff_ace_basis_size(basis);
    const double row = sizeof(double) * (double)columns;
    row_counts count = count_rows(dataset);
    if (dataset->count > 0) {
        basis_report_number(report, "frames", "frames", (double)dataset->count, "");
        basis_report_number(report, "atoms", "atoms", (double)count.atoms, "");
        describe_rows(report, &count, dataset->count);
    }
    ff_table *table = basis_report_section(report, "memory", "Memory");
    ff_table_add_column(table, "what", "what", "", false);
    ff_table_add_column(table, "size_MB", "size", "MB", true);
    add_amount(table, "featurize: functions of an atom, for each thread",
               (double)ff_ace_basis_cost(basis).memory);
    if (dataset->count > 0) {
        add_amount(table, "featurize: rows of the largest frame", row * (double)count.largest);
        add_amount(table, "design matrix, on disk before compression", row * (double)count.all);
    }
    add_amount(table, "fit, however many rows", (double)ff_tsqr_memory(columns, FF_KINDS));
}
