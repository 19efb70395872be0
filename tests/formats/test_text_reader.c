/* Lines from plain and gzip bytes, whole, cut at every byte, damaged, and longer than any buffer.
 */

#include "formats/text_reader.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

/* Reads everything; joins lines with '|'. Returns the status; *joined is allocated. */
static int read_all(char **joined, const void *bytes, size_t size, char digest[FF_DIGEST_SIZE],
                    ff_error *err)
{
    ff_text_reader *reader = NULL;
    size_t used = 0, capacity = size * 1100 + 16;
    *joined = calloc(1, capacity);
    assert_non_null(*joined);
    assert_int_equal(ff_text_reader_open_memory(&reader, "memory", bytes, size, err), FF_OK);
    assert_int_equal(ff_text_reader_keep_digest(reader, err), FF_OK);
    int status;
    const char *line;
    size_t length;
    while ((status = ff_text_reader_next(reader, &line, &length, err)) == FF_OK && line) {
        assert_true(used + length + 2 < capacity);
        memcpy(*joined + used, line, length);
        used += length;
        (*joined)[used++] = '|';
    }
    if (status == FF_OK) {
        assert_int_equal(ff_text_reader_digest(digest, reader, err), FF_OK);
        assert_int_equal(ff_text_reader_bytes(reader), size);
    }
    ff_text_reader_close(reader);
    return status;
}

static size_t compress_bytes(unsigned char *to, size_t capacity, const void *bytes, size_t size)
{
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
                     Z_OK);
    stream.next_in = (Bytef *)(uintptr_t)bytes;
    stream.avail_in = (uInt)size;
    stream.next_out = to;
    stream.avail_out = (uInt)capacity;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(deflateEnd(&stream), Z_OK);
    return capacity - stream.avail_out;
}

static void line_ends(void **state)
{
    (void)state;
    static const struct {
        const char *text, *joined;
    } cases[] = {{"", ""},         {"\n", "|"},        {"a", "a|"},           {"a\n", "a|"},
                 {"a\n\n", "a||"}, {"a\r\nb", "a|b|"}, {"a\r\r\n", "a\r|"},   {"\r\n\r\n", "||"},
                 {"a\r", "a|"},    {"\n\na", "||a|"},  {"a\rb\nc", "a\rb|c|"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *joined = NULL, digest[FF_DIGEST_SIZE], expected[FF_DIGEST_SIZE];
        ff_error err = {0};
        size_t size = strlen(cases[i].text);
        assert_int_equal(read_all(&joined, cases[i].text, size, digest, &err), FF_OK);
        assert_string_equal(joined, cases[i].joined);
        assert_int_equal(ff_digest_bytes(expected, cases[i].text, size, &err), FF_OK);
        assert_string_equal(digest, expected);
        free(joined);
    }
}

static void long_lines_cross_blocks(void **state)
{
    (void)state;
    enum { SIZE = 3000000, SHORT = 777 };
    char *text = malloc(SIZE), *joined = NULL, digest[FF_DIGEST_SIZE];
    unsigned char *packed = malloc(SIZE);
    assert_non_null(text);
    assert_non_null(packed);
    memset(text, 'x', SIZE);
    for (size_t at = 0; at < SIZE / 3; at += SHORT)
        text[at] = '\n'; /* short lines first, then one of 2 MB */
    ff_error err = {0};
    size_t packed_size = compress_bytes(packed, SIZE, text, SIZE);
    for (int gzip = 0; gzip < 2; gzip++) {
        assert_int_equal(read_all(&joined, gzip ? (void *)packed : text, gzip ? packed_size : SIZE,
                                  digest, &err),
                         FF_OK);
        assert_int_equal(strlen(joined), SIZE + 1);
        for (size_t i = 0; i < SIZE; i++)
            if (joined[i] != (text[i] == '\n' ? '|' : text[i]))
                fail_msg("byte %zu", i);
        free(joined);
    }
    free(text);
    free(packed);
}

static void gzip_members_follow_one_another(void **state)
{
    (void)state;
    unsigned char bytes[512] = {0};
    char *joined = NULL, digest[FF_DIGEST_SIZE];
    ff_error err = {0};
    size_t size = compress_bytes(bytes, 200, "one\ntw", 6);
    size += compress_bytes(bytes + size, 200, "o\nthree\n", 8);
    assert_int_equal(read_all(&joined, bytes, size + 10, digest, &err), FF_OK); /* zeros follow */
    assert_string_equal(joined, "one|two|three|");
    free(joined);
    bytes[size] = 'x';
    assert_int_equal(read_all(&joined, bytes, size + 1, digest, &err), FF_E_FORMAT);
    assert_non_null(strstr(err.message, "not gzip"));
    free(joined);
}

static void truncated_gzip_is_an_error_at_every_byte(void **state)
{
    (void)state;
    unsigned char bytes[512];
    char *joined = NULL, digest[FF_DIGEST_SIZE];
    size_t size = compress_bytes(bytes, sizeof bytes, "some text\nof two lines\n", 23);
    for (size_t cut = 2; cut < size; cut++) {
        ff_error err = {0};
        assert_int_equal(read_all(&joined, bytes, cut, digest, &err), FF_E_FORMAT);
        assert_non_null(strstr(err.message, "truncated"));
        assert_string_equal(err.file, "memory");
        free(joined);
    }
}

static void damaged_gzip_is_an_error(void **state)
{
    (void)state;
    unsigned char bytes[512];
    char *joined = NULL, digest[FF_DIGEST_SIZE];
    size_t size = compress_bytes(bytes, sizeof bytes, "some text\nof two lines\n", 23);
    enum { HEADER = 10 };
    for (size_t at = HEADER; at < size; at++) {
        ff_error err = {0};
        bytes[at] ^= 0x10;
        /* a few bits of the last byte before the checksum are padding */
        if (read_all(&joined, bytes, size, digest, &err) == FF_OK)
            assert_string_equal(joined, "some text|of two lines|");
        else
            assert_int_equal(err.code, FF_E_FORMAT);
        bytes[at] ^= 0x10;
        free(joined);
    }
}

static void missing_file_and_folder(void **state)
{
    (void)state;
    ff_text_reader *reader = NULL;
    ff_error err = {0};
    const char *line;
    size_t length;
    assert_int_equal(ff_text_reader_open(&reader, "no such file", &err), FF_E_IO);
    assert_string_equal(err.file, "no such file");
    assert_int_equal(ff_text_reader_open(&reader, ".", &err), FF_OK);
    assert_int_equal(ff_text_reader_next(reader, &line, &length, &err), FF_E_IO);
    ff_text_reader_close(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(line_ends),
                                       cmocka_unit_test(long_lines_cross_blocks),
                                       cmocka_unit_test(gzip_members_follow_one_another),
                                       cmocka_unit_test(truncated_gzip_is_an_error_at_every_byte),
                                       cmocka_unit_test(damaged_gzip_is_an_error),
                                       cmocka_unit_test(missing_file_and_folder)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
