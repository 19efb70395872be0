#ifndef FF_STAGES_BASIS_REPORT_H
#define FF_STAGES_BASIS_REPORT_H

/* What `farfield basis` says of a basis: facts and tables, gathered first and then written for
 * people or as JSON. */

#include "formats/table.h"
#include "lib/structure/dataset.h"
#include "stages/cli/basis_options.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { REPORT_FACTS = 16, REPORT_SECTIONS = 8 };

/* A line at the top. */
typedef struct report_fact {
    const char *key, *heading; /* for programs, for people; not owned */
    char text[192];            /* with the unit */
    double number;             /* NaN: the text alone */
} report_fact;

/* A table and what it is about. */
typedef struct report_section {
    const char *key, *title;
    ff_table table;
} report_section;

typedef struct basis_report {
    size_t facts;
    report_fact fact[REPORT_FACTS];
    size_t sections;
    report_section section[REPORT_SECTIONS];
} basis_report;

/* Zeroes the struct. */
void basis_report_init(basis_report *report);
void basis_report_clear(basis_report *report);

/* A fact that is a text, or a number with its unit ("": none). */
void basis_report_text(basis_report *report, const char *key, const char *heading,
                       const char *text);
void basis_report_number(basis_report *report, const char *key, const char *heading, double number,
                         const char *unit);

/* The next section's table, to be given columns and cells. Borrowed. */
ff_table *basis_report_section(basis_report *report, const char *key, const char *title);

/* An aligned text, or one JSON object: facts and, as arrays of objects, sections. */
int basis_report_write_text(const basis_report *report, FILE *file, ff_error *err);
int basis_report_write_json(const basis_report *report, FILE *file, ff_error *err);

/* What can be said of a basis without evaluating it: options, pairs of species, functions of each
 * order and centre, what one atom costs. */
void describe_basis(basis_report *report, const ff_basis_choice *choice, const ff_ace_basis *basis);
/* The rows that a dataset (possibly empty) gives, and memory. */
void describe_demands(basis_report *report, const ff_ace_basis *basis, const ff_dataset *dataset);
/* Every function. */
void describe_functions(basis_report *report, const ff_ace_basis *basis);

#ifdef __cplusplus
}
#endif
#endif
