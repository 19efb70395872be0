/* What farfield-ingest says when it has read everything. */

#include "stages/ingest/ingestion.h"

#include "lib/structure/elements.h"
#include "stages/cli/observations.h"

#include <stdio.h>
#include <string.h>

/* Labels that were named. */

typedef struct named_label {
    const char *option, *name;
    unsigned look;
    bool is_column;
} named_label;

static size_t frames_with(const ff_extxyz_survey *survey, const named_label *label)
{
    for (size_t i = 0; i < survey->count; i++)
        if (survey->items[i].is_column == label->is_column &&
            strcmp(survey->items[i].name, label->name) == 0)
            return survey->items[i].frames;
    return 0;
}

static int check_label(const ff_ingestion *work, const named_label *label, ff_error *err)
{
    char names[256];
    if (!label->name || frames_with(&work->survey, label) > 0)
        return FF_OK;
    (void)ff_extxyz_survey_names(&work->survey, label->look, names, sizeof names);
    return ff_fail(err, FF_E_FORMAT, "%s: no frame has a %s '%s'%s%s", label->option,
                   label->is_column ? "column" : "key", label->name, names[0] ? "; found " : "",
                   names);
}

static int check_labels(const ff_ingestion *work, ff_error *err)
{
    const ff_extxyz_mapping *m = &work->mapping;
    if (work->extxyz_files == 0)
        return FF_OK;
    const named_label labels[] = {
        {"--energy", m->energy, FF_EXTXYZ_LOOKS_ENERGY, false},
        {"--forces", m->forces, FF_EXTXYZ_LOOKS_FORCES, true},
        {"--virial", m->virial, FF_EXTXYZ_LOOKS_VIRIAL | FF_EXTXYZ_LOOKS_STRESS, false},
        {"--stress", m->stress, FF_EXTXYZ_LOOKS_VIRIAL | FF_EXTXYZ_LOOKS_STRESS, false},
        {"--site-energies", m->site_energies, 0, true}};
    int status = FF_OK;
    for (size_t i = 0; i < sizeof labels / sizeof labels[0] && status == FF_OK; i++)
        status = check_label(work, &labels[i], err);
    bool missing_group = ff_argument_given(work->stage, "group") && m->group;
    const named_label group = {"--group", m->group, 0, false};
    return status == FF_OK && missing_group ? check_label(work, &group, err) : status;
}

/* Tables. */

static size_t width_of_groups(const ff_ingestion *work)
{
    size_t width = strlen("group");
    for (size_t i = 0; i < work->group_count; i++)
        if (strlen(work->groups[i].name) > width)
            width = strlen(work->groups[i].name);
    return width < 40 ? width : 40;
}

static void say_group(const ff_ingestion *work, int width, const ff_group_tally *group)
{
    ff_stage_note(work->stage, "%-*.*s %8zu %10zu %8zu %8zu %8zu", width, width, group->name,
                  group->frames, group->atoms, group->labelled[FF_KIND_ENERGY],
                  group->labelled[FF_KIND_FORCE], group->labelled[FF_KIND_VIRIAL]);
}

static void say_groups(const ff_ingestion *work)
{
    int width = (int)width_of_groups(work);
    ff_group_tally all = {.name = "all"};
    ff_stage_note(work->stage, "%-*s %8s %10s %8s %8s %8s", width, "group", "frames", "atoms",
                  "energy", "forces", "virial");
    for (size_t i = 0; i < work->group_count; i++) {
        const ff_group_tally *group = &work->groups[i];
        say_group(work, width, group);
        all.frames += group->frames;
        all.atoms += group->atoms;
        for (int kind = 0; kind < FF_KINDS; kind++)
            all.labelled[kind] += group->labelled[kind];
    }
    if (work->group_count != 1)
        say_group(work, width, &all);
    const ff_extxyz_mapping *m = &work->mapping;
    const char *names[FF_KINDS] = {m->energy, m->forces, m->virial ? m->virial : m->stress};
    for (int kind = 0; kind < FF_KINDS; kind++)
        if ((names[kind] || all.labelled[kind]) && all.labelled[kind] < all.frames)
            ff_stage_note(work->stage, "missing: %s in %zu of %zu frames",
                          names[kind] ? names[kind] : ff_kind_names[kind],
                          all.frames - all.labelled[kind], all.frames);
}

static void say_isolated(const ff_ingestion *work)
{
    for (int z = 1; z <= FF_MAX_SPECIES; z++)
        if (work->isolated.isolated_known[z])
            ff_stage_note(work->stage, "isolated %s atom: %.10g eV", ff_element_symbol(z),
                          work->isolated.isolated_energy[z]);
}

static bool is_used(const ff_ingestion *work, const ff_extxyz_survey_item *item)
{
    return item->is_column ? ff_extxyz_mapping_reads_column(&work->mapping, item->name)
                           : ff_extxyz_mapping_reads_key(&work->mapping, item->name);
}

/* "not used: keys cutoff (53), ..." in lines of readable length. */
static void say_unused(const ff_ingestion *work, bool is_column)
{
    enum { LINE = 90 };
    char line[512] = "", item_text[128];
    for (size_t i = 0; i < work->survey.count; i++) {
        const ff_extxyz_survey_item *item = &work->survey.items[i];
        if (item->is_column != is_column || is_used(work, item))
            continue;
        (void)snprintf(item_text, sizeof item_text, "%.64s (%zu)", item->name, item->frames);
        size_t used = strlen(line);
        if (used > 0 && used + strlen(item_text) > LINE) {
            ff_stage_note(work->stage, "%s", line);
            used = 0;
        }
        (void)snprintf(
            line + used, sizeof line - used, "%s %s",
            used ? "," : (is_column ? "columns not used (frames):" : "keys not used (frames):"),
            item_text);
    }
    if (line[0])
        ff_stage_note(work->stage, "%s", line);
}

/* Warnings. */

static void warn(const ff_ingestion *work)
{
    ff_stage_run *stage = work->stage;
    const double gigapascal = 1 / 160.2176634; /* eV/A^3 */
    for (size_t i = 0; i < work->remark_count; i++)
        ff_stage_warn(stage, "%s (in %zu places)", work->remarks[i].text, work->remarks[i].times);
    if (work->zeros[FF_KIND_VIRIAL])
        ff_stage_warn(stage,
                      "%zu frames have a virial of exactly zero; if that means missing, say "
                      "--drop-zero-virials",
                      work->zeros[FF_KIND_VIRIAL]);
    /* Diamond's bulk modulus is 443 GPa: stresses beyond that are hardly those of a crystal. */
    if (work->largest_stress > 500 * gigapascal)
        ff_stage_warn(stage, "the largest stress is %.3g GPa: are the units right?",
                      work->largest_stress / gigapascal);
    if (work->isolated_group && work->isolated_frames == 0)
        ff_stage_warn(stage, "no frame is of the group '%s' of isolated atoms",
                      work->isolated_group);
}

int ff_ingestion_summarise(ff_ingestion *work, ff_error *err)
{
    int status = check_labels(work, err);
    if (status != FF_OK)
        return status;
    say_groups(work);
    say_isolated(work);
    ff_ingestion_say_left_out(work);
    say_unused(work, false);
    say_unused(work, true);
    warn(work);
    return FF_OK;
}
