#include "formats/structure_files.h"

#include "formats/lammps_box.h"
#include "lib/structure/elements.h"
#include "lib/structure/lattice.h"

static void add_row(ff_text_writer *writer, const double row[3])
{
    for (int k = 0; k < 3; k++) {
        ff_text_writer_text(writer, k ? " " : "");
        ff_text_writer_real(writer, row[k]);
    }
    ff_text_writer_text(writer, "\n");
}

int ff_poscar_write(ff_text_writer *writer, const ff_frame *frame, ff_error *err)
{
    double inverse[9];
    if (ff_frame_volume(frame) == 0)
        return ff_fail(err, FF_E_RANGE, "a structure without a cell cannot be a POSCAR");
    ff_lattice_inverse(inverse, frame->cell);
    ff_text_writer_text(writer, frame->group);
    ff_text_writer_text(writer, "\n1\n");
    for (int k = 0; k < 3; k++)
        add_row(writer, frame->cell + 3 * k);
    for (int pass = 0; pass < 2; pass++) { /* symbols, then counts, of runs of equal atoms */
        for (size_t i = 0, end; i < frame->atoms; i = end) {
            for (end = i + 1; end < frame->atoms && frame->species[end] == frame->species[i];)
                end++;
            ff_text_writer_text(writer, i ? " " : "");
            if (pass == 0)
                ff_text_writer_text(writer, ff_element_symbol(frame->species[i]));
            else
                ff_text_writer_integer(writer, (int64_t)(end - i));
        }
        ff_text_writer_text(writer, "\n");
    }
    ff_text_writer_text(writer, "Direct\n");
    for (size_t i = 0; i < frame->atoms; i++) {
        double fraction[3];
        ff_row_times_matrix(fraction, frame->positions + 3 * i, inverse);
        add_row(writer, fraction);
    }
    return ff_text_writer_status(writer, err);
}

static void add_bounds(ff_text_writer *writer, double lo, double hi, const char *names)
{
    ff_text_writer_real(writer, lo);
    ff_text_writer_text(writer, " ");
    ff_text_writer_real(writer, hi);
    ff_text_writer_text(writer, names);
}

/* LAMMPS moves and minimises nothing without masses. type: by atomic number; 0: none. */
static void add_masses(ff_text_writer *writer, const int *type)
{
    ff_text_writer_text(writer, "\nMasses\n\n");
    for (int z = 1; z <= FF_MAX_SPECIES; z++) {
        if (!type[z])
            continue;
        ff_text_writer_integer(writer, type[z]);
        ff_text_writer_text(writer, " ");
        ff_text_writer_real(writer, ff_element_mass(z));
        ff_text_writer_text(writer, " # ");
        ff_text_writer_text(writer, ff_element_symbol(z));
        ff_text_writer_text(writer, "\n");
    }
}

int ff_lammps_data_write(ff_text_writer *writer, const ff_frame *frame, ff_error *err)
{
    static const char *const names[3] = {" xlo xhi\n", " ylo yhi\n", " zlo zhi\n"};
    int type[FF_MAX_SPECIES + 1] = {0}, types = 0;
    const ff_lammps_box box = ff_lammps_box_of(frame);
    for (size_t i = 0; i < frame->atoms; i++)
        type[frame->species[i]] = 1;
    ff_text_writer_text(writer, "types:");
    for (int z = 1; z <= FF_MAX_SPECIES; z++)
        if (type[z]) {
            type[z] = ++types;
            ff_text_writer_text(writer, " ");
            ff_text_writer_text(writer, ff_element_symbol(z));
        }
    ff_text_writer_text(writer, " (units metal)\n\n");
    ff_text_writer_integer(writer, (int64_t)frame->atoms);
    ff_text_writer_text(writer, " atoms\n");
    ff_text_writer_integer(writer, types);
    ff_text_writer_text(writer, " atom types\n");
    for (int k = 0; k < 3; k++)
        add_bounds(writer, box.lo[k], box.hi[k], names[k]);
    if (box.xy != 0 || box.xz != 0 || box.yz != 0) {
        ff_text_writer_real(writer, box.xy);
        ff_text_writer_text(writer, " ");
        add_bounds(writer, box.xz, box.yz, " xy xz yz\n");
    }
    add_masses(writer, type);
    ff_text_writer_text(writer, "\nAtoms # atomic\n\n");
    for (size_t i = 0; i < frame->atoms; i++) {
        double placed[3];
        ff_lammps_box_place(&box, frame->positions + 3 * i, placed);
        ff_text_writer_integer(writer, (int64_t)i + 1);
        ff_text_writer_text(writer, " ");
        ff_text_writer_integer(writer, type[frame->species[i]]);
        ff_text_writer_text(writer, " ");
        add_row(writer, placed);
    }
    return ff_text_writer_status(writer, err);
}
