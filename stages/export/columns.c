/* Differential displacements of a dislocation's core as a table. */

#include "stages/export/export.h"

#include "formats/relaxation_file.h"
#include "lib/analysis/core_map.h"

static void write_pair(ff_text_writer *writer, const ff_column_pair *pair)
{
    const double values[] = {pair->from[0], pair->from[1], pair->to[0], pair->to[1],
                             pair->difference};
    const size_t count = sizeof values / sizeof *values;
    for (size_t k = 0; k < count; k++) {
        ff_text_writer_real(writer, values[k]);
        ff_text_writer_text(writer, k + 1 < count ? "," : "\n");
    }
}

int export_differential_displacements(ff_stage_run *stage, ff_text_writer *writer,
                                      ff_container *container, ff_error *err)
{
    (void)stage;
    ff_relaxation relaxation;
    ff_core_map map;
    ff_core_map_init(&map);
    int status = ff_relaxation_read(&relaxation, container, err);
    if (status == FF_OK && !ff_relaxation_is_dislocation(&relaxation))
        status = ff_fail(err, FF_E_FORMAT,
                         "a relaxation of '%s' has no differential displacements, expected one of "
                         "a dislocation",
                         relaxation.defect);
    if (status == FF_OK)
        status = ff_core_map_find(&map, &relaxation, err);
    if (status == FF_OK)
        ff_text_writer_text(writer, "from_x [A],from_y [A],to_x [A],to_y [A],difference [b]\n");
    for (size_t p = 0; p < map.pairs && status == FF_OK; p++)
        write_pair(writer, &map.pair[p]);
    ff_core_map_clear(&map);
    ff_relaxation_clear(&relaxation);
    return status;
}
