/* vasprun.xml: a file made of a few pieces, whole and damaged. */

#include "formats/vasprun.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/near.h"

#define HEAD                                                                                       \
    "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<modeling>\n"                                \
    " <parameters><separator name=\"x\"><i type=\"int\" name=\"NELM\"> 2</i></separator>"          \
    "</parameters>\n <atominfo><atoms> 2 </atoms><array name=\"atoms\"><set>"                      \
    "<rc><c>Si</c><c> 1</c></rc><rc><c>C </c><c> 2</c></rc></set></array>"                         \
    "<array name=\"atomtypes\"><set><rc><c> 1</c><c>Si</c></rc></set></array></atominfo>\n"        \
    " <structure name=\"initialpos\"><crystal><varray name=\"basis\"><v>9 0 0</v></varray>"        \
    "</crystal></structure>\n"
#define SCSTEP                                                                                     \
    "<scstep><energy><i name=\"alphaZ\"> 1 </i><i name=\"e_fr_energy\"> -10 </i>"                  \
    "<i name=\"e_wo_entrp\"> -9.5 </i><i name=\"e_0_energy\"> -9.8 </i></energy></scstep>"
#define CELL                                                                                       \
    "<structure><crystal><varray name=\"basis\"><v> 2 0 0 </v><v> 1 3 0 </v><v> 0 0 4 </v>"        \
    "</varray><varray name=\"rec_basis\"><v>1 0 0</v></varray></crystal>"                          \
    "<varray name=\"positions\"><v> 0 0 0 </v><v> 0.5 0.5 0.25 </v></varray></structure>"
#define FORCES "<varray name=\"forces\"><v> 1 2 3 </v><v> -1 -2 -3 </v></varray>"
#define STRESS "<varray name=\"stress\"><v> 1 6 5 </v><v> 6 2 4 </v><v> 5 4 3 </v></varray>"
#define ENERGY                                                                                     \
    "<energy><i name=\"e_fr_energy\"> -12 </i><i name=\"e_wo_entrp\"> 7 </i>"                      \
    "<i name=\"e_0_energy\"> 8 </i></energy>"
#define STEP(parts)                                                                                \
    " <calculation>\n" parts "<dos><total><r>1 2</r></total></dos>\n </calculation>\n"
#define TAIL "</modeling>\n"

static ff_vasprun_reader *open_text(const char *text, const ff_vasprun_options *options)
{
    ff_text_reader *lines = NULL;
    ff_vasprun_reader *reader = NULL;
    assert_int_equal(ff_text_reader_open_memory(&lines, "in", text, strlen(text), NULL), FF_OK);
    assert_int_equal(ff_vasprun_open(&reader, lines, options, NULL), FF_OK);
    return reader;
}

static void reads_every_ionic_step(void **state)
{
    (void)state;
    ff_vasprun_reader *reader =
        open_text(HEAD STEP(SCSTEP CELL FORCES STRESS ENERGY)
                      STEP(SCSTEP SCSTEP CELL ENERGY "<!-- no forces, no stress -->") TAIL,
                  NULL);
    ff_frame frame;
    ff_vasprun_step step;
    bool more;
    const double cell[9] = {2, 0, 0, 1, 3, 0, 0, 0, 4}, volume = 24, kilobar = 0.1 / 160.2176634;
    assert_int_equal(ff_vasprun_next(reader, &frame, &step, &more, NULL), FF_OK);
    assert_true(more && step.number == 1 && step.iterations == 1 && !step.unconverged);
    assert_int_equal(frame.atoms, 2);
    assert_int_equal(frame.species[0], 14);
    assert_int_equal(frame.species[1], 6);
    assert_memory_equal(frame.cell, cell, sizeof cell);
    assert_true(frame.periodic[0] && frame.periodic[1] && frame.periodic[2]);
    assert_near(frame.positions[3], 1.5, 1e-15);
    assert_near(frame.positions[4], 1.5, 1e-15);
    assert_near(frame.positions[5], 1, 1e-15);
    assert_int_equal(frame.labels, FF_LABEL_ENERGY | FF_LABEL_FORCES | FF_LABEL_VIRIAL);
    assert_near(frame.energy, -12, 0);
    assert_near(frame.forces[5], -3, 0);
    for (int i = 0; i < 6; i++) /* positive in compression, as the virial */
        assert_near(frame.virial[i], volume * kilobar * (i + 1), 1e-14);
    ff_frame_clear(&frame);
    assert_int_equal(ff_vasprun_next(reader, &frame, &step, &more, NULL), FF_OK);
    assert_true(more && step.number == 2 && step.iterations == 2 && step.unconverged);
    assert_int_equal(frame.labels, FF_LABEL_ENERGY);
    ff_frame_clear(&frame);
    assert_int_equal(ff_vasprun_next(reader, &frame, &step, &more, NULL), FF_OK);
    assert_false(more || ff_vasprun_ended_early(reader));
    ff_vasprun_close(reader);
}

/* The difference to the free energy comes from the last iteration; without iterations, what the
 * step says. */
static void each_energy_by_name(void **state)
{
    (void)state;
    const struct {
        const char *text;
        ff_vasprun_energy which;
        double expected;
    } cases[] = {
        {HEAD STEP(SCSTEP CELL ENERGY) TAIL, FF_VASPRUN_FREE, -12},
        {HEAD STEP(SCSTEP CELL ENERGY) TAIL, FF_VASPRUN_SIGMA0, -11.8},
        {HEAD STEP(SCSTEP CELL ENERGY) TAIL, FF_VASPRUN_WITHOUT_ENTROPY, -11.5},
        {HEAD STEP(CELL ENERGY) TAIL, FF_VASPRUN_SIGMA0, 8},
        {HEAD STEP(CELL ENERGY) TAIL, FF_VASPRUN_WITHOUT_ENTROPY, 7},
        {HEAD STEP(SCSTEP CELL) TAIL, FF_VASPRUN_FREE, -10},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const ff_vasprun_options options = {.energy = cases[i].which};
        ff_vasprun_reader *reader = open_text(cases[i].text, &options);
        ff_frame frame;
        ff_vasprun_step step;
        bool more;
        assert_int_equal(ff_vasprun_next(reader, &frame, &step, &more, NULL), FF_OK);
        assert_near(frame.energy, cases[i].expected, 1e-14);
        ff_frame_clear(&frame);
        ff_vasprun_close(reader);
    }
}

static void says_what_is_wrong_and_where(void **state)
{
    (void)state;
    const struct {
        const char *text, *expected;
    } cases[] = {
        {"<?xml version=\"1.0\"?>\n<html/>\n", "in: an XML file, but not a vasprun.xml"},
        {HEAD STEP(SCSTEP FORCES ENERGY) TAIL, "in:6: frame 1: the step has no cell"},
        {HEAD STEP(SCSTEP CELL), "is not well-formed XML: "},
        {HEAD STEP(CELL "<energy/>") TAIL, "frame 1: the step has no energy"},
        {"<modeling>" STEP(CELL ENERGY) TAIL, "a calculation before atominfo"},
        {HEAD STEP(CELL "<varray name=\"forces\"><v>1 2</v></varray>") TAIL,
         "in:7: frame 1: expected 3 numbers, found 2"},
        {HEAD STEP(CELL "<varray name=\"forces\"><v>1 2 3</v></varray>") TAIL,
         "expected 2 rows <v>, found 1"},
        {HEAD STEP(CELL "<varray name=\"forces\"><v>1 2 3</v><r/></varray>") TAIL,
         "expected 2 rows <v>, found something else"},
        {HEAD STEP(CELL "<varray name=\"stress\"><v>1 2 3</v><v>1 2 3</v></varray>") TAIL,
         "expected 3 rows <v>, found 2"},
        {HEAD STEP(CELL "<varray name=\"forces\"><v>1 2 nan</v></varray>") TAIL,
         "expected a number, found 'nan'"},
        {HEAD STEP(CELL "<varray name=\"forces\"><v>1 <b>2</b> 3</v></varray>") TAIL,
         "an element was found where text was expected"},
        {HEAD STEP(CELL) "</modelin>", "is not well-formed XML: "},
        {"<?xml version=\"1.0\" encoding=\"UTF-16\"?><modeling>\xff\xfe</modeling>", "in:"},
        {"<?xml version=\"1.0\" encoding=\"UTF-8\"?><modeling>\xff\xfe</modeling>",
         "is not well-formed XML: "},
        {"<modeling><atominfo><array name=\"atoms\"><set><rc><c>X</c></rc></set></array>"
         "</atominfo></modeling>",
         "atom 1 is 'X', which is no chemical element"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ff_vasprun_reader *reader = open_text(cases[i].text, NULL);
        ff_frame frame;
        ff_vasprun_step step;
        ff_error err = {0};
        char found[1024];
        bool more = true;
        int status = FF_OK;
        while (status == FF_OK && more) {
            status = ff_vasprun_next(reader, &frame, &step, &more, &err);
            ff_frame_clear(&frame);
        }
        if (status == FF_OK ||
            !strstr(ff_error_describe(&err, found, sizeof found), cases[i].expected))
            fail_msg("expected '%s', found '%s'", cases[i].expected, status ? found : "success");
        ff_vasprun_close(reader);
    }
}

/* Wherever the file is cut: an error, or, when asked for, the whole steps before. */
static void a_file_that_ends_early(void **state)
{
    (void)state;
    static const char text[] =
        HEAD STEP(SCSTEP CELL FORCES STRESS ENERGY) STEP(SCSTEP CELL FORCES STRESS ENERGY) TAIL;
    const size_t size = sizeof text - 1;
    for (int whole = 0; whole < 2; whole++)
        for (size_t length = 100; length < size - 1; length += 7) {
            const ff_vasprun_options options = {.whole_steps = whole};
            ff_text_reader *lines = NULL;
            ff_vasprun_reader *reader = NULL;
            assert_int_equal(ff_text_reader_open_memory(&lines, "in", text, length, NULL), FF_OK);
            assert_int_equal(ff_vasprun_open(&reader, lines, &options, NULL), FF_OK);
            bool more = true;
            int status = FF_OK, steps = 0;
            while (status == FF_OK && more) {
                ff_frame frame;
                ff_vasprun_step step;
                status = ff_vasprun_next(reader, &frame, &step, &more, NULL);
                steps += more;
                ff_frame_clear(&frame);
            }
            assert_int_equal(status, whole ? FF_OK : FF_E_FORMAT);
            assert_int_equal(ff_vasprun_ended_early(reader), whole);
            const char *second = strstr(strstr(text, "</calculation>") + 1, "</calculation>");
            assert_true(steps <= 2 && (steps == 2) <= (text + length >= second));
            ff_vasprun_close(reader);
        }
}

static void formats_are_told_from_the_first_bytes(void **state)
{
    (void)state;
    const struct {
        const char *text;
        bool is;
    } cases[] = {{"<?xml version=\"1.0\"?>", true},
                 {" \n<modeling>", true},
                 {"\xef\xbb\xbf<?xml", true},
                 {"2\nLattice=", false},
                 {"", false},
                 {"<?xm", false},
                 {"   ", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(ff_vasprun_recognise(cases[i].text, strlen(cases[i].text)), cases[i].is);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_ionic_step),
        cmocka_unit_test(each_energy_by_name),
        cmocka_unit_test(says_what_is_wrong_and_where),
        cmocka_unit_test(a_file_that_ends_early),
        cmocka_unit_test(formats_are_told_from_the_first_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
