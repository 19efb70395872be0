#include "stages/lammps/library.h"

#include "formats/lammps_box.h"
#include "lib/base/memory.h"
#include "lib/structure/elements.h"
#include "lib/structure/lattice.h"

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is used of the library; its manual, section "C language library interface". */
typedef struct functions {
    void *(*open)(int, char **, void **);
    void (*close)(void *);
    char *(*command)(void *, const char *);
    int (*create_atoms)(void *, int, const int *, const int *, const double *, const double *,
                        const int *, int);
    void (*gather_atoms)(void *, const char *, int, int, void *);
    double (*get_thermo)(void *, const char *);
    void *(*extract_global)(void *, const char *);
    void *(*extract_atom)(void *, const char *);
    void *(*extract_compute)(void *, const char *, int, int);
} functions;

struct ff_lammps {
    void *library, *handle;
    functions call;
    const char *species;
    size_t count;
    const char *const *commands;
    ff_lammps_box shape;
    double *positions, *forces; /* [atoms][3], its axes */
    int *types, *tags;
    size_t position_capacity, force_capacity, type_capacity, tag_capacity;
};

/* The library. */

static int load(ff_lammps *l, ff_error *err)
{
    static const char *const names[] = {"liblammps.so.0", "liblammps.so", "liblammps.dylib"};
    const struct {
        const char *name;
        void *place;
    } wanted[] = {{"lammps_open_no_mpi", &l->call.open},
                  {"lammps_close", &l->call.close},
                  {"lammps_command", &l->call.command},
                  {"lammps_create_atoms", &l->call.create_atoms},
                  {"lammps_gather_atoms", &l->call.gather_atoms},
                  {"lammps_get_thermo", &l->call.get_thermo},
                  {"lammps_extract_global", &l->call.extract_global},
                  {"lammps_extract_atom", &l->call.extract_atom},
                  {"lammps_extract_compute", &l->call.extract_compute}};
    for (size_t k = 0; k < sizeof names / sizeof *names && !l->library; k++)
        l->library = dlopen(names[k], RTLD_NOW | RTLD_GLOBAL);
    if (!l->library)
        return ff_fail(err, FF_E_IO, "LAMMPS's library, liblammps.so, is not installed");
    for (size_t k = 0; k < sizeof wanted / sizeof *wanted; k++) {
        void *found = dlsym(l->library, wanted[k].name);
        if (!found)
            return ff_fail(err, FF_E_IO, "LAMMPS's library has no function %s", wanted[k].name);
        memcpy(wanted[k].place, &found, sizeof found);
    }
    return FF_OK;
}

int ff_lammps_open(ff_lammps **out, const char *species, size_t count, const char *const *commands,
                   ff_error *err)
{
    char *arguments[] = {(char[]){"farfield"}, (char[]){"-log"}, (char[]){"none"},
                         (char[]){"-nocite"}};
    *out = NULL;
    ff_lammps *l = ff_new_array(1, sizeof *l, err);
    if (!l)
        return FF_E_NOMEM;
    l->species = species;
    l->count = count;
    l->commands = commands;
    int status = load(l, err);
    if (status == FF_OK && !(l->handle = l->call.open(4, arguments, NULL)))
        status = ff_fail(err, FF_E_INTERNAL, "LAMMPS's library does not start");
    if (status != FF_OK) {
        ff_lammps_close(l);
        return status;
    }
    *out = l;
    return FF_OK;
}

void ff_lammps_close(ff_lammps *l)
{
    if (!l)
        return;
    if (l->handle)
        l->call.close(l->handle);
    free(l->positions);
    free(l->forces);
    free(l->types);
    free(l->tags);
    free(l);
}

static void command(ff_lammps *l, const char *format, ...) FF_PRINTF(2, 3);

static void command(ff_lammps *l, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    (void)l->call.command(l->handle, text);
}

static void place_atoms(ff_lammps *l, const ff_frame *frame)
{
    for (size_t i = 0; i < frame->atoms; i++)
        ff_lammps_box_place(&l->shape, frame->positions + 3 * i, l->positions + 3 * i);
}

/* Frames. */

static int type_of(const char *species, int z)
{
    const char *symbol = ff_element_symbol(z);
    int type = 1;
    for (size_t length; *species; species += length + (species[length] == ','), type++) {
        length = strcspn(species, ",");
        if (symbol && strlen(symbol) == length && strncmp(species, symbol, length) == 0)
            return type;
    }
    return 0;
}

static int count_types(const char *species)
{
    int count = 1;
    for (; *species; species++)
        count += *species == ',';
    return count;
}

static int reserve(ff_lammps *l, const ff_frame *frame, ff_error *err)
{
    size_t n = frame->atoms;
    int status = ff_reserve(&l->positions, &l->position_capacity, 3 * n, sizeof(double), err);
    if (status == FF_OK)
        status = ff_reserve(&l->forces, &l->force_capacity, 3 * n, sizeof(double), err);
    if (status == FF_OK)
        status = ff_reserve(&l->types, &l->type_capacity, n, sizeof(int), err);
    if (status == FF_OK)
        status = ff_reserve(&l->tags, &l->tag_capacity, n, sizeof(int), err);
    for (size_t i = 0; i < n && status == FF_OK; i++) {
        l->tags[i] = (int)i + 1;
        l->types[i] = type_of(l->species, frame->species[i]);
        if (l->types[i] == 0)
            status = ff_fail(err, FF_E_RANGE, "no atom type for %s",
                             ff_element_symbol(frame->species[i]));
    }
    return status;
}

/* Everything anew for each frame, so that results do not depend on those before. */
static int build(ff_lammps *l, const ff_frame *frame, ff_error *err)
{
    const ff_lammps_box *b = &l->shape;
    const char *edge[3];
    for (int k = 0; k < 3; k++)
        edge[k] = b->periodic[k] ? "p" : "f";
    command(l, "clear");
    command(l, "units metal");
    command(l, "atom_style atomic");
    command(l, "atom_modify map array sort 0 0");
    command(l, "boundary %s %s %s", edge[0], edge[1], edge[2]);
    command(l, "box tilt large");
    command(l, "region all prism %.17g %.17g %.17g %.17g %.17g %.17g %.17g %.17g %.17g", b->lo[0],
            b->hi[0], b->lo[1], b->hi[1], b->lo[2], b->hi[2], b->xy, b->xz, b->yz);
    command(l, "create_box %d all", count_types(l->species));
    command(l, "mass * 1");
    place_atoms(l, frame);
    int made = l->call.create_atoms(l->handle, (int)frame->atoms, l->tags, l->types, l->positions,
                                    NULL, NULL, 0);
    if (made != (int)frame->atoms)
        return ff_fail(err, FF_E_INTERNAL, "LAMMPS takes %d of %zu atoms", made, frame->atoms);
    for (size_t k = 0; k < l->count; k++)
        command(l, "%s", l->commands[k]);
    command(l, "compute ff_sites all pe/atom");
    command(l, "compute ff_sum all reduce sum c_ff_sites");
    command(l, "thermo_style custom pe pxx pyy pzz pyz pxz pxy c_ff_sum");
    return FF_OK;
}

/* Pressures along LAMMPS's axes to a virial along ours. */
static void take_virial(ff_lammps *l, ff_frame *frame)
{
    static const char *const names[6] = {"pxx", "pyy", "pzz", "pyz", "pxz", "pxy"};
    static const int number[9] = {0, 5, 4, 5, 1, 3, 4, 3, 2};
    static const int voigt[6][2] = {{0, 0}, {1, 1}, {2, 2}, {1, 2}, {0, 2}, {0, 1}};
    const ff_lammps_box *b = &l->shape;
    const double *unit = l->call.extract_global(l->handle, "nktv2p");
    double volume = 1, own[6];
    for (int k = 0; k < 3; k++)
        volume *= b->hi[k] - b->lo[k];
    for (int k = 0; k < 6; k++)
        own[k] = l->call.get_thermo(l->handle, names[k]) * volume / *unit;
    for (int v = 0; v < 6; v++) {
        double sum = 0;
        for (int p = 0; p < 9; p++)
            sum += b->axes[3 * (p / 3) + voigt[v][0]] * own[number[p]] *
                   b->axes[3 * (p % 3) + voigt[v][1]];
        frame->virial[v] = sum;
    }
}

static int take_results(ff_lammps *l, ff_frame *frame, ff_error *err)
{
    int status = ff_frame_add_label(frame, FF_LABEL_FORCES, err);
    if (status == FF_OK)
        status = ff_frame_add_label(frame, FF_LABEL_SITE_ENERGIES, err);
    if (status != FF_OK)
        return status;
    frame->labels |= FF_LABEL_ENERGY | FF_LABEL_VIRIAL;
    frame->energy = l->call.get_thermo(l->handle, "pe");
    take_virial(l, frame);
    l->call.gather_atoms(l->handle, "f", 1, 3, l->forces);
    for (size_t i = 0; i < frame->atoms; i++)
        ff_row_times_matrix(frame->forces + 3 * i, l->forces + 3 * i, l->shape.axes);
    const double *sites = l->call.extract_compute(l->handle, "ff_sites", 1, 1);
    const int *tags = l->call.extract_atom(l->handle, "id");
    for (size_t i = 0; sites && tags && i < frame->atoms; i++)
        if (tags[i] >= 1 && (size_t)tags[i] <= frame->atoms)
            frame->site_energies[tags[i] - 1] = sites[i];
    return FF_OK;
}

int ff_lammps_label(ff_lammps *l, ff_frame *frame, ff_error *err)
{
    int status = reserve(l, frame, err);
    if (status != FF_OK)
        return status;
    l->shape = ff_lammps_box_of(frame);
    status = build(l, frame, err);
    if (status != FF_OK)
        return status;
    command(l, "run 0");
    return take_results(l, frame, err);
}
