/* The folder of a report: whole or absent. */

#include "formats/report_output.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int ff_report_open(FILE **file, const char *directory, const char *name, ff_error *err)
{
    char path[FF_REPORT_PATH_SIZE + 80];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    *file = fopen(path, "w");
    return *file ? FF_OK : ff_fail_errno(err, "creating %s", path);
}

int ff_report_close(FILE *file, const char *name, int status, ff_error *err)
{
    bool broken = ferror(file) != 0;
    if ((fclose(file) != 0 || broken) && status == FF_OK)
        status = ff_fail_errno(err, "writing %s", name);
    return status;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static void remove_tree(const char *directory)
{
    (void)nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Only a report or an empty folder may be replaced: a mistyped -o must not cost anyone their files.
 */
static int check_replaceable(const char *directory, ff_error *err)
{
    struct stat information;
    char path[FF_REPORT_PATH_SIZE + 16];
    (void)snprintf(path, sizeof path, "%s/results.json", directory);
    if (stat(directory, &information) != 0 || stat(path, &information) == 0 ||
        rmdir(directory) == 0)
        return FF_OK;
    return ff_fail(err, FF_E_IO, "%s exists and is not a report: it is left alone", directory);
}

/* Puts the finished folder in place of an earlier one. */
static int replace_folder(const char *made, const char *directory, ff_error *err)
{
    char old[FF_REPORT_PATH_SIZE + 16];
    (void)snprintf(old, sizeof old, "%s.old", made);
    bool had = rename(directory, old) == 0;
    if (rename(made, directory) != 0) {
        int status = ff_fail_errno(err, "renaming the report to %s", directory);
        if (had)
            (void)rename(old, directory);
        return status;
    }
    if (had)
        remove_tree(old);
    return FF_OK;
}

int ff_report_write(const ff_report *report, const char *directory, ff_error *err)
{
    char made[FF_REPORT_PATH_SIZE], figures[FF_REPORT_PATH_SIZE + 16];
    FILE *page = NULL;
    size_t length = strlen(directory);
    while (length > 1 && directory[length - 1] == '/')
        length--;
    if (length + 32 > sizeof made)
        return ff_fail(err, FF_E_USAGE, "the name of the report's folder is too long");
    (void)snprintf(made, sizeof made, "%.*s.tmp.XXXXXX", (int)length, directory);
    int status = check_replaceable(directory, err);
    if (status != FF_OK)
        return status;
    if (!mkdtemp(made) || chmod(made, 0755) != 0)
        return ff_fail_errno(err, "creating a folder beside %s", directory);
    (void)snprintf(figures, sizeof figures, "%s/figures", made);
    if (mkdir(figures, 0755) != 0)
        status = ff_fail_errno(err, "creating %s", figures);
    if (status == FF_OK)
        status = ff_report_open(&page, made, "index.html", err);
    if (status == FF_OK)
        status =
            ff_report_close(page, "index.html", ff_report_write_page(page, report, made, err), err);
    if (status == FF_OK)
        status = ff_report_write_numbers(report, made, err);
    if (status == FF_OK)
        status = replace_folder(made, directory, err);
    if (status != FF_OK)
        remove_tree(made);
    return status;
}
