#include "formats/extxyz_mapping.h"

#include "formats/extxyz_parts.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/* What the functions of this file work on. */
typedef struct job {
    ff_frame *frame;
    const ff_extxyz_record *record;
    const ff_extxyz_mapping *mapping;
} job;

void ff_extxyz_mapping_init(ff_extxyz_mapping *mapping)
{
    *mapping = (ff_extxyz_mapping){.group_default = "default"};
    ff_units_init(&mapping->units);
}

const size_t ff_extxyz_tensor_places[FF_EXTXYZ_TENSOR_ORDERS][6] = {
    [FF_EXTXYZ_TENSOR_VOIGT] = {0, 1, 2, 3, 4, 5},
    [FF_EXTXYZ_TENSOR_VASP] = {0, 1, 2, 4, 5, 3},
    [FF_EXTXYZ_TENSOR_LAMMPS] = {0, 1, 2, 5, 4, 3},
    [FF_EXTXYZ_TENSOR_ROWS] = {0, 3, 5, 4, 2, 1}};

static bool same(const char *name, const char *wanted)
{
    return wanted && strcmp(name, wanted) == 0;
}

bool ff_extxyz_mapping_reads_key(const ff_extxyz_mapping *mapping, const char *key)
{
    return same(key, mapping->energy) || same(key, mapping->virial) || same(key, mapping->stress) ||
           same(key, mapping->group) || same(key, mapping->centre) ||
           strcasecmp(key, "Properties") == 0 || strcasecmp(key, "Lattice") == 0 ||
           strcasecmp(key, "pbc") == 0;
}

bool ff_extxyz_mapping_reads_column(const ff_extxyz_mapping *mapping, const char *name)
{
    bool species = mapping->species ? strcmp(name, mapping->species) == 0
                                    : strcmp(name, "species") == 0 || strcmp(name, "Z") == 0;
    return species || strcmp(name, "pos") == 0 || same(name, mapping->forces) ||
           same(name, mapping->site_energies);
}

/* Numbers of line 2. */

static bool is_numeric(ff_extxyz_type type)
{
    return type == FF_EXTXYZ_INTEGER || type == FF_EXTXYZ_REAL;
}

static int wrong_entry(const job *j, const ff_extxyz_entry *entry, const char *expected,
                       ff_error *err)
{
    char found[128], key[FF_EXTXYZ_SHOWN];
    return ff_extxyz_at_entry(j->record, entry, err,
                              ff_fail(err, FF_E_FORMAT, "%s: expected %s, found %s",
                                      ff_extxyz_show(key, entry->key, strlen(entry->key)), expected,
                                      ff_extxyz_describe(entry, found, sizeof found)));
}

/* Reads a symmetric tensor into Voigt order. */
static int read_tensor(const job *j, const ff_extxyz_entry *entry, double voigt[6], ff_error *err)
{
    size_t count = entry->rows * entry->columns;
    bool square = entry->rank == 2 && entry->rows == 3 && entry->columns == 3;
    bool list = entry->rank == 1 && (count == 6 || count == 9);
    if (!is_numeric(entry->type) || (!square && !list))
        return wrong_entry(j, entry, "6 numbers, 9 numbers or a 3 x 3 table", err);
    if (count == 6) {
        for (size_t i = 0; i < 6; i++)
            voigt[i] =
                ff_extxyz_entry_real(entry, ff_extxyz_tensor_places[j->mapping->tensor_order][i]);
        return FF_OK;
    }
    static const size_t upper[6] = {0, 4, 8, 5, 2, 1}, lower[6] = {0, 4, 8, 7, 6, 3};
    double largest = 0, difference = 0;
    for (size_t i = 0; i < 6; i++) {
        double a = ff_extxyz_entry_real(entry, upper[i]), b = ff_extxyz_entry_real(entry, lower[i]);
        voigt[i] = 0.5 * a + 0.5 * b;
        largest = fmax(largest, fmax(fabs(a), fabs(b)));
        difference = fmax(difference, fabs(a - b));
    }
    /* The noise of a calculation is far less than a hundredth; a wrong order of numbers is more. */
    if (difference > 0.01 * largest)
        return ff_extxyz_at_entry(
            j->record, entry, err,
            ff_fail(err, FF_E_FORMAT,
                    "%s is not symmetric: components across the diagonal differ by %g", entry->key,
                    difference));
    return FF_OK;
}

/* Cell. */

static int read_table_lattice(const job *j, const ff_extxyz_entry *entry, double cell[9],
                              ff_error *err)
{
    bool symmetric = true;
    for (size_t r = 0; r < 3; r++)
        for (size_t c = 0; c < 3; c++) {
            bool transpose = j->mapping->lattice_order == FF_EXTXYZ_LATTICE_COLUMNS;
            cell[3 * r + c] = ff_extxyz_entry_real(entry, transpose ? 3 * c + r : 3 * r + c);
            symmetric = symmetric && ff_extxyz_entry_real(entry, 3 * c + r) ==
                                         ff_extxyz_entry_real(entry, 3 * r + c);
        }
    if (symmetric || j->mapping->lattice_order != FF_EXTXYZ_LATTICE_UNSTATED)
        return FF_OK;
    return ff_extxyz_at_entry(
        j->record, entry, err,
        ff_fail(err, FF_E_FORMAT,
                "Lattice: readers disagree whether the lists of a 3 x 3 table are the "
                "cell vectors; say so with --lattice-order rows or columns, or write "
                "nine numbers in quotes"));
}

static int read_lattice(const job *j, const ff_extxyz_entry *entry, ff_error *err)
{
    double *cell = j->frame->cell;
    size_t count = entry->rows * entry->columns;
    bool square = entry->rank == 2 && entry->rows == 3 && entry->columns == 3;
    bool list = entry->rank == 1 && (count == 9 || count == 3);
    if (!is_numeric(entry->type) || (!square && !list))
        return wrong_entry(j, entry, "9 numbers (three cell vectors) or 3 (a rectangular cell)",
                           err);
    if (square) {
        int status = read_table_lattice(j, entry, cell, err);
        if (status != FF_OK)
            return status;
    } else {
        for (size_t i = 0; i < count; i++)
            cell[count == 9 ? i : 4 * i] = ff_extxyz_entry_real(entry, i);
    }
    for (size_t i = 0; i < 9; i++)
        cell[i] *= j->mapping->units.length;
    return FF_OK;
}

static int read_periodic(const job *j, bool has_cell, ff_error *err)
{
    const ff_extxyz_entry *entry = ff_extxyz_find_special(j->record, "pbc");
    bool *periodic = j->frame->periodic;
    for (size_t i = 0; i < 3; i++)
        periodic[i] = has_cell;
    if (!entry)
        return FF_OK;
    bool logical = entry->type == FF_EXTXYZ_LOGICAL, integer = entry->type == FF_EXTXYZ_INTEGER;
    bool good = entry->rank == 1 && entry->columns == 3 && (logical || integer);
    for (size_t i = 0; i < 3 && good; i++) {
        int64_t value = logical ? entry->value.logicals[i] : entry->value.integers[i];
        good = value == 0 || value == 1;
        periodic[i] = value == 1;
    }
    if (!good)
        return wrong_entry(j, entry, "three of T or F (or 1 or 0)", err);
    if (!has_cell && (periodic[0] || periodic[1] || periodic[2]))
        return ff_extxyz_at_entry(
            j->record, entry, err,
            ff_fail(err, FF_E_FORMAT,
                    "pbc says that the frame is periodic, but it has no Lattice"));
    return FF_OK;
}

static int read_cell(const job *j, ff_error *err)
{
    const ff_extxyz_entry *entry = ff_extxyz_find_special(j->record, "Lattice");
    int status = entry ? read_lattice(j, entry, err) : FF_OK;
    return status == FF_OK ? read_periodic(j, entry != NULL, err) : status;
}

/* Columns. */

static int find_column(const job *j, const char *name, size_t width,
                       const ff_extxyz_column **column, ff_error *err)
{
    *column = ff_extxyz_find_column(j->record, name);
    if (!*column || ((*column)->width == width && is_numeric((*column)->type)))
        return FF_OK;
    return ff_extxyz_at_entry(j->record, ff_extxyz_find_special(j->record, "Properties"), err,
                              ff_fail(err, FF_E_FORMAT,
                                      "column '%s': expected %zu number%s an atom", name, width,
                                      width == 1 ? "" : "s"));
}

/* Copies reals and says whether all of them are finite: v - v is zero of those only. */
static bool copy_reals(double *to, const double *from, size_t count, double unit)
{
    double doubt = 0;
    for (size_t i = 0; i < count; i++) {
        to[i] = unit * from[i];
        doubt += from[i] - from[i];
    }
    return doubt == 0;
}

/* Copies a column of numbers, all of which must be finite. */
static int copy_column(const job *j, const ff_extxyz_column *column, double unit, double *to,
                       ff_error *err)
{
    const size_t count = j->record->atoms * column->width;
    if (column->type == FF_EXTXYZ_REAL && copy_reals(to, column->value.reals, count, unit))
        return FF_OK;
    for (size_t i = 0; i < count; i++) {
        double value = ff_extxyz_column_real(column, i);
        if (!isfinite(value))
            return ff_extxyz_at_atom(j->record, i / column->width, err,
                                     ff_fail(err, FF_E_RANGE,
                                             "column '%s': %g is not a finite number", column->name,
                                             value));
        to[i] = unit * value;
    }
    return FF_OK;
}

static int read_positions(const job *j, ff_error *err)
{
    const ff_extxyz_column *column;
    int status = find_column(j, "pos", 3, &column, err);
    if (status == FF_OK && !column)
        return ff_extxyz_at_entry(
            j->record, ff_extxyz_find_special(j->record, "Properties"), err,
            ff_fail(err, FF_E_FORMAT, "Properties declares no column pos:R:3"));
    return status == FF_OK
               ? copy_column(j, column, j->mapping->units.length, j->frame->positions, err)
               : status;
}

/* A per-atom label; absent columns leave it absent. */
static int read_atom_label(const job *j, const char *name, unsigned label, ff_error *err)
{
    bool forces = label == FF_LABEL_FORCES;
    const ff_extxyz_column *column = NULL;
    int status = name ? find_column(j, name, forces ? 3 : 1, &column, err) : FF_OK;
    if (status != FF_OK || !column)
        return status;
    status = ff_frame_add_label(j->frame, label, err);
    if (status != FF_OK)
        return status;
    double unit = forces ? j->mapping->units.force : j->mapping->units.energy;
    if (forces && j->mapping->gradients)
        unit = -unit;
    return copy_column(j, column, unit, forces ? j->frame->forces : j->frame->site_energies, err);
}

/* Labels and group of the frame. */

static int read_energy(const job *j, ff_error *err)
{
    const char *key = j->mapping->energy;
    const ff_extxyz_entry *entry = key ? ff_extxyz_find_entry(j->record, key) : NULL;
    if (!entry)
        return FF_OK;
    if (entry->rank != 0 || !is_numeric(entry->type))
        return wrong_entry(j, entry, "a finite number", err);
    j->frame->energy = j->mapping->units.energy * ff_extxyz_entry_real(entry, 0);
    return ff_frame_add_label(j->frame, FF_LABEL_ENERGY, err);
}

static int read_virial(const job *j, ff_error *err)
{
    const ff_extxyz_mapping *m = j->mapping;
    const char *key = m->virial ? m->virial : m->stress;
    const ff_extxyz_entry *entry = key ? ff_extxyz_find_entry(j->record, key) : NULL;
    if (!entry)
        return FF_OK;
    double unit = m->virial_plus ? -m->units.virial : m->units.virial;
    if (!m->virial) {
        double volume = ff_frame_volume(j->frame);
        if (!(volume > 0))
            return ff_extxyz_at_entry(
                j->record, entry, err,
                ff_fail(err, FF_E_FORMAT, "%s: a frame without a cell has no stress", entry->key));
        unit = (m->units.compression ? volume : -volume) * m->units.stress;
    }
    int status = read_tensor(j, entry, j->frame->virial, err);
    if (status != FF_OK)
        return status;
    for (size_t i = 0; i < 6; i++)
        j->frame->virial[i] = j->frame->virial[i] == 0 ? 0 : unit * j->frame->virial[i];
    return ff_frame_add_label(j->frame, FF_LABEL_VIRIAL, err);
}

static int read_group(const job *j, ff_error *err)
{
    const char *key = j->mapping->group;
    const ff_extxyz_entry *entry = key ? ff_extxyz_find_entry(j->record, key) : NULL;
    if (!entry || entry->text[0] == '\0')
        return ff_frame_set_group(j->frame, j->mapping->group_default, err);
    if (entry->rank != 0)
        return wrong_entry(j, entry, "one name", err);
    if (strchr(entry->text, '\n'))
        return ff_extxyz_at_entry(
            j->record, entry, err,
            ff_fail(err, FF_E_FORMAT, "%s: a name of one line is expected", entry->key));
    return ff_frame_set_group(j->frame, entry->text, err);
}

static int read_centre(const job *j, ff_error *err)
{
    const char *key = j->mapping->centre;
    const ff_extxyz_entry *entry = key ? ff_extxyz_find_entry(j->record, key) : NULL;
    if (!entry)
        return FF_OK;
    if (entry->rank != 1 || entry->columns != 3 || !is_numeric(entry->type))
        return wrong_entry(j, entry, "three numbers", err);
    for (size_t k = 0; k < 3; k++)
        j->frame->centre[k] = j->mapping->units.length * ff_extxyz_entry_real(entry, k);
    return FF_OK;
}

/* Frames. */

static int read_all(const job *j, ff_error *err)
{
    int status = read_cell(j, err);
    if (status == FF_OK)
        status = ff_extxyz_read_species(j->frame, j->record, j->mapping->species, err);
    if (status == FF_OK)
        status = read_positions(j, err);
    if (status == FF_OK)
        status = read_energy(j, err);
    if (status == FF_OK)
        status = read_atom_label(j, j->mapping->forces, FF_LABEL_FORCES, err);
    if (status == FF_OK)
        status = read_atom_label(j, j->mapping->site_energies, FF_LABEL_SITE_ENERGIES, err);
    if (status == FF_OK)
        status = read_virial(j, err);
    if (status == FF_OK)
        status = read_group(j, err);
    if (status == FF_OK)
        status = read_centre(j, err);
    return status;
}

int ff_extxyz_to_frame(ff_frame *frame, const ff_extxyz_record *record,
                       const ff_extxyz_mapping *mapping, ff_error *err)
{
    const job j = {.frame = frame, .record = record, .mapping = mapping};
    int status = ff_frame_init(frame, record->atoms, err);
    if (status != FF_OK)
        return status;
    status = read_all(&j, err);
    if (status == FF_OK) {
        status = ff_frame_check(frame, err);
        if (status != FF_OK && err && err->atom)
            ff_extxyz_at_atom(record, (size_t)err->atom - 1, err, status);
        else if (status != FF_OK)
            ff_extxyz_at_entry(record, NULL, err, status);
    }
    if (status != FF_OK)
        ff_frame_clear(frame);
    return status;
}
