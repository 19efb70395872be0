#include "stages/show/show.h"

#include "formats/radial_name.h"
#include "lib/structure/elements.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NAME_WIDTH = 20 };

void show_fact(const char *name, const char *format, ...)
{
    char value[1024];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(value, sizeof value, format, arguments);
    va_end(arguments);
    (void)printf("  %-*s  ", NAME_WIDTH, name);
    ff_plain_write(stdout, value);
    (void)putchar('\n');
}

void show_number(const char *name, double value, const char *unit)
{
    if (isfinite(value))
        show_fact(name, "%.8g%s%s", value, unit[0] ? " " : "", unit);
}

int show_table(const char *title, ff_table *table, ff_error *err)
{
    int status = FF_OK;
    if (ff_table_rows(table) > 0) {
        (void)printf("\n%s\n", title);
        status = ff_table_write_text(table, stdout, err);
    }
    ff_table_clear(table);
    return status;
}

void show_tags(const ff_tags *tags)
{
    for (size_t i = 0; i < tags->count; i++)
        show_fact(i == 0 ? "tags" : "", "%s=%s", tags->list[i].name, tags->list[i].value);
}

void show_energies(const char *name, const int *species, size_t count, const double *energy)
{
    for (size_t i = 0; i < count; i++)
        show_fact(i == 0 ? name : "", "%s %.8g eV", ff_element_symbol(species[i]),
                  energy[species[i]]);
}

/* Limits besides the degree, of the orders from 2 on. */
static void show_limits(const char *name, const ff_ace_options *basis, const int *limits)
{
    char text[FF_ACE_MAX_ORDER * 16 + 1] = "";
    size_t used = 0;
    bool any = false;
    for (int i = 1; i < basis->order; i++) {
        char limit[16];
        (void)snprintf(limit, sizeof limit, limits[i] ? "%d" : "any", limits[i]);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i > 1 ? ", " : "", limit);
        any = any || limits[i];
    }
    if (any)
        show_fact(name, "%s (of order 2 and up)", text);
}

static void show_radial(const ff_ace_options *basis)
{
    char radial[FF_RADIAL_NAME_SIZE], pair_radial[FF_RADIAL_NAME_SIZE];
    ff_radial_name_format(radial, &basis->radial);
    ff_radial_name_format(pair_radial, &basis->pair_radial);
    show_fact("radial functions", "%s", radial);
    if (basis->pair_degree > 0 && strcmp(radial, pair_radial) != 0)
        show_fact("of the pair basis", "%s", pair_radial);
}

static void show_ranges(const ff_ace_options *basis)
{
    for (int a = 0; a < (int)basis->species_count && basis->species_count > 1; a++)
        for (int b = a; b < (int)basis->species_count; b++) {
            const ff_radial_range *range = &basis->range[ff_ace_pair_index(basis, a, b)];
            char name[NAME_WIDTH];
            (void)snprintf(name, sizeof name, "%s-%s", ff_element_symbol(basis->species[a]),
                           ff_element_symbol(basis->species[b]));
            show_fact(name, "cutoff %.6g A, inner radius %.6g A, nearest neighbour %.6g A",
                      range->cutoff, range->inner, range->nearest);
        }
    if (basis->species_count > 1)
        return;
    show_number("cutoff", basis->range[0].cutoff, "A");
    show_number("inner radius", basis->range[0].inner, "A");
    show_number("nearest neighbour", basis->range[0].nearest, "A");
}

void show_basis(const ff_ace_options *basis)
{
    char species[FF_ACE_MAX_BASIS_SPECIES * 4 + 1] = "", degrees[FF_ACE_MAX_ORDER * 16 + 1] = "";
    size_t used = 0;
    for (size_t i = 0; i < basis->species_count; i++)
        used += (size_t)snprintf(species + used, sizeof species - used, "%s%s", i ? " " : "",
                                 ff_element_symbol(basis->species[i]));
    used = 0;
    for (int i = 0; i < basis->order; i++)
        used += (size_t)snprintf(degrees + used, sizeof degrees - used, "%s%.6g", i ? ", " : "",
                                 basis->degree[i]);
    show_fact("species", "%s", species);
    show_fact("order", "%d (up to %d neighbours at once)", basis->order, basis->order);
    show_fact("degrees", "%s (l counts %.6g)", degrees, basis->l_weight);
    show_fact("pair functions", "%d", basis->pair_degree);
    show_limits("largest n", basis, basis->most_n);
    show_limits("largest l", basis, basis->most_l);
    show_radial(basis);
    show_ranges(basis);
}
