#ifndef FF_LIB_AUDIT_REFEREE_VERDICT_H
#define FF_LIB_AUDIT_REFEREE_VERDICT_H

/* What the referee is asked, one question a file. */

#include "lib/audit/referee_fit.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The referee and how labels are read so far: what one question finds wrong, the next ones read
 * rightly. */
typedef struct ff_referee_case {
    ff_audit_work *work;
    const ff_referee_rows *rows;
    ff_referee *referee;
    ff_referee_problem problem;
    bool found[FF_REFEREE_KINDS];                            /* wrong throughout */
    bool found_in[FF_REFEREE_KINDS][FF_REFEREE_MOST_GROUPS]; /* wrong in a group */
} ff_referee_case;

/* Units and signs of a kind throughout, then of single groups (referee_units.c). */
int ff_referee_judge_units(ff_referee_case *c, ff_error *err);

/* Groups whose energies are shifted, with what ff_referee_fit_robust has found (referee_groups.c).
 */
int ff_referee_judge_shifts(ff_referee_case *c, const double *shift, const double *deviation,
                            ff_error *err);

/* That, then frames whose labels fit nothing (referee_frames.c). */
int ff_referee_judge_frames(ff_referee_case *c, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
