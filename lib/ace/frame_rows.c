/* Rows of one frame. */

#include "lib/ace/frame_rows.h"

#include "lib/ace/features.h"
#include "lib/ace/row_workspace.h"

/* Labels and targets. */

static double energy_target(const ff_frame *frame, const double *one_body)
{
    double energy = frame->energy;
    for (size_t i = 0; i < frame->atoms; i++)
        energy -= one_body[frame->species[i]];
    return energy;
}

static void set_row(ff_design_block *block, size_t row, double target, ff_row_label label)
{
    block->target[row] = target;
    block->label[row] = label;
}

/* The response to one displacement. */
static void set_force_constants(ff_design_block *block, size_t row, const ff_frame *frame,
                                size_t displacement, uint32_t number)
{
    const double *response = frame->force_constants + 3 * frame->atoms * displacement;
    for (size_t i = 0; i < 3 * frame->atoms; i++)
        set_row(block, row + i, response[i],
                (ff_row_label){.frame = number,
                               .atom = (uint32_t)(i / 3),
                               .displacement = (uint32_t)displacement,
                               .kind = FF_KIND_FORCE_CONSTANT,
                               .axis = (uint8_t)(i % 3)});
}

int ff_ace_frame_block(ff_design_block *block, const ff_ace_basis *basis, const ff_frame *frame,
                       uint32_t number, unsigned kinds, const double *one_body, ff_error *err)
{
    size_t rows = ff_frame_row_count(frame, kinds), row = 0;
    unsigned present = kinds & frame->labels;
    int status = ff_design_block_init(block, rows, ff_ace_basis_size(basis), err);
    if (status != FF_OK)
        return status;
    if (present & FF_LABEL_ENERGY)
        set_row(block, row++, energy_target(frame, one_body),
                (ff_row_label){.frame = number, .kind = FF_KIND_ENERGY});
    for (size_t i = 0; i < 3 * frame->atoms && present & FF_LABEL_FORCES; i++)
        set_row(block, row++, frame->forces[i],
                (ff_row_label){.frame = number,
                               .atom = (uint32_t)(i / 3),
                               .kind = FF_KIND_FORCE,
                               .axis = (uint8_t)(i % 3)});
    for (uint8_t v = 0; v < 6 && present & FF_LABEL_VIRIAL; v++)
        set_row(block, row++, frame->virial[v],
                (ff_row_label){.frame = number, .kind = FF_KIND_VIRIAL, .axis = v});
    for (size_t d = 0; d < frame->displacements && present & FF_LABEL_FORCE_CONSTANTS; d++) {
        set_force_constants(block, row, frame, d, number);
        row += 3 * frame->atoms;
    }
    return FF_OK;
}

/* Matrix. */

/* Where the rows of each kind begin; NULL when the frame has none. */
typedef struct row_places {
    double *energy, *forces, *virial, *constants;
    size_t columns; /* stride */
} row_places;

static row_places find_places(ff_design_block *block, const ff_frame *frame, unsigned kinds)
{
    unsigned present = kinds & frame->labels;
    row_places places = {.columns = block->columns};
    double *at = block->matrix;
    if (present & FF_LABEL_ENERGY) {
        places.energy = at;
        at += block->columns;
    }
    if (present & FF_LABEL_FORCES) {
        places.forces = at;
        at += 3 * frame->atoms * block->columns;
    }
    if (present & FF_LABEL_VIRIAL) {
        places.virial = at;
        at += 6 * block->columns;
    }
    if (present & FF_LABEL_FORCE_CONSTANTS)
        places.constants = at;
    return places;
}

/* Adds what the loaded site i contributes to the rows of energy, forces and virial. */
static void add_site(ff_ace_row_workspace *w, const row_places *to, size_t i,
                     const ff_ace_part *part)
{
    ff_ace_workspace *site = w->site;
    const ff_ace_basis *basis = site->basis;
    int centre = site->site.centre;
    size_t first = basis->first[centre], count = basis->first[centre + 1] - first;
    if (to->energy && part->pairs) { /* values cost little: one part has them all */
        ff_ace_site_values(site, w->values);
        for (size_t k = 0; k < count; k++)
            to->energy[first + k] += w->values[k];
    }
    for (size_t pack = 0; pack < 2 * site->site.blocks && to->forces; pack++) {
        if (pack % 2 >= ff_block_packs(&site->site.block[pack / 2]))
            continue;
        ff_slice_target target = ff_ace_neighbour_rows(w, i, pack, to->forces, -1.0);
        ff_ace_site_add_gradients(site, pack, part, &target);
    }
    if (!to->forces && !to->virial)
        return;
    ff_slice_target target = ff_ace_centre_rows(w, i, to->forces, to->virial, -1.0);
    for (int z = 0; z < basis->graph.shape.species_count; z++)
        ff_ace_site_add_moments(site, z, part, &target);
}

/* Adds what site i contributes to a part of the columns. */
static int add_columns(ff_ace_row_workspace *w, const ff_frame *frame, size_t i,
                       const row_places *to, const ff_ace_part *part, ff_error *err)
{
    ff_environment environment;
    int status = ff_ace_row_environment(w, frame, i, &environment, err);
    if (status == FF_OK)
        status = ff_ace_workspace_load(w->site, &environment, to->constants != NULL, err);
    if (status == FF_OK && (to->forces || to->virial || to->constants))
        status = ff_ace_site_derivatives(w->site, err);
    if (status != FF_OK)
        return status;
    add_site(w, to, i, part);
    if (to->constants)
        status = ff_ace_add_force_constants(w, frame, i, part, to->constants, err);
    return status;
}

int ff_ace_frame_part(ff_design_block *block, const ff_ace_basis *basis, const ff_frame *frame,
                      unsigned kinds, size_t part, size_t parts, ff_ace_row_workspace *workspace,
                      ff_error *err)
{
    const ff_ace_part functions = ff_ace_part_of(basis, part, parts);
    row_places places = find_places(block, frame, kinds);
    int status = ff_neighbour_list_build(&workspace->list, frame, basis->options.cutoff, err);
    for (size_t i = 0; i < frame->atoms && status == FF_OK; i++) {
        status = add_columns(workspace, frame, i, &places, &functions, err);
        if (status != FF_OK)
            ff_error_at_atom(err, (int64_t)i + 1);
    }
    return status;
}

void ff_ace_frame_sort(ff_design_block *block, const ff_ace_basis *basis, const ff_frame *frame,
                       unsigned kinds, size_t part, size_t parts, ff_ace_row_workspace *workspace)
{
    size_t first = find_places(block, frame, kinds).energy ? 1 : 0, rows = block->rows - first;
    for (size_t row = part * rows / parts; row < (part + 1) * rows / parts; row++)
        ff_ace_sort_row(basis, block->matrix + (first + row) * block->columns, workspace->scratch);
}

int ff_ace_frame_rows(ff_design_block *block, const ff_ace_basis *basis, const ff_frame *frame,
                      uint32_t number, unsigned kinds, const double *one_body,
                      ff_ace_row_workspace *workspace, ff_error *err)
{
    int status = ff_ace_frame_block(block, basis, frame, number, kinds, one_body, err);
    if (status == FF_OK)
        status = ff_ace_frame_part(block, basis, frame, kinds, 0, 1, workspace, err);
    if (status == FF_OK)
        ff_ace_frame_sort(block, basis, frame, kinds, 0, 1, workspace);
    else
        ff_design_block_clear(block);
    return status;
}
