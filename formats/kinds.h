#ifndef FF_FORMATS_KINDS_H
#define FF_FORMATS_KINDS_H

/* The kinds of intermediates there are. */

#ifdef __cplusplus
extern "C" {
#endif

/* The newest version of a kind's layout, the largest that can be read; 0 for an unknown kind. */
int ff_kind_version(const char *kind);

#ifdef __cplusplus
}
#endif
#endif
