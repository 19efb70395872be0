#include "formats/temporary_file.h"

#include "lib/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Paths to remove when the process is killed. A fixed table, because a signal handler may only read
 * plain memory and call unlink. */
enum { SLOTS = 8 };
static char slot_path[SLOTS][PATH_MAX];
static volatile sig_atomic_t slot_used[SLOTS];

static int slot_take(const char *path)
{
    for (int i = 0; i < SLOTS; i++)
        if (!slot_used[i] && strlen(path) < PATH_MAX) {
            memcpy(slot_path[i], path, strlen(path) + 1);
            slot_used[i] = 1;
            return i;
        }
    return -1;
}

/* The file no longer exists under its temporary name. */
static void forget_path(ff_temporary_file *file)
{
    if (file->slot >= 0)
        slot_used[file->slot] = 0;
    file->slot = -1;
    free(file->path);
    file->path = NULL;
}

void ff_temporary_files_remove(void)
{
    for (int i = 0; i < SLOTS; i++)
        if (slot_used[i])
            (void)unlink(slot_path[i]);
}

int ff_write_all(int descriptor, const void *bytes, size_t size, ff_error *err)
{
    const char *rest = bytes;
    while (size > 0) {
        ssize_t written = write(descriptor, rest, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return ff_fail_errno(err, "cannot be written");
        rest += written;
        size -= (size_t)written;
    }
    return FF_OK;
}

int ff_copy_descriptor(int to, int from, ff_error *err)
{
    char block[1 << 16];
    ssize_t got;
    while ((got = read(from, block, sizeof block)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ff_fail_errno(err, "cannot be read");
        int status = ff_write_all(to, block, (size_t)got, err);
        if (status != FF_OK)
            return status;
    }
    return FF_OK;
}

void ff_temporary_file_init(ff_temporary_file *file)
{
    *file = (ff_temporary_file){.descriptor = -1, .stream = -1, .slot = -1};
}

static const char *scratch_folder(void)
{
    const char *folder = getenv("TMPDIR");
    return folder && folder[0] ? folder : "/tmp";
}

/* "PREFIX SEPARATOR XXXXXX" made into a new file. */
static int make_file(ff_temporary_file *file, const char *prefix, const char *ending, ff_error *err)
{
    size_t size = strlen(prefix) + strlen(ending) + 1;
    file->path = ff_new_array(size, 1, err);
    if (!file->path)
        return FF_E_NOMEM;
    (void)snprintf(file->path, size, "%s%s", prefix, ending);
    /* No signal may come between the file and its entry in the table. */
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    file->descriptor = mkstemp(file->path);
    int status = file->descriptor < 0 ? ff_fail_errno(err, "cannot be created") : FF_OK;
    if (status == FF_OK)
        file->slot = slot_take(file->path);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (status == FF_OK)
        return status;
    free(file->path);
    file->path = NULL;
    return status;
}

int ff_temporary_file_scratch(ff_temporary_file *file, ff_error *err)
{
    return make_file(file, scratch_folder(), "/farfield-XXXXXX", err);
}

/* Permissions a plain open(2) would have given. */
static void set_usual_mode(int descriptor)
{
    mode_t mask = umask(0);
    (void)umask(mask);
    (void)fchmod(descriptor, 0666 & ~mask);
}

static int create_beside(ff_temporary_file *file, const char *target, ff_error *err)
{
    /* A link is followed, so that the file it points to is replaced, not the link. */
    char *resolved = realpath(target, NULL);
    file->target = ff_copy_text(resolved ? resolved : target, err);
    free(resolved);
    if (!file->target)
        return FF_E_NOMEM;
    int status = make_file(file, file->target, ".tmp.XXXXXX", err);
    if (status == FF_OK)
        set_usual_mode(file->descriptor);
    return status;
}

int ff_temporary_file_create(ff_temporary_file *file, const char *target, ff_error *err)
{
    struct stat information;
    ff_temporary_file_init(file);
    if (strcmp(target, "-") == 0) {
        if (isatty(STDOUT_FILENO))
            return ff_fail(err, FF_E_USAGE, "is a terminal: name a file with -o, or use a pipe");
        file->stream = dup(STDOUT_FILENO);
        return file->stream < 0 ? ff_fail_errno(err, "cannot be written")
                                : ff_temporary_file_scratch(file, err);
    }
    if (stat(target, &information) != 0 || S_ISREG(information.st_mode))
        return create_beside(file, target, err);
    if (S_ISDIR(information.st_mode))
        return ff_fail(err, FF_E_USAGE, "is a folder, expected the name of a file");
    file->stream = open(target, O_WRONLY | O_CLOEXEC);
    return file->stream < 0 ? ff_fail_errno(err, "cannot be opened")
                            : ff_temporary_file_scratch(file, err);
}

void ff_temporary_file_opened(ff_temporary_file *file)
{
    if (file->target || !file->path)
        return;
    (void)unlink(file->path);
    forget_path(file);
}

/* Makes a rename survive a power failure; not every file system can, so a refusal is no error. */
static void sync_folder_of(const char *path)
{
    char copy[PATH_MAX];
    (void)snprintf(copy, sizeof copy, "%s", path);
    int folder = open(dirname(copy), O_RDONLY | O_CLOEXEC);
    if (folder >= 0) {
        (void)fsync(folder);
        (void)close(folder);
    }
}

int ff_temporary_file_commit(ff_temporary_file *file, ff_error *err)
{
    if (!file->target) {
        if (lseek(file->descriptor, 0, SEEK_SET) < 0)
            return ff_fail_errno(err, "cannot be rewound");
        int status = ff_copy_descriptor(file->stream, file->descriptor, err);
        int stream = file->stream;
        file->stream = -1;
        if (close(stream) != 0 && status == FF_OK)
            status = ff_fail_errno(err, "cannot be written");
        return status;
    }
    if (fsync(file->descriptor) != 0)
        return ff_fail_errno(err, "cannot be written");
    if (rename(file->path, file->target) != 0)
        return ff_fail_errno(err, "cannot be renamed from its temporary name");
    forget_path(file);
    sync_folder_of(file->target);
    return FF_OK;
}

void ff_temporary_file_discard(ff_temporary_file *file)
{
    if (file->path)
        (void)unlink(file->path);
    forget_path(file);
    if (file->descriptor >= 0)
        (void)close(file->descriptor);
    if (file->stream >= 0)
        (void)close(file->stream);
    free(file->target);
    ff_temporary_file_init(file);
}
