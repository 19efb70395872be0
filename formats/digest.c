#include "formats/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <unistd.h>

static void to_hex(char digest[FF_DIGEST_SIZE], const unsigned char *raw)
{
    for (int i = 0; i < 32; i++)
        (void)snprintf(digest + 2 * (size_t)i, 3, "%02x", raw[i]);
}

static int refused(ff_error *err)
{
    return ff_fail(err, FF_E_INTERNAL, "the cryptographic library refused SHA-256");
}

int ff_digest_bytes(char digest[FF_DIGEST_SIZE], const void *bytes, size_t size, ff_error *err)
{
    unsigned char raw[EVP_MAX_MD_SIZE];
    if (EVP_Digest(bytes, size, raw, NULL, EVP_sha256(), NULL) != 1)
        return refused(err);
    to_hex(digest, raw);
    return FF_OK;
}

/* The library's own context under our name. */
static EVP_MD_CTX *context_of(ff_digest_stream *stream)
{
    return (EVP_MD_CTX *)stream;
}

int ff_digest_stream_new(ff_digest_stream **out, ff_error *err)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (!context || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(context);
        return refused(err);
    }
    *out = (ff_digest_stream *)context;
    return FF_OK;
}

int ff_digest_stream_add(ff_digest_stream *stream, const void *bytes, size_t size, ff_error *err)
{
    return EVP_DigestUpdate(context_of(stream), bytes, size) == 1 ? FF_OK : refused(err);
}

int ff_digest_stream_finish(char digest[FF_DIGEST_SIZE], ff_digest_stream *stream, ff_error *err)
{
    unsigned char raw[EVP_MAX_MD_SIZE];
    if (EVP_DigestFinal_ex(context_of(stream), raw, NULL) != 1)
        return refused(err);
    to_hex(digest, raw);
    return FF_OK;
}

void ff_digest_stream_free(ff_digest_stream *stream)
{
    EVP_MD_CTX_free(context_of(stream));
}

int ff_digest_descriptor(char digest[FF_DIGEST_SIZE], int descriptor, ff_error *err)
{
    unsigned char block[1 << 16];
    ff_digest_stream *stream = NULL;
    ssize_t got = 0;
    int status = ff_digest_stream_new(&stream, err);
    if (status == FF_OK && lseek(descriptor, 0, SEEK_SET) < 0)
        status = ff_fail_errno(err, "rewinding for a digest");
    while (status == FF_OK && (got = read(descriptor, block, sizeof block)) != 0) {
        if (got > 0)
            status = ff_digest_stream_add(stream, block, (size_t)got, err);
        else if (errno != EINTR)
            status = ff_fail_errno(err, "reading for a digest");
    }
    if (status == FF_OK)
        status = ff_digest_stream_finish(digest, stream, err);
    if (status == FF_OK && lseek(descriptor, 0, SEEK_SET) < 0)
        status = ff_fail_errno(err, "rewinding after a digest");
    ff_digest_stream_free(stream);
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
