/* From records to frames by a table: text and what the mapping says, and either the frame in one
 * line or the error. */

#include "formats/extxyz_mapping.h"
#include "formats/extxyz_survey.h"
#include "lib/base/numbers.h"

#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int next_frame(ff_frame *frame, const char *text, const ff_extxyz_mapping *mapping,
                      ff_error *err)
{
    ff_text_reader *lines = NULL;
    ff_extxyz_reader *reader = NULL;
    const ff_extxyz_record *record = NULL;
    assert_int_equal(ff_text_reader_open_memory(&lines, "in", text, strlen(text), err), FF_OK);
    assert_int_equal(ff_extxyz_open(&reader, lines, NULL, err), FF_OK);
    int status = ff_extxyz_next(reader, &record, err);
    if (status == FF_OK) {
        assert_non_null(record);
        status = ff_extxyz_to_frame(frame, record, mapping, err);
    }
    ff_extxyz_close(reader);
    return status;
}

static void add(char *text, size_t size, const char *name, const double *values, size_t count)
{
    size_t used = strlen(text);
    used += (size_t)snprintf(text + used, size - used, "%s%s", used ? " " : "", name);
    for (size_t i = 0; i < count; i++)
        used += (size_t)snprintf(text + used, size - used, "%c%.12g", i ? ',' : ':', values[i]);
}

/* "pos:0,0,0 cell:... TTT energy:1 ..."; group and pbc only when not default. */
static void describe(const ff_frame *f, char *text, size_t size)
{
    static const double no_cell[9] = {0};
    text[0] = '\0';
    double species[8];
    for (size_t i = 0; i < f->atoms; i++)
        species[i] = f->species[i];
    add(text, size, "Z", species, f->atoms);
    add(text, size, "pos", f->positions, 3 * f->atoms);
    if (memcmp(f->cell, no_cell, sizeof no_cell) != 0)
        add(text, size, "cell", f->cell, 9);
    if (!isnan(f->centre[0]))
        add(text, size, "centre", f->centre, 3);
    char periodic[] = {f->periodic[0] ? 'T' : 'F', f->periodic[1] ? 'T' : 'F',
                       f->periodic[2] ? 'T' : 'F', '\0'};
    add(text, size, periodic, NULL, 0);
    if (f->labels & FF_LABEL_ENERGY)
        add(text, size, "E", &f->energy, 1);
    if (f->labels & FF_LABEL_FORCES)
        add(text, size, "F", f->forces, 3 * f->atoms);
    if (f->labels & FF_LABEL_VIRIAL)
        add(text, size, "V", f->virial, 6);
    if (f->labels & FF_LABEL_SITE_ENERGIES)
        add(text, size, "e", f->site_energies, f->atoms);
    if (strcmp(f->group, "default") != 0)
        add(text, size, f->group, NULL, 0);
}

typedef struct mapping_case {
    const char *text, *expected; /* "!": part of the error */
    ff_extxyz_mapping mapping;   /* units of 0 are set to 1 */
} mapping_case;

static size_t check(const mapping_case *c)
{
    ff_extxyz_mapping mapping;
    ff_frame frame = {0};
    ff_error err = {0};
    char found[1024];
    ff_extxyz_mapping_init(&mapping);
    ff_extxyz_mapping given = c->mapping;
    given.group_default = given.group_default ? given.group_default : mapping.group_default;
    double *const units[] = {&given.units.energy, &given.units.length, &given.units.force,
                             &given.units.virial, &given.units.stress};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        *units[i] = *units[i] != 0 ? *units[i] : 1;
    int status = next_frame(&frame, c->text, &given, &err);
    if (status == FF_OK)
        describe(&frame, found, sizeof found);
    else
        (void)ff_error_describe(&err, found, sizeof found);
    ff_frame_clear(&frame);
    bool right = c->expected[0] == '!' ? status != FF_OK && strstr(found, c->expected + 1)
                                       : status == FF_OK && strcmp(found, c->expected) == 0;
    if (!right)
        print_error("%s\nexpected: %s\nfound:    %s\n\n", c->text, c->expected, found);
    return !right;
}

#define CELL "Lattice=\"2 0 0 0 2 0 0 0 2\" "

static void records_become_frames(void **state)
{
    (void)state;
    static const mapping_case cases[] = {
        /* cell: rows are a1, a2, a3 in the order of the numbers */
        {"1\nLattice=\"1 2 3 4 5 6 7 8 10\"\nSi 0 0 0\n",
         "Z:14 pos:0,0,0 cell:1,2,3,4,5,6,7,8,10 TTT",
         {0}},
        {"1\nLattice=[1,2,3,4,5,6,7,8,10] pbc=\"F T F\"\nSi 0 0 0\n",
         "Z:14 pos:0,0,0 cell:1,2,3,4,5,6,7,8,10 FTF",
         {0}},
        {"1\nlattice=\"1 2 3\" PBC={1 0 1}\nSi 0 0 0\n",
         "Z:14 pos:0,0,0 cell:1,0,0,0,2,0,0,0,3 TFT",
         {0}},
        {"1\nLattice=[[1,0,1],[0,2,0],[1,0,3]]\nSi 0 0 0\n",
         "Z:14 pos:0,0,0 cell:1,0,1,0,2,0,1,0,3 TTT",
         {0}},
        {"1\nLattice=[[1,2,3],[4,5,6],[7,8,10]]\nSi 0 0 0\n",
         "!in:2:9: frame 1: Lattice: readers disagree",
         {0}},
        {"1\nLattice=[[1,2,3],[4,5,6],[7,8,10]]\nSi 0 0 0\n",
         "Z:14 pos:0,0,0 cell:1,2,3,4,5,6,7,8,10 TTT",
         {.lattice_order = FF_EXTXYZ_LATTICE_ROWS}},
        {"1\nLattice=[[1,2,3],[4,5,6],[7,8,10]]\nSi 0 0 0\n",
         "Z:14 pos:0,0,0 cell:1,4,7,2,5,8,3,6,10 TTT",
         {.lattice_order = FF_EXTXYZ_LATTICE_COLUMNS}},
        {"1\nLattice=\"1 2 3 4 5 6 7 8\"\nSi 0 0 0\n",
         "!in:2:9: frame 1: Lattice: expected 9 numbers",
         {0}},
        {"1\nLattice=\"1 0 0 0 1 0 0 0 x\"\nSi 0 0 0\n", "!Lattice: expected 9 numbers", {0}},
        {"1\nLattice=\"1 0 0 2 0 0 0 0 1\"\nSi 0 0 0\n",
         "!in:2: frame 1: the cell is singular",
         {0}},
        {"1\nLattice=\"1 0 0 2 0 0 0 0 1\" pbc=\"F F F\"\nSi 0 0 0\n",
         "Z:14 pos:0,0,0 cell:1,0,0,2,0,0,0,0,1 FFF",
         {0}},
        /* pbc */
        {"1\n\nSi 0 0 0\n", "Z:14 pos:0,0,0 FFF", {0}},
        {"1\npbc=\"F F F\"\nSi 0 0 0\n", "Z:14 pos:0,0,0 FFF", {0}},
        {"1\npbc=\"T F F\"\nSi 0 0 0\n",
         "!pbc says that the frame is periodic, but it has no",
         {0}},
        {"1\n" CELL "pbc=\"1 2 1\"\nSi 0 0 0\n",
         "!in:2:33: frame 1: pbc: expected three of T or F",
         {0}},
        {"1\n" CELL "pbc=T\nSi 0 0 0\n",
         "!pbc: expected three of T or F (or 1 or 0), found logical 'T'",
         {0}},
        {"1\n" CELL "pbc=[T, T]\nSi 0 0 0\n", "!found a list of 2 of type logical", {0}},
        /* species */
        {"2\n\nsi 0 0 0\nMG 1 0 0\n", "Z:14,12 pos:0,0,0,1,0,0 FFF", {0}},
        {"1\nProperties=pos:R:3:Z:I:1\n0 0 0 14\n", "Z:14 pos:0,0,0 FFF", {0}},
        {"1\nProperties=species:I:1:pos:R:3\n14 0 0 0\n", "Z:14 pos:0,0,0 FFF", {0}},
        {"1\nProperties=species:S:1:pos:R:3:Z:I:1\nSi 0 0 0 14\n", "Z:14 pos:0,0,0 FFF", {0}},
        {"1\nProperties=species:S:1:pos:R:3:Z:I:1\nSi 0 0 0 13\n",
         "!in:3: frame 1, atom 1: column 'species' says Si, column 'Z' says 13",
         {0}},
        {"1\nProperties=species:S:1:pos:R:3:Z:I:1\nSi 0 0 0 13\n",
         "Z:13 pos:0,0,0 FFF",
         {.species = "Z"}},
        {"1\nProperties=what:S:1:pos:R:3\nSi 0 0 0\n", "Z:14 pos:0,0,0 FFF", {.species = "what"}},
        {"2\n\nSi 0 0 0\nXx 1 0 0\n",
         "!in:4: frame 1, atom 2: column 'species': 'Xx' is no chemical element",
         {0}},
        {"1\n\nSi1 0 0 0\n", "!'Si1' is no chemical element", {0}},
        {"1\n\n14 0 0 0\n", "!'14' is no chemical element", {0}},
        {"1\nProperties=Z:I:1:pos:R:3\n119 0 0 0\n", "!119 is no atomic number from 1 to 118", {0}},
        {"1\nProperties=Z:I:1:pos:R:3\n0 0 0 0\n", "!0 is no atomic number", {0}},
        {"1\nProperties=pos:R:3\n0 0 0\n",
         "!in:2:12: frame 1: Properties declares no column species:S:1",
         {0}},
        {"1\nProperties=species:S:2:pos:R:3\nSi Si 0 0 0\n",
         "!Properties declares no column species:S:1",
         {0}},
        /* positions */
        {"1\nProperties=species:S:1:pos:I:3\nSi 1 2 3\n", "Z:14 pos:1,2,3 FFF", {0}},
        {"1\nProperties=species:S:1:pos:R:2\nSi 1 2\n",
         "!column 'pos': expected 3 numbers an atom",
         {0}},
        {"1\nProperties=species:S:1:xyz:R:3\nSi 1 2 3\n",
         "!Properties declares no column pos:R:3",
         {0}},
        {"2\n\nSi 0 0 0\nSi 1 nan 0\n",
         "!in:4: frame 1, atom 2: column 'pos': nan is not a finite number",
         {0}},
        /* energy: only under its name */
        {"1\nenergy=-1 e=-2\nSi 0 0 0\n", "Z:14 pos:0,0,0 FFF", {0}},
        {"1\nenergy=-1.5 e=-2\nSi 0 0 0\n", "Z:14 pos:0,0,0 FFF E:-2", {.energy = "e"}},
        {"1\nenergy=-1.5\nSi 0 0 0\n", "Z:14 pos:0,0,0 FFF", {.energy = "Energy"}},
        {"1\nenergy=nan\nSi 0 0 0\n",
         "!in:2:8: frame 1: energy: expected a finite number, found text 'nan'",
         {.energy = "energy"}},
        {"1\nenergy=\"1 2\"\nSi 0 0 0\n",
         "!found a list of 2 of type integer",
         {.energy = "energy"}},
        /* forces and site energies */
        {"1\nProperties=species:S:1:pos:R:3:f:R:3:w:R:1\nSi 0 0 0 1 2 3 4\n",
         "Z:14 pos:0,0,0 FFF F:1,2,3 e:4",
         {.forces = "f", .site_energies = "w"}},
        {"1\nProperties=species:S:1:pos:R:3:f:R:3\nSi 0 0 0 1 2 inf\n",
         "!in:3: frame 1, atom 1: column 'f': inf is not a finite number",
         {.forces = "f"}},
        {"1\nProperties=species:S:1:pos:R:3:f:R:3\nSi 0 0 0 1 2 inf\n", "Z:14 pos:0,0,0 FFF", {0}},
        {"1\nProperties=species:S:1:pos:R:3:f:R:2\nSi 0 0 0 1 2\n",
         "!column 'f': expected 3 numbers an atom",
         {.forces = "f"}},
        {"1\nProperties=species:S:1:pos:R:3:f:S:3\nSi 0 0 0 1 2 3\n",
         "!column 'f': expected 3 numbers",
         {.forces = "f"}},
        {"1\nProperties=species:S:1:pos:R:3:g:R:3\nSi 0 0 0 1 2 -3\n",
         "Z:14 pos:0,0,0 FFF F:-1,-2,3",
         {.forces = "g", .gradients = true}},
        /* virial and stress */
        {"1\nv=\"1 6 5 6 2 4 5 4 3\"\nSi 0 0 0\n",
         "Z:14 pos:0,0,0 FFF V:1,2,3,4,5,6",
         {.virial = "v"}},
        {"1\nv=\"1 2 3 4 5 6\"\nSi 0 0 0\n", "Z:14 pos:0,0,0 FFF V:1,2,3,4,5,6", {.virial = "v"}},
        {"1\nv=\"1 2 3 4 5 6\"\nSi 0 0 0\n",
         "Z:14 pos:0,0,0 FFF V:-1,-2,-3,-4,-5,-6",
         {.virial = "v", .virial_plus = true}},
        {"1\nv=\"1 2 3 6 4 5\"\nSi 0 0 0\n",
         "Z:14 pos:0,0,0 FFF V:1,2,3,4,5,6",
         {.virial = "v", .tensor_order = FF_EXTXYZ_TENSOR_VASP}},
        {"1\nv=\"1 2 3 6 5 4\"\nSi 0 0 0\n",
         "Z:14 pos:0,0,0 FFF V:1,2,3,4,5,6",
         {.virial = "v", .tensor_order = FF_EXTXYZ_TENSOR_LAMMPS}},
        {"1\nv=\"1 6 5 2 4 3\"\nSi 0 0 0\n",
         "Z:14 pos:0,0,0 FFF V:1,2,3,4,5,6",
         {.virial = "v", .tensor_order = FF_EXTXYZ_TENSOR_ROWS}},
        {"1\nv=[[1,6,5],[6,2,4],[5,4,3]]\nSi 0 0 0\n",
         "Z:14 pos:0,0,0 FFF V:1,2,3,4,5,6",
         {.virial = "v"}},
        {"1\nv=\"1 6 5 6.0002 2 4 5 4 3\"\nSi 0 0 0\n",
         "Z:14 pos:0,0,0 FFF V:1,2,3,4,5,6.0001",
         {.virial = "v"}},
        {"1\nv=\"1 6 5 7 2 4 5 4 3\"\nSi 0 0 0\n",
         "!in:2:3: frame 1: v is not symmetric: components across the diagonal differ by 1",
         {.virial = "v"}},
        {"1\nv=\"1 2 3\"\nSi 0 0 0\n",
         "!v: expected 6 numbers, 9 numbers or a 3 x 3 table, found a list of 3 of type integer",
         {.virial = "v"}},
        {"1\nv=1\nSi 0 0 0\n", "!v: expected 6 numbers", {.virial = "v"}},
        {"1\n" CELL "s=\"1 2 3 0 0 -1\"\nSi 0 0 0\n",
         "Z:14 pos:0,0,0 cell:2,0,0,0,2,0,0,0,2 TTT V:-8,-16,-24,0,0,8",
         {.stress = "s"}},
        {"1\n" CELL "s=\"1 2 3 0 0 -1\"\nSi 0 0 0\n",
         "Z:14 pos:0,0,0 cell:2,0,0,0,2,0,0,0,2 TTT V:8,16,24,0,0,-8",
         {.stress = "s", .units = {.compression = true}}},
        {"1\ns=\"1 2 3 0 0 -1\"\nSi 0 0 0\n",
         "!s: a frame without a cell has no stress",
         {.stress = "s"}},
        /* centres */
        {"1\nc=\"1 2 3\"\nSi 0 0 0\n", "Z:14 pos:0,0,0 centre:1,2,3 FFF", {.centre = "c"}},
        {"1\nc=\"1 2 3\"\nSi 0 0 0\n", "Z:14 pos:0,0,0 FFF", {0}},
        {"1\nc=\"1 2\"\nSi 0 0 0\n", "!c: expected three numbers", {.centre = "c"}},
        {"1\nc=\"1 nan 3\"\nSi 0 0 0\n", "!c: expected three numbers", {.centre = "c"}},
        /* groups */
        {"1\nconfig_type=liq\nSi 0 0 0\n", "Z:14 pos:0,0,0 FFF liq", {.group = "config_type"}},
        {"1\nconfig_type=\"two words\"\nSi 0 0 0\n",
         "Z:14 pos:0,0,0 FFF two words",
         {.group = "config_type"}},
        {"1\nconfig_type=5\nSi 0 0 0\n", "Z:14 pos:0,0,0 FFF 5", {.group = "config_type"}},
        {"1\nconfig_type=liq\nSi 0 0 0\n", "Z:14 pos:0,0,0 FFF mine", {.group_default = "mine"}},
        {"1\nconfig_type=\"\"\nSi 0 0 0\n", "Z:14 pos:0,0,0 FFF", {.group = "config_type"}},
        {"1\nconfig_type=\"a\\nb\"\nSi 0 0 0\n",
         "!config_type: a name of one line is expected",
         {.group = "config_type"}},
        {"1\nconfig_type=[a, b]\nSi 0 0 0\n",
         "!config_type: expected one name",
         {.group = "config_type"}},
        /* units: E in unit 2, lengths in unit 10, so forces in 0.2, virials in 2; stress in 0.5 */
        {"1\n" CELL "E=1 v=\"1 2 3 4 5 6\" Properties=species:S:1:pos:R:3:f:R:3\nSi 1 2 3 1 2 3\n",
         "Z:14 pos:10,20,30 cell:20,0,0,0,20,0,0,0,20 TTT E:2 F:0.2,0.4,0.6 V:2,4,6,8,10,12",
         {.energy = "E",
          .virial = "v",
          .forces = "f",
          .units = {.energy = 2, .length = 10, .force = 0.2, .virial = 2}}},
        {"1\n" CELL "s=\"1 2 3 4 5 6\"\nSi 0 0 0\n",
         "Z:14 pos:0,0,0 cell:2,0,0,0,2,0,0,0,2 TTT V:-4,-8,-12,-16,-20,-24",
         {.stress = "s", .units = {.stress = 0.5}}},
    };
    size_t failures = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        failures += check(&cases[i]);
    assert_int_equal(failures, 0);
}

static void survey_tells_what_there_is(void **state)
{
    (void)state;
    static const char text[] =
        "1\n" CELL "dft_energy=-1 cut_off_energy=\"250 eV\" Virial=\"1 2 3 4 5 6\" stress=3 "
        "Properties=species:S:1:pos:R:3:gap_force:R:3:forces_mask:R:3\nSi 0 0 0 0 0 0 0 0 0\n"
        "1\n" CELL "energy=-1 REF_stress=\"1 2 3 4 5 6 7 8 9\"\nSi 0 0 0\n";
    ff_text_reader *lines = NULL;
    ff_extxyz_reader *reader = NULL;
    const ff_extxyz_record *record = NULL;
    ff_extxyz_survey survey;
    ff_error err = {0};
    char names[64];
    ff_extxyz_survey_init(&survey);
    assert_int_equal(ff_text_reader_open_memory(&lines, "in", text, sizeof text - 1, &err), FF_OK);
    assert_int_equal(ff_extxyz_open(&reader, lines, NULL, &err), FF_OK);
    while (ff_extxyz_next(reader, &record, &err) == FF_OK && record)
        assert_int_equal(ff_extxyz_survey_add(&survey, record, &err), FF_OK);
    ff_extxyz_close(reader);
    static const struct {
        unsigned look;
        const char *names;
    } expected[] = {{FF_EXTXYZ_LOOKS_ENERGY, "dft_energy, energy"},
                    {FF_EXTXYZ_LOOKS_FORCES, "gap_force"},
                    {FF_EXTXYZ_LOOKS_VIRIAL, "Virial"},
                    {FF_EXTXYZ_LOOKS_STRESS, "REF_stress"}};
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(ff_extxyz_survey_names(&survey, expected[i].look, names, sizeof names),
                            expected[i].names);
        assert_true(ff_extxyz_survey_looks(&survey) & expected[i].look);
    }
    assert_string_equal(survey.items[0].name, "Lattice");
    assert_int_equal(survey.items[0].frames, 2);
    assert_int_equal(strlen(ff_extxyz_survey_names(&survey, FF_EXTXYZ_LOOKS_ENERGY, names, 5)), 4);
    ff_extxyz_survey_clear(&survey);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(records_become_frames),
                                       cmocka_unit_test(survey_tells_what_there_is)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
