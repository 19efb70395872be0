#include "stages/relax-defect/dislocation.h"

#include "lib/base/memory.h"
#include "lib/base/numbers.h"
#include "lib/defects/dislocation.h"
#include "lib/defects/elastic_constants.h"
#include "stages/cli/crystal_options.h"
#include "stages/cli/number_list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double slack = 1.0; /* A, of the default rim */

bool relax_defect_wants_dislocation(const ff_stage_run *stage)
{
    return ff_argument_given(stage, "dislocation") || ff_argument_given(stage, "burgers");
}

int relax_defect_check_no_dislocation(const ff_stage_run *stage, ff_error *err)
{
    static const char *const of_dislocations[] = {"line", "plane",   "arrangement", "radius",
                                                  "rim",  "periods", "core"};
    for (size_t i = 0; i < sizeof of_dislocations / sizeof *of_dislocations; i++)
        if (ff_argument_given(stage, of_dislocations[i]))
            return ff_fail(err, FF_E_USAGE, "--%s takes --dislocation or --burgers",
                           of_dislocations[i]);
    return FF_OK;
}

/* Options. */

static int numbers_of(double *values, int count, const ff_stage_run *stage, const char *option,
                      ff_error *err)
{
    const char *text = ff_argument_text(stage, option);
    return ff_parse_numbers(values, count, text) == count
               ? FF_OK
               : ff_fail(err, FF_E_USAGE, "--%s '%s', expected %d numbers such as 1 or -1/2",
                         option, text, count);
}

static int indices_of(int indices[3], const ff_stage_run *stage, const char *option, ff_error *err)
{
    const char *text = ff_argument_text(stage, option);
    bool small = ff_parse_integers(indices, 3, text) == 3;
    for (int k = 0; small && k < 3; k++)
        small = abs(indices[k]) <= 100;
    return small
               ? FF_OK
               : ff_fail(err, FF_E_USAGE, "--%s '%s', expected three small integers", option, text);
}

static int kind_of(ff_dislocation_kind *kind, const ff_stage_run *stage, const char *crystal,
                   ff_error *err)
{
    static const char *const own[] = {"burgers", "line", "plane"};
    const char *name = ff_argument_text(stage, "dislocation");
    for (size_t i = 0; name && i < sizeof own / sizeof *own; i++)
        if (ff_argument_given(stage, own[i]))
            return ff_fail(err, FF_E_USAGE, "--%s contradicts --dislocation, which sets it",
                           own[i]);
    if (name)
        return ff_dislocation_find(kind, crystal, name, err);
    if (!ff_argument_given(stage, "line") || !ff_argument_given(stage, "plane"))
        return ff_fail(err, FF_E_USAGE, "--burgers takes --line and --plane");
    int status = numbers_of(kind->burgers, 3, stage, "burgers", err);
    if (status == FF_OK)
        status = indices_of(kind->line, stage, "line", err);
    return status == FF_OK ? indices_of(kind->plane, stage, "plane", err) : status;
}

/* "20x12". */
static int cells_of(int cells[2], const ff_stage_run *stage, ff_error *err)
{
    const char *text = ff_argument_text(stage, "cells"), *cross = text ? strchr(text, 'x') : NULL;
    int64_t first, second;
    if (!cross || ff_int64_parse(text, (size_t)(cross - text), &first) != FF_OK ||
        ff_int64_parse(cross + 1, strlen(cross + 1), &second) != FF_OK || first < 1 || second < 1 ||
        first > 1000000 || second > 1000000)
        return ff_fail(err, FF_E_USAGE, "a quadrupole takes --cells N0xN1, such as 20x12");
    cells[0] = (int)first;
    cells[1] = (int)second;
    return FF_OK;
}

static int arrangement_of(ff_dislocation_options *o, const ff_stage_run *stage, ff_error *err)
{
    static const char *const names[] = {
        [FF_ARRANGEMENT_CYLINDER] = "cylinder", [FF_ARRANGEMENT_QUADRUPOLE] = "quadrupole"};
    int chosen = 0;
    int64_t periods;
    int status = ff_argument_within(&periods, stage, "periods", 1, 100000, err);
    if (status == FF_OK)
        status = ff_argument_choice(&chosen, stage, "arrangement", names, 2, err);
    if (status != FF_OK)
        return status;
    o->periods = (int)periods;
    o->radius = ff_argument_number(stage, "radius");
    o->arrangement = (ff_arrangement)chosen;
    if (o->arrangement == FF_ARRANGEMENT_QUADRUPOLE) {
        if (ff_argument_given(stage, "radius") || ff_argument_given(stage, "rim"))
            return ff_fail(err, FF_E_USAGE, "--radius and --rim are those of a cylinder");
        return cells_of(o->cells, stage, err);
    }
    return ff_argument_given(stage, "cells")
               ? ff_fail(err, FF_E_USAGE,
                         "--cells are those of a quadrupole; a cylinder has a "
                         "--radius")
               : FF_OK;
}

/* Twice the cutoff of what moves, the shift of the two sides against each other, and some. */
static double rim_of(const ff_stage_run *stage, const ff_dislocation_options *o,
                     const ff_potential *potential)
{
    double along = 0.0, square = 0.0, lines = 0.0;
    if (ff_argument_given(stage, "rim"))
        return ff_argument_number(stage, "rim");
    for (int k = 0; k < 3; k++) {
        double b = 0.0, line = 0.0;
        for (int i = 0; i < 3; i++) {
            b += o->kind.burgers[i] * o->unit->cell[3 * i + k];
            line += o->kind.line[i] * o->unit->cell[3 * i + k];
        }
        along += b * line;
        square += b * b;
        lines += line * line;
    }
    double edge = lines > 0.0 ? sqrt(fmax(square - along * along / lines, 0.0)) : 0.0;
    return 2.0 * potential->cutoff + edge + slack;
}

/* The structure. */

/* Elastic constants and how the atoms follow a strain, allocated. */
static int answer_to_strain(double stiffness[36], double **internal, const ff_potential *potential,
                            const ff_frame *unit, ff_error *err)
{
    ff_force_constants constants;
    if (!(*internal = ff_new_array(unit->atoms, 27 * sizeof **internal, err)))
        return FF_E_NOMEM;
    int status = ff_force_constants_compute(&constants, potential, unit, err);
    if (status == FF_OK)
        status = ff_elastic_constants(stiffness, &constants, err);
    if (status == FF_OK)
        status = ff_internal_strain(*internal, &constants, unit, err);
    ff_force_constants_clear(&constants);
    return status;
}

static void describe(ff_stage_run *stage, const ff_relaxation *r)
{
    ff_stage_note(stage, "%-22s %.6f %.6f %.6f A", "Burgers vector", r->burgers[0], r->burgers[1],
                  r->burgers[2]);
    ff_stage_note(stage, "%-22s %.6f %.6f A, %.6f %.6f from the atom at the corner of its cell",
                  "line", r->centre[0], r->centre[1],
                  remainder(r->centre[0] - r->unit.positions[0], r->unit.cell[0]),
                  remainder(r->centre[1] - r->unit.positions[1], r->unit.cell[4]));
}

int relax_defect_dislocation(ff_stage_run *stage, ff_relaxation *relaxation,
                             const ff_potential *potential, ff_error *err)
{
    static const char *const others[] = {"defect", "defect-file", "site-tolerance", "orient",
                                         "from-reference"};
    ff_dislocation_options o = {0};
    ff_host host;
    double stiffness[36], core[2], *internal = NULL;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (ff_argument_given(stage, others[i]))
            return ff_fail(err, FF_E_USAGE, "--%s contradicts --dislocation or --burgers",
                           others[i]);
    int status = ff_crystal_unit_host(stage, &host, potential, err);
    if (status != FF_OK)
        return status;
    o.unit = &host.unit;
    o.crystal = host.name;
    o.lattice_constant = host.lattice_constant;
    o.nearest = ff_host_nearest(&host);
    status = kind_of(&o.kind, stage, host.name, err);
    if (status == FF_OK)
        status = arrangement_of(&o, stage, err);
    if (status == FF_OK && ff_argument_given(stage, "core")) {
        status = numbers_of(core, 2, stage, "core", err);
        o.core = core;
    }
    if (status == FF_OK)
        status = answer_to_strain(stiffness, &internal, potential, &host.unit, err);
    if (status == FF_OK) {
        o.stiffness = stiffness;
        o.internal = internal;
        o.rim = rim_of(stage, &o, potential);
        status = ff_dislocation_prepare(relaxation, &o, err);
    }
    if (status == FF_OK)
        describe(stage, relaxation);
    free(internal);
    ff_host_clear(&host);
    return status;
}
