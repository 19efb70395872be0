#include "formats/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static void to_hex(char digest[FF_DIGEST_SIZE], const unsigned char *raw)
{
    for (int i = 0; i < 32; i++)
        (void)snprintf(digest + 2 * (size_t)i, 3, "%02x", raw[i]);
}

int ff_digest_bytes(char digest[FF_DIGEST_SIZE], const void *bytes, size_t size, ff_error *err)
{
    unsigned char raw[EVP_MAX_MD_SIZE];
    if (EVP_Digest(bytes, size, raw, NULL, EVP_sha256(), NULL) != 1)
        return ff_fail(err, FF_E_INTERNAL, "the cryptographic library refused SHA-256");
    to_hex(digest, raw);
    return FF_OK;
}

int ff_digest_descriptor(char digest[FF_DIGEST_SIZE], int descriptor, ff_error *err)
{
    unsigned char raw[EVP_MAX_MD_SIZE], block[1 << 16];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool computed = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
    int status = FF_OK;
    ssize_t got = 0;
    if (lseek(descriptor, 0, SEEK_SET) < 0)
        status = ff_fail_errno(err, "rewinding for a digest");
    while (computed && status == FF_OK && (got = read(descriptor, block, sizeof block)) != 0) {
        if (got > 0)
            computed = EVP_DigestUpdate(context, block, (size_t)got) == 1;
        else if (errno != EINTR)
            status = ff_fail_errno(err, "reading for a digest");
    }
    computed = computed && status == FF_OK && EVP_DigestFinal_ex(context, raw, NULL) == 1;
    EVP_MD_CTX_free(context);
    if (status == FF_OK && !computed)
        status = ff_fail(err, FF_E_INTERNAL, "the cryptographic library refused SHA-256");
    if (status == FF_OK && lseek(descriptor, 0, SEEK_SET) < 0)
        status = ff_fail_errno(err, "rewinding after a digest");
    if (status == FF_OK)
        to_hex(digest, raw);
    return status;
}

int ff_digest_file(char digest[FF_DIGEST_SIZE], const char *path, ff_error *err)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        int status = ff_fail_errno(err, "cannot be opened");
        ff_error_in_file(err, path);
        return status;
    }
    int status = ff_digest_descriptor(digest, descriptor, err);
    if (status != FF_OK)
        ff_error_in_file(err, path);
    (void)close(descriptor);
    return status;
}
