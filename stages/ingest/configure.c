/* From the command line to a mapping. */

#include "stages/ingest/ingestion.h"

#include "lib/base/memory.h"
#include "lib/base/numbers.h"
#include "lib/structure/elements.h"

#include <stdlib.h>
#include <string.h>

/* A word an option accepts and what it stands for. */
typedef struct choice {
    const char *word;
    double value;
} choice;

/* CODATA 2018: exact e, N_A; Hartree 27.211386245988 eV, Bohr 0.529177210903 A; the thermochemical
 * calorie is 4.184 J. */
static const choice energy_units[] = {{"eV", 1},
                                      {"meV", 1e-3},
                                      {"Ha", 27.211386245988},
                                      {"Ry", 13.605693122994},
                                      {"kJ/mol", 1 / 96.48533212331},
                                      {"kcal/mol", 4.184 / 96.48533212331},
                                      {0}};
static const choice length_units[] = {{"A", 1}, {"nm", 10}, {"Bohr", 0.529177210903}, {0}};
/* 1 eV/A^3 = 160.2176634 GPa, exactly. */
static const choice stress_units[] = {{"eV/A^3", 1},
                                      {"GPa", 1 / 160.2176634},
                                      {"kbar", 0.1 / 160.2176634},
                                      {"bar", 1e-4 / 160.2176634},
                                      {0}};
static const choice stress_signs[] = {{"tension", 0}, {"compression", 1}, {0}};
static const choice lattice_orders[] = {
    {"rows", FF_EXTXYZ_LATTICE_ROWS}, {"columns", FF_EXTXYZ_LATTICE_COLUMNS}, {0}};

/* Leaves *value alone when the option has none. */
static int choose(const ff_stage_run *stage, const char *name, const choice *choices, double *value,
                  ff_error *err)
{
    const char *text = ff_argument_text(stage, name);
    char words[128] = "";
    if (!text)
        return FF_OK;
    for (const choice *c = choices; c->word; c++) {
        if (strcmp(text, c->word) == 0) {
            *value = c->value;
            return FF_OK;
        }
        size_t used = strlen(words);
        (void)snprintf(words + used, sizeof words - used, "%s%s", used ? ", " : "", c->word);
    }
    return ff_fail(err, FF_E_USAGE, "--%s: '%s' is none of %s", name, text, words);
}

/* The name an option gives; NULL for "none" as for nothing. */
static const char *name_or_none(const ff_stage_run *stage, const char *option)
{
    const char *text = ff_argument_text(stage, option);
    return text && strcmp(text, "none") != 0 ? text : NULL;
}

static int configure_names(ff_ingestion *work, ff_error *err)
{
    ff_extxyz_mapping *mapping = &work->mapping;
    mapping->energy = name_or_none(work->stage, "energy");
    mapping->forces = name_or_none(work->stage, "forces");
    mapping->virial = name_or_none(work->stage, "virial");
    mapping->stress = name_or_none(work->stage, "stress");
    mapping->site_energies = name_or_none(work->stage, "site-energies");
    mapping->group = name_or_none(work->stage, "group");
    mapping->centre = name_or_none(work->stage, "centre");
    mapping->group_default = ff_argument_text(work->stage, "group-name");
    mapping->species = ff_argument_text(work->stage, "species-from");
    work->isolated_group = ff_argument_text(work->stage, "isolated");
    work->drop_zero_virials = ff_argument_flag(work->stage, "drop-zero-virials");
    if (mapping->virial && mapping->stress)
        return ff_fail(err, FF_E_USAGE,
                       "--virial and --stress name the same label twice: give one of them");
    return FF_OK;
}

static int configure_units(ff_ingestion *work, ff_error *err)
{
    ff_extxyz_mapping *mapping = &work->mapping;
    double compression = 0, order = FF_EXTXYZ_LATTICE_UNSTATED;
    int status = choose(work->stage, "energy-units", energy_units, &mapping->energy_unit, err);
    if (status == FF_OK)
        status = choose(work->stage, "length-units", length_units, &mapping->length_unit, err);
    if (status == FF_OK)
        status = choose(work->stage, "stress-units", stress_units, &mapping->stress_unit, err);
    if (status == FF_OK)
        status = choose(work->stage, "stress-sign", stress_signs, &compression, err);
    if (status == FF_OK)
        status = choose(work->stage, "lattice-order", lattice_orders, &order, err);
    mapping->compression = compression != 0;
    mapping->lattice_order = (ff_extxyz_lattice_order)order;
    return status;
}

/* One "Si=-158.5" of the list, length bytes long. */
static int parse_isolated(ff_ingestion *work, const char *text, size_t length, ff_error *err)
{
    const char *equals = memchr(text, '=', length);
    size_t symbol_length = equals ? (size_t)(equals - text) : 0;
    int z = equals ? ff_element_number(text, symbol_length) : 0;
    double energy = 0;
    if (z == 0 || ff_double_parse(equals + 1, length - symbol_length - 1, &energy) != FF_OK)
        return ff_fail(err, FF_E_USAGE, "--e0: '%.*s' is no SYMBOL=ENERGY such as Si=-158.545 (eV)",
                       (int)(length < 40 ? length : 40), text);
    if (work->isolated_given[z])
        return ff_fail(err, FF_E_USAGE, "--e0: %s is given twice", ff_element_symbol(z));
    work->isolated_given[z] = work->isolated.isolated_known[z] = true;
    work->isolated.isolated_energy[z] = energy;
    return FF_OK;
}

static int configure_isolated(ff_ingestion *work, ff_error *err)
{
    const char *list = ff_argument_text(work->stage, "e0");
    int status = FF_OK;
    while (list && status == FF_OK) {
        size_t length = strcspn(list, ",");
        status = parse_isolated(work, list, length, err);
        list = list[length] ? list + length + 1 : NULL;
    }
    return status;
}

int ff_ingestion_configure(ff_ingestion *work, ff_error *err)
{
    ff_extxyz_mapping_init(&work->mapping);
    ff_extxyz_survey_init(&work->survey);
    ff_dataset_init(&work->isolated);
    work->neighbours = ff_new_array((size_t)ff_threads(), sizeof *work->neighbours, err);
    if (!work->neighbours)
        return FF_E_NOMEM;
    int status = configure_names(work, err);
    if (status == FF_OK)
        status = configure_units(work, err);
    if (status == FF_OK)
        status = configure_isolated(work, err);
    return status;
}

void ff_ingestion_clear(ff_ingestion *work)
{
    for (size_t i = 0; i < work->group_count; i++)
        free(work->groups[i].name);
    free(work->groups);
    free(work->remarks);
    ff_extxyz_survey_clear(&work->survey);
    ff_dataset_clear(&work->isolated);
    for (size_t i = 0; i < work->pending_count; i++) {
        ff_frame_clear(&work->pending[i].frame);
        free(work->pending[i].file);
    }
    free(work->pending);
    for (size_t i = 0; work->neighbours && i < (size_t)ff_threads(); i++)
        ff_neighbour_list_clear(&work->neighbours[i]);
    free(work->neighbours);
    ff_dataset_writer_free(work->writer);
    work->writer = NULL;
}

/* Labels that nobody spoke of. */

/* Looks about which the command line says nothing. */
static unsigned undecided(const ff_ingestion *work)
{
    const ff_stage_run *stage = work->stage;
    unsigned looks = ff_extxyz_survey_looks(&work->survey);
    if (ff_argument_given(stage, "energy"))
        looks &= ~(unsigned)FF_EXTXYZ_LOOKS_ENERGY;
    if (ff_argument_given(stage, "forces"))
        looks &= ~(unsigned)FF_EXTXYZ_LOOKS_FORCES;
    if (ff_argument_given(stage, "virial") || ff_argument_given(stage, "stress"))
        looks &= ~(unsigned)(FF_EXTXYZ_LOOKS_VIRIAL | FF_EXTXYZ_LOOKS_STRESS);
    return looks;
}

/* A training file with several energies of which only one is the reference is common; the right one
 * cannot be guessed. */
int ff_ingestion_ask_labels(ff_ingestion *work, ff_extxyz_reader *reader, ff_error *err)
{
    enum { LOOK_AHEAD = 200 };
    static const struct {
        unsigned look;
        const char *option;
    } labels[] = {{FF_EXTXYZ_LOOKS_ENERGY, "--energy"},
                  {FF_EXTXYZ_LOOKS_FORCES, "--forces"},
                  {FF_EXTXYZ_LOOKS_VIRIAL, "--virial"},
                  {FF_EXTXYZ_LOOKS_STRESS, "--stress"}};
    if (!undecided(work))
        return FF_OK;
    const ff_extxyz_record *record = NULL;
    for (int i = 0; i < LOOK_AHEAD; i++)
        if (ff_extxyz_next(reader, &record, NULL) != FF_OK || !record ||
            ff_extxyz_survey_add(&work->survey, record, NULL) != FF_OK)
            break;
    unsigned looks = undecided(work);
    char text[400] = "", names[100];
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        size_t used = strlen(text);
        if (looks & labels[i].look)
            (void)snprintf(
                text + used, sizeof text - used, "%s%s (found %s)", used ? ", " : "",
                labels[i].option,
                ff_extxyz_survey_names(&work->survey, labels[i].look, names, sizeof names));
    }
    return ff_fail(err, FF_E_USAGE, "name the labels to read, or none: %s", text);
}
