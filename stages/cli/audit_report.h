#ifndef FF_STAGES_CLI_AUDIT_REPORT_H
#define FF_STAGES_CLI_AUDIT_REPORT_H

/* What an audit has found, for people and as JSON. */

#include "lib/audit/audit.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where a frame of the dataset was read from. */
typedef struct ff_audit_origin {
    const char *file;
    int64_t number; /* in its file, from 1 */
} ff_audit_origin;

/* Aligned text: the findings, wrong ones first, each with its frames (from 1), how sure it is and
 * what mends it; then, with `checks`, what was tested. origin: [frames of the dataset], or NULL. */
int ff_audit_report_text(const ff_audit *audit, const ff_audit_origin *origin, bool checks,
                         FILE *stream, ff_error *err);

/* One object: "wrong", "notes" (numbers), "findings", "checks" (arrays of objects; numbers that are
 * not known are null; frames from 1). */
int ff_audit_report_json(const ff_audit *audit, FILE *stream, ff_error *err);

/* FF_OK, or FF_E_CHECK saying how many things are wrong. */
int ff_audit_verdict(const ff_audit *audit, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
