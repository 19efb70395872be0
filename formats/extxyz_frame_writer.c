/* Frames as records of extended XYZ. */

#include "formats/extxyz_writer.h"

#include "lib/base/memory.h"
#include "lib/structure/elements.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OWN_ENTRIES = 7, OWN_COLUMNS = 4 };

/* A record that refers to a frame, and what it owns for that. */
typedef struct frame_record {
    ff_extxyz_record record;
    ff_extxyz_entry *entries;
    ff_extxyz_column *columns;
    size_t *symbol_offsets;                 /* [atoms] into symbols */
    double virial[9], stress[9];            /* eV, eV/A^3 */
    char symbols[4 * (FF_MAX_SPECIES + 1)]; /* symbol of z at 4 z */
    const char *group;
} frame_record;

static ff_extxyz_entry *add_entry(frame_record *f, const char *key, ff_extxyz_type type,
                                  size_t count)
{
    ff_extxyz_entry *entry = &f->entries[f->record.entry_count++];
    *entry = (ff_extxyz_entry){
        .key = key, .type = type, .rank = count > 1, .rows = 1, .columns = count, .text = ""};
    return entry;
}

static ff_extxyz_column *add_column(frame_record *f, const char *name, ff_extxyz_type type,
                                    size_t width)
{
    ff_extxyz_column *column = &f->columns[f->record.column_count++];
    *column = (ff_extxyz_column){.name = name, .type = type, .width = width};
    return column;
}

static void spread_tensor(double full[9], const double voigt[6], double factor)
{
    static const int index[9] = {0, 5, 4, 5, 1, 3, 4, 3, 2};
    for (int i = 0; i < 9; i++)
        full[i] = voigt[index[i]] == 0 ? 0 : factor * voigt[index[i]];
}

static void add_labels(frame_record *f, const ff_frame *frame, const ff_extxyz_names *names)
{
    double volume = ff_frame_volume(frame);
    if (names->group) {
        f->group = frame->group;
        add_entry(f, names->group, FF_EXTXYZ_TEXT, 1)->value.texts = &f->group;
    }
    if (names->centre && !isnan(frame->centre[0]))
        add_entry(f, names->centre, FF_EXTXYZ_REAL, 3)->value.reals = frame->centre;
    if ((frame->labels & FF_LABEL_ENERGY) && names->energy)
        add_entry(f, names->energy, FF_EXTXYZ_REAL, 1)->value.reals = &frame->energy;
    if ((frame->labels & FF_LABEL_VIRIAL) && names->virial) {
        spread_tensor(f->virial, frame->virial, 1);
        add_entry(f, names->virial, FF_EXTXYZ_REAL, 9)->value.reals = f->virial;
    }
    if ((frame->labels & FF_LABEL_VIRIAL) && names->stress && volume > 0) {
        spread_tensor(f->stress, frame->virial, -1 / volume);
        add_entry(f, names->stress, FF_EXTXYZ_REAL, 9)->value.reals = f->stress;
    }
    if ((frame->labels & FF_LABEL_FORCES) && names->forces)
        add_column(f, names->forces, FF_EXTXYZ_REAL, 3)->value.reals = frame->forces;
    if ((frame->labels & FF_LABEL_SITE_ENERGIES) && names->site_energies)
        add_column(f, names->site_energies, FF_EXTXYZ_REAL, 1)->value.reals = frame->site_energies;
}

static void add_structure(frame_record *f, const ff_frame *frame)
{
    static const double no_cell[9] = {0};
    for (int z = 1; z <= FF_MAX_SPECIES; z++) {
        const char *symbol = ff_element_symbol(z);
        memcpy(f->symbols + 4 * z, symbol, strlen(symbol) + 1);
    }
    for (size_t i = 0; i < frame->atoms; i++)
        f->symbol_offsets[i] = 4 * (size_t)frame->species[i];
    if (memcmp(frame->cell, no_cell, sizeof no_cell) != 0)
        add_entry(f, "Lattice", FF_EXTXYZ_REAL, 9)->value.reals = frame->cell;
    ff_extxyz_column *species = add_column(f, "species", FF_EXTXYZ_TEXT, 1);
    species->value.texts = f->symbol_offsets;
    species->characters = f->symbols;
    add_column(f, "pos", FF_EXTXYZ_REAL, 3)->value.reals = frame->positions;
}

static void add_more(frame_record *f, const ff_extxyz_record *more)
{
    if (!more)
        return;
    for (size_t i = 0; i < more->entry_count; i++)
        f->entries[f->record.entry_count++] = more->entries[i];
    for (size_t i = 0; i < more->column_count; i++)
        f->columns[f->record.column_count++] = more->columns[i];
}

int ff_extxyz_write_frame(ff_text_writer *writer, const ff_frame *frame,
                          const ff_extxyz_names *names, const ff_extxyz_record *more, ff_error *err)
{
    frame_record f = {.record.atoms = frame->atoms};
    int status = FF_E_NOMEM;
    size_t entries = OWN_ENTRIES + (more ? more->entry_count : 0);
    size_t columns = OWN_COLUMNS + (more ? more->column_count : 0);
    f.entries = ff_new_array(entries, sizeof *f.entries, err);
    f.columns = ff_new_array(columns, sizeof *f.columns, err);
    f.symbol_offsets = ff_new_array(frame->atoms, sizeof *f.symbol_offsets, err);
    if (f.entries && f.columns && f.symbol_offsets) {
        add_structure(&f, frame);
        add_labels(&f, frame, names);
        add_entry(&f, "pbc", FF_EXTXYZ_LOGICAL, 3)->value.logicals = frame->periodic;
        add_more(&f, more);
        f.record.entries = f.entries;
        f.record.columns = f.columns;
        status = ff_extxyz_write(writer, &f.record, err);
    }
    free(f.entries);
    free(f.columns);
    free(f.symbol_offsets);
    return status;
}
