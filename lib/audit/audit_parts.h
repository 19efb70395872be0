#ifndef FF_LIB_AUDIT_AUDIT_PARTS_H
#define FF_LIB_AUDIT_AUDIT_PARTS_H

/* What the tests of an audit share. For the files of this folder only. */

#include "lib/audit/audit.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is known of the labels of one group, from energy differences (series.c). */
typedef struct ff_audit_series {
    size_t pairs, frames;
    bool has[FF_KINDS];                            /* forces, virials: something to say of them */
    double slope[FF_KINDS], uncertainty[FF_KINDS]; /* energy / work of the labels */
    double offset, offset_uncertainty;             /* constant stress beside it, eV/A^3 */
    double gain; /* scatter with slopes of 1 / scatter with the slopes found */
    /* Medians over pairs, and how many of them lie beyond what any material has (stiffness.c). */
    double modulus, restoring; /* eV/A^3, eV/A^2 */
    size_t moduli, restorings, moduli_beyond, restorings_beyond;
} ff_audit_series;

typedef struct ff_audit_work {
    const ff_dataset *dataset;
    const ff_audit_options *options;
    ff_audit *audit;
    size_t groups;
    const char **group_name; /* [groups] borrowed from frames */
    uint32_t *group;         /* [frames] */
    unsigned *good;          /* [frames] labels (bits) that no test has found missing or absurd */
    double *nearest;         /* [frames] A: closest pair; infinite when there is none within 5 A */
    ff_audit_series *series; /* [groups]; all zero before that test */
    unsigned *wrong;         /* [groups] labels (bits) found wrong in unit or sign */
} ff_audit_work;

/* A set of frames that is being collected. */
typedef struct ff_audit_frames {
    size_t count, capacity;
    uint32_t *frame;
} ff_audit_frames;

int ff_audit_frames_add(ff_audit_frames *set, size_t frame, ff_error *err);
void ff_audit_frames_clear(ff_audit_frames *set);

/* Adds a finding about a set of frames, whose memory it takes over (the set is empty after); texts
 * are filled in by the caller, and group is that of the frames when they share one. *out is
 * borrowed until the next finding. */
int ff_audit_add_finding(ff_audit_work *work, ff_audit_level level, const char *test,
                         ff_audit_frames *set, ff_audit_finding **out, ff_error *err);

/* Adds a check; group NULL or "": the whole dataset. *out may be NULL. */
int ff_audit_add_check(ff_audit_work *work, const char *test, const char *group, size_t tested,
                       const char *unit, ff_audit_check **out, ff_error *err);

/* The frames of a group that have all of these labels (bits), as a set. */
int ff_audit_labelled(const ff_audit_work *work, size_t group, unsigned labels,
                      ff_audit_frames *set, ff_error *err);

/* "energies", "forces", "virials" by ff_kind. */
extern const char *const ff_audit_kind_names[3];

/* The ratio label / expected of a kind. power: the ratio is that times volume^power (virials), or
 * over the number of atoms (energies, -1). volume: a typical one (A^3) when it is not known whether
 * the ratio is a matter of volumes, else 0; atoms: a number of them that all frames share, or 0. */
typedef struct ff_audit_ratio {
    int kind;
    double ratio, volume;
    int power;
    size_t atoms;
} ff_audit_ratio;

/* What it says ("the sign is wrong", "kbar read as GPa") and what mends it. */
typedef struct ff_audit_words {
    char what[160], mend[240];
} ff_audit_words;

void ff_audit_explain_ratio(const ff_audit_ratio *ratio, ff_audit_words *words); /* ratio_names.c */

/* The tests. Each adds checks and findings; FF_E_NOMEM and errors of the libraries below. */
int ff_audit_distances(ff_audit_work *work, ff_error *err);   /* distances.c; fills nearest */
int ff_audit_cells(ff_audit_work *work, ff_error *err);       /* cells.c */
int ff_audit_zeros(ff_audit_work *work, ff_error *err);       /* zeros.c; takes bits off good */
int ff_audit_force_sums(ff_audit_work *work, ff_error *err);  /* force_sums.c */
int ff_audit_duplicates(ff_audit_work *work, ff_error *err);  /* duplicates.c */
int ff_audit_cohesion(ff_audit_work *work, ff_error *err);    /* cohesion.c */
int ff_audit_stiffness(ff_audit_work *work, ff_error *err);   /* stiffness.c */
int ff_audit_series_test(ff_audit_work *work, ff_error *err); /* series.c; fills series */
int ff_audit_referee_test(ff_audit_work *work,
                          ff_error *err); /* referee.c; says what series found */

#ifdef __cplusplus
}
#endif
#endif
