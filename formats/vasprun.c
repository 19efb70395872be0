#include "formats/vasprun.h"

#include "formats/vasprun_nodes.h"
#include "lib/base/memory.h"
#include "lib/structure/elements.h"
#include "lib/structure/lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One 0.1 GPa in eV/A^3. */
static const double kilobar = 0.1 / 160.2176634;

/* Energies of an <energy> element, eV; NaN: not there. */
typedef struct energies {
    double free, without_entropy, sigma0;
} energies;

/* One <calculation> as it is read. */
typedef struct calculation {
    bool basis_known, stress_known;
    double basis[9];  /* A, rows */
    double stress[9]; /* kbar */
    ff_vasprun_rows positions, forces;
    energies last_iteration, final;
    int64_t iterations;
} calculation;

struct ff_vasprun_reader {
    ff_text_reader *text;
    ff_vasprun_options options;
    ff_vasprun_nodes *nodes;
    size_t atoms, species_capacity;
    int *species;
    int64_t steps, most_iterations; /* NELM; 0: not known */
    bool ended_early;
    calculation now;
};

bool ff_vasprun_recognise(const char *bytes, size_t size)
{
    static const char byte_order_mark[] = {'\xef', '\xbb', '\xbf'};
    size_t at = size >= 3 && memcmp(bytes, byte_order_mark, 3) == 0 ? 3 : 0;
    while (at < size && strchr(" \t\r\n", bytes[at]) && bytes[at])
        at++;
    return (size - at >= 5 && memcmp(bytes + at, "<?xml", 5) == 0) ||
           (size - at >= 9 && memcmp(bytes + at, "<modeling", 9) == 0);
}

int ff_vasprun_open(ff_vasprun_reader **out, ff_text_reader *text,
                    const ff_vasprun_options *options, ff_error *err)
{
    ff_vasprun_reader *reader = ff_new_array(1, sizeof *reader, err);
    if (!reader) {
        ff_text_reader_close(text);
        return FF_E_NOMEM;
    }
    reader->text = text;
    if (options)
        reader->options = *options;
    int status = ff_vasprun_nodes_new(&reader->nodes, text, err);
    if (status != FF_OK) {
        ff_vasprun_close(reader);
        return status;
    }
    *out = reader;
    return FF_OK;
}

void ff_vasprun_close(ff_vasprun_reader *reader)
{
    if (!reader)
        return;
    ff_vasprun_nodes_free(reader->nodes);
    ff_text_reader_close(reader->text);
    free(reader->species);
    free(reader->now.positions.number);
    free(reader->now.forces.number);
    free(reader);
}

bool ff_vasprun_ended_early(const ff_vasprun_reader *reader)
{
    return reader->ended_early;
}

/* Species. */

static int add_species(ff_vasprun_reader *reader, ff_error *err)
{
    char symbol[FF_VASPRUN_TEXT];
    int status = ff_vasprun_text(reader->nodes, symbol, err);
    if (status == FF_OK)
        status = ff_reserve(&reader->species, &reader->species_capacity, reader->atoms + 1,
                            sizeof *reader->species, err);
    if (status != FF_OK)
        return status;
    int z = ff_element_number(symbol, strlen(symbol));
    if (z == 0)
        return ff_vasprun_fail(reader->nodes, err, FF_E_FORMAT,
                               "atom %zu is '%s', which is no chemical element", reader->atoms + 1,
                               symbol);
    reader->species[reader->atoms++] = z;
    return FF_OK;
}

/* <set> of <rc><c>Si</c><c>1</c></rc>: the first <c> of each <rc>. */
static int read_atoms(ff_vasprun_reader *reader, ff_error *err)
{
    ff_vasprun_nodes *nodes = reader->nodes;
    const int depth = ff_vasprun_depth(nodes);
    bool in_row = false;
    reader->atoms = 0;
    for (;;) {
        int status = ff_vasprun_within(nodes, depth, err);
        if (status != FF_OK || !ff_vasprun_inside(nodes))
            return status;
        if (ff_vasprun_is(nodes, "rc", NULL))
            in_row = true;
        if (!in_row || !ff_vasprun_is(nodes, "c", NULL))
            continue;
        in_row = false;
        status = add_species(reader, err);
        if (status != FF_OK)
            return status;
    }
}

static int read_atominfo(ff_vasprun_reader *reader, ff_error *err)
{
    const int depth = ff_vasprun_depth(reader->nodes);
    for (;;) {
        int status = ff_vasprun_within(reader->nodes, depth, err);
        if (status == FF_OK && !ff_vasprun_inside(reader->nodes))
            return FF_OK;
        if (status == FF_OK && ff_vasprun_is(reader->nodes, "array", "atoms"))
            status = read_atoms(reader, err);
        else if (status == FF_OK && ff_vasprun_is(reader->nodes, "array", NULL))
            status = ff_vasprun_skip(reader->nodes, err);
        if (status != FF_OK)
            return status;
    }
}

/* NELM among the parameters. */
static int read_parameters(ff_vasprun_reader *reader, ff_error *err)
{
    const int depth = ff_vasprun_depth(reader->nodes);
    for (;;) {
        int status = ff_vasprun_within(reader->nodes, depth, err);
        if (status != FF_OK || !ff_vasprun_inside(reader->nodes))
            return status;
        double value;
        if (!ff_vasprun_is(reader->nodes, "i", "NELM"))
            continue;
        status = ff_vasprun_numbers(reader->nodes, &value, 1, err);
        if (status != FF_OK)
            return status;
        reader->most_iterations = value >= 1 && value < 1e9 ? (int64_t)value : 0;
    }
}

/* One ionic step. */

static int read_energies(ff_vasprun_nodes *nodes, energies *e, ff_error *err)
{
    const int depth = ff_vasprun_depth(nodes);
    *e = (energies){NAN, NAN, NAN};
    for (;;) {
        int status = ff_vasprun_within(nodes, depth, err);
        if (status != FF_OK || !ff_vasprun_inside(nodes))
            return status;
        double *place = ff_vasprun_is(nodes, "i", "e_fr_energy")  ? &e->free
                        : ff_vasprun_is(nodes, "i", "e_wo_entrp") ? &e->without_entropy
                        : ff_vasprun_is(nodes, "i", "e_0_energy") ? &e->sigma0
                                                                  : NULL;
        if (place)
            status = ff_vasprun_numbers(nodes, place, 1, err);
        if (status != FF_OK)
            return status;
    }
}

static int read_iteration(ff_vasprun_nodes *nodes, calculation *now, ff_error *err)
{
    const int depth = ff_vasprun_depth(nodes);
    now->iterations++;
    for (;;) {
        int status = ff_vasprun_within(nodes, depth, err);
        if (status == FF_OK && !ff_vasprun_inside(nodes))
            return FF_OK;
        if (status == FF_OK && ff_vasprun_is(nodes, "energy", NULL))
            status = read_energies(nodes, &now->last_iteration, err);
        if (status != FF_OK)
            return status;
    }
}

/* Three rows of three numbers. */
static int read_matrix(ff_vasprun_nodes *nodes, double matrix[9], const char *name, ff_error *err)
{
    ff_vasprun_rows rows = {0};
    int status = ff_vasprun_varray(nodes, &rows, 3, err);
    if (status == FF_OK && rows.count != 3)
        status = ff_vasprun_fail(nodes, err, FF_E_FORMAT, "'%s' has %zu rows, expected 3", name,
                                 rows.count);
    if (status == FF_OK)
        memcpy(matrix, rows.number, 9 * sizeof *matrix);
    free(rows.number);
    return status;
}

static int read_structure(ff_vasprun_reader *reader, ff_error *err)
{
    ff_vasprun_nodes *nodes = reader->nodes;
    calculation *now = &reader->now;
    const int depth = ff_vasprun_depth(nodes);
    for (;;) {
        int status = ff_vasprun_within(nodes, depth, err);
        if (status == FF_OK && !ff_vasprun_inside(nodes))
            return FF_OK;
        if (status == FF_OK && ff_vasprun_is(nodes, "varray", "basis")) {
            status = read_matrix(nodes, now->basis, "basis", err);
            now->basis_known = true;
        } else if (status == FF_OK && ff_vasprun_is(nodes, "varray", "positions")) {
            status = ff_vasprun_varray(nodes, &now->positions, reader->atoms, err);
        } else if (status == FF_OK && ff_vasprun_is(nodes, "varray", NULL)) {
            status = ff_vasprun_skip(nodes, err);
        }
        if (status != FF_OK)
            return status;
    }
}

/* A child of <calculation>, on whose start tag the reader stands. */
static int read_part(ff_vasprun_reader *reader, ff_error *err)
{
    ff_vasprun_nodes *nodes = reader->nodes;
    calculation *now = &reader->now;
    if (ff_vasprun_is(nodes, "scstep", NULL))
        return read_iteration(nodes, now, err);
    if (ff_vasprun_is(nodes, "structure", NULL))
        return read_structure(reader, err);
    if (ff_vasprun_is(nodes, "energy", NULL))
        return read_energies(nodes, &now->final, err);
    if (ff_vasprun_is(nodes, "varray", "forces"))
        return ff_vasprun_varray(nodes, &now->forces, reader->atoms, err);
    if (ff_vasprun_is(nodes, "varray", "stress")) {
        now->stress_known = true;
        return read_matrix(nodes, now->stress, "stress", err);
    }
    return ff_vasprun_skip(nodes, err);
}

static int read_calculation(ff_vasprun_reader *reader, ff_error *err)
{
    calculation *now = &reader->now;
    const energies none = {NAN, NAN, NAN};
    const int depth = ff_vasprun_depth(reader->nodes);
    if (reader->atoms == 0)
        return ff_vasprun_fail(reader->nodes, err, FF_E_FORMAT,
                               "a calculation before atominfo has said which atoms there are");
    now->basis_known = now->stress_known = false;
    now->positions.count = now->forces.count = 0;
    now->last_iteration = now->final = none;
    now->iterations = 0;
    for (;;) {
        int status = ff_vasprun_within(reader->nodes, depth, err);
        if (status == FF_OK && !ff_vasprun_inside(reader->nodes))
            return FF_OK;
        if (status == FF_OK)
            status = read_part(reader, err);
        if (status != FF_OK)
            return status;
    }
}

/* Frames. */

/* What the step's own <energy> gives for the two energies without free energy of the smearing has
 * been wrong in some versions of VASP, and what the iterations give lacks van der Waals terms added
 * at the end: so the difference to the free energy is taken from the last iteration. (So does ASE.)
 */
static double chosen_energy(const calculation *now, ff_vasprun_energy which)
{
    const energies *last = &now->last_iteration, *final = &now->final;
    const double free = isfinite(final->free) ? final->free : last->free;
    if (which == FF_VASPRUN_FREE)
        return free;
    const bool sigma0 = which == FF_VASPRUN_SIGMA0;
    const double difference = (sigma0 ? last->sigma0 : last->without_entropy) - last->free;
    if (isfinite(difference))
        return free + difference;
    return sigma0 ? final->sigma0 : final->without_entropy;
}

static void set_virial(ff_frame *frame, const double stress[9])
{
    static const size_t upper[6] = {0, 4, 8, 5, 2, 1}, lower[6] = {0, 4, 8, 7, 6, 3};
    const double volume = ff_frame_volume(frame);
    for (size_t i = 0; i < 6; i++)
        frame->virial[i] = volume * kilobar * (0.5 * stress[upper[i]] + 0.5 * stress[lower[i]]);
}

static int fill_labels(ff_frame *frame, const ff_vasprun_reader *reader, ff_error *err)
{
    const calculation *now = &reader->now;
    int status = ff_frame_add_label(frame, FF_LABEL_ENERGY, err);
    frame->energy = chosen_energy(now, reader->options.energy);
    if (status == FF_OK && now->forces.count) {
        status = ff_frame_add_label(frame, FF_LABEL_FORCES, err);
        if (status == FF_OK)
            memcpy(frame->forces, now->forces.number, 3 * frame->atoms * sizeof *frame->forces);
    }
    if (status == FF_OK && now->stress_known) {
        set_virial(frame, now->stress);
        status = ff_frame_add_label(frame, FF_LABEL_VIRIAL, err);
    }
    return status;
}

static int fill_frame(ff_frame *frame, const ff_vasprun_reader *reader, ff_error *err)
{
    const calculation *now = &reader->now;
    int status = ff_frame_init(frame, reader->atoms, err);
    if (status != FF_OK)
        return status;
    memcpy(frame->cell, now->basis, sizeof frame->cell);
    for (size_t i = 0; i < 3; i++)
        frame->periodic[i] = true;
    memcpy(frame->species, reader->species, reader->atoms * sizeof *frame->species);
    for (size_t i = 0; i < reader->atoms; i++)
        ff_row_times_matrix(frame->positions + 3 * i, now->positions.number + 3 * i, now->basis);
    status = fill_labels(frame, reader, err);
    return status == FF_OK ? ff_frame_check(frame, err) : status;
}

/* What a step that has been read to its end lacks; NULL: nothing. */
static const char *missing_part(const ff_vasprun_reader *reader)
{
    const calculation *now = &reader->now;
    if (!now->basis_known)
        return "no cell (varray 'basis')";
    if (now->positions.count != reader->atoms)
        return "no positions";
    return isnan(chosen_energy(now, reader->options.energy)) ? "no energy" : NULL;
}

/* Looks for the next <calculation>, taking in what comes before it. */
static int find_calculation(ff_vasprun_reader *reader, bool *found, ff_error *err)
{
    ff_vasprun_nodes *nodes = reader->nodes;
    *found = false;
    for (;;) {
        int status = ff_vasprun_within(nodes, 0, err);
        if (status != FF_OK || !ff_vasprun_inside(nodes))
            return status;
        *found = ff_vasprun_is(nodes, "calculation", NULL);
        if (*found)
            return FF_OK;
        if (ff_vasprun_is(nodes, "atominfo", NULL))
            status = read_atominfo(reader, err);
        else if (ff_vasprun_is(nodes, "parameters", NULL))
            status = read_parameters(reader, err);
        else
            status = ff_vasprun_skip(nodes, err);
        if (status != FF_OK)
            return status;
    }
}

static int read_step(ff_vasprun_reader *reader, ff_frame *frame, ff_vasprun_step *step, bool *more,
                     ff_error *err)
{
    int status = find_calculation(reader, more, err);
    if (status != FF_OK || !*more)
        return status;
    *step = (ff_vasprun_step){.number = ++reader->steps, .line = ff_vasprun_line(reader->nodes)};
    status = read_calculation(reader, err);
    const char *missing = status == FF_OK ? missing_part(reader) : NULL;
    if (missing)
        status = ff_vasprun_fail(reader->nodes, err, FF_E_FORMAT, "the step has %s", missing);
    if (status == FF_OK)
        status = fill_frame(frame, reader, err);
    step->iterations = reader->now.iterations;
    step->unconverged =
        reader->most_iterations > 0 && reader->now.iterations >= reader->most_iterations;
    return status;
}

int ff_vasprun_next(ff_vasprun_reader *reader, ff_frame *frame, ff_vasprun_step *step, bool *more,
                    ff_error *err)
{
    *frame = (ff_frame){0};
    *more = false;
    if (reader->ended_early)
        return FF_OK;
    int status = read_step(reader, frame, step, more, err);
    if (status == FF_OK && *more)
        return FF_OK;
    *more = false;
    if (status != FF_OK) {
        ff_frame_clear(frame);
        if (reader->options.whole_steps && ff_vasprun_is_cut(reader->nodes)) {
            reader->ended_early = true;
            return FF_OK;
        }
        ff_error_in_frame(err, reader->steps);
        ff_error_in_file(err, ff_text_reader_name(reader->text));
        ff_error_at_line(err, ff_vasprun_line(reader->nodes), 0);
        return status;
    }
    if (!ff_vasprun_root_is(reader->nodes, "modeling")) {
        status = ff_fail(err, FF_E_FORMAT, "an XML file, but not a vasprun.xml (no <modeling>)");
        ff_error_in_file(err, ff_text_reader_name(reader->text));
    }
    return status;
}
