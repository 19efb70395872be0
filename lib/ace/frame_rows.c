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

/* Rows of the neighbours, and moments, block by block. first, count: columns of the centre. */
static void add_blocks(ff_ace_row_workspace *w, const row_places *to, size_t i, size_t first,
                       size_t count)
{
    ff_ace_workspace *site = w->site;
    size_t column = site->basis->first[site->site.centre];
    for (size_t b = 0; b < site->site.blocks; b++) {
        ff_ace_site_one_particle(site, b);
        ff_ace_moments_add(&w->moments, site, b);
        for (size_t k = first; k < first + count && to->forces; k += FF_ROW_CHUNK) {
            size_t part = first + count - k < FF_ROW_CHUNK ? first + count - k : FF_ROW_CHUNK;
            ff_ace_site_gradients(site, b, k, part, w->gradients);
            ff_ace_add_gradients(w, i, b, part, -1.0, to->forces + column + k, to->columns);
        }
    }
}

/* The centre's own force rows and its part of the virial. */
static void add_totals(ff_ace_row_workspace *w, const row_places *to, size_t i, size_t first,
                       size_t count)
{
    size_t column = w->site->basis->first[w->site->site.centre] + first;
    ff_ace_moments_functions(&w->moments, w->site, first, count, w->totals);
    for (size_t a = 0; a < 3 && to->forces; a++) {
        double *row = to->forces + (3 * i + a) * to->columns + column;
        for (size_t k = 0; k < count; k++)
            row[k] += w->totals[k][a];
    }
    for (size_t v = 0; v < 6 && to->virial; v++) {
        double *row = to->virial + v * to->columns + column;
        for (size_t k = 0; k < count; k++)
            row[k] -= w->totals[k][3 + v];
    }
}

/* Adds what the loaded site i contributes to the rows of energy, forces and virial. */
static void add_site(ff_ace_row_workspace *w, const row_places *to, size_t i, size_t first,
                     size_t count)
{
    if (to->energy) {
        double *row = to->energy + w->site->basis->first[w->site->site.centre];
        ff_ace_site_values(w->site, w->values);
        for (size_t k = first; k < first + count; k++)
            row[k] += w->values[k];
    }
    if (!to->forces && !to->virial)
        return;
    ff_ace_moments_start(&w->moments, w->site);
    add_blocks(w, to, i, first, count);
    add_totals(w, to, i, first, count);
}

/* Adds what site i contributes to columns [begin, end). */
static int add_columns(ff_ace_row_workspace *w, const ff_frame *frame, size_t i,
                       const row_places *to, size_t begin, size_t end, ff_error *err)
{
    const ff_ace_basis *basis = w->site->basis;
    ff_environment environment;
    int status = ff_ace_row_environment(w, frame, i, &environment, err);
    if (status == FF_OK)
        status = ff_ace_workspace_load(w->site, &environment, to->constants != NULL, err);
    if (status != FF_OK)
        return status;
    size_t low = basis->first[w->site->site.centre], high = basis->first[w->site->site.centre + 1];
    size_t first = begin > low ? begin : low, last = end < high ? end : high;
    if (first >= last)
        return FF_OK;
    if (to->forces || to->virial || to->constants)
        ff_ace_site_jacobian(w->site);
    add_site(w, to, i, first - low, last - first);
    if (to->constants)
        status =
            ff_ace_add_force_constants(w, frame, i, first - low, last - first, to->constants, err);
    return status;
}

int ff_ace_frame_columns(ff_design_block *block, const ff_ace_basis *basis, const ff_frame *frame,
                         unsigned kinds, size_t begin, size_t end, ff_ace_row_workspace *workspace,
                         ff_error *err)
{
    row_places places = find_places(block, frame, kinds);
    int status = ff_neighbour_list_build(&workspace->list, frame, basis->options.cutoff, err);
    for (size_t i = 0; i < frame->atoms && status == FF_OK; i++) {
        status = add_columns(workspace, frame, i, &places, begin, end, err);
        if (status != FF_OK)
            ff_error_at_atom(err, (int64_t)i + 1);
    }
    return status;
}

int ff_ace_frame_rows(ff_design_block *block, const ff_ace_basis *basis, const ff_frame *frame,
                      uint32_t number, unsigned kinds, const double *one_body,
                      ff_ace_row_workspace *workspace, ff_error *err)
{
    int status = ff_ace_frame_block(block, basis, frame, number, kinds, one_body, err);
    if (status == FF_OK)
        status =
            ff_ace_frame_columns(block, basis, frame, kinds, 0, block->columns, workspace, err);
    if (status != FF_OK)
        ff_design_block_clear(block);
    return status;
}
