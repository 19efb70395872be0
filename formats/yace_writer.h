#ifndef FF_FORMATS_YACE_WRITER_H
#define FF_FORMATS_YACE_WRITER_H

/* Potentials of LAMMPS's pair style pace (lib/pace/pace.h) as .yace, the YAML that ML-PACE reads;
 * docs/yace.md describes it. */

#include "formats/text_writer.h"
#include "lib/pace/pace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Appends pace as one YAML document, after a comment of one line (NULL: none). Numbers are read
 * back as they were. Failures to write are reported by ff_text_writer_commit. */
void ff_yace_write(ff_text_writer *writer, const ff_pace *pace, const char *comment);

#ifdef __cplusplus
}
#endif
#endif
