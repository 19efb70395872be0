#ifndef FF_STAGES_CLI_HELP_H
#define FF_STAGES_CLI_HELP_H

/* The texts made from a stage's option table: --help, the man page and the description that `run`
 * reads. */

#include "stages/cli/options.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Usage line, description, aligned options with argument and default, example. */
void ff_help_write(FILE *stream, const ff_arguments *arguments);

/* The same as a man(7) page. */
void ff_man_write(FILE *stream, const ff_arguments *arguments);

/* "stage NAME VERSION OUTPUT_KIND LEAST MOST", then one line per option: name, letter, type, flags,
 * default; separated by tabs, "-" for what is empty. Words: flag text integer number file
 * potential; required repeatable no-effect. */
void ff_describe_write(FILE *stream, const ff_arguments *arguments);

/* Pieces of man pages that the dispatcher shares: the title line, and text with roff's special
 * characters escaped. */
void ff_man_write_title(FILE *stream, const char *program, const char *summary);
void ff_man_write_text(FILE *stream, const char *text);
/* Paragraphs, as ff_paragraphs_write reads them; and lines to be left as they are. */
void ff_man_write_paragraphs(FILE *stream, const char *text);
void ff_man_write_verbatim(FILE *stream, const char *text);

/* Writes paragraphs (separated by blank lines) filled to 79 columns behind an indent; lines that
 * begin with a blank are left as they are. column: where the first word goes. */
void ff_paragraphs_write(FILE *stream, const char *text, int column, int indent);

#ifdef __cplusplus
}
#endif
#endif
