/* Extended XYZ by a table: input, and either what is read, written out in one line, or the error it
 * must give. One line of the table for each rule of docs/extxyz.md. */

#include "formats/extxyz.h"
#include "lib/base/numbers.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DUMP_SIZE = 4096 };

typedef struct dump {
    char text[DUMP_SIZE];
    size_t used;
    size_t warnings;
    char warning[512];
} dump;

static void add(dump *d, const char *text)
{
    d->used += (size_t)snprintf(d->text + d->used, DUMP_SIZE - d->used, "%s", text);
    assert_true(d->used < DUMP_SIZE);
}

static void add_integer(dump *d, int64_t value)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%lld", (long long)value);
    add(d, text);
}

/* Reals always with a point or exponent, so that types show. */
static void add_real(dump *d, double value)
{
    char text[FF_DOUBLE_TEXT_SIZE];
    (void)ff_double_format(text, value);
    add(d, text);
    add(d, strpbrk(text, ".en") ? "" : ".");
}

static void add_text(dump *d, const char *text)
{
    add(d, "'");
    add(d, text);
    add(d, "'");
}

static void add_entry(dump *d, const ff_extxyz_entry *e)
{
    add(d, e->key);
    add(d, e->rank == 2 ? "=[[" : e->rank == 1 ? "=[" : "=");
    for (size_t i = 0; i < e->rows * e->columns; i++) {
        bool row = e->rank == 2 && i > 0 && i % e->columns == 0;
        add(d, row ? "][" : i > 0 ? " " : "");
        if (e->type == FF_EXTXYZ_INTEGER)
            add_integer(d, e->value.integers[i]);
        else if (e->type == FF_EXTXYZ_REAL)
            add_real(d, e->value.reals[i]);
        else if (e->type == FF_EXTXYZ_LOGICAL)
            add(d, e->value.logicals[i] ? "T" : "F");
        else
            add_text(d, e->value.texts[i]);
    }
    add(d, e->rank == 2 ? "]]" : e->rank == 1 ? "]" : "");
}

static void add_column(dump *d, const ff_extxyz_column *c, size_t atoms)
{
    add(d, c->name);
    add(d, ":");
    for (size_t i = 0; i < atoms * c->width; i++) {
        add(d, i == 0 ? "" : i % c->width == 0 ? "," : " ");
        if (c->type == FF_EXTXYZ_INTEGER)
            add_integer(d, c->value.integers[i]);
        else if (c->type == FF_EXTXYZ_REAL)
            add_real(d, c->value.reals[i]);
        else if (c->type == FF_EXTXYZ_LOGICAL)
            add(d, c->value.logicals[i] ? "T" : "F");
        else
            add(d, ff_extxyz_column_text(c, i));
    }
}

static void add_record(dump *d, const ff_extxyz_record *r)
{
    add(d, d->used ? " / " : "");
    add_integer(d, (int64_t)r->atoms);
    for (size_t i = 0; i < r->entry_count; i++) {
        if (strcmp(r->entries[i].key, "Properties") == 0)
            continue;
        add(d, " ");
        add_entry(d, &r->entries[i]);
    }
    if (r->comment) {
        add(d, " #");
        add_text(d, r->comment);
    }
    for (size_t i = 0; i < r->column_count; i++) {
        add(d, " | ");
        add_column(d, &r->columns[i], r->atoms);
    }
}

static void keep_warning(void *context, const ff_error *warning)
{
    dump *d = context;
    d->warnings++;
    (void)ff_error_describe(warning, d->warning, sizeof d->warning);
}

static int read_text(dump *d, const char *text, size_t size, bool plain, ff_error *err)
{
    ff_text_reader *lines = NULL;
    ff_extxyz_reader *reader = NULL;
    const ff_extxyz_options options = {.plain = plain, .warn = keep_warning, .context = d};
    assert_int_equal(ff_text_reader_open_memory(&lines, "in", text, size, err), FF_OK);
    assert_int_equal(ff_extxyz_open(&reader, lines, &options, err), FF_OK);
    const ff_extxyz_record *record = NULL;
    int status;
    while ((status = ff_extxyz_next(reader, &record, err)) == FF_OK && record)
        add_record(d, record);
    ff_extxyz_close(reader);
    return status;
}

/* expected: a dump, or "!" and a part of the described error. Returns the number of failures. */
static size_t check(const char *text, size_t size, bool plain, const char *expected)
{
    dump d = {0};
    ff_error err = {0};
    char error[1024];
    int status = read_text(&d, text, size, plain, &err);
    const char *found = status == FF_OK ? d.text : ff_error_describe(&err, error, sizeof error);
    bool right = expected[0] == '!' ? status != FF_OK && strstr(found, expected + 1)
                                    : status == FF_OK && strcmp(found, expected) == 0;
    if (!right)
        print_error("%s\nexpected: %s\nfound:    %s\n\n", text, expected, found);
    return !right;
}

/* Line 2 of a frame of one atom "Si 0 0 0" whose columns are species and pos. */
static void line_2(void **state)
{
    (void)state;
    size_t failures = 0;
    static const struct {
        const char *line, *expected;
    } cases[] = {
        /* types of bare values */
        {"a=1 b=-2 c=+3 d=0 e=-0", "a=1 b=-2 c=3 d=0 e=0"},
        {"a=007 b=1. c=.5 d=+5 e=1d3 f=00.5 g=1e5",
         "a='007' b=1. c=0.5 d=5 e=1000. f=0.5 g=100000."},
        {"e=1.0D+03 f=-1.d-2", "e=1000. f=-0.01"},
        {"e=1e200", "e=1e+200"},
        {"a=true b=T c=t d=False e=FALSE f=tRUE", "a=T b=T c='t' d=F e=F f='tRUE'"},
        {"a=0x10 b=1_000 c=1e5x d=nan e=inf", "a='0x10' b='1_000' c='1e5x' d='nan' e='inf'"},
        {"k=3000000000", "k=3000000000"},
        {"k=9223372036854775808",
         "!in:2:34: frame 1: a number is beyond the range of a 64-bit integer"},
        {"k=1e999", "!a number is beyond the range of a 64-bit float"},
        {"uid=123456789012345678901234567890ab uid2=1",
         "uid='123456789012345678901234567890ab' uid2=1"},
        {"uid=12345678901234567890123456789012", "uid='12345678901234567890123456789012'"},
        {"castep_file_name=/a/b-1.castep x=PW91/GGA@2",
         "castep_file_name='/a/b-1.castep' x='PW91/GGA@2'"},
        {"name=O'Neil", "name='O'Neil'"},
        /* blanks round the equals sign, tabs, blanks at both ends */
        {"a = 1 b= 2 c =3", "a=1 b=2 c=3"},
        {"\ta=1\tb=2 \t", "a=1 b=2"},
        /* keys */
        {"\"a key\"=1", "a key=1"},
        {"have_energy e=1", "have_energy=T e=1"},
        {"e=1 have_energy", "e=1 have_energy=T"},
        {"'k'=1", "!in:2:32: frame 1: a key is quoted with \" or not at all"},
        {"\"k\" e=1", "!expected '=' after the key"},
        {"\"k\"e=1", "!in:2:35: frame 1: expected '=' after the key, found 'e'"},
        {"\"\"=1", "!the key is empty"},
        {"=1", "!in:2:32: frame 1: expected a key, found '='"},
        {"[a]=1", "!expected a key, found '['"},
        {"a[1]=1", "!in:2:33: frame 1: expected '=' or a blank after the key, found '['"},
        {"k\\=y=1", "!in:2:33: frame 1: expected '=' or a blank after the key, found '\\'"},
        /* what may not follow a value */
        {"a=b=c", "!in:2:35: frame 1: expected a blank after the value of 'a', found '='"},
        {"s= b=1", "!expected a blank after the value of 's', found '='"},
        {"s=", "!in:2:34: frame 1: expected a value after '=', the line ends"},
        {"s=a\\ b", "!in:2:35: frame 1: expected a blank after the value of 's', found '\\'"},
        {"s=1,2", "!found ',' (a value with special characters needs double quotes)"},
        {"s=\"a\"b", "!in:2:37: frame 1: expected a blank after the value of 's', found 'b'"},
        {"s=[1]x", "!expected a blank after the value of 's', found 'x'"},
        /* keys given twice */
        {"e=1 e=2", "!in:2:38: frame 1: key 'e' is given twice, as '1' and '2'"},
        {"e=1 f=2 e=1", "e=1 f=2 e=1"},
        {"E=1 e=2", "E=1 e=2"},
        {"lattice=\"1 2 3\" Lattice=\"1 2 3\"", "!'lattice' and 'Lattice' are the same key"},
        /* quotes and escapes */
        {"s=\"\"", "s=''"},
        {"s=\"  \"", "s='  '"},
        {"s='P 1' t=\"it's\"", "s='P 1' t='it's'"},
        {"s=\"a\\\"b\\\\c\\xd\"", "s='a\"b\\cxd'"},
        {"s=\"a\\n\\\\b\"", "s='a\n\\b'"},
        {"s=\"a\\\\n\\\\\"b\"", "!expected a blank after the value of 's', found 'b'"},
        {"s=\"abc", "!in:2:34: frame 1: the quote \" is not closed on this line"},
        {"s=\"abc\\\"", "!the quote \" is not closed"},
        {"s=\"abc\\", "!the quote \" is not closed"},
        {"d=\"_JSON {\\\"a\\\": 1}\"", "d='_JSON {\"a\": 1}'"},
        {"s=\"\\1\"", "s='1'"},
        {"f=\"250 eV\"", "f='250 eV'"},
        /* old lists */
        {"v=\"1 2 3\" w='1 2 3' x={1 2 3}", "v=[1 2 3] w=[1 2 3] x=[1 2 3]"},
        {"v=\"1\" w='2.5' x={T} y={\"a b\"}", "v=1 w=2.5 x=T y='a b'"},
        {"v=\"1 2.5 3\" w=\"T F\" x=\"a b\"", "v=[1. 2.5 3.] w=[T F] x='a b'"},
        {"v=\"7, 4, -1\" w={7,4} x=\" 1  2 \" y={ 1 , 2 }", "v=[7 4 -1] w=[7 4] x=[1 2] y=[1 2]"},
        {"v=\"1 T\" w=\"1,,2\" x=\",1\" y=\"1,\" z=\"nan 1\"",
         "v='1 T' w='1,,2' x=',1' y='1,' z='nan 1'"},
        {"v={a b} w={\"a b\" c} x={T a} y={\"1\" \"2\"}",
         "v=['a' 'b'] w=['a b' 'c'] x=['T' 'a'] y=['1' '2']"},
        {"n=\"1 2 3 4 5 6 7 8 9\"", "n=[1 2 3 4 5 6 7 8 9]"},
        {"v={1 a}", "!in:2:34: frame 1: the list mixes numbers with text"},
        {"v={1 \"2\"}", "!the list mixes numbers with text"},
        {"a={}", "!in:2:34: frame 1: the list is empty"},
        {"a={ }", "!the list is empty"},
        {"a={1 2", "!expected a value, the line ends"},
        {"a={1 2,}", "!expected a value after the comma, found '}'"},
        {"a={,1}", "!in:2:35: frame 1: expected a value, found ','"},
        {"a={\"b\":1}", "!in:2:38: frame 1: expected a blank, a comma or '}', found ':'"},
        {"a={{1 2} {3 4}}", "!expected a value, found '{'"},
        {"a=\"999999999999999999999 x\"", "a='999999999999999999999 x'"},
        {"a=\"999999999999999999999 1\"", "!beyond the range of a 64-bit integer"},
        /* new lists and tables */
        {"v=[1, 2,3] w=[ 1.5 , 2 ] x=[T, F] y=[a, \"b c\"]",
         "v=[1 2 3] w=[1.5 2.] x=[T F] y=['a' 'b c']"},
        {"v=[3]", "v=[3]"},
        {"v=[]", "!in:2:34: frame 1: the list is empty"},
        {"v=[1,2,]", "!in:2:39: frame 1: expected a value, found ']'"},
        {"v=[,1]", "!expected a value, found ','"},
        {"v=[7 4]", "!in:2:37: frame 1: expected ',' or ']' after 1 items, found '4'"},
        {"v=[1, 2", "!the bracket [ is not closed"},
        {"v=[", "!expected a value, the line ends"},
        {"v=[T, 1]", "!the list mixes numbers with text or logical values"},
        {"s=[[1,2],[3,4]] t=[[1.5]]", "s=[[1 2][3 4]] t=[[1.5]]"},
        {"s=[[1,2],[a,b]]", "!the list mixes numbers"},
        {"s=[[1,2],[3]]", "!in:2:41: frame 1: row 2 of the table has 1 values, the first has 2"},
        {"s=[[1,2],3]", "!expected another row in brackets"},
        {"s=[1,[2]]", "!expected a value, found '['"},
        {"s=[[1,2],[3,4]", "!expected ',' or ']' after a row"},
        {"s=[[1,2] [3,4]]", "!expected ',' or ']' after a row"},
        {"s=[[]]", "!the list is empty"},
        {"s=[[[1]]]", "!expected a value, found '['"},
        /* special keys are not special here */
        {"Lattice=[[1,2,3],[4,5,6],[7,8,9]] pbc=[T, T, F]",
         "Lattice=[[1 2 3][4 5 6][7 8 9]] pbc=[T T F]"},
        /* UTF-8 */
        {"name=\xc3\xa9t\xc3\xa9", "name='\xc3\xa9t\xc3\xa9'"},
        {"name=\xc3(", "!in:2:37: frame 1: byte 0xc3 is no UTF-8 text"},
        {"name=\xed\xa0\x80", "!byte 0xed is no UTF-8 text"},
        {"name=a\033[31m", "!byte 0x1b is no UTF-8 text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512], expected[512];
        (void)snprintf(text, sizeof text, "1\nProperties=species:S:1:pos:R:3 %s\nSi 0 0 0\n",
                       cases[i].line);
        if (cases[i].expected[0] == '!')
            (void)snprintf(expected, sizeof expected, "%s", cases[i].expected);
        else
            (void)snprintf(expected, sizeof expected, "1 %s | species:Si | pos:0. 0. 0.",
                           cases[i].expected);
        failures += check(text, strlen(text), false, expected);
    }
    assert_int_equal(failures, 0);
}

static void whole_files(void **state)
{
    (void)state;
    size_t failures = 0;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"", ""},
        {"\n \n\t\n", ""},
        {"1\nProperties=species:S:1:pos:R:3\nSi 0 0 0", "1 | species:Si | pos:0. 0. 0."},
        {" 1 \r\nProperties=species:S:1:pos:R:3 e=1\r\nSi 0 0 0\r\n",
         "1 e=1 | species:Si | pos:0. 0. 0."},
        {"1\n\nSi 1 2 3\n", "1 | species:Si | pos:1. 2. 3."},
        {"1\n   \nSi 1 2 3\n\n \n", "1 | species:Si | pos:1. 2. 3."},
        {"1\nAtoms. Timestep: 1000\nSi 1 2 3\n",
         "1 #'Atoms. Timestep: 1000' | species:Si | pos:1. 2. 3."},
        {"\xef\xbb\xbf"
         "1\n\nSi 1 2 3\n",
         "1 | species:Si | pos:1. 2. 3."},
        {"1\na=1\nSi 1 2 3\n2\nb=2\n\tSi\t0  0 0\nGe 4 5 6\n",
         "1 a=1 | species:Si | pos:1. 2. 3. / 2 b=2 | species:Si,Ge | pos:0. 0. 0.,4. 5. 6."},
        /* frames of different columns; types in either case; a quoted Properties */
        {"1\nProperties=Z:I:1:pos:R:3\n14 0 0 0\n1\nproperties=\"pos:r:3:q:l:2\"\n1 2 3 T false\n",
         "1 | Z:14 | pos:0. 0. 0. / 1 properties='pos:r:3:q:l:2' | pos:1. 2. 3. | q:T F"},
        {"2\nProperties=species:S:1:pos:R:3:ok:L:1\nSi 0 0 0 true\nSi 0 0 0 T\n",
         "2 | species:Si,Si | pos:0. 0. 0.,0. 0. 0. | ok:T,T"},
        {"1\nProperties=pos:R:3:i:I:1:f:R:1\n1.5d0 -2E+1 nan 3000000000 -Inf\n",
         "1 | pos:1.5 -20. nan | i:3000000000 | f:-inf"},
        {"0\nProperties=species:S:1:pos:R:3 e=1\n", "0 e=1 | species: | pos:"},
        {"0\n\n0\n\n", "0 | species: | pos: / 0 | species: | pos:"},
        /* line 1 */
        {"1abc\n\nSi 0 0 0\n", "!in:1:1: expected the number of atoms, found '1abc'"},
        {"-1\n\n", "!in:1:1: expected the number of atoms, found -1"},
        {"  99999999999999999999\n", "!in:1:3: expected the number of atoms, found 99999"},
        {"1.0\n\nSi 0 0 0\n", "!expected the number of atoms, found '1.0'"},
        {"\n1\n\nSi 0 0 0\n", "!in:1: a blank line before the first frame"},
        {"1\n\nSi 0 0 0\n\n1\n\nSi 0 0 0\n", "!in:4: a blank line between two frames"},
        {"1\n\nSi 0 0 0\nSi 1 1 1\n",
         "!in:4:1: expected the number of atoms of frame 2, found 'Si 1 1 1'; does frame 1 have "
         "more than its 1 atoms?"},
        /* files that end early */
        {"1\n", "!in:1: frame 1: the file ends after the number of atoms"},
        {"1", "!in:1: frame 1: the file ends after the number of atoms"},
        {"2\n\nSi 0 0 0\n", "!in:3: frame 1, atom 2: the file ends after 1 of 2 atoms"},
        {"2000000000\nProperties=species:S:1:pos:R:3\nSi 0 0 0\n",
         "!the file ends after 1 of 2000000000 atoms"},
        {"9223372036854775807\nProperties=pos:R:1000000\n", "!in:2: frame 1, atom 1: "},
        /* line 2 that looks like pairs never becomes a comment */
        {"1\nLattice=\"1 0 0 0 1 0 0 0 1 e=1\nSi 0 0 0\n", "!in:2:9: frame 1: the quote"},
        {"1\ne==1\nSi 0 0 0\n", "!in:2:3: frame 1: expected a value after '=', found '='"},
        {"1\nLattice=\"1 0 0 0 1 0 0 0 1\" e=1\nSi 0 0 0 1 2 3\n",
         "!in:3:10: frame 1, atom 1: expected 4 columns, found 7"},
        /* Properties */
        {"1\nProperties=species:S:1:pos:R:0\nSi\n",
         "!in:2:30: frame 1: Properties: '0' is no number of columns, expected 1 to 1000000"},
        {"1\nProperties=pos:R:-3\nSi\n", "!'-3' is no number of columns"},
        {"1\nProperties=pos:R:99999999999\nSi\n", "!'99999999999' is no number of columns"},
        {"1\nProperties=a:R:600000:b:R:600000\nSi\n", "!in:2:27: frame 1: Properties: '600000'"},
        {"1\nProperties=pos:R\nSi\n", "!in:2:17: frame 1: Properties: expected ':' and the number"},
        {"1\nProperties=pos\nSi\n", "!in:2:15: frame 1: Properties: expected ':' and the type"},
        {"1\nProperties=pos:R:3:\nSi\n", "!Properties: expected the name of a column"},
        {"1\nProperties=\"\"\nSi\n", "!Properties: expected the name of a column"},
        {"1\nProperties=pos:X:3\nSi\n", "!in:2:16: frame 1: Properties: 'X' is no type"},
        {"1\nProperties=pos:RR:3\nSi\n", "!'RR' is no type"},
        {"1\nProperties=pos:R:3:pos:R:3\nSi\n", "!the column 'pos' is declared twice"},
        {"1\nProperties=1pos:R:3\nSi\n", "!'1pos' is no name of a column"},
        {"1\nProperties=\"a b:R:3\"\nSi\n", "!in:2:14: frame 1: Properties: 'a b' is no name"},
        {"1\nProperties=3\nSi\n", "!Properties: expected name:type:count"},
        {"1\nProperties=pos:R:3 properties=pos:R:3\nSi\n", "!are the same key"},
        /* atoms */
        {"1\n\nSi 0 0\n", "!in:3:7: frame 1, atom 1: expected 4 columns, found 3"},
        {"1\n\n\n", "!in:3:1: frame 1, atom 1: expected 4 columns, found 0"},
        {"2\n\nSi 0 0 0\nSi 0 0 0 #\n", "!in:4:10: frame 1, atom 2: expected 4 columns, found 5"},
        {"1\n\nSi 0 x 0\n", "!in:3:6: frame 1, atom 1: column 'pos': expected a number, found 'x'"},
        {"1\n\nSi 0 1e999 0\n", "!expected a number in the range of a 64-bit float, found '1e999'"},
        {"1\nProperties=i:I:1\n1.0\n", "!column 'i': expected an integer, found '1.0'"},
        {"1\nProperties=i:I:1\n9223372036854775808\n", "!expected an integer of at most 64 bits"},
        {"1\nProperties=q:L:1\n1\n", "!column 'q': expected T or F"},
        {"1\nProperties=q:L:1\ntRUE\n", "!column 'q': expected T or F"},
        {"1\n\n\xff 0 0 0\n", "!column 'species': expected UTF-8 text"},
        {"1\n\nSi\v0 0 0\n", "!column 'species': expected UTF-8 text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        failures += check(cases[i].text, strlen(cases[i].text), false, cases[i].expected);
    static const char binary[] = "1\0\n", apple[] = "\0\5\26\7\0\2\0\0Mac OS X";
    failures += check(binary, 3, false, "!binary data");
    failures += check(apple, sizeof apple, false, "!macOS resource file");
    assert_int_equal(failures, 0);
}

static void plain_option_never_reads_keys(void **state)
{
    (void)state;
    static const char text[] = "1\nE = -1.0 eV, step=3\nSi 1 2 3\n";
    assert_int_equal(check(text, sizeof text - 1, false,
                           "!in:2:12: frame 1: expected '=' or a blank after the key, found ','"),
                     0);
    assert_int_equal(
        check(text, sizeof text - 1, true, "1 #'E = -1.0 eV, step=3' | species:Si | pos:1. 2. 3."),
        0);
}

static void warnings(void **state)
{
    (void)state;
    static const struct {
        const char *text, *warning;
    } cases[] = {{"1\nok e=1\nSi 0 0 0\n", "in:2:1: key 'ok' has no value: read as true"},
                 {"1\nProperties=my-force:R:3 e=1\n0 0 0\n",
                  "in:2:12: Properties: the column name 'my-force' holds '-' or '.'"},
                 {"1\nProperties=pos:R:3 e=1\n0 0 0\n", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dump d = {0};
        ff_error err = {0};
        assert_int_equal(read_text(&d, cases[i].text, strlen(cases[i].text), false, &err), FF_OK);
        assert_int_equal(d.warnings, cases[i].warning ? 1 : 0);
        if (cases[i].warning && !strstr(d.warning, cases[i].warning))
            fail_msg("found %s", d.warning);
    }
}

/* Texts far longer than any buffer for messages, in every place a message quotes. */
static void long_texts_are_cut_in_messages(void **state)
{
    (void)state;
    enum { LONG = 20000 };
    static const char *const forms[] = {
        "%s\n\n",
        "1\n%s=\nSi 0 0 0\n",
        "1\na=%s=\nSi 0 0 0\n",
        "1\na=%s a=b\nSi 0 0 0\n",
        "1\nProperties=%s:R:0\nSi 0 0 0\n",
        "1\nProperties=pos:%s:3\nSi 0 0 0\n",
        "1\nProperties=pos:R:%s\nSi 0 0 0\n",
        "1\nProperties=%s:R:3\nSi 0 0 0\n",
        "1\nProperties=pos:R:1:%1$s:R:1:%1$s:R:1\nSi 0 0 0\n",
        "1\n\nSi %s 0 0\n",
        "1\n\nSi 0 0 0\n%s\n",
    };
    char *word = malloc(LONG + 1), *text = malloc(3 * LONG);
    assert_non_null(word);
    assert_non_null(text);
    memset(word, 'z', LONG);
    word[LONG] = '\0';
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        dump d = {0};
        ff_error err = {0};
        size_t size = 0;
        for (const char *c = forms[i]; *c; c++) {
            if (*c == '%') {
                memcpy(text + size, word, LONG);
                size += LONG;
                c += c[1] == '1' ? 3 : 1;
            } else {
                text[size++] = *c;
            }
        }
        assert_int_not_equal(read_text(&d, text, size, false, &err), FF_OK);
        assert_in_range(strlen(err.message), 10, 300);
    }
    free(word);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(line_2), cmocka_unit_test(whole_files),
                                       cmocka_unit_test(plain_option_never_reads_keys),
                                       cmocka_unit_test(warnings),
                                       cmocka_unit_test(long_texts_are_cut_in_messages)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
