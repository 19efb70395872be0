#ifndef FF_LIB_AUDIT_AUDIT_H
#define FF_LIB_AUDIT_AUDIT_H

/* Whether the labels of a dataset can be true: tests that need nothing but the dataset.
 *
 * Labels are held against each other (forces and virials are derivatives of the energy), against
 * the structures they belong to, and against bounds that no material crosses. docs/audit.md says
 * what each test can tell and what it cannot. Nothing is changed.
 *
 * A finding is "wrong" when the labels cannot be what they are taken for, or a "note": something
 * a user should know that may be meant. A check is what a test has measured, whatever came of it.
 * Frames are counted from 0. Ratios are label / what the other labels imply, so that 1 is right,
 * -1 the wrong sign, 10 a kbar taken for a GPa.
 */

#include "lib/base/parallel.h"
#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ff_audit_level { FF_AUDIT_NOTE, FF_AUDIT_WRONG } ff_audit_level;

typedef struct ff_audit_finding {
    ff_audit_level level;
    const char *test;   /* a constant: "virial", "forces", "duplicates", ... */
    char group[64];     /* "" when several or all groups are concerned */
    char what[320];     /* what is wrong */
    char sure[240];     /* how sure: the numbers behind it */
    char mend[240];     /* the option that mends it, or what to do; "" */
    double ratio;       /* label / expected; NaN when it is no matter of ratios */
    double uncertainty; /* of the ratio, one standard deviation; NaN: not known */
    size_t frames;
    uint32_t *frame; /* [frames] increasing; owned */
} ff_audit_finding;

typedef struct ff_audit_check {
    const char *test;
    char group[64]; /* "" for the whole dataset */
    size_t tested;
    const char *unit;          /* of tested: "frames", "pairs" */
    double ratio, uncertainty; /* NaN when it is no matter of ratios */
    char result[160];
} ff_audit_check;

typedef struct ff_audit {
    size_t findings, finding_capacity;
    ff_audit_finding *finding;
    size_t checks, check_capacity;
    ff_audit_check *check;
} ff_audit;

typedef struct ff_audit_options {
    double cutoff;               /* A; cells thinner than this are noted; 0: not looked at */
    size_t most_atoms;           /* how many atoms the reference model looks at; 0: none */
    const ff_progress *progress; /* frames; may be NULL */
} ff_audit_options;

void ff_audit_init(ff_audit *audit);
void ff_audit_clear(ff_audit *audit);

/* Runs all tests. *audit is initialised by the call. What a test cannot decide is a check that says
 * so. Bit-identical for any number of threads. FF_E_NOMEM; FF_E_RANGE for a dataset without frames.
 */
int ff_audit_run(ff_audit *audit, const ff_dataset *dataset, const ff_audit_options *options,
                 ff_error *err);

/* How many findings are "wrong". */
size_t ff_audit_wrong(const ff_audit *audit);

#ifdef __cplusplus
}
#endif
#endif
