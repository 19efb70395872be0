#ifndef FF_FORMATS_YACE_READER_H
#define FF_FORMATS_YACE_READER_H

/* Linear potentials of LAMMPS's pair style pace from .yace; docs/yace.md says what is read. */

#include "lib/pace/pace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reads a file; *pace is initialised by the call, clear it with ff_pace_clear. FF_E_FORMAT or
 * FF_E_RANGE with file, line and column for what contradicts the format, for potentials that are
 * not linear (an embedding with an exponent other than 1) and for radial bases or repulsions of
 * other kinds than those of pace.h. What ff_pace_check refuses has passed. */
int ff_yace_read(ff_pace *pace, const char *path, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
