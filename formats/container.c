#include "formats/container.h"

#include "formats/digest.h"
#include "formats/kinds.h"
#include "formats/temporary_file.h"
#include "lib/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct ff_container {
    hid_t file;
    ff_temporary_file storage; /* of what is written, or of a large standard input */
    char kind[32];
    int version;
    char digest[FF_DIGEST_SIZE];
    char *name;
};

static const unsigned char signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

/* HDF5 prints its error stack and flushes at exit unless told not to; both would act behind the
 * back of our own error values. */
static void quieten_library(void)
{
    static bool done = false;
    if (!done)
        (void)H5dont_atexit();
    done = true;
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

static ff_container *container_new(const char *name, ff_error *err)
{
    ff_container *container = ff_new_array(1, sizeof *container, err);
    if (!container)
        return NULL;
    container->file = -1;
    ff_temporary_file_init(&container->storage);
    container->name = ff_copy_text(name, err);
    if (container->name)
        return container;
    free(container);
    return NULL;
}

void ff_container_close(ff_container *container)
{
    if (!container)
        return;
    if (container->file >= 0)
        (void)H5Fclose(container->file);
    ff_temporary_file_discard(&container->storage);
    free(container->name);
    free(container);
}

hid_t ff_container_root(const ff_container *container)
{
    return container->file;
}

const char *ff_container_kind(const ff_container *container)
{
    return container->kind;
}

const char *ff_container_name(const ff_container *container)
{
    return container->name;
}

int ff_container_version(const ff_container *container)
{
    return container->version;
}

const char *ff_container_digest(const ff_container *container)
{
    return container->digest;
}

/* Writing. */

/* Creation and access settings under which equal contents give equal bytes. */
static hid_t create_file(const char *path)
{
    hid_t creation = H5Pcreate(H5P_FILE_CREATE), access = H5Pcreate(H5P_FILE_ACCESS), file = -1;
    bool ready = creation >= 0 && access >= 0 && H5Pset_obj_track_times(creation, 0) >= 0 &&
                 H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18) >= 0 &&
                 H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0;
    if (ready)
        file = H5Fcreate(path, H5F_ACC_TRUNC, creation, access);
    if (creation >= 0)
        (void)H5Pclose(creation);
    if (access >= 0)
        (void)H5Pclose(access);
    return file;
}

int ff_container_create(ff_container **out, const char *path, const char *kind, int version,
                        int deflate, ff_error *err)
{
    quieten_library();
    ff_container *container = container_new(strcmp(path, "-") == 0 ? "standard output" : path, err);
    if (!container)
        return FF_E_NOMEM;
    (void)snprintf(container->kind, sizeof container->kind, "%s", kind);
    container->version = version;
    int status = ff_temporary_file_create(&container->storage, path, err);
    if (status == FF_OK) {
        container->file = create_file(container->storage.path);
        if (container->file < 0)
            status = ff_fail(err, FF_E_IO, "HDF5 cannot create a file there");
        ff_temporary_file_opened(&container->storage);
    }
    if (status == FF_OK)
        status = ff_attribute_write_text(container->file, "format", "farfield", err);
    if (status == FF_OK)
        status = ff_attribute_write_text(container->file, "kind", kind, err);
    if (status == FF_OK)
        status = ff_attribute_write_integer(container->file, "version", version, err);
    if (status == FF_OK)
        status = ff_attribute_write_integer(container->file, "deflate", deflate, err);
    if (status != FF_OK) {
        ff_error_in_file(err, container->name);
        ff_container_close(container);
        return status;
    }
    *out = container;
    return FF_OK;
}

int ff_container_commit(ff_container *container, ff_error *err)
{
    errno = 0;
    int status = FF_OK;
    bool closed = H5Fflush(container->file, H5F_SCOPE_GLOBAL) >= 0;
    closed = H5Fclose(container->file) >= 0 && closed;
    container->file = -1;
    if (!closed)
        status = errno ? ff_fail_errno(err, "writing") : ff_fail(err, FF_E_IO, "HDF5 cannot write");
    if (status == FF_OK)
        status = ff_temporary_file_commit(&container->storage, err);
    if (status != FF_OK)
        ff_error_in_file(err, container->name);
    return status;
}

/* Reading. */

bool ff_container_recognise(const void *bytes, size_t size)
{
    return size >= sizeof signature && memcmp(bytes, signature, sizeof signature) == 0;
}

static int check_signature(const unsigned char *bytes, size_t size, ff_error *err)
{
    if (size == 0)
        return ff_fail(err, FF_E_FORMAT, "is empty, expected an HDF5 file of Farfield");
    return ff_container_recognise(bytes, size) ? FF_OK
                                               : ff_fail(err, FF_E_FORMAT, "is not an HDF5 file");
}

/* The size above which a pipe's content goes to a file instead of memory. */
static size_t pipe_memory(void)
{
    const char *text = getenv("FARFIELD_PIPE_MEMORY");
    char *end = NULL;
    unsigned long long value = text ? strtoull(text, &end, 10) : 0;
    return text && end != text && !*end ? (size_t)value : (size_t)1 << 30;
}

static int open_image(ff_container *container, const void *image, size_t size, ff_error *err)
{
    int status = check_signature(image, size, err);
    if (status == FF_OK)
        status = ff_digest_bytes(container->digest, image, size, err);
    if (status != FF_OK)
        return status;
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    /* H5Pset_file_image copies; its argument is not const only by oversight. */
    if (access >= 0 && H5Pset_fapl_core(access, (size_t)1 << 20, 0) >= 0 &&
        H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0 &&
        H5Pset_file_image(access, (void *)(uintptr_t)image, size) >= 0)
        container->file = H5Fopen("standard input", H5F_ACC_RDONLY, access);
    if (access >= 0)
        (void)H5Pclose(access);
    return container->file >= 0 ? FF_OK
                                : ff_fail(err, FF_E_FORMAT, "is a truncated or damaged HDF5 file");
}

static int open_path(ff_container *container, const char *path, ff_error *err)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (access >= 0 && H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0)
        container->file = H5Fopen(path, H5F_ACC_RDONLY, access);
    if (access >= 0)
        (void)H5Pclose(access);
    return container->file >= 0 ? FF_OK
                                : ff_fail(err, FF_E_FORMAT, "is a truncated or damaged HDF5 file");
}

static int open_descriptor(ff_container *container, int descriptor, const char *path, ff_error *err)
{
    unsigned char head[sizeof signature];
    ssize_t got = pread(descriptor, head, sizeof head, 0);
    if (got < 0)
        return ff_fail_errno(err, "cannot be read");
    int status = check_signature(head, (size_t)got, err);
    if (status == FF_OK)
        status = ff_digest_descriptor(container->digest, descriptor, err);
    return status == FF_OK ? open_path(container, path, err) : status;
}

/* Appends to *size bytes of an image, for which there is that much room, until the descriptor's end
 * or until *size exceeds limit. */
static int read_input(int descriptor, char **image, size_t *size, size_t limit, ff_error *err)
{
    size_t capacity = *size;
    ssize_t got = 1;
    while (got > 0 && *size <= limit) {
        if (ff_reserve(image, &capacity, *size + (1 << 16), 1, err) != FF_OK)
            return FF_E_NOMEM;
        while ((got = read(descriptor, *image + *size, 1 << 16)) < 0 && errno == EINTR)
            ;
        if (got < 0)
            return ff_fail_errno(err, "cannot be read");
        *size += (size_t)got;
    }
    return FF_OK;
}

/* Opens what was read and the rest of a stream by way of a scratch file. It loses its name
 * only once it is open, since HDF5 does not open /dev/fd/N of a file that has none. */
static int open_spilled(ff_container *container, int descriptor, const char *image, size_t size,
                        ff_error *err)
{
    ff_temporary_file *spill = &container->storage;
    int status = ff_temporary_file_scratch(spill, err);
    if (status == FF_OK)
        status = ff_write_all(spill->descriptor, image, size, err);
    if (status == FF_OK)
        status = ff_copy_descriptor(spill->descriptor, descriptor, err);
    if (status == FF_OK)
        status = open_descriptor(container, spill->descriptor, spill->path, err);
    ff_temporary_file_opened(spill);
    return status;
}

/* A pipe, of which nothing can be read twice; `size` bytes of it have been read to head. */
static int open_stream(ff_container *container, const void *head, size_t size, int descriptor,
                       ff_error *err)
{
    size_t limit = pipe_memory();
    char *image = size ? ff_copy_array(head, size, 1, err) : NULL;
    if (size && !image)
        return FF_E_NOMEM;
    int status = read_input(descriptor, &image, &size, limit, err);
    if (status == FF_OK && size <= limit)
        status = open_image(container, image, size, err);
    else if (status == FF_OK)
        status = open_spilled(container, descriptor, image, size, err);
    free(image);
    return status;
}

static int open_standard_input(ff_container *container, ff_error *err)
{
    if (isatty(STDIN_FILENO))
        return ff_fail(err, FF_E_USAGE, "is a terminal: name a file, or feed a pipe");
    return open_stream(container, NULL, 0, STDIN_FILENO, err);
}

static int open_file(ff_container *container, const char *path, ff_error *err)
{
    struct stat information;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return ff_fail_errno(err, "cannot be opened");
    bool stream = fstat(descriptor, &information) == 0 && !S_ISREG(information.st_mode);
    int status = stream ? open_stream(container, NULL, 0, descriptor, err)
                        : open_descriptor(container, descriptor, path, err);
    (void)close(descriptor);
    return status;
}

static int check_kind(ff_container *container, const char *kind, int version, ff_error *err)
{
    char format[16];
    int64_t stored = 0;
    if (ff_attribute_read_text_into(container->file, "format", format, sizeof format, NULL) !=
            FF_OK ||
        strcmp(format, "farfield") != 0 ||
        ff_attribute_read_text_into(container->file, "kind", container->kind,
                                    sizeof container->kind, NULL) != FF_OK ||
        ff_attribute_read_integer(container->file, "version", &stored, NULL) != FF_OK)
        return ff_fail(err, FF_E_FORMAT, "is an HDF5 file, but not one of Farfield");
    if (kind && strcmp(kind, container->kind) != 0)
        return ff_fail(err, FF_E_FORMAT, "is of kind %s, expected %s", container->kind, kind);
    if (!kind)
        version = ff_kind_version(container->kind);
    if (version == 0)
        return ff_fail(err, FF_E_FORMAT, "is of the unknown kind %s", container->kind);
    if (stored < 1 || stored > version)
        return ff_fail(err, FF_E_FORMAT, "has layout version %lld of kind %s, expected at most %d",
                       (long long)stored, container->kind, version);
    container->version = (int)stored;
    return FF_OK;
}

/* The end of opening, whichever way it was done. */
static int opened(ff_container **out, ff_container *container, int status, ff_error *err)
{
    if (status != FF_OK) {
        ff_error_in_file(err, container->name);
        ff_container_close(container);
        return status;
    }
    *out = container;
    return FF_OK;
}

int ff_container_open(ff_container **out, const char *path, const char *kind, int version,
                      ff_error *err)
{
    quieten_library();
    bool piped = strcmp(path, "-") == 0;
    ff_container *container = container_new(piped ? "standard input" : path, err);
    if (!container)
        return FF_E_NOMEM;
    int status = piped ? open_standard_input(container, err) : open_file(container, path, err);
    if (status == FF_OK)
        status = check_kind(container, kind, version, err);
    return opened(out, container, status, err);
}

int ff_container_open_stream(ff_container **out, const char *name, const void *head, size_t size,
                             int descriptor, ff_error *err)
{
    quieten_library();
    ff_container *container = container_new(name, err);
    if (!container)
        return FF_E_NOMEM;
    int status = open_stream(container, head, size, descriptor, err);
    if (status == FF_OK)
        status = check_kind(container, NULL, 0, err);
    return opened(out, container, status, err);
}
