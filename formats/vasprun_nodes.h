#ifndef FF_FORMATS_VASPRUN_NODES_H
#define FF_FORMATS_VASPRUN_NODES_H

/* The XML of vasprun.xml as a stream of elements, on libxml2's reader; for vasprun.c only.
 *
 * The stream stands on a start tag, or nowhere. Functions that "read" an element begin on its start
 * tag and end on its end tag (or on the tag itself when it is empty). */

#include "formats/text_reader.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_VASPRUN_TEXT = 256 }; /* bytes of the text of one element, terminator included */

/* Rows of three numbers; memory is kept from one step to the next. */
typedef struct ff_vasprun_rows {
    size_t count, capacity;
    double *number; /* [count][3]; the caller frees it */
} ff_vasprun_rows;

typedef struct ff_vasprun_nodes ff_vasprun_nodes;

/* text is borrowed. */
int ff_vasprun_nodes_new(ff_vasprun_nodes **out, ff_text_reader *text, ff_error *err);
void ff_vasprun_nodes_free(ff_vasprun_nodes *nodes); /* NULL is allowed */

/* Moves to the next start tag below the element of that depth (the root's children have depth 1);
 * at its end tag, or the end of the file, the stream is no longer inside. FF_E_FORMAT for what is
 * not well-formed. */
int ff_vasprun_within(ff_vasprun_nodes *nodes, int depth, ff_error *err);
bool ff_vasprun_inside(const ff_vasprun_nodes *nodes);
int ff_vasprun_depth(const ff_vasprun_nodes *nodes);

/* True on a start tag <element>, with attribute name="name" unless that is NULL. */
bool ff_vasprun_is(const ff_vasprun_nodes *nodes, const char *element, const char *name);
bool ff_vasprun_root_is(const ff_vasprun_nodes *nodes, const char *element);

/* Read over the element; its text, without blanks at the ends; exactly `count` numbers in its text;
 * the rows <v>a b c</v> of a varray, at most `most` of them, and as many unless there are none. */
int ff_vasprun_skip(ff_vasprun_nodes *nodes, ff_error *err);
int ff_vasprun_text(ff_vasprun_nodes *nodes, char text[FF_VASPRUN_TEXT], ff_error *err);
int ff_vasprun_numbers(ff_vasprun_nodes *nodes, double *numbers, size_t count, ff_error *err);
int ff_vasprun_varray(ff_vasprun_nodes *nodes, ff_vasprun_rows *rows, size_t most, ff_error *err);

/* Line of the file where the stream is, from 1; whether the file ended before its last end tag. */
int64_t ff_vasprun_line(const ff_vasprun_nodes *nodes);
bool ff_vasprun_is_cut(const ff_vasprun_nodes *nodes);

/* Fails at the line. Returns code. */
int ff_vasprun_fail(const ff_vasprun_nodes *nodes, ff_error *err, int code, const char *format, ...)
    FF_PRINTF(4, 5);

#ifdef __cplusplus
}
#endif
#endif
