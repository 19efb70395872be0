#ifndef FF_FORMATS_REPORT_OUTPUT_H
#define FF_FORMATS_REPORT_OUTPUT_H

/* The files of a report's folder; for ff_report_write. */

#include "formats/report.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_REPORT_PATH_SIZE = 4096 };

/* Opens DIRECTORY/NAME for writing. */
int ff_report_open(FILE **file, const char *directory, const char *name, ff_error *err);
/* Closes it; status if that is a failure already, else whether everything was written. */
int ff_report_close(FILE *file, const char *name, int status, ff_error *err);

/* Draws the figures into DIRECTORY/figures and writes the page with them inside. */
int ff_report_write_page(FILE *page, const ff_report *report, const char *directory, ff_error *err);

/* Writes the tables as DIRECTORY/NAME.csv and all of them as DIRECTORY/results.json. */
int ff_report_write_numbers(const ff_report *report, const char *directory, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
