/* What is written is read back bit for bit: random records with every type and shape, and text made
 * of the characters that mean something. And the spelling that other readers need. */

#include "formats/extxyz_mapping.h"
#include "formats/extxyz_writer.h"

#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t state_of_random = 77;

/* xorshift64* of S. Vigna, ACM Trans. Math. Softw. 42, 30 (2016). */
static uint64_t random_bits(void)
{
    state_of_random ^= state_of_random >> 12;
    state_of_random ^= state_of_random << 25;
    state_of_random ^= state_of_random >> 27;
    return state_of_random * UINT64_C(2685821657736338717);
}

static size_t random_below(size_t limit)
{
    return (size_t)(random_bits() >> 11) % limit;
}

static double random_real(bool finite)
{
    static const double special[] = {0, -0.0, 1, -3, 1e200, 5e-324, 0.1, 1e15, 1e22};
    if (random_below(3) == 0)
        return special[random_below(sizeof special / sizeof special[0])];
    for (;;) {
        uint64_t bits = random_bits();
        double value;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value) || (!finite && random_below(2)))
            return value;
    }
}

/* Random records, all in one pool. */

enum { MOST = 8, TEXT = 24, MOST_VALUES = 12, MOST_ATOMS = 5, MOST_WIDTH = 3, CHARACTERS = 2048 };

typedef struct made {
    ff_extxyz_record record;
    ff_extxyz_entry entries[MOST];
    ff_extxyz_column columns[MOST];
    char keys[MOST][2 * TEXT], names[MOST][2 * TEXT];
    char texts[MOST][MOST_VALUES][TEXT];
    const char *text_pointers[MOST][MOST_VALUES];
    int64_t integers[MOST][MOST_ATOMS * MOST_WIDTH];
    double reals[MOST][MOST_ATOMS * MOST_WIDTH];
    bool logicals[MOST][MOST_ATOMS * MOST_WIDTH];
    size_t offsets[MOST][MOST_ATOMS * MOST_WIDTH];
    char characters[MOST][CHARACTERS];
    char comment[TEXT];
} made;

/* Words from pieces that the grammar gives a meaning to. */
static void random_text(char text[TEXT], bool in_column, bool in_key)
{
    static const char *const pieces[] = {
        "a",  "Z", "_", "n", "1", "-2", "1e5", "T",        ".5",   "d3",  ":", "/",  "'", "\"",
        "\\", "=", ",", "[", "]", "{",  "}",   "\xc3\xa9", "true", "nan", " ", "\t", "\n"};
    size_t count = sizeof pieces / sizeof pieces[0] - (in_column ? 3 : in_key ? 1 : 0);
    size_t used = 0, length = random_below(6) + (in_column || in_key ? 1 : 0);
    text[0] = '\0';
    for (size_t i = 0; i < length; i++)
        used += (size_t)snprintf(text + used, TEXT - used, "%s", pieces[random_below(count)]);
    if (used >= TEXT - 1)
        (void)snprintf(text, TEXT, "cut");
}

static void make_entry(made *m, size_t index)
{
    ff_extxyz_entry *e = &m->entries[index];
    char text[TEXT];
    random_text(text, false, true);
    (void)snprintf(m->keys[index], sizeof m->keys[index], "%s%zu", text, index);
    *e = (ff_extxyz_entry){.key = m->keys[index], .rows = 1, .columns = 1, .text = ""};
    e->type = (ff_extxyz_type)random_below(4);
    e->rank = (int)random_below(3);
    if (e->rank == 2)
        e->rows = 1 + random_below(3);
    if (e->rank > 0)
        e->columns = 1 + random_below(4);
    for (size_t i = 0; i < MOST_VALUES; i++) {
        m->integers[index][i] = (int64_t)(random_bits() >> random_below(64)) - 5;
        m->reals[index][i] = random_real(true);
        m->logicals[index][i] = random_below(2);
        random_text(m->texts[index][i], false, false);
        m->text_pointers[index][i] = m->texts[index][i];
    }
    if (e->type == FF_EXTXYZ_INTEGER)
        e->value.integers = m->integers[index];
    else if (e->type == FF_EXTXYZ_REAL)
        e->value.reals = m->reals[index];
    else if (e->type == FF_EXTXYZ_LOGICAL)
        e->value.logicals = m->logicals[index];
    else
        e->value.texts = m->text_pointers[index];
}

static void make_column(made *m, size_t index)
{
    ff_extxyz_column *c = &m->columns[index];
    (void)snprintf(m->names[index], sizeof m->names[index], "column_%zu", index);
    *c = (ff_extxyz_column){.name = m->names[index], .type = (ff_extxyz_type)random_below(4)};
    c->width = 1 + random_below(MOST_WIDTH);
    size_t used = 0, at = index;
    for (size_t i = 0; i < m->record.atoms * c->width; i++) {
        m->integers[at][i] = (int64_t)random_bits();
        m->reals[at][i] = random_real(false);
        m->logicals[at][i] = random_below(2);
        char text[TEXT];
        random_text(text, true, false);
        m->offsets[at][i] = used;
        used += (size_t)snprintf(m->characters[at] + used, CHARACTERS - used, "%s", text) + 1;
    }
    c->characters = m->characters[at];
    if (c->type == FF_EXTXYZ_INTEGER)
        c->value.integers = m->integers[at];
    else if (c->type == FF_EXTXYZ_REAL)
        c->value.reals = m->reals[at];
    else if (c->type == FF_EXTXYZ_LOGICAL)
        c->value.logicals = m->logicals[at];
    else
        c->value.texts = m->offsets[at];
}

/* Entries use the first half of the value arrays, columns the second. */
static void make_record(made *m)
{
    m->record = (ff_extxyz_record){.atoms = random_below(MOST_ATOMS + 1),
                                   .entry_count = random_below(MOST / 2 + 1),
                                   .entries = m->entries,
                                   .column_count = 1 + random_below(MOST / 2)};
    for (size_t i = 0; i < m->record.entry_count; i++)
        make_entry(m, i);
    for (size_t i = 0; i < m->record.column_count; i++)
        make_column(m, MOST / 2 + i);
    m->record.columns = m->columns + MOST / 2;
}

/* Comparing. */

static void same_real(double a, double b)
{
    if (!(isnan(a) && isnan(b)) && memcmp(&a, &b, sizeof a) != 0)
        fail_msg("%.17g became %.17g", a, b);
}

static void same_entry(const ff_extxyz_entry *a, const ff_extxyz_entry *b)
{
    if (a->type != b->type || a->rank != b->rank || a->rows != b->rows || a->columns != b->columns)
        fail_msg("'%s' of type %d, rank %d, %zu x %zu became type %d, rank %d, %zu x %zu: %s",
                 a->key, (int)a->type, a->rank, a->rows, a->columns, (int)b->type, b->rank, b->rows,
                 b->columns, b->text);
    for (size_t i = 0; i < a->rows * a->columns; i++) {
        if (a->type == FF_EXTXYZ_INTEGER)
            assert_int_equal(a->value.integers[i], b->value.integers[i]);
        else if (a->type == FF_EXTXYZ_REAL)
            same_real(a->value.reals[i], b->value.reals[i]);
        else if (a->type == FF_EXTXYZ_LOGICAL)
            assert_int_equal(a->value.logicals[i], b->value.logicals[i]);
        else
            assert_string_equal(a->value.texts[i], b->value.texts[i]);
    }
}

static void same_column(const ff_extxyz_column *a, const ff_extxyz_column *b, size_t atoms)
{
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->type, b->type);
    assert_int_equal(a->width, b->width);
    for (size_t i = 0; i < atoms * a->width; i++) {
        if (a->type == FF_EXTXYZ_INTEGER)
            assert_int_equal(a->value.integers[i], b->value.integers[i]);
        else if (a->type == FF_EXTXYZ_REAL)
            same_real(a->value.reals[i], b->value.reals[i]);
        else if (a->type == FF_EXTXYZ_LOGICAL)
            assert_int_equal(a->value.logicals[i], b->value.logicals[i]);
        else
            assert_string_equal(ff_extxyz_column_text(a, i), ff_extxyz_column_text(b, i));
    }
}

static void same_record(const ff_extxyz_record *a, const ff_extxyz_record *b)
{
    assert_int_equal(a->atoms, b->atoms);
    assert_int_equal(a->entry_count + 1, b->entry_count); /* and Properties */
    assert_int_equal(a->column_count, b->column_count);
    for (size_t i = 0; i < a->entry_count; i++) {
        const ff_extxyz_entry *entry = ff_extxyz_find_entry(b, a->entries[i].key);
        assert_non_null(entry);
        same_entry(&a->entries[i], entry);
    }
    for (size_t i = 0; i < a->column_count; i++)
        same_column(&a->columns[i], &b->columns[i], a->atoms);
}

static void check(int status, const ff_error *err)
{
    char text[1024];
    if (status != FF_OK)
        fail_msg("%s", ff_error_describe(err, text, sizeof text));
}

static void round_trip(const char *path, made *records, size_t count)
{
    ff_text_writer *writer = NULL;
    ff_text_reader *text = NULL;
    ff_extxyz_reader *reader = NULL;
    const ff_extxyz_record *record = NULL;
    ff_error err = {0};
    check(ff_text_writer_open(&writer, path, &err), &err);
    for (size_t i = 0; i < count; i++)
        check(ff_extxyz_write(writer, &records[i].record, &err), &err);
    check(ff_text_writer_commit(writer, &err), &err);
    ff_text_writer_close(writer);
    check(ff_text_reader_open(&text, path, &err), &err);
    check(ff_extxyz_open(&reader, text, NULL, &err), &err);
    for (size_t i = 0; i < count; i++) {
        check(ff_extxyz_next(reader, &record, &err), &err);
        assert_non_null(record);
        same_record(&records[i].record, record);
    }
    check(ff_extxyz_next(reader, &record, &err), &err);
    assert_null(record);
    ff_extxyz_close(reader);
}

static void random_records_come_back(void **state)
{
    (void)state;
    enum { COUNT = 40, ROUNDS = 50 };
    made *records = calloc(COUNT, sizeof *records);
    assert_non_null(records);
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < COUNT; i++)
            make_record(&records[i]);
        round_trip(round % 5 ? "random.xyz" : "random.xyz.gz", records, COUNT);
    }
    free(records);
}

/* Spelling. */

static void assert_file(const char *path, const char *expected)
{
    char text[4096] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t got = fread(text, 1, sizeof text - 1, file);
    text[got] = '\0';
    (void)fclose(file);
    assert_string_equal(text, expected);
}

static void frame_is_spelled_for_other_readers(void **state)
{
    (void)state;
    ff_frame frame;
    ff_text_writer *writer = NULL;
    ff_error err = {0};
    const ff_extxyz_names names = {.energy = "REF_energy",
                                   .virial = "virial",
                                   .stress = "stress",
                                   .group = "config_type",
                                   .forces = "REF_forces",
                                   .site_energies = "e"};
    check(ff_frame_init(&frame, 2, &err), &err);
    frame.species[0] = 14;
    frame.species[1] = 8;
    frame.positions[3] = 0.1;
    frame.cell[0] = frame.cell[4] = frame.cell[8] = 2;
    frame.periodic[0] = true;
    frame.energy = -3;
    for (int i = 0; i < 6; i++)
        frame.virial[i] = i;
    check(ff_frame_set_group(&frame, "two words", &err), &err);
    check(ff_frame_add_label(&frame, FF_LABEL_ENERGY, &err), &err);
    check(ff_frame_add_label(&frame, FF_LABEL_VIRIAL, &err), &err);
    check(ff_frame_add_label(&frame, FF_LABEL_FORCES, &err), &err);
    check(ff_frame_add_label(&frame, FF_LABEL_SITE_ENERGIES, &err), &err);
    check(ff_text_writer_open(&writer, "frame.xyz", &err), &err);
    check(ff_extxyz_write_frame(writer, &frame, &names, NULL, &err), &err);
    frame.labels = 0;
    check(ff_extxyz_write_frame(writer, &frame, &(ff_extxyz_names){0}, NULL, &err), &err);
    check(ff_text_writer_commit(writer, &err), &err);
    ff_text_writer_close(writer);
    ff_frame_clear(&frame);
    assert_file("frame.xyz",
                "2\n"
                "Lattice=\"2.0 0.0 0.0 0.0 2.0 0.0 0.0 0.0 2.0\" "
                "Properties=species:S:1:pos:R:3:REF_forces:R:3:e:R:1 config_type=\"two words\" "
                "REF_energy=-3.0 virial=\"0.0 5.0 4.0 5.0 1.0 3.0 4.0 3.0 2.0\" "
                "stress=\"0.0 -0.625 -0.5 -0.625 -0.125 -0.375 -0.5 -0.375 -0.25\" pbc=\"T F F\"\n"
                "Si 0 0 0 0 0 0 0\n"
                "O 0.1 0 0 0 0 0 0\n"
                "2\n"
                "Lattice=\"2.0 0.0 0.0 0.0 2.0 0.0 0.0 0.0 2.0\" Properties=species:S:1:pos:R:3 "
                "pbc=\"T F F\"\n"
                "Si 0 0 0\n"
                "O 0.1 0 0\n");
}

static void what_the_format_cannot_hold(void **state)
{
    (void)state;
    const double not_a_number = NAN, one = 1;
    const char *bell = "\a", *blank = "a b";
    const size_t offset = 0;
    const ff_extxyz_column good = {
        .name = "x", .type = FF_EXTXYZ_REAL, .width = 1, .value.reals = &one};
    ff_extxyz_entry entries[] = {{.key = "a", .type = FF_EXTXYZ_REAL, .value.reals = &not_a_number},
                                 {.key = "a", .type = FF_EXTXYZ_TEXT, .value.texts = &bell},
                                 {.key = "", .type = FF_EXTXYZ_REAL, .value.reals = &one},
                                 {.key = "a\nb", .type = FF_EXTXYZ_REAL, .value.reals = &one}};
    const ff_extxyz_column columns[] = {
        {.name = "1x", .type = FF_EXTXYZ_REAL, .width = 1, .value.reals = &one},
        {.name = "", .type = FF_EXTXYZ_REAL, .width = 1, .value.reals = &one},
        {.name = "x", .type = FF_EXTXYZ_TEXT, .width = 1, .value.texts = &offset, .characters = ""},
        {.name = "x",
         .type = FF_EXTXYZ_TEXT,
         .width = 1,
         .value.texts = &offset,
         .characters = blank}};
    ff_text_writer *writer = NULL;
    ff_error err = {0};
    check(ff_text_writer_open(&writer, "never.xyz", &err), &err);
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        entries[i].rows = entries[i].columns = 1;
        const ff_extxyz_record record = {.atoms = 1,
                                         .entry_count = 1,
                                         .entries = &entries[i],
                                         .column_count = 1,
                                         .columns = &good};
        assert_int_equal(ff_extxyz_write(writer, &record, &err), FF_E_FORMAT);
    }
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        const ff_extxyz_record record = {.atoms = 1, .column_count = 1, .columns = &columns[i]};
        assert_int_equal(ff_extxyz_write(writer, &record, &err), FF_E_FORMAT);
    }
    ff_text_writer_close(writer); /* without commit */
    assert_null(fopen("never.xyz", "r"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_records_come_back),
                                       cmocka_unit_test(frame_is_spelled_for_other_readers),
                                       cmocka_unit_test(what_the_format_cannot_hold)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
