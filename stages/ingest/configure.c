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
    int value;
} choice;

static const choice stress_signs[] = {{"tension", 0}, {"compression", 1}, {0}};
static const choice virial_signs[] = {{"minus", 0}, {"plus", 1}, {0}};
static const choice tensor_orders[] = {{"voigt", FF_EXTXYZ_TENSOR_VOIGT},
                                       {"vasp", FF_EXTXYZ_TENSOR_VASP},
                                       {"lammps", FF_EXTXYZ_TENSOR_LAMMPS},
                                       {"rows", FF_EXTXYZ_TENSOR_ROWS},
                                       {0}};
static const choice lattice_orders[] = {
    {"rows", FF_EXTXYZ_LATTICE_ROWS}, {"columns", FF_EXTXYZ_LATTICE_COLUMNS}, {0}};
static const choice vasp_energies[] = {{"free", FF_VASPRUN_FREE},
                                       {"sigma0", FF_VASPRUN_SIGMA0},
                                       {"without-entropy", FF_VASPRUN_WITHOUT_ENTROPY},
                                       {0}};

/* Leaves *value alone when the option has none. */
static int choose(const ff_stage_run *stage, const char *name, const choice *choices, int *value,
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
    if (mapping->virial && mapping->stress)
        return ff_fail(err, FF_E_USAGE,
                       "--virial and --stress name the same label twice: give one of them");
    return FF_OK;
}

static bool is_none(const ff_stage_run *stage, const char *option)
{
    const char *text = ff_argument_text(stage, option);
    return text && strcmp(text, "none") == 0;
}

/* Labels that no file is to give, and those that zeros do not give. */
static void configure_dropping(ff_ingestion *work)
{
    const ff_stage_run *stage = work->stage;
    const bool tensor = work->mapping.virial || work->mapping.stress;
    if (is_none(stage, "energy"))
        work->dropped_labels |= FF_LABEL_ENERGY;
    if (is_none(stage, "forces"))
        work->dropped_labels |= FF_LABEL_FORCES;
    if (!tensor && (is_none(stage, "virial") || is_none(stage, "stress")))
        work->dropped_labels |= FF_LABEL_VIRIAL;
    if (ff_argument_flag(stage, "drop-zero-virials"))
        work->drop_zeros |= FF_LABEL_VIRIAL;
    if (ff_argument_flag(stage, "drop-zero-forces"))
        work->drop_zeros |= FF_LABEL_FORCES;
}

static int configure_meaning(ff_ingestion *work, ff_error *err)
{
    ff_extxyz_mapping *mapping = &work->mapping;
    const char *units = ff_argument_text(work->stage, "units");
    int compression = 0, plus = 0, tensors = 0, lattices = 0, energy = 0;
    int status = units ? ff_units_parse(&mapping->units, units, err) : FF_OK;
    if (status != FF_OK && err) {
        char message[sizeof err->message];
        (void)snprintf(message, sizeof message, "%s", err->message);
        return ff_fail(err, status, "--units: %.480s", message);
    }
    compression = mapping->units.compression;
    if (status == FF_OK)
        status = choose(work->stage, "stress-sign", stress_signs, &compression, err);
    if (status == FF_OK)
        status = choose(work->stage, "virial-sign", virial_signs, &plus, err);
    if (status == FF_OK)
        status = choose(work->stage, "tensor-order", tensor_orders, &tensors, err);
    if (status == FF_OK)
        status = choose(work->stage, "lattice-order", lattice_orders, &lattices, err);
    if (status == FF_OK)
        status = choose(work->stage, "vasp-energy", vasp_energies, &energy, err);
    mapping->units.compression = compression != 0;
    mapping->virial_plus = plus != 0;
    mapping->gradients = ff_argument_flag(work->stage, "gradients");
    mapping->tensor_order = (ff_extxyz_tensor_order)tensors;
    mapping->lattice_order = (ff_extxyz_lattice_order)lattices;
    work->vasprun = (ff_vasprun_options){.energy = (ff_vasprun_energy)energy,
                                         .whole_steps = ff_argument_flag(work->stage, "cut-short")};
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
    ff_dataset_init(&work->kept);
    work->neighbours = ff_new_array((size_t)ff_threads(), sizeof *work->neighbours, err);
    if (!work->neighbours)
        return FF_E_NOMEM;
    int status = configure_names(work, err);
    configure_dropping(work);
    work->right_handed = ff_argument_flag(work->stage, "right-handed");
    work->keep = ff_argument_flag(work->stage, "audit");
    if (status == FF_OK)
        status = configure_meaning(work, err);
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
    ff_dataset_clear(&work->kept);
    free(work->origin);
    for (size_t i = 0; i < work->file_count; i++)
        free(work->files[i]);
    free(work->files);
    for (size_t i = 0; i < work->left_out_count; i++) {
        free(work->left_out[i].file);
        free(work->left_out[i].range);
    }
    free(work->left_out);
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
