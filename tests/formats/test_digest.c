/* SHA-256 against the examples of FIPS 180-2 (appendix B) and between its three doors. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "formats/digest.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char million[] = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

static void published_digests(void **state)
{
    char digest[FF_DIGEST_SIZE];
    (void)state;
    assert_int_equal(ff_digest_bytes(digest, "abc", 3, NULL), FF_OK);
    assert_string_equal(digest, abc);
    assert_int_equal(ff_digest_bytes(digest, "", 0, NULL), FF_OK);
    assert_string_equal(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void files_and_descriptors_agree_with_bytes(void **state)
{
    char digest[FF_DIGEST_SIZE], *bytes = malloc(1000000), first;
    (void)state;
    assert_non_null(bytes);
    memset(bytes, 'a', 1000000);
    FILE *file = fopen("million", "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, 1000000, file), 1000000);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(ff_digest_bytes(digest, bytes, 1000000, NULL), FF_OK);
    assert_string_equal(digest, million);
    assert_int_equal(ff_digest_file(digest, "million", NULL), FF_OK);
    assert_string_equal(digest, million);
    int descriptor = open("million", O_RDONLY);
    assert_true(descriptor >= 0);
    assert_int_equal(read(descriptor, &first, 1), 1);
    assert_int_equal(ff_digest_descriptor(digest, descriptor, NULL), FF_OK);
    assert_string_equal(digest, million);
    assert_int_equal(lseek(descriptor, 0, SEEK_CUR), 0);
    (void)close(descriptor);
    free(bytes);
}

static void what_cannot_be_read_is_an_error(void **state)
{
    char digest[FF_DIGEST_SIZE];
    ff_error err = {0};
    (void)state;
    assert_int_equal(ff_digest_file(digest, "absent", &err), FF_E_IO);
    assert_int_equal(ff_digest_file(digest, ".", &err), FF_E_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_digests),
        cmocka_unit_test(files_and_descriptors_agree_with_bytes),
        cmocka_unit_test(what_cannot_be_read_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
