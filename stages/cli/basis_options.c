#include "stages/cli/basis_options.h"

#include "formats/radial_name.h"
#include "lib/structure/elements.h"
#include "stages/cli/basis_notation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const ff_option ff_basis_options[] = {
    {"species", 's', FF_OPTION_TEXT, "LIST", NULL,
     "species the basis is made for, e.g. Si or Ti,Al\n(default: those of the input)", 0},
    {"preset", 0, FF_OPTION_TEXT, "SIZE", "small",
     "order and degrees of a basis, which the options below override;\nfunctions that it has for "
     "1 to 8 species:\n"
     " species   1    2    3    4    5    6    7    8\n"
     " small   102  376  792 1092 1550 1962 2086 3064\n"
     " medium  286 1036 1608 2520 2900 2760 3115 4672\n"
     " large   840 2014 3042 3892 4405 4542 4543 6976",
     0},
    {"order", 'n', FF_OPTION_INTEGER, "N", NULL,
     "largest correlation order, 1 to 5\n(default: as many as --degree lists, else the preset's)",
     0},
    {"degree", 'd', FF_OPTION_TEXT, "D1,D2,...", NULL,
     "largest degree, sum of n + W l over the factors (n from 1), of the\nfunctions of each order; "
     "one number holds for all orders\n(default: the preset's)",
     0},
    {"l-weight", 'w', FF_OPTION_NUMBER, "W", "1", "weight of l in the degree", 0},
    {"max-n", 0, FF_OPTION_TEXT, "N2,N3,...", "0",
     "largest n in functions of order 2, 3, ..., besides the degree; one\nnumber holds for all; "
     "0: no limit",
     0},
    {"max-l", 0, FF_OPTION_TEXT, "L2,L3,...", "0", "largest l, likewise", 0},
    {"pair-degree", 'p', FF_OPTION_INTEGER, "N", NULL,
     "functions of the pair basis, which takes the place of order 1\n(default: D1); 0: none, "
     "order 1 instead",
     0},
    {"cutoff", 'c', FF_OPTION_TEXT, "A", NULL,
     "cutoff in angstrom; for pairs of species as in 5.5,Al-Ti=6,Ti-Ti=6.5\n(default: 2 "
     "nearest-neighbour distances)",
     0},
    {"inner", 0, FF_OPTION_TEXT, "A", NULL,
     "no two atoms are closer, in angstrom; for pairs likewise (default:\n0.65 nearest-neighbour "
     "distances of the pair)",
     0},
    {"nearest", 0, FF_OPTION_TEXT, "A", NULL,
     "nearest-neighbour distance in angstrom, where the radial functions\nresolve best; for pairs "
     "likewise (default: median of the pair in the\ninput, or half the sum of the like pairs')",
     0},
    {"radial", 0, FF_OPTION_TEXT, "FORM", "agnesi:2,2",
     "radial functions: agnesi:P,Q, polynomial:P, exponential:P or power:P\nis the transform of "
     "distance, then /chebyshev for Chebyshev instead\nof orthogonal polynomials of it",
     0},
    {"pair-radial", 0, FF_OPTION_TEXT, "FORM", NULL,
     "those of the pair basis (default: as --radial)", 0},
    {0}};

/* Presets. */

enum { PRESET_ORDERS = 4 };

/* Degrees of order 1, 2, .. for each number of species, chosen so that columns stay below some
 * thousands: the number of functions of order N grows like the (N+1)-th power of the species. */
static const struct {
    const char *name;
    double degree[FF_ACE_MAX_BASIS_SPECIES][PRESET_ORDERS]; /* 0: none of that order */
} presets[] = {
    {"small",
     {{12, 10, 8},
      {12, 8, 6},
      {10, 7, 5},
      {10, 6, 4},
      {10, 5, 4},
      {8, 5, 3},
      {8, 4, 3},
      {6, 4, 3}}},
    {"medium",
     {{14, 13, 11},
      {14, 11, 8},
      {12, 9, 6},
      {12, 8, 5},
      {10, 7, 4},
      {10, 5, 4},
      {8, 5, 3},
      {8, 5, 3}}},
    {"large",
     {{16, 15, 13, 12},
      {16, 12, 9, 8},
      {14, 10, 7, 6},
      {12, 8, 6, 5},
      {12, 7, 5, 4},
      {10, 6, 4, 4},
      {10, 5, 4},
      {8, 5, 4}}},
};

/* Order and degrees of a preset. Orders beyond its own, which --order may ask for, have the degree
 * of its last, or the least that gives a function. */
static int apply_preset(ff_ace_options *basis, const char *name, ff_error *err)
{
    size_t i = 0;
    while (i < sizeof presets / sizeof *presets && strcmp(presets[i].name, name) != 0)
        i++;
    if (i == sizeof presets / sizeof *presets)
        return ff_fail(err, FF_E_USAGE, "--preset %s: expected small, medium or large", name);
    const double *degree = presets[i].degree[basis->species_count - 1];
    basis->order = 0;
    while (basis->order < PRESET_ORDERS && degree[basis->order] > 0)
        basis->order++;
    for (int k = 0; k < FF_ACE_MAX_ORDER; k++)
        basis->degree[k] = k < basis->order ? degree[k] : fmax(degree[basis->order - 1], k + 1);
    return FF_OK;
}

/* Orders. */

static int choose_orders(ff_ace_options *basis, const ff_stage_run *stage, ff_error *err)
{
    const char *text = ff_argument_text(stage, "degree");
    double degree[FF_ACE_MAX_ORDER];
    int given = 0;
    int status = apply_preset(basis, ff_argument_text(stage, "preset"), err);
    if (status == FF_OK && text)
        status = ff_parse_order_list(degree, &given, "degree", text, err);
    if (status != FF_OK)
        return status;
    int64_t order = ff_argument_given(stage, "order") ? ff_argument_integer(stage, "order")
                    : given > 1                       ? given
                                                      : basis->order;
    if (order < 1 || order > FF_ACE_MAX_ORDER)
        return ff_fail(err, FF_E_USAGE, "--order %lld: expected 1 to %d", (long long)order,
                       FF_ACE_MAX_ORDER);
    if (given > 1 && given < order)
        return ff_fail(err, FF_E_USAGE,
                       "--degree %s: expected one number, or one for each of %d orders", text,
                       (int)order);
    basis->order = (int)order;
    for (int i = 0; i < FF_ACE_MAX_ORDER; i++) {
        if (given > 0)
            basis->degree[i] = degree[given > 1 && i < given ? i : 0];
        if (i >= basis->order)
            basis->degree[i] = 0;
    }
    int64_t pairs = ff_argument_given(stage, "pair-degree")
                        ? ff_argument_integer(stage, "pair-degree")
                        : (int64_t)basis->degree[0];
    basis->pair_degree = pairs < 0 || pairs > 1000 ? -1 : (int)pairs; /* left to the check */
    if (basis->pair_degree > 0)
        basis->degree[0] = 0;
    return FF_OK;
}

/* Limits for the orders from 2 on. */
static int choose_limits(int *limits, const ff_ace_options *basis, const ff_stage_run *stage,
                         const char *option, ff_error *err)
{
    const char *text = ff_argument_text(stage, option);
    double list[FF_ACE_MAX_ORDER];
    int given;
    int status = ff_parse_order_list(list, &given, option, text, err);
    if (status != FF_OK)
        return status;
    if (given > 1 && given < basis->order - 1)
        return ff_fail(err, FF_E_USAGE,
                       "--%s %s: expected one number, or one for each order from 2 to %d", option,
                       text, basis->order);
    for (int i = 1; i < basis->order; i++) {
        double limit = list[given > 1 ? i - 1 : 0];
        if (!(limit >= 0) || limit > 1000 || limit != floor(limit))
            return ff_fail(err, FF_E_USAGE, "--%s %s: %g is not a whole number from 0 on", option,
                           text, limit);
        limits[i] = (int)limit;
    }
    return FF_OK;
}

static int choose_radial(ff_ace_options *basis, const ff_stage_run *stage, ff_error *err)
{
    ff_error inner = {0};
    const char *option = "radial", *text = ff_argument_text(stage, "radial");
    int status = ff_radial_name_parse(&basis->radial, text, &inner);
    basis->pair_radial = basis->radial;
    if (status == FF_OK && ff_argument_given(stage, "pair-radial")) {
        option = "pair-radial";
        status = ff_radial_name_parse(&basis->pair_radial, ff_argument_text(stage, option), &inner);
    }
    return status == FF_OK ? FF_OK : ff_fail(err, FF_E_USAGE, "--%s: %s", option, inner.message);
}

/* Species. */

static int choose_species(ff_ace_options *basis, const ff_stage_run *stage,
                          const ff_dataset *dataset, ff_error *err)
{
    const char *text = ff_argument_text(stage, "species");
    int status = FF_OK, present[FF_MAX_SPECIES];
    size_t count = 0;
    if (text)
        return ff_parse_species(basis, "species", text, err);
    if (!dataset)
        return ff_fail(err, FF_E_USAGE, "which species? give an input, or --species and --nearest");
    ff_dataset_species(dataset, present, &count);
    for (size_t i = 0; i < count && status == FF_OK; i++)
        status = ff_basis_add_species(basis, present[i], err);
    if (status == FF_OK && count == 0)
        status = ff_fail(err, FF_E_RANGE, "the input has no atoms");
    return status;
}

/* Lengths. */

/* Hundredths are enough, and make a number that can be typed again. */
static double rounded(double length)
{
    return round(100.0 * length) / 100.0;
}

typedef struct lengths {
    ff_pair_lengths nearest, inner, cutoff; /* as given */
    ff_nearest_distance all;                /* in the input */
    bool present[FF_ACE_MAX_BASIS_SPECIES]; /* in the input */
} lengths;

static int read_lengths(lengths *of, const ff_ace_options *basis, const ff_stage_run *stage,
                        ff_error *err)
{
    const struct {
        const char *option;
        ff_pair_lengths *to;
    } options[] = {{"nearest", &of->nearest}, {"inner", &of->inner}, {"cutoff", &of->cutoff}};
    int status = FF_OK;
    for (size_t i = 0; i < sizeof options / sizeof *options && status == FF_OK; i++) {
        *options[i].to = (ff_pair_lengths){0};
        if (ff_argument_given(stage, options[i].option))
            status = ff_parse_pair_lengths(options[i].to, basis, options[i].option,
                                           ff_argument_text(stage, options[i].option), err);
    }
    return status;
}

/* Looks at the input unless every distance is given. */
static int survey_input(lengths *of, ff_basis_choice *choice, const ff_dataset *dataset,
                        ff_error *err)
{
    const ff_ace_options *basis = &choice->options;
    int species[FF_MAX_SPECIES];
    size_t count;
    if (!dataset || of->nearest.all > 0)
        return FF_OK;
    ff_dataset_species(dataset, species, &count);
    for (size_t i = 0; i < basis->species_count; i++)
        for (size_t j = 0; j < count; j++)
            of->present[i] = of->present[i] || basis->species[i] == species[j];
    return ff_dataset_nearest_distances(&of->all, choice->found, dataset, basis->species,
                                        basis->species_count, err);
}

/* The distance of species a and b, 0 when nothing is known. Like pairs go first. */
static double find_nearest(const lengths *of, ff_basis_choice *choice, int a, int b)
{
    const ff_ace_options *basis = &choice->options;
    size_t pair = ff_ace_pair_index(basis, a, b);
    double given = of->nearest.pair[pair] > 0 ? of->nearest.pair[pair] : of->nearest.all;
    choice->source[pair] = FF_NEAREST_GIVEN;
    if (given > 0)
        return given;
    choice->source[pair] = FF_NEAREST_INPUT;
    if (choice->found[pair].count > 0)
        return rounded(choice->found[pair].median);
    double first = basis->range[ff_ace_pair_index(basis, a, a)].nearest;
    double second = basis->range[ff_ace_pair_index(basis, b, b)].nearest;
    choice->source[pair] = FF_NEAREST_HALVES;
    if (a != b && first > 0 && second > 0)
        return 0.5 * (first + second);
    choice->source[pair] = FF_NEAREST_ANY;
    return of->present[a] && of->present[b] ? rounded(of->all.median) : 0;
}

static int choose_nearest(const lengths *of, ff_basis_choice *choice, ff_error *err)
{
    ff_ace_options *basis = &choice->options;
    int count = (int)basis->species_count;
    for (int apart = 0; apart < count; apart++) /* 0: like pairs */
        for (int a = 0; a + apart < count; a++) {
            double *nearest = &basis->range[ff_ace_pair_index(basis, a, a + apart)].nearest;
            *nearest = find_nearest(of, choice, a, a + apart);
            if (*nearest > 0)
                continue;
            const char *first = ff_element_symbol(basis->species[a]);
            const char *second = ff_element_symbol(basis->species[a + apart]);
            return ff_fail(err, FF_E_USAGE,
                           "how far apart are neighbours %s and %s? give an input that has them, "
                           "or --nearest, for all pairs or as in %s-%s=2.5",
                           first, second, first, second);
        }
    return FF_OK;
}

static double given_or(const ff_pair_lengths *given, size_t pair, double otherwise)
{
    return given->pair[pair] > 0 ? given->pair[pair] : given->all > 0 ? given->all : otherwise;
}

/* The range of each pair; the basis's own lengths sum them up: largest cutoff, smallest inner
 * radius and nearest-neighbour distance. */
static int choose_lengths(ff_basis_choice *choice, const ff_stage_run *stage,
                          const ff_dataset *dataset, ff_error *err)
{
    ff_ace_options *basis = &choice->options;
    size_t pairs = basis->species_count * (basis->species_count + 1) / 2;
    lengths of = {0};
    int status = read_lengths(&of, basis, stage, err);
    if (status == FF_OK)
        status = survey_input(&of, choice, dataset, err);
    if (status == FF_OK)
        status = choose_nearest(&of, choice, err);
    if (status != FF_OK)
        return status;
    double usual = of.nearest.all > 0 ? of.nearest.all : rounded(of.all.median);
    for (size_t p = 0; p < pairs && of.nearest.all == 0 && of.all.count == 0; p++)
        usual = fmax(usual, basis->range[p].nearest);
    basis->nearest = basis->inner = INFINITY;
    for (size_t p = 0; p < pairs; p++) {
        ff_radial_range *range = &basis->range[p];
        range->cutoff = given_or(&of.cutoff, p, 2.0 * usual);
        range->inner = given_or(&of.inner, p, 0.65 * range->nearest);
        basis->cutoff = fmax(basis->cutoff, range->cutoff);
        basis->inner = fmin(basis->inner, range->inner);
        basis->nearest = fmin(basis->nearest, range->nearest);
    }
    return FF_OK;
}

static void say_nearest(const ff_basis_choice *choice, const ff_stage_run *stage)
{
    const ff_ace_options *basis = &choice->options;
    for (int a = 0; a < (int)basis->species_count; a++)
        for (int b = a; b < (int)basis->species_count; b++) {
            size_t pair = ff_ace_pair_index(basis, a, b);
            if (choice->source[pair] == FF_NEAREST_INPUT)
                ff_stage_note(stage,
                              "nearest-neighbour distance %s-%s %.2f A (median; smallest "
                              "%.4f A)",
                              ff_element_symbol(basis->species[a]),
                              ff_element_symbol(basis->species[b]), basis->range[pair].nearest,
                              choice->found[pair].smallest);
            else if (choice->source[pair] != FF_NEAREST_GIVEN)
                ff_stage_note(stage, "nearest-neighbour distance %s-%s %.4g A (%s)",
                              ff_element_symbol(basis->species[a]),
                              ff_element_symbol(basis->species[b]), basis->range[pair].nearest,
                              choice->source[pair] == FF_NEAREST_HALVES
                                  ? "half the sum of the like pairs'"
                                  : "median of all pairs: the input has no such neighbours");
        }
}

int ff_basis_choose(ff_basis_choice *choice, const ff_stage_run *stage, const ff_dataset *dataset,
                    ff_error *err)
{
    ff_ace_options *basis = &choice->options;
    const ff_dataset *input = dataset && dataset->count > 0 ? dataset : NULL;
    *choice = (ff_basis_choice){.options.l_weight = ff_argument_number(stage, "l-weight")};
    int status = choose_species(basis, stage, input, err);
    if (status == FF_OK)
        status = choose_orders(basis, stage, err);
    if (status == FF_OK)
        status = choose_limits(basis->most_n, basis, stage, "max-n", err);
    if (status == FF_OK)
        status = choose_limits(basis->most_l, basis, stage, "max-l", err);
    if (status == FF_OK)
        status = choose_radial(basis, stage, err);
    if (status == FF_OK)
        status = choose_lengths(choice, stage, input, err);
    if (status == FF_OK)
        status = ff_ace_options_check(basis, err);
    if (status != FF_OK)
        return status;
    ff_ace_options_resolve(basis);
    say_nearest(choice, stage);
    return FF_OK;
}
